use rusqlite::{Connection, OptionalExtension};

use super::failure::Failure;
use crate::model::{Article, ArticleKey};

/// The id of the article that `id` leads to: itself, when it is no other's alias.
pub(super) fn resolve(connection: &Connection, id: &str) -> Result<String, Failure> {
    let mut statement = connection.prepare_cached("SELECT article_id FROM alias WHERE id = ?1")?;
    let found: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
    Ok(found.unwrap_or_else(|| id.to_owned()))
}

/// The article that an alias beginning with `prefix` leads to; `None` when there is none, or not one alone.
pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<String>, Failure> {
    let (count, id): (i64, Option<String>) = connection
        .prepare_cached(
            "SELECT count(DISTINCT article_id), min(article_id) FROM alias WHERE id >= ?1 AND id < ?1 || 'g'",
        )?
        .query_row([prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(id.filter(|_| count == 1))
}

/// The id under which an article is stored already, by whichever of its keys; its own id when by none.
pub(super) fn stored_id(connection: &Connection, article: &Article) -> Result<String, Failure> {
    let own = resolve(connection, &article.id())?;
    if exists(connection, &own)? {
        return Ok(own);
    }
    for key in article.aliases() {
        let id = resolve(connection, &key.id())?;
        if exists(connection, &id)? {
            return Ok(id);
        }
    }
    Ok(own)
}

/// Writes down all keys of an article that is stored under `id`. What was stored under one of them, before a page told
/// that both are one, becomes its duplicate and leads to it from now on.
pub(super) fn remember(connection: &Connection, article: &Article, id: &str) -> Result<(), Failure> {
    let own = std::iter::once(article.key.clone());
    for alias in own.chain(article.aliases()).map(|key: ArticleKey| key.id()).filter(|alias| alias != id) {
        let is_new = connection
            .prepare_cached("INSERT INTO alias (id, article_id) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING")?
            .execute([&alias, id])?
            > 0;
        if is_new && exists(connection, &alias)? {
            fold(connection, &alias, id)?;
        }
    }
    Ok(())
}

/// Calls `visit` with every alias and its article, by alias.
pub(super) fn each(
    connection: &Connection,
    mut visit: impl FnMut(&str, &str) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached("SELECT id, article_id FROM alias ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?)?;
    }
    Ok(())
}

/// Makes `other` and its duplicates duplicates of `id`, or of what `id` duplicates; and what led to `other` leads there.
fn fold(connection: &Connection, other: &str, id: &str) -> Result<(), Failure> {
    connection
        .prepare_cached("UPDATE article SET dup_of = NULL WHERE id = ?1 AND dup_of = ?2")?
        .execute([id, other])?;
    connection
        .prepare_cached(
            "UPDATE article SET dup_of = coalesce((SELECT dup_of FROM article WHERE id = ?1), ?1)
             WHERE id = ?2 OR dup_of = ?2",
        )?
        .execute([id, other])?;
    connection.prepare_cached("UPDATE alias SET article_id = ?1 WHERE article_id = ?2")?.execute([id, other])?;
    Ok(())
}

pub(super) fn exists(connection: &Connection, id: &str) -> Result<bool, Failure> {
    Ok(connection.prepare_cached("SELECT 1 FROM article WHERE id = ?1")?.exists([id])?)
}

use rusqlite::{Connection, OptionalExtension};

use super::failure::Failure;
use super::{aliases, revisions};
use crate::model::{StoredArticle, Timestamp};
use crate::store::dump::ArticleLine;
use crate::store::filter::Listed;
use crate::store::{Filter, StoreError};

/// The article whose id begins with `prefix`.
pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<StoredArticle>, Failure> {
    let prefix = prefix.to_ascii_lowercase();
    // Ids are lower-case hexadecimal: "g" comes after every one that begins so.
    let (count, id): (i64, Option<String>) = connection
        .prepare_cached("SELECT count(*), min(id) FROM article WHERE id >= ?1 AND id < ?1 || 'g'")?
        .query_row([&prefix], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if count > 1 {
        return Err(StoreError::Ambiguous { prefix, count: usize::try_from(count).unwrap_or(usize::MAX) }.into());
    }
    // One that turned out to be another's duplicate by its own numbers leads there, as does an id without an article.
    let leads_to = match &id {
        Some(id) => Some(aliases::resolve(connection, id)?),
        None => aliases::find(connection, &prefix)?,
    };
    leads_to.map_or(Ok(None), |id| latest(connection, &id))
}

fn latest(connection: &Connection, id: &str) -> Result<Option<StoredArticle>, Failure> {
    let mut statement = connection.prepare_cached("SELECT revision FROM article WHERE id = ?1")?;
    let number: Option<u32> = statement.query_row([id], |row| row.get(0)).optional()?;
    number.map_or(Ok(None), |number| revisions::find(connection, id, number))
}

/// All revisions of an article, oldest first.
pub(super) fn revisions(connection: &Connection, id: &str) -> Result<Vec<StoredArticle>, Failure> {
    let mut statement =
        connection.prepare_cached("SELECT number FROM revision WHERE article_id = ?1 ORDER BY number")?;
    let numbers = statement.query_map([id], |row| row.get(0))?.collect::<Result<Vec<u32>, _>>()?;
    let mut found = Vec::with_capacity(numbers.len());
    for number in numbers {
        found.extend(revisions::find(connection, id, number)?);
    }
    Ok(found)
}

/// Calls `visit` with the latest revision of each wanted article, in order.
pub(super) fn each(
    connection: &Connection,
    filter: &Filter,
    visit: &mut dyn FnMut(StoredArticle) -> Result<(), StoreError>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT id, revision, source_id, sort_time, language, kind, dup_of IS NOT NULL FROM article
         WHERE sort_time BETWEEN ?1 AND ?2 ORDER BY sort_time, id",
    )?;
    let (since, until) =
        (filter.since.map_or(i64::MIN, Timestamp::as_millis), filter.until.map_or(i64::MAX, Timestamp::as_millis));
    let mut rows = statement.query([since, until])?;
    while let Some(row) = rows.next()? {
        let (source_id, language, kind): (String, String, String) = (row.get(2)?, row.get(4)?, row.get(5)?);
        let listed = Listed {
            source_id: &source_id,
            time: Timestamp::from_millis(row.get(3)?),
            language: &language,
            kind: &kind,
            is_duplicate: row.get(6)?,
        };
        if !filter.wants(&listed) {
            continue;
        }
        let id: String = row.get(0)?;
        let stored = revisions::find(connection, &id, row.get(1)?)?;
        visit(stored.ok_or_else(|| Failure::Corrupt(format!("the article {id} without a revision")))?)?;
    }
    Ok(())
}

/// Calls `visit` with every article's standing, by id.
pub(super) fn each_standing(
    connection: &Connection,
    mut visit: impl FnMut(&ArticleLine<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(
        "SELECT id, key, revision, coalesce(dup_of, ''), first_seen, last_seen, gone_state, gone_at
         FROM article ORDER BY id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, key, dup_of): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(3)?);
        visit(&ArticleLine {
            id: &id,
            key: &key,
            revision: row.get(2)?,
            dup_of: &dup_of,
            first_seen: Timestamp::from_millis(row.get(4)?),
            last_seen: Timestamp::from_millis(row.get(5)?),
            gone: revisions::gone(row.get(6)?, row.get(7)?),
        })?;
    }
    Ok(())
}

/// Calls `visit` with every revision, by article and number.
pub(super) fn each_revision(
    connection: &Connection,
    mut visit: impl FnMut(&StoredArticle) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement =
        connection.prepare_cached("SELECT article_id, number FROM revision ORDER BY article_id, number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(stored) = revisions::find(connection, &row.get::<_, String>(0)?, row.get(1)?)? {
            visit(&stored)?;
        }
    }
    Ok(())
}

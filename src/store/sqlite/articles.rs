use std::ops::ControlFlow;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use super::failure::Failure;
use super::{aliases, revisions};
use crate::model::{Date, Standing, StoredArticle, Timestamp};
use crate::store::dump::ArticleLine;
use crate::store::filter::Listed;
use crate::store::{Filter, StoreError};

/// The columns of a standing in the order of [`read_standing`].
const STANDING: &str =
    "id, source_id, source_name, title, published, characters, revision, rules_hash, dup_of, gone_state, gone_at";

/// The article whose id begins with `prefix`.
pub(super) fn find(connection: &Connection, prefix: &str) -> Result<Option<StoredArticle>, Failure> {
    let Some(standing) = find_standing(connection, prefix)? else { return Ok(None) };
    revisions::find(connection, &standing.id, standing.revision)
}

/// The standing of the article whose id begins with `prefix`.
pub(super) fn find_standing(connection: &Connection, prefix: &str) -> Result<Option<Standing>, Failure> {
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
    let mut statement = connection.prepare_cached(&format!("SELECT {STANDING} FROM article WHERE id = ?1"))?;
    Ok(statement.query_row([leads_to], read_standing).optional()?)
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

/// Calls `visit` with the latest revision of each wanted article, in order, until it breaks off.
pub(super) fn each(
    connection: &Connection,
    filter: &Filter,
    visit: &mut dyn FnMut(StoredArticle) -> ControlFlow<()>,
) -> Result<(), Failure> {
    each_standing(connection, filter, |Standing { id, revision, .. }| {
        let stored = revisions::find(connection, &id, revision)?;
        Ok(visit(stored.ok_or_else(|| Failure::Corrupt(format!("the article {id} without a revision")))?))
    })
}

/// Calls `visit` with the standing of each wanted article, in order, until it breaks off.
pub(super) fn each_standing(
    connection: &Connection,
    filter: &Filter,
    mut visit: impl FnMut(Standing) -> Result<ControlFlow<()>, Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {STANDING}, sort_time, language, kind FROM article
         WHERE sort_time BETWEEN ?1 AND ?2 ORDER BY sort_time, id"
    ))?;
    let (since, until) =
        (filter.since.map_or(i64::MIN, Timestamp::as_millis), filter.until.map_or(i64::MAX, Timestamp::as_millis));
    let mut rows = statement.query([since, until])?;
    while let Some(row) = rows.next()? {
        let text = |column: &str| -> rusqlite::Result<&str> { Ok(row.get_ref(column)?.as_str()?) };
        let listed = Listed {
            source_id: text("source_id")?,
            time: Timestamp::from_millis(row.get("sort_time")?),
            language: text("language")?,
            kind: text("kind")?,
            is_duplicate: row.get_ref("dup_of")? != ValueRef::Null,
        };
        if filter.wants(&listed) && visit(read_standing(row)?)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Calls `visit` with what is known of every article beside its revisions, by id.
pub(super) fn each_line(
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

fn read_standing(row: &Row<'_>) -> rusqlite::Result<Standing> {
    Ok(Standing {
        id: row.get(0)?,
        source_id: row.get(1)?,
        source_name: row.get(2)?,
        title: row.get(3)?,
        published: Date::parse(row.get_ref(4)?.as_str()?),
        characters: row.get::<_, i64>(5)? as usize,
        revision: row.get(6)?,
        rules_hash: row.get(7)?,
        dup_of: row.get::<_, Option<String>>(8)?.unwrap_or_default(),
        gone: revisions::gone(row.get(9)?, row.get(10)?),
    })
}

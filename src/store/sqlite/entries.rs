use rusqlite::{Connection, OptionalExtension, Row, params};

use super::aliases;
use super::failure::{Failure, from_json, from_word, from_word_or_empty, to_json};
use crate::model::{Entry, Outcome, Timestamp};
use crate::store::StoreError;

/// The columns of an entry in the order of [`read`].
const COLUMNS: &str = "source_id, key, candidate, fingerprint, status, outcome, tries, next_due, article_id";

/// Inserts or replaces an entry by (source, key); its source must be there.
pub(super) fn put(connection: &Connection, entry: &Entry) -> Result<(), Failure> {
    let done = connection
        .prepare_cached(
            "INSERT OR REPLACE INTO entry
                 (source_id, key, candidate, fingerprint, status, outcome, tries, next_due, article_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            entry.source_id,
            entry.key,
            to_json(&entry.candidate)?,
            entry.fingerprint,
            entry.status.as_str(),
            entry.outcome.map_or("", Outcome::as_str),
            entry.tries,
            entry.next_due.as_millis(),
            aliases::resolve(connection, &entry.article_id)?,
        ]);
    match done {
        Ok(_) => Ok(()),
        Err(error) if is_foreign_key(&error) => Err(StoreError::UnknownSource { id: entry.source_id.clone() }.into()),
        Err(error) => Err(error.into()),
    }
}

/// One entry.
pub(super) fn find(connection: &Connection, source_id: &str, key: &str) -> Result<Option<Entry>, Failure> {
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE source_id = ?1 AND key = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_row([source_id, key], |row| Ok(read(row))).optional()?.transpose()
}

/// Entries that wait and are due, oldest due first.
pub(super) fn pending(
    connection: &Connection,
    source_id: Option<&str>,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<Entry>, Failure> {
    let of_source = if source_id.is_some() { "source_id = ?1" } else { "?1 IS NULL" };
    let sql = format!(
        "SELECT {COLUMNS} FROM entry WHERE status = 'pending' AND {of_source} AND next_due <= ?2
         ORDER BY next_due, source_id, key LIMIT ?3"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![source_id, now.as_millis(), limit])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(row)?);
    }
    Ok(entries)
}

/// The entries that led to an article, by source and key.
pub(super) fn of_article(connection: &Connection, article_id: &str) -> Result<Vec<Entry>, Failure> {
    // An entry that led to nothing yet has "", which is no article.
    let sql = format!("SELECT {COLUMNS} FROM entry WHERE article_id = ?1 AND article_id <> '' ORDER BY source_id, key");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([article_id])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(read(row)?);
    }
    Ok(entries)
}

/// Calls `visit` with every entry by (source, key).
pub(super) fn each(
    connection: &Connection,
    mut visit: impl FnMut(&Entry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM entry ORDER BY source_id, key"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&read(row)?)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<Entry, Failure> {
    let key: String = row.get(1)?;
    let candidate: String = row.get(2)?;
    Ok(Entry {
        source_id: row.get(0)?,
        candidate: from_json(&candidate, &format!("the entry {key}"))?,
        key,
        fingerprint: row.get(3)?,
        status: from_word(&row.get::<_, String>(4)?, "the status of an entry")?,
        outcome: from_word_or_empty(&row.get::<_, String>(5)?, "the outcome of an entry")?,
        tries: row.get(6)?,
        next_due: Timestamp::from_millis(row.get(7)?),
        article_id: row.get(8)?,
    })
}

fn is_foreign_key(error: &rusqlite::Error) -> bool {
    matches!(error, rusqlite::Error::SqliteFailure(failure, _)
        if failure.extended_code == rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY)
}

use rusqlite::{Connection, Row, params};

use super::failure::{Failure, from_word};
use crate::model::{FetchRecord, Timestamp};

/// The columns of a request in the order of [`read`].
const COLUMNS: &str = "source_id, url, at, status, bytes, millis, outcome, error";

/// From old to new; requests of the same instant in an order that their content alone decides.
const ORDER: &str = "at, source_id, url, status, bytes, millis, outcome, error";

/// [`ORDER`] from new to old.
const BACKWARDS: &str =
    "at DESC, source_id DESC, url DESC, status DESC, bytes DESC, millis DESC, outcome DESC, error DESC";

/// Adds one request.
pub(super) fn append(connection: &Connection, fetch: &FetchRecord) -> Result<(), Failure> {
    connection
        .prepare_cached(
            "INSERT INTO fetch (source_id, url, at, status, bytes, millis, outcome, error)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            fetch.source_id,
            fetch.url,
            fetch.at.as_millis(),
            fetch.status,
            fetch.bytes as i64,
            fetch.millis,
            fetch.outcome.as_str(),
            fetch.error,
        ])?;
    Ok(())
}

/// The last requests of a source, or of all, from old to new.
pub(super) fn last(
    connection: &Connection,
    source_id: Option<&str>,
    limit: usize,
) -> Result<Vec<FetchRecord>, Failure> {
    let of_source = if source_id.is_some() { "source_id = ?1" } else { "?1 IS NULL" };
    let sql = format!("SELECT {COLUMNS} FROM fetch WHERE {of_source} ORDER BY {BACKWARDS} LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![source_id, limit])?;
    let mut fetches = Vec::new();
    while let Some(row) = rows.next()? {
        fetches.push(read(row)?);
    }
    fetches.reverse();
    Ok(fetches)
}

/// Calls `visit` with every request from old to new.
pub(super) fn each(
    connection: &Connection,
    mut visit: impl FnMut(&FetchRecord) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM fetch ORDER BY {ORDER}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(&read(row)?)?;
    }
    Ok(())
}

fn read(row: &Row<'_>) -> Result<FetchRecord, Failure> {
    Ok(FetchRecord {
        source_id: row.get(0)?,
        url: row.get(1)?,
        at: Timestamp::from_millis(row.get(2)?),
        status: row.get(3)?,
        bytes: row.get::<_, i64>(4)? as u64,
        millis: row.get(5)?,
        outcome: from_word(&row.get::<_, String>(6)?, "the outcome of a request")?,
        error: row.get(7)?,
    })
}

use rusqlite::{Connection, OptionalExtension};

use super::failure::SqliteFailure;

/// The number of a stored article, given to it when it has none yet.
pub(super) fn number_of(connection: &Connection, id: &str) -> Result<i64, SqliteFailure> {
    let found = connection
        .prepare_cached("SELECT number FROM article_number WHERE article_id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    match found {
        Some(number) => Ok(number),
        None => Ok(connection
            .prepare_cached("INSERT INTO article_number (article_id) VALUES (?1) RETURNING number")?
            .query_row([id], |row| row.get(0))?),
    }
}

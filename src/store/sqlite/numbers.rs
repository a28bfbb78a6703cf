use rusqlite::{Connection, OptionalExtension};

use super::failure::SqliteFailure;

/// The number of an article, which has one from now on if it had none.
pub(super) fn of(connection: &Connection, id: &str) -> Result<i64, SqliteFailure> {
    if let Some(number) = find(connection, id)? {
        return Ok(number);
    }
    connection.prepare_cached("INSERT INTO article_number (article_id) VALUES (?1)")?.execute([id])?;
    Ok(connection.last_insert_rowid())
}

/// The number of an article; `None` when it has none.
pub(super) fn find(connection: &Connection, id: &str) -> Result<Option<i64>, SqliteFailure> {
    let mut statement = connection.prepare_cached("SELECT number FROM article_number WHERE article_id = ?1")?;
    Ok(statement.query_row([id], |row| row.get(0)).optional()?)
}

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::failure::Failure;
use super::migrations::{self, Found};
use crate::store::StoreError;

/// How long a statement waits for another process before it gives up with [`StoreError::Busy`].
const BUSY_WAIT: Duration = Duration::from_secs(15);
/// The write-ahead log is cut back to this many bytes after a large batch.
const MAX_LOG_BYTES: i64 = 64 << 20;
/// Pages kept in memory, in KiB: ids are hashes, so that each new article touches another corner of the indexes.
const CACHE_KIB: i64 = 64 << 10;
/// Pages in the write-ahead log after which it is written back: a few large batches.
const PAGES_UNTIL_CHECKPOINT: i64 = 4000;
/// Prepared statements kept; more than the code has.
const STATEMENTS: usize = 64;
/// SQLite's name for a database in memory.
pub(super) const MEMORY: &str = ":memory:";

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing; makes the file and its folder when they are missing.
    Write,
    /// Reading only; the file must be there.
    Read,
}

/// Opens the database at `path` and brings an older one up to date.
pub(super) fn open(path: &Path, access: Access) -> Result<Connection, StoreError> {
    match access {
        Access::Write => open_to_write(path),
        Access::Read => open_to_read(path),
    }
}

/// An empty database in memory.
pub(super) fn open_in_memory() -> Result<Connection, StoreError> {
    let path = Path::new(MEMORY);
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    migrations::migrate(&mut connection).map_err(|failure| failure.at(path, "set it up"))?;
    Ok(connection)
}

fn open_to_write(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let found = migrations::inspect(&connection, path)?;
    prepare(&connection).map_err(|error| Failure::from(error).at(path, "set it up"))?;
    if found != Found::Current {
        migrations::migrate(&mut connection).map_err(|failure| failure.at(path, "migrate it"))?;
    }
    Ok(connection)
}

fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    let missing = || StoreError::Missing { path: path.to_owned() };
    if !path.exists() {
        return Err(missing());
    }
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match migrations::inspect(&connection, path)? {
        Found::Current => Ok(connection),
        // A writer was stopped before its first transaction.
        Found::Empty => Err(missing()),
        Found::Older => {
            drop(connection);
            drop(open_to_write(path)?);
            connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        }
    }
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_WAIT)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| Failure::from(error).at(path, "open it"))
}

/// What a writer sets: WAL so that readers never wait, NORMAL because a crash of the process loses nothing then.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "page_size", 4096)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "wal_autocheckpoint", PAGES_UNTIL_CHECKPOINT)?;
    connection.pragma_update(None, "journal_size_limit", MAX_LOG_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(connection: &Connection) -> Vec<(String, String)> {
        let mut statement =
            connection.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn a_fresh_database_is_the_sum_of_its_migrations() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("a.db"), Access::Write).unwrap();
        let steps = Connection::open_in_memory().unwrap();
        migrations::provide_functions(&steps).unwrap();
        for step in migrations::MIGRATIONS {
            steps.execute_batch(step).unwrap();
        }
        assert_eq!(shape(&connection), shape(&steps));
        assert!(shape(&steps).iter().all(|(_, sql)| !sql.starts_with("CREATE TABLE") || sql.contains("STRICT")));
    }

    #[test]
    fn an_older_database_is_brought_up_to_date_even_by_a_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", 0x626f_6a69).unwrap();
        drop(connection);
        let reader = open(&path, Access::Read).unwrap();
        assert_eq!(migrations::inspect(&reader, &path).unwrap(), Found::Current);
    }

    #[test]
    fn a_writer_works_with_the_settings_of_the_design() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open(&folder.path().join("deep/er/a.db"), Access::Write).unwrap();
        let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("page_size"), 4096);
        assert_eq!(number("synchronous"), 1);
        assert_eq!(number("foreign_keys"), 1);
        let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(journal, "wal");
    }
}

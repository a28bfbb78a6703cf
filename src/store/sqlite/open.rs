use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::failure::SqliteFailure;
use super::{functions, migrate};
use crate::store::error::StoreError;

/// How long a statement waits for another process before it gives up with [`StoreError::Busy`].
const BUSY_WAIT: Duration = Duration::from_secs(15);
/// The write-ahead log is cut back to this many bytes after a large batch.
const MAX_LOG_BYTES: i64 = 64 << 20;
/// Pages kept in memory, in KiB: ids are hashes, so that each new article touches another corner of the indexes.
const CACHE_KIB: i64 = 16 << 10;
/// Pages in the write-ahead log after which it is written back: a few large batches.
const PAGES_UNTIL_CHECKPOINT: i64 = 4000;
/// Prepared statements kept; more than the code has.
const STATEMENTS: usize = 128;
/// SQLite's name for a database in memory.
pub(super) const MEMORY: &str = ":memory:";

/// What kind of file a connection has opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Nothing is in it.
    Empty,
    /// A database of ours that lacks steps.
    Older,
    /// A database of ours in the present shape.
    Current,
}

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
    migrate::migrate(&mut connection).map_err(|failure| failure.at(path, "set it up"))?;
    Ok(connection)
}

fn open_to_write(path: &Path) -> Result<Connection, StoreError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    let found = inspect(&connection, path)?;
    prepare(&connection).map_err(|error| SqliteFailure::from(error).at(path, "set it up"))?;
    if found == Found::Older {
        migrate::keep_copy(&connection, path)?;
    }
    if found != Found::Current {
        migrate::migrate(&mut connection).map_err(|failure| failure.at(path, "migrate it"))?;
    }
    Ok(connection)
}

/// What is seen of a database without changing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Look {
    /// Steps that it has taken.
    pub version: i64,
    /// Steps that this boji knows.
    pub known: i64,
    /// What SQLite finds wrong with its own structures, as it says it.
    pub problems: Vec<String>,
}

/// Most problems that a look tells.
const MOST_PROBLEMS: u32 = 10;

/// Looks at a database, also at an older one, and changes nothing. It reads the file once; what is stored is not unpacked.
pub(super) fn look(path: &Path) -> Result<Look, StoreError> {
    let failed = |error: rusqlite::Error| SqliteFailure::from(error).at(path, "check its structure");
    let (connection, found) = find(path)?;
    if found == Found::Empty {
        return Err(StoreError::Missing { path: path.to_owned() });
    }
    let version = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
    let mut statement = connection.prepare(&format!("PRAGMA quick_check({MOST_PROBLEMS})")).map_err(failed)?;
    let told = statement.query_map([], |row| row.get::<_, String>(0)).and_then(Iterator::collect);
    let told: Vec<String> = told.map_err(failed)?;
    let problems = told.into_iter().filter(|word| word != "ok").collect();
    Ok(Look { version, known: migrate::STEPS.len() as i64, problems })
}

fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    match find(path)? {
        (connection, Found::Current) => Ok(connection),
        // A writer was stopped before its first transaction.
        (_, Found::Empty) => Err(StoreError::Missing { path: path.to_owned() }),
        (connection, Found::Older) => {
            drop(connection);
            drop(open_to_write(path)?);
            connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)
        }
    }
}

/// A database as it is, for reading.
fn find(path: &Path) -> Result<(Connection, Found), StoreError> {
    let missing = || StoreError::Missing { path: path.to_owned() };
    // A folder that may not be looked into is no missing database.
    let is_there = path.try_exists().map_err(|source| StoreError::Io { path: path.to_owned(), source })?;
    if !is_there {
        return Err(missing());
    }
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut found = inspect(&connection, path);
    if found.as_ref().is_err_and(needs_to_write) && is_at_rest(path) {
        connection = connect_at_rest(path)?;
        found = inspect(&connection, path);
    }
    Ok((connection, found?))
}

/// Whether reading failed for that SQLite could not write beside the database, as in a folder that is not ours to write.
fn needs_to_write(error: &StoreError) -> bool {
    let StoreError::Database { source, .. } = error else { return false };
    matches!(source.sqlite_error_code(), Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly))
}

/// Whether nothing waits in the write-ahead log: the file alone is the whole database.
fn is_at_rest(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).map_or(true, |log| log.len() == 0)
}

/// Reads a file that nobody can write, without a lock and without files beside it.
fn connect_at_rest(path: &Path) -> Result<Connection, StoreError> {
    let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
    let address = format!("file:{escaped}?immutable=1");
    connect(Path::new(&address), OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI)
}

fn connect(path: &Path, access: OpenFlags) -> Result<Connection, StoreError> {
    let open = || {
        let connection = Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        connection.busy_timeout(BUSY_WAIT)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        // Plans do not depend on what is bound: else each new value of a statement that could use a partial index has it
        // prepared anew, which was a seventh of a first run over many feeds.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        functions::provide(&connection)?;
        Ok(connection)
    };
    open().map_err(|error: rusqlite::Error| SqliteFailure::from(error).at(path, "open it"))
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

/// Whether what is deleted is written over, as it is while something is forgotten. Afterwards nothing of it is left in the log
/// either, unless somebody reads just then.
pub(super) fn erasing(connection: &Connection, is_on: bool) -> Result<(), SqliteFailure> {
    connection.pragma_update(None, "secure_delete", is_on)?;
    if !is_on {
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    }
    Ok(())
}

/// Looks at a file without changing it; an error when it is not ours or from a newer boji.
fn inspect(connection: &Connection, path: &Path) -> Result<Found, StoreError> {
    let failed = |error: rusqlite::Error| SqliteFailure::from(error).at(path, "look at its version");
    let number = |pragma| connection.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0)).map_err(failed);
    let (application, found) = (number("application_id")?, number("user_version")?);
    if application != i64::from(migrate::APPLICATION_ID) {
        let objects: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
        let empty = application == 0 && found == 0 && objects == 0;
        return if empty { Ok(Found::Empty) } else { Err(StoreError::Foreign { path: path.to_owned() }) };
    }
    let known = migrate::STEPS.len() as i64;
    match found {
        found if found > known => Err(StoreError::Newer { path: path.to_owned(), found, known }),
        found if found < known => Ok(Found::Older),
        _ => Ok(Found::Current),
    }
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
        functions::provide(&steps).unwrap();
        for step in migrate::STEPS {
            steps.execute_batch(step).unwrap();
        }
        assert_eq!(shape(&connection), shape(&steps));
        // What FTS5 keeps is its own affair.
        let is_ours = |name: &String| !name.starts_with("words_");
        assert!(
            shape(&steps)
                .iter()
                .all(|(name, sql)| !sql.starts_with("CREATE TABLE") || sql.contains("STRICT") || !is_ours(name))
        );
    }

    #[test]
    fn an_older_database_is_brought_up_to_date_even_by_a_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", 0x626f_6a69).unwrap();
        connection.execute_batch("CREATE TABLE old (word TEXT); INSERT INTO old VALUES ('kept')").unwrap();
        drop(connection);
        let reader = open(&path, Access::Read).unwrap();
        assert_eq!(inspect(&reader, &path).unwrap(), Found::Current);
        // As it was it lies beside it.
        let copy = Connection::open(folder.path().join("a.db.version-0")).unwrap();
        assert_eq!(copy.query_row("SELECT word FROM old", [], |row| row.get(0)), Ok("kept".to_owned()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4, "with the log and the index of the database");
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

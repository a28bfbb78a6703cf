use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::failure::Failure;
use super::migrations::{self, Found};
use super::{articles, captures, check, dump, entries, history, hosts, sources};
use crate::model::{
    Article, Capture, Decision, Entry, FetchRecord, HostState, Known, Source, SourceState, StoredArticle, Timestamp,
};
use crate::store::{Batch, Counts, Filter, Store, StoreError};

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

/// What a store is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Reading and writing; makes the file and its folder when they are missing.
    Write,
    /// Reading only; the file must be there.
    Read,
}

/// A [`Store`] in one SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the database at `path` and brings an older one up to date.
    ///
    /// Errors: `Missing` (reading, no file), `Foreign`, `Newer`, `Busy`, `Full`, `Io` (the folder cannot be made).
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        match access {
            Access::Write => Self::open_to_write(path),
            Access::Read => Self::open_to_read(path),
        }
    }

    fn open_to_write(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| StoreError::Io { path: folder.to_owned(), source })?;
        }
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        let found = migrations::inspect(&connection, path)?;
        prepare(&connection).map_err(|error| Failure::from(error).at(path, "set it up"))?;
        if found != Found::Current {
            migrations::migrate(&mut connection).map_err(|failure| failure.at(path, "migrate it"))?;
        }
        Ok(Self { connection, path: path.to_owned() })
    }

    fn open_to_read(path: &Path) -> Result<Self, StoreError> {
        let missing = || StoreError::Missing { path: path.to_owned() };
        if !path.exists() {
            return Err(missing());
        }
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        match migrations::inspect(&connection, path)? {
            Found::Current => Ok(Self { connection, path: path.to_owned() }),
            // A writer was stopped before its first transaction.
            Found::Empty => Err(missing()),
            Found::Older => {
                drop(connection);
                drop(Self::open_to_write(path)?);
                Self::open_to_read(path)
            }
        }
    }

    fn read<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        work(&self.connection).map_err(|failure| failure.at(&self.path, action))
    }

    /// Reads with several statements that all see the same instant.
    fn read_together<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.read(action, |connection| {
            let transaction = connection.unchecked_transaction()?;
            work(&transaction)
        })
    }

    fn write<T>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        write(&mut self.connection, work).map_err(|failure| failure.at(&self.path, action))
    }
}

impl Store for SqliteStore {
    fn put_source(&mut self, source: &Source) -> Result<bool, StoreError> {
        self.write("store a source", |transaction| sources::put(transaction, source))
    }

    fn remove_source(&mut self, id: &str) -> Result<bool, StoreError> {
        self.write("remove a source", |transaction| sources::remove(transaction, id))
    }

    fn sources(&self) -> Result<Vec<(Source, SourceState)>, StoreError> {
        self.read("list the sources", sources::all)
    }

    fn commit(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Article, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError> {
        self.write("store a batch", |transaction| {
            for (source_id, capture) in &batch.captures {
                captures::insert(transaction, source_id, capture)?;
            }
            let mut decisions = Vec::with_capacity(batch.articles.len());
            for submission in &batch.articles {
                decisions.push(articles::submit(transaction, submission, decide)?);
            }
            for (id, state, at) in &batch.gone {
                articles::mark_gone(transaction, id, *state, *at)?;
            }
            for entry in &batch.entries {
                entries::put(transaction, entry)?;
            }
            for (id, state) in &batch.source_states {
                sources::put_state(transaction, id, state)?;
            }
            for fetch in &batch.fetches {
                history::append(transaction, fetch)?;
            }
            for host in &batch.hosts {
                hosts::put(transaction, host)?;
            }
            Ok(decisions)
        })
    }

    fn entry(&self, source_id: &str, key: &str) -> Result<Option<Entry>, StoreError> {
        self.read("look up an entry", |connection| entries::find(connection, source_id, key))
    }

    fn pending(&self, source_id: Option<&str>, now: Timestamp, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read("list the waiting entries", |connection| entries::pending(connection, source_id, now, limit))
    }

    fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        self.read("list the hosts", hosts::all)
    }

    fn article(&self, prefix: &str) -> Result<Option<StoredArticle>, StoreError> {
        self.read_together("look up an article", |connection| articles::find(connection, prefix))
    }

    fn revisions(&self, id: &str) -> Result<Vec<StoredArticle>, StoreError> {
        self.read("list the revisions of an article", |connection| articles::revisions(connection, id))
    }

    fn each_article(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(StoredArticle) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read_together("read the articles", |connection| articles::each(connection, filter, visit))
    }

    fn capture(&self, hash: &str) -> Result<Option<Capture>, StoreError> {
        self.read("read a capture", |connection| captures::find(connection, hash))
    }

    fn has_capture(&self, url: &str, hash: &str) -> Result<bool, StoreError> {
        self.read("look up a capture", |connection| captures::exists(connection, url, hash))
    }

    fn history(&self, source_id: Option<&str>, limit: usize) -> Result<Vec<FetchRecord>, StoreError> {
        self.read("list the history", |connection| history::last(connection, source_id, limit))
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        self.read_together("count what it holds", check::counts)
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read_together("check itself", check::problems)
    }

    fn dump(&self, out: &mut dyn std::io::Write) -> Result<(), StoreError> {
        self.read_together("dump its content", |connection| dump::write(connection, out))
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

/// One write transaction. It takes the write lock at once: a reader that turns writer midway fails with BUSY whatever
/// the timeout.
fn write<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
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
        let store = SqliteStore::open(&folder.path().join("a.db"), Access::Write).unwrap();
        let steps = Connection::open_in_memory().unwrap();
        for step in migrations::MIGRATIONS {
            steps.execute_batch(step).unwrap();
        }
        assert_eq!(shape(&store.connection), shape(&steps));
        assert!(shape(&steps).iter().all(|(_, sql)| !sql.starts_with("CREATE TABLE") || sql.contains("STRICT")));
    }

    #[test]
    fn an_older_database_is_brought_up_to_date_even_by_a_reader() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "application_id", 0x626f_6a69).unwrap();
        drop(connection);
        let store = SqliteStore::open(&path, Access::Read).unwrap();
        assert_eq!(store.counts().unwrap().articles, 0);
    }

    #[test]
    fn a_writer_works_with_the_settings_of_the_design() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("deep/er/a.db"), Access::Write).unwrap();
        let number = |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
        assert_eq!(number("page_size"), 4096);
        assert_eq!(number("synchronous"), 1);
        assert_eq!(number("foreign_keys"), 1);
        let journal: String = store.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
        assert_eq!(journal, "wal");
    }

    #[test]
    fn a_full_disk_is_named_and_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(&folder.path().join("a.db"), Access::Write).unwrap();
        let pages: i64 = store.connection.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 2).unwrap();
        let noise: Vec<u8> =
            (0..20_000u32).flat_map(|n| blake3::hash(&n.to_le_bytes()).as_bytes().to_owned()).collect();
        let capture = Capture {
            url: "https://a.example/".into(),
            hops: Vec::new(),
            status: 200,
            headers: Vec::new(),
            body: noise,
            fetched_at: Timestamp::default(),
        };
        let batch = Batch { captures: vec![("s".into(), capture)], ..Batch::default() };
        let error = store.commit(&batch, &|_, _| Decision::New).unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert!(error.hint().is_some());
        assert_eq!(store.counts().unwrap().captures, 0);
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }

    #[test]
    fn another_writer_is_waited_for_and_then_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let mut first = SqliteStore::open(&path, Access::Write).unwrap();
        let mut second = SqliteStore::open(&path, Access::Write).unwrap();
        second.connection.busy_timeout(Duration::ZERO).unwrap();
        let held = first.connection.transaction_with_behavior(TransactionBehavior::Immediate).unwrap();
        let error = second.remove_source("x").unwrap_err();
        assert!(matches!(error, StoreError::Busy { .. }), "{error}");
        drop(held);
        assert!(!second.remove_source("x").unwrap());
    }

    #[test]
    fn check_finds_a_body_that_was_changed() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("a.db"), Access::Write).unwrap();
        store.connection.execute("INSERT INTO body VALUES (?1, 3, 0, x'616263')", ["0".repeat(64)]).unwrap();
        let problems = store.check().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("does not match"), "{problems:?}");
    }
}

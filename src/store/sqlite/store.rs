use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use boji_clean::model::{Learned, Profile, Ruling, Timestamp};
use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::failure::SqliteFailure;
use super::open::{self, Access, Look};
use super::{
    articles, captures, check, commit, dump, duplicates, forget, forgotten, hide, lessons, near, packing, pictures,
    sights, sizes, sources, upkeep, words,
};
use crate::model::{
    Capture, Decision, Duplicates, Entry, FetchRecord, Forgetting, Forgotten, Hidden, Hideable, HostState, Known,
    LastSight, Picture, PictureFile, Resemblance, Source, SourceState, Standing, StoredArticle, Submission,
    VersionCount, WantedPicture,
};
use crate::search::Query;
use crate::store::contract::{
    Batch, Counts, Damaged, EntryCount, Found, Loose, Pruning, Retry, SearchIndex, Sizes, Store, Waiting,
};
use crate::store::error::StoreError;
use crate::store::filter::Filter;
use crate::store::picture_files::PictureFiles;

/// Bodies that are packed again in one transaction: of large pages some hundred megabytes.
const REPACKED_AT_ONCE: usize = 100;

/// A [`Store`] in one SQLite file, or in memory.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    path: PathBuf,
    files: PictureFiles,
}

impl SqliteStore {
    /// Opens the database at `path` and brings an older one up to date.
    ///
    /// Errors: `Missing` (reading, no file), `Foreign`, `Newer`, `Busy`, `Full`, `Io` (the folder cannot be made).
    pub fn open(path: &Path, access: Access) -> Result<Self, StoreError> {
        let (connection, files) = (open::open(path, access)?, PictureFiles::beside(path));
        Ok(Self { connection, path: path.to_owned(), files })
    }

    /// Looks at the database at `path` and changes nothing, not even an older one.
    ///
    /// Errors: as those of [`SqliteStore::open`] for reading.
    pub(crate) fn look(path: &Path) -> Result<Look, StoreError> {
        open::look(path)
    }

    /// The version of SQLite that is built in.
    pub(crate) fn engine() -> &'static str {
        rusqlite::version()
    }

    /// An empty store that goes with its value: for tests, and for what is not to be kept.
    pub fn in_memory() -> Result<Self, StoreError> {
        let files = PictureFiles::Memory(BTreeMap::new());
        Ok(Self { connection: open::open_in_memory()?, path: PathBuf::from(open::MEMORY), files })
    }

    fn read<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, SqliteFailure>,
    ) -> Result<T, StoreError> {
        work(&self.connection).map_err(|failure| failure.at(&self.path, action))
    }

    /// Reads with several statements that all see the same instant. Within the visitor of a walk, that of the walk.
    fn read_together<T>(
        &self,
        action: &'static str,
        work: impl FnOnce(&Connection) -> Result<T, SqliteFailure>,
    ) -> Result<T, StoreError> {
        self.read(action, |connection| {
            let _together = connection.is_autocommit().then(|| connection.unchecked_transaction()).transpose()?;
            work(connection)
        })
    }

    fn write<T>(
        &mut self,
        action: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, SqliteFailure>,
    ) -> Result<T, StoreError> {
        write(&mut self.connection, work).map_err(|failure| failure.at(&self.path, action))
    }
}

impl Store for SqliteStore {
    fn put_source(&mut self, source: &Source) -> Result<bool, StoreError> {
        self.write("store a source", |transaction| sources::put(transaction, source))
    }

    fn put_sources(&mut self, sources: &[Source]) -> Result<(), StoreError> {
        self.write("store sources", |transaction| {
            sources.iter().try_for_each(|source| sources::put(transaction, source).map(drop))
        })
    }

    fn remove_source(&mut self, id: &str) -> Result<bool, StoreError> {
        self.write("remove a source", |transaction| sources::remove(transaction, id))
    }

    fn source(&self, id: &str) -> Result<Option<(Source, SourceState)>, StoreError> {
        self.read("read a source", |connection| sources::source(connection, id))
    }

    fn sources(&self) -> Result<Vec<(Source, SourceState)>, StoreError> {
        self.read("list the sources", sources::sources)
    }

    fn commit(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError> {
        // Before what is said of them: a file that nothing names is found by who prunes.
        for (picture, bytes) in &batch.pictures {
            if let (Some(file), Some(bytes)) = (picture.file(), bytes) {
                self.files.put(file, bytes)?;
            }
        }
        self.write("store a batch", |transaction| commit::commit(transaction, batch, decide))
    }

    fn entry(&self, source_id: &str, key: &str) -> Result<Option<Entry>, StoreError> {
        self.read("look up an entry", |connection| sources::find_entry(connection, source_id, key))
    }

    fn each_key(&self, source_id: &str, beginning: &str, visit: &mut dyn FnMut(&str)) -> Result<(), StoreError> {
        self.read("list the keys of entries", |connection| sources::each_key(connection, source_id, beginning, visit))
    }

    fn entries_that_say(&self, source_id: &str, words_hash: &str) -> Result<Vec<Entry>, StoreError> {
        self.read("look up the entries of some words", |connection| {
            sources::entries_that_say(connection, source_id, words_hash)
        })
    }

    fn pending(&self, source_id: Option<&str>, wanted: Waiting, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read("list the waiting entries", |connection| sources::pending(connection, source_id, wanted, limit))
    }

    fn count_pending(&self, source_id: &str, wanted: Waiting) -> Result<usize, StoreError> {
        self.read("count the waiting entries", |connection| sources::count_pending(connection, source_id, wanted))
    }

    fn retry(&mut self, which: &Retry, now: Timestamp) -> Result<usize, StoreError> {
        let known = if let Retry::Article(id) = which { self.pictures_of(id)? } else { Vec::new() };
        let mut lost = Vec::new();
        for picture in known {
            if let Some(file) = picture.file()
                && self.files.read(file)?.is_none()
            {
                lost.push(Picture { outcome: None, ..picture });
            }
        }
        self.write("let entries wait no longer", |transaction| {
            lost.iter().try_for_each(|picture| pictures::put(transaction, picture))?;
            pictures::retry(transaction, which, now)?;
            sources::retry(transaction, which, now)
        })
    }

    fn entries_at(&self, addresses: &[String], limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read("look up the entries of an address", |connection| sources::entries_at(connection, addresses, limit))
    }

    fn entries_without_article(&self, sources: &[String], limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.read("list the entries without an article", |connection| {
            sources::entries_without_article(connection, sources, limit)
        })
    }

    fn entry_counts(&self, source_id: Option<&str>) -> Result<Vec<EntryCount>, StoreError> {
        self.read("count the entries", |connection| sources::entry_counts(connection, source_id))
    }

    fn entries_of(&self, article_id: &str) -> Result<Vec<Entry>, StoreError> {
        self.read("list the entries of an article", |connection| sources::entries_of(connection, article_id))
    }

    fn sights_since(&self, source_id: &str, since: Timestamp) -> Result<Vec<LastSight>, StoreError> {
        self.read("list when articles were seen", |connection| sights::since(connection, source_id, since))
    }

    fn sights_of(&self, article_id: &str) -> Result<Vec<LastSight>, StoreError> {
        self.read("look up when an article was seen", |connection| sights::of(connection, article_id))
    }

    fn learned(&self) -> Result<Learned, StoreError> {
        self.read_together("read what was learned", |connection| {
            let profiles = lessons::profiles(connection)?.into_iter();
            Ok(Learned {
                profiles: profiles.map(|profile| (profile.account.clone(), profile)).collect(),
                rulings: lessons::rulings(connection)?.into_iter().map(|(ruling, _)| ruling).collect(),
            })
        })
    }

    fn profile(&self, account: &str) -> Result<Option<Profile>, StoreError> {
        self.read_together("read the profile of an account", |connection| lessons::profile(connection, account))
    }

    fn accounts(&self) -> Result<Vec<Profile>, StoreError> {
        self.read("list the accounts", |connection| lessons::accounts(connection, None))
    }

    fn rule(&mut self, ruling: &Ruling, at: Timestamp) -> Result<bool, StoreError> {
        self.write("store a ruling", |transaction| lessons::put_ruling(transaction, ruling, at))
    }

    fn unrule(&mut self, ruling: &Ruling) -> Result<bool, StoreError> {
        self.write("remove a ruling", |transaction| lessons::remove_ruling(transaction, ruling))
    }

    fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        self.read("list the hosts", sources::hosts)
    }

    fn article(&self, prefix: &str) -> Result<Option<StoredArticle>, StoreError> {
        self.read_together("look up an article", |connection| articles::find(connection, prefix))
    }

    fn standing(&self, prefix: &str) -> Result<Option<Standing>, StoreError> {
        self.read_together("look up an article", |connection| articles::find_standing(connection, prefix))
    }

    fn each_standing(&self, filter: &Filter, visit: &mut dyn FnMut(Standing)) -> Result<(), StoreError> {
        self.read_together("list the articles", |connection| {
            articles::each_standing(connection, filter, |standing| {
                visit(standing);
                Ok(ControlFlow::Continue(()))
            })
        })
    }

    fn versions(&self) -> Result<Vec<VersionCount>, StoreError> {
        self.read("count the versions of articles", articles::versions)
    }

    fn revision_numbers(&self, id: &str) -> Result<Vec<u32>, StoreError> {
        self.read("list the revisions of an article", |connection| articles::revision_numbers(connection, id))
    }

    fn revision(&self, id: &str, number: u32) -> Result<Option<StoredArticle>, StoreError> {
        self.read("read a revision of an article", |connection| articles::revision(connection, id, number))
    }

    fn revert(
        &mut self,
        id: &str,
        revision: u32,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<bool, StoreError> {
        self.write("let another revision stand", |transaction| commit::revert(transaction, id, revision, decide))
    }

    fn search(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Found, StoreError> {
        self.read_together("search", |connection| words::find(connection, query, filter, limit))
    }

    fn sizes(&self) -> Result<Sizes, StoreError> {
        let pictures = self.files.all()?.into_values().sum();
        self.read_together("measure it", |connection| sizes::sizes(connection, pictures))
    }

    fn search_index(&self) -> Result<SearchIndex, StoreError> {
        self.read_together("look at its search index", words::state)
    }

    fn rebuild_search_index(&mut self, tell: &mut dyn FnMut(usize, usize)) -> Result<(), StoreError> {
        self.write("rebuild its search index", |transaction| words::rebuild(transaction, tell))
    }

    fn drop_search_index(&mut self) -> Result<(), StoreError> {
        self.write("empty its search index", |transaction| words::empty(transaction, false))
    }

    fn hide(&mut self, hidden: &Hidden) -> Result<bool, StoreError> {
        self.write("hide articles", |transaction| hide::hide(transaction, hidden))
    }

    fn unhide(&mut self, kind: Hideable, subject: &str) -> Result<bool, StoreError> {
        self.write("show articles again", |transaction| hide::unhide(transaction, kind, subject))
    }

    fn hidden(&self) -> Result<Vec<Hidden>, StoreError> {
        self.read("list what is hidden", hide::hidden)
    }

    fn forget(&mut self, id: &str, reason: &str, at: Timestamp) -> Result<Option<Forgetting>, StoreError> {
        open::erasing(&self.connection, true).map_err(|failure| failure.at(&self.path, "forget an article"))?;
        let done = self.write("forget an article", |transaction| forget::forget(transaction, id, reason, at));
        // The log holds pages as they were.
        open::erasing(&self.connection, false).map_err(|failure| failure.at(&self.path, "forget an article"))?;
        let Some((done, files)) = done? else { return Ok(None) };
        for path in files.iter().filter_map(PictureFile::path) {
            self.files.remove(&path)?;
        }
        Ok(Some(done))
    }

    fn let_come(&mut self, id: &str) -> Result<bool, StoreError> {
        self.write("let an article come again", |transaction| forgotten::let_come(transaction, id))
    }

    fn forgotten(&self) -> Result<Vec<Forgotten>, StoreError> {
        self.read("list what was forgotten", forgotten::forgotten)
    }

    fn duplicates(&self) -> Result<Duplicates, StoreError> {
        self.read_together("list the duplicates", duplicates::read)
    }

    fn resemblances(&self, article: Option<&str>) -> Result<Vec<Resemblance>, StoreError> {
        self.read_together("list which texts are alike", |connection| near::resemblances(connection, article))
    }

    fn compare_anew(&mut self) -> Result<usize, StoreError> {
        self.write("compare all texts", |transaction| near::compare_all(transaction))
    }

    fn held(&self) -> Result<Vec<(String, Timestamp)>, StoreError> {
        self.read("list what is held back", articles::held)
    }

    fn unlisted_pictures(&self, source_id: &str, wish: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        self.read("look for articles whose pictures are wanted", |connection| {
            pictures::unlisted(connection, source_id, wish, limit)
        })
    }

    fn list_pictures(
        &mut self,
        article_id: &str,
        wish: &str,
        wanted: &[WantedPicture],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.write("list the pictures of an article", |transaction| {
            pictures::list(transaction, article_id, wish, wanted, now)
        })
    }

    fn due_pictures(&self, source_id: &str, now: Timestamp, limit: usize) -> Result<Vec<Picture>, StoreError> {
        self.read("list the pictures that are due", |connection| pictures::due(connection, source_id, now, limit))
    }

    fn pictures_of(&self, article_id: &str) -> Result<Vec<Picture>, StoreError> {
        self.read("list the pictures of an article", |connection| pictures::of(connection, article_id))
    }

    fn kept_picture(&self, name: &str) -> Result<Option<PictureFile>, StoreError> {
        let kept = self.read("look up a picture", |connection| pictures::kept(connection, name))?;
        Ok(match kept {
            Some(file) if self.files.read(&file)?.is_some() => Some(file),
            _ => None,
        })
    }

    fn picture_bytes(&self, file: &PictureFile) -> Result<Option<Vec<u8>>, StoreError> {
        self.files.read(file)
    }

    fn check_pictures(&self) -> Result<Vec<String>, StoreError> {
        let mut problems = Vec::new();
        for picture in self.read("list the pictures", pictures::of_files)? {
            let Some(file) = picture.file() else { continue };
            if self.files.read(file)?.is_none() && problems.len() < check::MAX_PROBLEMS {
                let (hash, id) = (&file.hash, &picture.article_id);
                problems.push(format!("the picture {hash} is lost or damaged; `boji retry {id}` asks for it again"));
            }
        }
        Ok(problems)
    }

    fn each_article(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(StoredArticle) -> ControlFlow<()>,
    ) -> Result<Vec<Damaged>, StoreError> {
        self.read_together("read the articles", |connection| articles::each(connection, filter, visit))
    }

    fn remains(&self, id: &str) -> Result<Option<StoredArticle>, StoreError> {
        self.read("look at what is left of an article", |connection| articles::remains(connection, id))
    }

    fn capture(&self, hash: &str) -> Result<Option<Capture>, StoreError> {
        self.read("read a capture", |connection| captures::find(connection, hash))
    }

    fn capture_at(&self, url: &str, hash: &str) -> Result<Option<Capture>, StoreError> {
        self.read("read a capture", |connection| captures::find_at(connection, url, hash))
    }

    fn capture_when(&self, hash: &str, at: Timestamp) -> Result<Option<Capture>, StoreError> {
        self.read("read a capture", |connection| captures::find_when(connection, hash, at))
    }

    fn has_capture(&self, url: &str, hash: &str) -> Result<bool, StoreError> {
        self.read("look up a capture", |connection| captures::exists(connection, url, hash))
    }

    fn history(&self, source_id: Option<&str>, limit: usize) -> Result<Vec<FetchRecord>, StoreError> {
        self.read("list the history", |connection| sources::last_fetches(connection, source_id, limit))
    }

    fn history_of(&self, addresses: &[String], limit: usize) -> Result<Vec<FetchRecord>, StoreError> {
        self.read("look up the history of an address", |connection| {
            sources::last_fetches_of(connection, addresses, limit)
        })
    }

    fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        self.read("write a copy of itself", |connection| upkeep::copy(connection, path))
    }

    fn vacuum(&mut self) -> Result<(), StoreError> {
        self.read("write its file anew", upkeep::vacuum)
    }

    fn repack(&mut self, tell: &mut dyn FnMut(usize, usize)) -> Result<(), StoreError> {
        let bodies = self.read("look for bodies", packing::packed_alone)?;
        for (done, some) in bodies.chunks(REPACKED_AT_ONCE).enumerate() {
            self.write("pack bodies", |transaction| {
                some.iter().try_for_each(|hash| packing::pack_again(transaction, hash))
            })?;
            tell(done * REPACKED_AT_ONCE + some.len(), bodies.len());
        }
        Ok(())
    }

    fn prune(&mut self, before: Timestamp, is_plan: bool) -> Result<Pruning, StoreError> {
        let pruning = self.write("prune captures", |transaction| upkeep::prune(transaction, before, is_plan))?;
        let named = self.read("list the pictures", pictures::of_files)?;
        let named: BTreeSet<String> = named.iter().filter_map(|picture| picture.file()?.path()).collect();
        let mut loose = Loose::default();
        for (path, bytes) in self.files.all()?.into_iter().filter(|(path, _)| !named.contains(path)) {
            loose = Loose { files: loose.files + 1, bytes: loose.bytes + bytes };
            if !is_plan {
                self.files.remove(&path)?;
            }
        }
        Ok(Pruning { pictures: loose, ..pruning })
    }

    fn counts(&self, now: Timestamp) -> Result<Counts, StoreError> {
        self.read_together("count what it holds", |connection| check::counts(connection, now))
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        self.read_together("check itself", check::problems)
    }

    fn dump(&self, out: &mut dyn std::io::Write) -> Result<(), StoreError> {
        self.read_together("dump its content", |connection| dump::write(connection, out))
    }
}

/// One write transaction. It takes the write lock at once: a reader that turns writer midway fails with BUSY whatever
/// the timeout.
fn write<T>(
    connection: &mut Connection,
    work: impl FnOnce(&Transaction<'_>) -> Result<T, SqliteFailure>,
) -> Result<T, SqliteFailure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = work(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

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
        assert_eq!(store.counts(Timestamp::default()).unwrap().captures, 0);
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
        store.connection.execute("INSERT INTO body VALUES (?1, 3, 0, x'616263', NULL)", ["0".repeat(64)]).unwrap();
        let problems = store.check().unwrap();
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].contains("does not match"), "{problems:?}");
    }
}

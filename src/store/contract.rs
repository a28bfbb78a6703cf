use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use boji_clean::model::{Learned, Lesson, PageState, Profile, Ruling, Timestamp};
use boji_clean::word_enum;

use super::error::StoreError;
use super::filter::Filter;
use crate::model::{
    Capture, Decision, Duplicates, Entry, EntryStatus, FetchRecord, Forgetting, Forgotten, Hidden, Hideable, HostState,
    Known, LastSight, Outcome, Picture, PictureFile, Resemblance, Source, SourceState, Standing, StoredArticle,
    Submission, VersionCount, WantedPicture,
};
use crate::search::Query;

/// Everything that one step of work wants to write; committed whole or not at all.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    /// Captures, each with the source that led to it; one with a body already stored costs only a row.
    pub captures: Vec<(String, Capture)>,
    /// Articles, in order; a later one sees the earlier ones.
    pub articles: Vec<Submission>,
    /// What the articles teach about their accounts. Taken in after the articles: a lesson of an article that is not
    /// stored, is a duplicate, or has taught before is passed over, and one without the name of an account too.
    /// A wording that was not learned and has not come back for long is forgotten.
    pub lessons: Vec<Lesson>,
    /// Articles found taken down: id, state, when. What is stored of them stays; an id that is not stored is passed
    /// over, and a later sight of the article takes the mark away.
    pub gone: Vec<(String, PageState, Timestamp)>,
    /// Entries that go by another key now, by (source, key): taken away before `entries` are written.
    pub renamed: Vec<(String, String)>,
    /// Entries, inserted or replaced by (source, key); an error when the source is not stored.
    pub entries: Vec<Entry>,
    /// States of sources; an error when the source is not stored.
    pub source_states: Vec<(String, SourceState)>,
    /// History, appended.
    pub fetches: Vec<FetchRecord>,
    /// Hosts, inserted or replaced by name.
    pub hosts: Vec<HostState>,
    /// What came of pictures that were listed, each with its bytes where they came; one that is listed no more is passed over.
    pub pictures: Vec<(Picture, Option<Vec<u8>>)>,
}

/// An article that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Damaged {
    /// Its id.
    pub article: String,
    /// What is wrong, as a clause.
    pub why: String,
}

/// Which of the entries that wait are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Those that are due at this instant.
    pub now: Timestamp,
    /// And those that are to wait for more than so many seconds from then on: a clock that was ahead wrote that.
    pub longest: i64,
}

impl Waiting {
    /// All of them.
    pub const fn all(now: Timestamp) -> Self {
        Self { now, longest: 0 }
    }
}

/// Whose entries are to be tried again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retry {
    /// All that a source named and that led to no article.
    Source(String),
    /// Those of a source that are done with a text from a place for abstracts.
    Abstracts(String),
    /// Those with this address, of whatever source.
    Address(String),
    /// Those that led to this article.
    Article(String),
}

/// Captures that nothing was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Pruning {
    /// How many.
    pub captures: u64,
    /// Bodies of which no capture is left then.
    pub bodies: u64,
    /// What these take, in bytes as they are stored.
    pub bytes: u64,
    /// Files of pictures that no article has, and their bytes.
    #[serde(skip_serializing_if = "Loose::is_empty")]
    pub pictures: Loose,
    /// Captures by id of the source.
    pub by_source: BTreeMap<String, u64>,
}

/// Files of pictures that no article has: a process was killed before it wrote down whose they are, or before it took them away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Loose {
    /// How many.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Loose {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The best of it, in order.
    pub hits: Vec<Hit>,
    /// How many articles there are in all; `None` where a filter had a say.
    pub all: Option<usize>,
}

/// The newest of some articles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Newest {
    /// They, the newest last.
    pub(crate) standings: VecDeque<Standing>,
    /// How many there are in all.
    pub(crate) all: usize,
}

/// An article that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// It.
    pub standing: Standing,
    /// How well it goes with the query: more is better. To be compared within one search alone.
    pub score: f64,
}

/// How much the search index holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SearchIndex {
    /// Whether it is kept.
    pub is_kept: bool,
    /// Articles in it.
    pub articles: u64,
    /// Bytes that it takes.
    pub bytes: u64,
}

word_enum! {
    /// A part of the store, by what it is for.
    pub enum StorePart {
        /// The words of articles, with all of their blocks and revisions.
        Articles = "articles",
        /// What servers sent.
        Captures = "captures",
        /// What articles are searched by.
        Search = "search",
        /// What near duplicates are found by.
        NearDuplicates = "near-duplicates",
        /// What was learned of accounts.
        Learned = "learned",
        /// Which pictures articles have.
        Pictures = "pictures",
        /// The pictures, in files beside the database.
        PictureFiles = "picture-files",
        /// Which articles there are, in the order of lists.
        Lists = "lists",
        /// Sources, their entries, requests and hosts.
        Sources = "sources",
        /// What SQLite needs for itself.
        Others = "others",
        /// Room that a vacuum gives back.
        Free = "free",
    }
}

/// How large what is stored is, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Sizes {
    /// Bytes of each part, by the word of [`StorePart`].
    pub parts: BTreeMap<String, u64>,
    /// Bytes of the articles of each source, packed.
    pub articles_of_source: BTreeMap<String, u64>,
    /// Bytes of what was fetched or imported for each source, packed; what several had is the first one's.
    pub captures_of_source: BTreeMap<String, u64>,
}

/// How many entries of a source stand alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryCount {
    /// The source.
    pub source_id: String,
    /// How far they are.
    pub status: EntryStatus,
    /// What came of their last try; `None` before the first.
    pub outcome: Option<Outcome>,
    /// How many.
    pub entries: u64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Sources.
    pub sources: u64,
    /// Articles.
    pub articles: u64,
    /// Revisions of all articles together.
    pub revisions: u64,
    /// Of these, such as are held back until their words come again.
    pub held: u64,
    /// Captures.
    pub captures: u64,
    /// Entries that still wait.
    pub pending: u64,
    /// Of these, such as wait for more than a week: their pages did not come in the tries of the first days.
    pub rarely: u64,
    /// Entries of which nothing more will come.
    pub closed: u64,
    /// Pictures of articles, where some are kept.
    #[serde(skip_serializing_if = "PictureCounts::is_empty")]
    pub pictures: PictureCounts,
    /// Bytes of the database.
    pub bytes: u64,
}

/// How many pictures articles have; one that several show counts for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PictureCounts {
    /// Kept in files.
    pub kept: u64,
    /// To be asked for, for the first time or again.
    pub waiting: u64,
    /// Of which there is none, and nothing more will come.
    pub failed: u64,
    /// Files.
    pub files: u64,
    /// Bytes of the files.
    pub bytes: u64,
}

impl PictureCounts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// The store. Synchronous and coarse: each method is one transaction.
///
/// - **Lifecycle**: opening migrates an older store and refuses a newer one; dropping closes it.
/// - **Threads**: one value is used by one thread at a time; one writer owns a store, readers open their own.
/// - **Time**: every instant is UTC and comes from the caller; a store never asks a clock.
/// - **Errors**: a method that returns an error has changed nothing.
/// - **Order**: lists come in a stable order that depends on content alone: sources by id, articles by publication
///   time (else fetch time) and id, history from old to new.
pub trait Store: Send {
    /// Inserts a source or replaces its description, keeping its state. True when it was new.
    fn put_source(&mut self, source: &Source) -> Result<bool, StoreError>;

    /// The same with many, all or none of them.
    fn put_sources(&mut self, sources: &[Source]) -> Result<(), StoreError>;

    /// Forgets a source and its entries; its articles stay. False when there is none of this id.
    fn remove_source(&mut self, id: &str) -> Result<bool, StoreError>;

    /// One source with its state.
    fn source(&self, id: &str) -> Result<Option<(Source, SourceState)>, StoreError>;

    /// All sources with their states, by id.
    fn sources(&self) -> Result<Vec<(Source, SourceState)>, StoreError>;

    /// Writes a batch in one transaction. `decide` is asked once for each article with what is known of it; a decision
    /// that does not go with it (a new article under a stored key, a duplicate of nothing) is an error.
    ///
    /// An article is found by all of its keys ([`boji_clean::model::Article::aliases`]): one that came by a link alone and
    /// comes now with its numbers is the same, and keeps its id; its other ids lead to it wherever an id is asked for.
    /// Should both have been stored before that was known, the one of the link becomes a duplicate of the other.
    ///
    /// Words that are held back become a revision that does not stand, in place of an earlier one of that kind; the batch's
    /// entries that led to them are stored as such that ask again. What stands comes back, or is revised: then they are gone,
    /// but for their capture.
    ///
    /// When a revision or a refresh changes an article's text, the article is a duplicate no longer (but of what the
    /// refresh names), and the first of its own duplicates takes its place.
    fn commit(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError>;

    /// One entry of a source.
    fn entry(&self, source_id: &str, key: &str) -> Result<Option<Entry>, StoreError>;

    /// Calls `visit` with the key of each entry of a source that begins so, in their order.
    fn each_key(&self, source_id: &str, beginning: &str, visit: &mut dyn FnMut(&str)) -> Result<(), StoreError>;

    /// Those of a source whose words have this hash; none has the hash "".
    fn entries_that_say(&self, source_id: &str, words_hash: &str) -> Result<Vec<Entry>, StoreError>;

    /// Entries that wait and are wanted, oldest due first, at most `limit`; of one source, or of all.
    fn pending(&self, source_id: Option<&str>, wanted: Waiting, limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// How many entries of a source [`Store::pending`] would give without a limit.
    fn count_pending(&self, source_id: &str, wanted: Waiting) -> Result<usize, StoreError>;

    /// Lets entries wait no longer: done and closed ones too, as if they had never been tried. An entry without an address is
    /// read again with the next poll of its source. How many there are. With those of a source or an article go the pictures that are
    /// not kept, and those of an article whose files are lost.
    fn retry(&mut self, which: &Retry, now: Timestamp) -> Result<usize, StoreError>;

    /// Entries with one of these addresses, of whatever source, by source and key, at most `limit`: by their key, by their address
    /// as it stands or in its canonical form ([`boji_clean::model::canonical_url`]). Reads all entries.
    fn entries_at(&self, addresses: &[String], limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// Entries that led to no article, of these sources or of all, at most `limit`: those that wait, the first due first, then
    /// those that are closed, the last closed first.
    fn entries_without_article(&self, sources: &[String], limit: usize) -> Result<Vec<Entry>, StoreError>;

    /// How many entries of a source, or of each, stand alike, in order.
    fn entry_counts(&self, source_id: Option<&str>) -> Result<Vec<EntryCount>, StoreError>;

    /// The entries that led to an article, by source and key.
    fn entries_of(&self, article_id: &str) -> Result<Vec<Entry>, StoreError>;

    /// The last sights of a source's articles that were first stored, and seen last, after `since`, and whose pages were asked for; by key.
    fn sights_since(&self, source_id: &str, since: Timestamp) -> Result<Vec<LastSight>, StoreError>;

    /// The last sights of an article, by source and key.
    fn sights_of(&self, article_id: &str) -> Result<Vec<LastSight>, StoreError>;

    /// What cleaning takes from here: the profiles of all accounts of which something was learned, and all rulings.
    fn learned(&self) -> Result<Learned, StoreError>;

    /// The profile of an account, `None` when no article of it was stored. Its blocks are the learned wordings alone.
    fn profile(&self, account: &str) -> Result<Option<Profile>, StoreError>;

    /// All accounts that have taught something, by name, without their blocks.
    fn accounts(&self) -> Result<Vec<Profile>, StoreError>;

    /// Puts a ruling in force. False when it was.
    fn rule(&mut self, ruling: &Ruling, at: Timestamp) -> Result<bool, StoreError>;

    /// Takes a ruling out of force. False when it was not in force.
    fn unrule(&mut self, ruling: &Ruling) -> Result<bool, StoreError>;

    /// What is known of every host.
    fn hosts(&self) -> Result<Vec<HostState>, StoreError>;

    /// The article whose id, or other id, begins with `prefix`; an error when several do.
    fn article(&self, prefix: &str) -> Result<Option<StoredArticle>, StoreError>;

    /// As [`Store::article`], of what lists show of it alone.
    fn standing(&self, prefix: &str) -> Result<Option<Standing>, StoreError>;

    /// Calls `visit` with each wanted article in order, but reads neither texts nor blocks. `visit` may ask the store.
    fn each_standing(&self, filter: &Filter, visit: &mut dyn FnMut(Standing)) -> Result<(), StoreError>;

    /// How many articles of each account stand under each version of the rules, in order.
    fn versions(&self) -> Result<Vec<VersionCount>, StoreError>;

    /// The numbers of an article's revisions, oldest first, those that do not stand with them.
    fn revision_numbers(&self, id: &str) -> Result<Vec<u32>, StoreError>;

    /// One revision of an article, whether it stands or not.
    fn revision(&self, id: &str, number: u32) -> Result<Option<StoredArticle>, StoreError>;

    /// Lets the revision of this number stand. Those behind it are set aside: their words will change nothing when they come
    /// again. `decide` says of what it is a duplicate then, as a refresh. False when the article has no such revision.
    fn revert(
        &mut self,
        id: &str,
        revision: u32,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<bool, StoreError>;

    /// What a query finds among the latest revisions that a filter wants, at most `limit`: the best first, of what is as good the
    /// newest. `NoSearchIndex` where none is kept.
    fn search(&self, query: &Query, filter: &Filter, limit: usize) -> Result<Found, StoreError>;

    /// How much is indexed.
    fn search_index(&self) -> Result<SearchIndex, StoreError>;

    /// Indexes all articles anew, and keeps the index from now on; `tell` hears how many of how many are done.
    fn rebuild_search_index(&mut self, tell: &mut dyn FnMut(usize, usize)) -> Result<(), StoreError>;

    /// Empties the search index, and keeps none from now on.
    fn drop_search_index(&mut self) -> Result<(), StoreError>;

    /// Keeps an article, or all of a source or an account, out of what a filter takes unless it says otherwise. What was hidden
    /// gets the new reason. True when it was not hidden.
    fn hide(&mut self, hidden: &Hidden) -> Result<bool, StoreError>;

    /// Shows again. False when it was not hidden.
    fn unhide(&mut self, kind: Hideable, subject: &str) -> Result<bool, StoreError>;

    /// All that is hidden, by kind and subject.
    fn hidden(&self) -> Result<Vec<Hidden>, StoreError>;

    /// Takes away an article with all its revisions, captures and words, beyond recovery from the file; what comes of it later, by
    /// any of its keys, is refused. A capture of which another article was made stays. `None` when there is no article of this id.
    fn forget(&mut self, id: &str, reason: &str, at: Timestamp) -> Result<Option<Forgetting>, StoreError>;

    /// Lets a forgotten article come again. False when none of this id is forgotten.
    fn let_come(&mut self, id: &str) -> Result<bool, StoreError>;

    /// All that was forgotten, by id.
    fn forgotten(&self) -> Result<Vec<Forgotten>, StoreError>;

    /// What the articles repeat of one another, exactly, nearly or as a part, and which of them stands for the others: worked out
    /// from what is stored. For filters, whose duplicates are these.
    fn duplicates(&self) -> Result<Duplicates, StoreError>;

    /// The pairs of articles whose texts are alike, in order: of one article, which comes first in each then, or of all. An exact
    /// duplicate is in none; the article stored first with its text is.
    fn resemblances(&self, article: Option<&str>) -> Result<Vec<Resemblance>, StoreError>;

    /// Compares all texts with one another anew, as [`Store::commit`] did one after the other. How many have something to be
    /// compared by.
    fn compare_anew(&mut self) -> Result<usize, StoreError>;

    /// The articles of which words are held back, and since when, oldest first.
    fn held(&self) -> Result<Vec<(String, Timestamp)>, StoreError>;

    /// The ids of a source's articles whose pictures were not listed as their standing revisions have them by this wish, the newest
    /// first, at most `limit`.
    fn unlisted_pictures(&self, source_id: &str, wish: &str, limit: usize) -> Result<Vec<String>, StoreError>;

    /// Writes down which pictures an article wants, as its standing revision has them by a wish; new ones are due at once. What came of
    /// those that are known stays, and each that is kept.
    fn list_pictures(
        &mut self,
        article_id: &str,
        wish: &str,
        wanted: &[WantedPicture],
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// The pictures of a source's articles that are due, those of the newest articles first, at most `limit`.
    fn due_pictures(&self, source_id: &str, now: Timestamp, limit: usize) -> Result<Vec<Picture>, StoreError>;

    /// The pictures of an article in their order.
    fn pictures_of(&self, article_id: &str) -> Result<Vec<Picture>, StoreError>;

    /// The file in which a picture of this name is kept, of whatever article, where it is whole.
    fn kept_picture(&self, name: &str) -> Result<Option<PictureFile>, StoreError>;

    /// The bytes of a picture; `None` when its file is not there, or holds others.
    fn picture_bytes(&self, file: &PictureFile) -> Result<Option<Vec<u8>>, StoreError>;

    /// Problems with the files of pictures; reads all of them.
    fn check_pictures(&self) -> Result<Vec<String>, StoreError>;

    /// Calls `visit` with each wanted article in order, until it breaks off. `visit` may ask the store, which stands
    /// still for it. `try_each_article` is for one that may fail. An article that cannot be read is passed over and named.
    fn each_article(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(StoredArticle) -> ControlFlow<()>,
    ) -> Result<Vec<Damaged>, StoreError>;

    /// What is left of an article that cannot be read: where it came from, with no text.
    fn remains(&self, id: &str) -> Result<Option<StoredArticle>, StoreError>;

    /// A capture by the content address of its body; the last one when several share it.
    fn capture(&self, hash: &str) -> Result<Option<Capture>, StoreError>;

    /// The last capture with this URL and body.
    fn capture_at(&self, url: &str, hash: &str) -> Result<Option<Capture>, StoreError>;

    /// The capture with this body that came at an instant; one of several.
    fn capture_when(&self, hash: &str, at: Timestamp) -> Result<Option<Capture>, StoreError>;

    /// True when a capture with this URL and body is stored: the cheap question of a second import.
    fn has_capture(&self, url: &str, hash: &str) -> Result<bool, StoreError>;

    /// The last `limit` requests of a source, or of all, from old to new.
    fn history(&self, source_id: Option<&str>, limit: usize) -> Result<Vec<FetchRecord>, StoreError>;

    /// The last `limit` requests for these addresses, letter by letter, from old to new. Reads all of the history.
    fn history_of(&self, addresses: &[String], limit: usize) -> Result<Vec<FetchRecord>, StoreError>;

    /// Writes the whole database, as it is at one instant, to a file that is not there yet; others may write meanwhile. The files of
    /// pictures stay where they are.
    fn copy_to(&self, path: &Path) -> Result<(), StoreError>;

    /// Writes the database's file anew, without what is free in it.
    fn vacuum(&mut self) -> Result<(), StoreError>;

    /// Packs the bodies of captures again, behind each other where they are alike, as those are that come now; calls `tell` with how
    /// many of how many are done. What is done stays done when it is broken off.
    fn repack(&mut self, tell: &mut dyn FnMut(usize, usize)) -> Result<(), StoreError>;

    /// Takes away the captures from before an instant of which no article was made and which no entry needs: pages that were no
    /// article, looks at pages that had not changed, lists; and files of pictures that no article has. Only counts them with `is_plan`.
    fn prune(&mut self, before: Timestamp, is_plan: bool) -> Result<Pruning, StoreError>;

    /// How large each part of the store is; reads all of the file.
    fn sizes(&self) -> Result<Sizes, StoreError>;

    /// How much there is, and how much of it waits at `now`.
    fn counts(&self, now: Timestamp) -> Result<Counts, StoreError>;

    /// Problems that the store finds in its database; empty when that is sound.
    fn check(&self) -> Result<Vec<String>, StoreError>;

    /// The whole content as text, one line a row, in a stable order: equal stores give equal dumps.
    fn dump(&self, out: &mut dyn Write) -> Result<(), StoreError>;
}

impl dyn Store + '_ {
    /// The capture that an article was made from; `None` when it is not stored. One body may have come from several places in
    /// files, or from several addresses, each with a capture of its own.
    pub fn capture_of(&self, stored: &StoredArticle) -> Result<Option<Capture>, StoreError> {
        let (file, hash) = (&stored.submission.article.metadata.file, &stored.submission.capture_hash);
        let own = if file.is_empty() {
            self.capture_when(hash, stored.submission.fetched_at)?
        } else {
            self.capture_at(file, hash)?
        };
        if own.is_some() { Ok(own) } else { self.capture(hash) }
    }

    /// The newest of the articles that a filter and `wants` want. One without a date of publication counts by the time at which it was
    /// fetched.
    pub(crate) fn newest(
        &self,
        filter: &Filter,
        most: usize,
        wants: impl Fn(&Standing) -> bool,
    ) -> Result<Newest, StoreError> {
        let mut newest = Newest::default();
        self.each_standing(filter, &mut |standing| {
            if wants(&standing) {
                newest.all += 1;
                newest.standings.push_back(standing);
                if newest.standings.len() > most {
                    newest.standings.pop_front();
                }
            }
        })?;
        Ok(newest)
    }

    /// As [`Store::each_article`], with a visitor that may fail: its error ends the walk and is returned as it is.
    pub fn try_each_article<E: From<StoreError>>(
        &self,
        filter: &Filter,
        mut visit: impl FnMut(StoredArticle) -> Result<(), E>,
    ) -> Result<Vec<Damaged>, E> {
        let mut failed = Ok(());
        let damaged = self.each_article(filter, &mut |stored| {
            failed = visit(stored);
            if failed.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        failed.map(|()| damaged)
    }
}

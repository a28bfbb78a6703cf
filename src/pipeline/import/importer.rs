//! Collects the results of an import, compares them with the store and commits them. What a saved list only names becomes
//! entries that wait for a run.

use std::collections::BTreeSet;

use boji_clean::model::{ArticleKey, Candidate, FoundBy, PageState, Timestamp, WeChatLink, canonical_url};

use super::container::PassedOver;
use super::known::key_of_file;
use super::result::{FileContent, FileResult};
use super::sources::add_sources;
use crate::dedup;
use crate::discover::{Listing, PassedOverFiles};
use crate::model::{Capture, Entry, EntryStatus, Outcome, Source, SourceKind, SourceState, Submission};
use crate::pipeline::error::RunError;
use crate::pipeline::report::{Problem, SourceOutcome, SourceReport, Stage};
use crate::pipeline::{log, submit};
use crate::store::{Batch, Store};

/// Captures or entries committed at once: enough to make the commit cheap, few enough to lose little work to a kill.
const BATCH: usize = 200;
/// Bytes of captures after which they are committed: pages may have megabytes each.
const MAX_BATCH_BYTES: usize = 2 << 20;
/// What was passed over is named so often; all of it is counted.
const MAX_NAMED_PASSED_OVER: usize = 1_000;
/// Files that gave no article and other oddities that are told; what files were, all counts say.
const MAX_ODDITIES: usize = 10_000;
/// Problems that are told one by one; the others are counted.
const MAX_PROBLEMS: usize = 1_000;
/// Articles named by all lists of one folder that are remembered.
const MAX_NAMED: usize = 1_000_000;
/// Seconds after which a temporary link is not worth a request. It opens for some hours; a day or two more cost little.
const TEMPORARY_LIFE: i64 = 3 * 86_400;

/// Collects results in order, asks the store what it knows, and commits in batches.
pub(super) struct Importer<'a> {
    store: &'a mut dyn Store,
    source: &'a Source,
    /// True when the store has the source: one is made for the first capture, not for a list of addresses.
    known: bool,
    now: Timestamp,
    /// What came of it so far.
    pub report: SourceReport,
    /// Articles with a time of their own in the batch that is not committed yet.
    waiting: BTreeSet<String>,
    batch: Batch,
    /// Bytes of the captures of the batch.
    bytes: usize,
    /// What was passed over and is named.
    named_passed_over: usize,
    /// Problems that are not in the report.
    untold: usize,
    /// Captures of the batch that is not committed yet.
    taken: BTreeSet<(String, String)>,
    /// What lists named. Looked at last, for the folder may hold the articles themselves.
    named: Vec<Candidate>,
}

impl<'a> Importer<'a> {
    /// An importer that has taken nothing yet; `known` when the store has the source already.
    pub(super) fn new(store: &'a mut dyn Store, source: &'a Source, known: bool, now: Timestamp) -> Self {
        Self {
            store,
            source,
            known,
            now,
            report: SourceReport::of(&source.id, &source.name),
            batch: Batch::default(),
            waiting: BTreeSet::new(),
            bytes: 0,
            named_passed_over: 0,
            untold: 0,
            taken: BTreeSet::new(),
            named: Vec::new(),
        }
    }

    /// Counts what a walk over a folder passed over.
    pub(super) fn passed_over(&mut self, files: PassedOverFiles) {
        for (ending, count) in files.endings {
            *self.report.passed_over.files.entry(ending).or_default() += count;
        }
        for (file, what) in files.first {
            self.name_passed_over(&file, &what);
        }
    }

    fn pass_over(&mut self, file: &str, what: PassedOver) {
        let (counts, what) = match what {
            PassedOver::File(ending) => (&mut self.report.passed_over.files, ending),
            PassedOver::Record(kind) => (&mut self.report.passed_over.records, kind),
        };
        *counts.entry(what.clone()).or_default() += 1;
        self.name_passed_over(file, &what);
    }

    fn name_passed_over(&mut self, file: &str, what: &str) {
        if self.named_passed_over < MAX_NAMED_PASSED_OVER {
            self.named_passed_over += 1;
            self.report.oddities.push(format!("{file}: passed over ({what})"));
        }
    }

    fn note(&mut self, oddities: impl IntoIterator<Item = String>) {
        let room = MAX_ODDITIES.saturating_sub(self.report.oddities.len());
        self.report.oddities.extend(oddities.into_iter().take(room));
    }

    /// Takes what came of one file.
    pub(super) fn take(&mut self, result: FileResult) -> Result<(), RunError> {
        self.note(result.oddities);
        match result.content {
            Err(_) if self.report.problems.len() >= MAX_PROBLEMS => self.untold += 1,
            Err(message) => self.report.problems.push(Problem::new(&result.file, Stage::Read, message)),
            Ok(FileContent::Known) => self.report.unchanged += 1,
            Ok(FileContent::PassedOver(what)) => self.pass_over(&result.file, what),
            Ok(FileContent::Sources(sources)) => add_sources(self.store, &sources, &mut self.report)?,
            Ok(FileContent::NoArticle(capture, state, evidence)) => {
                self.report.other(Outcome::Page(state));
                self.note([format!("{}: {state} ({evidence})", result.file)]);
                let hash = capture.body_hash();
                self.keep(capture, &hash)?;
            }
            Ok(FileContent::Article(article, later)) => {
                let (capture, submission) = *article;
                for (capture, hash) in later.into_iter().zip(&submission.later_captures) {
                    self.keep(capture, hash)?;
                }
                self.take_article(capture, submission)?;
            }
            Ok(FileContent::List(capture, listing, whole)) => self.take_list(capture, listing, whole)?,
        }
        self.report.problems.extend(result.problems);
        let is_full = self.bytes >= MAX_BATCH_BYTES;
        if is_full || self.batch.captures.len().max(self.batch.entries.len()) >= BATCH { self.commit() } else { Ok(()) }
    }

    fn take_article(&mut self, capture: Capture, submission: Submission) -> Result<(), RunError> {
        let entry = self.entry_of_file(&capture, &submission);
        // The same bytes were taken before, and may have got newer revisions since. Their article is missing only when
        // they were not understood then.
        // What came before in the same batch is to be asked about as well.
        if submission.fetched_at != self.now && !self.waiting.insert(entry.article_id.clone()) {
            self.commit()?;
            self.waiting.insert(entry.article_id.clone());
        }
        let is_new = self.keep(capture, &submission.capture_hash)?;
        let stored =
            if is_new && submission.fetched_at == self.now { None } else { self.store.article(&entry.article_id)? };
        // A page out of an archive may be older than what came since: then its words are no news. Nor are those of a record that
        // was made of what stands, as an export is: it states the same instant.
        let is_stated = submission.fetched_at != self.now;
        let is_older = stored
            .as_ref()
            .map(|stored| stored.submission.fetched_at)
            .is_some_and(|known| known > submission.fetched_at || (is_stated && known == submission.fetched_at));
        if stored.is_none() || is_new && !is_older {
            submit::add(&mut self.batch, submission);
        } else {
            self.report.unchanged += 1;
        }
        self.batch.entries.push(entry);
        Ok(())
    }

    fn take_list(
        &mut self,
        capture: Capture,
        listing: Listing,
        whole: Vec<(Candidate, Submission)>,
    ) -> Result<(), RunError> {
        let file = capture.url.clone();
        self.note(listing.issues.iter().map(|issue| format!("{file}: {issue}")));
        self.report.named += listing.candidates.len() + whole.len() + listing.taken_down;
        for _ in 0..listing.taken_down {
            self.report.other(Outcome::Page(PageState::Deleted));
        }
        let hash = capture.body_hash();
        let is_new = self.keep(capture, &hash)?;
        for (candidate, submission) in whole {
            if is_new {
                self.batch.entries.push(done_entry(&self.source.id, candidate, &submission.article.id(), self.now));
                submit::add(&mut self.batch, submission);
            } else {
                self.report.unchanged += 1;
            }
        }
        let room = MAX_NAMED.saturating_sub(self.named.len());
        self.named.extend(listing.candidates.into_iter().take(room));
        Ok(())
    }

    /// Keeps a capture, unless it is stored. True when it is new.
    fn keep(&mut self, capture: Capture, hash: &str) -> Result<bool, RunError> {
        let key = (capture.url.clone(), hash.to_owned());
        let is_new = !self.taken.contains(&key) && !self.store.has_capture(&key.0, &key.1)?;
        if is_new {
            self.taken.insert(key);
            self.bytes += capture.body.len();
            self.batch.captures.push((self.source.id.clone(), capture));
        }
        Ok(is_new)
    }

    /// What makes a second import quick: [`super::known::KnownFiles`] reads its key.
    fn entry_of_file(&self, capture: &Capture, submission: &Submission) -> Entry {
        let hash = submission.capture_hash.clone();
        let title = submission.article.title.clone();
        Entry {
            source_id: self.source.id.clone(),
            key: key_of_file(&capture.url, &hash),
            candidate: Candidate { title, found_by: Some(FoundBy::Folder), ..Candidate::default() },
            fingerprint: hash,
            words_hash: String::new(),
            status: EntryStatus::Done,
            outcome: Some(Outcome::Page(PageState::Article)),
            skipped_by: String::new(),
            tries: 0,
            next_due: self.now,
            article_id: submission.article.id(),
        }
    }

    /// Makes entries of what lists named and nobody has.
    fn take_named(&mut self) -> Result<(), RunError> {
        for candidate in std::mem::take(&mut self.named) {
            match look_up_named(self.store, &self.source.id, candidate, self.now)? {
                Named::New(entry) => {
                    self.report.pending += 1;
                    self.batch.entries.push(entry);
                }
                Named::Stored(entry) => {
                    self.report.unchanged += 1;
                    self.batch.entries.push(entry);
                }
                Named::Known => self.report.unchanged += 1,
                Named::Over => self.report.other(Outcome::Page(PageState::Expired)),
            }
            // One article may be named by several lists: what one of them said has to be stored before the next.
            if self.batch.entries.len() >= BATCH {
                self.commit()?;
            }
        }
        self.commit()
    }

    fn commit(&mut self) -> Result<(), RunError> {
        let batch = std::mem::take(&mut self.batch);
        self.taken.clear();
        self.waiting.clear();
        self.bytes = 0;
        let is_empty = batch.captures.is_empty() && batch.entries.is_empty();
        if !self.known && !is_empty {
            self.store.put_source(self.source)?;
            self.known = true;
        }
        let decisions = self.store.commit(&batch, &dedup::decide)?;
        for (decision, submission) in decisions.iter().zip(&batch.articles) {
            log::article_is_decided(decision, &submission.article);
            self.report.count_article(decision, &submission.article);
        }
        Ok(())
    }

    /// Keeps the list of problems to what somebody may read.
    fn cut_problems(&mut self) {
        let more = self.report.problems.len().saturating_sub(MAX_PROBLEMS) + self.untold;
        self.report.problems.truncate(MAX_PROBLEMS);
        if more > 0 {
            let source = self.source.id.as_str();
            self.report.problems.push(Problem::new(source, Stage::Read, format!("{more} more could not be read")));
        }
    }

    /// Commits what is left, unless taking broke off, and gives the report of what is committed with what broke it off.
    pub(super) fn finish(mut self, taken: Result<(), RunError>) -> (SourceReport, Result<(), RunError>) {
        let ended = taken.and_then(|()| self.end());
        self.cut_problems();
        if ended.is_err() || !self.report.problems.is_empty() {
            self.report.result = SourceOutcome::Failed;
        }
        (self.report, ended)
    }

    fn end(&mut self) -> Result<(), RunError> {
        self.commit()?;
        self.take_named()?;
        // A source that is polled keeps what it knows of its server.
        if self.known && self.source.kind == SourceKind::Folder {
            let state = SourceState { last_tried: self.now, last_success: self.now, ..Default::default() };
            self.batch.source_states.push((self.source.id.clone(), state));
            self.commit()?;
        }
        Ok(())
    }
}

/// What to do with a named article.
#[derive(Debug)]
pub(super) enum Named {
    /// Nobody has it: an entry that waits.
    New(Entry),
    /// Its article came another way: an entry that is done.
    Stored(Entry),
    /// The source has named it before.
    Known,
    /// Its temporary link is over.
    Over,
}

/// Asks the store what is known of a named article.
fn look_up_named(store: &dyn Store, source_id: &str, candidate: Candidate, now: Timestamp) -> Result<Named, RunError> {
    let entry = dedup::waiting_entry(source_id, dedup::entry_key(&candidate), candidate, now);
    if store.entry(source_id, &entry.key)?.is_some() {
        return Ok(Named::Known);
    }
    let from_list = ArticleKey::parse(&entry.candidate.guid);
    let from_link = canonical_url(&entry.candidate.url).map(ArticleKey::Url);
    for key in from_list.into_iter().chain(from_link) {
        if let Some(stored) = store.standing(&key.id())? {
            let (status, outcome) = (EntryStatus::Done, Some(Outcome::Page(PageState::Article)));
            return Ok(Named::Stored(Entry { status, outcome, article_id: stored.id, ..entry }));
        }
    }
    let made = WeChatLink::made_at(&entry.candidate.url);
    if made.is_some_and(|made| made.plus_seconds(TEMPORARY_LIFE) < now) {
        return Ok(Named::Over);
    }
    Ok(Named::New(entry))
}

/// The entry of an article that the list carries whole.
fn done_entry(source_id: &str, candidate: Candidate, article_id: &str, now: Timestamp) -> Entry {
    let (status, outcome) = (EntryStatus::Done, Some(Outcome::Page(PageState::Article)));
    let waiting = dedup::waiting_entry(source_id, dedup::entry_key(&candidate), candidate, now);
    Entry { status, outcome, article_id: article_id.to_owned(), ..waiting }
}

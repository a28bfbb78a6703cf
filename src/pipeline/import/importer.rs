//! Collects the results of an import, compares them with the store and commits them. What a saved list only names becomes
//! entries that wait for a run.

use std::collections::BTreeSet;

use boji_clean::model::{
    ArticleKey, Candidate, FoundBy, Issue, IssueCode, PageState, Timestamp, WeChatLink, canonical_url,
};

use super::file::{FileContent, FileResult, add_sources};
use crate::dedup;
use crate::discover::Listing;
use crate::fetch::redact_url;
use crate::model::{Capture, Entry, EntryStatus, Outcome, Source, SourceKind, SourceState, Submission};
use crate::pipeline::error::RunError;
use crate::pipeline::report::{Problem, SourceOutcome, SourceReport, Stage};
use crate::pipeline::{log, submit};
use crate::store::{Batch, Store};

/// Captures or entries committed at once: enough to make the commit cheap, few enough to lose little work to a kill.
const BATCH: usize = 200;
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
    batch: Batch,
    /// Captures of the batch that is not committed yet.
    taken: BTreeSet<(String, String)>,
    /// What lists named. Looked at last, for the folder may hold the articles themselves.
    named: Vec<Candidate>,
}

impl<'a> Importer<'a> {
    /// An importer that has taken nothing yet; `known` when the store has the source already.
    pub(super) fn new(store: &'a mut dyn Store, source: &'a Source, known: bool, now: Timestamp) -> Self {
        let report = SourceReport::of(&source.id, &source.name);
        Self { store, source, known, now, report, batch: Batch::default(), taken: BTreeSet::new(), named: Vec::new() }
    }

    /// Whether this file with these bytes gave an article that is stored; counted when it is so.
    pub(super) fn knows(&mut self, file: &str, hash: &str) -> Result<bool, RunError> {
        let known = self.store.entry(&self.source.id, &key_of_file(file, hash))?.is_some();
        self.report.unchanged += usize::from(known);
        Ok(known)
    }

    /// Takes what came of one file.
    pub(super) fn take(&mut self, result: FileResult) -> Result<(), RunError> {
        match result.content {
            Err(message) => self.report.problems.push(Problem::new(&result.file, Stage::Read, message)),
            Ok(FileContent::Sources(sources, passed_over, issues)) => {
                let (cut, odd): (Vec<_>, Vec<_>) =
                    issues.into_iter().partition(|issue| issue.code == IssueCode::Truncated);
                let file = &result.file;
                self.report.oddities.extend(odd.iter().map(|issue| format!("{file}: {issue}")));
                let problem = |issue: Issue| Problem::new(file, Stage::Read, issue.message);
                self.report.problems.extend(cut.into_iter().map(problem));
                add_sources(self.store, &sources, &mut self.report)?;
                self.report.problems.extend(passed_over_problem(&result.file, &passed_over));
            }
            Ok(FileContent::NoArticle(capture, state, evidence)) => {
                self.report.other(Outcome::Page(state));
                self.report.oddities.push(format!("{}: {state} ({evidence})", result.file));
                self.keep(capture)?;
            }
            Ok(FileContent::Article(article)) => {
                let (capture, submission) = *article;
                self.take_article(capture, submission)?;
            }
            Ok(FileContent::List(capture, listing, whole)) => self.take_list(capture, listing, whole)?,
        }
        if self.batch.captures.len().max(self.batch.entries.len()) >= BATCH { self.commit() } else { Ok(()) }
    }

    fn take_article(&mut self, capture: Capture, submission: Submission) -> Result<(), RunError> {
        let entry = self.entry_of_file(&capture, &submission);
        // The same bytes were taken before, and may have got newer revisions since. Their article is missing only when
        // they were not understood then.
        if self.keep(capture)? || self.store.article(&entry.article_id)?.is_none() {
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
        self.report.oddities.extend(listing.issues.iter().map(|issue| format!("{file}: {issue}")));
        self.report.named += listing.candidates.len() + whole.len() + listing.taken_down;
        for _ in 0..listing.taken_down {
            self.report.other(Outcome::Page(PageState::Deleted));
        }
        let is_new = self.keep(capture)?;
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
    fn keep(&mut self, capture: Capture) -> Result<bool, RunError> {
        let key = (capture.url.clone(), capture.body_hash());
        let is_new = !self.taken.contains(&key) && !self.store.has_capture(&key.0, &key.1)?;
        if is_new {
            self.taken.insert(key);
            self.batch.captures.push((self.source.id.clone(), capture));
        }
        Ok(is_new)
    }

    /// What makes a second import quick: [`Importer::knows`] asks for it.
    fn entry_of_file(&self, capture: &Capture, submission: &Submission) -> Entry {
        let hash = capture.body_hash();
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

    /// Commits what is left and gives the report.
    pub(super) fn finish(mut self) -> Result<SourceReport, RunError> {
        self.commit()?;
        self.take_named()?;
        // A source that is polled keeps what it knows of its server.
        if self.known && self.source.kind == SourceKind::Folder {
            let state = SourceState { last_tried: self.now, last_success: self.now, ..Default::default() };
            self.batch.source_states.push((self.source.id.clone(), state));
            self.commit()?;
        }
        if !self.report.problems.is_empty() {
            self.report.result = SourceOutcome::Failed;
        }
        Ok(self.report)
    }
}

/// What of a list of feeds could not be taken; the first few are named.
fn passed_over_problem(file: &str, passed_over: &[String]) -> Option<Problem> {
    const NAMED: usize = 5;
    let named: Vec<String> = passed_over.iter().take(NAMED).map(|address| redact_url(address)).collect();
    let more = if passed_over.len() > NAMED { ", …" } else { "" };
    let message = format!("{} outlines name no feed of the web: {}{more}", passed_over.len(), named.join(", "));
    (!passed_over.is_empty()).then(|| Problem::new(file, Stage::Read, message))
}

/// The key of a file's entry, by its path and its bytes: no address and no guid begins so.
fn key_of_file(file: &str, hash: &str) -> String {
    format!("file:{hash}:{file}")
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

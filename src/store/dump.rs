use std::io::Write;

use serde::Serialize;

use super::StoreError;
use crate::model::{
    Capture, Entry, EntryStatus, FetchRecord, Hop, HostState, JudgedBlock, LearnedBlock, Metadata, Outcome, PageState,
    Profile, Ruling, Source, SourceState, StoredArticle, Timestamp,
};

/// Writes the lines of a dump: the name of a table, a space, the row as JSON. They come in the
/// order source, capture, article, revision, entry, fetch, host, account, taught, account_block, ruling, alias.
pub(super) struct Dump<'a>(pub(super) &'a mut dyn Write);

impl Dump<'_> {
    pub(super) fn source(&mut self, source: &Source, state: &SourceState) -> Result<(), StoreError> {
        self.line("source", &(source, state))
    }

    pub(super) fn capture(&mut self, capture: &CaptureLine<'_>) -> Result<(), StoreError> {
        self.line("capture", capture)
    }

    pub(super) fn article(&mut self, article: &ArticleLine<'_>) -> Result<(), StoreError> {
        self.line("article", article)
    }

    pub(super) fn revision(&mut self, stored: &StoredArticle) -> Result<(), StoreError> {
        self.line("revision", &RevisionLine::new(stored))
    }

    pub(super) fn entry(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.line("entry", &EntryLine::new(entry))
    }

    pub(super) fn fetch(&mut self, fetch: &FetchRecord) -> Result<(), StoreError> {
        self.line("fetch", fetch)
    }

    pub(super) fn host(&mut self, host: &HostState) -> Result<(), StoreError> {
        self.line("host", host)
    }

    pub(super) fn account(&mut self, account: &Profile) -> Result<(), StoreError> {
        self.line("account", &(&account.account, account.articles))
    }

    pub(super) fn taught(&mut self, taught: &TaughtLine<'_>) -> Result<(), StoreError> {
        self.line("taught", taught)
    }

    pub(super) fn account_block(&mut self, account: &str, block: &LearnedBlock) -> Result<(), StoreError> {
        self.line("account_block", &(account, block))
    }

    pub(super) fn ruling(&mut self, ruling: &Ruling, at: Timestamp) -> Result<(), StoreError> {
        self.line("ruling", &(ruling, at))
    }

    pub(super) fn alias(&mut self, id: &str, article: &str) -> Result<(), StoreError> {
        self.line("alias", &(id, article))
    }

    fn line<T: Serialize>(&mut self, table: &str, row: &T) -> Result<(), StoreError> {
        let row = serde_json::to_string(row).map_err(std::io::Error::from);
        let written = row.and_then(|row| writeln!(self.0, "{table} {row}"));
        written.map_err(|source| StoreError::Dump { source })
    }
}

/// A capture without the bytes of its body.
#[derive(Serialize)]
pub(super) struct CaptureLine<'a> {
    url: &'a str,
    fetched_at: Timestamp,
    body: &'a str,
    length: u64,
    source_id: &'a str,
    status: u16,
    hops: &'a [Hop],
    headers: &'a [(String, String)],
}

impl<'a> CaptureLine<'a> {
    pub(super) fn new(source_id: &'a str, capture: &'a Capture, body: &'a str, length: u64) -> Self {
        Self {
            url: &capture.url,
            fetched_at: capture.fetched_at,
            body,
            length,
            source_id,
            status: capture.status,
            hops: &capture.hops,
            headers: &capture.headers,
        }
    }
}

/// What is known of an article beside its revisions.
#[derive(Serialize)]
pub(super) struct ArticleLine<'a> {
    pub(super) id: &'a str,
    pub(super) key: &'a str,
    pub(super) revision: u32,
    pub(super) dup_of: &'a str,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) gone: Option<(PageState, Timestamp)>,
}

/// An article that taught its account, and as its how many-th.
#[derive(Serialize)]
pub(super) struct TaughtLine<'a> {
    pub(super) article: &'a str,
    pub(super) account: &'a str,
    pub(super) number: u32,
}

#[derive(Serialize)]
struct RevisionLine<'a> {
    article: &'a str,
    number: u32,
    source_id: &'a str,
    capture: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    later_captures: &'a [String],
    fetched_at: Timestamp,
    content_hash: String,
    text_key: &'a str,
    simhash: &'a str,
    rules_hash: &'a str,
    origin: &'a str,
    title: &'a str,
    authors: &'a [String],
    published: String,
    modified: String,
    url: &'a str,
    canonical_url: &'a str,
    language: &'a str,
    source_name: &'a str,
    license: &'a str,
    rights: &'a str,
    tags: &'a [String],
    flags: &'a [String],
    metadata: &'a Metadata,
    text: &'a str,
    markdown: &'a str,
    blocks: &'a [JudgedBlock],
}

impl<'a> RevisionLine<'a> {
    fn new(stored: &'a StoredArticle) -> Self {
        let submission = &stored.submission;
        let article = &submission.article;
        Self {
            article: &stored.id,
            number: stored.revision,
            source_id: &submission.source_id,
            capture: &submission.capture_hash,
            later_captures: &submission.later_captures,
            fetched_at: submission.fetched_at,
            content_hash: article.content_hash(),
            text_key: &submission.text_key,
            simhash: &submission.simhash,
            rules_hash: &submission.rules_hash,
            origin: article.origin.as_str(),
            title: &article.title,
            authors: &article.authors,
            published: article.published.map_or_else(String::new, |date| date.to_string()),
            modified: article.modified.map_or_else(String::new, |date| date.to_string()),
            url: &article.url,
            canonical_url: &article.canonical_url,
            language: &article.language,
            source_name: &article.source_name,
            license: &article.license,
            rights: &article.rights,
            tags: &article.tags,
            flags: &article.flags,
            metadata: &article.metadata,
            text: &article.text,
            markdown: &article.markdown,
            blocks: &article.blocks,
        }
    }
}

#[derive(Serialize)]
struct EntryLine<'a> {
    source_id: &'a str,
    key: &'a str,
    candidate: &'a crate::model::Candidate,
    fingerprint: &'a str,
    status: EntryStatus,
    outcome: &'static str,
    tries: u32,
    next_due: Timestamp,
    article_id: &'a str,
}

impl<'a> EntryLine<'a> {
    fn new(entry: &'a Entry) -> Self {
        Self {
            source_id: &entry.source_id,
            key: &entry.key,
            candidate: &entry.candidate,
            fingerprint: &entry.fingerprint,
            status: entry.status,
            outcome: entry.outcome.map_or("", Outcome::as_str),
            tries: entry.tries,
            next_due: entry.next_due,
            article_id: &entry.article_id,
        }
    }
}

use std::io::Write;

use boji_clean::model::{Candidate, JudgedBlock, Metadata, Timestamp};
use rusqlite::Connection;
use serde::Serialize;

use super::articles::stated;
use super::failure::SqliteFailure;
use super::{articles, captures, forgotten, hide, lessons, near, pictures, sources};
use crate::model::{Entry, EntryStatus, Outcome, StoredArticle};
use crate::store::error::StoreError;

/// Writes the whole content, a row at a time.
pub(super) fn write(connection: &Connection, out: &mut dyn Write) -> Result<(), SqliteFailure> {
    let mut dump = Dump(out);
    for source in sources::sources(connection)? {
        dump.line("source", &source)?;
    }
    captures::each(connection, |capture| dump.line("capture", capture))?;
    articles::each_line(connection, |article| dump.line("article", article))?;
    articles::each_revision(connection, |stored| dump.line("revision", &RevisionLine::new(stored)))?;
    sources::each_entry(connection, |entry| dump.line("entry", &EntryLine::new(entry)))?;
    sources::each_fetch(connection, |fetch| dump.line("fetch", fetch))?;
    for host in sources::hosts(connection)? {
        dump.line("host", &host)?;
    }
    for account in lessons::accounts(connection, None)? {
        dump.line("account", &(account.account, account.articles))?;
    }
    lessons::each_taught(connection, |taught| dump.line("taught", taught))?;
    lessons::each_block(connection, |account, block| dump.line("account_block", &(account, block)))?;
    for ruling in lessons::rulings(connection)? {
        dump.line("ruling", &ruling)?;
    }
    for hidden in hide::hidden(connection)? {
        dump.line("hidden", &hidden)?;
    }
    for forgotten in forgotten::forgotten(connection)? {
        dump.line("forgotten", &forgotten)?;
    }
    articles::each_alias(connection, |id, article| dump.line("alias", &(id, article)))?;
    pictures::each(connection, |picture| dump.line("picture", picture))?;
    near::resemblances(connection, None)?.iter().try_for_each(|pair| dump.line("likeness", pair))
}

/// Writes lines: the name of a table, a space, the row as JSON.
struct Dump<'a>(&'a mut dyn Write);

impl Dump<'_> {
    fn line<T: Serialize + ?Sized>(&mut self, table: &str, row: &T) -> Result<(), SqliteFailure> {
        let row = serde_json::to_string(row).map_err(std::io::Error::from);
        let written = row.and_then(|row| writeln!(self.0, "{table} {row}"));
        written.map_err(|source| StoreError::Dump { source }.into())
    }
}

/// All of a revision but the state of the rules that made it: the same words by other rules are the same.
#[derive(Serialize)]
struct RevisionLine<'a> {
    article: &'a str,
    number: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    held_since: Option<Timestamp>,
    source_id: &'a str,
    capture: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    later_captures: &'a [String],
    fetched_at: Timestamp,
    content_hash: String,
    text_key: &'a str,
    simhash: &'a str,
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
            held_since: stored.held_since,
            source_id: &submission.source_id,
            capture: &submission.capture_hash,
            later_captures: &submission.later_captures,
            fetched_at: submission.fetched_at,
            content_hash: article.content_hash(),
            text_key: &submission.text_key,
            simhash: &submission.simhash,
            origin: article.origin.as_str(),
            title: &article.title,
            authors: &article.authors,
            published: stated(article.published),
            modified: stated(article.modified),
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
    candidate: &'a Candidate,
    fingerprint: &'a str,
    words_hash: &'a str,
    status: EntryStatus,
    outcome: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    skipped_by: &'a str,
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
            words_hash: &entry.words_hash,
            status: entry.status,
            outcome: entry.outcome.map_or("", Outcome::as_str),
            skipped_by: &entry.skipped_by,
            tries: entry.tries,
            next_due: entry.next_due,
            article_id: &entry.article_id,
        }
    }
}

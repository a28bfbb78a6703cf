//! One file of an import, from its path to what it holds. Pure but for reading the file.

use std::fs::File;
use std::path::Path;

use boji_clean::clean::{Context, clean_entry, clean_page};
use boji_clean::model::{Candidate, PageState, Timestamp};
use boji_clean::parse::Input;

use super::knowledge::Knowledge;
use super::listed::{is_address_list, opml_sources, url_source};
use super::{log, submit};
use crate::config::{RunSettings, read_at_most};
use crate::discover::{self, FileKind, FoundFile, Listing};
use crate::model::{Capture, Source, Submission};

/// Largest file taken, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// What one file turned out to hold.
pub(super) enum FileContent {
    /// An article.
    Article(Box<(Capture, Submission)>),
    /// A page that is none, with its state and the evidence.
    NoArticle(Capture, PageState, String),
    /// Articles that are named only, and those that the list carries whole.
    List(Capture, Listing, Vec<(Candidate, Submission)>),
    /// Sources to be polled.
    Sources(Vec<Source>),
}

/// One file after reading and cleaning.
pub(super) struct FileResult {
    /// Path relative to what is imported.
    pub file: String,
    /// What it holds, or a sentence why it could not be read.
    pub content: Result<FileContent, String>,
}

/// Reads a file and cleans what is in it.
pub(super) fn read(
    found: &FoundFile,
    source: &Source,
    knowledge: &Knowledge,
    run: &RunSettings,
    now: Timestamp,
) -> Result<FileContent, String> {
    let file = found.relative.as_str();
    let bytes = read_bounded(&found.path)?;
    Ok(match discover::file_kind(file, &bytes) {
        FileKind::Opml => FileContent::Sources(opml_sources(&bytes, run)),
        FileKind::Markdown if is_address_list(&bytes) => FileContent::Sources(vec![url_source(file, &bytes, run)]),
        _ => match discover::read_listing(&bytes) {
            Some(listing) => list(capture(file, bytes, now), listing, source, knowledge),
            None => page(capture(file, bytes, now), source, knowledge),
        },
    })
}

/// The bytes of a file, or a sentence why they cannot be had.
pub(super) fn read_bounded(path: &Path) -> Result<Vec<u8>, String> {
    File::open(path).and_then(|file| read_at_most(file, MAX_FILE)).map_err(|error| error.to_string())
}

fn capture(file: &str, bytes: Vec<u8>, now: Timestamp) -> Capture {
    Capture { url: file.to_owned(), hops: Vec::new(), status: 200, headers: Vec::new(), body: bytes, fetched_at: now }
}

fn page(capture: Capture, source: &Source, knowledge: &Knowledge) -> FileContent {
    let input = Input { bytes: &capture.body, url: "", content_type: "" };
    let mut cleaned = clean_page(&input, &knowledge.of_file(&capture.url), &knowledge.rules);
    log::page_is_read(&capture.url, &cleaned);
    match cleaned.article.take() {
        Some(article) => {
            let submission = submit::submission(article, &source.id, &capture, knowledge);
            FileContent::Article(Box::new((capture, submission)))
        }
        None => FileContent::NoArticle(capture, cleaned.state, cleaned.evidence),
    }
}

/// A list, with the articles made of the texts that it carries.
fn list(capture: Capture, mut listing: Listing, source: &Source, knowledge: &Knowledge) -> FileContent {
    let mut whole = Vec::new();
    let (texts, named): (Vec<_>, Vec<_>) =
        listing.candidates.into_iter().partition(|candidate| !candidate.body.is_empty());
    listing.candidates = named;
    for mut candidate in texts {
        let context = Context { candidate: Some(&candidate), ..knowledge.of_file(&capture.url) };
        let article = clean_entry(&candidate, &context, &knowledge.rules).article;
        candidate.body.clear();
        match article {
            Some(article) => whole.push((candidate, submit::submission(article, &source.id, &capture, knowledge))),
            None => listing.candidates.push(candidate),
        }
    }
    FileContent::List(capture, listing, whole)
}

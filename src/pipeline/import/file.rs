//! One document of an import, from its bytes to what it holds: an article, a list, sources. Pure but for the reading of files.

use std::fs::File;
use std::path::Path;

use boji_clean::clean::{Cleaned, Context, clean_entry, clean_pages};
use boji_clean::model::{Article, Candidate, Origin, PageState, Timestamp};
use serde_json::{Deserializer, Value};

use super::container::{Content, Document, Page, PassedOver, read_entry};
use super::known::KnownFiles;
use super::result::{FileContent, FileResult};
use super::sources::{opml, url_source};
use crate::config::{RunSettings, read_at_most};
use crate::discover::{self, AddressList, FileKind, Listing, Record, RecordContent};
use crate::model::{Capture, Hop, Source, type_of_file};
use crate::pipeline::knowledge::Knowledge;
use crate::pipeline::report::{Problem, Stage};
use crate::pipeline::run::feed_text;
use crate::pipeline::{log, submit};

/// Largest file taken, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// What bears on how documents are read.
pub(super) struct Surroundings<'a> {
    /// The source that their articles belong to.
    pub source: &'a Source,
    /// What judges them.
    pub knowledge: &'a Knowledge,
    /// How often a list of addresses is asked for.
    pub run: &'a RunSettings,
    /// What the store has.
    pub known: &'a KnownFiles,
    /// When the import began: the time of what tells none.
    pub now: Timestamp,
}

/// Reads a document and cleans what is in it.
pub(super) fn read(document: Document, around: &Surroundings<'_>) -> FileResult {
    let Document { file, content } = document;
    let read = match content {
        Content::File(path) => read_bounded(&path).and_then(|bytes| around.whole(&file, &file, bytes, around.now)),
        Content::Unpacked { name, fetched, bytes } => around.whole(&file, &name, bytes, fetched.unwrap_or(around.now)),
        Content::Entry { feed, fetched, bytes } => {
            Ok(FileResult::of(&file, around.entry(&file, feed, &bytes, fetched.unwrap_or(around.now))))
        }
        Content::Record(bytes) => around.record(&file, bytes, around.now).map(|content| FileResult::of(&file, content)),
        Content::HarEntry(bytes) => return read(Document { file, content: read_entry(&bytes) }, around),
        Content::Page(mut page) => {
            let later = std::mem::take(&mut page.later);
            let later = later.into_iter().map(|(file, page)| of_web(&file, page, around.now)).collect();
            Ok(FileResult::of(&file, around.pages(of_web(&file, page, around.now), later)))
        }
        Content::PassedOver(what) => Ok(FileResult::of(&file, FileContent::PassedOver(what))),
        Content::Broken(why) => Err(why),
    };
    read.unwrap_or_else(|why| FileResult::failed(&file, why))
}

/// The bytes of a file, or a sentence why they cannot be had.
fn read_bounded(path: &Path) -> Result<Vec<u8>, String> {
    File::open(path).and_then(|file| read_at_most(file, MAX_FILE)).map_err(|error| error.to_string())
}

/// The capture of a document that came without an address.
fn capture(file: &str, body: Vec<u8>, fetched_at: Timestamp) -> Capture {
    Capture { url: file.to_owned(), hops: Vec::new(), status: 200, headers: Vec::new(), body, fetched_at }
}

/// The same of a file that was called otherwise than it is here: its name said what it holds.
fn as_named(capture: Capture, name: &str) -> Capture {
    let content_type = type_of_file(name);
    if content_type.is_empty() || content_type == type_of_file(&capture.url) {
        return capture;
    }
    Capture { headers: vec![("content-type".to_owned(), content_type.to_owned())], ..capture }
}

/// The capture of a page that a server sent: the place in the file leads to its address.
fn of_web(file: &str, page: Page, now: Timestamp) -> Capture {
    let Page { url, content_type, fetched, body, later: _ } = page;
    let hops = if url.is_empty() { Vec::new() } else { vec![Hop { url, status: 200 }] };
    let headers = if content_type.is_empty() { Vec::new() } else { vec![("content-type".to_owned(), content_type)] };
    Capture { hops, headers, ..capture(file, body, fetched.unwrap_or(now)) }
}

impl Surroundings<'_> {
    /// A file that is one document, taken at an instant; `name` is that of what was packed in it.
    fn whole(&self, file: &str, name: &str, bytes: Vec<u8>, at: Timestamp) -> Result<FileResult, String> {
        let text = || std::str::from_utf8(&bytes).ok().and_then(discover::read_addresses);
        let listing = match discover::file_kind(name, &bytes) {
            FileKind::Opml => return Ok(opml(file, &bytes)),
            FileKind::Table => Some(discover::read_table(&bytes)),
            FileKind::Workbook => Some(discover::read_workbook(&bytes)?),
            FileKind::Markdown if let Some(list) = text() => return Ok(self.addresses(file, list, bytes)),
            _ => discover::read_listing(&bytes),
        };
        let content = match listing {
            Some(listing) => self.list(capture(file, bytes, at), listing),
            None if discover::read_record(&bytes).is_some() => self.record(file, bytes, at)?,
            None if is_json(&bytes) => {
                let why = "json".to_owned();
                FileContent::NoArticle(capture(file, bytes, at), PageState::NotArticle, why)
            }
            None if is_broken_json(name, &bytes) => return Err("it is broken JSON".to_owned()),
            None if is_dataset_card(&bytes) => {
                let why = "dataset card".to_owned();
                FileContent::NoArticle(capture(file, bytes, at), PageState::NotArticle, why)
            }
            None => self.page(as_named(capture(file, bytes, at), name)),
        };
        Ok(FileResult::of(file, content))
    }

    /// A list of addresses: a source, or where it tells titles, articles that wait.
    fn addresses(&self, file: &str, list: AddressList, bytes: Vec<u8>) -> FileResult {
        let bad = |(number, line): &(usize, String)| {
            Problem::new(&format!("{file}:{number}"), Stage::Read, format!("\"{line}\" is no address"))
        };
        let problems = list.bad.iter().map(bad).collect();
        let content = if list.has_titles() {
            let listing = Listing { candidates: list.candidates, ..Listing::default() };
            self.list(capture(file, bytes, self.now), listing)
        } else {
            FileContent::Sources(vec![url_source(file, &list, self.run)])
        };
        FileResult { problems, ..FileResult::of(file, content) }
    }

    /// A JSON object out of many, taken at an instant unless it says when.
    fn record(&self, file: &str, bytes: Vec<u8>, at: Timestamp) -> Result<FileContent, String> {
        if let Some(Record { content, fetched }) = discover::read_record(&bytes) {
            let fetched_at = fetched.unwrap_or(at);
            return Ok(match content {
                RecordContent::Text(candidate) => self.text(capture(file, bytes, fetched_at), &candidate),
                RecordContent::Page { text, content_type, url } => {
                    let content_type = content_type.to_owned();
                    let page = Page { url, content_type, fetched, body: text.into_bytes(), later: Vec::new() };
                    self.page(of_web(file, page, at))
                }
            });
        }
        if let Some(listing) = discover::read_listing(&bytes) {
            let capture = capture(file, bytes, at);
            return Ok(match listing.candidates.as_slice() {
                [candidate] if !candidate.body.is_empty() => self.text(capture, candidate),
                _ => self.list(capture, listing),
            });
        }
        match serde_json::from_slice::<serde::de::IgnoredAny>(&bytes) {
            // Of somebody's other JSON there may be a million lines.
            Ok(_) => Ok(FileContent::PassedOver(PassedOver::Record("with neither page nor text".to_owned()))),
            Err(error) => Err(format!("it is no JSON: {error}")),
        }
    }

    /// A page, or a text in Markdown.
    fn page(&self, capture: Capture) -> FileContent {
        self.pages(capture, Vec::new())
    }

    /// A page with those over which its article goes on.
    fn pages(&self, capture: Capture, later: Vec<Capture>) -> FileContent {
        let content = self.unless_known(capture, |capture| {
            let context = self.knowledge.of_file(&capture.url);
            let inputs: Vec<_> = later.iter().map(Capture::input).collect();
            let cleaned = clean_pages(&capture.input_of_file(), &inputs, &context, &self.knowledge.rules);
            if capture.hops.is_empty() { cleaned } else { with_content(cleaned) }
        });
        match content {
            FileContent::Article(mut article, _) => {
                article.1.later_captures = later.iter().map(Capture::body_hash).collect();
                FileContent::Article(article, later)
            }
            other => other,
        }
    }

    /// An entry of a feed, whose text is its article.
    fn entry(&self, file: &str, feed: String, bytes: &[u8], at: Timestamp) -> FileContent {
        let answer = Capture { hops: vec![Hop { url: feed, status: 200 }], ..capture(file, Vec::new(), at) };
        let capture = Capture::excerpt(&answer, String::from_utf8_lossy(bytes).into_owned());
        match feed_text::entry_alone(&capture) {
            Some(candidate) => self.text(capture, &candidate),
            None => FileContent::NoArticle(capture, PageState::NotArticle, "feed".to_owned()),
        }
    }

    /// A text of which its record says what it is.
    fn text(&self, capture: Capture, candidate: &Candidate) -> FileContent {
        self.unless_known(capture, |capture| {
            let context = Context { candidate: Some(candidate), ..self.knowledge.of_file(&capture.url) };
            clean_entry(candidate, &context, &self.knowledge.rules)
        })
    }

    fn unless_known(&self, capture: Capture, clean: impl FnOnce(&Capture) -> Cleaned) -> FileContent {
        let hash = capture.body_hash();
        if self.known.holds(&capture.url, &hash) {
            return FileContent::Known;
        }
        let mut cleaned = clean(&capture);
        log::page_is_read(&capture.url, &cleaned);
        let Some(article) = cleaned.article.take() else {
            return FileContent::NoArticle(capture, cleaned.state, cleaned.evidence);
        };
        let submission = submit::submission_of(article, &self.source.id, &capture, hash, self.knowledge);
        FileContent::Article(Box::new((capture, submission)), Vec::new())
    }

    /// A list, with the articles made of the texts that it carries.
    fn list(&self, capture: Capture, mut listing: Listing) -> FileContent {
        let mut whole = Vec::new();
        let (texts, named): (Vec<_>, Vec<_>) =
            listing.candidates.into_iter().partition(|candidate| !candidate.body.is_empty());
        listing.candidates = named;
        let hash = capture.body_hash();
        for mut candidate in texts {
            let context = Context { candidate: Some(&candidate), ..self.knowledge.of_file(&capture.url) };
            let article = clean_entry(&candidate, &context, &self.knowledge.rules).article;
            candidate.body.clear();
            match article {
                Some(article) => {
                    let (source, hash) = (&self.source.id, hash.clone());
                    whole.push((candidate, submit::submission_of(article, source, &capture, hash, self.knowledge)));
                }
                None => listing.candidates.push(candidate),
            }
        }
        FileContent::List(capture, listing, whole)
    }
}

/// What was made of a page of the web, of which nothing may be left that is content: then it is no article. A file of
/// somebody's own is kept for all that.
fn with_content(mut cleaned: Cleaned) -> Cleaned {
    let is_empty = |article: &Article| {
        article.origin == Origin::Blog && article.text.is_empty() && article.metadata.images.is_empty()
    };
    if cleaned.article.as_ref().is_some_and(is_empty) {
        cleaned.article = None;
        cleaned.state = PageState::NotArticle;
        "no text is left".clone_into(&mut cleaned.evidence);
    }
    cleaned
}

/// Whether a text is JSON: an object, or a list of them. `[1] words` is a note.
fn is_json(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first = Deserializer::from_slice(bytes).into_iter::<Value>().next();
    match first {
        Some(Ok(Value::Object(_))) => true,
        Some(Ok(Value::Array(list))) => list.iter().all(Value::is_object),
        _ => false,
    }
}

/// Whether a file is the card of a dataset, which tells loaders of it in its front matter: it lies beside the data and is no
/// article among them.
fn is_dataset_card(bytes: &[u8]) -> bool {
    let Some(text) = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix("---\n")) else { return false };
    let head = text.split_once("\n---").map_or("", |(head, _)| head);
    head.lines().any(|line| line == "dataset_info:")
}

/// Whether a file is called JSON and begins so, of which [`is_json`] is not true: no text of it is an article's.
fn is_broken_json(name: &str, bytes: &[u8]) -> bool {
    let is_called_so = ["json", "jsonl", "ndjson"].contains(&discover::ending_of(name).as_str());
    is_called_so && matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}

//! One file of an import, from its path to what it holds: an article, a list, sources. [`add_sources`] alone speaks to the
//! store.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs::File;
use std::path::Path;

use boji_clean::clean::{Context, clean_entry, clean_page};
use boji_clean::model::{Candidate, Date, Issue, PageState, Timestamp};
use boji_clean::parse;
use boji_clean::parse::{Input, SubscribedFeed};

use crate::config::{self, RunSettings, read_at_most};
use crate::discover::{self, FileKind, FoundFile, Listing};
use crate::model::{Capture, Schedule, Source, SourceKind, Submission};
use crate::pipeline::error::RunError;
use crate::pipeline::knowledge::Knowledge;
use crate::pipeline::report::SourceReport;
use crate::pipeline::{log, submit};
use crate::store::Store;

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
    /// Sources to be polled, addresses in the list that make none, and what is wrong with the list.
    Sources(Vec<Source>, Vec<String>, Vec<Issue>),
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
        FileKind::Opml => opml(&bytes),
        FileKind::Markdown if is_address_list(&bytes) => {
            FileContent::Sources(vec![url_source(file, &bytes, run)], Vec::new(), Vec::new())
        }
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

/// Adds the sources that the store does not have yet. A list that has grown adds to the source it made before.
pub(super) fn add_sources(
    store: &mut dyn Store,
    sources: &[Source],
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let mut known = KnownSources::of(store)?;
    let mut added = Vec::new();
    for source in sources {
        match known.take(source) {
            Some(source) => {
                report.source_added();
                added.push(source);
            }
            None => report.unchanged += 1,
        }
    }
    Ok(store.put_sources(&added)?)
}

/// The sources that a store has and those that are to come into it, found by what tells them apart.
struct KnownSources {
    ids: BTreeSet<String>,
    /// Addresses of those that have one.
    urls: HashSet<String>,
    /// The lists of addresses, by id.
    lists: BTreeMap<String, Source>,
}

impl KnownSources {
    fn of(store: &dyn Store) -> Result<Self, RunError> {
        let mut known = Self { ids: BTreeSet::new(), urls: HashSet::new(), lists: BTreeMap::new() };
        for (source, _) in store.sources()? {
            known.add(&source);
        }
        Ok(known)
    }

    fn add(&mut self, source: &Source) {
        self.ids.insert(source.id.clone());
        if source.kind == SourceKind::Urls {
            self.lists.insert(source.id.clone(), source.clone());
        } else {
            self.urls.insert(source.url.clone());
        }
    }

    /// The source as it is to be stored, under an id that no other has; `None` for one of which another polls all.
    fn take(&mut self, source: &Source) -> Option<Source> {
        let is_list = source.kind == SourceKind::Urls;
        let is_covered = if is_list {
            let wanted: HashSet<&String> = source.urls.iter().collect();
            self.lists.values().any(|list| wanted.is_subset(&list.urls.iter().collect()))
        } else {
            self.urls.contains(&source.url)
        };
        if is_covered {
            return None;
        }
        let taken = |id: &str| self.ids.contains(id);
        let source = match self.lists.get(&source.id).filter(|_| is_list) {
            Some(list) => Source { urls: joined(&list.urls, &source.urls), ..list.clone() },
            None if is_list && !taken(&source.id) => source.clone(),
            None if is_list => Source { id: discover::numbered(&source.id, &taken), ..source.clone() },
            None => Source { id: discover::suggest_id(&source.url, &taken), ..source.clone() },
        };
        self.add(&source);
        Some(source)
    }
}

/// Two lists of addresses, each address once.
fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    first.iter().chain(second).filter(|url| seen.insert(url.as_str())).cloned().collect()
}

/// The feeds of an OPML; the folders in which they lie become tags.
fn opml(bytes: &[u8]) -> FileContent {
    let list = parse::parse_opml(bytes);
    let source = |feed: SubscribedFeed| {
        let name = if feed.title.is_empty() { feed.xml_url.clone() } else { feed.title };
        let tags = feed.category.split(['/', ',']).map(str::trim).filter(|tag| !tag.is_empty());
        Source {
            name,
            time_zone_minutes: config::default_time_zone(&feed.xml_url),
            tags: joined(&tags.map(str::to_owned).collect::<Vec<_>>(), &[]),
            ..Source::new(SourceKind::Feed, &feed.xml_url, &feed.xml_url, Schedule::Auto)
        }
    };
    FileContent::Sources(list.feeds.into_iter().map(source).collect(), list.passed_over, list.issues)
}

/// True for a text in which every line that is not empty or a comment is an address.
fn is_address_list(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut lines = list_lines(text).peekable();
    lines.peek().is_some() && lines.all(is_address)
}

/// The addresses of a text as one source.
fn url_source(file: &str, bytes: &[u8], run: &RunSettings) -> Source {
    let text = String::from_utf8_lossy(bytes);
    let urls: Vec<String> = list_lines(&text).map(str::to_owned).collect();
    let id = source_id(file.rsplit_once('.').map_or(file, |(stem, _)| stem));
    Source {
        name: file.to_owned(),
        urls: joined(&urls, &[]),
        time_zone_minutes: Date::BEIJING,
        fetch_pages: true,
        ..Source::new(SourceKind::Urls, id, "", Schedule::Every(run.interval_minutes * 60))
    }
}

/// An id made of a file's or folder's name: letters and digits of any script stay.
pub(super) fn source_id(name: &str) -> String {
    let safe = |character: char| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' };
    let id: String = name.chars().map(safe).take(64).collect();
    let id = id.trim_matches(['-', '.', '_']);
    if id.is_empty() { "import".to_owned() } else { id.to_owned() }
}

fn list_lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

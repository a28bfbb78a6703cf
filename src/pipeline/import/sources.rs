//! Sources that files name: feeds of an OPML, addresses of a text. [`add_sources`] alone speaks to the store.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use boji_clean::model::{Date, IssueCode};
use boji_clean::parse;
use boji_clean::parse::SubscribedFeed;

use super::result::{FileContent, FileResult};
use crate::config::{self, RunSettings};
use crate::discover::{self, AddressList};
use crate::fetch::redact_url;
use crate::model::{Schedule, Source, SourceKind};
use crate::pipeline::error::RunError;
use crate::pipeline::report::{Problem, SourceReport, Stage};
use crate::store::Store;

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
pub(super) fn opml(file: &str, bytes: &[u8]) -> FileResult {
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
    let mut result = FileResult::of(file, FileContent::Sources(list.feeds.into_iter().map(source).collect()));
    let (cut, odd): (Vec<_>, Vec<_>) = list.issues.into_iter().partition(|issue| issue.code == IssueCode::Truncated);
    result.oddities.extend(odd.iter().map(|issue| format!("{file}: {issue}")));
    result.problems.extend(cut.into_iter().map(|issue| Problem::new(file, Stage::Read, issue.message)));
    result.problems.extend(passed_over_problem(file, &list.passed_over));
    result
}

/// What of a list of feeds could not be taken; the first few are named.
fn passed_over_problem(file: &str, passed_over: &[String]) -> Option<Problem> {
    const NAMED: usize = 5;
    let named: Vec<String> = passed_over.iter().take(NAMED).map(|address| redact_url(address)).collect();
    let more = if passed_over.len() > NAMED { ", …" } else { "" };
    let message = format!("{} outlines name no feed of the web: {}{more}", passed_over.len(), named.join(", "));
    (!passed_over.is_empty()).then(|| Problem::new(file, Stage::Read, message))
}

/// The addresses of a text as one source.
pub(super) fn url_source(file: &str, list: &AddressList, run: &RunSettings) -> Source {
    let urls: Vec<String> = list.candidates.iter().map(|candidate| candidate.url.clone()).collect();
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

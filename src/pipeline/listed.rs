//! Sources that a file lists: the feeds of an OPML, the addresses of a text.

use std::collections::BTreeSet;

use boji_clean::model::Date;
use boji_clean::parse;

use super::error::RunError;
use super::report::SourceReport;
use crate::config::{self, RunSettings};
use crate::discover;
use crate::model::{Schedule, Source, SourceKind};
use crate::store::Store;

/// Adds the sources that the store does not have yet. A list that has grown adds to the source it made before.
pub(super) fn add_sources(
    store: &mut dyn Store,
    sources: &[Source],
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let mut present: Vec<Source> = store.sources()?.into_iter().map(|(source, _)| source).collect();
    let mut taken: BTreeSet<String> = present.iter().map(|source| source.id.clone()).collect();
    for source in sources {
        if present.iter().any(|other| covers(other, source)) {
            report.unchanged += 1;
            continue;
        }
        let mut source = source.clone();
        let list = present.iter().find(|other| other.id == source.id && other.kind == SourceKind::Urls);
        match list.filter(|_| source.kind == SourceKind::Urls) {
            Some(list) => source = Source { urls: joined(&list.urls, &source.urls), ..list.clone() },
            None => source.id = free_id(&source, &taken),
        }
        taken.insert(source.id.clone());
        store.put_source(&source)?;
        report.source_added();
        present.push(source);
    }
    Ok(())
}

/// True when `other` polls all that `source` would.
fn covers(other: &Source, source: &Source) -> bool {
    match source.kind {
        SourceKind::Urls => other.kind == source.kind && source.urls.iter().all(|url| other.urls.contains(url)),
        _ => other.url == source.url,
    }
}

/// An id that no source has: made of the address, or of the list's own name.
fn free_id(source: &Source, taken: &BTreeSet<String>) -> String {
    if source.kind != SourceKind::Urls {
        return discover::suggest_id(&source.url, &|id| taken.contains(id));
    }
    let numbered = (2..).map(|number| format!("{}-{number}", source.id));
    std::iter::once(source.id.clone()).chain(numbered).find(|id| !taken.contains(id)).unwrap_or_default()
}

/// Two lists of addresses, each address once.
fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    first.iter().chain(second).filter(|url| seen.insert(url.as_str())).cloned().collect()
}

/// The feeds of an OPML that have an address of the web.
pub(super) fn opml_sources(bytes: &[u8], run: &RunSettings) -> Vec<Source> {
    let (outlines, _) = parse::parse_opml(bytes);
    outlines
        .into_iter()
        .filter(|outline| is_address(&outline.xml_url))
        .map(|outline| {
            let schedule = Schedule::Every(run.interval_minutes * 60);
            let mut source = Source::new(SourceKind::Feed, &outline.xml_url, &outline.xml_url, schedule);
            source.time_zone_minutes = config::default_time_zone(&outline.xml_url);
            if !outline.title.is_empty() {
                source.name = outline.title;
            }
            source
        })
        .collect()
}

/// True for a text in which every line that is not empty or a comment is an address.
pub(super) fn is_address_list(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut lines = list_lines(text).peekable();
    lines.peek().is_some() && lines.all(is_address)
}

/// The addresses of a text as one source.
pub(super) fn url_source(file: &str, bytes: &[u8], run: &RunSettings) -> Source {
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

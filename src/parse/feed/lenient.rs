use std::panic::{AssertUnwindSafe, catch_unwind};

use feedparser_rs::{Entry, ParseOptions, ParserLimits, parse_with_options};

use super::draft::{Draft, Written, person_name};
use super::repair::MAX_ENTRIES;
use crate::parse::date::parse_date;

/// Reads a feed as it came with feedparser-rs, which goes on after errors; no entries when it cannot.
pub(super) fn read_leniently(text: &str, default_offset_minutes: i16) -> Vec<Draft> {
    let options = ParseOptions {
        resolve_relative_uris: false,
        sanitize_html: false,
        limits: ParserLimits {
            max_entries: MAX_ENTRIES,
            max_feed_size_bytes: usize::MAX,
            max_text_length: usize::MAX,
            ..ParserLimits::default()
        },
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| parse_with_options(text.as_bytes(), &options)));
    let Ok(Ok(feed)) = outcome else { return Vec::new() };
    feed.entries.into_iter().map(|entry| draft(entry, default_offset_minutes)).collect()
}

fn draft(entry: Entry, default_offset_minutes: i16) -> Draft {
    let date = |text: &Option<String>| parse_date(text.as_deref()?, default_offset_minutes);
    let published = date(&entry.published_str).or_else(|| date(&entry.created_str));
    let modified = date(&entry.updated_str);
    let cover = entry.media_thumbnail.first().map(|thumbnail| thumbnail.url.as_str().to_owned()).unwrap_or_default();
    let content = entry.content.into_iter().next().map(|content| {
        let is_html = content.content_type.as_ref().is_none_or(|kind| kind.as_str() != "text/plain");
        Written { text: content.value, is_html }
    });
    Draft {
        title: Written::html(entry.title.unwrap_or_default()),
        link: entry.link.unwrap_or_default(),
        guid: entry.id.map(|id| id.to_string()).unwrap_or_default(),
        guid_may_be_link: entry.guidislink.unwrap_or(true),
        authors: entry
            .authors
            .iter()
            .filter_map(|person| person.name.as_deref())
            .chain(entry.author.as_deref().filter(|_| entry.authors.is_empty()))
            .map(person_name)
            .collect(),
        published,
        modified,
        tags: entry.tags.into_iter().map(|tag| tag.label.unwrap_or(tag.term).to_string()).collect(),
        cover,
        content: content.unwrap_or_default(),
        summary: Written::html(entry.summary.unwrap_or_default()),
        base: String::new(),
    }
}

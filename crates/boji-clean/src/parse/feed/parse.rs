use std::borrow::Cow;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use chrono::DateTime;
use feed_rs::model::{Entry, MediaObject, Text};
use feed_rs::parser::Builder;
use thiserror::Error;
use url::Url;

use super::draft::{EntryDraft, Written, absolute, person_name};
use super::element::{FeedDialect, FoundRoot, Root, find_root};
use super::excerpt::Excerpts;
use super::json::read_json;
use super::markup::join_surrogates;
use super::outline::{self, Head};
use super::repair::repair;
use super::rhythm::Rhythm;
use super::zone::zone_of;
use crate::model::{Candidate, Date, Issue, IssueCode, Timestamp, WeChatLink};
use crate::parse::date::parse_date;
use crate::parse::decode::{MarkupHint, decode};

/// A feed: what it says about itself, and its entries in its own order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Feed {
    /// Title as plain text, "" when it has none.
    pub title: String,
    /// Address of the site it belongs to, absolute or "".
    pub site_url: String,
    /// Its own address as it states it, absolute or "".
    pub self_url: String,
    /// Description as plain text.
    pub description: String,
    /// Language tag as stated.
    pub language: String,
    /// The program that made it, as it says.
    pub generator: String,
    /// When it asks not to be polled.
    pub rhythm: Rhythm,
    /// WebSub hub, absolute or "".
    pub hub: String,
    /// Where its older entries are: the archive before this page or the next page (RFC 5005, JSON Feed), absolute or "".
    pub older_url: String,
    /// At most 10,000 entries.
    pub entries: Vec<Candidate>,
    /// The same, each as it came.
    pub excerpts: Excerpts,
    /// What had to be got over.
    pub issues: Vec<Issue>,
    /// Which reader's entries these are: `feed-rs`, `outline` or `json`.
    pub via: &'static str,
}

/// Why bytes are no feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NotAFeed {
    /// Nothing but white space.
    #[error("the answer is empty")]
    Empty,
    /// A page: perhaps it links to the feed, see [`super::find_feed_links`].
    #[error("the answer is an HTML page, not a feed")]
    Html,
    /// Neither XML with a feed's root nor JSON Feed.
    #[error("the answer is neither RSS, Atom nor JSON Feed")]
    Unknown,
}

/// Reads a feed of any kind. `url` is where it came from, for relative addresses; times without a zone are read in
/// `default_offset_minutes` east of UTC, and where that is 0 in Beijing's if the feed is Chinese. Broken feeds give what can be
/// saved, with issues; an `Err` says that there is no feed in these bytes.
pub fn parse_feed(bytes: &[u8], content_type: &str, url: &str, default_offset_minutes: i16) -> Result<Feed, NotAFeed> {
    let decoded = decode(bytes, content_type, MarkupHint::Xml);
    let text = without_zeros(&decoded.text);
    let text = join_surrogates(&text);
    let default_offset_minutes = zone_of(&text, default_offset_minutes);
    let mut feed = if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(NotAFeed::Empty);
    } else if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        let json = read_json(&text, default_offset_minutes).ok_or(NotAFeed::Unknown)?;
        Feed { excerpts: json.excerpts, ..assemble(&json.head, json.drafts, json.issues, "json", url, "") }
    } else {
        match find_root(&text) {
            FoundRoot::Feed(root) => parse_xml(&text, &root, url, default_offset_minutes),
            FoundRoot::Html => return Err(NotAFeed::Html),
            FoundRoot::Nothing => return Err(NotAFeed::Unknown),
        }
    };
    feed.issues.splice(0..0, decoded.issues);
    name_accounts(&mut feed);
    note_duplicates(&mut feed);
    Ok(feed)
}

/// Zero bytes are left over where UTF-32 was read as UTF-16.
fn without_zeros(text: &str) -> Cow<'_, str> {
    if memchr::memchr(0, text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('\0', ""))
}

/// Repair, feed-rs, and where that loses entries the index of fields.
fn parse_xml(text: &str, root: &Root<'_>, url: &str, default_offset_minutes: i16) -> Feed {
    let repaired = repair(text, root);
    let mut issues = repaired.issues.clone();
    if root.has_junk {
        issues.insert(0, Issue::new(IssueCode::LeadingJunk, "something stands before the feed's root element"));
    }
    let outline = outline::drafts(&repaired, default_offset_minutes);
    let entries = outline.len();
    let mut via = "feed-rs";
    let mut drafts = read_strictly(&repaired.xml, root.dialect, default_offset_minutes).unwrap_or_else(|complaint| {
        issues.push(Issue::new(IssueCode::FeedRsRefused, format!("feed-rs: {complaint}")));
        Vec::new()
    });
    if drafts.len() == outline.len() {
        for (draft, seen) in drafts.iter_mut().zip(outline) {
            draft.complete_from(seen);
        }
    } else if drafts.len() < outline.len() {
        (drafts, via) = (outline, "outline");
        issues.push(Issue::new(IssueCode::Fallback, format!("feed-rs lost entries, {via} found {}", drafts.len())));
    }
    if drafts.is_empty() && (text.contains("<item") || text.contains("<entry")) {
        issues.push(Issue::new(IssueCode::EntriesLost, "the feed seems to have entries, but none could be read"));
    }
    let base = Url::parse(url).ok();
    let root_base = root.tag.attribute("xml:base").unwrap_or_default();
    let stated = base.map_or_else(
        || root_base.to_string(),
        |base| base.join(&root_base).map_or_else(|_| url.to_owned(), String::from),
    );
    // Entries of which the index knows nothing have no place.
    let places = if drafts.len() == entries { repaired.places.as_slice() } else { &[] };
    let excerpts = Excerpts::of(text, places, repaired.read_to);
    Feed { excerpts, ..assemble(&outline::head(&repaired), drafts, issues, via, url, &stated) }
}

fn assemble(
    head: &Head,
    drafts: Vec<EntryDraft>,
    issues: Vec<Issue>,
    via: &'static str,
    url: &str,
    stated_base: &str,
) -> Feed {
    let base =
        [stated_base, url, head.own.as_str(), head.site.as_str()].into_iter().find_map(|base| Url::parse(base).ok());
    let link = |raw: &str| absolute(raw, base.as_ref());
    let title = head.title.to_plain();
    Feed {
        site_url: link(&head.site),
        self_url: link(&head.own),
        description: head.description.to_plain(),
        language: head.language.trim().to_owned(),
        generator: head.generator.trim().to_owned(),
        rhythm: Rhythm::read(&head.rhythm),
        hub: link(&head.hub),
        older_url: link(if head.archive.is_empty() { &head.next } else { &head.archive }),
        entries: drafts
            .into_iter()
            .map(|draft| draft.signed_by(&head.authors).into_candidate(base.as_ref(), &title))
            .collect(),
        excerpts: Excerpts::default(),
        title,
        issues,
        via,
    }
}

/// A bridge's feed of all accounts of WeChat that it follows is none of an account's: who signs an entry is its account. It
/// is known by its entries, which differ in that, or by the bridge's own name in the place of an account's.
fn name_accounts(feed: &mut Feed) {
    let is_wechat = |entry: &Candidate| WeChatLink::parse(&entry.url).is_some();
    let is_signed = |entry: &Candidate| entry.authors.len() == 1;
    if feed.entries.is_empty() || !feed.entries.iter().all(|entry| is_wechat(entry) && is_signed(entry)) {
        return;
    }
    let title = feed.title.to_lowercase();
    let generator = feed.generator.to_lowercase();
    let bridges = ["wewe-rss", "wewe rss", "we-mp-rss", "werss", "wechat2rss", "wechat-rss"];
    let is_bridge = |text: &str| bridges.iter().any(|bridge| text.contains(bridge));
    let differ =
        feed.entries.iter().any(|entry| feed.entries.first().is_some_and(|first| first.authors != entry.authors));
    if is_bridge(&title) || (is_bridge(&generator) && differ) {
        for entry in &mut feed.entries {
            entry.account = entry.authors.pop().unwrap_or_default();
        }
    }
}

/// Entries with the same guid are kept, for identity is not decided here, but not without a word.
fn note_duplicates(feed: &mut Feed) {
    let mut seen = BTreeSet::new();
    let repeated = feed.entries.iter().filter(|entry| !entry.guid.is_empty() && !seen.insert(&entry.guid)).count();
    if repeated > 0 {
        feed.issues
            .push(Issue::new(IssueCode::DuplicateGuid, format!("{repeated} entries repeat the guid of another")));
    }
}

/// Reads repaired XML with feed-rs; `Err` is its complaint. Dates come without their zone: the field index knows it.
fn read_strictly(xml: &str, dialect: FeedDialect, default_offset_minutes: i16) -> Result<Vec<EntryDraft>, String> {
    let parser = Builder::new()
        .sanitize_content(false)
        // A missing id stays missing: identity is not the parser's to invent.
        .id_generator(|_, _, _| String::new())
        .timestamp_parser(move |text| {
            DateTime::from_timestamp_millis(parse_date(text, default_offset_minutes)?.instant().as_millis())
        })
        .build();
    // The values known to make it panic are written differently; this is for the unknown ones.
    let outcome = catch_unwind(AssertUnwindSafe(|| parser.parse(xml.as_bytes())));
    match outcome {
        Ok(Ok(feed)) => Ok(feed.entries.into_iter().map(|entry| draft(entry, dialect)).collect()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("feed-rs panicked".to_owned()),
    }
}

fn draft(entry: Entry, dialect: FeedDialect) -> EntryDraft {
    let written = |text: Text| written(text, dialect);
    let date = |instant: Option<DateTime<chrono::Utc>>| {
        instant.map(|instant| Date::moment(Timestamp::from_millis(instant.timestamp_millis()), 0))
    };
    let content = entry.content.and_then(|content| {
        let is_html = content.content_type.subty() != "plain";
        Some(Written { text: content.body?, is_html })
    });
    let link = entry.links.iter().find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"));
    EntryDraft {
        title: entry.title.map(written).unwrap_or_default(),
        link: link.map(|link| link.href.clone()).unwrap_or_default(),
        guid: entry.id,
        guid_may_be_link: false,
        authors: entry
            .authors
            .into_iter()
            .filter_map(|person| person.name.filter(|name| !name.is_empty()).or(person.email))
            .map(|name| person_name(&name))
            .collect(),
        published: date(entry.published),
        modified: date(entry.updated),
        tags: entry.categories.into_iter().map(|category| category.label.unwrap_or(category.term)).collect(),
        cover: cover(&entry.media),
        // Read from the index of fields, which knows more forms of them.
        license: String::new(),
        rights: String::new(),
        content: content.unwrap_or_default(),
        summary: entry.summary.map(written).unwrap_or_default(),
        base: String::new(),
    }
}

/// RSS does not say whether its text is HTML, and feed-rs calls it plain: only Atom's word counts.
fn written(text: Text, dialect: FeedDialect) -> Written {
    Written { is_html: dialect == FeedDialect::Rss || text.content_type.subty() != "plain", text: text.content }
}

fn cover(media: &[MediaObject]) -> String {
    let thumbnail =
        media.iter().flat_map(|object| &object.thumbnails).map(|thumbnail| thumbnail.image.uri.clone()).next();
    let image = || {
        let contents = media.iter().flat_map(|object| &object.content);
        let mut images =
            contents.filter(|content| content.content_type.as_ref().is_some_and(|kind| kind.ty() == "image"));
        images.find_map(|content| content.url.as_ref().map(ToString::to_string))
    };
    thumbnail.or_else(image).unwrap_or_default()
}

/// Bytes looked at.
const WINDOW: usize = 4096;
/// What begins a page and no feed.
const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// Whether bytes look like a feed, by their first 4 KiB alone: cheap, for deciding which parser gets them. UTF-16 is
/// seen through.
pub(in crate::parse) fn looks_like_feed(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if PAGES.iter().any(|page| start.get(..page.len()).is_some_and(|start| start.eq_ignore_ascii_case(page))) {
        return false;
    }
    let head: Vec<u8> = bytes.iter().take(WINDOW).filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{fffd}'));
    if head.starts_with('{') {
        return head.contains("jsonfeed.org/version") || (head.contains("\"items\"") && head.contains("\"version\""));
    }
    let place = |mark: &str| head.find(mark).unwrap_or(usize::MAX);
    let root = [place("<rss"), place("<feed"), place("<rdf:rdf"), place("<atom:feed"), place("<channel")];
    let root = root.into_iter().min().unwrap_or(usize::MAX);
    let page = place("<html").min(place("<!doctype html")).min(place("<body"));
    root < page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_feeds_from_pages() {
        let cases: [(&[u8], bool); 8] = [
            (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><rss version='2.0'>", true),
            (b"<feed xmlns='http://www.w3.org/2005/Atom'>", true),
            (b"<rdf:RDF>", true),
            (b"\xff\xfe<\0r\0s\0s\0>\0", true),
            (b"{\"version\": \"https://jsonfeed.org/version/1\"}", true),
            (b"{\"error\": 1}", false),
            (b"<!DOCTYPE html><html><body><code>&lt;rss</code><rss>", false),
            (b"", false),
        ];
        for (bytes, want) in cases {
            assert_eq!(looks_like_feed(bytes), want, "{}", String::from_utf8_lossy(bytes));
        }
    }
}

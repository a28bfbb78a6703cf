use std::borrow::Cow;
use std::collections::BTreeSet;

use thiserror::Error;
use url::Url;

use super::draft::{Draft, absolute};
use super::excerpt::Excerpts;
use super::json::read_json;
use super::outline::{self, Head};
use super::repair::repair;
use super::root::{Found, Root, find_root};
use super::strict::read_strictly;
use crate::model::{Candidate, Issue, IssueCode};
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
    /// Minutes for which it says it need not be asked again.
    pub ttl_minutes: Option<u32>,
    /// WebSub hub, absolute or "".
    pub hub: String,
    /// Next page (RFC 5005, JSON Feed), absolute or "".
    pub next_url: String,
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
/// `default_offset_minutes` east of UTC. Broken feeds give what can be saved, with issues; an `Err` says that there is
/// no feed in these bytes.
pub fn parse_feed(bytes: &[u8], content_type: &str, url: &str, default_offset_minutes: i16) -> Result<Feed, NotAFeed> {
    let decoded = decode(bytes, content_type, MarkupHint::Xml);
    let text = without_zeros(&decoded.text);
    let mut feed = if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(NotAFeed::Empty);
    } else if text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
        let json = read_json(&text, default_offset_minutes).ok_or(NotAFeed::Unknown)?;
        Feed { excerpts: json.excerpts, ..assemble(&json.head, json.drafts, json.issues, "json", url, "") }
    } else {
        match find_root(&text) {
            Found::Feed(root) => parse_xml(&text, &root, url, default_offset_minutes),
            Found::Html => return Err(NotAFeed::Html),
            Found::Nothing => return Err(NotAFeed::Unknown),
        }
    };
    feed.issues.splice(0..0, decoded.issues);
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
    drafts: Vec<Draft>,
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
        ttl_minutes: head.ttl.trim().parse().ok(),
        hub: link(&head.hub),
        next_url: link(&head.next),
        entries: drafts.into_iter().map(|draft| draft.into_candidate(base.as_ref(), &title)).collect(),
        excerpts: Excerpts::default(),
        title,
        issues,
        via,
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

//! What was stored, as feeds that any reader can read: Atom (RFC 4287) and JSON Feed 1.1.

use boji_clean::model::Label;
use maud::{Markup, PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::articles::refuse_unknown_source;
use super::content::{self, KeptPictures};
use super::failure::Failure;
use crate::inspect::rfc3339;
use crate::model::{Source, StoredArticle};
use crate::search::Query;
use crate::store::{Filter, Store};

/// Entries of a feed.
const ENTRIES: usize = 50;
/// Bytes of all of them. Those that do not fit are left out, the oldest first; one that would not fit by itself goes without its text.
const FEED_BYTES: usize = 4 << 20;

/// Of what a feed is wanted; "" wants all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct FeedWanted {
    /// Id of a source.
    pub source: String,
    /// A tag of sources.
    pub tag: String,
    /// A query, as `boji search` takes it.
    pub q: String,
}

/// The articles of a feed, the newest first.
pub(super) fn wanted(store: &dyn Store, wanted: &FeedWanted) -> Result<Vec<StoredArticle>, Failure> {
    let sources: Vec<Source> = store.sources()?.into_iter().map(|(source, _)| source).collect();
    let mut ids: Vec<String> = Vec::new();
    refuse_unknown_source(store, &wanted.source, &sources)?;
    if !wanted.source.is_empty() {
        ids.push(wanted.source.clone());
    }
    if !wanted.tag.is_empty() {
        let has_tag = sources.iter().filter(|source| source.tags.contains(&wanted.tag)).map(|source| source.id.clone());
        ids = has_tag.filter(|id| wanted.source.is_empty() || *id == wanted.source).collect();
        if ids.is_empty() {
            return Err(Failure::Missing(format!("no source has the tag {}", wanted.tag)));
        }
    }
    let filter = Filter { sources: ids, ..Filter::default() };
    let ids: Vec<String> = if wanted.q.trim().is_empty() {
        store.newest(&filter, ENTRIES, |_| true)?.standings.into_iter().rev().map(|standing| standing.id).collect()
    } else {
        let query = Query::parse(&wanted.q).map_err(|error| Failure::Wrong(format!("{error}: {}", error.hint())))?;
        store.search(&query, &filter, ENTRIES)?.hits.into_iter().map(|hit| hit.standing.id).collect()
    };
    let mut articles = Vec::new();
    for id in ids {
        articles.extend(store.article(&id)?);
    }
    Ok(articles)
}

/// How much an entry says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// All of it.
    Whole,
    /// No text.
    Head,
}

/// The entries of articles, as many as fit, as `write` makes them; `bytes` tells how long one is.
fn fitting<'a, T>(
    articles: &'a [StoredArticle],
    write: impl Fn(&'a StoredArticle, Extent) -> T,
    bytes: impl Fn(&T) -> usize,
) -> Vec<T> {
    let (mut entries, mut left) = (Vec::new(), FEED_BYTES);
    for stored in articles {
        let mut entry = write(stored, Extent::Whole);
        if bytes(&entry) > FEED_BYTES {
            entry = write(stored, Extent::Head);
        }
        let Some(rest) = left.checked_sub(bytes(&entry)) else { break };
        left = rest;
        entries.push(entry);
    }
    entries
}

/// The text of an article as HTML, "" where it is to say nothing.
fn html_of(stored: &StoredArticle, extent: Extent) -> String {
    if extent == Extent::Head {
        return String::new();
    }
    let kept = stored.submission.article.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep);
    html! { @for judged in kept { (content::block(&judged.block, &KeptPictures::default())) } }.into_string()
}

fn instant(stored: &StoredArticle) -> String {
    stored.submission.article.published.map_or_else(|| rfc3339(stored.first_seen), |date| date.instant().to_string())
}

/// Text that XML can hold: without controls.
fn plain(text: &str) -> String {
    text.chars()
        .map(
            |c| {
                if c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{fffe}' | '\u{ffff}') {
                    ' '
                } else {
                    c
                }
            },
        )
        .collect()
}

/// The Atom feed. `root` is the address of the inspector: `http://127.0.0.1:8017`.
pub(super) fn atom(articles: &[StoredArticle], wanted: &FeedWanted, root: &str) -> String {
    let updated = articles
        .iter()
        .map(|stored| rfc3339(stored.submission.fetched_at))
        .max()
        .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned());
    let entries = fitting(articles, |stored, extent| atom_entry(stored, root, extent), |entry| entry.0.len());
    let feed: Markup = html! {
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { (plain(&title(wanted))) }
            id { "urn:boji:feed" (address(wanted, "atom")) }
            link rel="self" href={ (root) (address(wanted, "atom")) } {}
            link rel="alternate" type="text/html" href={ (root) "/" } {}
            updated { (updated) }
            @for entry in &entries { (entry) }
        }
    };
    html! { (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) (feed) }.into_string()
}

fn atom_entry(stored: &StoredArticle, root: &str, extent: Extent) -> Markup {
    let article = &stored.submission.article;
    html! {
        entry {
            id { "urn:boji:" (stored.id) }
            title { (plain(&article.title)) }
            @match content::web_address(&article.url) {
                Some(address) => link rel="alternate" href=(address) {},
                None => link rel="alternate" href={ (root) "/article/" (stored.id) } {},
            }
            published { (instant(stored)) }
            updated { (rfc3339(stored.submission.fetched_at)) }
            author { name { @if article.authors.is_empty() { (plain(&article.source_name)) } @else { (plain(&article.authors.join(", "))) } } }
            @if extent == Extent::Whole { content type="html" { (plain(&html_of(stored, extent))) } }
        }
    }
}

fn title(wanted: &FeedWanted) -> String {
    let parts: Vec<&str> = [&wanted.source, &wanted.tag, &wanted.q]
        .into_iter()
        .filter(|part| !part.is_empty())
        .map(String::as_str)
        .collect();
    if parts.is_empty() { "boji".to_owned() } else { format!("boji: {}", parts.join(", ")) }
}

fn address(wanted: &FeedWanted, ending: &str) -> String {
    let mut pairs = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in [("source", &wanted.source), ("tag", &wanted.tag), ("q", &wanted.q)] {
        if !value.is_empty() {
            pairs.append_pair(name, value);
        }
    }
    let pairs = pairs.finish();
    format!("/feed.{ending}{}{pairs}", if pairs.is_empty() { "" } else { "?" })
}

#[derive(Serialize)]
struct JsonFeed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    id: String,
    url: String,
    title: &'a str,
    content_html: String,
    date_published: String,
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "str::is_empty")]
    language: &'a str,
}

#[derive(Serialize)]
struct Author<'a> {
    name: &'a str,
}

impl<'a> Item<'a> {
    fn of(stored: &'a StoredArticle, root: &str, extent: Extent) -> Self {
        let article = &stored.submission.article;
        let names: Vec<Author<'_>> = article.authors.iter().map(|name| Author { name }).collect();
        Self {
            id: format!("urn:boji:{}", stored.id),
            url: content::web_address(&article.url).unwrap_or_else(|| format!("{root}/article/{}", stored.id)),
            title: &article.title,
            content_html: html_of(stored, extent),
            date_published: instant(stored),
            authors: if names.is_empty() { vec![Author { name: &article.source_name }] } else { names },
            language: &article.language,
        }
    }

    /// How long it is as JSON.
    fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(0, |json| json.len())
    }
}

/// The JSON feed.
pub(super) fn json(articles: &[StoredArticle], wanted: &FeedWanted, root: &str) -> String {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: title(wanted),
        home_page_url: format!("{root}/"),
        feed_url: format!("{root}{}", address(wanted, "json")),
        items: fitting(articles, |stored, extent| Item::of(stored, root, extent), Item::bytes),
    };
    serde_json::to_string(&feed).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use boji_clean::model::{Article, ArticleKey, Block, JudgedBlock, Timestamp, Verdict};

    use super::*;
    use crate::model::Submission;

    /// An article that says so many letters, each of which XML and JSON write with several.
    fn article(number: usize, letters: usize) -> StoredArticle {
        let url = format!("https://mill.example/{number}");
        let block = JudgedBlock { block: Block::paragraph("<".repeat(letters)), verdict: Verdict::keep() };
        StoredArticle {
            id: number.to_string(),
            submission: Submission {
                article: Article { blocks: vec![block], ..Article::bare(ArticleKey::Url(url)) },
                source_id: "mill".into(),
                capture_hash: String::new(),
                later_captures: Vec::new(),
                fetched_at: Timestamp::from_seconds(0),
                text_key: String::new(),
                simhash: String::new(),
                rules_hash: String::new(),
                is_of_feed: false,
            },
            revision: 1,
            held_since: None,
            dup_of: String::new(),
            first_seen: Timestamp::from_seconds(0),
            gone: None,
        }
    }

    #[test]
    fn a_feed_is_no_longer_than_it_may_be() {
        let wanted = FeedWanted::default();
        // Of 100,000 letters Atom makes 800,000 bytes and more, and JSON 400,000.
        for (case, letters, in_atom, in_json, with_text) in [
            ("all fit", vec![10; 50], 50, 50, 50),
            ("some fit", vec![100_000; 50], 5, 10, 5),
            ("one does not fit by itself", vec![10, 3_000_000, 10], 3, 3, 2),
        ] {
            let articles: Vec<_> = letters.into_iter().enumerate().map(|(at, letters)| article(at, letters)).collect();
            let (atom, json) = (atom(&articles, &wanted, "http://a"), json(&articles, &wanted, "http://a"));
            assert!(atom.len() < FEED_BYTES + 1_000 && json.len() < FEED_BYTES + 1_000, "{case}");
            let count = |text: &str, mark: &str| text.matches(mark).count();
            assert_eq!(count(&atom, "<entry>"), in_atom, "{case}");
            assert_eq!(count(&atom, "<content"), with_text, "{case}");
            assert_eq!(count(&json, "\"id\":"), in_json, "{case}");
            serde_json::from_str::<serde_json::Value>(&json).expect(case);
        }
    }
}

//! What was stored, as feeds that any reader can read: Atom (RFC 4287) and JSON Feed 1.1.

use boji_clean::model::Label;
use maud::{Markup, PreEscaped, html};
use serde::{Deserialize, Serialize};

use super::content;
use super::failure::Failure;
use crate::inspect::rfc3339;
use crate::model::StoredArticle;
use crate::search::Query;
use crate::store::{Filter, Store};

/// Entries of a feed.
const ENTRIES: usize = 50;

/// Of what a feed is wanted; "" wants all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
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
    let sources = store.sources()?;
    let mut ids: Vec<String> = Vec::new();
    if !wanted.source.is_empty() {
        ids.push(wanted.source.clone());
    }
    if !wanted.tag.is_empty() {
        let has_tag =
            sources.iter().filter(|(source, _)| source.tags.contains(&wanted.tag)).map(|(source, _)| source.id.clone());
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

/// The text of an article as HTML.
fn html_of(stored: &StoredArticle) -> String {
    let kept = stored.submission.article.blocks.iter().filter(|judged| judged.verdict.label == Label::Keep);
    html! { @for judged in kept { (content::block(&judged.block)) } }.into_string()
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
    let feed: Markup = html! {
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { (plain(&title(wanted))) }
            id { "urn:boji:feed" (address(wanted, "atom")) }
            link rel="self" href={ (root) (address(wanted, "atom")) } {}
            link rel="alternate" type="text/html" href={ (root) "/" } {}
            updated { (updated) }
            @for stored in articles {
                @let article = &stored.submission.article;
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
                    content type="html" { (plain(&html_of(stored))) }
                }
            }
        }
    };
    html! { (PreEscaped("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")) (feed) }.into_string()
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
    fn of(stored: &'a StoredArticle, root: &str) -> Self {
        let article = &stored.submission.article;
        let names: Vec<Author<'_>> = article.authors.iter().map(|name| Author { name }).collect();
        Self {
            id: format!("urn:boji:{}", stored.id),
            url: content::web_address(&article.url).unwrap_or_else(|| format!("{root}/article/{}", stored.id)),
            title: &article.title,
            content_html: html_of(stored),
            date_published: instant(stored),
            authors: if names.is_empty() { vec![Author { name: &article.source_name }] } else { names },
            language: &article.language,
        }
    }
}

/// The JSON feed.
pub(super) fn json(articles: &[StoredArticle], wanted: &FeedWanted, root: &str) -> String {
    let feed = JsonFeed {
        version: "https://jsonfeed.org/version/1.1",
        title: title(wanted),
        home_page_url: format!("{root}/"),
        feed_url: format!("{root}{}", address(wanted, "json")),
        items: articles.iter().map(|stored| Item::of(stored, root)).collect(),
    };
    serde_json::to_string(&feed).unwrap_or_default()
}

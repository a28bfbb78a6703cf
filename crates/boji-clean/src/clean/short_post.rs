//! Whether a page with hardly any prose is a post all the same: a verse, a few lines, a change log, a picture with its caption. The page
//! must say so by three signs.

use super::address::is_front_page;
use super::locate::ShortText;
use crate::model::Facts;
use crate::parse::html::{Tree, attribute};

/// Signs that a page must give.
const SIGNS: usize = 3;
/// Least text, in weighted characters, that is a sign by itself, and the pieces that it has at least: a list of changes, a verse.
const MIN_TEXT: u32 = 300;
const MIN_PIECES: usize = 8;
/// Class words by which programs of blogs mark a post.
const POSTS: [&str; 4] = ["hentry", "h-entry", "single-post", "type-post"];
/// Class words that programs of blogs give the body of a list of posts.
const LISTINGS: [&str; 5] = ["archive", "category", "search-results", "author", "tag"];
/// Types of schema.org for lists and for somebody's page.
const LISTING_TYPES: [&str; 4] = ["CollectionPage", "ProfilePage", "SearchResultsPage", "ItemList"];
/// Types of schema.org for what is written.
const TYPES: [&str; 4] = ["Article", "BlogPosting", "NewsArticle", "SocialMediaPosting"];

/// Whether the page is a post. `url` is its address, "" when unknown; `facts` are what it says of itself.
pub(super) fn is_short_post(tree: &Tree, url: &str, facts: &Facts, short: ShortText) -> bool {
    let origin = |field: &str| facts.provenance.get(field).copied();
    let is_called_article = tree.meta().any(|(name, value)| name == "og:type" && value.eq_ignore_ascii_case("article"));
    let is_typed = is_called_article || is_marked_post(tree) || tree.json_ld.iter().any(|data| is_typed(data));
    let is_dated = facts.published.is_some() && origin("published") != Some("url");
    let is_long = short.text >= MIN_TEXT && short.pieces >= MIN_PIECES && !short.is_links;
    // Of these two, one must be there: a profile, a tool and a form have the others too.
    if !(is_typed || is_dated || (is_long && short.is_marked)) || is_front_page(url) || is_listing(tree) {
        return false;
    }
    let is_headed = facts.title.is_some() && origin("title") == Some("dom") || tree.first("h1").is_some();
    let signs = [
        is_typed,
        is_dated,
        is_long,
        !facts.authors.is_empty(),
        short.is_marked,
        short.is_named,
        is_headed && short.pieces > 0,
        facts.url.is_some(),
    ];
    let needed = if short.is_links { SIGNS + 1 } else { SIGNS };
    signs.into_iter().filter(|sign| *sign).count() >= needed
}

/// Whether the page says that it lists what many wrote, or tells of somebody: by its type, by a class word of its body.
fn is_listing(tree: &Tree) -> bool {
    let is_profile = tree.meta().any(|(name, value)| name == "og:type" && value.eq_ignore_ascii_case("profile"));
    let class = tree.body().value().as_element().and_then(|body| attribute(body, "class")).unwrap_or_default();
    is_profile
        || class.split_ascii_whitespace().any(|word| LISTINGS.contains(&word))
        || tree.json_ld.iter().any(|data| names(data, &LISTING_TYPES))
}

/// Whether JSON-LD speaks of something written.
fn is_typed(data: &str) -> bool {
    names(data, &TYPES)
}

/// Whether data name one of some types.
fn names(data: &str, kinds: &[&str]) -> bool {
    kinds.iter().any(|kind| {
        data.match_indices(kind).any(|(at, _)| {
            let (before, behind) = (data.get(..at), data.get(at + kind.len()..));
            before.is_some_and(|it| it.ends_with(['"', '/'])) && behind.is_some_and(|it| it.starts_with('"'))
        })
    })
}

/// Whether an element says by a class word or a type that it is a post.
fn is_marked_post(tree: &Tree) -> bool {
    let mut elements = tree.root().descendants().filter_map(|node| node.value().as_element());
    elements.any(|element| {
        let class = attribute(element, "class").unwrap_or_default();
        let kind = attribute(element, "itemtype").unwrap_or_default();
        let kind = kind.rsplit('/').next().unwrap_or_default();
        class.split_ascii_whitespace().any(|word| POSTS.contains(&word)) || TYPES.contains(&kind)
    })
}

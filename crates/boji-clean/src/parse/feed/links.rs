use std::borrow::Cow;

use url::Url;

use super::draft::absolute;
use super::markup::{Markup, Tag, read_markup};

/// Bytes of a page that are searched, and links that are given.
const WINDOW: usize = 2 * 1024 * 1024;
const MAX_LINKS: usize = 32;

/// A feed that a page points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedLink {
    /// Absolute address.
    pub url: String,
    /// Title as stated, "" when there is none.
    pub title: String,
    /// `rss`, `atom`, `json`, or "" when only the address looks like a feed's.
    pub kind: &'static str,
}

/// The feeds that a blog's page declares with `<link rel="alternate">`, then those that its anchors seem to lead to
/// (`/feed`, `rss.xml`, `atom.xml`, …). Comment feeds stand last in their group. A scan over the tags, without a tree.
pub fn find_feed_links(html: &str, base: &str) -> Vec<FeedLink> {
    let mut base = Url::parse(base).ok();
    let mut declared: Vec<FeedLink> = Vec::new();
    let mut guessed: Vec<FeedLink> = Vec::new();
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|_| at < WINDOW && declared.len() + guessed.len() < MAX_LINKS) {
        let Some(step) = memchr::memchr(b'<', rest.as_bytes()) else { break };
        let (markup, length) = read_markup(rest.get(step..).unwrap_or_default());
        at += step + length;
        let Markup::Tag(tag) = markup else { continue };
        if tag.is_end {
            continue;
        }
        match tag.name.to_ascii_lowercase().as_str() {
            "base" => {
                if let Some(href) = tag.attribute("href") {
                    base = base.map_or_else(|| Url::parse(&href).ok(), |base| base.join(&href).ok());
                }
            }
            "link" => declared.extend(declared_link(&tag, base.as_ref())),
            "a" => guessed.extend(guessed_link(&tag, html.get(at..).unwrap_or_default(), base.as_ref())),
            name @ ("script" | "style") => at += skipped(html.get(at..).unwrap_or_default(), name),
            _ => {}
        }
    }
    declared.sort_by_key(is_of_comments);
    guessed.sort_by_key(is_of_comments);
    let mut links: Vec<FeedLink> = Vec::new();
    for link in declared.into_iter().chain(guessed) {
        if !links.iter().any(|known| known.url == link.url) {
            links.push(link);
        }
    }
    links
}

fn declared_link(tag: &Tag<'_>, base: Option<&Url>) -> Option<FeedLink> {
    let rel = tag.attribute("rel")?.to_ascii_lowercase();
    if !rel.split_whitespace().any(|word| matches!(word, "alternate" | "feed")) {
        return None;
    }
    let stated = tag.attribute("type").unwrap_or_default().to_ascii_lowercase();
    let kind = match stated.split(';').next().unwrap_or_default().trim() {
        "application/rss+xml"
        | "application/rdf+xml"
        | "text/rss"
        | "text/xml"
        | "application/xml"
        | "application/x-rss+xml" => "rss",
        "application/atom+xml" => "atom",
        "application/feed+json" => "json",
        // WordPress declares its REST interface with this type, beside its feeds.
        "application/json" if !tag.attribute("href")?.contains("wp-json") => "json",
        _ => return None,
    };
    feed_link(tag, base, kind)
}

/// A link that seems to lead to a feed: by its address, or by what it says of itself. `behind` is what stands behind its tag.
fn guessed_link(tag: &Tag<'_>, behind: &str, base: Option<&Url>) -> Option<FeedLink> {
    let href = tag.attribute("href")?.to_ascii_lowercase();
    let address = href.split('#').next()?;
    let path = address.split('?').next()?.trim_end_matches('/');
    let name = path.rsplit('/').next()?;
    let is_known = NAMES.contains(&name)
        || [".rss", ".atom", ".rdf", ".rss.xml", ".atom.xml"].iter().any(|ending| name.ends_with(ending))
        || ["?feed=rss", "?feed=atom"].iter().any(|query| address.contains(query))
        || path.ends_with("/feeds/posts/default")
        || href.starts_with("feed:")
        || says_feed(tag, behind);
    if is_known { feed_link(tag, base, "") } else { None }
}

/// Whether a link calls itself a feed, in its type, its words, its tooltip or the label for those who see none.
fn says_feed(tag: &Tag<'_>, behind: &str) -> bool {
    /// Bytes of a text that may be such a word.
    const LONGEST: usize = 40;
    let is_typed = tag.attribute("type").is_some_and(|stated| {
        ["application/rss+xml", "application/atom+xml", "application/feed+json"].contains(&stated.trim())
    });
    let is_word = |text: &str| {
        let word: String = text.chars().filter(|sign| sign.is_alphanumeric()).collect();
        text.len() <= LONGEST && CALLED.contains(&word.to_lowercase().as_str())
    };
    let text = behind.get(..memchr::memchr(b'<', behind.as_bytes()).unwrap_or(0)).unwrap_or_default();
    is_typed
        || is_word(text)
        || ["title", "aria-label"].iter().any(|name| tag.attribute(name).is_some_and(|it| is_word(&it)))
}

/// What links to feeds are called, in letters and digits alone.
const CALLED: [&str; 12] = [
    "atom",
    "atomfeed",
    "feed",
    "rss",
    "rss20",
    "rss订阅",
    "rssfeed",
    "rss訂閱",
    "subscribeviarss",
    "subscribetorss",
    "文章rss",
    "订阅rss",
];

/// Last parts of paths at which feeds are.
const NAMES: [&str; 13] = [
    "feed",
    "rss",
    "atom",
    "feed.xml",
    "rss.xml",
    "atom.xml",
    "rss2.xml",
    "index.xml",
    "index.rdf",
    "feed.json",
    "feed.php",
    "rss.php",
    "feeds",
];

fn feed_link(tag: &Tag<'_>, base: Option<&Url>, kind: &'static str) -> Option<FeedLink> {
    let url = absolute(&without_feed_scheme(&tag.attribute("href")?), base);
    let title = tag.attribute("title").unwrap_or(Cow::Borrowed("")).trim().to_owned();
    (!url.is_empty()).then_some(FeedLink { url, title, kind })
}

/// An address with the scheme of feed buttons (`feed://host`, `feed:https://host`) as the address that is meant.
pub fn without_feed_scheme(address: &str) -> Cow<'_, str> {
    let address = address.trim();
    let Some(rest) = address.get(..5).filter(|start| start.eq_ignore_ascii_case("feed:")).and(address.get(5..)) else {
        return Cow::Borrowed(address);
    };
    if rest.starts_with("//") { Cow::Owned(format!("http:{rest}")) } else { Cow::Borrowed(rest) }
}

fn is_of_comments(link: &FeedLink) -> bool {
    let url = link.url.to_ascii_lowercase();
    url.contains("comment") || link.title.to_ascii_lowercase().contains("comment") || link.title.contains("评论")
}

/// The bytes up to the end tag of a raw text element.
fn skipped(text: &str, name: &str) -> usize {
    let mut at = 0;
    while let Some(step) = text.get(at..).and_then(|rest| memchr::memchr(b'<', rest.as_bytes())) {
        at += step;
        let rest = text.get(at + 1..).unwrap_or_default();
        if rest
            .strip_prefix('/')
            .and_then(|rest| rest.get(..name.len()))
            .is_some_and(|end| end.eq_ignore_ascii_case(name))
        {
            return at;
        }
        at += 1;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_declared_feeds_before_guessed_ones() {
        let html = r#"<head><base href="/blog/">
            <link rel="alternate" type="application/rss+xml" title="评论" href="comments/feed.xml">
            <link href='/atom.xml?a=1&amp;b=2' type=application/atom+xml rel=alternate>
            <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/1">
            <link rel="stylesheet" type="text/css" href="x.css"><script>var a = '<a href="/no/feed">';</script></head>
            <a href="https://b.example/rss.xml" title="订阅">RSS</a><a href="FEED://a.example/x">x</a><a href="/atom.xml?a=1&amp;b=2">Atom</a><a href="/about">x</a>"#;
        let links = find_feed_links(html, "https://a.example/");
        let got: Vec<_> = links.iter().map(|link| (link.url.as_str(), link.title.as_str(), link.kind)).collect();
        assert_eq!(
            got,
            [
                ("https://a.example/atom.xml?a=1&b=2", "", "atom"),
                ("https://a.example/blog/comments/feed.xml", "评论", "rss"),
                ("https://b.example/rss.xml", "订阅", ""),
                ("http://a.example/x", "", ""),
            ]
        );
    }
}

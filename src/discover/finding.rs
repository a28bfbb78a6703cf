use std::collections::BTreeSet;
use std::sync::Arc;

use boji_clean::parse::{FeedLink, MarkupHint, NotAFeed, decode, find_feed_links, parse_feed};
use url::Url;

use crate::fetch::{Fetcher, link_targets};
use crate::model::Capture;

/// The addresses that a person may mean, in the order in which to try them: with the scheme of feed buttons taken off
/// (`feed://host`, `feed:https://…`), and where no scheme was written https before http.
pub(crate) fn addresses_meant(written: &str) -> Vec<String> {
    let written = written.trim();
    let prefix = written.get(..5).filter(|start| start.eq_ignore_ascii_case("feed:"));
    let rest = if prefix.is_some() { written.get(5..).unwrap_or_default() } else { written };
    if rest.contains("://") {
        return vec![rest.to_owned()];
    }
    let rest = rest.trim_start_matches('/');
    ["https", "http"].map(|scheme| format!("{scheme}://{rest}")).into()
}

/// The feeds that an answer names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct NamedFeeds {
    /// Those that it declares, in its head or in its headers, comments last.
    pub declared: Vec<FeedLink>,
    /// Links on its own host that seem to lead to feeds.
    pub linked: Vec<FeedLink>,
    /// The same on other hosts: a blogroll's, most likely.
    pub of_others: Vec<FeedLink>,
}

impl NamedFeeds {
    /// What a page names.
    pub(crate) fn of(capture: &Capture) -> Self {
        let url = capture.final_url();
        let content_type = capture.header("content-type").unwrap_or_default();
        let page = decode(&capture.body, content_type, MarkupHint::Html);
        let mut named = Self::default();
        for link in find_feed_links(&page.text, url) {
            let is_own = Fetcher::host_of(&link.url) == Fetcher::host_of(url);
            match (link.kind.is_empty(), is_own) {
                (false, _) => named.declared.push(link),
                (true, true) => named.linked.push(link),
                (true, false) => named.of_others.push(link),
            }
        }
        let base = Url::parse(url).ok();
        for (target, kind) in link_targets(&capture.headers, "alternate") {
            let Some(target) = base.as_ref().and_then(|base| base.join(&target).ok()) else { continue };
            let is_feed = ["rss", "atom", "feed+json"].iter().any(|word| kind.to_ascii_lowercase().contains(word));
            if is_feed && !named.declared.iter().any(|link| link.url == target.as_str()) {
                named.declared.push(FeedLink { url: target.into(), title: String::new(), kind: "rss" });
            }
        }
        named
    }
}

/// Where blogs have their feeds that declare none: the ways of WordPress, Typecho, Substack and Ghost, of Hexo, Hugo, Jekyll, Halo
/// and Z-Blog, and of Blogger.
const WELL_KNOWN: [&str; 13] = [
    "feed/",
    "atom.xml",
    "rss.xml",
    "index.xml",
    "feed.xml",
    "rss/",
    "feed",
    "feed.json",
    "rss2.xml",
    "index.php/feed/",
    "feeds/posts/default",
    "?feed=rss2",
    "feed.php",
];

/// Addresses below a page's folder, then below the root of its host, at which feeds often are.
pub(crate) fn well_known(page: &str) -> Vec<String> {
    let Ok(page) = Url::parse(page) else { return Vec::new() };
    let roots = [page.join(".").ok(), page.join("/").ok()];
    let mut seen = BTreeSet::new();
    let all = roots.into_iter().flatten().flat_map(|root| WELL_KNOWN.map(|path| root.join(path).ok()));
    all.flatten().map(String::from).filter(|url| seen.insert(url.clone())).collect()
}

/// A feed that was found and read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundFeed {
    /// Its address.
    pub url: String,
    /// Its title, else what the page calls it; "" when neither says.
    pub title: String,
    /// Entries that it holds now.
    pub entries: usize,
    /// It holds what readers wrote below the articles.
    pub is_of_comments: bool,
    /// It holds what is to be listened to.
    pub is_podcast: bool,
    /// It holds the articles of one category, or of one author.
    pub is_of_part: bool,
    /// The answer in which it was.
    pub answer: Arc<Capture>,
}

impl FoundFeed {
    /// The feed in an answer, else what it holds instead. `called` is what the page calls it.
    pub(crate) fn read(capture: &Arc<Capture>, url: &str, called: &str) -> Result<Self, NotAFeed> {
        let content_type = capture.header("content-type").unwrap_or_default();
        let feed = parse_feed(&capture.body, content_type, capture.final_url(), 0)?;
        let title = if feed.title.is_empty() { called.to_owned() } else { feed.title };
        let words = format!("{title} {called} {url}").to_lowercase();
        let says = |marks: &[&str]| marks.iter().any(|mark| words.contains(mark));
        let (is_of_comments, is_podcast) = (says(&["comment", "评论"]), says(&["podcast", "播客"]));
        Ok(Self {
            url: url.to_owned(),
            title,
            entries: feed.entries.len(),
            is_of_comments,
            is_podcast,
            is_of_part: is_of_part(url),
            answer: Arc::clone(capture),
        })
    }
}

/// Sorts feeds of one page, the one that is most likely meant first: articles before what is heard, before comments; what says
/// something before what is empty, and all before a category; and of these the one whose address has most in common with the
/// page's (`/zh/index.xml` of `/zh/`). Else the page's own order counts.
pub(crate) fn rank(feeds: &mut [FoundFeed], page: &str) {
    let in_common = |url: &str| {
        let folders = url.bytes().zip(page.bytes()).take_while(|(left, right)| left == right);
        folders.filter(|(byte, _)| *byte == b'/').count()
    };
    feeds.sort_by_key(|feed| {
        // That of a category is meant by who stands in it.
        let is_of_part = feed.is_of_part && !is_of_part(page);
        (feed.is_of_comments, feed.is_podcast, feed.entries == 0, is_of_part, std::cmp::Reverse(in_common(&feed.url)))
    });
}

/// Whether an address lies below a category, a tag or an author.
fn is_of_part(url: &str) -> bool {
    const PARTS: [&str; 9] =
        ["author", "authors", "categories", "category", "section", "tag", "tags", "topic", "topics"];
    Url::parse(url).is_ok_and(|url| url.path_segments().into_iter().flatten().any(|part| PARTS.contains(&part)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Hop;
    use boji_clean::model::Timestamp;

    #[test]
    fn an_address_is_taken_as_people_write_it() {
        let cases: [(&str, &[&str]); 7] = [
            ("https://a.example/f", &["https://a.example/f"]),
            ("a.example/f", &["https://a.example/f", "http://a.example/f"]),
            ("feed://a.example/f", &["feed"]),
            ("feed:https://a.example/f", &["https://a.example/f"]),
            ("FEED:http://a.example/f", &["http://a.example/f"]),
            (" a.example:8080 ", &["https://a.example:8080", "http://a.example:8080"]),
            ("feed:a.example", &["https://a.example", "http://a.example"]),
        ];
        for (written, want) in cases {
            let want = if want == ["feed"] { &["https://a.example/f", "http://a.example/f"][..] } else { want };
            assert_eq!(addresses_meant(written), want, "{written}");
        }
    }

    fn capture(url: &str, headers: &[(&str, &str)], body: &str) -> Capture {
        Capture {
            url: url.to_owned(),
            hops: vec![Hop { url: url.to_owned(), status: 200 }],
            status: 200,
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body: body.into(),
            fetched_at: Timestamp::default(),
        }
    }

    #[test]
    fn a_friends_feed_is_not_the_blogs() {
        let page = "<link rel=alternate type='application/rss+xml' href='/c.xml'><a href='https://friend.example/feed.xml'>\
                    friend</a><a href='rss.xml'>RSS</a>";
        let named = NamedFeeds::of(&capture(
            "https://a.example/",
            &[("link", "</h.xml>; rel=alternate; type=\"application/atom+xml\", </x>; rel=alternate; type=text/html")],
            page,
        ));
        let urls = |links: &[FeedLink]| links.iter().map(|link| link.url.clone()).collect::<Vec<_>>().join(" ");
        assert_eq!(urls(&named.declared), "https://a.example/c.xml https://a.example/h.xml");
        assert_eq!(urls(&named.linked), "https://a.example/rss.xml");
        assert_eq!(urls(&named.of_others), "https://friend.example/feed.xml");
    }

    #[test]
    fn feeds_are_looked_for_beside_the_page_and_at_the_root() {
        let all = well_known("https://a.example/blog/index.html?x=1");
        assert_eq!(all.first().map(String::as_str), Some("https://a.example/blog/feed/"));
        assert!(all.contains(&"https://a.example/?feed=rss2".to_owned()), "{all:?}");
        assert_eq!(well_known("https://a.example/").len(), WELL_KNOWN.len());
    }

    #[test]
    fn the_feed_that_is_meant_comes_first() {
        let feed = |url: &str, title: &str, entries: usize| {
            let items = "<item><title>t</title></item>".repeat(entries);
            let body = format!("<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>");
            FoundFeed::read(&Arc::new(capture(url, &[], &body)), url, "").expect("a feed")
        };
        let order = |page: &str, feeds: &[(&str, &str, usize)]| {
            let mut found: Vec<_> = feeds.iter().map(|(url, title, entries)| feed(url, title, *entries)).collect();
            rank(&mut found, page);
            found.first().expect("one").url.clone()
        };
        let (post, all) = ("https://a.example/hello/feed/", "https://a.example/feed/");
        assert_eq!(order("https://a.example/hello/", &[(post, "Comments on: Hello", 3), (all, "A", 3)]), all);
        let (en, zh) = ("https://a.example/en/index.xml", "https://a.example/zh/index.xml");
        assert_eq!(order("https://a.example/zh/", &[(en, "A", 3), (zh, "甲", 3)]), zh);
        assert_eq!(order("https://a.example/", &[(en, "A", 3), (zh, "甲", 3)]), en);
        assert_eq!(order("https://a.example/", &[(en, "A podcast", 3), (zh, "甲", 3)]), zh);
        assert_eq!(order("https://a.example/", &[(en, "A", 0), (zh, "甲", 3)]), zh);
        let (part, whole) = ("https://a.example/feed/categories/wood.xml", "https://a.example/rss.xml");
        assert_eq!(order("https://a.example/", &[(part, "A - wood", 1), (whole, "A", 3)]), whole);
        assert_eq!(order("https://a.example/categories/wood", &[(part, "A - wood", 1), (whole, "A", 3)]), part);
    }
}

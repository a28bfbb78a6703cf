//! OPML: subscription lists of feed readers, read whatever their state.

use super::decode::{MarkupHint, decode};
use super::feed::{Markup, Tag, read_markup, without_feed_scheme};
use crate::model::{Issue, IssueCode, limits};

/// Feeds read of one list.
const MAX_OUTLINES: usize = 100_000;
/// Folders inside folders; deeper ones count as the deepest.
const MAX_DEPTH: usize = 16;
/// Outlines inside outlines that are remembered; of deeper ones only how many there are.
const MAX_OPEN: usize = 64;

/// What an OPML text holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscriptions {
    /// Its feeds, in order.
    pub feeds: Vec<SubscribedFeed>,
    /// Addresses of outlines that are none: links to pages, other lists, feeds that are named twice or not by an address of the
    /// web. What is commented out is not among them.
    pub passed_over: Vec<String>,
    /// Oddities got over.
    pub issues: Vec<Issue>,
}

/// A feed in a subscription list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubscribedFeed {
    /// Name of the feed.
    pub title: String,
    /// Address of the feed.
    pub xml_url: String,
    /// Address of its site, "" when not stated.
    pub html_url: String,
    /// Folders it lies in, from the outermost, divided by `/`; "" for none.
    pub category: String,
}

/// Reads the feeds of an OPML text in order. Bare ampersands, attributes in any case, missing version, head or end
/// tags are got over. `type="link"` and `type="include"` name no feeds, and what lies below `isComment="true"` does not count
/// (OPML 2.0); names of feeds may begin with `feed:`.
pub fn parse_opml(bytes: &[u8]) -> Subscriptions {
    let decoded = decode(bytes, "", MarkupHint::Xml);
    let mut list = Subscriptions { issues: decoded.issues, ..Subscriptions::default() };
    let mut open: Vec<Open> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let (mut saw_root, mut repeated, mut deeper) = (false, 0usize, 0usize);
    let mut rest = decoded.text.as_ref();
    while let Some(step) = memchr::memchr(b'<', rest.as_bytes()) {
        let (markup, length) = read_markup(rest.get(step..).unwrap_or_default());
        rest = rest.get(step + length..).unwrap_or_default();
        if matches!(markup, Markup::Cut) {
            list.issues.push(Issue::new(
                IssueCode::Truncated,
                "the list ends inside an outline, and more may have stood there",
            ));
        }
        let Markup::Tag(tag) = markup else { continue };
        match (tag.name.to_ascii_lowercase().as_str(), tag.is_end) {
            ("opml", false) => saw_root = true,
            ("outline", true) => match deeper {
                0 => drop(open.pop()),
                _ => deeper -= 1,
            },
            ("outline", false) => {
                let outline = read_outline(&tag, &open);
                let is_comment = is_comment(&tag) || open.last().is_some_and(|open| open.is_comment);
                let stated = outline.xml_url.clone();
                let is_feed = !stated.is_empty() && names_feed(&tag);
                if is_comment {
                } else if is_feed && is_of_web(&stated) {
                    if !known.insert(stated) {
                        repeated += 1;
                    } else if list.feeds.len() < MAX_OUTLINES {
                        list.feeds.push(outline.clone());
                    }
                } else {
                    let name = if stated.is_empty() { &outline.html_url } else { &stated };
                    if list.passed_over.len() < MAX_OUTLINES && !name.is_empty() {
                        list.passed_over.push(name.clone());
                    }
                }
                if !tag.is_empty && open.len() >= MAX_OPEN {
                    deeper += 1;
                } else if !tag.is_empty {
                    // A feed that holds others is no folder, but its end tag has to find something to close.
                    let folder = if is_feed { "" } else { limits::cut(&outline.title, limits::MAX_TITLE) };
                    open.push(Open { folder: folder.to_owned(), is_comment });
                }
            }
            _ => {}
        }
    }
    if !saw_root {
        list.issues.push(Issue::new(IssueCode::NoRoot, "there is no opml element"));
    }
    if repeated > 0 {
        list.issues
            .push(Issue::new(IssueCode::RepeatedFeed, format!("{repeated} feeds are listed again and left out")));
    }
    list
}

/// An outline that is open: the folder that it makes, "" for none.
struct Open {
    folder: String,
    is_comment: bool,
}

fn is_comment(tag: &Tag<'_>) -> bool {
    tag.attribute("isComment").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

/// Whether the address of an outline is a feed's: one that has its own name (`xmlUrl`), or that is no link to something else.
fn names_feed(tag: &Tag<'_>) -> bool {
    let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    tag.attribute("xmlUrl").is_some_and(|url| !url.trim().is_empty()) || !matches!(kind.as_str(), "link" | "include")
}

fn is_of_web(address: &str) -> bool {
    ["http://", "https://"]
        .iter()
        .any(|scheme| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
}

fn read_outline(tag: &Tag<'_>, open: &[Open]) -> SubscribedFeed {
    let value = |name: &str| tag.attribute(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let folder: Vec<&str> =
        open.iter().map(|open| open.folder.as_str()).filter(|name| !name.is_empty()).take(MAX_DEPTH).collect();
    let stated = || value("category").map(|category| category.trim_matches('/').to_owned()).unwrap_or_default();
    SubscribedFeed {
        title: value("title").or_else(|| value("text")).unwrap_or_default(),
        xml_url: without_feed_scheme(&value("xmlUrl").or_else(|| value("url")).unwrap_or_default()).into_owned(),
        html_url: value("htmlUrl").unwrap_or_default(),
        category: if folder.is_empty() { stated() } else { folder.join("/") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BROKEN: &str = r#"<opml><body>
        <outline text="技术 & 生活"><outline text="深处">
            <outline text='甲' xmlurl="https://a.example/feed?x=1&y=2" HTMLURL=https://a.example/ />
        </outline></outline>
        <outline title="乙" text="b" xmlUrl="https://b.example/rss" category="/杂"></outline>
        <outline xmlUrl="https://a.example/feed?x=1&amp;y=2"/><outline text="空"/>"#;

    #[test]
    fn reads_a_broken_list() {
        let list = parse_opml(BROKEN.as_bytes());
        let got: Vec<_> =
            list.feeds.iter().map(|o| [&o.title, &o.xml_url, &o.html_url, &o.category].map(String::as_str)).collect();
        assert_eq!(
            got,
            [
                ["甲", "https://a.example/feed?x=1&y=2", "https://a.example/", "技术 & 生活/深处"],
                ["乙", "https://b.example/rss", "", "杂"],
            ]
        );
        assert_eq!(list.issues[0].code, IssueCode::RepeatedFeed);
        assert!(list.passed_over.is_empty());
    }

    #[test]
    fn what_is_no_feed_is_named_and_what_is_commented_out_does_not_count() {
        let list = parse_opml(
            br#"<opml><body><outline type="link" text="p" url="https://a.example/"/>
            <outline type="include" text="l" url="https://a.example/l.opml"/>
            <outline type="rss" text="r" xmlUrl="rsshub://b/1"/><outline text="h" xmlUrl="h.example/feed"/>
            <outline text="old" isComment="true"><outline text="o" xmlUrl="https://o.example/f"/></outline>
            <outline text="F" xmlUrl="feed://f.example/feed"/><outline type="link" xmlUrl="https://g.example/f"/>
            </body></opml>"#,
        );
        let feeds: Vec<_> = list.feeds.iter().map(|feed| feed.xml_url.as_str()).collect();
        assert_eq!(feeds, ["http://f.example/feed", "https://g.example/f"]);
        assert_eq!(
            list.passed_over,
            ["https://a.example/", "https://a.example/l.opml", "rsshub://b/1", "h.example/feed"]
        );
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse_opml(&bytes);
        }
    }
}

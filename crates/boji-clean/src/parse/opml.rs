//! OPML: subscription lists of feed readers, read whatever their state.

use super::decode::{MarkupHint, decode};
use super::feed::{Markup, Tag, read_markup};
use crate::model::{Issue, IssueCode};

/// Feeds read of one list.
const MAX_OUTLINES: usize = 100_000;
/// Folders inside folders; deeper ones count as the deepest.
const MAX_DEPTH: usize = 16;

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
/// tags are got over; a repeated address and an outline without one are left out, with an issue.
pub fn parse_opml(bytes: &[u8]) -> (Vec<SubscribedFeed>, Vec<Issue>) {
    let decoded = decode(bytes, "", MarkupHint::Xml);
    let mut issues = decoded.issues;
    let mut outlines: Vec<SubscribedFeed> = Vec::new();
    let mut folders: Vec<String> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let (mut saw_root, mut repeated) = (false, 0usize);
    let mut rest = decoded.text.as_ref();
    while let Some(step) = memchr::memchr(b'<', rest.as_bytes()) {
        let (markup, length) = read_markup(rest.get(step..).unwrap_or_default());
        rest = rest.get(step + length..).unwrap_or_default();
        let Markup::Tag(tag) = markup else { continue };
        match (tag.name.to_ascii_lowercase().as_str(), tag.is_end) {
            ("opml", false) => saw_root = true,
            ("outline", true) => {
                folders.pop();
            }
            ("outline", false) => {
                let outline = read_outline(&tag, &folders);
                let is_feed = !outline.xml_url.is_empty();
                if is_feed && !known.insert(outline.xml_url.clone()) {
                    repeated += 1;
                } else if is_feed && outlines.len() < MAX_OUTLINES {
                    outlines.push(outline.clone());
                }
                if !tag.is_empty {
                    // A feed that holds others is no folder, but its end tag has to find something to close.
                    folders.push(if is_feed { String::new() } else { outline.title });
                }
            }
            _ => {}
        }
    }
    if !saw_root {
        issues.push(Issue::new(IssueCode::NoRoot, "there is no opml element"));
    }
    if repeated > 0 {
        issues.push(Issue::new(IssueCode::RepeatedFeed, format!("{repeated} feeds are listed again and left out")));
    }
    (outlines, issues)
}

fn read_outline(tag: &Tag<'_>, folders: &[String]) -> SubscribedFeed {
    let value = |name: &str| tag.attribute(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let folder: Vec<&str> =
        folders.iter().map(String::as_str).filter(|name| !name.is_empty()).take(MAX_DEPTH).collect();
    let stated = || value("category").map(|category| category.trim_matches('/').to_owned()).unwrap_or_default();
    SubscribedFeed {
        title: value("title").or_else(|| value("text")).unwrap_or_default(),
        xml_url: value("xmlUrl").or_else(|| value("url")).unwrap_or_default(),
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
        let (outlines, issues) = parse_opml(BROKEN.as_bytes());
        let got: Vec<_> =
            outlines.iter().map(|o| [&o.title, &o.xml_url, &o.html_url, &o.category].map(String::as_str)).collect();
        assert_eq!(
            got,
            [
                ["甲", "https://a.example/feed?x=1&y=2", "https://a.example/", "技术 & 生活/深处"],
                ["乙", "https://b.example/rss", "", "杂"],
            ]
        );
        assert_eq!(issues[0].code, IssueCode::RepeatedFeed);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
            let _ = parse_opml(&bytes);
        }
    }
}

//! Subscription lists: read in any state, written so that they read the same.

use boji::parse::{parse_opml, write_opml};

#[test]
fn a_broken_list_survives_the_round_trip() {
    let bytes = include_bytes!("../../fixtures/opml/broken.opml");
    let (outlines, issues) = parse_opml(bytes);
    assert!(issues.is_empty(), "{issues:?}");
    let places: Vec<_> = outlines.iter().map(|outline| (outline.title.as_str(), outline.category.as_str())).collect();
    assert_eq!(places, [("山间小站", "博客"), ("Notes", "博客/English"), ("未分类", "")]);
    assert_eq!(outlines[0].xml_url, "https://blog.example/feed.xml?a=1&b=2");
    assert_eq!(parse_opml(write_opml(&outlines).as_bytes()).0, outlines);
}

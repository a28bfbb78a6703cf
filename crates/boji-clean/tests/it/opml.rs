//! Subscription lists, read in any state.

use boji_clean::parse::parse_opml;

#[test]
fn a_broken_list_is_read_whole() {
    let bytes = include_bytes!("../../../../fixtures/opml/broken.opml");
    let list = parse_opml(bytes);
    assert!(list.issues.is_empty() && list.passed_over.is_empty(), "{list:?}");
    let outlines = list.feeds;
    let places: Vec<_> = outlines.iter().map(|outline| (outline.title.as_str(), outline.category.as_str())).collect();
    assert_eq!(places, [("山间小站", "博客"), ("Notes", "博客/English"), ("未分类", "")]);
    assert_eq!(outlines[0].xml_url, "https://blog.example/feed.xml?a=1&b=2");
}

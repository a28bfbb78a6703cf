//! Row 42: what counts as the same entry. Histories of ids, titles and texts are played in `histories.rs`; here are forms of links.

use super::address;
use crate::scene::{Given, Scene};
use crate::writing::prose;

/// An entry: id, link, what it is about.
type Told<'a> = (&'a str, &'a str, &'a str);

fn atom(entries: &[Told<'_>]) -> Given {
    let entry = |(id, link, thing): &Told<'_>| {
        let id = if id.is_empty() { String::new() } else { format!("<id>{id}</id>") };
        let link = link.replace('&', "&amp;");
        let text = prose(thing).replace('<', "&lt;");
        format!(
            "<entry>{id}<title>{thing}</title><link href=\"{link}\"/><updated>2026-01-02T03:04:05Z</updated>\
             <content type=\"html\">{text}</content></entry>"
        )
    };
    let entries: String = entries.iter().map(entry).collect();
    Given::new(200, format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Shed</title>{entries}</feed>"))
}

// Row 42.
#[tokio::test]
async fn a_link_in_another_form_is_the_same_link() {
    const WECHAT: &str =
        "mp.weixin.qq.com/s?__biz=MzAwMDAwMDAwMQ==&mid=2247483999&idx=1&sn=0123456789abcdef0123456789abcdef";
    let wechat = (format!("http://{WECHAT}&chksm=f0&scene=27#wechat_redirect"), format!("https://{WECHAT}&scene=58"));
    let cases: [(&str, Told<'_>, Told<'_>); 14] = [
        ("http to https", ("", "http://shed.example/1", "sacks"), ("", "https://shed.example/1", "sacks")),
        ("an id to https", ("http://shed.example/1", "", "sacks"), ("https://shed.example/1", "", "sacks")),
        (
            "tracked",
            ("", "https://shed.example/1?utm_source=a&fbclid=x", "sacks"),
            ("", "https://shed.example/1?utm_source=b", "sacks"),
        ),
        (
            "a tracked id",
            ("https://shed.example/1?utm_source=a", "https://shed.example/1", "sacks"),
            ("https://shed.example/1?utm_source=b", "https://shed.example/1", "sacks"),
        ),
        ("www.", ("", "https://shed.example/1", "sacks"), ("", "https://www.shed.example/1", "sacks")),
        ("another domain", ("g", "https://old.example/9", "sacks"), ("g", "https://new.example/9", "sacks")),
        ("order", ("", "https://shed.example/x?a=1&b=2", "sacks"), ("", "https://shed.example/x?b=2&a=1", "sacks")),
        ("its port", ("", "https://shed.example/1", "sacks"), ("", "https://shed.example:443/1", "sacks")),
        ("escapes", ("", "https://shed.example/%e4%bd%a0", "sacks"), ("", "https://shed.example/%E4%BD%A0", "sacks")),
        ("its host", ("", "https://shed.example/1", "sacks"), ("", "https://SHED.example/1", "sacks")),
        ("a fragment", ("", "https://shed.example/1", "sacks"), ("", "https://shed.example/1#comments", "sacks")),
        ("blanks", ("g", "https://shed.example/1", "sacks"), ("\n  g  ", "https://shed.example/1", "sacks")),
        (
            "a permalink",
            ("", "https://shed.example/?p=1", "sacks"),
            ("", "https://shed.example/2026/11/sacks", "sacks"),
        ),
        ("WeChat's tokens", ("", &wechat.0, "sacks"), ("", &wechat.1, "sacks")),
    ];
    for (case, before, after) in cases {
        let scene = Scene::new();
        scene.add_feed("shed", &address("shed"));
        scene.in_turn(&address("shed"), [atom(&[before]), atom(&[after])]);
        scene.play([0, 61, 122]).await;
        assert_eq!(scene.requests(&address("shed")).len(), 3, "{case}");
        assert_eq!(scene.titles(), ["sacks"], "{case}");
    }
}

// Row 42.
#[tokio::test]
async fn entries_that_share_a_link_stay_apart() {
    let things = ["baskets", "ladders", "rungs", "sacks", "sieves"];
    let home: Vec<Told<'_>> = things.iter().map(|&thing| (thing, "https://shed.example/", thing)).collect();
    let scene = Scene::new();
    scene.add_feed("shed", &address("shed"));
    scene.in_turn(&address("shed"), [atom(&home[..1]), atom(&home)]);
    // Two that write about one address of a third.
    for (site, thing) in [("one", "wheels"), ("two", "stones")] {
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [atom(&[(site, "https://elsewhere.example/news", thing)])]);
    }
    scene.play([0, 61, 122]).await;
    assert_eq!(scene.titles(), ["baskets", "ladders", "rungs", "sacks", "sieves", "stones", "wheels"]);
}

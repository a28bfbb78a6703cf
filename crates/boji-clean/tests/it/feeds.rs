//! Feeds as they come: golden files, charsets, and damage of every kind.

use std::fs;
use std::path::{Path, PathBuf};

use boji_clean::model::IssueCode;
use boji_clean::parse::{Feed, NotAFeed, parse_feed};
use proptest::prelude::*;
use serde_json::{Value, json};

const URL: &str = "https://blog.example/feed.xml";
const BEIJING: i16 = 480;

/// `fixtures/feeds/<case>.xml` or `.json` gives what `<case>.expected.json` holds.
#[test]
fn every_feed_gives_its_expected_entries() {
    let cases = cases();
    assert!(cases.len() >= 13, "fixtures are missing");
    for path in cases {
        let feed = parse_feed(&fs::read(&path).expect("a fixture"), "", URL, BEIJING).expect("a feed");
        let expected = fs::read_to_string(path.with_extension("expected.json")).unwrap_or_default();
        let expected: Value = serde_json::from_str(&expected).unwrap_or_default();
        let got = as_json(&feed);
        assert!(got == expected, "{}:\n{}", path.display(), serde_json::to_string_pretty(&got).expect("JSON"));
    }
}

#[test]
fn utf16_in_any_order_reads_like_utf8() {
    let text = fs::read_to_string(folder().join("rss-bodies.xml")).expect("a fixture");
    let want = parse_feed(text.as_bytes(), "", URL, BEIJING).expect("a feed");
    let text = text.replace("UTF-8", "utf-16");
    for mark in ["", "\u{feff}"] {
        let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for bytes in [little, big] {
            assert_eq!(parse_feed(&bytes, "", URL, BEIJING).as_ref(), Ok(&want));
        }
    }
}

#[test]
fn says_why_there_is_no_feed() {
    let cases: [(&[u8], NotAFeed); 5] = [
        (b" \r\n", NotAFeed::Empty),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", NotAFeed::Html),
        (b"{\"errcode\": 40001}", NotAFeed::Unknown),
        (b"plain words", NotAFeed::Unknown),
        (b"<svg><title>x</title></svg>", NotAFeed::Unknown),
    ];
    for (bytes, want) in cases {
        assert_eq!(parse_feed(bytes, "", URL, 0), Err(want), "{}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn what_a_bridge_writes_that_has_no_text_is_no_text() {
    let item = |number: usize, link: &str, text: &str| {
        format!(
            "<item><title>{number}</title><link>{link}{number}</link><content:encoded><![CDATA[{text}]]></content:encoded></item>"
        )
    };
    let kept = |link: &str, text: &str| {
        let rss = format!(
            "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>河</title>{}</channel></rss>",
            item(1, link, text)
        );
        let feed = parse_feed(rss.as_bytes(), "", URL, 0).expect("a feed");
        !feed.entries[0].body.is_empty()
    };
    let wechat = "https://mp.weixin.qq.com/s/Zx9kQw7LmN3pRs5TuV1yA";
    for text in
        ["获取全文失败，请重试~", "None", "null", "content not found", "加载中...", "-", "<p>阅读原文</p>", "环境异常"]
    {
        assert!(!kept(wechat, text), "{text}");
        assert!(kept("https://a.example/", text), "a note may be as short: {text}");
    }
    for text in [
        "<p><img src='https://mmbiz.qpic.cn/a/0'></p>",
        "<p>入夜以后河面上没有风，摆渡的人把灯挂在船头，照出一小块发亮的水。</p>",
    ] {
        assert!(kept(wechat, text), "{text}");
    }
}

#[test]
fn values_that_feed_rs_panics_on_are_read() {
    let rss = "<rss><channel xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'><item><title>一</title>\
        <author>（a@b.example）</author><itunes:duration>99999999999999999999:00:00</itunes:duration></item></channel></rss>";
    let feed = parse_feed(rss.as_bytes(), "", URL, 0).expect("a feed");
    assert_eq!((feed.entries.len(), feed.via), (1, "feed-rs"));
}

#[test]
fn entries_are_bounded() {
    let rss = format!("<rss><channel>{}</channel></rss>", "<item><title>x</title></item>".repeat(10_050));
    let feed = parse_feed(rss.as_bytes(), "", URL, 0).expect("a feed");
    assert_eq!(feed.entries.len(), 10_000);
    assert!(feed.issues.iter().any(|issue| issue.code == IssueCode::TooManyEntries));
}

/// Input made to be searched again and again; done in no time as long as reading is linear.
#[test]
fn hostile_repetition_is_read_once() {
    let units = [
        "<title>",
        "<title><![CDATA[",
        "<![CDATA[</item>",
        "<a href=\"",
        "<item><description>",
        "<b><item>",
        "&",
        "<!--",
    ];
    for unit in units {
        let rss = format!("<rss><channel><item>{}", unit.repeat(400_000 / unit.len()));
        let _ = parse_feed(rss.as_bytes(), "", URL, 0);
    }
}

fn as_json(feed: &Feed) -> Value {
    json!({
        "title": feed.title,
        "site_url": feed.site_url,
        "self_url": feed.self_url,
        "description": feed.description,
        "language": feed.language,
        "generator": feed.generator,
        "rhythm": feed.rhythm,
        "hub": feed.hub,
        "older_url": feed.older_url,
        "via": feed.via,
        "issues": feed.issues.iter().map(|issue| issue.code.as_str()).collect::<Vec<_>>(),
        "entries": feed.entries,
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/feeds")
}

fn cases() -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder()).expect("fixtures").map(|entry| entry.expect("a file").path()).collect();
    paths.retain(|path| !path.to_string_lossy().ends_with(".expected.json"));
    paths.sort();
    paths
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn never_panics_on_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_feed(&bytes, "", URL, 0);
    }

    /// A fixture with a piece cut out, doubled or overwritten still gives no more entries than it has start tags.
    #[test]
    fn never_panics_on_damage(case in any::<prop::sample::Index>(), place in 0.0..1.0f64, length in 0usize..200, how in 0u8..3, byte in any::<u8>()) {
        let cases = cases();
        let mut bytes = fs::read(case.get(&cases)).expect("a fixture");
        let start = ((bytes.len() as f64) * place) as usize;
        let end = (start + length).min(bytes.len());
        match how {
            0 => drop(bytes.drain(start..end)),
            1 => bytes.extend_from_within(start..end),
            _ => bytes[start..end].fill(byte),
        }
        if let Ok(feed) = parse_feed(&bytes, "", URL, BEIJING) {
            prop_assert!(feed.entries.len() <= 40);
        }
    }
}

#[test]
fn licences_and_rights_of_entries_are_read() {
    let by = "https://creativecommons.org/licenses/by/4.0/";
    let rss = |namespace: &str, told: &str| {
        format!(
            "<rss version=\"2.0\" {namespace}><channel><title>c</title><copyright>of the channel</copyright>\
             <item><title>a</title><link>https://a.example/1</link>{told}</item></channel></rss>"
        )
    };
    let atom = |told: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>c</title><entry><title>a</title><id>1</id>\
             <link href=\"https://a.example/1\"/>{told}</entry></feed>"
        )
    };
    let module = "xmlns:creativeCommons=\"http://backend.userland.com/creativeCommonsRssModule\"";
    let cases = [
        ("a link of Atom", atom(&format!("<link rel=\"license\" href=\"{by}\"/><rights>© Ada</rights>")), by, "© Ada"),
        ("rights as HTML", atom("<rights type=\"html\">&lt;b&gt;© Ada&lt;/b&gt;</rights>"), "", "© Ada"),
        (
            "the module of RSS 2.0",
            rss(module, &format!("<creativeCommons:license>{by}</creativeCommons:license>")),
            by,
            "",
        ),
        (
            "the module of RSS 1.0",
            rss(
                "xmlns:cc=\"http://web.resource.org/cc/\" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"",
                &format!("<cc:license rdf:resource=\"{by}\"/>"),
            ),
            by,
            "",
        ),
        (
            "Dublin Core",
            rss("xmlns:dc=\"http://purl.org/dc/elements/1.1/\"", "<dc:rights>© 甲</dc:rights>"),
            "",
            "© 甲",
        ),
        ("the channel's alone", rss("", ""), "", ""),
    ];
    for (case, feed, license, rights) in cases {
        let read = parse_feed(feed.as_bytes(), "", URL, 0).expect("a feed");
        let candidate = &read.entries[0];
        assert_eq!((candidate.license.as_str(), candidate.rights.as_str()), (license, rights), "{case}");
    }
}

//! Rows 28 to 34: what a request says of itself, and bytes that are coded, huge, slow, cut, empty or mislabelled.

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::time::Duration;

use boji::seams::config::{FetchSettings, Settings};
use boji::seams::fetch::{Ask, Fetched, Fetcher, Live, Purpose};
use boji::seams::model::{ErrorClass, FailureClass, ManualClock, Outcome};
use boji_clean::model::Timestamp;
use encoding_rs::{BIG5, Encoding, GBK, UTF_8};

use super::{HOUR, address, telling};
use crate::place::{Place, source};
use crate::scene::{Given, Scene};
use crate::server::{Reply, Server};

fn live(server: &Server) -> Fetcher {
    with_timeout(server, 30)
}

fn with_timeout(server: &Server, seconds: u32) -> Fetcher {
    let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(0)));
    let settings = FetchSettings {
        allow_private: vec![server.host().to_owned()],
        contact: "https://owner.example/about".to_owned(),
        host_gap_millis: 0,
        max_body_bytes: 1_000_000,
        total_timeout_seconds: seconds,
        ..Settings::default().fetch
    };
    let transport = Live::new(&settings, clock.clone()).expect("a client");
    Fetcher::new(Arc::new(transport), clock, &settings, Vec::new())
}

async fn body(fetcher: &Fetcher, url: &str) -> Result<Vec<u8>, ErrorClass> {
    match fetcher.fetch(&Ask::new(url, Purpose::Feed)).await {
        Ok(Fetched::Complete(capture)) => Ok(capture.body),
        Ok(Fetched::NotModified { .. }) => panic!("nothing was known before"),
        Err(error) => Err(error.class),
    }
}

/// `plain` in a coding: a frame of one stored block (RFC 7932 §9.2, RFC 8878 §3.1.1), or what the server packs.
fn plain_in(coding: &str) -> Reply {
    match coding {
        "gzip" => Reply::ok("plain").gzip(),
        "deflate" => Reply::ok("plain").deflate(true),
        "br" => Reply::ok(b"\x0b\x02\x80plain\x03".as_slice()).header("Content-Encoding", "br"),
        "zstd" => Reply::ok(b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00plain".as_slice()).header("Content-Encoding", "zstd"),
        other => panic!("the test has no body in {other}"),
    }
}

// Row 28.
#[tokio::test]
async fn every_request_bears_one_name_and_offers_what_is_read() {
    let server = Server::start().await;
    server.on("/feed", [Reply::ok("feed")]).on("/page", [Reply::ok("page")]);
    let fetcher = live(&server);
    for (path, purpose) in [("/feed", Purpose::Feed), ("/page", Purpose::Page)] {
        fetcher.fetch(&Ask::new(server.url(path), purpose)).await.expect("fetched");
    }
    assert_eq!(server.paths(), ["/feed", "/robots.txt", "/page"]);
    let log = server.log();
    let names: BTreeSet<&str> = log.iter().filter_map(|asked| asked.header("user-agent")).collect();
    let name = format!("boji/{} (+https://owner.example/about)", env!("CARGO_PKG_VERSION"));
    assert_eq!(names, BTreeSet::from([name.as_str()]));
    let accepted = log[0].header("accept").expect("a wish");
    assert!(["application/rss+xml", "application/atom+xml"].iter().all(|kind| accepted.contains(kind)), "{accepted}");
    let offered: Vec<&str> = log[0].header("accept-encoding").expect("an offer").split(',').map(str::trim).collect();
    assert!(offered.contains(&"gzip"), "{offered:?}");
    for coding in offered {
        server.on("/coded", [plain_in(coding)]);
        assert_eq!(body(&fetcher, &server.url("/coded")).await, Ok(b"plain".to_vec()), "{coding}");
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

// Row 29.
#[tokio::test]
async fn a_body_in_another_coding_than_it_says_is_read_or_named_so() {
    let server = Server::start().await;
    let once = gzip(b"plain");
    let mut damaged = once.clone();
    damaged[12] ^= 0x5a;
    let cases = [
        // To who unpacks Brotli this is a stream that ends early.
        ("said br, is gzip", once.clone(), "br", Err(ErrorClass::Truncated)),
        ("said gzip, is damaged", damaged, "gzip", Err(ErrorClass::Decode)),
        ("said nothing, is gzip", once.clone(), "", Ok(b"plain".to_vec())),
        ("gzip twice, said once", gzip(&once), "gzip", Ok(b"plain".to_vec())),
        ("said compress", b"plain".to_vec(), "compress", Err(ErrorClass::Decode)),
    ];
    let fetcher = live(&server);
    for (case, bytes, coding, want) in cases {
        let reply = Reply::ok(bytes);
        server.on("/feed", [if coding.is_empty() { reply } else { reply.header("Content-Encoding", coding) }]);
        assert_eq!(body(&fetcher, &server.url("/feed")).await, want, "{case}");
    }
}

/// A frame of Zstandard that unpacks to so many blocks of 128 KiB of one byte, four bytes each (RFC 8878 §3.1.1.2).
fn zstd_bomb(blocks: usize) -> Reply {
    let block = |is_last: bool| (0x2_0000_u32 << 3 | 1 << 1 | u32::from(is_last)).to_le_bytes();
    let mut bytes = b"\x28\xb5\x2f\xfd\x00\x38".to_vec();
    for number in 1..=blocks {
        bytes.extend_from_slice(&block(number == blocks)[..3]);
        bytes.push(b'x');
    }
    Reply::ok(bytes).header("Content-Encoding", "zstd")
}

// Row 30.
#[tokio::test]
async fn a_body_without_end_and_one_that_unpacks_to_a_gigabyte_are_stopped() {
    let server = Server::start().await;
    server.on("/endless", [Reply::ok("x".repeat(65_536)).endless()]);
    server.on("/bomb", [zstd_bomb(8_192)]).on("/small", [zstd_bomb(1)]);
    let fetcher = live(&server);
    for path in ["/endless", "/bomb"] {
        assert_eq!(body(&fetcher, &server.url(path)).await, Err(ErrorClass::TooLarge), "{path}");
    }
    assert_eq!(body(&fetcher, &server.url("/small")).await.map(|body| body.len()), Ok(131_072));
}

// Row 31.
#[tokio::test]
async fn headers_without_end_run_into_the_total_time_out() {
    let server = Server::start().await;
    server.on("/slow", [Reply::endless_head(50)]).on("/flood", [Reply::endless_head(0)]);
    let fetcher = with_timeout(&server, 1);
    for (path, classes) in [
        ("/slow", &[ErrorClass::Timeout][..]),
        // So many of them come before the second is over that the client has had enough.
        ("/flood", &[ErrorClass::Timeout, ErrorClass::Connect]),
    ] {
        let answer = tokio::time::timeout(Duration::from_secs(5), body(&fetcher, &server.url(path))).await;
        let class = answer.expect(path).expect_err("no answer");
        assert!(classes.contains(&class), "{path}: {class}");
    }
}

// Row 32.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_was_cut_off_is_no_new_version() {
    for is_packed in [false, true] {
        let server = Server::start().await;
        let atom = |numbers: std::ops::Range<u32>, etag: &str| {
            let reply = Reply::ok(telling("shed", numbers)).header("Content-Type", "application/atom+xml");
            reply.header("ETag", etag)
        };
        let whole = atom(1..6, "\"v2\"");
        // It ends behind whole entries, so that what came could be read.
        let cut = if is_packed { whole.gzip().cut(400) } else { whole.cut(3_000) };
        server.on("/feed", [atom(1..3, "\"v1\""), cut, Reply::new(304, "")]);
        let place = Place::new(&[&server], &source("shed", "feed", &server.url("/feed")));
        for code in [0, 3] {
            assert_eq!(place.boji(&["run", "--all", "-q"]).code, Some(code), "{is_packed}");
        }
        let state = place.source("shed").1;
        assert_eq!(state.last_error, Some(Outcome::Failed(ErrorClass::Truncated)), "{is_packed}");
        assert!(
            state.next_due.as_seconds() - state.last_tried.as_seconds() < HOUR,
            "{is_packed}: it is tried again soon"
        );
        assert_eq!(place.boji(&["run", "--all", "-q"]).code, Some(0), "{is_packed}");
        let log = server.log();
        let sent: Vec<_> = log.iter().map(|asked| asked.header("if-none-match")).collect();
        assert_eq!(sent, [None, Some("\"v1\""), Some("\"v1\"")], "{is_packed}");
        assert_eq!(place.titles(), ["shed 1", "shed 2"], "{is_packed}");
    }
}

// Row 33.
#[tokio::test]
async fn what_is_no_feed_changes_nothing_and_is_asked_for_again() {
    let cases = [
        ("empty", "application/rss+xml", ""),
        ("blank", "text/html", " \r\n\r\n "),
        ("page", "text/html", "<!doctype html><title>Error</title><h1>No connection to the database</h1>"),
        ("mislabelled", "application/rss+xml", "<html><body><p>We are mending the site.</p></body></html>"),
        ("text", "text/plain", "no connection to the database"),
        ("xml", "application/xml", "<?xml version=\"1.0\"?><error>502</error>"),
        ("json", "application/json", "{\"error\": \"internal\"}"),
    ];
    let scene = Scene::new();
    for (site, kind, text) in cases {
        let good = Given::new(200, telling(site, [1, 2])).header("etag", "\"v1\"");
        let bad = Given::new(200, text).header("content-type", kind).header("etag", "\"bad\"");
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [good, bad, Given::new(304, "")]);
    }
    scene.play([0, 61]).await;
    for (site, ..) in cases {
        let state = scene.source(site).1;
        assert_eq!(state.last_error, Some(Outcome::Unusable(FailureClass::NoFeed)), "{site}");
        assert!(state.next_due.as_seconds() - state.last_tried.as_seconds() < HOUR, "{site}");
    }
    scene.play([80]).await;
    for (site, ..) in cases {
        let requests = scene.requests(&address(site));
        let sent: Vec<_> = requests.iter().map(|asked| asked.header("if-none-match")).collect();
        assert_eq!(sent, [None, Some("\"v1\""), Some("\"v1\"")], "{site}");
    }
    assert_eq!(scene.titles().len(), 2 * cases.len());
}

/// Text in an encoding; UTF-16 is no encoding that encoding_rs writes.
fn encoded(encoding: &str, text: &str) -> Vec<u8> {
    match encoding {
        "utf-16-le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16-be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let encoding: &'static Encoding =
                [GBK, BIG5].into_iter().find(|one| one.name() == encoding).unwrap_or(UTF_8);
            encoding.encode(text).0.into_owned()
        }
    }
}

// Row 34. Header, encoding of the bytes, encoding in the prolog, mark in front.
#[tokio::test]
async fn a_feed_is_read_whatever_its_label_says() {
    const RSS: &str = "application/rss+xml";
    let cases: [(&str, &str, &str, &str, &[u8]); 16] = [
        ("html", "text/html", "UTF-8", "utf-8", b""),
        ("octets", "application/octet-stream", "UTF-8", "utf-8", b""),
        ("ascii", "text/plain; charset=us-ascii", "UTF-8", "utf-8", b""),
        ("unlabelled", "", "UTF-8", "utf-8", b""),
        ("image", "image/png", "UTF-8", "utf-8", b""),
        ("header-right", "application/rss+xml; charset=gbk", "GBK", "utf-8", b""),
        ("prolog-right", "application/rss+xml; charset=iso-8859-1", "UTF-8", "utf-8", b""),
        ("prolog-gbk", "application/rss+xml; charset=utf-8", "GBK", "gbk", b""),
        ("prolog-alone", RSS, "GBK", "gb2312", b""),
        ("header-alone", "application/rss+xml; charset=big5", "Big5", "", b""),
        ("mark-over-prolog", RSS, "utf-16-le", "utf-8", b"\xff\xfe"),
        ("mark-over-header", "application/rss+xml; charset=gbk", "UTF-8", "gbk", b"\xef\xbb\xbf"),
        ("prolog-wrong", RSS, "UTF-8", "gb2312", b""),
        ("prolog-utf-16", RSS, "UTF-8", "utf-16", b""),
        ("nothing-said", RSS, "GBK", "", b""),
        ("wrong-everywhere", "application/rss+xml; charset=utf-8", "GBK", "utf-8", b""),
    ];
    let scene = Scene::new();
    let (simple, full) = ("春江水暖鸭先知", "漢字測試標題");
    for (site, kind, encoding, prolog, mark) in cases {
        let title = if encoding == "Big5" { full } else { simple };
        let text = if encoding == "Big5" {
            "漢字的正文在這裡，讀者先知道。"
        } else {
            "山坡上的杏花开了，孩子们都去看。"
        };
        let prolog = if prolog.is_empty() { String::new() } else { format!(" encoding=\"{prolog}\"") };
        let feed = format!(
            "<?xml version=\"1.0\"{prolog}?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>{title}</title><entry>\
             <title>{title}</title><id>{site}</id><link href=\"https://{site}.example/1\"/>\
             <content type=\"text\">{}</content></entry></feed>",
            text.repeat(10)
        );
        let body = [mark, &*encoded(encoding, &feed)].concat();
        let given = Given::new(200, body);
        scene.add_feed(site, &address(site));
        scene.in_turn(&address(site), [if kind.is_empty() { given } else { given.header("content-type", kind) }]);
    }
    scene.run_due().await;
    for (site, _, encoding, ..) in cases {
        let title = if encoding == "Big5" { full } else { simple };
        assert_eq!(scene.source(site).1.last_error, None, "{site}");
        let entry =
            scene.articles().into_iter().find(|one| one.submission.article.url.contains(&format!("{site}.example")));
        assert_eq!(entry.map(|one| one.submission.article.title).as_deref(), Some(title), "{site}");
    }
}

//! Captures.

use boji::seams::model::{Capture, Hop, Submission};
use boji::seams::store::{Batch, Store};
use boji_clean::model::Timestamp;

use super::Case;
use super::make::{at, capture, decide, key, submission};

pub const CASES: &[Case] = &[
    ("captures come back byte for byte", captures_round_trip),
    ("equal bodies are told by URL and hash", captures_of_equal_bodies),
    ("a check names the articles whose pages are missing", missing_pages),
];

fn missing_pages(store: &mut dyn Store) {
    let page = capture("https://a.example/1", b"words");
    let late = capture("https://a.example/late", b"late");
    let missing = late.body_hash();
    let whole = |url: &str| Submission { capture_hash: page.body_hash(), ..submission(url, url) };
    let pages = |hashes: &[&str]| hashes.iter().map(|hash| (*hash).to_owned()).collect::<Vec<_>>();
    let articles = vec![
        whole("https://a.example/1"),
        Submission { later_captures: pages(&[&page.body_hash()]), ..whole("https://a.example/2") },
        Submission { later_captures: pages(&[&page.body_hash(), &missing, &missing]), ..whole("https://a.example/3") },
        Submission { capture_hash: missing.clone(), ..whole("https://a.example/4") },
    ];
    store.commit(&Batch { captures: vec![("a".into(), page)], articles, ..Batch::default() }, &decide).unwrap();
    let id = |number: u8| key(&format!("https://a.example/{number}")).id();
    let mut want = [
        format!("a later page of revision 1 of the article {} is not there", id(3)),
        format!("the capture of revision 1 of the article {} is not there", id(4)),
    ];
    let mut found = store.check().unwrap();
    want.sort();
    found.sort();
    assert_eq!(found, want);
    store.commit(&Batch { captures: vec![("a".into(), late)], ..Batch::default() }, &decide).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

fn captures_round_trip(store: &mut dyn Store) {
    let large: Vec<u8> =
        (0..100_000u32).flat_map(|n| blake3::hash(&(n / 3).to_le_bytes()).as_bytes()[..30].to_owned()).collect();
    assert_eq!(large.len(), 3_000_000);
    let full = Capture {
        url: "http://a.example/old".into(),
        hops: vec![
            Hop { url: "http://a.example/old".into(), status: 301 },
            Hop { url: "https://a.example/新".into(), status: 200 },
        ],
        status: 200,
        headers: vec![("set-cookie".into(), "a=1".into()), ("set-cookie".into(), "b=\"2\"\t".into())],
        body: large,
        fetched_at: Timestamp::from_millis(1_700_000_000_123),
    };
    let bodies: [&[u8]; 4] = [b"", b"<p>\xc4\xe3\xba\xc3</p>", b"\0\xff\r\n", "正文".as_bytes()];
    let small = bodies.iter().enumerate().map(|(number, body)| capture(&format!("https://b.example/{number}"), body));
    let captures: Vec<(String, Capture)> = small.chain([full]).map(|capture| ("a".to_owned(), capture)).collect();
    store.commit(&Batch { captures: captures.clone(), ..Batch::default() }, &decide).unwrap();
    for (_, want) in captures {
        assert!(store.capture(&want.body_hash()).unwrap() == Some(want.clone()), "{}", want.url);
    }
    assert_eq!(store.capture(&"0".repeat(64)).unwrap(), None);
}

fn captures_of_equal_bodies(store: &mut dyn Store) {
    let early = capture("https://a.example/1", b"same");
    let late = Capture { fetched_at: at(9000), ..capture("https://a.example/2", b"same") };
    let hash = early.body_hash();
    assert!(!store.has_capture(&early.url, &hash).unwrap());
    let captures = vec![("a".into(), late.clone()), ("a".into(), early.clone())];
    store.commit(&Batch { captures, ..Batch::default() }, &decide).unwrap();
    assert!(store.has_capture(&early.url, &hash).unwrap());
    assert!(store.has_capture(&late.url, &hash).unwrap());
    assert!(!store.has_capture("https://a.example/3", &hash).unwrap());
    assert!(!store.has_capture(&early.url, &"0".repeat(64)).unwrap());
    assert_eq!(store.capture_when(&hash, early.fetched_at).unwrap(), Some(early.clone()));
    assert_eq!(store.capture_when(&hash, at(9000)).unwrap(), Some(late.clone()));
    assert_eq!(store.capture_when(&hash, at(9001)).unwrap(), None);
    assert_eq!(store.capture_at(&early.url, &hash).unwrap(), Some(early));
    assert_eq!(store.capture_at("https://a.example/3", &hash).unwrap(), None);
    assert_eq!(store.capture(&hash).unwrap(), Some(late));
    assert_eq!(store.counts(at(0)).unwrap().captures, 2);
}

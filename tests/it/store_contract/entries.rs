//! Entries: which wait, and which led to an article.

use boji::seams::model::{Entry, EntryStatus, LastSight, Outcome, Submission};
use boji::seams::store::{Batch, EntryCount, Retry, Store, Waiting};
use boji_clean::model::{Candidate, Origin, PageState};

use super::Case;
use super::make::{at, capture, decide, entry, source, submission};

pub const CASES: &[Case] = &[
    ("entries wait in the order in which they are due", pending_in_order),
    ("an entry is replaced by its key", entries_are_replaced),
    ("an entry is known by its words under another key", known_by_words),
    ("the keys of a source are listed by how they begin", keys_by_their_beginning),
    ("the entries that led to an article are found by it", entries_of_an_article),
    ("an entry whose wait nobody can have meant is due", waits_beyond_measure),
    ("entries are found by their address, whoever named it", entries_of_an_address),
    ("entries that led to no article are listed, those due first", entries_that_led_nowhere),
    ("entries that stand alike are counted", entries_are_counted),
    ("the last sights of a source's articles are found by when they were", sights_of_articles),
    ("an entry knows the rule that kept it out", skipped_by_a_rule),
    ("entries are tried again as if they had never been", tried_again),
];

fn pending_in_order(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let done = Entry { status: EntryStatus::Done, ..entry("a", "done", 1) };
    let closed = Entry { status: EntryStatus::Closed, ..entry("a", "closed", 1) };
    let entries = vec![
        entry("b", "1", 20),
        entry("a", "3", 30),
        entry("a", "2", 20),
        entry("a", "1", 20),
        entry("a", "later", 99),
        done,
        closed,
    ];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |source_id, now, limit| -> Vec<String> {
        let entries = store.pending(source_id, Waiting { now: at(now), longest: 1_000 }, limit).unwrap();
        entries.into_iter().map(|entry| entry.source_id + &entry.key).collect()
    };
    assert_eq!(keys(None, 30, 10), ["a1", "a2", "b1", "a3"]);
    assert_eq!(keys(None, 29, 10), ["a1", "a2", "b1"]);
    assert_eq!(keys(None, 99, 2), ["a1", "a2"]);
    assert_eq!(keys(Some("b"), 99, 10), ["b1"]);
    assert_eq!(keys(Some("a"), 99, usize::MAX), ["a1", "a2", "a3", "alater"]);
    assert!(keys(Some("c"), 99, 10).is_empty());
    let count = |id, now| store.count_pending(id, Waiting { now: at(now), longest: 1_000 }).unwrap();
    assert_eq!([count("a", 99), count("a", 20), count("b", 19), count("c", 99)], [4, 2, 0, 0]);
    assert!(keys(None, 19, 10).is_empty());
    assert_eq!(store.counts(at(0)).unwrap().pending, 5);
}

fn keys_by_their_beginning(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let entries = vec![
        entry("a", "file:2", 1),
        entry("a", "file:1", 1),
        entry("a", "file", 1),
        entry("a", "g", 1),
        entry("b", "file:3", 1),
    ];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |beginning| {
        let mut keys = Vec::new();
        store.each_key("a", beginning, &mut |key| keys.push(key.to_owned())).unwrap();
        keys.join(" ")
    };
    assert_eq!((keys("file:").as_str(), keys("h").as_str()), ("file:1 file:2", ""));
}

fn known_by_words(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let said = |source_id, key, words: &str| Entry { words_hash: words.to_owned(), ..entry(source_id, key, 1) };
    let entries =
        vec![said("a", "2", "w"), said("a", "1", "w"), said("a", "3", "v"), said("b", "1", "w"), said("a", "4", "")];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |store: &dyn Store, words| -> Vec<String> {
        store.entries_that_say("a", words).unwrap().into_iter().map(|entry| entry.key).collect()
    };
    assert_eq!(keys(store, "w"), ["1", "2"]);
    assert!(keys(store, "").is_empty(), "who says too little is known by nothing");
    let renamed = vec![("a".to_owned(), "2".to_owned()), ("a".to_owned(), "1".to_owned())];
    store.commit(&Batch { renamed, entries: vec![said("a", "1", "u")], ..Batch::default() }, &decide).unwrap();
    assert!(keys(store, "w").is_empty());
    assert_eq!(keys(store, "u"), ["1"], "what is written stays, though it had that key");
}

fn entries_are_replaced(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let waiting = entry("a", "1", 20);
    let done = Entry {
        status: EntryStatus::Done,
        outcome: Some(Outcome::Page(PageState::Article)),
        tries: 3,
        article_id: "0123".into(),
        fingerprint: "other".into(),
        candidate: Candidate { title: "没有正文".into(), ..Candidate::default() },
        ..waiting.clone()
    };
    for one in [waiting, done] {
        store.commit(&Batch { entries: vec![one.clone()], ..Batch::default() }, &decide).unwrap();
        assert_eq!(store.entry("a", "1").unwrap(), Some(one));
    }
    assert!(store.pending(None, Waiting::all(at(99)), 10).unwrap().is_empty());
    assert_eq!(store.entry("a", "2").unwrap(), None);
    assert_eq!(store.entry("b", "1").unwrap(), None);
}

fn waits_beyond_measure(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let entries = vec![entry("a", "soon", 150), entry("a", "far", 201), entry("a", "due", 100)];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |wanted| -> Vec<String> {
        store.pending(Some("a"), wanted, 10).unwrap().into_iter().map(|entry| entry.key).collect()
    };
    assert_eq!(keys(Waiting { now: at(100), longest: 100 }), ["due", "far"]);
    assert_eq!(keys(Waiting { now: at(100), longest: 101 }), ["due"]);
    assert_eq!(keys(Waiting::all(at(100))), ["due", "soon", "far"]);
}

fn tried_again(store: &mut dyn Store) {
    let of = |source_id: &str, key: &str, status: EntryStatus| Entry {
        status,
        tries: 9,
        outcome: Some(Outcome::Page(PageState::NotArticle)),
        ..entry(source_id, key, 900)
    };
    let fill = |store: &mut dyn Store| {
        let nowhere = of("a", "nowhere", EntryStatus::Closed);
        let nowhere = Entry { candidate: Candidate { url: String::new(), ..nowhere.candidate.clone() }, ..nowhere };
        let led = Entry { article_id: "0123".into(), ..of("b", "led", EntryStatus::Done) };
        let done = of("a", "done", EntryStatus::Done);
        let entries = vec![of("a", "1", EntryStatus::Closed), done, nowhere, of("b", "1", EntryStatus::Pending), led];
        store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    };
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let cases = [
        (Retry::Source("a".into()), 2, "a1"),
        (Retry::Address("https://b.example/1".into()), 1, "b1"),
        (Retry::Address("led".into()), 1, "bled"),
        (Retry::Article("0123".into()), 1, "bled"),
        (Retry::Article(String::new()), 0, ""),
        (Retry::Source("c".into()), 0, ""),
    ];
    for (which, count, due) in cases {
        fill(store);
        assert_eq!(store.retry(&which, at(50)).unwrap(), count, "{which:?}");
        let now = store.pending(None, Waiting { now: at(50), longest: 1_000 }, 10).unwrap();
        let told: Vec<String> =
            now.iter().map(|entry| format!("{}{}{}", entry.source_id, entry.key, entry.tries)).collect();
        let want: Vec<String> = due.split_whitespace().map(|name| format!("{name}0")).collect();
        assert_eq!(told, want, "{which:?}");
    }
    fill(store);
    store.retry(&Retry::Source("a".into()), at(50)).unwrap();
    let nowhere = store.entry("a", "nowhere").unwrap().unwrap();
    assert_eq!(
        (nowhere.status, nowhere.fingerprint.as_str()),
        (EntryStatus::Closed, ""),
        "the next poll reads it anew"
    );
}

fn entries_of_an_article(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let led = |source_id: &str, key: &str, id: &str| Entry {
        status: EntryStatus::Done,
        article_id: id.into(),
        ..entry(source_id, key, 20)
    };
    let entries =
        vec![led("b", "1", "0a"), led("a", "2", "0a"), led("a", "1", "0a"), led("a", "3", "0b"), entry("a", "4", 20)];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    assert_eq!(store.entries_of("0a").unwrap(), [led("a", "1", "0a"), led("a", "2", "0a"), led("b", "1", "0a")]);
    assert_eq!(store.entries_of("0b").unwrap(), [led("a", "3", "0b")]);
    assert!(store.entries_of("0").unwrap().is_empty());
    assert!(store.entries_of("").unwrap().is_empty(), "what led to nothing led to no article");
}

fn entries_of_an_address(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let at_url = |source_id: &str, key: &str, url: &str| {
        let plain = entry(source_id, key, 1);
        Entry { candidate: Candidate { url: url.into(), ..plain.candidate.clone() }, ..plain }
    };
    let entries = vec![
        at_url("b", "guid", "https://x.example/p?utm_source=rss#top"),
        at_url("a", "https://x.example/p", "https://x.example/elsewhere"),
        at_url("a", "other", "https://x.example/q"),
        at_url("a", "none", ""),
    ];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |addresses: &[&str], limit| -> Vec<String> {
        let addresses: Vec<String> = addresses.iter().map(|&address| address.to_owned()).collect();
        let found = store.entries_at(&addresses, limit).unwrap();
        found.into_iter().map(|entry| format!("{} {}", entry.source_id, entry.key)).collect()
    };
    assert_eq!(
        keys(&["https://x.example/p"], 9),
        ["a https://x.example/p", "b guid"],
        "its key, and its canonical form"
    );
    assert_eq!(keys(&["https://x.example/p"], 1), ["a https://x.example/p"]);
    assert_eq!(keys(&["https://x.example/p?utm_source=rss#top"], 9), ["b guid"], "as it stands");
    assert_eq!(keys(&["https://x.example/q", "https://x.example/none"], 9), ["a other"]);
    assert!(keys(&[], 9).is_empty());
}

fn entries_that_led_nowhere(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let closed = |source_id: &str, key: &str, due| Entry { status: EntryStatus::Closed, ..entry(source_id, key, due) };
    let entries = vec![
        closed("a", "closed early", 1),
        closed("b", "closed late", 5),
        entry("b", "due later", 30),
        entry("a", "due", 20),
        entry("b", "due", 20),
        Entry { article_id: "0123".into(), ..entry("a", "asked again", 1) },
        Entry { status: EntryStatus::Done, article_id: "0124".into(), ..entry("a", "done", 1) },
    ];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let keys = |sources: &[&str], limit| -> Vec<String> {
        let sources: Vec<String> = sources.iter().map(|&id| id.to_owned()).collect();
        let found = store.entries_without_article(&sources, limit).unwrap();
        found.into_iter().map(|entry| format!("{}: {}", entry.source_id, entry.key)).collect()
    };
    assert_eq!(keys(&[], usize::MAX), ["a: due", "b: due", "b: due later", "b: closed late", "a: closed early"]);
    assert_eq!(keys(&["b"], 2), ["b: due", "b: due later"]);
    assert_eq!(keys(&["a", "b"], 1), ["a: due"]);
    assert!(keys(&["c"], 9).is_empty());
}

fn entries_are_counted(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let (article, none) = (Some(Outcome::Page(PageState::Article)), Some(Outcome::Page(PageState::NotArticle)));
    let of = |source_id: &str, key: &str, status, outcome| Entry { status, outcome, ..entry(source_id, key, 1) };
    let entries = vec![
        of("b", "1", EntryStatus::Closed, none),
        of("a", "1", EntryStatus::Done, article),
        of("a", "2", EntryStatus::Done, article),
        of("a", "3", EntryStatus::Pending, None),
        of("a", "4", EntryStatus::Pending, none),
    ];
    store.commit(&Batch { entries, ..Batch::default() }, &decide).unwrap();
    let count = |source_id: &str, status, outcome, entries| EntryCount {
        source_id: source_id.into(),
        status,
        outcome,
        entries,
    };
    let of_b = count("b", EntryStatus::Closed, none, 1);
    let all = [
        count("a", EntryStatus::Done, article, 2),
        count("a", EntryStatus::Pending, None, 1),
        count("a", EntryStatus::Pending, none, 1),
        of_b.clone(),
    ];
    assert_eq!(store.entry_counts(None).unwrap(), all);
    assert_eq!(store.entry_counts(Some("b")).unwrap(), [of_b]);
    assert!(store.entry_counts(Some("c")).unwrap().is_empty());
}

fn sights_of_articles(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    store.put_source(&source("b")).unwrap();
    let url = |key: &str| format!("https://a.example/{key}");
    let at_address = |key: &str, fetched: i64| Submission {
        fetched_at: at(fetched),
        capture_hash: capture(&url(key), key.as_bytes()).body_hash(),
        ..submission(&url(key), key)
    };
    let mut of_feed = at_address("feed", 100);
    of_feed.article.origin = Origin::Feed;
    let mut articles = vec![of_feed, at_address("old", 10)];
    articles.extend(["page", "carried", "text", "gone", "waits", "file"].map(|key| at_address(key, 100)));
    let captures = ["feed", "old", "page", "carried", "text", "gone", "waits", "file"];
    let captures = captures.map(|key| ("a".to_owned(), capture(&url(key), key.as_bytes()))).to_vec();
    let id = |key: &str| at_address(key, 0).article.id();
    let done = |key: &str, seen: i64| Entry {
        status: EntryStatus::Done,
        outcome: Some(Outcome::Page(PageState::Article)),
        tries: 1,
        article_id: id(key),
        ..entry("a", key, seen)
    };
    let (mut carried, mut file) = (done("carried", 101), done("file", 101));
    carried.candidate.body_capture = at_address("carried", 0).capture_hash;
    file.candidate.url.clear();
    let entries = vec![
        done("page", 101),
        carried,
        Entry { tries: 0, ..done("text", 101) },
        done("feed", 101),
        done("old", 101),
        done("gone", 101),
        Entry { status: EntryStatus::Pending, ..done("waits", 101) },
        file,
        Entry { key: "2".into(), ..done("page", 50) },
        Entry { source_id: "b".into(), ..done("page", 101) },
    ];
    let gone = vec![(id("gone"), PageState::Deleted, at(200))];
    store.commit(&Batch { captures, articles, entries, gone, ..Batch::default() }, &decide).unwrap();
    let sights = store.sights_since("a", at(50)).unwrap();
    let told: Vec<(&str, bool, bool)> =
        sights.iter().map(|sight| (sight.key.as_str(), sight.is_of_page, sight.is_gone)).collect();
    let want = [("carried", false, false), ("feed", false, false), ("gone", true, true), ("page", true, false)];
    assert_eq!(told, want);
    let page = LastSight {
        source_id: "a".into(),
        key: "page".into(),
        at: at(101),
        outcome: Some(Outcome::Page(PageState::Article)),
        first_seen: at(100),
        origin: Origin::Blog,
        is_of_page: true,
        is_gone: false,
    };
    let earlier = LastSight { key: "2".into(), at: at(50), ..page.clone() };
    assert_eq!(store.sights_of(&id("page")).unwrap(), [earlier, page]);
    assert!(store.sights_since("a", at(100)).unwrap().is_empty(), "all were stored before that");
    assert!(store.sights_since("b", at(0)).unwrap().is_empty(), "another source has the article");
    assert!(store.sights_of("").unwrap().is_empty());
}

fn skipped_by_a_rule(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let (status, outcome) = (EntryStatus::Closed, Some(Outcome::Skipped));
    let skipped = Entry { status, outcome, skipped_by: "skip title:广告".into(), ..entry("a", "1", 1) };
    store.commit(&Batch { entries: vec![skipped.clone()], ..Batch::default() }, &decide).unwrap();
    assert_eq!(store.entry("a", "1").unwrap(), Some(skipped));
}

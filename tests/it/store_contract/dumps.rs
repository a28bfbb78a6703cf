//! Equal stores give equal dumps.

use boji::seams::model::HostState;
use boji::seams::store::{Access, Batch, SqliteStore, Store};
use boji_clean::model::{Edge, PageState, Ruling};

use super::Case;
use super::make::{at, capture, decide, dump, entry, fetch, key, lesson, rich_submission, source, state, submission};

pub const CASES: &[Case] = &[("counts and check say what there is", counts_and_check)];

#[test]
fn all_stores_dump_the_same_and_reopening_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut memory = SqliteStore::in_memory().unwrap();
    fill(&mut memory);
    let mut sqlite = SqliteStore::open(&path, Access::Write).unwrap();
    fill(&mut sqlite);
    let mut other = SqliteStore::open(&folder.path().join("elsewhere/other.db"), Access::Write).unwrap();
    fill(&mut other);
    let dump = dump(&memory);
    assert!(dump.lines().count() > 20, "{dump}");
    assert!(!dump.contains("boji.db"));
    assert_eq!(self::dump(&sqlite), dump);
    assert_eq!(self::dump(&other), dump);
    drop(sqlite);
    assert_eq!(self::dump(&SqliteStore::open(&path, Access::Read).unwrap()), dump);
    assert_eq!(self::dump(&SqliteStore::open(&path, Access::Write).unwrap()), dump);
}

fn counts_and_check(store: &mut dyn Store) {
    fill(store);
    let counts = store.counts(at(0)).unwrap();
    let got = (counts.sources, counts.articles, counts.revisions, counts.captures, counts.pending);
    assert_eq!(got, (2, 4, 5, 4, 2));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

/// Every kind of row, in an order that is not the order of any list.
pub fn fill(store: &mut dyn Store) {
    store.put_source(&source("b")).unwrap();
    store.put_source(&source("a")).unwrap();
    let bodies = [("https://b.example/1", b"b1"), ("https://a.example/2", b"a2"), ("https://a.example/1", b"a1")];
    let mut rich = rich_submission();
    rich.capture_hash = capture("", b"a2").body_hash();
    rich.later_captures = vec![capture("", b"a1").body_hash(), capture("", b"b1").body_hash()];
    let batch = Batch {
        captures: bodies.iter().map(|(url, body)| ("a".to_owned(), capture(url, *body))).collect(),
        articles: vec![
            submission("https://b.example/1", "words"),
            submission("https://a.example/2", "words"),
            submission("https://a.example/1", "other words"),
            rich,
        ],
        entries: vec![entry("b", "2", 3), entry("b", "1", 3)],
        lessons: vec![lesson("https://a.example/1", "账号", &[(Edge::Tail, "k2"), (Edge::Head, "k1")])],
        source_states: vec![("a".into(), state())],
        fetches: vec![fetch("b", 4), fetch("a", 4), fetch("b", 2)],
        hosts: vec![HostState { host: "b.example".into(), ..HostState::default() }],
        ..Batch::default()
    };
    store.commit(&batch, &decide).unwrap();
    let batch = Batch {
        captures: vec![("b".into(), capture("https://b.example/1", b"b1"))],
        articles: vec![submission("https://a.example/1", "edited words")],
        gone: vec![(key("https://a.example/2").id(), PageState::Deleted, at(9000))],
        hosts: vec![HostState { host: "a.example".into(), strikes: 1, ..HostState::default() }],
        ..Batch::default()
    };
    store.commit(&batch, &decide).unwrap();
    store.rule(&Ruling::Rule { rule: "zh.follow".into(), account: String::new() }, at(7)).unwrap();
    store.rule(&Ruling::Block { article: "0a".into(), key: "k2".into() }, at(8)).unwrap();
}

//! The contract of `Store`: each case runs on the store in memory and on SQLite, and must mean the same on both.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::cell::RefCell;

use boji::model::{
    Article, ArticleKey, ArticleKind, Block, Candidate, Capture, Date, Decision, Entry, EntryStatus, FetchRecord, Hop,
    HostState, JudgedBlock, Known, Label, ListedImage, Metadata, Origin, PageState, Schedule, Source, SourceKind,
    SourceState, Submission, Timestamp, Verdict,
};
use boji::store::{Access, Batch, Filter, MemoryStore, SqliteStore, Store, StoreError};

type Case = (&'static str, fn(&mut dyn Store));

const CASES: [Case; 21] = [
    ("a source is put, replaced and removed", sources),
    ("a replaced source keeps its state", replaced_source_keeps_its_state),
    ("a state or an entry needs its source", unknown_source_changes_nothing),
    ("a wrong decision leaves nothing of its batch", wrong_decisions_change_nothing),
    ("the four decisions are stored", decisions),
    ("a batch sees its own earlier articles", batch_sees_itself),
    ("an edited original leaves its place to the first duplicate", heirs),
    ("a revision keeps all that was submitted", revisions_round_trip),
    ("an id's beginning finds its article", prefixes),
    ("a take-down keeps the article", gone),
    ("entries wait in the order in which they are due", pending_in_order),
    ("an entry is replaced by its key", entries_are_replaced),
    ("each field of the filter narrows", filters),
    ("articles come by publication, else fetch, then id", article_order),
    ("a visitor may ask the store", visitors_ask),
    ("an error of the visitor ends the walk", visitor_errors),
    ("captures come back byte for byte", captures_round_trip),
    ("equal bodies are told by URL and hash", captures_of_equal_bodies),
    ("history has an order and a limit", history),
    ("hosts are replaced by name", hosts),
    ("counts and check say what there is", counts_and_check),
];

#[test]
fn memory_keeps_the_contract() {
    for (_, case) in CASES {
        case(&mut MemoryStore::new());
    }
}

#[test]
fn sqlite_keeps_the_contract() {
    for (name, case) in CASES {
        let folder = tempfile::tempdir().unwrap();
        let mut store = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
        case(&mut store);
        assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn all_stores_dump_the_same_and_reopening_keeps_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut memory = MemoryStore::new();
    fill(&mut memory);
    let mut sqlite = SqliteStore::open(&path, Access::Write).unwrap();
    fill(&mut sqlite);
    let mut other = SqliteStore::open(&folder.path().join("elsewhere/other.db"), Access::Write).unwrap();
    fill(&mut other);
    let dump = dump(&memory);
    assert!(dump.lines().count() > 15, "{dump}");
    assert!(!dump.contains("boji.db"));
    assert_eq!(self::dump(&sqlite), dump);
    assert_eq!(self::dump(&other), dump);
    drop(sqlite);
    assert_eq!(self::dump(&SqliteStore::open(&path, Access::Read).unwrap()), dump);
    assert_eq!(self::dump(&SqliteStore::open(&path, Access::Write).unwrap()), dump);
}

#[test]
fn a_reader_sees_the_last_commit_beside_the_writer_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut writer = SqliteStore::open(&path, Access::Write).unwrap();
    let mut reader = SqliteStore::open(&path, Access::Read).unwrap();
    writer.put_source(&source("a")).unwrap();
    assert_eq!(reader.counts().unwrap().sources, 1);
    assert!(reader.put_source(&source("b")).is_err());
    assert_eq!(reader.counts().unwrap().sources, 1);
}

#[test]
fn a_missing_foreign_or_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let open = |name: &str, access| SqliteStore::open(&path(name), access).err();

    assert!(matches!(open("none.db", Access::Read), Some(StoreError::Missing { .. })));
    assert!(!path("none.db").exists());

    std::fs::write(path("text.db"), "Not a database at all, but long enough to be looked at. ".repeat(40)).unwrap();
    let before = std::fs::read(path("text.db")).unwrap();
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("text.db", access), Some(StoreError::Foreign { .. })));
    }
    assert_eq!(std::fs::read(path("text.db")).unwrap(), before);

    let other = rusqlite::Connection::open(path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    drop(other);
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("other.db", access), Some(StoreError::Foreign { .. })));
    }

    drop(SqliteStore::open(&path("newer.db"), Access::Write).unwrap());
    let newer = rusqlite::Connection::open(path("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 900).unwrap();
    drop(newer);
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("newer.db", access), Some(StoreError::Newer { found: 900, .. })));
    }

    std::fs::write(path("empty.db"), "").unwrap();
    assert!(matches!(open("empty.db", Access::Read), Some(StoreError::Missing { .. })));
    assert!(open("empty.db", Access::Write).is_none());
}

#[test]
fn removed_blocks_can_be_asked_for_by_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&path, Access::Write).unwrap();
    commit(&mut store, vec![rich_submission()]);
    drop(store);
    let database = rusqlite::Connection::open(&path).unwrap();
    let row: (u32, u32, String, String, String) = database
        .query_row(
            "SELECT revision, place, label, category, text FROM removed_block WHERE rule = 'zh.follow.card'",
            [],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)),
        )
        .unwrap();
    assert_eq!(row, (1, 1, "drop".into(), "follow-prompt".into(), "关注我们".into()));
    let count: u32 = database.query_row("SELECT count(*) FROM removed_block", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 2);
}

fn sources(store: &mut dyn Store) {
    assert!(store.put_source(&source("b")).unwrap());
    assert!(store.put_source(&source("a")).unwrap());
    let renamed = Source { name: "Other".into(), schedule: Schedule::Cron("0 6 * * *".into()), ..source("b") };
    assert!(!store.put_source(&renamed).unwrap());
    let listed: Vec<Source> = store.sources().unwrap().into_iter().map(|(source, _)| source).collect();
    assert_eq!(listed, [source("a"), renamed]);

    commit(store, vec![submission("https://a.example/1", "words")]);
    let batch = Batch { entries: vec![entry("a", "1", 10), entry("b", "1", 10)], ..Batch::default() };
    store.commit(&batch, &decide).unwrap();
    assert!(store.remove_source("a").unwrap());
    assert!(!store.remove_source("a").unwrap());
    assert_eq!(store.entry("a", "1").unwrap(), None);
    assert_eq!(store.entry("b", "1").unwrap(), Some(entry("b", "1", 10)));
    assert_eq!(store.counts().unwrap().articles, 1);
}

fn replaced_source_keeps_its_state(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    assert_eq!(store.sources().unwrap()[0].1, SourceState::default());
    let state = state();
    let batch = Batch { source_states: vec![("a".into(), state.clone())], ..Batch::default() };
    store.commit(&batch, &decide).unwrap();
    store.put_source(&Source { enabled: false, ..source("a") }).unwrap();
    assert_eq!(store.sources().unwrap(), [(Source { enabled: false, ..source("a") }, state)]);
}

fn unknown_source_changes_nothing(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let good = Batch {
        captures: vec![("a".into(), capture("https://a.example/1", b"body"))],
        articles: vec![submission("https://a.example/1", "words")],
        entries: vec![entry("a", "1", 10)],
        fetches: vec![fetch("a", 10)],
        hosts: vec![HostState { host: "a.example".into(), ..HostState::default() }],
        ..Batch::default()
    };
    let empty = dump(store);
    let mut entries = good.clone();
    entries.entries.push(entry("nobody", "1", 10));
    let mut states = good.clone();
    states.source_states.push(("nobody".into(), SourceState::default()));
    for bad in [entries, states] {
        let error = store.commit(&bad, &decide).unwrap_err();
        assert!(matches!(&error, StoreError::UnknownSource { id } if id == "nobody"), "{error}");
        assert_eq!(dump(store), empty);
    }
    store.commit(&good, &decide).unwrap();
    assert_ne!(dump(store), empty);
}

fn wrong_decisions_change_nothing(store: &mut dyn Store) {
    commit(store, vec![submission("https://a.example/1", "words")]);
    let before = dump(store);
    let own = key("https://a.example/2").id();
    let cases = [
        ("https://a.example/1", Decision::New),
        ("https://a.example/1", Decision::Duplicate("0".repeat(32))),
        ("https://a.example/1", Decision::Revision(3)),
        ("https://a.example/1", Decision::Revision(1)),
        ("https://a.example/2", Decision::Revision(1)),
        ("https://a.example/2", Decision::Unchanged),
        ("https://a.example/2", Decision::Duplicate("0".repeat(32))),
        ("https://a.example/2", Decision::Duplicate(own)),
    ];
    for (url, decision) in cases {
        let batch = Batch {
            captures: vec![("a".into(), capture(url, b"body"))],
            articles: vec![submission("https://a.example/9", "first in the batch"), submission(url, "other words")],
            ..Batch::default()
        };
        let wrong = |article: &Article, _: &Known| {
            if article.url == url { decision.clone() } else { Decision::New }
        };
        let error = store.commit(&batch, &wrong).unwrap_err();
        assert!(matches!(error, StoreError::Decision { .. }), "{url} {decision:?}: {error}");
        assert_eq!(dump(store), before, "{url} {decision:?}");
    }
}

fn decisions(store: &mut dyn Store) {
    let first = submission("https://a.example/1", "words");
    let id = first.article.id();
    assert_eq!(commit(store, vec![first.clone()]), [Decision::New]);
    let again = Submission { fetched_at: at(500), ..first.clone() };
    assert_eq!(commit(store, vec![again]), [Decision::Unchanged]);
    assert_eq!(store.revisions(&id).unwrap().len(), 1);
    let edited = Submission { fetched_at: at(900), ..submission("https://a.example/1", "better words") };
    assert_eq!(commit(store, vec![edited]), [Decision::Revision(2)]);

    let latest = store.article(&id).unwrap().unwrap();
    assert_eq!((latest.revision, latest.dup_of.as_str()), (2, ""));
    assert_eq!(latest.first_seen, first.fetched_at);
    assert_eq!(latest.submission.article.text, "better words");
    let texts: Vec<_> =
        store.revisions(&id).unwrap().into_iter().map(|one| (one.revision, one.submission.article.text)).collect();
    assert_eq!(texts, [(1, "words".to_owned()), (2, "better words".to_owned())]);

    let copy = submission("https://b.example/copy", "better words");
    assert_eq!(commit(store, vec![copy.clone()]), [Decision::Duplicate(id.clone())]);
    assert_eq!(store.article(&copy.article.id()).unwrap().unwrap().dup_of, id);
    assert!(store.revisions("ffff").unwrap().is_empty());
}

fn batch_sees_itself(store: &mut dyn Store) {
    let seen = RefCell::new(Vec::new());
    let watch = |article: &Article, known: &Known| {
        seen.borrow_mut().push(known.clone());
        decide(article, known)
    };
    let articles = vec![
        submission("https://a.example/1", "words"),
        submission("https://a.example/2", "words"),
        submission("https://a.example/1", "words"),
        submission("https://a.example/3", "words"),
        submission("https://a.example/4", ""),
        submission("https://a.example/5", ""),
    ];
    let first = key("https://a.example/1").id();
    let hash = articles[0].article.content_hash();
    let decisions = store.commit(&Batch { articles, ..Batch::default() }, &watch).unwrap();
    let duplicate = Decision::Duplicate(first.clone());
    let want = [Decision::New, duplicate.clone(), Decision::Unchanged, duplicate, Decision::New, Decision::New];
    assert_eq!(decisions, want);
    let seen = seen.into_inner();
    assert_eq!(seen[0], Known::default());
    assert_eq!(seen[1], Known { same_key: None, same_text: Some(first.clone()) });
    // The second is a duplicate of the first, so that it is no original for the first.
    assert_eq!(seen[2], Known { same_key: Some((1, hash)), same_text: None });
    assert_eq!(seen[3].same_text, Some(first));
    assert_eq!(seen[5], Known::default(), "no text is not the same text");
}

fn heirs(store: &mut dyn Store) {
    let id = |number: u8| key(&format!("https://a.example/{number}")).id();
    let late = |number: u8, seconds| Submission {
        fetched_at: at(seconds),
        ..submission(&format!("https://a.example/{number}"), "words")
    };
    commit(store, vec![late(1, 10), late(2, 30), late(3, 20)]);
    let dup_of = |store: &dyn Store, number| store.article(&id(number)).unwrap().unwrap().dup_of;
    assert_eq!([dup_of(store, 1), dup_of(store, 2), dup_of(store, 3)], [String::new(), id(1), id(1)]);

    commit(store, vec![submission("https://a.example/1", "edited")]);
    assert_eq!([dup_of(store, 1), dup_of(store, 2), dup_of(store, 3)], [String::new(), id(3), String::new()]);
    commit(store, vec![submission("https://a.example/2", "edited too")]);
    assert_eq!([dup_of(store, 1), dup_of(store, 2), dup_of(store, 3)], [String::new(), String::new(), String::new()]);
    assert_eq!(commit(store, vec![late(4, 5)]), [Decision::Duplicate(id(3))]);
}

fn revisions_round_trip(store: &mut dyn Store) {
    let submitted = rich_submission();
    commit(store, vec![submitted.clone()]);
    let id = submitted.article.id();
    let mut walked = Vec::new();
    let mut keep = |stored| {
        walked.push(stored);
        Ok(())
    };
    store.each_article(&Filter::default(), &mut keep).unwrap();
    for stored in [store.article(&id).unwrap().unwrap(), store.revisions(&id).unwrap().remove(0), walked.remove(0)] {
        assert_eq!(stored.id, id);
        assert_eq!(stored.first_seen, submitted.fetched_at);
        assert_eq!(stored.gone, None);
        let (got, want) = (stored.submission, &submitted);
        assert_eq!(got.article, want.article);
        assert_eq!(got.source_id, want.source_id);
        assert_eq!(got.capture_hash, want.capture_hash);
        assert_eq!(got.fetched_at, want.fetched_at);
        assert_eq!((got.text_key, got.simhash, got.rules_hash), {
            let want = want.clone();
            (want.text_key, want.simhash, want.rules_hash)
        });
    }
}

fn prefixes(store: &mut dyn Store) {
    assert!(store.article("ab").unwrap().is_none());
    let urls: Vec<String> = (0..40).map(|number| format!("https://a.example/{number}")).collect();
    commit(store, urls.iter().map(|url| submission(url, url)).collect());
    let mut ids: Vec<String> = urls.iter().map(|url| key(url).id()).collect();
    ids.sort();
    for id in &ids {
        assert_eq!(store.article(id).unwrap().unwrap().id, *id);
        assert_eq!(store.article(&id.to_uppercase()[..12]).unwrap().unwrap().id, *id);
    }
    let letter = &ids[0][..1];
    let count = ids.iter().filter(|id| id.starts_with(letter)).count();
    let shared = ids.windows(2).find(|pair| pair[0][..1] == pair[1][..1]).expect("40 ids share beginnings");
    let error = store.article(&shared[0][..1]).unwrap_err();
    assert!(matches!(error, StoreError::Ambiguous { .. }), "{error}");
    if count > 1 {
        let error = store.article(letter).unwrap_err();
        assert!(matches!(error, StoreError::Ambiguous { count: found, .. } if found == count), "{error}");
    }
    for absent in ["zz", "no such", &format!("{}0", ids[0]), "%"] {
        assert!(store.article(absent).unwrap().is_none(), "{absent}");
    }
}

fn gone(store: &mut dyn Store) {
    let first = submission("https://a.example/1", "words");
    let id = first.article.id();
    commit(store, vec![first.clone()]);
    let mark = |store: &mut dyn Store, state, seconds| {
        let gone = vec![(id.clone(), state, at(seconds)), ("0".repeat(32), state, at(seconds))];
        store.commit(&Batch { gone, ..Batch::default() }, &decide).unwrap();
        store.article(&id).unwrap().unwrap()
    };
    let stored = mark(store, PageState::Deleted, 2000);
    assert_eq!(stored.gone, Some((PageState::Deleted, at(2000))));
    assert_eq!(stored.submission.article, first.article);
    assert_eq!(
        mark(store, PageState::Deleted, 3000).gone,
        Some((PageState::Deleted, at(2000))),
        "the first sight counts"
    );
    assert_eq!(mark(store, PageState::Violation, 4000).gone, Some((PageState::Violation, at(4000))));
    // Cleaned again from the old capture: still gone. Fetched again later: back.
    commit(store, vec![first.clone()]);
    assert!(store.article(&id).unwrap().unwrap().gone.is_some());
    commit(store, vec![Submission { fetched_at: at(5000), ..first }]);
    assert_eq!(store.article(&id).unwrap().unwrap().gone, None);
}

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
        let entries = store.pending(source_id, at(now), limit).unwrap();
        entries.into_iter().map(|entry| entry.source_id + &entry.key).collect()
    };
    assert_eq!(keys(None, 30, 10), ["a1", "a2", "b1", "a3"]);
    assert_eq!(keys(None, 29, 10), ["a1", "a2", "b1"]);
    assert_eq!(keys(None, 99, 2), ["a1", "a2"]);
    assert_eq!(keys(Some("b"), 99, 10), ["b1"]);
    assert_eq!(keys(Some("a"), 99, usize::MAX), ["a1", "a2", "a3", "alater"]);
    assert!(keys(Some("c"), 99, 10).is_empty());
    assert!(keys(None, 19, 10).is_empty());
    assert_eq!(store.counts().unwrap().pending, 5);
}

fn entries_are_replaced(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let waiting = entry("a", "1", 20);
    let done = Entry {
        status: EntryStatus::Done,
        outcome: "article".into(),
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
    assert!(store.pending(None, at(99), 10).unwrap().is_empty());
    assert_eq!(store.entry("a", "2").unwrap(), None);
    assert_eq!(store.entry("b", "1").unwrap(), None);
}

fn filters(store: &mut dyn Store) {
    let make = |url: &str, source_id: &str, language: &str, kind, day| {
        let mut one = submission(url, url);
        one.source_id = source_id.into();
        one.article.language = language.into();
        one.article.metadata.kind = kind;
        one.article.published = Date::day(2024, 5, day);
        one
    };
    let mut copy = submission("https://a.example/copy", "https://a.example/1");
    copy.article.published = Date::day(2024, 5, 9);
    copy.source_id = "copies".into();
    copy.article.language = "fr".into();
    commit(
        store,
        vec![
            make("https://a.example/1", "a", "zh-Hans", ArticleKind::Article, 1),
            make("https://a.example/2", "b", "zh-Hant", ArticleKind::Picture, 2),
            make("https://a.example/3", "c", "en", ArticleKind::Article, 3),
            make("https://a.example/4", "c", "zha", ArticleKind::Video, 4),
            copy,
        ],
    );
    let words = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let day = |day| Date::day(2024, 5, day).map(Date::instant);
    let cases = [
        (Filter::default(), "1 2 3 4 copy"),
        (Filter { sources: words(&["a", "c"]), ..Filter::default() }, "1 3 4"),
        (Filter { since: day(3), ..Filter::default() }, "3 4 copy"),
        (Filter { until: day(3), ..Filter::default() }, "1 2"),
        (Filter { languages: words(&["zh"]), ..Filter::default() }, "1 2"),
        (Filter { languages: words(&["zh-Hant", "en"]), ..Filter::default() }, "2 3"),
        (Filter { kinds: words(&["picture", "video"]), ..Filter::default() }, "2 4"),
        (Filter { without_duplicates: true, ..Filter::default() }, "1 2 3 4"),
        (Filter { since: day(2), until: day(9), kinds: words(&["article"]), ..Filter::default() }, "3"),
    ];
    for (filter, want) in cases {
        assert_eq!(walk(store, &filter).join(" "), want, "{filter:?}");
    }
}

fn article_order(store: &mut dyn Store) {
    let mut dated = submission("https://a.example/dated", "dated");
    dated.article.published = Some(Date::moment(at(50), Date::BEIJING));
    let undated = |name: &str, seconds| Submission {
        fetched_at: at(seconds),
        ..submission(&format!("https://a.example/{name}"), name)
    };
    commit(store, vec![undated("last", 70), dated, undated("x", 60), undated("y", 60), undated("first", 40)]);
    let mut ties = ["x", "y"].map(|name| (key(&format!("https://a.example/{name}")).id(), name));
    ties.sort();
    assert_eq!(walk(store, &Filter::default()), ["first", "dated", ties[0].1, ties[1].1, "last"]);
    // The latest revision decides.
    let mut edited = submission("https://a.example/last", "edited");
    edited.article.published = Some(Date::moment(at(1), 0));
    commit(store, vec![edited]);
    assert_eq!(walk(store, &Filter::default())[0], "last");
}

fn visitor_errors(store: &mut dyn Store) {
    commit(store, vec![submission("https://a.example/1", "one"), submission("https://a.example/2", "two")]);
    let mut calls = 0;
    let error = store
        .each_article(&Filter::default(), &mut |_| {
            calls += 1;
            Err(StoreError::Visitor("enough".into()))
        })
        .unwrap_err();
    assert!(matches!(error, StoreError::Visitor(word) if word == "enough"));
    assert_eq!(calls, 1);
}

fn visitors_ask(store: &mut dyn Store) {
    commit(store, vec![submission("https://a.example/1", "one"), submission("https://a.example/2", "two")]);
    let mut seen = 0;
    store
        .each_article(&Filter::default(), &mut |stored| {
            let again = store.article(&stored.id)?.unwrap();
            assert_eq!(again.submission.article, stored.submission.article);
            assert_eq!(store.revisions(&stored.id)?.len(), 1);
            assert_eq!(store.capture(&stored.submission.capture_hash)?, None);
            seen += store.counts()?.articles;
            Ok(())
        })
        .unwrap();
    assert_eq!(seen, 4);
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
    assert_eq!(store.capture(&hash).unwrap(), Some(late));
    assert_eq!(store.counts().unwrap().captures, 2);
}

fn history(store: &mut dyn Store) {
    let fetches = vec![fetch("b", 30), fetch("a", 30), fetch("a", 10), fetch("a", 20), fetch("a", 20)];
    store.commit(&Batch { fetches, ..Batch::default() }, &decide).unwrap();
    let list = |source_id, limit| -> Vec<(String, i64)> {
        let fetches = store.history(source_id, limit).unwrap();
        fetches.into_iter().map(|fetch| (fetch.source_id, fetch.at.as_seconds())).collect()
    };
    let row = |id: &str, seconds| (id.to_owned(), seconds);
    assert_eq!(list(None, 99), [row("a", 10), row("a", 20), row("a", 20), row("a", 30), row("b", 30)]);
    assert_eq!(list(None, 2), [row("a", 30), row("b", 30)]);
    assert_eq!(list(Some("a"), 2), [row("a", 20), row("a", 30)]);
    assert!(list(Some("c"), 2).is_empty());
    assert!(list(None, 0).is_empty());
    assert_eq!(store.history(Some("b"), 9).unwrap(), [fetch("b", 30)]);
}

fn hosts(store: &mut dyn Store) {
    let host = |name: &str, strikes| HostState {
        host: name.into(),
        not_before: at(7),
        reason: "captcha".into(),
        strikes,
        robots: Some("User-agent: *\nDisallow: /\n".into()),
        robots_status: 200,
        robots_at: at(6),
        day: "2026-11-24".into(),
        requests_today: 12,
    };
    let plain = HostState { host: "a.example:81".into(), ..HostState::default() };
    for hosts in [vec![host("b.example", 1), plain.clone()], vec![host("b.example", 2)]] {
        store.commit(&Batch { hosts, ..Batch::default() }, &decide).unwrap();
    }
    assert_eq!(store.hosts().unwrap(), [plain, host("b.example", 2)]);
}

fn counts_and_check(store: &mut dyn Store) {
    fill(store);
    let counts = store.counts().unwrap();
    let got = (counts.sources, counts.articles, counts.revisions, counts.captures, counts.pending);
    assert_eq!(got, (2, 4, 5, 4, 2));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

/// Every kind of row, in an order that is not the order of any list.
fn fill(store: &mut dyn Store) {
    store.put_source(&source("b")).unwrap();
    store.put_source(&source("a")).unwrap();
    let bodies = [("https://b.example/1", b"b1"), ("https://a.example/2", b"a2"), ("https://a.example/1", b"a1")];
    let mut rich = rich_submission();
    rich.capture_hash = capture("", b"a2").body_hash();
    let batch = Batch {
        captures: bodies.iter().map(|(url, body)| ("a".to_owned(), capture(url, *body))).collect(),
        articles: vec![
            submission("https://b.example/1", "words"),
            submission("https://a.example/2", "words"),
            submission("https://a.example/1", "other words"),
            rich,
        ],
        entries: vec![entry("b", "2", 3), entry("b", "1", 3)],
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
}

fn decide(article: &Article, known: &Known) -> Decision {
    match (&known.same_key, &known.same_text) {
        (Some((_, hash)), _) if *hash == article.content_hash() => Decision::Unchanged,
        (Some((latest, _)), _) => Decision::Revision(latest + 1),
        (None, Some(original)) => Decision::Duplicate(original.clone()),
        (None, None) => Decision::New,
    }
}

fn commit(store: &mut dyn Store, articles: Vec<Submission>) -> Vec<Decision> {
    let captures = articles
        .iter()
        .filter(|one| !one.capture_hash.is_empty())
        .map(|one| (one.source_id.clone(), capture(&one.article.url, one.article.url.as_bytes())))
        .collect();
    store.commit(&Batch { captures, articles, ..Batch::default() }, &decide).unwrap()
}

/// The last parts of the addresses, in the order of the walk.
fn walk(store: &dyn Store, filter: &Filter) -> Vec<String> {
    let mut names = Vec::new();
    let mut visit = |stored: boji::model::StoredArticle| {
        names.push(stored.submission.article.url.rsplit('/').next().unwrap_or_default().to_owned());
        Ok(())
    };
    store.each_article(filter, &mut visit).unwrap();
    names
}

fn dump(store: &dyn Store) -> String {
    let mut out = Vec::new();
    store.dump(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn key(url: &str) -> ArticleKey {
    ArticleKey::Url(url.to_owned())
}

fn source(id: &str) -> Source {
    Source {
        id: id.into(),
        kind: SourceKind::Feed,
        name: format!("Name of {id}"),
        url: format!("https://{id}.example/feed"),
        urls: vec![format!("https://{id}.example/1")],
        schedule: Schedule::Every(3600),
        time_zone_minutes: 480,
        fetch_pages: true,
        enabled: true,
    }
}

fn state() -> SourceState {
    SourceState {
        etag: "W/\"a\"".into(),
        last_modified: "Sat, 01 Jun 2024 00:00:00 GMT".into(),
        validators_of: "https://a.example/final".into(),
        next_due: at(60),
        last_tried: at(50),
        last_success: at(40),
        failures: 2,
        last_error: "timeout".into(),
        gone: true,
        moved_to: "https://a.example/new".into(),
        moved_from: "https://old.example/feed".into(),
        moved_count: 1,
        cursor: "12".into(),
    }
}

fn entry(source_id: &str, key: &str, due: i64) -> Entry {
    Entry {
        source_id: source_id.into(),
        key: key.into(),
        candidate: Candidate {
            url: format!("https://{source_id}.example/{key}"),
            title: "标题 \"quoted\"".into(),
            published: Date::day(2024, 5, 1),
            body: "<p>正文</p>".into(),
            ..Candidate::default()
        },
        fingerprint: "f".into(),
        status: EntryStatus::Pending,
        outcome: String::new(),
        tries: 0,
        next_due: at(due),
        article_id: String::new(),
    }
}

fn fetch(source_id: &str, seconds: i64) -> FetchRecord {
    FetchRecord {
        source_id: source_id.into(),
        url: format!("https://{source_id}.example/"),
        at: at(seconds),
        status: 200,
        bytes: 12_345,
        millis: 67,
        outcome: "captured".into(),
        error: "a sentence".into(),
    }
}

fn capture(url: &str, body: &[u8]) -> Capture {
    Capture {
        url: url.into(),
        hops: Vec::new(),
        status: 200,
        headers: vec![("content-type".into(), "text/html".into())],
        body: body.to_vec(),
        fetched_at: at(1000),
    }
}

fn submission(url: &str, text: &str) -> Submission {
    let article = Article {
        key: key(url),
        origin: Origin::Blog,
        title: "Title".into(),
        authors: Vec::new(),
        published: None,
        modified: None,
        url: url.into(),
        canonical_url: url.into(),
        language: "en".into(),
        source_name: String::new(),
        license: String::new(),
        rights: String::new(),
        tags: Vec::new(),
        flags: Vec::new(),
        metadata: Metadata::default(),
        blocks: vec![JudgedBlock { block: Block::paragraph(text), verdict: Verdict::keep() }],
        text: text.into(),
        markdown: text.into(),
    };
    Submission {
        article,
        source_id: "a".into(),
        capture_hash: String::new(),
        fetched_at: at(100),
        text_key: text.into(),
        simhash: "sh:0000000000000000".into(),
        rules_hash: "r1".into(),
    }
}

/// A submission with something in every field.
fn rich_submission() -> Submission {
    let url = "https://mp.weixin.qq.com/s?__biz=Mz%2F&mid=2&idx=1&chksm=0";
    let verdicts = [
        ("第一段。", Verdict::keep()),
        ("关注我们", Verdict::by(Label::Drop, "follow-prompt", "zh.follow.card", "card")),
        ("作者：甲", Verdict::by(Label::Meta, "credits", "zh.credits.line", "")),
        ("最后一段。\n换行", Verdict::keep()),
    ];
    let article = Article {
        key: ArticleKey::WeChat { biz: "Mz/".into(), mid: "2".into(), idx: "1".into() },
        origin: Origin::Wechat,
        title: "题目：“引号”与'撇号'\u{1F600}".into(),
        authors: vec!["甲".into(), "乙, 丙".into()],
        published: Date::civil(2024, 5, 1, 0, 2, 3, Date::BEIJING),
        modified: Date::day(2024, 5, 2),
        url: url.into(),
        canonical_url: "https://mp.weixin.qq.com/s?__biz=Mz/&mid=2&idx=1".into(),
        language: "zh-Hans".into(),
        source_name: "某账号".into(),
        license: "CC BY 4.0".into(),
        rights: "版权所有".into(),
        tags: vec!["甲".into(), "b".into()],
        flags: vec!["preview".into(), "short".into()],
        metadata: Metadata {
            biz: "Mz/".into(),
            credits: [("文".to_owned(), vec!["甲".to_owned()])].into(),
            images: vec![ListedImage { url: "https://i.example/1".into(), alt: "图".into(), role: "body".into() }],
            kind: ArticleKind::Reprint,
            removed: [("follow-prompt".to_owned(), 4)].into(),
            word_count: Some(8),
            ..Metadata::default()
        },
        blocks: verdicts.map(|(text, verdict)| JudgedBlock { block: Block::paragraph(text), verdict }).to_vec(),
        text: "第一段。\n\n最后一段。\n换行\0".into(),
        markdown: "第一段。\n\n最后一段。\\\n换行".into(),
    };
    Submission {
        article,
        source_id: "wechat".into(),
        capture_hash: capture("", url.as_bytes()).body_hash(),
        fetched_at: Timestamp::from_millis(1_714_500_000_456),
        text_key: "b3:1".into(),
        simhash: "sh:00000000000000ff".into(),
        rules_hash: "r2".into(),
    }
}

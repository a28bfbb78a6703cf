//! What a person hides, and what a person has forgotten.

use std::fmt::Write as _;

use boji::seams::model::{Decision, EntryStatus, Forgetting, Hidden, Hideable, Outcome};
use boji::seams::search::Query;
use boji::seams::store::{Batch, Filter, HiddenOnes, Store};
use boji_clean::model::Lesson;

use super::Case;
use super::make::{at, capture, commit, decide, dump, entry, key, source, submission, walk};

pub const CASES: &[Case] = &[
    ("what is hidden is left out of walks and searches", hidden),
    ("what repeats a hidden article is no duplicate", repeats_hidden),
    ("what was forgotten is gone from every table", forgotten),
    ("what was forgotten does not come again", stays_away),
    ("a capture of which another article was made stays", shared),
    ("the first that repeats a forgotten article takes its place", heirs),
    ("what is packed behind a forgotten page stays whole", packed_behind),
];

const URL: &str = "https://a.example/1";
const SECRET: &str = "这段话要被忘掉，一个字也不留下来，谁也找不到它。";

fn with_id(url: &str) -> String {
    key(url).id()
}

fn found(store: &dyn Store, words: &str) -> usize {
    store.search(&Query::parse(words).unwrap(), &Filter::default(), 10).unwrap().hits.len()
}

fn hidden(store: &mut dyn Store) {
    let mut other = submission("https://a.example/2", "簸箕扬谷，第二篇说的是风车。");
    other.source_id = "mill".into();
    let mut third = submission("https://a.example/3", "簸箕扬谷，第三篇说的是稻草。");
    third.article.source_name = "水线手记".into();
    commit(store, vec![submission(URL, "簸箕扬谷，第一篇说的是簸箕。"), other, third]);
    let all = Filter::default();
    assert_eq!((walk(store, &all).len(), found(store, "扬谷")), (3, 3));
    let things = [
        (Hideable::Article, with_id(URL), "1"),
        (Hideable::Source, "mill".to_owned(), "2"),
        (Hideable::Account, "水线手记".to_owned(), "3"),
    ];
    for (kind, subject, name) in things {
        let thing = Hidden { kind, subject, reason: "试试".into(), hidden_at: at(5) };
        assert!(store.hide(&thing).unwrap());
        assert!(!store.hide(&thing).unwrap());
        assert_eq!(store.hidden().unwrap(), std::slice::from_ref(&thing));
        assert!(!walk(store, &all).contains(&name.to_owned()));
        assert_eq!(found(store, "扬谷"), 2);
        let alone = Filter { hidden: HiddenOnes::Alone, ..Filter::default() };
        assert_eq!(walk(store, &alone), [name]);
        assert_eq!(walk(store, &Filter { hidden: HiddenOnes::Too, ..Filter::default() }).len(), 3);
        let standing = store.standing(&with_id(&format!("https://a.example/{name}"))).unwrap().unwrap();
        assert_eq!(standing.hidden, "试试");
        // It is found by its id, and takes in what comes.
        assert!(store.article(&standing.id).unwrap().is_some());
        assert!(store.unhide(kind, &thing.subject).unwrap());
        assert!(!store.unhide(kind, &thing.subject).unwrap());
    }
    assert_eq!(walk(store, &all).len(), 3);
}

fn repeats_hidden(store: &mut dyn Store) {
    let text = "同样的一段话，两个地方都有，所以第二个是重复的。";
    commit(store, vec![submission(URL, text), submission("https://a.example/2", text)]);
    let unique = Filter { without_duplicates: true, ..Filter::default() };
    assert_eq!(walk(store, &unique), ["1"]);
    let hidden = Hidden { kind: Hideable::Article, subject: with_id(URL), reason: "试试".into(), hidden_at: at(5) };
    store.hide(&hidden).unwrap();
    assert_eq!(walk(store, &unique), ["2"]);
}

fn forgotten(store: &mut dyn Store) {
    store.put_source(&source("s")).unwrap();
    let mut named = entry("s", "k", 0);
    named.article_id = with_id(URL);
    named.candidate.title = SECRET.into();
    named.candidate.url = URL.into();
    let mut one = submission(URL, SECRET);
    one.article.title = SECRET.into();
    let page = capture(URL, URL.as_bytes());
    one.capture_hash = page.body_hash();
    let earlier = capture(URL, SECRET.as_bytes());
    let lesson = Lesson { account: "a".into(), article_id: with_id(URL), sightings: Vec::new() };
    let batch = Batch {
        captures: vec![("s".into(), page), ("s".into(), earlier)],
        articles: vec![one],
        lessons: vec![lesson],
        entries: vec![named],
        ..Batch::default()
    };
    store.commit(&batch, &decide).unwrap();
    assert_eq!((found(store, "忘掉"), dump(store).matches("忘掉").count() > 0), (1, true));
    let done = store.forget(&with_id(URL), "有人来信", at(9)).unwrap();
    assert_eq!(done, Some(Forgetting { articles: 1, captures: 2, shared_captures: 0, pictures: 0 }));
    assert_eq!((found(store, "忘掉"), dump(store).matches("忘掉").count()), (0, 0), "{}", dump(store));
    assert!(store.article(&with_id(URL)).unwrap().is_none());
    let left = store.entry("s", "k").unwrap().unwrap();
    assert_eq!((left.status, left.outcome), (EntryStatus::Closed, Some(Outcome::Forgotten)));
    assert_eq!(left.candidate.url, URL);
    let told = store.forgotten().unwrap();
    assert_eq!((told.len(), told[0].reason.as_str(), told[0].forgotten_at), (1, "有人来信", at(9)));
    assert_eq!(store.forget(&with_id(URL), "again", at(10)).unwrap(), None);
}

fn stays_away(store: &mut dyn Store) {
    store.put_source(&source("s")).unwrap();
    commit(store, vec![submission(URL, SECRET)]);
    store.forget(&with_id(URL), "有人来信", at(9)).unwrap();
    let before = dump(store);
    let mut named = entry("s", "k", 0);
    named.article_id = with_id(URL);
    named.candidate.title = SECRET.into();
    let mut again = submission(URL, SECRET);
    again.capture_hash = capture(URL, URL.as_bytes()).body_hash();
    let batch = Batch {
        captures: vec![("s".into(), capture(URL, URL.as_bytes()))],
        articles: vec![again.clone()],
        entries: vec![named],
        ..Batch::default()
    };
    assert_eq!(store.commit(&batch, &decide).unwrap(), [Decision::Refused]);
    assert_eq!(dump(store).matches("忘掉").count(), 0);
    assert_eq!(store.counts(at(0)).unwrap().captures, 0, "{before}");
    assert_eq!(store.entry("s", "k").unwrap().unwrap().outcome, Some(Outcome::Forgotten));
    assert!(store.let_come(&with_id(URL)).unwrap());
    assert!(!store.let_come(&with_id(URL)).unwrap());
    assert_eq!(commit(store, vec![again]), [Decision::New]);
}

fn shared(store: &mut dyn Store) {
    let mut second = submission("https://a.example/2", "另一篇，从同一个文件里来的，说的是别的事。");
    let mut first = submission(URL, SECRET);
    first.capture_hash = capture(URL, URL.as_bytes()).body_hash();
    second.capture_hash.clone_from(&first.capture_hash);
    let captures = vec![("s".into(), capture(URL, URL.as_bytes()))];
    store.commit(&Batch { captures, articles: vec![first, second], ..Batch::default() }, &decide).unwrap();
    let done = store.forget(&with_id(URL), "有人来信", at(9)).unwrap();
    assert_eq!(done, Some(Forgetting { articles: 1, captures: 0, shared_captures: 1, pictures: 0 }));
    assert_eq!(walk(store, &Filter::default()), ["2"]);
}

fn heirs(store: &mut dyn Store) {
    let articles = [URL, "https://a.example/2", "https://a.example/3"].map(|url| submission(url, SECRET));
    commit(store, articles.to_vec());
    store.forget(&with_id(URL), "有人来信", at(9)).unwrap();
    let unique = Filter { without_duplicates: true, ..Filter::default() };
    assert_eq!((walk(store, &unique).len(), walk(store, &Filter::default()).len()), (1, 2));
}

fn packed_behind(store: &mut dyn Store) {
    let page = |words: &str| {
        let mut scripts = String::new();
        for n in 0..3000 {
            writeln!(scripts, "function part_{n}_of_the_page() {{ return {n}; }}").unwrap();
        }
        format!("<html>{scripts}<p>{words}</p></html>").into_bytes()
    };
    let urls = ["https://a.example/1", "https://a.example/2", "https://a.example/3"];
    for url in urls {
        let body = page(&format!("{url} {SECRET}"));
        let mut one = submission(url, &format!("{url} {SECRET}"));
        one.capture_hash = capture(url, &body).body_hash();
        let captures = vec![("s".into(), capture(url, &body))];
        store.commit(&Batch { captures, articles: vec![one], ..Batch::default() }, &decide).unwrap();
    }
    for (nth, url) in urls.iter().enumerate() {
        for left in &urls[nth..] {
            let body = page(&format!("{left} {SECRET}"));
            let read = store.capture(&capture(left, &body).body_hash()).unwrap().unwrap();
            assert!(read.body == body, "{left}");
        }
        let done = store.forget(&with_id(url), "有人来信", at(9)).unwrap();
        assert_eq!(done, Some(Forgetting { articles: 1, captures: 1, shared_captures: 0, pictures: 0 }));
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }
}

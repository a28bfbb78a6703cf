//! What a decision does to an article.

use std::cell::RefCell;

use boji::seams::model::{Decision, Known, Latest, Submission};
use boji::seams::store::{Batch, Store, StoreError};

use super::Case;
use super::make::{at, capture, commit, decide, dump, key, source, submission};
use crate::place::every_revision;

pub const CASES: &[Case] = &[
    ("a wrong decision leaves nothing of its batch", wrong_decisions_change_nothing),
    ("each decision is stored", decisions),
    ("a batch sees its own earlier articles", batch_sees_itself),
    ("an edit is told the words of the two revisions before it", words_before_are_known),
    ("an edited original leaves its place to the first duplicate", heirs),
];

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
        ("https://a.example/2", Decision::Refresh(None)),
        ("https://a.example/1", Decision::Refresh(Some("0".repeat(32)))),
        ("https://a.example/1", Decision::Refresh(Some(key("https://a.example/1").id()))),
        ("https://a.example/2", Decision::Duplicate("0".repeat(32))),
        ("https://a.example/2", Decision::Duplicate(own)),
    ];
    for (url, decision) in cases {
        let batch = Batch {
            captures: vec![("a".into(), capture(url, b"body"))],
            articles: vec![submission("https://a.example/9", "first in the batch"), submission(url, "other words")],
            ..Batch::default()
        };
        let wrong = |submission: &Submission, _: &Known| {
            if submission.article.url == url { decision.clone() } else { Decision::New }
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
    assert_eq!(store.revision_numbers(&id).unwrap(), [1]);
    let edited = Submission { fetched_at: at(900), ..submission("https://a.example/1", "better words") };
    assert_eq!(commit(store, vec![edited]), [Decision::Revision(2)]);

    let latest = store.article(&id).unwrap().unwrap();
    assert_eq!((latest.revision, latest.dup_of.as_str()), (2, ""));
    assert_eq!(latest.first_seen, first.fetched_at);
    assert_eq!(latest.submission.article.text, "better words");
    let texts: Vec<_> =
        every_revision(store, &id).into_iter().map(|one| (one.revision, one.submission.article.text)).collect();
    assert_eq!(texts, [(1, "words".to_owned()), (2, "better words".to_owned())]);

    let copy = submission("https://b.example/copy", "better words");
    assert_eq!(commit(store, vec![copy.clone()]), [Decision::Duplicate(id.clone())]);
    assert_eq!(store.article(&copy.article.id()).unwrap().unwrap().dup_of, id);
    assert!(store.revision_numbers("ffff").unwrap().is_empty());
}

fn batch_sees_itself(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let seen = RefCell::new(Vec::new());
    let watch = |submission: &Submission, known: &Known| {
        seen.borrow_mut().push(known.clone());
        decide(submission, known)
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
    let latest = Latest {
        revision: 1,
        next_revision: 2,
        title: articles[0].article.title.clone(),
        content_hash: articles[0].article.content_hash(),
        rules_hash: "r1".into(),
        source_id: articles[0].source_id.clone(),
        ..Latest::default()
    };
    let decisions = store.commit(&Batch { articles, ..Batch::default() }, &watch).unwrap();
    let duplicate = Decision::Duplicate(first.clone());
    let want = [Decision::New, duplicate.clone(), Decision::Unchanged, duplicate, Decision::New, Decision::New];
    assert_eq!(decisions, want);
    let seen = seen.into_inner();
    assert_eq!(seen[0], Known::default());
    assert_eq!(seen[1], Known { same_text: Some(first.clone()), ..Known::default() });
    // The second is a duplicate of the first, so that it is no original for the first.
    assert_eq!(seen[2], Known { same_key: Some(latest), ..Known::default() });
    assert_eq!(seen[3].same_text, Some(first));
    assert_eq!(seen[5], Known::default(), "no text is not the same text");
}

fn words_before_are_known(store: &mut dyn Store) {
    let seen = RefCell::new(Vec::new());
    let watch = |submission: &Submission, known: &Known| {
        let latest = known.same_key.clone().unwrap_or_default();
        seen.borrow_mut().push((latest.text_before, latest.text));
        decide(submission, known)
    };
    let articles = ["one", "two", "three", "three"].map(|text| submission("https://a.example/1", text)).to_vec();
    store.commit(&Batch { articles, ..Batch::default() }, &watch).unwrap();
    let want = [("", ""), ("", "one"), ("one", "two"), ("", "")].map(|(before, text)| (before.into(), text.into()));
    assert_eq!(seen.into_inner(), want);
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

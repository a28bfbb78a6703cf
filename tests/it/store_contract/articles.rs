//! Articles come back as they were given.

use std::ops::ControlFlow;

use boji::seams::model::Submission;
use boji::seams::store::{Batch, Filter, Store, StoreError};
use boji_clean::model::PageState;

use super::Case;
use super::make::{at, commit, decide, key, rich_submission, submission};
use crate::place::every_revision;

pub const CASES: &[Case] = &[
    ("a revision keeps all that was submitted", revisions_round_trip),
    ("an id's beginning finds its article", prefixes),
    ("a take-down keeps the article", gone),
];

fn revisions_round_trip(store: &mut dyn Store) {
    let submitted = rich_submission();
    commit(store, vec![submitted.clone()]);
    let id = submitted.article.id();
    let mut walked = Vec::new();
    let mut keep = |stored| {
        walked.push(stored);
        ControlFlow::Continue(())
    };
    store.each_article(&Filter::default(), &mut keep).unwrap();
    for stored in [store.article(&id).unwrap().unwrap(), every_revision(store, &id).remove(0), walked.remove(0)] {
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

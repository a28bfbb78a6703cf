//! Articles that are cleaned again: the latest revision is replaced.

use boji::seams::model::{Decision, Known, Submission};
use boji::seams::store::{Batch, Filter, Store};
use boji_clean::model::{ArticleKind, Date, PageState};

use super::Case;
use super::make::{at, commit, key, rich_submission, submission, walk};
use crate::place::every_revision;

pub const CASES: &[Case] = &[
    ("a refresh replaces the latest revision under its number", in_place),
    ("a refreshed article is listed as what it is now", listed),
    ("a refresh sees an article again and no more", sees_again),
    ("a refresh that leaves the text leaves the duplicates", same_text),
    ("a refresh that changes the text leaves its place to the first duplicate", heirs),
    ("copies that are cleaned again are copies still", copies),
];

fn refresh(_: &Submission, known: &Known) -> Decision {
    assert!(known.same_key.is_some());
    Decision::Refresh(known.same_text.clone())
}

fn recommit(store: &mut dyn Store, articles: Vec<Submission>) {
    store.commit(&Batch { articles, ..Batch::default() }, &refresh).unwrap();
}

fn id(number: u8) -> String {
    key(&format!("https://a.example/{number}")).id()
}

fn numbered(number: u8, text: &str) -> Submission {
    let seconds = i64::from(number) * 10;
    Submission { fetched_at: at(seconds), ..submission(&format!("https://a.example/{number}"), text) }
}

fn dup_of(store: &dyn Store) -> [String; 3] {
    [1, 2, 3].map(|number| store.article(&id(number)).unwrap().unwrap().dup_of)
}

fn in_place(store: &mut dyn Store) {
    let rich = rich_submission();
    let old = Submission {
        article: boji_clean::model::Article {
            key: rich.article.key.clone(),
            ..submission("https://a.example/1", "one").article
        },
        ..submission("https://a.example/1", "one")
    };
    let mut edited = old.clone();
    edited.article.text = "two".into();
    edited.text_key = "two".into();
    commit(store, vec![old.clone(), edited]);
    let id = rich.article.id();
    let before = store.article(&id).unwrap().unwrap();
    assert_eq!(before.revision, 2);
    let captures = vec![("a".to_owned(), super::make::capture("x", rich.article.url.as_bytes()))];
    store.commit(&Batch { captures, articles: vec![rich.clone()], ..Batch::default() }, &refresh).unwrap();

    let revisions = every_revision(store, &id);
    assert_eq!(revisions.iter().map(|one| one.revision).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(revisions[0].submission.article, old.article);
    let latest = store.article(&id).unwrap().unwrap();
    assert_eq!((latest.revision, latest.first_seen), (2, before.first_seen));
    let got = latest.submission;
    assert_eq!(got.article, rich.article);
    assert_eq!((got.source_id, got.capture_hash, got.fetched_at), (rich.source_id, rich.capture_hash, rich.fetched_at));
    assert_eq!((got.text_key, got.simhash, got.rules_hash), (rich.text_key, rich.simhash, rich.rules_hash));
    assert_eq!(store.counts(at(0)).unwrap().revisions, 2);
    // The next edit is the next number.
    let mut edited = old;
    edited.article.text = "three".into();
    assert_eq!(commit(store, vec![edited]), [Decision::Revision(3)]);
}

fn listed(store: &mut dyn Store) {
    commit(store, vec![numbered(1, "one"), numbered(2, "two")]);
    let mut again = numbered(1, "one");
    again.source_id = "b".into();
    again.rules_hash = "r2".into();
    again.article.language = "zh-Hans".into();
    again.article.metadata.kind = ArticleKind::Video;
    again.article.published = Some(Date::moment(at(99), 0));
    recommit(store, vec![again]);
    assert_eq!(walk(store, &Filter::default()), ["2", "1"]);
    let only = [
        Filter { sources: vec!["b".into()], ..Filter::default() },
        Filter { languages: vec!["zh".into()], ..Filter::default() },
        Filter { kinds: vec!["video".into()], ..Filter::default() },
    ];
    for filter in only {
        assert_eq!(walk(store, &filter), ["1"], "{filter:?}");
    }
    // A decision compares with what is stored now.
    let watch = |submission: &Submission, known: &Known| {
        let latest = known.same_key.clone().unwrap();
        assert_eq!((latest.revision, latest.rules_hash.as_str()), (1, "r2"));
        assert_eq!(latest.content_hash, submission.article.content_hash());
        Decision::Unchanged
    };
    store.commit(&Batch { articles: vec![numbered(1, "one")], ..Batch::default() }, &watch).unwrap();
}

fn sees_again(store: &mut dyn Store) {
    let last_seen = |store: &dyn Store, want: i64| {
        let dump = super::make::dump(store);
        assert!(dump.contains(&format!("\"last_seen\":{}", serde_json::to_string(&at(want)).unwrap())), "{dump}");
    };
    commit(store, vec![numbered(1, "one")]);
    let gone = vec![(id(1), PageState::Deleted, at(500))];
    store.commit(&Batch { gone, ..Batch::default() }, &refresh).unwrap();
    recommit(store, vec![numbered(1, "from the old capture")]);
    assert!(store.article(&id(1)).unwrap().unwrap().gone.is_some());
    last_seen(store, 10);
    recommit(store, vec![Submission { fetched_at: at(900), ..numbered(1, "from a later capture") }]);
    assert_eq!(store.article(&id(1)).unwrap().unwrap().gone, None);
    last_seen(store, 900);
    recommit(store, vec![numbered(1, "from the old capture")]);
    last_seen(store, 900);
}

fn same_text(store: &mut dyn Store) {
    commit(store, vec![numbered(1, "words"), numbered(2, "words"), numbered(3, "words")]);
    for number in [1, 2] {
        let mut again = numbered(number, "words");
        again.article.title = "Another title".into();
        recommit(store, vec![again]);
        assert_eq!(dup_of(store), [String::new(), id(1), id(1)]);
    }
}

fn heirs(store: &mut dyn Store) {
    commit(store, vec![numbered(1, "words"), numbered(3, "words"), numbered(2, "words")]);
    recommit(store, vec![numbered(1, "other words")]);
    assert_eq!(dup_of(store), [String::new(), String::new(), id(2)]);
    recommit(store, vec![numbered(3, "its own words")]);
    assert_eq!(dup_of(store), [String::new(), String::new(), String::new()]);
}

fn copies(store: &mut dyn Store) {
    let all = |text: &str| [1, 2, 3].map(|number| numbered(number, text)).to_vec();
    commit(store, all("words"));
    recommit(store, all("fewer words"));
    assert_eq!(dup_of(store), [String::new(), id(1), id(1)]);
    // In another order another one is the original, and it is one alone.
    let mut backwards = all("few words");
    backwards.reverse();
    recommit(store, backwards);
    assert_eq!(dup_of(store), [id(3), id(3), String::new()]);
}

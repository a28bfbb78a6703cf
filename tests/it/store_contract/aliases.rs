//! One WeChat article by all of its links.

use boji::seams::dedup;
use boji::seams::model::{Decision, Submission};
use boji::seams::store::{Access, Batch, Filter, SqliteStore, Store};
use boji_clean::model::{ArticleKey, PageState};
use proptest::prelude::*;

use super::Case;
use super::make::{at, commit, dump, entry, lesson, source, submission, walk};

pub const CASES: &[Case] = &[
    ("a link that gets numbers stays one article", gets_numbers),
    ("a link is known after its numbers", comes_by_its_link),
    ("two that turn out to be one lead to one", turn_out_to_be_one),
    ("what names an article by another id means it", meant_by_another_id),
    ("what leads to another article is heir to nothing", heir_to_nothing),
];

const TEXT: &str = "一二三四五六七八九十，一二三四五六七八九十";

fn link(token: &str) -> String {
    format!("https://mp.weixin.qq.com/s/{token}")
}

/// What came by a token link: the page told its numbers, or it did not.
fn by_link(token: &str, mid: &str, text: &str) -> Submission {
    let mut submission = submission(&link(token), text);
    if !mid.is_empty() {
        submission.article.key = numbers(mid);
        mid.clone_into(&mut submission.article.metadata.mid);
    }
    submission
}

fn numbers(mid: &str) -> ArticleKey {
    ArticleKey::WeChat { biz: "MzA=".into(), mid: mid.to_owned(), idx: "1".into() }
}

/// What came by its numbers alone, as from an archive.
fn by_numbers(mid: &str, text: &str) -> Submission {
    let mut submission = submission("https://mp.weixin.qq.com/s?__biz=MzA=&mid=1", text);
    submission.article.key = numbers(mid);
    mid.clone_into(&mut submission.article.metadata.mid);
    submission
}

fn decided(store: &mut dyn Store, article: Submission) -> Decision {
    let batch = Batch { articles: vec![article], ..Batch::default() };
    store.commit(&batch, &dedup::decide).unwrap().pop().unwrap()
}

fn id_of(store: &dyn Store, key: &ArticleKey) -> String {
    store.article(&key.id()).unwrap().map(|stored| stored.id).unwrap_or_default()
}

fn gets_numbers(store: &mut dyn Store) {
    let old = ArticleKey::Url(link("a"));
    assert_eq!(decided(store, by_link("a", "", TEXT)), Decision::New);
    // The same words, but more is known now: they are stored anew, once.
    assert_eq!(decided(store, by_link("a", "7", TEXT)), Decision::Refresh(None));
    assert_eq!(decided(store, by_link("a", "7", TEXT)), Decision::Unchanged);
    let edited = format!("{TEXT}另外的话");
    assert_eq!(decided(store, by_numbers("7", &edited)), Decision::Revision(2));
    assert_eq!(store.counts(at(0)).unwrap().articles, 1);
    let stored = store.article(&old.id()).unwrap().unwrap();
    assert_eq!((stored.id.as_str(), stored.submission.article.metadata.mid.as_str()), (old.id().as_str(), "7"));
    assert_eq!(stored.submission.article.id(), stored.id, "an id is the hash of the stored key");
    assert_eq!(id_of(store, &numbers("7")), old.id());
    assert_eq!(id_of(store, &numbers("8")), "");
    let short: String = numbers("7").id().chars().take(8).collect();
    assert_eq!(store.article(&short).unwrap().unwrap().id, old.id(), "another id may be shortened too");
}

fn comes_by_its_link(store: &mut dyn Store) {
    decided(store, by_link("a", "7", TEXT));
    assert_eq!(decided(store, by_link("a", "", TEXT)), Decision::Unchanged);
    assert_eq!(decided(store, by_link("b", "7", TEXT)), Decision::Unchanged, "an article has several tokens");
    assert_eq!(decided(store, by_link("b", "", TEXT)), Decision::Unchanged);
    assert_eq!(id_of(store, &ArticleKey::Url(link("b"))), numbers("7").id());
    assert_eq!(store.counts(at(0)).unwrap().articles, 1);
}

fn turn_out_to_be_one(store: &mut dyn Store) {
    let (token, other) = (ArticleKey::Url(link("a")), ArticleKey::Url("https://a.example/copy".into()));
    decided(store, by_link("a", "", TEXT));
    decided(store, submission("https://a.example/copy", TEXT));
    // The archive's copy is a duplicate of the link's, until a page tells that both are one.
    assert_eq!(decided(store, by_numbers("7", TEXT)), Decision::Duplicate(token.id()));
    assert_eq!(decided(store, by_link("a", "7", TEXT)), Decision::Unchanged);
    assert_eq!(store.article(&numbers("7").id()).unwrap().unwrap().dup_of, "");
    assert_eq!(id_of(store, &token), numbers("7").id(), "the old id leads to the one that is left");
    assert_eq!(store.article(&other.id()).unwrap().unwrap().dup_of, numbers("7").id());
    let without = Filter { without_duplicates: true, ..Filter::default() };
    assert_eq!(walk(store, &without).len(), 1);
    // What comes by the link from now on is about the one that is left.
    let words = format!("{TEXT}又添上了一句话");
    assert_eq!(decided(store, by_link("a", "", &words)), Decision::Revision(2));
    assert_eq!(store.article(&numbers("7").id()).unwrap().unwrap().submission.article.text, words);
}

fn heir_to_nothing(store: &mut dyn Store) {
    decided(store, by_link("b", "2", TEXT));
    decided(store, by_link("a", "", TEXT));
    decided(store, by_numbers("1", TEXT));
    decided(store, by_link("a", "1", TEXT));
    // Its words are others now: of those that had the old ones the first that is an article by itself takes its place.
    decided(store, by_link("b", "2", &format!("{TEXT}甲乙丙丁戊己庚辛壬癸")));
    assert_eq!(id_of(store, &ArticleKey::Url(link("a"))), numbers("1").id());
    assert_eq!(store.article(&numbers("1").id()).unwrap().unwrap().dup_of, "");
}

fn meant_by_another_id(store: &mut dyn Store) {
    store.put_source(&source("a")).unwrap();
    let token = ArticleKey::Url(link("a")).id();
    commit(store, vec![by_link("a", "", TEXT)]);
    let mut done = entry("a", "k", 0);
    done.article_id = numbers("7").id();
    let mut lesson = lesson("", "某号", &[]);
    lesson.article_id = numbers("7").id();
    let batch = Batch {
        articles: vec![by_link("a", "7", TEXT)],
        lessons: vec![lesson],
        gone: vec![(numbers("7").id(), PageState::Deleted, at(900))],
        entries: vec![done],
        ..Batch::default()
    };
    store.commit(&batch, &dedup::decide).unwrap();
    assert_eq!(store.article(&token).unwrap().unwrap().gone, Some((PageState::Deleted, at(900))));
    assert_eq!(store.entries_of(&token).unwrap().len(), 1);
    assert_eq!(store.profile("某号").unwrap().unwrap().articles, 1);
    assert!(dump(store).contains(&format!("alias [\"{}\",\"{token}\"]", numbers("7").id())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn both_stores_hold_the_same_and_lose_no_id(
        steps in prop::collection::vec((0..3_usize, 0..4_usize, 0..3_usize), 1..16),
    ) {
        let texts = [TEXT, "甲乙丙丁戊己庚辛壬癸，甲乙丙丁戊己庚辛壬癸", "short"];
        let folder = tempfile::tempdir().unwrap();
        let mut sqlite = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
        let mut memory = SqliteStore::in_memory().unwrap();
        let mut ids = Vec::new();
        for (number, (token, mid, text)) in steps.into_iter().enumerate() {
            let (token, mid) = (["a", "b", ""][token], ["", "1", "2", "3"][mid]);
            let mut article =
                if token.is_empty() { by_numbers("1", texts[text]) } else { by_link(token, mid, texts[text]) };
            article.fetched_at = at(number as i64);
            ids.push(article.article.id());
            prop_assert_eq!(decided(&mut sqlite, article.clone()), decided(&mut memory, article));
            prop_assert_eq!(dump(&sqlite), dump(&memory));
        }
        for id in ids {
            let stored = sqlite.article(&id).unwrap();
            prop_assert!(stored.is_some());
            let stored = stored.unwrap();
            prop_assert!(stored.dup_of.is_empty() || sqlite.article(&stored.dup_of).unwrap().unwrap().dup_of.is_empty());
            prop_assert_eq!(memory.article(&id).unwrap().unwrap().id, stored.id);
        }
        prop_assert_eq!(sqlite.check().unwrap(), Vec::<String>::new());
    }
}

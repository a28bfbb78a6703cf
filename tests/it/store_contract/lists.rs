//! The walk over the articles: what it takes, in which order.

use boji::model::{ArticleKind, Date, Submission};
use boji::store::{Filter, Store, StoreError};

use super::Case;
use super::make::{at, commit, key, submission, walk};

pub const CASES: &[Case] = &[
    ("each field of the filter narrows", filters),
    ("articles come by publication, else fetch, then id", article_order),
    ("a visitor may ask the store", visitors_ask),
    ("an error of the visitor ends the walk", visitor_errors),
];

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

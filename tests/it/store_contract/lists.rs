//! The walk over the articles: what it takes, in which order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use boji::seams::model::{Standing, StoredArticle, Submission};
use boji::seams::store::{Batch, Filter, Store, StoreError};
use boji_clean::model::{Article, ArticleKind, Date, PageState};

use super::Case;
use super::make::{at, commit, decide, key, rich_submission, submission, walk};

pub const CASES: &[Case] = &[
    ("each field of the filter narrows", filters),
    ("articles come by publication, else fetch, then id", article_order),
    ("a visitor may ask the store", visitors_ask),
    ("an error of the visitor ends the walk", visitor_errors),
    ("standings are those of the articles", standings),
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
    let walked: Result<_, StoreError> = store.try_each_article(&Filter::default(), |stored| {
        let again = store.article(&stored.id)?.unwrap();
        assert_eq!(again.submission.article, stored.submission.article);
        assert_eq!(store.revision_numbers(&stored.id)?, [1]);
        assert_eq!(store.capture(&stored.submission.capture_hash)?, None);
        seen += store.counts(at(0))?.articles;
        Ok(())
    });
    walked.unwrap();
    assert_eq!(seen, 4);
}

fn visitor_errors(store: &mut dyn Store) {
    /// An error of the caller's own.
    #[derive(Debug, PartialEq)]
    enum Mine {
        Enough(u32),
        Store,
    }
    impl From<StoreError> for Mine {
        fn from(_: StoreError) -> Self {
            Self::Store
        }
    }
    commit(store, vec![submission("https://a.example/1", "one"), submission("https://a.example/2", "two")]);
    for last in 1..=2 {
        let mut calls = 0;
        let walked = store.try_each_article(&Filter::default(), |_| {
            calls += 1;
            if calls == last { Err(Mine::Enough(calls)) } else { Ok(()) }
        });
        assert_eq!((walked, calls), (Err(Mine::Enough(last)), last));
    }
    let asks = store.try_each_article(&Filter::default(), |_| {
        store.article("")?;
        Ok::<(), Mine>(())
    });
    assert_eq!(asks, Err(Mine::Store), "an error of the store on the way is the caller's too");
    assert_eq!(store.try_each_article(&Filter::default(), |_| Ok::<(), Mine>(())), Ok(Vec::new()));
}

/// What lists show of a whole article.
fn standing(stored: StoredArticle) -> Standing {
    let StoredArticle { id, submission, revision, dup_of, gone, .. } = stored;
    let Submission { article, source_id, rules_hash, .. } = submission;
    let characters = article.text.chars().count();
    let Article { source_name, title, published, language, .. } = article;
    let hidden = String::new();
    Standing {
        id,
        source_id,
        source_name,
        language,
        title,
        published,
        characters,
        revision,
        rules_hash,
        dup_of,
        gone,
        hidden,
    }
}

fn standings(store: &mut dyn Store) {
    let check = |store: &dyn Store, filter: &Filter, want: usize| {
        let (mut whole, mut light) = (Vec::new(), Vec::new());
        store.each_standing(filter, &mut |one| light.push(one)).unwrap();
        let mut keep = |stored| {
            whole.push(standing(stored));
            ControlFlow::Continue(())
        };
        store.each_article(filter, &mut keep).unwrap();
        assert_eq!(light, whole, "{filter:?}");
        assert_eq!(light.len(), want, "{filter:?}");
        for one in light {
            assert_eq!(store.standing(&one.id[..12]).unwrap(), Some(one));
        }
    };
    let versions = |store: &dyn Store| {
        let mut walked = BTreeMap::new();
        let mut add = |one: Standing| *walked.entry((one.source_name, one.rules_hash)).or_insert(0) += 1;
        store.each_standing(&Filter::default(), &mut add).unwrap();
        let counted = store.versions().unwrap().into_iter();
        let counted: Vec<_> = counted.map(|one| ((one.source_name, one.rules_hash), one.articles)).collect();
        assert_eq!(counted, walked.into_iter().collect::<Vec<_>>());
    };
    let other = submission("https://a.example/2", "words");
    commit(store, vec![rich_submission(), submission("https://a.example/1", "words"), other.clone()]);
    let gone = vec![(other.article.id(), PageState::Deleted, at(9000))];
    store.commit(&Batch { gone, ..Batch::default() }, &decide).unwrap();
    check(store, &Filter::default(), 3);
    check(store, &Filter { without_duplicates: true, ..Filter::default() }, 2);
    check(store, &Filter { sources: vec!["wechat".into()], ..Filter::default() }, 1);
    let mut edited = other;
    edited.article.title = "Another title".into();
    edited.article.source_name = "Another name".into();
    edited.article.published = Date::day(2024, 5, 1);
    edited.article.text = "other words".into();
    edited.rules_hash = "r2".into();
    commit(store, vec![edited]);
    check(store, &Filter::default(), 3);
    versions(store);
    assert_eq!(store.standing("zz").unwrap(), None);
    for prefix in ["", "0a"] {
        let ambiguous = |error: StoreError| error.to_string();
        assert_eq!(
            store.standing(prefix).map(|one| one.map(|one| one.id)).map_err(ambiguous),
            store.article(prefix).map(|one| one.map(|one| one.id)).map_err(ambiguous),
        );
    }
    let mut seen = 0;
    store.each_standing(&Filter::default(), &mut |_| seen += store.counts(at(0)).unwrap().articles).unwrap();
    assert_eq!(seen, 9, "a visitor may ask the store");
}

//! What articles teach about their accounts.

use boji::seams::model::Submission;
use boji::seams::store::{Batch, Store, StoreError};
use boji_clean::model::{Edge, Profile};

use super::Case;
use super::make::{at, commit, decide, dump, entry, lesson, submission};

pub const CASES: &[Case] = &[
    ("an article teaches once", once),
    ("what is no article, a duplicate or nobody's does not teach", who_may_not_teach),
    ("a duplicate that became an original teaches", heirs_teach),
    ("lessons come after the articles and go with their batch", with_the_batch),
    ("a wording is learned from three of twelve articles and stays learned", three_of_twelve),
    ("a wording twice in one article counts once", twice_in_an_article),
    ("edges and accounts are learned apart", apart),
    ("what was not learned and does not come back is forgotten", forgetting),
];

const KEY: (Edge, &str) = (Edge::Tail, "关注我们");

/// A new article of the account, the text its own, that teaches these wordings.
fn teach(store: &mut dyn Store, account: &str, number: u32, seen: &[(Edge, &str)]) {
    let url = format!("https://{account}.example/{number}");
    let batch = Batch {
        articles: vec![submission(&url, &url)],
        lessons: vec![lesson(&url, account, seen)],
        ..Batch::default()
    };
    store.commit(&batch, &decide).unwrap();
}

/// The account's learned wordings, as edge, key and count.
fn learned(store: &dyn Store, account: &str) -> Vec<(Edge, String, u32)> {
    let blocks = store.profile(account).unwrap().map(|profile| profile.blocks).unwrap_or_default();
    assert!(blocks.iter().all(|block| block.sightings.learned && block.sample == format!("{}!", block.key)));
    blocks.into_iter().map(|block| (block.edge, block.key, block.sightings.count)).collect()
}

fn count(profiles: &[Profile]) -> Vec<(&str, u32)> {
    profiles.iter().map(|profile| (profile.account.as_str(), profile.articles)).collect()
}

fn once(store: &mut dyn Store) {
    let url = "https://a.example/1";
    commit(store, vec![submission(url, "words")]);
    let first = lesson(url, "a", &[KEY]);
    let lessons = vec![first.clone(), first.clone(), lesson(url, "a", &[(Edge::Head, "other")])];
    store.commit(&Batch { lessons, ..Batch::default() }, &decide).unwrap();
    let taught = dump(store);
    assert_eq!(count(&store.accounts().unwrap()), [("a", 1)]);
    for again in [first, lesson(url, "b", &[KEY])] {
        let articles = vec![submission(url, "edited words")];
        store.commit(&Batch { articles, ..Batch::default() }, &decide).unwrap();
        store.commit(&Batch { lessons: vec![again], ..Batch::default() }, &decide).unwrap();
    }
    let lines =
        |dump: &str| dump.lines().filter(|line| line.contains("account")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(lines(&dump(store)), lines(&taught));
    assert_eq!(store.profile("b").unwrap(), None);
}

fn who_may_not_teach(store: &mut dyn Store) {
    commit(store, vec![submission("https://a.example/1", "words"), submission("https://a.example/copy", "words")]);
    let before = dump(store);
    let lessons = vec![
        lesson("https://a.example/copy", "a", &[KEY]),
        lesson("https://a.example/never-stored", "a", &[KEY]),
        lesson("https://a.example/1", "", &[KEY]),
    ];
    store.commit(&Batch { lessons, ..Batch::default() }, &decide).unwrap();
    assert_eq!(dump(store), before);
    assert_eq!(store.accounts().unwrap(), []);
    assert_eq!(store.profile("a").unwrap(), None);
    // The original may, and an article at whose ends nothing stands is one of its account too.
    let lessons = vec![lesson("https://a.example/1", "a", &[])];
    store.commit(&Batch { lessons, ..Batch::default() }, &decide).unwrap();
    assert_eq!(store.profile("a").unwrap(), Some(Profile { account: "a".into(), articles: 1, blocks: Vec::new() }));
}

fn heirs_teach(store: &mut dyn Store) {
    let copy = "https://a.example/copy";
    let late = Submission { fetched_at: at(900), ..submission(copy, "words") };
    commit(store, vec![submission("https://a.example/1", "words"), late]);
    commit(store, vec![submission("https://a.example/1", "edited words")]);
    store.commit(&Batch { lessons: vec![lesson(copy, "a", &[KEY])], ..Batch::default() }, &decide).unwrap();
    assert_eq!(count(&store.accounts().unwrap()), [("a", 1)]);
}

fn with_the_batch(store: &mut dyn Store) {
    let empty = dump(store);
    let good = Batch {
        articles: vec![submission("https://a.example/1", "words")],
        lessons: vec![lesson("https://a.example/1", "a", &[KEY])],
        ..Batch::default()
    };
    let bad = Batch { entries: vec![entry("nobody", "1", 10)], ..good.clone() };
    let error = store.commit(&bad, &decide).unwrap_err();
    assert!(matches!(error, StoreError::UnknownSource { .. }), "{error}");
    assert_eq!(dump(store), empty);
    store.commit(&good, &decide).unwrap();
    assert_eq!(count(&store.accounts().unwrap()), [("a", 1)]);
}

fn three_of_twelve(store: &mut dyn Store) {
    // Seen in the articles 1, 2 and 13, then 24 and 25: never three within twelve until the 26th.
    for number in 1..=25 {
        teach(store, "a", number, if [1, 2, 13, 24, 25].contains(&number) { &[KEY] } else { &[] });
        assert_eq!(learned(store, "a"), [], "{number}");
        assert!(store.learned().unwrap().profiles.is_empty());
    }
    teach(store, "a", 26, &[KEY]);
    assert_eq!(learned(store, "a"), [(KEY.0, KEY.1.to_owned(), 6)]);
    (27..80).for_each(|number| teach(store, "a", number, &[]));
    assert_eq!(learned(store, "a"), [(KEY.0, KEY.1.to_owned(), 6)]);
    let profile = store.profile("a").unwrap().unwrap();
    assert_eq!((profile.articles, profile.blocks[0].sightings.recent.as_slice()), (79, &[24, 25, 26][..]));
    assert_eq!(store.learned().unwrap().profile("a"), Some(&profile));
}

fn twice_in_an_article(store: &mut dyn Store) {
    teach(store, "a", 1, &[KEY, KEY, KEY, KEY]);
    assert_eq!(learned(store, "a"), []);
    teach(store, "a", 2, &[KEY, KEY]);
    teach(store, "a", 3, &[KEY, KEY]);
    assert_eq!(learned(store, "a"), [(KEY.0, KEY.1.to_owned(), 3)]);
}

fn apart(store: &mut dyn Store) {
    let seen = [(Edge::Tail, "z"), (Edge::Tail, "b"), (Edge::Head, "z"), (Edge::Head, "阅"), (Edge::Head, "a")];
    (1..=3).for_each(|number| teach(store, "b", number, &seen));
    (1..=3).for_each(|number| teach(store, "a", number, &[(Edge::Head, "z")]));
    (1..=2).for_each(|number| teach(store, "c", number, &[(Edge::Head, "z"), (Edge::Tail, "z")]));
    teach(store, "c", 3, &[(Edge::Head, "y"), (Edge::Tail, "y")]);
    let of_b = [(Edge::Head, "a"), (Edge::Head, "z"), (Edge::Head, "阅"), (Edge::Tail, "b"), (Edge::Tail, "z")];
    assert_eq!(learned(store, "b"), of_b.map(|(edge, key)| (edge, key.to_owned(), 3)));
    assert_eq!(learned(store, "a"), [(Edge::Head, "z".to_owned(), 3)]);
    assert_eq!(learned(store, "c"), []);
    let all = store.learned().unwrap();
    assert_eq!(all.profiles.keys().collect::<Vec<_>>(), ["a", "b"], "nothing was learned of c");
    assert_eq!(all.profile("b"), store.profile("b").unwrap().as_ref());
    let accounts = store.accounts().unwrap();
    assert_eq!(count(&accounts), [("a", 3), ("b", 3), ("c", 3)]);
    assert!(accounts.iter().all(|account| account.blocks.is_empty()));
}

fn forgetting(store: &mut dyn Store) {
    let [early, late] = [(Edge::Tail, "last seen in the 24th"), (Edge::Tail, "last seen in the 25th")];
    for number in 1..=47 {
        let seen: &[(Edge, &str)] = match number {
            23 => &[early],
            24 => &[early, late],
            25 => &[late],
            _ => &[],
        };
        teach(store, "a", number, seen);
    }
    let known = |store: &dyn Store| [early, late].map(|(_, key)| dump(store).contains(key));
    teach(store, "b", 48, &[]);
    assert_eq!(known(store), [true, true], "another account's articles count for nothing");
    teach(store, "a", 48, &[]);
    assert_eq!(known(store), [false, true]);
    // What was forgotten starts anew.
    for number in 49..=51 {
        teach(store, "a", number, &[early, late]);
    }
    let counts: Vec<u32> = learned(store, "a").into_iter().map(|(_, _, count)| count).collect();
    assert_eq!(counts, [3, 5]);
}

//! What a search finds: what a scan of the texts would, and nothing else.

use boji::seams::search::Query;
use boji::seams::store::{Batch, Filter, Store, StoreError};

use super::Case;
use super::make::{commit, decide, submission};

pub const CASES: &[Case] = &[
    ("a search finds what a scan of the texts finds", equals_a_scan),
    ("each form of a query finds its articles", forms),
    ("a word of the title weighs more", title_first),
    ("a filter narrows what is found", filtered),
    ("an edit is found by its new words alone", edits),
    ("an index can be emptied and made anew", rebuilding),
];

/// The last parts of the addresses of what a query finds, the best first.
fn found(store: &dyn Store, query: &str) -> Vec<String> {
    let found = store.search(&Query::parse(query).unwrap(), &Filter::default(), usize::MAX).unwrap();
    assert_eq!(found.all, Some(found.hits.len()));
    let of = |id: &str| store.article(id).unwrap().unwrap().submission.article.url;
    found.hits.iter().map(|hit| of(&hit.standing.id).rsplit('/').next().unwrap_or_default().to_owned()).collect()
}

fn sorted(mut names: Vec<String>) -> String {
    names.sort();
    names.join(" ")
}

const TEXTS: [(&str, &str); 8] = [
    ("1", "簸箕扬谷，风把糠吹走。\n\n谷子留下来。"),
    ("2", "风车也扬谷。簸\n\n箕"),
    ("3", "用Rust写的簸箕，GPT-4o 不会。"),
    ("4", "用 Rust 写：C++ 与 C# 各有所长；价钱是3.5元。"),
    ("5", "The mill's wheel turned; the miller slept. Trust me."),
    ("6", "The mill, wheel and all, burned down."),
    ("7", "한국어 문장과 ひらがな、𠀀字。"),
    ("8", "箕簸，簸，箕"),
];

fn equals_a_scan(store: &mut dyn Store) {
    commit(store, TEXTS.map(|(name, text)| submission(&format!("https://a.example/{name}"), text)).to_vec());
    // All pieces of one to four characters that neither begin nor end within a word, nor at a space.
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let mut tried = 0;
    for (_, text) in TEXTS {
        let characters: Vec<char> = text.chars().collect();
        for start in 0..characters.len() {
            for length in 1..=4.min(characters.len() - start) {
                let piece = &characters[start..start + length];
                let splits = |at: usize| {
                    at > 0 && at < characters.len() && is_word(characters[at - 1]) && is_word(characters[at])
                };
                let is_asked = !splits(start) && !splits(start + length);
                let (first, last) = (piece[0], piece[length - 1]);
                if !is_asked || first.is_whitespace() || last.is_whitespace() || piece.contains(&'\n') {
                    continue;
                }
                let piece: String = piece.iter().collect();
                tried += 1;
                assert_eq!(sorted(found(store, &format!("\"{piece}\""))), scan(&piece), "{piece}");
            }
        }
    }
    assert!(tried > 250, "{tried}");
}

/// The texts that hold a piece, not within a word.
fn scan(piece: &str) -> String {
    let piece = piece.to_lowercase();
    let joins = |one: Option<char>, other: Option<char>| {
        one.zip(other).is_some_and(|(one, other)| one.is_ascii_alphanumeric() && other.is_ascii_alphanumeric())
    };
    let holds = |text: &str| {
        let text = text.to_lowercase();
        text.match_indices(&piece).any(|(at, _)| {
            let (before, behind) = (text[..at].chars().next_back(), text[at + piece.len()..].chars().next());
            !joins(before, piece.chars().next()) && !joins(piece.chars().next_back(), behind)
        })
    };
    TEXTS.iter().filter(|(_, text)| holds(text)).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}

fn forms(store: &mut dyn Store) {
    commit(store, TEXTS.map(|(name, text)| submission(&format!("https://a.example/{name}"), text)).to_vec());
    for (query, want) in [
        ("簸箕", "1 3"),
        ("簸箕 Rust", "3"),
        ("簸箕 OR Rust", "1 3 4"),
        ("扬谷 -簸箕", "2"),
        ("rust NOT (簸箕 OR 风车)", "4"),
        ("\"the mill\"", "5 6"),
        ("\"mill wheel\"", ""),
        ("mill wheel", "5 6"),
        ("mill*", "5 6"),
        ("trust", "5"),
        ("rust", "3 4"),
        ("NEAR(簸箕 糠, 4)", ""),
        ("NEAR(簸箕 糠, 5)", "1"),
        ("NEAR(mill slept, 10)", "5"),
        ("text:扬谷", "1 2"),
        ("title:扬谷", ""),
        ("C++", "4"),
        ("C#", "4"),
        ("gpt-4o", "3"),
        ("gpt*", "3"),
        ("mill’s", "5"),
        ("3.5元", "4"),
        ("没有这个", ""),
    ] {
        assert_eq!(sorted(found(store, query)), want, "{query}");
    }
}

fn title_first(store: &mut dyn Store) {
    let mut titled = submission("https://a.example/titled", "说的是扬谷的事，别的也说了一些。");
    titled.article.title = "簸箕".into();
    commit(store, vec![submission("https://a.example/said", "簸箕扬谷，簸箕簸箕，说的是扬谷的事。"), titled]);
    assert_eq!(found(store, "簸箕"), ["titled", "said"]);
    assert_eq!(found(store, "title:簸箕"), ["titled"]);
    assert_eq!(found(store, "text:簸箕"), ["said"]);
}

fn filtered(store: &mut dyn Store) {
    let mut other = submission("https://a.example/other", "簸箕扬谷，那边的。");
    other.source_id = "other".into();
    commit(store, vec![submission("https://a.example/one", "簸箕扬谷，这边的。"), other]);
    let query = Query::parse("簸箕").unwrap();
    let filter = Filter { sources: vec!["other".into()], ..Filter::default() };
    let found = store.search(&query, &filter, 10).unwrap();
    assert_eq!((found.hits.len(), found.all), (1, None));
    assert_eq!(found.hits[0].standing.source_id, "other");
    let found = store.search(&query, &Filter::default(), 1).unwrap();
    assert_eq!((found.hits.len(), found.all), (1, Some(2)));
}

fn edits(store: &mut dyn Store) {
    commit(store, vec![submission("https://a.example/1", "簸箕扬谷。")]);
    assert_eq!(found(store, "簸箕"), ["1"]);
    commit(store, vec![submission("https://a.example/1", "风车扬谷。")]);
    assert_eq!((found(store, "簸箕"), found(store, "风车")), (vec![], vec!["1".to_owned()]));
    let mut titled = submission("https://a.example/1", "风车扬谷。");
    titled.article.title = "新题".into();
    commit(store, vec![titled]);
    assert_eq!(found(store, "新题"), ["1"]);
}

fn rebuilding(store: &mut dyn Store) {
    let texts = ["簸箕扬谷。", "风车扬谷。", "簸箕风车。"];
    for (nth, text) in texts.iter().enumerate().take(2) {
        commit(store, vec![submission(&format!("https://a.example/{nth}"), text)]);
    }
    let index = store.search_index().unwrap();
    assert_eq!((index.is_kept, index.articles), (true, 2));
    store.drop_search_index().unwrap();
    let index = store.search_index().unwrap();
    assert_eq!((index.is_kept, index.articles), (false, 0));
    let query = Query::parse("簸箕").unwrap();
    let refused = store.search(&query, &Filter::default(), 1);
    assert!(matches!(refused, Err(StoreError::NoSearchIndex)), "{refused:?}");
    assert!(store.check().unwrap().is_empty());
    // What comes meanwhile is stored as ever.
    let third = Batch { articles: vec![submission("https://a.example/2", texts[2])], ..Batch::default() };
    store.commit(&third, &decide).unwrap();
    let mut told = Vec::new();
    store.rebuild_search_index(&mut |done, all| told.push((done, all))).unwrap();
    assert_eq!(told, [(1, 3), (2, 3), (3, 3)]);
    assert_eq!(sorted(found(store, "簸箕")), "0 2");
    commit(store, vec![submission("https://a.example/3", "簸箕在后。")]);
    assert_eq!(sorted(found(store, "簸箕")), "0 2 3");
}

//! Whatever is committed, a store in memory and one in a file that is opened anew each time decide and hold the same.

use boji::seams::dedup;
use boji::seams::model::Submission;
use boji::seams::store::{Access, Batch, SqliteStore, Store};
use boji_clean::model::{Edge, PageState, Ruling};
use proptest::prelude::*;

use super::make::{at, capture, dump, key, lesson, submission};

/// Two are long enough to be duplicates, one is not, one is none.
const TEXTS: [&str; 4] =
    ["一二三四五六七八九十，一二三四五六七八九十", "甲乙丙丁戊己庚辛壬癸，甲乙丙丁戊己庚辛壬癸", "short", ""];
const WORDINGS: [(Edge, &str); 4] =
    [(Edge::Head, "点击上方"), (Edge::Tail, "点击上方"), (Edge::Tail, "关注我们"), (Edge::Tail, "往期回顾")];
const ACCOUNTS: [&str; 3] = ["甲", "乙", ""];

/// One thing that happens to a store.
#[derive(Clone, Debug)]
enum Step {
    Article { url: u8, text: usize, capture: u8, rules: u8, seconds: i64 },
    Lesson { url: u8, account: usize, seen: Vec<usize> },
    Gone { url: u8, seconds: i64 },
    Rule { ruling: usize, seconds: i64 },
    Unrule { ruling: usize },
}

fn step() -> impl Strategy<Value = Step> {
    let url = || 0..9_u8;
    let article = (url(), 0..TEXTS.len(), 0..3_u8, 0..2_u8, 0..50_i64)
        .prop_map(|(url, text, capture, rules, seconds)| Step::Article { url, text, capture, rules, seconds });
    let seen = prop::collection::vec(0..WORDINGS.len(), 0..5);
    let lesson = (url(), prop::sample::select(vec![0, 0, 0, 0, 1, 2]), seen)
        .prop_map(|(url, account, seen)| Step::Lesson { url, account, seen });
    prop_oneof![
        6 => article,
        4 => lesson,
        1 => (url(), 0..50_i64).prop_map(|(url, seconds)| Step::Gone { url, seconds }),
        1 => (0..3_usize, 0..50_i64).prop_map(|(ruling, seconds)| Step::Rule { ruling, seconds }),
        1 => (0..3_usize).prop_map(|ruling| Step::Unrule { ruling }),
    ]
}

fn url(number: u8) -> String {
    format!("https://a.example/{number}")
}

fn ruling(number: usize) -> Ruling {
    match number {
        0 => Ruling::Block { article: key(&url(1)).id(), key: "关注我们".into() },
        1 => Ruling::Rule { rule: "zh.follow".into(), account: String::new() },
        _ => Ruling::Rule { rule: "zh.follow".into(), account: "甲".into() },
    }
}

fn add(batch: &mut Batch, step: &Step) {
    match step {
        Step::Article { url: number, text, capture: body, rules, seconds } => {
            let (url, text) = (url(*number), TEXTS[*text]);
            let mut article = submission(&url, text);
            if *body > 0 {
                let page = capture(&url, &[*body]);
                article.capture_hash = page.body_hash();
                batch.captures.push(("a".into(), page));
            }
            batch.articles.push(Submission { rules_hash: format!("r{rules}"), fetched_at: at(*seconds), ..article });
        }
        Step::Lesson { url: number, account, seen } => {
            let seen: Vec<_> = seen.iter().map(|wording| WORDINGS[*wording]).collect();
            batch.lessons.push(lesson(&url(*number), ACCOUNTS[*account], &seen));
        }
        Step::Gone { url: number, seconds } => {
            batch.gone.push((key(&url(*number)).id(), PageState::Deleted, at(*seconds)));
        }
        Step::Rule { .. } | Step::Unrule { .. } => {}
    }
}

/// Does the steps as one batch, then the rulings; what the store answered.
fn work(store: &mut dyn Store, steps: &[Step]) -> String {
    let mut batch = Batch::default();
    for step in steps {
        add(&mut batch, step);
    }
    let decisions = store.commit(&batch, &dedup::decide).unwrap();
    let ruled = steps.iter().map(|step| match step {
        Step::Rule { ruling: number, seconds } => store.rule(&ruling(*number), at(*seconds)).unwrap(),
        Step::Unrule { ruling: number } => store.unrule(&ruling(*number)).unwrap(),
        _ => false,
    });
    format!("{decisions:?} {:?}", ruled.collect::<Vec<_>>())
}

/// No duplicate of a duplicate, and none of itself.
fn stands_on_originals(store: &dyn Store) -> bool {
    let dup_of = |id: &str| store.article(id).unwrap().map(|stored| stored.dup_of);
    (0..9)
        .filter_map(|number| dup_of(&key(&url(number)).id()))
        .all(|of| of.is_empty() || dup_of(&of) == Some(String::new()))
}

#[test]
fn both_stores_forget_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut memory = SqliteStore::in_memory().unwrap();
    let mut sqlite = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
    for batch in 0..20_usize {
        let numbers: Vec<usize> = (batch * 5..batch * 5 + 5).collect();
        // Wordings that come back after 1 to 40 articles.
        let seen =
            |number: usize| -> Vec<String> { (1..=40).map(|every| format!("{every}.{}", number / every)).collect() };
        let lessons = numbers.iter().map(|number| {
            let seen = seen(*number);
            let seen: Vec<_> = seen.iter().map(|key| (Edge::Head, key.as_str())).collect();
            lesson(&format!("https://a.example/{number}"), "甲", &seen)
        });
        let articles = numbers.iter().map(|number| submission(&format!("https://a.example/{number}"), ""));
        let batch = Batch { articles: articles.collect(), lessons: lessons.collect(), ..Batch::default() };
        for store in [&mut memory as &mut dyn Store, &mut sqlite] {
            store.commit(&batch, &dedup::decide).unwrap();
        }
        assert_eq!(dump(&memory), dump(&sqlite));
    }
    let forgotten = |key: &str| !dump(&sqlite).contains(&format!("\"{key}\""));
    assert!(forgotten("1.9") && !forgotten("1.99") && !forgotten("40.0"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_store_in_memory_and_one_in_a_file_behave_alike(commits in prop::collection::vec(prop::collection::vec(step(), 1..12), 1..8)) {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = SqliteStore::in_memory().unwrap();
        let mut sqlite = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
        for steps in commits {
            prop_assert_eq!(work(&mut memory, &steps), work(&mut sqlite, &steps));
            sqlite = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
            prop_assert_eq!(dump(&memory), dump(&sqlite));
            prop_assert_eq!(memory.learned().unwrap(), sqlite.learned().unwrap());
            prop_assert_eq!(memory.accounts().unwrap(), sqlite.accounts().unwrap());
            prop_assert!(stands_on_originals(&sqlite));
        }
        prop_assert_eq!(sqlite.check().unwrap(), Vec::<String>::new());
    }
}

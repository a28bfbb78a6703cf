//! Which texts are alike, whatever comes of the articles.

use boji::seams::dedup;
use boji::seams::model::{Decision, DuplicateKind, Submission};
use boji::seams::store::{Batch, Filter, SqliteStore, Store};
use boji_clean::model::{Article, Date};
use proptest::prelude::*;

use super::Case;
use super::make::{at, commit, dump, key, submission, walk};

pub const CASES: &[Case] = &[
    ("a near copy, a digest and a reprint are found", kinds),
    ("they come in any order", any_order),
    ("another text is like other texts", changed_texts),
    ("the heir of an exact duplicate is found by its text", heirs),
    ("what leaves nothing out leaves nothing behind", compared_anew),
];

/// A text of so many letters that shares no run of them with that of another seed.
pub fn tale(seed: u32, letters: u32) -> String {
    let letter = |number: u32| {
        let mixed = (seed * 1_000_003 + number).wrapping_mul(2_654_435_761);
        char::from_u32(0x4e00 + (mixed ^ (mixed >> 15)) % 5_000)
    };
    let letters: Vec<char> = (0..letters).filter_map(letter).collect();
    letters.chunks(80).map(|paragraph| paragraph.iter().collect::<String>() + "。").collect::<Vec<_>>().join("\n\n")
}

fn url(number: u32) -> String {
    format!("https://a.example/{number}")
}

fn id(number: u32) -> String {
    key(&url(number)).id()
}

fn article(number: u32, text: &str) -> Submission {
    let one = submission(&url(number), text);
    let published = Date::day(2024, 5, i8::try_from(number).unwrap_or(28).clamp(1, 28));
    Submission { article: Article { published, ..one.article }, ..one }
}

/// What repeats what, as `1 near 2`, by the numbers of the articles.
fn told(store: &dyn Store) -> Vec<String> {
    let duplicates = store.duplicates().unwrap();
    let number = |wanted: &str| (0..99).find(|number| id(*number) == wanted).unwrap();
    let mut lines: Vec<String> = (0..99)
        .filter_map(|one| duplicates.of(&id(one)).map(|it| format!("{one} {} {}", it.kind, number(&it.of))))
        .collect();
    lines.sort();
    lines
}

fn four_kinds() -> Vec<Submission> {
    let story = tale(1, 900);
    let mut reprint = article(5, &tale(3, 800));
    reprint.article.metadata.copyright = "reprint".into();
    reprint.article.source_name = "another".into();
    vec![
        article(1, &story),
        article(2, &(story.clone() + &tale(2, 60))),
        article(3, &story.replace('。', "！")),
        article(4, &format!("{}\n\n{}", tale(9, 500), tale(3, 800))),
        reprint,
        article(6, &tale(3, 800).replace('。', "；")),
        article(7, &tale(4, 700)),
    ]
}

fn kinds(store: &mut dyn Store) {
    commit(store, four_kinds());
    // The copies of 1 are told by their letters, for this decision knows texts by what stands in them.
    let want = ["2 near 1", "3 near 1", "5 reprint 4", "6 contained 4"];
    assert_eq!(told(store), want);
    let duplicates = store.duplicates().unwrap();
    let of = |number: u32| duplicates.of(&id(number)).unwrap();
    assert_eq!((of(3).score.fraction(), of(3).kind), (1.0, DuplicateKind::Near));
    assert!((0.9..1.0).contains(&of(2).score.fraction()), "{:?}", of(2));
    let without = Filter { without_near_duplicates: true, ..Filter::default() };
    assert_eq!(walk(store, &without), ["1", "4", "7"]);
    assert_eq!(walk(store, &Filter { without_duplicates: true, ..Filter::default() }).len(), 7);
    let alike = store.resemblances(Some(&id(4))).unwrap();
    assert!(alike.iter().all(|pair| pair.first == id(4) && pair.likeness.second_in_first.fraction() > 0.99));
    assert_eq!(alike.len(), 2);
}

fn any_order(store: &mut dyn Store) {
    commit(store, four_kinds());
    let mut backwards = SqliteStore::in_memory().unwrap();
    for submission in four_kinds().into_iter().rev() {
        commit(&mut backwards, vec![submission]);
    }
    assert_eq!(backwards.resemblances(None).unwrap(), store.resemblances(None).unwrap());
    assert_eq!(backwards.duplicates().unwrap(), store.duplicates().unwrap());
}

fn changed_texts(store: &mut dyn Store) {
    let (one, other) = (tale(1, 600), tale(2, 600));
    commit(store, vec![article(1, &one), article(2, &other), article(3, &(one.clone() + "又"))]);
    assert_eq!(told(store), ["3 near 1"]);
    commit(store, vec![article(3, &(other + "又"))]);
    assert_eq!(told(store), ["3 near 2"]);
    commit(store, vec![article(3, "gone")]);
    assert_eq!(told(store), [""; 0]);
}

fn heirs(store: &mut dyn Store) {
    let text = tale(1, 600);
    commit(store, vec![article(1, &text), article(2, &text), article(3, &(text.clone() + "又"))]);
    assert_eq!(told(store), ["2 exact 1", "3 near 1"]);
    commit(store, vec![article(1, &tale(2, 600))]);
    assert_eq!(told(store), ["3 near 2"]);
    assert_eq!(store.resemblances(None).unwrap().len(), 1);
}

fn compared_anew(store: &mut dyn Store) {
    commit(store, four_kinds());
    let before = dump(store);
    assert_eq!(store.compare_anew().unwrap(), 7);
    assert_eq!(dump(store), before);
}

/// One submission: an article, one of few texts, and a time.
fn step() -> impl Strategy<Value = (u32, usize, i64)> {
    (0..6_u32, 0..6_usize, 0..50_i64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_found_step_by_step_is_what_is_found_at_once(commits in prop::collection::vec(prop::collection::vec(step(), 1..6), 1..6)) {
        let (one, other) = (tale(1, 300), tale(2, 300));
        let texts = [one.clone(), one.clone() + "又又", other.clone(), [one, other].concat(), tale(3, 200), "short".into()];
        let mut store = SqliteStore::in_memory().unwrap();
        for (round, steps) in commits.into_iter().enumerate() {
            let submitted = |(number, text, seconds): (u32, usize, i64)| Submission {
                fetched_at: at(seconds),
                capture_hash: String::new(),
                rules_hash: format!("r{round}"),
                ..article(number, &texts[text])
            };
            let batch = Batch { articles: steps.into_iter().map(submitted).collect(), ..Batch::default() };
            // Every second time as if the rules had changed.
            let again = |submission: &Submission, known: &boji::seams::model::Known| match known.same_key {
                Some(_) if round % 2 == 1 => dedup::decide_again(submission, known),
                _ => dedup::decide(submission, known),
            };
            let decisions = store.commit(&batch, &again).unwrap();
            prop_assert!(decisions.iter().all(|decision| *decision != Decision::Refused));
            prop_assert_eq!(store.check().unwrap(), Vec::<String>::new());
            let (dumped, duplicates) = (dump(&store), store.duplicates().unwrap());
            store.compare_anew().unwrap();
            prop_assert_eq!(dump(&store), dumped);
            prop_assert_eq!(store.duplicates().unwrap(), duplicates);
        }
    }
}

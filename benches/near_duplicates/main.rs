//! How many near duplicates are found, how many of those are some, and what it costs: `cargo bench --bench near_duplicates`, with the
//! number of articles behind `--` (100,000 are the second half).

#![expect(clippy::print_stdout, reason = "it prints a table, as benches do")]
#![expect(clippy::disallowed_methods, reason = "it measures the machine's own time")]
#![expect(clippy::unwrap_used, reason = "a bench fails by it")]

mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use boji::seams::dedup::{Letters, Shingles, Sketch, decide};
use boji::seams::model::{Decision, DuplicateKind, Known, Submission};
use boji::seams::store::{Access, Batch, SqliteStore, Store};
use boji_clean::model::{Article, ArticleKey, Date, Timestamp};

use texts::{Numbers, Vocabulary};

/// Articles of the first part, and how many of them are copies or stand in a longer one.
const ARTICLES: usize = 10_000;
const COPIES: usize = 1_000;
const CONTAINED: usize = 300;
/// Articles in one transaction, as an import writes them.
const BATCH: usize = 64;

fn main() {
    let most = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(100_000);
    let mut numbers = Numbers(7);
    let vocabulary = Vocabulary::new(&mut numbers);
    let corpus = Corpus::new(&vocabulary, &mut numbers);
    hash(&corpus.texts);
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
    find(&corpus, &mut store);
    grow(&vocabulary, &mut numbers, &mut store, most, &folder.path().join("boji.db"));
}

/// Articles, and what was planted among them.
struct Corpus {
    texts: Vec<String>,
    /// Original, copy, and their Jaccard index in thousandths.
    copies: Vec<(usize, usize, u16)>,
    /// The one that stands in the other.
    contained: Vec<(usize, usize)>,
}

impl Corpus {
    fn new(vocabulary: &Vocabulary, numbers: &mut Numbers) -> Self {
        let originals = ARTICLES - COPIES - CONTAINED;
        let articles: Vec<Vec<String>> = (0..originals).map(|_| vocabulary.article(numbers)).collect();
        let mut texts: Vec<String> = articles.iter().map(|article| article.join("\n\n")).collect();
        let (mut copies, mut contained) = (Vec::new(), Vec::new());
        while copies.len() < COPIES {
            let original = copies.len();
            let article = &articles[original];
            let (way, rarity) = (original % 3, 6 + numbers.below(40));
            let copy = vocabulary.edited(article, way, rarity, numbers).join("\n\n");
            let likeness = shingles(&texts[original]).compare(&shingles(&copy));
            if (800..=970).contains(&likeness.jaccard.thousandths()) {
                copies.push((original, texts.len(), likeness.jaccard.thousandths()));
                texts.push(copy);
            }
        }
        for (short, article) in articles.iter().enumerate().skip(COPIES).take(CONTAINED) {
            // Other paragraphs round it: from half of its length to four times.
            let mut long = article.clone();
            let more = long.len() / 2 + numbers.below(long.len() * 3);
            let at = numbers.below(more);
            let others: Vec<String> =
                (0..more).map(|_| vocabulary.paragraph(30 + numbers.below(140), numbers)).collect();
            long.splice(0..0, others[..at].iter().cloned());
            long.extend(others[at..].iter().cloned());
            contained.push((short, texts.len()));
            texts.push(long.join("\n\n"));
        }
        Self { texts, copies, contained }
    }
}

fn shingles(text: &str) -> Shingles {
    Shingles::of(&Letters::of(text).unwrap())
}

/// What the hashes alone cost.
fn hash(texts: &[String]) {
    let characters: usize = texts.iter().map(|text| text.chars().count()).sum();
    let per_second = |took: Duration| texts.len() as f64 / took.as_secs_f64();
    let started = Instant::now();
    let letters: Vec<Letters> = texts.iter().filter_map(|text| Letters::of(text)).collect();
    let read = started.elapsed();
    let anchors: usize = letters.iter().map(|letters| Sketch::of(letters).anchors().len()).sum();
    let sketched = started.elapsed();
    println!(
        "{} articles of {} characters, {} anchors each",
        texts.len(),
        characters / texts.len(),
        anchors / texts.len()
    );
    println!("letters {:.0} articles/s, sketches {:.0}/s", per_second(read), per_second(sketched.saturating_sub(read)));
}

/// Stores the corpus and compares what was found with what was planted.
fn find(corpus: &Corpus, store: &mut SqliteStore) {
    let submissions: Vec<Submission> =
        corpus.texts.iter().enumerate().map(|(number, text)| submission(number, text)).collect();
    let ids: BTreeMap<String, usize> =
        submissions.iter().enumerate().map(|(number, one)| (one.article.id(), number)).collect();
    let took = commit(store, &submissions, BATCH);
    let without = {
        let mut bare = SqliteStore::in_memory().unwrap();
        let mut with = SqliteStore::in_memory().unwrap();
        let bare = commit_uncompared(&mut bare, &submissions, BATCH);
        commit(&mut with, &submissions, BATCH).saturating_sub(bare)
    };
    let duplicates = store.duplicates().unwrap();
    let found: BTreeSet<(usize, usize)> = (duplicates.groups().into_iter())
        .flat_map(|(head, members)| members.into_iter().map(move |(id, duplicate)| (head, id, duplicate.kind)))
        .filter(|(_, _, kind)| *kind != DuplicateKind::Contained)
        .map(|(head, id, _)| (ids[head].min(ids[id]), ids[head].max(ids[id])))
        .collect();
    let recall_from = |least: u16| {
        let planted: Vec<_> = corpus.copies.iter().filter(|(_, _, jaccard)| *jaccard >= least).collect();
        let hits = planted.iter().filter(|(one, other, _)| found.contains(&(*one, *other))).count();
        (hits, planted.len())
    };
    let (hits, planted) = recall_from(800);
    let (close, closely_planted) = recall_from(900);
    let right = found.iter().filter(|pair| corpus.copies.iter().any(|(one, other, _)| **pair == (*one, *other)));
    let right = right.count();
    println!(
        "near: {hits} of {planted} found (J >= 0.9: {close} of {closely_planted}), {right} of {} are right",
        found.len()
    );
    let lead = |(short, long): &&(usize, usize)| {
        let id = |number: &usize| ids.iter().find(|(_, it)| *it == number).map(|(id, _)| id.clone()).unwrap();
        duplicates.of(&id(short)).is_some_and(|it| it.of == id(long) && it.kind == DuplicateKind::Contained)
    };
    let hits = corpus.contained.iter().filter(lead).count();
    println!("contained: {hits} of {} found", corpus.contained.len());
    let count = corpus.texts.len() as f64;
    println!(
        "all of a commit: {:.0} articles/s; what is compared of it, in memory: {:.3} ms an article, {:.0} articles/s",
        count / took.as_secs_f64(),
        without.as_secs_f64() * 1_000.0 / count,
        count / without.as_secs_f64()
    );
}

/// What one article costs in a store that grows.
fn grow(vocabulary: &Vocabulary, numbers: &mut Numbers, store: &mut SqliteStore, most: usize, path: &Path) {
    let mut stored = ARTICLES;
    while stored < most {
        let step = 10_000.min(most - stored);
        let texts: Vec<String> = (0..step).map(|_| vocabulary.article(numbers).join("\n\n")).collect();
        let submissions: Vec<Submission> =
            texts.iter().enumerate().map(|(number, text)| submission(stored + number, text)).collect();
        let took = commit(store, &submissions, BATCH);
        stored += step;
        println!("{stored} stored: {:.3} ms an article", took.as_secs_f64() * 1_000.0 / step as f64);
    }
    // One transaction an article, as a run writes them; and the same without a text to compare.
    let mut submissions = |nth: usize| -> Vec<Submission> {
        let texts = (0..1_000).map(|_| vocabulary.article(numbers).join("\n\n"));
        texts.enumerate().map(|(number, text)| submission(stored + nth * 1_000 + number, &text)).collect()
    };
    let [first, second] = [0, 1].map(&mut submissions);
    let with = commit(store, &first, 1).as_secs_f64();
    let bare = commit_uncompared(store, &second, 1).as_secs_f64();
    println!("one by one at {stored}: {with:.3} ms, {bare:.3} ms without a comparison");
    let started = Instant::now();
    let duplicates = store.duplicates().unwrap();
    println!(
        "what repeats what, read: {:.0} ms, {} groups",
        started.elapsed().as_secs_f64() * 1_000.0,
        duplicates.groups().len()
    );
    println!("{} bytes of database", std::fs::metadata(path).unwrap().len());
}

/// Stores articles, so many in a transaction.
fn commit(store: &mut SqliteStore, submissions: &[Submission], at_once: usize) -> Duration {
    commit_as(store, submissions, at_once, &decide)
}

/// As [`commit`], all as duplicates of an article that stands: those alone are not compared, and everything else is done.
fn commit_uncompared(store: &mut SqliteStore, submissions: &[Submission], at_once: usize) -> Duration {
    let original = submission(usize::MAX, "");
    let id = original.article.id();
    commit(store, &[original], 1);
    commit_as(store, submissions, at_once, &|_, _| Decision::Duplicate(id.clone()))
}

fn commit_as(
    store: &mut SqliteStore,
    submissions: &[Submission],
    at_once: usize,
    decide: &dyn Fn(&Submission, &Known) -> Decision,
) -> Duration {
    let batches: Vec<Batch> =
        submissions.chunks(at_once).map(|articles| Batch { articles: articles.to_vec(), ..Batch::default() }).collect();
    let started = Instant::now();
    for batch in &batches {
        store.commit(batch, decide).unwrap();
    }
    started.elapsed()
}

fn submission(number: usize, text: &str) -> Submission {
    let url = format!("https://mill.example/{number}");
    let article = Article {
        title: format!("第{number}篇"),
        published: Date::day(2024, 5, 1),
        url: url.clone(),
        canonical_url: url.clone(),
        text: text.to_owned(),
        ..Article::bare(ArticleKey::Url(url))
    };
    Submission {
        article,
        source_id: "bench".into(),
        capture_hash: String::new(),
        later_captures: Vec::new(),
        fetched_at: Timestamp::from_seconds(1_714_694_400 + number as i64),
        text_key: format!("{number}"),
        simhash: String::new(),
        rules_hash: "r1".into(),
        is_of_feed: false,
    }
}

//! The doubtful verdicts, one after the other; a person's answers are rulings, and a labelled set.

use std::collections::{BTreeMap, VecDeque};

use boji_clean::classifier::probability;
use boji_clean::clean::wordings;
use boji_clean::model::{JudgedBlock, Label, Ruling};
use boji_clean::rules::Rules;
use maud::{Markup, html};
use serde::Serialize;

use super::article::Forms;
use super::content::{self, KeptPictures};
use super::failure::Failure;
use super::frame::{Section, page};
use crate::model::StoredArticle;
use crate::pipeline::{self, Called, Rulings};
use crate::store::{Filter, Store};

/// Doubts that a queue holds: the closest.
const MAX_DOUBTS: usize = 2_000;
/// Articles that are looked through for doubts: the newest.
const MAX_READ: usize = 20_000;
/// Blocks shown before and behind the one that is asked about.
const AROUND: usize = 2;
/// Articles whose answers are compared with the cleaner's.
const MAX_COMPARED: usize = 1_000;

/// A block whose verdict was close.
#[derive(Clone, Debug)]
pub(super) struct Doubt {
    pub article: String,
    /// Its number among the blocks when the queue was made.
    pub place: usize,
    /// The keys of its lines, by which it is found again.
    pub words: Vec<String>,
    /// How far from the limit it was.
    distance: f64,
}

/// What waits for an answer, the closest first, and what had one.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Doubt>,
    answered: Vec<(Doubt, Option<Called>)>,
}

impl Queue {
    /// All doubts of a store. On which somebody ruled before is no doubt.
    pub(super) fn of(store: &dyn Store, rules: &Rules) -> Result<Self, Failure> {
        let mut ids = VecDeque::new();
        store.each_standing(&Filter { without_duplicates: true, ..Filter::default() }, &mut |standing| {
            ids.push_front(standing.id);
            ids.truncate(MAX_READ);
        })?;
        let ruled = store.learned()?.rulings;
        let limits = [
            probability(rules.line_classifier().forest().limit(rules.strictness())),
            probability(rules.box_classifier().forest().limit(rules.strictness())),
        ];
        let mut doubts = Vec::new();
        for id in ids {
            // A damaged article is `status --check`'s.
            let Ok(Some(stored)) = store.article(&id) else { continue };
            let blocks = &stored.submission.article.blocks;
            doubts.extend(blocks.iter().enumerate().filter_map(|(place, judged)| doubt(&id, place, judged, limits)));
            if doubts.len() > 2 * MAX_DOUBTS {
                keep_closest(&mut doubts);
            }
        }
        let is_ruled = |doubt: &Doubt| ruled.iter().any(|ruling| is_on(ruling, &doubt.article, &doubt.words));
        doubts.retain(|doubt| !is_ruled(doubt));
        keep_closest(&mut doubts);
        Ok(Self { waiting: doubts.into(), answered: Vec::new() })
    }

    /// The next.
    pub(super) fn next(&self) -> Option<&Doubt> {
        self.waiting.front()
    }

    /// Takes the next out of the queue when it is this one, with its answer; none when it was skipped.
    pub(super) fn answer(&mut self, article: &str, place: usize, answer: Option<Called>) -> Option<Doubt> {
        let doubt = self.waiting.pop_front_if(|doubt| doubt.article == article && doubt.place == place)?;
        self.answered.push((doubt.clone(), answer));
        Some(doubt)
    }

    /// Puts the last one back, with the answer that it had.
    pub(super) fn take_back(&mut self) -> Option<(Doubt, Option<Called>)> {
        let (doubt, answer) = self.answered.pop()?;
        self.waiting.push_front(doubt.clone());
        Some((doubt, answer))
    }

    /// How many wait, and how many were answered since the queue was made.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.waiting.len(), self.answered.iter().filter(|(_, answer)| answer.is_some()).count())
    }
}

fn keep_closest(doubts: &mut Vec<Doubt>) {
    doubts.sort_by(|one, other| {
        one.distance
            .total_cmp(&other.distance)
            .then_with(|| (&one.article, one.place).cmp(&(&other.article, other.place)))
    });
    doubts.truncate(MAX_DOUBTS);
}

fn doubt(article: &str, place: usize, judged: &JudgedBlock, [lines, boxes]: [f64; 2]) -> Option<Doubt> {
    let share = f64::from(judged.verdict.probability()?);
    let words = wordings(judged);
    if words.is_empty() {
        return None;
    }
    let limit = if judged.verdict.rule.stands_apart() { boxes } else { lines };
    Some(Doubt { article: article.to_owned(), place, words, distance: (share - limit).abs() })
}

/// Whether a ruling is on lines of these keys.
fn is_on(ruling: &Ruling, id: &str, keys: &[String]) -> bool {
    match ruling {
        Ruling::Block { article, key } | Ruling::Boilerplate { article, key } => article == id && keys.contains(key),
        Ruling::Rule { .. } => false,
    }
}

/// The page that asks about a doubt.
pub(super) fn ask(queue: &Queue, stored: Option<&StoredArticle>, forms: Forms<'_>) -> Markup {
    let (waiting, answered) = queue.counts();
    let body = html! {
        h1 { "Is it content, or boilerplate?" }
        p.quiet role="status" { (waiting) " wait, " (answered) " answered. "
            a href="/review/answers" { "Answers and agreement" } " · " a href="/review/labels.jsonl" { "as a labelled set" }
            @if !forms.are_open { " · " strong { "answers are kept by `boji serve --write` alone" } }
        }
        @match (queue.next(), stored) {
            (Some(doubt), Some(stored)) => (question(doubt, stored, forms)),
            _ => p { "Nothing is in doubt any more. " a href="/review?anew=1" { "Look again" } },
        }
        @if answered > 0 && forms.are_open {
            form.buttons method="post" action="/review" {
                input type="hidden" name="key" value=(forms.key);
                button name="answer" value="undo" data-key="u" { "Take the last answer back " kbd { "u" } }
            }
        }
    };
    page("Review", Section::Review, &body)
}

fn question(doubt: &Doubt, stored: &StoredArticle, forms: Forms<'_>) -> Markup {
    let article = &stored.submission.article;
    let judged = article.blocks.get(doubt.place);
    let before = doubt.place.saturating_sub(AROUND)..doubt.place;
    let behind = doubt.place + 1..(doubt.place + 1 + AROUND).min(article.blocks.len());
    let around = |places: std::ops::Range<usize>| article.blocks.get(places).unwrap_or_default();
    let language = (!article.language.is_empty()).then_some(article.language.as_str());
    html! {
        p { a href={ "/article/" (stored.id) "#b" (doubt.place) } lang=[language] { (article.title) } " " span.quiet { bdi { (article.source_name) } } }
        div.article.question lang=[language] {
            @for judged in around(before) { (beside(judged)) }
            @if let Some(judged) = judged {
                div.block.asked #asked tabindex="-1" data-item {
                    (content::block(&judged.block, &KeptPictures::default()))
                    p.note lang="en" {
                        @if judged.verdict.label == Label::Keep { strong { "kept" } } @else { strong { "taken out" } }
                        " · " code { (judged.verdict.rule) } " · " span.reason { (judged.verdict.reason) }
                    }
                }
            }
            @for judged in around(behind) { (beside(judged)) }
        }
        @if forms.are_open {
            form.buttons.answers method="post" action="/review" {
                input type="hidden" name="key" value=(forms.key);
                input type="hidden" name="article" value=(doubt.article);
                input type="hidden" name="place" value=(doubt.place);
                button name="answer" value="content" data-key="y" { "Content " kbd { "y" } }
                button name="answer" value="boilerplate" data-key="n" { "Boilerplate " kbd { "n" } }
                button name="answer" value="skip" data-key="s" { "Skip " kbd { "s" } }
            }
        }
    }
}

fn beside(judged: &JudgedBlock) -> Markup {
    let shown = content::block(&judged.block, &KeptPictures::default());
    html! { div.block.beside { @if judged.verdict.label == Label::Keep { (shown) } @else { del { (shown) } } } }
}

/// A block with what a person called it.
#[derive(Debug)]
struct Answer {
    text: String,
    called: Called,
    /// The category that the cleaner gives it, "other" where it keeps it.
    category: &'static str,
    /// Whether the cleaner says the same by itself; `None` where it does not know the block.
    agrees: Option<bool>,
}

/// Articles with the blocks on which somebody ruled.
type Answers = BTreeMap<String, Vec<Answer>>;

/// The answers of a store, compared with what the cleaner makes of these articles by itself.
fn answers(store: &dyn Store, rules: &Rules) -> Result<Answers, Failure> {
    let rulings = store.learned()?.rulings;
    let mut articles: Vec<&str> = rulings.iter().filter_map(Ruling::article).collect();
    articles.dedup();
    let mut answers = Answers::new();
    for id in articles.into_iter().take(MAX_COMPARED) {
        let Some(stored) = store.article(id)? else { continue };
        let read = pipeline::read_again(store, id, rules, Rulings::LeftOut)?.and_then(|read| read.article);
        let own = read.map(|article| article.blocks).unwrap_or_default();
        for judged in &stored.submission.article.blocks {
            let words = wordings(judged);
            let Some(called) = rulings.iter().find(|ruling| is_on(ruling, id, &words)).and_then(called) else {
                continue;
            };
            let by_itself = own.iter().find(|other| wordings(other) == words).map(|other| &other.verdict);
            let agrees = by_itself.map(|verdict| (verdict.label == Label::Keep) == (called == Called::Content));
            let category = by_itself.map_or("", |verdict| verdict.category_word());
            let category = if category.is_empty() { "other" } else { category };
            answers.entry(id.to_owned()).or_default().push(Answer {
                text: judged.block.text(),
                called,
                category,
                agrees,
            });
        }
    }
    Ok(answers)
}

fn called(ruling: &Ruling) -> Option<Called> {
    match ruling {
        Ruling::Block { .. } => Some(Called::Content),
        Ruling::Boilerplate { .. } => Some(Called::Boilerplate),
        Ruling::Rule { .. } => None,
    }
}

/// The page with all answers, and how often the cleaner says the same.
pub(super) fn answered(store: &dyn Store, rules: &Rules) -> Result<Markup, Failure> {
    let answers = answers(store, rules)?;
    let known: Vec<bool> = answers.values().flatten().filter_map(|answer| answer.agrees).collect();
    let agreed = known.iter().filter(|agrees| **agrees).count();
    let body = html! {
        h1 { "Answers" }
        p role="status" {
            @if known.is_empty() { "Nobody has answered yet." }
            @else { "The cleaner by itself says the same of " (agreed) " of " (known.len()) " blocks (" (100 * agreed / known.len()) " %). The blocks that are asked about are those of which it is least sure." }
        }
        p { a href="/review" { "Go on" } " · " a href="/review/labels.jsonl" { "The answers as a labelled set" } }
        div.wide { table {
            thead { tr { th scope="col" { "block" } th scope="col" { "a person" } th scope="col" { "the cleaner" } th scope="col" { "article" } } }
            tbody {
                @for (id, answers) in &answers {
                    @for answer in answers {
                        tr {
                            th scope="row" { bdi { (answer.text.chars().take(80).collect::<String>()) } }
                            td { @if answer.called == Called::Content { "content" } @else { "boilerplate" } }
                            td { @match answer.agrees { Some(true) => "the same", Some(false) => strong { "otherwise" }, None => "unknown" } }
                            td { a href={ "/article/" (id) } { (id.chars().take(12).collect::<String>()) } }
                        }
                    }
                }
            }
        } }
    };
    Ok(page("Answers", Section::Review, &body))
}

/// A row of a labelled set: a page with labelled blocks, each (text, `k` or `d`, category).
#[derive(Serialize)]
struct Labelled<'a> {
    id: &'a str,
    state: &'static str,
    blocks: Vec<(&'a str, &'static str, &'a str)>,
    meta: BTreeMap<&'static str, String>,
}

/// The answers as a labelled set, a line an article: of each the blocks that were answered alone.
pub(super) fn labels(store: &dyn Store, rules: &Rules) -> Result<String, Failure> {
    let mut lines = String::new();
    for (id, answers) in &answers(store, rules)? {
        let label = |answer: &'_ Answer| match answer.called {
            Called::Content => "k",
            Called::Boilerplate => "d",
        };
        let blocks = answers.iter().map(|answer| {
            let category = if answer.called == Called::Content { "" } else { answer.category };
            (answer.text.as_str(), label(answer), category)
        });
        let row = Labelled { id, state: "article", blocks: blocks.collect(), meta: BTreeMap::new() };
        lines.push_str(&serde_json::to_string(&row).unwrap_or_default());
        lines.push('\n');
    }
    Ok(lines)
}

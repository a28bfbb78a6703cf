use super::features::Seen;
use super::little::Little;
use crate::classifier::{LOG_ODD, PageClassifier, probability};
use crate::model::{Facts, PageState};
use crate::rules::Rules;
use crate::rules::words::{Listed, Shown};

/// Odds from which on a page is what the table's words say of it: a quarter. They are one witness, the rest of the page is the
/// other.
const AGREED: i32 = -LOG_ODD * 11 / 10;

/// How sure it is that a page is what it was taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Certainty {
    /// A mark tells it that no article has, or the platform itself.
    #[default]
    Sure,
    /// It has such words, and a classifier would think so too.
    Agreed,
    /// A classifier thinks so.
    Guessed,
}

/// A page that shows little, as the classifier sees it.
#[derive(Debug)]
pub struct PageRow {
    /// Its title, and behind it the lines that it shows.
    pub lines: Vec<String>,
    /// In the order of [`super::PAGE_FEATURES`].
    pub features: Vec<f32>,
}

/// What a page is that shows little, and what says so; `None` for an article. `bytes` are those of the page, `facts` what it says
/// of its article.
pub(in crate::clean) fn state(little: &Little, bytes: &[u8], facts: &Facts, rules: &Rules) -> Option<Told> {
    let told = |state, certainty, evidence| Some(Told { state, certainty, evidence });
    match listed(little, bytes, rules) {
        Some(Listed { state, evidence, is_sure }) if is_sure || little.is_body => {
            told(state, Certainty::Sure, evidence)
        }
        Some(Listed { state, evidence, .. }) if little.is_script => told(state, Certainty::Agreed, evidence),
        None if little.is_script => told(PageState::Blocked, Certainty::Guessed, "nothing but a script".to_owned()),
        None if little.is_body => None,
        listed => learned(little, facts, listed, rules),
    }
}

/// What a page is instead of an article.
#[derive(Debug)]
pub(in crate::clean) struct Told {
    pub state: PageState,
    pub certainty: Certainty,
    /// What says so.
    pub evidence: String,
}

/// What the table says.
fn listed(little: &Little, bytes: &[u8], rules: &Rules) -> Option<Listed> {
    let (bytes, title): (&[u8], &str) = if little.is_body { (&[], "") } else { (bytes, &little.title) };
    let linked = little.links.concat();
    let shown = Shown { bytes, title, text: &little.text, linked: &linked, is_marked: little.is_marked };
    rules.words().states.of(shown)
}

/// What the classifier makes of a page, and how sure it is. `listed` is what the table makes of words that others may use too.
fn learned(little: &Little, facts: &Facts, listed: Option<Listed>, rules: &Rules) -> Option<Told> {
    let classifier = rules.page_classifier();
    let forest = classifier.forest();
    let features = Seen::of(little, facts, &rules.words().states, &scores(little, classifier)).features();
    let odds = forest.odds(&features);
    if let Some(Listed { state, evidence, .. }) = listed
        && odds >= AGREED
    {
        return Some(Told { state, certainty: Certainty::Agreed, evidence });
    }
    if odds < forest.limit(rules.strictness()) {
        return None;
    }
    let state = classifier.state(little.with_title())?;
    let why = forest.why(&features, group);
    let why: Vec<&str> = why.into_iter().filter(|(_, odds)| *odds > 0).take(3).map(|(group, _)| group).collect();
    let evidence = format!("judge.page: {:.2}: {}", probability(odds), why.join(", "));
    Some(Told { state, certainty: Certainty::Guessed, evidence })
}

/// The page as the classifier sees it. `scores`, where there are as many as it asks for, stand for those of the dictionary.
pub(in crate::clean) fn row(little: &Little, facts: &Facts, rules: &Rules, scores: &[f32]) -> PageRow {
    let own = self::scores(little, rules.page_classifier());
    let scores = if scores.len() == own.len() { scores } else { &own };
    let features = Seen::of(little, facts, &rules.words().states, scores).features();
    PageRow { lines: little.with_title().map(str::to_owned).collect(), features }
}

/// The scores of the page, of its title and of each line.
fn scores(little: &Little, classifier: &PageClassifier) -> Vec<f32> {
    let of_lines = little.with_title().map(|line| classifier.score(line));
    std::iter::once(classifier.page_score(little.with_title())).chain(of_lines).collect()
}

/// Of what a feature speaks.
fn group(feature: &str) -> &'static str {
    match feature.split('.').next().unwrap_or_default() {
        "says" => "how it speaks",
        "known" | "spoken" => "wordings of such pages",
        "is" | "has" => "no mark of an article",
        "forms" | "passwords" | "inputs" | "buttons" => "something to fill in",
        _ => "how little it shows",
    }
}

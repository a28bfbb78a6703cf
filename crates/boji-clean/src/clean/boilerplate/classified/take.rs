use super::super::evidence::{Evidence, Memory};
use super::super::unit::{HEADING_CHARS, Unit};
use super::super::zones::Zones;
use super::lines::{Lines, worded};
use super::reasons::reasons;
use crate::classifier::{Forest, LineClassifier, Strictness, probability};
use crate::model::{Category, Facts, Origin, RuleId};
use crate::rules::Rules;

/// Share of the open characters of an article, in hundredths, that may go by classification alone. Beyond it the article is
/// of a kind that the classifier does not know.
const MOST_PERCENT: usize = 75;

/// Units above a line whose kind of boilerplate it may share.
const NEAR: usize = 3;

/// How strongly the words of a line must speak for a kind of boilerplate to be believed before its neighbours are.
const SURE_OF_KIND: i32 = 64;

/// Whether lines of articles of an origin are classified: those of WeChat's, from which the weights were learned.
pub(in crate::clean) fn is_classified(origin: Origin) -> bool {
    origin == Origin::Wechat
}

/// Takes the lines that no rule knows and that are all but certain to be boilerplate.
pub(in crate::clean::boilerplate) fn take(
    units: &mut [Unit],
    evidence: &[Evidence<'_>],
    zones: Zones,
    facts: &Facts,
    rules: &Rules,
    memory: Option<Memory<'_>>,
) {
    let classifier = rules.line_classifier();
    let forest = classifier.forest();
    let (limit, sure) = (forest.limit(rules.strictness()), forest.limit(Strictness::Keep));
    // Of a line that no setting would take nothing is said.
    let told = limit.min(forest.limit(Strictness::Strict));
    let scores = classifier.scores(worded(units).map(|(_, unit)| unit.text.as_str()));
    let lines = Lines::new(units, evidence, zones, facts, memory, &scores);
    let mut features = Vec::new();
    let own: Vec<(usize, &Unit)> = worded(units).collect();
    let mut odds = vec![None; own.len()];
    for (nth, ((at, unit), odds)) in own.iter().zip(&mut odds).enumerate() {
        let stays = evidence.get(*at).is_some_and(|evidence| evidence.is_of_another_work);
        if unit.is_open() && !stays && !lines.is_quiet(nth) {
            lines.features(nth, &mut features);
            *odds = forest.odds_at_least(&features, told);
        }
    }
    // Who set a quotation before his text chose it: it goes only when that is certain.
    let least = |unit: &Unit| if unit.block.quote > 0 { sure.max(limit) } else { limit };
    let goes = |((_, unit), odds): (&(usize, &Unit), &Option<i32>)| odds.is_some_and(|odds| odds >= least(unit));
    let going: Vec<bool> = own.iter().zip(&odds).map(goes).collect();
    let stays = |nth: Option<usize>| {
        nth.is_some_and(|nth| going.get(nth) == Some(&false) && own.get(nth).is_some_and(|(_, unit)| unit.is_open()))
    };
    let mut doubted = Vec::new();
    let (mut open, mut gone) = (0, 0);
    for (nth, (((at, unit), odds), goes)) in own.iter().zip(odds).zip(&going).enumerate() {
        open += if unit.is_open() { unit.chars } else { 0 };
        let Some(odds) = odds else { continue };
        // What may head the text under it goes only when that is certain.
        let heads = unit.is_heading() || unit.chars < HEADING_CHARS;
        let amid = || stays(nth.checked_sub(1)) && stays(Some(nth + 1));
        let goes = *goes && (odds >= sure || !heads || !amid());
        gone += if goes { unit.chars } else { 0 };
        lines.features(nth, &mut features);
        let why = format!("{:.2}: {}", probability(odds), reasons(classifier, unit, &features));
        doubted.push(Doubted { at: *at, odds, goes, why });
    }
    let is_unknown = gone * 100 > open * MOST_PERCENT;
    for Doubted { at, odds, goes, why } in doubted {
        let kind = kind(units, at, classifier);
        let Some(unit) = units.get_mut(at) else { continue };
        if goes && !is_unknown {
            let stays = stays_at(forest, odds);
            unit.drop(kind, RuleId::judge("wechat", kind), format!("{why}{stays}"));
        } else {
            unit.doubt = format!("{why}{}", goes_at(forest, odds, limit));
        }
    }
}

/// A line that may be boilerplate, by how much, and whether it goes.
struct Doubted {
    at: usize,
    odds: i32,
    goes: bool,
    why: String,
}

/// The strictest setting that would leave a line, for people; "" where each takes it.
fn stays_at(forest: &Forest, odds: i32) -> String {
    let leaves = |strictness: &&Strictness| odds < forest.limit(**strictness);
    let strictest = [Strictness::Balanced, Strictness::Keep].iter().find(leaves);
    strictest.map_or_else(String::new, |strictness| format!("; `{strictness}` leaves it"))
}

/// The mildest setting that would take a line that stays, for people.
fn goes_at(forest: &Forest, odds: i32, limit: i32) -> String {
    let takes = |strictness: &&Strictness| odds >= forest.limit(**strictness);
    match [Strictness::Keep, Strictness::Balanced, Strictness::Strict].iter().find(takes) {
        Some(mildest) if odds < limit => format!("; `{mildest}` drops it"),
        _ => "; left for its place".to_owned(),
    }
}

/// The kind of boilerplate that a line is most like: by its words, or as what goes above it.
fn kind(units: &[Unit], at: usize, classifier: &LineClassifier) -> Category {
    let own = units.get(at).and_then(|unit| classifier.kind(&unit.text));
    if let Some((kind, _)) = own.filter(|(_, strength)| *strength >= SURE_OF_KIND) {
        return kind;
    }
    let mut above = units.iter().take(at).rev().take(NEAR);
    let near = above.find_map(|unit| unit.verdict.as_ref().and_then(|verdict| verdict.category));
    near.or(own.map(|(kind, _)| kind)).unwrap_or(Category::Template)
}

use super::evidence::{Evidence, INLINE};
use super::unit::{BlockPlace, Shape, Unit};
use super::zones::Zones;
use crate::model::{BlockKind, BuiltinRule, Category, Label, RuleId, Verdict};
use crate::rules::{Form, Rules};

/// Rounds in which verdicts may spread to neighbours.
const ROUNDS: usize = 4;

/// Words that may stand unexplained between two dropped blocks and go with them, in folded characters.
const SANDWICH: usize = 44;

/// The same behind the last words of the article, where a footer's sales talk is longer.
const FOOTER_SANDWICH: usize = 200;

/// Pieces of a cut prompt: their number, the length of each, the length of all.
const MAX_PIECES: usize = 6;
const PIECE_CHARS: usize = 24;
const PROMPT_CHARS: usize = 70;

/// Prompts that were cut over lines: short neighbours are read as one line.
pub(super) fn pieces(units: &mut [Unit], zones: Zones, rules: &Rules) {
    let mut at = 0;
    while at < units.len() {
        at = match window(units, at, zones, rules) {
            Some((end, verdict)) => {
                for unit in units.iter_mut().take(end).skip(at).filter(|unit| unit.is_open()) {
                    unit.verdict = Some(verdict.clone());
                }
                end
            }
            None => at + 1,
        };
    }
}

fn window(units: &[Unit], at: usize, zones: Zones, rules: &Rules) -> Option<(usize, Verdict)> {
    let place = zones.place(at);
    if place == BlockPlace::Body {
        return None;
    }
    let mut joined = String::new();
    let mut total = 0;
    for (nth, unit) in units.iter().enumerate().skip(at).take(MAX_PIECES) {
        let piece = unit.shape == Shape::Words && unit.is_open() && unit.chars <= PIECE_CHARS && !unit.is_heading();
        total += unit.chars;
        if !piece || total > PROMPT_CHARS {
            return None;
        }
        joined.push_str(&unit.folded);
        if nth == at {
            continue;
        }
        let evidence = Evidence { rules: rules.matching(&joined), ..Evidence::default() };
        if let Some(rule) = evidence
            .rule_at(place)
            .filter(|rule| rule.label == Label::Drop && rule.form != Form::Contains && !rule.linked)
        {
            let verdict = Verdict::by(Label::Drop, rule.category(), rule.id().clone(), "cut over lines");
            return Some((nth + 1, verdict));
        }
    }
    None
}

/// Lets verdicts spread: weak rules, the account's name, what lies between dropped blocks, numbers and headings of
/// dropped sections, pictures.
pub(super) fn spread(units: &mut [Unit], evidence: &[Evidence], zones: Zones) {
    let nearest = Nearest::find(units);
    for _ in 0..ROUNDS {
        let before = units.iter().filter(|unit| unit.is_open()).count();
        weak(units, &nearest, evidence, zones);
        between(units, &nearest, zones);
        headings(units, evidence, zones);
        if units.iter().filter(|unit| unit.is_open()).count() == before {
            break;
        }
    }
    blanks(units, &nearest, zones);
}

/// For each unit the nearest one with words or code before and behind it. Found once, for a page can hold thousands of
/// ornaments in a row.
pub(super) struct Nearest {
    before: Vec<Option<usize>>,
    behind: Vec<Option<usize>>,
}

impl Nearest {
    pub(super) fn find(units: &[Unit]) -> Self {
        let mut behind = last_seen(units.iter().enumerate().rev());
        behind.reverse();
        Self { before: last_seen(units.iter().enumerate()), behind }
    }

    pub(super) fn unit<'u>(&self, units: &'u [Unit], at: usize, forward: bool) -> Option<&'u Unit> {
        let side = if forward { &self.behind } else { &self.before };
        side.get(at).copied().flatten().and_then(|at| units.get(at))
    }
}

/// For each unit the last one with words or code that was passed on the way to it.
fn last_seen<'u>(units: impl Iterator<Item = (usize, &'u Unit)>) -> Vec<Option<usize>> {
    let mut last = None;
    units.map(|(at, unit)| if unit.is_neutral() { last } else { last.replace(at) }).collect()
}

fn weak(units: &mut [Unit], nearest: &Nearest, evidence: &[Evidence], zones: Zones) {
    for at in 0..units.len() {
        let (Some(unit), Some(found)) = (units.get(at), evidence.get(at)) else { continue };
        let place = zones.place(at);
        if !unit.is_open() || place == BlockPlace::Body {
            continue;
        }
        let (category, rule, reason) = match found.weak_at(place) {
            Some(rule) => (rule.category(), rule.id().clone(), rule.reason.as_str()),
            None if found.account => {
                (Category::SelfIntro, RuleId::from(BuiltinRule::ShapeAccount), "the account's own name")
            }
            None if unit.only_wechat_links => {
                (Category::BackIssues, RuleId::from(BuiltinRule::ShapeLinks), "a bare link to an article")
            }
            None => continue,
        };
        let judged = |forward| nearest.unit(units, at, forward).is_some_and(|unit| !unit.is_open());
        let list_of_two = unit.only_wechat_links
            && place == BlockPlace::Tail
            && [true, false]
                .into_iter()
                .any(|forward| nearest.unit(units, at, forward).is_some_and(|unit| unit.only_wechat_links));
        if (judged(true) || judged(false) || list_of_two)
            && let Some(unit) = units.get_mut(at)
        {
            unit.drop(category, rule, reason);
        }
    }
}

/// Fewest characters of a sentence that is prose.
const SENTENCE: usize = 20;

/// Short unexplained runs between two dropped blocks of a zone, or between one and the end of the article.
fn between(units: &mut [Unit], nearest: &Nearest, zones: Zones) {
    let anchor = units.iter().position(is_anchor).unwrap_or(units.len());
    let mut at = 0;
    while at < units.len() {
        if !units.get(at).is_some_and(|unit| unit.is_open() && !unit.is_neutral()) {
            at += 1;
            continue;
        }
        let mut end = at;
        let place = zones.place(at);
        let (mut chars, mut solid, mut section) = (0, false, false);
        while let Some(unit) = units.get(end).filter(|unit| unit.is_open() || unit.is_neutral()) {
            if unit.shape == Shape::Words {
                chars += unit.chars;
            }
            let begins = unit.is_number() || unit.is_heading() || (place == BlockPlace::Head && unit.is_neutral());
            solid |= unit.shape == Shape::Solid;
            section |= begins;
            end += 1;
        }
        let last = nearest.unit(units, end.saturating_sub(1), true).is_none();
        let before = nearest.unit(units, at, false).is_some_and(is_footer);
        let after = units.get(end).is_some_and(is_footer);
        let footer = place == BlockPlace::Tail && anchor < at;
        let limit = match (footer, last) {
            _ if place == BlockPlace::Head => SANDWICH / 2,
            (true, false) => FOOTER_SANDWICH,
            (false, false) => SANDWICH,
            (_, true) => SANDWICH / 2,
        };
        // Prose between two groups of links, behind which the article goes on, is its own.
        let is_prose = |unit: &Unit| unit.is_open() && unit.is_sentence() && unit.chars >= SENTENCE;
        let holds_prose = units.get(at..end).is_some_and(|run| run.iter().any(is_prose));
        let is_inside = holds_prose && units.get(end..).is_some_and(|rest| rest.iter().any(is_prose));
        let is_near = place != BlockPlace::Body && before && (after || last) && !is_inside;
        if is_near && !solid && (footer || !section) && chars <= limit {
            for unit in units.iter_mut().take(end).skip(at).filter(|unit| unit.is_open() && !unit.is_neutral()) {
                unit.drop(Category::Template, BuiltinRule::ShapeBetween, "between dropped blocks");
            }
        }
        at = end.max(at + 1);
    }
}

/// Dropped as a piece of what stands round an article.
fn is_footer(unit: &Unit) -> bool {
    let category = unit.verdict.as_ref().and_then(|verdict| verdict.category);
    unit.is_dropped() && category.is_none_or(|category| !INLINE.contains(&category))
}

/// A block behind which nothing of the article comes: the heading of the back issues, or an END mark.
fn is_anchor(unit: &Unit) -> bool {
    unit.verdict.as_ref().is_some_and(|verdict| {
        verdict.label == Label::Drop && (verdict.category == Some(Category::BackIssues) || verdict.rule.is_end_mark())
    })
}

/// A heading goes with its section when all of it went; so does the number before it.
fn headings(units: &mut [Unit], evidence: &[Evidence], zones: Zones) {
    let mut behind = Behind::default();
    for at in (0..units.len()).rev() {
        let Some(unit) = units.get(at) else { continue };
        let whole = match unit.block.kind {
            _ if !unit.is_open() || unit.shape != Shape::Words => false,
            BlockKind::Heading(level) => behind.section_dropped(level),
            _ => unit.is_number() && numbers_dropped(units, evidence, zones, at),
        };
        let labelled = evidence.get(at).is_some_and(|found| !found.credits.is_empty());
        if let Some(unit) = units.get_mut(at) {
            if whole && !labelled {
                unit.drop(Category::Template, BuiltinRule::ShapeHeading, "its whole section is dropped");
            }
            behind.pass(at, unit);
        }
    }
}

/// Whether a number stands before what went: in a footer before anything, else before a heading.
fn numbers_dropped(units: &[Unit], evidence: &[Evidence], zones: Zones, at: usize) -> bool {
    let next = units.iter().enumerate().skip(at + 1).find(|(_, unit)| !unit.is_neutral());
    next.is_some_and(|(nth, unit)| {
        let heads = || evidence.get(nth).is_some_and(|found| found.heading_at(zones.place(nth)).is_some());
        unit.is_dropped() && (zones.place(at) == BlockPlace::Tail || (zones.place(nth) == BlockPlace::Tail && heads()))
    })
}

/// What comes next behind a unit, for one who walks from the end of the article to its start: a heading need not look
/// through its section again, of which there can be thousands.
#[derive(Default)]
struct Behind {
    /// Words that went as a footer does, and words or code that did not go.
    dropped: Option<usize>,
    kept: Option<usize>,
    /// A picture not judged.
    picture: Option<usize>,
    /// An open heading of each level.
    headings: [Option<usize>; 7],
}

impl Behind {
    fn pass(&mut self, at: usize, unit: &Unit) {
        if let BlockKind::Heading(level) = unit.block.kind
            && unit.is_open()
            && let Some(heading) = self.headings.get_mut(usize::from(level))
        {
            *heading = Some(at);
        }
        if unit.shape == Shape::Picture && unit.is_open() {
            self.picture = Some(at);
        }
        if !unit.is_neutral() && !unit.is_dropped() {
            self.kept = Some(at);
        } else if !unit.is_neutral() && is_footer(unit) {
            self.dropped = Some(at);
        }
    }

    /// Whether all words up to the next heading of this level or a higher one went, no picture before the first of them.
    fn section_dropped(&self, level: u8) -> bool {
        let end = self.headings.iter().take(usize::from(level) + 1).flatten().min().copied().unwrap_or(usize::MAX);
        let first = self.dropped.filter(|dropped| *dropped < end);
        first.is_some_and(|first| {
            let before = |at: Option<usize>, limit: usize| at.is_some_and(|at| at < limit);
            !before(self.kept, end) && !before(self.picture, first)
        })
    }
}

/// Ornaments go everywhere; pictures and rules go when both sides went, or one side and the article's end.
fn blanks(units: &mut [Unit], nearest: &Nearest, zones: Zones) {
    for at in 0..units.len() {
        let Some(unit) = units.get(at).filter(|unit| unit.is_open() && unit.is_neutral()) else { continue };
        let gone = |forward| nearest.unit(units, at, forward).is_none_or(Unit::is_dropped);
        let surrounded = gone(true) && gone(false) && zones.place(at) != BlockPlace::Body;
        let ornament = unit.shape == Shape::Blank && unit.block.kind != BlockKind::Rule;
        let (rule, reason) = match unit.shape {
            Shape::Picture => (BuiltinRule::ShapePicture, "a picture among dropped blocks"),
            _ => (BuiltinRule::ShapeOrnament, "no words"),
        };
        if (surrounded || ornament)
            && let Some(unit) = units.get_mut(at)
        {
            unit.drop(Category::Decoration, rule, reason);
        }
    }
}

use super::evidence::Evidence;
use super::fields::Fields;
use super::memory::Memory;
use super::place::Place;
use super::unit::{self, Shape, Unit};
use super::zones::Zones;
use super::{captions, cards, flags, fused, gather, learned, neighbours, sections};
use crate::clean::blocks::{Apart, Written};
use crate::clean::lesson::{wording_key, wordings};
use crate::model::{BuiltinRule, Category, Facts, JudgedBlock, Label, Verdict};
use crate::rules::{MetaField, Rule, Rules};
use crate::text::fold;

/// Kept share of the letters below which a post counts as one advertisement.
const PROMOTION_SHARE: f64 = 0.2;

/// Bare links that can be what a post is about.
const LIST_OF_LINKS: usize = 5;

/// All blocks with their verdicts, and what they say about the article.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The blocks in page order; a block of several lines may have been parted.
    pub blocks: Vec<JudgedBlock>,
    /// What the metadata blocks say.
    pub fields: Fields,
    /// `promotion` when the whole post is an advertisement, `recruiting`, `digest`.
    pub flags: Vec<String>,
}

/// Judges the blocks of one article. Every block comes back, with a verdict that names its rule, those set aside as
/// furniture among them; kept blocks are in normal form, the others as written.
pub fn judge(written: impl Into<Written>, facts: &Facts, rules: &Rules, memory: Option<Memory<'_>>) -> Judged {
    let Written { blocks, apart } = written.into();
    let mut units = fused::cut(captions::part(unit::split(blocks), rules), rules);
    let evidence = gather::gather(&units, facts, rules, memory);
    let zones = Zones::find(&units, &evidence);
    cards::take(&mut units);
    by_wording(&mut units, &evidence, zones);
    sections::take(&mut units, &evidence, zones);
    neighbours::pieces(&mut units, zones, rules);
    neighbours::spread(&mut units, &evidence, zones);
    if let Some(memory) = memory {
        learned::take(&mut units, &evidence, zones, memory.account, |units| {
            neighbours::spread(units, &evidence, zones);
        });
        by_ruling(&mut units, memory);
    }
    if is_list_of_links(&units) {
        units.iter_mut().filter(|unit| is_bare_link(unit)).for_each(|unit| unit.verdict = Some(Verdict::keep()));
    }
    let mut flags = Vec::new();
    if is_promotion(&units) {
        flags.push("promotion".to_owned());
        restore(&mut units);
    }
    let fields = fields(&units, &evidence, rules);
    let apart = apart.into_iter().map(|it| (it.at, set_aside(it, memory))).collect();
    let blocks = unit::join(units, apart);
    flags.extend(flags::flags(&blocks, facts.title.as_deref().unwrap_or_default(), rules.recruiting()));
    Judged { blocks, fields, flags }
}

/// A block of furniture with its verdict, or with what a person decided over it.
fn set_aside(apart: Apart, memory: Option<Memory<'_>>) -> JudgedBlock {
    let verdict = apart.furniture.verdict();
    let judged = JudgedBlock { block: apart.block, verdict };
    let Some(memory) = memory else { return judged };
    let mut kept = memory.learned.kept(memory.article_id).peekable();
    let named = kept.peek().is_some() && {
        let words = wordings(&judged);
        kept.any(|key| words.iter().any(|word| word == key))
    };
    let rule = match () {
        () if named => BuiltinRule::RulingBlock,
        () if memory.rests(&judged.verdict.rule) => BuiltinRule::RulingRule,
        () => return judged,
    };
    JudgedBlock { verdict: Verdict::kept_by(rule), ..judged }
}

/// Verdicts that a block's own words give.
fn by_wording(units: &mut [Unit], evidence: &[Evidence], zones: Zones) {
    let cited = sections::first_cited(units);
    // A text that is all title is the article.
    let only = units.iter().filter(|unit| unit.shape != Shape::Blank && unit.shape != Shape::Picture).nth(1).is_none();
    for at in 0..units.len() {
        let place = zones.place(at);
        let Some(found) = evidence.get(at) else { continue };
        let verdict = match found.rule_at(place) {
            _ if !units.get(at).is_some_and(Unit::is_open) => continue,
            _ if place == Place::Head && found.repeats_title && !only => {
                Verdict::by(Label::Meta, Category::Title, BuiltinRule::ShapeTitle, "the title again")
            }
            _ if place != Place::Body && (!found.credits.is_empty() || found.continues_credits) => {
                let reason = "names a part in making the article";
                Verdict::by(Label::Meta, Category::Credits, BuiltinRule::ShapeCredits, reason)
            }
            Some(rule) if rule.field == Some(MetaField::References) => {
                if sections::references(units, at, cited, rule) {
                    continue;
                }
                match found.no_reference_at(place) {
                    Some(rule) => verdict_of(rule),
                    None => continue,
                }
            }
            Some(rule) => verdict_of(rule),
            None if place == Place::Tail && units.get(at).is_some_and(Unit::is_cut_line) => {
                Verdict::by(Label::Drop, Category::Decoration, BuiltinRule::ShapeCut, "a line across the page")
            }
            None => continue,
        };
        if let Some(unit) = units.get_mut(at) {
            unit.verdict = Some(verdict);
        }
    }
}

fn verdict_of(rule: &Rule) -> Verdict {
    Verdict::by(rule.label, rule.category(), rule.id().clone(), rule.reason.clone())
}

/// What a person decided goes over every rule. A person names lines as they are shown: with the pieces of a line that
/// share a verdict in one.
fn by_ruling(units: &mut [Unit], memory: Memory<'_>) {
    let kept: Vec<&str> = memory.learned.kept(memory.article_id).collect();
    let mut rest = units;
    while let Some(verdict) = rest.first().map(|unit| unit.verdict.clone()) {
        let pieces = 1 + rest.iter().skip(1).take_while(|unit| unit.seam && unit.verdict == verdict).count();
        let (line, behind) = rest.split_at_mut(pieces);
        rest = behind;
        let Some(verdict) = verdict.filter(|verdict| verdict.label != Label::Keep) else { continue };
        let rests = memory.rests(&verdict.rule);
        let whole = names(&kept, line);
        for unit in line {
            let rule = match () {
                () if whole || names(&kept, std::slice::from_ref(unit)) => BuiltinRule::RulingBlock,
                () if rests => BuiltinRule::RulingRule,
                () => continue,
            };
            unit.verdict = Some(Verdict::kept_by(rule));
        }
    }
}

/// Whether a line of these pieces, joined, is among the wordings that a person called content.
fn names(kept: &[&str], pieces: &[Unit]) -> bool {
    if kept.is_empty() {
        return false;
    }
    let text: String = pieces.iter().map(|unit| unit.text.as_str()).collect();
    let mut keys = text.split('\n').filter_map(|line| wording_key(&fold(line)));
    keys.any(|key| kept.contains(&key.as_str()))
}

/// A post that is mostly a list of links to its account's articles: the month in review. Then the list is the subject.
fn is_list_of_links(units: &[Unit]) -> bool {
    let listed: usize = units.iter().filter(|unit| is_bare_link(unit)).map(|unit| unit.chars).sum();
    let kept: usize = units.iter().filter(|unit| unit.is_open()).map(|unit| unit.chars).sum();
    listed > kept && units.iter().filter(|unit| is_bare_link(unit)).count() >= LIST_OF_LINKS
}

/// Dropped for being nothing but a link, under no heading that names back issues.
fn is_bare_link(unit: &Unit) -> bool {
    unit.verdict.as_ref().is_some_and(|verdict| verdict.rule == BuiltinRule::ShapeLinks)
}

fn is_promotion(units: &[Unit]) -> bool {
    let chars = |wanted: &dyn Fn(&Unit) -> bool| -> usize {
        units.iter().filter(|unit| wanted(unit)).map(|unit| unit.chars).sum()
    };
    let kept = chars(&Unit::is_open);
    let sold = chars(&|unit| sells(unit));
    sold > 0 && (kept as f64) < PROMOTION_SHARE * (kept + sold) as f64
}

/// Whether a unit is dropped that is the article itself when there is no other: what is sold, or a form to fill in.
fn sells(unit: &Unit) -> bool {
    let sold = |category| gather::SALES.contains(&category) || category == Category::Template;
    unit.verdict.as_ref().is_some_and(|verdict| verdict.label == Label::Drop && verdict.category.is_some_and(sold))
}

fn restore(units: &mut [Unit]) {
    for unit in units.iter_mut().filter(|unit| sells(unit)) {
        unit.verdict = Some(Verdict::keep());
    }
}

fn fields(units: &[Unit], evidence: &[Evidence], rules: &Rules) -> Fields {
    let mut fields = Fields::default();
    for (unit, found) in units.iter().zip(evidence) {
        let Some(verdict) = unit.verdict.as_ref().filter(|verdict| verdict.label == Label::Meta) else { continue };
        if verdict.category == Some(Category::Credits) {
            fields.credit(&found.credits, rules);
            continue;
        }
        let rule = rules.all().iter().find(|rule| *rule.id() == verdict.rule);
        if let Some(field) = rule.and_then(|rule| rule.field) {
            fields.take(field, unit);
        }
    }
    fields
}

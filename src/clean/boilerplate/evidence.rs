use super::credits::{self, Credit};
use super::links;
use super::unit::{Shape, Unit};
use crate::config::{Form, Rule, Rules, Zone, fold};
use crate::model::{Facts, Label};

/// The part of an article in which a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Head,
    Body,
    Tail,
}

/// What wording says about one unit, wherever it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence<'r> {
    pub rules: Vec<&'r Rule>,
    pub credits: Vec<Credit>,
    /// The title again, or the account's line under it.
    pub repeats_title: bool,
    /// The account's name and nothing else.
    pub account: bool,
}

/// Gathers the evidence of all units.
pub(super) fn gather<'r>(units: &[Unit], facts: &Facts, rules: &'r Rules) -> Vec<Evidence<'r>> {
    let title = facts.title.as_deref().map(fold).unwrap_or_default();
    let account = facts.account.as_deref().map(fold).unwrap_or_default();
    units
        .iter()
        .map(|unit| {
            if unit.shape != Shape::Words {
                return Evidence::default();
            }
            let mut found = rules.matching(&unit.folded);
            found.retain(|rule| rule.field != "references" || links::is_list_line(unit));
            let name_line = !account.is_empty() && is_name_line(unit, &account);
            Evidence {
                rules: found,
                credits: credits::parse(&unit.text, rules.roles(), facts.account.as_deref().unwrap_or_default()),
                repeats_title: !title.is_empty() && unit.folded == title,
                account: name_line,
            }
        })
        .collect()
}

/// The account's name, alone or with its id in brackets.
fn is_name_line(unit: &Unit, account: &str) -> bool {
    const ID_CHARS: usize = 16;
    let extra = unit.chars.saturating_sub(account.chars().count());
    unit.folded.contains(account) && extra <= ID_CHARS && !unit.is_sentence()
}

impl<'r> Evidence<'r> {
    /// The rule that decides at a place; headings are left to their sections. Chaff goes before metadata.
    pub fn rule_at(&self, place: Place) -> Option<&'r Rule> {
        let speaks = |rule: &&&Rule| !rule.weak && rule.form != Form::Heading && allows(rule, place);
        let drop = self.rules.iter().filter(speaks).find(|rule| rule.label == Label::Drop);
        drop.or_else(|| self.rules.iter().find(speaks)).copied()
    }

    /// The heading rule that speaks at a place.
    pub fn heading_at(&self, place: Place) -> Option<&'r Rule> {
        self.rules.iter().find(|rule| rule.form == Form::Heading && allows(rule, place)).copied()
    }

    /// The weak rule that speaks at a place, given a neighbour.
    pub fn weak_at(&self, place: Place) -> Option<&'r Rule> {
        self.rules.iter().find(|rule| rule.weak && allows(rule, place)).copied()
    }

    /// Whether a zone may grow over the unit.
    pub fn is_chaff(&self, place: Place) -> bool {
        self.rule_at(place).is_some()
            || self.heading_at(place).is_some()
            || !self.credits.is_empty()
            || (place == Place::Head && self.repeats_title)
    }
}

fn allows(rule: &Rule, place: Place) -> bool {
    match rule.zone {
        Zone::Any => true,
        Zone::Edge => place != Place::Body,
        Zone::Head => place == Place::Head,
        Zone::Tail => place == Place::Tail,
    }
}

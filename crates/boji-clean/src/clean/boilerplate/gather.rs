use std::collections::{BTreeSet, HashSet};

use super::credits::{self, Credit};
use super::evidence::{Evidence, KnownLine, Memory};
use super::unit::{BlockPlace, Shape, Unit};
use super::{credit_lines, quotations, zones};
use crate::model::{ArticleKind, BlockKind, Category, Facts, LearnedBlock};
use crate::rules::{MetaField, Rule, Rules};
use crate::text::fold;

/// Categories of what is sold.
pub(super) const SALES: [Category; 3] = [Category::Commerce, Category::Group, Category::Contact];

/// Those of them that are the subject of a post whose title offers something.
const OFFERS: [Category; 2] = [Category::Commerce, Category::Group];

/// Most characters of a first line that is a heading of its own.
const FIRST_LINE: usize = 30;

/// Gathers the evidence of all units. Away from both ends, where no zone can reach, only the rules that speak anywhere
/// are asked: most of an article is text, and most rules are not about it.
pub(super) fn gather<'r>(
    units: &[Unit],
    facts: &Facts,
    rules: &'r Rules,
    memory: Option<Memory<'r>>,
) -> Vec<Evidence<'r>> {
    let mut reader = Reader::new(facts, rules, memory);
    // Some announce in the first line of the text what the title does not say.
    let first = units.iter().find(|unit| unit.shape == Shape::Words).filter(|unit| unit.chars <= FIRST_LINE);
    reader.cited = quotations::cited(units);
    reader.announces |= first.is_some_and(|unit| rules.announces(&unit.folded));
    let mut found: Vec<Option<Evidence>> = vec![None; units.len()];
    for place in [BlockPlace::Head, BlockPlace::Tail] {
        let mut plain = 0;
        for nth in 0..units.len() {
            let at = if place == BlockPlace::Head { nth } else { units.len() - 1 - nth };
            let (Some(unit), Some(slot)) = (units.get(at), found.get_mut(at)) else { break };
            let evidence = slot.get_or_insert_with(|| reader.near_an_end(unit));
            plain = if zones::carries(unit, evidence, place) { 0 } else { plain + zones::weight(unit) };
            if plain > OUT_OF_REACH {
                break;
            }
        }
    }
    let mut found: Vec<Evidence> =
        found.into_iter().zip(units).map(|(found, unit)| found.unwrap_or_else(|| reader.within(unit))).collect();
    keep_own_lines(units, &mut found);
    join_cut_credits(units, &mut found, rules);
    credit_lines::read_together(units, &reader.title, &mut found, rules);
    sign_again(units, facts, &mut found);
    found
}

/// Plain words behind the last boilerplate after which no zone grows on, in folded characters: well above the gaps that
/// zones bridge.
const OUT_OF_REACH: usize = 600;

/// What an article says about itself, as evidence needs it.
struct Reader<'a, 'r> {
    rules: &'r Rules,
    memory: Option<Memory<'r>>,
    learned: Vec<&'r LearnedBlock>,
    title: String,
    account: &'a str,
    authors: &'a [String],
    folded_account: String,
    /// A share of a picture or a short text: a person speaks.
    share: bool,
    /// The post is about an offer by its title.
    offers: bool,
    /// The post announces something by its title: whom to ask is part of it.
    announces: bool,
    /// Numbers of the sources that the text cites.
    cited: BTreeSet<u16>,
}

impl<'a, 'r> Reader<'a, 'r> {
    fn new(facts: &'a Facts, rules: &'r Rules, memory: Option<Memory<'r>>) -> Self {
        let title = facts.title.as_deref().map(fold).unwrap_or_default();
        let account = facts.account.as_deref().unwrap_or_default();
        let share = matches!(facts.kind, Some(ArticleKind::Text | ArticleKind::Picture));
        let (offers, announces) = (rules.offers(&title), rules.announces(&title));
        // An account that announces something over and over repeats what the post is about.
        let learned = memory.filter(|_| !offers).map(|memory| memory.blocks()).unwrap_or_default();
        Self {
            rules,
            memory,
            learned,
            title,
            account,
            authors: &facts.authors,
            folded_account: fold(account),
            share,
            offers,
            announces,
            cited: BTreeSet::new(),
        }
    }

    fn near_an_end(&self, unit: &Unit) -> Evidence<'r> {
        if unit.shape != Shape::Words {
            return Evidence::default();
        }
        Evidence {
            rules: self.fitting(unit, self.rules.matching(&unit.folded)),
            credits: self.credits(unit),
            continues_credits: false,
            is_of_another_work: false,
            repeats_title: !self.share && self.repeats_title(unit),
            account: !self.folded_account.is_empty() && is_name_line(unit, &self.folded_account),
            known: KnownLine::of(unit, &self.learned),
        }
    }

    /// Whether a line is the title again; that of the page may have a kicker before it.
    fn repeats_title(&self, unit: &Unit) -> bool {
        let with_kicker = || unit.folded.ends_with(&self.title) && self.title.len() * 2 > unit.folded.len();
        !self.title.is_empty()
            && (unit.folded == self.title || (unit.block.kind == BlockKind::Heading(1) && with_kicker()))
    }

    /// What a line of credits says: roles with names, or the author's name known from elsewhere, perhaps with the day.
    fn credits(&self, unit: &Unit) -> Vec<Credit> {
        let credits = credits::parse(&unit.text, self.rules, self.account);
        if !credits.is_empty() || unit.is_heading() || unit.chars > BYLINE {
            return credits;
        }
        let signs = |name: &&String| {
            let name = fold(name);
            let leads = self.rules.credits().bylines.iter().map(String::as_str).chain([""]);
            let rest = leads.into_iter().find_map(|by| unit.folded.strip_prefix(by)?.strip_prefix(name.as_str()));
            name.chars().count() >= NAME && rest.is_some_and(|rest| rest.is_empty() || is_day(rest))
        };
        let author = self.authors.iter().find(signs);
        author.map(|name| vec![("author".to_owned(), vec![name.clone()])]).unwrap_or_default()
    }

    fn within(&self, unit: &Unit) -> Evidence<'r> {
        if unit.shape != Shape::Words {
            return Evidence::default();
        }
        Evidence { rules: self.fitting(unit, self.rules.matching_anywhere(&unit.folded)), ..Evidence::default() }
    }

    /// The rules that mean this kind of block in this kind of post. 图片 as a heading is a heading; what a person
    /// offers in a share, or a post in its title, is what it is about, and so is whom to ask in an announcement.
    fn fitting(&self, unit: &Unit, mut rules: Vec<&'r Rule>) -> Vec<&'r Rule> {
        rules.retain(|rule| self.memory.is_none_or(|memory| !memory.rests(rule.id())));
        rules.retain(|rule| rule.field != Some(MetaField::References) || unit.is_list_line());
        rules.retain(|rule| !(unit.is_heading() && rule.category() == Category::Decoration));
        rules.retain(|rule| rule.category() != Category::Advertisement || unit.block.kind == BlockKind::Paragraph);
        let told = unit.is_heading() || unit.text.ends_with(['!', '?', '…']);
        rules.retain(|rule| !(told && rule.category() == Category::PhotoCredit));
        rules.retain(|rule| !rule.linked || unit.is_linked());
        rules.retain(|rule| !(self.share && SALES.contains(&rule.category())));
        rules.retain(|rule| !(self.offers && OFFERS.contains(&rule.category())));
        if quotations::is_entry(unit, &self.cited) {
            rules.retain(|rule| rule.field == Some(MetaField::References));
        }
        rules.retain(|rule| !(self.announces && rule.category() == Category::Contact));
        rules
    }
}

/// A day as bylines give it behind the name: `march52024`.
fn is_day(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 && text.len() <= DAY && text.ends_with(|c: char| c.is_ascii_digit())
}

/// Longest day, in bytes.
const DAY: usize = 24;

/// Shortest author's name that a line is searched for, and longest byline, in folded characters.
const NAME: usize = 5;
const BYLINE: usize = 70;

/// A credited name once more behind a short label (某站ID：甲), and the address of its page below.
fn sign_again(units: &[Unit], facts: &Facts, found: &mut [Evidence]) {
    let credited = found.iter().flat_map(|evidence| &evidence.credits).flat_map(|(_, names)| names);
    let names: HashSet<String> = credited.chain(&facts.authors).cloned().collect();
    for (at, unit) in units.iter().enumerate() {
        let Some((label, name)) = unit.text.split_once([':', '：']) else { continue };
        let name = name.trim();
        if label.chars().count() > SIGN_LABEL || !names.contains(name) {
            continue;
        }
        if let Some(evidence) = found.get_mut(at).filter(|evidence| evidence.credits.is_empty()) {
            evidence.credits = vec![(label.trim().to_owned(), vec![name.to_owned()])];
        }
        let page = units.get(at + 1).is_some_and(|next| next.is_address_line() && !next.wechat_link);
        if let Some(evidence) = found.get_mut(at + 1).filter(|_| page) {
            evidence.continues_credits = true;
        }
    }
}

/// Lines of the text that are called as it is: a poem is titled by one of its lines, and a refrain says it again. The title
/// again is a heading, a line by itself before all others, or one that stands over a sentence of prose.
fn keep_own_lines<'u>(units: &'u [Unit], found: &mut [Evidence]) {
    let mut leads = true;
    for (at, unit) in units.iter().enumerate() {
        let Some(evidence) = found.get_mut(at).filter(|_| !unit.is_neutral()) else { continue };
        if evidence.repeats_title && !unit.is_heading() {
            let beside = |other: Option<&'u Unit>| other.filter(|other| other.source == unit.source);
            let before = beside(at.checked_sub(1).and_then(|before| units.get(before)));
            let behind = beside(units.get(at + 1));
            let stands_over = |prose: &Unit| prose.chars > MAX_VERSE && prose.is_sentence();
            let is_plain = unit.block.kind == BlockKind::Paragraph && unit.block.quote == 0 && unit.block.items == 0;
            evidence.repeats_title = is_plain && before.is_none() && behind.map_or(leads, stands_over);
        }
        leads &= evidence.is_boilerplate(BlockPlace::Head) || unit.is_number();
    }
}

/// Longest line of verse, in folded characters.
const MAX_VERSE: usize = 40;

/// Longest label before a name that is credited elsewhere.
const SIGN_LABEL: usize = 8;

/// A role whose names were cut off to the next lines of the same block: 题图： / Some / Name.
fn join_cut_credits(units: &[Unit], found: &mut [Evidence], rules: &Rules) {
    for (at, unit) in units.iter().enumerate() {
        if unit.shape != Shape::Words || !unit.text.ends_with([':', '：']) {
            continue;
        }
        let names: Vec<&str> = units
            .iter()
            .skip(at + 1)
            .take(CUT_NAMES)
            .take_while(|name| name.source == unit.source && name.shape == Shape::Words && name.chars <= CUT_CHARS)
            .map(|name| name.text.as_str())
            .collect();
        let credits = credits::parse(&format!("{}{}", unit.text, names.join(" ")), rules, "");
        if names.is_empty() || credits.is_empty() {
            continue;
        }
        for evidence in found.iter_mut().skip(at + 1).take(names.len()) {
            evidence.continues_credits = true;
        }
        if let Some(evidence) = found.get_mut(at) {
            evidence.credits = credits;
        }
    }
}

/// Lines over which a name may be cut, and the length of each in folded characters.
const CUT_NAMES: usize = 3;
const CUT_CHARS: usize = 10;

/// The account's name, alone or with its id in brackets.
fn is_name_line(unit: &Unit, account: &str) -> bool {
    const ID_CHARS: usize = 16;
    let extra = unit.chars.saturating_sub(account.chars().count());
    unit.folded.contains(account) && extra <= ID_CHARS && !unit.is_sentence()
}

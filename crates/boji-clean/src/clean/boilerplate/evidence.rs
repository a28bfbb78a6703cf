use super::credits::Credit;
use super::unit::{BlockPlace, HEADING_CHARS, Shape, Unit};
use crate::clean::lesson::wording_key;
use crate::model::{Category, Edge, Label, Learned, LearnedBlock, RuleId};
use crate::rules::{Form, MetaField, Rule, Zone};

/// Categories of what stands by itself, between paragraphs as well as behind them: it tells nothing of its neighbours.
pub(super) const INLINE: [Category; 4] =
    [Category::Advertisement, Category::AuthorNote, Category::PhotoCredit, Category::Related];

/// What wording says about one unit, wherever it stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Evidence<'r> {
    pub rules: Vec<&'r Rule>,
    pub credits: Vec<Credit>,
    /// The title again, or the account's line under it.
    pub repeats_title: bool,
    /// A name that belongs to the role on a line before it, from which it was cut.
    pub continues_credits: bool,
    /// Among lines that tell of another work: a book, a film, a letter.
    pub is_of_another_work: bool,
    /// The account's name and nothing else.
    pub account: bool,
    /// The account repeats it at an end of its articles.
    pub known: KnownLine<'r>,
}

impl<'r> Evidence<'r> {
    /// The rule that decides at a place; headings are left to their sections. What is dropped goes before metadata.
    pub(super) fn rule_at(&self, place: BlockPlace) -> Option<&'r Rule> {
        let speaks = |rule: &&&Rule| !rule.weak && rule.form != Form::Heading && allows(rule, place);
        let drop = self.rules.iter().filter(speaks).find(|rule| rule.label == Label::Drop);
        drop.or_else(|| self.rules.iter().find(speaks)).copied()
    }

    /// A metadata rule that decides at a place when a list of references turned out to be none.
    pub(super) fn no_reference_at(&self, place: BlockPlace) -> Option<&'r Rule> {
        let speaks = |rule: &&&Rule| !rule.weak && rule.form != Form::Heading && allows(rule, place);
        self.rules.iter().filter(speaks).find(|rule| rule.field != Some(MetaField::References)).copied()
    }

    /// The first heading rule that speaks at a place.
    pub(super) fn heading_at(&self, place: BlockPlace) -> Option<&'r Rule> {
        self.headings_at(place).next()
    }

    /// The heading rules that speak at a place.
    pub(super) fn headings_at(&self, place: BlockPlace) -> impl Iterator<Item = &'r Rule> {
        self.rules.iter().copied().filter(move |rule| rule.form == Form::Heading && allows(rule, place))
    }

    /// Boilerplate of a kind that tells nothing of where the text begins or ends.
    pub(super) fn is_inline(&self, place: BlockPlace) -> bool {
        self.rule_at(place).or_else(|| self.heading_at(place)).is_some_and(|rule| INLINE.contains(&rule.category()))
    }

    /// The weak rule that speaks at a place, given a neighbour.
    pub(super) fn weak_at(&self, place: BlockPlace) -> Option<&'r Rule> {
        self.rules.iter().find(|rule| rule.weak && allows(rule, place)).copied()
    }

    /// Whether its words are a prompt somewhere, if not here.
    pub(super) fn is_cue(&self) -> bool {
        self.account || self.rules.iter().any(|rule| rule.label == Label::Drop)
    }

    /// Whether its words state something about the article.
    pub(super) fn is_statement(&self) -> bool {
        !self.credits.is_empty() || self.rules.iter().any(|rule| rule.label == Label::Meta)
    }

    /// Whether a zone may grow over the unit because its account repeats it there. A line that may be a heading is no
    /// reason.
    pub(super) fn is_repeated(&self, unit: &Unit, place: BlockPlace) -> bool {
        self.known.at(place).is_some() && (unit.chars >= HEADING_CHARS || self.is_cue())
    }

    /// Whether a zone may grow over the unit because of its own words.
    pub(super) fn is_boilerplate(&self, place: BlockPlace) -> bool {
        self.rule_at(place).is_some()
            || self.heading_at(place).is_some()
            || !self.credits.is_empty()
            || self.continues_credits
            || (place == BlockPlace::Head && self.repeats_title)
    }
}

fn allows(rule: &Rule, place: BlockPlace) -> bool {
    match rule.zone {
        Zone::Any => true,
        Zone::Edge => place != BlockPlace::Body,
        Zone::Head => place == BlockPlace::Head,
        Zone::Tail => place == BlockPlace::Tail,
    }
}

/// Letters below which a line says too little to be known again.
const LEAST_LETTERS: usize = 4;

/// What is remembered of the account whose article is judged.
#[derive(Clone, Copy, Debug)]
pub struct Memory<'a> {
    /// Everything learned.
    pub learned: &'a Learned,
    /// The account's name.
    pub account: &'a str,
    /// The article's id, "" when it is not known yet.
    pub article_id: &'a str,
}

impl<'a> Memory<'a> {
    /// The learned blocks that speak: of this account, not at rest by a ruling.
    pub(super) fn blocks(&self) -> Vec<&'a LearnedBlock> {
        let profile = self.learned.profile(self.account);
        let blocks = profile.map(|profile| profile.blocks.as_slice()).unwrap_or_default();
        blocks.iter().filter(|block| !self.rests(&block.rule(self.account))).collect()
    }

    /// Whether a ruling lets a rule rest for this account.
    pub(super) fn rests(&self, rule: &RuleId) -> bool {
        self.learned.rests(rule, self.account)
    }
}

/// The learned wordings that a unit's words are, at either end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct KnownLine<'a> {
    head: Option<&'a LearnedBlock>,
    tail: Option<&'a LearnedBlock>,
}

impl<'a> KnownLine<'a> {
    /// Looks a unit up among the learned blocks.
    pub(super) fn of(unit: &Unit, blocks: &[&'a LearnedBlock]) -> Self {
        let letters = || unit.folded.chars().filter(|c| c.is_alphabetic()).count();
        if blocks.is_empty() || unit.shape != Shape::Words || letters() < LEAST_LETTERS {
            return Self::default();
        }
        let Some(key) = wording_key(&unit.folded) else { return Self::default() };
        let at = |edge| blocks.iter().find(|block| block.edge == edge && block.key == key).copied();
        Self { head: at(Edge::Head), tail: at(Edge::Tail) }
    }

    /// Whether the account repeats the unit's words anywhere.
    pub(super) fn is_some(self) -> bool {
        self.head.is_some() || self.tail.is_some()
    }

    pub(super) fn at(self, place: BlockPlace) -> Option<&'a LearnedBlock> {
        match place {
            BlockPlace::Head => self.head,
            BlockPlace::Tail => self.tail,
            BlockPlace::Body => None,
        }
    }
}

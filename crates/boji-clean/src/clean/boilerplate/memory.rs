use super::place::Place;
use super::unit::{Shape, Unit};
use crate::clean::lesson::wording_key;
use crate::model::{Edge, Learned, LearnedBlock, RuleId};

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
pub(super) struct Known<'a> {
    head: Option<&'a LearnedBlock>,
    tail: Option<&'a LearnedBlock>,
}

impl<'a> Known<'a> {
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

    pub(super) fn at(self, place: Place) -> Option<&'a LearnedBlock> {
        match place {
            Place::Head => self.head,
            Place::Tail => self.tail,
            Place::Body => None,
        }
    }
}

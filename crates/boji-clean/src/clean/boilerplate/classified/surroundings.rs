use super::super::unit::{Shape, Unit};
use crate::model::Label;

/// Most units to a picture or card that are counted.
pub(super) const FAR_PICTURE: usize = 30;

/// What a unit of any shape is, for its neighbours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Beside {
    pub(super) wordless: bool,
    pub(super) verdict: u8,
    pub(super) picture: bool,
    pub(super) card: bool,
    pub(super) solid: bool,
    pub(super) wechat_links: u16,
    pub(super) other_links: u16,
    /// Units to the nearest picture and card, before and behind.
    pub(super) picture_before: usize,
    pub(super) picture_behind: usize,
    pub(super) card_before: usize,
    pub(super) card_behind: usize,
}

impl Beside {
    /// What each unit is for its neighbours.
    pub(super) fn all(units: &[Unit]) -> Vec<Self> {
        let one = |unit: &Unit| {
            let mut found = Beside {
                wordless: unit.is_neutral(),
                verdict: verdict(unit),
                picture: unit.block.images().next().is_some(),
                solid: unit.shape == Shape::Solid,
                ..Beside::default()
            };
            for (_, href) in unit.block.links() {
                found.card |= href.starts_with("wechat-card:");
            }
            let links = unit.block.links().filter(|(_, href)| href.starts_with("http")).count() as u16;
            match () {
                () if unit.only_wechat_links || unit.wechat_link && !unit.other_link => found.wechat_links = links,
                () if unit.wechat_link => (found.wechat_links, found.other_links) = (1, links.saturating_sub(1)),
                () => found.other_links = links,
            }
            found
        };
        let mut all: Vec<Beside> = units.iter().map(one).collect();
        let (mut picture, mut card) = (FAR_PICTURE, FAR_PICTURE);
        for it in &mut all {
            (it.picture_before, it.card_before) = (picture, card);
            picture = if it.picture { 1 } else { (picture + 1).min(FAR_PICTURE) };
            card = if it.card { 1 } else { (card + 1).min(FAR_PICTURE) };
        }
        (picture, card) = (FAR_PICTURE, FAR_PICTURE);
        for it in all.iter_mut().rev() {
            (it.picture_behind, it.card_behind) = (picture, card);
            picture = if it.picture { 1 } else { (picture + 1).min(FAR_PICTURE) };
            card = if it.card { 1 } else { (card + 1).min(FAR_PICTURE) };
        }
        all
    }
}

/// A unit's verdict so far: 0 open, 1 metadata, 2 dropped.
pub(super) fn verdict(unit: &Unit) -> u8 {
    match unit.verdict.as_ref().map(|verdict| verdict.label) {
        Some(Label::Meta) => 1,
        Some(Label::Drop) => 2,
        Some(Label::Keep) | None => 0,
    }
}

//! How far the article reaches: its root, the lead that stands before it, and what stands beside it.

use std::collections::HashMap;

use ego_tree::NodeId;

use super::beside::parts;
use super::ground::Ground;
use super::lead::leads;
use super::measure::{Measures, Tag};
use crate::clean::blocks::AsideReason;

/// The elements that make the article.
#[derive(Debug)]
pub(super) struct Extent {
    /// The lowest element that holds all of them.
    pub top: usize,
    /// The elements between the title and the root that are its lead.
    pub leads: Vec<usize>,
    /// The elements beside the root that belong to it.
    pub parts: Vec<usize>,
    /// All of them, the root too, in reading order and none inside of another.
    whole: Vec<usize>,
}

impl Extent {
    /// What belongs to a root that was found on the way down from `start`.
    pub(super) fn of(ground: &Ground<'_>, start: usize, root: usize) -> Self {
        let leads = leads(ground, root);
        let parts = parts(ground, start, root);
        let mut whole: Vec<usize> = leads.iter().chain(&parts).copied().chain([root]).collect();
        whole.sort_unstable();
        let mut end = 0;
        whole.retain(|index| {
            let stands_alone = *index >= end;
            end = ground.measures.get(*index).map_or(end, |measure| measure.end).max(end);
            stands_alone
        });
        let top = whole.iter().fold(root, |top, index| ground.common(top, *index));
        Self { top, leads, parts, whole }
    }

    /// Sets aside what stands between the elements of the article.
    pub(super) fn exclude_rest(&self, measures: &Measures, set_aside: &mut HashMap<NodeId, AsideReason>) {
        let end = measures.get(self.top).map_or(0, |measure| measure.end);
        let mut wanted = self.whole.iter().copied().peekable();
        let mut index = self.top + 1;
        while let Some(measure) = measures.get(index).filter(|_| index < end && self.whole.len() > 1) {
            while wanted.next_if(|wanted| *wanted < index).is_some() {}
            if wanted.peek() == Some(&index) {
                index = measure.end;
            } else if wanted.peek().is_some_and(|wanted| *wanted < measure.end) {
                index += 1;
            } else {
                let is_title = measure.tag == Tag::Title;
                set_aside.insert(measure.id, if is_title { AsideReason::Title } else { AsideReason::Between });
                index = measure.end;
            }
        }
    }
}

use std::collections::HashMap;

use ego_tree::NodeId;

use super::ground::Ground;
use super::measure::{Measures, Tag};
use crate::clean::blocks::AsideReason;
use crate::rules::words::Hint;

/// How many elements above the body a lead is looked for.
const MAX_LEVELS: usize = 12;
/// The same where no title is found.
const MAX_NEAR: usize = 3;
/// Most elements of a lead.
const MAX_LEADS: usize = 16;
/// Least and most text of a lead, in weighted characters.
const MIN_LEAD: u32 = 40;
const MAX_LEAD: u32 = 3000;
/// Least text of a paragraph without a name between title and body.
const MIN_PLAIN: u32 = 80;

/// The lead of an article whose title and body stand apart: news systems set it beside the title.
#[derive(Debug)]
pub(super) struct Lead {
    /// The element that holds lead and body.
    pub top: usize,
    /// The lead's elements and the body, in reading order.
    wanted: Vec<usize>,
}

impl Lead {
    /// Looks between the title and the body. Without a title before the body, only a named lead counts.
    pub(super) fn find(ground: &Ground<'_>, root: usize) -> Self {
        let measures = ground.measures;
        let alone = Self { top: root, wanted: vec![root] };
        let end = measures.get(root).map_or(0, |measure| measure.end);
        if (root..end).any(|index| is_title(measures, index)) {
            return alone;
        }
        let mut at = root;
        let mut title = None;
        let mut near = root;
        for level in 0..MAX_LEVELS {
            let Some(parent) = measures.get(at).map(|measure| measure.parent).filter(|parent| *parent != at) else {
                break;
            };
            title = (parent..at).rev().find(|index| is_title(measures, *index));
            at = parent;
            near = if level < MAX_NEAR { parent } else { near };
            if title.is_some() {
                break;
            }
        }
        let mut wanted = match title.and_then(|title| measures.get(title)) {
            Some(title) => between(ground, title.end, root, true),
            None => between(ground, near + 1, root, false),
        };
        let Some(first) = wanted.first().copied() else { return alone };
        wanted.push(root);
        Self { top: ground.common(first, root), wanted }
    }

    /// The elements of the lead.
    pub(super) fn leads(&self) -> impl Iterator<Item = usize> {
        self.wanted.iter().copied().take(self.wanted.len().saturating_sub(1))
    }

    /// Sets aside what stands between the lead and the body.
    pub(super) fn exclude_rest(&self, measures: &Measures, set_aside: &mut HashMap<NodeId, AsideReason>) {
        let end = measures.get(self.top).map_or(0, |measure| measure.end);
        let mut index = self.top + 1;
        while let Some(measure) = measures.get(index).filter(|_| index < end && self.wanted.len() > 1) {
            if self.wanted.contains(&index) {
                index = measure.end;
            } else if self.wanted.iter().any(|wanted| (index..measure.end).contains(wanted)) {
                index += 1;
            } else {
                let is_title = measure.tag == Tag::Title;
                set_aside.insert(measure.id, if is_title { AsideReason::Title } else { AsideReason::Between });
                index = measure.end;
            }
        }
    }
}

/// A title that a reader sees.
fn is_title(measures: &Measures, index: usize) -> bool {
    measures.get(index).is_some_and(|measure| measure.tag == Tag::Title && !measure.silent && measure.text > 0)
}

/// The elements between two places that are the lead; those without a name only behind a title.
fn between(ground: &Ground<'_>, from: usize, to: usize, behind_title: bool) -> Vec<usize> {
    let mut found = Vec::new();
    let mut index = from;
    while let Some(measure) = ground.measures.get(index).filter(|_| index < to && found.len() < MAX_LEADS) {
        let holds_body = measure.end > to;
        if !holds_body && (ground.is_page_chrome(index) || measure.text == 0) {
            index = measure.end;
            continue;
        }
        let fits = (MIN_LEAD..=MAX_LEAD).contains(&measure.text) && measure.links * 4 <= measure.text;
        let named = measure.hint == Hint::Lead && measure.linked_headings == 0;
        let body = behind_title && measure.hint == Hint::Body && measure.prose > 0;
        let plain = behind_title && measure.tag == Tag::Paragraph && measure.prose >= MIN_PLAIN && measure.links == 0;
        if !holds_body && fits && (named || body || plain) {
            found.push(index);
            index = measure.end;
        } else {
            index += 1;
        }
    }
    found
}

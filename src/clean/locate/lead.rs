use std::collections::HashSet;

use ego_tree::NodeId;

use super::chrome::Hint;
use super::ground::Ground;
use super::measure::Measures;
use super::tag::Tag;

/// How many elements above the body a lead is looked for.
const MAX_LEVELS: usize = 12;
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
    pub fn find(ground: &Ground<'_>, root: usize) -> Self {
        let measures = ground.measures;
        let alone = Self { top: root, wanted: vec![root] };
        let end = measures.get(root).map_or(0, |measure| measure.end);
        if (root..end).any(|index| is_title(measures, index)) {
            return alone;
        }
        let mut at = root;
        let mut from = None;
        for _ in 0..MAX_LEVELS {
            let Some(parent) = measures.get(at).map(|measure| measure.parent).filter(|parent| *parent != at) else {
                break;
            };
            from = (parent..at).rev().find(|index| is_title(measures, *index));
            at = parent;
            if from.is_some() {
                break;
            }
        }
        let Some(title) = from else { return alone };
        let behind = measures.get(title).map_or(title, |measure| measure.end);
        let mut wanted = between(ground, behind, root);
        if wanted.is_empty() {
            return alone;
        }
        let first = wanted.first().copied().unwrap_or(root);
        wanted.push(root);
        Self { top: ground.common(first, root), wanted }
    }

    /// Excludes what stands between the lead and the body.
    pub fn exclude_rest(&self, measures: &Measures, excluded: &mut HashSet<NodeId>) {
        let end = measures.get(self.top).map_or(0, |measure| measure.end);
        let mut index = self.top + 1;
        while let Some(measure) = measures.get(index).filter(|_| index < end && self.wanted.len() > 1) {
            if self.wanted.contains(&index) {
                index = measure.end;
            } else if self.wanted.iter().any(|wanted| (index..measure.end).contains(wanted)) {
                index += 1;
            } else {
                excluded.insert(measure.id);
                index = measure.end;
            }
        }
    }
}

/// A title that a reader sees.
fn is_title(measures: &Measures, index: usize) -> bool {
    measures.get(index).is_some_and(|measure| measure.tag == Tag::Title && !measure.silent && measure.text > 0)
}

/// The elements between two places that are the lead.
fn between(ground: &Ground<'_>, from: usize, to: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let mut index = from;
    while let Some(measure) = ground.measures.get(index).filter(|_| index < to) {
        let holds_body = measure.end > to;
        if !holds_body && (ground.is_furniture(index) || measure.text == 0) {
            index = measure.end;
            continue;
        }
        let fits = (MIN_LEAD..=MAX_LEAD).contains(&measure.text) && measure.links * 4 <= measure.text;
        let named = measure.hint == Hint::Lead && measure.linked_headings == 0;
        let plain = measure.tag == Tag::Paragraph && measure.prose >= MIN_PLAIN && measure.links == 0;
        if !holds_body && fits && (named || plain) {
            found.push(index);
            index = measure.end;
        } else {
            index += 1;
        }
    }
    found
}

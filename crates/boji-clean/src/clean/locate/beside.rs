//! What stands beside the way to the root and belongs to the article all the same: the section behind the box of the text, the
//! list behind it, the references. The search goes down while one child holds nearly all of the prose; this looks at the others.

use super::ground::Ground;
use super::measure::{Measure, Tag};
use crate::rules::words::Hint;

/// Least text of a list or a table, in weighted characters.
const MIN_LIST: u32 = 40;

/// The elements beside the way from `start` down to `root` that belong to the article, in no order. Inside of what is marked as its
/// body, and inside of what holds its title too, whatever reads like text does; elsewhere only what flows right beside the root.
pub(super) fn parts(ground: &Ground<'_>, start: usize, root: usize) -> Vec<usize> {
    let measures = ground.measures;
    let is_marked = measures.get(start).is_some_and(|start| start.hint == Hint::Body);
    let end = measures.get(root).map_or(root, |measure| measure.end);
    let has_title = (root..end).any(|index| measures.is_shown_title(index));
    let titled = if has_title { None } else { measures.title_above(root) };
    let mut found = Vec::new();
    let mut at = root;
    while at != start {
        let Some(parent) = measures.get(at).map(|measure| measure.parent).filter(|parent| *parent != at) else { break };
        let holds_title = titled.is_some_and(|(titled, _)| parent >= titled);
        if is_marked || holds_title || at == root {
            let from = titled.filter(|_| !is_marked).map_or(0, |(_, behind)| behind);
            add_children(ground, parent, at, from, is_marked || holds_title, &mut found);
        }
        at = parent;
    }
    found
}

/// Adds the children of an element that belong to the article, `taken` apart, from a place on.
fn add_children(
    ground: &Ground<'_>,
    parent: usize,
    taken: usize,
    from: usize,
    boxes_too: bool,
    found: &mut Vec<usize>,
) {
    let measures = ground.measures;
    let children: Vec<usize> = measures.children(parent).filter(|child| *child >= from).collect();
    // A heading belongs to what stands behind it.
    let mut behind_belongs = false;
    for child in children.into_iter().rev() {
        let Some(measure) = measures.get(child) else { continue };
        behind_belongs = child == taken
            || !ground.is_page_chrome(child)
                && match measure.tag {
                    Tag::Heading => behind_belongs && measure.linked_headings == 0,
                    _ if measure.is_noted => true,
                    _ if measure.text == 0 => behind_belongs,
                    _ => reads(measure, boxes_too),
                };
        if behind_belongs && child != taken && measure.text > 0 {
            found.push(child);
        }
    }
}

/// True for what reads like text and not like links or controls.
fn reads(measure: &Measure, boxes_too: bool) -> bool {
    let has_text = match measure.tag {
        Tag::Paragraph => measure.prose > 0,
        Tag::List | Tag::Table => measure.text >= MIN_LIST,
        Tag::Quote => measure.text > 0,
        tag => boxes_too && tag.is_box() && measure.prose > 0 && measure.linked_headings < 2,
    };
    has_text && measure.links * 4 <= measure.text && measure.controls == 0
}

//! Notes of the text: wherever they stand and whatever the boxes round them are called, they are no page chrome.

use super::measure::{Measures, Tag};
use crate::clean::blocks::CitedNotes;
use crate::parse::html::{Tree, attribute};
use crate::rules::words::{Hint, Words};

/// Marks the elements that hold notes which the text cites, or are such notes; their names mean nothing then.
pub(super) fn mark_notes(tree: &Tree, measures: &mut Measures, words: &Words) {
    let notes = if measures.has_inner_links { CitedNotes::of(tree.body()) } else { CitedNotes::default() };
    let (mut index, mut asked) = (0, 0);
    while let Some(measure) = measures.all.get_mut(index) {
        index += 1;
        // What stands in a box that holds no notes goes with it.
        let may_be_taken =
            index > asked && (matches!(measure.hint, Hint::Chrome | Hint::Card) || measure.tag == Tag::List);
        let is_empty = measure.text == 0 && !measure.tag.is_inline_text();
        if measure.silent || is_empty || !(may_be_taken || notes.has_any()) {
            continue;
        }
        let Some((node, element)) = tree.node(measure.id).and_then(|node| Some((node, node.value().as_element()?)))
        else {
            continue;
        };
        let is_cited = attribute(element, "id").is_some_and(|id| notes.cites(id));
        if is_cited || may_be_taken && notes.holds(node, element, &words.blocks) {
            measure.is_noted = true;
            (measure.hint, measure.is_plain) = (Hint::None, false);
        } else if may_be_taken {
            asked = measure.end;
        }
    }
}

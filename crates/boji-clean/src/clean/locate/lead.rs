use super::ground::Ground;
use super::measure::Tag;
use crate::rules::words::Hint;

/// How many elements above the body a lead is looked for where no title is found.
const MAX_NEAR: usize = 3;
/// Most elements of a lead.
const MAX_LEADS: usize = 16;
/// Least and most text of a lead, in weighted characters.
const MIN_LEAD: u32 = 40;
const MAX_LEAD: u32 = 3000;
/// Least text of a paragraph without a name between title and body.
const MIN_PLAIN: u32 = 80;

/// The lead of an article whose title and body stand apart: news systems set it beside the title. The elements between the title and
/// the root that are it, in reading order; without a title before the root only named ones count.
pub(super) fn leads(ground: &Ground<'_>, root: usize) -> Vec<usize> {
    let measures = ground.measures;
    let end = measures.get(root).map_or(0, |measure| measure.end);
    if (root..end).any(|index| measures.is_shown_title(index)) {
        return Vec::new();
    }
    if let Some((_, behind)) = measures.title_above(root) {
        return between(ground, behind, root, true);
    }
    let above = |at: &usize| measures.get(*at).map(|measure| measure.parent).filter(|parent| parent != at);
    let near = std::iter::successors(Some(root), above).take(1 + MAX_NEAR).last().unwrap_or(root);
    between(ground, near + 1, root, false)
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

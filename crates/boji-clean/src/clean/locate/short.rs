//! Where the words of a page stand that has hardly any prose: a verse, a few lines, a list, a picture with its caption.

use super::ground::Ground;
use super::measure::Tag;
use crate::rules::words::Hint;

/// Share of the text that one child must hold for the search to go on inside of it.
const DESCEND: f64 = 0.8;

/// The text of a page with little prose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortText {
    /// A class word or a mark of the data says that it is the body of an article.
    pub is_named: bool,
    /// Markup or a class word says so.
    pub is_marked: bool,
    /// Text, in weighted characters (a Chinese one weighs 3).
    pub text: u32,
    /// More of it leads elsewhere than is said here.
    pub is_links: bool,
    /// Headings, items, lines: how many pieces it is made of.
    pub pieces: usize,
}

/// The element that holds the text of a page with little prose: the one marked body, or what holds most text. `None` where several are
/// marked alike, as on an index.
pub(super) fn short_text(ground: &Ground<'_>) -> Option<(usize, ShortText)> {
    let measures = ground.measures;
    let stays = |index: &usize| !ground.is_page_chrome(*index) && measures.get(*index).is_some_and(|it| it.text > 0);
    let bodies: Vec<usize> = measures.bodies.iter().copied().filter(stays).collect();
    let lowest = bodies.last().copied();
    // All of them stand one in another.
    let is_one = bodies.iter().all(|body| measures.get(*body).is_some_and(|it| lowest.is_some_and(|low| low < it.end)));
    if !is_one {
        return None;
    }
    let start = lowest.unwrap_or(0);
    let index = if lowest.is_some() { start } else { densest(ground, start) };
    let measure = measures.get(index)?;
    let is_piece = |at: &usize| {
        let piece = measures.get(*at);
        piece.is_some_and(|it| it.own > 0 && (it.tag.is_flow() || it.tag == Tag::Item) && it.links * 2 <= it.text)
    };
    let found = ShortText {
        is_named: measure.hint == Hint::Body && !matches!(measure.tag, Tag::Main | Tag::Article),
        is_marked: measure.hint == Hint::Body,
        text: measure.text,
        is_links: measure.links * 2 > measure.text,
        pieces: (index..measure.end).filter(is_piece).count(),
    };
    (measure.text > 0).then_some((index, found))
}

/// The element below one in which the text stands.
fn densest(ground: &Ground<'_>, start: usize) -> usize {
    let measures = ground.measures;
    let text = |index: usize| measures.get(index).map_or(0, |it| it.text);
    let mut at = start;
    loop {
        let children = measures.children(at).filter(|child| !ground.is_page_chrome(*child));
        let Some(best) = children.max_by_key(|child| (text(*child), std::cmp::Reverse(*child))) else { return at };
        let is_box = measures.get(best).is_some_and(|it| it.tag.is_box() && it.tag != Tag::Item);
        if !is_box || f64::from(text(best)) < f64::from(text(at)) * DESCEND {
            return at;
        }
        at = best;
    }
}

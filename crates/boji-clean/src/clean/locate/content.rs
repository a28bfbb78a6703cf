//! What is content by itself, whatever it is called: the names of an element are one witness, and what it is made of another.

use super::measure::{MAX_CHROME_PARAGRAPH, MIN_BODY, Measure, Measures, Tag};
use crate::rules::words::Hint;

/// Least text of a paragraph or a box, in weighted characters, that its names alone do not make page chrome: what asks, sells or
/// tells who wrote it is mostly shorter.
const MIN_READ: u32 = 80;

/// True for an element that stays though its class or id has a word of page chrome or of comments.
pub(super) fn is_content(measures: &Measures, index: usize) -> bool {
    let Some(measure) = measures.get(index) else { return false };
    let is_chapter = measure.is_slug && reads(measure, 1);
    if measure.hint == Hint::Comments {
        // What readers wrote ends a page, and comes in several pieces.
        let (before, behind) = measures.beside(index);
        let stands_alone = match measure.tag {
            Tag::Item => before.is_some_and(is_text) || behind.is_some_and(is_text),
            _ if is_chapter => behind.is_some_and(is_text),
            _ => measure.in_sentence || is_in_flow(measures, index),
        };
        return reads(measure, 1) && stands_alone && !holds_comments(measures, measure, index);
    }
    // The box, or the link, of a picture that a click shows larger.
    let enlarges = measure.enlargements > 0 && measure.text < MIN_READ;
    is_chapter
        || enlarges
        || holds_article(measures, measure, index)
        || match measure.tag {
            tag if tag.is_inline_text() => measure.in_sentence,
            Tag::Paragraph | Tag::Item => {
                measure.text > MAX_CHROME_PARAGRAPH || !measure.in_caption && reads(measure, MIN_READ)
            }
            // Who drew or took what a figure shows says so in it.
            Tag::Quote | Tag::Table => measure.listed > 0 || !measure.in_caption && reads(measure, 1),
            _ => {
                measure.listed * 2 > measure.text
                    || measure.prose > 0 && reads(measure, MIN_READ) && is_in_flow(measures, index)
            }
        }
}

/// True for what holds an element named as what readers wrote.
fn holds_comments(measures: &Measures, measure: &Measure, index: usize) -> bool {
    let next = measures.comments.partition_point(|comment| *comment <= index);
    measures.comments.get(next).is_some_and(|comment| *comment < measure.end)
}

/// True for the box that holds the article, by its title or since every element that markup calls an article is in it. The cards of
/// several articles hold several titles.
fn holds_article(measures: &Measures, measure: &Measure, index: usize) -> bool {
    let has_all = measures.whole_articles.is_some_and(|(first, last)| index < first && last < measure.end);
    measure.titles == 1 && measure.bodies >= MIN_BODY || has_all
}

/// True for text that neither leads elsewhere nor asks for anything.
fn reads(measure: &Measure, least: u32) -> bool {
    measure.text >= least && measure.links * 4 <= measure.text && measure.controls == 0
}

/// True for a box with text of the article right before it and right behind it.
fn is_in_flow(measures: &Measures, index: usize) -> bool {
    let (before, behind) = measures.beside(index);
    before.is_some_and(is_text) && behind.is_some_and(is_text)
}

/// True for an element that the text of an article flows in, or a box of such.
fn is_text(measure: &Measure) -> bool {
    let is_box = measure.tag == Tag::Item || measure.tag.is_box() && measure.prose > 0 && measure.controls == 0;
    (measure.tag.is_flow() || is_box)
        && (measure.hint < Hint::Chrome || measure.is_slug)
        && measure.text > 0
        && measure.links * 2 < measure.text
}

//! What stands above the text of a saved article: a front matter, a title, lines of `key: value` in any layout, the byline
//! of WeChat, and what the saving program says of itself.

mod account_box;
mod byline;
mod fields;
mod frame;
mod front_matter;
mod joplin;
mod json_front_matter;
mod keys;
mod opening;
mod own_export;
mod page_frame;
mod pairs;
mod run;
mod saver;
mod words;

pub(in crate::parse) use keys::{Field, field};
pub(in crate::parse) use page_frame::page_frame;

use crate::model::{Facts, Origin};

/// Lines at each end of a text in which a note of reprinting can stand.
const MAX_NOTES: usize = 3;

/// The converter whose habits the body follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArchiveDialect {
    /// html2text: lines wrapped near 78 columns, blocks always divided by an empty line.
    Wrapped,
    /// wechatmp2markdown: nothing escaped, every line ends with two spaces.
    Unescaped,
    /// An export of boji: CommonMark, and formulas.
    Exported,
    /// Markdown as people and other exporters write it.
    Plain,
}

/// What stands before the body.
pub(super) struct Header<'a> {
    pub facts: Facts,
    pub body: &'a str,
    pub dialect: ArchiveDialect,
    /// Where the article comes from, when the header itself says it, whatever the link says.
    pub origin: Option<Origin>,
}

/// Reads the header, of whichever form; none at all gives empty facts.
pub(super) fn read(text: &str) -> Header<'_> {
    if let Some((facts, origin, body)) = own_export::read(text) {
        return Header { facts, body, dialect: ArchiveDialect::Exported, origin: Some(origin) };
    }
    let front_matter =
        front_matter::read(text).or_else(|| json_front_matter::read(text)).or_else(|| joplin::read(text));
    let below = front_matter.as_ref().map_or(text, |(_, body)| body);
    let known = front_matter.as_ref().map(|(facts, _)| facts);
    let opening = opening::read(below, known);
    let wechat = opening.as_ref().is_some_and(|found| found.wechat);
    let dialect = opening.as_ref().map_or(ArchiveDialect::Plain, |found| found.dialect);
    let (facts, body, above) = if let Some(found) = opening {
        (found.facts, found.body, found.aside)
    } else {
        let (facts, body) = front_matter.unwrap_or_else(|| (Facts::default(), text));
        (facts, body, Vec::new())
    };
    let end = opening::read_end(body, &facts);
    let (mut facts, body, below, wechat) = match end {
        Some(found) => (found.facts, found.body, found.aside, wechat || found.wechat),
        None => (facts, body, Vec::new(), wechat),
    };
    facts.above = above;
    facts.below = below;
    for line in notes(body) {
        saver::reprint(line, &mut facts);
    }
    fields::note(&mut facts);
    Header { facts, body, dialect, origin: wechat.then_some(Origin::Wechat) }
}

/// The lines at both ends of a text in which notes of reprinting stand.
fn notes(body: &str) -> impl Iterator<Item = &str> {
    let is_filled = |line: &&str| !line.trim().is_empty();
    body.lines().filter(is_filled).take(MAX_NOTES).chain(body.lines().rev().filter(is_filled).take(MAX_NOTES))
}

use serde::{Deserialize, Serialize};

use super::category::{self, Category};
use super::rule_id::{BuiltinRule, RuleId};
use super::word::{or_empty, word_enum};

/// How a run of text is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Style {
    /// Strong.
    pub bold: bool,
    /// Emphasis.
    pub italic: bool,
    /// Inline code.
    pub code: bool,
    /// Raised: a footnote mark or an exponent.
    pub superscript: bool,
    /// Struck out: what its author takes back. Such a run has no other style.
    #[serde(default, skip_serializing_if = "is_not")]
    pub struck: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(count: &u8) -> bool {
    *count == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_not(flag: &bool) -> bool {
    !flag
}

/// A picture, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Absolute URL, lazy-loading attributes resolved.
    pub url: String,
    /// Alternative text, "" when there is none.
    pub alt: String,
    /// Width in CSS pixels when stated, else 0.
    pub width: u32,
}

/// A piece of a block's content: a run of text, possibly a link, or a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Span {
    /// A run of text.
    Text {
        /// The characters. May hold `\n` for a forced line break.
        text: String,
        /// How it is set.
        style: Style,
        /// Where it links to, "" when it is no link.
        href: String,
    },
    /// A picture in the line.
    Image(Image),
}

impl Span {
    /// Plain text without style or link.
    pub fn plain(text: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: Style::default(), href: String::new() }
    }

    /// A link with its words.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self::Text { text: text.into(), style: Style::default(), href: href.into() }
    }
}

impl Span {
    /// Cuts spans at line breaks; a picture stands in the line it is written in. Lines without any span stay.
    pub fn lines(spans: Vec<Self>) -> Vec<Vec<Self>> {
        let mut lines = vec![Vec::new()];
        for span in spans {
            let Self::Text { text, style, href } = span else {
                if let Some(line) = lines.last_mut() {
                    line.push(span);
                }
                continue;
            };
            for (nth, part) in text.split('\n').enumerate() {
                if nth > 0 {
                    lines.push(Vec::new());
                }
                // A run that was empty from the start may still be a link.
                if let Some(line) = lines.last_mut().filter(|_| !part.is_empty() || text.is_empty()) {
                    line.push(Self::Text { text: part.to_owned(), style, href: href.clone() });
                }
            }
        }
        lines
    }
}

/// What stands in a cell of a table, in one line and in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredCell", into = "StoredCell")]
pub struct Cell {
    /// The content.
    pub spans: Vec<Span>,
}

impl Cell {
    /// A cell of plain words; "" makes an empty one.
    fn plain(words: &str) -> Self {
        Self { spans: if words.is_empty() { Vec::new() } else { vec![Span::plain(words)] } }
    }

    /// The words without markup.
    pub fn text(&self) -> String {
        text_of(&self.spans)
    }

    /// Whether there is neither a word nor a picture.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

impl From<&str> for Cell {
    fn from(words: &str) -> Self {
        Self::plain(words)
    }
}

/// A cell as it is stored: most hold plain words, and earlier versions stored nothing else.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum StoredCell {
    Words(String),
    Spans(Vec<Span>),
}

impl From<StoredCell> for Cell {
    fn from(stored: StoredCell) -> Self {
        match stored {
            StoredCell::Words(words) => Self::plain(&words),
            StoredCell::Spans(spans) => Self { spans },
        }
    }
}

impl From<Cell> for StoredCell {
    fn from(cell: Cell) -> Self {
        let is_plain = |span: &Span| matches!(span, Span::Text { style, href, .. } if *style == Style::default() && href.is_empty());
        match cell.spans.as_slice() {
            [] => Self::Words(String::new()),
            [Span::Text { text, .. }] if cell.spans.iter().all(is_plain) => Self::Words(text.clone()),
            _ => Self::Spans(cell.spans),
        }
    }
}

/// What marks struck words off from those round them, in text and in Markdown.
pub const STRUCK: &str = "~~";

fn text_of(spans: &[Span]) -> String {
    let length = |span: &Span| if let Span::Text { text, .. } = span { text.len() } else { 0 };
    let (mut out, mut is_struck) = (String::with_capacity(spans.iter().map(length).sum()), false);
    for span in spans {
        let Span::Text { text, style, .. } = span else { continue };
        let begins = style.struck && !text.trim().is_empty();
        if begins != is_struck && !text.is_empty() {
            out.push_str(STRUCK);
            is_struck = begins;
        }
        out.push_str(text);
    }
    out.push_str(if is_struck { STRUCK } else { "" });
    out
}

/// The form of a block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockKind {
    /// A heading of level 1 to 6.
    Heading(u8),
    /// A paragraph, or any other run of text that stands by itself.
    Paragraph,
    /// An item of a list.
    ListItem {
        /// Nesting, from 0.
        depth: u8,
        /// The number of an ordered item; none for a bullet.
        number: Option<u32>,
    },
    /// A table: rows of cells. `Block::spans` is empty.
    Table(Vec<Vec<Cell>>),
    /// Preformatted text with its line structure, in `Block::spans` as one run; the language when stated, else "".
    Code(String),
    /// Pictures standing alone, with the caption, if any, as text spans.
    Figure,
    /// A thematic break.
    Rule,
}

/// One block of a page as its author or its template wrote it, before any verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The form.
    pub kind: BlockKind,
    /// Depth of quotation, 0 outside of one.
    pub quote: u8,
    /// Items of lists in which it stands behind their first words, one in the other; 0 outside of lists, and for a list item.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub items: u8,
    /// The content in reading order.
    pub spans: Vec<Span>,
}

impl Block {
    /// A block outside of any quotation.
    pub fn new(kind: BlockKind, spans: Vec<Span>) -> Self {
        Self { kind, quote: 0, items: 0, spans }
    }

    /// A paragraph of plain text.
    pub fn paragraph(text: impl Into<String>) -> Self {
        Self::new(BlockKind::Paragraph, vec![Span::plain(text)])
    }

    /// The words of the block without markup: runs joined as they stand, struck ones between `~~`, table cells divided by a tab
    /// and rows by a line.
    pub fn text(&self) -> String {
        if let BlockKind::Table(rows) = &self.kind {
            let row = |row: &Vec<Cell>| row.iter().map(Cell::text).collect::<Vec<_>>().join("\t");
            // A row of pictures says nothing.
            let says = |row: &String| !row.trim().is_empty();
            return rows.iter().map(row).filter(says).collect::<Vec<_>>().join("\n");
        }
        text_of(&self.spans)
    }

    /// The pictures of the block, in order.
    pub fn images(&self) -> impl Iterator<Item = &Image> {
        self.all_spans().filter_map(|span| match span {
            Span::Image(image) => Some(image),
            Span::Text { .. } => None,
        })
    }

    /// All that stands in the block, in its cells too.
    pub fn all_spans(&self) -> impl Iterator<Item = &Span> {
        let rows = match &self.kind {
            BlockKind::Table(rows) => rows.as_slice(),
            _ => &[],
        };
        self.spans.iter().chain(rows.iter().flatten().flat_map(|cell| &cell.spans))
    }

    /// The links of the block as (words, address), in order.
    pub fn links(&self) -> impl Iterator<Item = (&str, &str)> {
        self.spans.iter().filter_map(|span| match span {
            Span::Text { text, href, .. } if !href.is_empty() => Some((text.as_str(), href.as_str())),
            _ => None,
        })
    }
}

word_enum! {
    /// Where a block goes.
    pub enum Label {
        /// The article: into the text.
        Keep = "keep",
        /// A statement about the article: into a field, out of the text.
        Meta = "meta",
        /// Template, promotion, decoration: out of the text, kept on record.
        Drop = "drop",
    }
}

/// Why a block goes where it goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// Where the block goes.
    pub label: Label,
    /// The kind of boilerplate or of metadata, such as `follow` or `credits`; none, stored as "", for kept text.
    #[serde(serialize_with = "or_empty::serialize", deserialize_with = "category::stored")]
    pub category: Option<Category>,
    /// The rule that decided, such as `zh.follow.card`; `default` when none did.
    pub rule: RuleId,
    /// A few words of evidence for people, "" when the rule says it all.
    pub reason: String,
}

impl Verdict {
    /// Kept because no rule wanted it otherwise.
    pub fn keep() -> Self {
        Self::kept_by(BuiltinRule::Default)
    }

    /// Kept by a rule.
    pub fn kept_by(rule: BuiltinRule) -> Self {
        Self { label: Label::Keep, category: None, rule: rule.into(), reason: String::new() }
    }

    /// A verdict by a rule.
    pub fn by(label: Label, category: Category, rule: impl Into<RuleId>, reason: impl Into<String>) -> Self {
        Self { label, category: Some(category), rule: rule.into(), reason: reason.into() }
    }

    /// How likely the block is boilerplate, 0 to 1, as the classifier said that was asked last; `None` when none had a doubt. Such
    /// a verdict's reason begins with it: `0.93: …`.
    pub fn probability(&self) -> Option<f32> {
        let said = self.reason.split_once(": ")?.0;
        let is_share = said.len() == "0.93".len() && said.starts_with(['0', '1']);
        said.parse().ok().filter(|share| is_share && (0.0..=1.0).contains(share))
    }

    /// The word of its category, "" for kept text.
    pub fn category_word(&self) -> &'static str {
        self.category.map_or("", Category::as_str)
    }
}

/// A block with its verdict. An article holds all of its blocks in page order, the dropped ones too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedBlock {
    /// The block, normalised when it is kept, as written when it is not.
    pub block: Block,
    /// Where it goes and why.
    pub verdict: Verdict,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classifier_says_how_likely_a_block_is_boilerplate() {
        let said = |reason: &str| Verdict { reason: reason.to_owned(), ..Verdict::keep() }.probability();
        assert_eq!(said("0.93: a link to a card; `keep` leaves it"), Some(0.93));
        assert_eq!(said("1.00: the last line"), Some(1.0));
        for reason in ["", "names a part", "12: 30", "9.99: x", "0.5: x", "the title again"] {
            assert_eq!(said(reason), None, "{reason}");
        }
    }

    #[test]
    fn a_stored_category_that_is_not_known_reads_as_other() {
        let stored = |word: &str| format!(r#"{{"label":"drop","category":"{word}","rule":"zh.x","reason":""}}"#);
        for (word, want) in [("", None), ("qr", Some(Category::Qr)), ("my own", Some(Category::Other))] {
            let verdict: Verdict = serde_json::from_str(&stored(word)).expect("a verdict");
            assert_eq!(verdict.category, want, "{word}");
            let again = serde_json::to_string(&verdict).expect("JSON");
            assert_eq!(again, stored(verdict.category_word()), "{word}");
        }
    }
}

use std::ops::Range;

use super::inline::{cell, inline};
use super::kept;
use crate::model::{Block, BlockKind, Cell, JudgedBlock, Label, Span};

/// The kept blocks as CommonMark with pipe tables. Reading it again gives the same plain text.
pub fn markdown(blocks: &[JudgedBlock]) -> String {
    let mut out = String::new();
    let mut before: Option<Frame> = None;
    let mut list = List::default();
    for block in kept(blocks).filter(|block| says_something(block)) {
        let (frame, body) = list.framed(block);
        if let Some(before) = &before {
            out.push('\n');
            if frame.needs_gap || !(frame.is_item && before.is_item && frame.quotes() == before.quotes()) {
                out.push_str(shared(&before.margin, &frame.margin).trim_end());
                out.push('\n');
            }
        }
        for (nth, line) in body.lines().enumerate() {
            if nth > 0 {
                out.push('\n');
            }
            out.push_str(if line.is_empty() { frame.margin.trim_end() } else { &frame.margin });
            out.push_str(line);
        }
        before = Some(frame);
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn says_something(block: &Block) -> bool {
    block.kind == BlockKind::Rule || block.images().next().is_some() || !block.text().trim().is_empty()
}

/// What two margins begin with alike.
fn shared<'m>(one: &'m str, other: &str) -> &'m str {
    let length = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    one.get(..length).unwrap_or_default()
}

/// Where a block stands.
struct Frame {
    /// What each of its lines begins with: marks of quotation, indents of the items it stands in.
    margin: String,
    is_item: bool,
    /// An empty line must stand before it.
    needs_gap: bool,
}

impl Frame {
    fn quotes(&self) -> usize {
        self.margin.matches('>').count()
    }
}

/// Largest number that CommonMark takes for the number of an item.
const MAX_NUMBER: u32 = 999_999_999;

/// Short rows of a table are filled up with empty cells to its width, but to no more than this: one wide row would make
/// all the others as long as itself.
const MAX_FILLED: usize = 64;

/// Columns of a level of lists: inside of bullets and numbers to any reader, and outside of indented code.
const COLUMNS: usize = 4;

/// Where in a list the writer stands.
#[derive(Default)]
struct List {
    /// The open lists, outermost first.
    levels: Vec<Level>,
}

/// An open list.
struct Level {
    /// Marks of quotation round it.
    quote: u8,
    /// What stands before the marker of its items, and before what else stands in the last of them.
    margin: String,
    inner: String,
    /// What ends a number: the other one begins another list.
    delimiter: char,
    /// The number that follows, none for bullets.
    next: Option<u32>,
}

impl List {
    /// A block and its Markdown without what its lines begin with.
    fn framed(&mut self, block: &Block) -> (Frame, String) {
        if let BlockKind::ListItem { depth, number } = block.kind {
            let number = number.filter(|number| *number <= MAX_NUMBER);
            return self.item(&block.spans, usize::from(depth), number, block.quote);
        }
        self.keep(usize::from(block.items), block.quote);
        let body = match &block.kind {
            BlockKind::Heading(level) => heading(*level, &block.spans),
            BlockKind::Table(rows) => table(rows),
            BlockKind::Code(language) => code(language, &block.text()),
            BlockKind::Rule => "---".to_owned(),
            _ => inline(&block.spans, "  \n").trim().to_owned(),
        };
        (Frame { margin: self.margin(self.levels.len(), block.quote), is_item: false, needs_gap: false }, body)
    }

    /// Ends the lists in which a block does not stand: those deeper than `depth`, and those of another quotation.
    fn keep(&mut self, depth: usize, quote: u8) {
        let depth = self.levels.iter().take(depth).take_while(|level| level.quote <= quote).count();
        self.levels.truncate(depth);
    }

    /// What a line begins with that stands in the last items of `depth` lists.
    fn margin(&self, depth: usize, quote: u8) -> String {
        let outer = depth.checked_sub(1).and_then(|outer| self.levels.get(outer));
        let (margin, around) = outer.map_or(("", 0), |level| (level.inner.as_str(), level.quote));
        format!("{margin}{}", "> ".repeat(usize::from(quote.saturating_sub(around))))
    }

    /// An item can be only one level deeper than the one before it. Numbers count on by themselves, so one that jumps
    /// begins a list of its own, and only the number 1 may do so without an empty line.
    fn item(&mut self, spans: &[Span], depth: usize, number: Option<u32>, quote: u8) -> (Frame, String) {
        self.keep(depth + 1, quote);
        let depth = depth.min(self.levels.len());
        if self.levels.get(depth).is_some_and(|level| level.quote != quote) {
            self.levels.truncate(depth);
        }
        let before = self.levels.get(depth);
        let goes_on = before.is_some_and(|level| level.next == number);
        let delimiter = match before {
            Some(level) if goes_on == (level.delimiter == '.') => '.',
            Some(_) => ')',
            None => '.',
        };
        let margin = match (before, depth.checked_sub(1).and_then(|outer| self.levels.get(outer))) {
            (Some(level), _) => level.margin.clone(),
            (None, Some(outer)) if outer.quote == quote => {
                let marker = outer.inner.len() - outer.margin.len();
                format!("{}{}", outer.inner, " ".repeat(COLUMNS.saturating_sub(marker)))
            }
            (None, _) => self.margin(depth, quote),
        };
        let marker = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}{delimiter} "));
        let inner = format!("{margin}{}", " ".repeat(marker.len()));
        let words = inline(spans, &format!("  \n{}", " ".repeat(marker.len())));
        let body = format!("{marker}{}", words.trim());
        let needs_gap = !goes_on && number.is_some_and(|number| number != 1);
        self.levels.truncate(depth);
        let next = number.map(|number| number.saturating_add(1));
        self.levels.push(Level { quote, margin: margin.clone(), inner, delimiter, next });
        (Frame { margin, is_item: true, needs_gap }, body)
    }
}

fn heading(level: u8, spans: &[Span]) -> String {
    let words = inline(spans, " ");
    let words = words.trim();
    // A run of marks at the end would be read as a closing run.
    let words = match words.strip_suffix('#') {
        Some(head) if !is_escaped(head) => format!("{head}\\#"),
        _ => words.to_owned(),
    };
    format!("{} {words}", "#".repeat(usize::from(level.clamp(1, 6))))
}

/// Whether a backslash at the end of `head` acts on what follows.
fn is_escaped(head: &str) -> bool {
    head.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

fn code(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language: String = language.chars().filter(|c| !c.is_control()).collect();
    format!("{fence}{language}\n{}\n{fence}", text.trim_matches('\n'))
}

fn table(rows: &[Vec<Cell>]) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut lines = Vec::with_capacity(rows.len() + 1);
    for (nth, row) in rows.iter().enumerate() {
        let filled = if nth == 0 { width } else { width.min(MAX_FILLED).max(row.len()) };
        let cells = (0..filled).map(|at| row.get(at).map_or_else(String::new, |words| cell(&words.spans)));
        // Two spaces end a row that is not as wide as the first one.
        let end = if filled < width { "  " } else { "" };
        lines.push(format!("| {} |{end}", cells.collect::<Vec<_>>().join(" | ")));
        if nth == 0 {
            lines.push(format!("|{}", " --- |".repeat(width)));
        }
    }
    lines.join("\n")
}

/// The kept blocks as plain text: blocks divided by an empty line, list items and table rows by a line, code as it
/// stands. Headings carry no mark, pictures leave nothing but their caption, a list item keeps its bullet or number.
pub fn text(blocks: &[JudgedBlock]) -> String {
    let mut out = String::new();
    let mut in_list = false;
    for block in kept(blocks) {
        let words = words(block);
        if words.trim().is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push_str(gap(in_list, block));
        }
        out.push_str(&words);
        in_list = is_item(block);
    }
    out
}

/// What parts the text of a block from that of the kept one before it.
fn gap(in_list: bool, block: &Block) -> &'static str {
    if in_list && is_item(block) { "\n" } else { "\n\n" }
}

fn is_item(block: &Block) -> bool {
    matches!(block.kind, BlockKind::ListItem { .. })
}

/// The text of an article with what was taken out of it in its place; what stood outside of the article is not among it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WholeText {
    /// It. Without all that was removed it is the article's [`text`].
    pub text: String,
    /// What was removed, in order.
    pub removed: Vec<RemovedText>,
}

/// A piece of a [`WholeText`] that is not in the article's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemovedText {
    /// Where it stands, in characters, with the line ends that part it from its neighbours.
    pub characters: Range<usize>,
    /// The word of its category.
    pub category: &'static str,
}

/// The whole text of an article; `shown` may change the words of each block.
pub fn whole_text(blocks: &[JudgedBlock], shown: impl Fn(String) -> String) -> WholeText {
    let mut whole = WholeText::default();
    let (mut length, mut has_kept, mut in_list) = (0, false, false);
    for JudgedBlock { block, verdict } in blocks.iter().filter(|judged| !judged.verdict.rule.is_of_the_page()) {
        let words = words(block);
        if words.trim().is_empty() {
            continue;
        }
        let words = shown(words);
        let start = length;
        let mut push = |piece: &str| {
            whole.text.push_str(piece);
            length += piece.chars().count();
        };
        if verdict.label == Label::Keep {
            if has_kept {
                push(gap(in_list, block));
            }
            push(&words);
            (has_kept, in_list) = (true, is_item(block));
            continue;
        }
        // What stands before the first that is kept takes the line ends behind it along, every other one those before it.
        if has_kept {
            push("\n\n");
        }
        push(&words);
        if !has_kept {
            push("\n\n");
        }
        whole.removed.push(RemovedText { characters: start..length, category: verdict.category_word() });
    }
    whole
}

fn words(block: &Block) -> String {
    let text = block.text();
    match &block.kind {
        BlockKind::Code(_) => text.trim_matches('\n').to_owned(),
        // A tab at the start is an empty cell.
        BlockKind::Table(_) => text.trim_end().to_owned(),
        BlockKind::ListItem { .. } if text.trim().is_empty() => String::new(),
        BlockKind::ListItem { number: Some(number), .. } => format!("{number}. {}", text.trim()),
        BlockKind::ListItem { number: None, .. } => format!("- {}", text.trim()),
        BlockKind::Heading(_) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        _ => text.trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::model::{BuiltinRule, Category, Verdict};

    fn written(blocks: Vec<Block>) -> String {
        let judged: Vec<JudgedBlock> =
            blocks.into_iter().map(|block| JudgedBlock { block, verdict: Verdict::keep() }).collect();
        markdown(&judged)
    }

    fn item(depth: u8, number: Option<u32>, text: &str) -> Block {
        Block::new(BlockKind::ListItem { depth, number }, vec![Span::plain(text)])
    }

    #[test]
    fn lists_nest_and_quotes_hold_together() {
        let mut quoted = Block::paragraph("甲\n乙");
        quoted.quote = 1;
        let blocks = vec![
            item(1, None, "a"),
            item(1, None, "b\nc"),
            item(2, Some(3), "d"),
            quoted.clone(),
            quoted,
            Block::paragraph("丙"),
        ];
        let want = "- a\n    - b  \n      c\n\n        3. d\n\n> 甲  \n> 乙\n>\n> 甲  \n> 乙\n\n丙\n";
        assert_eq!(written(blocks), want);
    }

    #[test]
    fn what_stands_in_an_item_is_rendered_in_it() {
        let within = |items: u8, quote: u8, text: &str| Block { quote, items, ..Block::paragraph(text) };
        let blocks = vec![
            item(0, Some(1), "a"),
            within(1, 0, "b"),
            item(1, None, "c"),
            within(2, 1, "d"),
            within(1, 0, "e"),
            item(0, Some(2), "f"),
            within(0, 0, "g"),
            within(3, 0, "h"),
        ];
        let want = "1. a\n\n   b\n\n    - c\n\n      > d\n\n   e\n\n2. f\n\ng\n\nh\n";
        assert_eq!(written(blocks), want);
    }

    #[test]
    fn list_items_are_rendered_with_the_numbers_of_the_page() {
        let blocks = vec![
            item(0, Some(1), "a"),
            item(0, Some(2), "b"),
            item(0, Some(7), "c"),
            item(0, Some(8), "d"),
            item(0, Some(1), "e"),
            item(0, None, "f"),
            item(0, Some(100), "g"),
            item(1, None, "h"),
        ];
        assert_eq!(written(blocks), "1. a\n2. b\n\n7) c\n8) d\n1. e\n- f\n\n100. g\n     - h\n");
    }

    #[test]
    fn a_heading_keeps_the_marks_at_its_end() {
        let heading = |text: &str| written(vec![Block::new(BlockKind::Heading(2), vec![Span::plain(text)])]);
        assert_eq!([heading("C#"), heading("#")], ["## C\\#\n", "## \\#\n"]);
    }

    #[test]
    fn code_and_tables_hold_any_text() {
        let code = Block::new(BlockKind::Code("sh".into()), vec![Span::plain("```\nx")]);
        assert_eq!(written(vec![code]), "````sh\n```\nx\n````\n");
        let table = Block::new(BlockKind::Table(vec![vec!["a|b".into()], vec!["c".into(), "d".into()]]), Vec::new());
        assert_eq!(written(vec![table]), "| a\\|b |  |\n| --- | --- |\n| c | d |\n");
    }

    #[test]
    fn one_wide_row_does_not_widen_all_others() {
        let mut rows = vec![vec![Cell::from("a")]; 1000];
        rows.insert(1, vec![Cell::from("b"); 1000]);
        let table = written(vec![Block::new(BlockKind::Table(rows), Vec::new())]);
        assert!(table.len() < 400_000, "{}", table.len());
        assert!(table.ends_with(" |  \n"), "a short row has an end that is seen");
    }

    fn without(whole: &WholeText) -> String {
        let characters = whole.text.chars().enumerate();
        characters
            .filter(|(place, _)| !whole.removed.iter().any(|removed| removed.characters.contains(place)))
            .map(|(_, character)| character)
            .collect()
    }

    proptest! {
        #[test]
        fn the_whole_text_without_what_was_removed_is_the_text(blocks in prop::collection::vec((0..5_u8, 0..3_u8, "[字a ]{0,6}"), 0..9)) {
            let judged: Vec<JudgedBlock> = blocks
                .into_iter()
                .map(|(kind, verdict, words)| {
                    let block = match kind {
                        0 | 1 => item(0, None, &words),
                        2 => Block::new(BlockKind::Code(String::new()), vec![Span::plain(&words)]),
                        _ => Block::new(BlockKind::Paragraph, vec![Span::plain(&words)]),
                    };
                    let verdict = match verdict {
                        0 => Verdict::by(Label::Drop, Category::Follow, BuiltinRule::Default, ""),
                        1 => Verdict::by(Label::Meta, Category::Credits, BuiltinRule::Default, ""),
                        _ => Verdict::keep(),
                    };
                    JudgedBlock { block, verdict }
                })
                .collect();
            let whole = whole_text(&judged, |words| words);
            prop_assert_eq!(without(&whole), text(&judged));
            let places: Vec<usize> = whole.removed.iter().flat_map(|removed| [removed.characters.start, removed.characters.end]).collect();
            prop_assert!(places.is_sorted());
        }
    }
}

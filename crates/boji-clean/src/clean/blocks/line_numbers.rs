//! The numbers of the lines of a listing: cells, boxes and runs that count.

use std::ops::Range;

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::{declares, has_class};
use crate::parse::html::{Tree, attribute};

/// Longest number of a line.
const MAX_DIGITS: usize = 7;
/// Longest column of numbers, in bytes.
const MAX_COLUMN: usize = 100_000;

/// The numbers that an element shows, where it shows nothing else.
pub(super) fn numbers(node: NodeRef<'_, Node>) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    let mut length = 0;
    for text in node.descendants().filter_map(|node| node.value().as_text()) {
        length += text.len();
        if length > MAX_COLUMN {
            return None;
        }
        // Each run is a number of its own, as are those between white space.
        for word in text.split_whitespace() {
            numbers.push(number(word)?);
        }
    }
    Some(numbers)
}

fn number(word: &str) -> Option<u32> {
    let digits = word.trim_end_matches(['.', ':', '|']);
    let is_number = (1..=MAX_DIGITS).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten()
}

/// Whether numbers count up by one.
pub(super) fn count_up(numbers: &[u32]) -> bool {
    numbers.windows(2).all(|pair| matches!(pair, [one, next] if one.checked_add(1) == Some(*next)))
}

/// Whether a cell or a box holds the numbers of two lines or more, and nothing else.
pub(super) fn is_column(node: NodeRef<'_, Node>) -> bool {
    numbers(node).is_some_and(|numbers| numbers.len() > 1 && count_up(&numbers))
}

/// Whether a run shows a number that nobody is meant to copy.
pub(super) fn is_uncopied(node: NodeRef<'_, Node>, element: &Element) -> bool {
    attribute(element, "style")
        .is_some_and(|style| declares(style, "user-select", "none") || declares(style, "-webkit-user-select", "none"))
        && numbers(node).is_some_and(|numbers| numbers.len() == 1)
}

/// The numbers of lines in the first cells of the rows of a table, which count up from the first line.
#[derive(Debug, Default)]
pub(super) struct NumberedRows {
    last: Option<u32>,
}

impl NumberedRows {
    /// Whether a cell is the number of the next line, or all numbers of the lines in the cell beside it.
    pub(super) fn is_next(&mut self, cell: NodeRef<'_, Node>) -> bool {
        let is_cell = |node: NodeRef<'_, Node>| node.value().is_element();
        if cell.prev_siblings().any(is_cell) || !cell.next_siblings().any(is_cell) {
            return false;
        }
        let number = match numbers(cell).as_deref() {
            Some([number]) => *number,
            Some(numbers) => return numbers.len() > 1 && count_up(numbers),
            None => return false,
        };
        let is_next = match self.last {
            Some(last) => number == last.saturating_add(1),
            None => number <= 1,
        };
        if is_next {
            self.last = Some(number);
        }
        is_next
    }
}

/// The runs of a listing that are nothing but a number at the head of a line.
#[derive(Debug, Default)]
pub(super) struct NumberedLines {
    /// Where each begins and ends in the text, and its number.
    marks: Vec<(Range<usize>, u32)>,
}

impl NumberedLines {
    /// Takes a run in that will stand behind `before`. Numbers that a highlighter colours are code.
    pub(super) fn run(&mut self, node: NodeRef<'_, Node>, run: &str, before: &str) {
        let Some(number) = number(run.trim()).filter(|_| !run.contains('\n')) else { return };
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let is_head = before.get(line..).is_some_and(|head| head.trim().is_empty());
        let is_alone = node.prev_sibling().is_none() && node.next_sibling().is_none();
        let parent = node.parent().and_then(|parent| parent.value().as_element());
        let is_marked = parent.is_some_and(|it| {
            matches!(it.name(), "span" | "i" | "a" | "b" | "em" | "font" | "div")
                && !has_class(it, |class| {
                    matches!(class, "number" | "hljs-number" | "mi" | "m" | "crayon-cn" | "num" | "lit")
                })
        });
        if is_head && is_alone && is_marked {
            self.marks.push((line..before.len() + run.len(), number));
        }
    }

    /// A text without them, where each of its lines has one and they count up; and without the space that parts them from it.
    pub(super) fn without(&self, text: &str) -> Option<String> {
        let numbers: Vec<u32> = self.marks.iter().map(|(_, number)| *number).collect();
        let lines = text.trim_end().split('\n').count();
        if lines < 2 || numbers.len() != lines || !count_up(&numbers) {
            return None;
        }
        let (mut at, mut rest) = (0, Vec::with_capacity(lines));
        for ((mark, _), line) in self.marks.iter().zip(text.split('\n')) {
            if mark.start != at {
                return None;
            }
            rest.push(line.get(mark.len()..)?);
            at += line.len() + 1;
        }
        let is_parted = rest.iter().all(|line| line.is_empty() || line.starts_with(' '));
        let line = |line: &&str| if is_parted { line.strip_prefix(' ').unwrap_or(line) } else { line }.to_owned();
        Some(rest.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

/// How many lines a cell shows: boxes, items, or lines of a text that is set as it stands.
pub(super) fn lines(cell: NodeRef<'_, Node>) -> usize {
    let is_line = |node: &NodeRef<'_, Node>| {
        let has_boxes = node.children().any(|child| child.value().as_element().is_some_and(is_box));
        node.value().as_element().is_some_and(|it| is_box(it) && !has_boxes)
    };
    match cell.descendants().skip(1).filter(is_line).count() {
        0 | 1 => Tree::short_text_of(cell, MAX_COLUMN).map_or(0, |text| text.trim_end().split('\n').count()),
        boxes => boxes,
    }
}

fn is_box(element: &Element) -> bool {
    matches!(element.name(), "div" | "li" | "p")
}

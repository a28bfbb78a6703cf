use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::line::Line;
use super::names::{has_class, heading_level, is_hidden, is_silent};
use crate::model::{Span, Style};
use crate::parse::html::{Step, Walk, attribute, is_block};
use crate::rules::words::BlockWords;

/// Widest span of a cell that is believed.
const MAX_SPAN: usize = 64;
/// Columns up to which spans are filled up with empty cells: spans over spans would widen each row by the next.
const MAX_SPANNED: usize = 64;
/// A cell with more characters than this is a piece of a layout.
const MAX_CELL_CHARS: usize = 1500;

/// What a `table` element really is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TableForm {
    /// Rows of cells.
    Data(Vec<Vec<String>>),
    /// A grid that only arranges blocks.
    Layout,
    /// A listing with one line of code a row.
    Code,
}

/// Tells data from layout: data has two columns or more and short cells without headings, lists of blocks or tables.
pub(super) fn form(table: NodeRef<'_, Node>, words: &BlockWords) -> TableForm {
    let element = table.value().as_element();
    if element.and_then(|it| attribute(it, "role")).is_some_and(|role| matches!(role, "presentation" | "none")) {
        return TableForm::Layout;
    }
    let mut layout = false;
    for step in Walk::new(table).skip(1) {
        let Step::Enter(node) = step else { continue };
        let Some(element) = node.value().as_element() else { continue };
        let name = element.name();
        if name == "td" && has_class(element, |class| matches!(class, "blob-code" | "hljs-ln-code")) {
            return TableForm::Code;
        }
        layout |= matches!(name, "table" | "pre" | "blockquote" | "article" | "form" | "iframe" | "video" | "hr")
            || matches!(heading_level(name), Some(1..=3));
    }
    if layout {
        return TableForm::Layout;
    }
    let rows = rows(table, words);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_empty = rows.iter().flatten().all(String::is_empty);
    let long = rows.iter().flatten().any(|cell| cell.len() > MAX_CELL_CHARS * 3);
    if columns < 2 || is_empty || long { TableForm::Layout } else { TableForm::Data(rows) }
}

/// The captions of a table, mostly one or none.
pub(super) fn captions(table: NodeRef<'_, Node>, words: &BlockWords) -> impl Iterator<Item = String> {
    let is_caption = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| it.name() == "caption");
    table.children().filter(is_caption).map(|caption| cell_text(caption, words)).filter(|caption| !caption.is_empty())
}

fn rows(table: NodeRef<'_, Node>, words: &BlockWords) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    // Rows that a cell above still covers, by column.
    let mut covered: Vec<usize> = Vec::new();
    let mut walk = Walk::new(table);
    while let Some(step) = walk.next() {
        let Step::Enter(node) = step else { continue };
        let Some(element) = node.value().as_element() else { continue };
        match element.name() {
            "tr" => rows.push(Vec::new()),
            "td" | "th" => {
                if let Some(row) = rows.last_mut() {
                    place(row, &mut covered, &cell_text(node, words), element);
                }
                walk.skip_children();
            }
            "caption" => walk.skip_children(),
            _ => {}
        }
    }
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    rows
}

fn place(row: &mut Vec<String>, covered: &mut Vec<usize>, text: &str, element: &Element) {
    let span = |name| attribute(element, name).and_then(|it| it.trim().parse().ok()).unwrap_or(1).clamp(1, MAX_SPAN);
    while row.len() < MAX_SPANNED
        && let Some(left) = covered.get_mut(row.len()).filter(|left| **left > 0)
    {
        *left -= 1;
        row.push(String::new());
    }
    let (wide, high) = (span("colspan"), span("rowspan"));
    for column in 0..wide.min(MAX_SPANNED.saturating_sub(row.len())).max(1) {
        if covered.len() <= row.len() {
            covered.resize(row.len() + 1, 0);
        }
        if let Some(left) = covered.get_mut(row.len()) {
            *left = high - 1;
        }
        row.push(if column == 0 { text.to_owned() } else { String::new() });
    }
}

/// The words of a cell in one line.
fn cell_text(cell: NodeRef<'_, Node>, words: &BlockWords) -> String {
    let mut line = Line::default();
    let mut walk = Walk::new(cell);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => line.text(text, Style::default(), ""),
                Node::Element(element) if is_silent(element.name()) || is_hidden(element, words) => {
                    walk.skip_children();
                }
                Node::Element(element) if element.name() == "br" || is_block(element.name()) => line.space(),
                _ => {}
            },
            Step::Leave(node) => {
                if node.value().as_element().is_some_and(|element| is_block(element.name())) {
                    line.space();
                }
            }
        }
    }
    line.take()
        .into_iter()
        .filter_map(|span| match span {
            Span::Text { text, .. } => Some(text),
            Span::Image(_) => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn spans_over_spans_do_not_widen_rows_for_ever() {
        let row = "<tr><td colspan=64 rowspan=64>a</td><td>b</td></tr>";
        let (tree, _) = Tree::fragment(&format!("<table>{}</table>", row.repeat(100)));
        let table = tree.first("table").expect("a table");
        let TableForm::Data(rows) = form(table, &Rules::shipped().words().blocks) else { panic!("data") };
        assert_eq!(rows.len(), 100);
        assert!(rows.iter().all(|row| row.len() <= MAX_SPANNED + 2 && row.concat() == "ab"));
    }

    #[test]
    fn every_caption_is_read() {
        let rules = Rules::shipped();
        let (tree, _) =
            Tree::fragment("<table><caption>a</caption><tr><td>1<td>2<caption hidden>b</caption><caption>c</table>");
        let table = tree.first("table").expect("a table");
        assert_eq!(captions(table, &rules.words().blocks).collect::<Vec<_>>(), ["a", "c"]);
    }
}

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::hidden::is_hidden;
use super::line_numbers::{count_up, lines, numbers};
use super::names::{has_class, heading_level};
use crate::model::{Block, Cell, Span};
use crate::parse::html::{Step, Walk, attribute};
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
    Data(Vec<Vec<Cell>>),
    /// A grid that only arranges blocks.
    Layout,
    /// A listing with one line of code a row.
    Code,
}

/// Tells data from layout, its cells written by `write`: data has two columns or more, or one with a
/// head, and short cells without headings, lists of blocks or tables.
pub(super) fn form(table: NodeRef<'_, Node>, write: &mut dyn FnMut(NodeRef<'_, Node>) -> Cell) -> TableForm {
    let element = table.value().as_element();
    if element.and_then(|it| attribute(it, "role")).is_some_and(|role| matches!(role, "presentation" | "none")) {
        return TableForm::Layout;
    }
    // LaTeXML centres a formula, or one line of it after the other, with a table.
    if element.is_some_and(|it| has_class(it, |class| class == "ltx_eqn_table")) {
        return TableForm::Layout;
    }
    if is_listing(table) {
        return TableForm::Code;
    }
    let (mut layout, mut has_heads) = (false, false);
    for step in Walk::new(table).skip(1) {
        let Step::Enter(node) = step else { continue };
        let Some(element) = node.value().as_element() else { continue };
        let name = element.name();
        if name == "td" && has_class(element, |class| matches!(class, "blob-code" | "hljs-ln-code")) {
            return TableForm::Code;
        }
        has_heads |= name == "th";
        layout |= matches!(name, "table" | "pre" | "blockquote" | "article" | "form" | "iframe" | "video" | "hr")
            || matches!(heading_level(name), Some(1..=3));
    }
    if layout {
        return TableForm::Layout;
    }
    let rows = rows(table, write);
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let lengths = || rows.iter().flatten().map(|cell| cell.text().len());
    let is_empty = lengths().all(|length| length == 0);
    let long = lengths().any(|length| length > MAX_CELL_CHARS * 3);
    if (columns < 2 && !has_heads) || is_empty || long { TableForm::Layout } else { TableForm::Data(rows) }
}

/// Whether a cell is called code.
fn is_code_cell(cell: NodeRef<'_, Node>) -> bool {
    let is_code = |class: &str| class == "code" || class.ends_with("-code") || class.starts_with("code-");
    cell.value().as_element().is_some_and(|it| has_class(it, is_code))
}

fn holds_prose(cell: NodeRef<'_, Node>) -> bool {
    let is_prose =
        |it: &Element| matches!(it.name(), "p" | "pre" | "table" | "img") || heading_level(it.name()).is_some();
    cell.descendants().filter_map(|node| node.value().as_element()).any(is_prose)
}

/// Whether a table is a listing: one row whose first cell counts the lines of the second, rows of one number and one line that are
/// called code, or a cell of lines that is called so.
fn is_listing(table: NodeRef<'_, Node>) -> bool {
    let is = |node: &NodeRef<'_, Node>, names: &[&str]| {
        node.value().as_element().is_some_and(|it| names.contains(&it.name()))
    };
    let mut counted = Vec::new();
    let (mut rows, mut is_named, mut fits, mut has_columns) = (0_usize, false, false, true);
    let mut walk = Walk::new(table);
    walk.next();
    while let Some(step) = walk.next() {
        let Step::Enter(row) = step else { continue };
        if is(&row, &["pre", "table", "th"]) {
            return false;
        }
        if !is(&row, &["tr"]) {
            continue;
        }
        let mut cells = row.children().filter(|node| is(node, &["td", "th"]));
        let (first, second) = match (cells.next(), cells.next(), cells.next()) {
            (Some(first), Some(second), None) => (first, second),
            // A listing without numbers.
            (Some(only), None, None) => return lines(only) > 1 && is_code_cell(only) && !holds_prose(only),
            _ => return false,
        };
        let Some(numbers) = numbers(first) else { return false };
        let is_numbers = |class: &str| class.contains("num") || class.contains("line") || class.contains("gutter");
        has_columns &= first.value().as_element().is_some_and(|it| has_class(it, is_numbers));
        is_named = is_code_cell(second) && (rows == 0 || is_named);
        fits = rows == 0 && numbers.len() > 1 && numbers.len() == lines(second) && !is(&second, &["th"]);
        counted.extend(numbers);
        rows += 1;
        walk.skip_children();
    }
    count_up(&counted) && if counted.is_empty() { is_named && has_columns } else { fits || is_named }
}

/// The captions of a table, mostly one or none.
pub(super) fn captions<'t>(table: NodeRef<'t, Node>, words: &BlockWords) -> impl Iterator<Item = NodeRef<'t, Node>> {
    let is_caption = move |node: &NodeRef<'t, Node>| {
        node.value().as_element().is_some_and(|it| it.name() == "caption" && !is_hidden(*node, it, words))
    };
    table.children().filter(is_caption)
}

fn rows(table: NodeRef<'_, Node>, write: &mut dyn FnMut(NodeRef<'_, Node>) -> Cell) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
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
                    place(row, &mut covered, write(node), element);
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

fn place(row: &mut Vec<Cell>, covered: &mut Vec<usize>, mut cell: Cell, element: &Element) {
    let span = |name| attribute(element, name).and_then(|it| it.trim().parse().ok()).unwrap_or(1).clamp(1, MAX_SPAN);
    while row.len() < MAX_SPANNED
        && let Some(left) = covered.get_mut(row.len()).filter(|left| **left > 0)
    {
        *left -= 1;
        row.push(Cell::default());
    }
    let (wide, high) = (span("colspan"), span("rowspan"));
    for column in 0..wide.min(MAX_SPANNED.saturating_sub(row.len())).max(1) {
        if covered.len() <= row.len() {
            covered.resize(row.len() + 1, 0);
        }
        if let Some(left) = covered.get_mut(row.len()) {
            *left = high - 1;
        }
        row.push(if column == 0 { std::mem::take(&mut cell) } else { Cell::default() });
    }
}

/// The blocks that stand in a cell as one line. What lies about there as a card says nothing in it.
pub(super) fn cell(blocks: Vec<Block>) -> Cell {
    let mut spans: Vec<Span> = Vec::new();
    let mut written = blocks.into_iter().map(|block| block.spans).filter(|spans| !spans.is_empty());
    if let Some(first) = written.next() {
        spans.extend(first);
    }
    for block in written {
        spans.push(Span::plain(" "));
        spans.extend(block);
    }
    spans.retain(|span| !matches!(span, Span::Text { href, .. } if href.starts_with("wechat-card:")));
    for span in &mut spans {
        if let Span::Text { text, .. } = span
            && text.contains('\n')
        {
            *text = text.replace('\n', " ");
        }
    }
    Cell { spans }
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
        let TableForm::Data(rows) = form(table, &mut |cell| Cell::from(Tree::text_of(cell).as_str())) else {
            panic!("data")
        };
        assert_eq!(rows.len(), 100);
        assert!(
            rows.iter()
                .all(|row| row.len() <= MAX_SPANNED + 2 && row.iter().map(Cell::text).collect::<String>() == "ab")
        );
    }

    #[test]
    fn every_caption_is_read() {
        let rules = Rules::shipped();
        let (tree, _) =
            Tree::fragment("<table><caption>a</caption><tr><td>1<td>2<caption hidden>b</caption><caption>c</table>");
        let table = tree.first("table").expect("a table");
        assert_eq!(captions(table, &rules.words().blocks).map(Tree::text_of).collect::<Vec<_>>(), ["a", "c"]);
    }
}

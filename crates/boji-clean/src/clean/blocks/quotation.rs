use ego_tree::NodeRef;
use scraper::Node;

/// A side of a quotation.
#[derive(Clone, Copy, Debug)]
pub(super) enum Side {
    Before,
    Behind,
}

/// The mark that browsers set on a side of a quotation in a line; "" where its author set one.
pub(super) fn quotation_mark(node: NodeRef<'_, Node>, side: Side) -> &'static str {
    /// Quotations round it that are counted.
    const MAX_ABOVE: usize = 8;
    const MARKS: [char; 9] = ['"', '“', '”', '„', '«', '»', '「', '『', '‘'];
    let first = node.descendants().find_map(|node| node.value().as_text()?.trim_start().chars().next());
    if first.is_none_or(|first| MARKS.contains(&first)) {
        return "";
    }
    let is_quotation = |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| it.name() == "q");
    let is_inner = node.ancestors().take(MAX_ABOVE).filter(is_quotation).count() % 2 == 1;
    match (side, is_inner) {
        (Side::Before, false) => "“",
        (Side::Behind, false) => "”",
        (Side::Before, true) => "‘",
        (Side::Behind, true) => "’",
    }
}

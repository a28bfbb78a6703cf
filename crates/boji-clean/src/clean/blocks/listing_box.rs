//! The box in which a page sets a listing, with what stands there beside the listing: buttons, labels, numbers.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::code::is_icon;
use super::line_numbers::is_column;
use super::list::is_code_list;
use super::names::{has_class, heading_level};
use crate::parse::html::{Step, Tree, Walk, attribute};
use crate::rules::words::BlockWords;

/// Most nodes of a box outside of its listings.
const MAX_NODES: usize = 200;
/// Longest label, in bytes.
const MAX_LABEL: usize = 60;

/// Whether an element is the box of a listing: it is called so, and holds one or more and no prose.
pub(super) fn is_listing_box(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let is_named = matches!(element.name(), "div" | "figure" | "section")
        && (element.name() == "figure" || has_class(element, |class| words.is_listing(class)));
    if !is_named {
        return false;
    }
    let (mut has_listing, mut nodes) = (false, 0);
    let mut walk = Walk::new(node);
    walk.next();
    while let Some(step) = walk.next() {
        let Step::Enter(below) = step else { continue };
        nodes += 1;
        let Some(element) = below.value().as_element() else { continue };
        match element.name() {
            "pre" | "table" => {
                has_listing |= element.name() == "pre" || holds_code(below, words);
                walk.skip_children();
            }
            "ol" if is_code_list(below, words) => {
                has_listing = true;
                walk.skip_children();
            }
            "p" | "blockquote" | "ul" | "ol" | "article" => return false,
            name if heading_level(name).is_some() || nodes > MAX_NODES => return false,
            _ => {}
        }
    }
    has_listing
}

fn holds_code(table: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    let is_code = |it: &Element| {
        matches!(it.name(), "pre" | "code") || (it.name() == "td" && has_class(it, |class| words.is_listing(class)))
    };
    table.descendants().take(MAX_NODES).filter_map(|node| node.value().as_element()).any(is_code)
}

/// Whether an element in such a box works or names the listing, or counts its lines.
pub(super) fn is_listing_tool(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    if matches!(element.name(), "table" | "tbody" | "tr" | "code" | "ol" | "li") || holds_listing(node) {
        return false;
    }
    match element.name() {
        "pre" => return is_column(node) && has_listing_beside(node),
        "img" => return is_icon(element, words),
        _ => {}
    }
    let says = |text: String| {
        let text = text.trim().to_lowercase();
        words.is_listing_label(&text) || words.is_language(&text)
    };
    has_class(element, |class| words.is_listing_tool(class))
        || attribute(element, "aria-label")
            .is_some_and(|label| words.is_listing_label(label.trim().to_lowercase().as_str()))
        || Tree::short_text_of(node, MAX_LABEL).is_some_and(says)
        || is_column(node)
}

fn holds_listing(node: NodeRef<'_, Node>) -> bool {
    let is_listing = |it: &Element| matches!(it.name(), "pre" | "table" | "ol");
    node.descendants().skip(1).take(MAX_NODES).filter_map(|node| node.value().as_element()).any(is_listing)
}

/// Whether another `pre` stands beside one.
fn has_listing_beside(pre: NodeRef<'_, Node>) -> bool {
    let is_pre = |node: NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| it.name() == "pre");
    pre.prev_siblings().any(is_pre) || pre.next_siblings().any(is_pre)
}

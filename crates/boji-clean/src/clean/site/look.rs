use ego_tree::NodeRef;
use scraper::{Node, Selector};

use crate::parse::html::{Tree, attribute};
use crate::rules::SitePlace;

/// Most elements looked at for one selector.
const MAX_FOUND: usize = 1_000;
/// Longest value of a fact, in characters.
const MAX_VALUE_CHARS: usize = 300;

/// What one selector finds in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Number of elements, at most a thousand.
    pub count: usize,
    /// The beginning of what the first of them with a value says, on one line; "" when none has any.
    pub value: String,
}

/// The elements of a page that a selector finds, in reading order; none for what is no selector.
pub(super) fn nodes<'a>(tree: &'a Tree, selector: &str) -> Vec<NodeRef<'a, Node>> {
    match Selector::parse(selector) {
        Ok(selector) => tree.select(tree.root(), &selector).take(MAX_FOUND).collect(),
        Err(_) => Vec::new(),
    }
}

/// What a place of a rule finds in a page.
pub fn look(tree: &Tree, place: &SitePlace) -> Found {
    let nodes = nodes(tree, &place.selector);
    let value = nodes.iter().map(|node| value(*node, place)).find(|value| !value.is_empty());
    Found { count: nodes.len(), value: value.unwrap_or_default() }
}

/// What the elements at a place say, in reading order, each on one line; what is empty or too long to be a fact is
/// left out.
pub(super) fn values(tree: &Tree, place: &SitePlace) -> Vec<String> {
    let said = nodes(tree, &place.selector).into_iter().map(|node| value(node, place));
    said.filter(|value| !value.is_empty() && value.chars().count() <= MAX_VALUE_CHARS).collect()
}

fn value(node: NodeRef<'_, Node>, place: &SitePlace) -> String {
    let text = match (place.attribute.as_str(), node.value().as_element()) {
        ("", _) => Tree::text_of(node),
        (name, Some(element)) => attribute(element, name).unwrap_or_default().to_owned(),
        (_, None) => String::new(),
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::{has_class, heading_level};
use crate::parse::html::{Tree, attribute};
use crate::rules::words::BlockWords;
use crate::text::count_letters;

/// Elements above a link in which a heading is looked for.
const MAX_ABOVE: usize = 4;
/// Longest text of such a link, and longest heading that is compared with it, in bytes.
const MAX_TEXT: usize = 200;
const MAX_HEADING: usize = 2_000;

/// Whether an element only leads to the place where it stands, or works the heading in which it stands: `¶`, `#`, a link called
/// so by its class beside the words of a heading.
pub(super) fn is_permalink(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let is_link = element.name() == "a";
    let is_tool = has_class(element, |class| words.is_heading_tool(class));
    if !is_link && !is_tool {
        return false;
    }
    let href = attribute(element, "href").map(str::trim);
    let Some(text) = Tree::short_text_of(node, MAX_TEXT) else { return false };
    let is_sign = is_link && words.is_permalink_sign(visible(&text));
    if is_sign && href.is_some_and(|href| href.contains('#')) {
        return true;
    }
    let Some((heading, title)) = heading_round(node) else { return stands_behind_heading(node, element) };
    let leads_here = || leads_to(element, title);
    let says_more =
        || Tree::short_text_of(heading, MAX_HEADING).is_none_or(|whole| count_letters(&text) < count_letters(&whole));
    is_sign || ((is_tool || leads_here()) && says_more())
}

/// Whether what is no part of a heading stands right behind it all the same: a link that leads to it, what leads wikis to their editors.
fn stands_behind_heading(node: NodeRef<'_, Node>, element: &Element) -> bool {
    let before = node.prev_siblings().find_map(|before| before.value().as_element());
    before
        .filter(|before| heading_level(before.name()).is_some())
        .is_some_and(|heading| leads_to(element, heading) || has_class(element, |class| class.ends_with("editsection")))
}

/// Whether a link in a heading leads to that heading.
pub(super) fn leads_to_own_heading(node: NodeRef<'_, Node>, element: &Element) -> bool {
    element.name() == "a" && heading_round(node).is_some_and(|(_, title)| leads_to(element, title))
}

fn leads_to(link: &Element, heading: &Element) -> bool {
    let id = attribute(link, "href").and_then(|href| href.trim().strip_prefix('#')).filter(|id| !id.is_empty());
    id.is_some_and(|id| attribute(heading, "id") == Some(id) || attribute(link, "id") == Some(id))
}

fn heading_round(node: NodeRef<'_, Node>) -> Option<(NodeRef<'_, Node>, &Element)> {
    let above = node.ancestors().take(MAX_ABOVE).filter_map(|above| Some((above, above.value().as_element()?)));
    above.into_iter().find(|(_, it)| heading_level(it.name()).is_some())
}

/// A text without what shows nothing at its ends.
fn visible(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'))
}

use ego_tree::NodeRef;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

use super::names::{declares, is_folded};
use super::notes::{is_inline_note, is_note_list};
use super::opened::is_answer;
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// True when the element is taken out of the page by its own attributes and no click of a reader brings it back.
///
/// `visibility: hidden` does not count: pages use it until their script has run (WeChat's whole body is set so). Nor
/// do panels of accordions and tabs, answers to what stands before them, notes of the text, nor the parts that React streams
/// hidden (`S:0`) and moves into place.
pub fn is_hidden(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let hidden = element.attrs.iter().any(|(name, value)| match name.local {
        local_name!("hidden") => !value.eq_ignore_ascii_case("until-found"),
        local_name!("style") => declares(value, "display", "none"),
        _ => false,
    });
    hidden
        && !attribute(element, "id").is_some_and(|id| id.starts_with("S:"))
        && !attribute(element, "role").is_some_and(|role| matches!(role, "region" | "tabpanel"))
        && !is_folded(element, words)
        && !is_note_list(element, words)
        && !is_inline_note(node, element, words)
        && !is_answer(node, element, words)
}

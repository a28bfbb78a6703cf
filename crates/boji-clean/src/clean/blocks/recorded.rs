use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::image::framed;
use super::opened::control;
use super::written::AsideReason;
use crate::model::{Block, BlockKind, Span};
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// What goes on record and into no text: a player, a button that works the page.
pub(super) fn recorded(
    node: NodeRef<'_, Node>,
    element: &Element,
    base: Option<&Url>,
    words: &BlockWords,
) -> Option<(AsideReason, Block)> {
    match element.name() {
        "iframe" => Some((AsideReason::Player, player(element, base, words)?)),
        "button" => Some((AsideReason::Chrome, Block::paragraph(control(node, element, words)?))),
        _ => None,
    }
}

/// The frame of a player as a block: what it is called, and where it leads.
fn player(element: &Element, base: Option<&Url>, words: &BlockWords) -> Option<Block> {
    let address = framed(element, base, words)?;
    let title = attribute(element, "title").map(str::trim).filter(|title| !title.is_empty());
    let title = title.map_or_else(|| address.clone(), |title| title.split_whitespace().collect::<Vec<_>>().join(" "));
    Some(Block::new(BlockKind::Paragraph, vec![Span::link(title, address)]))
}

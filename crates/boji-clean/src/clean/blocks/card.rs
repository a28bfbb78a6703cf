use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::image::percent_decoded;
use super::names::heading_level;
use crate::model::{Block, BlockKind, Image, Span};
use crate::parse::html::{Step, Walk, attribute};
use crate::rules::words::BlockWords;

/// WeChat's own elements, as (name begins with, kind). Players and shops are no text; a vote asks its author's question, and a place
/// is one that the author names.
const CARDS: [(&str, &str); 15] = [
    ("mp-common-profile", "profile"),
    ("mp-common-mpaudio", "audio"),
    ("mp-common-qqmusic", "audio"),
    ("mpvoice", "audio"),
    ("qqmusic", "audio"),
    ("mp-common-videosnap", "video"),
    ("mp-common-miniprogram", "miniprogram"),
    ("mp-miniprogram", "miniprogram"),
    ("mp-weapp", "miniprogram"),
    ("mp-common-product", "product"),
    ("mp-common-cpsad", "product"),
    ("mp-common-redpacket", "redpacket"),
    ("mp-common-vote", "vote"),
    ("mp-common-poi", "place"),
    ("mp-common-", "other"),
];

/// A WeChat card as a paragraph of one link, whose address `wechat-card:<kind>` lets the cleaner tell it from text; a
/// sticker is a picture. `None` for other elements, a card without words that nobody knows among them, for there may
/// be text in it; a block without spans for a known card without words.
pub(super) fn card(element: &Element, known: &BlockWords) -> Option<Block> {
    let name = element.name();
    if name.starts_with("mp-common-sticker") {
        let address = attribute(element, "data-emoji_url").map(str::trim).filter(|address| !address.is_empty());
        let image = |address: &str| Span::Image(Image { url: address.to_owned(), ..Image::default() });
        return Some(Block::new(BlockKind::Figure, address.map(image).into_iter().collect()));
    }
    let (_, kind) = CARDS.iter().find(|(prefix, _)| name.starts_with(prefix))?;
    let stated = |key: &String| attribute(element, key).map(str::trim).filter(|words| !words.is_empty());
    let words = known.card_words().iter().find_map(stated);
    if words.is_none() && *kind == "other" {
        return None;
    }
    let span = |words: &str| match *kind {
        "vote" => Span::plain(words),
        "place" => Span::plain(percent_decoded(words, false)),
        _ => Span::link(words, format!("wechat-card:{kind}")),
    };
    Some(Block::new(BlockKind::Paragraph, words.map(span).into_iter().collect()))
}

/// Whether blocks of text stand in a card. What WeChat's scripts put into one is boxes and lines; a card that was never closed holds
/// what comes behind it in the article.
pub(super) fn holds_blocks(card: NodeRef<'_, Node>) -> bool {
    Walk::new(card).skip(1).any(|step| match step {
        Step::Enter(node) => node.value().as_element().is_some_and(|element| {
            matches!(element.name(), "p" | "section" | "blockquote" | "ul" | "ol" | "table" | "pre")
                || heading_level(element.name()).is_some()
        }),
        Step::Leave(_) => false,
    })
}

use scraper::node::Element;

use crate::model::{Block, BlockKind, Image, Span};
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// WeChat's own elements, as (name begins with, kind). Players and shops are no text, a vote asks its author's question.
const CARDS: [(&str, &str); 14] = [
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
        _ => Span::link(words, format!("wechat-card:{kind}")),
    };
    Some(Block::new(BlockKind::Paragraph, words.map(span).into_iter().collect()))
}

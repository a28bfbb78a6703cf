use scraper::node::Element;

use crate::model::{Block, BlockKind, Span};
use crate::parse::html::attribute;

/// WeChat's own elements: cards of accounts, mini programs, sounds and the like, as (name begins with, kind).
const CARDS: [(&str, &str); 9] = [
    ("mp-common-profile", "profile"),
    ("mp-common-mpaudio", "audio"),
    ("mpvoice", "audio"),
    ("qqmusic", "audio"),
    ("mp-common-videosnap", "video"),
    ("mp-common-miniprogram", "miniprogram"),
    ("mp-miniprogram", "miniprogram"),
    ("mp-weapp", "miniprogram"),
    ("mp-", "other"),
];

/// Where a card keeps the words that it shows, best first.
const WORDS: [&str; 8] = [
    "data-nickname",
    "data-miniprogram-title",
    "data-title",
    "music_name",
    "name",
    "data-miniprogram-nickname",
    "data-desc",
    "title",
];

/// A WeChat card as a paragraph of one link, whose address `wechat-card:<kind>` lets the cleaner tell it from text.
/// `None` for other elements; a block without spans for a card without words.
pub(super) fn card(element: &Element) -> Option<Block> {
    let name = element.name();
    let (_, kind) = CARDS.iter().find(|(prefix, _)| name.starts_with(prefix))?;
    let words = WORDS.iter().find_map(|key| attribute(element, key).map(str::trim).filter(|words| !words.is_empty()));
    let spans = words.map(|words| Span::link(words, format!("wechat-card:{kind}"))).into_iter().collect();
    Some(Block::new(BlockKind::Paragraph, spans))
}

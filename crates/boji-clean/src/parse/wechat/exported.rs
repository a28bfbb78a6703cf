//! Pages that wechat-article-exporter renders of an article's data: a frame of its own round the text.

use super::body::{Content, backgrounds, paragraphs_and_pictures};
use super::markup::{self, Token, attribute, find_tag, inside, words};
use super::outline::Outline;
use super::stated::{StatedFacts, beijing_text, shown_place};
use crate::model::{ArticleKind, WeChatLink, plain_address};

/// The class of the frame.
pub(super) const FRAME: &str = "__page_content__";

/// What such a page says, and its body; `None` for any other page.
pub(super) struct Exported {
    pub stated: StatedFacts,
    pub kind: ArticleKind,
    pub content: Option<Content>,
    /// Only a preview of a paid article.
    pub is_preview: bool,
    /// It shows a player, a drawing, a vote or a card alone.
    pub is_wordless: bool,
}

/// Reads the frame: `__page_content__` with its `__meta__`, the address in a quotation, the text in a section whose class
/// is the type of the article. Comments and the bar of buttons stand behind that.
pub(super) fn read(page: &Outline<'_>) -> Option<Exported> {
    let frame = page.markup().find_map(|(_, piece)| find_tag(piece, "class", FRAME).map(|(.., after)| after))?;
    let (tag, _, after) = find_tag(frame, "class", "__meta__")?;
    let (meta, _) = inside(tag, after);
    let of = |piece: &str, class: &str| {
        let (tag, _, after) = find_tag(piece, "class", class)?;
        Some(words(inside(tag, after).0)).filter(|text| !text.is_empty())
    };
    let source = find_tag(frame, "class", "source").map(|(tag, _, after)| inside(tag, after).0);
    let url = source.and_then(linked).and_then(|url| WeChatLink::parse(&url)).map(|link| link.canonical());
    let (number, html) = section(frame)?;
    let kind = match number {
        8 => ArticleKind::Picture,
        10 => ArticleKind::Text,
        5 => ArticleKind::Video,
        6 | 7 => ArticleKind::Audio,
        _ => ArticleKind::Article,
    };
    let content = match kind {
        ArticleKind::Picture | ArticleKind::Text => paragraphs_and_pictures(html),
        _ => super::dom::shows_something(html).then(|| Content::Html(html.to_owned())),
    };
    let stated = StatedFacts {
        title: of(frame, "title").filter(|title| title != "(无标题)"),
        account: of(meta, "nick_name"),
        author: of(meta, "author"),
        published: of(meta, "create_time").as_deref().and_then(beijing_text),
        place: of(meta, "ip").as_deref().and_then(shown_place),
        copyright: of(meta, "copyright").filter(|mark| mark == "原创").map(|_| "original".to_owned()),
        url,
        ..StatedFacts::default()
    };
    let is_wordless = super::dom::is_wordless(html);
    let content = if is_wordless { backgrounds(html).or(content) } else { content };
    Some(Exported { stated, kind, content, is_preview: html.contains("mp-pay-preview-filter"), is_wordless })
}

/// The section of the text, by the number in its class.
fn section(frame: &str) -> Option<(u32, &str)> {
    markup::tokens(frame).find_map(|(token, end)| {
        let Token::Open { name, attributes } = token else { return None };
        let class = attribute(attributes, "class")?;
        let number = class.split_ascii_whitespace().find_map(|class| class.strip_prefix("item_show_type_"))?;
        Some((number.parse().ok()?, inside(name, frame.get(end..)?).0))
    })
}

fn linked(piece: &str) -> Option<String> {
    markup::tokens(piece).find_map(|(token, _)| match token {
        Token::Open { attributes, .. } => attribute(attributes, "href").map(|url| plain_address(&url)),
        _ => None,
    })
}

//! The frame in which an archive shows an article of WeChat: labels with what they say, above the text.

use super::markup::{self, Token, attribute, find_tag, inside, words};
use super::outline::Outline;
use super::stated::{StatedFacts, beijing_text};
use super::value::decode_entities;
use crate::model::{WeChatLink, plain_address};
use crate::parse::archive::{Field, field};

/// Bytes before the text in which labels are looked for, and most pieces of them.
const MAX_FRAME: usize = 65_536;
const MAX_PIECES: usize = 400;
/// Most characters of a label, and of a name behind one.
const MAX_LABEL: usize = 10;
const MAX_NAME: usize = 40;

enum Piece {
    Words(String),
    Link(String),
}

/// What the labels above `#js_content` say; nothing of a page that has WeChat's own elements there.
pub(super) fn stated(page: &Outline<'_>) -> StatedFacts {
    let mut stated = StatedFacts::default();
    let Some((frame, is_own)) = frame(page) else { return stated };
    if is_own {
        return stated;
    }
    let pieces = pieces(frame);
    for (at, piece) in pieces.iter().enumerate() {
        let behind = pieces.get(at + 1..).unwrap_or_default();
        let text = match piece {
            Piece::Words(text) => text.as_str(),
            Piece::Link(url) => {
                // What a link is called stands inside of it.
                let label =
                    behind.first().and_then(|piece| if let Piece::Words(text) = piece { Some(text) } else { None });
                if label.is_some_and(|label| says(label) == Some(Field::Address)) {
                    stated.url = stated.url.or_else(|| canonical(url));
                }
                continue;
            }
        };
        let (label, own) = text.split_once([':', '：']).unwrap_or((text, ""));
        let label = label.trim();
        if label.chars().count() > MAX_LABEL {
            continue;
        }
        let next =
            || behind.iter().find_map(|piece| if let Piece::Words(text) = piece { Some(text.clone()) } else { None });
        let value = if own.trim().is_empty() { next() } else { Some(own.trim().to_owned()) };
        let name = || value.clone().filter(|name| name.chars().count() <= MAX_NAME && !name.contains("://"));
        match says(label) {
            Some(Field::Account | Field::WeChatAccount | Field::Source) => {
                stated.account = stated.account.or_else(name);
            }
            Some(Field::Author) => stated.author = stated.author.or_else(name),
            Some(Field::Published) => {
                stated.published = stated.published.or_else(|| value.as_deref().and_then(beijing_text));
            }
            Some(Field::Address) => {
                let link =
                    behind.iter().take(2).find_map(|piece| if let Piece::Link(url) = piece { Some(url) } else { None });
                stated.url = stated.url.or_else(|| canonical(link.or(value.as_ref())?));
            }
            _ => {}
        }
    }
    if stated.url.is_some() || stated.account.is_some() {
        let heading = find_tag_named(frame, "h1");
        stated.title = heading.map(words).filter(|title| !title.is_empty());
    }
    stated
}

/// Whether labels name the address of an article of WeChat.
pub(super) fn names_article(page: &Outline<'_>) -> bool {
    stated(page).url.is_some()
}

/// The markup between the start of the body and the text, and whether WeChat's own elements stand in it.
fn frame<'a>(page: &Outline<'a>) -> Option<(&'a str, bool)> {
    page.markup().find_map(|(_, piece)| {
        let (_, _, after) = find_tag(piece, "id", "js_content")?;
        let end = piece.len() - after.len();
        let from = piece.ceil_char_boundary(end.saturating_sub(MAX_FRAME));
        let frame = piece.get(from..end)?;
        let is_own = ["activity-name", "js_name", "meta_content"].iter().any(|id| find_tag(frame, "id", id).is_some());
        Some((frame, is_own))
    })
}

fn pieces(frame: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (token, _) in markup::tokens(frame) {
        match token {
            Token::Text(text) => {
                let text = decode_entities(text);
                let text = text.trim();
                if !text.is_empty() {
                    pieces.push(Piece::Words(text.to_owned()));
                }
            }
            Token::Open { name, attributes } if name.eq_ignore_ascii_case("a") => {
                pieces.extend(attribute(attributes, "href").map(|url| Piece::Link(plain_address(&url))));
            }
            Token::Open { .. } | Token::Close { .. } => {}
        }
        if pieces.len() >= MAX_PIECES {
            break;
        }
    }
    pieces
}

/// What a label says, by the keys of saved archives.
fn says(label: &str) -> Option<Field> {
    field(label).map(|(field, _)| field)
}

fn find_tag_named<'a>(frame: &'a str, wanted: &str) -> Option<&'a str> {
    markup::tokens(frame).find_map(|(token, end)| match token {
        Token::Open { name, .. } if name.eq_ignore_ascii_case(wanted) => Some(inside(name, frame.get(end..)?).0),
        _ => None,
    })
}

fn canonical(url: &str) -> Option<String> {
    WeChatLink::parse(url).map(|link| link.canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_an_archive_name_the_article() {
        let cases = [
            "<h1>论茶馆</h1><p><strong>来源:</strong> 青石小记</p><p><strong>发布时间:</strong> 2021-03-05 08:00</p>\
             <p><strong>原文链接:</strong> <a href=\"http://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv\">x</a></p><div id=\"js_content\">",
            "<h1>论茶馆</h1><span>公众号</span><span>青石小记</span><span>发布时间</span><time>2021-03-05 08:00</time>\
             <a href=\"https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv\">查看原文</a><div id=\"js_content\">",
        ];
        for html in cases {
            let found = stated(&Outline::new(html));
            assert_eq!(
                (found.title.as_deref(), found.account.as_deref()),
                (Some("论茶馆"), Some("青石小记")),
                "{html}"
            );
            assert_eq!(found.url.as_deref(), Some("https://mp.weixin.qq.com/s/abcdefghijklmnopqrstuv"), "{html}");
            assert!(found.published.is_some(), "{html}");
        }
        let own = "<h1 id=\"activity-name\">题</h1><p>来源: 别处</p><div id=\"js_content\">";
        assert_eq!(stated(&Outline::new(own)), StatedFacts::default());
    }
}

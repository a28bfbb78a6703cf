use std::borrow::Cow;

use super::entity::decode_entities;
use super::tag::{Markup, read_markup};
use crate::parse::base64::from_base64;

/// The inside of an element that holds text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Inner<'a> {
    /// Text with entities.
    Escaped(Cow<'a, str>),
    /// Text without, from CDATA sections.
    Literal(Cow<'a, str>),
    /// HTML that was not escaped at all, as it stands.
    Markup(Cow<'a, str>),
}

impl Inner<'_> {
    /// No text.
    pub(super) const NONE: Self = Self::Literal(Cow::Borrowed(""));
}

/// The inside of an element that may hold HTML: in CDATA, escaped, or put in bare, as XHTML or by mistake.
pub(super) fn html_inner(raw: &str) -> Inner<'_> {
    if memchr::memchr(b'<', raw.as_bytes()).is_none() {
        return Inner::Escaped(Cow::Borrowed(raw));
    }
    if let Some(section) = single_section(raw) {
        return Inner::Literal(Cow::Borrowed(section));
    }
    let mut has_tags = false;
    let mut escaped = String::new();
    let mut literal = String::new();
    let mut markup = String::new();
    for piece in pieces(raw) {
        match piece {
            Piece::Text(text) => {
                escaped.push_str(text);
                literal.push_str(&decode_entities(text));
                markup.push_str(text);
            }
            Piece::Cdata(text) => {
                literal.push_str(text);
                markup.push_str(text);
            }
            Piece::Tag(text) => {
                has_tags = true;
                markup.push_str(text);
            }
        }
    }
    if !has_tags {
        return if escaped.len() == literal.len() && escaped == literal {
            Inner::Escaped(Cow::Owned(escaped))
        } else {
            Inner::Literal(Cow::Owned(literal))
        };
    }
    Inner::Markup(Cow::Owned(without_wrapper(&markup)))
}

/// The inside of an element that holds text alone: tags and comments are dropped.
pub(super) fn plain_inner(raw: &str) -> Inner<'_> {
    if memchr::memchr(b'<', raw.as_bytes()).is_none() {
        return Inner::Escaped(Cow::Borrowed(raw.trim()));
    }
    let mut literal = String::new();
    for piece in pieces(raw) {
        match piece {
            Piece::Text(text) => literal.push_str(&decode_entities(text)),
            Piece::Cdata(text) => literal.push_str(text),
            Piece::Tag(_) => {}
        }
    }
    Inner::Literal(Cow::Owned(literal.trim().to_owned()))
}

/// The text in an element written in base64; nothing when it is no text but a picture or the like.
pub(super) fn base64_inner(raw: &str) -> Inner<'_> {
    let text = from_base64(raw).and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    Inner::Literal(Cow::Owned(text))
}

/// The one CDATA section that is all there is, as in most feeds.
fn single_section(raw: &str) -> Option<&str> {
    let inner = raw.trim().strip_prefix("<![CDATA[")?.strip_suffix("]]>")?;
    memchr::memmem::find(inner.as_bytes(), b"]]>").is_none().then_some(inner)
}

enum Piece<'a> {
    Text(&'a str),
    Cdata(&'a str),
    Tag(&'a str),
}

fn pieces(raw: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = raw;
    std::iter::from_fn(move || {
        loop {
            if rest.is_empty() {
                return None;
            }
            let position = memchr::memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
            if position > 0 {
                let (text, after) = rest.split_at_checked(position)?;
                rest = after;
                return Some(Piece::Text(text));
            }
            // A section that is not closed reaches to the end.
            if let Some(open) = rest.strip_prefix("<![CDATA[")
                && memchr::memmem::find(open.as_bytes(), b"]]>").is_none()
            {
                rest = "";
                return Some(Piece::Cdata(open));
            }
            let (markup, length) = read_markup(rest);
            let (written, after) = rest.split_at_checked(length)?;
            rest = after;
            match markup {
                Markup::Cdata(text) => return Some(Piece::Cdata(text)),
                Markup::Tag(_) => return Some(Piece::Tag(written)),
                Markup::Stray | Markup::Cut => return Some(Piece::Cdata(written)),
                Markup::Silent(_) => {}
            }
        }
    })
}

/// XHTML stands in a `div` that is no part of it, and may have a prefix of its own.
fn without_wrapper(markup: &str) -> String {
    let trimmed = markup.trim();
    let (Markup::Tag(first), length) = read_markup(trimmed) else { return markup.to_owned() };
    if !first.local_name().eq_ignore_ascii_case("div") || first.is_empty {
        return markup.to_owned();
    }
    let close = format!("</{}>", first.name);
    let inside = trimmed.get(length..).and_then(|rest| rest.strip_suffix(close.as_str()));
    let body = inside
        .filter(|_| memchr::memmem::find(first.attributes.as_bytes(), b"xhtml").is_some() || first.name.contains(':'));
    let body = body.unwrap_or(trimmed);
    match first.name.split_once(':') {
        Some((prefix, _)) => body.replace(&format!("<{prefix}:"), "<").replace(&format!("</{prefix}:"), "</"),
        None => body.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_text_is_nothing() {
        assert_eq!(base64_inner("5bGxIGE="), Inner::Literal(Cow::Owned("山 a".to_owned())));
        assert_eq!(base64_inner("/9j/4AAQ"), Inner::Literal(Cow::Owned(String::new())));
    }
}

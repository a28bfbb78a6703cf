use std::borrow::Cow;

use super::entity::decode_entities;

/// Attributes read of one tag.
const MAX_ATTRIBUTES: usize = 64;

/// A start or end tag as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) struct Tag<'a> {
    /// Qualified name, in the case it was written in.
    pub name: &'a str,
    /// What stands between name and `>`, without the slash of an empty element.
    pub attributes: &'a str,
    /// `</name>`.
    pub is_end: bool,
    /// `<name/>`.
    pub is_empty: bool,
}

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Markup<'a> {
    /// Start, end or empty tag.
    Tag(Tag<'a>),
    /// The inside of a CDATA section.
    Cdata(&'a str),
    /// Comment, declaration or processing instruction.
    Silent(&'a str),
    /// A `<` that begins nothing: text.
    Stray,
    /// Markup that the text ends in.
    Cut,
}

/// Reads the markup at the start of `text`, which begins with `<`; gives it and its length in bytes. A tag ends before
/// the next `<` even inside quotes, so that one lost quotation mark spoils one tag, and reading stays linear.
pub(in crate::parse) fn read_markup(text: &str) -> (Markup<'_>, usize) {
    let delimited = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        Some(match inner.find(close) {
            Some(end) => (inner.get(..end).unwrap_or_default(), open.len() + end + close.len()),
            None => ("", 0),
        })
    };
    if let Some((inner, length)) = delimited("<![CDATA[", "]]>") {
        return if length == 0 { (Markup::Cut, text.len()) } else { (Markup::Cdata(inner), length) };
    }
    for (open, close) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] {
        if let Some((inner, length)) = delimited(open, close) {
            return if length == 0 { (Markup::Cut, text.len()) } else { (Markup::Silent(inner), length) };
        }
    }
    read_tag(text)
}

fn read_tag(text: &str) -> (Markup<'_>, usize) {
    let after = text.get(1..).unwrap_or_default();
    let (is_end, inside) = after.strip_prefix('/').map_or((false, after), |rest| (true, rest));
    if !inside.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return (Markup::Stray, 1);
    }
    let Some(end) = end_of_tag(inside) else {
        let cut = memchr::memchr(b'<', inside.as_bytes()).is_none();
        return if cut { (Markup::Cut, text.len()) } else { (Markup::Stray, 1) };
    };
    let content = inside.get(..end).unwrap_or_default();
    let length = text.len() - inside.len() + end + 1;
    let (content, is_empty) = match content.strip_suffix('/') {
        // The slash belongs to a value without quotes: <a href=https://a.example/>
        Some(rest) if rest.contains('=') && !rest.ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')) => {
            (content, false)
        }
        Some(rest) => (rest, true),
        None => (content, false),
    };
    let name_end =
        content.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '=')).unwrap_or(content.len());
    let (name, attributes) = content.split_at_checked(name_end).unwrap_or((content, ""));
    (Markup::Tag(Tag { name, attributes, is_end, is_empty }), length)
}

/// Where the `>` of a tag stands: the first one outside of quotes, else the first at all, before the next `<`.
fn end_of_tag(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let limit = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
    let window = bytes.get(..limit)?;
    let mut quote = None;
    for position in memchr::memchr3_iter(b'"', b'\'', b'>', window) {
        match (quote, window.get(position)) {
            (None, Some(b'>')) => return Some(position),
            (None, Some(mark)) => quote = Some(*mark),
            (Some(open), Some(mark)) if open == *mark => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', window)
}

impl<'a> Tag<'a> {
    /// The name after the prefix.
    pub(crate) fn local_name(&self) -> &'a str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }

    /// The value of an attribute with its entities read; `name` in lower case. The first wins.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        attributes(self.attributes)
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| decode_entities(value))
    }
}

/// Names and raw values, quoted, bare or missing.
pub(in crate::parse) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..)?;
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))?,
        };
        rest = after;
        Some((name, value))
    })
    .take(MAX_ATTRIBUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &str) -> (&str, &str, bool, bool, usize) {
        match read_markup(text) {
            (Markup::Tag(tag), length) => (tag.name, tag.attributes, tag.is_end, tag.is_empty, length),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_tags_however_written() {
        assert_eq!(tag("<a:b c='>'/>x"), ("a:b", " c='>'", false, true, 12));
        assert_eq!(tag("</item >"), ("item", " ", true, false, 8));
        // One lost quotation mark: the tag ends at its first `>`.
        assert_eq!(tag("<a href=\"x>text<b title=\"y\">"), ("a", " href=\"x", false, false, 11));
        assert_eq!(read_markup("< 3").0, Markup::Stray);
        assert_eq!(read_markup("<a href").0, Markup::Cut);
        assert_eq!(read_markup("<![CDATA[a<b]]>c"), (Markup::Cdata("a<b"), 15));
        assert_eq!(read_markup("<!-- <item> -->").0, Markup::Silent(" <item> "));
    }

    #[test]
    fn reads_attributes_however_written() {
        let text = r#" a = "1 2" b='&lt;&#x41;' c=3 d HREF="x"y"#;
        let all: Vec<_> = attributes(text).collect();
        assert_eq!(all, [("a", "1 2"), ("b", "&lt;&#x41;"), ("c", "3"), ("d", ""), ("HREF", "x"), ("y", "")]);
        let tag = Tag { name: "x", attributes: text, is_end: false, is_empty: false };
        assert_eq!(tag.attribute("href").as_deref(), Some("x"));
        assert_eq!(tag.attribute("b").as_deref(), Some("<A"));
    }
}

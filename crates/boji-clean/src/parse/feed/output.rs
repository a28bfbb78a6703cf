use std::borrow::Cow;
use std::ops::Range;

use super::element::{FeedDialect, kept_attribute};
use super::markup::{Markup, attributes, decode_entities, push_escaped, push_literal, read_markup};
use crate::parse::base64::from_base64;

/// The name by which elements are written that nobody needs.
pub(super) const OTHER: &str = "x:other";

/// The prefixes written. The last ones are for our own index: feed-rs must not know them, since it panics on some of
/// their values and refuses a feed for others.
const PREFIXES: &str = " xmlns:atom=\"http://www.w3.org/2005/Atom\" \
    xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
    xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
    xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:itunes=\"urn:x-itunes\" xmlns:x=\"urn:x-other\"";

/// An element with text or attributes, as ranges of the repaired XML.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name written out.
    pub name: &'static str,
    /// The name of the element that holds it: `item`, `entry`, `author`, `image`, …; "" for the feed itself.
    pub parent: &'static str,
    /// Its attributes.
    pub attributes: Range<usize>,
    /// Its text: escaped, or one or more CDATA sections.
    pub inner: Range<usize>,
}

/// Well-formed XML in the making, with an index of its fields and the elements that are open.
#[derive(Debug, Default)]
pub(super) struct FeedWriter<'a> {
    pub xml: String,
    /// Fields outside of entries.
    pub head: Vec<Field>,
    /// Fields of each entry; the first is the entry's own element.
    pub entries: Vec<Vec<Field>>,
    /// Open elements: the name in the source, and the name written.
    pub open: Vec<(&'a str, &'static str)>,
    entry_start: usize,
}

impl<'a> FeedWriter<'a> {
    /// Opens the root, and in RSS the channel.
    pub(super) fn new(dialect: FeedDialect, root_attributes: &str, capacity: usize) -> Self {
        let mut output = Self { xml: String::with_capacity(capacity), ..Self::default() };
        output.xml.push_str(match dialect {
            FeedDialect::Rss => "<rss version=\"2.0\"",
            FeedDialect::Atom => "<feed xmlns=\"http://www.w3.org/2005/Atom\"",
        });
        output.xml.push_str(PREFIXES);
        output.push_attributes(root_attributes);
        output.xml.push_str(if dialect == FeedDialect::Rss { "><channel>" } else { ">" });
        output
    }

    /// Closes everything.
    pub(super) fn close_root(&mut self, dialect: FeedDialect) {
        self.close_down_to(0);
        self.xml.push_str(if dialect == FeedDialect::Rss { "</channel></rss>" } else { "</feed>" });
    }

    /// Whether an entry is open.
    pub(super) fn in_entry(&self) -> bool {
        self.open.iter().any(|(_, name)| is_entry(name))
    }

    /// Begins an entry: everything below the feed is closed first.
    pub(super) fn open_entry(&mut self, name: &'static str, raw: &'a str, attributes: &str) {
        self.close_down_to(0);
        self.entry_start = self.xml.len();
        self.entries.push(Vec::new());
        self.open(name, raw, attributes);
    }

    /// Takes the open entry back.
    pub(super) fn drop_entry(&mut self) {
        self.xml.truncate(self.entry_start);
        self.entries.pop();
        self.open.clear();
    }

    /// Begins an element that holds others.
    pub(super) fn open(&mut self, name: &'static str, raw: &'a str, attributes: &str) {
        self.start(name, attributes, "");
        self.open.push((raw, name));
    }

    /// Ends elements until `depth` are open.
    pub(super) fn close_down_to(&mut self, depth: usize) {
        while self.open.len() > depth
            && let Some((_, name)) = self.open.pop()
        {
            self.end(name);
        }
    }

    /// A whole element without children; `extra` are attributes of ours, written as they stand.
    pub(super) fn leaf(&mut self, name: &'static str, attributes: &str, extra: &str, inner: &Inner<'_>) {
        self.start(name, attributes, extra);
        let start = self.xml.len();
        if matches!(name, "author" | "dc:creator") {
            let mut text = String::new();
            push_text(&mut text, inner);
            pad_address(&mut self.xml, &text);
        } else {
            match inner {
                Inner::Escaped(text) => push_escaped(&mut self.xml, text),
                Inner::Literal(text) if text.is_empty() => {}
                Inner::Literal(text) | Inner::Markup(text) => push_cdata(&mut self.xml, text),
            }
        }
        let range = start..self.xml.len();
        if let Some(field) = self.fields(name).last_mut() {
            field.inner = range;
        }
        self.end(name);
    }

    fn start(&mut self, name: &'static str, attributes: &str, extra: &str) {
        let parent = self.open.last().map_or("", |(_, name)| *name);
        self.xml.push('<');
        self.xml.push_str(name);
        let start = self.xml.len();
        self.xml.push_str(extra);
        self.push_attributes(attributes);
        let end = self.xml.len();
        self.xml.push('>');
        if name != OTHER {
            self.fields(name).push(Field { name, parent, attributes: start..end, inner: end + 1..end + 1 });
        }
    }

    fn end(&mut self, name: &str) {
        self.xml.push_str("</");
        self.xml.push_str(name);
        self.xml.push('>');
    }

    /// The list that a field named `name` belongs to here.
    fn fields(&mut self, name: &str) -> &mut Vec<Field> {
        let inside = is_entry(name) || self.in_entry();
        match self.entries.last_mut() {
            Some(entry) if inside => entry,
            _ => &mut self.head,
        }
    }

    fn push_attributes(&mut self, text: &str) {
        let mut written: Vec<&'static str> = Vec::new();
        for (name, value) in attributes(text) {
            let Some(name) = kept_attribute(name).filter(|name| !written.contains(name)) else { continue };
            if name == "xml:base" && !is_base(value) {
                continue;
            }
            written.push(name);
            push_attribute(&mut self.xml, name, &Inner::Escaped(value.into()));
        }
    }
}

/// ` name="value"`.
pub(super) fn push_attribute(out: &mut String, name: &str, value: &Inner<'_>) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    push_text(out, value);
    out.push('"');
}

fn is_entry(name: &str) -> bool {
    matches!(name, "item" | "entry")
}

/// feed-rs gives up on a base that is no URL.
fn is_base(value: &str) -> bool {
    matches!(url::Url::parse(value), Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase))
}

fn push_text(out: &mut String, inner: &Inner<'_>) {
    match inner {
        Inner::Escaped(text) => push_escaped(out, text.trim()),
        Inner::Literal(text) | Inner::Markup(text) => push_literal(out, text.trim()),
    }
}

/// Writes text as CDATA, without the characters that XML forbids.
fn push_cdata(out: &mut String, text: &str) {
    let forbidden =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    out.push_str("<![CDATA[");
    for (index, part) in text.split("]]>").enumerate() {
        if index > 0 {
            out.push_str("]]]]><![CDATA[>");
        }
        out.extend(part.split(forbidden));
    }
    out.push_str("]]>");
}

/// Sets an address off from what is not ASCII: feed-rs cuts one byte beside an address and panics inside a character.
fn pad_address(out: &mut String, text: &str) {
    if text.is_ascii() || !text.contains('@') {
        out.push_str(text);
        return;
    }
    let mut ascii = true;
    for c in text.chars() {
        if c.is_ascii() != ascii {
            out.push(' ');
        }
        ascii = c.is_ascii();
        out.push(c);
    }
}

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

use std::ops::Range;

use super::element::{Dialect, kept_attribute};
use super::entity::{push_escaped, push_literal};
use super::inner::Inner;
use super::tag::attributes;

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
pub(super) struct Output<'a> {
    pub xml: String,
    /// Fields outside of entries.
    pub head: Vec<Field>,
    /// Fields of each entry; the first is the entry's own element.
    pub entries: Vec<Vec<Field>>,
    /// Open elements: the name in the source, and the name written.
    pub open: Vec<(&'a str, &'static str)>,
    entry_start: usize,
}

impl<'a> Output<'a> {
    /// Opens the root, and in RSS the channel.
    pub(super) fn new(dialect: Dialect, root_attributes: &str, capacity: usize) -> Self {
        let mut output = Self { xml: String::with_capacity(capacity), ..Self::default() };
        output.xml.push_str(match dialect {
            Dialect::Rss => "<rss version=\"2.0\"",
            Dialect::Atom => "<feed xmlns=\"http://www.w3.org/2005/Atom\"",
        });
        output.xml.push_str(PREFIXES);
        output.push_attributes(root_attributes);
        output.xml.push_str(if dialect == Dialect::Rss { "><channel>" } else { ">" });
        output
    }

    /// Closes everything.
    pub(super) fn close_root(&mut self, dialect: Dialect) {
        self.close_down_to(0);
        self.xml.push_str(if dialect == Dialect::Rss { "</channel></rss>" } else { "</feed>" });
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

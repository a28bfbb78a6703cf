use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memmem};

use super::element::{Dialect, Kind, element, kept_attribute};
use super::entity::{push_escaped, push_literal};
use super::inner::{Inner, html_inner, plain_inner};
use super::namespace::Namespace;
use super::root::Root;
use super::tag::{Markup, Tag, attributes, read_markup};
use crate::model::Issue;

/// Entries read of one feed.
pub(super) const MAX_ENTRIES: usize = 10_000;
/// Elements open at the same time; deeper ones are passed over.
const MAX_DEPTH: usize = 64;
/// CDATA sections of one feed that are taken to be unclosed, though a closing mark stands behind the next one.
const MAX_UNCLOSED_CDATA: usize = 64;

/// An element with text or attributes, as ranges of the repaired XML.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The name written out.
    pub name: &'static str,
    /// The name of the element that holds it: `channel`, `feed`, `item`, `entry`, `author`, `image`, `other`, …
    pub parent: &'static str,
    /// Its attributes.
    pub attributes: Range<usize>,
    /// Its text: escaped, or one or more CDATA sections.
    pub inner: Range<usize>,
}

/// A feed as well-formed XML in one dialect, with an index of its fields.
#[derive(Debug, Default)]
pub(super) struct Repaired {
    /// The XML: RSS 2.0 or Atom 1.0 with the usual prefixes, nothing but what a feed reader needs.
    pub xml: String,
    /// Fields outside of entries.
    pub head: Vec<Field>,
    /// Fields of each entry; the first is the entry's own element.
    pub entries: Vec<Vec<Field>>,
    /// What had to be got over.
    pub issues: Vec<Issue>,
}

/// Writes a feed anew, in one pass: prefixes and names put right, entities and bare ampersands, forgotten and crossed end
/// tags, markup inside of text, sections that do not end, and a tail that is cut off mid-entry. Never fails.
pub(super) fn repair(text: &str, root: &Root<'_>) -> Repaired {
    let mut writer = Writer::new(text, root);
    let end = writer.write_all(root.after);
    writer.finish(end)
}

/// How the reading of the body ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// With the end tag of the root.
    Closed,
    /// With the text.
    Cut,
    /// With too many entries.
    Full,
}

struct Open<'a> {
    raw: &'a str,
    written: &'static str,
}

struct Writer<'a> {
    text: &'a str,
    dialect: Dialect,
    root: &'a str,
    prefixes: Vec<(&'a str, Namespace)>,
    stack: Vec<Open<'a>>,
    entry_start: usize,
    crossed_tags: usize,
    unclosed_cdata: usize,
    no_more_cdata_ends: bool,
    /// Leaf names with the place before which they are known not to be closed, so that no stretch is searched twice.
    unclosed_leaves: Vec<(&'a str, usize)>,
    done: Repaired,
}

impl<'a> Writer<'a> {
    fn new(text: &'a str, root: &Root<'a>) -> Self {
        let mut writer = Self {
            text,
            dialect: root.dialect,
            root: root.tag.name,
            prefixes: Vec::new(),
            stack: Vec::new(),
            entry_start: 0,
            crossed_tags: 0,
            unclosed_cdata: 0,
            no_more_cdata_ends: false,
            unclosed_leaves: Vec::new(),
            done: Repaired { xml: String::with_capacity(text.len() + 512), ..Repaired::default() },
        };
        writer.declare(&root.tag);
        writer.done.xml.push_str(match root.dialect {
            Dialect::Rss => "<rss version=\"2.0\"",
            Dialect::Atom => "<feed xmlns=\"http://www.w3.org/2005/Atom\"",
        });
        // The last two are ours to read: feed-rs must not, since it panics on some of their values.
        writer.done.xml.push_str(
            " xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
             xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
             xmlns:itunes=\"urn:x-itunes\" xmlns:x=\"urn:x-other\"",
        );
        writer.write_attributes(root.tag.attributes);
        writer.done.xml.push('>');
        if root.dialect == Dialect::Rss {
            writer.done.xml.push_str("<channel>");
        }
        writer
    }

    fn write_all(&mut self, start: usize) -> End {
        let mut at = start;
        while let Some(step) = self.text.as_bytes().get(at..).and_then(|rest| memchr(b'<', rest)) {
            at += step;
            let (markup, length) = read_markup(self.text.get(at..).unwrap_or_default());
            at += length;
            match markup {
                Markup::Tag(tag) if tag.is_end => {
                    if self.end_tag(&tag) {
                        return End::Closed;
                    }
                }
                Markup::Tag(tag) => match self.start_tag(&tag, at) {
                    Ok(after) => at = after,
                    Err(end) => return end,
                },
                Markup::Cut => return End::Cut,
                Markup::Cdata(_) | Markup::Silent(_) | Markup::Stray => {}
            }
        }
        End::Cut
    }

    /// Writes an element; `Ok` is where reading goes on.
    fn start_tag(&mut self, tag: &Tag<'a>, after: usize) -> Result<usize, End> {
        self.declare(tag);
        let local = tag.local_name().to_ascii_lowercase();
        match element(self.dialect, self.namespace_of(tag), &local) {
            Some((_, Kind::Channel)) => Ok(after),
            Some((name, Kind::Entry)) => {
                if self.done.entries.len() >= MAX_ENTRIES {
                    return Err(End::Full);
                }
                self.open_entry(name, tag);
                Ok(after)
            }
            Some((name, Kind::Attributes)) => Ok(self.write_attribute_element(name, tag, after)),
            Some((name, kind @ (Kind::Html | Kind::Plain))) => self.write_leaf(name, kind, tag, after),
            Some((name, Kind::Container)) => {
                self.open(name, tag);
                Ok(after)
            }
            None => {
                self.open("x:other", tag);
                Ok(after)
            }
        }
    }

    /// Closes what an end tag closes; true when it is the root's.
    fn end_tag(&mut self, tag: &Tag<'a>) -> bool {
        if let Some(index) = self.stack.iter().rposition(|open| open.raw.eq_ignore_ascii_case(tag.name)) {
            self.crossed_tags += self.stack.len() - index - 1;
            self.close_down_to(index);
            return self.stack.is_empty() && tag.name.eq_ignore_ascii_case(self.root);
        }
        tag.name.eq_ignore_ascii_case(self.root)
    }

    fn open_entry(&mut self, name: &'static str, tag: &Tag<'a>) {
        // An entry inside an entry: the end tag of the first one was forgotten.
        if let Some(index) = self.stack.iter().position(|open| open.written == name) {
            self.crossed_tags += 1;
            self.close_down_to(index);
        }
        self.close_down_to(0);
        self.entry_start = self.done.xml.len();
        self.done.entries.push(Vec::new());
        self.open(name, tag);
        if let Some(href) = tag.attribute("href").filter(|_| self.dialect == Dialect::Rss) {
            // CDF puts the link on the item.
            self.write_text("link", Inner::Literal(href));
        }
    }

    fn open(&mut self, name: &'static str, tag: &Tag<'a>) {
        if self.stack.len() >= MAX_DEPTH || tag.is_empty && name == "x:other" {
            return;
        }
        self.write_start(name, tag.attributes);
        self.stack.push(Open { raw: tag.name, written: name });
        if tag.is_empty {
            self.close_down_to(self.stack.len() - 1);
        }
    }

    fn close_down_to(&mut self, depth: usize) {
        while self.stack.len() > depth
            && let Some(open) = self.stack.pop()
        {
            self.write_end(open.written);
        }
    }

    /// `link`, `category`, `enclosure`: the text of one that has no attributes is taken for what it should have said.
    fn write_attribute_element(&mut self, name: &'static str, tag: &Tag<'a>, after: usize) -> usize {
        let wanted = match name {
            "link" | "atom:link" => "href",
            "category" => "term",
            _ => "",
        };
        if !wanted.is_empty() && !tag.is_empty && tag.attribute(wanted).is_none() {
            let (inner, next) = self.leaf(tag, after);
            let text = plain_inner(self.text.get(inner).unwrap_or_default());
            let mut extra = format!(" {wanted}=\"");
            push_inner_text(&mut extra, &text);
            extra.push('"');
            self.write_start_with(name, tag.attributes, &extra);
            self.write_end(name);
            return next.unwrap_or(after);
        }
        self.write_start(name, tag.attributes);
        self.write_end(name);
        after
    }

    fn write_leaf(&mut self, name: &'static str, kind: Kind, tag: &Tag<'a>, after: usize) -> Result<usize, End> {
        if tag.is_empty {
            return Ok(self.write_empty_leaf(name, tag, after));
        }
        let (range, next) = self.leaf(tag, after);
        let Some(next) = next else { return Err(End::Cut) };
        let raw = self.text.get(range).unwrap_or_default();
        let inner = match kind {
            Kind::Html => html_inner(raw),
            _ => plain_inner(raw),
        };
        let is_markup = matches!(inner, Inner::Markup(_));
        let extra = if self.dialect == Dialect::Atom && kind == Kind::Html { atom_type(tag, is_markup) } else { "" };
        // `type` is written by us where it counts, `src` only where feed-rs accepts it.
        let kept: Cow<'_, str> = if extra.is_empty() { Cow::Borrowed(tag.attributes) } else { without_type(tag) };
        self.write_start_with(name, &kept, extra);
        self.write_inner(name, inner);
        self.write_end(name);
        Ok(next)
    }

    /// `<link href="…"/>` in RSS, and `<link/>http://…` as an HTML serialiser leaves it.
    fn write_empty_leaf(&mut self, name: &'static str, tag: &Tag<'a>, after: usize) -> usize {
        if name == "link" {
            if let Some(href) = tag.attribute("href") {
                let extra = tag.attribute("rel").is_none_or(|rel| rel == "alternate");
                if extra {
                    self.write_text(name, Inner::Literal(href));
                }
                return after;
            }
            let rest = self.text.get(after..).unwrap_or_default();
            let text = rest.get(..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
            if text.trim_start().starts_with("http") {
                self.write_text(name, Inner::Escaped(Cow::Borrowed(text)));
                return after + text.len();
            }
        }
        self.write_start(name, tag.attributes);
        self.write_end(name);
        after
    }

    fn write_text(&mut self, name: &'static str, inner: Inner<'_>) {
        self.write_start(name, "");
        self.write_inner(name, inner);
        self.write_end(name);
    }

    /// The inside of a leaf, and where reading goes on: `None` when the text ends first.
    fn leaf(&mut self, tag: &Tag<'a>, from: usize) -> (Range<usize>, Option<usize>) {
        let known_unclosed = self.unclosed_leaves.iter().any(|(name, until)| *name == tag.name && from < *until);
        let mut at = from;
        let mut cut = false;
        while !known_unclosed {
            let Some(step) = self.text.as_bytes().get(at..).and_then(|rest| memchr(b'<', rest)) else {
                cut = true;
                at = self.text.len();
                break;
            };
            at += step;
            let rest = self.text.get(at..).unwrap_or_default();
            if rest.starts_with("<![CDATA[") {
                at = self.cdata_end(at).unwrap_or(at + 9);
            } else if let Some(length) = end_tag_of(rest, tag.name) {
                return (from..at, Some(at + length));
            } else if is_entry_tag(rest, self.dialect) {
                break;
            } else {
                at += 1;
            }
        }
        if !known_unclosed {
            self.unclosed_leaves.retain(|(name, _)| *name != tag.name);
            self.unclosed_leaves.push((tag.name, at));
        }
        self.crossed_tags += 1;
        if cut && !self.has_tag_after(from) {
            return (from..self.text.len(), None);
        }
        let end = self.end_of_text(from);
        (from..end, Some(end))
    }

    /// Whether anything but character data follows.
    fn has_tag_after(&mut self, from: usize) -> bool {
        let end = self.end_of_text(from);
        matches!(read_markup(self.text.get(end..).unwrap_or_default()).0, Markup::Tag(tag) if tag.is_end
            || element(self.dialect, self.namespace_of(&tag), &tag.local_name().to_ascii_lowercase()).is_some())
    }

    /// Where the text and CDATA sections from `from` on end.
    fn end_of_text(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(step) = self.text.as_bytes().get(at..).and_then(|rest| memchr(b'<', rest)) {
            at += step;
            if !self.text.get(at..).is_some_and(|rest| rest.starts_with("<![CDATA[")) {
                return at;
            }
            let Some(end) = self.cdata_end(at) else { return at };
            at = end;
        }
        self.text.len()
    }

    /// The end of the CDATA section at `at`; `None` when it is not closed. One that reaches over the end of its entry
    /// into the next section is not closed either.
    fn cdata_end(&mut self, at: usize) -> Option<usize> {
        if self.no_more_cdata_ends {
            return None;
        }
        let rest = self.text.as_bytes().get(at + 9..)?;
        let Some(length) = memmem::find(rest, b"]]>") else {
            self.no_more_cdata_ends = true;
            self.unclosed_cdata += 1;
            return None;
        };
        let section = rest.get(..length)?;
        let close = if self.dialect == Dialect::Rss { "</item>" } else { "</entry>" };
        if self.unclosed_cdata < MAX_UNCLOSED_CDATA
            && memmem::find(section, b"<![CDATA[").is_some()
            && memmem::find(section, close.as_bytes()).is_some()
        {
            self.unclosed_cdata += 1;
            return None;
        }
        Some(at + 9 + length + 3)
    }

    /// Remembers the prefixes that a tag declares.
    fn declare(&mut self, tag: &Tag<'a>) {
        if memmem::find(tag.attributes.as_bytes(), b"xmlns:").is_none() {
            return;
        }
        for (name, uri) in attributes(tag.attributes) {
            if let Some(prefix) = name.strip_prefix("xmlns:")
                && self.prefixes.len() < MAX_DEPTH
            {
                self.prefixes.push((prefix, Namespace::of_uri(uri)));
            }
        }
    }

    fn namespace_of(&self, tag: &Tag<'_>) -> Namespace {
        if let Some((prefix, _)) = tag.name.split_once(':') {
            let declared = self.prefixes.iter().rev().find(|(known, _)| *known == prefix);
            return match declared {
                // A well-known prefix with an odd URI is still what it says.
                Some((_, Namespace::Other)) | None => Namespace::of_prefix(prefix),
                Some((_, namespace)) => *namespace,
            };
        }
        let own = match self.dialect {
            Dialect::Rss => Namespace::Rss,
            Dialect::Atom => Namespace::Atom,
        };
        tag.attribute("xmlns").map_or(own, |uri| match Namespace::of_uri(&uri) {
            Namespace::Other => own,
            namespace => namespace,
        })
    }

    fn write_start(&mut self, name: &'static str, attributes: &str) {
        self.write_start_with(name, attributes, "");
    }

    /// Writes a start tag and opens its field; `extra` is written as it stands.
    fn write_start_with(&mut self, name: &'static str, attributes: &str, extra: &str) {
        let parent = self.stack.last().map_or("", |open| open.written);
        self.done.xml.push('<');
        self.done.xml.push_str(name);
        let start = self.done.xml.len();
        self.done.xml.push_str(extra);
        self.write_attributes(attributes);
        let end = self.done.xml.len();
        self.done.xml.push('>');
        if name == "x:other" {
            return;
        }
        let field = Field { name, parent, attributes: start..end, inner: end + 1..end + 1 };
        let inside = self.stack.iter().any(|open| matches!(open.written, "item" | "entry"));
        match self.done.entries.last_mut() {
            Some(entry) if inside || matches!(name, "item" | "entry") => entry.push(field),
            _ => self.done.head.push(field),
        }
    }

    fn write_attributes(&mut self, text: &str) {
        let mut written: Vec<&'static str> = Vec::new();
        for (name, value) in attributes(text) {
            let Some(name) = kept_attribute(name).filter(|name| !written.contains(name)) else { continue };
            // feed-rs gives up on a base that is no URL.
            if name == "xml:base"
                && matches!(url::Url::parse(value), Err(error) if error != url::ParseError::RelativeUrlWithoutBase)
            {
                continue;
            }
            written.push(name);
            self.done.xml.push(' ');
            self.done.xml.push_str(name);
            self.done.xml.push_str("=\"");
            push_escaped(&mut self.done.xml, value.trim());
            self.done.xml.push('"');
        }
    }

    fn write_inner(&mut self, name: &str, inner: Inner<'_>) {
        let start = self.done.xml.len();
        if matches!(name, "author" | "dc:creator") {
            let mut text = String::new();
            push_inner_text(&mut text, &inner);
            pad_address(&mut self.done.xml, &text);
        } else {
            match inner {
                Inner::Escaped(text) => push_escaped(&mut self.done.xml, &text),
                Inner::Literal(text) | Inner::Markup(text) => push_cdata(&mut self.done.xml, &text),
            }
        }
        let end = self.done.xml.len();
        let fields = if self.stack.iter().any(|open| matches!(open.written, "item" | "entry")) {
            self.done.entries.last_mut()
        } else {
            Some(&mut self.done.head)
        };
        if let Some(field) = fields.and_then(|fields| fields.last_mut()) {
            field.inner = start..end;
        }
    }

    fn write_end(&mut self, name: &str) {
        self.done.xml.push_str("</");
        self.done.xml.push_str(name);
        self.done.xml.push('>');
    }

    fn finish(mut self, end: End) -> Repaired {
        let mid_entry = self.stack.iter().any(|open| matches!(open.written, "item" | "entry"));
        if end == End::Cut && mid_entry {
            self.done.xml.truncate(self.entry_start);
            self.done.entries.pop();
            self.stack.clear();
        }
        self.close_down_to(0);
        self.done.xml.push_str(match self.dialect {
            Dialect::Rss => "</channel></rss>",
            Dialect::Atom => "</feed>",
        });
        let mut issue = |code: &str, message: String| self.done.issues.push(Issue::new(code, message));
        match end {
            End::Cut if mid_entry => issue("truncated", "the feed ends inside an entry, which is left out".to_owned()),
            End::Cut => issue("truncated", "the feed ends before its last end tag".to_owned()),
            End::Full => issue("too-many-entries", format!("only the first {MAX_ENTRIES} entries are read")),
            End::Closed => {}
        }
        if self.unclosed_cdata > 0 {
            issue("unclosed-cdata", format!("{} CDATA sections are not closed", self.unclosed_cdata));
        }
        if self.crossed_tags > 0 {
            issue("crossed-tags", format!("{} elements are not closed where they should be", self.crossed_tags));
        }
        self.done
    }
}

/// The length of an end tag of `name` at the start of `text`.
fn end_tag_of(text: &str, name: &str) -> Option<usize> {
    let rest = text.strip_prefix("</")?;
    let (head, tail) = rest.split_at_checked(name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    let close = tail.find('>')?;
    tail.get(..close)?.trim().is_empty().then_some(2 + name.len() + close + 1)
}

/// Whether `text` begins with a start or end tag of an entry.
fn is_entry_tag(text: &str, dialect: Dialect) -> bool {
    let name = if dialect == Dialect::Rss { "item" } else { "entry" };
    let rest = text.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    rest.split_at_checked(name.len()).is_some_and(|(head, tail)| {
        head.eq_ignore_ascii_case(name) && tail.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
    })
}

/// Types of Atom 0.3 and 1.0 come down to two.
fn atom_type(tag: &Tag<'_>, is_markup: bool) -> &'static str {
    let stated = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    let html = stated.contains("html") || stated.ends_with("/xml") || stated.ends_with("+xml");
    if html || is_markup { " type=\"html\"" } else { " type=\"text\"" }
}

fn without_type<'a>(tag: &Tag<'a>) -> Cow<'a, str> {
    let kept = attributes(tag.attributes).filter(|(name, _)| matches!(*name, "xml:base" | "xml:lang"));
    Cow::Owned(kept.map(|(name, value)| format!(" {name}=\"{}\"", value.replace('"', ""))).collect())
}

fn push_inner_text(out: &mut String, inner: &Inner<'_>) {
    match inner {
        Inner::Escaped(text) => push_escaped(out, text.trim()),
        Inner::Literal(text) | Inner::Markup(text) => push_literal(out, text.trim()),
    }
}

/// Writes text as CDATA, without the characters that XML forbids.
fn push_cdata(out: &mut String, text: &str) {
    out.push_str("<![CDATA[");
    let forbidden =
        |c: char| matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    for (index, part) in text.split("]]>").enumerate() {
        if index > 0 {
            out.push_str("]]]]><![CDATA[>");
        }
        part.split(forbidden).for_each(|clean| out.push_str(clean));
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

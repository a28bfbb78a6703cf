use std::ops::Range;

use memchr::{memchr, memmem};

use super::element::{ElementKind, FeedDialect, Namespace, Root, element};
use super::markup::{Markup, Tag, attributes, read_markup};
use super::output::{FeedWriter, Field, Inner, OTHER, base64_inner, html_inner, plain_inner, push_attribute};
use super::text::Leaves;
use crate::model::{Issue, IssueCode};

/// Entries read of one feed.
pub(super) const MAX_ENTRIES: usize = 10_000;
/// Elements open at the same time; deeper ones are passed over.
const MAX_DEPTH: usize = 64;
/// Prefixes that a feed may declare.
const MAX_PREFIXES: usize = 256;

/// A feed as well-formed XML in one dialect, with an index of its fields.
#[derive(Debug)]
pub(super) struct Repaired {
    /// The XML: RSS 2.0 or Atom 1.0 with the usual prefixes, nothing but what a feed reader needs.
    pub xml: String,
    /// Fields outside of entries.
    pub head: Vec<Field>,
    /// Fields of each entry; the first is the entry's own element.
    pub entries: Vec<Vec<Field>>,
    /// Where each entry stands in the text that was read.
    pub places: Vec<Range<usize>>,
    /// Where reading that text ended.
    pub read_to: usize,
    /// What had to be got over.
    pub issues: Vec<Issue>,
}

/// Writes a feed anew, in one pass: prefixes and names put right, entities and bare ampersands, forgotten and crossed end
/// tags, markup inside of text, sections that do not end, and a tail that is cut off mid-entry. Never fails.
pub(super) fn repair(text: &str, root: &Root<'_>) -> Repaired {
    let entry_name = if root.dialect == FeedDialect::Rss { "item" } else { "entry" };
    let mut writer = Writer {
        text,
        root: root.tag.name,
        dialect: root.dialect,
        prefixes: Vec::new(),
        leaves: Leaves::new(text, entry_name),
        output: FeedWriter::new(root.dialect, root.tag.attributes, text.len() + 1024),
        places: Vec::new(),
        crossed_tags: 0,
    };
    writer.declare(&root.tag);
    let (end, read_to) = writer.write_all(root.after);
    writer.finish(end, read_to)
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

struct Writer<'a> {
    text: &'a str,
    root: &'a str,
    dialect: FeedDialect,
    prefixes: Vec<(&'a str, Namespace)>,
    leaves: Leaves<'a>,
    output: FeedWriter<'a>,
    /// Where the entries stand; the end of one that is open is its start.
    places: Vec<Range<usize>>,
    crossed_tags: usize,
}

impl<'a> Writer<'a> {
    /// Text between elements means nothing in a feed and is passed over. How reading ended, and behind which byte.
    fn write_all(&mut self, start: usize) -> (End, usize) {
        let mut at = start;
        while let Some(step) = memchr(b'<', self.rest(at).as_bytes()) {
            let from = at + step;
            let (markup, length) = read_markup(self.rest(from));
            at = from + length;
            match markup {
                Markup::Tag(tag) if tag.is_end => {
                    let in_entry = self.output.in_entry();
                    if self.end_tag(&tag) {
                        self.end_place(from);
                        return (End::Closed, at);
                    }
                    if in_entry && !self.output.in_entry() {
                        self.end_place(at);
                    }
                }
                Markup::Tag(tag) => match self.start_tag(&tag, from, at) {
                    Ok(next) => at = next,
                    Err(end) => return (end, from),
                },
                Markup::Cut => return (End::Cut, self.text.len()),
                Markup::Cdata(_) | Markup::Silent(_) | Markup::Stray => {}
            }
        }
        (End::Cut, self.text.len())
    }

    /// Ends the place of the entry that is open, if one is.
    fn end_place(&mut self, end: usize) {
        if let Some(place) = self.places.last_mut().filter(|place| place.end == place.start) {
            place.end = end;
        }
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Writes an element whose start tag stands between two places; `Ok` is where reading goes on.
    fn start_tag(&mut self, tag: &Tag<'a>, from: usize, after: usize) -> Result<usize, End> {
        self.declare(tag);
        let local = tag.local_name().to_ascii_lowercase();
        let (name, kind) =
            element(self.dialect, self.namespace_of(tag), &local).unwrap_or((OTHER, ElementKind::Container));
        match kind {
            ElementKind::Channel => {}
            ElementKind::Entry if self.output.entries.len() >= MAX_ENTRIES => return Err(End::Full),
            ElementKind::Entry => {
                self.end_place(from);
                self.places.push(from..from);
                self.open_entry(name, tag);
                if tag.is_empty {
                    self.end_place(after);
                }
            }
            ElementKind::Container => self.open(name, tag),
            ElementKind::Attributes => return self.write_attributes(name, tag, after),
            ElementKind::Html | ElementKind::Plain if tag.is_empty => return Ok(self.write_empty(name, tag, after)),
            ElementKind::Html | ElementKind::Plain => return self.write_leaf(name, kind, tag, after),
        }
        Ok(after)
    }

    /// Closes what an end tag closes; true when it is the root's.
    fn end_tag(&mut self, tag: &Tag<'a>) -> bool {
        let is_root = tag.name.eq_ignore_ascii_case(self.root);
        let Some(index) = self.output.open.iter().rposition(|(raw, _)| raw.eq_ignore_ascii_case(tag.name)) else {
            return is_root;
        };
        self.crossed_tags += self.output.open.len() - index - 1;
        self.output.close_down_to(index);
        is_root && index == 0
    }

    fn open_entry(&mut self, name: &'static str, tag: &Tag<'a>) {
        // An entry inside an entry: the end tag of the first one was forgotten.
        self.crossed_tags += usize::from(self.output.in_entry());
        self.leaves.entry_name = tag.name;
        self.output.open_entry(name, tag.name, tag.attributes);
        if let Some(href) = tag.attribute("href").filter(|_| self.dialect == FeedDialect::Rss) {
            // CDF puts the link on the item.
            self.output.leaf("link", "", "", &Inner::Literal(href));
        }
        if tag.is_empty {
            self.output.close_down_to(0);
        }
    }

    fn open(&mut self, name: &'static str, tag: &Tag<'a>) {
        let depth = self.output.open.len();
        if depth >= MAX_DEPTH || (tag.is_empty && name == OTHER) {
            return;
        }
        self.output.open(name, tag.name, tag.attributes);
        if tag.is_empty {
            self.output.close_down_to(depth);
        }
    }

    /// `link`, `category`, `enclosure`: where the attribute that counts is missing, the text is taken for it.
    fn write_attributes(&mut self, name: &'static str, tag: &Tag<'a>, after: usize) -> Result<usize, End> {
        let wanted = match name {
            "link" | "atom:link" => "href",
            "category" => "term",
            _ => "",
        };
        let (mut extra, mut next) = (String::new(), after);
        if !wanted.is_empty() && !tag.is_empty && tag.attribute(wanted).is_none() {
            let leaf = self.leaves.find(tag, after).ok_or(End::Cut)?;
            let text = plain_inner(self.text.get(leaf.inner).unwrap_or_default());
            push_attribute(&mut extra, wanted, &text);
            next = leaf.next;
        }
        self.output.leaf(name, tag.attributes, &extra, &Inner::NONE);
        Ok(next)
    }

    fn write_leaf(&mut self, name: &'static str, kind: ElementKind, tag: &Tag<'a>, after: usize) -> Result<usize, End> {
        let leaf = self.leaves.find(tag, after).ok_or(End::Cut)?;
        let raw = self.text.get(leaf.inner).unwrap_or_default();
        let typed = kind == ElementKind::Html && self.dialect == FeedDialect::Atom;
        let inner = match kind {
            ElementKind::Html if typed && is_base64(tag) => base64_inner(raw),
            ElementKind::Html => html_inner(raw),
            _ => plain_inner(raw),
        };
        if typed {
            // One of two types, and no `src`: feed-rs refuses the whole feed for others.
            let mut extra = String::new();
            for (key, value) in attributes(tag.attributes).filter(|(key, _)| matches!(*key, "xml:base" | "xml:lang")) {
                push_attribute(&mut extra, key, &Inner::Escaped(value.into()));
            }
            let is_html = is_html_type(tag) || matches!(inner, Inner::Markup(_));
            extra.push_str(if is_html { " type=\"html\"" } else { " type=\"text\"" });
            self.output.leaf(name, "", &extra, &inner);
        } else {
            self.output.leaf(name, tag.attributes, "", &inner);
        }
        Ok(leaf.next)
    }

    /// An empty element. In RSS it may be `<link href="…"/>`, or `<link/>http://…` as an HTML serialiser leaves it.
    fn write_empty(&mut self, name: &'static str, tag: &Tag<'a>, after: usize) -> usize {
        if name != "link" {
            self.output.leaf(name, tag.attributes, "", &Inner::NONE);
            return after;
        }
        if let Some(href) = tag.attribute("href") {
            if tag.attribute("rel").is_none_or(|rel| rel == "alternate") {
                self.output.leaf(name, "", "", &Inner::Literal(href));
            }
            return after;
        }
        let rest = self.rest(after);
        let text = rest.get(..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())).unwrap_or_default();
        if text.trim_start().starts_with("http") {
            self.output.leaf(name, "", "", &Inner::Escaped(text.trim().into()));
        }
        after + text.len()
    }

    /// Remembers the prefixes that a tag declares.
    fn declare(&mut self, tag: &Tag<'a>) {
        if memmem::find(tag.attributes.as_bytes(), b"xmlns:").is_none() {
            return;
        }
        for (name, uri) in attributes(tag.attributes) {
            if let Some(prefix) = name.strip_prefix("xmlns:").filter(|_| self.prefixes.len() < MAX_PREFIXES) {
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
        let own = if self.dialect == FeedDialect::Rss { Namespace::Rss } else { Namespace::Atom };
        match tag.attribute("xmlns").map(|uri| Namespace::of_uri(&uri)) {
            None | Some(Namespace::Other) => own,
            Some(namespace) => namespace,
        }
    }

    fn finish(mut self, end: End, read_to: usize) -> Repaired {
        let mut issues = Vec::new();
        let mut issue = |code: IssueCode, message: String| issues.push(Issue::new(code, message));
        match end {
            End::Cut if self.output.in_entry() => {
                self.output.drop_entry();
                self.places.pop();
                issue(IssueCode::Truncated, "the feed ends inside an entry, which is left out".to_owned());
            }
            End::Cut => issue(IssueCode::Truncated, "the feed ends before its last end tag".to_owned()),
            End::Full => issue(IssueCode::TooManyEntries, format!("only the first {MAX_ENTRIES} entries are read")),
            End::Closed => {}
        }
        self.output.close_root(self.dialect);
        if self.leaves.unclosed_cdata > 0 {
            issue(IssueCode::UnclosedCdata, format!("{} CDATA sections are not closed", self.leaves.unclosed_cdata));
        }
        let crossed = self.crossed_tags + self.leaves.unclosed;
        if crossed > 0 {
            issue(IssueCode::CrossedTags, format!("{crossed} elements are not closed where they should be"));
        }
        let (places, output) = (self.places, self.output);
        Repaired { xml: output.xml, head: output.head, entries: output.entries, places, read_to, issues }
    }
}

/// Atom 0.3 says so; in Atom 1.0 it is the form of everything that is neither text nor markup (RFC 4287, 4.1.3.3).
fn is_base64(tag: &Tag<'_>) -> bool {
    let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    match tag.attribute("mode").as_deref() {
        Some(mode) => mode == "base64",
        None => kind.contains('/') && !kind.starts_with("text/") && !is_xml(&kind),
    }
}

fn is_html_type(tag: &Tag<'_>) -> bool {
    let kind = tag.attribute("type").unwrap_or_default().trim().to_ascii_lowercase();
    kind.contains("html") || is_xml(&kind) || is_base64(tag)
}

fn is_xml(kind: &str) -> bool {
    kind.ends_with("/xml") || kind.ends_with("+xml")
}

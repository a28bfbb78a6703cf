use std::ops::Range;

use memchr::{memchr, memmem};

use super::tag::{Markup, Tag, read_markup};
use super::text::is_html_element;

/// CDATA sections of one feed that are taken to be unclosed, though a closing mark stands behind the next one.
const MAX_UNCLOSED_CDATA: usize = 64;
const CDATA: &str = "<![CDATA[";

/// Finds where elements that hold text end, though their end tag or that of a CDATA section may be missing. What was
/// searched in vain is remembered, so that no stretch is searched again and again.
#[derive(Debug)]
pub(super) struct Leaves<'a> {
    text: &'a str,
    /// The name of the last entry as written: its tags end any leaf.
    pub entry_name: &'a str,
    /// Elements without an end tag so far.
    pub unclosed: usize,
    /// CDATA sections without an end so far.
    pub unclosed_cdata: usize,
    no_more_cdata_ends: bool,
    /// Names with the place before which they are known not to be closed.
    known_unclosed: Vec<(&'a str, usize)>,
}

/// Where a leaf's inside lies, and where reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub inner: Range<usize>,
    pub next: usize,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(text: &'a str, entry_name: &'a str) -> Self {
        Self { text, entry_name, unclosed: 0, unclosed_cdata: 0, no_more_cdata_ends: false, known_unclosed: Vec::new() }
    }

    /// The inside of the element that `tag` opens, its content beginning at `from`. Without an end tag before the entry's
    /// own it is the text up to the next tag; `None` when the whole text ends inside of it.
    pub(super) fn find(&mut self, tag: &Tag<'a>, from: usize) -> Option<Leaf> {
        let known = self.known_unclosed.iter().any(|(name, until)| *name == tag.name && from < *until);
        if !known {
            match self.search(tag, from) {
                Ok(leaf) => return Some(leaf),
                Err(until) => {
                    self.known_unclosed.retain(|(name, _)| *name != tag.name);
                    self.known_unclosed.push((tag.name, until));
                }
            }
        }
        let end = self.end_of_text(from);
        if !self.goes_on(end) {
            return None;
        }
        self.unclosed += 1;
        Some(Leaf { inner: from..end, next: end })
    }

    /// `Err` is where the search ended in vain.
    fn search(&mut self, tag: &Tag<'a>, from: usize) -> Result<Leaf, usize> {
        let mut at = from;
        while let Some(step) = memchr(b'<', self.rest(at).as_bytes()) {
            at += step;
            let rest = self.rest(at);
            if rest.starts_with(CDATA) {
                at = self.cdata_end(at).unwrap_or(at + CDATA.len());
            } else if let Some(length) = end_tag_of(rest, tag.name) {
                return Ok(Leaf { inner: from..at, next: at + length });
            } else if begins_tag_of(rest, self.entry_name) {
                return Err(at);
            } else {
                at += 1;
            }
        }
        Err(self.text.len())
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Whether the feed goes on at a tag of its own: one of HTML belongs to the text that was cut off.
    fn goes_on(&self, at: usize) -> bool {
        matches!(read_markup(self.rest(at)).0, Markup::Tag(tag) if tag.is_end || !is_html_element(tag.name))
    }

    /// Where the text and CDATA sections from `from` on end.
    fn end_of_text(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(step) = memchr(b'<', self.rest(at).as_bytes()) {
            at += step;
            match self.rest(at).starts_with(CDATA).then(|| self.cdata_end(at)).flatten() {
                Some(end) => at = end,
                None => return at,
            }
        }
        self.text.len()
    }

    /// The end of the CDATA section at `at`; `None` when it is not closed. One that reaches over the end of its entry
    /// into the next section is not closed either.
    fn cdata_end(&mut self, at: usize) -> Option<usize> {
        if self.no_more_cdata_ends {
            return None;
        }
        let inside = self.rest(at + CDATA.len()).as_bytes();
        let Some(length) = memmem::find(inside, b"]]>") else {
            self.no_more_cdata_ends = true;
            self.unclosed_cdata += 1;
            return None;
        };
        let section = inside.get(..length)?;
        if self.unclosed_cdata < MAX_UNCLOSED_CDATA
            && memmem::find(section, CDATA.as_bytes()).is_some()
            && memmem::find(section, format!("</{}>", self.entry_name).as_bytes()).is_some()
        {
            self.unclosed_cdata += 1;
            return None;
        }
        Some(at + CDATA.len() + length + 3)
    }
}

/// The length of an end tag of `name` at the start of `text`.
fn end_tag_of(text: &str, name: &str) -> Option<usize> {
    let (head, tail) = text.strip_prefix("</")?.split_at_checked(name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    let space = tail.len() - tail.trim_start().len();
    tail.trim_start().starts_with('>').then_some(2 + name.len() + space + 1)
}

/// Whether `text` begins with a start or end tag of `name`.
fn begins_tag_of(text: &str, name: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    rest.split_at_checked(name.len()).is_some_and(|(head, tail)| {
        head.eq_ignore_ascii_case(name) && tail.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inner(text: &str) -> Option<&str> {
        let tag = Tag { name: "title", attributes: "", is_end: false, is_empty: false };
        let leaf = Leaves::new(text, "item").find(&tag, 0)?;
        text.get(leaf.inner)
    }

    #[test]
    fn finds_the_end_or_a_place_to_go_on() {
        let cases = [
            ("a<b>c</b></TITLE ><x>", Some("a<b>c</b>")),
            ("<![CDATA[</title>]]></title>", Some("<![CDATA[</title>]]>")),
            ("forgotten<link>x</link></item><item><title>y</title>", Some("forgotten")),
            ("<![CDATA[not closed</title></item><item><title><![CDATA[x]]></title>", Some("<![CDATA[not closed")),
            ("cut <b>off", None),
            ("cut off", None),
            ("the end</channel>", Some("the end")),
        ];
        for (text, want) in cases {
            assert_eq!(inner(text), want, "{text}");
        }
    }
}

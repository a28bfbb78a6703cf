//! Cards, players and controls that a page opens and never closes. By the standard they take all that follows with them,
//! and what is in them is no text.

use memchr::memchr_iter;

use super::names::{WITHOUT_TEXT, key};

/// Most names of which a page may leave elements open; those of later ones are taken to be closed.
const MAX_NAMES: usize = 48;

/// Whether what stands in an element of this name is none of the text: cards, players and controls.
pub(super) fn holds_no_text(name: &str) -> bool {
    name.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("mp-")) || WITHOUT_TEXT.contains(&key(name))
}

/// For each name that was asked for, the next tag of that name. Each stretch of a page is searched once for a name.
#[derive(Debug, Default)]
pub(super) struct NextTags<'a> {
    known: Vec<NextTag<'a>>,
}

#[derive(Debug)]
struct NextTag<'a> {
    name: &'a str,
    /// Where it begins; behind the page when there is none.
    at: usize,
    is_end: bool,
}

impl<'a> NextTags<'a> {
    /// Whether an element has no end tag, whose start tag ends at `at`: the next tag of its name is a start tag, for such elements
    /// do not nest, or there is none. Only an `object` holds others, for readers that cannot show the first, and a template.
    pub(super) fn is_unclosed(&mut self, html: &str, name: &'a str, at: usize) -> bool {
        let place = self.known.iter().position(|known| known.name.eq_ignore_ascii_case(name));
        if let Some(known) = place.and_then(|place| self.known.get_mut(place)) {
            if known.at < at {
                *known = next_tag(html, name, at);
            }
            return !known.is_end;
        }
        if self.known.len() >= MAX_NAMES {
            return false;
        }
        let next = next_tag(html, name, at);
        let is_unclosed = !next.is_end;
        self.known.push(next);
        is_unclosed
    }
}

fn next_tag<'a>(html: &str, name: &'a str, from: usize) -> NextTag<'a> {
    let bytes = html.as_bytes().get(from..).unwrap_or_default();
    let nests = ["object", "template"].iter().any(|known| known.eq_ignore_ascii_case(name));
    let found = memchr_iter(b'<', bytes).find_map(|at| {
        let behind = bytes.get(at + 1..)?;
        let is_end = behind.first() == Some(&b'/');
        let behind = behind.get(usize::from(is_end)..)?;
        ((is_end || !nests) && names(behind, name)).then_some((at, is_end))
    });
    found.map_or(NextTag { name, at: usize::MAX, is_end: false }, |(at, is_end)| NextTag {
        name,
        at: from + at,
        is_end,
    })
}

/// Whether the name of a tag stands at the beginning of `bytes`.
pub(super) fn names(bytes: &[u8], name: &str) -> bool {
    bytes.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len()).is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::super::prune::left_of;
    use super::*;

    #[test]
    fn what_is_never_closed_ends_where_it_begins() {
        let cases = [
            ("<p>a<mpvoice name=x>b</p>c", "<p>a<mpvoice name=x></mpvoice>b</p>c"),
            ("<video><p>a</p><video>b</video>", "<video></video><p>a</p><video>b</video>"),
            ("<BUTTON>a</button>b<button>c", "<BUTTON>a</button>b<button></button>c"),
            ("<object><object></object>a</object>b", "<object><object></object>a</object>b"),
            ("<object>a", "<object></object>a"),
            (
                "<mp-common-product>a<mp-common-products></mp-common-products>",
                "<mp-common-product></mp-common-product>a<mp-common-products></mp-common-products>",
            ),
            ("a<iframe src=x>b<p>c</p>", "a<iframe src=x></iframe>b<p>c</p>"),
            ("a<iframe>b<iframe src=y>c</iframe>d", "ab<iframe src=y></iframe>d"),
            ("a<textarea>b", "ab"),
            ("a<template><p>b</p>", "a<p>b</p>"),
            ("a<noscript/>b<select>c", "ab<select></select>c"),
        ];
        for (html, want) in cases {
            assert_eq!(left_of(html, true), want, "{html}");
            assert_eq!(left_of(want, true), want, "{html}");
        }
    }

    #[test]
    fn names_are_bounded() {
        let names: Vec<String> = (0..=MAX_NAMES).map(|nth| format!("mp-{nth}")).collect();
        let mut tags = NextTags::default();
        let unclosed = names.iter().filter(|name| tags.is_unclosed("", name, 0)).count();
        assert_eq!(unclosed, MAX_NAMES);
    }
}

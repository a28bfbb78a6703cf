use super::element::Dialect;
use super::tag::{Markup, Tag, read_markup};

/// Markup looked at before the root, and bytes: warnings and comments may stand before it.
const MAX_MARKUP: usize = 200;
const WINDOW: usize = 256 * 1024;

/// The root element of a feed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Root<'a> {
    /// Its start tag.
    pub tag: Tag<'a>,
    /// How its elements are to be read.
    pub dialect: Dialect,
    /// Where its content begins.
    pub after: usize,
    /// Something other than declarations and comments stands before it.
    pub has_junk: bool,
}

/// What the root of a text turned out to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Found<'a> {
    /// A feed.
    Feed(Root<'a>),
    /// A page of HTML.
    Html,
    /// Something else.
    Nothing,
}

/// Looks for the root of a feed, past whatever a server put before it.
pub(super) fn find_root(text: &str) -> Found<'_> {
    let mut at = 0;
    let mut has_junk = false;
    let mut html = false;
    for _ in 0..MAX_MARKUP {
        let Some(rest) = text.get(at..).filter(|_| at < WINDOW) else { break };
        let Some(step) = memchr::memchr(b'<', rest.as_bytes()) else { break };
        has_junk |= rest.get(..step).is_some_and(|before| !before.trim_matches(['\u{feff}', '\0']).trim().is_empty());
        at += step;
        let (markup, length) = read_markup(text.get(at..).unwrap_or_default());
        let start = at;
        at += length;
        match markup {
            Markup::Tag(tag) if !tag.is_end => match tag.local_name().to_ascii_lowercase().as_str() {
                "rss" | "rdf" => return Found::Feed(Root { tag, dialect: Dialect::Rss, after: at, has_junk }),
                // The channel of a feed without its root, or of CDF.
                "channel" if !html => {
                    return Found::Feed(Root { tag, dialect: Dialect::Rss, after: start, has_junk });
                }
                "feed" if !html => return Found::Feed(Root { tag, dialect: Dialect::Atom, after: at, has_junk }),
                // An entry served alone is a feed of one.
                "entry" if !html => return Found::Feed(Root { tag, dialect: Dialect::Atom, after: start, has_junk }),
                "html" | "head" | "body" => html = true,
                _ => has_junk = true,
            },
            Markup::Silent(inner) => {
                html |= inner.get(..12).is_some_and(|head| head.eq_ignore_ascii_case("doctype html"));
                at = end_of_doctype(text, start, inner).unwrap_or(at);
            }
            Markup::Cut => break,
            _ => {}
        }
        if html && start > 4096 {
            break;
        }
    }
    if html { Found::Html } else { Found::Nothing }
}

/// A document type with declarations inside ends behind its brackets.
fn end_of_doctype(text: &str, start: usize, inner: &str) -> Option<usize> {
    if !inner.get(..7)?.eq_ignore_ascii_case("doctype") || !inner.contains('[') {
        return None;
    }
    let rest = text.get(start..)?;
    let bracket = memchr::memchr(b']', rest.as_bytes())?;
    let close = memchr::memchr(b'>', rest.as_bytes().get(bracket..)?)?;
    Some(start + bracket + close + 1)
}

//! What the names of elements mean for blocks.

use scraper::node::Element;

use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// Elements whose content is no text of the page: controls, players, heads.
pub fn is_silent(name: &str) -> bool {
    matches!(
        name,
        "head"
            | "title"
            | "script"
            | "style"
            | "noscript"
            | "template"
            | "svg"
            | "iframe"
            | "video"
            | "audio"
            | "canvas"
            | "object"
            | "embed"
            | "select"
            | "datalist"
            | "textarea"
            | "input"
            | "progress"
            | "meter"
            | "rp"
            | "map"
    )
}

/// The level of a heading element.
pub(super) fn heading_level(name: &str) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

/// True for the closed part of an accordion or of questions and answers, as its class or a `data-` attribute says.
pub(super) fn is_folded(element: &Element, words: &BlockWords) -> bool {
    element.attrs().any(|(name, value)| (name == "class" || name.starts_with("data-")) && words.is_folded(value))
}

/// True when an inline style gives `property` a value that begins with `value`, in any letter case and spacing.
pub(super) fn declares(style: &str, property: &str, value: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, stated)| {
        name.trim().eq_ignore_ascii_case(property)
            && stated.trim_start().get(..value.len()).is_some_and(|head| head.eq_ignore_ascii_case(value))
    })
}

/// True when the class attribute holds a word for which `wanted` holds.
pub(super) fn has_class(element: &Element, wanted: impl Fn(&str) -> bool) -> bool {
    attribute(element, "class").is_some_and(|class| class.split_ascii_whitespace().any(wanted))
}

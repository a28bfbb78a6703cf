use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;
use url::Url;

use super::image::{absolute, is_address};
use super::names::{declares, has_class};
use crate::model::Style;
use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// How the text under an inline element is set.
#[derive(Clone, Debug, Default)]
pub(super) struct InlineStyle {
    pub style: Style,
    pub href: String,
}

impl InlineStyle {
    /// How text is set in an inline element, when that differs from what is round it.
    pub(super) fn of(element: &Element, outer: Option<&(NodeId, Self)>, base: Option<&Url>) -> Option<Self> {
        let (before, around) = outer.map_or((Style::default(), ""), |(_, outer)| (outer.style, outer.href.as_str()));
        let mut style = before;
        let mut href = None;
        match element.name() {
            "b" | "strong" => style.bold = true,
            "i" | "em" => style.italic = true,
            "code" | "kbd" | "samp" => style.code = true,
            "sup" => style.superscript = true,
            "del" | "s" | "strike" => style.struck = true,
            "a" => href = attribute(element, "href").map(str::trim).filter(|href| is_address(href)),
            _ => {}
        }
        if let Some(stated) = attribute(element, "style") {
            for (weight, bold) in [("bold", true), ("normal", false), ("6", true), ("7", true), ("4", false)] {
                if declares(stated, "font-weight", weight) {
                    style.bold = bold;
                }
            }
            style.superscript |= declares(stated, "vertical-align", "super");
            style.struck |= declares(stated, "text-decoration", "line-through")
                || declares(stated, "text-decoration-line", "line-through");
        }
        if style.struck {
            style = Style { struck: true, ..Style::default() };
        }
        let Some(href) = href else {
            return (style != before).then(|| Self { style, href: around.to_owned() });
        };
        let href = absolute(href, base);
        (style != before || href != around).then_some(Self { style, href })
    }
}

/// Whether a style, or a class of this meaning, makes a line of its own of an element that is none by its name.
pub(super) fn is_line(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let is_inline = matches!(
        element.name(),
        "span"
            | "strong"
            | "a"
            | "em"
            | "font"
            | "code"
            | "b"
            | "i"
            | "u"
            | "label"
            | "small"
            | "big"
            | "cite"
            | "time"
            | "abbr"
            | "mark"
            | "q"
            | "bdi"
            | "samp"
            | "kbd"
            | "button"
    );
    if !is_inline {
        return false;
    }
    if has_class(element, |class| words.is_line(class)) {
        return true;
    }
    let of_itself = attribute(element, "style").is_some_and(|style| {
        let shows = |value| declares(style, "display", value);
        ["block", "flex", "flow-root", "grid", "list-item"].into_iter().any(shows)
            || (shows("table") && !shows("table-cell"))
            || (shows("inline-block") && declares(style, "width", "100%"))
    });
    let of_parent = || {
        let style = node.parent().and_then(|parent| attribute(parent.value().as_element()?, "style"));
        style.is_some_and(|style| {
            let is_column = declares(style, "flex-direction", "column") || declares(style, "flex-flow", "column");
            (is_column && declares(style, "display", "flex")) || declares(style, "display", "grid")
        })
    };
    of_itself || of_parent()
}

/// Whether white space between the elements inside of one shows nowhere: each of them is a box.
pub(super) fn swallows_space(element: &Element) -> bool {
    attribute(element, "style").is_some_and(|style| {
        ["grid", "flex", "inline-grid", "inline-flex"].into_iter().any(|value| declares(style, "display", value))
    })
}

/// Whether line ends of the source are shown: the nearest element that says how white space is treated keeps them, or they are
/// verses.
pub(super) fn keeps_lines(text: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    /// Elements above that are asked.
    const MAX_ABOVE: usize = 8;
    let mut above = text.ancestors().take(MAX_ABOVE).filter_map(|node| node.value().as_element());
    let says = |element: &Element| {
        let style = attribute(element, "style").filter(|style| declares(style, "white-space", ""));
        let keeps = |value| style.is_some_and(|style| declares(style, "white-space", value));
        let is_verse = || element.name() == "pre" && has_class(element, |class| words.is_verse(class));
        if style.is_some() { Some(["pre", "break-spaces"].into_iter().any(keeps)) } else { is_verse().then_some(true) }
    };
    above.find_map(says).unwrap_or(false)
}

use ego_tree::NodeId;
use scraper::node::Element;
use url::Url;

use super::image::absolute;
use super::names::declares;
use crate::model::Style;
use crate::parse::html::attribute;

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
            "code" | "kbd" | "samp" | "tt" => style.code = true,
            "sup" => style.superscript = true,
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
        }
        let Some(href) = href else {
            return (style != before).then(|| Self { style, href: around.to_owned() });
        };
        let href = absolute(href, base);
        (style != before || href != around).then_some(Self { style, href })
    }
}

fn is_address(href: &str) -> bool {
    !href.is_empty() && !href.get(..11).is_some_and(|head| head.eq_ignore_ascii_case("javascript:"))
}

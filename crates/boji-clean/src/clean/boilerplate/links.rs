use super::unit::{Shape, Unit};
use crate::model::count_letters;
use crate::text::fold;

/// Letters beside an address that still are only its label.
const LABEL_CHARS: usize = 18;

/// The addresses in a text, in order: written out, or behind words.
pub(super) fn addresses(unit: &Unit) -> Vec<String> {
    let mut found: Vec<String> = written(&unit.text).into_iter().map(str::to_owned).collect();
    for (_, href) in unit.block.links() {
        if href.starts_with("http") && !found.iter().any(|known| known == href) {
            found.push(href.to_owned());
        }
    }
    found
}

/// A line of a list of links: an address with at most a short label, or a label: a heading, a short
/// line, or what ends in a colon.
pub(super) fn is_list_line(unit: &Unit) -> bool {
    let addresses = written(&unit.text);
    let is_label = unit.text.ends_with(['：', ':']) || unit.chars <= 8 || unit.is_heading();
    let may_be = unit.other_link || !addresses.is_empty() || is_label;
    if !may_be {
        return false;
    }
    let (mut beside, mut rest) = (String::new(), unit.text.as_str());
    for address in addresses {
        if let Some((before, behind)) = rest.split_once(address) {
            beside.push_str(before);
            rest = behind;
        }
    }
    beside.push_str(rest);
    let label = fold(&beside).chars().count() <= LABEL_CHARS;
    let has_link = beside.len() < unit.text.len() || unit.other_link;
    label && (has_link || is_label)
}

/// Whether most of a unit's letters are links.
pub(super) fn is_linked(unit: &Unit) -> bool {
    let linked: usize = unit.block.links().map(|(words, _)| count_letters(words)).sum();
    linked > 0 && 2 * linked >= count_letters(&unit.text)
}

/// Whether a unit holds an address and little else.
pub(super) fn is_address_line(unit: &Unit) -> bool {
    let links = || unit.block.links().any(|(_, href)| href.starts_with("http"));
    unit.shape == Shape::Words && (!written(&unit.text).is_empty() || links()) && is_list_line(unit)
}

fn written(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("http") {
        let tail = rest.get(start..).unwrap_or_default();
        let scheme = tail.starts_with("http://") || tail.starts_with("https://");
        let end = tail
            .find(|c: char| !c.is_ascii_graphic() || matches!(c, '<' | '>' | '"' | ')' | ']'))
            .unwrap_or(tail.len());
        if scheme && let Some(address) = tail.get(..end) {
            found.push(address);
        }
        rest = tail.get(end.max(4)..).unwrap_or_default();
    }
    found
}

use super::unit::{Shape, Unit};
use crate::config::fold;

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

/// A line of a list of links: an address with at most a short label, or a label that ends in a colon.
pub(super) fn is_list_line(unit: &Unit) -> bool {
    let mut rest = unit.text.clone();
    for address in written(&unit.text) {
        rest = rest.replace(address, "");
    }
    let label = fold(&rest).chars().count() <= LABEL_CHARS;
    let has_link = rest.len() < unit.text.len() || unit.other_link;
    label && (has_link || unit.text.ends_with(['：', ':']) || unit.chars <= 8)
}

/// Whether a unit holds an address and little else.
pub(super) fn is_address_line(unit: &Unit) -> bool {
    unit.shape == Shape::Words && !addresses(unit).is_empty() && is_list_line(unit)
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

use super::evidence::Evidence;
use super::unit::{BlockPlace, Shape, Unit};
use crate::text::{count_letters, fold};

/// Words that may stand unexplained between two blocks of boilerplate before the text, in folded characters.
const HEAD_GAP: usize = 90;

/// The same behind the text, where footers are long and patchy.
const TAIL_GAP: usize = 260;

/// Code and tables of a footer weigh no more than this.
const SOLID_WEIGHT: usize = 100;

/// One block of more words than this ends a zone at once.
const RUN_OF_PROSE: usize = 130;

/// Where the text begins and where it ends: units before `head` and from `tail` on stand in a zone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Zones {
    head: usize,
    tail: usize,
    /// Zones of a short article may overlap; what stands before its first plain words is its head all the same.
    lead: usize,
}

impl Zones {
    /// Grows both zones from the ends over what wording calls boilerplate. A zone says only where rules may speak; a block
    /// in it that nothing explains is still kept.
    pub(super) fn find(units: &[Unit], evidence: &[Evidence]) -> Self {
        let head = grow(units.iter().zip(evidence), BlockPlace::Head, HEAD_GAP);
        let tail = units.len() - grow(units.iter().zip(evidence).rev(), BlockPlace::Tail, TAIL_GAP);
        let leads =
            |(unit, evidence): &(&Unit, &Evidence)| unit.is_neutral() || evidence.is_boilerplate(BlockPlace::Head);
        let lead = units.iter().zip(evidence).take_while(leads).count();
        Self { head, tail, lead: if lead == units.len() { lead / 2 } else { lead } }
    }

    pub(super) fn place(self, at: usize) -> BlockPlace {
        if at < self.head && (at < self.tail || at < self.lead) {
            BlockPlace::Head
        } else if at >= self.tail {
            BlockPlace::Tail
        } else {
            BlockPlace::Body
        }
    }
}

/// The number of units in a zone, counted from its end of the article.
fn grow<'a, 'r: 'a>(
    units: impl Iterator<Item = (&'a Unit, &'a Evidence<'r>)>,
    place: BlockPlace,
    allowed: usize,
) -> usize {
    let (mut size, mut gap) = (0, 0);
    for (nth, (unit, evidence)) in units.enumerate() {
        if evidence.is_inline(place) {
            continue;
        }
        if carries(unit, evidence, place) {
            size = nth + 1;
            gap = 0;
            continue;
        }
        let is_weak = evidence.weak_at(place).is_some() || (place == BlockPlace::Tail && unit.is_cut_line());
        if gap == 0 && size > 0 && is_weak {
            size = nth + 1;
            continue;
        }
        let weight = weight(unit);
        gap += weight;
        if gap > allowed || weight > RUN_OF_PROSE {
            break;
        }
    }
    size
}

/// Whether a zone reaches as far as a unit because of what it says.
pub(super) fn carries(unit: &Unit, evidence: &Evidence, place: BlockPlace) -> bool {
    evidence.is_boilerplate(place)
        || evidence.is_repeated(unit, place)
        || (place == BlockPlace::Tail && unit.only_wechat_links)
}

/// What a unit that nothing explains weighs against the gap that a zone bridges, in folded characters.
pub(super) fn weight(unit: &Unit) -> usize {
    match unit.shape {
        Shape::Words if is_address_line(unit) || is_reference(unit) => 0,
        Shape::Words => unit.chars,
        Shape::Solid => unit.block.text().chars().count().min(SOLID_WEIGHT),
        Shape::Picture | Shape::Blank => 0,
    }
}

/// An entry of a list of literature: kept, but standing behind the text as a footer does.
fn is_reference(unit: &Unit) -> bool {
    let number = unit.text.strip_prefix('[').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    number.is_some_and(|rest| rest.starts_with(']'))
}

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

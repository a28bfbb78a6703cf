use super::evidence::Evidence;
use super::unit::{BlockPlace, Shape, Unit};

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
        Shape::Words if unit.is_address_line() || is_reference(unit) => 0,
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

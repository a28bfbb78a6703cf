use super::evidence::Evidence;
use super::unit::{BlockPlace, Shape, Unit};
use super::zones::Zones;
use crate::model::{Category, Label, Verdict};
use crate::rules::{Rule, StatementWords};

/// Most units that a section of short lines can have.
const MAX_LINES: usize = 24;

/// Code in a section that sells something: a list of goods.
const SECTION_CODE: usize = 500;

/// A line that may stand between a disclaimer's heading and its words.
const SPARE_CHARS: usize = 12;

/// A line of a section that sells something; longer ones need wording of their own.
const SECTION_LINE: usize = 60;

/// The title of another article with the words that tease it.
const ENTRY_CHARS: usize = 160;

/// All that an author's note at the end of a page says.
const NOTE_CHARS: usize = 900;

/// Longest label of a list of sources that may stand with no list behind it.
const LABEL_CHARS: usize = 6;

/// Takes headings of known kinds together with the section that hangs on them.
pub(super) fn take(units: &mut [Unit], evidence: &[Evidence], zones: Zones, words: &StatementWords) {
    // A page can hold thousands of such headings in a row: what lies behind them all is looked for once.
    let mut stops = None;
    let (mut judged, mut open) = (0, units.len());
    for at in 0..units.len() {
        let Some(unit) = units.get(at).filter(|unit| unit.is_open() || unit.is_dropped()) else { continue };
        let Some(found) = evidence.get(at) else { continue };
        let mut section = |rule: &Rule| match rule.category() {
            Category::BackIssues => {
                while open > at && units.get(open - 1).is_some_and(|unit| unit.is_neutral() || !unit.is_open()) {
                    open -= 1;
                }
                back_issues(units, evidence, zones, at, open)
            }
            Category::Related => related(units, at),
            Category::AuthorNote => author_note(units, at),
            Category::Disclaimer => {
                disclaimer(units, stops.get_or_insert_with(|| Stops::find(units, evidence, zones)), zones, at, words)
            }
            category => sales(units, evidence, zones, at, category),
        };
        let taken = found.headings_at(zones.place(at)).find_map(|rule| Some((rule, section(rule)?)));
        let Some((rule, end)) = taken else { continue };
        let heading = unit.text.clone();
        for (nth, unit) in units.iter_mut().enumerate().take(end).skip(at.max(judged)) {
            if unit.is_open() {
                let reason = if nth == at { rule.reason.clone() } else { format!("in the section {heading}") };
                unit.verdict = Some(Verdict::by(Label::Drop, rule.category(), rule.id().clone(), reason));
            }
        }
        judged = judged.max(end);
    }
}

/// The first unit that cites a list of sources.
pub(super) fn first_cited(units: &[Unit]) -> Option<usize> {
    units.iter().position(|unit| cites(&unit.text) && !unit.is_address_line())
}

/// A mark such as [1] or [12] stands in a text: where the first one was lost with its block, the others still cite.
fn cites(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        (1..=3).contains(&digits) && rest.as_bytes().get(digits) == Some(&b']')
    })
}

/// Takes the addresses under a label such as 参考资料, when nothing else stands there: the text does not cite them
/// before it. `cited` is the first unit that does.
pub(super) fn references(
    units: &mut [Unit],
    at: usize,
    cited: Option<usize>,
    rule: &Rule,
    words: &StatementWords,
) -> bool {
    let of_literature = |unit: &Unit| {
        words.literature.iter().any(|word| unit.folded.contains(word.as_str())) || unit.text.starts_with('[')
    };
    // A label such as 代码链接 is no entry of what [1] points to.
    let literature =
        units.get(at).is_some_and(of_literature) || units.get(at + 1).is_some_and(|next| next.text.starts_with('['));
    if literature && cited.is_some_and(|cited| cited < at) {
        return false;
    }
    let own = units.get(at).is_some_and(Unit::is_address_line);
    let mut end = at + 1;
    while units.get(end).is_some_and(|unit| {
        unit.is_open() && (unit.is_address_line() && !unit.wechat_link || unit.shape == Shape::Blank)
    }) {
        end += 1;
    }
    let follows = units.get(at + 1..end).is_some_and(|list| list.iter().any(Unit::is_address_line));
    // A label behind which nothing comes heads nothing.
    let label = units.get(at).is_some_and(|unit| unit.chars <= LABEL_CHARS && !unit.is_sentence());
    let last = label && units.get(end..).is_some_and(<[Unit]>::is_empty);
    if !own && !follows && !last {
        return false;
    }
    for unit in units.iter_mut().take(end).skip(at).filter(|unit| unit.is_open() && unit.shape == Shape::Words) {
        unit.verdict = Some(Verdict::by(Label::Meta, rule.category(), rule.id().clone(), rule.reason.clone()));
    }
    true
}

/// A list of the account's other articles: links, pictures and lines like titles, up to the next text or heading.
/// Links to elsewhere alone make a reading list, which is content. From `open` on nothing is left to be judged.
fn back_issues(units: &[Unit], evidence: &[Evidence], zones: Zones, at: usize, open: usize) -> Option<usize> {
    let (mut end, mut headings, mut taken, mut wechat, mut elsewhere) = (at + 1, 0, 0, false, false);
    // Before the text only links belong to the list: an unlinked line may be the article's first.
    let head = zones.place(at) == BlockPlace::Head;
    for (nth, unit) in units.iter().enumerate().skip(at + 1) {
        let linked = unit.wechat_link || unit.other_link;
        let spoken_for = evidence.get(nth).is_some_and(|evidence| evidence.is_boilerplate(zones.place(nth)));
        let heading_again = evidence.get(nth).is_some_and(|evidence| evidence.heading_at(zones.place(nth)).is_some());
        let title = unit.shape == Shape::Words
            && !unit.is_heading()
            && unit.chars <= SECTION_LINE
            && !unit.text.ends_with('。')
            && !head;
        if heading_again && unit.is_open() && taken == 0 && headings < MAX_LINES {
            headings += 1;
            end = nth + 1;
        } else if unit.is_neutral() {
            end = if unit.shape == Shape::Picture { nth + 1 } else { end.max(nth) };
        } else if unit.is_open() && (unit.wechat_link || (title && (linked || !spoken_for))) && taken < MAX_LINES {
            taken += 1;
            wechat |= unit.wechat_link;
            elsewhere |= unit.other_link;
            end = nth + 1;
        } else {
            break;
        }
    }
    let pictures =
        units.get(at + 1..end).is_some_and(|section| section.iter().any(|unit| unit.shape == Shape::Picture));
    if head && taken == 0 {
        return Some(at + 1);
    }
    let alone = taken == 0 && (pictures || end >= open);
    (alone || (taken > 0 && (wechat || !elsewhere))).then_some(end)
}

/// Links under a heading that offers other articles, as far as they go. Where none follow, the heading is a template's
/// only behind the text's last words.
fn related(units: &[Unit], at: usize) -> Option<usize> {
    let entry = |unit: &Unit| {
        unit.is_neutral() || (unit.is_open() && unit.chars <= ENTRY_CHARS && unit.is_linked()) || unit.is_dropped()
    };
    let list = units.iter().skip(at + 1).take(MAX_LINES).take_while(|unit| entry(unit)).count();
    let end = at + 1 + list;
    let linked = units.get(at + 1..end)?.iter().any(|unit| unit.is_open() && unit.shape == Shape::Words);
    (linked || end >= units.len()).then_some(end)
}

/// A few lines about the author that end the page.
fn author_note(units: &[Unit], at: usize) -> Option<usize> {
    let mut chars = 0;
    for unit in units.iter().skip(at + 1).filter(|unit| unit.is_open()) {
        chars += unit.chars;
        if unit.is_heading() || unit.shape == Shape::Solid || chars > NOTE_CHARS {
            return None;
        }
    }
    Some(units.len())
}

/// Short lines under a heading that sells something, up to the next heading, number or text.
fn sales(units: &[Unit], evidence: &[Evidence], zones: Zones, at: usize, category: Category) -> Option<usize> {
    let mut end = at + 1;
    let mut supported = false;
    for (nth, unit) in units.iter().enumerate().skip(at + 1).take(MAX_LINES) {
        let dropped = unit.is_dropped()
            || evidence.get(nth).is_some_and(|evidence| evidence.heading_at(zones.place(nth)).is_some());
        let line = unit.shape == Shape::Words && unit.chars <= SECTION_LINE && !unit.is_heading() && !unit.is_number();
        let list = unit.shape == Shape::Solid
            && category != Category::Follow
            && unit.block.text().chars().count() <= SECTION_CODE;
        let address = unit.is_address_line() && !unit.wechat_link;
        if address && category == Category::Follow {
            // A file that anyone can fetch is content.
            return None;
        }
        if address && category != Category::Commerce {
            break;
        }
        if dropped || (unit.is_open() && (line || list)) {
            supported |= dropped || address || list;
            end = nth + 1;
        } else if !unit.is_neutral() {
            break;
        }
    }
    let at_end = end >= units.len();
    (supported || at_end).then_some(end)
}

/// A disclaimer's heading goes when the words under it went; further headings and one short line, such as the account's
/// name, may stand between.
fn disclaimer(units: &[Unit], stops: &Stops, zones: Zones, at: usize, words: &StatementWords) -> Option<usize> {
    // 免责声明 heads nothing else, so it goes even where the words below are put in a way no rule knows.
    let heads = |unit: &&Unit| words.disclaimer_headings.iter().any(|word| unit.folded.contains(word.as_str()));
    let own = units.get(at).filter(heads).filter(|_| zones.place(at) != BlockPlace::Body);
    let own = own.map(|_| at + 1);
    let mut spare = 1;
    let mut nth = stops.from(at + 1);
    while let Some(unit) = units.get(nth) {
        if unit.is_dropped() {
            return Some(nth);
        }
        if spare == 0 || unit.chars > SPARE_CHARS || !unit.is_open() {
            return own;
        }
        spare -= 1;
        nth = stops.from(nth + 1);
    }
    own
}

/// For each unit the first one from it on that is neither neutral nor heads a disclaimer.
struct Stops(Vec<usize>);

impl Stops {
    fn find(units: &[Unit], evidence: &[Evidence], zones: Zones) -> Self {
        let mut stop = units.len();
        let mut stops: Vec<usize> = units
            .iter()
            .enumerate()
            .rev()
            .map(|(nth, unit)| {
                let heading = || evidence.get(nth).and_then(|found| found.heading_at(zones.place(nth)));
                if !unit.is_neutral() && heading().is_none_or(|rule| rule.category() != Category::Disclaimer) {
                    stop = nth;
                }
                stop
            })
            .collect();
        stops.reverse();
        Self(stops)
    }

    fn from(&self, at: usize) -> usize {
        self.0.get(at).copied().unwrap_or(self.0.len())
    }
}

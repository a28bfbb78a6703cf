use std::collections::{HashMap, HashSet};

use super::super::evidence::{Evidence, Memory};
use super::super::sections;
use super::super::unit::{BlockPlace, Shape, Unit};
use super::super::zones::Zones;
use super::signs::{LOOKED_AT, cited, heads, pairs, share};
use super::surroundings::{Beside, verdict};
use crate::classifier::LineScores;
use crate::model::Facts;
use crate::text::fold;

/// Characters of a line in which the account's name is looked for, and the title.
const NAME_WITHIN: usize = 300;
const TITLE_WITHIN: usize = 120;
/// Shortest line that may be prose, in folded characters.
const PROSE: usize = 30;
/// Units on either side in which pictures, cards and links count as near.
const NEAR: usize = 3;
/// The score below which a line sounds like an article beyond doubt.
const QUIET: f32 = -2.0;
/// What stands for a line that is not there, among scores.
pub(super) const NO_SCORE: f32 = -6.0;
/// Most of a distance, of a number of lines, of characters before and behind.
pub(super) const FAR: usize = 99;
pub(super) const FAR_LINES: usize = 60;
pub(super) const FAR_LINES_BEHIND: usize = 120;
pub(super) const FAR_CHARS_BEFORE: usize = 3_000;
pub(super) const FAR_CHARS_BEHIND: usize = 6_000;
pub(super) const MANY: usize = 20;

/// The lines of an article, for which features are made: the units with letters or digits.
pub(super) struct Lines<'u> {
    pub(super) units: &'u [Unit],
    pub(super) all: Vec<Line>,
    pub(super) beside: Vec<Beside>,
    /// Sums over the lines before each, one more than there are lines.
    pub(super) sums: Vec<Sums>,
    /// From each line to the end, and from the start to it: the smallest score of each column.
    pub(super) least_behind: Vec<LineScores>,
    pub(super) least_before: Vec<LineScores>,
    pub(super) first_prose: usize,
    pub(super) last_prose: usize,
    pub(super) gone_before: Vec<usize>,
    pub(super) gone_behind: Vec<usize>,
    pub(super) places: Vec<BlockPlace>,
    /// The nearest line before each that heads what follows.
    pub(super) above: Vec<Option<usize>>,
    /// In how many lines that sound like an article each pair of characters stands.
    pub(super) body: Body,
    /// The first unit that cites a list of sources, and the numbers that are cited.
    pub(super) cites: Option<usize>,
    pub(super) cited: HashSet<u32>,
    pub(super) account: String,
    /// Pairs of characters of the title, sorted.
    pub(super) title: Vec<u64>,
    /// The account's other articles that were seen, none when it is not known.
    pub(super) articles: Option<u32>,
}

/// What is known of one line by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Index of its unit.
    pub(super) at: usize,
    pub(super) chars: usize,
    pub(super) prose: bool,
    /// Its verdict so far: 0 open, 1 metadata, 2 dropped.
    pub(super) verdict: u8,
    pub(super) scores: LineScores,
    /// Times that its words occur in the article.
    pub(super) times: usize,
    pub(super) cue: bool,
    pub(super) statement: bool,
    pub(super) names_account_only: bool,
    /// Of the account's last articles, how many had the line at the same end, and how many had it in all.
    pub(super) repeated: u32,
    pub(super) counted: u32,
}

/// In how many lines each pair of characters stands. Pairs that fall on one place of the table are counted as one, so that no
/// page makes it slow.
pub(super) struct Body {
    places: Vec<Spread>,
}

/// Places of the table, a power of two.
const PLACES: usize = 1 << 13;

/// Lines in which something stands.
#[derive(Clone, Copy, Debug, Default)]
struct Spread {
    lines: u32,
    /// One more than the last of them.
    last: u32,
}

impl Default for Body {
    fn default() -> Self {
        Self { places: vec![Spread::default(); PLACES] }
    }
}

impl Body {
    fn place(pair: u64) -> usize {
        (pair.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACES.ilog2())) as usize
    }

    fn add(&mut self, pair: u64, line: usize) {
        let line = line as u32 + 1;
        if let Some(spread) = self.places.get_mut(Self::place(pair)).filter(|spread| spread.last != line) {
            *spread = Spread { lines: spread.lines + 1, last: line };
        }
    }

    fn lines(&self, pair: u64) -> u32 {
        self.places.get(Self::place(pair)).map_or(0, |spread| spread.lines)
    }
}

/// Whether a line that no rule took sounds more like an article than not.
fn sounds_like_text(line: &Line) -> bool {
    line.verdict == 0 && line.scores.text < 0.0
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sums {
    pub(super) chars: usize,
    pub(super) gone_lines: usize,
    pub(super) gone_chars: usize,
    pub(super) prose: usize,
    pub(super) text: f64,
    pub(super) repeat: f64,
    pub(super) weighted_text: f64,
    pub(super) weighted_repeat: f64,
    pub(super) weight: f64,
}

/// The columns of scores.
#[derive(Clone, Copy)]
pub(super) enum Column {
    Text,
    Repeat,
}

impl Column {
    fn of(self, scores: LineScores) -> f32 {
        match self {
            Self::Text => scores.text,
            Self::Repeat => scores.repeat,
        }
    }
}

impl<'u> Lines<'u> {
    /// The lines of an article whose rules have spoken. `scores` are of its lines, as [`worded`] gives them.
    pub(super) fn new(
        units: &'u [Unit],
        evidence: &[Evidence<'_>],
        zones: Zones,
        facts: &Facts,
        memory: Option<Memory<'_>>,
        scores: &[LineScores],
    ) -> Self {
        let mut times: HashMap<&str, usize> = HashMap::new();
        for (_, unit) in worded(units) {
            *times.entry(unit.folded.as_str()).or_default() += 1;
        }
        let line = |((at, unit), scores): ((usize, &'u Unit), &LineScores)| {
            let found = evidence.get(at);
            let place = zones.place(at);
            let known = found
                .and_then(|found| found.known.at(if place == BlockPlace::Body { BlockPlace::Tail } else { place }));
            Line {
                at,
                chars: unit.chars,
                prose: is_prose(unit),
                verdict: verdict(unit),
                scores: *scores,
                times: times.get(unit.folded.as_str()).copied().unwrap_or(1).min(MANY),
                cue: found.is_some_and(Evidence::is_cue),
                statement: found.is_some_and(Evidence::is_statement),
                names_account_only: found.is_some_and(|found| found.account),
                repeated: known.map_or(0, |known| known.sightings.recent.len() as u32),
                counted: known.map_or(0, |known| known.sightings.count),
            }
        };
        let lines: Vec<Line> = worded(units).zip(scores).map(line).collect();
        let prose = |line: &Line| line.prose;
        let first_prose = lines.iter().position(prose).unwrap_or(lines.len());
        let last_prose = lines.iter().rposition(prose).unwrap_or(0);
        let least = |least: &mut LineScores, line: &Line| {
            least.text = least.text.min(line.scores.text);
            least.repeat = least.repeat.min(line.scores.repeat);
            Some(*least)
        };
        let none = LineScores { text: f32::MAX, repeat: f32::MAX };
        let least_before = lines.iter().scan(none, least).collect();
        let mut least_behind: Vec<LineScores> = lines.iter().rev().scan(none, least).collect();
        least_behind.reverse();
        let gone = |since: &mut usize, line: &Line| {
            let distance = *since;
            *since = if line.verdict > 0 { 1 } else { (*since + 1).min(FAR) };
            Some(distance)
        };
        let gone_before = lines.iter().scan(FAR, gone).collect();
        let mut gone_behind: Vec<usize> = lines.iter().rev().scan(FAR, gone).collect();
        gone_behind.reverse();
        let heads = |last: &mut Option<usize>, (nth, line): (usize, &Line)| {
            let above = *last;
            if units.get(line.at).is_some_and(heads) {
                *last = Some(nth);
            }
            Some(above)
        };
        let above = lines.iter().enumerate().scan(None, heads).collect();
        let mut body = Body::default();
        for (nth, line) in lines.iter().enumerate().filter(|(_, line)| sounds_like_text(line)) {
            if let Some(unit) = units.get(line.at) {
                pairs(&unit.folded).take(LOOKED_AT - 1).for_each(|pair| body.add(pair, nth));
            }
        }
        let mut title: Vec<u64> = pairs(&fold(facts.title.as_deref().unwrap_or_default())).collect();
        title.sort_unstable();
        title.dedup();
        let account = fold(facts.account.as_deref().unwrap_or_default());
        Self {
            units,
            sums: sums(&lines),
            all: lines,
            beside: Beside::all(units),
            least_behind,
            least_before,
            first_prose,
            last_prose,
            gone_before,
            gone_behind,
            places: (0..units.len()).map(|at| zones.place(at)).collect(),
            above,
            body,
            cites: sections::first_cited(units),
            cited: cited(units),
            account: if account.chars().count() < 2 { String::new() } else { account },
            title,
            articles: memory.and_then(|memory| memory.learned.profile(memory.account)).map(|profile| profile.articles),
        }
    }

    pub(super) fn at(&self, line: &Line) -> Option<&Beside> {
        self.beside.get(line.at)
    }

    pub(super) fn beside(&self, line: &Line, by: isize) -> Option<&Beside> {
        self.beside.get(line.at.checked_add_signed(by)?)
    }

    pub(super) fn near(&self, line: &Line, behind: bool, count: impl Fn(&Beside) -> usize) -> usize {
        let range = if behind { line.at + 1..line.at + 1 + NEAR } else { line.at.saturating_sub(NEAR)..line.at };
        self.beside.iter().take(range.end).skip(range.start).map(count).sum()
    }

    pub(super) fn line(&self, nth: usize, by: isize) -> Option<&Line> {
        self.all.get(nth.checked_add_signed(by)?)
    }

    pub(super) fn score(&self, nth: usize, by: isize, column: Column) -> f32 {
        self.line(nth, by).map_or(NO_SCORE, |line| column.of(line.scores))
    }

    pub(super) fn length(&self, nth: usize, by: isize) -> usize {
        self.line(nth, by).map_or(0, |line| line.chars)
    }

    /// The difference of a sum over some lines.
    pub(super) fn between(&self, from: usize, to: usize, of: impl Fn(&Sums) -> usize) -> usize {
        let at = |nth: usize| self.sums.get(nth.min(self.all.len())).map(&of).unwrap_or_default();
        at(to).saturating_sub(at(from))
    }

    pub(super) fn chars(&self) -> usize {
        self.between(0, self.all.len(), |sums| sums.chars)
    }

    /// Characters from a line to another, less than nothing when the other stands before it.
    pub(super) fn chars_from(&self, from: usize, to: usize) -> f32 {
        let (forward, back) = (self.between(from, to, |sums| sums.chars), self.between(to, from, |sums| sums.chars));
        (forward.min(FAR_CHARS_BEHIND)) as f32 - (back.min(FAR_CHARS_BEHIND)) as f32
    }

    pub(super) fn mean(&self, from: usize, to: usize, column: Column) -> f32 {
        let to = to.min(self.all.len());
        let sum = |sums: &Sums| match column {
            Column::Text => sums.text,
            Column::Repeat => sums.repeat,
        };
        self.ratio(from, to, sum, |_| to.saturating_sub(from) as f64)
    }

    pub(super) fn weighted(&self, from: usize, to: usize, column: Column) -> f32 {
        let sum = |sums: &Sums| match column {
            Column::Text => sums.weighted_text,
            Column::Repeat => sums.weighted_repeat,
        };
        self.ratio(from, to, sum, |(a, b)| b.weight - a.weight)
    }

    pub(super) fn ratio(
        &self,
        from: usize,
        to: usize,
        sum: impl Fn(&Sums) -> f64,
        over: impl Fn((&Sums, &Sums)) -> f64,
    ) -> f32 {
        let (Some(a), Some(b)) = (self.sums.get(from), self.sums.get(to)) else { return NO_SCORE };
        let over = over((a, b));
        if from >= to || over <= 0.0 { NO_SCORE } else { ((sum(b) - sum(a)) / over) as f32 }
    }

    pub(super) fn most_near(&self, nth: usize, column: Column) -> f32 {
        let near = self.all.iter().take(nth + 6).skip(nth.saturating_sub(5));
        near.map(|line| column.of(line.scores)).fold(NO_SCORE, f32::max)
    }

    pub(super) fn zone(&self, line: &Line) -> u8 {
        match self.places.get(line.at) {
            Some(BlockPlace::Head) => 1,
            Some(BlockPlace::Tail) => 2,
            Some(BlockPlace::Body) | None => 0,
        }
    }

    /// Lines of the same block that stand right before or behind.
    pub(super) fn same_block(&self, nth: usize, behind: bool) -> usize {
        let source = |line: &Line| self.units.get(line.at).map(|unit| unit.source);
        let own = self.all.get(nth).and_then(source);
        let same = |line: &&Line| source(line) == own;
        if behind {
            self.all.iter().skip(nth + 1).take(MANY).take_while(same).count()
        } else {
            self.all.iter().take(nth).rev().take(MANY).take_while(same).count()
        }
    }

    pub(super) fn above(&self, nth: usize) -> Option<(usize, &Line)> {
        let above = self.above.get(nth).copied().flatten()?;
        Some((nth - above, self.all.get(above)?))
    }

    /// How many of a line's pairs of characters stand in another line that sounds like an article.
    pub(super) fn body_share(&self, nth: usize, unit: &Unit) -> f32 {
        let own = self.all.get(nth).is_some_and(sounds_like_text);
        let (mut all, mut shared) = (0, 0);
        for pair in pairs(&unit.folded).take(LOOKED_AT - 1) {
            all += 1;
            shared += usize::from(self.body.lines(pair) > u32::from(own));
        }
        share(shared, all)
    }

    /// Whether a line and those beside it sound like an article, and no rule knows of anything there: nothing is asked.
    pub(super) fn is_quiet(&self, nth: usize) -> bool {
        let Some(line) = self.all.get(nth) else { return true };
        let score = |by: isize| self.score(nth, by, Column::Text);
        let beside = |by: isize| self.beside(line, by).is_none_or(|it| it.verdict == 0);
        !line.cue
            && line.scores.text < QUIET
            && [-2, -1, 1, 2].into_iter().all(|by| score(by) < QUIET + 1.0)
            && beside(-1)
            && beside(1)
    }

    pub(super) fn names_account(&self, unit: &Unit) -> bool {
        let end = unit.folded.char_indices().nth(NAME_WITHIN).map_or(unit.folded.len(), |(at, _)| at);
        !self.account.is_empty() && unit.folded.get(..end).is_some_and(|text| text.contains(&self.account))
    }

    /// How many of the title's pairs of characters a line has, as a share of them, or of the line's own.
    pub(super) fn title_share(&self, unit: &Unit, of_line: bool) -> f32 {
        let mut found: Vec<u64> = Vec::new();
        let mut all = 0;
        for pair in pairs(&unit.folded).take(TITLE_WITHIN - 1) {
            all += 1;
            if self.title.binary_search(&pair).is_ok() && !found.contains(&pair) {
                found.push(pair);
            }
        }
        share(found.len(), if of_line { all } else { self.title.len() })
    }
}

/// The lines: units with letters or digits, with their indices. Code and tables are none.
pub(super) fn worded(units: &[Unit]) -> impl Iterator<Item = (usize, &Unit)> {
    units.iter().enumerate().filter(|(_, unit)| unit.shape == Shape::Words && unit.chars > 0)
}

/// A sentence of some length that is no link.
fn is_prose(unit: &Unit) -> bool {
    unit.chars >= PROSE && unit.is_sentence() && !unit.wechat_link && !unit.other_link
}

fn sums(lines: &[Line]) -> Vec<Sums> {
    let mut sums = Vec::with_capacity(lines.len() + 1);
    let mut now = Sums::default();
    sums.push(now);
    for line in lines {
        let weight = line.chars.min(LOOKED_AT) as f64;
        let (text, repeat) = (f64::from(line.scores.text), f64::from(line.scores.repeat));
        now.chars += line.chars;
        now.gone_lines += usize::from(line.verdict > 0);
        now.gone_chars += if line.verdict > 0 { line.chars } else { 0 };
        now.prose += usize::from(line.prose);
        now.text += text;
        now.repeat += repeat;
        now.weighted_text += weight * text;
        now.weighted_repeat += weight * repeat;
        now.weight += weight;
        sums.push(now);
    }
    sums
}

use std::collections::BTreeSet;

use regex_syntax::hir::{self, Class, Hir, HirKind};

/// Bits of a signature, and the words that hold them.
const BITS: u32 = 2048;
const WORDS: usize = 32;

/// Most strings that are followed through a pattern before it counts as open.
const MOST: usize = 96;

/// Most strings that can be asked for instead of running a pattern.
const MOST_CUES: usize = 512;

/// Which characters and pairs of neighbours a text holds, a few too many by chance.
#[derive(Clone, Debug)]
pub(super) struct Signature([u64; WORDS]);

impl Signature {
    pub fn of(text: &str) -> Self {
        let mut words = [0; WORDS];
        let mut before = None;
        for c in text.chars() {
            set(&mut words, bit(None, c));
            set(&mut words, bit(before, c));
            before = Some(c);
        }
        Self(words)
    }

    fn holds(&self, bit: u32) -> bool {
        self.0.get((bit / 64) as usize).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

fn set(words: &mut [u64; WORDS], bit: u32) {
    if let Some(word) = words.get_mut((bit / 64) as usize) {
        *word |= 1 << (bit % 64);
    }
}

fn bit(before: Option<char>, c: char) -> u32 {
    let pair = before.map_or(0, |before| u32::from(before).wrapping_mul(0x01f3_5b17)) ^ u32::from(c);
    pair.wrapping_mul(0x9e37_79b1) >> (32 - BITS.trailing_zeros())
}

/// What a text must hold, any one of it, for a pattern to meet it. Asking costs far less than running the pattern, and
/// nearly all texts hold nothing of it.
#[derive(Clone, Debug)]
pub(super) struct Cues(Option<Vec<u32>>);

impl Cues {
    /// The cues of a pattern that is known to compile; none when it can meet anything.
    pub fn of(pattern: &str) -> Self {
        let needed = regex_syntax::parse(pattern).ok().and_then(|hir| needed(&hir));
        Self(needed.filter(|needed| needed.len() <= MOST_CUES).map(|needed| {
            let bits: BTreeSet<u32> = needed.iter().filter_map(|string| first(string)).collect();
            bits.into_iter().collect()
        }))
    }

    /// False only when the pattern cannot meet the text of a signature.
    pub fn may_meet(&self, text: &Signature) -> bool {
        self.0.as_ref().is_none_or(|bits| bits.iter().any(|bit| text.holds(*bit)))
    }
}

/// The bit of a string's first pair, or of its only character.
fn first(string: &str) -> Option<u32> {
    let mut chars = string.chars();
    let one = chars.next()?;
    Some(chars.next().map_or_else(|| bit(None, one), |two| bit(Some(one), two)))
}

/// Strings of which every match holds at least one; none when nothing is known.
fn needed(hir: &Hir) -> Option<BTreeSet<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => needed(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => needed(&repetition.sub),
        HirKind::Alternation(arms) => {
            let mut all = BTreeSet::new();
            for arm in arms {
                all.extend(needed(arm)?);
            }
            Some(all)
        }
        HirKind::Concat(parts) => {
            let runs = runs(parts);
            let inner = parts.iter().filter_map(needed);
            runs.into_iter().chain(inner).filter(|set| !set.is_empty()).min_by_key(cost)
        }
        _ => language(hir).map(BTreeSet::from_iter).filter(|set| !set.contains("")),
    }
}

/// A single character is met by chance far more often than a pair.
fn cost(strings: &BTreeSet<String>) -> usize {
    strings.iter().map(|string| if string.chars().nth(1).is_some() { 1 } else { 16 }).sum()
}

/// The strings of each run of parts whose language is small.
fn runs(parts: &[Hir]) -> Vec<BTreeSet<String>> {
    let mut found = Vec::new();
    let mut run: Vec<String> = Vec::new();
    for part in parts {
        let next = language(part);
        let joined = next.as_ref().and_then(|next| cross(&run, next));
        if let Some(joined) = joined {
            run = joined;
            continue;
        }
        found.push(std::mem::take(&mut run));
        run = next.unwrap_or_default();
    }
    found.push(run);
    found.into_iter().map(BTreeSet::from_iter).filter(|set: &BTreeSet<String>| !set.contains("")).collect()
}

/// Each string before each string behind; an empty run is where one begins.
fn cross(before: &[String], behind: &[String]) -> Option<Vec<String>> {
    if before.is_empty() {
        return Some(behind.to_vec());
    }
    if before.len() * behind.len() > MOST {
        return None;
    }
    Some(before.iter().flat_map(|left| behind.iter().map(move |right| format!("{left}{right}"))).collect())
}

/// All strings that a part of a pattern can match, when they are few.
fn language(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Empty => Some(vec![String::new()]),
        HirKind::Literal(literal) => Some(vec![String::from_utf8(literal.0.to_vec()).ok()?]),
        HirKind::Class(Class::Unicode(class)) => {
            let size: usize = class.ranges().iter().map(hir::ClassUnicodeRange::len).sum();
            let chars = || class.ranges().iter().flat_map(|range| range.start()..=range.end());
            (size <= MOST).then(|| chars().map(String::from).collect())
        }
        HirKind::Capture(capture) => language(&capture.sub),
        HirKind::Repetition(repetition) if repetition.max == Some(1) => {
            let mut strings = language(&repetition.sub)?;
            strings.extend((repetition.min == 0).then(String::new));
            Some(strings)
        }
        HirKind::Alternation(arms) => {
            let mut strings = Vec::new();
            for arm in arms {
                strings.extend(language(arm)?);
                if strings.len() > MOST {
                    return None;
                }
            }
            Some(strings)
        }
        HirKind::Concat(parts) => {
            let mut strings = vec![String::new()];
            for part in parts {
                strings = cross(&strings, &language(part)?)?;
            }
            Some(strings)
        }
        HirKind::Look(_) | HirKind::Class(_) | HirKind::Repetition(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(pattern: &str) -> String {
        let needed = regex_syntax::parse(pattern).ok().and_then(|hir| needed(&hir));
        needed.map_or("anything".into(), |set| set.into_iter().collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn every_match_needs_one_of_the_strings() {
        for (pattern, want) in [
            ("关注", "关注"),
            ("(?:关注|订阅)我", "关注我 订阅我"),
            ("^.{0,8}交流群$", "交流群"),
            ("(?:请|来)*关注", "关注"),
            ("(?:长)?按", "按"),
            ("打[七八]折", "打七折 打八折"),
            ("a+b", "b"),
            ("\\d+字", "字"),
            (".{1,4}", "anything"),
            ("关注|.", "anything"),
        ] {
            assert_eq!(strings(pattern), want, "{pattern}");
        }
    }

    #[test]
    fn a_text_without_them_is_not_asked() {
        let cues = Cues::of("(?:请|来)*(?:关注|订阅)");
        assert!(cues.may_meet(&Signature::of("大家来订阅")));
        assert!(!cues.may_meet(&Signature::of("大家都来修桥")));
        assert!(Cues::of(".{3}").may_meet(&Signature::of("水")));
    }

    proptest::proptest! {
        #[test]
        fn what_a_pattern_meets_is_never_ruled_out(text in "[关注订阅我们请来长按打七八折a-c0-9]{0,12}") {
            for pattern in ["(?:请|来)*(?:关注|订阅)(?:我们)?", "打[七八]{1,2}折", "^长?按.{0,3}a+b?c", "(?:关|注)(?:我|们){2}"] {
                let meets = regex::Regex::new(pattern).expect("valid").is_match(&text);
                proptest::prop_assert!(!meets || Cues::of(pattern).may_meet(&Signature::of(&text)), "{} {}", pattern, text);
            }
        }
    }
}

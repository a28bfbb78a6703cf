use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use regex_syntax::hir::{self, Class, Hir, HirKind};
use serde::Deserialize;

/// A regular expression that is compiled when a text first asks for it: a run meets few of all wordings, and compiling
/// them all takes longer than cleaning a hundred pages.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Pattern {
    source: String,
    regex: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self::proven(source)
    }
}

impl Pattern {
    /// A pattern that is known to compile.
    pub(super) fn proven(source: String) -> Self {
        Self { source, regex: OnceLock::new() }
    }

    /// A pattern that is compiled at once, for what is wrong in it must be told.
    pub(super) fn new(source: String) -> Result<Self, regex::Error> {
        let regex = OnceLock::from(Some(Regex::new(&source)?));
        Ok(Self { source, regex })
    }

    /// What is wrong with the expression as it is written, for who compiles it later.
    pub(super) fn mistake(&self) -> Option<String> {
        regex_syntax::parse(&self.source).err().map(|error| error.to_string())
    }

    /// The expression as written.
    pub(super) fn source(&self) -> &str {
        &self.source
    }

    /// The compiled expression.
    pub(super) fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }

    /// Whether a text holds a match.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }
}

/// Depth to which pieces may hold other pieces.
const DEPTH: usize = 4;

/// A pattern with each `<name>` replaced by the piece of that name, as a group. The error is a sentence.
pub(super) fn expand(pattern: &str, words: &BTreeMap<String, String>) -> Result<String, String> {
    let mut text = pattern.to_owned();
    for _ in 0..DEPTH {
        if !text.contains('<') {
            return Ok(text);
        }
        text = once(&text, words)?;
    }
    if text.contains('<') { Err(format!("nests words deeper than {DEPTH}")) } else { Ok(text) }
}

fn once(pattern: &str, words: &BTreeMap<String, String>) -> Result<String, String> {
    let mut out = String::with_capacity(pattern.len() * 4);
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('<') {
        let (name, behind) = after.split_once('>').ok_or("has a `<` without `>`")?;
        let piece = words.get(name).ok_or_else(|| format!("uses the unknown word <{name}>"))?;
        out.push_str(before);
        out.push_str("(?:");
        out.push_str(piece);
        out.push(')');
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}

/// Most strings that are followed through a pattern before it counts as open.
const MOST: usize = 96;

/// More wordings than this for one pattern tell too little to be worth looking for.
const MAX_LITERALS: usize = 512;

/// Which of many patterns can match a text at all, told by the letters that each cannot do without. One pass over the
/// text, where asking every pattern costs a pass each and builds its states anew.
#[derive(Debug)]
pub(super) struct Required {
    literals: Option<AhoCorasick>,
    /// The pattern of each literal.
    owners: Vec<usize>,
    /// Patterns that may match whatever a text holds.
    always: Vec<usize>,
}

impl Required {
    /// Reads patterns, each with the number it goes by; one that cannot be read may match anything, and fails where it is
    /// compiled.
    pub(super) fn of<'p>(patterns: impl Iterator<Item = (usize, &'p str)>) -> Self {
        let (mut words, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (number, pattern) in patterns {
            let needed = regex_syntax::parse(pattern).ok().and_then(|hir| needed(&hir));
            match needed.filter(|words| words.len() <= MAX_LITERALS) {
                Some(needed) => {
                    owners.extend(std::iter::repeat_n(number, needed.len()));
                    words.extend(needed);
                }
                None => always.push(number),
            }
        }
        let literals = AhoCorasick::new(&words).ok();
        if literals.is_none() {
            always.extend(&owners);
        }
        Self { literals, owners, always }
    }

    /// The numbers of the patterns that can match, in order.
    pub(super) fn possible(&self, text: &str) -> Vec<usize> {
        let met = self.literals.iter().flat_map(|literals| literals.find_overlapping_iter(text));
        let mut possible: Vec<usize> =
            met.filter_map(|found| self.owners.get(found.pattern().as_usize()).copied()).collect();
        possible.extend(&self.always);
        possible.sort_unstable();
        possible.dedup();
        possible
    }
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

/// Long strings are seldom met by chance; how many there are hardly counts.
fn cost(strings: &BTreeSet<String>) -> (std::cmp::Reverse<usize>, usize) {
    let shortest = strings.iter().map(|string| string.chars().take(4).count()).min().unwrap_or(0);
    (std::cmp::Reverse(shortest), strings.len())
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

    #[test]
    fn words_are_put_in_and_faults_are_named() {
        let words = [("ask", "请|<you>"), ("you", "你|您"), ("loop", "<loop>")];
        let words = words.map(|(name, piece)| (name.to_owned(), piece.to_owned())).into();
        let cases = [
            ("关注", Ok("关注")),
            ("<ask>*关注", Ok("(?:请|(?:你|您))*关注")),
            ("<no>", Err("uses the unknown word <no>")),
            ("a<b", Err("has a `<` without `>`")),
            ("<loop>", Err("nests words deeper than 4")),
        ];
        for (pattern, want) in cases {
            assert_eq!(expand(pattern, &words), want.map(str::to_owned).map_err(str::to_owned), "{pattern}");
        }
    }

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
    fn a_pattern_is_asked_when_its_letters_are_there() {
        let cases = [
            ("关注(?:我们吧|本号呀)", "请关注", false),
            ("关注(?:我们吧|本号呀)", "关注我们吧", true),
            ("(?:点赞|转发).{0,8}(?:朋友圈|好朋友)", "点赞", false),
            ("(?:点赞|转发).{0,8}(?:朋友圈|好朋友)", "发到朋友圈", true),
            ("^(?:扫码)?[a-z]+$", "完全别的", false),
            ("(?:扫码)+吧", "吧", false),
            ("在[看读]", "在", false),
            ("在[看读]", "在看", true),
            ("(", "坏的模式", true),
        ];
        for (pattern, text, want) in cases {
            let required = Required::of([(7, pattern)].into_iter());
            assert_eq!(required.possible(text) == [7], want, "{pattern} in {text}");
        }
        let three = Required::of([(0, "甲"), (1, "乙|丙"), (2, ".")].into_iter());
        assert_eq!(three.possible("只有丙和乙"), [1, 2]);
    }

    proptest::proptest! {
        #[test]
        fn what_a_pattern_meets_is_never_ruled_out(text in "[关注订阅我们请来长按打七八折a-c0-9]{0,12}") {
            for pattern in ["(?:请|来)*(?:关注|订阅)(?:我们)?", "打[七八]{1,2}折", "^长?按.{0,3}a+b?c", "(?:关|注)(?:我|们){2}"] {
                let meets = Regex::new(pattern).expect("valid").is_match(&text);
                proptest::prop_assert!(!meets || Required::of([(0, pattern)].into_iter()).possible(&text) == [0], "{} {}", pattern, text);
            }
        }
    }
}

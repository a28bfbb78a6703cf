use std::collections::HashSet;

use super::super::unit::{Unit, written_addresses};
use crate::model::Span;
use crate::text::{count_letters, is_letter};

/// Characters of a line by which its script and its signs are counted.
pub(super) const LOOKED_AT: usize = 200;

pub(super) fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

pub(super) fn linked(unit: &Unit) -> f32 {
    let linked: usize = unit.block.links().map(|(words, _)| count_letters(words)).sum();
    share(linked.min(unit.chars), unit.chars)
}

pub(super) fn bold(unit: &Unit) -> f32 {
    let set = |span: &Span| match span {
        Span::Text { text, style, .. } if style.bold => count_letters(text),
        Span::Text { .. } | Span::Image(_) => 0,
    };
    share(unit.block.spans.iter().map(set).sum::<usize>().min(unit.chars), unit.chars)
}

/// What the signs of a line are, counted once.
#[derive(Debug, Default)]
pub(super) struct Signs {
    pub(super) latin: f32,
    pub(super) other: f32,
    pub(super) numbers: usize,
    pub(super) colons: usize,
    pub(super) bars: usize,
    pub(super) shouts: usize,
    pub(super) commas: usize,
    pub(super) stops: usize,
    pub(super) address: bool,
    pub(super) at: bool,
    /// Ends as what opens a list does.
    pub(super) opens: bool,
    /// Begins with a short label.
    pub(super) label: bool,
    pub(super) bullet: bool,
    pub(super) emoji: bool,
}

/// Longest label at the start of a line, in characters.
const LABEL: usize = 8;

impl Signs {
    pub(super) fn of(unit: &Unit) -> Self {
        let text = unit.text.trim();
        let mut signs = Self::default();
        let (mut all, mut latin, mut other, mut number) = (0, 0, 0, false);
        for c in text.chars().take(LOOKED_AT) {
            all += 1;
            latin += usize::from(c.is_ascii_alphabetic());
            other += usize::from(!is_letter(c));
            let digit = c.is_ascii_digit() || matches!(c, '０'..='９');
            signs.numbers += usize::from(digit && !number);
            number = digit;
            match c {
                ':' | '：' => signs.colons += 1,
                '|' | '｜' | '丨' => signs.bars += 1,
                '!' | '！' => signs.shouts += 1,
                ',' | '，' | '、' => signs.commas += 1,
                '.' | '。' => signs.stops += 1,
                '@' => signs.at = true,
                '☺' | '\u{1f000}'.. => signs.emoji = true,
                _ => {}
            }
        }
        (signs.latin, signs.other) = (share(latin, all), share(other, all));
        signs.address = unit.folded.contains("http") || unit.folded.contains("www");
        signs.opens = text.ends_with([':', '：']);
        signs.label =
            text.char_indices().take(LABEL + 1).skip(1).any(|(_, c)| matches!(c, ':' | '：' | '丨' | '|' | '｜' | '/'));
        signs.bullet = text.starts_with(|c: char| "·•▶►▼●○◆■□☞→↓▲-+|".contains(c) || c >= '\u{1f000}');
        signs
    }
}

/// Longest line that heads what follows, in folded characters.
const HEADING: usize = 16;

/// Whether a line may head what follows.
pub(super) fn heads(unit: &Unit) -> bool {
    unit.is_heading() || unit.text.ends_with([':', '：']) || unit.chars <= HEADING && !unit.is_sentence()
}

/// The numbers that a text cites, as [1] or [1, 3], elsewhere than at the start of a line.
pub(super) fn cited(units: &[Unit]) -> HashSet<u32> {
    let mut numbers = HashSet::new();
    for unit in units.iter().filter(|unit| unit.text.contains('[')) {
        for rest in unit.text.split('[').skip(1) {
            let marks = rest.split_once(']').map_or("", |(marks, _)| marks);
            if marks.len() <= MARKS && !unit.text.starts_with(&format!("[{marks}]")) {
                numbers.extend(
                    marks.split([',', '，', '-', '–', '、']).filter_map(|mark| mark.trim().parse::<u32>().ok()),
                );
            }
        }
    }
    numbers
}

/// Longest marks in one pair of brackets, in bytes.
const MARKS: usize = 16;

/// What tells a line that it is an entry of a list of sources.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// 1 for `[3]` at its start, 2 for `3.`, 0 for neither.
    pub(super) entry: u8,
    pub(super) number: Option<u32>,
    pub(super) year: bool,
    pub(super) literature: bool,
    /// Share of its characters that are addresses.
    pub(super) address: f32,
}

impl Source {
    pub(super) fn of(unit: &Unit) -> Self {
        let text = unit.text.trim_start();
        let bracket = text.strip_prefix(['[', '［', '【']);
        let digits = bracket.unwrap_or(text);
        let end = digits.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
        let number = digits.get(..end).and_then(|digits| digits.parse().ok());
        let behind = digits.get(end..).unwrap_or_default();
        let entry = match number {
            Some(_) if bracket.is_some() && behind.starts_with([']', '］', '】']) => 1,
            Some(_) if bracket.is_none() && behind.starts_with(['.', '、', '．', ')', '）']) => 2,
            _ => 0,
        };
        let bytes = unit.folded.as_bytes();
        let year = |four: &[u8]| matches!(four, [b'1', b'9', a, b] | [b'2', b'0', a, b] if a.is_ascii_digit() && b.is_ascii_digit());
        let addresses: usize = written_addresses(&unit.text).into_iter().map(|address| address.chars().count()).sum();
        Self {
            entry,
            number: number.filter(|_| entry > 0),
            year: memchr::memchr2_iter(b'1', b'2', bytes).any(|at| bytes.get(at..at + 4).is_some_and(year)),
            literature: LITERATURE.iter().any(|word| unit.folded.contains(word)),
            address: share(addresses, unit.text.chars().count()),
        }
    }
}

/// What stands in entries of literature in any language, folded.
const LITERATURE: [&str; 5] = ["etal", "doi", "arxiv", "isbn", "retrieved"];

/// Pairs of neighbouring characters of a text.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = u64> + '_ {
    text.chars().zip(text.chars().skip(1)).map(|(a, b)| u64::from(u32::from(a)) << 32 | u64::from(u32::from(b)))
}

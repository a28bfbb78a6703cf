use std::collections::BTreeSet;

use super::normalize::text as normal_text;
use crate::model::{Article, BlockKind, Edge, JudgedBlock, Lesson, Sighting};
use crate::text::fold;

/// Lines at the start of an article that its account may repeat.
const HEAD_LINES: usize = 8;

/// Lines at its end; footers are long.
const TAIL_LINES: usize = 30;

/// Longest sample kept of a line, in characters.
const SAMPLE_CHARS: usize = 80;

/// What an article teaches about its account: the lines at both of its ends, whatever the verdicts of their words. `None` when the
/// account is not known by name.
pub fn lesson(article: &Article) -> Option<Lesson> {
    if article.source_name.is_empty() {
        return None;
    }
    // What stands apart by its place needs no learning, and would fill the edges.
    let apart = |judged: &&JudgedBlock| judged.verdict.rule.stands_apart();
    let own = article.blocks.iter().filter(|judged| !apart(judged));
    let lines: Vec<(String, String)> = own.flat_map(lines).collect();
    let mut taken = BTreeSet::new();
    let head = lines.iter().take(HEAD_LINES).map(|line| (Edge::Head, line));
    let tail = lines.iter().rev().take(TAIL_LINES).rev().map(|line| (Edge::Tail, line));
    let sightings = head
        .chain(tail)
        .filter(|(edge, (key, _))| taken.insert((*edge, key.clone())))
        .map(|(edge, (key, sample))| Sighting { edge, key: key.clone(), sample: sample.clone() })
        .collect();
    Some(Lesson { article_id: article.id(), account: article.source_name.clone(), sightings })
}

/// The wordings of a block's lines: what a ruling on the block names.
pub fn wordings(judged: &JudgedBlock) -> Vec<String> {
    lines(judged).map(|(key, _)| key).collect()
}

/// Identity of a wording: 16 hexadecimal digits that are equal for lines which differ in layout, punctuation, emoji and
/// numbers alone. The numbers of an address count: they are what it says. `None` for a line without letters.
pub(super) fn wording_key(folded: &str) -> Option<String> {
    let mut plain = String::with_capacity(folded.len());
    let address = folded.contains("http");
    for c in folded.chars() {
        if address || !c.is_numeric() {
            plain.push(c);
        } else if !plain.ends_with('0') {
            plain.push('0');
        }
    }
    if !plain.chars().any(char::is_alphabetic) {
        return None;
    }
    let hex = blake3::hash(plain.as_bytes()).to_hex();
    hex.as_str().get(..16).map(str::to_owned)
}

/// Key and wording of each line with words; code and tables have none.
fn lines(judged: &JudgedBlock) -> impl Iterator<Item = (String, String)> {
    let worded = !matches!(judged.block.kind, BlockKind::Table(_) | BlockKind::Code(_) | BlockKind::Rule);
    let text = if worded { normal_text(&judged.block.text()) } else { String::new() };
    let keyed =
        |line: &str| wording_key(&fold(line)).map(|key| (key, line.trim().chars().take(SAMPLE_CHARS).collect()));
    text.split('\n').filter_map(keyed).collect::<Vec<_>>().into_iter()
}

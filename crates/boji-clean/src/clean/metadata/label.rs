use std::ops::Range;

use super::pen::Span;
use super::reading::may_hold_date;
use super::seen::Seen;
use crate::model::has_letters;
use crate::rules::words::DateWords;
use crate::rules::words::mark::{Marks, PUBLISHED, UPDATED};

/// Most words before a date in which its label is looked for.
const MAX_LABEL_WORDS: usize = 4;
/// Most words behind a date in which its label is looked for.
const MAX_WORDS_BEHIND: usize = 7;
/// Longest line that can be the label of the line below it.
const MAX_ABOVE_BYTES: usize = 48;

/// What the words before a date call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Published,
    Updated,
    /// A date, of whatever: `Date:`. Where nothing says more it is the publication.
    Dated,
    /// The date of something else: an event, a copyright.
    Other,
    None,
}

/// What is said right round the date at `hit` of a line; what stands before `from` belongs to the date before it. A date
/// that begins its line is called what the short line above says.
pub(super) fn label(seen: &Seen, index: usize, words: &str, from: usize, hit: Range<usize>, marks: Marks) -> Label {
    let before = words.get(from..hit.start).unwrap_or_default();
    let dates = &seen.known.dates;
    let own = label_before(before, dates);
    if own != Label::None {
        return own;
    }
    if from == 0 && !has_letters(before, 4) {
        let above = index.checked_sub(1).and_then(|above| seen.lines.get(above));
        let is_title = |line: &&Span| seen.headings.iter().any(|it| (it.start..it.end).contains(&line.start));
        let above = above.filter(|line| line.end - line.start <= MAX_ABOVE_BYTES && !is_title(line));
        let above = above.map(|line| seen.words(*line));
        // Only a line that ends in a label speaks of what is below it.
        let above = above.map_or(Label::None, |words| label_of(words, 2, dates));
        if above != Label::None {
            return above;
        }
    }
    let after = words.get(hit.end..).unwrap_or_default();
    if is_called_behind(after, dates) {
        return Label::Published;
    }
    // The class of a line with two dates does not tell which of them it means.
    if marks & UPDATED != 0 && marks & PUBLISHED == 0 && !may_hold_date(after) { Label::Updated } else { Label::None }
}

/// Whether a verb behind a date calls it the publication: "am 3. Mai 2024 um 12 Uhr veröffentlicht".
fn is_called_behind(after: &str, dates: &DateWords) -> bool {
    let words = after.split(' ').take(MAX_WORDS_BEHIND).map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    words.map(str::to_lowercase).any(|word| dates.published_behind.contains(&word))
}

/// Whether the words before a date call it the first of several: `Originally published on`.
pub(super) fn is_original(words: &str, from: usize, at: usize, dates: &DateWords) -> bool {
    let before = words.get(from..at).unwrap_or_default();
    let mut near = before.rsplit(' ').filter(|word| !word.is_empty()).take(MAX_LABEL_WORDS);
    near.any(|word| dates.first.contains(&word.to_lowercase()))
}

/// Whether a line tells, from its beginning, that a page was published on the date at `hit`: `This entry was posted on`,
/// or with the verb behind the date.
pub(super) fn tells_publication(line: &str, hit: &Range<usize>, dates: &DateWords) -> bool {
    let begins = |openers: &[String]| {
        openers.iter().any(|opener| line.get(..opener.len()).is_some_and(|start| start.to_lowercase() == *opener))
    };
    begins(&dates.sentences)
        || (begins(&dates.verb_last_sentences) && is_called_behind(line.get(hit.end..).unwrap_or_default(), dates))
}

/// What the words before a date call it.
pub(super) fn label_before(before: &str, dates: &DateWords) -> Label {
    label_of(before, MAX_LABEL_WORDS, dates)
}

/// What the last `reach` words of a text call what comes behind them.
fn label_of(before: &str, reach: usize, dates: &DateWords) -> Label {
    if !before.is_ascii() {
        let tail = before.trim_end();
        let near = tail.char_indices().rev().nth(7).map_or(tail, |(start, _)| tail.get(start..).unwrap_or(tail));
        let holds = |list: &[String]| list.iter().any(|word| near.contains(word.as_str()));
        for (list, label) in [
            (&dates.updated_cjk, Label::Updated),
            (&dates.published_cjk, Label::Published),
            (&dates.other_cjk, Label::Other),
            (&dates.dated_cjk, Label::Dated),
        ] {
            if holds(list) {
                return label;
            }
        }
    }
    let mut label = Label::None;
    // A "Corona-Update" is no update.
    let cut = |c: char| !c.is_alphanumeric() && !matches!(c, '©' | '-');
    let near = before.rsplit(cut).map(|word| word.trim_matches('-')).filter(|word| !word.is_empty());
    for (back, word) in near.take(reach).enumerate() {
        let lower = if word.is_ascii() { word.to_ascii_lowercase() } else { word.to_lowercase() };
        let is_in = |list: &[String]| list.contains(&lower);
        if is_in(&dates.updated) {
            return Label::Updated;
        }
        if is_in(&dates.published) {
            return Label::Published;
        }
        if back < 2 && is_in(&dates.other) {
            return Label::Other;
        }
        if is_in(&dates.dated) {
            label = Label::Dated;
        }
    }
    label
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn words_before_a_date_name_it() {
        let rules = Rules::shipped();
        let cases = [
            ("Published on ", Label::Published),
            ("Last updated: ", Label::Updated),
            ("Published May 3 | Updated ", Label::Updated),
            ("© ", Label::Other),
            ("Ann Lee | ", Label::None),
            ("发布时间：", Label::Published),
            ("Zuletzt aktualisiert am ", Label::Updated),
            ("Corona-Update ", Label::None),
            ("Datum: ", Label::Dated),
            ("Published date: ", Label::Published),
            ("发布日期：", Label::Published),
            ("日期：", Label::Dated),
        ];
        for (before, want) in cases {
            assert_eq!(label_before(before, &rules.words().metadata.dates), want, "{before}");
        }
    }
}

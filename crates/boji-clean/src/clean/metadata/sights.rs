use std::ops::Range;
use std::slice::Iter;

use super::day::day;
use super::label::{Label, is_original, label, label_before, tells_publication};
use super::names::{has_lead, names};
use super::pen::{MAX_LINE_BYTES, Span};
use super::reading::{Reading, turned};
use super::seen::{Seen, Stated};
use crate::model::Date;
use crate::rules::words::mark::{COMMENTS, DATE};

/// Most dates of a page that are looked at.
const MAX_SIGHTS: usize = 128;
/// Longest line, its date left out, in which a date stands for itself.
const MAX_REST_BYTES: usize = 48;
/// The same for a date whose year has two digits.
const MAX_SHORT_REST_BYTES: usize = 20;
/// The same for a date that marks cut off from what stands round it.
const MAX_CUT_BYTES: usize = 120;
/// Most bytes of a byline before its date: `By Ann Lee on`.
const MAX_BYLINE_BYTES: usize = 60;
/// Marks that cut a line into parts.
const CUTS: [char; 8] = ['|', '/', '·', '•', '>', '»', '–', '-'];

/// A date that a reader sees.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sight {
    pub date: Date,
    /// What it is where the month comes first and it was read with the day first, or the other way round.
    pub turned: Option<Date>,
    pub label: Label,
    /// It is called the first publication, of several.
    pub original: bool,
    /// Where it stands, with the marks of its line.
    pub span: Span,
    /// Class words, a `time` element or an empty line around it say that it is no part of a sentence.
    pub alone: bool,
}

/// The dates in the short lines of a page and in its `time` elements, in reading order, and behind them those of longer
/// lines that tell of the publication.
pub(super) fn sights(seen: &Seen, reading: Reading) -> Vec<Sight> {
    let mut found = Vec::new();
    let mut times = seen.times.iter().peekable();
    for (index, line) in seen.lines.iter().enumerate() {
        if found.len() >= MAX_SIGHTS {
            break;
        }
        let line =
            Line { seen, reading, index, span: *line, words: seen.text.get(line.start..line.end).unwrap_or_default() };
        let behind = line.times(&mut times, &mut found);
        line.texts(behind, &mut found);
    }
    found.extend(told(seen, reading));
    found
}

/// A line that is short enough to state a date.
struct Line<'a> {
    seen: &'a Seen<'a>,
    reading: Reading,
    index: usize,
    span: Span,
    words: &'a str,
}

impl Line<'_> {
    /// The dates of the `time` elements that end in the line; gives the offset behind the last one.
    fn times(&self, times: &mut std::iter::Peekable<Iter<'_, Stated<'_>>>, found: &mut Vec<Sight>) -> usize {
        let (words, start) = (self.words, self.span.start);
        let mut from = 0;
        while let Some(time) = times.next_if(|time| time.span.end <= self.span.end + 1) {
            let shown = self.seen.words(time.span);
            let text = || self.reading.first(shown);
            let stated = self.reading.date(time.value).or_else(text);
            let Some(mut date) = stated.filter(|_| time.span.start >= start) else { continue };
            // Shown in another zone than stated: the day that readers see counts.
            let day_shown = text().map(Date::local_day).or_else(|| self.reading.beside(shown, date));
            if let Some(other) = day_shown.filter(|shown| day(*shown) != day(date)) {
                date = other;
            }
            let at = (time.span.start - start).min(words.len());
            let end = time.span.end.saturating_sub(start).clamp(at, words.len());
            let inside = shown.get(..shown.find(|c: char| c.is_ascii_digit()).unwrap_or(0)).unwrap_or_default();
            let marks = time.span.marks | self.span.marks;
            let label = match label_before(inside, &self.seen.known.dates) {
                Label::None => label(self.seen, self.index, words, from, at..end, marks),
                label => label,
            };
            let (span, alone) = (Span { marks: marks | DATE, ..time.span }, words.len() <= MAX_LINE_BYTES);
            found.push(Sight {
                date,
                turned: None,
                label,
                original: is_original(words, from, at, &self.seen.known.dates),
                span,
                alone,
            });
            from = end;
        }
        from
    }

    /// The dates in the words of the line behind an offset.
    fn texts(&self, behind: usize, found: &mut Vec<Sight>) {
        let (words, dates) = (self.words, &self.seen.known.dates);
        let mut from = behind;
        for (date, hit) in self.reading.all(words).filter(|(_, hit)| hit.start >= behind) {
            let text = words.get(hit.clone()).unwrap_or_default();
            let short_year = text.len() <= 8 && !text.contains(char::is_alphabetic);
            let alone = self.is_alone(&hit, short_year);
            if short_year && !alone {
                continue;
            }
            let said = label(self.seen, self.index, words, from, hit.clone(), self.span.marks);
            let tells = from == 0 && tells_publication(words, &hit, dates);
            let label = if tells && matches!(said, Label::None | Label::Dated) { Label::Published } else { said };
            let original = is_original(words, from, hit.start, dates) || (tells && label == Label::Published);
            let start = self.span.start;
            let span = Span { start: start + hit.start, end: start + hit.end, ..self.span };
            found.push(Sight { date, turned: turned(date, text), label, original, span, alone });
            // "12 May 2024 – 15 May 2024" is a time in which something goes on.
            let between = words.get(from..hit.start).unwrap_or_default().trim();
            if from > 0 && matches!(between, "-" | "–" | "—") {
                found.iter_mut().rev().take(2).for_each(|sight| sight.label = Label::Other);
            }
            from = hit.end;
        }
    }

    /// Whether a date of the line is no part of a sentence.
    fn is_alone(&self, hit: &Range<usize>, short_year: bool) -> bool {
        let rest = self.words.len() - hit.len();
        let before = self.words.get(..hit.start).unwrap_or_default();
        let known = &self.seen.known.authors;
        let byline = || before.len() <= MAX_BYLINE_BYTES && has_lead(before, known) && !names(before, known).is_empty();
        rest <= if short_year { MAX_SHORT_REST_BYTES } else { MAX_REST_BYTES }
            || self.span.marks & DATE != 0
            || (rest <= MAX_CUT_BYTES && is_cut_off(self.words, hit))
            || byline()
    }
}

/// The dates of the longer lines that begin by telling when the page was published.
fn told(seen: &Seen, reading: Reading) -> impl Iterator<Item = Sight> {
    let dates = &seen.known.dates;
    seen.heads.iter().filter_map(move |line| {
        let words = seen.words(*line);
        let (date, hit) = reading.all(words).next()?;
        let called = label_before(words.get(..hit.start)?, dates);
        let tells = tells_publication(words, &hit, dates) && !matches!(called, Label::Updated | Label::Other);
        // It may stand below the text, among what the site says.
        let span = Span { marks: line.marks & COMMENTS, ..*line };
        let label = Label::Published;
        tells.then_some(Sight { date, turned: None, label, original: true, span, alone: true })
    })
}

/// Whether a part of a line stands between marks and its ends.
fn is_cut_off(words: &str, part: &Range<usize>) -> bool {
    let before = words.get(..part.start).unwrap_or_default();
    let behind = words.get(part.end..).unwrap_or_default();
    // Addresses have such marks, too, but no spaces.
    let begins = before.is_empty() || (before.ends_with(' ') && before.trim_end().ends_with(CUTS));
    let ends = behind.is_empty() || (behind.starts_with(' ') && behind.trim_start().starts_with(CUTS));
    begins && ends
}

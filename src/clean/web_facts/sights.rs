use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::label::{Label, is_original, label, label_before, tells_publication};
use super::names::has_lead;
use super::pen::{MAX_LINE_BYTES, Span};
use super::seen::Seen;
use super::words::{COMMENTS, DATE};
use crate::model::{Date, Timestamp};
use crate::parse::parse_date;

/// Most dates of a page that are looked at.
const MAX_SIGHTS: usize = 128;
/// Longest line, its date left out, in which a date stands for itself.
const MAX_REST_BYTES: usize = 48;
/// The same for a date that marks cut off from what stands round it.
const MAX_CUT_BYTES: usize = 120;
/// Most bytes of a byline before its date: `By Ann Lee on`.
const MAX_BYLINE_BYTES: usize = 60;
/// Marks that cut a line into parts.
const CUTS: [char; 8] = ['|', '/', '·', '•', '>', '»', '–', '-'];
/// What looks like a date in a line of a page; `parse_date` knows the words of months and has the last word. Word
/// boundaries are those of ASCII and letters are told roughly, for the quick engine knows no others.
static IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = concat!(
        r"(?:19|20)D{2}\s?[-/.年]\s?D{1,2}\s?[-/.月]\s?D{1,2}日?(?:[T\s]{1,3}D{1,2}:D{2}(?::D{2})?)?",
        r"|(?:19|20)D{2}년\s?D{1,2}월\s?D{1,2}일",
        r"|(?-u:\b)D{1,2}\.\s?D{1,2}\.\s?(?:19|20)D{2}",
        r"|(?-u:\b)D{1,2}[/-]D{1,2}[/-](?:19|20)D{2}",
        r"|(?-u:\b)D{1,2}[/.]D{1,2}[/.]D{2}(?-u:\b)",
        r"|(?-u:\b)D{1,2}(?:st|nd|rd|th|er|\.)?[\s-]{1,2}(?:of\s|de\s)?L{3,12}\.?,?[\s-](?:de\s)?(?:19|20)D{2}",
        r"|L{3,12}\.?[\s-]D{1,2}(?:st|nd|rd|th)?\s?,?[\s-](?:19|20)D{2}",
    );
    Regex::new(&pattern.replace('D', "[0-9]").replace('L', r"[A-Za-z\u{c0}-\u{1fff}\u{2e80}-\u{d7ff}]")).ok()
});

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

/// The dates in the short lines of a page and in its `time` elements, in reading order. `offset` is for times without a
/// zone, `month_first` tells how to read 5/6/2024.
pub(super) fn sights(seen: &Seen, offset: i16, month_first: Option<bool>) -> Vec<Sight> {
    let month_first = month_first.or_else(|| month_first_in(seen));
    let mut found = Vec::new();
    let mut times = seen.times.iter().peekable();
    for (index, line) in seen.lines.iter().enumerate() {
        if found.len() >= MAX_SIGHTS {
            break;
        }
        let words = seen.text.get(line.start..line.end).unwrap_or_default();
        let mut from = 0;
        while let Some(time) = times.next_if(|time| time.span.end <= line.end + 1) {
            let text = || first_date(seen.words(time.span), offset, month_first);
            let stated = parse_date(time.value, offset).or_else(text);
            let Some(mut date) = stated.filter(|_| time.span.start >= line.start) else { continue };
            // Shown in another zone than stated: the day that readers see counts.
            if let Some(shown) = text().map(Date::local_day).filter(|shown| shown.instant() != day_of(date)) {
                date = shown;
            }
            let at = time.span.start.saturating_sub(line.start).min(words.len());
            let inside = seen.words(time.span);
            let inside = inside.get(..inside.find(|c: char| c.is_ascii_digit()).unwrap_or(0)).unwrap_or_default();
            let label = match label_before(inside) {
                Label::None => {
                    let end = (time.span.end.saturating_sub(line.start)).clamp(at, words.len());
                    label(seen, index, words, from, at..end, time.span.marks | line.marks)
                }
                label => label,
            };
            let marks = time.span.marks | line.marks | DATE;
            let (span, alone) = (Span { marks, ..time.span }, words.len() <= MAX_LINE_BYTES);
            found.push(Sight { date, turned: None, label, original: is_original(words, from, at), span, alone });
            from = time.span.end.saturating_sub(line.start).min(words.len());
        }
        if !may_hold_date(words) {
            continue;
        }
        let Some(pattern) = IN_TEXT.as_ref() else { continue };
        let behind_times = from;
        for hit in pattern.find_iter(words).filter(|hit| hit.start() >= behind_times) {
            let Some(date) = read(hit.as_str(), offset, month_first) else { continue };
            let label = label(seen, index, words, from, hit.range(), line.marks);
            let rest = words.len() - hit.len();
            let short_year = hit.as_str().len() <= 8 && !hit.as_str().contains(char::is_alphabetic);
            let few = rest <= if short_year { 20 } else { MAX_REST_BYTES };
            let byline = hit.start() <= MAX_BYLINE_BYTES && has_lead(words);
            let cut_off = rest <= MAX_CUT_BYTES && is_cut_off(words, hit.range());
            let alone = few || line.marks & DATE != 0 || byline || cut_off;
            if short_year && !alone {
                continue;
            }
            let span = Span { start: line.start + hit.start(), end: line.start + hit.end(), ..*line };
            let original = is_original(words, from, hit.start()) || tells_publication(words);
            let turned = turned(date, hit.as_str());
            found.push(Sight { date, turned, label, original, span, alone });
            from = hit.end();
        }
    }
    found.extend(told(seen, offset, month_first));
    found
}

/// The dates of the longer lines that begin by telling when the page was published.
fn told(seen: &Seen, offset: i16, month_first: Option<bool>) -> impl Iterator<Item = Sight> {
    let lines = seen.heads.iter().filter(|line| tells_publication(seen.words(**line)));
    lines.filter_map(move |line| {
        let date = first_date(seen.words(*line), offset, month_first)?;
        // It may stand below the text, among what the site says.
        let span = Span { marks: line.marks & COMMENTS, ..*line };
        Some(Sight { date, turned: None, label: Label::Published, original: true, span, alone: true })
    })
}

/// Whether a part of a line stands between marks and its ends.
fn is_cut_off(words: &str, part: Range<usize>) -> bool {
    let before = words.get(..part.start).unwrap_or_default();
    let behind = words.get(part.end..).unwrap_or_default();
    // Addresses have such marks, too, but no spaces.
    let begins = before.is_empty() || (before.ends_with(' ') && before.trim_end().ends_with(CUTS));
    let ends = behind.is_empty() || (behind.starts_with(' ') && behind.trim_start().starts_with(CUTS));
    begins && ends
}

/// A date of numbers with day and month changed over; `None` where that is no other date.
fn turned(date: Date, text: &str) -> Option<Date> {
    let Date::Day { year, month, day } = date else { return None };
    let is_open = month != day && !text.contains(char::is_alphabetic) && !text.starts_with(&year.to_string());
    if is_open { Date::day(year, day, month) } else { None }
}

/// Which of day and month comes first in the dates of a page that can be read in one way only.
fn month_first_in(seen: &Seen) -> Option<bool> {
    let pattern = IN_TEXT.as_ref()?;
    let lines = seen.lines.iter().map(|line| seen.text.get(line.start..line.end).unwrap_or_default());
    let lines = lines.filter(|words| words.contains('/') && may_hold_date(words)).take(MAX_SIGHTS);
    let mut found = lines.flat_map(|words| pattern.find_iter(words)).filter_map(|hit| {
        let mut parts = hit.as_str().split('/').map(|part| part.parse::<u8>().ok());
        match (parts.next()??, parts.next()??) {
            (13.., ..13) => Some(false),
            (..13, 13..) => Some(true),
            _ => None,
        }
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Midnight of the day that an instant falls on in UTC.
fn day_of(date: Date) -> Timestamp {
    let millis = date.instant().as_millis();
    Timestamp::from_millis(millis - millis.rem_euclid(86_400_000))
}

/// Reads the first date in a text, whatever stands round it.
pub(super) fn first_date(text: &str, offset: i16, month_first: Option<bool>) -> Option<Date> {
    parse_date(text, offset).or_else(|| {
        if !may_hold_date(text) {
            return None;
        }
        IN_TEXT.as_ref()?.find_iter(text).find_map(|hit| read(hit.as_str(), offset, month_first))
    })
}

/// The first date in a text and where it stands.
pub(super) fn date_at_start(text: &str, offset: i16, month_first: Option<bool>) -> Option<(Date, Range<usize>)> {
    let hit = Some(text).filter(|text| may_hold_date(text)).and_then(|text| IN_TEXT.as_ref()?.find(text))?;
    Some((read(hit.as_str(), offset, month_first)?, hit.range()))
}

/// Whether a text holds a year of four digits, or three numbers with a mark between: most lines are done with here.
pub(super) fn may_hold_date(words: &str) -> bool {
    let bytes = words.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mark = |at: usize| bytes.get(at).is_some_and(|byte| matches!(byte, b'/' | b'.'));
    if bytes.iter().filter(|byte| byte.is_ascii_digit()).count() < 3 {
        return false;
    }
    (0..bytes.len().saturating_sub(3)).any(|at| match bytes.get(at..at + 2) {
        Some(b"19" | b"20") if digit(at + 2) && digit(at + 3) => true,
        Some([b'0'..=b'9', b'/' | b'.']) => digit(at + 2) && (mark(at + 3) || (digit(at + 3) && mark(at + 4))),
        _ => false,
    })
}

fn read(text: &str, offset: i16, month_first: Option<bool>) -> Option<Date> {
    let slashed = || {
        let mut parts = text.split(['/', '.', '-']).map(|part| part.trim().parse::<i16>().ok());
        let (one, two, year) = (parts.next()??, parts.next()??, parts.next()??);
        let year = if year < 100 { 2000 + year } else { year };
        let told = || month_first.or((two > 12 || one == two).then_some(true));
        let month_first = if text.contains(['.', '-']) { false } else { told()? };
        let (month, day) = if (month_first && one <= 12) || two > 12 { (one, two) } else { (two, one) };
        Date::day(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
    };
    parse_date(text, offset).or_else(slashed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dates_in_lines() {
        let cases = [
            ("Posted on May 3rd, 2024 by Ann", Some("2024-05-03")),
            ("2019-09-09 19:32:27　来源：某网", Some("2019-09-09T19:32:27+08:00")),
            ("发布时间：2021年3月4日", Some("2021-03-04")),
            ("3 June 2020", Some("2020-06-03")),
            ("Ann | am 15. Februar 2018", Some("2018-02-15")),
            ("19.11.2021 | Neues", Some("2021-11-19")),
            ("am 04-Aug-2021 erschienen", Some("2021-08-04")),
            ("30.10.23", Some("2023-10-30")),
            ("2/3/2024", Some("2024-02-03")),
            ("© 2024 Crumbs", None),
        ];
        for (line, want) in cases {
            assert_eq!(first_date(line, 480, Some(true)).map(|date| date.to_string()).as_deref(), want, "{line}");
        }
        assert_eq!(first_date("2/3/2024", 0, None), None);
        assert_eq!(first_date("2/3/2024", 0, Some(false)), Date::day(2024, 3, 2));
    }

    #[test]
    fn most_lines_are_done_with_at_once() {
        for line in ["2019-09-09", "May 3, 1999", "3.4.21 x", "12/31/24", "12/1/24"] {
            assert!(may_hold_date(line), "{line}");
        }
        for line in ["", "20", "call 555 1234", "v3.14", "5, 600 and 7", "16:30 / 1 / 2"] {
            assert!(!may_hold_date(line), "{line}");
        }
    }
}

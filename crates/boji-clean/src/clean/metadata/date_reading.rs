//! How the dates of a page are read: in its lines, in its address, and how two are compared by day.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::page_text::Span;
use crate::model::Date;
use crate::parse::parse_date;

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;

/// Whether two dates name one day, in UTC or where they were stated.
pub(super) fn same_day(one: Date, other: Date) -> bool {
    let days = |date: Date| [day(date), local_day(date)];
    days(one).iter().any(|day| days(other).contains(day))
}

/// The day in UTC.
pub(super) fn day(date: Date) -> i64 {
    date.instant().as_millis().div_euclid(DAY_MILLIS)
}

/// The day where the date was stated.
pub(super) fn local_day(date: Date) -> i64 {
    day(date.local_day())
}

/// Whether a day is that of an instant where it was published, and the instant falls on another day in UTC.
pub(super) fn may_be(printed: Date, at: Date) -> bool {
    let (Date::Day { .. }, Date::Moment { at: instant, offset_minutes }) = (printed, at) else { return false };
    if offset_minutes != 0 {
        return day(at) != day(printed) && local_day(at) == day(printed);
    }
    let hours = (instant.as_millis() - printed.instant().as_millis()).div_euclid(HOUR_MILLIS);
    (-14..0).contains(&hours) || (24..36).contains(&hours)
}

/// Most lines of a page that are asked in which order it writes day and month.
const MAX_LINES: usize = 128;
/// Longest text that names a day without a year.
const MAX_DAY_BYTES: usize = 20;

/// What looks like a date in a line of a page; `parse_date` knows the words of months and has the last word. Word
/// boundaries are those of ASCII and letters are told roughly, for the quick engine knows no others.
static IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = concat!(
        r"(?:19|20)D{2}\s?[-/.年]\s?D{1,2}\s?[-/.月]\s?D{1,2}日?(?:[T\s]{1,3}D{1,2}:D{2}(?::D{2}(?:\.D{1,6})?)?(?:\s?(?:Z(?-u:\b)|[+-]D{2}:?D{2}(?-u:\b)|UTC|GMT))?)?",
        r"|(?:19|20)D{2}년\s?D{1,2}월\s?D{1,2}일",
        r"|(?-u:\b)D{1,2}\.\s?D{1,2}\.\s?(?:19|20)D{2}",
        r"|(?-u:\b)D{1,2}[/-]D{1,2}[/-](?:19|20)D{2}",
        r"|(?-u:\b)D{1,2}[/.]D{1,2}[/.]D{2}(?-u:\b)",
        r"|(?-u:\b)D{1,2}(?:st|nd|rd|th|er|\.)?[\s-]{1,2}(?:of\s|de\s)?L{3,12}\.?,?[\s-](?:de\s)?(?:19|20)D{2}",
        r"|L{3,12}\.?[\s-]D{1,2}(?:st|nd|rd|th)?\s?,?[\s-](?:19|20)D{2}",
    );
    Regex::new(&pattern.replace('D', "[0-9]").replace('L', r"[A-Za-z\u{c0}-\u{1fff}\u{2e80}-\u{d7ff}]")).ok()
});

/// The same in other digits, numerals and calendars.
static IN_OTHER_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let pattern = concat!(
        r"[〇○零一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日",
        r"|(?:令和|平成)(?:元|D{1,2})年D{1,2}月D{1,2}日",
        r"|D{1,2}\s[\u{e00}-\u{e7f}.]{3,12}\s(?:พ\.ศ\.\s?)?D{4}",
        r"|D{1,2}\s[\u{600}-\u{6ff}]{2,12}(?:\s[\u{600}-\u{6ff}]{3,8})?[،,]?\sD{4}",
        r"|[\u{6f0}-\u{6f9}]{4}[/-][\u{6f0}-\u{6f9}]{1,2}[/-][\u{6f0}-\u{6f9}]{1,2}",
        r"|[\u{660}-\u{669}]{4}[/-][\u{660}-\u{669}]{1,2}[/-][\u{660}-\u{669}]{1,2}",
        r"|[\u{660}-\u{669}]{1,2}[/-][\u{660}-\u{669}]{1,2}[/-][\u{660}-\u{669}]{4}",
    );
    let digit = r"[0-9\u{660}-\u{669}\u{6f0}-\u{6f9}\u{e50}-\u{e59}\u{ff10}-\u{ff19}]";
    Regex::new(&pattern.replace('D', digit)).ok()
});

/// Whether a text may hold a date in other digits, numerals or calendars.
fn may_hold_other_date(words: &str) -> bool {
    let is_sign =
        |c: char| matches!(c, '\u{600}'..='\u{6ff}' | '\u{e00}'..='\u{e7f}' | '〇' | '○' | '零' | '令' | '平');
    !words.is_ascii() && words.chars().any(is_sign)
}

/// How the dates of a page are read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct DateReading {
    /// Minutes east of UTC, for times without a zone.
    pub offset: i16,
    /// How 5/6/2024 is read, when the language or the page tells.
    pub month_first: Option<bool>,
}

impl DateReading {
    /// With the order of day and month that the dates of some lines show, where the language does not tell it.
    pub(super) fn of_lines<'a>(self, lines: impl Iterator<Item = &'a str>) -> Self {
        Self { month_first: self.month_first.or_else(|| month_first_in(lines)), ..self }
    }

    /// A date that stands for itself.
    pub(super) fn date(self, text: &str) -> Option<Date> {
        parse_date(text, self.offset)
    }

    /// The first date in a text, whatever stands round it.
    pub(super) fn first(self, text: &str) -> Option<Date> {
        self.date(text).or_else(|| Some(self.all(text).next()?.0))
    }

    /// The day that a text names without a year, `Sep 16`, when it is that of a stated date somewhere on earth.
    pub(super) fn beside(self, text: &str, stated: Date) -> Option<Date> {
        let Date::Day { year, .. } = stated.local_day() else { return None };
        let is_short = text.len() <= MAX_DAY_BYTES && text.contains(char::is_alphabetic) && !may_hold_date(text);
        let shown = if is_short { self.first(&format!("{} {year}", text.trim())) } else { None };
        shown.filter(|shown| day(*shown).abs_diff(day(stated)) <= 1)
    }

    /// The dates in a text and where they stand.
    pub(super) fn all(self, text: &str) -> impl Iterator<Item = (Date, Range<usize>)> {
        let other =
            if may_hold_other_date(text) { IN_OTHER_TEXT.as_ref().filter(|it| it.is_match(text)) } else { None };
        let pattern = other.or(if may_hold_date(text) { IN_TEXT.as_ref() } else { None });
        let hits = pattern.into_iter().flat_map(move |pattern| pattern.find_iter(text));
        hits.filter_map(move |hit| Some((self.read(hit.as_str())?, hit.range())))
    }

    fn read(self, text: &str) -> Option<Date> {
        let slashed = || {
            let mut parts = text.split(['/', '.', '-']).map(|part| part.trim().parse::<i16>().ok());
            let (one, two, year) = (parts.next()??, parts.next()??, parts.next()??);
            let year = if year < 100 { 2000 + year } else { year };
            let told = || self.month_first.or((two > 12 || one == two).then_some(true));
            let month_first = if text.contains(['.', '-']) { false } else { told()? };
            let (month, day) = if (month_first && one <= 12) || two > 12 { (one, two) } else { (two, one) };
            Date::day(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?)
        };
        self.date(text).or_else(slashed)
    }
}

/// Which of day and month comes first in the dates of some lines that can be read in one way only.
fn month_first_in<'a>(lines: impl Iterator<Item = &'a str>) -> Option<bool> {
    let pattern = IN_TEXT.as_ref()?;
    let lines = lines.filter(|words| words.contains('/') && may_hold_date(words)).take(MAX_LINES);
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

/// A date of numbers with day and month changed over; `None` where that is no other date.
pub(super) fn turned(date: Date, text: &str) -> Option<Date> {
    let Date::Day { year, month, day } = date else { return None };
    let is_open = month != day && !text.contains(char::is_alphabetic) && !text.starts_with(&year.to_string());
    if is_open { Date::day(year, day, month) } else { None }
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

/// A date with the place that states it.
pub(super) type StatedDate = (Date, &'static str);

/// What is known when the dates are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct DateContext<'a> {
    pub url: &'a str,
    pub reading: DateReading,
    /// Where the title stands.
    pub title: Option<Span>,
}

/// A day in the path of an address.
static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|t\d|$)").ok()
});

/// The same with the month in letters.
static NAMED_IN_URL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"/((?:19|20)\d\d)/([a-z]{3,9})/(0?[1-9]|[12]\d|3[01])(?:/|$)").ok());

/// The day in the path of an address.
pub(super) fn in_url(url: &str) -> Option<Date> {
    numbers_in_url(url).or_else(|| {
        let parts = NAMED_IN_URL.as_ref()?.captures(url)?;
        parse_date(&format!("{} {} {}", parts.get(3)?.as_str(), parts.get(2)?.as_str(), parts.get(1)?.as_str()), 0)
    })
}

fn numbers_in_url(url: &str) -> Option<Date> {
    let parts = IN_URL.as_ref()?.captures(url)?;
    let number = |index| parts.get(index).and_then(|part| part.as_str().parse::<i16>().ok());
    Date::day(number(1)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dates_in_lines() {
        let american = |offset| DateReading { offset, month_first: Some(true) };
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
            ("on 2014-11-23 16:00:00 +0900 by Ann", Some("2014-11-23T16:00:00+09:00")),
            ("2014-11-23T16:00:00.123Z", Some("2014-11-23T16:00:00Z")),
            ("2014-11-23 16:00 UTC", Some("2014-11-23T16:00:00Z")),
            ("Published Mon, Jul 24 20171:56 PM EDT", Some("2017-07-24T13:56:00-04:00")),
            ("二〇二四年十一月二十三日", Some("2024-11-23")),
            ("発売：令和元年5月11日", Some("2019-05-11")),
            ("เผยแพร่ 24 ก.ค. 2567", Some("2024-07-24")),
            ("تاریخ انتشار: ۱۴۰۳/۰۴/۲۴", Some("2024-07-14")),
            ("٢٤ يوليو ٢٠٢٤", Some("2024-07-24")),
            ("© 2024 Crumbs", None),
        ];
        for (line, want) in cases {
            assert_eq!(american(480).first(line).map(|date| date.to_string()).as_deref(), want, "{line}");
        }
        assert_eq!(DateReading::default().first("2/3/2024"), None);
        let moment = parse_date("2024-09-17T02:55:00Z", 0).expect("a date");
        assert_eq!(DateReading::default().beside(" Sep 16 ", moment), Date::day(2024, 9, 16));
        assert_eq!(DateReading::default().beside("Sep 12", moment), None);
        let european = DateReading { offset: 0, month_first: Some(false) };
        assert_eq!(european.first("2/3/2024"), Date::day(2024, 3, 2));
        let by_lines = |lines: &[&str]| DateReading::default().of_lines(lines.iter().copied()).month_first;
        assert_eq!(by_lines(&["2/3/2024", "2/13/2024"]), Some(true));
        assert_eq!(by_lines(&["2/13/2024", "13/2/2024"]), None);
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

    #[test]
    fn finds_days_in_addresses() {
        assert_eq!(in_url("https://a.example/2021/03/04/bread.html").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/march/4/bread").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/bread"), None);
        assert_eq!(in_url("https://a.example/2021/bread/4"), None);
    }
}

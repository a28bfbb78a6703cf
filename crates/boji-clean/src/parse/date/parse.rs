use super::calendars::in_our_calendar;
use super::words::{DateToken, DateUnit, DayPart, tokens};
use super::zone::StatedZone;
use crate::model::{Date, Timestamp};

/// A longer text is no date.
const MAX_BYTES: usize = 160;
/// Years outside of this range are broken clocks and numbers that are no dates.
const YEARS: std::ops::Range<i64> = 1990..2100;
const MINUTES_A_DAY: i64 = 24 * 60;

/// Reads a date in any form that feeds and pages use: RFC 3339 and its shortened and spaced forms, RFC 822 and what
/// people make of it, `asctime`, `2024年5月1日 下午3:05` with its Japanese and Korean sisters, dates in the digits of Arabic and
/// Thai and by the Persian and the Buddhist calendar, seconds or milliseconds since 1970.
///
/// A time without a zone is read in `default_offset_minutes` (minutes east of UTC); `CST` means China's time when that
/// is 480, else US Central. A day without a readable time gives a [`Date::Day`]. `None` for relative words, for a month
/// without a day, for orders that cannot be told apart (`5/6/2024`), and for years outside of 1990 to 2099.
pub fn parse_date(text: &str, default_offset_minutes: i16) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_BYTES {
        return None;
    }
    if let Some(at) = epoch(text) {
        return Some(Date::moment(at, default_offset_minutes));
    }
    let fields = scan(&tokens(&in_our_calendar(text)));
    let (year, month, day) = fields.date?;
    if !YEARS.contains(&i64::from(year)) {
        return None;
    }
    moment(&fields, default_offset_minutes).or_else(|| Date::day(year, month, day))
}

/// Bare seconds (9 or 10 digits) or milliseconds (12 or 13) since 1970, within the known years.
fn epoch(text: &str) -> Option<Timestamp> {
    let digits = text.split('.').next()?;
    if !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    let number: i64 = digits.parse().ok()?;
    let at = match digits.len() {
        9 | 10 => Timestamp::from_seconds(number),
        // Twelve digits with a year in front are a date; as milliseconds they would lie before 2002.
        12 if !YEARS.contains(&(number / 100_000_000)) => Timestamp::from_millis(number),
        13 => Timestamp::from_millis(number),
        _ => return None,
    };
    let within = Date::day(1990, 1, 1)?.instant()..Date::day(2100, 1, 1)?.instant();
    within.contains(&at).then_some(at)
}

/// The instant, when the fields hold a real time.
fn moment(fields: &DateFields, default_offset_minutes: i16) -> Option<Date> {
    let (year, month, day) = fields.date?;
    let (hour, minute, second) = fields.time.filter(|(_, minute, second)| *minute <= 59 && *second <= 60)?;
    let hour = hour_of_day(hour, fields.part);
    // Hour 24 is midnight at the end of the day.
    let days = u8::from(hour == 24);
    if hour > 24 || (hour == 24 && (minute, second) != (0, 0) && fields.part.is_none()) {
        return None;
    }
    let hour = i8::try_from(hour % 24).ok()?;
    let (minute, second) = (i8::try_from(minute).ok()?, i8::try_from(second.min(59)).ok()?);
    let offset = match &fields.zone {
        Some(zone) => zone.offset_minutes((year, month, day, hour, minute), default_offset_minutes)?,
        None => default_offset_minutes,
    };
    let date = Date::civil(year, month, day, hour, minute, second, offset)?;
    let at = date.instant().plus_seconds(i64::from(days) * MINUTES_A_DAY * 60);
    Some(Date::moment(at, offset))
}

/// The hour on the clock of 24 hours. An hour that is already on it (`下午 15:05`) stays.
fn hour_of_day(hour: u32, part: Option<DayPart>) -> u32 {
    match part {
        Some(DayPart::Morning) if hour == 12 => 0,
        Some(DayPart::Noon) if hour < 10 => hour + 12,
        Some(DayPart::Afternoon) if hour < 12 => hour + 12,
        Some(DayPart::Evening) if (5..=12).contains(&hour) => hour + 12,
        _ => hour,
    }
}

/// What the tokens of a date say.
#[derive(Clone, Debug, Default)]
pub(super) struct DateFields {
    /// Year, month, day.
    pub date: Option<(i16, i8, i8)>,
    /// Hour, minute, second, as written.
    pub time: Option<(u32, u32, u32)>,
    /// Part of the day, for a clock of twelve hours.
    pub part: Option<DayPart>,
    /// Zone as written.
    pub zone: Option<StatedZone>,
}

/// A number that is no part of a numeric date or a time, in a date with the month as a word.
#[derive(Clone, Copy)]
struct Loose {
    value: u64,
    digits: usize,
    /// Where it stands among the tokens.
    position: usize,
}

type Rest<'a> = &'a [DateToken];
/// A date, its time when both are one number, and what follows.
type Read<'a> = ((i16, i8, i8), Option<(u32, u32, u32)>, Rest<'a>);

/// Reads the tokens from left to right: whole dates and times by their marks, what remains round the name of a month.
fn scan(tokens: &[DateToken]) -> DateFields {
    let mut fields = DateFields::default();
    let mut month = None;
    let mut loose: Vec<Loose> = Vec::new();
    let mut rest = tokens;
    while let [first, tail @ ..] = rest {
        let position = tokens.len() - rest.len();
        if fields.date.is_none()
            && let Some((date, time, after)) = compact(rest).or_else(|| numeric_date(rest))
        {
            fields.date = Some(date);
            fields.time = fields.time.or(time);
            rest = after;
            continue;
        }
        if fields.time.is_none()
            && let Some((time, after)) = clock(rest)
        {
            fields.time = Some(time);
            rest = after;
            continue;
        }
        if fields.time.is_some()
            && let Some((zone, after)) = numeric_zone(rest)
        {
            fields.zone = Some(zone);
            rest = after;
            continue;
        }
        match first {
            // "mar 5 mai 2024": the first is a French Tuesday.
            DateToken::MonthName(name) => month = Some((*name, position)),
            DateToken::Number { value, digits } => loose.push(Loose { value: *value, digits: *digits, position }),
            DateToken::DayPart(part) => fields.part = fields.part.or(Some(*part)),
            DateToken::StatedZone(zone) if fields.time.is_some() || zone.may_lead() => {
                fields.zone.get_or_insert_with(|| zone.clone());
            }
            _ => {}
        }
        rest = tail;
    }
    if fields.date.is_none() {
        fields.date = month.and_then(|(month, position)| named_month_date(month, position, &loose));
    }
    fields
}

/// `20040708`, `20040708T235658`, `20040708235658`, `200407082356`.
fn compact(tokens: Rest<'_>) -> Option<Read<'_>> {
    let [DateToken::Number { value, digits }, ref tail @ ..] = *tokens else { return None };
    let (day, seconds) = match digits {
        8 => (value, None),
        12 => (value / 10_000, Some(value % 10_000 * 100)),
        14 => (value / 1_000_000, Some(value % 1_000_000)),
        _ => return None,
    };
    let date = year_month_day(day / 10_000, day / 100 % 100, day % 100)?;
    let (seconds, tail) = match *tail {
        [DateToken::Time, DateToken::Number { value, digits: 6 }, ref after @ ..] if seconds.is_none() => {
            (Some(value), after)
        }
        [DateToken::Time, DateToken::Number { value, digits: 4 }, ref after @ ..] if seconds.is_none() => {
            (Some(value * 100), after)
        }
        _ => (seconds, tail),
    };
    let time = seconds.and_then(|value| hour_minute_second(value / 10_000, value / 100 % 100, value % 100));
    Some((date, time, tail))
}

/// A date of numbers alone, in the orders that can be told apart.
fn numeric_date(tokens: Rest<'_>) -> Option<Read<'_>> {
    use DateToken::{DateUnit as Counts, Era, FirstYear, Mark, Number};
    let (date, tail) = match *tokens {
        // 2024-05-01, 2024/5/1, 2024.05.01
        [
            Number { value: year, digits: 4 },
            Mark(first),
            Number { value: month, .. },
            Mark(second),
            Number { value: day, .. },
            ref tail @ ..,
        ] if first == second && matches!(first, '-' | '/' | '.') => (year_month_day(year, month, day)?, tail),
        // 2024年5月1日, 24年5月1日
        [
            Number { value: year, digits },
            Counts(DateUnit::Year),
            Number { value: month, .. },
            Counts(DateUnit::Month),
            Number { value: day, .. },
            ref tail @ ..,
        ] => (year_month_day(full_year(year, digits)?, month, day)?, tail),
        [
            Era(before),
            Number { value: year, .. },
            Counts(DateUnit::Year),
            Number { value: month, .. },
            Counts(DateUnit::Month),
            Number { value: day, .. },
            ref tail @ ..,
        ] => (year_month_day(u64::try_from(before).ok()?.saturating_add(year), month, day)?, tail),
        [
            Era(before),
            FirstYear,
            Number { value: month, .. },
            Counts(DateUnit::Month),
            Number { value: day, .. },
            ref tail @ ..,
        ] => (year_month_day(u64::try_from(before).ok()?.saturating_add(1), month, day)?, tail),
        // 五月 1, 2024 and 5月1日, 2024
        [Number { value: month, .. }, Counts(DateUnit::Month), Number { value: day, .. }, ref tail @ ..] => {
            let tail = skip(skip(tail, &Counts(DateUnit::Day)), &Mark(','));
            let [Number { value: year, digits: 4 }, ref tail @ ..] = *tail else { return None };
            (year_month_day(year, month, day)?, tail)
        }
        // 01 五月 2024: RFC 822 by a machine set to Chinese
        [
            Number { value: day, .. },
            Number { value: month, .. },
            Counts(DateUnit::Month),
            Number { value: year, digits: 4 },
            ref tail @ ..,
        ] => (year_month_day(year, month, day)?, tail),
        // 31.5.2024, 31/5/2024, 5/31/2024
        [
            Number { value: one, digits: 1..=2 },
            Mark(first),
            Number { value: two, digits: 1..=2 },
            Mark(second),
            Number { value: year, digits: 4 },
            ref tail @ ..,
        ] if first == second && matches!(first, '-' | '/' | '.') => (either_order(one, two, year, first)?, tail),
        _ => return None,
    };
    Some((date, None, skip(tail, &Counts(DateUnit::Day))))
}

/// Day and month in unknown order: dots are only used with the day first, elsewhere one of the numbers has to tell.
fn either_order(one: u64, two: u64, year: u64, mark: char) -> Option<(i16, i8, i8)> {
    match (one > 12, two > 12) {
        (false, true) => year_month_day(year, one, two),
        (true, false) => year_month_day(year, two, one),
        (false, false) if mark == '.' || one == two => year_month_day(year, two, one),
        _ => None,
    }
}

/// The day close before the name of the month or anywhere behind it, and the year: four digits anywhere, else the short
/// one behind. `at` is where the name stands.
fn named_month_date(month: i8, at: usize, loose: &[Loose]) -> Option<(i16, i8, i8)> {
    let could_be_day = |number: &Loose| number.digits <= 2 && (1..=31).contains(&number.value);
    // Close means at most a mark between: in "5 min read, May 1" the five is no day.
    let close_before = |number: &Loose| number.position < at && number.position + 2 >= at;
    let day = loose
        .iter()
        .find(|number| close_before(number) && could_be_day(number))
        .or_else(|| loose.iter().find(|number| number.position > at && could_be_day(number)))?;
    let others = || loose.iter().filter(|number| number.position != day.position);
    let year = others()
        .find(|number| number.digits == 4)
        .or_else(|| others().find(|number| number.position > at && matches!(number.digits, 2 | 3)))?;
    year_month_day(full_year(year.value, year.digits)?, u64::try_from(month).ok()?, day.value)
}

/// Two digits by the century that fits; three are a year counted from 1900.
fn full_year(value: u64, digits: usize) -> Option<u64> {
    match digits {
        4 => Some(value),
        2 if value < 70 => Some(2000 + value),
        2 => Some(1900 + value),
        3 if value < 200 => Some(1900 + value),
        _ => None,
    }
}

fn year_month_day(year: u64, month: u64, day: u64) -> Option<(i16, i8, i8)> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    Some((i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

/// `23:56`, `23:56:58.123`, `15时05分20秒`, `3点半`.
fn clock(tokens: Rest<'_>) -> Option<((u32, u32, u32), Rest<'_>)> {
    use DateToken::{DateUnit as Counts, Half, Mark, Number};
    match *tokens {
        [Number { value: hour, digits: 1..=2 }, Mark(':'), Number { value: minute, digits: 1..=2 }, ref tail @ ..] => {
            let (second, tail) = match *tail {
                [Mark(':'), Number { value, digits: 1..=2 }, ref after @ ..] => (value, after),
                _ => (0, tail),
            };
            let tail = match *tail {
                [Mark('.' | ','), Number { .. }, ref after @ ..] => after,
                _ => tail,
            };
            Some((hour_minute_second(hour, minute, second)?, tail))
        }
        [Number { value: hour, digits: 1..=2 }, Counts(DateUnit::Hour), ref tail @ ..] => {
            let (minute, tail) = match *tail {
                [Half, ref after @ ..] => (30, after),
                [Number { value, digits: 1..=2 }, Counts(DateUnit::Minute), ref after @ ..] => (value, after),
                [Number { value, digits: 2 }] => (value, &[] as Rest<'_>),
                _ => (0, tail),
            };
            let (second, tail) = match *tail {
                [Number { value, digits: 1..=2 }, Counts(DateUnit::Second), ref after @ ..] => (value, after),
                _ => (0, tail),
            };
            Some((hour_minute_second(hour, minute, second)?, tail))
        }
        _ => None,
    }
}

/// Numbers of a clock, unchecked: a time that makes no sense must not let its tail pass for one.
fn hour_minute_second(hour: u64, minute: u64, second: u64) -> Option<(u32, u32, u32)> {
    Some((u32::try_from(hour).ok()?, u32::try_from(minute).ok()?, u32::try_from(second).ok()?))
}

/// `+0800`, `+08:00`, `+8`, `-530`.
fn numeric_zone(tokens: Rest<'_>) -> Option<(StatedZone, Rest<'_>)> {
    use DateToken::{Mark, Number};
    let [Mark(sign @ ('+' | '-')), Number { value, digits }, ref tail @ ..] = *tokens else { return None };
    let (hours, minutes, tail) = match (digits, tail) {
        (1 | 2, [Mark(':'), Number { value: minutes, digits: 2 }, after @ ..]) => (value, *minutes, after),
        (1 | 2, _) => (value, 0, tail),
        (3 | 4, _) => (value / 100, value % 100, tail),
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let total = i16::try_from(hours * 60 + minutes).ok()?;
    Some((StatedZone::Fixed(if sign == '-' { -total } else { total }), tail))
}

fn skip<'a>(tokens: Rest<'a>, token: &DateToken) -> Rest<'a> {
    match tokens {
        [first, tail @ ..] if first == token => tail,
        _ => tokens,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `fixtures/dates.tsv`: raw text, offset in minutes, what [`Date`] prints or `-`.
    #[test]
    fn reads_the_table() {
        let table = include_str!("../../../../../fixtures/dates.tsv");
        let mut wrong = Vec::new();
        for line in table.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [raw, offset, want] = fields[..] else { panic!("three fields expected: {line}") };
            let got = parse_date(raw, offset.parse().expect("minutes")).map_or("-".to_owned(), |date| date.to_string());
            if got != want {
                wrong.push(format!("{raw} ({offset}): got {got}, want {want}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn too_long_a_text_is_no_date() {
        assert_eq!(parse_date(&format!("2024-05-01{}", " ".repeat(200)), 0), Date::day(2024, 5, 1));
        assert_eq!(parse_date(&format!("2024-05-01 {}", "x".repeat(200)), 0), None);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,60}", offset in -900i16..900) {
            let _ = parse_date(&text, offset);
        }

        #[test]
        fn never_panics_near_dates(text in "[0-9年月日时分点上下午TZ:/.,+\\- ]{0,40}", offset in proptest::num::i16::ANY) {
            let _ = parse_date(&text, offset);
        }

        #[test]
        fn reads_what_it_prints(seconds in 631_200_000i64..4_102_400_000, offset in -840i16..840) {
            let date = Date::moment(Timestamp::from_seconds(seconds), offset);
            proptest::prop_assert_eq!(parse_date(&date.to_string(), 480), Some(date));
        }
    }
}

use super::lexer::tokens;
use super::scan::{Fields, scan};
use super::token::DayPart;
use crate::model::{Date, Timestamp};

/// A longer text is no date.
const MAX_BYTES: usize = 160;
/// Years outside of this range are broken clocks and numbers that are no dates.
const YEARS: std::ops::Range<i64> = 1990..2100;
const MINUTES_A_DAY: i64 = 24 * 60;

/// Reads a date in any form that feeds and pages use: RFC 3339 and its shortened and spaced forms, RFC 822 and what
/// people make of it, `asctime`, `2024年5月1日 下午3:05` with its Japanese and Korean sisters, seconds or milliseconds since
/// 1970.
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
    let fields = scan(&tokens(text));
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
fn moment(fields: &Fields, default_offset_minutes: i16) -> Option<Date> {
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

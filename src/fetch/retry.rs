use boji_clean::model::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

/// Seconds to wait that a `Retry-After` value asks for, as a number or as a date (RFC 9110 §10.2.3). A date in the
/// past gives 0; nonsense gives `None`. The caller applies its own floor and ceiling.
pub(crate) fn retry_after(value: &str, now: Timestamp) -> Option<i64> {
    if let Some(seconds) = delta_seconds(value) {
        return Some(seconds);
    }
    let until = parse_http_date(value)?;
    Some((until.as_seconds() - now.as_seconds()).max(0))
}

/// Seconds to wait after `failures` failures in a row: `base_minutes`, doubled with each further one, at most
/// `ceiling_hours`. Never a permanent stop; 0 without a failure.
pub(crate) fn backoff(failures: u32, base_minutes: u32, ceiling_hours: u32) -> i64 {
    let Some(doublings) = failures.checked_sub(1) else { return 0 };
    doubled(i64::from(base_minutes) * 60, doublings, i64::from(ceiling_hours) * 3600)
}

/// `base` doubled `times` over, never above `ceiling`.
pub(super) fn doubled(base: i64, times: u32, ceiling: i64) -> i64 {
    let factor = 1_i64.checked_shl(times.min(62)).unwrap_or(i64::MAX);
    base.saturating_mul(factor).min(ceiling)
}

/// Reads a date in any of the three forms of HTTP (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. The weekday may be wrong, and any zone of RFC 2822 may
/// stand in place of GMT, since some servers send one.
pub(crate) fn parse_http_date(text: &str) -> Option<Timestamp> {
    const PARSER: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new();
    let parse = |date: &str| PARSER.parse_timestamp(date.trim_start()).ok();
    let at = if let Some((_, date)) = text.split_once(',') {
        parse(date).or_else(|| parse(&date.replacen('-', " ", 2)))?
    } else {
        let (_, date) = text.trim_start().split_once(' ')?;
        let civil = DateTime::strptime("%b %e %H:%M:%S %Y", date.trim()).ok()?;
        Offset::UTC.to_timestamp(civil).ok()?
    };
    Some(Timestamp::from_millis(at.as_millisecond()))
}

/// Delta-seconds; a number too large to hold counts as a very long time (RFC 9111 §1.2.2).
pub(super) fn delta_seconds(value: &str) -> Option<i64> {
    let digits = value.trim().trim_matches('"');
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse::<u32>().map_or(i64::from(i32::MAX), i64::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_seconds_and_dates() {
        let now = Timestamp::parse("2026-11-24T12:00:00Z").expect("a time");
        let cases = [
            ("3600", Some(3600)),
            (" 0 ", Some(0)),
            ("99999999999999", Some(i64::from(i32::MAX))),
            ("Tue, 24 Nov 2026 12:10:00 GMT", Some(600)),
            ("Tuesday, 24-Nov-26 12:10:00 GMT", Some(600)),
            ("Tue Nov 24 12:10:00 2026", Some(600)),
            ("Tue, 24 Nov 2026 20:10:00 +0800", Some(600)),
            ("Tue, 24 Nov 2020 12:10:00 GMT", Some(0)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (value, want) in cases {
            assert_eq!(retry_after(value, now), want, "{value}");
        }
    }

    #[test]
    fn backs_off_to_a_ceiling_and_never_gives_up() {
        let waits: Vec<i64> = [0, 1, 2, 3, 8, 9, 1000, u32::MAX].map(|failures| backoff(failures, 15, 48)).into();
        assert_eq!(waits, [0, 900, 1800, 3600, 115_200, 172_800, 172_800, 172_800]);
    }

    #[test]
    fn reads_the_three_forms_and_a_wrong_zone() {
        let cases = [
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z")),
            ("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z")),
            ("Sunday, 06-Nov-26 08:49:37 GMT", Some("2026-11-06T08:49:37Z")),
            ("Sun, 06 Nov 1994 16:49:37 +0800", Some("1994-11-06T08:49:37Z")),
            ("Sun, 6 Nov 1994 08:49:60 UTC", Some("1994-11-06T08:49:59Z")),
            ("Sun, 31 Feb 1994 08:49:37 GMT", None),
            ("0", None),
            ("-1", None),
            ("", None),
            ("Sun, 06 Nov", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse_http_date(text).map(|at| at.to_string()).as_deref(), want, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "\\PC{0,80}") {
            let _ = parse_http_date(&text);
        }
    }
}

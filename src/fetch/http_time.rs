use boji_clean::model::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::Offset;

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

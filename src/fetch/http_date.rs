use crate::model::{Date, Timestamp};

/// Reads a date in any of the three forms of HTTP (RFC 9110 §5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT`, `Sun Nov  6 08:49:37 1994`. Takes a numeric zone in place of GMT, since some
/// servers send one; any other zone counts as GMT.
pub fn parse_http_date(text: &str) -> Option<Timestamp> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let words: Vec<&str> = text.split([' ', ',', '\t']).filter(|word| !word.is_empty()).collect();
    let (day, month, year, time, zone) = match words.as_slice() {
        [_, dashed, time, rest @ ..] if dashed.contains('-') => {
            let mut parts = dashed.splitn(3, '-');
            (parts.next()?, parts.next()?, parts.next()?, *time, rest.first())
        }
        [_, month, day, time, year] if time.contains(':') && month_of(month).is_some() => {
            (*day, *month, *year, *time, None)
        }
        [_, day, month, year, time, rest @ ..] => (*day, *month, *year, *time, rest.first()),
        _ => return None,
    };
    let mut clock = time.splitn(3, ':').map(str::parse::<i8>);
    let (hour, minute, second) = (clock.next()?.ok()?, clock.next()?.ok()?, clock.next()?.ok()?);
    // A leap second is a time that HTTP allows and the calendar does not know.
    let second = second.min(59);
    let date = Date::civil(year_of(year)?, month_of(month)?, day.parse().ok()?, hour, minute, second, offset_of(zone))?;
    Some(date.instant())
}

/// Longer than any date; bounds the split.
const MAX_LENGTH: usize = 64;

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_ascii_lowercase();
    let index = MONTHS.iter().position(|month| word.starts_with(month))?;
    i8::try_from(index + 1).ok()
}

/// Two digits mean the century that RFC 850 dates can still be in.
fn year_of(word: &str) -> Option<i16> {
    let year: i16 = word.parse().ok()?;
    match (word.len(), year) {
        (2, 0..=69) => Some(2000 + year),
        (2, 70..=99) => Some(1900 + year),
        (4, 1..) => Some(year),
        _ => None,
    }
}

fn offset_of(zone: Option<&&str>) -> i16 {
    let Some(zone) = zone else { return 0 };
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let Some(digits) = zone.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4) else { return 0 };
    digits.parse::<i16>().map_or(0, |number| sign * (number / 100 * 60 + number % 100))
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

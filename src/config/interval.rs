/// Shortest interval between two polls, in seconds: a minute.
const SHORTEST_INTERVAL: u32 = 60;
/// Longest time that may be written, in seconds: a year.
const LONGEST: u32 = 31_622_400;

/// Seconds of `45m`, `6h` or `1d`; the error is a phrase for people.
pub(crate) fn parse_interval(text: &str) -> Result<u32, String> {
    let seconds = seconds_of(text, &[('m', 60), ('h', 3_600), ('d', 86_400)])
        .ok_or_else(|| format!("`{text}` is no interval"))?;
    if (SHORTEST_INTERVAL..=LONGEST).contains(&seconds) {
        Ok(seconds)
    } else {
        Err(format!("`{text}` is not between a minute and a year"))
    }
}

/// Seconds that somebody is ready to wait: an interval, also none at all or in seconds, `30s`. The error is a phrase for people.
pub(crate) fn parse_wait(text: &str) -> Result<u32, String> {
    let seconds = seconds_of(text, &[('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400)])
        .ok_or_else(|| "write a number and s, m, h or d, such as 30s or 5m".to_owned())?;
    if seconds <= LONGEST { Ok(seconds) } else { Err("nobody waits for longer than a year".to_owned()) }
}

/// Seconds of a number with one of these units behind it. What is too large for a number of seconds is the largest.
fn seconds_of(text: &str, units: &[(char, u32)]) -> Option<u32> {
    let (digits, seconds) =
        units.iter().find_map(|(unit, seconds)| text.strip_suffix(*unit).map(|digits| (digits, *seconds)))?;
    digits.parse::<u32>().ok().map(|number| number.saturating_mul(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_between_a_minute_and_a_year() {
        let cases = [
            ("1m", Some(60)),
            ("45m", Some(2_700)),
            ("6h", Some(21_600)),
            ("366d", Some(31_622_400)),
            ("367d", None),
            ("4294967295d", None),
            ("0m", None),
            ("90s", None),
            ("6", None),
            ("h", None),
            ("-1h", None),
            ("六h", None),
            ("6時", None),
            ("", None),
        ];
        for (text, want) in cases {
            assert_eq!(parse_interval(text).ok(), want, "{text}");
        }
    }

    #[test]
    fn one_waits_for_seconds_too() {
        let cases =
            [("30s", Some(30)), ("0s", Some(0)), ("5m", Some(300)), ("1d", Some(86_400)), ("367d", None), ("5", None)];
        for (text, want) in cases {
            assert_eq!(parse_wait(text).ok(), want, "{text}");
        }
    }
}

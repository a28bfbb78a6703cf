use std::fmt;

use boji_clean::model::Timestamp;
use chrono::{DateTime, FixedOffset};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

/// A cron expression of five fields (or a nickname such as `@daily`) that is known to come round.
///
/// The only place that knows the cron library, and the time library that comes with it.
#[derive(Clone)]
pub struct CronExpression(Cron);

/// Where the search for a first occurrence begins: 2000-01-01, so that validity does not depend on today.
const TRIAL_START: Timestamp = Timestamp::from_seconds(946_684_800);

impl CronExpression {
    /// Reads an expression; the error is a phrase for people. One that never comes round (`0 0 31 2 *`) is refused.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(text).map_err(|error| plain(&error.to_string()))?;
        let expression = Self(cron);
        match expression.next_after(TRIAL_START, 0) {
            Some(_) => Ok(expression),
            None => Err("it never comes round".to_owned()),
        }
    }

    /// The first time strictly after `at` that fits, read in the zone `offset_minutes` east of UTC. `None` when there
    /// is none or the calendar ends.
    pub fn next_after(&self, at: Timestamp, offset_minutes: i16) -> Option<Timestamp> {
        let zone = FixedOffset::east_opt(i32::from(offset_minutes) * 60)?;
        let local = DateTime::from_timestamp(at.as_seconds(), 0)?.with_timezone(&zone);
        let next = self.0.find_next_occurrence(&local, false).ok()?;
        Some(Timestamp::from_seconds(next.timestamp()))
    }
}

impl fmt::Debug for CronExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CronExpression({})", self.0.as_str())
    }
}

/// The library's sentence in the house's form: lower case, no period.
fn plain(sentence: &str) -> String {
    let sentence = sentence.trim_end_matches('.');
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(expression: &str, at: &str, offset: i16) -> Option<String> {
        let at = Timestamp::parse(at).expect("an instant");
        CronExpression::parse(expression).expect("valid").next_after(at, offset).map(|time| time.to_string())
    }

    #[test]
    fn finds_the_next_time_in_the_zone() {
        let cases = [
            ("0 7 * * *", "2026-11-24T00:00:00Z", 480, "2026-11-24T23:00:00Z"),
            ("0 7 * * *", "2026-11-24T00:00:00Z", 0, "2026-11-24T07:00:00Z"),
            ("*/20 * * * *", "2026-11-24T00:20:00Z", 0, "2026-11-24T00:40:00Z"),
            ("30 6 29 2 *", "2026-11-24T00:00:00Z", 0, "2028-02-29T06:30:00Z"),
            ("@daily", "2026-11-24T00:00:00Z", -210, "2026-11-24T03:30:00Z"),
        ];
        for (expression, at, offset, want) in cases {
            assert_eq!(next(expression, at, offset).as_deref(), Some(want), "{expression}");
        }
    }

    #[test]
    fn refuses_what_is_wrong_or_never_comes() {
        for bad in ["", "0 7 * *", "61 * * * *", "0 0 31 2 *", "0 0 7 * * *", "every day", "0 0 31 2"] {
            let error = CronExpression::parse(bad).expect_err(bad);
            assert!(!error.is_empty() && !error.ends_with('.'), "{bad}: {error}");
        }
        assert_eq!(CronExpression::parse("0 0 31 2 *").expect_err("never"), "it never comes round");
    }

    #[test]
    fn the_end_of_the_calendar_gives_nothing() {
        let daily = CronExpression::parse("0 7 * * *").expect("valid");
        assert_eq!(daily.next_after(Timestamp::from_millis(i64::MAX), 0), None);
    }
}

use serde::{Deserialize, Serialize};

use crate::model::Timestamp;

/// When a feed asks not to be polled: RSS 2.0 `ttl`, `skipHours` and `skipDays`, and RSS 1.0's syndication module
/// (`sy:updatePeriod`, `sy:updateFrequency`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// Least seconds between two polls, 0 when it names none: the longer one of `ttl` and the module's period.
    pub least_seconds: u32,
    /// Hours of the day in UTC in which it is not to be asked; bit 0 is the one after midnight.
    pub skipped_hours: u32,
    /// Weekdays in UTC on which it is not to be asked; bit 0 is Monday.
    pub skipped_days: u8,
}

/// The same as written.
#[derive(Clone, Debug, Default)]
pub(super) struct WrittenRhythm {
    pub ttl: String,
    pub period: String,
    pub frequency: String,
    pub hours: Vec<String>,
    pub days: Vec<String>,
}

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const ALL_HOURS: u32 = (1 << 24) - 1;
const ALL_DAYS: u8 = (1 << 7) - 1;
/// A time of a feed that is written with three letters is as good as its whole name.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Rhythm {
    /// What cannot be read is left out, and so is what would leave no hour or no day at all.
    pub(super) fn read(written: &WrittenRhythm) -> Self {
        let ttl = written.ttl.trim().parse::<u32>().unwrap_or(0).saturating_mul(60);
        let hour =
            |text: &String| text.trim().parse::<u32>().ok().filter(|hour| *hour <= 24).map(|hour| 1 << (hour % 24));
        let day = |text: &String| {
            let name = text.trim().to_ascii_lowercase();
            DAYS.iter().position(|day| name.starts_with(day)).map(|place| 1 << place)
        };
        let skipped_hours = written.hours.iter().filter_map(hour).fold(0, |all, hour: u32| all | hour);
        let skipped_days = written.days.iter().filter_map(day).fold(0, |all, day: u8| all | day);
        Self {
            least_seconds: ttl.max(period(&written.period, &written.frequency)),
            skipped_hours: if skipped_hours == ALL_HOURS { 0 } else { skipped_hours },
            skipped_days: if skipped_days == ALL_DAYS { 0 } else { skipped_days },
        }
    }

    /// The first instant from `at` on that it does not ask to leave out.
    pub fn next_allowed(self, at: Timestamp) -> Timestamp {
        let mut seconds = at.as_seconds();
        if self.skips(seconds) {
            seconds -= seconds.rem_euclid(HOUR);
            // A week has every hour of every day.
            for _ in 0..7 * 24 {
                seconds += HOUR;
                if !self.skips(seconds) {
                    return Timestamp::from_seconds(seconds);
                }
            }
        }
        at
    }

    fn skips(self, seconds: i64) -> bool {
        let hour = seconds.rem_euclid(DAY) / HOUR;
        // The first day of 1970 was a Thursday.
        let day = (seconds.div_euclid(DAY) + 3).rem_euclid(7);
        self.skipped_hours >> hour & 1 == 1 || self.skipped_days >> day & 1 == 1
    }
}

/// Seconds between two updates by the syndication module; 0 when it names no period.
fn period(period: &str, frequency: &str) -> u32 {
    let whole = match period.trim().to_ascii_lowercase().as_str() {
        "hourly" => HOUR,
        "daily" => DAY,
        "weekly" => 7 * DAY,
        "monthly" => 30 * DAY,
        "yearly" => 365 * DAY,
        _ => return 0,
    };
    let times = frequency.trim().parse::<u32>().unwrap_or(1).max(1);
    u32::try_from(whole).unwrap_or(u32::MAX) / times
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(ttl: &str, period: &str, frequency: &str, hours: &[&str], days: &[&str]) -> WrittenRhythm {
        let all = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
        WrittenRhythm {
            ttl: ttl.into(),
            period: period.into(),
            frequency: frequency.into(),
            hours: all(hours),
            days: all(days),
        }
    }

    #[test]
    fn the_longer_wish_counts() {
        let cases = [
            (("60", "", ""), 3_600),
            ((" 180 ", "hourly", "1"), 10_800),
            (("", "daily", "2"), 43_200),
            (("", "Weekly", ""), 604_800),
            (("", "daily", "0"), 86_400),
            (("x", "now and then", "9"), 0),
            (("-5", "hourly", "x"), 3_600),
            (("99999999999", "", ""), 0),
            (("4000000000", "", ""), u32::MAX),
        ];
        for ((ttl, period, frequency), want) in cases {
            let rhythm = Rhythm::read(&written(ttl, period, frequency, &[], &[]));
            assert_eq!(rhythm.least_seconds, want, "{ttl} {period} {frequency}");
        }
    }

    #[test]
    fn hours_and_days_that_are_left_out_are_passed_over() {
        let at = |text: &str| Timestamp::parse(text).expect("an instant");
        let night = Rhythm::read(&written("", "", "", &["22", "23", "24", " 0 ", "1", "99", "noon"], &[]));
        let weekend = Rhythm::read(&written("", "", "", &["8"], &["Saturday", "sun", "Caturday"]));
        let cases = [
            (night, "2026-11-24T12:10:00Z", "2026-11-24T12:10:00Z"),
            (night, "2026-11-24T22:10:00Z", "2026-11-25T02:00:00Z"),
            (night, "2026-11-25T00:00:00Z", "2026-11-25T02:00:00Z"),
            (weekend, "2026-11-27T23:59:59Z", "2026-11-27T23:59:59Z"),
            (weekend, "2026-11-28T00:00:00Z", "2026-11-30T00:00:00Z"),
            (weekend, "2026-11-30T08:59:59Z", "2026-11-30T09:00:00Z"),
            (Rhythm::default(), "2026-11-28T03:04:05Z", "2026-11-28T03:04:05Z"),
        ];
        for (rhythm, from, want) in cases {
            assert_eq!(rhythm.next_allowed(at(from)), at(want), "{from}");
        }
    }

    #[test]
    fn a_feed_that_never_wants_to_be_asked_is_not_heard() {
        let hours: Vec<String> = (0..24).map(|hour| hour.to_string()).collect();
        let hours: Vec<&str> = hours.iter().map(String::as_str).collect();
        let rhythm = Rhythm::read(&written("", "", "", &hours, &DAYS));
        assert_eq!(rhythm, Rhythm::default());
        // Hours and days that leave nothing together end by themselves.
        let all_but_one = Rhythm { skipped_hours: ALL_HOURS - 1, skipped_days: ALL_DAYS - 1, least_seconds: 0 };
        let next = all_but_one.next_allowed(Timestamp::from_seconds(0));
        assert_eq!(next.to_string(), "1970-01-05T00:00:00Z");
    }
}

use std::fmt;

use boji_clean::model::Timestamp;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
/// The newest entries that count, and of these the ones whose gaps give the pace.
const MAX_EVENTS: usize = 50;
const PACE_EVENTS: usize = 8;
/// Entries less than so many seconds apart came together: one request brings them all.
const TOGETHER: i64 = HOUR / 2;
/// Entries from which on something can be said of a habit.
const FEW: i64 = 5;
/// The plan's unit of time.
const STEP: i64 = HOUR / 4;
/// Longest wait for a source that published within a month, and for one that is silent for longer.
const LONGEST: i64 = DAY;
const LONGEST_SILENT: i64 = 2 * DAY;
const SILENT: i64 = 30 * DAY;
/// Gaps longer than ten years are as good as ten years.
const LONGEST_GAP: i64 = 3_650 * DAY;
/// Share of an hour or a day of the week that is like all others.
const ONE: i64 = 1_024;

/// When a source publishes, learned from the times of its own entries: how often, at which hours of the day, on weekdays or at the
/// weekend (UTC).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habit {
    /// Seconds between two entries, of late.
    gap: i64,
    /// Seconds since the last one.
    silent: i64,
    /// Times that are known of it.
    events: i64,
    /// How much more than an hour like all others each hour brings, in parts of [`ONE`].
    hours: [i64; 24],
    weekday: i64,
    weekend: i64,
}

impl Habit {
    /// What entries tell that were published at these seconds since 1970, oldest first; `None` when there are none before `now`. A
    /// time at midnight exactly is a date without a time, and tells no hour.
    pub fn of(published: &[i64], now: Timestamp) -> Option<Self> {
        let now = now.as_seconds();
        let mut events: Vec<i64> = Vec::new();
        for &at in published.iter().rev().filter(|at| **at <= now) {
            if events.last().is_none_or(|last| last - at >= TOGETHER) {
                events.push(at);
            }
            if events.len() == MAX_EVENTS {
                break;
            }
        }
        let silent = now - events.first()?;
        let count = events.len() as i64;
        let pace = events.len().min(PACE_EVENTS);
        let oldest = events.get(pace - 1).copied().unwrap_or(now);
        // A source that is silent gives at most four entries in as long a time again.
        let span = (now - oldest).max(silent.min(LONGEST_GAP) * pace as i64 / 4).clamp(1, LONGEST_GAP);
        let mut raw = [0_i64; 24];
        let (mut timed, mut at_weekend) = (0, 0);
        for at in events {
            at_weekend += i64::from(is_weekend(at));
            if at.rem_euclid(DAY) == 0 {
                continue;
            }
            timed += 1;
            let hour = hour_of(at);
            for (near, weight) in [(hour, 2), (hour + 1, 1), (hour + 23, 1)] {
                if let Some(raw) = raw.get_mut(near % 24) {
                    *raw += weight;
                }
            }
        }
        // One more entry that is spread over the whole day, and two over the week, keep few of them from saying too much.
        Some(Self {
            gap: span / pace as i64,
            silent,
            events: count,
            hours: raw.map(|raw| ONE * (24 * raw + 4) / (4 * (timed + 1))),
            weekend: ONE * (7 * at_weekend + 4) / (2 * (count + 2)),
            weekday: ONE * (7 * (count - at_weekend) + 10) / (5 * (count + 2)),
        })
    }

    /// Seconds after which to ask again: where a request is cheapest for what it is expected to bring. `patience` is what a request
    /// is worth, in seconds by which what was published in the meantime is late; `least` is the shortest wait.
    ///
    /// All in whole numbers: each step's chance of an entry adds to the waiting of those before it, and the cost of asking then, a
    /// request and all that waiting, is divided by the progress made, half in expected entries and half in plain time.
    pub fn interval(&self, now: Timestamp, least: i64, patience: i64) -> i64 {
        let longest = if self.silent <= SILENT { LONGEST } else { LONGEST_SILENT }.max(least);
        let request = patience * self.gap * 2 * ONE / (STEP * STEP);
        let (mut expected, mut waiting) = (0, 0);
        let mut best = (longest, 0, 0);
        for step in 1..=longest / STEP {
            let at = now.as_seconds() + (step - 1) * STEP;
            let of_day = if is_weekend(at) { self.weekend } else { self.weekday };
            let chance = self.hours.get(hour_of(at)).copied().unwrap_or(ONE) * of_day / ONE;
            waiting += 2 * expected + chance;
            expected += chance;
            let (cost, progress) = (request + waiting, 8 * expected + 8 * ONE * step);
            let (_, best_cost, best_progress) = best;
            if step * STEP >= least && (best_progress == 0 || cost * best_progress < best_cost * progress) {
                best = (step * STEP, cost, progress);
            }
        }
        best.0
    }
}

fn hour_of(seconds: i64) -> usize {
    (seconds.rem_euclid(DAY) / HOUR) as usize
}

fn is_weekend(seconds: i64) -> bool {
    // The first day of 1970 was a Thursday.
    (seconds.div_euclid(DAY) + 3).rem_euclid(7) >= 5
}

/// As a clause: `it publishes about every 26 h, mostly 7 to 9 h UTC, on weekdays`.
impl fmt::Display for Habit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.events < FEW {
            return f.write_str("little is known of when it publishes");
        }
        match self.gap {
            gap if gap < 2 * HOUR => write!(f, "it publishes about every {} min", (gap / 60).max(1))?,
            gap if gap < 3 * DAY => write!(f, "it publishes about every {} h", gap / HOUR)?,
            gap => write!(f, "it publishes about every {} days", gap / DAY)?,
        }
        let busy: Vec<String> = ranges(&self.hours.map(|share| share >= 2 * ONE))
            .into_iter()
            .map(|(from, to)| format!("{from} to {to} h"))
            .collect();
        if !busy.is_empty() {
            write!(f, ", mostly {} UTC", busy.join(" and "))?;
        }
        if self.weekday >= 2 * self.weekend {
            f.write_str(", on weekdays")?;
        }
        if self.silent > SILENT {
            write!(f, "; silent for {} days", self.silent / DAY)?;
        }
        Ok(())
    }
}

/// The stretches of hours that are set, each with its first hour and the one behind its last; one over midnight is one.
fn ranges(set: &[bool; 24]) -> Vec<(usize, usize)> {
    let is_set = |hour: usize| set.get(hour % 24).copied().unwrap_or(false);
    let begins = (0..24).filter(|hour| is_set(*hour) && !is_set(hour + 23));
    begins.map(|from| (from, (from..from + 24).find(|hour| !is_set(*hour)).unwrap_or(from + 24) % 24)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LEAST: i64 = 1_800;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn interval(published: &[i64], now: i64) -> i64 {
        Habit::of(published, at(now)).expect("a habit").interval(at(now), LEAST, 300)
    }

    #[test]
    fn a_source_is_asked_as_it_publishes() {
        let hourly: Vec<i64> = (0..30).map(|number| 1_700_000_000 + number * HOUR).collect();
        let daily: Vec<i64> = (0..20).map(|day| 1_700_031_600 + day * DAY).collect();
        let monthly: Vec<i64> = (0..12).map(|month| 1_700_000_000 + month * 30 * DAY).collect();
        let last = |times: &[i64]| times.last().copied().expect("some");
        assert_eq!(interval(&hourly, last(&hourly) + 600), LEAST);
        // An hour before its time of day a daily source is asked an hour later; half a day before, half a day later.
        assert!((HOUR..=2 * HOUR).contains(&interval(&daily, last(&daily) + 23 * HOUR)));
        let at_noon = interval(&daily, last(&daily) + 12 * HOUR);
        assert!((10 * HOUR..=14 * HOUR).contains(&at_noon), "{at_noon}");
        assert!(interval(&monthly, last(&monthly) + DAY) >= 2 * HOUR);
        let silent = [30, 90, 360].map(|days| interval(&monthly, last(&monthly) + days * DAY));
        assert!(silent.is_sorted() && silent[2] > DAY, "{silent:?}");
        assert_eq!(Habit::of(&[], at(0)), None);
        assert_eq!(Habit::of(&[100], at(99)), None, "only what is to come");
    }

    #[test]
    fn a_habit_is_told_in_words() {
        // The 20th of November 2023 was a Monday.
        let monday = 1_700_438_400;
        let weekdays: Vec<i64> =
            (0..28).filter(|day| day % 7 < 5).map(|day| monday + day * DAY + 7 * HOUR + 120).collect();
        let told = |published: &[i64], now: i64| Habit::of(published, at(now)).expect("a habit").to_string();
        let friday = weekdays.last().copied().expect("some");
        assert_eq!(told(&weekdays, friday + HOUR), "it publishes about every 27 h, mostly 6 to 9 h UTC, on weekdays");
        let nightly: Vec<i64> = (0..20).map(|day| monday + day * DAY + 60).collect();
        assert!(told(&nightly, monday + 20 * DAY).contains("mostly 23 to 2 h UTC"), "over midnight");
        let minutes: Vec<i64> = (0..50).map(|number| monday + number * 2_400).collect();
        assert!(told(&minutes, monday + 50 * 2_400).starts_with("it publishes about every 40 min"));
        assert!(told(&minutes, monday + 90 * DAY).ends_with("silent for 88 days"));
        assert_eq!(told(&[monday], monday + 90 * DAY), "little is known of when it publishes");
    }

    proptest! {
        #[test]
        fn any_times_give_a_wait_within_bounds(
            mut published in proptest::collection::vec(-4_000_000_000_i64..5_000_000_000, 0..120),
            now in 0_i64..5_000_000_000,
            least in 300_i64..200_000,
            patience in 1_i64..10_000,
        ) {
            published.sort_unstable();
            if let Some(habit) = Habit::of(&published, at(now)) {
                let wait = habit.interval(at(now), least, patience);
                prop_assert!(wait >= least.min(LONGEST) && wait <= LONGEST_SILENT.max(least), "{wait}");
                let _ = habit.to_string();
            }
        }
    }
}

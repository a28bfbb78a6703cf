use boji_clean::model::Timestamp;
use boji_clean::parse::Rhythm;

use crate::config::{CronExpression, RunSettings};
use crate::fetch::backoff;
use crate::model::Schedule;

/// How a poll of a source ended, as far as its next one is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PollOutcome {
    /// It answered, with something new or without.
    Answered,
    /// It did not, or with something that cannot be used.
    Failed,
    /// It kept us out: captcha, rate limit, challenge page.
    Blocked,
}

/// What else is known when the next poll is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PollFacts {
    /// Seconds for which the answer said it stays fresh (`max-age` less `Age`, or `Expires`).
    pub freshness_seconds: Option<i64>,
    /// When the feed itself asks not to be polled.
    pub rhythm: Rhythm,
    /// Seconds of `Retry-After`.
    pub retry_after_seconds: Option<i64>,
    /// Failures in a row, this one among them.
    pub failures: u32,
    /// A person chose the schedule.
    pub has_own_schedule: bool,
    /// Seconds that the source's own habit of publishing gives.
    pub habit_seconds: Option<i64>,
    /// The source's zone, in which cron expressions are read, in minutes east of UTC.
    pub time_zone_minutes: i16,
}

/// When a source is due again. Pure: equal arguments give equal times. Always after `now`, and never so far that the
/// source is given up: what a server asks for is cut at `server_wait_ceiling_hours`, how long it calls its answer fresh at
/// [`longest_freshness`], waits after failures at `backoff_ceiling_hours`; hours and days that a feed asks to leave out may add a week.
///
/// `seed` is the source's id; it decides the jitter of a source, so that many added together drift apart. An interval is
/// shortened by its jitter, not lengthened: a source polled each hour would else miss the hourly run. A cron expression
/// has no jitter, for the same reason; the gaps between requests to a host spread its sources.
pub(crate) fn next_due(
    schedule: &Schedule,
    outcome: PollOutcome,
    now: Timestamp,
    facts: &PollFacts,
    run: &RunSettings,
    seed: &str,
) -> Timestamp {
    let longest = longest_freshness(facts.has_own_schedule, run);
    let fresh = facts.freshness_seconds.unwrap_or(0).max(i64::from(facts.rhythm.least_seconds)).clamp(0, longest);
    let retry_after = facts.retry_after_seconds.unwrap_or(0).clamp(0, hours(run.server_wait_ceiling_hours));
    let floor = fresh.max(retry_after);
    let jitter = Jitter::new(seed, now, run.jitter_percent);
    let due = match outcome {
        PollOutcome::Answered => {
            let wanted = by_schedule(schedule, now, facts, run, &jitter);
            wanted.max(now.plus_seconds(floor.max(1)))
        }
        PollOutcome::Failed | PollOutcome::Blocked => {
            let blocked = outcome == PollOutcome::Blocked;
            let first = if blocked { run.blocked_pause_minutes } else { run.backoff_minutes };
            let wait = backoff(facts.failures.max(1), first, run.backoff_ceiling_hours);
            now.plus_seconds(jitter.shorten(wait).max(retry_after))
        }
    };
    facts.rhythm.next_allowed(due)
}

/// Longest time in seconds for which a server's word counts that its answer stays fresh, be it `max-age`, `Expires` or the feed's
/// `ttl`: `server_wait_ceiling_hours`, and where a person chose the schedule a day. Hosts of files say a year of what never changes,
/// and say it of feeds too; Miniflux cuts at a day as well.
pub(crate) fn longest_freshness(has_own_schedule: bool, run: &RunSettings) -> i64 {
    let ceiling = hours(run.server_wait_ceiling_hours);
    if has_own_schedule { ceiling.min(LONGEST_FOR_A_PERSON) } else { ceiling }
}

/// The same where a person chose the schedule, in seconds: a day.
const LONGEST_FOR_A_PERSON: i64 = 86_400;

/// What the source's own schedule wants. An expression that does not come round (none passes the configuration) counts
/// as the usual interval, so that no source dies of it.
fn by_schedule(
    schedule: &Schedule,
    now: Timestamp,
    facts: &PollFacts,
    run: &RunSettings,
    jitter: &Jitter,
) -> Timestamp {
    match schedule {
        Schedule::Auto => match facts.habit_seconds {
            Some(seconds) => now.plus_seconds(jitter.shorten_a_little(seconds)),
            None => now.plus_seconds(jitter.shorten(minutes(run.interval_minutes))),
        },
        Schedule::Every(seconds) => now.plus_seconds(jitter.shorten(i64::from(*seconds))),
        Schedule::Cron(expression) => {
            let cron = CronExpression::parse(expression).ok();
            match cron.and_then(|cron| cron.next_after(now, facts.time_zone_minutes)) {
                Some(time) => time,
                None => now.plus_seconds(jitter.shorten(minutes(run.interval_minutes))),
            }
        }
    }
}

/// The share by which a time is moved, out of the source's id and the instant.
struct Jitter {
    /// 0 to 65,535.
    draw: i64,
    percent: i64,
}

/// Most seconds by which a poll comes early that its source's habit has set: measured to cost no more requests than none.
const LONGEST_EARLY: i64 = 450;

impl Jitter {
    /// Values that [`Jitter::draw`] can take.
    const DRAWS: i64 = 65_536;

    fn new(seed: &str, now: Timestamp, percent: u32) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(seed.as_bytes()).update(&now.as_millis().to_le_bytes());
        let hash = hasher.finalize();
        let draw = hash.as_bytes().iter().take(2).fold(0, |sum, byte| sum * 256 + i64::from(*byte));
        Self { draw, percent: i64::from(percent.min(100)) }
    }

    /// The wait less between half and the whole of the jitter, at least a second and never negative.
    fn shorten(&self, seconds: i64) -> i64 {
        self.shorten_by(seconds, seconds.saturating_mul(self.percent) / 100)
    }

    /// The same for a time that was chosen with care: to come much earlier would be to come in vain.
    fn shorten_a_little(&self, seconds: i64) -> i64 {
        self.shorten_by(seconds, (seconds.saturating_mul(self.percent) / 100).min(LONGEST_EARLY))
    }

    fn shorten_by(&self, seconds: i64, whole: i64) -> i64 {
        let half = whole / 2;
        (seconds - half - half.saturating_mul(self.draw) / Self::DRAWS).max(1)
    }
}

fn minutes(count: u32) -> i64 {
    i64::from(count) * 60
}

fn hours(count: u32) -> i64 {
    i64::from(count) * 3_600
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::config::Settings;

    fn still() -> RunSettings {
        RunSettings { jitter_percent: 0, ..Settings::default().run }
    }

    fn noon() -> Timestamp {
        Timestamp::parse("2026-11-24T12:00:00Z").expect("an instant")
    }

    fn wait(outcome: PollOutcome, facts: PollFacts) -> i64 {
        let due = next_due(&Schedule::Every(3_600), outcome, noon(), &facts, &still(), "a");
        due.as_seconds() - noon().as_seconds()
    }

    fn every(least_seconds: u32) -> Rhythm {
        Rhythm { least_seconds, ..Rhythm::default() }
    }

    fn skipping(hour: u32) -> Rhythm {
        Rhythm { skipped_hours: 1 << hour, ..Rhythm::default() }
    }

    #[test]
    fn an_answer_waits_for_the_interval_and_for_what_the_server_asks() {
        let none = PollFacts::default();
        let cases = [
            ("nothing asked", none, 3_600),
            ("less than the interval", PollFacts { freshness_seconds: Some(60), ..none }, 3_600),
            ("max-age", PollFacts { freshness_seconds: Some(7_200), ..none }, 7_200),
            ("ttl", PollFacts { rhythm: every(10_800), freshness_seconds: Some(60), ..none }, 10_800),
            ("a ttl of years is cut too", PollFacts { rhythm: every(u32::MAX), ..none }, 604_800),
            ("the next hour is to be left out", PollFacts { rhythm: skipping(13), ..none }, 7_200),
            ("retry-after on a 200", PollFacts { retry_after_seconds: Some(9_000), ..none }, 9_000),
            ("a year is cut at a week", PollFacts { freshness_seconds: Some(31_536_000), ..none }, 604_800),
            (
                "at a day where a person said how often",
                PollFacts { freshness_seconds: Some(31_536_000), has_own_schedule: true, ..none },
                86_400,
            ),
        ];
        for (name, facts, want) in cases {
            assert_eq!(wait(PollOutcome::Answered, facts), want, "{name}");
        }
    }

    #[test]
    fn failures_wait_twice_as_long_each_time_up_to_the_ceiling() {
        let failed = |failures, retry_after_seconds| {
            wait(PollOutcome::Failed, PollFacts { retry_after_seconds, failures, ..PollFacts::default() })
        };
        let waits: Vec<i64> = (0..=9).map(|failures| failed(failures, None) / 60).collect();
        assert_eq!(waits, [15, 15, 30, 60, 120, 240, 480, 960, 1_920, 2_880]);
        assert_eq!(failed(u32::MAX, None), 172_800);
        assert_eq!(failed(1, Some(3_600)), 3_600, "Retry-After is a floor");
        assert_eq!(failed(1, Some(i64::MAX)), 604_800, "with a ceiling");
        let blocked = PollFacts { failures: 2, ..PollFacts::default() };
        assert_eq!(wait(PollOutcome::Blocked, blocked), 7_200);
    }

    #[test]
    fn cron_is_read_in_the_zone_of_the_source() {
        let cron = |text: &str, zone, freshness_seconds| {
            let facts = PollFacts { time_zone_minutes: zone, freshness_seconds, ..PollFacts::default() };
            next_due(&Schedule::Cron(text.into()), PollOutcome::Answered, noon(), &facts, &still(), "a").to_string()
        };
        assert_eq!(cron("0 7 * * *", 480, None), "2026-11-24T23:00:00Z");
        assert_eq!(cron("0 7 * * *", 0, None), "2026-11-25T07:00:00Z");
        assert_eq!(cron("*/10 * * * *", 0, Some(1_800)), "2026-11-24T12:30:00Z", "max-age is a floor here too");
        assert_eq!(cron("0 0 31 2 *", 0, None), "2026-11-24T13:00:00Z", "what never comes round is polled as usual");
    }

    #[test]
    fn an_hourly_run_meets_an_hourly_source_each_time() {
        let run = Settings::default().run;
        for id in ["a", "b", "c", "d"] {
            let polled = noon().plus_seconds(20);
            let facts = PollFacts::default();
            let due = next_due(&Schedule::Every(3_600), PollOutcome::Answered, polled, &facts, &run, id);
            assert!(due < noon().plus_seconds(3_600) && due > noon().plus_seconds(3_200), "{id}: {due}");
        }
    }

    #[test]
    fn the_jitter_of_a_source_depends_on_its_id_alone() {
        let run = Settings::default().run;
        let due = |id: &str| {
            next_due(&Schedule::Every(3_600), PollOutcome::Answered, noon(), &PollFacts::default(), &run, id)
        };
        assert_ne!(due("a"), due("b"));
        assert_eq!(due("a"), due("a"));
    }

    fn outcomes() -> impl Strategy<Value = PollOutcome> {
        prop_oneof![Just(PollOutcome::Answered), Just(PollOutcome::Failed), Just(PollOutcome::Blocked)]
    }

    fn schedules() -> impl Strategy<Value = Schedule> {
        prop_oneof![
            (1_u32..40_000_000).prop_map(Schedule::Every),
            Just(Schedule::Cron("0 7 * * *".to_owned())),
            Just(Schedule::Cron("30 6 29 2 *".to_owned())),
            Just(Schedule::Cron("nonsense".to_owned())),
            Just(Schedule::Auto),
        ]
    }

    proptest! {
        #[test]
        fn never_in_the_past_and_never_beyond_the_ceilings(
            schedule in schedules(),
            outcome in outcomes(),
            seconds in 0_i64..4_000_000_000,
            server in proptest::option::of(any::<i64>()),
            failures in any::<u32>(),
            zone in -720_i16..=840,
            own_schedule: bool,
            habit_seconds in proptest::option::of(1_800_i64..200_000),
            (least_seconds, skipped_hours, skipped_days) in (any::<u32>(), 0_u32..1 << 24, 0_u8..1 << 7),
            jitter_percent in 0_u32..=100,
            seed in "[a-z]{0,8}",
        ) {
            let run = RunSettings { jitter_percent, ..Settings::default().run };
            let now = Timestamp::from_seconds(seconds);
            let facts = PollFacts {
                freshness_seconds: server, retry_after_seconds: server, failures,
                rhythm: Rhythm { least_seconds, skipped_hours, skipped_days },
                time_zone_minutes: zone, habit_seconds, has_own_schedule: own_schedule,
            };
            let wait = next_due(&schedule, outcome, now, &facts, &run, &seed).as_seconds() - now.as_seconds();
            let own = match (outcome, &schedule) {
                (PollOutcome::Answered, Schedule::Every(interval)) => i64::from(*interval),
                (PollOutcome::Answered, Schedule::Auto) => habit_seconds.unwrap_or(3_600),
                // The rarest of the expressions above comes each leap year, eight years apart at most.
                (PollOutcome::Answered, Schedule::Cron(_)) => 8 * 366 * 86_400,
                _ => hours(run.backoff_ceiling_hours),
            };
            prop_assert!(wait > 0, "{wait}");
            let left_out = 7 * 86_400;
            prop_assert!(wait <= own.max(hours(run.server_wait_ceiling_hours)) + left_out, "{wait} > {own}");
            if outcome == PollOutcome::Answered {
                prop_assert!(wait >= server.unwrap_or(0).min(hours(run.server_wait_ceiling_hours)));
            }
        }
    }
}

use boji_clean::model::Timestamp;

use crate::fetch::backoff;

/// Shortest time between two passes, in seconds: what becomes due one after the other is done together.
const SHORTEST_PAUSE: i64 = 30;
/// Longest time for which nobody looks, in seconds: a source that another command added, and what a pass left over for the next,
/// waits no longer. A machine that slept, or whose clock was set, is noticed as soon.
const LONGEST_PAUSE: i64 = 5 * 60;
/// First wait after a pass that failed as a whole, in minutes, doubled with each further one.
const FIRST_RETRY_MINUTES: u32 = 1;
/// Longest such wait, in hours.
const LONGEST_RETRY_HOURS: u32 = 1;

/// When a run that goes on for ever begins its next pass. Pure: it asks no clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pauses {
    /// Passes in a row that failed as a whole.
    failures: u32,
}

impl Pauses {
    /// After a pass, or a look that found nothing due: when to look again. `next` is when the next thing is due that is not due now.
    pub(crate) fn after_pass(&mut self, next: Option<Timestamp>, now: Timestamp) -> Timestamp {
        self.failures = 0;
        let longest = now.plus_seconds(LONGEST_PAUSE);
        next.unwrap_or(longest).clamp(now.plus_seconds(SHORTEST_PAUSE), longest)
    }

    /// After a pass that failed as a whole: when to try again, after growing waits.
    pub(crate) fn after_failure(&mut self, now: Timestamp) -> Timestamp {
        self.failures = self.failures.saturating_add(1);
        now.plus_seconds(backoff(self.failures, FIRST_RETRY_MINUTES, LONGEST_RETRY_HOURS))
    }

    /// Whether the last pass failed.
    pub(crate) const fn has_failed(self) -> bool {
        self.failures > 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    #[test]
    fn the_next_pass_is_when_something_is_due_within_bounds() {
        let cases = [
            ("nothing waits", None, LONGEST_PAUSE),
            ("soon", Some(100), 100),
            ("at once", Some(1), SHORTEST_PAUSE),
            ("long ago", Some(-86_400), SHORTEST_PAUSE),
            ("next week", Some(7 * 86_400), LONGEST_PAUSE),
        ];
        for (case, due, want) in cases {
            let next = due.map(|seconds| NOW.plus_seconds(seconds));
            assert_eq!(Pauses::default().after_pass(next, NOW), NOW.plus_seconds(want), "{case}");
        }
    }

    #[test]
    fn waits_after_failures_grow_to_an_hour_and_are_forgotten_with_the_first_pass() {
        let mut pauses = Pauses::default();
        let mut wait = || (pauses.after_failure(NOW).as_seconds() - NOW.as_seconds()) / 60;
        let waits: Vec<i64> = (0..9).map(|_| wait()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        assert!(pauses.has_failed());
        pauses.after_pass(None, NOW);
        assert!(!pauses.has_failed());
        assert_eq!(pauses.after_failure(NOW), NOW.plus_seconds(60));
    }
}

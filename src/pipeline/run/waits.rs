//! Why a source or a page waits, read from what is stored of it. Nothing here decides: `schedule` and `next_step` did.

use boji_clean::model::{PageState, Timestamp};
use boji_clean::word_enum;

use super::plan::is_due;
use crate::config::CronExpression;
use crate::model::{Entry, EntryStatus, ErrorClass, Outcome, Schedule, Source, SourceKind, SourceState};

word_enum! {
    /// Why a source is asked when it is.
    pub(crate) enum SourceWait {
        /// It was never asked.
        New = "new",
        /// Its time has come.
        Due = "due",
        /// Its own schedule.
        Schedule = "schedule",
        /// Its server asked for more rest than its schedule gives: max-age, Expires, ttl or Retry-After.
        ServerWish = "server_wish",
        /// It failed, and each wait is twice the one before.
        Backoff = "backoff",
        /// It was not asked when it was due: its host rested, or the day's requests were used up.
        HeldBack = "held_back",
        /// It was overdue with many others, and follows in the course of its interval.
        PutOff = "put_off",
        /// Its server said that it is gone.
        Gone = "gone",
        /// A person switched it off.
        Off = "off",
        /// It holds imported files and is never asked.
        Folder = "folder",
    }
}

impl SourceWait {
    /// What it means, as a clause for people.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::New => "it was never asked; the next run asks it",
            Self::Due => "it is due; the next run asks it",
            Self::Schedule => "its schedule says so",
            Self::ServerWish => {
                "its server asked for more rest than its schedule gives (max-age, Expires, ttl or Retry-After)"
            }
            Self::Backoff => "each wait after a failure is twice the one before",
            Self::HeldBack => "its host rested, or the day's requests to it were used up, when it was due",
            Self::PutOff => "it was overdue with many others, which are not asked all at once",
            Self::Gone => "its server said that it is gone for good (410), so it is not asked any more",
            Self::Off => "it is switched off",
            Self::Folder => "it holds imported files, and is never asked",
        }
    }

    /// Whether it will be asked at all.
    pub(crate) const fn is_for_good(self) -> bool {
        matches!(self, Self::Gone | Self::Off | Self::Folder)
    }
}

/// Why a source is asked when it is.
pub(crate) fn source_wait(source: &Source, state: &SourceState, now: Timestamp) -> SourceWait {
    if source.kind == SourceKind::Folder {
        SourceWait::Folder
    } else if !source.enabled {
        SourceWait::Off
    } else if state.gone {
        SourceWait::Gone
    } else if state.last_tried == Timestamp::default() {
        SourceWait::New
    } else if is_due(source, state, now) {
        SourceWait::Due
    } else if state.put_off_at > state.last_tried {
        SourceWait::PutOff
    } else if state.failures > 0 {
        SourceWait::Backoff
    } else if state.last_success < state.last_tried {
        SourceWait::HeldBack
    } else if state.next_due > next_by_schedule(source, state.last_tried) {
        SourceWait::ServerWish
    } else {
        SourceWait::Schedule
    }
}

/// Seconds of an interval for which no schedule can be read.
const DAY_SECONDS: i64 = 86_400;

/// The latest instant that the schedule alone gives for the poll after one. An interval is shortened by its jitter, never lengthened.
fn next_by_schedule(source: &Source, polled: Timestamp) -> Timestamp {
    match &source.schedule {
        Schedule::Every(seconds) => polled.plus_seconds(i64::from(*seconds)),
        // What a habit gives is bounded by two days, and never the server's wish.
        Schedule::Auto => polled.plus_seconds(2 * DAY_SECONDS),
        Schedule::Cron(expression) => next_of_cron(expression, polled, source.time_zone_minutes)
            .unwrap_or_else(|| polled.plus_seconds(DAY_SECONDS)),
    }
}

fn next_of_cron(expression: &str, at: Timestamp, zone: i16) -> Option<Timestamp> {
    CronExpression::parse(expression).ok()?.next_after(at, zone)
}

/// Seconds between two polls as the schedule wants them, at an instant; of a source that is polled by its habit a day, which is the
/// most for one that publishes.
pub(crate) fn interval_seconds(source: &Source, at: Timestamp) -> i64 {
    let first = match &source.schedule {
        Schedule::Every(seconds) => return i64::from(*seconds),
        Schedule::Auto => return DAY_SECONDS,
        Schedule::Cron(_) => next_by_schedule(source, at),
    };
    next_by_schedule(source, first).as_seconds() - first.as_seconds()
}

/// Intervals, and least seconds, without a poll from which on a source that is due was missed: nobody calls `boji run`.
const MISSED_INTERVALS: i64 = 3;
const MISSED_SECONDS: i64 = 2 * DAY_SECONDS;
/// And least seconds for which it is due: a server may have asked for more rest than that.
const DUE_SECONDS: i64 = DAY_SECONDS;

/// Whether the schedule of a source was missed by far, though it is due.
pub(crate) fn is_overdue(source: &Source, state: &SourceState, now: Timestamp) -> bool {
    let allowed = interval_seconds(source, state.last_tried).saturating_mul(MISSED_INTERVALS).max(MISSED_SECONDS);
    source_wait(source, state, now) == SourceWait::Due
        && state.last_tried.plus_seconds(allowed) < now
        && state.next_due.plus_seconds(DUE_SECONDS) < now
}

word_enum! {
    /// Why a page is asked for when it is.
    pub(crate) enum PageWait {
        /// Nothing is to be asked: its article is stored, or nothing more is expected.
        Over = "over",
        /// Its time has come.
        Due = "due",
        /// Its time has come, and its host rests.
        HostRests = "host_rests",
        /// It was held back or refused for its host's sake.
        Host = "host",
        /// robots.txt forbids it.
        Robots = "robots",
        /// It called itself deleted, and must say so again.
        SaysGone = "says_gone",
        /// An article came of it, and it is looked at once more: to compare it, or to see words again that are held back.
        Again = "again",
        /// It failed, and each wait is twice the one before.
        Backoff = "backoff",
        /// Its source is switched off, and its pages with it.
        SourceIsOff = "source_is_off",
    }
}

impl PageWait {
    /// What it means, as a clause for people.
    pub(crate) const fn phrase(self) -> &'static str {
        match self {
            Self::Over => "it is not asked for any more",
            Self::Due => "it is due; the next run asks for it",
            Self::HostRests => "it is due, and its host rests",
            Self::Host => "its host rested, had its share of the day, or kept us out",
            Self::Robots => "what robots.txt forbids is tried ever more rarely",
            Self::SaysGone => "a page that calls itself deleted must say so again a day later",
            Self::Again => "an article came of it, and it is looked at once more",
            Self::Backoff => "it did not come, and each wait is twice the one before",
            Self::SourceIsOff => "its source is switched off, and its pages with it",
        }
    }
}

/// Why a page is asked for when it is. `host_rests` at this instant; `source_is_on`, or it is no longer known.
pub(crate) fn page_wait(entry: &Entry, source_is_on: bool, host_rests: bool, now: Timestamp) -> PageWait {
    if entry.status != EntryStatus::Pending {
        return PageWait::Over;
    }
    if !source_is_on {
        return PageWait::SourceIsOff;
    }
    if entry.next_due <= now {
        return if host_rests { PageWait::HostRests } else { PageWait::Due };
    }
    match entry.outcome {
        Some(
            Outcome::Failed(ErrorClass::HostPaused | ErrorClass::Budget | ErrorClass::RateLimited)
            | Outcome::Page(PageState::Blocked),
        ) => PageWait::Host,
        Some(Outcome::Failed(ErrorClass::Robots)) => PageWait::Robots,
        Some(Outcome::Page(PageState::Deleted)) => PageWait::SaysGone,
        Some(Outcome::Page(PageState::Article)) => PageWait::Again,
        _ => PageWait::Backoff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;
    const DAY: i64 = 86_400;
    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn ago(seconds: i64) -> Timestamp {
        NOW.plus_seconds(-seconds)
    }

    /// A feed of an hour, polled and due so many seconds ago.
    fn feed(polled: i64, due: i64) -> (Source, SourceState) {
        let source = Source::new(SourceKind::Feed, "s", "https://a.example/feed", Schedule::Every(3_600));
        let state = SourceState {
            last_tried: ago(polled),
            last_success: ago(polled),
            next_due: ago(due),
            ..SourceState::default()
        };
        (source, state)
    }

    #[test]
    fn a_source_says_why_it_is_asked_when_it_is() {
        let changed = |change: fn(&mut Source, &mut SourceState)| {
            let (mut source, mut state) = feed(600, -3_000);
            change(&mut source, &mut state);
            source_wait(&source, &state, NOW)
        };
        let cases = [
            ("as its schedule says", changed(|_, _| {}), SourceWait::Schedule),
            ("its time has come", changed(|_, state| state.next_due = NOW), SourceWait::Due),
            (
                "more rest than its schedule",
                changed(|_, state| state.next_due = ago(-2 * HOUR)),
                SourceWait::ServerWish,
            ),
            ("it failed", changed(|_, state| state.failures = 1), SourceWait::Backoff),
            ("not asked, though due", changed(|_, state| state.last_success = ago(DAY)), SourceWait::HeldBack),
            ("gone", changed(|_, state| state.gone = true), SourceWait::Gone),
            ("off", changed(|source, _| source.enabled = false), SourceWait::Off),
            ("imported", changed(|source, _| source.kind = SourceKind::Folder), SourceWait::Folder),
            ("never asked", changed(|_, state| *state = SourceState::default()), SourceWait::New),
            (
                "by cron",
                changed(|source, state| {
                    source.schedule = Schedule::Cron("0 * * * *".into());
                    state.next_due = Timestamp::parse("2023-11-14T23:00:00Z").expect("an instant");
                }),
                SourceWait::Schedule,
            ),
            (
                "by cron, and the server wants more",
                changed(|source, state| {
                    source.schedule = Schedule::Cron("0 * * * *".into());
                    state.next_due = Timestamp::parse("2023-11-15T00:00:00Z").expect("an instant");
                }),
                SourceWait::ServerWish,
            ),
        ];
        for (name, got, want) in cases {
            assert_eq!(got, want, "{name}");
        }
    }

    #[test]
    fn a_schedule_is_missed_by_far_when_nobody_polls_for_days() {
        let cases = [
            ("a day of an hourly feed", feed(DAY + HOUR, DAY), false),
            ("three days of an hourly feed", feed(3 * DAY, 3 * DAY - HOUR), true),
            ("a week of rest that its server wanted", feed(7 * DAY, HOUR), false),
            ("not due", feed(3 * DAY, -HOUR), false),
        ];
        for (name, (source, state), want) in cases {
            assert_eq!(is_overdue(&source, &state, NOW), want, "{name}");
        }
        let (mut weekly, state) = feed(15 * DAY, 8 * DAY);
        weekly.schedule = Schedule::Cron("0 7 * * 1".into());
        assert_eq!(interval_seconds(&weekly, NOW), 7 * DAY);
        assert!(!is_overdue(&weekly, &state, NOW), "two of its Mondays");
    }

    #[test]
    fn a_page_says_why_it_waits() {
        let page = |due: i64, outcome| Entry {
            source_id: "s".into(),
            key: "k".into(),
            candidate: boji_clean::model::Candidate::default(),
            fingerprint: String::new(),
            words_hash: String::new(),
            status: EntryStatus::Pending,
            outcome,
            skipped_by: String::new(),
            tries: 1,
            next_due: ago(due),
            article_id: String::new(),
        };
        let failed = |class| Some(Outcome::Failed(class));
        let cases = [
            (page(1, None), true, false, PageWait::Due),
            (page(1, None), true, true, PageWait::HostRests),
            (page(1, None), false, false, PageWait::SourceIsOff),
            (page(-1, failed(ErrorClass::HostPaused)), true, true, PageWait::Host),
            (page(-1, failed(ErrorClass::Robots)), true, false, PageWait::Robots),
            (page(-1, failed(ErrorClass::NotFound)), true, false, PageWait::Backoff),
            (page(-1, Some(Outcome::Page(PageState::Deleted))), true, false, PageWait::SaysGone),
            (page(-1, Some(Outcome::Page(PageState::Article))), true, false, PageWait::Again),
            (Entry { status: EntryStatus::Closed, ..page(1, None) }, true, false, PageWait::Over),
        ];
        for (entry, source_is_on, host_rests, want) in cases {
            assert_eq!(page_wait(&entry, source_is_on, host_rests, NOW), want, "{entry:?}");
        }
    }
}

use boji_clean::clean::Certainty;
use boji_clean::model::{PageState, Timestamp};

use crate::config::RunSettings;
use crate::fetch::backoff;
use crate::model::{EntryStatus, ErrorClass};
use crate::store::Waiting;

/// What to do with an entry after a try: decided from plain values, and carried out by who commits the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NextStep {
    /// How far the entry is now.
    pub status: EntryStatus,
    /// Not before this instant.
    pub next_due: Timestamp,
    /// Tries so far, this one included when it says something about the page.
    pub tries: u32,
    /// Seconds for which the host should rest, when it locked us out.
    pub rest_host: Option<i64>,
    /// The page is waited for no more, though it may be asked for again.
    pub is_late: bool,
}

/// What is known of a page whose state is to be acted upon.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    /// What it was at the last try.
    pub before: Option<PageState>,
    /// Its platform tells its states by marks of its own: WeChat.
    pub is_of_platform: bool,
    /// How sure it is that it is what it seems.
    pub certainty: Certainty,
}

/// After a page was read.
pub(super) fn after_page(
    state: PageState,
    seen: Seen,
    tries: u32,
    strikes: u32,
    now: Timestamp,
    run: &RunSettings,
) -> NextStep {
    let closed =
        NextStep { status: EntryStatus::Closed, next_due: now, tries: tries + 1, rest_host: None, is_late: true };
    match state {
        PageState::Article => NextStep { status: EntryStatus::Done, ..closed },
        // What only sounds like a refusal, time after time, may be the page itself: the host need not rest for it.
        PageState::Blocked if seen.certainty == Certainty::Guessed && tries >= run.page_tries => retry(tries, now, run),
        PageState::Blocked => {
            // It says something about us and nothing about the page: no try is counted, unless it is a guess.
            let rest = blocked_rest(strikes, run);
            NextStep {
                status: EntryStatus::Pending,
                next_due: now.plus_seconds(rest),
                tries: tries + u32::from(seen.certainty == Certainty::Guessed),
                rest_host: Some(rest),
                is_late: false,
            }
        }
        // A page of another kind may stand there for an hour only: the door of a hotspot, an empty answer.
        PageState::Unavailable | PageState::NotArticle => retry(tries, now, run),
        // A migrated page is followed once, however often it could not be read before: that leaves the entry open with the new
        // address.
        PageState::Migrated if seen.before != Some(state) => NextStep { status: EntryStatus::Pending, ..closed },
        // What only sounds so is no reason to close anything.
        PageState::Deleted if seen.certainty == Certainty::Guessed => retry(tries, now, run),
        // Words that anybody may write: they must come twice, a day apart.
        PageState::Deleted if !seen.is_of_platform && seen.before != Some(state) => {
            wait(tries + 1, i64::from(CONFIRMED_HOURS) * 3_600, false, now)
        }
        PageState::Deleted | PageState::Violation | PageState::Migrated | PageState::Expired | PageState::Invalid => {
            closed
        }
    }
}

/// After a request failed.
pub(super) fn after_error(
    class: ErrorClass,
    retry_after: Option<i64>,
    tries: u32,
    now: Timestamp,
    run: &RunSettings,
) -> NextStep {
    let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
    let host_rests = |seconds: i64| wait(tries, seconds.min(ceiling), false, now);
    match class {
        // robots.txt could not be read: that says nothing about the page.
        ErrorClass::Robots if retry_after.is_some() => host_rests(retry_after.unwrap_or_default()),
        // Final for this address.
        ErrorClass::Gone | ErrorClass::BadUrl => {
            NextStep { status: EntryStatus::Closed, next_due: now, tries: tries + 1, rest_host: None, is_late: true }
        }
        // What a site forbids it may allow one day.
        ErrorClass::Robots => wait_rarely(tries, now),
        // The host's matter, not the page's: no try is counted.
        ErrorClass::HostPaused | ErrorClass::Budget | ErrorClass::RateLimited => {
            host_rests(retry_after.unwrap_or_else(|| blocked_rest(0, run)))
        }
        _ => retry(tries, now, run),
    }
}

/// Seconds for which a host rests after it locked us out for the n-th time.
pub(super) fn blocked_rest(strikes: u32, run: &RunSettings) -> i64 {
    let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
    (i64::from(run.blocked_pause_minutes) * 60).saturating_mul(1 << strikes.min(16)).min(ceiling)
}

/// Hours after which a page that calls itself deleted is believed when it says so again.
const CONFIRMED_HOURS: u32 = 24;
/// First wait, in days, for a page that a site forbids, or that ends the process.
const RARELY_DAYS: u32 = 7;
/// Longest wait, in days, for a page that never came.
pub(super) const SELDOM_DAYS: u32 = 112;

/// Another try after what may pass. An outage of a week, a network that lies, a site that was sold and bought back: nothing of
/// it closes an entry for ever. Each wait is twice the one before, so that a page comes within as long again as it was away.
pub(super) fn retry(tries: u32, now: Timestamp, run: &RunSettings) -> NextStep {
    let tries = tries + 1;
    let is_late = tries >= run.page_tries;
    let longest = if is_late { (SELDOM_DAYS * 24).max(run.backoff_ceiling_hours) } else { run.backoff_ceiling_hours };
    wait(tries, backoff(tries, run.backoff_minutes, longest), is_late, now)
}

/// The same for what will hardly be otherwise tomorrow.
pub(super) fn wait_rarely(tries: u32, now: Timestamp) -> NextStep {
    wait(tries + 1, backoff(tries + 1, RARELY_DAYS * 24 * 60, SELDOM_DAYS * 24), true, now)
}

fn wait(tries: u32, seconds: i64, is_late: bool, now: Timestamp) -> NextStep {
    NextStep { status: EntryStatus::Pending, next_due: now.plus_seconds(seconds), tries, rest_host: None, is_late }
}

/// The pages that are due at an instant. The longest wait that we give is that of a page which never came.
pub(super) fn due_pages(now: Timestamp, run: &RunSettings) -> Waiting {
    let longest = (SELDOM_DAYS * 24).max(run.server_wait_ceiling_hours).max(run.backoff_ceiling_hours);
    Waiting { now, longest: i64::from(longest) * 3_600 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    #[test]
    fn what_is_about_us_never_closes_an_entry() {
        let run = Settings::default().run;
        let now = Timestamp::from_seconds(1_700_000_000);
        for tries in [0, 7, 1000] {
            let step = after_page(PageState::Blocked, Seen::default(), tries, 2, now, &run);
            assert_eq!((step.status, step.tries), (EntryStatus::Pending, tries));
            assert_eq!(step.rest_host, Some(4 * 3_600));
            for class in [ErrorClass::HostPaused, ErrorClass::Budget, ErrorClass::RateLimited] {
                let step = after_error(class, Some(120), tries, now, &run);
                assert_eq!((step.status, step.tries), (EntryStatus::Pending, tries));
                assert_eq!(step.next_due, now.plus_seconds(120));
                let step = after_error(class, Some(i64::MAX), tries, now, &run);
                assert_eq!(step.next_due, now.plus_seconds(168 * 3_600), "a wrong number is no wait for ever");
            }
        }
    }

    #[test]
    fn what_only_sounds_like_a_refusal_is_counted_and_lets_its_host_go() {
        let run = Settings::default().run;
        let guess = Seen { certainty: Certainty::Guessed, ..Seen::default() };
        let step = |tries| after_page(PageState::Blocked, guess, tries, 0, Timestamp::default(), &run);
        assert_eq!((step(0).tries, step(0).rest_host.is_some()), (1, true));
        let late = step(run.page_tries);
        assert_eq!((late.status, late.rest_host, late.is_late), (EntryStatus::Pending, None, true));
        let before = Some(PageState::Deleted);
        let gone = after_page(PageState::Deleted, Seen { before, ..guess }, 9, 0, Timestamp::default(), &run);
        assert_eq!(gone.status, EntryStatus::Pending);
    }

    #[test]
    fn what_is_final_closes_it_at_once_and_what_may_pass_does_not() {
        let run = Settings::default().run;
        let now = Timestamp::default();
        let platform = Seen { is_of_platform: true, ..Seen::default() };
        let again = |state| Seen { before: Some(state), ..Seen::default() };
        let told = after_page(PageState::Deleted, Seen::default(), 0, 0, now, &run);
        assert_eq!(
            (told.status, told.next_due),
            (EntryStatus::Pending, now.plus_seconds(86_400)),
            "any page may say so"
        );
        assert_eq!(
            after_page(PageState::Deleted, again(PageState::Deleted), 1, 0, now, &run).status,
            EntryStatus::Closed
        );
        for state in [PageState::Deleted, PageState::Violation, PageState::Expired, PageState::Invalid] {
            assert_eq!(after_page(state, platform, 0, 0, now, &run).status, EntryStatus::Closed, "{state}");
        }
        assert_eq!(after_page(PageState::Migrated, Seen::default(), 0, 0, now, &run).status, EntryStatus::Pending);
        assert_eq!(after_page(PageState::Migrated, Seen::default(), 7, 0, now, &run).status, EntryStatus::Pending);
        assert_eq!(
            after_page(PageState::Migrated, again(PageState::Migrated), 1, 0, now, &run).status,
            EntryStatus::Closed
        );
        assert_eq!(after_error(ErrorClass::Gone, None, 0, now, &run).status, EntryStatus::Closed);
        let step = after_error(ErrorClass::Timeout, None, 0, now, &run);
        assert_eq!(step.status, EntryStatus::Pending);
        assert!(step.next_due > now);
    }

    #[test]
    fn what_may_pass_is_waited_for_ever_longer_and_never_given_up() {
        let run = Settings::default().run;
        let now = Timestamp::default();
        let mut before = 0;
        for tries in 0..40 {
            let step = after_error(ErrorClass::Timeout, None, tries, now, &run);
            let wait = step.next_due.as_seconds() - now.as_seconds();
            assert_eq!((step.status, step.tries), (EntryStatus::Pending, tries + 1));
            assert!(wait >= before && wait <= 112 * 86_400, "try {tries}: {wait} s");
            before = wait;
        }
        assert_eq!(before, 112 * 86_400);
        let days = |step: NextStep| (step.next_due.as_seconds() - now.as_seconds()) / 86_400;
        let late = after_page(PageState::NotArticle, Seen::default(), run.page_tries - 1, 0, now, &run);
        assert_eq!((days(late.clone()), late.is_late), (1, true));
        assert_eq!(days(after_error(ErrorClass::Robots, None, 0, now, &run)), 7);
        for class in [ErrorClass::PrivateAddress, ErrorClass::RedirectRefused] {
            assert_eq!(days(after_error(class, None, 0, now, &run)), 0, "a network that lies does so for an hour");
        }
    }
}

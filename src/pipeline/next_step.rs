use boji_clean::model::{PageState, Timestamp};

use crate::config::RunSettings;
use crate::fetch::backoff;
use crate::model::{EntryStatus, ErrorClass};

/// What to do with an entry after a try. Decided here from plain values, carried out elsewhere.
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
}

/// What a try says about the other pages of the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// They may be asked for.
    HostIsOpen,
    /// They had better be left alone for the rest of the run.
    HostIsClosed,
}

/// After a page was read.
pub(super) fn after_page(state: PageState, tries: u32, strikes: u32, now: Timestamp, run: &RunSettings) -> NextStep {
    let closed = NextStep { status: EntryStatus::Closed, next_due: now, tries: tries + 1, rest_host: None };
    match state {
        PageState::Article => NextStep { status: EntryStatus::Done, ..closed },
        PageState::Blocked => {
            // It says something about us and nothing about the page: no try is counted.
            let rest = blocked_rest(strikes, run);
            NextStep { status: EntryStatus::Pending, next_due: now.plus_seconds(rest), tries, rest_host: Some(rest) }
        }
        PageState::Unavailable => retry(tries, now, run),
        // A migrated page is followed once: its first try leaves the entry open with the new address.
        PageState::Migrated if tries == 0 => NextStep { status: EntryStatus::Pending, ..closed },
        PageState::Deleted
        | PageState::Violation
        | PageState::Migrated
        | PageState::Expired
        | PageState::Invalid
        | PageState::NotArticle => closed,
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
    let wait = |seconds: i64| NextStep {
        status: EntryStatus::Pending,
        next_due: now.plus_seconds(seconds.min(ceiling)),
        tries,
        rest_host: None,
    };
    match class {
        // robots.txt could not be read: that says nothing about the page.
        ErrorClass::Robots if retry_after.is_some() => wait(retry_after.unwrap_or_default()),
        // Final for this address.
        ErrorClass::Gone
        | ErrorClass::Robots
        | ErrorClass::BadUrl
        | ErrorClass::RedirectRefused
        | ErrorClass::PrivateAddress => {
            NextStep { status: EntryStatus::Closed, next_due: now, tries: tries + 1, rest_host: None }
        }
        // The host's matter, not the page's: no try is counted.
        ErrorClass::HostPaused | ErrorClass::Budget | ErrorClass::RateLimited => {
            wait(retry_after.unwrap_or_else(|| blocked_rest(0, run)))
        }
        _ => retry(tries, now, run),
    }
}

/// Seconds for which a host rests after it locked us out for the n-th time.
pub(super) fn blocked_rest(strikes: u32, run: &RunSettings) -> i64 {
    let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
    (i64::from(run.blocked_pause_minutes) * 60).saturating_mul(1 << strikes.min(16)).min(ceiling)
}

fn retry(tries: u32, now: Timestamp, run: &RunSettings) -> NextStep {
    let tries = tries + 1;
    let status = if tries >= run.page_tries { EntryStatus::Closed } else { EntryStatus::Pending };
    let wait = backoff(tries, run.backoff_minutes, run.backoff_ceiling_hours);
    NextStep { status, next_due: now.plus_seconds(wait), tries, rest_host: None }
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
            let step = after_page(PageState::Blocked, tries, 2, now, &run);
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
    fn what_is_final_closes_it_at_once_and_what_may_pass_does_not() {
        let run = Settings::default().run;
        let now = Timestamp::default();
        for state in
            [PageState::Deleted, PageState::Violation, PageState::Expired, PageState::Invalid, PageState::NotArticle]
        {
            assert_eq!(after_page(state, 0, 0, now, &run).status, EntryStatus::Closed, "{state}");
        }
        assert_eq!(after_page(PageState::Migrated, 0, 0, now, &run).status, EntryStatus::Pending);
        assert_eq!(after_page(PageState::Migrated, 1, 0, now, &run).status, EntryStatus::Closed);
        assert_eq!(after_error(ErrorClass::Gone, None, 0, now, &run).status, EntryStatus::Closed);
        let step = after_error(ErrorClass::Timeout, None, 0, now, &run);
        assert_eq!(step.status, EntryStatus::Pending);
        assert!(step.next_due > now);
        assert_eq!(after_error(ErrorClass::Timeout, None, run.page_tries - 1, now, &run).status, EntryStatus::Closed);
    }
}

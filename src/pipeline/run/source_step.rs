use std::sync::Arc;

use boji_clean::model::Timestamp;

use super::adaptive::Habit;
use super::schedule::{PollFacts, PollOutcome, longest_freshness, next_due};
use crate::config::RunSettings;
use crate::discover::{Failure, SourceFacts};
use crate::fetch::{
    FetchError, freshness, loses_account, permanent_target, redact_url, takes_secrets_away, with_account_of,
};
use crate::model::{Capture, ErrorClass, FailureClass, Hop, Outcome, Schedule, Source, SourceKind, SourceState};
use crate::pipeline::report::{Problem, SourceOutcome, SourceReport, Stage};

/// Times in a row that a permanent redirect must be seen before the source's address is changed for it.
const MOVED_CONFIRMATIONS: u32 = 3;
/// Least seconds between two of them, for a source that is not polled more often; and for one with a schedule of its own.
const MOVED_APART_SECONDS: i64 = 600;
const LEAST_APART_SECONDS: i64 = 120;

/// Failures in a row after which a person should look; until then a source is left to mend itself.
pub(crate) const WANTS_A_PERSON: u32 = 3;

/// What a discovery came to.
#[derive(Debug)]
pub(super) enum Discovered {
    /// Nothing was asked for: the source is a list.
    Listed,
    /// The server says that nothing changed.
    NotModified {
        /// Headers of the 304.
        headers: Vec<(String, String)>,
        /// Answers in order, the 304 last.
        hops: Vec<Hop>,
        /// When it came.
        at: Timestamp,
    },
    /// All pages were read.
    Read {
        /// The first page.
        capture: Arc<Capture>,
        /// What the source says about itself.
        about: SourceFacts,
        /// It ends early: the rest must come yet.
        is_cut: bool,
    },
    /// The answer could not be used.
    Unusable {
        /// The host that gave it.
        host: String,
        /// Why.
        failure: Failure,
    },
    /// The request failed.
    Failed(FetchError),
}

impl Discovered {
    /// Whether the answer shows that the host no longer keeps us out. A feed's does. A list that stands beside locked
    /// pages does not: an album answers while its articles ask for a captcha, and forgiving the host for that would
    /// make each pause as short as the first.
    pub(super) fn clears_host(&self, kind: SourceKind) -> bool {
        kind == SourceKind::Feed && matches!(self, Self::Read { .. } | Self::NotModified { .. })
    }

    /// Why one address gave nothing that can be used, where its host may well give others; `None` where the others fare alike, and
    /// where nothing failed.
    pub(super) fn fault_of_one_address(&self) -> Option<&str> {
        match self {
            Self::Failed(error) => (!error.closes_host()).then_some(error.message.as_str()),
            Self::Unusable { failure, .. } => {
                (failure.class == FailureClass::NoList).then_some(failure.message.as_str())
            }
            Self::Listed | Self::NotModified { .. } | Self::Read { .. } => None,
        }
    }
}

/// Old state + what happened + now → new state, new address if it moved for good, and the source's line in the report.
pub(super) fn after_discovery(
    source: &mut Source,
    state: &mut SourceState,
    discovered: &Discovered,
    now: Timestamp,
    run: &RunSettings,
    report: &mut SourceReport,
) {
    let apart = match source.schedule {
        Schedule::Every(seconds) => (i64::from(seconds) / 2).min(MOVED_APART_SECONDS),
        Schedule::Auto => MOVED_APART_SECONDS,
        Schedule::Cron(_) => LEAST_APART_SECONDS,
    };
    let is_apart = state.last_success.plus_seconds(apart) <= now;
    state.last_tried = now;
    let mut facts = PollFacts::default();
    let mut outcome = PollOutcome::Answered;
    match discovered {
        Discovered::Listed => succeeded(state, now),
        Discovered::NotModified { headers, hops, at } => {
            report.result = SourceOutcome::NotModified;
            succeeded(state, now);
            renew_validators(state, headers, false);
            // Of a source that was read before this was written down.
            if state.read_whole_at == Timestamp::default() {
                state.read_whole_at = now;
            }
            follow_move(source, state, hops, is_apart);
            facts.freshness_seconds = freshness(headers, *at);
        }
        Discovered::Read { capture, about, is_cut } => {
            succeeded(state, now);
            // Those of a part would say that nothing changed when the whole is there.
            if !is_cut {
                state.read_whole_at = now;
                renew_validators(state, &capture.headers, true);
                let elsewhere = capture.final_url() != source.url;
                state.validators_of = if elsewhere { capture.final_url().to_owned() } else { String::new() };
            }
            follow_move(source, state, &capture.hops, is_apart);
            if source.name.is_empty() || source.name == source.url {
                about.title.trim().clone_into(&mut source.name);
            }
            facts.freshness_seconds = freshness(&capture.headers, capture.fetched_at);
            state.rhythm = about.rhythm;
            state.hub.clone_from(&about.hub);
            state.older_url.clone_from(&about.older_url);
        }
        Discovered::Unusable { failure, .. } => {
            failed(state, report, Outcome::Unusable(failure.class));
            let is_blocked = failure.class == FailureClass::Blocked;
            outcome = if is_blocked { PollOutcome::Blocked } else { PollOutcome::Failed };
            let is_ours = matches!(failure.class, FailureClass::Refused | FailureClass::NoCookies);
            let may_pass = !is_ours && state.failures < WANTS_A_PERSON;
            report.problems.push(Problem {
                item: source.id.clone(),
                stage: Stage::Discover,
                url: source.url.clone(),
                message: failure.message.clone(),
                hint: hint_of(failure.class).to_owned(),
                transient: is_blocked || may_pass,
            });
        }
        Discovered::Failed(error) if error.was_not_sent() => {
            report.result = SourceOutcome::Skipped;
            report.other(Outcome::Failed(error.class));
            state.next_due = now.plus_seconds(wait_of(error, run));
            return;
        }
        Discovered::Failed(error) => {
            failed(state, report, Outcome::Failed(error.class));
            outcome = PollOutcome::Failed;
            state.gone = error.class == ErrorClass::Gone;
            facts.retry_after_seconds = error.retry_after;
            let transient = !state.gone && state.failures < WANTS_A_PERSON && error.class != ErrorClass::BadUrl;
            report.problems.push(Problem::of_fetch(&source.id, error, transient));
        }
    }
    facts.rhythm = state.rhythm;
    facts.habit_seconds = habit_seconds(state, now, run);
    let asked = facts.freshness_seconds.unwrap_or_default().max(i64::from(state.rhythm.least_seconds));
    facts.has_own_schedule = source.own_schedule;
    let longest = longest_freshness(source.own_schedule, run);
    if asked > longest {
        let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
        let why = if longest < ceiling { "its schedule is your own" } else { "server_wait_ceiling_hours" };
        let message = format!(
            "{}: its server asks for {} h of rest (max-age, Expires or ttl), which is cut to {} h ({why})",
            redact_url(&source.url),
            asked / 3_600,
            longest / 3_600,
        );
        report.oddities.push(message);
    }
    facts.failures = state.failures;
    facts.time_zone_minutes = source.time_zone_minutes;
    state.next_due = next_due(&source.schedule, outcome, now, &facts, run, &source.id);
}

/// What a person can do about an answer that could not be used, "" when nothing.
const fn hint_of(class: FailureClass) -> &'static str {
    match class {
        FailureClass::NoCookies => {
            "save the cookies of a browser in Netscape's format (cookies.txt) there, or take `cookies` away"
        }
        FailureClass::NoFeed => {
            "if it stays so, the feed may have another address: `boji add` with the site's home page looks for it"
        }
        FailureClass::NoList => "if it stays so, the list may have another address: `boji set ID --url` changes it",
        FailureClass::Blocked => "its host rests and is asked again by itself; `boji list hosts` says when",
        FailureClass::Refused => "see in a browser whether it is still public",
        FailureClass::BrokeOff | FailureClass::Started => "",
    }
}

/// Seconds until a request that was held back may be sent: the host rests, or its budget is used up.
fn wait_of(error: &FetchError, run: &RunSettings) -> i64 {
    let ceiling = i64::from(run.server_wait_ceiling_hours) * 3_600;
    error.retry_after.unwrap_or_else(|| i64::from(run.backoff_minutes) * 60).clamp(1, ceiling.max(1))
}

/// Seconds for which a source is polled in its usual interval before its habits are known: a day.
const LEARNING_SECONDS: i64 = 86_400;

/// What a source's own times of publication say of the next poll; nothing in its first day.
fn habit_seconds(state: &SourceState, now: Timestamp, run: &RunSettings) -> Option<i64> {
    let since = state.known_since;
    // A clock that was ahead wrote what lies in the future.
    let is_learning = since <= now && now < since.plus_seconds(LEARNING_SECONDS);
    if since == Timestamp::default() || is_learning {
        return None;
    }
    let (least, patience) = (i64::from(run.auto_least_minutes) * 60, i64::from(run.auto_patience_seconds));
    Some(
        Habit::of(&state.published, now)
            .map_or(UNKNOWN_SECONDS.max(least), |habit| habit.interval(now, least, patience)),
    )
}

/// Seconds between two polls of a source that has never shown anything.
const UNKNOWN_SECONDS: i64 = 86_400;

fn succeeded(state: &mut SourceState, now: Timestamp) {
    if state.known_since == Timestamp::default() {
        state.known_since = now;
    }
    state.last_success = now;
    state.failures = 0;
    state.last_error = None;
    state.gone = false;
}

fn failed(state: &mut SourceState, report: &mut SourceReport, outcome: Outcome) {
    state.failures = state.failures.saturating_add(1);
    state.last_error = Some(outcome);
    report.result = SourceOutcome::Failed;
}

/// Validators are opaque and kept byte for byte. A full answer replaces both; a 304 only what it states anew.
fn renew_validators(state: &mut SourceState, headers: &[(String, String)], complete: bool) {
    let value = |name: &str| headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let renew = |old: &mut String, new: Option<String>| match new {
        Some(new) => *old = new,
        None if complete => old.clear(),
        None => {}
    };
    renew(&mut state.etag, value("etag"));
    renew(&mut state.last_modified, value("last-modified"));
}

/// A permanent redirect changes the source's address once it was seen several times in a row and led to something that
/// could be read. What a server says four times within a minute it has said once. Validators belong to an address, so they go with it.
fn follow_move(source: &mut Source, state: &mut SourceState, hops: &[Hop], is_apart: bool) {
    let target = permanent_target(hops).unwrap_or_default().to_owned();
    // What was asked for is written down without its password, which goes along on the same host and to no other.
    let moved = with_account_of(&source.url, &target);
    if target.is_empty()
        || moved == source.url
        || loses_account(&source.url, &moved)
        || takes_secrets_away(source, &moved)
    {
        state.moved_to.clear();
        state.moved_count = 0;
        return;
    }
    state.moved_count = if state.moved_to == target { state.moved_count + u32::from(is_apart) } else { 1 };
    state.moved_to = target;
    if state.moved_count >= MOVED_CONFIRMATIONS {
        state.moved_to.clear();
        state.moved_from = std::mem::replace(&mut source.url, moved);
        state.moved_count = 0;
        if state.validators_of == source.url {
            state.validators_of.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::model::{Schedule, SourceKind};

    fn source() -> Source {
        Source::new(SourceKind::Feed, "s", "https://a.example/feed", Schedule::Every(3600))
    }

    fn read(hops: &[(&str, u16)], headers: &[(&str, &str)]) -> Discovered {
        let hops = hops.iter().map(|(url, status)| Hop { url: (*url).into(), status: *status }).collect();
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let capture = Capture {
            url: "https://a.example/feed".into(),
            hops,
            status: 200,
            headers,
            body: Vec::new(),
            fetched_at: Timestamp::default(),
        };
        Discovered::Read { capture: Arc::new(capture), about: SourceFacts::default(), is_cut: false }
    }

    const NOW: Timestamp = Timestamp::from_seconds(1_700_000_000);

    fn after(source: &mut Source, state: &mut SourceState, discovered: &Discovered) -> SourceReport {
        after_at(source, state, discovered, NOW)
    }

    /// So many seconds after the last poll.
    fn later(source: &mut Source, state: &mut SourceState, discovered: &Discovered, seconds: i64) -> SourceReport {
        let now = state.last_tried.max(NOW).plus_seconds(seconds);
        after_at(source, state, discovered, now)
    }

    fn after_at(source: &mut Source, state: &mut SourceState, discovered: &Discovered, now: Timestamp) -> SourceReport {
        let mut report = SourceReport::default();
        after_discovery(source, state, discovered, now, &Settings::default().run, &mut report);
        report
    }

    #[test]
    fn an_album_that_answers_does_not_forgive_a_captcha() {
        let answered = read(&[], &[]);
        assert!(answered.clears_host(SourceKind::Feed));
        assert!(!answered.clears_host(SourceKind::Album));
        let failed = Discovered::Failed(FetchError::new("u", ErrorClass::Server, "status 500"));
        assert!(!failed.clears_host(SourceKind::Feed));
    }

    #[test]
    fn validators_are_kept_as_they_came() {
        let (mut source, mut state) = (source(), SourceState::default());
        after(&mut source, &mut state, &read(&[], &[("etag", "W/\"x\""), ("last-modified", "yesterday")]));
        assert_eq!((state.etag.as_str(), state.last_modified.as_str()), ("W/\"x\"", "yesterday"));
        let bare = Discovered::NotModified { headers: Vec::new(), hops: Vec::new(), at: Timestamp::default() };
        after(&mut source, &mut state, &bare);
        assert_eq!(state.etag, "W/\"x\"", "a bare 304 keeps them");
        let headers = vec![("etag".into(), "\"y\"".into())];
        let renewed = Discovered::NotModified { headers, hops: Vec::new(), at: Timestamp::default() };
        after(&mut source, &mut state, &renewed);
        assert_eq!((state.etag.as_str(), state.last_modified.as_str()), ("\"y\"", "yesterday"));
        after(&mut source, &mut state, &read(&[], &[]));
        assert_eq!(
            (state.etag.as_str(), state.last_modified.as_str()),
            ("", ""),
            "a full answer without any clears them"
        );
    }

    #[test]
    fn a_move_is_believed_the_third_time_in_a_row() {
        let (mut source, mut state) = (source(), SourceState::default());
        let moved = read(&[("https://a.example/feed", 301), ("https://b.example/feed", 200)], &[]);
        later(&mut source, &mut state, &moved, 3_600);
        later(&mut source, &mut state, &moved, 3_600);
        assert_eq!(state.validators_of, "https://b.example/feed");
        later(&mut source, &mut state, &read(&[("https://a.example/feed", 200)], &[]), 3_600);
        assert_eq!(state.validators_of, "");
        assert_eq!(state.moved_count, 0, "one straight answer starts the count again");
        for _ in 0..3 {
            assert_eq!(source.url, "https://a.example/feed");
            later(&mut source, &mut state, &moved, 3_600);
        }
        assert_eq!(source.url, "https://b.example/feed");
        assert_eq!(state.moved_from, "https://a.example/feed");
    }

    #[test]
    fn a_year_of_rest_is_cut_and_told() {
        let (mut source, mut state) = (source(), SourceState::default());
        let report = after(&mut source, &mut state, &read(&[], &[("cache-control", "max-age=31536000")]));
        assert_eq!(report.oddities.len(), 1, "{report:?}");
        assert!(report.oddities[0].contains("8760 h"), "{report:?}");
        assert!(after(&mut source, &mut state, &read(&[], &[("cache-control", "max-age=60")])).oddities.is_empty());
    }

    #[test]
    fn who_says_for_ever_that_nothing_changed_is_asked_for_all_after_four_weeks() {
        let (mut source, mut state) = (source(), SourceState::default());
        after(&mut source, &mut state, &read(&[], &[("etag", "\"1970\"")]));
        let unchanged = Discovered::NotModified { headers: Vec::new(), hops: Vec::new(), at: Timestamp::default() };
        let all = read(&[], &[("etag", "\"1970\"")]);
        let mut asked_for_all = 0;
        for day in 1..=60 {
            let now = NOW.plus_seconds(day * 86_400);
            let whole = !state.believes_validators(now);
            asked_for_all += u32::from(whole);
            after_at(&mut source, &mut state, if whole { &all } else { &unchanged }, now);
        }
        assert_eq!(asked_for_all, 2);
    }

    #[test]
    fn what_a_server_says_four_times_in_a_minute_it_has_said_once() {
        let (mut source, mut state) = (source(), SourceState::default());
        let moved = read(&[("https://a.example/feed", 301), ("https://b.example/feed", 200)], &[]);
        for _ in 0..4 {
            later(&mut source, &mut state, &moved, 10);
        }
        assert_eq!((source.url.as_str(), state.moved_count), ("https://a.example/feed", 1));
    }

    #[test]
    fn a_password_moves_along_on_its_host_and_to_no_other() {
        let cases = [
            ("https://a.example/feed/", "https://me:pass@a.example/feed/"),
            ("https://b.example/feed", "https://me:pass@a.example/feed"),
        ];
        for (target, want) in cases {
            let (mut source, mut state) = (source(), SourceState::default());
            source.url = "https://me:pass@a.example/feed".to_owned();
            let moved = read(&[("https://a.example/feed", 301), (target, 200)], &[]);
            for _ in 0..4 {
                later(&mut source, &mut state, &moved, 3_600);
            }
            assert_eq!((source.url.as_str(), state.moved_to.as_str()), (want, ""), "{target}");
        }
    }

    #[test]
    fn a_host_that_rests_is_no_failure_of_its_source() {
        let (mut source, mut state) = (source(), SourceState { failures: 2, ..SourceState::default() });
        for class in [ErrorClass::HostPaused, ErrorClass::Budget] {
            let error = FetchError { retry_after: Some(5_000), ..FetchError::new("u", class, "rests") };
            let report = after(&mut source, &mut state, &Discovered::Failed(error));
            assert_eq!((state.failures, report.result, report.problems.len()), (2, SourceOutcome::Skipped, 0));
            assert_eq!(state.next_due.as_seconds(), 1_700_005_000);
        }
    }

    #[test]
    fn validators_are_remembered_with_the_url_that_gave_them() {
        let (mut source, mut state) = (source(), SourceState::default());
        let hops = [("https://a.example/feed", 301), ("https://b.example/feed", 200)];
        after(&mut source, &mut state, &read(&hops, &[("etag", "\"b\"")]));
        assert_eq!(state.validators_of, "https://b.example/feed");
        let hops: Vec<Hop> = [("https://a.example/feed", 301), ("https://b.example/feed", 304)]
            .iter()
            .map(|(url, status)| Hop { url: (*url).into(), status: *status })
            .collect();
        for _ in 0..2 {
            let unchanged =
                Discovered::NotModified { headers: Vec::new(), hops: hops.clone(), at: Timestamp::default() };
            later(&mut source, &mut state, &unchanged, 3_600);
        }
        assert_eq!(
            (source.url.as_str(), state.etag.as_str(), state.validators_of.as_str()),
            ("https://b.example/feed", "\"b\"", ""),
            "a 304 behind a permanent redirect confirms it too"
        );
    }

    #[test]
    fn a_failing_source_waits_longer_and_is_not_given_up() {
        let (mut source, mut state) = (source(), SourceState::default());
        let failed = Discovered::Failed(FetchError::new("u", ErrorClass::Server, "status 500"));
        let mut waits = Vec::new();
        for _ in 0..12 {
            let report = after(&mut source, &mut state, &failed);
            assert_eq!(report.result, SourceOutcome::Failed);
            waits.push(state.next_due.as_seconds() - 1_700_000_000);
        }
        assert!(waits.is_sorted(), "{waits:?}");
        assert!(*waits.last().expect("some") <= 48 * 3600 * 11 / 10, "{waits:?}");
        assert!(!state.gone);
        after(&mut source, &mut state, &read(&[], &[]));
        assert_eq!((state.failures, state.last_error), (0, None));
    }
}

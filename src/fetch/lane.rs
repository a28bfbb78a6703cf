use boji_clean::model::Timestamp;

use super::retry::doubled;
use crate::config::FetchSettings;
use crate::model::{ErrorClass, HostState};

/// Longest pause that one run waits out; a longer one is reported at once.
pub(super) const LONGEST_WAIT_MILLIS: i64 = 60_000;
/// Rest of a host that said "too many requests" without saying for how long; doubled with each further time.
const REST_SECONDS: i64 = 15 * 60;
/// Longest such rest.
const LONGEST_REST_SECONDS: i64 = 24 * 3600;
/// Longest rest that a server can ask for, so that a wrong number does not silence a host for years.
const LONGEST_WISH_SECONDS: i64 = 7 * 24 * 3600;

/// How one host is paced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lane {
    /// Milliseconds between the end of a request and the start of the next.
    pub gap_millis: i64,
    /// Requests a UTC day, `None` without a limit.
    pub daily_budget: Option<u32>,
}

impl Lane {
    /// The lane of a host, given as `host` or `host:port`.
    pub(super) fn of(host: &str, settings: &FetchSettings) -> Self {
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        if settings.slow_hosts.iter().any(|slow| slow.eq_ignore_ascii_case(host) || slow.eq_ignore_ascii_case(name)) {
            let gap_millis = i64::from(settings.slow_gap_millis.max(settings.host_gap_millis));
            return Self { gap_millis, daily_budget: Some(settings.slow_daily_budget) };
        }
        Self { gap_millis: i64::from(settings.host_gap_millis), daily_budget: None }
    }
}

/// What a host's turn comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Send the request now.
    Go,
    /// Not before this instant.
    Wait(Timestamp),
    /// Not in this run: why, and in how many seconds it makes sense again.
    Refuse(ErrorClass, i64),
}

/// Decides from what is remembered of a host whether a request may leave now.
pub(super) fn next_step(state: &HostState, lane: Lane, now: Timestamp) -> Step {
    let wait = state.not_before.as_millis().saturating_sub(now.as_millis());
    if wait > LONGEST_WAIT_MILLIS {
        return Step::Refuse(ErrorClass::HostPaused, wait.saturating_add(999) / 1000);
    }
    if lane.daily_budget.is_some_and(|budget| requests_on(state, now) >= budget) {
        return Step::Refuse(ErrorClass::Budget, seconds_to_midnight(now));
    }
    if wait > 0 { Step::Wait(state.not_before) } else { Step::Go }
}

/// Writes a request that leaves now into the memory of its host.
pub(super) fn count_request(state: &mut HostState, now: Timestamp) {
    state.requests_today = requests_on(state, now).saturating_add(1);
    state.day = day_of(now);
    state.reason.clear();
}

/// Seconds for which an answer puts its host to rest, if it does: a 429 always, for as long as it says; a 503 only
/// when it says for how long. `strikes` counts the rests in a row before this one.
pub(super) fn rest_after(status: u16, retry_after: Option<i64>, strikes: u32) -> Option<i64> {
    match (status, retry_after) {
        (429, None | Some(0)) => Some(doubled(REST_SECONDS, strikes, LONGEST_REST_SECONDS)),
        (429 | 503, Some(seconds)) if seconds > 0 => Some(seconds.min(LONGEST_WISH_SECONDS)),
        _ => None,
    }
}

fn requests_on(state: &HostState, now: Timestamp) -> u32 {
    if state.day == day_of(now) { state.requests_today } else { 0 }
}

fn day_of(now: Timestamp) -> String {
    now.to_string().chars().take("2026-11-24".len()).collect()
}

fn seconds_to_midnight(now: Timestamp) -> i64 {
    const DAY: i64 = 24 * 3600;
    DAY - now.as_seconds().rem_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).expect("a time")
    }

    #[test]
    fn waits_a_little_and_refuses_much() {
        let now = at("2026-11-24T23:00:00Z");
        let lane = Lane { gap_millis: 1000, daily_budget: Some(3) };
        let cases = [
            (0, "", 0, Step::Go),
            (-5_000, "2026-11-24", 2, Step::Go),
            (800, "", 0, Step::Wait(now.plus_millis(800))),
            (60_000, "", 0, Step::Wait(now.plus_millis(60_000))),
            (60_001, "", 0, Step::Refuse(ErrorClass::HostPaused, 61)),
            (0, "2026-11-24", 3, Step::Refuse(ErrorClass::Budget, 3600)),
            (0, "2026-11-23", 3, Step::Go),
        ];
        for (millis, day, requests_today, want) in cases {
            let not_before = now.plus_millis(millis);
            let state = HostState { not_before, day: day.into(), requests_today, ..HostState::default() };
            assert_eq!(next_step(&state, lane, now), want, "{millis} {day} {requests_today}");
        }
    }

    #[test]
    fn counts_by_the_day() {
        let mut state = HostState::default();
        for text in ["2026-11-24T10:00:00Z", "2026-11-24T23:59:59Z", "2026-11-25T00:00:00Z"] {
            count_request(&mut state, at(text));
        }
        assert_eq!((state.day.as_str(), state.requests_today), ("2026-11-25", 1));
    }

    #[test]
    fn slow_hosts_have_a_lane_of_their_own() {
        let settings = Settings::default().fetch;
        assert_eq!(Lane::of("a.example:8080", &settings), Lane { gap_millis: 1000, daily_budget: None });
        assert_eq!(Lane::of("mp.weixin.qq.com", &settings), Lane { gap_millis: 5000, daily_budget: Some(500) });
    }

    #[test]
    fn rests_as_the_server_says() {
        let cases = [
            (429, Some(3600), 0, Some(3600)),
            (429, None, 0, Some(900)),
            (429, None, 2, Some(3600)),
            (429, Some(0), 60, Some(86_400)),
            (503, Some(120), 0, Some(120)),
            (429, Some(i64::MAX), 0, Some(604_800)),
            (503, None, 0, None),
            (503, Some(0), 0, None),
            (200, Some(120), 0, None),
            (404, None, 0, None),
        ];
        for (status, retry_after, strikes, want) in cases {
            assert_eq!(rest_after(status, retry_after, strikes), want, "{status} {retry_after:?} {strikes}");
        }
    }
}

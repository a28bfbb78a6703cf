use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boji_clean::model::Timestamp;
use tokio::sync::OwnedMutexGuard;
use tracing::debug;

use super::retry::doubled;
use super::robots_rules::RobotsRules;
use crate::config::FetchSettings;
use crate::model::{Clock, ErrorClass, HostState};

/// The gate before every host: one request at a time, a gap between two, pauses and budgets. What it remembers comes
/// from the last run and goes to the next.
pub(super) struct Pace {
    clock: Arc<dyn Clock>,
    settings: FetchSettings,
    hosts: Mutex<BTreeMap<String, Host>>,
}

/// One host's memory, and the locks for which its requests queue in order.
struct Host {
    state: HostState,
    turn: Arc<tokio::sync::Mutex<()>>,
    robots: Arc<tokio::sync::Mutex<()>>,
    /// Its robots.txt as read, once it was needed.
    rules: Option<Arc<RobotsRules>>,
}

/// The right to send one request to a host. Dropping it, also half-way, lets the next one in after the gap.
pub(super) struct Turn<'a> {
    pace: &'a Pace,
    host: String,
    gap_millis: i64,
    _place: OwnedMutexGuard<()>,
}

impl Pace {
    /// A gate that goes on from the memory of the last run.
    pub(super) fn new(clock: Arc<dyn Clock>, settings: FetchSettings, states: Vec<HostState>) -> Self {
        let hosts = states.into_iter().map(|state| (state.host.clone(), Host::of(state))).collect();
        Self { clock, settings, hosts: Mutex::new(hosts) }
    }

    /// Waits for the host's turn. `least_gap_millis` is a gap that the host itself asked for. Refuses at once when
    /// the wait would be long.
    pub(super) async fn turn(&self, host: &str, least_gap_millis: i64) -> Result<Turn<'_>, (ErrorClass, i64)> {
        let lane = Lane::of(host, &self.settings);
        let queue = self.with(host, |host| Arc::clone(&host.turn));
        let place = queue.lock_owned().await;
        loop {
            let step = self.with(host, |host| {
                let now = self.clock.now();
                let step = next_step(&host.state, lane, now);
                if step == Step::Go {
                    count_request(&mut host.state, now);
                }
                step
            });
            match step {
                Step::Go => break,
                Step::Wait(until) => {
                    debug!(host, %until, "wait for the host's turn");
                    self.clock.sleep_until(until).await;
                }
                Step::Refuse(class, seconds) => {
                    debug!(host, reason = class.as_str(), seconds, "the host is not asked");
                    return Err((class, seconds));
                }
            }
        }
        let gap_millis = lane.gap_millis.max(least_gap_millis);
        Ok(Turn { pace: self, host: host.to_owned(), gap_millis, _place: place })
    }

    /// Held while a host's robots.txt is asked, so that it is asked once.
    pub(super) async fn robots_lock(&self, host: &str) -> OwnedMutexGuard<()> {
        let queue = self.with(host, |host| Arc::clone(&host.robots));
        queue.lock_owned().await
    }

    /// What the host's robots.txt says to us, read once. Call it with [`Pace::robots_lock`] in hand.
    pub(super) fn robots_rules(&self, host: &str) -> Arc<RobotsRules> {
        let known = self.with(host, |host| host.rules.clone().ok_or_else(|| host.state.robots.clone()));
        // A long one takes a while: other hosts must not wait for it.
        known.unwrap_or_else(|text| {
            let rules = Arc::new(RobotsRules::parse(&text.unwrap_or_default()));
            self.with(host, |host| host.rules = Some(Arc::clone(&rules)));
            rules
        })
    }

    /// Remembers the answer to the question for robots.txt.
    pub(super) fn remember_robots(&self, host: &str, text: String, status: u16, at: Timestamp) {
        self.with(host, |host| {
            host.state.robots = Some(text);
            host.state.robots_status = status;
            host.state.robots_at = at;
            host.rules = None;
        });
    }

    /// Waits until the hosts of a site may be asked again. Refuses at once when the wait would be long, with its seconds.
    pub(super) async fn wait_for_site(&self, site: &str) -> Result<(), i64> {
        loop {
            let Some(state) = self.state(site) else { return Ok(()) };
            let wait = state.not_before.as_millis().saturating_sub(self.clock.now().as_millis());
            match wait {
                ..=0 => return Ok(()),
                wait if wait > LONGEST_WAIT_MILLIS => return Err(wait.saturating_add(999) / 1000),
                _ => self.clock.sleep_until(state.not_before).await,
            }
        }
    }

    /// Lets nothing through to the host before `until`, never shortening a longer pause, and counts a strike.
    pub(super) fn pause(&self, host: &str, until: Timestamp, reason: &str) {
        debug!(host, %until, reason, "the host is left alone");
        self.change(host, |state| {
            state.strikes = state.strikes.saturating_add(1);
            // A request ends a rest and takes its reason away; that of a site ends by itself.
            if state.reason.is_empty() || state.not_before <= self.clock.now() {
                state.rests_since = self.clock.now();
            }
            if until > state.not_before {
                state.not_before = until;
                reason.clone_into(&mut state.reason);
            }
        });
    }

    /// Reads or changes what is remembered of a host.
    pub(super) fn change<T>(&self, host: &str, change: impl FnOnce(&mut HostState) -> T) -> T {
        self.with(host, |host| change(&mut host.state))
    }

    /// The memory of one host, if there is any.
    pub(super) fn state(&self, host: &str) -> Option<HostState> {
        self.lock().get(host).map(|host| host.state.clone())
    }

    /// The memory of every host, by name.
    pub(super) fn states(&self) -> Vec<HostState> {
        self.lock().values().map(|host| host.state.clone()).collect()
    }

    fn with<T>(&self, host: &str, act: impl FnOnce(&mut Host) -> T) -> T {
        let mut hosts = self.lock();
        let fresh = || Host::of(HostState { host: host.to_owned(), ..HostState::default() });
        act(hosts.entry(host.to_owned()).or_insert_with(fresh))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Host>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Host {
    fn of(state: HostState) -> Self {
        Self { state, turn: Arc::default(), robots: Arc::default(), rules: None }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let next = self.pace.clock.now().plus_millis(self.gap_millis);
        self.pace.change(&self.host, |state| state.not_before = state.not_before.max(next));
    }
}

/// Longest pause that one run waits out; a longer one is reported at once.
pub(super) const LONGEST_WAIT_MILLIS: i64 = 60_000;
/// Rest of a host that said "too many requests" without saying for how long; doubled with each further time.
const REST_SECONDS: i64 = 15 * 60;
/// Longest such rest.
const LONGEST_REST_SECONDS: i64 = 24 * 3600;
/// Longest rest that a server can ask for, so that a wrong number does not silence a host for years.
pub(crate) const LONGEST_WISH_SECONDS: i64 = 7 * 24 * 3600;

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
fn next_step(state: &HostState, lane: Lane, now: Timestamp) -> Step {
    let wait = state.not_before.as_millis().saturating_sub(now.as_millis());
    if wait > LONGEST_WAIT_MILLIS {
        return Step::Refuse(ErrorClass::HostPaused, wait.saturating_add(999) / 1000);
    }
    if lane.daily_budget.is_some_and(|budget| state.requests_on(now) >= budget) {
        return Step::Refuse(ErrorClass::Budget, seconds_to_midnight(now));
    }
    if wait > 0 { Step::Wait(state.not_before) } else { Step::Go }
}

/// Writes a request that leaves now into the memory of its host.
fn count_request(state: &mut HostState, now: Timestamp) {
    state.requests_today = state.requests_on(now).saturating_add(1);
    state.day = HostState::day_of(now);
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

fn seconds_to_midnight(now: Timestamp) -> i64 {
    const DAY: i64 = 24 * 3600;
    DAY - now.as_seconds().rem_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::model::ManualClock;

    fn gate(states: Vec<HostState>) -> (Arc<ManualClock>, Pace) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_seconds(1_000_000)));
        let pace = Pace::new(clock.clone(), Settings::default().fetch, states);
        (clock, pace)
    }

    #[tokio::test]
    async fn keeps_the_gap_and_leaves_other_hosts_alone() {
        let (clock, pace) = gate(Vec::new());
        let start = clock.now();
        drop(pace.turn("a.example", 0).await.expect("free"));
        drop(pace.turn("b.example", 0).await.expect("free"));
        assert_eq!(clock.now(), start);
        drop(pace.turn("a.example", 3_000).await.expect("free"));
        assert_eq!(clock.now(), start.plus_millis(1_000));
        drop(pace.turn("a.example", 0).await.expect("free"));
        assert_eq!(clock.now(), start.plus_millis(4_000), "the gap that the host asked for counts");
    }

    #[tokio::test]
    async fn one_request_at_a_time_and_a_dropped_one_frees_its_place() {
        let (_, pace) = gate(Vec::new());
        let held = pace.turn("a.example", 0).await.expect("free");
        {
            let mut second = std::pin::pin!(pace.turn("a.example", 0));
            assert!(futures_ready(second.as_mut()).is_none(), "the first holds the place");
        }
        drop(held);
        let mut third = std::pin::pin!(pace.turn("a.example", 0));
        assert!(futures_ready(third.as_mut()).is_some(), "the dropped second stands in nobody's way");
    }

    #[tokio::test]
    async fn a_site_is_waited_for_a_little_and_left_alone_for_longer() {
        let (clock, pace) = gate(Vec::new());
        let start = clock.now();
        assert_eq!(pace.wait_for_site("*.a.example").await, Ok(()));
        pace.pause("*.a.example", start.plus_seconds(30), "429");
        assert_eq!((pace.wait_for_site("*.a.example").await, clock.now()), (Ok(()), start.plus_seconds(30)));
        pace.pause("*.a.example", start.plus_seconds(930), "429");
        assert_eq!(pace.wait_for_site("*.a.example").await, Err(900));
    }

    #[tokio::test]
    async fn a_pause_survives_a_restart() {
        let (clock, pace) = gate(Vec::new());
        pace.pause("a.example", clock.now().plus_seconds(3600), "429");
        pace.pause("a.example", clock.now().plus_seconds(10), "shorter");
        let (_, after_restart) = gate(pace.states());
        let refused = after_restart.turn("a.example", 0).await.err();
        assert_eq!(refused, Some((ErrorClass::HostPaused, 3600)));
        let states = after_restart.states();
        assert_eq!(states.first().map(|state| (state.reason.as_str(), state.strikes)), Some(("429", 2)));
    }

    fn futures_ready<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        match future.poll(&mut context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        }
    }

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

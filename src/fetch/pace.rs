use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use boji_clean::model::Timestamp;
use tokio::sync::OwnedMutexGuard;
use tracing::debug;

use super::lane::{Lane, Step, count_request, next_step};
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

    /// Lets nothing through to the host before `until`, never shortening a longer pause, and counts a strike.
    pub(super) fn pause(&self, host: &str, until: Timestamp, reason: &str) {
        debug!(host, %until, reason, "the host is left alone");
        self.change(host, |state| {
            state.strikes = state.strikes.saturating_add(1);
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
        Self { state, turn: Arc::default(), robots: Arc::default() }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let next = self.pace.clock.now().plus_millis(self.gap_millis);
        self.pace.change(&self.host, |state| state.not_before = state.not_before.max(next));
    }
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
    async fn a_restart_bursts_nothing() {
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
}

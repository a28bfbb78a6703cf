use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::counted::counted;
use super::notify::ServiceManager;
use crate::model::Clock;
use crate::pipeline::Event;

/// Longest time without an event for which a pass may go on, in milliseconds. Nothing that it waits for takes as long: after it the
/// service manager may take it for hung.
const LONGEST_SILENCE_MILLIS: i64 = 3 * 3_600 * 1_000;
/// Stands for the silence between two passes, which may last.
const BETWEEN_PASSES: i64 = -1;

/// Follows the passes of a daemon and tells the service manager how they go on, and that they do.
pub(super) struct Watchdog {
    manager: Arc<ServiceManager>,
    /// Milliseconds since the last event of the pass, in steps of a sign of life.
    silence_millis: AtomicI64,
    sources: AtomicUsize,
    planned: AtomicUsize,
    finished: AtomicUsize,
}

impl Watchdog {
    /// Before the first pass.
    pub(super) fn new(manager: Arc<ServiceManager>) -> Self {
        let [sources, planned, finished] = [0; 3].map(AtomicUsize::new);
        Self { manager, silence_millis: AtomicI64::new(BETWEEN_PASSES), sources, planned, finished }
    }

    /// A pass begins, in a store with so many sources.
    pub(super) fn pass_begins(&self, sources: usize) {
        self.sources.store(sources, Ordering::Relaxed);
        self.finished.store(0, Ordering::Relaxed);
        self.silence_millis.store(0, Ordering::Relaxed);
    }

    /// A pass has ended, well or not.
    pub(super) fn pass_ends(&self) {
        self.silence_millis.store(BETWEEN_PASSES, Ordering::Relaxed);
    }

    /// Something happened in the pass.
    pub(super) fn event(&self, event: &Event) {
        self.silence_millis.store(0, Ordering::Relaxed);
        match event {
            Event::Planned(planned) => self.planned.store(*planned, Ordering::Relaxed),
            Event::Finished(_) => {
                self.finished.fetch_add(1, Ordering::Relaxed);
            }
            Event::Started(_) | Event::Page { .. } | Event::Stored { .. } => return,
        }
        let [sources, planned, finished] =
            [&self.sources, &self.planned, &self.finished].map(|count| count.load(Ordering::Relaxed));
        self.manager.status(&format!("asks {planned} of {}, {finished} done", counted(sources, "source")));
    }

    /// Tells the service manager again and again that the process is alive, as long as it is: twice in the time that it allows. To be
    /// polled by the task that does the work, so that one that hangs is silent. Never completes.
    pub(super) async fn keep_alive(&self, clock: &dyn Clock) {
        let Some(allowed) = self.manager.watchdog_millis() else { return std::future::pending().await };
        let step = allowed / 2;
        loop {
            if self.is_alive_after(step) {
                self.manager.alive();
            }
            clock.sleep_until(clock.now().plus_millis(step)).await;
        }
    }

    fn is_alive_after(&self, millis: i64) -> bool {
        let longer = |silence| (silence != BETWEEN_PASSES).then_some(silence + millis);
        match self.silence_millis.fetch_update(Ordering::Relaxed, Ordering::Relaxed, longer) {
            Ok(before) => before < LONGEST_SILENCE_MILLIS,
            Err(_between_passes) => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pass_in_which_nothing_happens_for_hours_counts_as_hung() {
        const HOUR: i64 = 3_600 * 1_000;
        let watchdog = Watchdog::new(Arc::new(ServiceManager::of_environment()));
        let hours = |count: usize| (0..count).map(|_| watchdog.is_alive_after(HOUR)).collect::<Vec<_>>();
        assert_eq!(hours(5), [true; 5], "between passes");
        watchdog.pass_begins(2);
        assert_eq!(hours(4), [true, true, true, false]);
        watchdog.event(&Event::Started("a".into()));
        assert_eq!(hours(4), [true, true, true, false]);
        watchdog.pass_ends();
        assert_eq!(hours(5), [true; 5]);
    }
}

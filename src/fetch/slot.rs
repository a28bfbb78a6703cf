use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::model::Clock;

/// How many answers may be on their way or in hand at once: that bounds the connections, and the memory for what came.
#[derive(Clone)]
pub(crate) struct Slots {
    semaphore: Arc<Semaphore>,
    clock: Arc<dyn Clock>,
}

impl Slots {
    /// So many, at least one.
    pub(crate) fn new(count: usize, clock: Arc<dyn Clock>) -> Self {
        Self { semaphore: Arc::new(Semaphore::new(count.max(1))), clock }
    }

    /// A slot that is not taken yet.
    pub(crate) fn slot(&self) -> Slot {
        Slot { slots: self.clone(), held: Mutex::default() }
    }
}

/// The right to one answer, from the request until what came is stored. It is given back while its holder waits for the turn
/// of a host: who waits for a slow host keeps nobody from a quick one, and two who wait for each other cannot be.
pub(crate) struct Slot {
    slots: Slots,
    held: Mutex<Held>,
}

#[derive(Default)]
struct Held {
    permit: Option<OwnedSemaphorePermit>,
    since_millis: i64,
    used_millis: i64,
}

impl Slot {
    /// Takes it, once one is free.
    pub(super) async fn take(&self) {
        // The semaphore is never closed.
        let permit = Arc::clone(&self.slots.semaphore).acquire_owned().await.ok();
        let mut held = self.lock();
        held.permit = permit;
        held.since_millis = self.slots.clock.now().as_millis();
    }

    /// Gives it back for a while.
    pub(super) fn release(&self) {
        let mut held = self.lock();
        if held.permit.take().is_some() {
            held.used_millis += self.slots.clock.now().as_millis() - held.since_millis;
        }
    }

    /// Gives it back, and says for how many milliseconds it was held: what its holder has cost, without the time that it waited
    /// for others.
    pub(crate) fn finish(self) -> i64 {
        self.release();
        self.lock().used_millis
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::ManualClock;
    use boji_clean::model::Timestamp;

    #[tokio::test]
    async fn one_that_waits_elsewhere_lets_the_next_one_in() {
        let clock = Arc::new(ManualClock::new(Timestamp::default()));
        let slots = Slots::new(1, clock.clone());
        let (first, second) = (slots.slot(), slots.slot());
        first.take().await;
        assert!(tokio::time::timeout(Duration::ZERO, second.take()).await.is_err());
        clock.sleep_until(clock.now().plus_seconds(2)).await;
        first.release();
        second.take().await;
        clock.sleep_until(clock.now().plus_seconds(9)).await;
        assert_eq!(second.finish(), 9_000);
        first.take().await;
        clock.sleep_until(clock.now().plus_seconds(1)).await;
        assert_eq!(first.finish(), 3_000, "its own time, without that of the other");
    }
}

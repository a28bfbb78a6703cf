use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;

use boji_clean::model::Timestamp;

/// A future in a box, as a trait object's method returns it.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The one source of time. Nothing in the crate asks the system's clock but [`SystemClock`].
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// Completes when `now()` has reached `when`; at once when it has already.
    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'_, ()>;
}

/// The system's clock and tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(since.as_millis() as i64)
    }

    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'_, ()> {
        let wait = when.as_millis() - self.now().as_millis();
        Box::pin(async move {
            if wait > 0 {
                tokio::time::sleep(std::time::Duration::from_millis(wait as u64)).await;
            }
        })
    }
}

/// A clock that stands still until it is told otherwise: sleeping moves it on at once, so a replay takes no time and
/// gives the same instants each time.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self(Mutex::new(start))
    }

    /// Moves the clock to `when`, never backwards.
    pub fn advance_to(&self, when: Timestamp) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now = when.max(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'_, ()> {
        self.advance_to(when);
        Box::pin(std::future::ready(()))
    }
}

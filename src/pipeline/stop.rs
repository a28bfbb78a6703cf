use std::sync::Arc;

use tokio::sync::watch;

/// A wish to stop, seen by every part of a run. Work in flight is dropped or finished, what is complete is committed.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: Arc<watch::Sender<Option<Signal>>>,
}

/// Who wants the run to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Ctrl-C.
    Interrupt,
    /// The service manager.
    Terminate,
}

impl Stop {
    /// Nobody wants to stop yet.
    pub fn new() -> Self {
        Self { sender: Arc::new(watch::Sender::new(None)) }
    }

    /// Says that the run should stop; only the first signal counts.
    pub fn request(&self, signal: Signal) {
        self.sender.send_if_modified(|state| {
            let first = state.is_none();
            if first {
                *state = Some(signal);
            }
            first
        });
    }

    /// The signal, if there was one.
    pub fn requested(&self) -> Option<Signal> {
        *self.sender.borrow()
    }

    /// Completes when somebody wants to stop.
    pub async fn wait(&self) {
        let mut receiver = self.sender.subscribe();
        // The sender lives as long as `self`, so the wait can only end with a signal.
        let _ = receiver.wait_for(Option::is_some).await;
    }
}

impl Default for Stop {
    fn default() -> Self {
        Self::new()
    }
}

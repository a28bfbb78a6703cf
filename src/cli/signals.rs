//! The signals that ask for an end, or for the configuration to be read again.

use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::Notify;

use super::limits;
use crate::pipeline::{Signal, Stop};

/// The first Ctrl-C, SIGTERM or SIGHUP asks for a clean end; a second Ctrl-C or SIGTERM ends the process at once. The store
/// survives both.
/// Signals count from the moment this returns. A SIGHUP that is ignored, as below `nohup`, stays so.
pub(super) fn stop_on_signals(stop: &Stop) -> anyhow::Result<()> {
    watch(stop.clone(), None)
}

/// The same for a command that goes on for ever: a SIGHUP asks it to read its configuration again.
pub(super) fn stop_or_reload_on_signals(stop: &Stop) -> anyhow::Result<Arc<Notify>> {
    let reload = Arc::new(Notify::new());
    watch(stop.clone(), Some(Arc::clone(&reload)))?;
    Ok(reload)
}

fn watch(stop: Stop, reload: Option<Arc<Notify>>) -> anyhow::Result<()> {
    limits::enough(2)?;
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("failed to watch for signals")?;
    let mut signals = {
        let _inside = runtime.enter();
        Signals::watch(reload.is_some()).context("failed to watch for signals")?
    };
    std::thread::spawn(move || {
        runtime.block_on(async {
            loop {
                match (signals.next().await, &reload) {
                    (Received::Stop(signal), _) if stop.requested().is_some() => leave(signal),
                    (Received::Stop(signal), _) => stop.request(signal),
                    // A terminal that goes away says so more than once: its shell does, and the system.
                    (Received::Hangup, None) => stop.request(Signal::Terminate),
                    (Received::Hangup, Some(reload)) => reload.notify_one(),
                }
            }
        });
    });
    Ok(())
}

/// What came.
enum Received {
    /// A wish to stop.
    Stop(Signal),
    /// SIGHUP: the terminal is gone, or somebody wants a service to read its configuration again.
    #[cfg_attr(windows, expect(dead_code, reason = "there is no such signal"))]
    Hangup,
}

/// The signals that are waited for.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// `always` takes a hangup also where it is ignored.
    fn watch(always: bool) -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup: if always || !hangup_is_ignored() { Some(signal(SignalKind::hangup())?) } else { None },
        })
    }

    async fn next(&mut self) -> Received {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => Received::Stop(Signal::Interrupt),
            _ = self.terminate.recv() => Received::Stop(Signal::Terminate),
            _ = hangup => Received::Hangup,
        }
    }
}

/// Whether who started the process let it ignore SIGHUP, as `nohup` does: the lowest bit of `SigIgn` in proc(5). Where the
/// system does not say, it is not.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// The signals that are waited for.
#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn watch(_always: bool) -> std::io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    async fn next(&mut self) -> Received {
        self.interrupt.recv().await;
        Received::Stop(Signal::Interrupt)
    }
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "a person asked twice: nothing is waited for any more")]
fn leave(signal: Signal) {
    std::process::exit(match signal {
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    });
}

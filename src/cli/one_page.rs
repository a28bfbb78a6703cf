//! One page, asked for as a run asks for it; nothing of it is kept.

use std::sync::Arc;

use anyhow::Context as _;
use boji_clean::model::WeChatLink;

use super::arguments::Arguments;
use super::exit::Exit;
use super::{run, signals, workplace};
use crate::config::FetchSettings;
use crate::fetch::{Ask, Fetched, Fetcher, Live, Purpose};
use crate::model::{Capture, Clock, SystemClock};
use crate::pipeline::{RunReport, Stop};

/// What came of it.
pub(super) enum OnePage {
    /// The page.
    Came(Capture),
    /// Somebody wanted to stop first: how the command ends.
    Stopped(Exit),
}

/// Whether a person wrote an address, where it may be a file as well.
pub(super) fn is_address(what: &str) -> bool {
    what.contains("://")
}

/// Fetches one page with the manners of a run: robots.txt, pace, limits, redirects by hand.
///
/// # Errors
/// The address is none, or its server gave no page; see [`crate::fetch::FetchError`].
pub(super) fn fetch(address: &str, arguments: &Arguments, settings: &FetchSettings) -> anyhow::Result<OnePage> {
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let live = Live::new(settings, Arc::clone(&clock)).context("failed to set up the HTTP client")?;
    // A host that rests is left alone; where there is no store yet, none does.
    let hosts = workplace::open_to_read(arguments).and_then(|store| Ok(store.hosts()?)).unwrap_or_default();
    let fetcher = Fetcher::new(Arc::new(live), clock, settings, hosts);
    let ask = Ask::new(as_asked_for(address), Purpose::Page);
    let runtime = run::runtime()?;
    let came = runtime.block_on(async {
        tokio::select! {
            biased;
            () = stop.wait() => None,
            came = fetcher.fetch(&ask) => Some(came),
        }
    });
    // A name that is still being looked up is not waited for.
    runtime.shutdown_background();
    match came {
        None => Ok(OnePage::Stopped(run::exit_of(&RunReport::default(), &stop))),
        Some(came) => match came? {
            Fetched::Complete(capture) => Ok(OnePage::Came(capture)),
            Fetched::NotModified { .. } => anyhow::bail!("the server said 304 to an unconditional request"),
        },
    }
}

/// A WeChat link in its short form, which tells nobody who shared it.
fn as_asked_for(address: &str) -> String {
    WeChatLink::parse(address).map_or_else(|| address.to_owned(), |link| link.canonical())
}

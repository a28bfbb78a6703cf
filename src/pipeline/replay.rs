use std::sync::Arc;

use boji_clean::model::Timestamp;
use boji_clean::rules::Rules;

use super::error::RunError;
use super::report::RunReport;
use super::run;
use super::run::{Setup, adopt_sources};
use super::stop::Stop;
use super::task::{RunOptions, plan_of};
use crate::config::Settings;
use crate::fetch::Replay;
use crate::model::{Clock, ManualClock, Source};
use crate::store::Store;

/// Name of the note in a recording that lists the polled sources.
pub(crate) const SOURCES_NOTE: &str = "urn:boji:sources";

/// The sources that a run polls as a recording keeps them: JSON, so that the recording can be replayed by itself.
pub(crate) fn sources_note(store: &dyn Store, options: &RunOptions, now: Timestamp) -> Result<Vec<u8>, RunError> {
    let tasks = plan_of(store, options, now)?;
    let sources: Vec<&Source> = tasks.iter().filter(|task| task.poll).map(|task| &task.source).collect();
    Ok(serde_json::to_vec(&sources).unwrap_or_default())
}

/// Runs from a recording into `store`: the clock is the recording's, sources are polled one after the other. Two
/// replays into empty stores give equal stores. The recording's own list of sources is adopted; `configured` ones are
/// when it has none, as the recordings of other tools.
pub(crate) fn replay(
    tape: Replay,
    configured: &[Source],
    mut store: Box<dyn Store>,
    rules: Rules,
    settings: &Settings,
    stop: &Stop,
    runtime: &tokio::runtime::Runtime,
) -> Result<(RunReport, Box<dyn Store>), RunError> {
    match tape.note(SOURCES_NOTE) {
        Some(note) => {
            let sources: Vec<Source> = serde_json::from_slice(&note)
                .map_err(|error| RunError::Tape { message: format!("its list of sources is damaged: {error}") })?;
            adopt_sources(store.as_mut(), &sources)?;
        }
        None => adopt_sources(store.as_mut(), configured)?,
    }
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(tape.start_time().unwrap_or_default()));
    let setup = Setup {
        transport: Arc::new(tape),
        clock,
        rules,
        settings: settings.clone(),
        stop: stop.clone(),
        listen: Box::new(|_| {}),
    };
    let options = RunOptions { sources: Vec::new(), all: false, sequential: true };
    runtime.block_on(run(setup, store, &options))
}

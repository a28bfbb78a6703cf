use std::sync::Arc;

use super::{RunError, RunOptions, RunReport, Setup, Stop, adopt_sources, run};
use crate::config::{Rules, Settings};
use crate::fetch::Replay;
use crate::model::{Clock, ManualClock, Source};
use crate::store::Store;

/// Name of the note in a recording that lists the polled sources.
pub const SOURCES_NOTE: &str = "urn:boji:sources";

/// The sources of a store as a recording keeps them: JSON, so that the recording can be replayed by itself.
pub fn sources_note(store: &dyn Store) -> Result<Vec<u8>, RunError> {
    let sources: Vec<Source> = store.sources()?.into_iter().map(|(source, _)| source).collect();
    Ok(serde_json::to_vec(&sources).unwrap_or_default())
}

/// Runs from a recording into `store`: its sources are adopted, the clock is the recording's, sources are polled one
/// after the other. Two replays into empty stores give equal stores.
pub fn replay(
    tape: Replay,
    mut store: Box<dyn Store>,
    rules: Rules,
    settings: &Settings,
    stop: &Stop,
    runtime: &tokio::runtime::Runtime,
) -> Result<(RunReport, Box<dyn Store>), RunError> {
    if let Some(note) = tape.note(SOURCES_NOTE) {
        let sources: Vec<Source> = serde_json::from_slice(&note).map_err(|error| RunError::Tape {
            path: "recording".into(),
            message: format!("its list of sources: {error}"),
        })?;
        adopt_sources(store.as_mut(), &sources)?;
    }
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(tape.start_time().unwrap_or_default()));
    let setup = Setup {
        transport: Arc::new(tape),
        clock,
        rules: Arc::new(rules),
        settings: settings.clone(),
        stop: stop.clone(),
        listen: Box::new(|_| {}),
    };
    let options = RunOptions { sources: Vec::new(), all: false, sequential: true };
    runtime.block_on(run(setup, store, &options))
}

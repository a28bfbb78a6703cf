use boji_clean::model::Timestamp;
use serde::Serialize;

use super::error::RunError;
use super::log;
use super::plan::{DueReason, Skipped, plan};
use crate::model::{Source, SourceState};
use crate::store::Store;

/// What a run is asked to do.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Ids of sources; all when empty.
    pub sources: Vec<String>,
    /// Also what is not due yet.
    pub all: bool,
    /// One source after the other, by id: a recording is made and replayed so, and meets the same hosts in the same
    /// state, and the same articles in the same order.
    pub sequential: bool,
}

/// One source's part of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Task {
    /// The source.
    pub source: Source,
    /// What is remembered of it.
    pub state: SourceState,
    /// Ask the source what is new; off when only its waiting pages are due.
    pub poll: bool,
    /// Why it takes part.
    pub why: DueReason,
}

/// What a run would do, in order, and why: polls first, then the sources of which only pages wait.
pub(crate) fn plan_of(store: &dyn Store, options: &RunOptions, now: Timestamp) -> Result<Vec<Task>, RunError> {
    let sources = store.sources()?;
    let plan = plan(&sources, &options.sources, options.all, now);
    if let Some(unknown) = plan.unknown.first() {
        return Err(RunError::UnknownSource(unknown.clone()));
    }
    let task = |source: &Source, state: &SourceState, poll, why| {
        log::source_is_due(source, state, why);
        Task { source: source.clone(), state: state.clone(), poll, why }
    };
    let mut tasks: Vec<Task> =
        plan.polls.iter().map(|planned| task(planned.source, planned.state, true, planned.why)).collect();
    for Skipped { source, state, why } in &plan.skipped {
        if why.leaves_pages() && !store.pending(Some(&source.id), now, 1)?.is_empty() {
            tasks.push(task(source, state, false, DueReason::PagesWait));
        } else {
            log::source_is_skipped(source, state, *why);
        }
    }
    Ok(tasks)
}

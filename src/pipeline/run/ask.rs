use boji_clean::model::Timestamp;

use super::read_answer::read_answer;
use super::start::STARTED;
use crate::dedup;
use crate::discover::{self, Failure, Step};
use crate::fetch::{self, FetchError, Fetched, Slot, backoff};
use crate::model::{Capture, FetchRecord, Hop, Outcome, Source, SourceState};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::SourceReport;
use crate::store::Batch;

/// What came of one request of a discovery.
pub(super) enum Answered {
    /// An answer, and what it says.
    Read(Capture, Box<Step>),
    /// The copy that the source had is still good.
    NotModified { headers: Vec<(String, String)>, hops: Vec<Hop>, at: Timestamp },
    /// An answer that does not serve.
    Unusable(Failure),
    /// None.
    Failed(FetchError),
}

/// Makes one request of a discovery, reads what came, and writes it into the history. `is_first` is the one for which the source's
/// validators are.
pub(super) async fn answer(
    engine: &Engine,
    source: &Source,
    state: &SourceState,
    ask: &discover::Query,
    is_first: bool,
    slot: &Slot,
    report: &mut SourceReport,
) -> Result<Answered, RunError> {
    let started = engine.clock.now();
    let request = request(engine, ask, source, state, is_first && state.believes_validators(started));
    let capture = match engine.fetcher.fetch_in(&request, Some(slot)).await {
        Ok(Fetched::Complete(capture)) => capture,
        Ok(Fetched::NotModified { status, headers, hops, at }) => {
            log(engine, source, &request.url, started, (status, 0), Outcome::NotModified, "").await?;
            return Ok(Answered::NotModified { headers, hops, at });
        }
        Err(error) => {
            if !error.was_not_sent() {
                let (sizes, outcome) = ((error.status, 0), Outcome::Failed(error.class));
                log(engine, source, &request.url, started, sizes, outcome, &error.to_string()).await?;
            }
            return Ok(Answered::Failed(error));
        }
    };
    if is_first {
        note_source_start(engine, source, state).await?;
    }
    read_logged(engine, source, ask, (&request.url, started), capture, report).await
}

/// Reads an answer that came before the run, as that to its first request.
pub(super) async fn read_kept(
    engine: &Engine,
    source: &Source,
    state: &SourceState,
    ask: &discover::Query,
    capture: Capture,
    report: &mut SourceReport,
) -> Result<Answered, RunError> {
    note_source_start(engine, source, state).await?;
    let (url, asked) = (capture.url.clone(), capture.fetched_at);
    read_logged(engine, source, ask, (&url, asked), capture, report).await
}

/// Reads an answer, and writes the request into the history that was made for it then.
async fn read_logged(
    engine: &Engine,
    source: &Source,
    ask: &discover::Query,
    (url, asked): (&str, Timestamp),
    capture: Capture,
    report: &mut SourceReport,
) -> Result<Answered, RunError> {
    let size = (capture.status, capture.body.len() as u64);
    let (capture, mut step) = read_answer(engine, source, ask, capture).await?;
    report.oddities.extend(step.issues.iter().map(|issue| format!("{url}: {issue}")));
    if let Some(failure) = step.failure.take() {
        let outcome = Outcome::Unusable(failure.class);
        log(engine, source, url, asked, size, outcome, &failure.message).await?;
        return Ok(Answered::Unusable(failure));
    }
    log(engine, source, url, asked, size, Outcome::Captured, "").await?;
    Ok(Answered::Read(capture, Box::new(step)))
}

/// Counts a failure before an answer is read: one that kills the process has had it when the next run looks.
async fn note_source_start(engine: &Engine, source: &Source, state: &SourceState) -> Result<(), RunError> {
    let (now, run) = (engine.clock.now(), &engine.settings);
    let failures = state.failures + 1;
    let wait = if state.last_error == Some(STARTED) {
        i64::from(run.backoff_ceiling_hours) * 3_600
    } else {
        backoff(failures, run.backoff_minutes, run.backoff_ceiling_hours)
    };
    let (last_error, next_due) = (Some(STARTED), now.plus_seconds(wait));
    put_state(engine, source, SourceState { last_tried: now, failures, last_error, next_due, ..state.clone() }).await
}

async fn put_state(engine: &Engine, source: &Source, state: SourceState) -> Result<(), RunError> {
    let batch = Batch { source_states: vec![(source.id.clone(), state)], ..Batch::default() };
    engine.store.with(move |store| store.commit(&batch, &dedup::decide).map(drop)).await
}

/// The request for a page, conditional where its validators stand for all that the source has.
fn request(
    engine: &Engine,
    ask: &discover::Query,
    source: &Source,
    state: &SourceState,
    is_conditional: bool,
) -> fetch::Ask {
    let mut request = engine.ask(&ask.url, ask.purpose, source);
    if is_conditional && ask.is_conditional {
        request.etag.clone_from(&state.etag);
        request.last_modified.clone_from(&state.last_modified);
        request.validators_of.clone_from(&state.validators_of);
    }
    request
}

async fn log(
    engine: &Engine,
    source: &Source,
    url: &str,
    at: Timestamp,
    (status, bytes): (u16, u64),
    outcome: Outcome,
    error: &str,
) -> Result<(), RunError> {
    let record = FetchRecord {
        status,
        bytes,
        error: error.to_owned(),
        ..FetchRecord::of(outcome, &source.id, url, at, engine.clock.now())
    };
    engine.commit(Batch { fetches: vec![record], ..Batch::default() }, url).await?;
    Ok(())
}

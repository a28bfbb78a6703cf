use std::sync::Arc;

use boji_clean::model::{Candidate, Timestamp};

use super::candidates::take_candidates;
use super::engine::Engine;
use super::error::RunError;
use super::log;
use super::pages::work_on_pages;
use super::report::{SourceOutcome, SourceReport};
use super::source_step::{Discovered, after_discovery};
use super::task::Task;
use crate::dedup;
use crate::discover::{self, Failure, Step};
use crate::fetch::{self, Fetched, Fetcher, Purpose};
use crate::model::{Capture, FailureClass, FetchRecord, Outcome, Source, SourceState};
use crate::store::Batch;

/// One source, from what is due to what is stored: discovery when it is its turn, then the pages that wait.
pub(super) async fn poll(engine: &Engine, task: Task) -> Result<SourceReport, RunError> {
    let Task { mut source, mut state, poll, .. } = task;
    let mut report = SourceReport::of(&source.id, &source.name);
    if poll {
        let discovered = tokio::select! {
            biased;
            () = engine.stop.wait() => {
                report.result = SourceOutcome::Stopped;
                log::source_is_done(&report);
                return Ok(report);
            }
            discovered = discover_all(engine, &source, &mut state, &mut report) => discovered.or_else(broke_off)?,
        };
        settle_host(engine, &source, &discovered);
        let old = source.clone();
        after_discovery(&mut source, &mut state, &discovered, engine.clock.now(), &engine.settings, &mut report);
        save(engine, &old, &source, &state).await?;
    }
    report.next_due = Some(state.next_due);
    Box::pin(work_on_pages(engine, &source, &mut report)).await?;
    log::source_is_done(&report);
    Ok(report)
}

/// What cannot even be read is a failure of its source, not of the run.
fn broke_off(error: RunError) -> Result<Discovered, RunError> {
    match error {
        RunError::Worker => {
            let failure = Failure::new(FailureClass::BrokeOff, error.to_string());
            Ok(Discovered::Unusable { host: String::new(), failure })
        }
        error => Err(error),
    }
}

/// Asks page after page until the source has nothing new to say. What each page named is committed with the cursor
/// before the next is asked for; validators are kept only when all was read.
async fn discover_all(
    engine: &Engine,
    source: &Source,
    state: &mut SourceState,
    report: &mut SourceReport,
) -> Result<Discovered, RunError> {
    let mut step = discover::of_kind(source.kind).start(source, state);
    let mut first_page = None;
    if !step.candidates.is_empty() {
        take_candidates(engine, source, state, std::mem::take(&mut step.candidates), None, report).await?;
    }
    if let Some(failure) = step.failure.take() {
        return Ok(Discovered::Unusable { host: String::new(), failure });
    }
    while let Some(ask) = step.next.take() {
        let started = engine.clock.now();
        let capture = match engine.fetcher.fetch(&request(&ask, state, first_page.is_none())).await {
            Ok(Fetched::Complete(capture)) => capture,
            Ok(Fetched::NotModified { status, headers, hops, at }) => {
                log(engine, source, &ask.url, started, (status, 0), Outcome::NotModified, "").await?;
                return Ok(Discovered::NotModified { headers, hops, at });
            }
            Err(error) if error.was_not_sent() => return Ok(Discovered::Failed(error)),
            Err(error) => {
                log(
                    engine,
                    source,
                    &ask.url,
                    started,
                    (error.status, 0),
                    Outcome::Failed(error.class),
                    &error.to_string(),
                )
                .await?;
                return Ok(Discovered::Failed(error));
            }
        };
        let size = (capture.status, capture.body.len() as u64);
        let (capture, read) = read(engine, source, &ask, capture).await?;
        step = read;
        report.oddities.extend(step.issues.iter().map(|issue| format!("{}: {issue}", ask.url)));
        if let Some(failure) = step.failure.take() {
            log(engine, source, &ask.url, started, size, Outcome::Unusable(failure.class), &failure.message).await?;
            return Ok(Discovered::Unusable { host: Fetcher::host_of(&ask.url), failure });
        }
        log(engine, source, &ask.url, started, size, Outcome::Captured, "").await?;
        state.cursor.clone_from(&step.cursor);
        let capture = Arc::new(capture);
        take_candidates(engine, source, state, std::mem::take(&mut step.candidates), Some(&capture), report).await?;
        first_page.get_or_insert((capture, step.about.clone()));
    }
    Ok(match first_page {
        Some((capture, about)) => Discovered::Read { capture, about },
        None => Discovered::Listed,
    })
}

/// The request for a page; only a feed's own page is conditional, for only there do validators stand for all of it.
fn request(ask: &discover::Query, state: &SourceState, first: bool) -> fetch::Ask {
    let mut request = fetch::Ask::new(&ask.url, ask.purpose);
    if first && ask.purpose == Purpose::Feed {
        request.etag.clone_from(&state.etag);
        request.last_modified.clone_from(&state.last_modified);
        request.validators_of.clone_from(&state.validators_of);
    }
    request
}

/// Reads an answer on a thread for such work, asking the store what is known.
async fn read(
    engine: &Engine,
    source: &Source,
    ask: &discover::Query,
    capture: Capture,
) -> Result<(Capture, Step), RunError> {
    let (source, ask, store) = (source.clone(), ask.clone(), engine.store.clone());
    engine
        .compute(move |_| {
            let known = |candidate: &Candidate| {
                let (id, key) = (source.id.clone(), dedup::entry_key(candidate));
                store.with_blocking(move |store| store.entry(&id, &key)).is_ok_and(|entry| entry.is_some())
            };
            let step = discover::of_kind(source.kind).read(&source, &ask, &capture, &known);
            (capture, step)
        })
        .await
}

/// A source that locks us out makes its host rest as an article page does; a feed that answers is forgiven.
fn settle_host(engine: &Engine, source: &Source, discovered: &Discovered) {
    if discovered.clears_host(source.kind) {
        engine.fetcher.forgive(&Fetcher::host_of(&source.url));
    }
    if let Discovered::Unusable { host, failure } = discovered
        && failure.class == FailureClass::Blocked
    {
        let rest = super::next_step::blocked_rest(engine.fetcher.strikes(host), &engine.settings);
        engine.fetcher.pause(host, engine.clock.now().plus_seconds(rest), &format!("locked out: {}", failure.message));
    }
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

async fn save(engine: &Engine, old: &Source, source: &Source, state: &SourceState) -> Result<(), RunError> {
    if old != source {
        let source = source.clone();
        engine.store.with(move |store| store.put_source(&source)).await?;
    }
    let batch = Batch { source_states: vec![(source.id.clone(), state.clone())], ..Batch::default() };
    engine.commit(batch, &source.url).await?;
    Ok(())
}

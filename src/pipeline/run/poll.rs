use std::sync::Arc;

use boji_clean::model::{IssueCode, Timestamp};

use super::ask::{Answered, answer, read_kept};
use super::entries::{named_in, take_candidates};
use super::errand::Errand;
use super::older::walk_older;
use super::pages::work_on_pages;
use super::plan::Task;
use super::recheck::look_again;
use super::skipped::skip_waiting;
use super::source_step::{Discovered, after_discovery};
use crate::dedup;
use crate::discover::{self, Failure};
use crate::fetch::{Ask, Fetcher, Purpose, redact_url};
use crate::model::{Capture, FailureClass, Source, SourceState};
use crate::pipeline::engine::{Engine, Working};
use crate::pipeline::error::RunError;
use crate::pipeline::log;
use crate::pipeline::report::{SourceOutcome, SourceReport};
use crate::store::{Batch, Store};

/// One source, from what is due to what is stored: discovery when it is its turn, then the pages that wait; and when no source of its
/// priority has any more of those, stored articles once more.
pub(super) async fn poll(engine: &Engine, task: Task, working: Working) -> Result<SourceReport, RunError> {
    let Task { mut source, mut state, errand, why } = task;
    let mut report = SourceReport::of(&source.id, &source.name);
    if let Some(problem) = engine.cookies.problem_of(&source.id) {
        // Of pages alone nothing is told again: what polls it tells it.
        if errand != Errand::Pages {
            let failure = Failure::new(FailureClass::NoCookies, problem);
            let unread = Discovered::Unusable { host: String::new(), failure };
            let old = source.clone();
            after_discovery(&mut source, &mut state, &unread, engine.clock.now(), &engine.settings, &mut report);
            save(engine, &old, &source, &state).await?;
        }
        report.next_due = Some(state.next_due);
        log::source_is_done(&report);
        return Ok(report);
    }
    let strange = engine.cookies.strange_lines_of(&source.id);
    if strange > 0 {
        report.oddities.push(format!("{}: {strange} lines of its file of cookies are no cookies", source.id));
    }
    // What is older than what nobody has read is not known.
    let is_new = state.last_success == Timestamp::default();
    if errand == Errand::Poll || matches!(errand, Errand::Older(_)) && is_new {
        let as_it_was = state.clone();
        let discovered = tokio::select! {
            biased;
            () = engine.stop.wait() => {
                take_back_source_start(engine, &source, as_it_was).await?;
                report.result = SourceOutcome::Stopped;
                log::source_is_done(&report);
                return Ok(report);
            }
            discovered = discover_all(engine, &source, &mut state, &mut report) => discovered.or_else(broke_off)?,
        };
        settle_host(engine, &source, &discovered);
        let old = source.clone();
        after_discovery(&mut source, &mut state, &discovered, engine.clock.now(), &engine.settings, &mut report);
        if old.url != source.url {
            report.moved_to = redact_url(&source.url);
        }
        save(engine, &old, &source, &state).await?;
    }
    if let Errand::Older(pages) = errand {
        tokio::select! {
            biased;
            // What was read is stored, with the place to go on from.
            () = engine.stop.wait() => report.result = SourceOutcome::Stopped,
            walked = walk_older(engine, &source, &mut state, pages, &mut report) => walked?,
        }
    }
    skip_waiting(engine, &source, &mut report).await?;
    report.next_due = Some(state.next_due);
    let pages = work_on_pages(engine, &source, &mut state, why.goes_over_waits(), &mut report);
    let mut turns = Box::pin(pages).await?;
    drop(working);
    if matches!(errand, Errand::Poll | Errand::Pages) && report.result != SourceOutcome::Stopped {
        Box::pin(look_again(engine, &source, &mut turns, &mut report)).await?;
    }
    log::source_is_done(&report);
    Ok(report)
}

/// What cannot even be read is a failure of its source, not of the run.
fn broke_off(error: RunError) -> Result<Discovered, RunError> {
    match error {
        RunError::Worker(_) => {
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
    let kind = discover::of_kind(source.kind);
    let mut step = kind.start(source, state);
    let mut first_page = None;
    if !step.candidates.is_empty() {
        take_candidates(engine, source, state, named_in(&mut step), None, report).await?;
    }
    if let Some(failure) = step.failure.take() {
        return Ok(Discovered::Unusable { host: String::new(), failure });
    }
    let (mut parts_read, mut missing) = (0, None);
    let mut kept = kept_answer(engine, source, state).await?;
    while let Some(ask) = step.next.take() {
        // Held until what came is stored.
        let slot = engine.slots.slot();
        let answered = match kept.take() {
            Some(capture) => read_kept(engine, source, state, &ask, capture, report).await?,
            None => answer(engine, source, state, &ask, first_page.is_none(), &slot, report).await?,
        };
        let read = match answered {
            Answered::Read(capture, step) => Ok((capture, *step)),
            Answered::NotModified { headers, hops, at } => return Ok(Discovered::NotModified { headers, hops, at }),
            Answered::Unusable(failure) => Err(Discovered::Unusable { host: Fetcher::host_of(&ask.url), failure }),
            Answered::Failed(error) => Err(Discovered::Failed(error)),
        };
        let capture = match read {
            Ok((capture, read)) => {
                parts_read += usize::from(ask.page > 1);
                step = read;
                capture
            }
            Err(failed) => {
                let go_on = |why: &str| Some((why.to_owned(), kind.go_on_without(&ask, engine.clock.now())?));
                let Some((why, on)) = failed.fault_of_one_address().and_then(go_on) else { return Ok(failed) };
                step = on;
                state.cursor.clone_from(&step.cursor);
                report.oddities.push(format!("{}: {why}; the run goes on without it", redact_url(&ask.url)));
                missing.get_or_insert(failed);
                continue;
            }
        };
        state.cursor.clone_from(&step.cursor);
        let capture = Arc::new(capture);
        take_candidates(engine, source, state, named_in(&mut step), Some(&capture), report).await?;
        let is_cut = step.issues.iter().any(|issue| issue.code == IssueCode::Truncated);
        first_page.get_or_insert((capture, step.about.clone(), is_cut));
    }
    Ok(match (missing, first_page) {
        // The list alone tells nothing, when none of its parts could be had.
        (Some(missing), _) if parts_read == 0 => missing,
        (_, Some((capture, about, is_cut))) => Discovered::Read { capture, about, is_cut },
        (_, None) => Discovered::Listed,
    })
}

/// Seconds for which an answer may lie that came when the source was added; after them it is asked anew.
const KEPT_SECONDS: i64 = 3_600;

/// The answer that came while a person added the source and that nobody has read yet: to its server it has been polled.
async fn kept_answer(engine: &Engine, source: &Source, state: &mut SourceState) -> Result<Option<Capture>, RunError> {
    let hash = std::mem::take(&mut state.unread);
    if hash.is_empty() {
        return Ok(None);
    }
    let kept = engine.store.with(move |store| store.capture(&hash)).await?;
    let now = engine.clock.now();
    // Another source's answer may have the same bytes.
    let own = Ask::new(&source.url, Purpose::Feed).url;
    let is_own = |capture: &Capture| capture.url == own || capture.hops.iter().any(|hop| hop.url == own);
    let is_fresh = |capture: &Capture| capture.fetched_at <= now && now < capture.fetched_at.plus_seconds(KEPT_SECONDS);
    Ok(kept.filter(|capture| is_own(capture) && is_fresh(capture)))
}

/// Puts a source back as it was, when somebody stops before its answer is read to the end. Only what goes with the entries that were
/// committed stays where the store has it: the cursor, and the times of publication.
async fn take_back_source_start(engine: &Engine, source: &Source, as_it_was: SourceState) -> Result<(), RunError> {
    let id = source.id.clone();
    let put = move |store: &mut dyn Store| {
        let Some((_, stored)) = store.source(&id)? else { return Ok(()) };
        let state = SourceState { cursor: stored.cursor.clone(), published: stored.published.clone(), ..as_it_was };
        if state == stored {
            return Ok(());
        }
        let batch = Batch { source_states: vec![(id, state)], ..Batch::default() };
        store.commit(&batch, &dedup::decide).map(drop)
    };
    engine.store.with(put).await
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

async fn save(engine: &Engine, old: &Source, source: &Source, state: &SourceState) -> Result<(), RunError> {
    if old != source {
        let source = source.clone();
        engine.store.with(move |store| store.put_source(&source)).await?;
    }
    let batch = Batch { source_states: vec![(source.id.clone(), state.clone())], ..Batch::default() };
    engine.commit(batch, &source.url).await?;
    Ok(())
}

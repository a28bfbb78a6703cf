use boji_clean::model::{PageState, Timestamp};

use super::feed_text;
use super::looks::{self, Gave, after_look, is_look};
use super::next_step::{NextStep, after_error, retry};
use super::turns::Reached;
use crate::fetch::FetchError;
use crate::model::{Capture, Entry, EntryStatus, ErrorClass, FailureClass, FetchRecord, Outcome, Source};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::{RunError, WorkerError};
use crate::pipeline::report::{Problem, SourceReport, Stage};
use crate::pipeline::submit;
use crate::store::Batch;

/// Reading or cleaning it panicked, or took too long.
const BROKE_OFF: Outcome = Outcome::Unusable(FailureClass::BrokeOff);

/// Writes down that a page did not come, and when it is tried again.
pub(super) async fn page_failed(
    engine: &Engine,
    source: &Source,
    mut entry: Entry,
    error: &FetchError,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Reached, RunError> {
    let now = engine.clock.now();
    let tries = looks::tries(&entry);
    let mut step = after_error(error.class, error.retry_after, tries, now, &engine.settings);
    if is_look(&entry) {
        step = after_look(Gave::of_error(error), step, tries, now);
    }
    report.other(Outcome::Failed(error.class));
    if !error.was_not_sent() {
        let mut problem = Problem::of_fetch(&source.id, error, step.status == EntryStatus::Pending);
        if error.class == ErrorClass::Gone {
            // It is one page that is gone, and not its source.
            "nothing is to be done: it is not asked for any more".clone_into(&mut problem.hint);
            problem.transient = true;
        }
        report.problems.push(problem);
    }
    let mut batch = Batch::default();
    if error.class == ErrorClass::Gone
        && let Some(id) = entry.known_id()
    {
        batch.gone.push((id, PageState::Deleted, now));
    }
    let url = entry.candidate.url.clone();
    if !error.was_not_sent() {
        batch.fetches.push(FetchRecord {
            status: error.status,
            error: error.to_string(),
            ..FetchRecord::of(Outcome::Failed(error.class), &source.id, &url, started, now)
        });
    }
    entry.outcome = Some(Outcome::Failed(error.class));
    count_try(&mut entry, &step, report);
    // What the server itself says is gone is not brought back from a feed.
    let never = step.is_late && error.class != ErrorClass::Gone;
    let text = if never { feed_text::text_of(engine, source, &entry).await? } else { None };
    if let Some(submission) = text {
        entry.status = EntryStatus::Done;
        entry.outcome = Some(Outcome::Page(PageState::Article));
        entry.article_id = submission.article.id();
        submit::add(&mut batch, submission);
    }
    batch.entries.push(entry);
    report.count_articles(&engine.commit(batch, &url).await?);
    Ok(if error.closes_host() { Reached::HostIsClosed } else { Reached::HostIsOpen })
}

/// A page on which cleaning broke off must not stand in the way of all others: it is kept and tried again later.
pub(super) async fn page_broke_off(
    engine: &Engine,
    source: &Source,
    mut entry: Entry,
    capture: Capture,
    why: WorkerError,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Reached, RunError> {
    let now = engine.clock.now();
    let tries = looks::tries(&entry);
    let mut step = retry(tries, now, &engine.settings);
    if is_look(&entry) {
        step = after_look(Gave::Nothing, step, tries, now);
    }
    let message = why.to_string();
    report.other(BROKE_OFF);
    report.problems.push(Problem {
        item: source.id.clone(),
        stage: Stage::Clean,
        url: entry.candidate.url.clone(),
        message: message.clone(),
        hint: "this is a mistake in boji; please report it with the page's address".into(),
        transient: false,
    });
    let mut batch = Batch::default();
    batch.fetches.push(FetchRecord {
        status: capture.status,
        bytes: capture.body.len() as u64,
        error: message,
        ..FetchRecord::of(BROKE_OFF, &source.id, &entry.candidate.url, started, now)
    });
    entry.outcome = Some(BROKE_OFF);
    count_try(&mut entry, &step, report);
    batch.entries.push(entry);
    let url = capture.final_url().to_owned();
    batch.captures.push((source.id.clone(), capture));
    engine.commit(batch, &url).await?;
    Ok(Reached::HostIsOpen)
}

fn count_try(entry: &mut Entry, step: &NextStep, report: &mut SourceReport) {
    entry.status = step.status;
    entry.tries = step.tries;
    entry.next_due = step.next_due;
    if step.status == EntryStatus::Pending {
        report.pending += 1;
    }
}

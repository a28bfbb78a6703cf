use boji_clean::model::{PageState, Timestamp};

use super::engine::Engine;
use super::error::RunError;
use super::next_step::{NextStep, Reached, after_error, after_page};
use super::report::{Problem, SourceReport, Stage};
use super::{carried, submit};
use crate::fetch::FetchError;
use crate::model::{Capture, Entry, EntryStatus, ErrorClass, FailureClass, FetchRecord, Outcome, Source};
use crate::store::Batch;

/// Reading or cleaning it panicked.
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
    let step = after_error(error.class, error.retry_after, entry.tries, now, &engine.settings);
    report.other(Outcome::Failed(error.class));
    if !error.was_not_sent() {
        report.problems.push(Problem::of_fetch(&source.id, error, step.status == EntryStatus::Pending));
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
    let never = step.status == EntryStatus::Closed && error.class != ErrorClass::Gone;
    let text = if never { carried::text_of(engine, source, &entry).await? } else { None };
    if let Some(submission) = text {
        entry.status = EntryStatus::Done;
        entry.outcome = Some(Outcome::Page(PageState::Article));
        entry.article_id = submission.article.id();
        submit::add(&mut batch, submission);
    }
    batch.entries.push(entry);
    report.count_articles(&engine.commit(batch, &url).await?);
    Ok(if closes_host(error) { Reached::HostIsClosed } else { Reached::HostIsOpen })
}

/// Whether the other pages of the host had better be left alone. After a redirect the failure may be another host's.
pub(super) fn closes_host(error: &FetchError) -> bool {
    let redirected = error.hops.iter().any(|hop| (300..400).contains(&hop.status));
    error.is_host_wide() && !redirected
}

/// A page on which cleaning broke off must not stand in the way of all others: it is kept and tried again later.
pub(super) async fn page_broke_off(
    engine: &Engine,
    source: &Source,
    mut entry: Entry,
    capture: Capture,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Reached, RunError> {
    let now = engine.clock.now();
    let step = after_page(PageState::Unavailable, entry.tries, 0, now, &engine.settings);
    let message = RunError::Worker.to_string();
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

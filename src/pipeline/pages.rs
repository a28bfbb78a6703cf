use std::collections::BTreeSet;
use std::sync::Arc;

use super::engine::{Engine, Event};
use super::next_step::{NextStep, Reached, after_page};
use super::page_failure::{page_broke_off, page_failed};
use super::{Problem, RunError, SourceReport, carried, submit};
use crate::clean::{Winnowed, winnow};
use crate::fetch::{Ask, ErrorClass, FetchError, Fetched, Fetcher, Purpose};
use crate::model::{
    Capture, Entry, EntryStatus, FetchRecord, Issue, PageState, Source, Submission, Timestamp, WeChatLink,
};
use crate::store::Batch;

/// Fetches, cleans and stores the pages that wait for a source. Each page is committed by itself: a kill loses at most
/// the page in flight. Returns when all are done, the run's share is used up, or somebody wants to stop.
///
/// A host that rests or cannot be reached is left alone for the rest of the run; its pages go on waiting.
pub(super) async fn work_on_pages(engine: &Engine, source: &Source, report: &mut SourceReport) -> Result<(), RunError> {
    let limit = engine.settings.pages_per_source as usize;
    let (id, now) = (source.id.clone(), engine.clock.now());
    let entries = engine.store.with(move |store| store.pending(Some(&id), now, limit)).await?;
    let mut left_alone = BTreeSet::new();
    for entry in entries {
        let url = entry.candidate.url.clone();
        let host = Fetcher::host_of(&url);
        if left_alone.contains(&host) {
            report.pending += 1;
            continue;
        }
        (engine.listen)(Event::Page { source: source.id.clone(), url });
        let reached = tokio::select! {
            biased;
            () = engine.stop.wait() => {
                "stopped".clone_into(&mut report.result);
                return Ok(());
            }
            done = one_page(engine, source, entry, report) => done?,
        };
        if reached == Reached::HostIsClosed {
            left_alone.insert(host);
        }
    }
    Ok(())
}

async fn one_page(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    report: &mut SourceReport,
) -> Result<Reached, RunError> {
    let started = engine.clock.now();
    let ask = Ask::new(address(&entry.candidate.url), Purpose::Page);
    match engine.fetcher.fetch(&ask).await {
        Ok(Fetched::Complete(capture)) => page_came(engine, source, entry, capture, started, report).await,
        Ok(Fetched::NotModified { .. }) => {
            let error =
                FetchError::new(&ask.url, ErrorClass::Client, "the server said 304 to an unconditional request");
            page_failed(engine, source, entry, &error, started, report).await
        }
        Err(error) => page_failed(engine, source, entry, &error, started, report).await,
    }
}

/// What is asked for: a WeChat link in its short https form, which saves a redirect and tells nobody who shared it; any
/// other address as it stands.
fn address(url: &str) -> String {
    WeChatLink::parse(url).map_or_else(|| url.to_owned(), |link| link.canonical())
}

async fn page_came(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    capture: Capture,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Reached, RunError> {
    let capture = Arc::new(capture);
    let worked = winnow_page(engine, source, &entry, Arc::clone(&capture)).await;
    let capture = Arc::unwrap_or_clone(capture);
    let now = engine.clock.now();
    let (winnowed, submission) = match worked {
        Ok(worked) => worked,
        Err(RunError::Worker) => return page_broke_off(engine, source, entry, capture, started, report).await,
        Err(error) => return Err(error),
    };
    // The host that answered, which redirects may have led to, is the one that locks us out.
    let host = Fetcher::host_of(capture.final_url());
    let step = after_page(winnowed.state, entry.tries, engine.fetcher.strikes(&host), now, &engine.settings);
    let reached = if let Some(rest) = step.rest_host {
        engine.fetcher.pause(&host, now.plus_seconds(rest), &format!("locked out: {}", winnowed.evidence));
        Reached::HostIsClosed
    } else {
        engine.fetcher.forgive(&host);
        Reached::HostIsOpen
    };
    note_page(source, &entry, &winnowed, &step, report);
    let url = capture.final_url().to_owned();
    let batch = page_batch(source, entry, capture, &winnowed, submission, &step, started, now);
    let articles = batch.articles.clone();
    let decisions = engine.commit(batch, &url).await?;
    for (decision, submission) in decisions.iter().zip(&articles) {
        report.count_article(decision, &submission.article);
    }
    Ok(reached)
}

async fn winnow_page(
    engine: &Engine,
    source: &Source,
    entry: &Entry,
    capture: Arc<Capture>,
) -> Result<(Winnowed, Option<Submission>), RunError> {
    let carrier = carried::carrier(engine, entry).await?;
    let (source, entry) = (source.clone(), entry.clone());
    engine
        .compute(move |knowledge| {
            let content_type = capture.header("content-type").unwrap_or_default();
            let input = crate::parse::Input { bytes: &capture.body, url: capture.final_url(), content_type };
            let mut winnowed = winnow(&input, &knowledge.of_candidate(&entry.candidate), &knowledge.rules);
            let article = winnowed.article.take();
            let submission = article.map(|article| submit::submission(article, &source.id, &capture, knowledge));
            let feed = carrier.and_then(|feed| carried::submission(&source, &feed, &entry.key, knowledge));
            let Some(feed) = feed else { return (winnowed, submission) };
            let page_text = submission.as_ref().map(|submission| &submission.article);
            match carried::feed_is_richer(&winnowed, page_text, &feed.article) {
                Some(issue) => {
                    winnowed.state = PageState::Article;
                    winnowed.issues.insert(0, issue);
                    (winnowed, Some(feed))
                }
                None => (winnowed, submission),
            }
        })
        .await
}

/// Counts a page that is no article, and reports what a person may want to know.
fn note_page(source: &Source, entry: &Entry, winnowed: &Winnowed, step: &NextStep, report: &mut SourceReport) {
    if winnowed.state == PageState::Article {
        return;
    }
    report.other(winnowed.state.as_str());
    if step.status == EntryStatus::Pending {
        report.pending += 1;
    }
    if winnowed.state == PageState::Blocked {
        report.problems.push(Problem {
            item: source.id.clone(),
            stage: "fetch".into(),
            url: entry.candidate.url.clone(),
            message: format!("the site locked us out ({}); its host rests until {}", winnowed.evidence, step.next_due),
            hint: "nothing is lost: the page is tried again; fewer requests a day help".into(),
            transient: true,
        });
    }
}

#[expect(clippy::too_many_arguments, reason = "it joins all that one page gives into one transaction")]
fn page_batch(
    source: &Source,
    mut entry: Entry,
    capture: Capture,
    winnowed: &Winnowed,
    submission: Option<Submission>,
    step: &NextStep,
    started: Timestamp,
    now: Timestamp,
) -> Batch {
    let mut batch = Batch::default();
    batch.fetches.push(FetchRecord {
        status: capture.status,
        bytes: capture.body.len() as u64,
        outcome: winnowed.state.as_str().to_owned(),
        error: winnowed.issues.first().map(Issue::to_string).unwrap_or_default(),
        ..FetchRecord::asked(&source.id, &entry.candidate.url, started, now)
    });
    if matches!(winnowed.state, PageState::Deleted | PageState::Violation)
        && let Some(id) = entry.known_id()
    {
        batch.gone.push((id, winnowed.state, now));
    }
    entry.status = step.status;
    entry.tries = step.tries;
    entry.next_due = step.next_due;
    winnowed.state.as_str().clone_into(&mut entry.outcome);
    if winnowed.state == PageState::Migrated && step.status == EntryStatus::Pending {
        match &winnowed.facts.url {
            Some(target) => entry.candidate.url.clone_from(target),
            None => entry.status = EntryStatus::Closed,
        }
    }
    if let Some(submission) = &submission {
        entry.article_id = submission.article.id();
    }
    batch.entries.push(entry);
    batch.captures.push((source.id.clone(), capture));
    if let Some(submission) = submission {
        submit::add(&mut batch, submission);
    }
    batch
}

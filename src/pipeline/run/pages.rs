use std::collections::VecDeque;
use std::sync::Arc;

use boji_clean::clean::{Cleaned, ReadPage, clean_read_pages};
use boji_clean::model::{ArticleKey, Issue, IssueCode, PageState, Timestamp, WeChatLink, canonical_url};

use super::failed_page::{page_broke_off, page_failed};
use super::later_pages::{LaterPages, incomplete, later_pages, read};
use super::looks::{self, Gave, after_look, is_look};
use super::next_step::{NextStep, Seen, after_page, due_pages};
use super::same_article;
use super::start::{note_start, put_entry, take_back_start};
use super::turns::{Reached, Turn, Turns, payers};
use super::validators::with_validators;
use super::{doubt, feed_text};
use crate::dedup;
use crate::fetch::{FetchError, Fetched, Fetcher, Purpose, Slot};
use crate::model::{
    Capture, Decision, Entry, EntryStatus, ErrorClass, FetchRecord, Outcome, Source, SourceState, Submission,
};
use crate::pipeline::engine::{Came, Engine, Event};
use crate::pipeline::error::{RunError, WorkerError};
use crate::pipeline::report::{Problem, SourceOutcome, SourceReport, Stage};
use crate::pipeline::{log, submit};
use crate::store::{Batch, Retry, Store, Waiting};

/// Fetches, cleans and stores the pages that wait for a source. Each page is committed by itself: a kill loses at most
/// the page in flight. Returns when all are done, the run's share is used up, or somebody wants to stop.
///
/// A host that rests or cannot be reached is left alone for the rest of the run; its pages go on waiting. Who names a source
/// goes over the waits of its pages, never over the rest of a host.
pub(super) async fn work_on_pages(
    engine: &Engine,
    source: &Source,
    state: &mut SourceState,
    goes_over_waits: bool,
    report: &mut SourceReport,
) -> Result<Turns, RunError> {
    let limit = engine.settings.pages_per_source as usize;
    let (id, now) = (source.id.clone(), engine.clock.now());
    let wanted = if goes_over_waits { Waiting::all(now) } else { due_pages(now, &engine.settings) };
    let read = move |store: &mut dyn Store| {
        let entries = VecDeque::from(store.pending(Some(&id), wanted, limit)?);
        let all = if entries.len() == limit { store.count_pending(&id, wanted)? } else { entries.len() };
        Ok((all - entries.len(), entries))
    };
    let (for_later_runs, mut entries) = engine.store.with(read).await?;
    report.pending += for_later_runs;
    let mut turns = Turns::default();
    while let Some(entry) = entries.pop_front() {
        let is_early = entry.next_due > now && goes_over_waits;
        // The text that its source carries of it is stored; its page tells whether that was the whole.
        let is_comparison = entry.candidate.is_abstract
            && !entry.article_id.is_empty()
            && !source.fetch_pages
            && !state.gives_abstracts();
        if !turns.has_one_for(engine, source, &entry) {
            report.pending += usize::from(!is_comparison);
            continue;
        }
        let mut aside = SourceReport::default();
        let told = if is_comparison { &mut aside } else { &mut *report };
        let Some(turn) = take_turn(engine, source, entry, &mut turns, told).await? else {
            report.result = SourceOutcome::Stopped;
            return Ok(turns);
        };
        if turn.closes_host() {
            report.problems.append(&mut aside.problems);
        }
        report.take_articles(aside);
        if let Some(is_shorter) = turn.is_shorter {
            let knew = state.gives_abstracts();
            state.compare_abstract(is_shorter, now);
            entries.extend(learn(engine, source, state, !knew).await?);
        }
        report.early += usize::from(is_early);
    }
    Ok(turns)
}

/// Works on the page of an entry; `None` when somebody wants to stop.
pub(super) async fn take_turn(
    engine: &Engine,
    source: &Source,
    mut entry: Entry,
    turns: &mut Turns,
    report: &mut SourceReport,
) -> Result<Option<Turn>, RunError> {
    let url = entry.candidate.url.clone();
    let host = Fetcher::host_of(&url);
    (engine.listen)(Event::Page { source: source.id.clone(), url });
    let slot = engine.slots.slot();
    let as_it_was = entry.clone();
    // Tried once more, it is judged anew.
    entry.skipped_by.clear();
    let turn = tokio::select! {
        biased;
        () = engine.stop.wait() => {
            take_back_start(engine, as_it_was).await?;
            return Ok(None);
        }
        done = one_page(engine, source, entry, &slot, report) => done?,
    };
    let cost = slot.finish();
    for payer in payers(source, host.clone()) {
        engine.shares.add(payer, cost);
    }
    turns.add(host, &turn);
    Ok(Some(turn))
}

/// Keeps what was learned of a source's abstracts; gives the entries whose pages are to be asked for, now that it gives
/// beginnings alone.
async fn learn(engine: &Engine, source: &Source, state: &SourceState, is_news: bool) -> Result<Vec<Entry>, RunError> {
    let (id, state, now) = (source.id.clone(), state.clone(), engine.clock.now());
    let due = due_pages(now, &engine.settings);
    let asks = is_news && state.gives_abstracts();
    let limit = engine.settings.pages_per_source as usize;
    engine
        .store
        .with(move |store| {
            let batch = Batch { source_states: vec![(id.clone(), state)], ..Batch::default() };
            store.commit(&batch, &dedup::decide)?;
            if !asks {
                return Ok(Vec::new());
            }
            let waiting = store.pending(Some(&id), due, usize::MAX)?;
            store.retry(&Retry::Abstracts(id.clone()), now)?;
            let mut all = store.pending(Some(&id), due, limit + waiting.len())?;
            all.retain(|entry| waiting.iter().all(|known| known.key != entry.key));
            Ok(all)
        })
        .await
}

/// Asks for a page, or takes what came of it for another source in this run.
async fn one_page(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    slot: &Slot,
    report: &mut SourceReport,
) -> Result<Turn, RunError> {
    let page = engine.pages.at(&entry.candidate.url, source);
    // Nobody waits here with a slot, so that who has the page gets one.
    let mut came = page.lock().await;
    let is_anothers = |came: &&Came| came.source_id != source.id && entry.article_id.is_empty();
    if let Some(Came { article_id, .. }) = came.as_ref().filter(is_anothers) {
        report.unchanged += 1;
        let (status, outcome) = (EntryStatus::Done, Some(Outcome::Page(PageState::Article)));
        put_entry(engine, Entry { status, outcome, article_id: article_id.clone(), ..entry }).await?;
        return Ok(Turn { pages: 0, ..Turn::from(Reached::HostIsOpen) });
    }
    if came.is_some() && is_look(&entry) {
        let entry = Entry { next_due: engine.clock.now(), tries: 1, ..entry };
        put_entry(engine, Entry { outcome: Some(Outcome::Page(PageState::Article)), ..entry }).await?;
        return Ok(Turn { pages: 0, ..Turn::from(Reached::HostIsOpen) });
    }
    let turn = Box::pin(fetch_page(engine, source, entry, slot, report)).await?;
    *came = turn.article_id.clone().map(|article_id| Came { source_id: source.id.clone(), article_id });
    Ok(turn)
}

async fn fetch_page(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    slot: &Slot,
    report: &mut SourceReport,
) -> Result<Turn, RunError> {
    let started = engine.clock.now();
    let mut ask = engine.ask(&address(&entry.candidate.url), Purpose::Page, source);
    // Of an article over several pages the first says nothing of the others.
    if is_look(&entry) && !source.join_pages {
        ask = with_validators(engine, &entry, ask).await?;
    }
    let error = match engine.fetcher.fetch_in(&ask, Some(slot)).await {
        Ok(Fetched::Complete(capture)) => {
            return Box::pin(page_came(engine, source, entry, capture, started, slot, report)).await;
        }
        Ok(Fetched::NotModified { status, .. }) if is_look(&entry) => {
            return nothing_changed(engine, source, entry, status, started, report).await;
        }
        Ok(Fetched::NotModified { .. }) => {
            FetchError::new(&ask.url, ErrorClass::Client, "the server said 304 to an unconditional request")
        }
        Err(error) => error,
    };
    let refusal = matches!(error.class, ErrorClass::Forbidden | ErrorClass::Client | ErrorClass::Server);
    let reached = page_failed(engine, source, entry, &error, started, report).await?;
    Ok(Turn { refusal: refusal.then_some(error.class), ..Turn::from(reached) })
}

/// Notes that a page which was looked at again is as it was.
async fn nothing_changed(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    status: u16,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Turn, RunError> {
    let (now, url) = (engine.clock.now(), entry.candidate.url.clone());
    report.looked_again += 1;
    report.unchanged += 1;
    let fetch = FetchRecord { status, ..FetchRecord::of(Outcome::NotModified, &source.id, &url, started, now) };
    let article_id = Some(entry.article_id.clone());
    let outcome = Some(Outcome::Page(PageState::Article));
    let seen = Entry { next_due: now, tries: 1, outcome, ..entry };
    engine.commit(Batch { entries: vec![seen], fetches: vec![fetch], ..Batch::default() }, &url).await?;
    Ok(Turn { article_id, ..Turn::from(Reached::HostIsOpen) })
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
    slot: &Slot,
    report: &mut SourceReport,
) -> Result<Turn, RunError> {
    note_start(engine, &entry).await?;
    let capture = Arc::new(capture);
    let first = if source.join_pages { Some(capture.final_url()) } else { None };
    let (page, mut later) = match read(engine, &capture, first).await {
        Ok(page) if source.join_pages && page.is_one_article() => {
            let later = later_pages(engine, source, &capture, page.next.clone(), slot).await?;
            (page, later)
        }
        Ok(page) => (page, LaterPages::default()),
        Err(RunError::Worker(why)) => return broke_off(engine, source, entry, capture, why, started, report).await,
        Err(error) => return Err(error),
    };
    let now = engine.clock.now();
    let worked = match clean_page(engine, source, &entry, &capture, page, &mut later).await {
        // What breaks off with all pages may go well with the first alone.
        Err(RunError::Worker(why)) if !later.captures.is_empty() => {
            later.incomplete = Some(incomplete(&format!("joining the pages: {why}")));
            match read(engine, &capture, None).await {
                Ok(page) => clean_page(engine, source, &entry, &capture, page, &mut later).await,
                Err(error) => Err(error),
            }
        }
        worked => worked,
    };
    let Worked { cleaned, submission, is_shorter } = match worked {
        Ok(worked) => worked,
        Err(RunError::Worker(why)) => return broke_off(engine, source, entry, capture, why, started, report).await,
        Err(error) => return Err(error),
    };
    let capture = Arc::unwrap_or_clone(capture);
    // The host that answered, which redirects may have led to, is the one that locks us out.
    let host = Fetcher::host_of(capture.final_url());
    let before = entry.outcome.and_then(|outcome| if let Outcome::Page(state) = outcome { Some(state) } else { None });
    // Asked for before its time, a page has not said it again.
    let before = before.filter(|before| *before != PageState::Deleted || entry.next_due <= started);
    let is_of_platform = WeChatLink::parse(capture.final_url()).is_some();
    let seen = Seen { before, is_of_platform, certainty: cleaned.certainty };
    let (tries, strikes) = (looks::tries(&entry), engine.fetcher.strikes(&host));
    let mut step = after_page(cleaned.state, seen, tries, strikes, now, &engine.settings);
    if is_look(&entry) {
        step = after_look(Gave::of_page(cleaned.state), step, tries, now);
        report.looked_again += 1;
    }
    let reached = if let Some(rest) = step.rest_host {
        engine.fetcher.pause(&host, now.plus_seconds(rest), &format!("locked out: {}", cleaned.evidence));
        Reached::HostIsClosed
    } else if later.host_is_closed {
        Reached::HostIsClosed
    } else {
        engine.fetcher.forgive(&host);
        Reached::HostIsOpen
    };
    note_page(source, &entry, &cleaned, &step, report);
    let url = capture.final_url().to_owned();
    let mut batch = page_batch(source, entry, capture, &cleaned, submission, &step, started, now);
    let pages = 1 + later.fetches.len();
    batch.fetches.extend(later.fetches);
    let captures = later.captures.into_iter().map(Arc::unwrap_or_clone);
    batch.captures.extend(captures.map(|capture| (source.id.clone(), capture)));
    let committed = engine.commit(batch, &url).await?;
    report.count_articles(&committed);
    let is_its_words = |(decision, submission): &&(Decision, Submission)| {
        !submission.is_of_feed && !matches!(decision, Decision::Held(_))
    };
    let article_id = committed.iter().find(is_its_words).map(|(_, submission)| submission.article.id());
    Ok(Turn { reached, pages, refusal: None, is_shorter, article_id })
}

async fn broke_off(
    engine: &Engine,
    source: &Source,
    entry: Entry,
    capture: Arc<Capture>,
    why: WorkerError,
    started: Timestamp,
    report: &mut SourceReport,
) -> Result<Turn, RunError> {
    let capture = Arc::unwrap_or_clone(capture);
    page_broke_off(engine, source, entry, capture, why, started, report).await.map(Turn::from)
}

/// What cleaning made of a page, or of all pages of an article.
struct Worked {
    cleaned: Cleaned,
    submission: Option<Submission>,
    is_shorter: Option<bool>,
}

/// Cleans a page together with those behind it, which are taken out of `later`, and weighs the text that its feed carries.
async fn clean_page(
    engine: &Engine,
    source: &Source,
    entry: &Entry,
    first: &Arc<Capture>,
    page: ReadPage,
    later: &mut LaterPages,
) -> Result<Worked, RunError> {
    // What its feed said once is older than what is stored of its page.
    let carrier = if is_look(entry) { None } else { feed_text::carrier(engine, entry).await? };
    let before = same_article::before(engine, source, [entry]).await?;
    let is_others = leads_where_others_do(engine, source, entry, first).await?;
    let is_last_try = !is_look(entry) && entry.tries + 1 >= engine.settings.page_tries;
    let (source, entry, first) = (source.clone(), entry.clone(), Arc::clone(first));
    let (captures, pages) = (later.captures.clone(), std::mem::take(&mut later.pages));
    let incomplete = later.incomplete.take();
    engine
        .compute(move |knowledge| {
            let behind = captures.iter().zip(pages).map(|(capture, page)| (capture.final_url(), page)).collect();
            let context = knowledge.of_candidate(&entry.candidate);
            let mut cleaned = clean_read_pages(page, behind, &context, &knowledge.rules);
            cleaned.issues.splice(..0, incomplete).for_each(drop);
            log::page_is_read(first.final_url(), &cleaned);
            let mut submission = cleaned.article.take().map(|article| Submission {
                later_captures: captures.iter().map(|capture| capture.body_hash()).collect(),
                ..submit::submission(article, &source.id, &first, knowledge)
            });
            if let Some(submission) = &mut submission {
                same_article::settle_key(submission, &entry, &source, &before);
            }
            let why = submission.as_ref().and_then(|submission| {
                doubt::doubt(&entry, &first, &cleaned, &submission.article, is_others, &knowledge.rules)
            });
            if is_look(&entry)
                && submission.as_ref().is_some_and(|one| !same_article::is_of_its_own(one, &entry, &before))
            {
                "the address leads to another article".clone_into(&mut cleaned.evidence);
                cleaned.state = PageState::NotArticle;
                submission = None;
            }
            match (why, &mut submission) {
                (Some(why), Some(submission)) if why.may_be_true() && is_last_try => {
                    submission.article.flags.push(doubt::DOUBTFUL.to_owned());
                    submission.article.flags.sort();
                }
                (Some(why), _) => {
                    why.reason().clone_into(&mut cleaned.evidence);
                    cleaned.state = PageState::NotArticle;
                    submission = None;
                }
                (None, _) => {}
            }
            let feed = carrier.and_then(|feed| feed_text::submission(&source, &feed, &entry, knowledge));
            let Some(mut feed) = feed else { return Worked { cleaned, submission, is_shorter: None } };
            same_article::settle_key(&mut feed, &entry, &source, &before);
            let page_text = submission.as_ref().map(|submission| &submission.article);
            let is_compared = entry.candidate.is_abstract && !source.fetch_pages;
            let is_shorter = page_text.filter(|_| is_compared).map(|page| feed_text::is_shorter(page, &feed.article));
            if is_shorter == Some(false) {
                return Worked { cleaned, submission: Some(feed), is_shorter };
            }
            match feed_text::feed_is_richer(&cleaned, page_text, &feed.article, is_last_try) {
                Some(issue) => {
                    cleaned.state = PageState::Article;
                    cleaned.issues.insert(0, issue);
                    Worked { cleaned, submission: Some(feed), is_shorter }
                }
                None => Worked { cleaned, submission, is_shorter },
            }
        })
        .await
}

/// Whether an address ends where those of other entries of the source ended.
async fn leads_where_others_do(
    engine: &Engine,
    source: &Source,
    entry: &Entry,
    capture: &Capture,
) -> Result<bool, RunError> {
    let (Some(found), Some(asked)) = (canonical_url(capture.final_url()), canonical_url(&entry.candidate.url)) else {
        return Ok(false);
    };
    if found == asked {
        return Ok(false);
    }
    let (id, source_id, key) = (ArticleKey::Url(found.clone()).id(), source.id.clone(), entry.key.clone());
    let others = engine.store.with(move |store| store.entries_of(&id)).await?;
    Ok(others.iter().any(|other| {
        let leads_there = canonical_url(&other.candidate.url).is_some_and(|url| url == found || url == asked);
        other.source_id == source_id && other.key != key && !leads_there
    }))
}

/// Counts a page that is no article, and reports what a person may want to know.
fn note_page(source: &Source, entry: &Entry, cleaned: &Cleaned, step: &NextStep, report: &mut SourceReport) {
    let missed = cleaned.issues.iter().filter(|issue| issue.code == IssueCode::PagesIncomplete);
    report.oddities.extend(missed.map(|issue| format!("{}: {issue}", entry.candidate.url)));
    if cleaned.state == PageState::Article {
        return;
    }
    report.other(Outcome::Page(cleaned.state));
    if step.status == EntryStatus::Pending {
        report.pending += 1;
    }
    if cleaned.state == PageState::Blocked {
        report.problems.push(Problem {
            item: source.id.clone(),
            stage: Stage::Fetch,
            url: entry.candidate.url.clone(),
            message: format!("the site locked us out ({}); its host rests until {}", cleaned.evidence, step.next_due),
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
    cleaned: &Cleaned,
    submission: Option<Submission>,
    step: &NextStep,
    started: Timestamp,
    now: Timestamp,
) -> Batch {
    let mut batch = Batch::default();
    batch.fetches.push(FetchRecord {
        status: capture.status,
        bytes: capture.body.len() as u64,
        error: cleaned.issues.first().map(Issue::to_string).unwrap_or_default(),
        ..FetchRecord::of(Outcome::Page(cleaned.state), &source.id, &entry.candidate.url, started, now)
    });
    if matches!(cleaned.state, PageState::Deleted | PageState::Violation)
        && step.status == EntryStatus::Closed
        && let Some(id) = entry.known_id()
    {
        batch.gone.push((id, cleaned.state, now));
    }
    entry.status = step.status;
    entry.tries = step.tries;
    entry.next_due = step.next_due;
    entry.outcome = Some(Outcome::Page(cleaned.state));
    if cleaned.state == PageState::Migrated && step.status == EntryStatus::Pending {
        match &cleaned.facts.url {
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

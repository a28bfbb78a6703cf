use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use boji_clean::clean::clean_entry;
use boji_clean::model::{Candidate, IssueCode, PageState, Timestamp, WeChatLink};

use super::pages::{STARTED, work_on_pages};
use super::plan::Task;
use super::read_answer::read_answer;
use super::same_article::{self, Before};
use super::source_step::{Discovered, after_discovery};
use crate::dedup;
use crate::discover::{self, Failure, Step};
use crate::fetch::{self, Fetched, Fetcher, backoff};
use crate::model::{
    Capture, Entry, EntryStatus, FailureClass, FetchRecord, Outcome, Source, SourceKind, SourceState, Submission,
};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;
use crate::pipeline::report::{SourceOutcome, SourceReport};
use crate::pipeline::{log, submit};
use crate::store::{Batch, Store};

/// One source, from what is due to what is stored: discovery when it is its turn, then the pages that wait.
pub(super) async fn poll(engine: &Engine, task: Task) -> Result<SourceReport, RunError> {
    let Task { mut source, mut state, poll, why } = task;
    let mut report = SourceReport::of(&source.id, &source.name);
    if poll {
        let as_it_was = state.clone();
        let discovered = tokio::select! {
            biased;
            () = engine.stop.wait() => {
                take_back_start(engine, &source, as_it_was).await?;
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
    Box::pin(work_on_pages(engine, &source, &mut state, why.goes_over_waits(), &mut report)).await?;
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
    let mut step = discover::of_kind(source.kind).start(source, state);
    let mut first_page = None;
    if !step.candidates.is_empty() {
        take_candidates(engine, source, state, named_in(&mut step), None, report).await?;
    }
    if let Some(failure) = step.failure.take() {
        return Ok(Discovered::Unusable { host: String::new(), failure });
    }
    while let Some(ask) = step.next.take() {
        let started = engine.clock.now();
        // Held until what came is stored.
        let slot = engine.slots.slot();
        let is_conditional = first_page.is_none() && state.believes_validators(started);
        let request = request(&ask, &source.url, state, is_conditional);
        let capture = match engine.fetcher.fetch_in(&request, Some(&slot)).await {
            Ok(Fetched::Complete(capture)) => capture,
            Ok(Fetched::NotModified { status, headers, hops, at }) => {
                log(engine, source, &request.url, started, (status, 0), Outcome::NotModified, "").await?;
                return Ok(Discovered::NotModified { headers, hops, at });
            }
            Err(error) if error.was_not_sent() => return Ok(Discovered::Failed(error)),
            Err(error) => {
                log(
                    engine,
                    source,
                    &request.url,
                    started,
                    (error.status, 0),
                    Outcome::Failed(error.class),
                    &error.to_string(),
                )
                .await?;
                return Ok(Discovered::Failed(error));
            }
        };
        if first_page.is_none() {
            note_start(engine, source, state).await?;
        }
        let size = (capture.status, capture.body.len() as u64);
        let (capture, read) = read_answer(engine, source, &ask, capture).await?;
        step = read;
        report.oddities.extend(step.issues.iter().map(|issue| format!("{}: {issue}", request.url)));
        if let Some(failure) = step.failure.take() {
            log(engine, source, &request.url, started, size, Outcome::Unusable(failure.class), &failure.message)
                .await?;
            return Ok(Discovered::Unusable { host: Fetcher::host_of(&ask.url), failure });
        }
        log(engine, source, &request.url, started, size, Outcome::Captured, "").await?;
        state.cursor.clone_from(&step.cursor);
        let capture = Arc::new(capture);
        take_candidates(engine, source, state, named_in(&mut step), Some(&capture), report).await?;
        let is_cut = step.issues.iter().any(|issue| issue.code == IssueCode::Truncated);
        first_page.get_or_insert((capture, step.about.clone(), is_cut));
    }
    Ok(match first_page {
        Some((capture, about, is_cut)) => Discovered::Read { capture, about, is_cut },
        None => Discovered::Listed,
    })
}

/// Counts a failure before an answer is read: one that kills the process has had it when the next run looks.
async fn note_start(engine: &Engine, source: &Source, state: &SourceState) -> Result<(), RunError> {
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

/// Puts a source back as it was, when somebody stops before its answer is read to the end. Only the cursor stays where the store
/// has it: it goes with the entries that were committed.
async fn take_back_start(engine: &Engine, source: &Source, as_it_was: SourceState) -> Result<(), RunError> {
    let id = source.id.clone();
    let put = move |store: &mut dyn Store| {
        let stored = store.sources()?.into_iter().find(|(other, _)| other.id == id);
        let cursor = stored.map_or_else(|| as_it_was.cursor.clone(), |(_, state)| state.cursor);
        let batch = Batch { source_states: vec![(id, SourceState { cursor, ..as_it_was })], ..Batch::default() };
        store.commit(&batch, &dedup::decide).map(drop)
    };
    engine.store.with(put).await
}

async fn put_state(engine: &Engine, source: &Source, state: SourceState) -> Result<(), RunError> {
    let batch = Batch { source_states: vec![(source.id.clone(), state)], ..Batch::default() };
    engine.store.with(move |store| store.commit(&batch, &dedup::decide).map(drop)).await
}

/// The request for a page, conditional where its validators stand for all that the source has.
fn request(ask: &discover::Query, source_url: &str, state: &SourceState, is_conditional: bool) -> fetch::Ask {
    let mut request = fetch::Ask::new(&ask.url, ask.purpose).for_reader_of(source_url);
    if is_conditional && ask.is_conditional {
        request.etag.clone_from(&state.etag);
        request.last_modified.clone_from(&state.last_modified);
        request.validators_of.clone_from(&state.validators_of);
    }
    request
}

/// What a source named: what is to be worked on, and what is only to be known.
struct Named {
    candidates: Vec<Candidate>,
    passed_over: Vec<Candidate>,
}

fn named_in(step: &mut Step) -> Named {
    Named { candidates: std::mem::take(&mut step.candidates), passed_over: std::mem::take(&mut step.passed_over) }
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

/// Writes what a source named: its text when the source carries it, a waiting entry for the page when not. The answer
/// that it was read from, the entries, the articles and the cursor of the discovery are one transaction.
async fn take_candidates(
    engine: &Engine,
    source: &Source,
    state: &SourceState,
    named: Named,
    capture: Option<&Arc<Capture>>,
    report: &mut SourceReport,
) -> Result<(), RunError> {
    let now = engine.clock.now();
    let Named { candidates, passed_over } = named;
    let Sorted { fresh, settled, former_keys } = sort(engine, source, candidates, now).await?;
    let is_news = !fresh.is_empty();
    let mut batch = Batch {
        source_states: vec![(source.id.clone(), state.clone())],
        entries: settled.into_iter().chain(passed_over.into_iter().map(|it| only_known(source, it, now))).collect(),
        renamed: former_keys.into_iter().map(|key| (source.id.clone(), key)).collect(),
        ..Batch::default()
    };
    let wants_pages = |candidate: &Candidate| source.fetch_pages || (is_abstract(candidate) && state.gives_abstracts());
    let (mut texts, pages): (Vec<_>, Vec<_>) = fresh
        .into_iter()
        .partition(|entry| has_text(&entry.candidate, wants_pages(&entry.candidate)) && capture.is_some());
    // Of a source that is not known yet, the pages of a few are asked for as well.
    let compared: BTreeSet<String> = texts
        .iter()
        .filter(|entry| is_abstract(&entry.candidate))
        .map(|entry| entry.key.clone())
        .take(state.abstracts_to_compare(now))
        .collect();
    for entry in &mut texts {
        entry.candidate.is_abstract &= !entry.candidate.url.is_empty();
    }
    let (pages, empty): (Vec<_>, Vec<_>) = pages.into_iter().partition(|entry| !entry.candidate.url.is_empty());
    let told = empty.iter().map(|entry| format!("an entry has neither address nor text: {}", entry.candidate.title));
    report.oddities.extend(told);
    let source_id = source.id.clone();
    if let Some(capture) = capture {
        let answer = Carrier::whole(capture);
        for mut entry in pages {
            // Where the text is that the source carries of it stays known while it waits for its page.
            if !entry.candidate.body.trim().is_empty() {
                let carrier = Carrier::of(&mut entry.candidate, &answer);
                entry.candidate.body_capture.clone_from(&carrier.hash);
                batch.captures.extend(carrier.into_own(&answer).map(|own| (source_id.clone(), own)));
            }
            batch.entries.push(without_body(entry));
        }
        for (entry, carrier, submission) in judge(engine, source, texts, &answer).await? {
            batch.captures.extend(carrier.into_own(&answer).map(|own| (source_id.clone(), own)));
            let mut entry = without_body(entry);
            if let Some(submission) = submission {
                if compared.contains(&entry.key) {
                    entry.candidate.body_capture.clone_from(&submission.capture_hash);
                } else {
                    entry.status = EntryStatus::Done;
                }
                entry.outcome = Some(Outcome::Page(PageState::Article));
                entry.article_id = submission.article.id();
                submit::add(&mut batch, submission);
            } else if entry.candidate.url.is_empty() {
                entry.status = EntryStatus::Closed;
                entry.outcome = Some(Outcome::Page(PageState::NotArticle));
                report.other(Outcome::Page(PageState::NotArticle));
            }
            batch.entries.push(entry);
        }
        // An answer that told nothing new teaches nothing later either; some differ with every poll. And of a sitemap, which may
        // be large, the entries have all that it tells.
        if is_news && source.kind != SourceKind::Sitemap {
            batch.captures.push((source_id, Capture::clone(capture)));
        }
    } else {
        batch.entries.extend(pages.into_iter().map(without_body));
    }
    report.count_articles(&engine.commit(batch, capture.map_or("", |capture| &capture.url)).await?);
    Ok(())
}

/// An entry that nobody asks for, until a person does.
fn only_known(source: &Source, candidate: Candidate, now: Timestamp) -> Entry {
    let key = dedup::entry_key(&candidate);
    Entry { status: EntryStatus::Closed, ..waiting_entry(&source.id, key, candidate, now) }
}

/// An entry with the capture that its text can be read from again, and the article that it makes.
type Judged = (Entry, Carrier, Option<Submission>);

/// How many texts of a feed are cleaned in one piece: the time that a piece may take is for a page, and a feed can have thousands.
const TEXTS_AT_ONCE: usize = 20;

/// The articles that the texts of entries make, each with the capture that it can be made from again.
async fn judge(engine: &Engine, source: &Source, texts: Vec<Entry>, answer: &Carrier) -> Result<Vec<Judged>, RunError> {
    let before = Arc::new(same_article::before(engine, source, &texts).await?);
    let mut judged = Vec::with_capacity(texts.len());
    let mut texts = texts.into_iter().peekable();
    while texts.peek().is_some() {
        let piece: Vec<Entry> = texts.by_ref().take(TEXTS_AT_ONCE).collect();
        judged.extend(judge_piece(engine, source, piece, Arc::clone(&before), answer).await?);
    }
    Ok(judged)
}

async fn judge_piece(
    engine: &Engine,
    source: &Source,
    texts: Vec<Entry>,
    before: Arc<BTreeMap<String, Before>>,
    answer: &Carrier,
) -> Result<Vec<Judged>, RunError> {
    let (answer, source) = (answer.clone(), source.clone());
    engine
        .compute(move |knowledge| {
            let judge = |mut entry: Entry| {
                let carrier = Carrier::of(&mut entry.candidate, &answer);
                let context = knowledge.of_candidate(&entry.candidate);
                let article = clean_entry(&entry.candidate, &context, &knowledge.rules).article;
                let mut submission = article.map(|article| Submission {
                    is_of_feed: true,
                    ..submit::submission_of(article, &source.id, &carrier.capture, carrier.hash.clone(), knowledge)
                });
                if let Some(submission) = &mut submission {
                    same_article::settle_key(submission, &entry, &source, &before);
                }
                (entry, carrier, submission)
            };
            texts.into_iter().map(judge).collect()
        })
        .await
}

/// The capture from which the text of an entry can be read again, with the hash of its body.
#[derive(Clone)]
struct Carrier {
    capture: Arc<Capture>,
    hash: String,
}

impl Carrier {
    /// The whole answer, hashed once for all of its entries.
    fn whole(answer: &Arc<Capture>) -> Self {
        Self { capture: Arc::clone(answer), hash: answer.body_hash() }
    }

    /// One of the entry alone, where the answer that named it can be divided, so that nobody has to read a whole feed for
    /// one of its entries.
    fn of(candidate: &mut Candidate, answer: &Self) -> Self {
        let excerpt = std::mem::take(&mut candidate.excerpt);
        if excerpt.is_empty() {
            return answer.clone();
        }
        let capture = Capture {
            url: answer.capture.url.clone(),
            hops: answer.capture.hops.clone(),
            status: answer.capture.status,
            headers: vec![("content-type".to_owned(), "text/xml; charset=utf-8".to_owned())],
            body: excerpt.into_bytes(),
            fetched_at: answer.capture.fetched_at,
        };
        Self { hash: capture.body_hash(), capture: Arc::new(capture) }
    }

    /// Its capture, when it is to be stored by itself.
    fn into_own(self, answer: &Self) -> Option<Capture> {
        (!Arc::ptr_eq(&self.capture, &answer.capture)).then(|| Arc::unwrap_or_clone(self.capture))
    }
}

/// Whether the source's own words are the article: its full text, unless the page is wanted; and whatever there is when
/// no page is named.
fn has_text(candidate: &Candidate, fetch_pages: bool) -> bool {
    let (body, summary) = (!candidate.body.trim().is_empty(), !candidate.summary.trim().is_empty());
    if candidate.url.is_empty() { body || summary } else { body && !fetch_pages }
}

/// Whether the text that a source carries stood in a place for abstracts, and its page may say more. What bridges carry of
/// WeChat is whole, and the platform is asked for nothing that it need not be.
fn is_abstract(candidate: &Candidate) -> bool {
    candidate.is_abstract && !candidate.url.is_empty() && WeChatLink::parse(&candidate.url).is_none()
}

/// The capture keeps the text; an entry that waits, or is done, need not.
fn without_body(mut entry: Entry) -> Entry {
    entry.candidate.body.clear();
    entry.candidate.summary.clear();
    entry.candidate.excerpt.clear();
    entry
}

/// What a source named, by what is to be done with it.
#[derive(Default)]
struct Sorted {
    /// Entries to work on, in the source's order: those that are new or were edited.
    fresh: Vec<Entry>,
    /// Entries that have but another id or address than before, or a hash that they had not, and nothing to be done.
    settled: Vec<Entry>,
    /// The keys that entries of both kinds had.
    former_keys: Vec<String>,
}

/// Sorts what a source named, each key once.
async fn sort(
    engine: &Engine,
    source: &Source,
    candidates: Vec<Candidate>,
    now: Timestamp,
) -> Result<Sorted, RunError> {
    let (source_id, fetch_pages) = (source.id.clone(), source.fetch_pages);
    engine
        .store
        .with(move |store| {
            let named: BTreeSet<String> = candidates.iter().map(dedup::entry_key).collect();
            let mut seen = BTreeSet::new();
            let mut sorted = Sorted::default();
            // What the source names no more, by what it said; each is taken once.
            let mut unnamed: HashMap<String, Vec<Entry>> = HashMap::new();
            for candidate in candidates {
                let key = dedup::entry_key(&candidate);
                if !seen.insert(key.clone()) {
                    continue;
                }
                let known = store.entry(&source_id, &key)?;
                // It stood alone at its address when it was seen first.
                let former = if known.is_some() { None } else { dedup::former_key(&candidate) };
                if let Some(former) = former
                    && let Some(former) = store.entry(&source_id, &former)?
                    && former.fingerprint == dedup::entry_fingerprint(&candidate)
                {
                    continue;
                }
                let words_hash = dedup::words_hash(&candidate);
                if let Some(known) = known {
                    let is_older = known.words_hash.is_empty() && !words_hash.is_empty();
                    let edited = sort_candidate(&source_id, key, candidate, Some(known.clone()), now);
                    if edited.is_none() && is_older {
                        // Written before entries were known by their words.
                        sorted.settled.push(Entry { words_hash, ..known });
                    }
                    sorted.fresh.extend(edited);
                    continue;
                }
                let alike = match unnamed.entry(words_hash) {
                    Occupied(alike) => alike.into_mut(),
                    Vacant(place) => {
                        let mut alike = store.entries_that_say(&source_id, place.key())?;
                        alike.retain(|entry| !named.contains(&entry.key));
                        alike.reverse();
                        place.insert(alike)
                    }
                };
                // It goes by another key now.
                let before = alike.pop();
                sorted.former_keys.extend(before.as_ref().map(|entry| entry.key.clone()));
                match before {
                    Some(before) if is_renamed(&before, &candidate, fetch_pages) => {
                        sorted.settled.push(renamed(before, key, candidate));
                    }
                    before => sorted.fresh.extend(sort_candidate(&source_id, key, candidate, before, now)),
                }
            }
            Ok(sorted)
        })
        .await
}

/// Whether nothing is to be done for an entry because of its new name: it has another id alone, or all is done and it says what
/// it said before. One without a fingerprint is to be read again; and where pages are asked for, words without a date are no
/// witness for another page.
fn is_renamed(before: &Entry, candidate: &Candidate, fetch_pages: bool) -> bool {
    let is_dated = candidate.published.or(candidate.modified).is_some();
    before.fingerprint == dedup::entry_fingerprint(candidate)
        || (before.status == EntryStatus::Done
            && !before.fingerprint.is_empty()
            && (is_dated || !fetch_pages)
            && before.candidate.title == candidate.title)
}

fn renamed(before: Entry, key: String, candidate: Candidate) -> Entry {
    let fingerprint = dedup::entry_fingerprint(&candidate);
    let candidate = Candidate { body_capture: before.candidate.body_capture.clone(), ..candidate };
    without_body(Entry { key, candidate, fingerprint, ..before })
}

/// Old and new word of a source about one thing → an entry to work on, or nothing to do.
fn sort_candidate(
    source_id: &str,
    key: String,
    candidate: Candidate,
    known: Option<Entry>,
    now: Timestamp,
) -> Option<Entry> {
    let waiting = waiting_entry(source_id, key, candidate, now);
    match known {
        None => Some(waiting),
        Some(known) if known.fingerprint == waiting.fingerprint => None,
        // Edited: worked on again, as a revision of the article it already led to.
        Some(known) => Some(Entry { article_id: known.article_id, ..waiting }),
    }
}

/// An entry that nobody has worked on.
fn waiting_entry(source_id: &str, key: String, candidate: Candidate, now: Timestamp) -> Entry {
    Entry {
        source_id: source_id.to_owned(),
        key,
        fingerprint: dedup::entry_fingerprint(&candidate),
        words_hash: dedup::words_hash(&candidate),
        candidate,
        status: EntryStatus::Pending,
        outcome: None,
        tries: 0,
        next_due: now,
        article_id: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_a_page_is_taken_by_whatever_it_says() {
        let said = |url: &str, body: &str, summary: &str| Candidate {
            url: url.into(),
            body: body.into(),
            summary: summary.into(),
            ..Candidate::default()
        };
        let cases = [
            (said("u", "text", ""), false, true),
            (said("u", "text", ""), true, false),
            (said("u", "", "abstract"), false, false),
            (said("", "text", ""), true, true),
            (said("", " ", "abstract"), false, true),
            (said("", "", ""), false, false),
        ];
        for (candidate, fetch_pages, want) in cases {
            assert_eq!(has_text(&candidate, fetch_pages), want, "{candidate:?}");
        }
    }

    #[test]
    fn an_entry_is_worked_on_when_it_is_new_or_edited() {
        let now = Timestamp::from_seconds(9);
        let said = |title: &str| Candidate { guid: "g".into(), title: title.into(), ..Candidate::default() };
        let new = sort_candidate("s", "k".into(), said("one"), None, now).expect("new");
        let done = Entry { status: EntryStatus::Done, article_id: "a".into(), ..new };
        assert_eq!(sort_candidate("s", "k".into(), said("one"), Some(done.clone()), now), None);
        let edited = sort_candidate("s", "k".into(), said("two"), Some(done), now).expect("edited");
        assert_eq!((edited.status, edited.article_id.as_str(), edited.next_due), (EntryStatus::Pending, "a", now));
    }
}

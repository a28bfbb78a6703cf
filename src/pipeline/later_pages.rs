use std::sync::Arc;

use boji_clean::clean::{Cleaned, ReadPage, clean_entry, read_page};
use boji_clean::model::{Article, Candidate, Issue, IssueCode, PageState, count_letters};
use boji_clean::parse::Input;

use super::engine::{Engine, Event};
use super::error::RunError;
use super::knowledge::Knowledge;
use super::pages::closes_host;
use super::submit;
use crate::dedup;
use crate::discover::{self, Query};
use crate::fetch::{Ask, FetchError, Fetched, Purpose};
use crate::model::{Capture, Entry, ErrorClass, FetchRecord, Outcome, Source, SourceKind, Submission};

/// Most pages behind the first that are fetched of one article.
const MAX_LATER: usize = 19;

/// What came of the pages behind the first.
#[derive(Debug, Default)]
pub(super) struct LaterPages {
    /// Those that came, in order.
    pub captures: Vec<Arc<Capture>>,
    /// The same, read; one that could not be is the last capture and not among them.
    pub pages: Vec<ReadPage>,
    /// The requests for them.
    pub fetches: Vec<FetchRecord>,
    /// What was missed and why.
    pub incomplete: Option<Issue>,
    /// The host had better be left alone for the rest of the run.
    pub host_is_closed: bool,
}

/// Fetches and reads the pages behind the first, one after the other, by what each says of the next. Each address has the
/// next number, so that pages which lead in a circle end it. One that does not come ends it too: what came is kept.
pub(super) async fn later_pages(
    engine: &Engine,
    source: &Source,
    first: &Capture,
    mut next: Option<String>,
) -> Result<LaterPages, RunError> {
    let mut later = LaterPages::default();
    while let Some(url) = next {
        let number = later.captures.len() + 2;
        if later.captures.len() == MAX_LATER {
            later.incomplete =
                Some(incomplete(&format!("page {number} was not asked for: that is enough of one article")));
            break;
        }
        (engine.listen)(Event::Page { source: source.id.clone(), url: url.clone() });
        let started = engine.clock.now();
        let fetched = engine.fetcher.fetch(&Ask::new(&url, Purpose::Page)).await;
        let now = engine.clock.now();
        let record = |outcome| FetchRecord::of(outcome, &source.id, &url, started, now);
        let error = match fetched {
            Ok(Fetched::Complete(capture)) => {
                let (status, bytes) = (capture.status, capture.body.len() as u64);
                later.fetches.push(FetchRecord { status, bytes, ..record(Outcome::Captured) });
                let capture = Arc::new(capture);
                later.captures.push(Arc::clone(&capture));
                next = match read(engine, &capture, Some(first.final_url())).await {
                    Ok(page) => {
                        let next = page.next.clone();
                        later.pages.push(page);
                        next
                    }
                    Err(RunError::Worker) => {
                        later.incomplete = Some(incomplete(&format!("reading page {number} broke off")));
                        None
                    }
                    Err(error) => return Err(error),
                };
                continue;
            }
            Ok(Fetched::NotModified { .. }) => {
                FetchError::new(&url, ErrorClass::Client, "the server said 304 to an unconditional request")
            }
            Err(error) => error,
        };
        later.incomplete = Some(incomplete(&format!("page {number} did not come: {error}")));
        later.host_is_closed = closes_host(&error);
        if !error.was_not_sent() {
            let record = record(Outcome::Failed(error.class));
            later.fetches.push(FetchRecord { status: error.status, error: error.to_string(), ..record });
        }
        break;
    }
    Ok(later)
}

/// The issue of an article of which not all pages came.
pub(super) fn incomplete(why: &str) -> Issue {
    Issue::new(IssueCode::PagesIncomplete, why)
}

/// Reads a page on a thread for such work; of an article that begins at `first` also which page comes next.
pub(super) async fn read(engine: &Engine, capture: &Arc<Capture>, first: Option<&str>) -> Result<ReadPage, RunError> {
    let (capture, first) = (Arc::clone(capture), first.map(str::to_owned));
    engine.compute(move |knowledge| read_page(&input(&capture), first.as_deref(), &knowledge.rules)).await
}

/// A capture as what is to be parsed.
pub(super) fn input(capture: &Capture) -> Input<'_> {
    let content_type = capture.header("content-type").unwrap_or_default();
    Input { bytes: &capture.body, url: capture.final_url(), content_type }
}

/// How much longer, in percent, a feed's text must be than its page's to be taken instead: less is a difference in what
/// the two leave out, and the page knows more about its article.
const LONGER_PERCENT: usize = 20;

/// The feed in which the text of an entry stands, when the source carries it and its page was asked for all the same.
pub(super) async fn carrier(engine: &Engine, entry: &Entry) -> Result<Option<Capture>, RunError> {
    let hash = entry.candidate.body_capture.clone();
    if hash.is_empty() {
        return Ok(None);
    }
    engine.store.with(move |store| store.capture(&hash)).await
}

/// An entry as its own capture has it, or that of its whole feed, with its text; `None` when the capture is no feed, or
/// holds no text of it.
pub(super) fn entry_in(source: &Source, capture: &Capture, key: &str) -> Option<Candidate> {
    if source.kind != SourceKind::Feed {
        return None;
    }
    let ask = Query { url: source.url.clone(), purpose: Purpose::Feed, page: 1, cursor: String::new() };
    let step = discover::of_kind(source.kind).read(source, &ask, capture, &|_| false);
    // An entry alone is the one, even where the feed of today would tell it apart by something else.
    let is_alone = step.candidates.len() == 1;
    step.candidates.into_iter().find(|candidate| is_alone || dedup::entry_key(candidate) == key)
}

/// The article that the text in a feed makes, ready for the store.
pub(super) fn submission(source: &Source, feed: &Capture, key: &str, knowledge: &Knowledge) -> Option<Submission> {
    let candidate = entry_in(source, feed, key)?;
    let article = clean_entry(&candidate, &knowledge.of_candidate(&candidate), &knowledge.rules).article?;
    Some(submit::submission(article, &source.id, feed, knowledge))
}

/// The same for an entry whose page will not come.
pub(super) async fn text_of(engine: &Engine, source: &Source, entry: &Entry) -> Result<Option<Submission>, RunError> {
    let Some(feed) = carrier(engine, entry).await? else { return Ok(None) };
    let (source, key) = (source.clone(), entry.key.clone());
    engine.compute(move |knowledge| submission(&source, &feed, &key, knowledge)).await
}

/// Whether the text in the feed is to be taken instead of what the page gave, and why. What was taken down stays down,
/// and a page that may still come is waited for.
pub(super) fn feed_is_richer(page: &Cleaned, page_text: Option<&Article>, feed: &Article) -> Option<Issue> {
    let carried = count_letters(&feed.text);
    let message = if let Some(article) = page_text {
        let fetched = count_letters(&article.text);
        if carried * 100 <= fetched * (100 + LONGER_PERCENT) {
            return None;
        }
        format!("the feed's text has {carried} letters, its page's {fetched}: the feed's was taken")
    } else {
        if !matches!(page.state, PageState::NotArticle | PageState::Expired | PageState::Invalid) {
            return None;
        }
        format!("its page is {}: the feed's text was taken", page.state)
    };
    Some(Issue::new(IssueCode::TextFromFeed, message))
}

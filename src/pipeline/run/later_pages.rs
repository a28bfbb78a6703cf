use std::sync::Arc;

use boji_clean::clean::{ReadPage, read_page};
use boji_clean::model::{Issue, IssueCode};

use crate::fetch::{FetchError, Fetched, Purpose, Slot};
use crate::model::{Capture, ErrorClass, FetchRecord, Outcome, Source};
use crate::pipeline::engine::{Engine, Event};
use crate::pipeline::error::RunError;

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
    slot: &Slot,
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
        let fetched = engine.fetcher.fetch_in(&engine.ask(&url, Purpose::Page, source), Some(slot)).await;
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
                    Err(RunError::Worker(why)) => {
                        later.incomplete = Some(incomplete(&format!("page {number}: {why}")));
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
        later.host_is_closed = error.closes_host();
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
    engine.compute(move |knowledge| read_page(&capture.input(), first.as_deref(), &knowledge.rules)).await
}

use boji_clean::parse::parse_feed;

use super::contract::{Discover, Failure, IsKnown, Query, SourceFacts, Step};
use crate::dedup;
use crate::fetch::Purpose;
use crate::model::{Capture, FailureClass, Source, SourceState};

/// RSS, Atom, RDF or JSON Feed: one conditional request, the entries as they stand.
pub(crate) struct Feed;

impl Discover for Feed {
    fn start(&self, source: &Source, _state: &SourceState) -> Step {
        Step::asking(Query {
            url: source.url.clone(),
            purpose: Purpose::Feed,
            is_conditional: true,
            page: 1,
            cursor: String::new(),
        })
    }

    fn read(&self, source: &Source, asked: &Query, capture: &Capture, _known: &IsKnown<'_>) -> Step {
        let content_type = capture.header("content-type").unwrap_or_default();
        let zone = source.time_zone_minutes;
        let feed = match parse_feed(&capture.body, content_type, capture.final_url(), zone) {
            Ok(feed) => feed,
            Err(reason) => return Step::failed(asked, Failure::new(FailureClass::NoFeed, reason.to_string())),
        };
        let about = SourceFacts {
            title: feed.title,
            site_url: feed.site_url,
            ttl_seconds: feed.ttl_minutes.map(|minutes| i64::from(minutes) * 60),
            ..SourceFacts::default()
        };
        let mut candidates = feed.entries;
        for (nth, candidate) in candidates.iter_mut().enumerate() {
            if !(candidate.body.is_empty() && candidate.summary.is_empty()) {
                candidate.excerpt = feed.excerpts.entry(nth).unwrap_or_default();
            }
        }
        dedup::tell_apart(&mut candidates, capture.final_url());
        Step { candidates, issues: feed.issues, about, ..Step::default() }
    }
}

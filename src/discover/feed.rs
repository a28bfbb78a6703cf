use boji_clean::model::IssueCode;
use boji_clean::parse::{Feed as ParsedFeed, parse_feed};
use url::Url;

use super::contract::{Discover, Failure, IsKnown, Query, SourceFacts, Step};
use super::older::{self, OlderPages};
use crate::dedup;
use crate::fetch::{Purpose, link_targets};
use crate::model::{Capture, FailureClass, Source, SourceState};

/// RSS, Atom, RDF or JSON Feed: one conditional request, the entries as they stand. On request its older pages too, where it
/// says where they are (RFC 5005, JSON Feed `next_url`) or its program gives them.
pub(crate) struct Feed;

impl Discover for Feed {
    fn start(&self, source: &Source, state: &SourceState) -> Step {
        Step::asking(query(&source.url, state.cursor.clone(), false))
    }

    fn start_older(&self, source: &Source, state: &SourceState) -> Option<Step> {
        Some(match OlderPages::parse(&state.cursor).go_on(&source.url, &state.older_url) {
            Some((url, walk)) => Step::asking(query(&url, walk.cursor(), true)),
            None => Step { cursor: state.cursor.clone(), ..Step::default() },
        })
    }

    fn end_older(&self, cursor: &str) -> String {
        OlderPages::parse(cursor).ended().cursor()
    }

    fn read(&self, source: &Source, asked: &Query, capture: &Capture, _known: &IsKnown<'_>) -> Step {
        let content_type = capture.header("content-type").unwrap_or_default();
        let zone = source.time_zone_minutes;
        let feed = match parse_feed(&capture.body, content_type, capture.final_url(), zone) {
            Ok(feed) => feed,
            Err(reason) => return Step::failed(asked, Failure::new(FailureClass::NoFeed, reason.to_string())),
        };
        if let Some(lost) = feed.issues.iter().find(|issue| issue.code == IssueCode::EntriesLost) {
            return Step::failed(asked, Failure::new(FailureClass::NoFeed, lost.message.clone()));
        }
        let about = about(&feed, capture);
        let mut candidates = feed.entries;
        for (nth, candidate) in candidates.iter_mut().enumerate() {
            if !(candidate.body.is_empty() && candidate.summary.is_empty()) {
                candidate.excerpt = feed.excerpts.entry(nth).unwrap_or_default();
            }
        }
        dedup::tell_apart(&mut candidates, capture.final_url());
        let mut step = Step { cursor: asked.cursor.clone(), issues: feed.issues, about, ..Step::default() };
        if asked.is_older {
            let first = candidates.first().map(dedup::entry_key).unwrap_or_default();
            let walk = OlderPages::parse(&asked.cursor).after(&asked.url, &step.about.older_url, &first);
            step.cursor = walk.cursor();
            step.next =
                (!walk.done).then(|| Query { page: asked.page + 1, ..query(&walk.next, step.cursor.clone(), true) });
        }
        Step { candidates, ..step }
    }
}

fn query(url: &str, cursor: String, is_older: bool) -> Query {
    Query { url: url.to_owned(), purpose: Purpose::Feed, is_conditional: !is_older, page: 1, cursor, is_older }
}

/// What a feed says about itself, in its head or in the headers that it came with.
fn about(feed: &ParsedFeed, capture: &Capture) -> SourceFacts {
    let in_header = |relation: &str| {
        let target = link_targets(&capture.headers, relation).into_iter().next()?.0;
        Some(String::from(Url::parse(capture.final_url()).ok()?.join(&target).ok()?))
    };
    let stated = |url: &str, relation: &str| {
        if url.is_empty() { in_header(relation).unwrap_or_default() } else { url.to_owned() }
    };
    let older_url = stated(&feed.older_url, "next");
    let older_url =
        if older_url.is_empty() { older::by_program(&feed.generator, capture.final_url()) } else { older_url };
    SourceFacts {
        title: feed.title.clone(),
        site_url: feed.site_url.clone(),
        rhythm: feed.rhythm,
        hub: stated(&feed.hub, "hub"),
        older_url,
        ..SourceFacts::default()
    }
}

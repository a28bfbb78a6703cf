use boji_clean::model::{Issue, IssueCode, Timestamp};
use boji_clean::parse::{self, ListedPage, looks_like_sitemap, parse_sitemap};

use super::contract::{Discover, Failure, IsKnown, Query, SourceFacts, Step};
use super::sitemap_choice::{Choice, Met, choose};
use super::sitemap_cursor::{SitemapCursor, SitemapMark};
use crate::fetch::Purpose;
use crate::model::{Capture, FailureClass, Source, SourceState};

/// A sitemap, or an index of sitemaps.
///
/// The first poll takes the newest pages and passes over the others, which are stored as known; later polls take what is not
/// known, and pages whose `lastmod` says that they changed. Of an index only the sitemaps are asked for whose `lastmod` is another
/// than last time, the newest first; those without one are asked for in turn.
pub(crate) struct Sitemap;

/// Pages that a first poll takes. The others wait until a person asks for them (`boji retry SOURCE`).
const FIRST_PAGES: usize = 200;
/// New pages that one run takes.
const MAX_NEW: usize = 5_000;
/// Sitemaps of an index that one run asks for.
const MAX_SITEMAPS_PER_RUN: usize = 10;

/// Whether bytes are a sitemap, for who has to tell what an address is.
pub(crate) fn is_sitemap(capture: &Capture) -> bool {
    looks_like_sitemap(&capture.body)
}

impl Discover for Sitemap {
    fn start(&self, source: &Source, state: &SourceState) -> Step {
        let cursor = SitemapCursor::parse(&state.cursor);
        let is_settled = !cursor.is_open && cursor.queue.is_empty() && cursor.unanswered.is_empty();
        Step::asking(Query { is_conditional: is_settled, ..query(&source.url, 1, state.cursor.clone()) })
    }

    fn go_on_without(&self, ask: &Query, now: Timestamp) -> Option<Step> {
        let mut cursor = SitemapCursor::parse(&ask.cursor);
        if ask.page == 1 || cursor.queue.is_empty() {
            return None;
        }
        let (url, _) = cursor.queue.remove(0);
        cursor.note_unanswered(&url, now);
        let next = next(&mut cursor, ask.page, now);
        Some(Step { cursor: cursor.write(), next, ..Step::default() })
    }

    fn read(&self, _source: &Source, asked: &Query, capture: &Capture, known: &IsKnown<'_>) -> Step {
        let content_type = capture.header("content-type").unwrap_or_default();
        let Some(sitemap) = parse_sitemap(&capture.body, content_type, capture.final_url()) else {
            return Step::failed(asked, Failure::new(FailureClass::NoList, "the answer is no sitemap"));
        };
        let parse::Sitemap { pages, sitemaps, mut issues } = sitemap;
        let mut cursor = SitemapCursor::parse(&asked.cursor);
        let is_top = asked.page == 1;
        let was_met = cursor.since != 0;
        let mut mark = None;
        if is_top {
            cursor.begin(capture.fetched_at, MAX_NEW, FIRST_PAGES);
            cursor.is_open = false;
            line_up(&mut cursor, &sitemaps, capture.fetched_at.as_seconds());
        } else if !cursor.queue.is_empty() {
            mark = Some(cursor.queue.remove(0));
        }
        let met = match (cursor.first, &mark) {
            (Some(left), _) => Met::First(left),
            (None, None) => Met::Before,
            (None, Some((url, _))) if cursor.known(url).is_some_and(|mark| mark.1) => Met::Before,
            (None, Some(_)) => Met::Unread,
        };
        let choice = choose(pages, met, (cursor.since, cursor.polled), cursor.room, known);
        let Choice { candidates, passed_over, new, is_cut } = choice;
        cursor.room = cursor.room.saturating_sub(new);
        cursor.first = cursor.first.map(|left| left.saturating_sub(new));
        if let Some((url, found)) = mark.filter(|_| !is_cut) {
            cursor.note_answered(&url);
            let at = if found.2 { capture.fetched_at.as_seconds() } else { found.0 };
            cursor.note(&url, SitemapMark(at, true, found.2));
        }
        if is_cut {
            cursor.is_open = true;
            let message = format!("the sitemap names more than {MAX_NEW} new pages; the next run goes on");
            issues.push(Issue::new(IssueCode::Truncated, message));
        }
        if cursor.first == Some(0) {
            pass_over_queue(&mut cursor);
        }
        let next = next(&mut cursor, asked.page, capture.fetched_at);
        let about = SourceFacts { site_url: site_of(capture.final_url()), ..SourceFacts::default() };
        if is_top && !was_met && candidates.is_empty() && next.is_none() {
            return Step::failed(asked, Failure::new(FailureClass::NoList, "the sitemap names no articles"));
        }
        Step { candidates, passed_over, cursor: cursor.write(), next, issues, about, failure: None }
    }
}

fn query(url: &str, page: u32, cursor: String) -> Query {
    Query { url: url.to_owned(), purpose: Purpose::Sitemap, is_conditional: false, page, cursor, is_older: false }
}

/// Seconds by which a sitemap may be older than its source and still be news; and for which one without a date, or without an
/// answer, is not asked for again.
const LATE_SECONDS: i64 = 7 * 86_400;
const UNDATED_SECONDS: i64 = 86_400;

/// Lines up the sitemaps of an index that are to be asked for in this run: those that changed, the newest first, then those that
/// do not say, the longest unread first. One that did not answer has a day, and comes last then.
fn line_up(cursor: &mut SitemapCursor, sitemaps: &[ListedPage], now: i64) {
    cursor.keep_only(sitemaps.iter().map(|sitemap| sitemap.url.as_str()));
    // The run before ended with it.
    if let Some((url, _)) = cursor.queue.first().cloned() {
        cursor.note_unanswered(&url, Timestamp::from_seconds(now - UNDATED_SECONDS));
    }
    let mut due: Vec<(&str, SitemapMark)> = Vec::new();
    for sitemap in sitemaps {
        let url = sitemap.url.as_str();
        let before = cursor.known(url);
        let changed = sitemap.changed.map(|date| date.instant().as_seconds());
        let last_read = before.map_or(0, |mark| if mark.2 { mark.0 } else { 0 });
        let mark = SitemapMark(changed.unwrap_or(last_read), before.is_some_and(|mark| mark.1), changed.is_none());
        let is_due = match (changed, before) {
            // What was there before the source was added, and is forgotten for want of room, tells nothing new.
            (Some(changed), None) => cursor.first.is_some() || changed >= cursor.since - LATE_SECONDS,
            (Some(changed), Some(before)) => before.0 != changed || before.2,
            // It can only be told by asking, which is not done with every poll.
            (None, _) => last_read + UNDATED_SECONDS <= now,
        };
        let rests = cursor.unanswered_at(url).is_some_and(|at| at + UNDATED_SECONDS > now);
        if is_due && !rests {
            due.push((url, mark));
        }
    }
    due.sort_by_key(|(url, mark)| {
        let order = if mark.2 { mark.0 } else { -mark.0 };
        (cursor.unanswered_at(url), mark.2, order)
    });
    let rest = due.split_off(due.len().min(MAX_SITEMAPS_PER_RUN));
    cursor.queue = due.into_iter().map(|(url, mark)| (url.to_owned(), mark)).collect();
    let has_none = cursor.queue.iter().any(|(_, mark)| mark.2);
    cursor.is_open = !rest.is_empty() || has_none;
    if cursor.first.is_some() {
        // What a first poll does not reach is known to be there, and unread.
        for (url, mark) in rest {
            cursor.note(url, SitemapMark(mark.0, false, mark.2));
        }
    }
}

/// The first poll has all it wanted: the other sitemaps are known to be there, and unread.
fn pass_over_queue(cursor: &mut SitemapCursor) {
    for (url, mark) in std::mem::take(&mut cursor.queue) {
        cursor.note(&url, SitemapMark(mark.0, false, mark.2));
    }
}

/// The next request of the run, and what is to be said when there is none.
fn next(cursor: &mut SitemapCursor, page: u32, now: Timestamp) -> Option<Query> {
    if cursor.room == 0 && !cursor.queue.is_empty() {
        cursor.queue.clear();
        cursor.is_open = true;
    }
    let first = cursor.queue.first().map(|(url, _)| url.clone());
    if first.is_none() {
        cursor.polled = now.as_seconds();
        cursor.first = None;
    }
    first.map(|url| query(&url, page.saturating_add(1), cursor.write()))
}

/// The site that a sitemap is of.
fn site_of(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|url| url.join("/").ok()).map(String::from).unwrap_or_default()
}

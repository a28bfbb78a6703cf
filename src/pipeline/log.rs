//! What a run tells of its decisions, as events of [`tracing`] with fields: at `info` one line a source (`-v`), at `debug`
//! one for each page and each article (`-vv`). Requests, waits, redirects and robots.txt are told by [`crate::fetch`].

use boji_clean::clean::Cleaned;
use boji_clean::clean::locate::RootCandidate;
use boji_clean::model::Article;
use tracing::{debug, info};

use super::error::RunError;
use super::report::{DueReason, SkipReason, SourceReport};
use crate::fetch::redact_url;
use crate::model::{Decision, Picture, Source, SourceState};

/// Another process writes to the data folder, and this one waits for it.
pub(super) fn lock_is_waited_for(why: &RunError) {
    info!(reason = %why, "lock is waited for");
}

/// A source takes part.
pub(super) fn source_is_due(source: &Source, state: &SourceState, reason: DueReason) {
    info!(source = source.id, %reason, next_due = %state.next_due, "source is due");
}

/// A source is left alone.
pub(super) fn source_is_skipped(source: &Source, state: &SourceState, reason: SkipReason) {
    info!(source = source.id, %reason, next_due = %state.next_due, "source is left alone");
}

/// What a source gave, and when it is asked again.
pub(super) fn source_is_done(report: &SourceReport) {
    info!(
        source = report.source,
        result = %report.result,
        new = report.new,
        revised = report.revised,
        refreshed = report.refreshed,
        unchanged = report.unchanged,
        duplicates = report.duplicates,
        waiting = report.pending,
        problems = report.problems.len(),
        problem = report.problems.first().map(|problem| problem.message.as_str()),
        next_due = report.next_due.map(tracing::field::display),
        "source is done"
    );
}

/// What a page turned out to be, where its article was found, and where its title, authors and date were read.
pub(super) fn page_is_read(url: &str, page: &Cleaned) {
    let from = |field: &str| page.facts.provenance.get(field).copied().unwrap_or_default();
    let way = page.way.as_ref();
    let named = |candidate: Option<&RootCandidate>| {
        candidate.map(|candidate| format!("{} {} ({:.2})", candidate.kind.as_str(), candidate.place, candidate.score))
    };
    debug!(
        url = redact_url(url),
        state = %page.state,
        evidence = page.evidence,
        root = named(way.and_then(|way| way.winner.as_ref())),
        rival = named(way.and_then(|way| way.rivals.first())),
        site_rule = page.site,
        title_from = from("title"),
        authors_from = from("authors"),
        published_from = from("published"),
        issues = page.issues.len(),
        "page is read"
    );
}

/// What the store made of an article, and why.
pub(super) fn article_is_decided(decision: &Decision, article: &Article) {
    let (of, revision) = match decision {
        Decision::Duplicate(original) => (original.as_str(), None),
        Decision::Refresh(original) => (original.as_deref().unwrap_or_default(), None),
        Decision::Revision(number) => ("", Some(*number)),
        Decision::Held(hold) => ("", Some(hold.revision)),
        Decision::New | Decision::Unchanged | Decision::Refused => ("", None),
    };
    debug!(
        article = article.id(),
        decision = decision.as_str(),
        reason = decision.reason(),
        duplicate_of = of,
        revision,
        title = article.title,
        "article is decided"
    );
}

/// What came of asking for a picture.
pub(super) fn picture_is_tried(picture: &Picture) {
    debug!(
        article = picture.article_id,
        url = redact_url(&picture.wanted.url),
        outcome = picture.outcome.as_ref().map(tracing::field::display),
        next_due = picture.next_due.map(tracing::field::display),
        "picture is tried"
    );
}

use boji_clean::clean;
use boji_clean::model::Article;
use boji_clean::text::{format_simhash, simhash, text_key};

use super::knowledge::Knowledge;
use crate::model::{Capture, Submission};
use crate::store::Batch;

/// Wraps an article for the store: with its fingerprints and the capture it was made from.
pub(super) fn submission(article: Article, source_id: &str, capture: &Capture, knowledge: &Knowledge) -> Submission {
    submission_of(article, source_id, capture, capture.body_hash(), knowledge)
}

/// The same of a capture whose hash is known.
pub(super) fn submission_of(
    article: Article,
    source_id: &str,
    capture: &Capture,
    capture_hash: String,
    knowledge: &Knowledge,
) -> Submission {
    Submission {
        text_key: text_key(&article.text),
        simhash: format_simhash(simhash(&article.text)),
        source_id: source_id.to_owned(),
        capture_hash,
        later_captures: Vec::new(),
        fetched_at: capture.fetched_at,
        rules_hash: knowledge.version(&article),
        is_of_feed: false,
        article,
    }
}

/// Puts an article into a batch together with what it teaches about its account.
pub(super) fn add(batch: &mut Batch, submission: Submission) {
    batch.lessons.extend(clean::lesson(&submission.article));
    batch.articles.push(submission);
}

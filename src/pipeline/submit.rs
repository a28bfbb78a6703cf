use crate::config::Rules;
use crate::dedup;
use crate::model::{Article, Capture, Submission};

/// Wraps an article for the store: with its fingerprints and the capture it was made from.
pub fn submission(article: Article, source_id: &str, capture: &Capture, rules: &Rules) -> Submission {
    Submission {
        text_key: dedup::text_key(&article.text),
        simhash: dedup::format_simhash(dedup::simhash(&article.text)),
        source_id: source_id.to_owned(),
        capture_hash: capture.body_hash(),
        fetched_at: capture.fetched_at,
        rules_hash: rules.hash().to_owned(),
        article,
    }
}

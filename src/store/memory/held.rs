use std::collections::BTreeMap;

use crate::model::{Capture, Edge, Latest, LearnedBlock, PageState, Profile, StoredArticle, Submission, Timestamp};

/// A capture with the source that led to it.
#[derive(Clone, Debug)]
pub(super) struct HeldCapture {
    pub(super) source_id: String,
    pub(super) hash: String,
    pub(super) capture: Capture,
}

/// An article with all of its revisions.
#[derive(Clone, Debug)]
pub(super) struct HeldArticle {
    /// Never empty; the last is the latest.
    pub(super) revisions: Vec<Submission>,
    pub(super) dup_of: String,
    pub(super) first_seen: Timestamp,
    pub(super) last_seen: Timestamp,
    pub(super) gone: Option<(PageState, Timestamp)>,
}

/// What an account's articles taught.
#[derive(Clone, Debug, Default)]
pub(super) struct HeldAccount {
    pub(super) articles: u32,
    /// Learned or not.
    pub(super) blocks: BTreeMap<(Edge, String), LearnedBlock>,
}

impl HeldCapture {
    /// Where it stands in a dump: by all of its content.
    pub(super) fn order(&self) -> impl Ord + use<> {
        let capture = &self.capture;
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        (
            (capture.url.clone(), capture.fetched_at, self.hash.clone(), self.source_id.clone(), capture.status),
            json(serde_json::to_string(&capture.hops)),
            json(serde_json::to_string(&capture.headers)),
        )
    }
}

impl HeldArticle {
    pub(super) fn count(&self) -> u32 {
        self.revisions.len() as u32
    }

    /// The latest revision, as far as a decision asks.
    pub(super) fn latest(&self) -> Latest {
        self.revisions.last().map_or_else(Latest::default, |latest| Latest {
            revision: self.count(),
            content_hash: latest.article.content_hash(),
            capture_hash: latest.capture_hash.clone(),
            later_captures: latest.later_captures.clone(),
            rules_hash: latest.rules_hash.clone(),
        })
    }

    /// Whether its latest revision knows the message of WeChat that it came in.
    pub(super) fn has_numbers(&self) -> bool {
        self.revisions.last().is_some_and(|latest| !latest.article.metadata.mid.is_empty())
    }

    pub(super) fn text_key(&self) -> &str {
        self.revisions.last().map_or("", |latest| &latest.text_key)
    }

    /// Every revision as the store gives it back, oldest first.
    pub(super) fn stored(&self, id: &str) -> Vec<StoredArticle> {
        let one = |(number, submission): (usize, &Submission)| StoredArticle {
            id: id.to_owned(),
            submission: submission.clone(),
            revision: number as u32 + 1,
            dup_of: self.dup_of.clone(),
            first_seen: self.first_seen,
            gone: self.gone,
        };
        self.revisions.iter().enumerate().map(one).collect()
    }
}

impl HeldAccount {
    /// The profile with its learned blocks.
    pub(super) fn profile(&self, account: &str) -> Profile {
        let learned = self.blocks.values().filter(|block| block.sightings.learned);
        Profile { account: account.to_owned(), articles: self.articles, blocks: learned.cloned().collect() }
    }
}

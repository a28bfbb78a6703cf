use boji_clean::model::{Article, Date, Timestamp};
use boji_clean::text::{format_simhash, simhash};
use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::metadata::metadata;
use crate::model::{Duplicate, Score, StoredArticle};

/// A row of the corpus: flat, every field in every row, in this order, never null. What is unknown is "", 0 or [].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Stable for ever: a hash of the article's key.
    pub id: String,
    /// Cleaned text: blocks divided by a blank line.
    pub text: String,
    /// Title.
    pub title: String,
    /// Persons or bylines, several joined by ", ".
    pub author: String,
    /// Publication, RFC 3339 in UTC with seconds, or a day alone.
    pub date: String,
    /// Last change, in the same form.
    pub date_modified: String,
    /// When its capture was fetched.
    pub date_fetched: String,
    /// Address as found.
    pub url: String,
    /// Address without tracking parameters.
    pub canonical_url: String,
    /// BCP 47 tag.
    pub language: String,
    /// Word of [`boji_clean::model::Origin`].
    pub source: String,
    /// Id of the source.
    pub source_id: String,
    /// Display name of the account or site.
    pub source_name: String,
    /// Licence as stated.
    pub license: String,
    /// Statement of rights as stated.
    pub rights: String,
    /// Name of the export.
    pub dump: String,
    /// `b3:` and the hash of title and text.
    pub content_hash: String,
    /// `sh:` and the SimHash of the text.
    pub simhash: String,
    /// Number of this revision, from 1.
    pub revision: u32,
    /// Characters of the text.
    pub n_chars: usize,
    /// Characters of the blocks that are not in the text.
    pub n_removed_chars: usize,
    /// Id of the article of which this is a duplicate, "" when it is none.
    pub dup_of: String,
    /// How it repeats that one, a word of [`crate::model::DuplicateKind`]; "" when it is none.
    pub dup_kind: String,
    /// How much, from 0 for none to 1 for the same text.
    pub dup_score: Score,
    /// Words joined by ";".
    pub quality_flags: String,
    /// Tags as stated.
    pub tags: Vec<String>,
    /// One JSON object with sorted keys, as a string: readers that infer a schema stumble over objects. What is stored of the article, and
    /// what its record computes: `license_spdx` and `quality`.
    pub metadata: String,
}

impl Record {
    /// The record of a stored article, of what it repeats, and of the name of the export.
    pub fn from_stored(stored: &StoredArticle, repeats: Option<&Duplicate>, dump: &str) -> Self {
        let submission = &stored.submission;
        Self {
            id: stored.id.clone(),
            date_fetched: submission.fetched_at.to_string(),
            source_id: submission.source_id.clone(),
            dump: dump.to_owned(),
            simhash: submission.simhash.clone(),
            revision: stored.revision,
            dup_of: repeats.map_or_else(String::new, |duplicate| duplicate.of.clone()),
            dup_kind: repeats.map_or_else(String::new, |duplicate| duplicate.kind.to_string()),
            dup_score: repeats.map_or(Score::NONE, |duplicate| duplicate.score),
            ..Self::of(&submission.article)
        }
    }

    /// The record of an article that no store knows: its first revision, of no source and no export.
    pub fn from_article(article: &Article, fetched_at: Option<Timestamp>) -> Self {
        Self {
            id: article.id(),
            date_fetched: fetched_at.map_or_else(String::new, |at| at.to_string()),
            simhash: format_simhash(simhash(&article.text)),
            revision: 1,
            ..Self::of(article)
        }
    }

    /// The record as JSON, without the end of the line.
    pub(super) fn to_line(&self) -> Result<Vec<u8>, ExportError> {
        serde_json::to_vec(self).map_err(|source| ExportError::Record { id: self.id.clone(), source })
    }

    /// What the article alone says.
    fn of(article: &Article) -> Self {
        let date = |date: Option<Date>| date.map_or_else(String::new, Date::to_utc);
        Self {
            id: String::new(),
            text: article.text.clone(),
            title: article.title.clone(),
            author: article.authors.join(", "),
            date: date(article.published),
            date_modified: date(article.modified),
            date_fetched: String::new(),
            url: article.url.clone(),
            canonical_url: article.canonical_url.clone(),
            language: article.language.clone(),
            source: article.origin.as_str().to_owned(),
            source_id: String::new(),
            source_name: article.source_name.clone(),
            license: article.license.clone(),
            rights: article.rights.clone(),
            dump: String::new(),
            content_hash: article.content_hash(),
            simhash: String::new(),
            revision: 0,
            n_chars: article.text.chars().count(),
            n_removed_chars: article.removed_chars(),
            dup_of: String::new(),
            dup_kind: String::new(),
            dup_score: Score::NONE,
            quality_flags: article.flags.join(";"),
            tags: article.tags.clone(),
            metadata: metadata(article),
        }
    }
}

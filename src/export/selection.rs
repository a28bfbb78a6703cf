use std::collections::{BTreeSet, BinaryHeap, HashSet};

use boji_clean::model::Timestamp;

use super::error::ExportError;
use super::spdx::spdx_identifier;
use crate::model::StoredArticle;
use crate::store::{Filter, Store};

/// Which of the articles that a filter wants go out, by what only they themselves tell. Empty fields take all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Words of which it must have one among its quality flags.
    pub flags: Vec<String>,
    /// Words of which it may have none among them.
    pub without_flags: Vec<String>,
    /// Licences as stated or as SPDX calls them, of which it must have one; capitals count nothing.
    pub licenses: Vec<String>,
    /// First stored at or after.
    pub fetched_since: Option<Timestamp>,
    /// Its words came, the first time or anew, at or after.
    pub changed_since: Option<Timestamp>,
    /// Texts that its title and text must have, each of them; capitals count nothing.
    pub containing: Vec<String>,
    /// So many of them alone.
    pub sample: Option<Sample>,
}

/// A sample: of all that are wanted the ones whose ids come first when they are mixed. The same seed takes the same articles as
/// long as they are wanted, and a smaller sample is a part of a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many.
    pub count: usize,
    /// Another one gives another sample.
    pub seed: u64,
}

impl Selection {
    /// Whether an article is taken, the sample aside.
    pub(super) fn takes(&self, stored: &StoredArticle) -> bool {
        let article = &stored.submission.article;
        let has = |flag: &String| article.flags.contains(flag);
        (self.flags.is_empty() || self.flags.iter().any(has))
            && !self.without_flags.iter().any(has)
            && (self.licenses.is_empty() || self.takes_license(&article.license))
            && self.fetched_since.is_none_or(|since| stored.first_seen >= since)
            && self.changed_since.is_none_or(|since| stored.submission.fetched_at >= since)
            && (self.containing.is_empty() || contains_all(&article.title, &article.text, &self.containing))
    }

    fn takes_license(&self, stated: &str) -> bool {
        let identifier = spdx_identifier(stated);
        let is_it =
            |wanted: &String| is_equal(wanted, stated) || identifier.as_ref().is_some_and(|it| is_equal(wanted, it));
        self.licenses.iter().any(is_it)
    }

    /// The ids of the sample; `None` when all are wanted.
    pub(super) fn sampled(&self, store: &dyn Store, filter: &Filter) -> Result<Option<HashSet<String>>, ExportError> {
        let Some(sample) = self.sample else { return Ok(None) };
        // The largest of the chosen lies on top, to make room for a smaller one.
        let mut chosen = BinaryHeap::new();
        store.try_each_article::<ExportError>(filter, |stored| {
            if self.takes(&stored) {
                chosen.push((sample.place(&stored.id), stored.id));
                if chosen.len() > sample.count {
                    chosen.pop();
                }
            }
            Ok(())
        })?;
        Ok(Some(chosen.into_iter().map(|(_, id)| id).collect()))
    }
}

impl Sample {
    /// Where an article stands among all that are mixed.
    fn place(self, id: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(id.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

fn is_equal(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn contains_all(title: &str, text: &str, wanted: &[String]) -> bool {
    let (title, text) = (title.to_lowercase(), text.to_lowercase());
    wanted.iter().map(|words| words.to_lowercase()).all(|words| title.contains(&words) || text.contains(&words))
}

/// What the articles that a filter wants have where one word is to be chosen, so that a word that fits none of them can be told.
#[derive(Debug, Default)]
pub(super) struct Met {
    /// As stated.
    licenses: BTreeSet<String>,
    /// Of those that SPDX has.
    identifiers: BTreeSet<String>,
}

impl Met {
    /// Takes note of an article.
    pub(super) fn note(&mut self, stored: &StoredArticle) {
        let license = &stored.submission.article.license;
        if !self.licenses.contains(license) {
            self.licenses.insert(license.clone());
            self.identifiers.extend(spdx_identifier(license));
        }
    }

    /// An error when a licence was wanted that no article has.
    pub(super) fn refuse_unknown(&self, selection: &Selection) -> Result<(), ExportError> {
        let is_known =
            |wanted: &&String| self.identifiers.iter().chain(&self.licenses).any(|license| is_equal(license, wanted));
        match selection.licenses.iter().find(|wanted| !is_known(wanted)) {
            Some(wanted) => {
                let is_other = |license: &&String| !license.is_empty() && !self.identifiers.contains(*license);
                let stated = self.licenses.iter().filter(is_other);
                let known = self.identifiers.iter().chain(stated).cloned().collect();
                Err(ExportError::UnknownLicense { license: wanted.clone(), known })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_sample_is_a_part_of_a_larger_one() {
        let mut ids: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let first = |ids: &mut Vec<String>, seed, count| -> Vec<String> {
            let sample = Sample { count, seed };
            ids.sort_by_key(|id| sample.place(id));
            ids.iter().take(count).cloned().collect()
        };
        let (ten, twenty) = (first(&mut ids, 1, 10), first(&mut ids, 1, 20));
        assert_eq!(ten, twenty[..10]);
        assert_ne!(ten, first(&mut ids, 2, 10));
    }
}

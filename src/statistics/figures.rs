use std::collections::BTreeMap;
use std::ops::ControlFlow;

use serde::Serialize;

use super::lengths::{LengthFigures, Lengths};
use super::month::Month;
use super::words::Words;
use crate::model::{Duplicate, Score, StoredArticle};
use crate::spdx::spdx_identifier;
use crate::store::{Damaged, Filter, Sieve, Store, StoreError};

/// Articles, and characters of theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// How many articles.
    pub(crate) articles: u64,
    /// How many characters.
    pub(crate) characters: u64,
}

impl Tally {
    /// Adds what another counted.
    pub(super) fn add(&mut self, other: Self) {
        let Self { articles, characters } = other;
        self.articles += articles;
        self.characters += characters;
    }
}

/// What the standing revisions of some articles hold. The fields are those of `stats --json`, a contract; what an article does not
/// state is counted under "".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Statistics {
    /// Articles.
    pub(crate) articles: u64,
    /// Characters of their texts.
    pub(crate) characters: u64,
    /// About so many words: a Han character counts as 10/17 of one, a run of letters or digits of other scripts as one.
    pub(crate) estimated_words: u64,
    /// By id of the source.
    pub(crate) by_source: BTreeMap<String, Tally>,
    /// By the name that the account or site shows.
    pub(crate) by_account: BTreeMap<String, Tally>,
    /// By month of publication.
    pub(crate) by_month: BTreeMap<Month, Tally>,
    /// By language.
    pub(crate) by_language: BTreeMap<String, Tally>,
    /// By licence as stated.
    pub(crate) by_license: BTreeMap<String, Tally>,
    /// Those whose licence SPDX has, by its identifier.
    pub(crate) by_license_spdx: BTreeMap<String, Tally>,
    /// By kind of article.
    pub(crate) by_kind: BTreeMap<String, Tally>,
    /// By quality flag; an article can have several, or none.
    pub(crate) by_flag: BTreeMap<String, Tally>,
    /// Those that repeat another article, by the way in which they do.
    pub(crate) by_dup_kind: BTreeMap<String, Tally>,
    /// How long they are.
    pub(crate) length: LengthFigures,
    /// What cleaning took out of them.
    pub(crate) removed: Removed,
    /// Articles that could not be read, and are not counted.
    pub(crate) damaged: Vec<Damaged>,
}

/// What cleaning took out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Removed {
    /// Characters.
    pub(crate) characters: u64,
    /// Their share of all that the articles' pages held: of the texts and of what was removed.
    pub(crate) share: Score,
    /// By category: the articles that had some, and its characters.
    pub(crate) by_category: BTreeMap<String, Tally>,
}

/// Counts the articles that a filter and a selection want, in one pass over the store.
pub(crate) fn count(store: &dyn Store, filter: &Filter, sieve: &mut Sieve<'_>) -> Result<Statistics, StoreError> {
    let duplicates = store.duplicates()?;
    let mut counter = Counter::default();
    let damaged = store.each_article(filter, &mut |stored| {
        if sieve.takes(&stored) {
            counter.add(&stored, duplicates.of(&stored.id));
        }
        ControlFlow::Continue(())
    })?;
    Ok(counter.finish(damaged))
}

/// What is known while articles are still to come.
#[derive(Debug, Default)]
struct Counter {
    statistics: Statistics,
    words: Words,
    lengths: Lengths,
}

impl Counter {
    fn add(&mut self, stored: &StoredArticle, repeats: Option<&Duplicate>) {
        let article = &stored.submission.article;
        let characters = article.text.chars().count() as u64;
        let one = Tally { articles: 1, characters };
        let statistics = &mut self.statistics;
        statistics.articles += 1;
        statistics.characters += characters;
        put(&mut statistics.by_source, &stored.submission.source_id, one);
        put(&mut statistics.by_account, &article.source_name, one);
        put(&mut statistics.by_language, &article.language, one);
        put(&mut statistics.by_license, &article.license, one);
        if let Some(identifier) = spdx_identifier(&article.license) {
            put(&mut statistics.by_license_spdx, &identifier, one);
        }
        put(&mut statistics.by_kind, article.metadata.kind.as_str(), one);
        statistics.by_month.entry(Month::of(article.published)).or_default().add(one);
        for flag in &article.flags {
            put(&mut statistics.by_flag, flag, one);
        }
        if let Some(duplicate) = repeats {
            put(&mut statistics.by_dup_kind, duplicate.kind.as_str(), one);
        }
        for (category, &characters) in &article.metadata.removed {
            let characters = characters as u64;
            statistics.removed.characters += characters;
            put(&mut statistics.removed.by_category, category, Tally { articles: 1, characters });
        }
        self.words.add(&article.text);
        self.lengths.add(characters);
    }

    fn finish(self, damaged: Vec<Damaged>) -> Statistics {
        let Statistics { characters, removed, .. } = &self.statistics;
        let share = Score::rounded(removed.characters, characters + removed.characters);
        Statistics {
            estimated_words: self.words.estimate(),
            length: self.lengths.figures(),
            removed: Removed { share, ..self.statistics.removed },
            damaged,
            ..self.statistics
        }
    }
}

/// Adds to what is counted under a word. The word is copied for its first article alone.
fn put(counts: &mut BTreeMap<String, Tally>, word: &str, tally: Tally) {
    if let Some(counted) = counts.get_mut(word) {
        counted.add(tally);
    } else {
        counts.insert(word.to_owned(), tally);
    }
}

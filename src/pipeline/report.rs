use std::collections::BTreeMap;

use serde::Serialize;

use crate::fetch::FetchError;
use crate::model::{Article, Decision, Label, Timestamp};

/// What became of one source in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Id of the source.
    pub source: String,
    /// Its name for people.
    pub name: String,
    /// `ok`, `not_modified`, `failed`, `skipped` or `stopped`.
    pub result: String,
    /// Articles stored for the first time.
    pub new: usize,
    /// Articles stored again because their words changed.
    pub revised: usize,
    /// Articles whose words are the author's old ones, cleaned by other rules.
    pub refreshed: usize,
    /// Articles seen again unchanged.
    pub unchanged: usize,
    /// New articles that repeat another's text.
    pub duplicates: usize,
    /// Entries left for a later run.
    pub pending: usize,
    /// Articles that saved lists named.
    pub named: usize,
    /// Pages that were no article, by state or error class.
    pub others: BTreeMap<String, usize>,
    /// Characters taken out of the new articles' text, by category.
    pub removed: BTreeMap<String, usize>,
    /// Blocks taken out of the new articles' text, by rule.
    pub rules: BTreeMap<String, usize>,
    /// What went wrong, one sentence each with its URL and stage.
    pub problems: Vec<Problem>,
    /// What was odd and got over, one sentence each: a feed that had to be repaired.
    pub oddities: Vec<String>,
    /// When it is due again.
    pub next_due: Option<Timestamp>,
}

/// Something that failed for one item while the run went on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Source id or file.
    pub item: String,
    /// `fetch`, `parse`, `discover`, `clean`, `store`, `read`.
    pub stage: String,
    /// The URL, "" when there is none.
    pub url: String,
    /// A sentence without final period.
    pub message: String,
    /// What a person can do, "" when nothing.
    pub hint: String,
    /// It will be tried again by itself, so nobody needs to act now.
    pub transient: bool,
}

/// What became of a run or an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// By source, in the order of their ids.
    pub sources: Vec<SourceReport>,
    /// Wordings that were learned of accounts, and not known before.
    pub learned: usize,
    /// True when a signal ended it early.
    pub stopped: bool,
}

impl Problem {
    /// A request that failed.
    pub fn of_fetch(item: &str, error: &FetchError, transient: bool) -> Self {
        Self {
            item: item.to_owned(),
            stage: "fetch".to_owned(),
            url: error.url.clone(),
            message: error.message.clone(),
            hint: error.hint().unwrap_or_default().to_owned(),
            transient,
        }
    }
}

impl SourceReport {
    /// An empty report of a source.
    pub fn of(source: &str, name: &str) -> Self {
        Self { source: source.to_owned(), name: name.to_owned(), result: "ok".to_owned(), ..Self::default() }
    }

    fn count(&mut self, decision: &Decision) {
        match decision {
            Decision::New => self.new += 1,
            Decision::Duplicate(_) => self.duplicates += 1,
            Decision::Revision(_) => self.revised += 1,
            Decision::Refresh(_) => self.refreshed += 1,
            Decision::Unchanged => self.unchanged += 1,
        }
    }

    /// Counts what the store decided about an article and, when it is stored for the first time, what was taken out.
    pub fn count_article(&mut self, decision: &Decision, article: &Article) {
        self.count(decision);
        if !matches!(decision, Decision::New | Decision::Duplicate(_)) {
            return;
        }
        for (category, characters) in &article.metadata.removed {
            *self.removed.entry(category.clone()).or_default() += characters;
        }
        for judged in article.blocks.iter().filter(|judged| judged.verdict.label != Label::Keep) {
            *self.rules.entry(judged.verdict.rule.clone()).or_default() += 1;
        }
    }

    /// Counts a page that was no article.
    pub fn other(&mut self, outcome: &str) {
        *self.others.entry(outcome.to_owned()).or_default() += 1;
    }
}

impl RunReport {
    /// Sum of one count over all sources.
    pub fn total(&self, count: impl Fn(&SourceReport) -> usize) -> usize {
        self.sources.iter().map(count).sum()
    }

    /// True when something failed that belongs in the exit code.
    pub fn failed(&self) -> bool {
        self.sources.iter().any(|source| source.result == "failed" || !source.problems.is_empty())
    }

    /// True when a person has to look: a failure that does not mend itself.
    pub fn needs_a_person(&self) -> bool {
        self.sources.iter().flat_map(|source| &source.problems).any(|problem| !problem.transient)
    }
}

use std::collections::BTreeMap;

use boji_clean::model::{Article, Label, RuleId, Timestamp};
use boji_clean::word_enum;
use serde::Serialize;

use crate::fetch::{FetchError, redact_url};
use crate::model::{Decision, Outcome, Submission};

word_enum! {
    /// Why a source takes part in a run.
    pub enum DueReason {
        /// Its time has come.
        Due = "due",
        /// It was never asked.
        New = "new",
        /// A person named it.
        Named = "named",
        /// All were asked for.
        All = "all",
        /// It is not asked, but pages that it named wait.
        PagesWait = "pages wait",
        /// It is not asked, but articles that it named are due for another look.
        LooksAgain = "looks again",
    }
}

word_enum! {
    /// Why a source is left alone.
    pub enum SkipReason {
        /// Its time has not come.
        NotDue = "not due",
        /// A person switched it off.
        Disabled = "disabled",
        /// Its server said that it is gone.
        Gone = "gone",
        /// It holds imported files and cannot be asked.
        Folder = "folder",
        /// Others were named.
        NotNamed = "not named",
        /// It is overdue with many others, and follows in the course of its interval.
        PutOff = "put off",
        /// Another source is the same feed.
        Twin = "same feed as another",
    }
}

impl DueReason {
    /// Whether pages that are to wait are asked for as well.
    pub(crate) const fn goes_over_waits(self) -> bool {
        matches!(self, Self::Named | Self::All)
    }
}

impl SkipReason {
    /// Whether pages that the source named are worked on all the same: a feed that is gone may have named pages that
    /// are still there, and a folder may hold lists.
    pub(crate) const fn leaves_pages(self) -> bool {
        matches!(self, Self::NotDue | Self::Gone | Self::Folder | Self::PutOff | Self::Twin)
    }
}

word_enum! {
    /// How a source fared in a run.
    #[derive(Default)]
    pub enum SourceOutcome {
        /// It was asked and answered, or had pages to work on.
        #[default]
        Ok = "ok",
        /// Its server said that nothing changed.
        NotModified = "not_modified",
        /// It could not be read.
        Failed = "failed",
        /// Its host rests, or the day's requests are used up.
        Skipped = "skipped",
        /// A signal came first.
        Stopped = "stopped",
    }
}

word_enum! {
    /// The step of the way at which something failed.
    pub enum Stage {
        /// Reading a file.
        Read = "read",
        /// Asking a source what is new.
        Discover = "discover",
        /// Getting a page.
        Fetch = "fetch",
        /// Making an article of it.
        Clean = "clean",
    }
}

/// What an import did not read, by what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PassedOverCounts {
    /// Files, by their endings with a dot.
    pub files: BTreeMap<String, usize>,
    /// Records of files that hold many, by their type or by what became of their request.
    pub records: BTreeMap<String, usize>,
}

/// What became of the pictures of a source's articles in a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImageCounts {
    /// Kept that were not before.
    pub kept: usize,
    /// Asked for, and not kept.
    pub failed: usize,
}

impl ImageCounts {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What became of one source in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SourceReport {
    /// Id of the source.
    pub source: String,
    /// Its name for people.
    pub name: String,
    /// How it fared.
    pub result: SourceOutcome,
    /// Articles stored for the first time.
    pub new: usize,
    /// Articles stored again because their words changed.
    pub revised: usize,
    /// Articles of which other words are held back until they come again.
    pub held: usize,
    /// Articles whose words are the author's old ones, cleaned by other rules.
    pub refreshed: usize,
    /// Articles seen again unchanged.
    pub unchanged: usize,
    /// New articles that repeat another's text.
    pub duplicates: usize,
    /// Pages that were asked for though they were to wait: a person named their source, or all.
    pub early: usize,
    /// Pages of stored articles that were looked at again.
    pub looked_again: usize,
    /// Pictures, where they are wanted.
    #[serde(skip_serializing_if = "ImageCounts::is_empty")]
    pub images: ImageCounts,
    /// Where its server has moved it for good, "" when it stays where it was.
    pub moved_to: String,
    /// Pages of what the source had before that were read.
    pub older_pages: usize,
    /// There is nothing older than what was read.
    pub has_no_older: bool,
    /// Entries left for a later run.
    pub pending: usize,
    /// Articles that saved lists named.
    pub named: usize,
    /// Files, and records of files, that an import did not read.
    pub passed_over: PassedOverCounts,
    /// Pages that were no article, by the word of their outcome, and `source added`.
    pub others: BTreeMap<&'static str, usize>,
    /// Characters taken out of the new articles' text, by category.
    pub removed: BTreeMap<String, usize>,
    /// Blocks taken out of the new articles' text, by rule.
    pub rules: BTreeMap<RuleId, usize>,
    /// What went wrong, one sentence each with its URL and stage.
    pub problems: Vec<Problem>,
    /// What was odd and got over, one sentence each: a feed that had to be repaired.
    pub oddities: Vec<String>,
    /// When it is due again.
    #[serde(serialize_with = "as_rfc3339")]
    pub next_due: Option<Timestamp>,
}

/// Something that failed for one item while the run went on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Source id or file.
    pub item: String,
    /// Where it failed.
    pub stage: Stage,
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

/// An instant as RFC 3339 in UTC, "" when it is unknown.
#[expect(clippy::ref_option, reason = "serde gives a reference")]
fn as_rfc3339<S: serde::Serializer>(at: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.map(|at| at.to_string()).unwrap_or_default())
}

impl Problem {
    /// A problem of an item without an address, of which only a sentence is known.
    pub fn new(item: &str, stage: Stage, message: String) -> Self {
        let (item, url, hint) = (item.to_owned(), String::new(), String::new());
        Self { item, stage, url, message, hint, transient: false }
    }

    /// A request that failed.
    pub fn of_fetch(item: &str, error: &FetchError, transient: bool) -> Self {
        Self {
            item: item.to_owned(),
            stage: Stage::Fetch,
            url: redact_url(&error.url),
            message: error.message.clone(),
            hint: error.hint().unwrap_or_default().to_owned(),
            transient,
        }
    }
}

impl SourceReport {
    /// An empty report of a source.
    pub fn of(source: &str, name: &str) -> Self {
        Self { source: source.to_owned(), name: name.to_owned(), ..Self::default() }
    }

    /// Takes over what another report of it says of articles. That a page did not come which was asked for as a comparison alone
    /// is no trouble of anybody's.
    pub(super) fn take_articles(&mut self, other: Self) {
        self.new += other.new;
        self.revised += other.revised;
        self.held += other.held;
        self.refreshed += other.refreshed;
        self.unchanged += other.unchanged;
        self.duplicates += other.duplicates;
        self.oddities.extend(other.oddities);
        for (category, characters) in other.removed {
            *self.removed.entry(category).or_default() += characters;
        }
        for (rule, blocks) in other.rules {
            *self.rules.entry(rule).or_default() += blocks;
        }
    }

    fn count(&mut self, decision: &Decision) {
        match decision {
            Decision::New => self.new += 1,
            Decision::Duplicate(_) => self.duplicates += 1,
            Decision::Revision(_) => self.revised += 1,
            Decision::Held(_) => self.held += 1,
            Decision::Refresh(_) => self.refreshed += 1,
            Decision::Unchanged | Decision::Refused => self.unchanged += 1,
        }
    }

    /// Counts what the store decided about articles.
    pub fn count_articles(&mut self, committed: &[(Decision, Submission)]) {
        for (decision, submission) in committed {
            self.count_article(decision, &submission.article);
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
    pub fn other(&mut self, outcome: Outcome) {
        *self.others.entry(outcome.as_str()).or_default() += 1;
    }

    /// Counts entries that rules of the source keep out.
    pub(super) fn skipped(&mut self, entries: usize) {
        if entries > 0 {
            *self.others.entry(Outcome::Skipped.as_str()).or_default() += entries;
        }
    }

    /// Counts a source that a list named.
    pub fn source_added(&mut self) {
        *self.others.entry("source added").or_default() += 1;
    }
}

impl RunReport {
    /// Sum of one count over all sources.
    pub fn total(&self, count: impl Fn(&SourceReport) -> usize) -> usize {
        self.sources.iter().map(count).sum()
    }

    /// True when something failed that belongs in the exit code.
    pub fn failed(&self) -> bool {
        self.sources.iter().any(|source| source.result == SourceOutcome::Failed || !source.problems.is_empty())
    }
}

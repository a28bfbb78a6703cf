use boji_clean::model::{Date, Timestamp};
use serde::Serialize;

use crate::model::{Duplicate, Submission};

/// Which articles are wanted. Empty fields want all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Ids of sources.
    pub sources: Vec<String>,
    /// Published at or after (an article without a date counts with the time it was fetched).
    pub since: Option<Timestamp>,
    /// Published before.
    pub until: Option<Timestamp>,
    /// BCP 47 tags; `zh` also takes `zh-Hans` and `zh-Hant`.
    pub languages: Vec<String>,
    /// Words of [`boji_clean::model::ArticleKind`].
    pub kinds: Vec<String>,
    /// Leave out articles that are exact duplicates of another.
    pub without_duplicates: bool,
    /// Leave out all that repeat another: exact and near duplicates, reprints and what is contained.
    pub without_near_duplicates: bool,
    /// Names of accounts and sites.
    pub accounts: Vec<String>,
    /// Fewest characters of the text.
    pub min_chars: usize,
    /// What becomes of articles that a person hides.
    pub hidden: HiddenOnes,
}

/// What a filter does with hidden articles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HiddenOnes {
    /// Leaves them out.
    #[default]
    LeftOut,
    /// Takes them alone.
    Alone,
    /// Takes them too.
    Too,
}

/// What a filter asks of an article's latest revision.
#[derive(Clone, Copy, Debug)]
pub(super) struct Listed<'a> {
    pub(super) source_id: &'a str,
    pub(super) time: Timestamp,
    pub(super) language: &'a str,
    pub(super) kind: &'a str,
    pub(super) duplicate: Option<&'a Duplicate>,
    pub(super) account: &'a str,
    pub(super) characters: usize,
    pub(super) is_hidden: bool,
}

impl Filter {
    /// Whether an article is wanted.
    pub(super) fn wants(&self, listed: &Listed<'_>) -> bool {
        let any = |wanted: &[String], value: &str| wanted.is_empty() || wanted.iter().any(|word| word == value);
        let passes_the_curtain = match self.hidden {
            HiddenOnes::LeftOut => !listed.is_hidden,
            HiddenOnes::Alone => listed.is_hidden,
            HiddenOnes::Too => true,
        };
        passes_the_curtain
            && any(&self.sources, listed.source_id)
            && any(&self.kinds, listed.kind)
            && any(&self.accounts, listed.account)
            && listed.characters >= self.min_chars
            && (self.languages.is_empty() || self.languages.iter().any(|tag| covers(tag, listed.language)))
            && self.since.is_none_or(|since| listed.time >= since)
            && self.until.is_none_or(|until| listed.time < until)
            && !(self.without_duplicates && listed.duplicate.is_some_and(|duplicate| duplicate.is_same_text))
            && !(self.without_near_duplicates && listed.duplicate.is_some())
    }
}

/// Where an article stands in lists: its publication, else its fetch.
pub(super) fn sort_time(submission: &Submission) -> Timestamp {
    submission.article.published.map_or(submission.fetched_at, Date::instant)
}

/// Whether a tag that is asked for takes a language: `zh` covers `zh` and `zh-Hans`, not `zha`. Tags are the same in any case (RFC 5646, 2.1.1).
pub(crate) fn covers(wanted: &str, language: &str) -> bool {
    let (head, rest) = language.split_at_checked(wanted.len()).unwrap_or_default();
    !head.is_empty() && head.eq_ignore_ascii_case(wanted) && (rest.is_empty() || rest.starts_with('-'))
}

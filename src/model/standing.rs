use boji_clean::model::{Date, PageState, Timestamp};

/// What a list shows of a stored article's latest revision, and what tells whether it is to be cleaned again. Small, so
/// that those of a whole store can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Stable id of the article.
    pub id: String,
    /// The source that led to it.
    pub source_id: String,
    /// The account's or site's display name.
    pub source_name: String,
    /// BCP 47 tag, "" when undecided.
    pub language: String,
    /// Title, "" when it has none.
    pub title: String,
    /// Publication time as stated.
    pub published: Option<Date>,
    /// Characters of its text.
    pub characters: usize,
    /// Number of the revision, from 1.
    pub revision: u32,
    /// Version of the cleaning rules that made it.
    pub rules_hash: String,
    /// Id of the article of which this is a duplicate, "" when it is none.
    pub dup_of: String,
    /// The state that took it away from the web and when that was noticed.
    pub gone: Option<(PageState, Timestamp)>,
    /// Why a person hides it, "" when nobody does.
    pub hidden: String,
}

/// How many articles of one account were cleaned under one version of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionCount {
    /// The account's or site's display name.
    pub source_name: String,
    /// Version of the cleaning rules.
    pub rules_hash: String,
    /// Articles.
    pub articles: usize,
}

use std::fmt;

use serde::{Deserialize, Serialize};

/// What a fetched page turned out to be. Only [`PageState::Article`] is stored as an article.
///
/// The first group says something about the article, `Blocked` says something about us: mixing the two up loses
/// articles for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PageState {
    /// An article with a body: store it.
    Article,
    /// We are kept out (captcha, rate limit, challenge page): pause the host and retry later.
    Blocked,
    /// The author took it down: final, what is stored stays.
    Deleted,
    /// The platform took it down: final, with the reason when shown.
    Violation,
    /// The account moved: follow once.
    Migrated,
    /// A temporary link is over: final for this URL.
    Expired,
    /// Bad parameters: final for this URL.
    Invalid,
    /// "Cannot be viewed now": retry later.
    Unavailable,
    /// A profile, search, album, list or feed page, or an empty shell: reported, not stored.
    NotArticle,
}

impl PageState {
    /// The word used in records, reports and the store.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Article => "article",
            Self::Blocked => "blocked",
            Self::Deleted => "deleted",
            Self::Violation => "violation",
            Self::Migrated => "migrated",
            Self::Expired => "expired",
            Self::Invalid => "invalid",
            Self::Unavailable => "unavailable",
            Self::NotArticle => "not_article",
        }
    }

    /// Every state, in the order of the contract.
    pub const ALL: [Self; 9] = [
        Self::Article,
        Self::Blocked,
        Self::Deleted,
        Self::Violation,
        Self::Migrated,
        Self::Expired,
        Self::Invalid,
        Self::Unavailable,
        Self::NotArticle,
    ];

    /// The state of a word that [`PageState::as_str`] gives.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }

    /// Whether another request for the same URL can bring something else.
    pub const fn may_change(self) -> bool {
        matches!(self, Self::Blocked | Self::Unavailable)
    }
}

impl fmt::Display for PageState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

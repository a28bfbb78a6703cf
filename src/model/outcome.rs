use std::cmp::Ordering;
use std::fmt;

use boji_clean::model::{PageState, Word, read_word};
use boji_clean::word_enum;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::ErrorClass;

word_enum! {
    /// Why the answer of a source could not be used.
    pub enum FailureClass {
        /// It is about us: the host wants a pause.
        Blocked = "blocked",
        /// The source says no.
        Refused = "refused",
        /// The file of cookies that it is to be asked with cannot be read.
        NoCookies = "no_cookies",
        /// The answer is no feed.
        NoFeed = "no_feed",
        /// The answer is no list of articles.
        NoList = "no_list",
        /// Reading it panicked or took too long, which is a mistake in boji.
        BrokeOff = "broke_off",
        /// It came, and the process ended before it was read.
        Started = "started",
    }
}

impl FailureClass {
    /// What it means, as a clause for people.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Blocked => "its host wants a pause",
            Self::Refused => "it says no",
            Self::NoCookies => "its file of cookies cannot be read",
            Self::NoFeed => "what came is no feed",
            Self::NoList => "what came is no list of articles",
            Self::BrokeOff => "reading it failed, which is a mistake in boji",
            Self::Started => "it came, and boji ended before it was read",
        }
    }
}

/// What came of one request, as the history, entries and reports keep it.
#[derive(Clone, Copy, Debug, Eq)]
pub enum Outcome {
    /// A list, a feed or a later page of an article came.
    Captured,
    /// The server said that nothing changed.
    NotModified,
    /// Nothing was asked for: a rule of its source keeps it out.
    Skipped,
    /// Nothing is asked for: a person had its article forgotten.
    Forgotten,
    /// A page came, and turned out to be this.
    Page(PageState),
    /// Nothing usable came, for this reason.
    Failed(ErrorClass),
    /// Something came that does not serve its purpose.
    Unusable(FailureClass),
}

impl Outcome {
    const CAPTURED: &'static str = "captured";
    const NOT_MODIFIED: &'static str = "not_modified";
    const SKIPPED: &'static str = "skipped";
    const FORGOTTEN: &'static str = "forgotten";

    /// The stable word. A list that keeps us out has the word of a page that does.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Captured => Self::CAPTURED,
            Self::NotModified => Self::NOT_MODIFIED,
            Self::Skipped => Self::SKIPPED,
            Self::Forgotten => Self::FORGOTTEN,
            Self::Page(state) => state.as_str(),
            Self::Failed(class) => class.as_str(),
            Self::Unusable(class) => class.as_str(),
        }
    }

    /// What it means, as a clause for people: the one place that puts all of these words into others.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Captured => "it came",
            Self::NotModified => "its server said that nothing changed",
            Self::Skipped => "a rule of its source keeps it out",
            Self::Forgotten => "a person had its article forgotten",
            Self::Page(state) => phrase_of_page(state),
            Self::Failed(class) => class.phrase(),
            Self::Unusable(class) => class.phrase(),
        }
    }

    /// The outcome of a word that [`Outcome::as_str`] gives.
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            Self::CAPTURED => Some(Self::Captured),
            Self::NOT_MODIFIED => Some(Self::NotModified),
            Self::SKIPPED => Some(Self::Skipped),
            Self::FORGOTTEN => Some(Self::Forgotten),
            word => PageState::from_word(word)
                .map(Self::Page)
                .or_else(|| ErrorClass::from_word(word).map(Self::Failed))
                .or_else(|| FailureClass::from_word(word).map(Self::Unusable)),
        }
    }
}

/// What the state of a page means for one that was asked for.
const fn phrase_of_page(state: PageState) -> &'static str {
    match state {
        PageState::Article => "it is an article",
        PageState::Blocked => "its site keeps us out for a while: a captcha, a limit, a challenge",
        PageState::Deleted => "its author took it down",
        PageState::Violation => "its platform took it down",
        PageState::Migrated => "its account moved",
        PageState::Expired => "its link was for a while only, which is over",
        PageState::Invalid => "its link is incomplete or wrong",
        PageState::Unavailable => "it cannot be viewed now",
        PageState::NotArticle => "what came is no article",
    }
}

impl Word for Outcome {
    fn words() -> Vec<&'static str> {
        let mut words = vec![Self::CAPTURED, Self::NOT_MODIFIED, Self::SKIPPED, Self::FORGOTTEN];
        words.extend(PageState::words());
        words.extend(ErrorClass::words());
        words.extend(FailureClass::words());
        words
    }

    fn as_str(self) -> &'static str {
        self.as_str()
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::from_word(word)
    }
}

/// Outcomes of one word are one.
impl PartialEq for Outcome {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

/// By their words, as reports list them.
impl Ord for Outcome {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Outcome {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Outcome {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read_word(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_is_read_from_its_own_word() {
        for word in Outcome::words() {
            let outcome = Outcome::from_word(word).map(Outcome::as_str);
            assert_eq!(outcome, Some(word));
        }
    }

    #[test]
    fn each_outcome_is_put_into_words_as_a_clause() {
        for word in Outcome::words() {
            let phrase = Outcome::from_word(word).map_or("", Outcome::phrase);
            assert!(phrase.contains(' ') && !phrase.ends_with('.'), "{word}: {phrase}");
        }
    }
}

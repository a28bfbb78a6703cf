use std::sync::LazyLock;

use serde::Deserialize;

use crate::config::fold;

/// The shipped words, embedded.
const SHIPPED: &str = include_str!("../../../config/pager.toml");
/// Longest text of a link that is looked at, in bytes: a word and perhaps the title of the next page.
const MAX_TEXT: usize = 400;

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::parse(SHIPPED).unwrap_or_default());

/// How much a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Says {
    /// That something comes next, which may be another article.
    Next,
    /// That it leads to a page.
    Page,
}

/// How an address names a later page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Form {
    /// `?id=5&page=2`.
    Parameter,
    /// `/the-mill/2`, `/the-mill/page/2`.
    Path,
    /// `/71_2.html`. Names of two articles differ so as well.
    Suffix,
}

/// The words of `config/pager.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    #[serde(rename = "wording")]
    pub wordings: Vec<Wording>,
    #[serde(rename = "address")]
    pub addresses: Vec<Address>,
}

/// What a link may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "id, reason and examples are for people and tests"))]
pub(super) struct Wording {
    pub id: String,
    pub says: Says,
    pub reason: String,
    words: Vec<Word>,
    pub takes: Vec<String>,
    pub leaves: Vec<String>,
}

/// What the address of a later page may look like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(not(test), expect(dead_code, reason = "id, reason and examples are for people and tests"))]
pub(super) struct Address {
    pub id: String,
    pub form: Form,
    pub reason: String,
    pub names: Vec<String>,
    pub takes: Vec<(String, String)>,
    pub leaves: Vec<(String, String)>,
}

/// One wording, folded.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
enum Word {
    /// These words and no other, or with a title behind a colon.
    Plain(String),
    /// The same round the number of the page.
    Numbered { before: String, behind: String },
    /// Signs without a letter, as they stand.
    Signs(String),
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        match text.split_once("{n}") {
            Some((before, behind)) => Self::Numbered { before: fold(before), behind: fold(behind) },
            None if fold(&text).is_empty() => Self::Signs(text),
            None => Self::Plain(fold(&text)),
        }
    }
}

impl Words {
    /// The words that come with the program.
    pub fn shipped() -> &'static Self {
        &WORDS
    }

    /// Reads words from TOML; the error tells the line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// What a link with these words says, given the number of the page that its address names.
    pub fn says(&self, text: &str, number: u32) -> Option<Says> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let folded = fold(text);
        self.wordings
            .iter()
            .filter(|wording| wording.words.iter().any(|word| word.is(text, &folded, number)))
            .map(|wording| wording.says)
            .max()
    }

    /// The names of a form of address, in lower case.
    pub fn names(&self, form: Form) -> impl Iterator<Item = &str> {
        self.addresses.iter().filter(move |it| it.form == form).flat_map(|it| &it.names).map(String::as_str)
    }
}

impl Word {
    fn is(&self, text: &str, folded: &str, number: u32) -> bool {
        let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(':');
        match self {
            Self::Plain(word) => folded.strip_prefix(word.as_str()).is_some_and(goes_on),
            Self::Numbered { before, behind } => folded
                .strip_prefix(before.as_str())
                .and_then(|rest| rest.strip_prefix(number.to_string().as_str()))
                .and_then(|rest| rest.strip_prefix(behind.as_str()))
                .is_some_and(goes_on),
            Self::Signs(signs) => text.trim() == signs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wording_takes_and_leaves_its_examples() {
        let words = Words::parse(SHIPPED).expect("the shipped file is valid");
        for wording in &words.wordings {
            assert!(!wording.reason.is_empty() && !wording.takes.is_empty() && !wording.leaves.is_empty());
            for text in &wording.takes {
                let takes = wording.words.iter().any(|word| word.is(text, &fold(text), 2));
                assert!(takes && words.says(text, 2) >= Some(wording.says), "{}: {text}", wording.id);
            }
            for text in &wording.leaves {
                assert_eq!(words.says(text, 2), None, "{}: {text}", wording.id);
            }
        }
        for (nth, wording) in words.wordings.iter().enumerate() {
            assert!(words.wordings.iter().skip(nth + 1).all(|other| other.id != wording.id), "{}", wording.id);
        }
    }

    #[test]
    fn a_title_may_follow_and_the_number_must_agree() {
        let words = Words::shipped();
        assert_eq!(words.says("Next page: How it ends", 2), Some(Says::Page));
        assert_eq!(words.says("Next: How it ends", 2), Some(Says::Next));
        assert_eq!(words.says("page 12", 1), None);
        assert_eq!(words.says("page 12", 12), Some(Says::Page));
        assert_eq!(words.says(&format!("next page: {}", "x".repeat(MAX_TEXT)), 2), None);
    }
}

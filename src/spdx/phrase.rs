use boji_clean::text::{compatible, simplified};
use serde::Deserialize;

/// Words as licences are compared by: see [`words`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "String")]
pub(super) struct Phrase(pub(super) Vec<String>);

impl From<String> for Phrase {
    fn from(text: String) -> Self {
        Self(words(&text))
    }
}

/// Phrases of which the longest that fits is taken.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<Phrase>")]
pub(super) struct Phrases(Vec<Phrase>);

impl From<Vec<Phrase>> for Phrases {
    fn from(mut phrases: Vec<Phrase>) -> Self {
        phrases.retain(|phrase| !phrase.0.is_empty());
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.0.len()));
        Self(phrases)
    }
}

impl Phrases {
    /// How many words the longest phrase takes with which these begin.
    pub(super) fn taken(&self, words: &[String]) -> Option<usize> {
        self.0.iter().find(|phrase| words.starts_with(&phrase.0)).map(|phrase| phrase.0.len())
    }

    /// What stands behind all phrases with which these words begin.
    pub(super) fn skipped<'a>(&self, mut words: &'a [String]) -> &'a [String] {
        while let Some(taken) = self.taken(words) {
            words = words.get(taken..).unwrap_or_default();
        }
        words
    }

    /// Whether one of them stands anywhere.
    pub(super) fn stand_in(&self, words: &[String]) -> bool {
        (0..words.len()).any(|at| self.taken(words.get(at..).unwrap_or_default()).is_some())
    }

    /// The words without any of the phrases.
    pub(super) fn removed(&self, words: &[String]) -> Vec<String> {
        let mut left = Vec::new();
        let mut rest = self.skipped(words);
        while let Some((word, behind)) = rest.split_first() {
            left.push(word.clone());
            rest = self.skipped(behind);
        }
        left
    }
}

/// The words of a text: runs of letters, numbers with the points inside of them, each `+`, and each Han character by itself. In
/// compatibility form, lower case and simplified characters.
pub(super) fn words(text: &str) -> Vec<String> {
    let characters: Vec<char> = compatible(text).flat_map(char::to_lowercase).map(simplified).collect();
    let mut words: Vec<String> = Vec::new();
    let mut before = Kind::Other;
    for (at, &character) in characters.iter().enumerate() {
        let is_digit = |place: Option<usize>| {
            place.and_then(|place| characters.get(place)).is_some_and(|other: &char| other.is_ascii_digit())
        };
        let kind = match character {
            '0'..='9' => Kind::Number,
            '.' if is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)) => Kind::Number,
            '+' | '\u{3400}'..='\u{9fff}' => Kind::Single,
            _ if character.is_alphanumeric() => Kind::Letters,
            _ => Kind::Other,
        };
        match words.last_mut() {
            Some(word) if kind == before && matches!(kind, Kind::Number | Kind::Letters) => word.push(character),
            _ if kind != Kind::Other => words.push(character.to_string()),
            _ => {}
        }
        before = kind;
    }
    words
}

/// What a character is a part of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Letters,
    /// It is a word by itself.
    Single,
    /// It divides words.
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_cut_into_words_and_numbers() {
        for (text, want) in [
            ("CC BY-SA4.0.", "cc by sa 4.0"),
            ("ＧＰＬ－３．０+", "gpl 3.0 +"),
            ("姓名標示 v2", "姓 名 标 示 v 2"),
            ("Österreich…", "österreich"),
            ("... — ()", ""),
        ] {
            assert_eq!(words(text).join(" "), want, "{text}");
        }
    }

    #[test]
    fn the_longest_phrase_is_taken() {
        let phrases = Phrases::from(["非商业", "非商业性使用", "the", ""].map(|text| Phrase(words(text))).to_vec());
        assert_eq!(phrases.taken(&words("非商业性使用 4.0")), Some(6));
        assert_eq!(phrases.removed(&words("the MIT 非商业 the")), ["mit"]);
        assert_eq!(phrases.skipped(&words("the the")), [""; 0]);
        assert!(phrases.stand_in(&words("of the mill")) && !phrases.stand_in(&words("of a mill")));
    }
}

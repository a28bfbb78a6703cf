use std::collections::BTreeMap;

use boji_clean::word_enum;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

word_enum! {
    /// How an article repeats another.
    pub enum DuplicateKind {
        /// Letter by letter, layout and punctuation aside.
        Exact = "exact",
        /// With few other words.
        Near = "near",
        /// All of it stands in a longer one, or all of a digest in the articles that it is made of.
        Contained = "contained",
        /// Exactly or nearly, and its page says that it is a reprint.
        Reprint = "reprint",
    }
}

impl DuplicateKind {
    /// What it means, in a few words.
    pub const fn about(self) -> &'static str {
        match self {
            Self::Exact => "The same text, layout and punctuation aside",
            Self::Near => "Nearly the same text",
            Self::Contained => "All of it stands in a longer article, or in the articles that a digest is made of",
            Self::Reprint => "A copy whose page says that it is one",
        }
    }

    /// What it means, as what stands before the article that is repeated.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Exact => "the same text as",
            Self::Near => "nearly the same text as",
            Self::Contained => "its text stands in",
            Self::Reprint => "a reprint of",
        }
    }
}

/// A share from 0 to 1 in thousandths, so that it is stored and compared in whole numbers. Records show it as a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Score(u16);

impl Score {
    /// Nothing in common.
    pub const NONE: Self = Self(0);
    /// All in common.
    pub const FULL: Self = Self(1_000);

    /// So many thousandths; more than all count as all.
    pub const fn of_thousandths(thousandths: u64) -> Self {
        if thousandths < 1_000 { Self(thousandths as u16) } else { Self::FULL }
    }

    /// The share that `part` is of `whole`, cut off behind the third digit; of nothing, nothing.
    pub const fn share(part: usize, whole: usize) -> Self {
        match (part as u64 * 1_000).checked_div(whole as u64) {
            Some(thousandths) => Self::of_thousandths(thousandths),
            None => Self::NONE,
        }
    }

    /// The same, rounded to the nearest: for figures that people read.
    pub const fn rounded(part: u64, whole: u64) -> Self {
        match (part as u128 * 2_000 + whole as u128).checked_div(whole as u128 * 2) {
            Some(thousandths) => Self::of_thousandths(thousandths as u64),
            None => Self::NONE,
        }
    }

    /// The score of a fraction, which is from 0 to 1.
    pub fn nearest(fraction: f64) -> Self {
        Self::of_thousandths((fraction.clamp(0.0, 1.0) * 1_000.0).round() as u64)
    }

    /// In thousandths.
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// From 0 to 1.
    pub fn fraction(self) -> f64 {
        f64::from(self.0) / 1_000.0
    }
}

impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.fraction())
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        f64::deserialize(deserializer).map(Self::nearest)
    }
}

/// How much two texts have in common, counted in the different runs of five letters that each has. Depends on nothing but the
/// two texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Likeness {
    /// Jaccard index: of the runs of both, the share that both have.
    pub jaccard: Score,
    /// Of the first text's runs the share that the second has.
    pub first_in_second: Score,
    /// Of the second text's runs the share that the first has.
    pub second_in_first: Score,
}

impl Likeness {
    /// The same with the two texts in the other order.
    #[must_use]
    pub const fn turned(self) -> Self {
        Self { first_in_second: self.second_in_first, second_in_first: self.first_in_second, ..self }
    }
}

/// Two stored articles whose texts are alike enough to be kept as such: one in kind or contained one in the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Resemblance {
    /// Id of the one.
    pub first: String,
    /// Id of the other.
    pub second: String,
    /// How alike.
    #[serde(flatten)]
    pub likeness: Likeness,
}

/// What an article repeats.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Duplicate {
    /// Id of the article that stands for it: one that repeats none itself.
    pub of: String,
    /// How.
    pub kind: DuplicateKind,
    /// How much: 1 for the same text, the Jaccard index of one that is nearly the same, of one that is contained the share of it.
    pub score: Score,
    /// Another article has its text letter by letter and stands for it where only exact duplicates are left out.
    pub is_same_text: bool,
}

/// What the articles of a store repeat of one another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates(BTreeMap<String, Duplicate>);

impl Duplicates {
    /// Those of these articles, by id.
    pub fn new(duplicates: BTreeMap<String, Duplicate>) -> Self {
        Self(duplicates)
    }

    /// What an article repeats; `None` when it repeats none.
    pub fn of(&self, id: &str) -> Option<&Duplicate> {
        self.0.get(id)
    }

    /// Of an article that repeats another, which and how, as a clause; "" for one that repeats none.
    pub fn clause(&self, id: &str) -> String {
        let Some(duplicate) = self.of(id) else { return String::new() };
        format!("{} {} ({:.3})", duplicate.kind.phrase(), duplicate.of, duplicate.score.fraction())
    }

    /// Id of the article that an article repeats, "" when it repeats none.
    pub fn original_of(&self, id: &str) -> &str {
        self.of(id).map_or("", |duplicate| duplicate.of.as_str())
    }

    /// Groups of articles, by the id of the one that stands for the others: these by id.
    pub fn groups(&self) -> BTreeMap<&str, Vec<(&str, &Duplicate)>> {
        let mut groups: BTreeMap<&str, Vec<_>> = BTreeMap::new();
        for (id, duplicate) in &self.0 {
            groups.entry(&duplicate.of).or_default().push((id.as_str(), duplicate));
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_a_fraction_of_three_digits_and_comes_back() {
        for (part, whole, want) in [(0, 0, "0.0"), (0, 5, "0.0"), (2, 3, "0.666"), (1, 1, "1.0"), (3, 2, "1.0")] {
            let score = Score::share(part, whole);
            let text = serde_json::to_string(&score).unwrap();
            assert_eq!(text, want, "{part} of {whole}");
            assert_eq!(serde_json::from_str::<Score>(&text).unwrap(), score, "{part} of {whole}");
        }
        assert_eq!(serde_json::from_str::<Score>("7").unwrap(), Score::FULL);
    }
}

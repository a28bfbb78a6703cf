use super::dictionary::{LineScores, clipped};
use super::weights::{self, Weights};
use crate::model::{Category, word_enum};

word_enum! {
    /// How sure the classifiers must be before something that no rule knows goes.
    #[derive(Default)]
    pub enum Strictness {
        /// Text above all: only what is all but certain goes.
        Keep = "keep",
        /// What is far more likely boilerplate than text goes.
        #[default]
        Balanced = "balanced",
        /// What is more likely boilerplate than text goes.
        Strict = "strict",
    }
}

/// Tells lines of boilerplate from lines of an article.
#[derive(Clone, Debug)]
pub struct LineClassifier {
    weights: Weights,
}

impl LineClassifier {
    /// Reads a file of weights; what is wrong with it, when it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        weights::read(text).map(|weights| Self { weights })
    }

    /// Names of the features that it asks, in their order.
    pub fn features(&self) -> &[String] {
        &self.weights.features
    }

    /// How much each line sounds like boilerplate.
    pub fn scores<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Vec<LineScores> {
        let mut line = Vec::new();
        let score = |text| {
            clipped(text, &mut line);
            self.weights.dictionary.scores(&line)
        };
        lines.map(score).collect()
    }

    /// How likely a line with these features is boilerplate: log odds in units of [`super::LOG_ODD`].
    pub fn odds(&self, features: &[f32]) -> i32 {
        self.weights.trees.sum(features)
    }

    /// The odds from which on a line goes.
    pub fn limit(&self, strictness: Strictness) -> i32 {
        let [keep, balanced, strict] = self.weights.limits;
        match strictness {
            Strictness::Keep => keep,
            Strictness::Balanced => balanced,
            Strictness::Strict => strict,
        }
    }

    /// The kind of boilerplate for which the words of a line speak most, and how strongly; `None` where none do.
    pub fn kind(&self, text: &str) -> Option<(Category, i32)> {
        let mut line = Vec::new();
        clipped(text, &mut line);
        let kinds = self.weights.dictionary.kinds(&line, self.weights.kinds.len());
        let most = kinds.iter().copied().max().filter(|most| *most > 0)?;
        let found = kinds.iter().zip(&self.weights.kinds).find(|(sum, _)| **sum == most);
        found.map(|(_, kind)| (*kind, most))
    }

    /// What each feature adds to the odds, in their units.
    pub fn shares(&self, features: &[f32]) -> Vec<i32> {
        let mut shares = vec![0; self.weights.features.len()];
        self.weights.trees.shares(features, &mut shares);
        shares
    }

    /// The runs of characters of a line that say most about it, with what each adds to its score, in log odds.
    pub fn words(&self, text: &str) -> Vec<(String, f32)> {
        let mut line = Vec::new();
        clipped(text, &mut line);
        self.weights.dictionary.reasons(&line)
    }
}

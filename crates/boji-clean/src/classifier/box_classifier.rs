use super::line_classifier::Strictness;
use super::weights::{self, Weights};

/// Where an element stands above a text by whose name its worth is guessed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It holds the text itself.
    Own,
    /// One or two elements above.
    Near,
    /// Further above.
    Far,
}

/// Tells texts of an article from page chrome, by the names of the elements round them and by how a page is built.
#[derive(Clone, Debug)]
pub struct BoxClassifier {
    weights: Weights,
}

impl BoxClassifier {
    /// Reads a file of weights; what is wrong with it, when it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        weights::read(text).map(|weights| Self { weights })
    }

    /// Names of the features that it asks, in their order.
    pub fn features(&self) -> &[String] {
        &self.weights.features
    }

    /// What a word of an element's names says, for each [`Reach`], in whole steps.
    pub fn name(&self, word: &str) -> Option<[i8; 3]> {
        self.weights.names.get(word).copied()
    }

    /// Log odds that a sum of such steps is worth.
    pub fn score(&self, steps: i32) -> f32 {
        let [step, _] = self.weights.dictionary.step;
        step * steps as f32
    }

    /// How likely a text with these features is page chrome: log odds in units of [`super::LOG_ODD`].
    pub fn odds(&self, features: &[f32]) -> i32 {
        self.weights.trees.sum(features)
    }

    /// The odds from which on a text goes.
    pub fn limit(&self, strictness: Strictness) -> i32 {
        let [keep, balanced, strict] = self.weights.limits;
        match strictness {
            Strictness::Keep => keep,
            Strictness::Balanced => balanced,
            Strictness::Strict => strict,
        }
    }

    /// What each feature adds to the odds, in their units.
    pub fn shares(&self, features: &[f32]) -> Vec<i32> {
        let mut shares = vec![0; self.weights.features.len()];
        self.weights.trees.shares(features, &mut shares);
        shares
    }
}

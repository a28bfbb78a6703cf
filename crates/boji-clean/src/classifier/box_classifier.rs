use super::forest::Forest;
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
    weights: Weights<2>,
}

impl BoxClassifier {
    /// Reads a file of weights; what is wrong with it, when it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        weights::read(text).map(|weights| Self { weights })
    }

    /// What decides about a text by its features.
    pub fn forest(&self) -> &Forest {
        &self.weights.forest
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
}

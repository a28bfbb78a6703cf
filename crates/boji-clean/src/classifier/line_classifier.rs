use super::dictionary::clipped;
use super::forest::Forest;
use super::weights::{self, Weights};
use crate::model::Category;

/// How much a line sounds like boilerplate: log odds by what was labelled as such, and by what accounts repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineScores {
    /// By labels.
    pub text: f32,
    /// By repetition.
    pub repeat: f32,
}

/// Tells lines of boilerplate from lines of an article.
#[derive(Clone, Debug)]
pub struct LineClassifier {
    weights: Weights<2>,
    kinds: Vec<Category>,
}

impl LineClassifier {
    /// Reads a file of weights; what is wrong with it, when it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let weights = weights::read(text)?;
        let kinds = weights.kinds.iter().map(|word| Category::from_word(word).ok_or("no kind of boilerplate"));
        let kinds = kinds.collect::<Result<_, _>>()?;
        Ok(Self { weights, kinds })
    }

    /// What decides about a line by its features.
    pub fn forest(&self) -> &Forest {
        &self.weights.forest
    }

    /// How much each line sounds like boilerplate.
    pub fn scores<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Vec<LineScores> {
        let mut line = Vec::new();
        let score = |text| {
            clipped(text, &mut line);
            let [text, repeat] = self.weights.dictionary.scores(&line);
            LineScores { text, repeat }
        };
        lines.map(score).collect()
    }

    /// The kind of boilerplate for which the words of a line speak most, and how strongly; `None` where none do.
    pub fn kind(&self, text: &str) -> Option<(Category, i32)> {
        let mut line = Vec::new();
        clipped(text, &mut line);
        let kinds = self.weights.dictionary.kinds(&line, self.kinds.len());
        let most = kinds.iter().copied().max().filter(|most| *most > 0)?;
        let found = kinds.iter().zip(&self.kinds).find(|(sum, _)| **sum == most);
        found.map(|(_, kind)| (*kind, most))
    }

    /// The runs of characters of a line that say most about it, with what each adds to its score, in log odds.
    pub fn words(&self, text: &str) -> Vec<(String, f32)> {
        let mut line = Vec::new();
        clipped(text, &mut line);
        self.weights.dictionary.reasons(&line)
    }
}

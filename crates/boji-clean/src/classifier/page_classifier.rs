use super::dictionary::clipped;
use super::forest::Forest;
use super::weights::{self, Weights};
use crate::model::PageState;

/// Columns of its dictionary: whether a line is of a page that is no article, whether a whole page is one, and for each of four
/// states whether such a page is of that.
const COLUMNS: usize = 6;

/// Tells pages that stand in the place of an article from short articles.
#[derive(Clone, Debug)]
pub struct PageClassifier {
    weights: Weights<COLUMNS>,
    /// Those of the last columns.
    states: Vec<PageState>,
}

impl PageClassifier {
    /// Reads a file of weights; what is wrong with it, when it is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let weights = weights::read(text)?;
        let states = weights.kinds.iter().map(|word| PageState::from_word(word).ok_or("no state of a page"));
        let states = states.collect::<Result<_, _>>()?;
        Ok(Self { weights, states })
    }

    /// What decides about a page by its features.
    pub fn forest(&self) -> &Forest {
        &self.weights.forest
    }

    /// How much a line sounds like one of a page that is no article: log odds.
    pub fn score(&self, text: &str) -> f32 {
        let [score, ..] = self.scores(std::iter::once(text));
        score
    }

    /// The same of a whole page, by its title and all of its lines.
    pub fn page_score<'t>(&self, lines: impl Iterator<Item = &'t str>) -> f32 {
        let [_, score, ..] = self.scores(lines);
        score
    }

    /// The state for which the words of a page speak most, by its title and all of its lines.
    pub fn state<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Option<PageState> {
        let [_, _, of_states @ ..] = self.scores(lines);
        let most = of_states.iter().copied().reduce(f32::max)?;
        of_states.iter().zip(&self.states).find(|(score, _)| **score >= most).map(|(_, state)| *state)
    }

    fn scores<'t>(&self, lines: impl Iterator<Item = &'t str>) -> [f32; COLUMNS] {
        let (mut all, mut line) = (Vec::new(), Vec::new());
        for text in lines {
            clipped(text, &mut line);
            all.append(&mut line);
        }
        self.weights.dictionary.scores(&all)
    }
}

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
        let states: Vec<PageState> = states.collect::<Result<_, _>>()?;
        // The first two columns are of lines and of pages; a file without anything has no states.
        if !states.is_empty() && states.len() + 2 != COLUMNS {
            return Err("needs a state for each of its last columns".to_owned());
        }
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

    /// Those of some lines in each column.
    fn scores<'t>(&self, lines: impl Iterator<Item = &'t str>) -> [f32; COLUMNS] {
        let (mut all, mut line) = (Vec::new(), Vec::new());
        for text in lines {
            clipped(text, &mut line);
            all.append(&mut line);
        }
        self.weights.dictionary.scores(&all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_a_state_for_each_of_its_columns() {
        let file = |kinds: &str| {
            format!(
                "boji-weights 1\nlimits 3 2 1\nkinds{kinds}\nbias 0 0 0 0 0 0\nstep 1 1 1 1 1 1\ngrams 1\n请\t1 2 3 4 5 6 0 0\nnames 0\nfeatures 0\ntrees 0\n"
            )
        };
        let classifier = PageClassifier::read(&file(" blocked unavailable not_article deleted")).expect("well formed");
        assert_eq!(classifier.state(std::iter::once("请")), Some(PageState::Deleted));
        assert!(classifier.score("请") < classifier.page_score(std::iter::once("请")));
        for (kinds, want) in [
            (" blocked gone not_article deleted", "no state of a page"),
            (" blocked", "needs a state for each of its last columns"),
        ] {
            assert_eq!(PageClassifier::read(&file(kinds)).err().as_deref(), Some(want), "{kinds}");
        }
    }
}

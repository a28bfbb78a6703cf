use serde::Deserialize;

use crate::text::fold;

/// What posts that offer jobs say.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recruiting {
    /// Their titles hold one of these.
    titles: Vec<String>,
    /// Their short lines hold some of these.
    lines: Vec<String>,
}

impl Recruiting {
    /// Adds the words of another file.
    pub(super) fn add(&mut self, other: &Self) {
        for (words, others) in [(&mut self.titles, &other.titles), (&mut self.lines, &other.lines)] {
            words.extend(others.iter().map(|word| fold(word)).filter(|word| !word.is_empty()));
            words.sort();
            words.dedup();
        }
    }

    /// Whether a folded title offers jobs.
    pub fn is_title(&self, title: &str) -> bool {
        self.titles.iter().any(|word| title.contains(word))
    }

    /// How many of the words some folded lines hold, each counted once.
    pub fn words_in(&self, lines: &[String]) -> usize {
        self.lines.iter().filter(|word| lines.iter().any(|line| line.contains(*word))).count()
    }
}

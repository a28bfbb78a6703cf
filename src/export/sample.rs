use std::collections::{BinaryHeap, HashSet};

use super::error::ExportError;
use crate::store::{Filter, Selection, Store};

/// A sample: of all that are wanted the ones whose ids come first when they are mixed. The same seed takes the same articles as
/// long as they are wanted, and a smaller sample is a part of a larger one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// How many.
    pub count: usize,
    /// Another one gives another sample.
    pub seed: u64,
}

impl Sample {
    /// The ids of the articles of the sample, of all that a filter and a selection want. `go_on` may end the walk by its error.
    pub(super) fn ids(
        self,
        store: &dyn Store,
        filter: &Filter,
        selection: &Selection,
        go_on: impl Fn() -> Result<(), ExportError>,
    ) -> Result<HashSet<String>, ExportError> {
        // The largest of the chosen lies on top, to make room for a smaller one.
        let mut chosen = BinaryHeap::new();
        store.try_each_article::<ExportError>(filter, |stored| {
            go_on()?;
            if selection.takes(&stored) {
                chosen.push((self.place(&stored.id), stored.id));
                if chosen.len() > self.count {
                    chosen.pop();
                }
            }
            Ok(())
        })?;
        Ok(chosen.into_iter().map(|(_, id)| id).collect())
    }

    /// Where an article stands among all that are mixed.
    fn place(self, id: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seed.to_le_bytes());
        hasher.update(id.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smaller_sample_is_a_part_of_a_larger_one() {
        let mut ids: Vec<String> = (0..100).map(|number| number.to_string()).collect();
        let first = |ids: &mut Vec<String>, seed, count| -> Vec<String> {
            let sample = Sample { count, seed };
            ids.sort_by_key(|id| sample.place(id));
            ids.iter().take(count).cloned().collect()
        };
        let (ten, twenty) = (first(&mut ids, 1, 10), first(&mut ids, 1, 20));
        assert_eq!(ten, twenty[..10]);
        assert_ne!(ten, first(&mut ids, 2, 10));
    }
}

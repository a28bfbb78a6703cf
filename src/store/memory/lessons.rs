use super::MemoryStore;
use super::held::HeldAccount;
use crate::model::{LearnedBlock, Lesson, Sighting, Sightings};
use crate::store::forget;

impl MemoryStore {
    /// Takes in what an article teaches about its account, unless it may not.
    pub(super) fn take_in(&mut self, lesson: &Lesson) {
        let article_id = self.resolve(&lesson.article_id);
        let is_original = self.articles.get(&article_id).is_some_and(|held| held.dup_of.is_empty());
        if !is_original || lesson.account.is_empty() || self.taught.contains_key(&article_id) {
            return;
        }
        let account = self.accounts.entry(lesson.account.clone()).or_default();
        account.articles += 1;
        self.taught.insert(article_id, (lesson.account.clone(), account.articles));
        account.learn(&lesson.sightings);
    }
}

impl HeldAccount {
    fn learn(&mut self, seen: &[Sighting]) {
        for Sighting { edge, key, sample } in seen {
            let first = || LearnedBlock {
                edge: *edge,
                key: key.clone(),
                sample: sample.clone(),
                sightings: Sightings::default(),
            };
            self.blocks.entry((*edge, key.clone())).or_insert_with(first).sightings.see(self.articles);
        }
        if let Some(last) = forget::last_forgotten(self.articles) {
            let is_fresh = |sightings: &Sightings| sightings.recent.last().is_some_and(|seen| *seen > last);
            self.blocks.retain(|_, block| block.sightings.learned || is_fresh(&block.sightings));
        }
    }
}

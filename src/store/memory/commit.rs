use super::MemoryStore;
use super::held::{HeldArticle, HeldCapture};
use crate::model::{Decision, Entry, Known, Latest, Source, SourceState, Submission, Timestamp};
use crate::store::{Batch, StoreError, decision};

impl MemoryStore {
    /// Does what a batch asks; after an error the store is to be thrown away.
    pub(super) fn apply(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError> {
        for (source_id, capture) in &batch.captures {
            let held =
                HeldCapture { source_id: source_id.clone(), hash: capture.body_hash(), capture: capture.clone() };
            self.captures.push(held);
        }
        let decisions =
            batch.articles.iter().map(|one| self.submit(one, decide)).collect::<Result<Vec<_>, StoreError>>()?;
        for lesson in &batch.lessons {
            self.take_in(lesson);
        }
        for (id, state, at) in &batch.gone {
            let id = self.resolve(id);
            if let Some(held) = self.articles.get_mut(&id)
                && held.gone.is_none_or(|(before, _)| before != *state)
            {
                held.gone = Some((*state, *at));
            }
        }
        for entry in &batch.entries {
            self.known_source(&entry.source_id)?;
            let entry = Entry { article_id: self.resolve(&entry.article_id), ..entry.clone() };
            self.entries.insert((entry.source_id.clone(), entry.key.clone()), entry);
        }
        for (id, state) in &batch.source_states {
            self.known_source(id)?.1 = state.clone();
        }
        self.fetches.extend(batch.fetches.iter().cloned());
        for host in &batch.hosts {
            self.hosts.insert(host.host.clone(), host.clone());
        }
        Ok(decisions)
    }

    fn known_source(&mut self, id: &str) -> Result<&mut (Source, SourceState), StoreError> {
        self.sources.get_mut(id).ok_or_else(|| StoreError::UnknownSource { id: id.to_owned() })
    }

    fn submit(
        &mut self,
        submission: &Submission,
        decide: &dyn Fn(&Submission, &Known) -> Decision,
    ) -> Result<Decision, StoreError> {
        let id = self.stored_id(&submission.article);
        let knows_more = |held: &HeldArticle| !submission.article.metadata.mid.is_empty() && !held.has_numbers();
        let known = Known {
            same_key: self.articles.get(&id).map(|held| match held.latest() {
                latest if knows_more(held) => Latest { rules_hash: String::new(), ..latest },
                latest => latest,
            }),
            same_text: self.same_text(&id, &submission.text_key),
        };
        let decided = decide(submission, &known);
        decision::check(&id, &known, &decided)?;
        if decision::original(&decided).is_some_and(|original| !self.articles.contains_key(original)) {
            return Err(decision::unknown_original(&id));
        }
        let keyed = self.with_stored_key(&id, submission);
        match &decided {
            Decision::New => self.insert(id.clone(), submission, ""),
            Decision::Duplicate(original) => self.insert(id.clone(), submission, original),
            Decision::Revision(_) => self.stand(&id, &keyed, true, ""),
            Decision::Refresh(original) => self.stand(&id, &keyed, false, original.as_deref().unwrap_or_default()),
            Decision::Unchanged => self.see_again(&id, submission.fetched_at),
        }
        self.remember(&submission.article, &id);
        Ok(decided)
    }

    fn same_text(&self, id: &str, text_key: &str) -> Option<String> {
        let same = self.articles.iter().filter(|(other, held)| {
            !text_key.is_empty() && other.as_str() != id && held.dup_of != id && held.text_key() == text_key
        });
        let (first, held) = same.min_by_key(|(other, held)| (!held.dup_of.is_empty(), held.first_seen, *other))?;
        Some(if held.dup_of.is_empty() { first.clone() } else { held.dup_of.clone() })
    }

    fn insert(&mut self, id: String, submission: &Submission, dup_of: &str) {
        let held = HeldArticle {
            revisions: vec![submission.clone()],
            dup_of: dup_of.to_owned(),
            first_seen: submission.fetched_at,
            last_seen: submission.fetched_at,
            gone: None,
        };
        self.articles.insert(id, held);
    }

    /// Makes a submission what an article stands for, as one more revision or in the place of the latest.
    fn stand(&mut self, id: &str, submission: &Submission, one_more: bool, original: &str) {
        self.see_again(id, submission.fetched_at);
        let Some(held) = self.articles.get_mut(id) else { return };
        let old = held.text_key().to_owned();
        if !one_more {
            held.revisions.pop();
        }
        held.revisions.push(submission.clone());
        if submission.text_key == old {
            return;
        }
        original.clone_into(&mut held.dup_of);
        self.part_from_duplicates(id, &old);
    }

    fn part_from_duplicates(&mut self, id: &str, old: &str) {
        let mut followers: Vec<(Timestamp, String)> = self
            .articles
            .iter()
            .filter(|(_, held)| held.dup_of == id && held.text_key() == old)
            .map(|(other, held)| (held.first_seen, other.clone()))
            .collect();
        followers.sort();
        let heir = followers.first().map(|(_, heir)| heir.clone()).unwrap_or_default();
        for (_, follower) in followers {
            if let Some(held) = self.articles.get_mut(&follower) {
                held.dup_of = if follower == heir { String::new() } else { heir.clone() };
            }
        }
    }

    fn see_again(&mut self, id: &str, at: Timestamp) {
        if let Some(held) = self.articles.get_mut(id) {
            held.last_seen = held.last_seen.max(at);
            held.gone = held.gone.filter(|(_, gone_at)| *gone_at >= at);
        }
    }
}

use std::borrow::Cow;

use super::MemoryStore;
use crate::model::{Article, StoredArticle, Submission};

impl MemoryStore {
    /// The id of the article that `id` leads to: itself, when it is no other's alias.
    pub(super) fn resolve(&self, id: &str) -> String {
        self.aliases.get(id).map_or(id, String::as_str).to_owned()
    }

    /// The id under which an article is stored already, by whichever of its keys; its own id when by none.
    pub(super) fn stored_id(&self, article: &Article) -> String {
        let own = self.resolve(&article.id());
        let by_alias =
            || article.aliases().iter().map(|key| self.resolve(&key.id())).find(|id| self.articles.contains_key(id));
        if self.articles.contains_key(&own) { own } else { by_alias().unwrap_or(own) }
    }

    /// The latest revision of the article of an id.
    pub(super) fn latest(&self, id: &str) -> Option<StoredArticle> {
        self.articles.get(id)?.stored(id).pop()
    }

    /// The article that an alias beginning with `prefix` leads to; `None` when there is none, or not one alone.
    pub(super) fn by_alias(&self, prefix: &str) -> Option<StoredArticle> {
        let mut targets = self.aliases.iter().filter(|(id, _)| id.starts_with(prefix)).map(|(_, target)| target);
        let first = targets.next()?;
        self.latest(first).filter(|_| targets.all(|target| target == first))
    }

    /// A submission with the key under which its article is stored.
    pub(super) fn with_stored_key<'a>(&self, id: &str, submission: &'a Submission) -> Cow<'a, Submission> {
        let first = self.articles.get(id).and_then(|held| held.revisions.first());
        match first.map(|first| &first.article.key).filter(|key| **key != submission.article.key) {
            None => Cow::Borrowed(submission),
            Some(key) => {
                let mut submission = submission.clone();
                submission.article.key = key.clone();
                Cow::Owned(submission)
            }
        }
    }

    /// Writes down all keys of an article that is stored under `id`. What was stored under one of them becomes its
    /// duplicate and leads to it from now on.
    pub(super) fn remember(&mut self, article: &Article, id: &str) {
        let keys = std::iter::once(article.key.clone()).chain(article.aliases());
        for alias in keys.map(|key| key.id()).filter(|alias| alias != id) {
            if self.aliases.contains_key(&alias) {
                continue;
            }
            self.aliases.insert(alias.clone(), id.to_owned());
            if self.articles.contains_key(&alias) {
                self.fold(&alias, id);
            }
        }
    }

    /// Makes `other` and its duplicates duplicates of `id`, or of what `id` duplicates; and what led to `other` leads
    /// there.
    fn fold(&mut self, other: &str, id: &str) {
        let original = match self.articles.get_mut(id) {
            Some(held) if held.dup_of == other => {
                held.dup_of.clear();
                id.to_owned()
            }
            Some(held) if !held.dup_of.is_empty() => held.dup_of.clone(),
            _ => id.to_owned(),
        };
        for (name, held) in &mut self.articles {
            if name == other || held.dup_of == other {
                held.dup_of.clone_from(&original);
            }
        }
        for target in self.aliases.values_mut().filter(|target| *target == other) {
            id.clone_into(target);
        }
    }
}

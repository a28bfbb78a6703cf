use std::collections::BTreeMap;

use boji_clean::text::kept_percent;

use crate::model::{Entry, Source, StoredArticle, Submission};
use crate::pipeline::engine::Engine;
use crate::pipeline::error::RunError;

/// Least percentage of each of two texts that stands in the other when both are of one article.
const LEAST_SHARED_PERCENT: usize = 33;

/// The articles to which entries have led before, by id: those of their own source, whose words may come back under another
/// address.
pub(super) async fn former(
    engine: &Engine,
    source: &Source,
    entries: impl IntoIterator<Item = &Entry>,
) -> Result<BTreeMap<String, StoredArticle>, RunError> {
    let ids: Vec<String> =
        entries.into_iter().map(|entry| entry.article_id.clone()).filter(|id| !id.is_empty()).collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let source_id = source.id.clone();
    engine
        .store
        .with(move |store| {
            let mut found = BTreeMap::new();
            for id in ids {
                let stored = store.article(&id)?.filter(|stored| stored.submission.source_id == source_id);
                found.extend(stored.map(|stored| (id, stored)));
            }
            Ok(found)
        })
        .await
}

/// Lets an article that its source names by the same id under another address be the one that it was, as long as its words
/// are. A link that came to lead elsewhere leads to another article.
pub(super) fn keep_key(submission: &mut Submission, entry: &Entry, former: &BTreeMap<String, StoredArticle>) {
    let Some(stored) = former.get(&entry.article_id) else { return };
    let (old, new) = (&stored.submission.article, &mut submission.article);
    let is_same = kept_percent(&old.text, &new.text).min(kept_percent(&new.text, &old.text)) >= LEAST_SHARED_PERCENT;
    if old.key != new.key && is_same {
        new.key = old.key.clone();
    }
}

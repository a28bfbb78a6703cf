use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use boji_clean::word_enum;
use serde::Serialize;

use crate::model::Decision;
use crate::pipeline::Event;
use crate::store::Store;

/// Version of the form of what is told; a field that is added is no other version.
const SCHEMA: u32 = 1;
/// Articles of which a command is told; of more it is told how many there are.
const MOST_ARTICLES: usize = 1_000;
/// Bytes of their addresses, titles and names: strangers wrote them.
const MOST_BYTES: usize = 4 << 20;

/// The articles that a run stores.
#[derive(Default)]
pub(super) struct News(Mutex<BTreeMap<String, Change>>);

word_enum! {
    /// What is new about an article.
    pub(super) enum Change {
        /// All of it.
        New = "new",
        /// It is new, and has the text of another.
        Duplicate = "duplicate",
        /// Its author changed its words.
        Revised = "revised",
    }
}

/// What `on_new` is told.
#[derive(Serialize)]
pub(super) struct NewArticles {
    schema: u32,
    event: &'static str,
    /// All that are new or revised; `articles` holds no more than [`MOST_ARTICLES`] and [`MOST_BYTES`] let it.
    total: usize,
    /// By source and id.
    articles: Vec<NewArticle>,
}

/// An article, with the field names of lists and records.
#[derive(Serialize)]
struct NewArticle {
    id: String,
    change: Change,
    revision: u32,
    url: String,
    title: String,
    date: String,
    account: String,
    source: String,
    language: String,
}

impl News {
    /// Something happened in the run.
    pub(super) fn event(&self, event: &Event) {
        let Event::Stored { article, decision } = event else { return };
        let change = match decision {
            Decision::New => Change::New,
            Decision::Duplicate(_) => Change::Duplicate,
            Decision::Revision(_) => Change::Revised,
            Decision::Held(_) | Decision::Refresh(_) | Decision::Unchanged | Decision::Refused => return,
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // An article that came and changed in one run is new.
        known.entry(article.clone()).or_insert(change);
    }

    /// What there is to tell, as it stands in the store; `None` when nothing came. What a person hides is not told.
    pub(super) fn told(&self, store: &dyn Store) -> anyhow::Result<Option<NewArticles>> {
        let mut found = BTreeMap::new();
        for (id, change) in self.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            if let Some(standing) = store.standing(id)?.filter(|standing| standing.hidden.is_empty()) {
                found.insert((standing.source_id, standing.id), *change);
            }
        }
        let total = found.len();
        let mut articles = Vec::new();
        let mut room = MOST_BYTES;
        for ((_, id), change) in found.into_iter().take(MOST_ARTICLES) {
            let Some(stored) = store.article(&id)? else { continue };
            let article = stored.submission.article;
            let size = article.canonical_url.len() + article.title.len() + article.source_name.len();
            let Some(left) = room.checked_sub(size) else { break };
            room = left;
            articles.push(NewArticle {
                id: stored.id,
                change,
                revision: stored.revision,
                url: article.canonical_url,
                title: article.title,
                date: article.published.map(|date| date.to_string()).unwrap_or_default(),
                account: article.source_name,
                source: stored.submission.source_id,
                language: article.language,
            });
        }
        Ok((total > 0).then_some(NewArticles { schema: SCHEMA, event: "new", total, articles }))
    }
}

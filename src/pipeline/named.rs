//! Articles that a saved list names, without their text: entries that wait for a run.

use boji_clean::model::{ArticleKey, Candidate, PageState, Timestamp, WeChatLink, canonical_url};

use super::error::RunError;
use crate::dedup;
use crate::model::{Entry, EntryStatus, Outcome};
use crate::store::Store;

/// Seconds after which a temporary link is not worth a request. It opens for some hours; a day or two more cost little.
const TEMPORARY_LIFE: i64 = 3 * 86_400;

/// What to do with a named article.
#[derive(Debug)]
pub(super) enum Named {
    /// Nobody has it: an entry that waits.
    New(Entry),
    /// Its article came another way: an entry that is done.
    Stored(Entry),
    /// The source has named it before.
    Known,
    /// Its temporary link is over.
    Over,
}

/// Asks the store what is known of a named article.
pub(super) fn sort(
    store: &dyn Store,
    source_id: &str,
    candidate: Candidate,
    now: Timestamp,
) -> Result<Named, RunError> {
    let entry = waiting(source_id, candidate, now);
    if store.entry(source_id, &entry.key)?.is_some() {
        return Ok(Named::Known);
    }
    let from_list = ArticleKey::parse(&entry.candidate.guid);
    let from_link = canonical_url(&entry.candidate.url).map(ArticleKey::Url);
    for key in from_list.into_iter().chain(from_link) {
        if let Some(stored) = store.article(&key.id())? {
            let (status, outcome) = (EntryStatus::Done, Some(Outcome::Page(PageState::Article)));
            return Ok(Named::Stored(Entry { status, outcome, article_id: stored.id, ..entry }));
        }
    }
    let made = WeChatLink::made_at(&entry.candidate.url);
    if made.is_some_and(|made| made.plus_seconds(TEMPORARY_LIFE) < now) {
        return Ok(Named::Over);
    }
    Ok(Named::New(entry))
}

/// The entry of an article that the list carries whole.
pub(super) fn done(source_id: &str, candidate: Candidate, article_id: &str, now: Timestamp) -> Entry {
    let (status, outcome) = (EntryStatus::Done, Some(Outcome::Page(PageState::Article)));
    Entry { status, outcome, article_id: article_id.to_owned(), ..waiting(source_id, candidate, now) }
}

fn waiting(source_id: &str, candidate: Candidate, now: Timestamp) -> Entry {
    Entry {
        source_id: source_id.to_owned(),
        key: dedup::entry_key(&candidate),
        fingerprint: dedup::entry_fingerprint(&candidate),
        candidate,
        status: EntryStatus::Pending,
        outcome: None,
        tries: 0,
        next_due: now,
        article_id: String::new(),
    }
}

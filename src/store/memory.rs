use std::collections::BTreeMap;
use std::io::Write;

use super::dump::{ArticleLine, CaptureLine, Dump};
use super::filter::{Listed, sort_time};
use super::{Batch, Counts, Filter, Store, StoreError, decision};
use crate::model::{
    Article, Capture, Decision, Entry, EntryStatus, FetchRecord, HostState, Known, PageState, Source, SourceState,
    StoredArticle, Submission, Timestamp,
};

/// A [`Store`] in memory: for tests and for runs that keep nothing. A commit copies the whole of it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    sources: BTreeMap<String, (Source, SourceState)>,
    captures: Vec<HeldCapture>,
    articles: BTreeMap<String, HeldArticle>,
    entries: BTreeMap<(String, String), Entry>,
    fetches: Vec<FetchRecord>,
    hosts: BTreeMap<String, HostState>,
}

#[derive(Clone, Debug)]
struct HeldCapture {
    source_id: String,
    hash: String,
    capture: Capture,
}

#[derive(Clone, Debug)]
struct HeldArticle {
    /// Never empty; the last is the latest.
    revisions: Vec<Submission>,
    dup_of: String,
    first_seen: Timestamp,
    last_seen: Timestamp,
    gone: Option<(PageState, Timestamp)>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn apply(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Article, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError> {
        for (source_id, capture) in &batch.captures {
            let held =
                HeldCapture { source_id: source_id.clone(), hash: capture.body_hash(), capture: capture.clone() };
            self.captures.push(held);
        }
        let decisions =
            batch.articles.iter().map(|one| self.submit(one, decide)).collect::<Result<Vec<_>, StoreError>>()?;
        for (id, state, at) in &batch.gone {
            if let Some(held) = self.articles.get_mut(id)
                && held.gone.is_none_or(|(before, _)| before != *state)
            {
                held.gone = Some((*state, *at));
            }
        }
        for entry in &batch.entries {
            self.known_source(&entry.source_id)?;
            self.entries.insert((entry.source_id.clone(), entry.key.clone()), entry.clone());
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
        decide: &dyn Fn(&Article, &Known) -> Decision,
    ) -> Result<Decision, StoreError> {
        let id = submission.article.id();
        let known = Known {
            same_key: self.articles.get(&id).map(|held| (held.count(), held.latest_hash())),
            same_text: self.same_text(&id, &submission.text_key),
        };
        let decided = decide(&submission.article, &known);
        decision::check(&id, &known, &decided)?;
        match &decided {
            Decision::New => self.insert(id, submission, ""),
            Decision::Duplicate(original) => {
                if !self.articles.contains_key(original) {
                    return Err(decision::unknown_original(&id));
                }
                self.insert(id, submission, original);
            }
            Decision::Revision(_) => self.revise(&id, submission),
            Decision::Unchanged => self.see_again(&id, submission.fetched_at),
        }
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

    fn revise(&mut self, id: &str, submission: &Submission) {
        self.see_again(id, submission.fetched_at);
        let Some(held) = self.articles.get_mut(id) else { return };
        let old = held.text_key().to_owned();
        held.revisions.push(submission.clone());
        if submission.text_key == old {
            return;
        }
        held.dup_of.clear();
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

impl HeldArticle {
    fn count(&self) -> u32 {
        self.revisions.len() as u32
    }

    fn latest_hash(&self) -> String {
        self.revisions.last().map(|latest| latest.article.content_hash()).unwrap_or_default()
    }

    fn text_key(&self) -> &str {
        self.revisions.last().map_or("", |latest| &latest.text_key)
    }

    fn stored(&self, id: &str) -> Vec<StoredArticle> {
        let one = |(number, submission): (usize, &Submission)| StoredArticle {
            id: id.to_owned(),
            submission: submission.clone(),
            revision: number as u32 + 1,
            dup_of: self.dup_of.clone(),
            first_seen: self.first_seen,
            gone: self.gone,
        };
        self.revisions.iter().enumerate().map(one).collect()
    }
}

impl Store for MemoryStore {
    fn put_source(&mut self, source: &Source) -> Result<bool, StoreError> {
        let state = self.sources.get(&source.id).map(|(_, state)| state.clone());
        let is_new = state.is_none();
        self.sources.insert(source.id.clone(), (source.clone(), state.unwrap_or_default()));
        Ok(is_new)
    }

    fn remove_source(&mut self, id: &str) -> Result<bool, StoreError> {
        self.entries.retain(|(source_id, _), _| source_id != id);
        Ok(self.sources.remove(id).is_some())
    }

    fn sources(&self) -> Result<Vec<(Source, SourceState)>, StoreError> {
        Ok(self.sources.values().cloned().collect())
    }

    fn commit(
        &mut self,
        batch: &Batch,
        decide: &dyn Fn(&Article, &Known) -> Decision,
    ) -> Result<Vec<Decision>, StoreError> {
        let mut next = self.clone();
        let decisions = next.apply(batch, decide)?;
        *self = next;
        Ok(decisions)
    }

    fn entry(&self, source_id: &str, key: &str) -> Result<Option<Entry>, StoreError> {
        Ok(self.entries.get(&(source_id.to_owned(), key.to_owned())).cloned())
    }

    fn pending(&self, source_id: Option<&str>, now: Timestamp, limit: usize) -> Result<Vec<Entry>, StoreError> {
        let mut due: Vec<&Entry> = self
            .entries
            .values()
            .filter(|entry| entry.status == EntryStatus::Pending && entry.next_due <= now)
            .filter(|entry| source_id.is_none_or(|id| id == entry.source_id))
            .collect();
        due.sort_by_key(|entry| (entry.next_due, &entry.source_id, &entry.key));
        Ok(due.into_iter().take(limit).cloned().collect())
    }

    fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        Ok(self.hosts.values().cloned().collect())
    }

    fn article(&self, prefix: &str) -> Result<Option<StoredArticle>, StoreError> {
        let prefix = prefix.to_ascii_lowercase();
        let fits: Vec<_> = self.articles.iter().filter(|(id, _)| id.starts_with(&prefix)).collect();
        match fits.as_slice() {
            [] => Ok(None),
            [(id, held)] => Ok(held.stored(id).pop()),
            several => Err(StoreError::Ambiguous { prefix, count: several.len() }),
        }
    }

    fn revisions(&self, id: &str) -> Result<Vec<StoredArticle>, StoreError> {
        Ok(self.articles.get(id).map(|held| held.stored(id)).unwrap_or_default())
    }

    fn each_article(
        &self,
        filter: &Filter,
        visit: &mut dyn FnMut(StoredArticle) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let mut wanted: Vec<StoredArticle> = self
            .articles
            .iter()
            .filter_map(|(id, held)| held.stored(id).pop())
            .filter(|stored| filter.wants(&Listed::of(&stored.submission, !stored.dup_of.is_empty())))
            .collect();
        wanted.sort_by_cached_key(|stored| (sort_time(&stored.submission), stored.id.clone()));
        wanted.into_iter().try_for_each(visit)
    }

    fn capture(&self, hash: &str) -> Result<Option<Capture>, StoreError> {
        let same = self.captures.iter().filter(|held| held.hash == hash).map(|held| &held.capture);
        Ok(same.max_by_key(|capture| (capture.fetched_at, &capture.url)).cloned())
    }

    fn has_capture(&self, url: &str, hash: &str) -> Result<bool, StoreError> {
        Ok(self.captures.iter().any(|held| held.capture.url == url && held.hash == hash))
    }

    fn history(&self, source_id: Option<&str>, limit: usize) -> Result<Vec<FetchRecord>, StoreError> {
        let mut fetches: Vec<FetchRecord> =
            self.fetches.iter().filter(|fetch| source_id.is_none_or(|id| id == fetch.source_id)).cloned().collect();
        fetches.sort_by(in_order);
        Ok(fetches.split_off(fetches.len().saturating_sub(limit)))
    }

    fn counts(&self) -> Result<Counts, StoreError> {
        let pending = self.entries.values().filter(|entry| entry.status == EntryStatus::Pending).count();
        Ok(Counts {
            sources: self.sources.len() as u64,
            articles: self.articles.len() as u64,
            revisions: self.articles.values().map(|held| u64::from(held.count())).sum(),
            captures: self.captures.len() as u64,
            pending: pending as u64,
            bytes: 0,
        })
    }

    fn check(&self) -> Result<Vec<String>, StoreError> {
        let missing = |hash: &String| !hash.is_empty() && !self.captures.iter().any(|held| held.hash == *hash);
        let mut problems = Vec::new();
        for (id, held) in &self.articles {
            for (number, _) in held.revisions.iter().enumerate().filter(|(_, one)| missing(&one.capture_hash)) {
                let number = number + 1;
                problems.push(format!("the capture of revision {number} of the article {id} is not there"));
            }
        }
        Ok(problems)
    }

    fn dump(&self, out: &mut dyn Write) -> Result<(), StoreError> {
        let mut dump = Dump(out);
        for (source, state) in self.sources.values() {
            dump.source(source, state)?;
        }
        let mut captures: Vec<&HeldCapture> = self.captures.iter().collect();
        captures.sort_by_cached_key(|held| held.order());
        for held in captures {
            let length = held.capture.body.len() as u64;
            dump.capture(&CaptureLine::new(&held.source_id, &held.capture, &held.hash, length))?;
        }
        for (id, held) in &self.articles {
            let Some(latest) = held.revisions.last() else { continue };
            dump.article(&ArticleLine {
                id,
                key: &latest.article.key.to_string(),
                revision: held.count(),
                dup_of: &held.dup_of,
                first_seen: held.first_seen,
                last_seen: held.last_seen,
                gone: held.gone,
            })?;
        }
        for stored in self.articles.iter().flat_map(|(id, held)| held.stored(id)) {
            dump.revision(&stored)?;
        }
        self.entries.values().try_for_each(|entry| dump.entry(entry))?;
        self.history(None, usize::MAX)?.iter().try_for_each(|fetch| dump.fetch(fetch))?;
        self.hosts.values().try_for_each(|host| dump.host(host))
    }
}

impl HeldCapture {
    fn order(&self) -> impl Ord + use<> {
        let capture = &self.capture;
        let json = |value: Result<String, serde_json::Error>| value.unwrap_or_default();
        (
            (capture.url.clone(), capture.fetched_at, self.hash.clone(), self.source_id.clone(), capture.status),
            json(serde_json::to_string(&capture.hops)),
            json(serde_json::to_string(&capture.headers)),
        )
    }
}

fn in_order(one: &FetchRecord, other: &FetchRecord) -> std::cmp::Ordering {
    one.at
        .cmp(&other.at)
        .then_with(|| one.source_id.cmp(&other.source_id))
        .then_with(|| one.url.cmp(&other.url))
        .then_with(|| (one.status, one.bytes, one.millis).cmp(&(other.status, other.bytes, other.millis)))
        .then_with(|| (&one.outcome, &one.error).cmp(&(&other.outcome, &other.error)))
}

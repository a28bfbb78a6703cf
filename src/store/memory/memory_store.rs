use std::collections::BTreeMap;
use std::io::Write;

use super::held::{HeldAccount, HeldArticle, HeldCapture};
use crate::model::{
    Capture, Decision, Entry, EntryStatus, FetchRecord, HostState, Known, Learned, Profile, Ruling, Source,
    SourceState, StoredArticle, Submission, Timestamp,
};
use crate::store::dump::{ArticleLine, CaptureLine, Dump, TaughtLine};
use crate::store::filter::{Listed, sort_time};
use crate::store::{Batch, Counts, Filter, Store, StoreError};

/// A [`Store`] in memory: for tests and for runs that keep nothing. A commit copies the whole of it.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    pub(super) sources: BTreeMap<String, (Source, SourceState)>,
    pub(super) captures: Vec<HeldCapture>,
    pub(super) articles: BTreeMap<String, HeldArticle>,
    pub(super) entries: BTreeMap<(String, String), Entry>,
    pub(super) fetches: Vec<FetchRecord>,
    pub(super) hosts: BTreeMap<String, HostState>,
    pub(super) accounts: BTreeMap<String, HeldAccount>,
    /// By id of the article: its account, and as the account's how many-th it taught.
    pub(super) taught: BTreeMap<String, (String, u32)>,
    pub(super) rulings: BTreeMap<Ruling, Timestamp>,
    /// Other ids of articles, and the article that each leads to.
    pub(super) aliases: BTreeMap<String, String>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
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
        decide: &dyn Fn(&Submission, &Known) -> Decision,
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

    fn entries_of(&self, article_id: &str) -> Result<Vec<Entry>, StoreError> {
        let led = |entry: &&Entry| !article_id.is_empty() && entry.article_id == article_id;
        Ok(self.entries.values().filter(led).cloned().collect())
    }

    fn learned(&self) -> Result<Learned, StoreError> {
        let profiles = self.accounts.iter().map(|(name, held)| (name.clone(), held.profile(name)));
        Ok(Learned {
            profiles: profiles.filter(|(_, profile)| !profile.blocks.is_empty()).collect(),
            rulings: self.rulings.keys().cloned().collect(),
        })
    }

    fn profile(&self, account: &str) -> Result<Option<Profile>, StoreError> {
        Ok(self.accounts.get(account).map(|held| held.profile(account)))
    }

    fn accounts(&self) -> Result<Vec<Profile>, StoreError> {
        let bare = |(name, held): (&String, &HeldAccount)| Profile {
            account: name.clone(),
            articles: held.articles,
            blocks: Vec::new(),
        };
        Ok(self.accounts.iter().map(bare).collect())
    }

    fn rule(&mut self, ruling: &Ruling, at: Timestamp) -> Result<bool, StoreError> {
        let is_new = !self.rulings.contains_key(ruling);
        self.rulings.entry(ruling.clone()).or_insert(at);
        Ok(is_new)
    }

    fn unrule(&mut self, ruling: &Ruling) -> Result<bool, StoreError> {
        Ok(self.rulings.remove(ruling).is_some())
    }

    fn hosts(&self) -> Result<Vec<HostState>, StoreError> {
        Ok(self.hosts.values().cloned().collect())
    }

    fn article(&self, prefix: &str) -> Result<Option<StoredArticle>, StoreError> {
        let prefix = prefix.to_ascii_lowercase();
        let fits: Vec<_> = self.articles.iter().filter(|(id, _)| id.starts_with(&prefix)).collect();
        match fits.as_slice() {
            [] => Ok(self.by_alias(&prefix)),
            [(id, _)] => Ok(self.latest(&self.resolve(id))),
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
            for (number, one) in held.revisions.iter().enumerate() {
                let number = number + 1;
                if missing(&one.capture_hash) {
                    problems.push(format!("the capture of revision {number} of the article {id} is not there"));
                }
                if one.later_captures.iter().any(missing) {
                    problems.push(format!("a later page of revision {number} of the article {id} is not there"));
                }
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
        self.hosts.values().try_for_each(|host| dump.host(host))?;
        self.accounts()?.iter().try_for_each(|account| dump.account(account))?;
        for (article, (account, number)) in &self.taught {
            dump.taught(&TaughtLine { article, account, number: *number })?;
        }
        for (account, held) in &self.accounts {
            held.blocks.values().try_for_each(|block| dump.account_block(account, block))?;
        }
        self.rulings.iter().try_for_each(|(ruling, at)| dump.ruling(ruling, *at))?;
        self.aliases.iter().try_for_each(|(id, article)| dump.alias(id, article))
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

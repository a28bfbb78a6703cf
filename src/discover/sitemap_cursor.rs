use std::collections::BTreeMap;

use boji_clean::model::Timestamp;
use serde::{Deserialize, Serialize};

/// Sitemaps of an index of which is known what they said last.
const MAX_SITEMAPS: usize = 1_000;

/// What is kept of a sitemap between two runs, as JSON; anything else is a new beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SitemapCursor {
    /// When the source was polled first, in seconds; 0 before.
    pub since: i64,
    /// When it was polled last, in seconds.
    pub polled: i64,
    /// Addresses that the first poll may still take; `None` when it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<usize>,
    /// New addresses that this run may still take.
    pub room: usize,
    /// Something is left for the next run, or can only be told by asking: no validators are to be sent along.
    pub is_open: bool,
    /// Addresses of the sitemaps that this run has still to ask for, with their marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub queue: Vec<(String, SitemapMark)>,
    /// By the short hash of their addresses, what the sitemaps of an index were when they were met last.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sitemaps: BTreeMap<u32, SitemapMark>,
    /// By the same hash, when those were asked for that did not answer, in seconds.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unanswered: BTreeMap<u32, i64>,
}

/// What is known of one sitemap of an index.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct SitemapMark(
    /// Its `lastmod` in seconds; when it was read last where it has none, 0 before.
    pub i64,
    /// All that it names is known.
    pub bool,
    /// It has no `lastmod`: what it says can only be told by asking.
    pub bool,
);

impl SitemapCursor {
    pub(super) fn parse(text: &str) -> Self {
        serde_json::from_str(text).unwrap_or_default()
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Begins a run at this instant, with room for so many new addresses, of which a first poll takes `first`.
    pub(super) fn begin(&mut self, now: Timestamp, room: usize, first: usize) {
        if self.since == 0 {
            (self.since, self.first) = (now.as_seconds().max(1), Some(first));
        }
        self.room = room;
    }

    /// Remembers what a sitemap is. Where there is no more room the one that changed longest ago is forgotten.
    pub(super) fn note(&mut self, url: &str, mark: SitemapMark) {
        self.sitemaps.insert(key(url), mark);
        if self.sitemaps.len() > MAX_SITEMAPS {
            let oldest = self.sitemaps.iter().min_by_key(|(key, mark)| (mark.0, **key)).map(|(key, _)| *key);
            oldest.map(|key| self.sitemaps.remove(&key));
        }
    }

    /// Remembers that a sitemap could not be had.
    pub(super) fn note_unanswered(&mut self, url: &str, now: Timestamp) {
        if self.unanswered.len() < MAX_SITEMAPS {
            self.unanswered.insert(key(url), now.as_seconds());
        }
    }

    /// Forgets that it could not be had.
    pub(super) fn note_answered(&mut self, url: &str) {
        self.unanswered.remove(&key(url));
    }

    /// When a sitemap was asked for last and could not be had, in seconds; `None` when it could.
    pub(super) fn unanswered_at(&self, url: &str) -> Option<i64> {
        self.unanswered.get(&key(url)).copied()
    }

    /// What is known of a sitemap.
    pub(super) fn known(&self, url: &str) -> Option<SitemapMark> {
        self.sitemaps.get(&key(url)).copied()
    }

    /// Forgets what is no longer in the index.
    pub(super) fn keep_only<'a>(&mut self, urls: impl Iterator<Item = &'a str>) {
        let named: std::collections::BTreeSet<u32> = urls.map(key).collect();
        self.sitemaps.retain(|key, _| named.contains(key));
        self.unanswered.retain(|key, _| named.contains(key));
    }
}

fn key(url: &str) -> u32 {
    blake3::hash(url.as_bytes()).as_bytes().first_chunk::<4>().map_or(0, |bytes| u32::from_le_bytes(*bytes))
}

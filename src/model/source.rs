use std::collections::BTreeMap;

use boji_clean::model::{Timestamp, or_empty};
use boji_clean::parse::Rhythm;
use boji_clean::word_enum;
use serde::{Deserialize, Serialize};

use super::outcome::Outcome;
use super::picture::KeepImages;

word_enum! {
    /// Where articles come from.
    pub enum SourceKind {
        /// RSS, Atom, RDF or JSON Feed.
        Feed = "feed",
        /// A public WeChat album (`/mp/appmsgalbum`).
        Album = "album",
        /// A list of article addresses, kept in the source's `urls`.
        Urls = "urls",
        /// A page that lists articles: a blog's home, a category, an archive.
        ListPage = "list-page",
        /// A sitemap, or an index of sitemaps.
        Sitemap = "sitemap",
        /// Files imported from a folder; never polled.
        Folder = "folder",
    }
}

/// When a source is due again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Schedule {
    /// Every so many seconds after the last try.
    Every(u32),
    /// A cron expression of five fields, read in `time_zone_minutes` of the source.
    Cron(String),
    /// By the times at which it has published.
    Auto,
}

/// One place to look for articles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Short stable name made of letters, digits, `-`, `_` and `.`, unique in a store.
    pub id: String,
    /// The kind.
    pub kind: SourceKind,
    /// Name for people.
    pub name: String,
    /// Address of the feed, album, list page or sitemap; "" for `urls` and `folder`.
    pub url: String,
    /// Article addresses of a `urls` source.
    pub urls: Vec<String>,
    /// When it is due.
    pub schedule: Schedule,
    /// A person chose its interval or its times: what a server asks for beyond them counts less.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own_schedule: bool,
    /// Minutes east of UTC for times stated without a zone; 480 for Chinese sources.
    pub time_zone_minutes: i16,
    /// Fetch the article pages even when the feed carries full text.
    pub fetch_pages: bool,
    /// Join an article that runs over several pages; a store of an earlier version has no word on it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub join_pages: bool,
    /// Which pictures of its articles are kept; `None` as the settings say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keep_images: Option<KeepImages>,
    /// Follow redirects from https to http.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follow_to_http: bool,
    /// The name that its requests give at its own site; "" for that of the installation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user_agent: String,
    /// What its requests carry beside that at its own site, by the header's name in lower case. The values may be secrets: they are
    /// written into the store alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Path of a file of cookies for its own site, in Netscape's format; "" for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub cookies: String,
    /// Rules of which an entry must fit one, when there are any, as `EntryRule` reads them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keep: Vec<String>,
    /// Rules of which an entry must fit none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skip: Vec<String>,
    /// Sources with a higher one are asked, with their pages, before the others of a run: -10 to 10.
    #[serde(default, skip_serializing_if = "is_ordinary")]
    pub priority: i8,
    /// What a person files it under, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// It stands in a `sources.toml`, which says how it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_file: bool,
    /// Off means: kept, listed, never polled.
    pub enabled: bool,
}

impl Source {
    /// A source that is on, with what most have: its id for a name, no list of addresses, UTC, the feed's text taken where
    /// it is whole, and articles of one page.
    pub fn new(kind: SourceKind, id: impl Into<String>, url: impl Into<String>, schedule: Schedule) -> Self {
        let id = id.into();
        Self {
            name: id.clone(),
            id,
            kind,
            url: url.into(),
            urls: Vec::new(),
            schedule,
            own_schedule: false,
            time_zone_minutes: 0,
            fetch_pages: false,
            join_pages: false,
            keep_images: None,
            follow_to_http: false,
            user_agent: String::new(),
            headers: BTreeMap::new(),
            cookies: String::new(),
            keep: Vec::new(),
            skip: Vec::new(),
            priority: 0,
            tags: Vec::new(),
            from_file: false,
            enabled: true,
        }
    }
}

/// Whether a priority is that of most sources.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_ordinary(priority: &i8) -> bool {
    *priority == 0
}

/// Texts from places for abstracts that are compared with their pages before a source is believed, and days for which it is.
const ABSTRACTS: u32 = 2;
const ABSTRACT_DAYS: i64 = 30;

/// What is remembered of a source between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourceState {
    /// `ETag` of the last complete answer, byte for byte.
    pub etag: String,
    /// `Last-Modified` of the last complete answer, byte for byte.
    pub last_modified: String,
    /// The address that gave these two, "" when it was the source's own and no redirect led to another.
    pub validators_of: String,
    /// Last complete answer, 0 when there was none.
    pub read_whole_at: Timestamp,
    /// Not to be asked before this instant.
    pub next_due: Timestamp,
    /// Last try, 0 when there was none.
    pub last_tried: Timestamp,
    /// Last try that succeeded, 0 when there was none.
    pub last_success: Timestamp,
    /// Failures since then.
    pub failures: u32,
    /// The last failure; `None` after a success.
    #[serde(with = "or_empty")]
    pub last_error: Option<Outcome>,
    /// The server said 410: stopped until a person asks again.
    pub gone: bool,
    /// Where the source was last redirected for good, and how many times in a row it said so.
    pub moved_to: String,
    /// Times in a row that `moved_to` was confirmed.
    pub moved_count: u32,
    /// The address that the source had before its server moved it for good, "" when it never did.
    pub moved_from: String,
    /// How many texts from places for abstracts were compared with their pages lately, and how many were but the beginning.
    pub abstracts_compared: u32,
    /// See `abstracts_compared`.
    pub abstracts_shorter: u32,
    /// When the last of them was.
    pub abstracts_at: Timestamp,
    /// Cursor of a discovery that has to go on next time (an album's page), "" when there is none.
    pub cursor: String,
    /// When the feed asks not to be polled.
    pub rhythm: Rhythm,
    /// WebSub hub that it names, "" when it names none.
    pub hub: String,
    /// Where it says that its older entries are, "" when it does not.
    pub older_url: String,
    /// Hash of the answer that came while it was added and waits to be read, "" when there is none.
    pub unread: String,
    /// When it was last put off, for too many were overdue with it; 0 when it never was.
    pub put_off_at: Timestamp,
    /// First try that succeeded, 0 when there was none.
    pub known_since: Timestamp,
    /// When its newest entries were published, in seconds since 1970, oldest first; of one without a date, when it was first seen.
    pub published: Vec<i64>,
}

/// Days after which a source is asked for all it has though it says that nothing changed: some say so for ever.
const BELIEVED_DAYS: i64 = 28;

/// Times of publication that are remembered of a source.
const MAX_PUBLISHED: usize = 100;

impl SourceState {
    /// Takes in when new entries were published.
    pub fn note_published(&mut self, times: impl IntoIterator<Item = i64>) {
        self.published.extend(times);
        self.published.sort_unstable();
        self.published.dedup();
        self.published.drain(..self.published.len().saturating_sub(MAX_PUBLISHED));
    }

    /// Whether its validators are to be sent along at this instant.
    pub fn believes_validators(&self, now: Timestamp) -> bool {
        let since = self.read_whole_at;
        // A clock that was ahead wrote what lies in the future.
        since == Timestamp::default() || since <= now && now < since.plus_seconds(BELIEVED_DAYS * 86_400)
    }

    /// How many more texts from places for abstracts are to be compared with their pages at this instant.
    pub fn abstracts_to_compare(&self, now: Timestamp) -> usize {
        let is_old = self.abstracts_at.plus_seconds(ABSTRACT_DAYS * 86_400) < now;
        let known = if is_old { 0 } else { self.abstracts_compared };
        ABSTRACTS.saturating_sub(known) as usize
    }

    /// Whether what stands in such places is but the beginning of the pages.
    pub const fn gives_abstracts(&self) -> bool {
        self.abstracts_shorter > 0 && self.abstracts_shorter * 2 >= self.abstracts_compared
    }

    /// Takes in what one comparison gave.
    pub fn compare_abstract(&mut self, is_shorter: bool, now: Timestamp) {
        if self.abstracts_to_compare(now) == ABSTRACTS as usize {
            (self.abstracts_compared, self.abstracts_shorter) = (0, 0);
        }
        self.abstracts_compared += 1;
        self.abstracts_shorter += u32::from(is_shorter);
        self.abstracts_at = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_believed_after_two_pages_and_asked_again_a_month_later() {
        let day = |number: i64| Timestamp::from_seconds(1_700_000_000 + number * 86_400);
        let mut state = SourceState::default();
        assert_eq!((state.abstracts_to_compare(day(0)), state.gives_abstracts()), (2, false));
        state.compare_abstract(true, day(0));
        assert_eq!((state.abstracts_to_compare(day(0)), state.gives_abstracts()), (1, true));
        state.compare_abstract(false, day(1));
        assert_eq!((state.abstracts_to_compare(day(1)), state.gives_abstracts()), (0, true));
        assert_eq!(state.abstracts_to_compare(day(40)), 2);
        state.compare_abstract(false, day(40));
        assert!(!state.gives_abstracts());
    }
}

use boji_clean::model::{Article, ArticleKey, Candidate, Origin, PageState, Timestamp, WeChatLink, canonical_url};
use boji_clean::word_enum;
use serde::{Deserialize, Serialize};

use super::outcome::Outcome;

word_enum! {
    /// Whether an entry of a source still needs work.
    pub enum EntryStatus {
        /// To be fetched at `next_due` or later.
        Pending = "pending",
        /// Its article is stored. It was seen last at `next_due`; when its page did not come at a later look, it is not looked at
        /// again before that instant.
        Done = "done",
        /// Nothing more will come of it (deleted, gone, refused by robots, not an article).
        Closed = "closed",
    }
}

impl EntryStatus {
    /// What it means, as a clause for people.
    pub const fn phrase(self) -> &'static str {
        match self {
            Self::Pending => "it waits",
            Self::Done => "its article is stored",
            Self::Closed => "nothing more is expected of it",
        }
    }
}

/// How the key of an imported document's entry begins: no address and no guid does so.
pub(crate) const DOCUMENT_KEY: &str = "file:";

/// One thing a source has named, and how far we are with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The source that named it.
    pub source_id: String,
    /// Identity within the source: guid, else canonical URL, else hash of title, date and text.
    pub key: String,
    /// What the source said, without the body once the entry is done.
    pub candidate: Candidate,
    /// Hash of what the source said: another value means the entry was edited.
    pub fingerprint: String,
    /// Hash of its title, day and words, by which it is known again when its source gives it another id and another address; ""
    /// when it says too little.
    pub words_hash: String,
    /// How far we are.
    pub status: EntryStatus,
    /// What came of the last try; `None` before the first.
    pub outcome: Option<Outcome>,
    /// The rule of its source that kept it out, while its outcome says that one did; "" otherwise.
    pub skipped_by: String,
    /// Tries so far. Of an entry that is done: tries since its page was read last, that one counted; 0 when its page was not read.
    pub tries: u32,
    /// Not before this instant; of an entry that is done see [`EntryStatus::Done`].
    pub next_due: Timestamp,
    /// The article that came of it, "" until there is one.
    pub article_id: String,
}

impl Entry {
    /// The same entry when what it led to was held back: its page is asked for again at `at`. The words of a feed come with its
    /// next poll, which must not find them known.
    #[must_use]
    pub fn asked_again(&self, at: Timestamp, is_of_feed: bool) -> Self {
        if is_of_feed {
            Self { fingerprint: String::new(), ..self.clone() }
        } else {
            Self { status: EntryStatus::Pending, next_due: at, ..self.clone() }
        }
    }

    /// Id of the article that the entry led to, or would lead to by its address; `None` when its address tells nothing.
    pub fn known_id(&self) -> Option<String> {
        if !self.article_id.is_empty() {
            return Some(self.article_id.clone());
        }
        let key = WeChatLink::parse(&self.candidate.url).and_then(|link| link.key());
        let key = key.or_else(|| ArticleKey::parse(&self.candidate.guid));
        key.or_else(|| canonical_url(&self.candidate.url).map(ArticleKey::Url)).map(|key| key.id())
    }
}

/// What bears on when the page of an article is looked at again: of an entry that is done, has an address, and belongs to the
/// source that has the article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSight {
    /// The source of the entry.
    pub source_id: String,
    /// The key of the entry.
    pub key: String,
    /// When the article was seen last through it; when a later look gave nothing, the instant before which there is no other.
    pub at: Timestamp,
    /// What came of the last look.
    pub outcome: Option<Outcome>,
    /// When the article was first stored.
    pub first_seen: Timestamp,
    /// What kind of place the article came from.
    pub origin: Origin,
    /// Its words are those of the page, not of a feed about it or of a file.
    pub is_of_page: bool,
    /// It was taken off the web.
    pub is_gone: bool,
}

/// One request and what came of it: the history that `status` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchRecord {
    /// The source for which it was made.
    pub source_id: String,
    /// The URL asked for.
    pub url: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Final HTTP status, 0 when there was no answer.
    pub status: u16,
    /// Decoded bytes received.
    pub bytes: u64,
    /// How long it took, by the run's clock.
    pub millis: i64,
    /// What came of it.
    pub outcome: Outcome,
    /// Sentence for people, "" when all is well.
    pub error: String,
}

impl FetchRecord {
    /// A request and what came of it, without status, size and sentence: asked at `at`, over at `now`.
    pub fn of(outcome: Outcome, source_id: &str, url: &str, at: Timestamp, now: Timestamp) -> Self {
        Self {
            source_id: source_id.to_owned(),
            url: url.to_owned(),
            at,
            status: 0,
            bytes: 0,
            millis: now.as_millis() - at.as_millis(),
            outcome,
            error: String::new(),
        }
    }
}

/// What is remembered of a host between two runs, so that a restart is no excuse for a burst.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostState {
    /// Host name, with `:port` when it is not the scheme's own.
    pub host: String,
    /// No request before this instant (Retry-After, captcha, gap).
    pub not_before: Timestamp,
    /// Why, "" for the ordinary gap.
    pub reason: String,
    /// When the rest for that reason began, 0 when that was not written down.
    pub rests_since: Timestamp,
    /// Pauses in a row for being kept out.
    pub strikes: u32,
    /// Body of robots.txt, `None` when it was never asked.
    pub robots: Option<String>,
    /// HTTP status with which robots.txt came.
    pub robots_status: u16,
    /// When robots.txt was asked.
    pub robots_at: Timestamp,
    /// The UTC day (`2026-11-24`) that `requests_today` counts.
    pub day: String,
    /// Requests made on that day.
    pub requests_today: u32,
}

impl HostState {
    /// Whether it rests at this instant, for a reason and not for the ordinary gap.
    pub fn rests(&self, now: Timestamp) -> bool {
        self.not_before > now && !self.reason.is_empty()
    }

    /// Requests made on the UTC day of this instant.
    pub fn requests_on(&self, now: Timestamp) -> u32 {
        if self.day == Self::day_of(now) { self.requests_today } else { 0 }
    }

    /// The UTC day of an instant, as `day` writes it.
    pub fn day_of(now: Timestamp) -> String {
        now.to_string().chars().take("2026-11-24".len()).collect()
    }
}

/// An article on its way into the store.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The article.
    pub article: Article,
    /// The source that led to it.
    pub source_id: String,
    /// Content address of the capture it was made from; of its first page when it runs over several.
    pub capture_hash: String,
    /// Those of the captures of its later pages, in order; empty for an article of one page.
    pub later_captures: Vec<String>,
    /// When the first of them was fetched.
    pub fetched_at: Timestamp,
    /// Hash of the normalised text, for exact duplicates.
    pub text_key: String,
    /// `sh:` and the SimHash of the text.
    pub simhash: String,
    /// Version of the cleaning rules that were used.
    pub rules_hash: String,
    /// The words are those of a feed about a page, not of the page. Not stored.
    pub is_of_feed: bool,
}

/// An article as the store gives it back: the revision that stands, or another where one was asked for.
#[derive(Clone, Debug)]
pub struct StoredArticle {
    /// Stable id.
    pub id: String,
    /// What was submitted.
    pub submission: Submission,
    /// Number of this revision, from 1.
    pub revision: u32,
    /// When its words came first, while they wait to come again; `None` for every other revision.
    pub held_since: Option<Timestamp>,
    /// Id of the article of which this is a duplicate, "" when it is none.
    pub dup_of: String,
    /// When the article was first stored.
    pub first_seen: Timestamp,
    /// The state that took it away from the web and when that was noticed.
    pub gone: Option<(PageState, Timestamp)>,
}

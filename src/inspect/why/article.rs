use boji_clean::model::{PageState, Timestamp, or_empty};
use serde::Serialize;

use super::picture::PictureFact;
use super::{REQUESTS, SCHEMA};
use crate::config::RunSettings;
use crate::fetch::redact_url;
use crate::inspect::facts::{Circumstances, PageFact, RequestFact, as_rfc3339, rfc3339};
use crate::model::{Duplicates, Entry, FetchRecord, StoredArticle};
use crate::pipeline::{self, NoLook};
use crate::store::{Store, StoreError};

/// What is known of a stored article's way into the store.
#[derive(Serialize)]
pub(crate) struct ArticleFact {
    pub id: String,
    pub title: String,
    /// Address that it came from, without passwords and keys; "" of a file.
    pub url: String,
    /// The source that led to it.
    pub source: String,
    /// Number of the revision that stands.
    pub revision: u32,
    #[serde(serialize_with = "as_rfc3339")]
    pub first_seen: Timestamp,
    /// When the bytes came that it was made from.
    #[serde(serialize_with = "as_rfc3339")]
    pub fetched_at: Timestamp,
    /// Id of the article that it repeats, "" when it is no duplicate.
    pub duplicate_of: String,
    /// How it repeats that one, as a clause.
    #[serde(skip)]
    repeats: String,
    /// What took it off the web.
    #[serde(with = "or_empty")]
    pub gone: Option<PageState>,
    /// When that was noticed.
    #[serde(serialize_with = "as_rfc3339")]
    pub gone_at: Timestamp,
}

impl ArticleFact {
    fn of(stored: StoredArticle, repeated: &Duplicates) -> Self {
        let StoredArticle { id, submission, revision, first_seen, gone, .. } = stored;
        Self {
            duplicate_of: repeated.original_of(&id).to_owned(),
            repeats: repeated.clause(&id),
            id,
            title: submission.article.title,
            url: redact_url(&submission.article.url),
            source: submission.source_id,
            revision,
            first_seen,
            fetched_at: submission.fetched_at,
            gone: gone.map(|(state, _)| state),
            gone_at: gone.map_or_else(Timestamp::default, |(_, at)| at),
        }
    }

    /// How it stands, as a clause: `it is stored as …`.
    pub(crate) fn standing(&self) -> String {
        let mut said = format!("it is stored as the article {}, revision {}", self.id, self.revision);
        if !self.repeats.is_empty() {
            said = format!("{said}; it is a duplicate: {}", self.repeats);
        }
        if let Some(state) = self.gone {
            let who = if state == PageState::Violation { "its platform" } else { "its author or its server" };
            said = format!("{said}; {who} took it off the web ({state}), as was seen at {}", rfc3339(self.gone_at));
        }
        said
    }
}

/// An article as it is told; of one that is damaged what is left. `None` when there is none.
pub(crate) fn find(store: &dyn Store, id: &str) -> Result<Option<ArticleFact>, StoreError> {
    let stored = match store.article(id) {
        Err(error) if error.is_damage() => store.remains(id)?,
        stored => stored?,
    };
    let Some(stored) = stored else { return Ok(None) };
    Ok(Some(ArticleFact::of(stored, &store.duplicates()?)))
}

/// The last requests for the pages of entries, and for another address.
pub(crate) fn history(store: &dyn Store, found: &[Entry], others: &[String]) -> Result<Vec<FetchRecord>, StoreError> {
    let named = found.iter().map(|entry| entry.candidate.url.clone());
    let addresses: Vec<String> = named.chain(others.iter().cloned()).filter(|url| !url.is_empty()).collect();
    store.history_of(&addresses, REQUESTS)
}

/// Where an article came from, and how it stands.
#[derive(Serialize)]
pub(crate) struct ArticleReport {
    pub schema: u32,
    pub kind: &'static str,
    pub answer: String,
    pub article: Option<ArticleFact>,
    /// When its page was asked for last.
    #[serde(serialize_with = "as_rfc3339")]
    pub last_asked: Timestamp,
    pub next_look: LookFact,
    pub entries: Vec<PageFact>,
    pub requests: Vec<RequestFact>,
    /// Its pictures, where they are wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<PictureFact>,
}

/// When the page of an article is looked at again.
#[derive(Default, Serialize)]
pub(crate) struct LookFact {
    /// 0 when it is not, or a page of it waits in any case.
    #[serde(serialize_with = "as_rfc3339")]
    pub at: Timestamp,
    /// Why it is not; "" when it is.
    pub never_because: &'static str,
}

impl LookFact {
    /// The first look that any of the article's entries waits for; else why the first of them waits for none.
    fn of(store: &dyn Store, id: &str, run: Option<&RunSettings>, now: Timestamp) -> Result<Self, StoreError> {
        let Some(run) = run else { return Ok(Self::default()) };
        let looks: Vec<Result<Timestamp, NoLook>> =
            store.sights_of(id)?.iter().map(|sight| pipeline::next_look(sight, run, now)).collect();
        let next = looks.iter().filter_map(|look| look.as_ref().ok()).min();
        Ok(match (next, looks.first()) {
            (Some(at), _) => Self { at: *at, never_because: "" },
            (None, Some(Err(why))) => Self { at: Timestamp::default(), never_because: why.phrase() },
            (None, _) => Self { at: Timestamp::default(), never_because: NO_PAGE },
        })
    }

    /// The same in few words, "" when nothing is known.
    pub(crate) fn line(&self, now: Timestamp) -> String {
        if self.at == Timestamp::default() {
            let Self { never_because: why, .. } = self;
            if why.is_empty() { String::new() } else { format!("never: {why}") }
        } else if self.at <= now {
            "due".to_owned()
        } else {
            rfc3339(self.at)
        }
    }
}

/// Why an article is not looked at of which no entry of its source is done and has an address.
const NO_PAGE: &str = "it came from no page that could be asked for again";

impl ArticleReport {
    /// Where an article came from and how it stands. Without the settings of runs it does not tell of the next look.
    pub(crate) fn read(
        store: &dyn Store,
        circumstances: &Circumstances,
        id: &str,
        run: Option<&RunSettings>,
    ) -> Result<Self, StoreError> {
        let article = find(store, id)?;
        let found = store.entries_of(id)?;
        let own = article.iter().map(|article| article.url.clone()).collect::<Vec<_>>();
        let history = history(store, &found, &own)?;
        Ok(Self {
            schema: SCHEMA,
            kind: "article",
            answer: sentence(article.as_ref(), &found),
            article,
            last_asked: history.last().map_or_else(Timestamp::default, |record| record.at),
            next_look: LookFact::of(store, id, run, circumstances.now)?,
            entries: found.iter().map(|entry| circumstances.page(entry)).collect(),
            requests: history.iter().map(RequestFact::of).collect(),
            pictures: store.pictures_of(id)?.iter().map(PictureFact::of).collect(),
        })
    }
}

fn sentence(article: Option<&ArticleFact>, found: &[Entry]) -> String {
    let Some(article) = article else { return "What is left of it cannot be read.".to_owned() };
    let sources: std::collections::BTreeSet<&str> = found.iter().map(|entry| entry.source_id.as_str()).collect();
    let named = match sources.into_iter().collect::<Vec<_>>().as_slice() {
        [] if article.url.is_empty() => format!("It was imported as part of {}", article.source),
        [] => format!("It came with {}, which names it no more or was imported", article.source),
        [source] => format!("It came because {source} named it"),
        sources => format!("It came because {} named it", sources.join(", ")),
    };
    format!("{named}; {}.", article.standing())
}

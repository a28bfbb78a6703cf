//! What is known of pages, hosts and requests, as lists, `status` and `why` tell it.

use std::collections::BTreeMap;

use boji_clean::model::{Timestamp, or_empty};
use serde::{Serialize, Serializer};

use crate::fetch::{Fetcher, REDACTED, RobotsKnown, redact_url, robots_known};
use crate::model::{Entry, EntryStatus, FetchRecord, HostState, Outcome, Schedule, Source, SourceState, Standing};
use crate::pipeline::{self, PageWait};
use crate::store::{Store, StoreError};

/// An instant as RFC 3339 in UTC, "" when it is unknown.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    if at == Timestamp::default() { String::new() } else { at.to_string() }
}

/// The same for `#[serde(serialize_with = …)]`.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
pub(crate) fn as_rfc3339<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*at))
}

/// A schedule for people: `every 6h`, or its cron expression.
pub(crate) fn schedule(schedule: &Schedule) -> String {
    match schedule {
        Schedule::Cron(expression) => expression.clone(),
        Schedule::Auto => "auto".to_owned(),
        Schedule::Every(seconds) => {
            let units = [(86_400, 'd'), (3_600, 'h'), (60, 'm')];
            let (unit, letter) = units.into_iter().find(|(unit, _)| seconds % unit == 0).unwrap_or((1, 's'));
            format!("every {}{letter}", seconds / unit)
        }
    }
}

/// A source as it may be seen: its addresses without passwords and keys, in its name too where that is its address, and its headers
/// without their values.
pub(crate) fn shown(source: Source) -> Source {
    let name = if source.name.contains("://") { redact_url(&source.name) } else { source.name };
    Source {
        url: redact_url(&source.url),
        name,
        urls: source.urls.iter().map(|url| redact_url(url)).collect(),
        headers: source.headers.into_keys().map(|name| (name, REDACTED.to_owned())).collect(),
        ..source
    }
}

/// Characters of a text that stand for a missing title.
const FIRST_WORDS: usize = 30;

/// The title of an article, or the beginning of its text when it has none.
pub(crate) fn title_of(store: &dyn Store, standing: &Standing) -> Result<String, StoreError> {
    if !standing.title.is_empty() {
        return Ok(standing.title.clone());
    }
    let text = store.article(&standing.id)?.map(|stored| stored.submission.article.text).unwrap_or_default();
    Ok(text.chars().take(FIRST_WORDS).map(|character| if character == '\n' { ' ' } else { character }).collect())
}

/// What bears on when a page is asked for: the sources, the hosts and the time.
pub(crate) struct Circumstances {
    /// All sources with their states, by id.
    pub sources: Vec<(Source, SourceState)>,
    /// All hosts by name.
    pub hosts: BTreeMap<String, HostState>,
    /// The present instant.
    pub now: Timestamp,
}

impl Circumstances {
    /// As the store has them.
    pub(crate) fn of(store: &dyn Store, now: Timestamp) -> Result<Self, StoreError> {
        let hosts = store.hosts()?.into_iter().map(|host| (host.host.clone(), host)).collect();
        Ok(Self { sources: store.sources()?, hosts, now })
    }

    /// A source with its state.
    pub(crate) fn source(&self, id: &str) -> Option<&(Source, SourceState)> {
        self.sources.iter().find(|(source, _)| source.id == id)
    }

    /// What is remembered of the host of an address; of all hosts of its site while those rest together.
    pub(crate) fn host_of(&self, url: &str) -> Option<&HostState> {
        let site = self.hosts.get(&Fetcher::site_of_url(url)).filter(|site| site.rests(self.now));
        site.or_else(|| self.hosts.get(&Fetcher::host_of(url)))
    }

    /// The same as it is told.
    pub(crate) fn host_fact(&self, url: &str) -> Option<HostFact> {
        self.host_of(url).map(|host| HostFact::of(host, self.now))
    }

    /// An entry as it is told.
    pub(crate) fn page(&self, entry: &Entry) -> PageFact {
        let is_on = self.sources.iter().any(|(source, _)| source.id == entry.source_id && source.enabled);
        let rests_until =
            self.host_of(&entry.candidate.url).filter(|host| host.rests(self.now)).map(|host| host.not_before);
        let wait = pipeline::page_wait(entry, is_on, rests_until.is_some(), self.now);
        let next_try = match wait {
            PageWait::Over | PageWait::SourceIsOff => Timestamp::default(),
            _ => entry.next_due.max(rests_until.unwrap_or_default()),
        };
        PageFact {
            source: entry.source_id.clone(),
            url: redact_url(&entry.candidate.url),
            title: entry.candidate.title.clone(),
            status: entry.status,
            outcome: entry.outcome,
            means: entry.outcome.map_or("", Outcome::phrase),
            skipped_by: entry.skipped_by.clone(),
            tries: entry.tries,
            next_try,
            wait,
            waits_because: wait.phrase(),
            article: entry.article_id.clone(),
        }
    }
}

/// An entry of a source: a page that was named, and how far we are with it.
#[derive(Serialize)]
pub(crate) struct PageFact {
    pub source: String,
    /// Without passwords and keys; "" when the source gave only a text.
    pub url: String,
    pub title: String,
    pub status: EntryStatus,
    /// What came of the last try.
    #[serde(with = "or_empty")]
    pub outcome: Option<Outcome>,
    /// The same as a clause, "" before the first try.
    pub means: &'static str,
    /// The rule of its source that keeps it out, "" when none does.
    pub skipped_by: String,
    pub tries: u32,
    /// When it is asked for next; 0 when it is not.
    #[serde(serialize_with = "as_rfc3339")]
    pub next_try: Timestamp,
    /// Why then.
    pub wait: PageWait,
    /// The same as a clause.
    pub waits_because: &'static str,
    /// Id of the article that came of it, "" when none did.
    pub article: String,
}

impl PageFact {
    /// How its last try ended and how often it was tried, in few words: `not_found x3`.
    pub(crate) fn fared(&self) -> String {
        match self.outcome {
            Some(outcome) if self.tries > 0 => format!("{outcome} x{}", self.tries),
            Some(outcome) => outcome.to_string(),
            None => "-".to_owned(),
        }
    }

    /// When it is asked for next, in few words.
    pub(crate) fn next(&self) -> String {
        match self.wait {
            PageWait::Over | PageWait::SourceIsOff => "-".to_owned(),
            PageWait::Due => "now".to_owned(),
            _ => rfc3339(self.next_try),
        }
    }

    /// Its address, or its title when it has none.
    pub(crate) fn name(&self) -> &str {
        if self.url.is_empty() { &self.title } else { &self.url }
    }

    /// A sentence's end on how it stands: status, last outcome, next try.
    pub(crate) fn standing(&self) -> String {
        let fared = match (self.means, self.tries) {
            ("", _) => "it was not asked for yet".to_owned(),
            (means, 0) if self.skipped_by.is_empty() => means.to_owned(),
            (means, 0) => format!("{means} ({})", self.skipped_by),
            (means, 1) => format!("{means} (1 try)"),
            (means, tries) => format!("{means} ({tries} tries)"),
        };
        match (self.status, self.wait) {
            (EntryStatus::Done, _) => EntryStatus::Done.phrase().to_owned(),
            (EntryStatus::Closed, _) => format!("{}: {fared}", EntryStatus::Closed.phrase()),
            (EntryStatus::Pending, PageWait::Due | PageWait::SourceIsOff) => {
                format!("it waits: {fared}; {}", self.waits_because)
            }
            (EntryStatus::Pending, _) => {
                format!("it waits until {}: {fared}; {}", rfc3339(self.next_try), self.waits_because)
            }
        }
    }
}

/// What is remembered of a host.
#[derive(Serialize)]
pub(crate) struct HostFact {
    pub host: String,
    /// Whether it rests now.
    pub rests: bool,
    /// When its rest began; 0 when it does not rest, or nobody knows.
    #[serde(serialize_with = "as_rfc3339")]
    pub since: Timestamp,
    /// When its rest ends; 0 when it does not rest.
    #[serde(serialize_with = "as_rfc3339")]
    pub until: Timestamp,
    /// Why it rests, "" when it does not.
    pub reason: String,
    /// Pauses in a row for being kept out.
    pub strikes: u32,
    /// Requests made on this UTC day.
    pub requests_today: u32,
    /// What is remembered of its robots.txt.
    pub robots: RobotsKnown,
    /// When that was asked for.
    #[serde(serialize_with = "as_rfc3339")]
    pub robots_at: Timestamp,
}

impl HostFact {
    /// A host at an instant.
    pub(crate) fn of(host: &HostState, now: Timestamp) -> Self {
        let rests = host.rests(now);
        let while_resting = |at: Timestamp| if rests { at } else { Timestamp::default() };
        Self {
            host: host.host.clone(),
            rests,
            since: while_resting(host.rests_since),
            until: while_resting(host.not_before),
            reason: if rests { host.reason.clone() } else { String::new() },
            strikes: host.strikes,
            requests_today: host.requests_on(now),
            robots: robots_known(host),
            robots_at: host.robots_at,
        }
    }

    /// Since when it rests, until when and why; `None` when it does not.
    pub(crate) fn rest(&self) -> Option<String> {
        let since = if self.since == Timestamp::default() { String::new() } else { format!("since {} ", self.since) };
        self.rests.then(|| format!("{since}until {}: {}", self.until, self.reason))
    }
}

/// A request of the history.
#[derive(Serialize)]
pub(crate) struct RequestFact {
    #[serde(serialize_with = "as_rfc3339")]
    pub at: Timestamp,
    pub source: String,
    /// Without passwords and keys.
    pub url: String,
    /// Final HTTP status, 0 when there was no answer.
    pub status: u16,
    pub outcome: Outcome,
    /// The same as a clause.
    pub means: &'static str,
    /// The sentence that was written down then, "" when all was well.
    pub error: String,
}

impl RequestFact {
    /// A request as it is told.
    pub(crate) fn of(record: &FetchRecord) -> Self {
        Self {
            at: record.at,
            source: record.source_id.clone(),
            url: redact_url(&record.url),
            status: record.status,
            outcome: record.outcome,
            means: record.outcome.phrase(),
            error: record.error.clone(),
        }
    }

    /// One line: when, what came of it, and what was said of it.
    pub(crate) fn line(&self) -> String {
        let Self { at, outcome, means, .. } = self;
        let status = if self.status == 0 { String::new() } else { format!(", status {}", self.status) };
        let error = if self.error.is_empty() { String::new() } else { format!(": {}", self.error) };
        format!("{at}  {outcome}{status}  {means}{error}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_time_is_empty() {
        assert_eq!(rfc3339(Timestamp::default()), "");
        assert_eq!(rfc3339(Timestamp::from_seconds(86_400)), "1970-01-02T00:00:00Z");
    }

    #[test]
    fn a_schedule_is_told_in_its_largest_whole_unit() {
        let cases = [(86_400, "every 1d"), (21_600, "every 6h"), (5_400, "every 90m"), (61, "every 61s")];
        for (seconds, want) in cases {
            assert_eq!(schedule(&Schedule::Every(seconds)), want);
        }
        assert_eq!(schedule(&Schedule::Cron("0 7 * * *".into())), "0 7 * * *");
    }

    #[test]
    fn a_host_that_rests_says_since_when_until_when_and_why() {
        let at = Timestamp::from_seconds;
        let host = HostState {
            host: "a.example".into(),
            not_before: at(172_800),
            reason: "status 429".into(),
            rests_since: at(86_400),
            ..HostState::default()
        };
        let rest = |now| HostFact::of(&host, at(now)).rest();
        assert_eq!(rest(100_000).as_deref(), Some("since 1970-01-02T00:00:00Z until 1970-01-03T00:00:00Z: status 429"));
        assert_eq!(rest(172_800), None);
    }
}

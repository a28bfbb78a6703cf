use boji_clean::model::{Timestamp, or_empty};
use serde::Serialize;

use super::{REQUESTS, SCHEMA};
use crate::fetch::redact_url;
use crate::inspect::facts::{Circumstances, HostFact, RequestFact, as_rfc3339, schedule, shown};
use crate::model::{EntryStatus, FetchRecord, Outcome, Source, SourceKind, SourceState};
use crate::pipeline::{Habit, SourceWait, interval_seconds, source_wait, twins};
use crate::store::{EntryCount, Store, StoreError};

/// Requests of a source's history in which its failures are looked for.
const HISTORY: usize = 200;

/// How a source fares, when it is asked next and why then, and what came of what it named.
#[derive(Serialize)]
pub(crate) struct SourceReport {
    pub schema: u32,
    pub kind: &'static str,
    pub answer: String,
    pub id: String,
    pub name: String,
    pub source_kind: SourceKind,
    /// Without passwords and keys; "" of a list and a folder.
    pub url: String,
    /// Where its server says that it has moved for good, which is believed when it has said so for long enough; "" for nowhere.
    pub moving_to: String,
    /// Where it was before its server moved it for good, "" when it never did.
    pub moved_from: String,
    pub tags: Vec<String>,
    pub enabled: bool,
    pub schedule: String,
    /// When it publishes, learned from its own entries; "" when nothing is known.
    pub habit: String,
    /// The source that is the same feed and is asked for both, "" when there is none.
    pub same_as: String,
    /// The hub that it names for being told of what is new (WebSub), "" when it names none.
    pub hub: String,
    pub interval_seconds: i64,
    #[serde(serialize_with = "as_rfc3339")]
    pub last_tried: Timestamp,
    #[serde(serialize_with = "as_rfc3339")]
    pub last_success: Timestamp,
    pub failures: u32,
    #[serde(with = "or_empty")]
    pub last_error: Option<Outcome>,
    pub last_error_means: &'static str,
    /// When it is asked next; 0 when it is not.
    #[serde(serialize_with = "as_rfc3339")]
    pub next_due: Timestamp,
    pub wait: SourceWait,
    pub waits_because: &'static str,
    pub waiting: u64,
    pub done: u64,
    pub closed: u64,
    pub outcomes: Vec<Outcomes>,
    pub failed_requests: Vec<RequestFact>,
    pub host: Option<HostFact>,
}

/// How many of its entries stand alike.
#[derive(Serialize)]
pub(crate) struct Outcomes {
    pub status: EntryStatus,
    /// What came of the last try.
    #[serde(with = "or_empty")]
    pub outcome: Option<Outcome>,
    pub means: &'static str,
    pub entries: u64,
}

impl SourceReport {
    /// Of the source with this id; `None` when there is none.
    pub(crate) fn read(store: &dyn Store, circumstances: &Circumstances, id: &str) -> Result<Option<Self>, StoreError> {
        let Some((source, state)) = circumstances.source(id) else {
            return Ok(None);
        };
        let now = circumstances.now;
        let wait = source_wait(source, state, now);
        let address = source.urls.first().unwrap_or(&source.url);
        let counts = store.entry_counts(Some(id))?;
        let count = |status| counts.iter().filter(|count| count.status == status).map(|count| count.entries).sum();
        let as_seen = shown(source.clone());
        Ok(Some(Self {
            schema: SCHEMA,
            kind: "source",
            answer: sentence(source, state, wait),
            id: as_seen.id,
            name: as_seen.name,
            source_kind: source.kind,
            url: as_seen.url,
            moving_to: redact_url(&state.moved_to),
            moved_from: redact_url(&state.moved_from),
            tags: as_seen.tags,
            enabled: source.enabled,
            schedule: schedule(&source.schedule),
            habit: Habit::of(&state.published, now).map(|habit| habit.to_string()).unwrap_or_default(),
            same_as: twins(&circumstances.sources, now).get(id).copied().unwrap_or_default().to_owned(),
            hub: redact_url(&state.hub),
            interval_seconds: interval_seconds(source, now),
            last_tried: state.last_tried,
            last_success: state.last_success,
            failures: state.failures,
            last_error: state.last_error,
            last_error_means: state.last_error.map_or("", Outcome::phrase),
            next_due: if wait.is_for_good() { Timestamp::default() } else { state.next_due },
            wait,
            waits_because: wait.phrase(),
            waiting: count(EntryStatus::Pending),
            done: count(EntryStatus::Done),
            closed: count(EntryStatus::Closed),
            outcomes: counts.iter().map(outcomes).collect(),
            failed_requests: failures(&store.history(Some(id), HISTORY)?),
            host: circumstances.host_fact(address),
        }))
    }
}

fn outcomes(count: &EntryCount) -> Outcomes {
    let means = count.outcome.map_or("not asked for yet", Outcome::phrase);
    Outcomes { status: count.status, outcome: count.outcome, means, entries: count.entries }
}

/// The last requests of a history that gave nothing usable.
fn failures(history: &[FetchRecord]) -> Vec<RequestFact> {
    let failed = |record: &&FetchRecord| matches!(record.outcome, Outcome::Failed(_) | Outcome::Unusable(_));
    let mut last: Vec<RequestFact> = history.iter().rev().filter(failed).take(REQUESTS).map(RequestFact::of).collect();
    last.reverse();
    last
}

/// The answer itself: how it fares, and when it is asked next.
fn sentence(source: &Source, state: &SourceState, wait: SourceWait) -> String {
    let id = &source.id;
    let fares = match (state.failures, state.last_error) {
        _ if wait.is_for_good() || wait == SourceWait::New => String::new(),
        (0, _) => format!("{id} answers well; "),
        (1, Some(error)) => format!("{id} failed last time: {}; ", error.phrase()),
        (times, error) => format!("{id} failed {times} times: {}; ", error.map_or("nobody knows why", Outcome::phrase)),
    };
    let subject = if fares.is_empty() { format!("{id}: ") } else { String::new() };
    match wait {
        wait if wait.is_for_good() || matches!(wait, SourceWait::New | SourceWait::Due) => {
            format!("{subject}{fares}{}.", wait.phrase())
        }
        wait => format!("{fares}it is asked again at {}, for {}.", state.next_due, wait.phrase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FailureClass, Schedule};

    #[test]
    fn a_source_is_told_in_one_sentence() {
        let source = Source::new(SourceKind::Feed, "mill", "https://a.example/feed", Schedule::Every(3_600));
        let due = Timestamp::from_seconds(86_400);
        let well = SourceState { next_due: due, ..SourceState::default() };
        let last_error = Some(Outcome::Unusable(FailureClass::NoFeed));
        let failing = SourceState { failures: 2, last_error, ..well.clone() };
        let cases = [
            (&well, SourceWait::New, "mill: it was never asked; the next run asks it."),
            (&well, SourceWait::Due, "mill answers well; it is due; the next run asks it."),
            (
                &well,
                SourceWait::Schedule,
                "mill answers well; it is asked again at 1970-01-02T00:00:00Z, for its schedule says so.",
            ),
            (
                &failing,
                SourceWait::Backoff,
                "mill failed 2 times: what came is no feed; it is asked again at 1970-01-02T00:00:00Z, for each wait after \
                 a failure is twice the one before.",
            ),
            (&well, SourceWait::Off, "mill: it is switched off."),
        ];
        for (state, wait, want) in cases {
            assert_eq!(sentence(&source, state, wait), want);
        }
    }
}

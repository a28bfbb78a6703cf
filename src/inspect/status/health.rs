use std::collections::{BTreeMap, BTreeSet};

use boji_clean::model::{PageState, Timestamp, or_empty};
use boji_clean::word_enum;
use serde::Serialize;

use super::problem::Problem;
use crate::inspect::facts::{HostFact, as_rfc3339, shown};
use crate::model::{EntryStatus, FetchRecord, Outcome, Source, SourceKind, SourceState};
use crate::pipeline;
use crate::store::{Counts, EntryCount, Sizes, Store};

/// Requests of the history looked at.
const HISTORY: usize = 200;

/// Version of the form of `status --json`; a field that is added is no other version.
const SCHEMA: u32 = 1;

/// How the store is at an instant.
#[derive(Default, Serialize)]
pub(crate) struct Status {
    pub schema: u32,
    pub counts: Counts,
    pub due_now: usize,
    /// Articles that wait for `reclean`; `None` when the rules in force cannot be read.
    pub outdated: Option<usize>,
    /// Articles that are due for another look at their pages; `None` when the settings cannot be read.
    pub due_for_a_look: Option<usize>,
    pub sources: Vec<Health>,
    pub resting_hosts: Vec<HostFact>,
    pub held: Vec<Held>,
    pub problems: Vec<Problem>,
    /// How large the parts of the store are, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sizes: Option<Sizes>,
}

word_enum! {
    /// How a source is.
    pub(crate) enum Condition {
        /// It answers.
        Well = "ok",
        /// A person switched it off.
        Off = "off",
        /// Its server said that it is gone.
        Gone = "gone",
        /// Its last answers could not be used, or did not come.
        Failing = "failing",
        /// It is due, and was not asked for far longer than its schedule wants.
        Overdue = "overdue",
        /// It has always answered, and never named anything.
        Silent = "silent",
        /// It names pages, and for days none of them has come.
        Barren = "barren",
    }
}

/// One source.
#[derive(Serialize)]
pub(crate) struct Health {
    pub id: String,
    pub name: String,
    /// Neither switched off nor gone.
    pub enabled: bool,
    pub condition: Condition,
    #[serde(serialize_with = "as_rfc3339")]
    pub last_tried: Timestamp,
    #[serde(serialize_with = "as_rfc3339")]
    pub last_success: Timestamp,
    #[serde(serialize_with = "as_rfc3339")]
    pub next_due: Timestamp,
    /// Seconds between two polls as its schedule wants them.
    pub interval_seconds: i64,
    pub failures: u32,
    #[serde(with = "or_empty")]
    pub last_error: Option<Outcome>,
    pub last_message: String,
    /// The source that is the same feed and is asked for both, "" when there is none.
    pub same_as: String,
    /// It was not asked for far longer than its schedule wants, whatever else is wrong with it.
    #[serde(skip)]
    pub is_overdue: bool,
    /// It is on and was asked before, so that it is to be asked again.
    #[serde(skip)]
    pub is_polled: bool,
}

/// An article of which other words are held back.
#[derive(Serialize)]
pub(crate) struct Held {
    pub article: String,
    #[serde(serialize_with = "as_rfc3339")]
    pub since: Timestamp,
}

impl Status {
    /// What the store tells; no problems are looked for.
    pub(crate) fn read(store: &dyn Store, outdated: Option<usize>, now: Timestamp) -> anyhow::Result<Self> {
        let sources = store.sources()?;
        let history = store.history(None, HISTORY)?;
        let counts = store.entry_counts(None)?;
        let named: BTreeSet<String> = counts.iter().map(|count| count.source_id.clone()).collect();
        let barren = barren(&counts);
        let twins = pipeline::twins(&sources, now);
        let health = |(source, state): &(Source, SourceState)| {
            let has_named = named.contains(&source.id);
            let same_as = twins.get(source.id.as_str()).copied().unwrap_or_default().to_owned();
            let health = health_of(source, state, has_named, &history, now);
            let is_old =
                state.known_since != Timestamp::default() && state.known_since.plus_seconds(BARREN_SECONDS) < now;
            let health = match barren.get(&source.id) {
                Some(why) if is_old && health.condition == Condition::Well => {
                    Health { condition: Condition::Barren, last_message: why.clone(), ..health }
                }
                _ => health,
            };
            if same_as.is_empty() { health } else { health.of_twin(same_as) }
        };
        let hosts = store.hosts()?;
        Ok(Self {
            schema: SCHEMA,
            counts: store.counts(now)?,
            due_now: sources
                .iter()
                .filter(|(source, state)| {
                    pipeline::is_due(source, state, now) && !twins.contains_key(source.id.as_str())
                })
                .count(),
            outdated,
            due_for_a_look: None,
            sources: sources.iter().map(health).collect(),
            resting_hosts: hosts.iter().map(|host| HostFact::of(host, now)).filter(|host| host.rests).collect(),
            held: store.held()?.into_iter().map(|(article, since)| Held { article, since }).collect(),
            problems: Vec::new(),
            sizes: None,
        })
    }

    /// When a source was asked last.
    pub(crate) fn last_asked(&self) -> Option<Timestamp> {
        self.sources.iter().map(|health| health.last_tried).max().filter(|last| *last != Timestamp::default())
    }

    /// Of a store that cannot be read.
    pub(crate) fn unreadable(problems: Vec<Problem>) -> Self {
        Self { schema: SCHEMA, problems, ..Self::default() }
    }
}

impl Health {
    /// The same of a source for which another one is asked: that it is seldom asked itself is as it should be.
    fn of_twin(self, same_as: String) -> Self {
        let is_quiet = matches!(self.condition, Condition::Overdue | Condition::Silent);
        let condition = if is_quiet { Condition::Well } else { self.condition };
        Self { same_as, condition, is_overdue: false, ..self }
    }

    /// That it fails, how often in a row, since when, and how.
    pub(crate) fn failing(&self) -> String {
        let times = if self.failures == 1 { "once".to_owned() } else { format!("{} times in a row", self.failures) };
        // Where it never answered, nothing tells since when.
        let last = self.last_success;
        let since =
            if last == Timestamp::default() { ", and never answered".to_owned() } else { format!(" since {last}") };
        format!("failed {times}{since}: {}", self.failure())
    }

    /// The word of the last failure, and what it means.
    pub(crate) fn failure(&self) -> String {
        self.last_error.map_or_else(String::new, |error| format!("{error} ({})", error.phrase()))
    }
}

/// Seconds for which a source is known before it matters that none of its pages has come: three days.
const BARREN_SECONDS: i64 = 3 * 86_400;

/// The sources that name pages of which none ever came, each with what came instead, the commonest first.
fn barren(counts: &[EntryCount]) -> BTreeMap<String, String> {
    let mut of_sources: BTreeMap<&str, Vec<&EntryCount>> = BTreeMap::new();
    for count in counts {
        of_sources.entry(&count.source_id).or_default().push(count);
    }
    let failed = |outcome: Option<Outcome>| {
        outcome.filter(|outcome| !matches!(outcome, Outcome::Skipped | Outcome::Page(PageState::Article)))
    };
    let why = |(id, mut counts): (&str, Vec<&EntryCount>)| {
        let came = counts.iter().any(|count| count.status == EntryStatus::Done);
        counts.retain(|count| failed(count.outcome).is_some());
        counts.sort_by_key(|count| std::cmp::Reverse(count.entries));
        let told = counts.iter().filter_map(|count| Some(format!("{} {}", count.entries, failed(count.outcome)?)));
        let told: Vec<String> = told.take(3).collect();
        (!came && !told.is_empty()).then(|| (id.to_owned(), told.join(", ")))
    };
    of_sources.into_iter().filter_map(why).collect()
}

fn health_of(source: &Source, state: &SourceState, has_named: bool, history: &[FetchRecord], now: Timestamp) -> Health {
    let last = history.iter().rev().find(|record| record.source_id == source.id && !record.error.is_empty());
    let is_overdue = pipeline::is_overdue(source, state, now);
    let is_asked = source.kind != SourceKind::Folder && source.enabled && !state.gone;
    let is_list = matches!(source.kind, SourceKind::Feed | SourceKind::Album);
    let has_answered = state.last_success != Timestamp::default();
    let condition = if !source.enabled {
        Condition::Off
    } else if state.gone {
        Condition::Gone
    } else if state.failures > 0 {
        Condition::Failing
    } else if is_overdue {
        Condition::Overdue
    } else if is_list && has_answered && !has_named {
        Condition::Silent
    } else {
        Condition::Well
    };
    Health {
        id: source.id.clone(),
        name: shown(source.clone()).name,
        enabled: source.enabled && !state.gone,
        condition,
        last_tried: state.last_tried,
        last_success: state.last_success,
        next_due: state.next_due,
        interval_seconds: pipeline::interval_seconds(source, now),
        failures: state.failures,
        last_error: state.last_error,
        last_message: last.filter(|_| state.failures > 0).map(|record| record.error.clone()).unwrap_or_default(),
        same_as: String::new(),
        is_overdue,
        is_polled: is_asked && state.last_tried != Timestamp::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ErrorClass, Schedule};

    #[test]
    fn the_condition_of_a_source_is_its_gravest() {
        let now = Timestamp::from_seconds(1_700_000_000);
        let condition = |has_named: bool, change: fn(&mut Source, &mut SourceState)| {
            let mut source = Source::new(SourceKind::Feed, "s", "https://a.example/feed", Schedule::Every(3_600));
            let mut state = SourceState {
                last_tried: now.plus_seconds(-60),
                last_success: now.plus_seconds(-60),
                next_due: now.plus_seconds(3_000),
                ..SourceState::default()
            };
            change(&mut source, &mut state);
            health_of(&source, &state, has_named, &[], now).condition
        };
        let fail = |_: &mut Source, state: &mut SourceState| {
            state.failures = 1;
            state.last_error = Some(Outcome::Failed(ErrorClass::Dns));
        };
        assert_eq!(condition(true, |_, _| {}), Condition::Well);
        assert_eq!(condition(true, fail), Condition::Failing);
        assert_eq!(condition(true, |source, _| source.enabled = false), Condition::Off);
        assert_eq!(condition(true, |_, state| (state.gone, state.failures) = (true, 1)), Condition::Gone);
        assert_eq!(condition(false, |_, _| {}), Condition::Silent);
        assert_eq!(condition(false, |source, _| source.kind = SourceKind::Urls), Condition::Well);
        assert_eq!(condition(false, |_, state| *state = SourceState::default()), Condition::Well, "it was never asked");
        let days_ago = |_: &mut Source, state: &mut SourceState| {
            state.last_tried = state.last_tried.plus_seconds(-4 * 86_400);
            state.next_due = state.last_tried;
        };
        assert_eq!(condition(true, days_ago), Condition::Overdue);
    }
}

use boji_clean::model::{Timestamp, or_empty};
use serde::Serialize;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::model::{Clock, FetchRecord, HostState, Outcome, Source, SourceState, SystemClock};
use crate::pipeline::{self, WANTS_A_PERSON};
use crate::store::{Counts, Store};

/// Requests of the history looked at.
const HISTORY: usize = 200;
/// Articles of which words are held back that are named one by one.
const HELD: usize = 10;

#[derive(Serialize)]
struct Status {
    counts: Counts,
    due_now: usize,
    /// Articles that wait for `reclean`; `None` when the rules in force cannot be read.
    outdated: Option<usize>,
    sources: Vec<Health>,
    resting_hosts: Vec<Resting>,
    held: Vec<Held>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct Health {
    id: String,
    name: String,
    enabled: bool,
    last_success: Timestamp,
    next_due: Timestamp,
    failures: u32,
    #[serde(with = "or_empty")]
    last_error: Option<Outcome>,
    last_message: String,
}

impl Health {
    /// The word of the last failure.
    fn failure(&self) -> &'static str {
        self.last_error.map_or("", Outcome::as_str)
    }
}

#[derive(Serialize)]
struct Resting {
    host: String,
    until: Timestamp,
    reason: String,
}

/// An article of which other words are held back.
#[derive(Serialize)]
struct Held {
    article: String,
    since: Timestamp,
}

/// Shows what is due, what failed, and how much there is.
pub(super) fn run(command: &arguments::Status, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let now = SystemClock.now();
    let sources = store.sources()?;
    let history = store.history(None, HISTORY)?;
    let mut problems = if command.check { store.check()? } else { Vec::new() };
    let health: Vec<Health> = sources.iter().map(|(source, state)| health_of(source, state, &history)).collect();
    if command.check {
        problems.extend(health.iter().filter(|health| health.enabled && health.failures >= WANTS_A_PERSON).map(
            |health| format!("source {} failed {} times in a row: {}", health.id, health.failures, health.failure()),
        ));
    }
    let status = Status {
        counts: store.counts(now)?,
        due_now: sources.iter().filter(|(source, state)| pipeline::is_due(source, state, now)).count(),
        outdated: outdated(store.as_ref(), arguments, output)?,
        sources: health,
        held: store.held()?.into_iter().map(|(article, since)| Held { article, since }).collect(),
        resting_hosts: store.hosts()?.into_iter().filter_map(|host| resting(host, now)).collect(),
        problems,
    };
    if output.json {
        output.json(&status)?;
    } else {
        print(&status, now, output)?;
    }
    Ok(if command.check && !status.problems.is_empty() { Exit::Unhealthy } else { Exit::Done })
}

/// A mistake in the rules keeps nobody from seeing how the store is.
fn outdated(store: &dyn Store, arguments: &Arguments, output: Output) -> anyhow::Result<Option<usize>> {
    match workplace::rules_version(arguments) {
        Ok(version) => Ok(Some(pipeline::outdated(store, &version)?)),
        Err(error) => {
            output.warn(workplace::sentence(&error), workplace::classify(&error).1.as_deref());
            Ok(None)
        }
    }
}

fn health_of(source: &Source, state: &SourceState, history: &[FetchRecord]) -> Health {
    let last = history.iter().rev().find(|record| record.source_id == source.id && !record.error.is_empty());
    Health {
        id: source.id.clone(),
        name: source.name.clone(),
        enabled: source.enabled && !state.gone,
        last_success: state.last_success,
        next_due: state.next_due,
        failures: state.failures,
        last_error: state.last_error,
        last_message: last.filter(|_| state.failures > 0).map(|record| record.error.clone()).unwrap_or_default(),
    }
}

fn resting(host: HostState, now: Timestamp) -> Option<Resting> {
    (host.not_before > now && !host.reason.is_empty()).then_some(Resting {
        host: host.host,
        until: host.not_before,
        reason: host.reason,
    })
}

fn print(status: &Status, now: Timestamp, output: Output) -> std::io::Result<()> {
    let counts = &status.counts;
    output.data(format_args!(
        "articles  {} ({} revisions, {} captures)",
        counts.articles, counts.revisions, counts.captures
    ))?;
    output.data(format_args!("waiting   {} pages", counts.pending))?;
    if counts.rarely > 0 {
        let many = counts.rarely;
        output.data(format_args!("          {many} of them, which never came, are asked for ever more rarely"))?;
    }
    if counts.closed > 0 {
        output.data(format_args!("closed    {} pages that are gone or no articles", counts.closed))?;
    }
    if counts.rarely + counts.closed > 0 {
        output.data("          `boji retry SOURCE` asks for all of them once more")?;
    }
    if let Some(outdated @ 1..) = status.outdated {
        output.data(format_args!("outdated  {outdated} articles wait for `boji reclean`"))?;
    }
    output.data(format_args!("sources   {}, {} due now", counts.sources, status.due_now))?;
    output.data(format_args!("database  {:.1} MB", counts.bytes as f64 / 1e6))?;
    for health in status.sources.iter().filter(|health| health.failures > 0 || !health.enabled) {
        let what = if health.enabled {
            format!("failed {} times: {}", health.failures, health.failure())
        } else {
            "off".into()
        };
        let again = if health.enabled && health.next_due > now {
            format!(", again {}", health.next_due)
        } else {
            String::new()
        };
        output.data(format_args!("source    {}: {what}{again}", health.id))?;
        if !health.last_message.is_empty() {
            output.data(format_args!("          {}", health.last_message))?;
        }
    }
    for host in &status.resting_hosts {
        output.data(format_args!("resting   {} until {}: {}", host.host, host.until, host.reason))?;
    }
    for Held { article, since } in status.held.iter().take(HELD) {
        output.data(format_args!("held back {article} since {since}: `boji diff ID` shows it"))?;
    }
    if status.held.len() > HELD {
        output.data(format_args!("held back {} articles more; --json names them", status.held.len() - HELD))?;
    }
    for problem in &status.problems {
        output.data(format_args!("problem   {problem}"))?;
    }
    Ok(())
}

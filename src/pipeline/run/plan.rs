use std::collections::{BTreeMap, VecDeque};

use boji_clean::model::Timestamp;
use serde::Serialize;

use super::next_step::due_pages;
use crate::config::RunSettings;
use crate::fetch::Fetcher;
use crate::model::{Source, SourceKind, SourceState};
use crate::pipeline::error::RunError;
use crate::pipeline::log;
use crate::pipeline::report::{DueReason, SkipReason};
use crate::store::Store;

/// What a run does, and what it leaves, each with the reason.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan<'a> {
    /// Sources to poll, in order: the longest due first, hosts taking turns.
    pub polls: Vec<Planned<'a>>,
    /// Sources left alone, by id.
    pub skipped: Vec<Skipped<'a>>,
    /// Names that no source has, in the order in which they were given.
    pub unknown: Vec<String>,
}

/// A source that is polled.
#[derive(Debug, PartialEq)]
pub(crate) struct Planned<'a> {
    /// The source.
    pub source: &'a Source,
    /// What is remembered of it.
    pub state: &'a SourceState,
    /// Why it is polled.
    pub why: DueReason,
}

/// A source that is left alone.
#[derive(Debug, PartialEq)]
pub(crate) struct Skipped<'a> {
    /// The source.
    pub source: &'a Source,
    /// What is remembered of it.
    pub state: &'a SourceState,
    /// Why.
    pub why: SkipReason,
}

/// Decides what to poll, purely. `wanted` names sources: they are polled now, even one that is off or that the server
/// called gone, and no other is. `all` polls each one that is on, due or not. A source named twice is polled once.
pub(crate) fn plan<'a>(sources: &'a [(Source, SourceState)], wanted: &[String], all: bool, now: Timestamp) -> Plan<'a> {
    let mut plan = Plan::default();
    let mut chosen = Vec::new();
    for (source, state) in sources {
        match judge(source, state, wanted, all, now) {
            Ok(why) => chosen.push(Planned { source, state, why }),
            Err(why) => plan.skipped.push(Skipped { source, state, why }),
        }
    }
    chosen.sort_by(|left, right| (left.state.next_due, &left.source.id).cmp(&(right.state.next_due, &right.source.id)));
    plan.skipped.sort_by(|left, right| left.source.id.cmp(&right.source.id));
    plan.polls = take_turns(chosen);
    let is_known = |name: &String| sources.iter().any(|(source, _)| source.id == *name);
    plan.unknown = wanted.iter().filter(|name| !is_known(name)).cloned().collect();
    plan
}

/// Whether a run that names no source polls this one.
pub(crate) fn is_due(source: &Source, state: &SourceState, now: Timestamp) -> bool {
    judge(source, state, &[], false, now).is_ok()
}

/// `Ok` with the reason to poll a source, `Err` with the reason not to.
fn judge(
    source: &Source,
    state: &SourceState,
    wanted: &[String],
    all: bool,
    now: Timestamp,
) -> Result<DueReason, SkipReason> {
    if source.kind == SourceKind::Folder && (wanted.is_empty() || wanted.contains(&source.id)) {
        return Err(SkipReason::Folder);
    }
    if !wanted.is_empty() {
        return if wanted.contains(&source.id) { Ok(DueReason::Named) } else { Err(SkipReason::NotNamed) };
    }
    if !source.enabled {
        Err(SkipReason::Disabled)
    } else if state.gone {
        Err(SkipReason::Gone)
    } else if all {
        Ok(DueReason::All)
    } else if state.last_tried == Timestamp::default() {
        Ok(DueReason::New)
    } else if state.next_due <= now || state.last_tried > now {
        // Tried in the future: the clock was ahead then, and all that it said is void.
        Ok(DueReason::Due)
    } else {
        Err(SkipReason::NotDue)
    }
}

/// Lets hosts take turns, each host's sources staying in order: the gap between two requests to a host is then filled
/// with requests to others.
fn take_turns(chosen: Vec<Planned<'_>>) -> Vec<Planned<'_>> {
    let mut turn_of_host: BTreeMap<String, usize> = BTreeMap::new();
    let mut turns: VecDeque<Vec<Planned<'_>>> = VecDeque::new();
    for planned in chosen {
        // The host that a source's requests go to; the first one of a list.
        let address = planned.source.urls.first().unwrap_or(&planned.source.url);
        let turn = turn_of_host.entry(Fetcher::host_of(address)).or_default();
        if turns.len() <= *turn {
            turns.push_back(Vec::new());
        }
        if let Some(sources) = turns.get_mut(*turn) {
            sources.push(planned);
        }
        *turn += 1;
    }
    turns.into_iter().flatten().collect()
}

/// What a run is asked to do.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// Ids of sources; all when empty.
    pub sources: Vec<String>,
    /// Also what is not due yet.
    pub all: bool,
    /// One source after the other, by id: a recording is made and replayed so, and meets the same hosts in the same
    /// state, and the same articles in the same order.
    pub sequential: bool,
}

/// One source's part of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Task {
    /// The source.
    pub source: Source,
    /// What is remembered of it.
    pub state: SourceState,
    /// Ask the source what is new; off when only its waiting pages are due.
    pub poll: bool,
    /// Why it takes part.
    pub why: DueReason,
}

/// What a run would do, in order, and why: polls first, then the sources of which only pages wait.
pub(crate) fn plan_of(
    store: &dyn Store,
    options: &RunOptions,
    now: Timestamp,
    run: &RunSettings,
) -> Result<Vec<Task>, RunError> {
    let sources = store.sources()?;
    let plan = plan(&sources, &options.sources, options.all, now);
    if let Some(unknown) = plan.unknown.first() {
        return Err(RunError::UnknownSource(unknown.clone()));
    }
    let task = |source: &Source, state: &SourceState, poll, why| {
        log::source_is_due(source, state, why);
        Task { source: source.clone(), state: state.clone(), poll, why }
    };
    let mut tasks: Vec<Task> =
        plan.polls.iter().map(|planned| task(planned.source, planned.state, true, planned.why)).collect();
    for Skipped { source, state, why } in &plan.skipped {
        if why.leaves_pages() && !store.pending(Some(&source.id), due_pages(now, run), 1)?.is_empty() {
            tasks.push(task(source, state, false, DueReason::PagesWait));
        } else {
            log::source_is_skipped(source, state, *why);
        }
    }
    Ok(tasks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schedule;

    fn source(id: &str, url: &str, due: i64) -> (Source, SourceState) {
        let source = Source::new(SourceKind::Feed, id, url, Schedule::Every(3_600));
        let at = Timestamp::from_seconds(due);
        (source, SourceState { next_due: at, last_tried: Timestamp::from_seconds(1), ..SourceState::default() })
    }

    /// Ids and reasons of what is polled and what is skipped.
    fn told(sources: &[(Source, SourceState)], wanted: &[&str], all: bool) -> (String, String) {
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        let plan = plan(sources, &wanted, all, Timestamp::from_seconds(1_000));
        let polls: Vec<String> = plan.polls.iter().map(|one| format!("{}:{}", one.source.id, one.why)).collect();
        let skipped: Vec<String> = plan.skipped.iter().map(|one| format!("{}:{}", one.source.id, one.why)).collect();
        (polls.join(" "), skipped.join(" "))
    }

    #[test]
    fn polls_what_is_due_and_says_why_not() {
        let mut sources = vec![
            source("due", "https://a.example/f", 1_000),
            source("later", "https://b.example/f", 1_001),
            source("off", "https://c.example/f", 0),
            source("gone", "https://d.example/f", 0),
            source("new", "https://e.example/f", 0),
            source("folder", "", 0),
        ];
        sources[2].0.enabled = false;
        sources[3].1.gone = true;
        sources[4].1.last_tried = Timestamp::default();
        sources[5].0.kind = SourceKind::Folder;
        let skipped = "folder:folder gone:gone later:not due off:disabled";
        assert_eq!(told(&sources, &[], false), ("new:new due:due".into(), skipped.into()));
        assert_eq!(told(&sources, &[], true).0, "new:all due:all later:all");
        let left = "due:not named folder:not named new:not named off:not named";
        assert_eq!(told(&sources, &["later", "gone", "later"], false), ("gone:named later:named".into(), left.into()));
    }

    #[test]
    fn sources_of_several_hosts_are_polled_in_turns() {
        let sources = [
            source("a1", "https://a.example/1", 1),
            source("a2", "https://a.example/2", 2),
            source("a3", "https://a.example/3", 3),
            source("b1", "https://b.example/1", 4),
            source("b2", "https://b.example/2", 5),
            source("c1", "https://c.example/1", 6),
        ];
        assert_eq!(told(&sources, &[], false).0, "a1:due b1:due c1:due a2:due b2:due a3:due");
    }

    #[test]
    fn tells_names_that_are_no_source() {
        let sources = [source("a", "https://a.example/", 0)];
        let wanted = ["b".to_owned(), "a".to_owned()];
        let plan = plan(&sources, &wanted, false, Timestamp::default());
        assert_eq!((plan.unknown, plan.polls.len()), (vec!["b".to_owned()], 1));
    }
}

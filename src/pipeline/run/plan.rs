use std::cmp::Reverse;
use std::collections::{BTreeMap, VecDeque};

use boji_clean::model::Timestamp;
use serde::Serialize;

use super::errand::Errand;
use super::next_step::due_pages;
use super::waiting_looks::waiting_looks;
use crate::config::RunSettings;
use crate::fetch::Fetcher;
use crate::model::{Schedule, Source, SourceKind, SourceState};
use crate::pipeline::error::RunError;
use crate::pipeline::log;
use crate::pipeline::report::{DueReason, SkipReason};
use crate::store::Store;

/// What a run does, and what it leaves, each with the reason.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Plan<'a> {
    /// Sources to poll, in order: those of a higher priority first, then the longest due, hosts taking turns.
    pub polls: Vec<Planned<'a>>,
    /// Sources left alone, by id.
    pub skipped: Vec<Skipped<'a>>,
    /// When those of them that are put off are due.
    pub put_off: BTreeMap<&'a str, Timestamp>,
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
/// called gone, and no other is. `all` polls each one that is on, due or not, and sources that are one feed once. A source named twice
/// is polled once.
pub(crate) fn plan<'a>(
    sources: &'a [(Source, SourceState)],
    wanted: &[String],
    all: bool,
    now: Timestamp,
    run: &RunSettings,
) -> Plan<'a> {
    let mut plan = Plan::default();
    let mut chosen = Vec::new();
    let twins = if wanted.is_empty() { twins(sources, now) } else { BTreeMap::new() };
    for (source, state) in sources {
        match judge(source, state, wanted, all, now) {
            Ok(_) if twins.contains_key(source.id.as_str()) => {
                plan.skipped.push(Skipped { source, state, why: SkipReason::Twin });
            }
            Ok(why) => chosen.push(Planned { source, state, why }),
            Err(why) => plan.skipped.push(Skipped { source, state, why }),
        }
    }
    put_off(&mut plan, &mut chosen, now, run);
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
    } else if state.rhythm.next_allowed(now) > now && state.next_due.plus_seconds(RHYTHM_SECONDS) > now {
        // It was due before the hours that it asks to leave out, and nobody ran then. Who runs in these hours alone asks it then.
        Err(SkipReason::NotDue)
    } else if state.next_due <= now || state.last_tried > now || state.put_off_at > now {
        // Written in the future: the clock was ahead then, and all that it said is void.
        Ok(DueReason::Due)
    } else {
        Err(SkipReason::NotDue)
    }
}

/// Seconds for which a source that is due is left alone for the hours and days that it asks to leave out.
const RHYTHM_SECONDS: i64 = 86_400;

/// Sources that are the same feed as another, with the one that is asked for them: their addresses led to one answer when they
/// were asked last. Each is asked itself now and then, for its own address may lead elsewhere by then; and when that other one is
/// not well.
pub(crate) fn twins(sources: &[(Source, SourceState)], now: Timestamp) -> BTreeMap<&str, &str> {
    let mut first: BTreeMap<_, &str> = BTreeMap::new();
    let mut twins = BTreeMap::new();
    for (source, state) in sources {
        let is_well =
            source.enabled && !state.gone && state.failures == 0 && state.last_success != Timestamp::default();
        // Who shows a token or a cookie may be given another feed.
        let is_known_there = !source.headers.is_empty() || !source.cookies.is_empty();
        if !is_well || source.url.is_empty() || is_known_there {
            continue;
        }
        let end = if state.validators_of.is_empty() { &source.url } else { &state.validators_of };
        // What is asked otherwise, or otherwise often, is asked for itself.
        let wishes = (source.fetch_pages, source.join_pages, source.keep_images, format!("{:?}", source.schedule));
        let is_fresh = |at: Timestamp| at <= now && at.plus_seconds(TWIN_SECONDS) > now;
        let key = (source.kind, end, &source.keep, &source.skip, wishes);
        // Who is asked for others must have answered lately.
        let other = match first.get(&key) {
            Some(other) => *other,
            None if is_fresh(state.last_success) => *first.entry(key).or_insert(&source.id),
            None => continue,
        };
        if other != source.id && is_fresh(state.last_tried) {
            twins.insert(source.id.as_str(), other);
        }
    }
    twins
}

/// After so many seconds a source that is the same feed as another is asked itself: a week.
const TWIN_SECONDS: i64 = 7 * 86_400;

/// After a pause of boji itself, when many sources are overdue by more than their interval, some are asked at once, and the others
/// where their ids fall in the course of their interval: no burst, and what follows stays apart.
fn put_off<'a>(plan: &mut Plan<'a>, chosen: &mut Vec<Planned<'a>>, now: Timestamp, run: &RunSettings) {
    let interval = |source: &Source| match source.schedule {
        Schedule::Every(seconds) => i64::from(seconds),
        Schedule::Cron(_) | Schedule::Auto => i64::from(run.interval_minutes) * 60,
    };
    let mut at_once = 0;
    // Who was asked longest ago comes first, wherever its id fell in an earlier interval.
    let order =
        |planned: &Planned<'a>| (Reverse(planned.source.priority), planned.state.last_tried, &planned.source.id);
    chosen.sort_by(|left, right| order(left).cmp(&order(right)));
    chosen.retain(|planned| {
        let Planned { source, state, why } = *planned;
        let interval = interval(source);
        // One that was put off before is not put off again: runs may be rarer than intervals.
        let had_its_turn = state.put_off_at > state.last_tried && state.put_off_at <= now;
        if why != DueReason::Due || state.next_due.plus_seconds(interval) > now || had_its_turn {
            return true;
        }
        at_once += 1;
        if at_once <= run.overdue_at_once {
            return true;
        }
        let place = blake3::hash(source.id.as_bytes())
            .as_bytes()
            .iter()
            .take(2)
            .fold(0, |sum, byte| sum << 8 | i64::from(*byte));
        plan.put_off.insert(&source.id, now.plus_seconds(1 + interval * place / (1 << 16)));
        plan.skipped.push(Skipped { source, state, why: SkipReason::PutOff });
        false
    });
}

/// Lets hosts take turns among the sources of one priority, each host's sources staying in order: the gap between two requests to a
/// host is then filled with requests to others.
fn take_turns(chosen: Vec<Planned<'_>>) -> Vec<Planned<'_>> {
    let mut turn_of_host: BTreeMap<(i8, String), usize> = BTreeMap::new();
    let mut turns: VecDeque<Vec<Planned<'_>>> = VecDeque::new();
    for planned in chosen {
        // The host that a source's requests go to; the first one of a list.
        let address = planned.source.urls.first().unwrap_or(&planned.source.url);
        let turn = turn_of_host.entry((planned.source.priority, Fetcher::host_of(address))).or_default();
        if turns.len() <= *turn {
            turns.push_back(Vec::new());
        }
        if let Some(sources) = turns.get_mut(*turn) {
            sources.push(planned);
        }
        *turn += 1;
    }
    let mut polls: Vec<Planned<'_>> = turns.into_iter().flatten().collect();
    polls.sort_by_key(|planned| Reverse(planned.source.priority));
    polls
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
    /// Answers are there already: no file of cookies is read.
    pub offline: bool,
    /// What is to be done about each.
    pub errand: Errand,
}

/// One source's part of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Task {
    /// The source.
    pub source: Source,
    /// What is remembered of it.
    pub state: SourceState,
    /// What is done about it.
    pub errand: Errand,
    /// Why it takes part.
    pub why: DueReason,
}

/// What a run would do, in order, and why.
#[derive(Debug, Default)]
pub(crate) struct Agenda {
    /// By priority, the highest first; of each polls first, then the sources of which only pages wait.
    pub tasks: Vec<Task>,
    /// The states of sources that are put off, to be stored when the run begins.
    pub put_off: Vec<(String, SourceState)>,
}

/// What a run would do.
pub(crate) fn plan_of(
    store: &dyn Store,
    options: &RunOptions,
    now: Timestamp,
    run: &RunSettings,
) -> Result<Agenda, RunError> {
    let sources = store.sources()?;
    let plan = plan(&sources, &options.sources, options.all, now, run);
    if let Some(unknown) = plan.unknown.first() {
        return Err(RunError::unknown_source(unknown, &sources));
    }
    let task = |source: &Source, state: SourceState, errand, why| {
        log::source_is_due(source, &state, why);
        Task { source: source.clone(), state, errand, why }
    };
    let mut agenda = Agenda::default();
    for Planned { source, state, why } in plan.polls {
        agenda.tasks.push(task(source, state.clone(), options.errand, why));
    }
    for Skipped { source, state, why } in &plan.skipped {
        let mut state = (*state).clone();
        if let Some(due) = plan.put_off.get(source.id.as_str()) {
            (state.next_due, state.put_off_at) = (*due, now);
            agenda.put_off.push((source.id.clone(), state.clone()));
        }
        let pages_wait = why.leaves_pages() && !store.pending(Some(&source.id), due_pages(now, run), 1)?.is_empty();
        if pages_wait {
            agenda.tasks.push(task(source, state, Errand::Pages, DueReason::PagesWait));
        } else if why.leaves_pages() && !waiting_looks(store, &source.id, run, now)?.due.is_empty() {
            agenda.tasks.push(task(source, state, Errand::Pages, DueReason::LooksAgain));
        } else {
            log::source_is_skipped(source, &state, *why);
        }
    }
    agenda.tasks.sort_by_key(|task| Reverse(task.source.priority));
    Ok(agenda)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn source(id: &str, url: &str, due: i64) -> (Source, SourceState) {
        let source = Source::new(SourceKind::Feed, id, url, Schedule::Every(3_600));
        let at = Timestamp::from_seconds(due);
        (source, SourceState { next_due: at, last_tried: Timestamp::from_seconds(1), ..SourceState::default() })
    }

    /// Ids and reasons of what is polled and what is skipped.
    fn told(sources: &[(Source, SourceState)], wanted: &[&str], all: bool) -> (String, String) {
        let wanted: Vec<String> = wanted.iter().map(|&name| name.to_owned()).collect();
        let plan = plan(sources, &wanted, all, Timestamp::from_seconds(1_000), &Settings::default().run);
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
    fn a_source_of_a_higher_priority_comes_before_what_is_due_longer() {
        let mut sources = vec![
            source("a1", "https://a.example/1", 1),
            source("a2", "https://a.example/2", 2),
            source("b1", "https://b.example/1", 3),
            source("last", "https://c.example/1", 0),
            source("first", "https://a.example/3", 9),
        ];
        sources[3].0.priority = -1;
        sources[4].0.priority = 2;
        assert_eq!(told(&sources, &[], false).0, "first:due a1:due b1:due a2:due last:due");
        let run = RunSettings { overdue_at_once: 1, ..Settings::default().run };
        let late = plan(&sources, &[], false, Timestamp::from_seconds(86_400), &run);
        assert_eq!(late.polls.iter().map(|one| one.source.id.as_str()).collect::<Vec<_>>(), ["first"]);
    }

    #[test]
    fn tells_names_that_are_no_source() {
        let sources = [source("a", "https://a.example/", 0)];
        let wanted = ["b".to_owned(), "a".to_owned()];
        let plan = plan(&sources, &wanted, false, Timestamp::default(), &Settings::default().run);
        assert_eq!((plan.unknown, plan.polls.len()), (vec!["b".to_owned()], 1));
    }

    #[test]
    fn two_sources_that_lead_to_one_answer_are_asked_as_one_while_it_is_well() {
        let mut sources: Vec<_> = ["a", "b", "c"].map(|id| source(id, &format!("https://{id}.example/f"), 0)).into();
        for (_, state) in &mut sources {
            state.last_success = Timestamp::from_seconds(1);
        }
        sources[1].1.validators_of = "https://a.example/f".to_owned();
        sources[2].0.url = "https://a.example/f".to_owned();
        let skipped = |sources: &[_]| told(sources, &[], false).1;
        assert_eq!(skipped(&sources), "b:same feed as another c:same feed as another");
        assert_eq!(told(&sources, &["b"], false).0, "b:named", "a person may ask it");
        sources[0].1.failures = 1;
        assert_eq!(skipped(&sources), "c:same feed as another", "the next one is asked instead");
        sources[0].1.failures = 0;
        sources[2].0.enabled = false;
        assert_eq!(skipped(&sources), "b:same feed as another c:disabled");
        let own: [fn(&mut Source); 3] = [
            |source| source.skip = vec!["title:a".to_owned()],
            |source| source.cookies = "cookies.txt".to_owned(),
            |source| source.headers = [("x-token".to_owned(), "1".to_owned())].into(),
        ];
        for change in own {
            let mut sources = sources.clone();
            change(&mut sources[1].0);
            assert_eq!(skipped(&sources), "c:disabled", "it is given something else, or takes something else");
        }
        let later = Timestamp::from_seconds(8 * 86_400);
        assert!(twins(&sources, later).is_empty(), "once a week each is asked itself");
    }

    #[test]
    fn after_a_day_off_some_are_asked_and_the_rest_follow_in_an_interval() {
        let now = Timestamp::from_seconds(86_400);
        let sources: Vec<_> =
            (0..100).map(|number| source(&format!("s{number:02}"), "https://a.example/f", number)).collect();
        let run = RunSettings { overdue_at_once: 20, ..Settings::default().run };
        let first = plan(&sources, &[], false, now, &run);
        assert_eq!((first.polls.len(), first.put_off.len()), (20, 80));
        assert_eq!(first.polls[0].source.id, "s00", "the longest due first");
        let quarter = |number: i64| {
            let from = now.plus_seconds(900 * number);
            first.put_off.values().filter(|due| **due > from && **due <= from.plus_seconds(900)).count()
        };
        let quarters: Vec<_> = (0..4).map(quarter).collect();
        assert_eq!(quarters.iter().sum::<usize>(), 80);
        assert!(quarters.iter().all(|count| (8..32).contains(count)), "{quarters:?}");
        assert_eq!(plan(&sources, &[], true, now, &run).polls.len(), 100, "all are asked for");
        let mut by_day = sources.clone();
        for (source, state) in &mut by_day {
            if let Some(due) = first.put_off.get(source.id.as_str()) {
                (state.next_due, state.put_off_at) = (*due, now);
            } else {
                (state.next_due, state.last_tried) = (now.plus_seconds(3_600), now);
            }
        }
        let next_day = plan(&by_day, &[], false, now.plus_seconds(86_400), &run);
        let asked = |id: &str| next_day.polls.iter().any(|planned| planned.source.id == id);
        assert!(first.put_off.keys().all(|id| asked(id)), "who was put off has its turn, however seldom runs come");
        let an_hour_late = Timestamp::from_seconds(3_000);
        assert_eq!(plan(&sources, &[], false, an_hour_late, &run).polls.len(), 100, "no pause, as every hour");
    }
}

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use boji_clean::model::Timestamp;
use boji_clean::rules::Rules;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::errand::Errand;
use super::pictures::keep_pictures;
use super::plan::{Agenda, RunOptions, Task, plan_of};
use super::poll::poll;
use crate::config::{Recheck, RunSettings, Settings};
use crate::fetch::{Fetcher, LONGEST_WISH_SECONDS, Replay, Slots, Transport, redact_url, takes_secrets_away};
use crate::model::{Clock, HostState, KeepImages, ManualClock, Source, SourceKind, SourceState};
use crate::pipeline::engine::{AtWork, Cookies, Engine, Event, Pages, Shares, StoreThread};
use crate::pipeline::error::{RunError, WorkerError};
use crate::pipeline::knowledge::Knowledge;
use crate::pipeline::ordered::cores;
use crate::pipeline::report::{RunReport, SourceReport};
use crate::pipeline::stop::Stop;
use crate::store::{Batch, Store};

/// What a run is wired from.
pub struct Setup {
    /// The network, or a recording.
    pub transport: Arc<dyn Transport>,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// Cleaning rules.
    pub rules: Rules,
    /// All settings.
    pub settings: Settings,
    /// A wish to stop.
    pub stop: Stop,
    /// Told what happens.
    pub listen: Box<dyn Fn(Event) + Send + Sync>,
}

/// Polls what is due, fetches and cleans what is new, stores it, and gives the store back with a report.
///
/// A source that fails is reported and the rest goes on. When `setup.stop` is requested, work in flight is dropped,
/// what is complete is committed, and the report says so.
pub async fn run(
    mut setup: Setup,
    mut store: Box<dyn Store>,
    options: &RunOptions,
) -> Result<(RunReport, Box<dyn Store>), RunError> {
    // A recording is replayed into a store that has no articles to look at again, or others than that which it was made with.
    if options.sequential {
        setup.settings.run.recheck = Recheck::Off;
    }
    let Agenda { tasks: mut planned, put_off } =
        plan_of(store.as_ref(), options, setup.clock.now(), &setup.settings.run)?;
    store.commit(&Batch { source_states: put_off, ..Batch::default() }, &crate::dedup::decide)?;
    if options.sequential {
        planned.sort_by(|left, right| left.source.id.cmp(&right.source.id));
        // A recording must hold all that it is replayed from.
        for task in &mut planned {
            task.state.unread.clear();
        }
    }
    // Who asks nobody needs none.
    let with_cookies = planned.iter().map(|task| &task.source).filter(|_| !options.offline);
    let cookies = Cookies::read(with_cookies);
    let hosts = within_reach(store.hosts()?, setup.clock.now(), &setup.settings.run);
    let knowledge = Arc::new(Knowledge { rules: setup.rules, learned: store.learned()? });
    let known = knowledge.learned.wordings();
    let (handle, thread) = StoreThread::start(store)?;
    let slots = Slots::new(setup.settings.run.concurrency as usize, Arc::clone(&setup.clock));
    let engine = Arc::new(Engine {
        fetcher: Fetcher::new(setup.transport, Arc::clone(&setup.clock), &setup.settings.fetch, hosts),
        cookies,
        store: handle,
        clock: setup.clock,
        knowledge,
        settings: setup.settings.run,
        stop: setup.stop,
        cpu: Arc::new(Semaphore::new(cores())),
        slots,
        shares: Shares::default(),
        pages: Pages::default(),
        at_work: Arc::new(AtWork::default()),
        listen: setup.listen,
    });
    (engine.listen)(Event::Planned(planned.len()));
    let wanting = planned.iter().map(|task| task.source.clone()).collect();
    let sources = match poll_all(&engine, planned, options.sequential).await {
        Ok(mut reports) => keep_pictures(&engine, wanting, options.sequential, &mut reports).await.map(|()| reports),
        Err(error) => Err(error),
    };
    let stopped = engine.stop.requested().is_some();
    let hosts = Batch { hosts: engine.fetcher.hosts(), ..Batch::default() };
    let saved = engine.store.with(move |store| store.commit(&hosts, &crate::dedup::decide)).await;
    drop(engine);
    let store = thread.join()?;
    saved?;
    let mut sources = sources?;
    sources.sort_by(|left, right| left.source.cmp(&right.source));
    let learned = store.learned()?.wordings().saturating_sub(known);
    Ok((RunReport { sources, learned, stopped }, store))
}

/// The hosts as they are remembered. One that is to rest for longer than any rule lets it was written by a clock that was
/// ahead: it may be asked.
fn within_reach(mut hosts: Vec<HostState>, now: Timestamp, run: &RunSettings) -> Vec<HostState> {
    let longest = LONGEST_WISH_SECONDS.max(i64::from(run.server_wait_ceiling_hours) * 3_600);
    for host in &mut hosts {
        if host.not_before > now.plus_seconds(longest) {
            host.not_before = now;
            host.reason.clear();
        }
    }
    hosts
}

/// All sources of one priority at once, each with what it waits for: slots and the turns of hosts say who is next. Those of a lower
/// one begin when these are done with their pages. Or one after the other.
async fn poll_all(engine: &Arc<Engine>, tasks: Vec<Task>, sequential: bool) -> Result<Vec<SourceReport>, RunError> {
    let mut running = JoinSet::new();
    let mut reports = Vec::new();
    let mut tasks = tasks.into_iter().peekable();
    while let Some(priority) = tasks.peek().map(|task| task.source.priority) {
        // Who looks at stored articles again waits for these, and not for those that wait for it.
        let mut tier = Vec::new();
        while let Some(task) = tasks.next_if(|task| task.source.priority == priority) {
            tier.push((task, engine.at_work.begin()));
        }
        for (task, working) in tier {
            let engine = Arc::clone(engine);
            running.spawn(async move {
                if engine.stop.requested().is_some() {
                    return Ok(None);
                }
                let id = task.source.id.clone();
                (engine.listen)(Event::Started(id.clone()));
                let report = poll(&engine, task, working).await?;
                (engine.listen)(Event::Finished(id));
                Ok::<_, RunError>(Some(report))
            });
            if sequential {
                reports.extend(next_report(&mut running).await?);
            }
        }
        while !running.is_empty() {
            reports.extend(next_report(&mut running).await?);
        }
    }
    Ok(reports)
}

async fn next_report(
    running: &mut JoinSet<Result<Option<SourceReport>, RunError>>,
) -> Result<Option<SourceReport>, RunError> {
    running.join_next().await.map_or(Ok(None), |done| done.map_err(|_| WorkerError::Panicked)?)
}

/// Puts the sources of the configuration into the store; those added by command stay. A source that its server moved
/// keeps its new address as long as the configuration names the old one; one that was given another address by hand
/// begins anew, for validators and cursors belong to an address.
///
/// Where these are all that the file has (`is_whole`), one that stood in it and does no more is switched off: who took it out wants
/// it no more, and its entries are known should he come to want it again. The other way round one that was added by command is not
/// overwritten by another of its id.
pub(crate) fn adopt_sources(store: &mut dyn Store, sources: &[Source], is_whole: bool) -> Result<Adopted, RunError> {
    let present = store.sources()?;
    let mut done = Adopted::default();
    for source in sources {
        let known = present.iter().find(|(other, _)| other.id == source.id);
        if known.is_some_and(|(other, state)| is_another(source, other, state)) {
            done.refused.push(source.id.clone());
            continue;
        }
        let (adopted, state) = adopt(source, known);
        if known.is_some_and(|(other, _)| *other == adopted) {
            continue;
        }
        store.put_source(&adopted)?;
        if let Some(state) = state {
            let batch = Batch { source_states: vec![(adopted.id.clone(), state)], ..Batch::default() };
            store.commit(&batch, &crate::dedup::decide)?;
        }
    }
    for (source, _) in present {
        let is_left = source.from_file && source.enabled && !sources.iter().any(|other| other.id == source.id);
        if is_whole && is_left {
            done.taken_out.push(source.id.clone());
            store.put_source(&Source { enabled: false, ..source })?;
        }
    }
    Ok(done)
}

/// What became of the sources of a configuration beyond that they are stored, by their ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Adopted {
    /// They stand in the file no more, and were switched off.
    pub taken_out: Vec<String>,
    /// Their ids are those of other sources, which were added by command.
    pub refused: Vec<String>,
}

/// Whether a source of the file bears the id of one that was added by command and leads elsewhere.
fn is_another(source: &Source, known: &Source, state: &SourceState) -> bool {
    let is_same_place = known.kind == source.kind
        && (known.url == source.url || state.moved_from == source.url || source.kind == SourceKind::Urls);
    source.from_file && !known.from_file && !is_same_place
}

/// The configured source as it should be stored, and its state when that has to change.
fn adopt(source: &Source, known: Option<&(Source, SourceState)>) -> (Source, Option<SourceState>) {
    match known {
        Some((old, state))
            if old.url != source.url && state.moved_from == source.url && !takes_secrets_away(source, &old.url) =>
        {
            (Source { url: old.url.clone(), ..source.clone() }, None)
        }
        Some((old, _)) if old.url != source.url => (source.clone(), Some(SourceState::default())),
        _ => (source.clone(), None),
    }
}

/// Name of the note in a recording that lists the polled sources.
pub(crate) const SOURCES_NOTE: &str = "urn:boji:sources";

/// Name of the note in a recording that says for how many article pages of a source the run asked at most, in decimal digits.
pub(crate) const PAGES_NOTE: &str = "urn:boji:pages-per-source";

/// The sources that a run polls as a recording keeps them: JSON, so that the recording can be replayed by itself.
pub(crate) fn sources_note(
    store: &dyn Store,
    options: &RunOptions,
    now: Timestamp,
    run: &RunSettings,
) -> Result<Vec<u8>, RunError> {
    let tasks = plan_of(store, options, now, run)?.tasks;
    let polled = tasks.into_iter().filter(|task| task.errand != Errand::Pages).map(|task| task.source);
    let sources: Vec<Source> = polled.map(|source| without_secrets(with_own_pictures(source, run))).collect();
    Ok(serde_json::to_vec(&sources).unwrap_or_default())
}

/// A source that says itself which pictures it keeps, where the settings say it: a recording holds those, and a replay asks for no others.
fn with_own_pictures(source: Source, run: &RunSettings) -> Source {
    let keeps = Some(run.keep_images).filter(|keep| *keep != KeepImages::None);
    Source { keep_images: source.keep_images.or(keeps), ..source }
}

/// A source as a recording may say it: its requests are found under addresses without passwords and keys.
fn without_secrets(source: Source) -> Source {
    let url = redact_url(&source.url);
    let name = if source.name == source.url { url.clone() } else { source.name };
    let urls = source.urls.iter().map(|url| redact_url(url)).collect();
    Source { url, name, urls, headers: BTreeMap::new(), cookies: String::new(), from_file: false, ..source }
}

/// Puts the sources of a recording into the store for its replay, and gives the names under which they are there. One that the
/// store has stays as it is; another is added switched off: a recording plays, and adds nothing to what is polled.
fn adopt_recorded(store: &mut dyn Store, sources: Vec<Source>) -> Result<Vec<String>, RunError> {
    let present = store.sources()?;
    let recorded: BTreeSet<String> = sources.iter().map(|source| source.id.clone()).collect();
    let taken = |id: &str| recorded.contains(id) || present.iter().any(|(other, _)| other.id == id);
    let mut names = Vec::new();
    for source in sources {
        let is_same = |(other, _): &&(Source, SourceState)| {
            let other = without_secrets(other.clone());
            (other.kind, &other.url, &other.urls) == (source.kind, &source.url, &source.urls)
        };
        let id = match present.iter().find(|(other, _)| other.id == source.id) {
            Some(known) if is_same(&known) => source.id,
            Some(_) => {
                let id = crate::discover::numbered(&source.id, &taken);
                store.put_source(&Source { id: id.clone(), enabled: false, ..source })?;
                id
            }
            None => {
                let id = source.id.clone();
                store.put_source(&Source { enabled: false, ..source })?;
                id
            }
        };
        names.push(id);
    }
    Ok(names)
}

/// Runs from a recording into `store`: the clock is the recording's, sources are polled one after the other. Two
/// replays into empty stores give equal stores. The recording's own list of sources is played; `configured` ones are adopted
/// when it has none, as the recordings of other tools.
pub(crate) fn replay(
    recording: Replay,
    configured: &[Source],
    mut store: Box<dyn Store>,
    rules: Rules,
    settings: &Settings,
    stop: &Stop,
    runtime: &tokio::runtime::Runtime,
) -> Result<(RunReport, Box<dyn Store>), RunError> {
    let mut settings = settings.clone();
    let names = if let Some(note) = recording.note(SOURCES_NOTE) {
        settings.run.keep_images = KeepImages::None;
        let sources: Vec<Source> = serde_json::from_slice(&note).map_err(RunError::Recording)?;
        adopt_recorded(store.as_mut(), sources)?
    } else {
        adopt_sources(store.as_mut(), configured, false)?;
        Vec::new()
    };
    let pages = recording.note(PAGES_NOTE).and_then(|note| String::from_utf8(note).ok()?.parse().ok());
    settings.run.pages_per_source = pages.unwrap_or(settings.run.pages_per_source);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(recording.start_time().unwrap_or_default()));
    let setup =
        Setup { transport: Arc::new(recording), clock, rules, settings, stop: stop.clone(), listen: Box::new(|_| {}) };
    let options = RunOptions { sources: names, sequential: true, offline: true, ..RunOptions::default() };
    runtime.block_on(run(setup, store, &options))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Schedule;

    #[test]
    fn a_moved_source_stays_moved_and_a_readdressed_one_begins_anew() {
        let configured = Source::new(SourceKind::Feed, "s", "https://a.example/feed", Schedule::Every(3_600));
        assert_eq!(adopt(&configured, None), (configured.clone(), None));
        let moved = Source { url: "https://b.example/feed".into(), ..configured.clone() };
        let state = SourceState { moved_from: configured.url.clone(), etag: "\"x\"".into(), ..SourceState::default() };
        assert_eq!(adopt(&configured, Some(&(moved.clone(), state.clone()))), (moved.clone(), None));
        let by_hand = Source { url: "https://c.example/feed".into(), ..configured };
        assert_eq!(adopt(&by_hand, Some(&(moved, state))), (by_hand.clone(), Some(SourceState::default())));
    }

    #[test]
    fn a_source_that_was_taken_out_of_the_file_rests_and_comes_back_with_it() {
        let mut store = crate::store::SqliteStore::in_memory().expect("a store");
        let source = |id: &str, from_file| {
            let url = format!("https://{id}.example/feed");
            Source { from_file, ..Source::new(SourceKind::Feed, id, url, Schedule::Every(3_600)) }
        };
        store.put_source(&source("by-command", false)).expect("stored");
        let file = [source("a", true), source("b", true)];
        assert_eq!(adopt_sources(&mut store, &file, true).expect("adopted"), Adopted::default());
        let is_on = |store: &crate::store::SqliteStore| {
            let sources = store.sources().expect("sources");
            sources.into_iter().filter(|(source, _)| source.enabled).map(|(source, _)| source.id).collect::<Vec<_>>()
        };
        assert_eq!(adopt_sources(&mut store, &[], false).expect("adopted"), Adopted::default(), "no file was read");
        assert_eq!(adopt_sources(&mut store, &file[..1], true).expect("adopted").taken_out, ["b"]);
        assert_eq!(is_on(&store), ["a", "by-command"]);
        assert!(adopt_sources(&mut store, &file[..1], true).expect("adopted").taken_out.is_empty(), "told once");
        assert_eq!(adopt_sources(&mut store, &file, true).expect("adopted"), Adopted::default());
        assert_eq!(is_on(&store), ["a", "b", "by-command"]);
        let other = Source { url: "https://other.example/".to_owned(), ..source("by-command", true) };
        assert_eq!(adopt_sources(&mut store, &[other], false).expect("adopted").refused, ["by-command"]);
        let kept = store.sources().expect("sources").into_iter().find(|(source, _)| source.id == "by-command");
        assert!(kept.is_some_and(|(source, _)| source.url == "https://by-command.example/feed"));
    }
}

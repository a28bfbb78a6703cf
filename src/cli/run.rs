use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::hooks::Hooks;
use super::output::{Loudness, Output};
use super::progress::Progress;
use super::{limits, report, signals, workplace};
use crate::config::RunSettings;
use crate::fetch::{Fetcher, Live, Recorder, Transport, check_place};
use crate::inspect::{self, HostFact};
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, Errand, RunError, RunOptions, RunReport, Setup, Stop};
use crate::store::Store;

/// Fetches what is due, cleans it, stores it and ends.
pub(super) fn run(command: &arguments::Run, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let mut loaded = workplace::configuration(arguments)?;
    if let Some(pages) = command.limit {
        loaded.settings.run.pages_per_source = pages;
    }
    if let Some(path) = &command.record {
        check_place(path)?;
    }
    let rules = workplace::rules_of(&loaded)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let (mut store, lock) = match workplace::open_to_write_unless(&stop, arguments) {
        Ok(Some(opened)) => opened,
        Ok(None) => return Ok(exit_of(&RunReport::default(), &stop)),
        // The run that has the lock does the work of this one: nobody need know.
        Err(error) if output.loudness <= Loudness::Quiet && is_locked(&error) => return Ok(Exit::Locked),
        Err(error) => return Err(error),
    };
    workplace::tell_mistakes(&loaded, output);
    workplace::adopt_sources(store.as_mut(), &loaded, output)?;
    if store.sources()?.is_empty() {
        output.note("there is no source yet; `boji add URL` adds one");
    }
    let options = RunOptions {
        sources: command.sources.clone(),
        all: command.all,
        sequential: command.record.is_some(),
        offline: false,
        errand: Errand::Poll,
    };
    if command.plan_only {
        let plan = pipeline::plan_of(store.as_ref(), &options, SystemClock.now(), &loaded.settings.run)?;
        return print_plan(&plan.tasks, store.as_ref(), output);
    }
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let live: Arc<dyn Transport> =
        Arc::new(Live::new(&loaded.settings.fetch, Arc::clone(&clock)).context("failed to set up the HTTP client")?);
    let recorder = match &command.record {
        Some(path) => Some(Arc::new(start_recording(
            path,
            Arc::clone(&live),
            store.as_ref(),
            &options,
            &clock,
            &loaded.settings.run,
        )?)),
        None => None,
    };
    let transport = recorder.clone().map_or(live, |recorder| recorder);
    let progress = Arc::new(Progress::new(output, "sources"));
    let listen = Arc::clone(&progress);
    let hooks = Hooks::new(&loaded.settings.hooks);
    let hear = hooks.listener();
    let setup = Setup {
        transport,
        clock,
        rules,
        settings: loaded.settings.clone(),
        stop: stop.clone(),
        listen: Box::new(move |event| {
            hear(&event);
            listen.event(&event);
        }),
    };
    let runtime = runtime()?;
    let done = runtime.block_on(pipeline::run(setup, store, &options));
    progress.finish();
    let (done, store) = match done {
        Ok(done) => done,
        Err(error) => {
            runtime.shutdown_background();
            return Err(error.into());
        }
    };
    let printed = report::print(&done, output);
    let calls = hooks.calls(store.as_ref(), SystemClock.now(), arguments, output);
    // They may start a boji that writes.
    drop((store, lock));
    runtime.block_on(calls.make(&stop, output));
    // What was left behind on its thread is not waited for.
    runtime.shutdown_background();
    printed?;
    // The run is over, so nobody else holds the recorder.
    if let Some(recorder) = recorder.and_then(Arc::into_inner) {
        recorder.finish().context("failed to record all of the run")?;
    }
    let exit = exit_of(&done, &stop);
    Ok(if exit == Exit::Done && !loaded.mistakes.is_empty() { Exit::Partial } else { exit })
}

fn is_locked(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(RunError::Locked { .. }))
}

/// A recorder around the network. The recording also says which sources were polled and how many pages each might have, so that it
/// can be replayed by itself.
fn start_recording(
    path: &Path,
    network: Arc<dyn Transport>,
    store: &dyn Store,
    options: &RunOptions,
    clock: &Arc<dyn Clock>,
    settings: &RunSettings,
) -> anyhow::Result<Recorder<Arc<dyn Transport>>> {
    let sources = pipeline::sources_note(store, options, clock.now(), settings)?;
    let recorder = Recorder::create(path, network, Arc::clone(clock))?;
    recorder.note(pipeline::SOURCES_NOTE, &sources)?;
    recorder.note(pipeline::PAGES_NOTE, settings.pages_per_source.to_string().as_bytes())?;
    Ok(recorder)
}

/// What would be asked of whom, and which of the hosts rest.
fn print_plan(plan: &[pipeline::Task], store: &dyn Store, output: Output) -> anyhow::Result<Exit> {
    let now = SystemClock.now();
    let hosts: Vec<_> = store.hosts()?.iter().map(|host| HostFact::of(host, now)).collect();
    for task in plan {
        if output.json {
            output.json(&pipeline::Task { source: inspect::shown(task.source.clone()), ..task.clone() })?;
            continue;
        }
        let host = Fetcher::host_of(task.source.urls.first().unwrap_or(&task.source.url));
        let rest = hosts.iter().find(|known| known.host == host).and_then(HostFact::rest);
        let rest = rest.map_or_else(String::new, |rest| format!(", which rests {rest}"));
        output.data(format_args!("{:<24}  {:<11}  {host}{rest}", task.source.id, task.why.as_str()))?;
    }
    Ok(Exit::Done)
}

/// The runtime: sources wait on sockets here; cleaning has threads of its own.
pub(super) fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    // Two for sockets, one for the store, one for signals, one a core for cleaning, some for names of hosts.
    limits::enough(2 + 1 + 1 + pipeline::cores() + 4)?;
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("failed to start the runtime")
}

/// The exit code of a run or an import.
pub(super) fn exit_of(report: &RunReport, stop: &Stop) -> Exit {
    match stop.requested() {
        Some(signal) => signal.into(),
        None if report.failed() => Exit::Partial,
        None => Exit::Done,
    }
}

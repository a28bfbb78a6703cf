use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::{report, workplace};
use crate::config::Settings;
use crate::fetch::{Live, Record, Transport};
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, RunOptions, RunReport, Setup, Signal, Stop};

/// Fetches what is due, cleans it, stores it and ends.
pub fn run(command: &arguments::Run, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    pipeline::adopt_sources(store.as_mut(), &loaded.sources)?;
    let options = RunOptions { sources: command.sources.clone(), all: command.all, sequential: false };
    if command.plan_only {
        return print_plan(&pipeline::plan_of(store.as_ref(), &options, SystemClock.now())?, output);
    }
    let stop = Stop::new();
    stop_on_signals(&stop)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let transport = transport(&loaded.settings, command.record.as_deref(), store.as_ref(), &clock)?;
    let progress = Arc::new(Progress::new(output, "sources"));
    let listen = Arc::clone(&progress);
    let setup = Setup {
        transport,
        clock,
        rules: Arc::new(rules),
        settings: loaded.settings.clone(),
        stop: stop.clone(),
        listen: Box::new(move |event| listen.event(&event)),
    };
    let done = runtime()?.block_on(pipeline::run(setup, store, &options));
    progress.finish();
    let (done, _) = done?;
    report::print(&done, output)?;
    Ok(exit_of(&done, &stop))
}

/// The network, and around it a recorder when one is wanted. The recording also says which sources were polled, so that
/// it can be replayed by itself.
fn transport(
    settings: &Settings,
    record: Option<&Path>,
    store: &dyn crate::store::Store,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Arc<dyn Transport>> {
    let live = Live::new(&settings.fetch, Arc::clone(clock)).context("failed to set up the HTTP client")?;
    match record {
        None => Ok(Arc::new(live)),
        Some(path) => {
            let recorder = Record::create(path, live, Arc::clone(clock))
                .with_context(|| format!("failed to record to {}", path.display()))?;
            recorder.note(pipeline::SOURCES_NOTE, &pipeline::sources_note(store)?)?;
            Ok(Arc::new(recorder))
        }
    }
}

fn print_plan(plan: &[pipeline::Task], output: Output) -> anyhow::Result<Exit> {
    for task in plan {
        if output.json {
            output.json(task)?;
        } else {
            output.data(format_args!("{:<24}  {}", task.source.id, task.why))?;
        }
    }
    Ok(Exit::Done)
}

/// The runtime: sources wait on sockets here; cleaning has threads of its own.
pub fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("failed to start the runtime")
}

/// The exit code of a run or an import.
pub fn exit_of(report: &RunReport, stop: &Stop) -> Exit {
    match stop.requested() {
        Some(Signal::Interrupt) => Exit::Interrupted,
        Some(Signal::Terminate) => Exit::Terminated,
        None if report.failed() => Exit::Partial,
        None => Exit::Done,
    }
}

/// The first Ctrl-C or SIGTERM asks for a clean end; the second ends the process at once. The store survives both.
pub fn stop_on_signals(stop: &Stop) -> anyhow::Result<()> {
    let stop = stop.clone();
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().context("failed to watch for signals")?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            if let Ok(signal) = next_signal().await {
                stop.request(signal);
            }
            if let Ok(signal) = next_signal().await {
                leave(signal);
            }
        });
    });
    Ok(())
}

#[cfg(unix)]
async fn next_signal() -> std::io::Result<Signal> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(tokio::select! {
        _ = interrupt.recv() => Signal::Interrupt,
        _ = terminate.recv() => Signal::Terminate,
    })
}

#[cfg(not(unix))]
async fn next_signal() -> std::io::Result<Signal> {
    tokio::signal::ctrl_c().await?;
    Ok(Signal::Interrupt)
}

#[expect(clippy::disallowed_methods, clippy::exit, reason = "a person asked twice: nothing is waited for any more")]
fn leave(signal: Signal) {
    std::process::exit(match signal {
        Signal::Interrupt => 130,
        Signal::Terminate => 143,
    });
}

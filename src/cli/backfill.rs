use std::sync::Arc;

use anyhow::Context as _;

use super::arguments::Arguments;
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::source_arguments::Backfill;
use super::{report, run, signals, workplace};
use crate::fetch::Live;
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, Errand, RunOptions, Setup, Stop};

/// Asks sources for what they had before and show no more, then for the pages of it that are due.
pub(super) fn run(command: &Backfill, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    workplace::open_to_read(arguments)?;
    let (store, _lock) = workplace::open_to_write(arguments)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let live = Live::new(&loaded.settings.fetch, Arc::clone(&clock)).context("failed to set up the HTTP client")?;
    let progress = Arc::new(Progress::new(output, "sources"));
    let listen = Arc::clone(&progress);
    let setup = Setup {
        transport: Arc::new(live),
        clock,
        rules,
        settings: loaded.settings,
        stop: stop.clone(),
        listen: Box::new(move |event| listen.event(&event)),
    };
    let errand = Errand::Older(command.pages);
    let options = RunOptions { sources: command.sources.clone(), errand, ..RunOptions::default() };
    let runtime = run::runtime()?;
    let done = runtime.block_on(pipeline::run(setup, store, &options));
    runtime.shutdown_background();
    progress.finish();
    let (done, _) = done?;
    report::print(&done, output)?;
    Ok(run::exit_of(&done, &stop))
}

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::progress::Progress;
use super::{report, run, signals, workplace};
use crate::fetch::Replay;
use crate::pipeline::{self, Stop};

/// Runs from a recording, without the network. The clock is the recording's, so two replays give equal stores.
pub(super) fn run(command: &arguments::Replay, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    let recording = Replay::open(&command.recording)
        .with_context(|| format!("failed to open the recording {}", command.recording.display()))?;
    let (store, _lock) = workplace::open_to_write(arguments)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let progress = Progress::new(output, "sources");
    let runtime = run::runtime()?;
    let done = pipeline::replay(recording, &loaded.sources, store, rules, &loaded.settings, &stop, &runtime);
    runtime.shutdown_background();
    progress.finish();
    let (done, _) = done?;
    report::print(&done, output)?;
    Ok(run::exit_of(&done, &stop))
}

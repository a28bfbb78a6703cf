use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::{Loudness, Output};
use super::progress::Progress;
use super::{report, run, workplace};
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, ImportOptions, Stop};

/// Takes in saved pages, Markdown archives, OPML and lists of addresses.
pub fn run(command: &arguments::Import, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    if let Some(path) = command.paths.iter().find(|path| !path.exists()) {
        let message = format!("there is no file or folder {}", path.display());
        return Err(Mistake::usage(message, "check the path; it counts from the working folder").into());
    }
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let options = ImportOptions {
        paths: command.paths.clone(),
        source: command.source.clone(),
        jobs: command.jobs.unwrap_or_else(super::cores),
    };
    let stop = Stop::new();
    run::stop_on_signals(&stop)?;
    let progress = Progress::new(output, "files");
    let done = pipeline::import(
        store.as_mut(),
        &options,
        &rules,
        &loaded.settings.run,
        SystemClock.now(),
        &stop,
        &|done, all| progress.set(done, all),
    );
    progress.finish();
    let done = done?;
    report::print(&done, output)?;
    if output.loudness == Loudness::Normal && done.total(|source| source.oddities.len()) > 0 {
        output.note("-v names the files that gave no article");
    }
    Ok(run::exit_of(&done, &stop))
}

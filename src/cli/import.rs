use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::{Loudness, Output};
use super::progress::Progress;
use super::{limits, report, run, signals, workplace};
use crate::model::{Clock, SystemClock};
use crate::pipeline::{self, ImportOptions, Imported, RunReport, Stop};

/// Takes in saved pages, Markdown archives, saved lists of articles, OPML, lists of addresses, and files that hold many
/// pages.
pub(super) fn run(command: &arguments::Import, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
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
        jobs: command.jobs.unwrap_or_else(pipeline::cores),
    };
    limits::enough(options.jobs + 2)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let progress = Progress::of_files(output);
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
    let Imported { report: came, broken_off } = done;
    if broken_off.is_none() || !came.sources.is_empty() {
        report::print(&came, output)?;
    }
    if let Some(error) = broken_off {
        return Err(error.into());
    }
    hints(&came, output);
    Ok(run::exit_of(&came, &stop))
}

/// What a person may want to do next.
fn hints(done: &RunReport, output: Output) {
    if output.json {
        return;
    }
    let (named, waiting) = (done.total(|source| source.named), done.total(|source| source.pending));
    if named > 0 {
        let articles = if named == 1 { "article" } else { "articles" };
        let next = if waiting > 0 { "; `boji run` fetches them" } else { "" };
        output.note(format_args!("{named} {articles} named, {waiting} new{next}"));
    }
    if output.loudness == Loudness::Normal && done.total(|source| source.oddities.len()) > 0 {
        output.note("-v names the files that gave no article, and what was odd");
    }
}

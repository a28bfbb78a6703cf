use std::io::{BufWriter, stdout};
use std::path::Path;

use super::arguments::Arguments;
use super::counted::counted;
use super::exit::Exit;
use super::export_arguments::Export;
use super::mistake::Mistake;
use super::output::Output;
use super::{signals, workplace};
use crate::export::{self, ExportError, ExportOptions, Format, Redaction, Sample, SeriesName, Shard};
use crate::pipeline::Stop;
use crate::store::{Damaged, Filter, Store};

/// Writes the cleaned corpus.
pub(super) fn run(command: &Export, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let filter = workplace::filter(&command.filter, store.as_ref())?;
    let options = options(command, arguments)?;
    let stop = Stop::new();
    match write(command, store.as_ref(), &filter, &options, &stop, output) {
        Ok((damaged, without_capture)) => Ok(tell(&damaged, &without_capture, output)),
        Err(error) => match (error.downcast_ref::<ExportError>(), stop.requested()) {
            (Some(ExportError::Stopped), Some(signal)) => {
                output.note("stopped: nothing was written, and what was there before stays");
                Ok(signal.into())
            }
            _ => Err(error),
        },
    }
}

/// Ids of articles that were left out: those that cannot be read, and those whose captures are not stored.
type LeftOut = (Vec<Damaged>, Vec<String>);

fn write(
    command: &Export,
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    stop: &Stop,
    output: Output,
) -> anyhow::Result<LeftOut> {
    let is_stopped = || stop.requested().is_some();
    let is_to_folder = command.to != Path::new("-");
    if is_to_folder {
        signals::stop_on_signals(stop)?;
    }
    Ok(match &command.since_last {
        Some(_) if !is_to_folder => {
            return Err(Mistake::usage("a series of exports lies in a folder", "name one with --to").into());
        }
        Some(_) if command.all_revisions => {
            let hint = "its steps hold each change of an article as it comes";
            return Err(Mistake::usage("a series of exports has no use for --all-revisions", hint).into());
        }
        Some(name) => next_step(store, filter, options, name, &is_stopped, output)?,
        None if is_to_folder => to_folder(store, filter, options, &is_stopped, output)?,
        None => (to_stdout(store, filter, options, output)?, Vec::new()),
    })
}

fn tell(damaged: &[Damaged], without_capture: &[String], output: Output) -> Exit {
    workplace::tell_damaged(damaged, "was left out", output);
    for article in without_capture {
        let hint = "its text is in the store: other forms have it";
        output.warn(format_args!("the article {article} was left out: its capture is not in the store"), Some(hint));
    }
    let is_whole = damaged.is_empty() && without_capture.is_empty();
    if is_whole { Exit::Done } else { Exit::Partial }
}

fn next_step(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    name: &SeriesName,
    is_stopped: &dyn Fn() -> bool,
    output: Output,
) -> anyhow::Result<LeftOut> {
    let step = export::export_step(store, filter, options, name, is_stopped)?;
    if !step.differences.is_empty() {
        let differences = step.differences.join(", ");
        let hint = "what is wanted no more goes as withdrawn; `filter` in the manifest of each step has its wishes";
        output.warn(format_args!("the step before went out with other wishes: {differences}"), Some(hint));
    }
    let Some(report) = step.written else {
        let hint = step.nothing_is_wanted.then(|| workplace::why_nothing(store)).transpose()?;
        output.remark("nothing is new or changed, so no step was written", hint);
        return Ok(Default::default());
    };
    if output.json {
        output.json(&report)?;
    } else {
        let records = counted(report.records, "new or changed record");
        output.note(format_args!("{records} in {}", report.to.display()));
    }
    Ok((report.damaged, report.without_capture))
}

fn to_folder(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    is_stopped: &dyn Fn() -> bool,
    output: Output,
) -> anyhow::Result<LeftOut> {
    let report = export::export(store, filter, options, is_stopped)?;
    if output.json {
        output.json(&report)?;
    } else {
        output.note(format_args!("{} in {}", counted(report.records, "record"), options.to.display()));
    }
    if report.records == 0 && report.damaged.is_empty() && report.without_capture.is_empty() {
        tell_nothing(store, output)?;
    }
    Ok((report.damaged, report.without_capture))
}

fn to_stdout(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    output: Output,
) -> anyhow::Result<Vec<Damaged>> {
    if options.format != Format::Jsonl || !options.splits.is_empty() {
        let hint = "name a folder for other forms and for splits";
        return Err(Mistake::usage("stdout takes JSON lines, and all in one", hint).into());
    }
    let (records, damaged) = export::write_lines(store, filter, options, &mut BufWriter::new(stdout().lock()))?;
    if records == 0 && damaged.is_empty() {
        tell_nothing(store, output)?;
    }
    Ok(damaged)
}

/// Tells that no record went out, and what stood in the way.
fn tell_nothing(store: &dyn Store, output: Output) -> anyhow::Result<()> {
    output.remark("no record was written", Some(workplace::why_nothing(store)?));
    Ok(())
}

fn options(command: &Export, arguments: &Arguments) -> anyhow::Result<ExportOptions> {
    if command.redact && command.format == Format::Warc {
        let hint = "choose another form: what servers sent goes out as it came or not at all";
        return Err(Mistake::usage("nothing can be written out of captures", hint).into());
    }
    if command.images && command.format != Format::Markdown {
        let hint = "--format markdown writes documents, and the pictures beside them";
        return Err(Mistake::usage("pictures go along with documents alone", hint).into());
    }
    let redaction = command.redact.then(|| workplace::rules(arguments)).transpose()?.map(Redaction::new);
    Ok(ExportOptions {
        to: command.to.clone(),
        format: command.format,
        dump: command.dump.clone(),
        selection: command.selection.selection(),
        sample: command.sample.sample.map(|count| Sample { count, seed: command.sample.seed }),
        all_revisions: command.all_revisions,
        redaction,
        images: command.images,
        splits: command.split.clone(),
        shard: Shard { records: command.shard_records, bytes: command.shard_bytes },
    })
}

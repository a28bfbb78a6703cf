use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::export::{self, ExportOptions};

/// Writes the cleaned corpus.
pub(super) fn run(command: &arguments::Export, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let filter = workplace::filter(&command.filter, store.as_ref())?;
    let options = ExportOptions { to: command.to.clone(), format: command.format, dump: command.dump.clone() };
    let report = export::export(store.as_ref(), &filter, &options)?;
    if output.json {
        output.json(&report)?;
    } else {
        let plural = if report.records == 1 { "" } else { "s" };
        output.note(format_args!("{} record{plural} in {}", report.records, command.to.display()));
    }
    for damaged in &report.damaged {
        let hint = format!("`boji reclean {}` makes it anew from its capture", damaged.article);
        output.warn(format_args!("the article {} was left out: {}", damaged.article, damaged.why), Some(&hint));
    }
    Ok(if report.damaged.is_empty() { Exit::Done } else { Exit::Partial })
}

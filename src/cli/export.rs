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
    Ok(Exit::Done)
}

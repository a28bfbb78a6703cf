use super::arguments::Arguments;
use super::exit::Exit;
use super::output::Output;
use super::source_arguments::Remove;
use super::workplace;
use crate::pipeline::RunError;

/// Forgets sources and what waits for them. Their articles and captures stay.
pub(super) fn run(command: &Remove, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    // Only an existing store is opened: removing makes none.
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    // All are looked up before the first is forgotten: a typing error changes nothing.
    let present = store.sources()?;
    if let Some(id) = command.sources.iter().find(|id| present.iter().all(|(source, _)| source.id != **id)) {
        return Err(RunError::unknown_source(id, &present).into());
    }
    for id in &command.sources {
        store.remove_source(id)?;
        output.note(format_args!("removed {id}; its articles stay"));
        if loaded.sources.iter().any(|source| source.id == *id) {
            output.warn(
                format_args!("{id} also stands in sources.toml, from where the next run takes it again"),
                Some("delete it there, or set `enabled = false`"),
            );
        }
    }
    Ok(Exit::Done)
}

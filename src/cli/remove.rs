use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;

/// Forgets sources and what waits for them. Their articles and captures stay.
pub(super) fn run(command: &arguments::Remove, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    // Only an existing store is opened: removing makes none.
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    for id in &command.sources {
        if !store.remove_source(id)? {
            return Err(
                Mistake::usage(format!("there is no source {id}"), "`boji list sources` shows what there is").into()
            );
        }
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

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::dedup;
use crate::model::Standing;

/// Lets another revision of an article stand.
pub(super) fn run(command: &arguments::Revert, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let Standing { id, revision, .. } = workplace::find_standing(store.as_ref(), &command.id)?;
    let before =
        || -> anyhow::Result<_> { Ok(store.revision_numbers(&id)?.into_iter().rfind(|number| *number < revision)) };
    let Some(number) = command.to.map_or_else(before, |number| Ok(Some(number)))? else {
        let hint = "`boji diff ID` shows its revisions";
        return Err(Mistake::usage(format!("the article {id} has no earlier revision"), hint).into());
    };
    workplace::find_revision(store.as_ref(), &id, number)?;
    store.revert(&id, number, &dedup::decide_again)?;
    output.note(format_args!("revision {number} stands; words of later ones change nothing when they come again"));
    Ok(Exit::Done)
}

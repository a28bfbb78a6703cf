use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::dedup;

/// Lets another revision of an article stand.
pub(super) fn run(command: &arguments::Revert, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let stored = workplace::find(store.as_ref(), &command.id)?;
    let revisions = store.revisions(&stored.id)?;
    let before = revisions.iter().rev().map(|one| one.revision).find(|number| *number < stored.revision);
    let Some(number) = command.to.or(before) else {
        let hint = "`boji diff ID` shows its revisions";
        return Err(Mistake::usage(format!("the article {} has no earlier revision", stored.id), hint).into());
    };
    if !store.revert(&stored.id, number, &dedup::decide_again)? {
        return Err(workplace::no_revision(&stored.id, number, &revisions).into());
    }
    output.note(format_args!("revision {number} stands; words of later ones change nothing when they come again"));
    Ok(Exit::Done)
}

use super::arguments::Arguments;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::source_arguments::{Set, SourceArguments};
use super::web_address::is_web_address;
use super::workplace;
use crate::dedup;
use crate::discover::{Recognised, recognise_address};
use crate::fetch::redact_url;
use crate::inspect;
use crate::model::{Source, SourceKind, SourceState};
use crate::pipeline::RunError;
use crate::store::{Batch, Store};

/// Changes sources. All are looked at before the first is changed: a typing error changes nothing.
pub(super) fn run(command: &Set, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let says_nothing = command.wishes == SourceArguments::default() && !command.on && !command.off;
    if says_nothing && command.url.is_none() {
        return Err(Mistake::usage("nothing is to be changed", "`boji set --help` shows what can be").into());
    }
    if command.url.is_some() && command.sources.len() != 1 {
        return Err(Mistake::usage("--url goes with one source", "change one address at a time").into());
    }
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let present = store.sources()?;
    let mut changed = Vec::new();
    for id in &command.sources {
        let known = present.iter().find(|(source, _)| source.id == *id);
        let (source, state) = known.ok_or_else(|| RunError::unknown_source(id, &present))?;
        if loaded.sources.iter().any(|source| source.id == *id) {
            return Err(stands_in_file(id).into());
        }
        let is_taken = |(other, _): &&(Source, SourceState)| {
            other.id != *id && other.kind == source.kind && command.url.as_ref() == Some(&other.url)
        };
        if let Some((other, _)) = present.iter().find(is_taken) {
            let message = format!("{} is polled there already, and {id} would be a second one", other.id);
            return Err(Mistake::usage(message, format!("`boji remove {id}` forgets this one")).into());
        }
        changed.push(change(command, source, state.clone())?);
    }
    for (source, state) in changed {
        put(store.as_mut(), &source, state)?;
        if output.json {
            output.json(&inspect::shown(source))?;
        } else {
            output.note(format_args!("changed {}", source.id));
        }
    }
    Ok(Exit::Done)
}

/// Why a source cannot be changed by a command.
pub(super) fn stands_in_file(id: &str) -> Mistake {
    Mistake::usage(
        format!("{id} stands in sources.toml, which says how it is with each run"),
        "change it there, or take it out there and `boji add` it",
    )
}

/// The source as it is to be, with its state: another schedule counts from now on, and another address has been asked nothing.
fn change(command: &Set, source: &Source, mut state: SourceState) -> Result<(Source, SourceState), Mistake> {
    let url = command.url.clone().unwrap_or_else(|| source.url.clone());
    let mut wanted = command.wishes.apply(Source { url, ..source.clone() })?;
    // One that stood in a file and does no more is this command's from now on.
    wanted.from_file = false;
    wanted.enabled = command.on || source.enabled && !command.off;
    if let Some(url) = &command.url {
        if matches!(source.kind, SourceKind::Urls | SourceKind::Folder) {
            return Err(Mistake::usage(format!("{} has no address of its own", source.id), "leave --url out"));
        }
        if !is_web_address(url) {
            return Err(Mistake::usage(
                format!("`{}` is no address", redact_url(url)),
                "write the whole address, with https://",
            ));
        }
        let is_album = matches!(recognise_address(url), Some(Recognised::Album(_)));
        if source.kind == SourceKind::Album && !is_album {
            return Err(Mistake::usage("this is no address of a WeChat album", "copy the address of the album's page"));
        }
    }
    if wanted.url != source.url {
        state = SourceState::default();
    } else if wanted.schedule != source.schedule || wanted.enabled != source.enabled || command.on && state.gone {
        state = SourceState { next_due: state.last_tried, gone: state.gone && !command.on, ..state };
    }
    Ok((wanted, state))
}

fn put(store: &mut dyn Store, source: &Source, state: SourceState) -> anyhow::Result<()> {
    store.put_source(source)?;
    let batch = Batch { source_states: vec![(source.id.clone(), state)], ..Batch::default() };
    store.commit(&batch, &dedup::decide)?;
    Ok(())
}

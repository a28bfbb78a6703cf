use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::arguments::Arguments;
use super::counted::counted;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::progress::Progress;
use super::store_arguments::{Backup, Prune, Vacuum};
use super::workplace;
use crate::model::{Clock as _, SystemClock};
use crate::store::{Access, SqliteStore, Store, StoreError};

/// Writes a copy of the store, and looks whether it is whole.
pub(super) fn backup(command: &Backup, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let target = &command.file;
    if target.exists() {
        let message = format!("{} is there already", target.display());
        return Err(Mistake::usage(message, "name a new file; a backup never writes over anything").into());
    }
    // It gets its name when it is whole.
    let mut partial = target.clone().into_os_string();
    partial.push(".partial");
    let partial = Path::new(&partial);
    if partial.exists() {
        std::fs::remove_file(partial).with_context(|| format!("failed to remove {}", partial.display()))?;
    }
    let problems = store.copy_to(partial).and_then(|()| SqliteStore::open(partial, Access::Read)?.check());
    if !problems.as_ref().is_ok_and(Vec::is_empty) {
        // The error of the copy says more than one of taking it away, with what SQLite keeps beside it.
        for ending in ["", "-journal", "-wal", "-shm"] {
            let mut beside = partial.as_os_str().to_owned();
            beside.push(ending);
            let _ = std::fs::remove_file(beside);
        }
    }
    let problems = match problems {
        Err(StoreError::Full { .. }) => {
            let message = format!("no space is left for the copy {}", target.display());
            return Err(Mistake::failure(message, "free some space there, or name a file on another disk").into());
        }
        problems => problems?,
    };
    if !problems.is_empty() {
        for problem in &problems {
            output.warn(problem, None);
        }
        let message = "the store is damaged, and a copy of it would be too".to_owned();
        return Err(Mistake::usage(message, "`boji status --check` says the same of the store").into());
    }
    std::fs::rename(partial, target).with_context(|| format!("failed to name the copy {}", target.display()))?;
    let bytes = std::fs::metadata(target).map(|about| about.len()).unwrap_or_default();
    if output.json {
        output.json(&serde_json::json!({ "to": target, "bytes": bytes }))?;
    } else {
        output.note(format_args!("{:.1} MB in {}, checked", bytes as f64 / 1e6, target.display()));
        let pictures = store.counts(SystemClock.now())?.pictures;
        if pictures.files > 0 {
            let (files, size) = (pictures.files, pictures.bytes as f64 / 1e6);
            output.note(format_args!(
                "without {}, {size:.1} MB: copy the folder images/ beside the database",
                counted(files, "picture")
            ));
        }
    }
    Ok(Exit::Done)
}

/// Gives what is free in the file back to the disk.
pub(super) fn vacuum(command: &Vacuum, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let bytes = |store: &dyn Store| store.counts(SystemClock.now()).map(|counts| counts.bytes);
    let before = bytes(store.as_ref())?;
    if command.repack {
        let progress = Progress::new(output, "pages");
        store.repack(&mut |done, all| progress.set(done, all))?;
        progress.finish();
    }
    store.vacuum()?;
    let after = bytes(store.as_ref())?;
    if output.json {
        output.json(&serde_json::json!({ "bytes_before": before, "bytes": after }))?;
    } else {
        output.note(format_args!("{:.1} MB, before {:.1} MB", after as f64 / 1e6, before as f64 / 1e6));
    }
    Ok(Exit::Done)
}

/// Takes away captures that nothing was made of.
pub(super) fn prune(command: &Prune, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let before = SystemClock.now().plus_seconds(-i64::from(command.older_than));
    let pruning = store.prune(before, !command.yes)?;
    if output.json {
        output.json(&serde_json::json!({ "pruned": command.yes, "what": pruning }))?;
        return Ok(Exit::Done);
    }
    for (source, captures) in &pruning.by_source {
        let plural = if *captures == 1 { "" } else { "s" };
        output.data(format_args!("{captures:>8} capture{plural}  {source}"))?;
    }
    let mut size = format!("{}, {:.1} MB", counted(pruning.captures, "capture"), pruning.bytes as f64 / 1e6);
    if pruning.pictures.files > 0 {
        let (files, megabytes) = (pruning.pictures.files, pruning.pictures.bytes as f64 / 1e6);
        let _ = write!(size, ", and {} of no article, {megabytes:.1} MB", counted(files, "picture"));
    }
    if command.yes {
        output.note(format_args!("took away {size}; `boji vacuum` gives the room back to the disk"));
    } else {
        output.note(format_args!("{size} would go; --yes takes them away"));
    }
    Ok(Exit::Done)
}

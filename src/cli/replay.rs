use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read as _, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::counted::counted;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::progress::Progress;
use super::{report, run, signals, workplace};
use crate::fetch::Replay;
use crate::pipeline::{self, Stop};
use crate::store::{Access, Comparison, RowDifference, Side, SqliteStore, Store, compare};

/// First bytes of a database (the SQLite file format).
const SQLITE: &[u8] = b"SQLite format 3\0";

/// Runs from a recording, without the network. The clock is the recording's, so two replays give equal stores. What is to be
/// compared or written down goes into a store of its own, which is not kept.
pub(super) fn run(command: &arguments::Replay, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    let expected = command.compare.as_deref().map(Expected::open).transpose()?;
    let recording = Replay::open(&command.recording)?;
    if recording.urls().next().is_none() {
        let message = format!("{} holds no answer of a server", command.recording.display());
        return Err(Mistake::failure(message, "`boji run --record FILE` makes a recording").into());
    }
    let damage = recording.damage().map(|damage| format!("{} is damaged: {damage}", command.recording.display()));
    if let Some(damage) = &damage {
        let hint = "what is lost of it counts as not recorded; have the file from where it was copied, or record anew";
        // What is compared with later must be all of the day.
        if command.dump.is_some() {
            return Err(Mistake::failure(damage, hint).into());
        }
        output.warn(damage, Some(hint));
    }
    let is_kept = expected.is_none() && command.dump.is_none();
    let (store, _lock): (Box<dyn Store>, _) = if is_kept {
        let (store, lock) = workplace::open_to_write(arguments)?;
        (store, Some(lock))
    } else {
        (Box::new(SqliteStore::in_memory()?), None)
    };
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let progress = Progress::new(output, "sources");
    let runtime = run::runtime()?;
    let done = pipeline::replay(recording, &loaded.sources, store, rules, &loaded.settings, &stop, &runtime);
    runtime.shutdown_background();
    progress.finish();
    let (done, store) = done?;
    if store.sources()?.is_empty() {
        let message = format!("neither {} nor sources.toml names a source to play", command.recording.display());
        let hint = "`--config DIR` names the folder of a sources.toml; `boji import` makes articles of the pages of a recording";
        return Err(Mistake::usage(message, hint).into());
    }
    // On stdout comes what was asked for, and nothing beside it.
    let says_else = expected.is_some() || command.dump.as_deref().is_some_and(is_stdout);
    if !(output.json && says_else) {
        report::print(&done, output)?;
    }
    if stop.requested().is_some() {
        return Ok(run::exit_of(&done, &stop));
    }
    if let Some(path) = &command.dump {
        write_dump(store.as_ref(), path).with_context(|| format!("failed to write {}", path.display()))?;
    }
    if let Some(expected) = expected {
        return tell(&expected.compare(store.as_ref())?, &expected.path, output);
    }
    let exit = run::exit_of(&done, &stop);
    Ok(if exit == Exit::Done && damage.is_some() { Exit::Partial } else { exit })
}

/// What a replay is compared with.
struct Expected {
    path: PathBuf,
    content: Content,
}

enum Content {
    Store(Box<dyn Store>),
    /// A text that `--dump` wrote.
    Dump,
}

impl Expected {
    /// Opens a data folder, a database, or a text that `--dump` wrote.
    fn open(path: &Path) -> anyhow::Result<Self> {
        let path = if path.is_dir() { path.join(workplace::DATABASE) } else { path.to_owned() };
        let mut head = Vec::new();
        let opened = File::open(&path).and_then(|file| file.take(SQLITE.len() as u64).read_to_end(&mut head));
        if let Err(error) = opened {
            let hint = "name a data folder, a database, or a text that `boji replay --dump` wrote";
            return Err(Mistake::usage(format!("{} cannot be read: {error}", path.display()), hint).into());
        }
        let content = if head == SQLITE {
            Content::Store(Box::new(SqliteStore::open(&path, Access::Read)?))
        } else {
            Content::Dump
        };
        Ok(Self { path, content })
    }

    fn compare(&self, found: &dyn Store) -> anyhow::Result<Comparison> {
        let expected = |out: &mut dyn Write| match &self.content {
            Content::Store(store) => store.dump(out).map_err(io::Error::other),
            Content::Dump => io::copy(&mut BufReader::new(File::open(&self.path)?), out).map(|_| ()),
        };
        let compared = compare(&expected, &|out| found.dump(out).map_err(io::Error::other));
        compared.with_context(|| format!("failed to compare with {}", self.path.display()))
    }
}

/// Whether the name of a file stands for stdout.
fn is_stdout(path: &Path) -> bool {
    path.as_os_str() == "-"
}

fn write_dump(store: &dyn Store, path: &Path) -> anyhow::Result<()> {
    let to: Box<dyn Write> =
        if is_stdout(path) { Box::new(io::stdout().lock()) } else { Box::new(File::create(path)?) };
    let mut out = BufWriter::new(to);
    store.dump(&mut out)?;
    Ok(out.flush()?)
}

/// Prints what differs. Whether something failed in the run counts no more: the recording may hold failures.
fn tell(compared: &Comparison, with: &Path, output: Output) -> anyhow::Result<Exit> {
    if output.json {
        output.json(compared)?;
    } else {
        for (table, counts) in compared.tables_in_order() {
            let (expected, changed) = (counted(counts.expected, "row"), counts.changed);
            let (missing, more) = (counts.missing(), counts.more());
            output
                .data(format_args!("{table}: of {expected} {missing} missing, {changed} changed, and {more} more"))?;
        }
        for row in &compared.rows {
            print_row(row, output)?;
        }
    }
    if compared.is_equal() {
        output.note(format_args!("the replay is equal to {}", with.display()));
        return Ok(Exit::Done);
    }
    output.note(format_args!("the replay differs from {}", with.display()));
    Ok(Exit::Failure)
}

fn print_row(difference: &RowDifference, output: Output) -> io::Result<()> {
    let RowDifference { table, row, side, fields } = difference;
    let mark = match side {
        Side::Expected => '-',
        Side::Found => '+',
        Side::Both => '~',
    };
    output.data(format_args!("{mark} {table} {row}"))?;
    for field in fields {
        output.data(format_args!("    - {} {}", field.field, field.expected))?;
        output.data(format_args!("    + {} {}", field.field, field.found))?;
    }
    Ok(())
}

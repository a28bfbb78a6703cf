use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use boji_clean::model::Timestamp;

use crate::cli::arguments::Arguments;
use crate::cli::workplace;
use crate::config::Loaded;
use crate::fetch::Live;
use crate::model::{Clock as _, SystemClock};
use crate::pipeline::RunLock;
use crate::store::{Access, Look, SqliteStore, Store as _};

/// What is wrong, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub message: String,
    pub hint: String,
}

/// How a folder stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Folder {
    pub path: PathBuf,
    /// What the system says against writing into it; `None` when nothing does.
    pub refused: Option<String>,
    /// It is there.
    pub is_there: bool,
    /// Anybody on this machine may write into it.
    pub is_open_to_all: bool,
}

/// What is known of the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Configuration {
    pub files: Vec<PathBuf>,
    pub passed_over: Option<PathBuf>,
    pub mistakes: Vec<Wrong>,
    pub has_contact: bool,
    pub sources: usize,
}

/// The rules in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RulesFound {
    pub rules: usize,
    pub sites: usize,
    pub version: String,
    pub broken: Vec<String>,
}

/// All that was looked at; what depends on something that is wrong is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Findings {
    pub configuration: Result<Configuration, Wrong>,
    pub rules: Option<Result<RulesFound, Wrong>>,
    pub client: Option<Result<(), Wrong>>,
    pub data: Result<Folder, Wrong>,
    pub config: Option<Folder>,
    /// Bytes that are free for the data folder, and those of the database.
    pub free: Option<u64>,
    pub database_bytes: u64,
    /// `None`: there is none yet.
    pub database: Option<Result<Look, Wrong>>,
    pub holder: Option<Result<String, Wrong>>,
    pub now: Timestamp,
    pub newest: Option<Timestamp>,
    pub engine: &'static str,
}

/// Looks at everything, changes nothing but for an empty file that comes and goes in each folder that should be writable.
pub(super) fn gather(arguments: &Arguments) -> (Findings, Option<Loaded>) {
    let loaded = workplace::configuration(arguments).map_err(|error| wrong(&error));
    let good = loaded.as_ref().ok();
    let folder = workplace::data_folder(arguments).map_err(|error| wrong(&error));
    let path = folder.as_ref().ok().map(|folder| folder.join(workplace::DATABASE));
    let database = path.as_deref().filter(|path| path.try_exists().unwrap_or(true)).map(look);
    let is_current = database.as_ref().is_some_and(|look| look.as_ref().is_ok_and(|look| look.version == look.known));
    let findings = Findings {
        configuration: loaded.as_ref().map(configuration).map_err(Clone::clone),
        rules: good.map(rules),
        client: good.map(client),
        config: good.and_then(|loaded| loaded.folder.as_deref()).map(standing),
        free: folder.as_deref().ok().and_then(free),
        database_bytes: path.as_deref().and_then(|path| fs::metadata(path).ok()).map_or(0, |about| about.len()),
        holder: folder.as_deref().ok().and_then(holder),
        data: folder.map(|folder| standing(&folder)),
        database,
        now: SystemClock.now(),
        newest: path.as_deref().filter(|_| is_current).and_then(newest),
        engine: SqliteStore::engine(),
    };
    (findings, loaded.ok())
}

/// An error as what is wrong: its first line, for the line and the caret below it are for who mends it.
fn wrong(error: &anyhow::Error) -> Wrong {
    let message = workplace::with_causes(error).lines().next().unwrap_or_default().to_owned();
    Wrong { message, hint: workplace::classify(error).1.unwrap_or_default() }
}

fn configuration(loaded: &Loaded) -> Configuration {
    let mistake = |(message, hint): &(String, String)| Wrong {
        message: message.lines().next().unwrap_or_default().to_owned(),
        hint: hint.clone(),
    };
    Configuration {
        files: loaded.files.clone(),
        passed_over: loaded.passed_over.clone(),
        mistakes: loaded.mistakes.iter().map(mistake).collect(),
        has_contact: !loaded.settings.fetch.contact.is_empty(),
        sources: loaded.sources.len(),
    }
}

fn rules(loaded: &Loaded) -> Result<RulesFound, Wrong> {
    let rules = workplace::rules_of(loaded).map_err(|error| wrong(&error))?;
    Ok(RulesFound {
        rules: rules.all().len(),
        sites: rules.sites().all().count(),
        version: rules.version().to_owned(),
        broken: rules.broken_examples(),
    })
}

fn client(loaded: &Loaded) -> Result<(), Wrong> {
    let live = Live::new(&loaded.settings.fetch, Arc::new(SystemClock));
    live.map(drop).map_err(|error| wrong(&error.into()))
}

fn look(path: &Path) -> Result<Look, Wrong> {
    SqliteStore::look(path).map_err(|error| wrong(&error.into()))
}

fn holder(folder: &Path) -> Option<Result<String, Wrong>> {
    match RunLock::holder(folder) {
        Ok(holder) => holder.map(|error| Ok(error.to_string())),
        Err(error) => Some(Err(wrong(&error.into()))),
    }
}

/// When something was asked for last, as the store says.
fn newest(path: &Path) -> Option<Timestamp> {
    let store = SqliteStore::open(path, Access::Read).ok()?;
    let last = store.history(None, 1).ok()?;
    last.first().map(|fetch| fetch.at)
}

/// How a folder stands. Permission bits do not tell of read-only disks and of other people's rights, so a file is tried.
fn standing(path: &Path) -> Folder {
    let trial = path.join(format!(".boji-doctor-{}", std::process::id()));
    let tried = fs::File::create_new(&trial).and_then(|_| fs::remove_file(&trial));
    let refused = tried.err().filter(|error| error.kind() != ErrorKind::NotFound).map(|error| error.to_string());
    Folder { path: path.to_owned(), refused, is_there: path.is_dir(), is_open_to_all: is_open_to_all(path) }
}

#[cfg(unix)]
fn is_open_to_all(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    /// Others may write.
    const OTHERS: u32 = 0o002;
    fs::metadata(path).is_ok_and(|about| about.permissions().mode() & OTHERS != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_: &Path) -> bool {
    false
}

/// Bytes that are free where a folder is, or is to be.
#[cfg(target_os = "linux")]
fn free(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|path| path.is_dir())?;
    let about = rustix::fs::statvfs(there).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

#[cfg(not(target_os = "linux"))]
fn free(_: &Path) -> Option<u64> {
    None
}

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use boji_clean::model::{Date, Timestamp};
use boji_clean::rules::Rules;

use super::container::{Document, documents, inner_name};
use super::file::{self, Surroundings};
use super::importer::Importer;
use super::known::KnownFiles;
use super::result::FileResult;
use super::sources::source_id;
use crate::config::RunSettings;
use crate::discover::{self, FoundFile, WalkError};
use crate::model::{Schedule, Source, SourceKind};
use crate::pipeline::error::RunError;
use crate::pipeline::knowledge::Knowledge;
use crate::pipeline::ordered::{guarded, in_order_by_weight};
use crate::pipeline::report::{Problem, RunReport, Stage};
use crate::pipeline::stop::Stop;
use crate::store::Store;

/// Bytes of a document that weigh as much as a small one: with what is made of it, a page takes ten times its size.
const HEAVY: usize = 1 << 20;

/// What is to be imported.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Files and folders.
    pub paths: Vec<PathBuf>,
    /// Id of the source; the name of the folder or file when none is given.
    pub source: Option<String>,
    /// Threads.
    pub jobs: usize,
}

/// What came of an import.
#[derive(Debug)]
pub struct Imported {
    /// What is in the store now.
    pub report: RunReport,
    /// What broke it off, if anything did.
    pub broken_off: Option<RunError>,
}

/// Takes in files and folders, and what is in files that hold many pages. What cannot be read is reported and the rest goes
/// on; a document that gave an article before is not even cleaned again. `progress` is told the number of documents done and
/// of all that are known of.
pub fn import(
    store: &mut dyn Store,
    options: &ImportOptions,
    rules: &Rules,
    run: &RunSettings,
    now: Timestamp,
    stop: &Stop,
    progress: &dyn Fn(usize, usize),
) -> Imported {
    let mut report = RunReport::default();
    let around = Wishes { options, rules, run, now, stop, progress };
    let ended = import_all(store, &around, &mut report);
    report.stopped = ended.is_err() || stop.requested().is_some();
    Imported { report, broken_off: ended.err() }
}

/// What holds for all files of an import.
struct Wishes<'a> {
    options: &'a ImportOptions,
    rules: &'a Rules,
    run: &'a RunSettings,
    now: Timestamp,
    stop: &'a Stop,
    progress: &'a dyn Fn(usize, usize),
}

/// Takes them in and tells of each source what came of it, also when an error ends it.
fn import_all(store: &mut dyn Store, wishes: &Wishes<'_>, report: &mut RunReport) -> Result<(), RunError> {
    let &Wishes { options, rules, run, now, stop, progress } = wishes;
    let known = store.learned()?.wordings();
    for path in &options.paths {
        if stop.requested().is_some() {
            break;
        }
        let (source, is_known) = folder_source(store, path, options)?;
        let knowledge = Knowledge { rules: rules.clone(), learned: store.learned()? };
        let known = if is_known { KnownFiles::of(store, &source.id)? } else { KnownFiles::default() };
        let around = Surroundings { source: &source, knowledge: &knowledge, run, known: &known, now };
        let mut importer = Importer::new(store, &source, is_known, now);
        let (files, is_file) = (walked(path, &mut importer), path.is_file());
        // How many documents files hold is seen when they have been read.
        let (total, mut done) = (files.len(), 0);
        let taken = in_turn(
            options.jobs,
            files.into_iter().flat_map(|file| documents(file, is_file)),
            stop,
            |document| {
                let file = document.file.clone();
                guarded(|| file::read(document, &around)).unwrap_or_else(|panic| FileResult::failed(&file, panic))
            },
            |result| {
                done += 1;
                progress(done, total.max(done));
                importer.take(result)
            },
        );
        let (came, ended) = importer.finish(taken);
        report.sources.push(came);
        ended?;
    }
    report.learned = store.learned()?.wordings().saturating_sub(known);
    Ok(())
}

/// The files below a path, in order.
fn walked(path: &Path, importer: &mut Importer<'_>) -> Vec<FoundFile> {
    let mut files = Vec::new();
    let mut walk = discover::walk(path);
    for found in walk.by_ref() {
        match found {
            Ok(file) => files.push(file),
            Err(error) => importer.report.problems.push(walk_problem(&error)),
        }
    }
    importer.passed_over(walk.passed_over());
    files
}

/// Works on documents with several threads and takes what comes of them in their order, until something fails or somebody
/// wants to stop.
fn in_turn(
    jobs: usize,
    documents: impl Iterator<Item = Document> + Send,
    stop: &Stop,
    work: impl Fn(Document) -> FileResult + Sync,
    mut take: impl FnMut(FileResult) -> Result<(), RunError>,
) -> Result<(), RunError> {
    let mut outcome = Ok(());
    in_order_by_weight(
        jobs,
        documents,
        |document| 1 + document.bytes() / HEAVY,
        work,
        |result| {
            outcome = take(result);
            if outcome.is_err() || stop.requested().is_some() {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
    );
    outcome
}

/// The source that the articles of `path` belong to, and whether the store has it already.
///
/// A name given by the person may be that of any source. The name of a folder or file is only a proposal: it never
/// falls together with a source that is polled.
fn folder_source(store: &dyn Store, path: &Path, options: &ImportOptions) -> Result<(Source, bool), RunError> {
    let name = options.source.clone().unwrap_or_else(|| name_of(path));
    let id = source_id(&name);
    let sources = store.sources()?;
    let mut number = 1;
    let free = loop {
        let id = if number == 1 { id.clone() } else { format!("{id}-{number}") };
        match sources.iter().find(|(source, _)| source.id == id) {
            None => break id,
            Some((source, _)) if options.source.is_some() || source.kind == SourceKind::Folder => {
                return Ok((source.clone(), true));
            }
            Some(_) => number += 1,
        }
    };
    let fresh = Source::new(SourceKind::Folder, free, "", Schedule::Every(0));
    Ok((Source { name, time_zone_minutes: Date::BEIJING, ..fresh }, false))
}

/// The name of a folder, or of a file without its endings: `crawl` of `crawl.warc.gz`.
fn name_of(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let bare = inner_name(&name);
    let name = if full.is_dir() { &name } else { bare.rsplit_once('.').map_or(bare, |(stem, _)| stem) };
    if name.is_empty() { "import".to_owned() } else { name.to_owned() }
}

fn walk_problem(error: &WalkError) -> Problem {
    let (path, message) = match error {
        WalkError::Unreadable { path, source } => (path, source.to_string()),
        WalkError::TooMuch { path, reason } => (path, (*reason).to_owned()),
    };
    Problem::new(&path.display().to_string(), Stage::Read, message)
}

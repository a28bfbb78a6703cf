use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::listed::{add_sources, is_address_list, opml_sources, source_id, url_source};
use super::{Knowledge, Problem, RunError, RunReport, SourceReport, Stop, guarded, in_order, submit};
use crate::clean::winnow;
use crate::config::{Rules, RunSettings};
use crate::dedup;
use crate::discover::{self, FileKind, FoundFile, WalkError};
use crate::model::{Capture, Date, PageState, Schedule, Source, SourceKind, SourceState, Submission, Timestamp};
use crate::parse::Input;
use crate::store::{Batch, Store};

/// Articles committed at once: enough to make the commit cheap, few enough to lose little work to a kill.
const BATCH: usize = 200;
/// Largest file taken, in bytes.
const MAX_FILE: u64 = 64 << 20;

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

/// What one file turned out to hold.
enum FileContent {
    Article(Box<(Capture, Submission)>),
    NoArticle(Capture, PageState, String),
    Sources(Vec<Source>),
}

/// One file after reading and cleaning.
struct FileResult {
    file: String,
    content: Result<FileContent, String>,
}

/// Takes in files and folders. A file that cannot be read is reported and the rest goes on; a file imported before is
/// not stored again. `progress` is told the number of files done and of all.
pub fn import(
    store: &mut dyn Store,
    options: &ImportOptions,
    rules: &Rules,
    run: &RunSettings,
    now: Timestamp,
    stop: &Stop,
    progress: &dyn Fn(usize, usize),
) -> Result<RunReport, RunError> {
    let mut report = RunReport::default();
    for path in &options.paths {
        if stop.requested().is_some() {
            break;
        }
        let (source, known) = folder_source(store, path, options)?;
        let knowledge = Knowledge { rules: rules.clone(), learned: store.learned()? };
        let mut desk = Desk::new(store, &source, known, now);
        let mut files = Vec::new();
        for found in discover::walk(path) {
            match found {
                Ok(file) => files.push(file),
                Err(error) => desk.report.problems.push(walk_problem(&error)),
            }
        }
        let total = files.len();
        let mut done = 0;
        let mut failure = None;
        in_order(
            options.jobs,
            files.into_iter(),
            |file| {
                let read = guarded(|| read_file(&file, &source, &knowledge, run, now));
                FileResult { file: file.relative, content: read.and_then(|content| content) }
            },
            |result| {
                done += 1;
                progress(done, total);
                if let Err(error) = desk.take(result) {
                    failure = Some(error);
                    return ControlFlow::Break(());
                }
                if stop.requested().is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            },
        );
        if let Some(error) = failure {
            return Err(error);
        }
        report.sources.push(desk.finish()?);
    }
    report.stopped = stop.requested().is_some();
    Ok(report)
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
    let source = Source {
        id: free,
        kind: SourceKind::Folder,
        name,
        url: String::new(),
        urls: Vec::new(),
        schedule: Schedule::Every(0),
        time_zone_minutes: Date::BEIJING,
        fetch_pages: false,
        enabled: true,
    };
    Ok((source, false))
}

/// The name of a folder, or of a file without its ending.
fn name_of(path: &Path) -> String {
    let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
    name.map_or_else(|| "import".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Collects results in order, asks the store what it knows, and commits in batches.
struct Desk<'a> {
    store: &'a mut dyn Store,
    source: &'a Source,
    /// True when the store has the source: one is made for the first capture, not for a list of addresses.
    known: bool,
    now: Timestamp,
    report: SourceReport,
    batch: Batch,
    /// Captures of the batch that is not committed yet.
    taken: BTreeSet<(String, String)>,
}

impl<'a> Desk<'a> {
    fn new(store: &'a mut dyn Store, source: &'a Source, known: bool, now: Timestamp) -> Self {
        let report = SourceReport::of(&source.id, &source.name);
        Self { store, source, known, now, report, batch: Batch::default(), taken: BTreeSet::new() }
    }

    fn take(&mut self, result: FileResult) -> Result<(), RunError> {
        match result.content {
            Err(message) => self.report.problems.push(problem(&result.file, "read", message)),
            Ok(FileContent::Sources(sources)) => add_sources(self.store, &sources, &mut self.report)?,
            Ok(FileContent::NoArticle(capture, state, evidence)) => {
                self.report.other(state.as_str());
                self.report.oddities.push(format!("{}: {state} ({evidence})", result.file));
                if self.is_new(&capture)? {
                    self.batch.captures.push((self.source.id.clone(), capture));
                }
            }
            Ok(FileContent::Article(article)) => {
                let (capture, submission) = *article;
                if self.is_new(&capture)? {
                    self.batch.captures.push((self.source.id.clone(), capture));
                    submit::add(&mut self.batch, submission);
                } else {
                    self.report.unchanged += 1;
                }
            }
        }
        if self.batch.captures.len() >= BATCH { self.commit() } else { Ok(()) }
    }

    fn is_new(&mut self, capture: &Capture) -> Result<bool, RunError> {
        let hash = capture.body_hash();
        let known =
            self.store.has_capture(&capture.url, &hash)? || self.taken.contains(&(capture.url.clone(), hash.clone()));
        if !known {
            self.taken.insert((capture.url.clone(), hash));
        }
        Ok(!known)
    }

    fn commit(&mut self) -> Result<(), RunError> {
        let batch = std::mem::take(&mut self.batch);
        self.taken.clear();
        if !self.known && !batch.captures.is_empty() {
            self.store.put_source(self.source)?;
            self.known = true;
        }
        let decisions = self.store.commit(&batch, &dedup::decide)?;
        for (decision, submission) in decisions.iter().zip(&batch.articles) {
            self.report.count_article(decision, &submission.article);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SourceReport, RunError> {
        self.commit()?;
        // A source that is polled keeps what it knows of its server.
        if self.known && self.source.kind == SourceKind::Folder {
            let state = SourceState { last_tried: self.now, last_success: self.now, ..Default::default() };
            self.batch.source_states.push((self.source.id.clone(), state));
            self.commit()?;
        }
        if !self.report.problems.is_empty() {
            "failed".clone_into(&mut self.report.result);
        }
        Ok(self.report)
    }
}

fn problem(file: &str, stage: &str, message: String) -> Problem {
    Problem { item: file.to_owned(), stage: stage.to_owned(), message, ..Problem::default() }
}

fn walk_problem(error: &WalkError) -> Problem {
    let (path, message) = match error {
        WalkError::Unreadable { path, source } => (path, source.to_string()),
        WalkError::TooMuch { path, reason } => (path, (*reason).to_owned()),
    };
    problem(&path.display().to_string(), "read", message)
}

fn read_file(
    found: &FoundFile,
    source: &Source,
    knowledge: &Knowledge,
    run: &RunSettings,
    now: Timestamp,
) -> Result<FileContent, String> {
    let file = found.relative.as_str();
    let bytes = read_bounded(&found.path)?;
    Ok(match discover::file_kind(file, &bytes) {
        FileKind::Opml => FileContent::Sources(opml_sources(&bytes, run)),
        FileKind::Markdown if is_address_list(&bytes) => FileContent::Sources(vec![url_source(file, &bytes, run)]),
        _ => page_content(file, bytes, source, knowledge, now),
    })
}

fn page_content(file: &str, bytes: Vec<u8>, source: &Source, knowledge: &Knowledge, now: Timestamp) -> FileContent {
    let capture = Capture {
        url: file.to_owned(),
        hops: Vec::new(),
        status: 200,
        headers: Vec::new(),
        body: bytes,
        fetched_at: now,
    };
    let input = Input { bytes: &capture.body, url: "", content_type: "" };
    let mut winnowed = winnow(&input, &knowledge.of_file(file), &knowledge.rules);
    match winnowed.article.take() {
        Some(article) => {
            let submission = submit::submission(article, &source.id, &capture, knowledge);
            FileContent::Article(Box::new((capture, submission)))
        }
        None => FileContent::NoArticle(capture, winnowed.state, winnowed.evidence),
    }
}

fn read_bounded(path: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(format!("larger than {MAX_FILE} bytes"));
    }
    Ok(bytes)
}

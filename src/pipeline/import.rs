use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{Problem, RunError, RunReport, SourceReport, Stop, in_order, submit};
use crate::clean::{Context, Winnowed, winnow};
use crate::config::{Rules, RunSettings};
use crate::dedup;
use crate::discover::{self, FileKind, FoundFile};
use crate::model::{Capture, Date, Schedule, Source, SourceKind, Submission, Timestamp};
use crate::parse::{self, Input};
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
    NoArticle(Box<(Capture, Winnowed)>),
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
        let source = folder_source(store, path, options)?;
        let mut desk = Desk::new(store, &source, now);
        let mut files = Vec::new();
        for found in discover::walk(path) {
            match found {
                Ok(file) => files.push(file),
                Err(error) => {
                    desk.report.problems.push(problem(&path.display().to_string(), "read", error.to_string()));
                }
            }
        }
        let total = files.len();
        let mut done = 0;
        let mut failure = None;
        in_order(
            options.jobs,
            files.into_iter(),
            |file| read_file(&file, &source, rules, run, now),
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

/// The source that the articles of `path` belong to; made when there is none yet.
fn folder_source(store: &mut dyn Store, path: &Path, options: &ImportOptions) -> Result<Source, RunError> {
    let name = options.source.clone().unwrap_or_else(|| {
        let full = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        // A folder's name has no ending, whatever dots it has.
        let name = if full.is_dir() { full.file_name() } else { full.file_stem() };
        name.map_or_else(|| "import".to_owned(), |name| name.to_string_lossy().into_owned())
    });
    let id = source_id(&name);
    if let Some((source, _)) = store.sources()?.into_iter().find(|(source, _)| source.id == id) {
        return Ok(source);
    }
    let source = Source {
        id,
        kind: SourceKind::Folder,
        name,
        url: String::new(),
        urls: Vec::new(),
        schedule: Schedule::Every(0),
        time_zone_minutes: Date::BEIJING,
        fetch_pages: false,
        enabled: true,
    };
    store.put_source(&source)?;
    Ok(source)
}

/// Collects results in order, asks the store what it knows, and commits in batches.
struct Desk<'a> {
    store: &'a mut dyn Store,
    source: &'a Source,
    now: Timestamp,
    report: SourceReport,
    batch: Batch,
    /// Captures of the batch that is not committed yet.
    taken: BTreeSet<(String, String)>,
}

impl<'a> Desk<'a> {
    fn new(store: &'a mut dyn Store, source: &'a Source, now: Timestamp) -> Self {
        let report = SourceReport::of(&source.id, &source.name);
        Self { store, source, now, report, batch: Batch::default(), taken: BTreeSet::new() }
    }

    fn take(&mut self, result: FileResult) -> Result<(), RunError> {
        match result.content {
            Err(message) => self.report.problems.push(problem(&result.file, "read", message)),
            Ok(FileContent::Sources(sources)) => self.add_sources(&sources)?,
            Ok(FileContent::NoArticle(page)) => {
                let (capture, winnowed) = *page;
                self.report.other(winnowed.state.as_str());
                if self.is_new(&capture)? {
                    self.batch.captures.push((self.source.id.clone(), capture));
                }
            }
            Ok(FileContent::Article(article)) => {
                let (capture, submission) = *article;
                if self.is_new(&capture)? {
                    self.batch.captures.push((self.source.id.clone(), capture));
                    self.batch.articles.push(submission);
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

    fn add_sources(&mut self, sources: &[Source]) -> Result<(), RunError> {
        let present = self.store.sources()?;
        let mut taken: BTreeSet<String> = present.iter().map(|(other, _)| other.id.clone()).collect();
        for source in sources {
            let known = present.iter().any(|(other, _)| match source.kind {
                SourceKind::Urls => other.id == source.id && other.urls == source.urls,
                _ => other.url == source.url,
            });
            if known {
                self.report.unchanged += 1;
                continue;
            }
            let id = match source.kind {
                SourceKind::Urls => source.id.clone(),
                _ => discover::suggest_id(&source.url, &|id| taken.contains(id)),
            };
            taken.insert(id.clone());
            self.store.put_source(&Source { id, ..source.clone() })?;
            self.report.other("source added");
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), RunError> {
        let batch = std::mem::take(&mut self.batch);
        self.taken.clear();
        let decisions = self.store.commit(&batch, &dedup::decide)?;
        for (decision, submission) in decisions.iter().zip(&batch.articles) {
            self.report.count_article(decision, &submission.article);
        }
        Ok(())
    }

    fn finish(mut self) -> Result<SourceReport, RunError> {
        self.commit()?;
        let state = crate::model::SourceState { last_tried: self.now, last_success: self.now, ..Default::default() };
        self.batch.source_states.push((self.source.id.clone(), state));
        self.commit()?;
        if !self.report.problems.is_empty() {
            "failed".clone_into(&mut self.report.result);
        }
        Ok(self.report)
    }
}

fn problem(file: &str, stage: &str, message: String) -> Problem {
    Problem { item: file.to_owned(), stage: stage.to_owned(), message, ..Problem::default() }
}

fn read_file(found: &FoundFile, source: &Source, rules: &Rules, run: &RunSettings, now: Timestamp) -> FileResult {
    let file = found.relative.clone();
    let content = read_bounded(&found.path).map(|bytes| match discover::file_kind(&file, &bytes) {
        FileKind::Opml => FileContent::Sources(opml_sources(&bytes, run)),
        FileKind::Markdown if is_address_list(&bytes) => FileContent::Sources(vec![url_source(&file, &bytes, run)]),
        _ => page_content(&file, bytes, source, rules, now),
    });
    FileResult { file, content }
}

fn page_content(file: &str, bytes: Vec<u8>, source: &Source, rules: &Rules, now: Timestamp) -> FileContent {
    let capture = Capture {
        url: file.to_owned(),
        hops: Vec::new(),
        status: 200,
        headers: Vec::new(),
        body: bytes,
        fetched_at: now,
    };
    let input = Input { bytes: &capture.body, url: "", content_type: "" };
    let context = Context { candidate: None, file, time_zone_minutes: source.time_zone_minutes };
    let mut winnowed = winnow(&input, &context, rules);
    match winnowed.article.take() {
        Some(article) => {
            let submission = submit::submission(article, &source.id, &capture, rules);
            FileContent::Article(Box::new((capture, submission)))
        }
        None => FileContent::NoArticle(Box::new((capture, winnowed))),
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

fn opml_sources(bytes: &[u8], run: &RunSettings) -> Vec<Source> {
    let (outlines, _) = parse::parse_opml(bytes);
    outlines
        .into_iter()
        .filter(|outline| !outline.xml_url.is_empty())
        .map(|outline| Source {
            id: outline.xml_url.clone(),
            kind: SourceKind::Feed,
            name: if outline.title.is_empty() { outline.xml_url.clone() } else { outline.title },
            url: outline.xml_url,
            urls: Vec::new(),
            schedule: Schedule::Every(run.interval_minutes * 60),
            time_zone_minutes: 0,
            fetch_pages: false,
            enabled: true,
        })
        .collect()
}

/// An id made of a file's or folder's name: letters and digits of any script stay.
fn source_id(name: &str) -> String {
    let safe = |character: char| if character.is_alphanumeric() || "-_.".contains(character) { character } else { '-' };
    let id: String = name.chars().map(safe).take(64).collect();
    let id = id.trim_matches(['-', '.', '_']);
    if id.is_empty() { "import".to_owned() } else { id.to_owned() }
}

/// True for a text in which every line that is not empty or a comment is an address.
fn is_address_list(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
    lines.peek().is_some() && lines.all(|line| line.starts_with("http://") || line.starts_with("https://"))
}

fn url_source(file: &str, bytes: &[u8], run: &RunSettings) -> Source {
    let text = String::from_utf8_lossy(bytes);
    let urls: Vec<String> =
        text.lines().map(str::trim).filter(|line| line.starts_with("http")).map(str::to_owned).collect();
    Source {
        id: source_id(file.rsplit_once('.').map_or(file, |(stem, _)| stem)),
        kind: SourceKind::Urls,
        name: file.to_owned(),
        url: String::new(),
        urls,
        schedule: Schedule::Every(run.interval_minutes * 60),
        time_zone_minutes: Date::BEIJING,
        fetch_pages: true,
        enabled: true,
    }
}

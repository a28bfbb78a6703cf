use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::card::{CARD, card};
use super::dolma::DolmaSink;
use super::error::ExportError;
use super::folder::Folder;
use super::format::{ExportOptions, Format};
use super::jsonl::JsonlSink;
use super::manifest::{MANIFEST, Manifest};
use super::parquet::ParquetSink;
use super::record::Record;
use super::redact::Redacted;
use super::series::{CHANGES, Series, SeriesName, Step, hash_of};
use super::sink::{Output, Sink, WrittenFile};
use super::split::{REST, SplitSink, are_sound};
use super::tree::TreeSink;
use super::warc::WarcSink;
use crate::model::{Duplicate, StoredArticle};
use crate::store::{Damaged, Filter, Store, StoreError};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The folder.
    pub to: PathBuf,
    /// The form.
    pub format: Format,
    /// Records.
    pub records: u64,
    /// Files beside the manifest.
    pub files: usize,
    /// Their bytes together.
    pub bytes: u64,
    /// Articles that could not be read and are not among them.
    pub damaged: Vec<Damaged>,
    /// Ids of articles whose captures are not stored, and are not among them: of an export of captures.
    pub without_capture: Vec<String>,
}

/// What became of the next step of a series.
#[derive(Clone, Debug)]
pub(crate) struct StepReport {
    /// What was written; `None` when nothing is new, changed or gone.
    pub(crate) written: Option<Report>,
    /// The wishes that are others than those of the step before, by their names in the manifest.
    pub(crate) differences: Vec<&'static str>,
    /// Whether no article goes with the wishes as they are.
    pub(crate) nothing_is_wanted: bool,
}

/// Writes the wanted articles to a folder. It appears whole or not at all: an export that fails, is stopped or is killed, leaves
/// what was there before. `is_stopped` is asked between two articles whether somebody wants it to end.
///
/// Errors: `Foreign`, `HoldsSeries` and `IsStep` when the folder holds anything but an earlier export; `UnknownLicense` and
/// `Splits` when the wishes fit nothing; `Stopped`, `Full`, `Write` and `Store` as they say.
pub fn export(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    is_stopped: &dyn Fn() -> bool,
) -> Result<Report, ExportError> {
    write(&Walk { store, filter, options, is_stopped }, None)
}

/// Writes what is new or changed since the last step of a series, and what is no longer there, as its next step: a folder
/// `NAME-00001` below the target, which appears whole or not at all.
///
/// Errors: as [`export`], `HoldsExport` when the folder is that of an export, `OtherForm` when the steps before are of another
/// form, and `Chain` when they do not hold together.
pub(crate) fn export_step(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    name: &SeriesName,
    is_stopped: &dyn Fn() -> bool,
) -> Result<StepReport, ExportError> {
    let series = Series::read(&options.to, name)?;
    let differences = series.differences(&Manifest::new(filter, options))?;
    let mut now = BTreeMap::new();
    let passed = each_selected(&Walk { store, filter, options, is_stopped }, |record, _| {
        now.insert(record.id.clone(), hash_of(record)?);
        Ok(())
    })?;
    let mut step = series.next(&now, &passed.damaged.iter().map(|damaged| damaged.article.as_str()).collect());
    let nothing_is_wanted = now.is_empty();
    if step.is_empty() {
        return Ok(StepReport { written: None, differences, nothing_is_wanted });
    }
    let options = ExportOptions { to: step.folder.clone(), ..options.clone() };
    let written = Some(write(&Walk { store, filter, options: &options, is_stopped }, Some(&mut step))?);
    Ok(StepReport { written, differences, nothing_is_wanted })
}

/// Which articles pass, in which form, and until when.
struct Walk<'a> {
    store: &'a dyn Store,
    filter: &'a Filter,
    options: &'a ExportOptions,
    is_stopped: &'a dyn Fn() -> bool,
}

impl Walk<'_> {
    /// An error when somebody wants an end.
    fn go_on(&self) -> Result<(), ExportError> {
        if (self.is_stopped)() { Err(ExportError::Stopped) } else { Ok(()) }
    }
}

/// Writes an export, or a step of a series.
fn write(walk: &Walk<'_>, mut step: Option<&mut Step>) -> Result<Report, ExportError> {
    let &Walk { store, filter, options, .. } = walk;
    let folder = Folder::create(&options.to)?;
    let mut sink = open(store, options, folder.path())?;
    let mut manifest = Manifest::new(filter, options);
    let mut without_capture = Vec::new();
    let Passed { damaged, redacted } = each_selected(walk, |record, stored| {
        if step.as_deref().is_some_and(|step| !step.wants(record)) {
            return Ok(());
        }
        match sink.write(record, stored) {
            Ok(()) => {
                manifest.count(record, stored);
                step.as_deref_mut().map_or(Ok(()), |step| step.note(record))
            }
            Err(ExportError::NoCapture { article }) => {
                without_capture.push(article);
                Ok(())
            }
            Err(error) => Err(error),
        }
    })?;
    manifest.files = sink.finish()?;
    manifest.redacted = redacted;
    if let Some(step) = step {
        manifest.files.push(write_whole(&step.lines(), CHANGES, folder.path())?);
        manifest.series = Some(step.place());
    }
    if let Some(card) = card(&manifest, options.format, &names(options)) {
        manifest.files.push(write_whole(&card, CARD, folder.path())?);
    }
    manifest.files.sort_by(|one, other| one.path.cmp(&other.path));
    write_manifest(&manifest, folder.path())?;
    walk.go_on()?;
    folder.publish()?;
    Ok(Report {
        to: options.to.clone(),
        format: options.format,
        records: manifest.records,
        files: manifest.files.len(),
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        damaged,
        without_capture,
    })
}

/// Writes the wanted articles as JSON lines, for who reads them from a pipe; gives back how many, and those that could not be read.
pub(crate) fn write_lines(
    store: &dyn Store,
    filter: &Filter,
    options: &ExportOptions,
    out: &mut dyn Write,
) -> Result<(u64, Vec<Damaged>), ExportError> {
    let mut records = 0;
    // Lines that are out stay out: who ends it ends the process.
    let passed = each_selected(&Walk { store, filter, options, is_stopped: &|| false }, |record, _| {
        let mut line = record.to_line()?;
        line.push(b'\n');
        records += 1;
        out.write_all(&line).map_err(ExportError::writing(&options.to))
    })?;
    out.flush().map_err(ExportError::writing(&options.to))?;
    Ok((records, passed.damaged))
}

/// What is told of the articles when all have passed.
struct Passed {
    damaged: Vec<Damaged>,
    redacted: Redacted,
}

/// Calls `visit` with each article that goes out, and its record.
fn each_selected(
    walk: &Walk<'_>,
    mut visit: impl FnMut(&Record, &StoredArticle) -> Result<(), ExportError>,
) -> Result<Passed, ExportError> {
    let &Walk { store, filter, options, .. } = walk;
    let selection = &options.selection;
    let sampled = options.sample.map(|sample| sample.ids(store, filter, selection, || walk.go_on())).transpose()?;
    let duplicates = store.duplicates()?;
    let (mut sieve, mut redacted) = (selection.sieve(), Redacted::new());
    let mut damaged_earlier = Vec::new();
    let mut go_out = |stored: StoredArticle, repeats: Option<&Duplicate>| {
        let stored = match &options.redaction {
            Some(redaction) => redaction.apply(stored, &mut redacted),
            None => stored,
        };
        visit(&Record::from_stored(&stored, repeats, &options.dump), &stored)
    };
    let mut damaged = store.try_each_article(filter, |stored| {
        walk.go_on()?;
        let is_taken = sieve.takes(&stored) && sampled.as_ref().is_none_or(|ids| ids.contains(&stored.id));
        if !is_taken {
            return Ok(());
        }
        if options.all_revisions {
            for number in store.revision_numbers(&stored.id)?.into_iter().filter(|number| *number < stored.revision) {
                match store.revision(&stored.id, number) {
                    // What an article repeats is known of the words that stand.
                    Ok(earlier) => earlier.map_or(Ok(()), |earlier| go_out(earlier, None))?,
                    Err(StoreError::Corrupt { what, .. }) => {
                        damaged_earlier
                            .push(Damaged { article: stored.id.clone(), why: format!("{what} cannot be read") });
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        let repeats = duplicates.of(&stored.id);
        go_out(stored, repeats)
    })?;
    sieve.finish()?;
    damaged.append(&mut damaged_earlier);
    Ok(Passed { damaged, redacted })
}

/// The names of the splits, or that of the whole.
fn names(options: &ExportOptions) -> Vec<String> {
    if options.splits.is_empty() {
        return vec![options.format.whole().to_owned()];
    }
    options.splits.iter().map(|split| split.name.clone()).chain([REST.to_owned()]).collect()
}

fn open<'a>(store: &'a dyn Store, options: &ExportOptions, folder: &Path) -> Result<Box<dyn Sink + 'a>, ExportError> {
    if (options.all_revisions || !options.splits.is_empty()) && !options.format.has_shards() {
        return Err(ExportError::Undivided { format: options.format.as_str() });
    }
    if options.splits.is_empty() {
        return open_one(store, options, folder, options.format.whole());
    }
    if !are_sound(&options.splits) {
        return Err(ExportError::Splits);
    }
    Ok(Box::new(SplitSink::new(&options.splits, |name| open_one(store, options, folder, name))?))
}

fn open_one<'a>(
    store: &'a dyn Store,
    options: &ExportOptions,
    folder: &Path,
    split: &str,
) -> Result<Box<dyn Sink + 'a>, ExportError> {
    Ok(match options.format {
        Format::Jsonl => Box::new(JsonlSink::new(folder, split, false, options.shard)?),
        Format::JsonlZst => Box::new(JsonlSink::new(folder, split, true, options.shard)?),
        Format::Parquet => Box::new(ParquetSink::new(folder, split, options.shard)?),
        Format::Dolma => Box::new(DolmaSink::new(folder, split, options.shard, options.redaction.clone())?),
        Format::Markdown if options.images => Box::new(TreeSink::illustrated(folder, store)),
        Format::Markdown => Box::new(TreeSink::markdown(folder)),
        Format::Text => Box::new(TreeSink::text(folder)),
        Format::Warc => Box::new(WarcSink::new(store, folder, split, options)),
    })
}

fn write_manifest(manifest: &Manifest, folder: &Path) -> Result<(), ExportError> {
    let json = serde_json::to_string_pretty(manifest)
        .map_err(|source| ExportError::Record { id: MANIFEST.to_owned(), source })?;
    write_whole(&format!("{json}\n"), MANIFEST, folder).map(|_| ())
}

/// Writes a file that holds no records.
fn write_whole(text: &str, path: &str, folder: &Path) -> Result<WrittenFile, ExportError> {
    let mut output = Output::create(folder, path)?;
    output.write_all(text.as_bytes()).map_err(ExportError::writing(&folder.join(path)))?;
    output.finish(0)
}

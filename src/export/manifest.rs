use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::ExportError;
use super::format::ExportOptions;
use super::record::Record;
use super::sink::WrittenFile;
use crate::model::StoredArticle;
use crate::store::Filter;

/// Name of the manifest in an export's folder.
pub(super) const MANIFEST: &str = "manifest.json";
/// Marks a manifest as ours.
const TOOL: &str = "boji";

/// What an export holds and how it came about. No clock in it: the same store and wishes give the same manifest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always `boji`.
    pub tool: String,
    /// Version of the program.
    pub version: String,
    /// Word of [`super::Format`].
    pub format: String,
    /// Name of the export.
    pub dump: String,
    /// Which articles were wanted.
    pub filter: Wanted,
    /// Records in all files.
    pub records: u64,
    /// Records by id of the source.
    pub by_source: BTreeMap<String, u64>,
    /// Records by language.
    pub by_language: BTreeMap<String, u64>,
    /// Records by kind of article.
    pub by_kind: BTreeMap<String, u64>,
    /// Records by quality flag; one record can have several.
    pub by_flag: BTreeMap<String, u64>,
    /// Versions of the cleaning rules that made these texts.
    pub rules: BTreeSet<String>,
    /// The files, in order of their paths.
    pub files: Vec<WrittenFile>,
}

/// A [`Filter`] for people: the same fields, instants as RFC 3339 or "".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Ids of sources.
    pub sources: Vec<String>,
    /// Published at or after.
    pub since: String,
    /// Published before.
    pub until: String,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Kinds of article.
    pub kinds: Vec<String>,
    /// Leave out duplicates.
    pub without_duplicates: bool,
}

impl Manifest {
    /// The manifest of an export that holds nothing yet.
    pub(super) fn new(filter: &Filter, options: &ExportOptions) -> Self {
        let instant = |at: Option<Timestamp>| at.map_or_else(String::new, |at| at.to_string());
        Self {
            tool: TOOL.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            format: options.format.as_str().to_owned(),
            dump: options.dump.clone(),
            filter: Wanted {
                sources: filter.sources.clone(),
                since: instant(filter.since),
                until: instant(filter.until),
                languages: filter.languages.clone(),
                kinds: filter.kinds.clone(),
                without_duplicates: filter.without_duplicates,
            },
            ..Self::default()
        }
    }

    /// Counts one record.
    pub(super) fn count(&mut self, record: &Record, stored: &StoredArticle) {
        let article = &stored.submission.article;
        let add = |counts: &mut BTreeMap<String, u64>, word: &str| {
            *counts.entry(word.to_owned()).or_default() += 1;
        };
        self.records += 1;
        add(&mut self.by_source, &record.source_id);
        add(&mut self.by_language, &record.language);
        add(&mut self.by_kind, article.metadata.kind.as_str());
        article.flags.iter().for_each(|flag| add(&mut self.by_flag, flag));
        self.rules.insert(stored.submission.rules_hash.clone());
    }

    /// Reads a manifest; none when the text is no manifest of ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|manifest: &Self| manifest.tool == TOOL)
    }
}

/// The folder of an export on its way: files are written into a folder beside the target, which takes the target's
/// place only when all is done. Dropped before that, it leaves the target as it was.
pub(super) struct Folder {
    target: PathBuf,
    partial: PathBuf,
    old: PathBuf,
}

impl Folder {
    /// Makes the folder beside `target`. An error when the target holds anything but an earlier export.
    pub(super) fn create(target: &Path) -> Result<Self, ExportError> {
        // A link stays where it is; what it leads to is replaced.
        let target = std::fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let folder = Self { partial: beside(&target, "partial"), old: beside(&target, "old"), target };
        if folder.old.exists() && !folder.target.exists() {
            // An export was killed between the two renames of `publish`.
            rename(&folder.old, &folder.target)?;
        }
        refuse_foreign(&folder.target)?;
        remove(&folder.partial)?;
        std::fs::create_dir_all(&folder.partial).map_err(ExportError::writing(&folder.partial))?;
        Ok(folder)
    }

    /// Where to write.
    pub(super) fn path(&self) -> &Path {
        &self.partial
    }

    /// Puts the finished folder in the target's place.
    pub(super) fn publish(self) -> Result<(), ExportError> {
        remove(&self.old)?;
        if self.target.exists() {
            rename(&self.target, &self.old)?;
        }
        if let Err(error) = rename(&self.partial, &self.target) {
            let _ = std::fs::rename(&self.old, &self.target);
            return Err(error);
        }
        remove(&self.old)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = remove(&self.partial);
    }
}

/// `.NAME.boji-SUFFIX` in the same folder, so that a rename stays on one disk.
fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_else(|| "export".as_ref()));
    name.push(format!(".boji-{suffix}"));
    target.with_file_name(name)
}

/// An error when anything at `target` is not a file that the manifest there lists, in the size that it lists. An
/// empty folder is free to take.
fn refuse_foreign(target: &Path) -> Result<(), ExportError> {
    let foreign = |found: &Path| ExportError::Foreign { path: target.to_owned(), found: found.to_owned() };
    if !target.exists() {
        return Ok(());
    }
    if !target.is_dir() {
        return Err(foreign(target));
    }
    let ours = listed(target);
    let mut folders = vec![target.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).map_err(ExportError::writing(&folder))? {
            let path = entry.map_err(ExportError::writing(&folder))?.path();
            let about = std::fs::symlink_metadata(&path).map_err(ExportError::writing(&path))?;
            if about.is_dir() {
                folders.push(path);
            } else if !about.is_file() || ours.get(&path) != Some(&about.len()) {
                return Err(foreign(&path));
            }
        }
    }
    Ok(())
}

/// The files of the export at `target`, its manifest among them, with their sizes; none when there is no manifest.
fn listed(target: &Path) -> BTreeMap<PathBuf, u64> {
    let path = target.join(MANIFEST);
    let Ok(text) = std::fs::read_to_string(&path) else { return BTreeMap::new() };
    let Some(manifest) = Manifest::parse(&text) else { return BTreeMap::new() };
    let files = manifest.files.into_iter().map(|file| (target.join(file.path), file.bytes));
    files.chain([(path, text.len() as u64)]).collect()
}

fn rename(from: &Path, to: &Path) -> Result<(), ExportError> {
    std::fs::rename(from, to).map_err(ExportError::writing(to))
}

fn remove(folder: &Path) -> Result<(), ExportError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(ExportError::writing(folder)(error)),
        _ => Ok(()),
    }
}

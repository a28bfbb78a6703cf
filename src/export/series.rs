//! A series of exports: each step holds what is new or changed since the last one, and names what is no longer there. Every step names
//! the manifest before it, so that the chain can be verified; what was exported so far is the sum of its steps.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use boji_clean::word_enum;
use sha2::{Digest, Sha256};

use super::error::ExportError;
use super::manifest::{MANIFEST, Manifest, Place, Wanted};
use super::record::Record;
use super::sink::hexadecimal;

/// Name of the list of changes in a step's folder: a line each, with kind, id and hash of the record divided by tabs, by id.
pub(super) const CHANGES: &str = "changes.tsv";
/// Digits of a step's number in the name of its folder.
const DIGITS: usize = 5;
/// Most bytes of a manifest or a list of changes that is read.
const MAX_FILE: u64 = 1 << 30;
/// Longest name of a series, in characters.
const MAX_NAME: usize = 64;

word_enum! {
    /// What became of a record since the last step.
    pub(super) enum Change {
        /// It was not there.
        New = "new",
        /// It was there, and says something else.
        Changed = "changed",
        /// It is there no more: hidden, forgotten, a duplicate now, or no longer wanted.
        Withdrawn = "withdrawn",
    }
}

/// The name of a series: letters, digits, `-` and `_`, as it stands in the names of folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SeriesName(String);

impl FromStr for SeriesName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_plain = text.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_'));
        if !is_plain || text.is_empty() || text.chars().count() > MAX_NAME {
            return Err(format!("write letters, digits, - and _, at most {MAX_NAME}"));
        }
        Ok(Self(text.to_owned()))
    }
}

/// A series as far as it goes.
#[derive(Debug)]
pub(super) struct Series {
    folder: PathBuf,
    name: String,
    /// The number of its last step, 0 before the first.
    last: u32,
    last_sha256: String,
    /// Form and wishes of its last step.
    went: Option<(String, Wanted)>,
    /// All records that were exported and not withdrawn, by id, with their hashes.
    current: BTreeMap<String, String>,
}

/// The next step of a series: what goes out, and what is told to be gone.
#[derive(Debug)]
pub(super) struct Step {
    number: u32,
    name: String,
    previous: String,
    /// Where it is written.
    pub(super) folder: PathBuf,
    before: BTreeMap<String, String>,
    goes_out: BTreeSet<String>,
    /// What became of each id, and the hash of its record.
    changes: BTreeMap<String, (Change, String)>,
}

impl Series {
    /// Reads the series of this name in a folder.
    ///
    /// Errors: `HoldsExport` when the folder is that of an export, `Chain` when the steps do not hold together, `Read` as it says.
    pub(super) fn read(folder: &Path, SeriesName(name): &SeriesName) -> Result<Self, ExportError> {
        match Manifest::at(folder) {
            Some(Manifest { series: Some(place), .. }) => {
                return Err(ExportError::IsStep { path: folder.to_owned(), name: place.name });
            }
            Some(_) => return Err(ExportError::HoldsExport { path: folder.to_owned() }),
            None => {}
        }
        let mut series = Self {
            folder: folder.to_owned(),
            name: name.clone(),
            last: 0,
            last_sha256: String::new(),
            went: None,
            current: BTreeMap::new(),
        };
        let steps = steps(folder)?;
        for number in steps.get(name).into_iter().flatten() {
            series.take(*number)?;
        }
        Ok(series)
    }

    /// Takes in the step of this number.
    fn take(&mut self, number: u32) -> Result<(), ExportError> {
        let folder = step_folder(&self.folder, &self.name, number);
        let path = folder.join(MANIFEST);
        let broken = |path: &Path, why: &str| ExportError::Chain { path: path.to_owned(), why: why.to_owned() };
        if number != self.last + 1 {
            return Err(broken(&folder, &format!("the step {} before it is not there", self.last + 1)));
        }
        let text = read(&path)?;
        let manifest = Manifest::parse(&text).unwrap_or_default();
        let place = manifest.series.ok_or_else(|| broken(&path, "it is not the manifest of a step"))?;
        if (place.name.as_str(), place.step) != (self.name.as_str(), number) {
            return Err(broken(&path, "it is the manifest of another step"));
        }
        if place.previous != self.last_sha256 {
            return Err(broken(&path, "it follows another manifest than that of the step before it"));
        }
        let path = folder.join(CHANGES);
        let mut counts = BTreeMap::new();
        for line in read(&path)?.lines() {
            let change =
                self.apply(line).ok_or_else(|| broken(&path, "a line does not go with the steps before it"))?;
            *counts.entry(change).or_insert(0) += 1;
        }
        let count = |change| counts.get(&change).copied().unwrap_or(0);
        if (count(Change::New), count(Change::Changed), count(Change::Withdrawn))
            != (place.new, place.changed, place.withdrawn)
        {
            return Err(broken(&path, "it has not the lines that the manifest counts"));
        }
        self.last = number;
        self.last_sha256 = hexadecimal(&Sha256::digest(text.as_bytes()));
        self.went = Some((manifest.format, manifest.filter));
        Ok(())
    }

    /// The wishes in which its last step differs from one that is to follow, by their names in the manifest.
    ///
    /// Errors: `OtherForm` when it is of another form, for the sum of its steps would be of none.
    pub(super) fn differences(&self, next: &Manifest) -> Result<Vec<&'static str>, ExportError> {
        match &self.went {
            Some((format, _)) if *format != next.format => {
                Err(ExportError::OtherForm { name: self.name.clone(), format: format.clone() })
            }
            Some((_, wanted)) => Ok(wanted.differences(&next.filter)),
            None => Ok(Vec::new()),
        }
    }

    /// Applies a line of changes; `None` when it does not fit what is there.
    fn apply(&mut self, line: &str) -> Option<Change> {
        let mut fields = line.split('\t');
        let (change, id, hash) = (fields.next()?, fields.next()?, fields.next()?);
        let change =
            [Change::New, Change::Changed, Change::Withdrawn].into_iter().find(|one| one.as_str() == change)?;
        let old = match change {
            Change::Withdrawn => self.current.remove(id),
            Change::New | Change::Changed => self.current.insert(id.to_owned(), hash.to_owned()),
        };
        ((change == Change::New) == old.is_none()).then_some(change)
    }

    /// The step that leads from here to the records that there are now, by id with their hashes. What cannot be read now
    /// (`unread`) is as it was.
    pub(super) fn next(self, now: &BTreeMap<String, String>, unread: &BTreeSet<&str>) -> Step {
        let is_other = |(id, hash): &(&String, &String)| self.current.get(*id) != Some(hash);
        let goes_out = now.iter().filter(is_other).map(|(id, _)| id.clone()).collect();
        let is_gone = |id: &&String| !now.contains_key(*id) && !unread.contains(id.as_str());
        let withdrawn = self.current.keys().filter(is_gone);
        let changes = withdrawn.map(|id| (id.clone(), (Change::Withdrawn, String::new()))).collect();
        Step {
            number: self.last + 1,
            folder: step_folder(&self.folder, &self.name, self.last + 1),
            name: self.name,
            previous: self.last_sha256,
            before: self.current,
            goes_out,
            changes,
        }
    }
}

impl Step {
    /// Whether nothing has changed.
    pub(super) fn is_empty(&self) -> bool {
        self.goes_out.is_empty() && self.changes.is_empty()
    }

    /// Whether a record goes out.
    pub(super) fn wants(&self, record: &Record) -> bool {
        self.goes_out.contains(&record.id)
    }

    /// Notes a record that went out.
    pub(super) fn note(&mut self, record: &Record) -> Result<(), ExportError> {
        let change = if self.before.contains_key(&record.id) { Change::Changed } else { Change::New };
        self.changes.insert(record.id.clone(), (change, hash_of(record)?));
        Ok(())
    }

    /// The list of changes.
    pub(super) fn lines(&self) -> String {
        let mut lines = String::new();
        for (id, (change, hash)) in &self.changes {
            // Writing to a string cannot fail.
            let _ = writeln!(lines, "{change}\t{id}\t{hash}");
        }
        lines
    }

    /// What the manifest says of the step.
    pub(super) fn place(&self) -> Place {
        let count = |wanted| self.changes.values().filter(|(change, _)| *change == wanted).count() as u64;
        Place {
            name: self.name.clone(),
            step: self.number,
            previous: self.previous.clone(),
            new: count(Change::New),
            changed: count(Change::Changed),
            withdrawn: count(Change::Withdrawn),
        }
    }
}

/// The hash by which a record is known to be another: over all that it says but the name of the export.
pub(super) fn hash_of(record: &Record) -> Result<String, ExportError> {
    let unnamed = Record { dump: String::new(), ..record.clone() };
    Ok(blake3::hash(&unnamed.to_line()?).to_hex().chars().take(32).collect())
}

/// The numbers of the steps in a folder, by the name of their series, in order. None where there is no folder.
pub(super) fn steps(folder: &Path) -> Result<BTreeMap<String, BTreeSet<u32>>, ExportError> {
    let mut steps: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    if !folder.exists() {
        return Ok(steps);
    }
    let reading = ExportError::reading(folder);
    for entry in std::fs::read_dir(folder).map_err(&reading)? {
        let name = entry.map_err(&reading)?.file_name();
        let parts = name.to_str().and_then(|name| name.rsplit_once('-'));
        let Some((name, number)) = parts.filter(|(_, number)| number.len() == DIGITS) else { continue };
        let Ok(number) = number.parse() else { continue };
        if folder.join(step_name(name, number)).join(MANIFEST).exists() {
            steps.entry(name.to_owned()).or_default().insert(number);
        }
    }
    Ok(steps)
}

/// The folder of a step.
pub(super) fn step_folder(folder: &Path, name: &str, number: u32) -> PathBuf {
    folder.join(step_name(name, number))
}

fn step_name(name: &str, number: u32) -> String {
    format!("{name}-{number:0DIGITS$}")
}

fn read(path: &Path) -> Result<String, ExportError> {
    let reading = ExportError::reading(path);
    let mut text = String::new();
    File::open(path).map_err(&reading)?.take(MAX_FILE).read_to_string(&mut text).map_err(&reading)?;
    Ok(text)
}

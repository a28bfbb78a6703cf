use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::error::ExportError;
use super::folder::Folder;
use super::format::{ExportOptions, Format};
use super::jsonl::JsonlSink;
use super::manifest::{MANIFEST, Manifest};
use super::record::Record;
use super::sink::{Output, Sink};
use super::tree::TreeSink;
use crate::store::{Damaged, Filter, Store};

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
}

/// Writes the wanted articles to a folder. It appears whole or not at all: an export that fails, or is killed, leaves
/// what was there before.
///
/// Errors: `Foreign` when the folder holds anything but an earlier export; `Full`, `Write` and `Store` as they say.
pub fn export(store: &dyn Store, filter: &Filter, options: &ExportOptions) -> Result<Report, ExportError> {
    let folder = Folder::create(&options.to)?;
    let mut sink = open(options.format, folder.path())?;
    let mut manifest = Manifest::new(filter, options);
    let damaged = store.try_each_article(filter, |stored| {
        let record = Record::from_stored(&stored, &options.dump);
        manifest.count(&record, &stored);
        sink.write(&record, &stored)
    })?;
    manifest.files = sink.finish()?;
    manifest.files.sort_by(|one, other| one.path.cmp(&other.path));
    write_manifest(&manifest, folder.path())?;
    folder.publish()?;
    Ok(Report {
        to: options.to.clone(),
        format: options.format,
        records: manifest.records,
        files: manifest.files.len(),
        bytes: manifest.files.iter().map(|file| file.bytes).sum(),
        damaged,
    })
}

fn open(format: Format, folder: &Path) -> Result<Box<dyn Sink>, ExportError> {
    Ok(match format {
        Format::Jsonl => Box::new(JsonlSink::new(folder, false)?),
        Format::JsonlZst => Box::new(JsonlSink::new(folder, true)?),
        Format::Markdown => Box::new(TreeSink::markdown(folder)),
        Format::Text => Box::new(TreeSink::text(folder)),
    })
}

fn write_manifest(manifest: &Manifest, folder: &Path) -> Result<(), ExportError> {
    let json = serde_json::to_string_pretty(manifest)
        .map_err(|source| ExportError::Record { id: MANIFEST.to_owned(), source })?;
    let mut output = Output::create(folder, MANIFEST)?;
    writeln!(output, "{json}").map_err(ExportError::writing(&folder.join(MANIFEST)))?;
    output.finish(0).map(|_| ())
}

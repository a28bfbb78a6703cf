use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::error::ExportError;
use super::record::Record;
use crate::model::StoredArticle;

/// Where records go: one form of export. Gets the records in the store's order and must write the same bytes for the
/// same records.
pub trait Sink {
    /// Takes one record, and the article that it was made from for what a record does not hold (its Markdown).
    fn write(&mut self, record: &Record, article: &StoredArticle) -> Result<(), ExportError>;

    /// Ends all files; what was written, in the order of writing.
    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError>;
}

/// A file of an export, as the manifest lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// Path below the export's folder, divided by `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// Records in it.
    pub records: u64,
    /// SHA-256, 64 hexadecimal digits: what `sha256sum` prints.
    pub sha256: String,
}

/// A new file that counts and hashes what goes into it.
pub(super) struct Output {
    file: BufWriter<File>,
    full_path: PathBuf,
    path: String,
    bytes: u64,
    hasher: Sha256,
}

impl Output {
    /// Makes the file `path` below `folder`, and the folders on the way. An error when it is there already: an export
    /// never writes over anything.
    pub(super) fn create(folder: &Path, path: &str) -> Result<Self, ExportError> {
        let full_path = folder.join(path);
        if let Some(parent) = full_path.parent() {
            std::fs::create_dir_all(parent).map_err(ExportError::writing(parent))?;
        }
        let file = File::create_new(&full_path).map_err(ExportError::writing(&full_path))?;
        let path = path.to_owned();
        Ok(Self { file: BufWriter::new(file), full_path, path, bytes: 0, hasher: Sha256::new() })
    }

    /// The whole path, for errors.
    pub(super) fn full_path(&self) -> &Path {
        &self.full_path
    }

    /// Ends the file.
    pub(super) fn finish(mut self, records: u64) -> Result<WrittenFile, ExportError> {
        self.file.flush().map_err(ExportError::writing(&self.full_path))?;
        let sha256 = hexadecimal(&self.hasher.finalize());
        Ok(WrittenFile { path: self.path, bytes: self.bytes, records, sha256 })
    }
}

/// Bytes as hexadecimal digits.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

impl Write for Output {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(buffer)?;
        self.hasher.update(buffer.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

use serde::{Deserialize, Serialize};

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

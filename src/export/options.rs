use std::path::PathBuf;

use super::format::Format;

/// What kind of export is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportOptions {
    /// The folder to write, made or replaced as a whole.
    pub to: PathBuf,
    /// The form.
    pub format: Format,
    /// Name of the export, in each record.
    pub dump: String,
}

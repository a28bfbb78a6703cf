use std::path::PathBuf;

use boji_clean::word_enum;

word_enum! {
    /// The form of an export; its word is that of the command line and the manifest.
    #[derive(Default)]
    pub enum Format {
        /// One record a line.
        #[default]
        Jsonl = "jsonl",
        /// The same, compressed with zstd.
        JsonlZst = "jsonl.zst",
        /// A folder an account, a Markdown file an article, the fields before its text.
        Markdown = "markdown",
        /// A folder an account, a text file an article: title and text alone.
        Text = "text",
    }
}

impl Format {
    /// What it is, for who chooses one.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Jsonl => "JSON lines",
            Self::JsonlZst => "JSON lines, compressed with zstd",
            Self::Markdown => "A tree of Markdown files with front matter",
            Self::Text => "A tree of plain text files",
        }
    }
}

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

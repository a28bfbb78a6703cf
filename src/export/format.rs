use std::path::PathBuf;

use serde::Serialize;

/// The form of an export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub enum Format {
    /// One record a line.
    #[default]
    #[serde(rename = "jsonl")]
    Jsonl,
    /// The same, compressed with zstd.
    #[serde(rename = "jsonl.zst")]
    JsonlZst,
    /// A folder an account, a Markdown file an article, the fields before its text.
    #[serde(rename = "markdown")]
    Markdown,
    /// A folder an account, a text file an article: title and text alone.
    #[serde(rename = "text")]
    Text,
}

impl Format {
    /// Every form.
    pub const ALL: [Self; 4] = [Self::Jsonl, Self::JsonlZst, Self::Markdown, Self::Text];

    /// The word of the command line and the manifest.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl",
            Self::JsonlZst => "jsonl.zst",
            Self::Markdown => "markdown",
            Self::Text => "text",
        }
    }

    /// The form of a word that [`Format::as_str`] gives.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
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

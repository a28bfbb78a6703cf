use std::path::PathBuf;

use boji_clean::word_enum;

use super::redact::Redaction;
use super::sample::Sample;
use super::shard::Shard;
use super::split::{REST, Split};
use crate::store::Selection;

word_enum! {
    /// The form of an export; its word is that of the command line and the manifest.
    #[derive(Default)]
    pub enum Format {
        /// One record a line.
        #[default]
        Jsonl = "jsonl",
        /// The same, compressed with zstd.
        JsonlZst = "jsonl.zst",
        /// Columns with their types, in files that loaders of datasets know.
        Parquet = "parquet",
        /// Documents with all that was taken out of them, and where it stands, as the tools of Dolma read them.
        Dolma = "dolma",
        /// A folder an account, a Markdown file an article, the fields before its text.
        Markdown = "markdown",
        /// A folder an account, a text file an article: title and text alone.
        Text = "text",
        /// What the articles were made from: requests, redirects and answers as other tools read them.
        Warc = "warc",
    }
}

impl Format {
    /// What it is, for who chooses one.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Self::Jsonl => "JSON lines",
            Self::JsonlZst => "JSON lines, compressed with zstd",
            Self::Parquet => "Parquet files and a dataset card",
            Self::Dolma => "Documents and attributes: what was taken out, as spans",
            Self::Markdown => "A tree of Markdown files with front matter",
            Self::Text => "A tree of plain text files",
            Self::Warc => "The pages themselves: requests, redirects and answers",
        }
    }

    /// Name of what is not divided into splits, at the head of its files' names.
    pub(super) const fn whole(self) -> &'static str {
        match self {
            Self::Parquet => REST,
            _ => "part",
        }
    }

    /// Whether its records stand in files of many, which can be divided.
    pub(super) const fn has_shards(self) -> bool {
        matches!(self, Self::Jsonl | Self::JsonlZst | Self::Parquet | Self::Dolma | Self::Warc)
    }
}

/// What kind of export is wanted.
#[derive(Clone, Debug, Default)]
pub struct ExportOptions {
    /// The folder to write, made or replaced as a whole.
    pub to: PathBuf,
    /// The form.
    pub format: Format,
    /// Name of the export, in each record.
    pub dump: String,
    /// Which of the articles that the filter wants go out.
    pub selection: Selection,
    /// So many of them alone.
    pub sample: Option<Sample>,
    /// Their earlier revisions too, each before the one that follows it. For forms that have files of many records.
    pub all_revisions: bool,
    /// What writes out of them what tells of persons; nothing does by itself.
    pub redaction: Option<Redaction>,
    /// Parts that are kept apart; none for one whole. For forms that have files of many records.
    pub splits: Vec<Split>,
    /// The pictures that are kept go along, beside the documents. For Markdown.
    pub images: bool,
    /// How much a file holds, where it holds many records.
    pub shard: Shard,
}

//! The arguments of commands that write the corpus, and that look at what was written.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use super::article_arguments::{FilterArguments, SampleArguments, SelectionArguments, at_least_one};
use crate::export::{Format, SeriesName, Shard, Split};

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(self.about()))
    }
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Folder to write; an earlier export in it is replaced. `-` writes JSON lines to stdout
    #[arg(long, value_name = "OUT")]
    pub to: PathBuf,
    /// Form
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Name of the export, for the field `dump`
    #[arg(long, default_value = "", hide_default_value = true)]
    pub dump: String,
    #[command(flatten)]
    pub filter: FilterArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    #[command(flatten)]
    pub sample: SampleArguments,
    /// Write the earlier revisions of each article too, each before the one that followed it; `revision` tells them apart
    #[arg(long)]
    pub all_revisions: bool,
    /// Write `〔mobile〕` and the like in the place of numbers, mailboxes and names by which persons are reached
    #[arg(long)]
    pub redact: bool,
    /// Put the pictures that are kept beside the documents (images/), and let these show them from there: with --format markdown
    #[arg(long)]
    pub images: bool,
    /// Write only what is new or changed since the last export of this name into the folder, as a step of its own beside the steps
    /// before, and list what is no longer there (changes.tsv)
    #[arg(long, value_name = "NAME")]
    pub since_last: Option<SeriesName>,
    /// Keep a part apart, by the ids of the articles: an article is in the same split in every export (test=0.01)
    #[arg(long, value_name = "NAME=SHARE")]
    pub split: Vec<Split>,
    /// Most records of a file
    #[arg(long, value_name = "N", default_value_t = Shard::default().records, value_parser = at_least_one::<u64>)]
    pub shard_records: u64,
    /// Most bytes of a file, before it is compressed
    #[arg(long, value_name = "N", default_value_t = Shard::default().bytes, value_parser = at_least_one::<u64>)]
    pub shard_bytes: u64,
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Folder of an export
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

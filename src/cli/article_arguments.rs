//! Which articles are meant: the arguments of every command that takes many of them.

use boji_clean::model::{Date, FLAGS, Timestamp};
use clap::Args;

/// What lists tell of an article.
#[derive(Debug, Default, Args)]
pub(super) struct FilterArguments {
    /// Only of these sources
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// Only of sources with this tag
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Published on this day or later (2026-01-31, or an RFC 3339 instant)
    #[arg(long, value_name = "DATE", value_parser = instant)]
    pub since: Option<Timestamp>,
    /// Published before this day
    #[arg(long, value_name = "DATE", value_parser = instant)]
    pub until: Option<Timestamp>,
    /// Only in these languages (zh takes zh-Hans and zh-Hant)
    #[arg(long, value_name = "TAG")]
    pub language: Vec<String>,
    /// Only of these kinds
    #[arg(long, value_name = "KIND", value_parser = ["article", "reprint", "picture", "text", "video", "audio"])]
    pub kind: Vec<String>,
    /// Only of these accounts or sites, by the names that they show
    #[arg(long, value_name = "NAME")]
    pub account: Vec<String>,
    /// Only with so many characters of text
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub min_chars: usize,
    /// Leave out articles that repeat another's text
    #[arg(long)]
    pub no_duplicates: bool,
    /// Leave out all that repeats another article: also near copies, reprints, and what stands whole in a longer one
    #[arg(long)]
    pub no_near_duplicates: bool,
}

/// What only the articles themselves tell.
#[derive(Debug, Args)]
pub(super) struct SelectionArguments {
    /// Only with one of these quality flags
    #[arg(long, value_name = "FLAG", value_parser = FLAGS)]
    pub flag: Vec<String>,
    /// Only without these quality flags
    #[arg(long, value_name = "FLAG", value_parser = FLAGS)]
    pub no_flag: Vec<String>,
    /// Only under these licences, as their pages state them
    #[arg(long, value_name = "LICENCE")]
    pub license: Vec<String>,
    /// First stored on this day or later
    #[arg(long, value_name = "DATE", value_parser = instant)]
    pub fetched_since: Option<Timestamp>,
    /// New, or with other words, since this day
    #[arg(long, value_name = "DATE", value_parser = instant)]
    pub changed_since: Option<Timestamp>,
    /// Only with this text in title or text (each of several)
    #[arg(long = "match", value_name = "TEXT")]
    pub containing: Vec<String>,
    /// So many articles alone, mixed by their ids
    #[arg(long, value_name = "N")]
    pub sample: Option<usize>,
    /// Another number gives another sample
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sample")]
    pub seed: u64,
}

fn instant(text: &str) -> Result<Timestamp, &'static str> {
    Date::parse(text).map(Date::instant).ok_or("write a day such as 2026-01-31 or an RFC 3339 instant")
}

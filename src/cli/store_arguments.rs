//! The arguments of commands that look after the store itself, or at all of it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::article_arguments::{FilterArguments, SelectionArguments};
use crate::config;

#[derive(Debug, Args)]
pub(super) struct Index {
    /// What to do with it [default: show how much it holds]
    #[arg(value_enum, value_name = "CHANGE")]
    pub change: Option<IndexChange>,
}

/// A change of the search index.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum IndexChange {
    /// Make it anew of all articles, and keep it from now on
    Rebuild,
    /// Empty it, and keep none from now on
    Off,
}

#[derive(Debug, Args)]
pub(super) struct Backup {
    /// New file for the copy. Put in the place of boji.db, it is the store as it was. Pictures that are kept are no part of it: copy the
    /// folder images/ beside boji.db, whose files never change
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Vacuum {
    /// Pack what was fetched and imported before again, as it is packed today: pages behind pages like them
    #[arg(long)]
    pub repack: bool,
}

#[derive(Debug, Args)]
pub(super) struct Prune {
    /// Only captures that are so old (30d, 12h); files of pictures that no article has go in any case
    #[arg(long, value_name = "TIME", value_parser = config::parse_wait, default_value = "30d")]
    pub older_than: u32,
    /// Take them away; without it they are only counted
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Counted is the revision of each article that stands, without what is hidden. No tokenizer is built in: the number of \
                        words is an estimate, in which 1.7 Han characters are a word, and each run of letters or digits of other scripts \
                        is one."
)]
pub(super) struct Stats {
    #[command(flatten)]
    pub filter: FilterArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    /// Write a page with plots, which needs no network and no script, in place of the text; `-` writes it to stdout
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Address and port to listen at [default: 127.0.0.1:8017, or a free port when that one is taken]
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// A further name under which the server is asked, behind a proxy for one
    #[arg(long = "name", value_name = "HOST")]
    pub names: Vec<String>,
    /// Let pages restore blocks, let rules rest, keep answers
    #[arg(long)]
    pub write: bool,
    /// Open it in the browser
    #[arg(long)]
    pub open: bool,
}

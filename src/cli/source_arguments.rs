//! The arguments of commands that add, change, walk back through and remove sources.

use std::path::PathBuf;

use boji_clean::model::Word as _;
use clap::builder::{PossibleValuesParser, RangedI64ValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::config;
use crate::model::KeepImages;

#[derive(Debug, Args)]
pub(super) struct Add {
    /// Addresses; `-` reads them from stdin, one a line
    #[arg(required = true, value_name = "URL")]
    pub urls: Vec<String>,
    /// Id for the new source (with one address)
    #[arg(long)]
    pub id: Option<String>,
    /// What the address is, where it does not say so itself
    #[arg(long = "as", value_enum, value_name = "KIND")]
    pub kind: Option<AddedKind>,
    /// Of several feeds of a page, this one (numbered as they are listed)
    #[arg(long, value_name = "N", conflicts_with = "all_feeds")]
    pub feed: Option<usize>,
    /// All feeds of a page
    #[arg(long)]
    pub all_feeds: bool,
    #[command(flatten)]
    pub wishes: SourceArguments,
    /// Show what would be added and add nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// What a person says that an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AddedKind {
    /// A single article
    Article,
    /// A page that links to articles, each new one of which is fetched
    List,
    /// A sitemap
    Sitemap,
}

/// What a person wishes of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Args)]
pub(super) struct SourceArguments {
    /// Poll every so often, such as 30m, 6h or 1d; `auto` by the times at which the source publishes
    #[arg(long, conflicts_with = "cron")]
    pub every: Option<String>,
    /// Poll by a cron expression of five fields
    #[arg(long)]
    pub cron: Option<String>,
    /// Name for people
    #[arg(long)]
    pub name: Option<String>,
    /// File it under this, beside what it is filed under already (`-tag` takes one away)
    #[arg(long, value_name = "TAG", allow_hyphen_values = true)]
    pub tag: Vec<String>,
    /// Fetch the articles' pages even where the feed carries their text
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub fetch_pages: Option<bool>,
    /// Join articles that run over several pages
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub join_pages: Option<bool>,
    /// Keep pictures of its articles in files: none, the one that stands for the article, or all of the text that is kept
    #[arg(long, value_name = "WHICH", value_parser = keep_images())]
    pub keep_images: Option<KeepImages>,
    /// Follow redirects from https to http, on whose way anybody can write what comes
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub follow_to_http: Option<bool>,
    /// Name that its requests give on its own site; "" for that of the installation
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Header that its requests carry on its own site, beside those that it has already (`-Name` takes one away)
    #[arg(long, value_name = "NAME: VALUE", allow_hyphen_values = true)]
    pub header: Vec<String>,
    /// File of cookies (cookies.txt) for its own site, read when a run begins; "" for none
    #[arg(long, value_name = "FILE")]
    pub cookies: Option<PathBuf>,
    /// Take only what fits this, or another such rule: title:WORDS, url:PART, title~REGEX or url~REGEX (`-RULE` takes one away)
    #[arg(long, value_name = "RULE", allow_hyphen_values = true)]
    pub keep: Vec<String>,
    /// Leave out what fits this rule, written as those of --keep (`-RULE` takes one away)
    #[arg(long, value_name = "RULE", allow_hyphen_values = true)]
    pub skip: Vec<String>,
    /// Ask it, with its pages, before sources of a lower one: -10 to 10
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = priority())]
    pub priority: Option<i8>,
    /// Zone of times stated without one: +08:00, -03:30, UTC
    #[arg(long, value_name = "ZONE", allow_hyphen_values = true)]
    pub time_zone: Option<String>,
}

fn keep_images() -> impl TypedValueParser<Value = KeepImages> {
    PossibleValuesParser::new(KeepImages::words()).try_map(|word| KeepImages::from_word(&word).ok_or("is not known"))
}

fn priority() -> RangedI64ValueParser<i8> {
    RangedI64ValueParser::new().range(i64::from(*config::PRIORITIES.start())..=i64::from(*config::PRIORITIES.end()))
}

#[derive(Debug, Args)]
pub(super) struct Set {
    /// Ids of sources
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    #[command(flatten)]
    pub wishes: SourceArguments,
    /// Poll it again
    #[arg(long, conflicts_with = "off")]
    pub on: bool,
    /// Keep it, list it, never poll it
    #[arg(long)]
    pub off: bool,
    /// Its address is this now (with one source)
    #[arg(long)]
    pub url: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Backfill {
    /// Ids of sources
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Pages of older entries that are read of each; the next call goes on behind them
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pages: u32,
}

#[derive(Debug, Args)]
pub(super) struct Remove {
    /// Ids of sources
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<String>,
}

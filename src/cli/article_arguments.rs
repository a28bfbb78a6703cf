//! Which articles are meant: the arguments of every command that takes many of them.

use std::str::FromStr;

use boji_clean::model::{Date, FLAGS, Timestamp};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::model::{DuplicateKind, Score};
use crate::store::Selection;

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
#[derive(Debug, Default, Args)]
pub(super) struct SelectionArguments {
    /// Only with one of these quality flags
    #[arg(long, value_name = "FLAG", value_parser = FLAGS)]
    pub flag: Vec<String>,
    /// Only without these quality flags
    #[arg(long, value_name = "FLAG", value_parser = FLAGS)]
    pub no_flag: Vec<String>,
    /// Only under these licences, as their pages state them or by SPDX identifier (CC-BY-4.0)
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
}

/// How many of them.
#[derive(Debug, Args)]
pub(super) struct SampleArguments {
    /// So many articles alone, mixed by their ids
    #[arg(long, value_name = "N", value_parser = at_least_one::<usize>)]
    pub sample: Option<usize>,
    /// Another number gives another sample
    #[arg(long, value_name = "N", default_value_t = 0, requires = "sample")]
    pub seed: u64,
}

#[derive(Debug, Args)]
pub(super) struct Search {
    /// What to look for: words (簸箕 rust), "a phrase", a OR b, a -b, (a OR b) c, NEAR(a b, 10), title:a, begin*.
    /// Chinese is found at any length and any place
    #[arg(required = true, value_name = "QUERY")]
    pub query: Vec<String>,
    #[command(flatten)]
    pub filter: FilterArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    /// At most so many, the best first; 0 shows all
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
}

#[derive(Debug, Args)]
pub(super) struct Duplicates {
    /// Id of one article, or the beginning of it: what it repeats, what repeats it, and every text like its own
    pub id: Option<String>,
    /// Only where an article is of these sources
    #[arg(long, value_name = "ID", conflicts_with = "id")]
    pub source: Vec<String>,
    /// Only where an article is of these accounts or sites, by the names that they show
    #[arg(long, value_name = "NAME", conflicts_with = "id")]
    pub account: Vec<String>,
    /// Only what repeats another in this way
    #[arg(long, value_enum, conflicts_with = "id")]
    pub kind: Vec<DuplicateKind>,
    /// Only what is so much the same: 0 to 1
    #[arg(long, value_name = "SCORE", default_value = "0", hide_default_value = true, value_parser = score, conflicts_with = "id")]
    pub min_score: Score,
    /// Compare all stored texts anew
    #[arg(long, conflicts_with_all = ["id", "source", "account", "kind", "min_score"])]
    pub rebuild: bool,
}

/// What is hidden or shown.
#[derive(Debug, Args)]
pub(super) struct HideableArguments {
    /// Articles, by id (or the beginning of it) or address
    #[arg(value_name = "ID")]
    pub articles: Vec<String>,
    /// All articles of this source, those to come too
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// All articles of this account or site, those to come too
    #[arg(long, value_name = "NAME")]
    pub account: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Hide {
    #[command(flatten)]
    pub what: HideableArguments,
    /// Why; `boji list --hidden` shows it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

#[derive(Debug, Args)]
pub(super) struct Unhide {
    #[command(flatten)]
    pub what: HideableArguments,
}

#[derive(Debug, Args)]
pub(super) struct Forget {
    /// Articles, by id (or the beginning of it) or address
    #[arg(required = true, value_name = "ID")]
    pub articles: Vec<String>,
    /// Why; it is kept with the ids
    #[arg(long, value_name = "TEXT", required_unless_present = "undo", default_value = "", hide_default_value = true)]
    pub reason: String,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Let forgotten articles come again (their words are gone)
    #[arg(long, conflicts_with_all = ["reason", "yes"])]
    pub undo: bool,
}

fn instant(text: &str) -> Result<Timestamp, &'static str> {
    Date::parse(text).map(Date::instant).ok_or("write a day such as 2026-01-31 or an RFC 3339 instant")
}

impl SelectionArguments {
    /// What the arguments mean.
    pub(super) fn selection(&self) -> Selection {
        let Self { flag, no_flag, license, fetched_since, changed_since, containing } = self;
        Selection {
            flags: flag.clone(),
            without_flags: no_flag.clone(),
            licenses: license.clone(),
            fetched_since: *fetched_since,
            changed_since: *changed_since,
            containing: containing.clone(),
        }
    }
}

/// A number of things of which there is to be one.
pub(super) fn at_least_one<N: FromStr + Default + PartialEq>(text: &str) -> Result<N, &'static str> {
    text.parse().ok().filter(|number| *number != N::default()).ok_or("write a number from 1 on")
}

fn score(text: &str) -> Result<Score, &'static str> {
    let fraction = text.parse::<f64>().ok().filter(|fraction| (0.0..=1.0).contains(fraction));
    fraction.map(Score::nearest).ok_or("write a number from 0 to 1, such as 0.9")
}

impl ValueEnum for DuplicateKind {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()).help(self.about()))
    }
}

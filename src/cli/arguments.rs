use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::article_arguments::{Duplicates, FilterArguments, Forget, Hide, Search, SelectionArguments, Unhide};
use super::export_arguments::{Export, Verify};
use super::source_arguments::{Add, Backfill, Remove, Set};
use super::store_arguments::{Backup, Index, Prune, Serve, Stats, Vacuum};
use crate::config;

/// Fetch WeChat and blog articles on a schedule, winnow the boilerplate from them, export a cleaned corpus.
#[derive(Debug, Parser)]
#[command(name = "boji", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Start with `boji demo`: a recorded day, played through the same code as `boji run`.")]
pub(super) struct Arguments {
    /// Folder for everything that boji writes [default: the XDG data folder]
    #[arg(long, global = true, value_name = "DIR", env = "BOJI_DATA")]
    pub data: Option<PathBuf>,
    /// Folder with boji.toml, sources.toml and rules of your own [default: the working folder or its config/ with a boji.toml, else the XDG config folder]
    #[arg(long, global = true, value_name = "DIR", env = "BOJI_CONFIG")]
    pub config: Option<PathBuf>,
    /// Wait so long (30s, 5m, 6h) while another boji writes to the data folder
    #[arg(long, global = true, value_name = "TIME", value_parser = config::parse_wait)]
    pub wait: Option<u32>,
    /// Print nothing but data and what needs a person; -qq not that either, only the exit code tells
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub quiet: u8,
    /// Say why: -v of each source, -vv of each request, page and article, -vvv the libraries too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// How the log of -v is written: text, or json with one object a line
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", hide_possible_values = true)]
    pub log_format: LogFormat,
    /// Whether colours are used: auto, always, never
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub color: clap::ColorChoice,
    /// Report as JSON on stdout
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// A line for people: time, level, what happened, and its fields
    Text,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Play a recorded day into ./boji-demo, export it and show what happened
    Demo(Demo),
    /// Make a configuration and a database, and say what to do next
    Init(Init),
    /// Add sources: a feed, a blog's home page, a WeChat album or article
    Add(Add),
    /// Change a source: how often it is polled, its name, its tags, its address
    Set(Set),
    /// Ask a source for the older entries that it shows no more
    Backfill(Backfill),
    /// Forget a source; its articles stay
    Remove(Remove),
    /// Fetch what is due, clean it and store it; then end (this is what cron calls)
    Run(Run),
    /// Do the same for ever, as a service: a pass whenever something is due
    Daemon,
    /// Show what is due, what failed, and how much there is
    Status(Status),
    /// Look at everything that could be ill: settings, rules, folders, disk, database, clock
    Doctor(Doctor),
    /// Show every setting in force and where it comes from
    Config(Config),
    /// List articles, sources, pages that led to no article, or hosts
    List(List),
    /// Search the articles
    Search(Search),
    /// Say why something came or did not: a page, an article, a source
    Why(Why),
    /// Print an article
    Show(Show),
    /// Show what changed between two revisions of an article
    Diff(Diff),
    /// Ask again for pages that wait, were given up or are stored, whatever their turn
    Retry(Retry),
    /// Let an earlier revision of an article stand again, or one that is held back
    Revert(Revert),
    /// Say where each block and field of an article came from and which rule took what
    Explain(Explain),
    /// List articles that repeat others, nearly or exactly, and which stands for them
    Duplicates(Duplicates),
    /// Show what was learned of the accounts from their own articles
    Profile(Profile),
    /// Clean stored articles again, by the rules and what was learned since
    Reclean(Reclean),
    /// Call a removed block, or all that a rule takes, content; it stays so
    Restore(Restore),
    /// Call a block of an article boilerplate; it stays so
    Drop(Drop),
    /// Keep articles out of lists, searches and exports, with a reason
    Hide(Hide),
    /// Show hidden articles again
    Unhide(Unhide),
    /// Take an article away for ever, with its captures; it does not come again
    Forget(Forget),
    /// List the rules of single sites, or try one on a page
    Rule(Rule),
    /// Show, rebuild or switch off the search index
    Index(Index),
    /// Write a checked copy of the store while others may write to it
    Backup(Backup),
    /// Take away captures and pictures of no article, or tell how many there are
    Prune(Prune),
    /// Give what is free in the database's file back to the disk
    Vacuum(Vacuum),
    /// Count what the corpus holds, and show it as text, JSON or a page with plots
    Stats(Stats),
    /// Look at articles, what was taken out of them, sources and figures in a browser
    Serve(Serve),
    /// Write the cleaned corpus
    Export(Export),
    /// Compare an export with its manifest
    Verify(Verify),
    /// Take in saved pages, WARC, HAR, ZIP, JSONL, lists of articles and addresses
    Import(Import),
    /// Run from a recording, without the network
    Replay(Replay),
    /// Clean one file or page and print its Markdown
    Clean(Clean),
    /// Clean pages by the million: JSON lines in, JSON lines out
    Filter(Filter),
    /// Write completions for a shell, or manual pages
    Generate(Generate),
}

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Folder for the demo's data and export
    #[arg(long, value_name = "DIR", default_value = "boji-demo")]
    pub to: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Init {
    /// Folder for the configuration [default: the XDG config folder]
    pub dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Run {
    /// Ids of sources; all when none is named
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Also what is not due yet
    #[arg(long)]
    pub all: bool,
    /// Ask for at most so many article pages of each source, 0 for none [default: pages_per_source in boji.toml]
    #[arg(long, value_name = "PAGES")]
    pub limit: Option<u32>,
    /// Show the plan and fetch nothing
    #[arg(long = "dry-run")]
    pub plan_only: bool,
    /// Keep every exchange in a recording (WARC)
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Status {
    /// Say only what is wrong, and end with 5 when something is: a source that fails, is gone, was never asked in time or never
    /// names anything, a damaged database
    #[arg(long)]
    pub check: bool,
    /// Add how large each part of the store is, and each source's share
    #[arg(long)]
    pub sizes: bool,
    /// Write metrics in the Prometheus text format, for the textfile collector of node_exporter (FILE ends with .prom)
    #[arg(long, value_name = "FILE")]
    pub prometheus: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Also ask the network: for the name and the robots.txt of each source's host
    #[arg(long)]
    pub network: bool,
}

#[derive(Debug, Args)]
pub(super) struct Config {
    #[command(subcommand)]
    pub command: ConfigCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Name the files that were read, and each value with the file and line, variable or option that set it
    Show,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Listed {
    /// The stored articles
    #[default]
    Articles,
    /// The sources, and when each is asked next
    Sources,
    /// The pages that led to no article: they wait, or nothing more is expected of them
    Pages,
    /// The hosts that were asked, whether they rest, and what is known of their robots.txt
    Hosts,
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// What to list
    #[arg(value_enum, default_value_t)]
    pub what: Listed,
    #[command(flatten)]
    pub filter: FilterArguments,
    #[command(flatten)]
    pub selection: SelectionArguments,
    /// At most so many, of articles the newest, which come last; 0 lists all. An article without a date counts by the time it was
    /// fetched
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Of sources: the feeds as OPML, for other readers
    #[arg(long)]
    pub opml: bool,
    /// Of articles: those that are hidden or were forgotten, and why
    #[arg(long)]
    pub hidden: bool,
}

impl List {
    /// At most so many.
    pub(super) const fn at_most(&self) -> usize {
        if self.limit == 0 { usize::MAX } else { self.limit }
    }
}

#[derive(Debug, Args)]
pub(super) struct Why {
    /// Address of a page, id of an article (or the beginning of it), or id of a source
    #[arg(value_name = "URL|ID|SOURCE")]
    pub what: String,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Shown {
    /// Cleaned Markdown with its header
    #[default]
    Markdown,
    /// Cleaned plain text alone
    Text,
    /// The bytes that were captured
    Raw,
    /// The exported record
    Record,
}

#[derive(Debug, Args)]
pub(super) struct Show {
    /// Id of the article, or the beginning of it
    pub id: String,
    /// Form
    #[arg(long = "as", value_enum, default_value_t)]
    pub form: Shown,
    /// This revision [default: the one that stands]
    #[arg(long, value_name = "N")]
    pub revision: Option<u32>,
    /// Open its page in a browser (`$BROWSER`, else the system's) and print nothing of it
    #[arg(long, conflicts_with_all = ["form", "revision"])]
    pub open: bool,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// Id of the article, or the beginning of it
    pub id: String,
    /// From this revision [default: the one before the newer one]
    #[arg(value_name = "OLD")]
    pub old: Option<u32>,
    /// To this revision [default: the last, also when it is held back]
    #[arg(value_name = "NEW")]
    pub new: Option<u32>,
    /// Lines that are equal, round each change
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub context: usize,
}

#[derive(Debug, Args)]
pub(super) struct Retry {
    /// Ids of sources or articles (or the beginning of an article's), or addresses
    #[arg(required = true, value_name = "SOURCE|URL|ID")]
    pub which: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Revert {
    /// Id of the article, or the beginning of it
    pub id: String,
    /// The revision that is to stand [default: the one before that which stands]
    #[arg(long, value_name = "N")]
    pub to: Option<u32>,
}

#[derive(Debug, Args)]
pub(super) struct Explain {
    /// Id of an article, a file, or the address of a page: the stored article of it, else the page, of which nothing is kept
    #[arg(value_name = "ID|FILE|URL")]
    pub what: String,
    /// Of an address: fetch the page, also when its article is stored
    #[arg(long)]
    pub fetch: bool,
    /// Only what was taken out
    #[arg(long)]
    pub removed: bool,
}

#[derive(Debug, Args)]
pub(super) struct Profile {
    /// Name of the account; all accounts when none is named
    pub account: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Reclean {
    /// Change nothing, only count
    #[arg(long)]
    pub dry_run: bool,
    /// Show each line that leaves a text (-) or comes back into it (+), with the rule
    #[arg(long)]
    pub diff: bool,
    /// Also what the rules in force have cleaned already
    #[arg(long)]
    pub all: bool,
    /// Ids of articles; all that the filters want when none is named
    #[arg(value_name = "ID")]
    pub ids: Vec<String>,
    #[command(flatten)]
    pub filter: FilterArguments,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct Restore {
    /// Id of an article, or the beginning of it
    #[arg(required_unless_present_any = ["rule", "list"], conflicts_with = "rule")]
    pub id: Option<String>,
    /// Numbers of blocks, as `boji explain ID` shows them
    #[arg(value_name = "BLOCK", requires = "id")]
    pub blocks: Vec<usize>,
    /// A rule, or the beginning of its id up to a dot (`zh.follow`, `learned`)
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// Only for the articles of this account
    #[arg(long, value_name = "NAME", requires = "rule")]
    pub account: Option<String>,
    /// Take the decision back
    #[arg(long, conflicts_with = "list")]
    pub undo: bool,
    /// Show the decisions in force
    #[arg(long, conflicts_with_all = ["id", "rule"])]
    pub list: bool,
}

#[derive(Debug, Args)]
pub(super) struct Drop {
    /// Id of an article, or the beginning of it
    pub id: String,
    /// Numbers of blocks, as `boji explain ID` shows them
    #[arg(value_name = "BLOCK", required = true)]
    pub blocks: Vec<usize>,
    /// Take the decision back
    #[arg(long)]
    pub undo: bool,
}

#[derive(Debug, Args)]
pub(super) struct Rule {
    #[command(subcommand)]
    pub command: RuleCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum RuleCommand {
    /// List the rules in force, shipped ones and your own
    List,
    /// Show what the rule of its site finds in a page, and what would be found without it
    Test(RuleTest),
}

#[derive(Debug, Args)]
pub(super) struct RuleTest {
    /// Address of a page, or a file; `-` reads stdin
    #[arg(value_name = "URL|FILE")]
    pub what: String,
    /// Address of the page in the file [default: the one that the page claims]
    #[arg(long, default_value = "", hide_default_value = true)]
    pub url: String,
    /// Try this rule, which need not be installed
    #[arg(long, value_name = "FILE")]
    pub rule: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Files and folders: saved pages, Markdown, WARC, WACZ, HAR, ZIP, JSON lines of pages or texts, lists of articles or
    /// addresses (also CSV and XLSX), OPML; all but ZIP and WACZ also packed by gzip or zstd
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Id of the source that the articles belong to [default: the name of the folder or file]
    #[arg(long, value_name = "NAME")]
    pub source: Option<String>,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<usize>,
}

#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The recording
    pub recording: PathBuf,
    /// Compare what comes of it, row by row, with a data folder, a database or a text of `--dump`; 1 when they differ.
    /// Nothing is kept
    #[arg(long, value_name = "STORE")]
    pub compare: Option<PathBuf>,
    /// Write what comes of it to a text file, one line a row; `-` is stdout. Nothing is kept
    #[arg(long, value_name = "FILE")]
    pub dump: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Clean {
    /// An HTML or Markdown file, or the address of a page, of which nothing is kept; `-` reads stdin
    #[arg(value_name = "FILE|URL|-")]
    pub what: PathBuf,
    /// Address of the page in a file, for relative links
    #[arg(long, default_value = "", hide_default_value = true)]
    pub url: String,
    /// Print every block with its verdict and rule instead
    #[arg(long)]
    pub explain: bool,
}

#[derive(Debug, Args)]
#[command(
    after_help = "A line in: {\"id\": 1, \"html\": \"<html>…\", \"url\": \"https://…\"}; in place of html: markdown (an archive), or path (a \
                        file that boji reads); url and fetched (RFC 3339) may be left out.\n\
                        A line out: the record (id, text, title, author, date, …) with the id of its question and its state (article, deleted, …), or \
                        {\"id\": \"1\", \"line\": 1, \"error\": \"…\"}. Same order; docs/data-engineer.md has all of the protocol."
)]
pub(super) struct Filter {
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", value_parser = jobs)]
    pub jobs: Option<usize>,
    /// Add `ms`: how long each page took, reading and JSON excluded
    #[arg(long)]
    pub timing: bool,
    /// Add `markdown`
    #[arg(long)]
    pub markdown: bool,
    /// Add `blocks`: every block with its verdict and rule
    #[arg(long)]
    pub explain: bool,
}

#[derive(Debug, Args)]
pub(super) struct Generate {
    #[command(subcommand)]
    pub what: Generated,
}

#[derive(Debug, Subcommand)]
pub(super) enum Generated {
    /// Write completions to stdout
    Completions {
        /// The shell that is to complete
        shell: clap_complete::Shell,
    },
    /// Write the manual page of boji to stdout, or a page for each command into a folder
    Man {
        /// Folder for the pages, which is made when it is not there
        #[arg(long, value_name = "DIR")]
        to: Option<PathBuf>,
    },
}

/// Most threads that a person may ask for: more than any machine has use for, and fewer than a system refuses.
const MOST_JOBS: usize = 512;

fn jobs(text: &str) -> Result<usize, String> {
    let jobs = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (1..=MOST_JOBS).contains(&jobs) { Ok(jobs) } else { Err(format!("there may be 1 to {MOST_JOBS} threads")) }
}

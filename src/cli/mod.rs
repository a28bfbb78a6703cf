//! One file a command; arguments, output, exit codes, logging. It must not know SQL.

mod add;
mod arguments;
mod article_arguments;
mod backfill;
mod clean;
mod config_show;
mod counted;
mod daemon;
mod demo;
mod diff;
mod doctor;
mod duplicates;
mod exit;
mod explain;
mod export;
mod export_arguments;
mod failure;
mod filter;
mod find;
mod generate;
mod help;
mod hide;
mod hooks;
mod import;
mod index;
mod init;
mod input;
mod limits;
mod list;
mod mistake;
mod notify;
mod one_page;
mod open_browser;
mod output;
mod profile;
mod progress;
mod reclean;
mod remove;
mod replay;
mod report;
mod restore;
mod retry;
mod revert;
mod rule;
mod run;
mod search;
mod serve;
mod set;
mod show;
mod signals;
mod source_arguments;
mod source_changes;
mod stats;
mod status;
mod store_arguments;
mod upkeep;
mod verify;
mod watchdog;
mod web_address;
mod why;
mod workplace;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use clap::ColorChoice;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

use arguments::{Arguments, Command, LogFormat};
use exit::Exit;
use output::{Loudness, Output};

/// Runs the command line and gives the exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let written: Vec<OsString> = arguments.into_iter().collect();
    // What cannot be parsed says so all the same.
    let wants_json = written.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    let arguments = match help::parse(written) {
        Ok(arguments) => arguments,
        Err(error) if wants_json && error.use_stderr() => {
            let text = error.render().to_string();
            let text = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ").trim();
            Output::new(Loudness::Normal, true, false)
                .error(text, Some("`boji help` shows the commands and their arguments"));
            return Exit::Usage.into();
        }
        Err(error) => {
            // Help and version are answers, not errors; clap prints each to its own stream.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage.into() } else { Exit::Done.into() };
        }
    };
    let loudness = match (arguments.quiet, arguments.verbose) {
        (0, 0) => Loudness::Normal,
        (0, _) => Loudness::Verbose,
        (1, _) => Loudness::Quiet,
        (_, _) => Loudness::Silent,
    };
    let output = Output::new(loudness, arguments.json, wants_color(arguments.color));
    start_log(arguments.verbose, arguments.log_format, output.color());
    match dispatch(&arguments, output) {
        Ok(exit) => exit.into(),
        Err(error) => failure::report(&error, output).into(),
    }
}

/// Whether stderr gets colours: as the person says, else where it is a terminal and NO_COLOR is not set.
fn wants_color(choice: ColorChoice) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => workplace::environment("NO_COLOR").is_none() && std::io::stderr().is_terminal(),
    }
}

fn dispatch(arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Demo(command) => demo::run(command, arguments, output),
        Command::Init(command) => init::run(command, arguments, output),
        Command::Add(command) => add::run(command, arguments, output),
        Command::Set(command) => set::run(command, arguments, output),
        Command::Backfill(command) => backfill::run(command, arguments, output),
        Command::Remove(command) => remove::run(command, arguments, output),
        Command::Run(command) => run::run(command, arguments, output),
        Command::Daemon => daemon::run(arguments, output),
        Command::Status(command) => status::run(command, arguments, output),
        Command::Doctor(command) => doctor::run(command, arguments, output),
        Command::Config(command) => config_show::run(command, arguments, output),
        Command::List(command) => list::run(command, arguments, output),
        Command::Search(command) => search::run(command, arguments, output),
        Command::Why(command) => why::run(command, arguments, output),
        Command::Show(command) => show::run(command, arguments, output),
        Command::Diff(command) => diff::run(command, arguments, output),
        Command::Retry(command) => retry::run(command, arguments, output),
        Command::Revert(command) => revert::run(command, arguments, output),
        Command::Explain(command) => explain::run(command, arguments, output),
        Command::Duplicates(command) => duplicates::run(command, arguments, output),
        Command::Profile(command) => profile::run(command, arguments, output),
        Command::Reclean(command) => reclean::run(command, arguments, output),
        Command::Restore(command) => restore::run(command, arguments, output),
        Command::Drop(command) => restore::take_out(command, arguments, output),
        Command::Hide(command) => hide::hide(command, arguments, output),
        Command::Unhide(command) => hide::unhide(command, arguments, output),
        Command::Forget(command) => hide::forget(command, arguments, output),
        Command::Rule(command) => rule::run(command, arguments, output),
        Command::Backup(command) => upkeep::backup(command, arguments, output),
        Command::Prune(command) => upkeep::prune(command, arguments, output),
        Command::Vacuum(command) => upkeep::vacuum(command, arguments, output),
        Command::Serve(command) => serve::run(command, arguments, output),
        Command::Export(command) => export::run(command, arguments, output),
        Command::Verify(command) => verify::run(command, output),
        Command::Stats(command) => stats::run(command, arguments, output),
        Command::Index(command) => index::run(command, arguments, output),
        Command::Import(command) => import::run(command, arguments, output),
        Command::Replay(command) => replay::run(command, arguments, output),
        Command::Clean(command) => clean::run(command, arguments, output),
        Command::Filter(command) => filter::run(command, &filter_rules(arguments)?, output),
        Command::Generate(command) => generate::run(command, output),
    }
}

/// A filter needs no configuration folder: only one that was named counts.
fn filter_rules(arguments: &Arguments) -> anyhow::Result<boji_clean::rules::Rules> {
    if arguments.config.is_some() { workplace::rules(arguments) } else { Ok(boji_clean::rules::Rules::shipped()) }
}

/// The log of decisions on stderr: off unless asked for, by `-v` or by BOJI_LOG.
fn start_log(verbose: u8, format: LogFormat, color: bool) {
    let wanted = workplace::environment("BOJI_LOG");
    let level = match verbose {
        0 => "off",
        1 => "boji=info",
        2 => "boji=debug",
        _ => "debug",
    };
    // What cannot be read as a filter turns the log off.
    let filter: Targets = wanted.as_deref().unwrap_or(level).parse().unwrap_or_default();
    let log = fmt::layer().with_writer(std::io::stderr).with_target(false).with_ansi(color);
    let log = match format {
        LogFormat::Text => log.compact().boxed(),
        LogFormat::Json => log.json().flatten_event(true).boxed(),
    };
    // A second start, as in tests of the library, keeps the first.
    let _ = tracing_subscriber::registry().with(log.with_filter(filter)).try_init();
}

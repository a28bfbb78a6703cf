//! `boji rule`: the rules of single sites, listed and tried.

mod list;
mod test;

use super::arguments::{self, Arguments, RuleCommand};
use super::exit::Exit;
use super::output::Output;

/// Lists the site rules, or tries one on a page.
pub(super) fn run(command: &arguments::Rule, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    match &command.command {
        RuleCommand::List => list::run(arguments, output),
        RuleCommand::Test(command) => test::run(command, arguments, output),
    }
}

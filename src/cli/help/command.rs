use std::ffi::OsString;
use std::fmt::Write as _;

use clap::{ColorChoice, Command, CommandFactory as _, FromArgMatches as _};

use super::examples::{Example, examples_of};
use super::groups::{Group, groups_of};
use crate::cli::arguments::Arguments;

/// Heading of the options that every command has.
const GLOBAL: &str = "Global options";

/// The arguments as they were written.
///
/// Errors: what makes no sense; also help and version, which are answers.
pub(in crate::cli) fn parse(written: Vec<OsString>) -> Result<Arguments, clap::Error> {
    let mut command = command().color(color_of(&written));
    let mut matches = command.try_get_matches_from_mut(written)?;
    Arguments::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// What is said of colours, looked for before all is parsed: help and mistakes obey it.
fn color_of(written: &[OsString]) -> ColorChoice {
    let words: Vec<&str> = written.iter().take_while(|word| *word != "--").filter_map(|word| word.to_str()).collect();
    let behind = words.iter().position(|word| *word == "--color").and_then(|at| words.get(at + 1).copied());
    let choice = words.iter().find_map(|word| word.strip_prefix("--color=")).or(behind);
    choice.and_then(|choice| choice.parse().ok()).unwrap_or_default()
}

/// The definition of all arguments, with all that its help shows.
pub(in crate::cli) fn command() -> Command {
    let command = with_examples(plain_command(), "");
    let mut built = command.clone();
    built.build();
    let header = *command.get_styles().get_header();
    let literal = *command.get_styles().get_literal();
    let groups = groups_of(&built);
    let names = groups.iter().flat_map(|group| &group.commands).map(|(name, _)| name.len());
    let width = names.max().unwrap_or_default();
    let mut template = "{about}\n\n{usage-heading} {usage}\n\n".to_owned();
    for Group { heading, commands } in &groups {
        // A write to a string cannot fail, here and below.
        let _ = writeln!(template, "{header}{heading}:{header:#}");
        for (name, about) in commands {
            // The padding stands outside of the style, which may underline.
            let padding = " ".repeat(width - name.len());
            let _ = writeln!(template, "  {literal}{name}{literal:#}{padding}  {about}");
        }
        template.push('\n');
    }
    let _ = write!(template, "{header}{GLOBAL}:{header:#}\n{{options}}{{after-help}}");
    command.help_template(template)
}

/// The definition as manual pages take it: the options of every command under their heading, no examples in its texts.
pub(in crate::cli) fn plain_command() -> Command {
    Arguments::command()
        .mut_args(|argument| if argument.is_global_set() { argument.help_heading(GLOBAL) } else { argument })
}

/// Puts examples behind the help of each command below this one. `path` names it as it is typed behind `boji`.
fn with_examples(command: Command, path: &str) -> Command {
    let command = command.mut_subcommands(|below| {
        let path = format!("{path} {}", below.get_name());
        with_examples(below, path.trim_start())
    });
    let examples = examples_of(path);
    if examples.is_empty() {
        return command;
    }
    let header = *command.get_styles().get_header();
    let mut text = command.get_after_help().map(|note| format!("{note}\n\n")).unwrap_or_default();
    let _ = write!(text, "{header}Examples:{header:#}");
    let width = examples.iter().map(|example| example.line.chars().count()).max().unwrap_or_default();
    for Example { line, does } in examples {
        let padding = " ".repeat(width - line.chars().count());
        let _ = write!(text, "\n  {line}{padding}  # {does}");
    }
    command.after_help(text)
}

use std::collections::BTreeMap;
use std::io;

use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, roman};

use crate::cli::exit;
use crate::cli::help::{Group, examples_of, groups_of, plain_command};

/// The page of the program, boji(1).
pub(super) fn main_page() -> io::Result<Vec<u8>> {
    page(&built(), "")
}

/// All pages by the names of their files: that of the program, and one for each command (`boji-rule-test.1`).
pub(super) fn pages() -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut pages = BTreeMap::new();
    let mut left = vec![(built(), String::new())];
    while let Some((command, path)) = left.pop() {
        for below in command.get_subcommands() {
            left.push((below.clone(), format!("{path} {}", below.get_name()).trim_start().to_owned()));
        }
        let name = format!("boji {path}").trim_end().replace(' ', "-");
        pages.insert(format!("{name}.1"), page(&command, &path)?);
    }
    Ok(pages)
}

/// Where boji looks for files. README.md has the same.
const FILES: [(&str, &str); 5] = [
    (
        "~/.local/share/boji/boji.db",
        "The database: pages as they came, articles, verdicts. --data names another folder.",
    ),
    (
        "~/.config/boji/boji.toml",
        "Settings, each with a comment. --config names another folder; before it come the working folder and its config/.",
    ),
    ("~/.config/boji/sources.toml", "Sources, beside those that `boji add` keeps in the database."),
    ("~/.config/boji/sites/*.toml", "Rules of your own for single sites."),
    ("~/.config/boji/boilerplate/*.toml", "Rules of your own for what is no part of an article."),
];

/// Every variable that is looked at.
const ENVIRONMENT: [(&str, &str); 7] = [
    ("BOJI_DATA", "Folder for everything that boji writes, where --data names none."),
    ("BOJI_CONFIG", "Folder of the configuration, where --config names none."),
    ("BOJI_LOG", "Filter of the log in place of -v, as `boji=debug` or `boji=info,hyper=debug`."),
    ("NO_COLOR", "Anything turns colours off, but where --color says otherwise."),
    ("BROWSER", "What --open calls, where it is set."),
    ("XDG_DATA_HOME, XDG_CONFIG_HOME", "Folders in place of ~/.local/share and ~/.config."),
    ("NOTIFY_SOCKET, WATCHDOG_USEC", "Set by systemd: `boji daemon` tells it that it is ready and at work."),
];

fn built() -> Command {
    let mut command = named(plain_command().disable_help_subcommand(true));
    command.build();
    command
}

/// Calls what stands below a command a command, as its help does.
fn named(command: Command) -> Command {
    command.subcommand_value_name("COMMAND").subcommand_help_heading("COMMANDS").mut_subcommands(named)
}

fn page(command: &Command, path: &str) -> io::Result<Vec<u8>> {
    let man = Man::new(command.clone()).manual("boji").source(concat!("boji ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    man.render_title(&mut out)?;
    man.render_name_section(&mut out)?;
    man.render_synopsis_section(&mut out)?;
    man.render_description_section(&mut out)?;
    let mut roff = Roff::new();
    if let Some(note) = command.get_after_help() {
        for line in note.to_string().lines() {
            roff.control("PP", []);
            roff.text(marked(line));
        }
    }
    if path.is_empty() {
        commands(&groups_of(command), &mut roff);
    } else if command.has_subcommands() {
        man.render_subcommands_section(&mut out)?;
    }
    roff.to_writer(&mut out)?;
    man.render_options_section(&mut out)?;
    let mut roff = Roff::new();
    examples(path, &mut roff);
    if path.is_empty() {
        roff.control("SH", ["EXIT STATUS"]);
        for (code, meaning) in exit::MEANINGS {
            entry(vec![bold(code)], meaning, &mut roff);
        }
        for (heading, entries) in [("ENVIRONMENT", &ENVIRONMENT[..]), ("FILES", &FILES[..])] {
            roff.control("SH", [heading]);
            for (name, text) in entries {
                entry(vec![bold(*name)], text, &mut roff);
            }
        }
    } else {
        roff.control("SH", ["SEE ALSO"]);
        roff.text([bold("boji"), roman("(1), which tells of exit codes, files and environment")]);
    }
    roff.to_writer(&mut out)?;
    Ok(out)
}

fn commands(groups: &[Group], roff: &mut Roff) {
    roff.control("SH", ["COMMANDS"]);
    for Group { heading, commands } in groups {
        roff.control("SS", [*heading]);
        for (name, about) in commands {
            entry(vec![bold(format!("boji-{name}")), roman("(1)")], about, roff);
        }
    }
}

fn examples(path: &str, roff: &mut Roff) {
    let examples = examples_of(path);
    if examples.is_empty() {
        return;
    }
    roff.control("SH", ["EXAMPLES"]);
    for example in examples {
        entry(vec![bold(example.line)], example.does, roff);
    }
}

/// A name and, set in below it, what is said of it.
fn entry(name: Vec<Inline>, text: &str, roff: &mut Roff) {
    roff.control("TP", []);
    roff.text(name);
    roff.text(marked(text));
}

/// A line in which bold stands for backquotes, which a page has no use for.
fn marked(line: &str) -> Vec<Inline> {
    let parts = line.split('`').enumerate();
    parts.map(|(at, part)| if at % 2 == 1 { bold(part) } else { roman(part) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_a_page_and_the_main_page_tells_codes_files_and_environment() {
        let pages = pages().unwrap();
        for name in ["boji.1", "boji-add.1", "boji-rule.1", "boji-rule-test.1", "boji-generate-man.1"] {
            assert!(pages.contains_key(name), "{name} of {:?}", pages.keys());
        }
        let main = String::from_utf8(main_page().unwrap()).unwrap();
        assert_eq!(pages["boji.1"], main.as_bytes());
        for word in
            [".SH \"EXIT STATUS\"", ".SH ENVIRONMENT", ".SH FILES", "BOJI_DATA", "boji.toml", "\\fBboji\\-add\\fR(1)"]
        {
            assert!(main.contains(word), "{word}: {main}");
        }
        for (name, page) in &pages {
            let page = String::from_utf8(page.clone()).unwrap();
            assert!(!page.contains('\u{1b}'), "{name}");
            assert_eq!(
                page.contains(".SH EXAMPLES"),
                name != "boji.1" && !NO_EXAMPLES.contains(&name.as_str()),
                "{name}"
            );
        }
    }

    /// Pages of commands that only hold others.
    const NO_EXAMPLES: [&str; 3] = ["boji-config.1", "boji-rule.1", "boji-generate.1"];
}

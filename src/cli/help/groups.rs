use clap::Command;

/// Commands that are for one thing.
#[derive(Debug)]
pub(in crate::cli) struct Group {
    /// What they are for.
    pub heading: &'static str,
    /// Name of each, and what it does.
    pub commands: Vec<(String, String)>,
}

/// The commands of a built definition in groups, in the order of the table. What the table does not name makes the last group, so
/// that no command is ever left out.
pub(in crate::cli) fn groups_of(built: &Command) -> Vec<Group> {
    let mut left: Vec<&Command> = built.get_subcommands().filter(|command| !command.is_hide_set()).collect();
    let mut groups = Vec::new();
    for (heading, names) in GROUPS {
        let (here, others) = left.into_iter().partition(|command| names.contains(&command.get_name()));
        left = others;
        groups.push(Group { heading, commands: described(here) });
    }
    groups.push(Group { heading: OTHERS, commands: described(left) });
    groups.retain(|group| !group.commands.is_empty());
    groups
}

/// Of commands that stand in no group.
const OTHERS: &str = "Others";

/// What commands are for, as `docs/commands.md` has them; within a group they stand in the order of their definition.
const GROUPS: [(&str, &[&str]); 8] = [
    (
        "Fetch and take in",
        &["demo", "init", "add", "set", "backfill", "remove", "run", "daemon", "retry", "import", "replay"],
    ),
    ("See how it stands", &["status", "list", "search", "why", "show", "diff", "duplicates", "stats", "serve"]),
    ("Judge what was taken out", &["revert", "explain", "profile", "reclean", "restore", "drop", "rule"]),
    ("Keep something out", &["hide", "unhide", "forget"]),
    ("Hand it on", &["export", "verify"]),
    ("Look after it", &["doctor", "config", "index", "backup", "prune", "vacuum"]),
    ("Clean without a store", &["clean", "filter"]),
    ("Help", &["generate", "help"]),
];

fn described(commands: Vec<&Command>) -> Vec<(String, String)> {
    let about = |command: &Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    commands.into_iter().map(|command| (command.get_name().to_owned(), about(command))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::arguments::Arguments;

    fn built() -> Command {
        let mut command = Arguments::command();
        command.build();
        command
    }

    #[test]
    fn every_command_stands_in_one_group_and_every_name_is_a_command() {
        let known: BTreeSet<String> = built().get_subcommands().map(|command| command.get_name().to_owned()).collect();
        let grouped: Vec<&str> = GROUPS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        assert_eq!(grouped.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(), known);
        assert_eq!(grouped.len(), known.len(), "one stands in two groups");
    }

    #[test]
    fn a_command_that_the_table_forgets_is_shown_all_the_same() {
        let mut command = Arguments::command().subcommand(Command::new("winnow").about("Toss it"));
        command.build();
        let last = groups_of(&command).pop().unwrap();
        assert_eq!((last.heading, last.commands), (OTHERS, vec![("winnow".to_owned(), "Toss it".to_owned())]));
        assert!(groups_of(&built()).iter().all(|group| group.heading != OTHERS));
    }
}

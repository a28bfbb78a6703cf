/// A command line that can be typed, and what it does.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Example {
    /// As it is typed into a shell.
    pub line: &'static str,
    /// What it does, as a comment says it.
    pub does: &'static str,
}

/// Examples of a command, which is named as it is typed behind `boji` (`rule test`); none of a command that only holds others.
pub(in crate::cli) fn examples_of(path: &str) -> Vec<Example> {
    let of_command = EXAMPLES.iter().filter(|(command, ..)| *command == path);
    of_command.map(|(_, line, does)| Example { line, does }).collect()
}

/// Command, line, what it does. A test parses every line.
const EXAMPLES: &[(&str, &str, &str)] = &[
    ("demo", "boji demo", "needs no network"),
    ("demo", "boji --data boji-demo list", "what came of it"),
    ("init", "boji init", "for you, in ~/.config and ~/.local/share"),
    ("init", "boji --data here init here", "all of it in one folder"),
    ("add", "boji add https://blog.example/", "finds the feed of a blog"),
    ("add", "boji add https://blog.example/feed --every 6h --tag zh", "a feed, and how often to ask it"),
    ("add", "boji add https://blog.example/2026/mill --as article", "one article, once"),
    ("set", "boji set blog --every 6h", "poll it less often"),
    ("set", "boji set blog --off", "keep it, and never poll it"),
    ("backfill", "boji backfill blog", "ten pages further back"),
    ("backfill", "boji backfill blog --pages 100", "more of it at once"),
    ("remove", "boji remove blog", "its articles stay"),
    ("run", "boji run", "what is due"),
    ("run", "boji run blog --limit 5", "one source, due or not; five of its pages"),
    ("run", "boji run -q", "as cron calls it"),
    ("daemon", "boji daemon", "until Ctrl-C"),
    ("daemon", "boji daemon -v", "and say what it does"),
    ("status", "boji status", "all in all"),
    ("status", "boji status --check", "only what needs a person; ends with 5 then"),
    ("doctor", "boji doctor", "asks no server"),
    ("doctor", "boji doctor --network", "also asks each source's host"),
    ("config show", "boji config show", "each value, and who set it"),
    ("list", "boji list", "the newest articles, the last one last"),
    ("list", "boji list pages --source blog", "what led to no article, and why"),
    ("list", "boji list --since 2026-01-31 --limit 0 --json", "for a program"),
    ("search", "boji search '水位'", "the best first"),
    ("search", "boji search '簸箕 rust NOT 广告' --account 水线手记", "both words and not the third, of one account"),
    ("why", "boji why https://blog.example/2026/mill", "a page"),
    ("why", "boji why blog", "a source"),
    ("show", "boji show fe35", "Markdown"),
    ("show", "boji show fe35 --as raw", "the page as it came"),
    ("diff", "boji diff fe35", "what its last revision changed"),
    ("diff", "boji diff fe35 1 3", "between any two"),
    ("retry", "boji retry blog", "all of its pages that wait or were given up"),
    ("retry", "boji retry https://blog.example/2026/mill", "one page"),
    ("revert", "boji revert fe35", "the revision before the one that stands"),
    ("revert", "boji revert fe35 --to 1", "the first"),
    ("explain", "boji explain fe35 --removed", "what was taken out, and by which rule"),
    ("explain", "boji explain https://blog.example/2026/mill", "a page that need not be stored"),
    ("duplicates", "boji duplicates", "what repeats what"),
    ("duplicates", "boji duplicates fe35", "all that is like this one"),
    ("profile", "boji profile", "all accounts"),
    ("profile", "boji profile 水线手记", "one"),
    ("reclean", "boji reclean --dry-run --diff", "what would change"),
    ("reclean", "boji reclean", "change it"),
    ("restore", "boji restore fe35 3", "its block 3 is content"),
    ("restore", "boji restore --rule zh.follow --account 水线手记", "what these rules take is content there"),
    ("restore", "boji restore --list", "all that was decided"),
    ("drop", "boji drop fe35 4", "its block 4 is boilerplate"),
    ("drop", "boji drop fe35 4 --undo", "it is not, after all"),
    ("hide", "boji hide fe35 --reason 'an announcement'", "one article"),
    ("hide", "boji hide --source blog --reason 'all adverts'", "what comes from there, later too"),
    ("unhide", "boji unhide fe35", "one article"),
    ("unhide", "boji unhide --source blog", "all of a source"),
    ("forget", "boji forget fe35 --reason 'its author asked'", "asks first"),
    ("forget", "boji forget fe35 --undo", "it may come again"),
    ("rule list", "boji rule list", "shipped ones and your own"),
    ("rule test", "boji rule test https://blog.example/2026/mill", "with and without the rule of its site"),
    ("rule test", "boji rule test page.html --rule blog.example.toml", "a rule that is not installed yet"),
    ("index", "boji index", "how much it holds"),
    ("index", "boji index rebuild", "make it anew"),
    ("backup", "boji backup /mnt/other/boji.db", "runs may go on meanwhile"),
    ("prune", "boji prune", "how many there are"),
    ("prune", "boji prune --older-than 90d --yes", "take the older ones away"),
    ("vacuum", "boji vacuum", "after much was taken away"),
    ("vacuum", "boji vacuum --repack", "smaller still, and slower"),
    ("stats", "boji stats", "as text"),
    ("stats", "boji stats --html corpus.html", "with plots"),
    ("serve", "boji serve --open", "Ctrl-C ends it"),
    ("serve", "boji serve --write", "blocks and rules can be judged there"),
    ("export", "boji export --to corpus", "JSON lines, a card and a manifest"),
    ("export", "boji export --to data --format parquet --no-near-duplicates", "for loaders of datasets"),
    ("export", "boji export --to series --since-last nightly", "only what is new or changed"),
    ("verify", "boji verify corpus", "ends with 5 when it is not what it was"),
    ("import", "boji import saved-pages/ notes.md", "whole folders and files"),
    ("import", "boji import crawl.warc.gz --source crawl", "the pages of an archive"),
    ("import", "boji import links.txt", "addresses, which `boji run` then fetches"),
    ("replay", "boji --data one replay day.warc.gz", "into a store of its own"),
    ("replay", "boji replay day.warc.gz --compare one", "1 when something else comes of it"),
    ("clean", "boji clean page.html", "Markdown"),
    ("clean", "boji clean https://blog.example/2026/mill --explain", "each block with its verdict"),
    ("filter", "boji filter < pages.jsonl > articles.jsonl", "a thread a core"),
    ("filter", "zstdcat pages.jsonl.zst | boji filter --jobs 2 --markdown", "from a pipe, with `markdown`"),
    (
        "generate completions",
        "boji generate completions bash > ~/.local/share/bash-completion/completions/boji",
        "bash",
    ),
    ("generate completions", "boji generate completions fish > ~/.config/fish/completions/boji.fish", "fish"),
    ("generate man", "boji generate man | man -l -", "read the main page"),
    ("generate man", "boji generate man --to ~/.local/share/man/man1", "all pages, for `man boji-add`"),
];

#[cfg(test)]
mod tests {
    use clap::Command;

    use super::*;
    use crate::cli::help::command::{command, parse};

    /// Most examples of a command.
    const MOST: usize = 3;

    /// The words as a shell would pass them on: of a pipe the part that is boji, without redirections and quotes.
    fn words(line: &str) -> Vec<String> {
        let line = line.split(" | ").find(|part| part.starts_with("boji ")).expect("a call of boji");
        let line = line.split(['<', '>']).next().unwrap_or_default();
        let unquoted = |(at, part): (usize, &str)| match at % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        };
        line.split('\'').enumerate().flat_map(unquoted).collect()
    }

    /// All commands that do something, as they are typed behind `boji`.
    fn paths(command: &Command, path: &str) -> Vec<String> {
        let below =
            command.get_subcommands().flat_map(|below| paths(below, format!("{path} {}", below.get_name()).trim()));
        let below: Vec<String> = below.collect();
        if below.is_empty() { vec![path.to_owned()] } else { below }
    }

    #[test]
    fn every_example_is_understood_and_stands_with_its_command() {
        for (path, line, _) in EXAMPLES {
            let words = words(line);
            parse(words.iter().map(Into::into).collect()).unwrap_or_else(|error| panic!("{line}: {error}"));
            let typed = words[1..].join(" ").replace("--data boji-demo ", "");
            let typed = typed.replace("--data one ", "").replace("--data here ", "");
            assert!(typed.starts_with(path) || typed == "list", "{path}: {line}");
        }
    }

    #[test]
    fn every_command_has_an_example_and_three_at_most() {
        let known = paths(&command(), "");
        for path in &known {
            let count = examples_of(path).len();
            assert!((1..=MOST).contains(&count), "{path}: {count}");
        }
        let stray = EXAMPLES.iter().find(|(path, ..)| !known.iter().any(|known| known == path));
        assert!(stray.is_none(), "{stray:?}");
    }
}

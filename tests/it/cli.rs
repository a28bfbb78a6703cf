//! The commands as a new user meets them.

use std::fs;

use serde_json::{Value, json};

use crate::command::{Ended, Place, articles, assert_told, blog_page, ids, stocked};

#[test]
fn help_tells_the_commands() {
    let place = Place::new();
    let ended = place.boji(&["--help"]).with_code(0);
    insta::assert_snapshot!(ended.out, @r#"
        Fetch WeChat and blog articles on a schedule, winnow the boilerplate from them, export a cleaned
        corpus

        Usage: boji [OPTIONS] <COMMAND>

        Fetch and take in:
          demo        Play a recorded day into ./boji-demo, export it and show what happened
          init        Make a configuration and a database, and say what to do next
          add         Add sources: a feed, a blog's home page, a WeChat album or article
          set         Change a source: how often it is polled, its name, its tags, its address
          backfill    Ask a source for the older entries that it shows no more
          remove      Forget a source; its articles stay
          run         Fetch what is due, clean it and store it; then end (this is what cron calls)
          daemon      Do the same for ever, as a service: a pass whenever something is due
          retry       Ask again for pages that wait, were given up or are stored, whatever their turn
          import      Take in saved pages, WARC, HAR, ZIP, JSONL, lists of articles and addresses
          replay      Run from a recording, without the network

        See how it stands:
          status      Show what is due, what failed, and how much there is
          list        List articles, sources, pages that led to no article, or hosts
          search      Search the articles
          why         Say why something came or did not: a page, an article, a source
          show        Print an article
          diff        Show what changed between two revisions of an article
          duplicates  List articles that repeat others, nearly or exactly, and which stands for them
          stats       Count what the corpus holds, and show it as text, JSON or a page with plots
          serve       Look at articles, what was taken out of them, sources and figures in a browser

        Judge what was taken out:
          revert      Let an earlier revision of an article stand again, or one that is held back
          explain     Say where each block and field of an article came from and which rule took what
          profile     Show what was learned of the accounts from their own articles
          reclean     Clean stored articles again, by the rules and what was learned since
          restore     Call a removed block, or all that a rule takes, content; it stays so
          drop        Call a block of an article boilerplate; it stays so
          rule        List the rules of single sites, or try one on a page

        Keep something out:
          hide        Keep articles out of lists, searches and exports, with a reason
          unhide      Show hidden articles again
          forget      Take an article away for ever, with its captures; it does not come again

        Hand it on:
          export      Write the cleaned corpus
          verify      Compare an export with its manifest

        Look after it:
          doctor      Look at everything that could be ill: settings, rules, folders, disk, database, clock
          config      Show every setting in force and where it comes from
          index       Show, rebuild or switch off the search index
          backup      Write a checked copy of the store while others may write to it
          prune       Take away captures and pictures of no article, or tell how many there are
          vacuum      Give what is free in the database's file back to the disk

        Clean without a store:
          clean       Clean one file or page and print its Markdown
          filter      Clean pages by the million: JSON lines in, JSON lines out

        Help:
          generate    Write completions for a shell, or manual pages
          help        Print this message or the help of the given subcommand(s)

        Global options:
              --data <DIR>           Folder for everything that boji writes [default: the XDG data folder]
                                     [env: BOJI_DATA=]
              --config <DIR>         Folder with boji.toml, sources.toml and rules of your own [default: the
                                     working folder or its config/ with a boji.toml, else the XDG config
                                     folder] [env: BOJI_CONFIG=]
              --wait <TIME>          Wait so long (30s, 5m, 6h) while another boji writes to the data folder
          -q, --quiet...             Print nothing but data and what needs a person; -qq not that either,
                                     only the exit code tells
          -v, --verbose...           Say why: -v of each source, -vv of each request, page and article, -vvv
                                     the libraries too
              --log-format <FORMAT>  How the log of -v is written: text, or json with one object a line
                                     [default: text]
              --color <WHEN>         Whether colours are used: auto, always, never [default: auto]
              --json                 Report as JSON on stdout
          -h, --help                 Print help
          -V, --version              Print version

        Start with `boji demo`: a recorded day, played through the same code as `boji run`.
    "#);
    assert_eq!(ended.err, "");
    assert_eq!(place.boji(&["help"]).with_code(0).out, ended.out);
    // Without a command the help is an answer to a mistake.
    let bare = place.boji(&[]).with_code(2);
    assert_eq!((bare.out.as_str(), bare.err.as_str()), ("", ended.out.as_str()));
}

#[test]
fn every_command_has_help_without_doing_anything() {
    let place = Place::new();
    for command in [
        "demo",
        "init",
        "add",
        "set",
        "backfill",
        "remove",
        "run",
        "daemon",
        "status",
        "doctor",
        "config",
        "list",
        "why",
        "show",
        "explain",
        "stats",
        "export",
        "import",
        "replay",
        "clean",
        "filter",
        "generate",
        "profile",
        "reclean",
        "restore",
        "duplicates",
    ] {
        let ended = place.boji(&[command, "--help"]).with_code(0);
        assert!(ended.out.contains(&format!("Usage: boji {command}")) && ended.err.is_empty(), "{command}");
    }
    let names: Vec<_> =
        fs::read_dir(place.path("")).expect("a folder").map(|entry| entry.expect("one").file_name()).collect();
    assert_eq!(names, ["home"]);
}

#[test]
fn the_version_is_the_crates() {
    let ended = Place::new().boji(&["--version"]).with_code(0);
    assert_eq!(ended.out, format!("boji {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn init_writes_once_and_keeps_what_is_there() {
    let place = Place::new();
    let first = place.boji(&["init"]).with_code(0);
    assert!(first.err.contains("wrote") && first.err.contains("boji.db") && first.err.contains("boji add URL"));
    let settings = place.path("home/.config/boji/boji.toml");
    assert!(place.path("home/.config/boji/sources.toml").is_file());
    fs::write(&settings, "# mine\n").expect("written");
    let second = place.boji(&["init", "--json"]).with_code(0).json();
    assert_eq!(second[0]["kept"].as_array().map(Vec::len), Some(2));
    assert_eq!(second[0]["wrote"], json!([]));
    assert_eq!(fs::read_to_string(&settings).expect("readable"), "# mine\n");
    assert_eq!(place.boji(&["run"]).with_code(0).out, "");
    assert_eq!(place.boji(&["init", "-q"]).with_code(0).err, "");
}

#[test]
fn what_init_writes_is_valid_and_its_advice_fits_the_folders() {
    let place = Place::new();
    let ended = place.boji(&["--data", "d", "init", "conf"]).with_code(0);
    assert!(ended.err.contains("boji --data d --config conf run"), "{}", ended.err);
    assert!(place.path("d/boji.db").is_file() && place.path("conf/boji.toml").is_file());
    assert!(!place.path("home/.config").exists() && !place.path("home/.local").exists());
    place.boji(&["--data", "d", "--config", "conf", "run"]).with_code(0);
    // The working folder is found by itself.
    assert!(place.boji(&["init", "."]).with_code(0).err.contains("boji run"));
}

#[test]
fn without_a_database_there_is_a_way_out() {
    let place = Place::new();
    for command in
        [&["list"][..], &["status"], &["show", "ab"], &["explain", "ab"], &["stats"], &["export", "--to", "out"]]
    {
        let ended = place.boji(command);
        assert_told(&ended, 10, "there is no database at");
        assert!(ended.err.contains("boji init"), "{}", ended.err);
    }
    assert!(!place.path("out").exists() && !place.path("home/.local").exists());
}

#[test]
fn wrong_usage_is_told_and_changes_nothing() {
    let place = stocked();
    let cases: [(&[&str], &str); 14] = [
        (&["nonsense"], "unrecognized subcommand"),
        (&["list", "--kind", "foo"], "[possible values: article, reprint"),
        (&["list", "--since", "soon"], "2026-01-31"),
        (&["list", "--source", "nosuch"], "there is no source nosuch"),
        (&["export", "--to", "out", "--source", "nosuch"], "there is no source nosuch"),
        (&["export"], "--to"),
        (&["run", "nosuch"], "there is no source nosuch"),
        (&["import"], "PATH"),
        (&["import", "nosuch"], "there is no file or folder nosuch"),
        (&["add", "--id", "a", "https://b.example", "https://c.example"], "--id goes with one address"),
        (&["add", "https://b.example", "--every", "1s"], "`1s` is no interval"),
        (&["add", "https://b.example", "--cron", "* *"], "--cron * *"),
        (&["add", " "], "no address"),
        (&["add", "album"], "album is a file or folder"),
    ];
    for (arguments, words) in cases {
        assert_told(&place.boji(arguments), 2, words);
    }
    for (arguments, words) in
        [(&["clean", "nosuch.html"][..], "failed to open nosuch.html"), (&["replay", "nosuch.warc"], "nosuch.warc")]
    {
        assert_told(&place.boji(arguments), 1, words);
    }
    assert_eq!(articles(&place, &[]).len(), 3);
}

#[test]
fn what_names_nothing_or_more_than_one_thing_is_wrong_usage_with_every_command() {
    let place = Place::new();
    for number in 1..=17 {
        place.write(&format!("blog/{number}.html"), blog_page(&format!("Year {number}"), 3));
    }
    place.boji(&["import", "blog", "-q"]).with_code(0);
    let ids = ids(&place);
    let first = |id: &str| id.chars().take(1).collect::<String>();
    // Of seventeen ids two begin alike.
    let several =
        ids.iter().map(|id| first(id)).find(|one| ids.iter().filter(|id| id.starts_with(one.as_str())).count() > 1);
    let several = several.expect("more ids than digits");
    // What stands before the id, and what behind it.
    let commands: [(&[&str], &[&str]); 14] = [
        (&["show"], &[]),
        (&["show", "--revision", "1"], &[]),
        (&["explain"], &[]),
        (&["diff"], &[]),
        (&["revert"], &[]),
        (&["restore"], &[]),
        (&["drop"], &["0"]),
        (&["reclean"], &[]),
        (&["duplicates"], &[]),
        (&["retry"], &[]),
        (&["why"], &[]),
        (&["hide", "--reason", "x"], &[]),
        (&["unhide"], &[]),
        (&["forget", "--yes", "--reason", "x"], &[]),
    ];
    for (before, behind) in commands {
        for (what, words) in [
            ("nosuch", "nosuch"),
            ("ffffffffffff", "ffffffffffff"),
            ("", "an empty text is the name of no "),
            (&several, " articles"),
        ] {
            assert_told(&place.boji(&[before, &[what], behind].concat()), 2, words);
        }
    }
    for command in [&["explain", "no/such.html"][..], &["retry", "https://nowhere.example/"], &["forget", "--undo", ""]]
    {
        assert_eq!(place.boji(command).code, Some(2), "{command:?}");
    }
    assert_eq!(articles(&place, &[]).len(), 17);
}

#[test]
fn an_error_is_json_where_json_is_wanted() {
    let ended = Place::new().boji(&["list", "--json"]).with_code(10);
    let told: Value = serde_json::from_str(&ended.err).expect("JSON");
    assert!(told["error"].as_str().is_some_and(|text| text.contains("no database")));
    assert!(told["hint"].as_str().is_some_and(|text| text.contains("boji init")));
    assert_eq!(ended.out, "");
    let wrong = Place::new().boji(&["list", "--json", "--nonsense"]).with_code(2);
    let told: Value = serde_json::from_str(&wrong.err).expect("JSON");
    assert_eq!(told["error"], "unexpected argument '--nonsense' found");
}

#[test]
fn quiet_commands_say_nothing_and_nothing_is_coloured() {
    let place = stocked();
    for command in [&["init", "-q"][..], &["import", "album", "-q"], &["export", "--to", "out", "-q"], &["run", "-q"]] {
        let ended = place.boji(command).with_code(0);
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""), "{command:?}");
    }
    let plain = place.boji(&["show", "fff"]).with_code(2).err;
    assert!(!plain.contains('\u{1b}'));
    let mut command = place.command(&["show", "fff"]);
    assert_eq!(Ended::of(command.env("NO_COLOR", "1").output().expect("started")).err, plain);
}

#[test]
fn colours_come_and_go_as_a_person_says() {
    let place = stocked();
    let told = |arguments: &[&str]| {
        let mut command = place.command(&[arguments, &["show", "fff"]].concat());
        Ended::of(command.env("NO_COLOR", "1").output().expect("started")).with_code(2).err
    };
    assert!(told(&["--color", "always"]).contains('\u{1b}'));
    assert!(!told(&["--color=never"]).contains('\u{1b}') && !told(&[]).contains('\u{1b}'));
    let help = place.boji(&["--color=always", "--help"]).with_code(0).out;
    assert!(help.contains('\u{1b}'), "help obeys it too");
    place.boji(&["--color", "pink", "list"]).with_code(2);
}

#[test]
fn twice_quiet_the_exit_code_alone_tells_but_of_wrong_usage() {
    let empty = Place::new();
    assert_eq!(empty.boji(&["list", "-qq"]).with_code(10).err, "");
    assert_eq!(empty.boji(&["list", "-qq", "--json"]).with_code(10).err, "");
    assert!(empty.boji(&["list", "-q"]).with_code(10).err.contains("no database"));
    assert!(stocked().boji(&["show", "fff", "-qq"]).with_code(2).err.contains("fff"));
    assert!(!stocked().boji(&["list", "-qq"]).with_code(0).out.is_empty(), "data stays");
}

#[test]
fn a_run_without_a_source_says_so() {
    let place = Place::new();
    place.boji(&["init"]).with_code(0);
    assert!(place.boji(&["run"]).with_code(0).err.contains("there is no source yet"));
    assert_eq!(place.boji(&["run", "-q"]).with_code(0).err, "");
}

#[test]
fn completions_and_a_manual_are_written() {
    let place = Place::new();
    for (what, word) in [
        (&["completions", "bash"][..], "complete -F _boji"),
        (&["completions", "zsh"], "#compdef boji"),
        (&["completions", "fish"], "complete -c boji"),
        (&["completions", "powershell"], "Register-ArgumentCompleter"),
        (&["completions", "elvish"], "edit:completion"),
        (&["man"], ".TH boji 1"),
    ] {
        let ended = place.boji(&[&["generate"], what].concat()).with_code(0);
        assert!(ended.out.contains(word), "{what:?}");
        assert_eq!(ended.err, "");
    }
    let pages = place.boji(&["generate", "man", "--to", "share/man1"]).with_code(0);
    assert_eq!(pages.out, "");
    assert!(fs::read_to_string(place.path("share/man1/boji-rule-test.1")).expect("a page").contains("EXAMPLES"));
    assert_eq!(
        fs::read_to_string(place.path("share/man1/boji.1")).expect("a page"),
        place.boji(&["generate", "man"]).out
    );
}

#[test]
fn a_removed_source_is_forgotten_and_its_articles_stay() {
    let place = stocked();
    let before = articles(&place, &[]);
    place.boji(&["remove", "album"]).with_code(0);
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    assert_eq!(sources.iter().map(|source| source["id"].clone()).collect::<Vec<_>>(), [json!("blog")]);
    assert_eq!(articles(&place, &[]), before);
    place.boji(&["status", "--check"]).with_code(0);
    assert_told(&place.boji(&["remove", "album"]), 2, "there is no source album");
    assert_told(&Place::new().boji(&["remove", "album"]), 10, "no database");
}

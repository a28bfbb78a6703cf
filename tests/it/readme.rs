//! What README.md and ARCHITECTURE.md promise is so.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Place;
use crate::place::files;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

/// The command lines of a text: indented lines and the quoted ones in its prose, without comment and redirection.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let mut lines: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("    "))
        .map(str::trim)
        .filter(|line| line.starts_with("boji "))
        .collect();
    lines.extend(text.split('`').filter(|quoted| quoted.starts_with("boji ") && !quoted.contains('\n')));
    lines.extend(text.split('"').filter(|quoted| quoted.starts_with("boji ") && !quoted.contains('\n')));
    lines
        .into_iter()
        .map(|line| {
            let line = line.split(" #").next().unwrap_or_default();
            let line = line.split(['<', '>']).next().unwrap_or_default();
            line.split_whitespace().skip(1).map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn every_command_line_is_understood() {
    let place = Place::new();
    let mut tried = 0;
    for file in ["README.md", "ARCHITECTURE.md"] {
        for line in command_lines(&page(file)) {
            // The placeholder of all commands.
            if line.iter().any(|word| word == "COMMAND") {
                continue;
            }
            // What follows the command word is read before `--help` ends it, so a wrong option is an error here.
            let arguments: Vec<&str> = line.iter().map(String::as_str).chain(["--help"]).collect();
            let ended = place.boji(&arguments);
            assert_eq!(ended.code, Some(0), "{file}: boji {}: {}", line.join(" "), ended.err);
            tried += 1;
        }
    }
    assert!(tried >= 15, "{tried}");
}

#[test]
fn an_unknown_option_would_be_noticed() {
    Place::new().boji(&["export", "--into", "corpus", "--help"]).with_code(2);
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    let source = page("src/cli/exit.rs");
    let mut in_code: Vec<u16> =
        source.lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = ")?.1.parse().ok()).collect();
    let readme = page("README.md");
    let table = readme.split("## Exit codes").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a table");
    let mut in_readme: Vec<u16> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|codes| codes.split(", "))
        .filter_map(|code| code.parse().ok())
        .collect();
    in_code.sort_unstable();
    in_readme.sort_unstable();
    assert!(in_code.len() >= 10);
    assert_eq!(in_code, in_readme);
    assert!(!table.contains("doctor"), "there is no such command");
}

#[test]
fn the_record_is_that_of_the_program() {
    let place = Place::new();
    place.write("page.html", crate::command::blog_page("The Mill", 5));
    let record = place.boji(&["clean", "page.html", "--json"]).with_code(0).json();
    let readme = page("README.md");
    let table = readme.split("## The record").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a table");
    let fields: Vec<&str> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split(" |").next())
        .flat_map(|names| names.split(", "))
        .map(|name| name.trim_matches('`'))
        .collect();
    let object = record[0].as_object().expect("an object");
    assert_eq!(fields.len(), object.len());
    assert!(fields.iter().all(|field| object.contains_key(*field)), "{fields:?}");
}

#[test]
fn the_files_that_are_named_exist() {
    /// Beginnings of paths inside the repository.
    const FOLDERS: [&str; 11] = [
        "config/",
        "fixtures/",
        "src/",
        "tests/",
        "examples/",
        "benches/",
        "crates/",
        "store/",
        "clean/",
        "parse/",
        "rules/",
    ];
    /// Where they may begin.
    const ROOTS: [&str; 4] = ["", "src", "crates/boji-clean", "crates/boji-clean/src"];
    let mut seen = 0;
    for file in ["README.md", "ARCHITECTURE.md"] {
        let text = page(file);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let links = links.filter(|link| !link.starts_with("http") && !link.starts_with('#'));
        let quoted = text.split('`').skip(1).step_by(2);
        let quoted =
            quoted.filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', ' ']));
        for path in links.chain(quoted) {
            let found = ROOTS.iter().any(|folder| root().join(folder).join(path).exists());
            assert!(found, "{file} names {path}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
    assert!(Path::new(&root().join("LICENSE-MIT")).exists());
}

/// Names of the functions in the sources below a folder that stand behind such a word: `fn `, or an attribute.
fn functions(folder: &str, behind: &str) -> BTreeSet<String> {
    let files = files(&root().join(folder)).into_iter();
    let sources = files.filter(|(path, _)| path.extension().is_some_and(|ending| ending == "rs"));
    let names = sources.flat_map(|(_, bytes)| {
        let text = String::from_utf8(bytes).expect("UTF-8");
        let rests = text.split(behind).skip(1);
        let names = rests.map(|rest| rest.split("fn ").nth(usize::from(behind != "fn ")).unwrap_or_default());
        names.map(|rest| rest.split('(').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    });
    names.collect()
}

#[test]
fn the_table_of_manners_names_tests_that_exist_and_forgets_none() {
    let known: BTreeSet<String> =
        ["src", "tests", "crates"].into_iter().flat_map(|folder| functions(folder, "fn ")).collect();
    let table = page("docs/manners.md");
    let mut numbers = Vec::new();
    let mut named = BTreeSet::new();
    for cells in table.lines().map(|row| row.split(" | ").collect::<Vec<_>>()).filter(|cells| cells.len() == 6) {
        let Some(number) = cells[0].strip_prefix("| ").and_then(|number| number.parse::<u32>().ok()) else { continue };
        numbers.push(number);
        let tests: Vec<String> = cells[3].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert!(!tests.is_empty() && tests.iter().all(|test| known.contains(test)), "row {number}: {tests:?}");
        named.extend(tests);
    }
    assert_eq!(numbers, (1..=42).collect::<Vec<_>>());
    let played = functions("tests/it/manners", "#[tokio::test");
    assert!(played.len() > 40, "{played:?}");
    assert_eq!(played.difference(&named).collect::<Vec<_>>(), Vec::<&String>::new());
}

#[test]
fn the_example_of_the_library_is_the_one_that_is_compiled() {
    let example = |name: &str| {
        let text = page(name);
        let lines = text.lines().skip_while(|line| !line.starts_with("    use boji_clean::"));
        let lines = lines.take_while(|line| line.is_empty() || line.starts_with("    "));
        lines.map(str::trim_end).collect::<Vec<_>>().join("\n").trim_end().to_owned()
    };
    let compiled = example("crates/boji-clean/README.md");
    assert!(compiled.contains("Rules::shipped()"), "{compiled}");
    assert_eq!(example("README.md"), compiled);
}

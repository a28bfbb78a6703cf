//! What the pages for people promise is so: README.md in both languages, the chapters of docs/, ARCHITECTURE.md, CONTRIBUTING.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Ended, Place, program};
use crate::place::files;

/// The first page, in each language.
const FIRST_PAGES: [&str; 2] = ["README.md", "README.zh.md"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn page(name: &str) -> String {
    fs::read_to_string(root().join(name)).expect(name)
}

/// The chapters: paths of the files of `docs/`.
fn chapters() -> Vec<String> {
    let names =
        files(&root().join("docs")).into_keys().filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    let chapters: Vec<String> = names.map(|path| format!("docs/{}", path.display())).collect();
    assert!(chapters.len() >= 10, "{chapters:?}");
    chapters
}

/// All pages of which commands and links are tried.
fn pages() -> Vec<String> {
    let first = FIRST_PAGES.into_iter().chain(["ARCHITECTURE.md", "CONTRIBUTING.md"]);
    first.map(str::to_owned).chain(chapters()).collect()
}

/// The commands on lines of their own, as a shell is to have them: those of a crontab without time and folder, all without comment.
fn shown_commands(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| line.starts_with("    ")).map(str::trim);
    let commands = lines.filter_map(|line| match line.split_once("/bin/boji ") {
        Some((before, _)) => line.get(before.len() + "/bin/".len()..),
        None => (line.starts_with("boji ") || line.contains("| boji ")).then_some(line),
    });
    commands.map(|line| line.split(" #").next().unwrap_or_default().trim_end()).collect()
}

/// The arguments of all commands of a text, on lines of their own and quoted in its prose, without redirection.
fn command_lines(text: &str) -> Vec<Vec<String>> {
    let mut lines = shown_commands(text);
    lines.extend(text.split('`').filter(|quoted| quoted.starts_with("boji ") && !quoted.contains('\n')));
    lines.extend(text.split('"').filter(|quoted| quoted.starts_with("boji ") && !quoted.contains('\n')));
    lines
        .into_iter()
        .map(|line| {
            // What a shell puts in is a word of its own.
            let line = match (line.split_once("$("), line.split_once(')')) {
                (Some((before, _)), Some((_, after))) => format!("{before}VALUE{after}"),
                _ => line.to_owned(),
            };
            let line = line.rsplit("| ").next().unwrap_or_default();
            let line = line.split(['<', '>']).next().unwrap_or_default();
            line.split_whitespace().skip(1).map(str::to_owned).collect()
        })
        .collect()
}

#[test]
fn every_command_line_is_understood() {
    let place = Place::new();
    let mut tried = BTreeSet::new();
    for file in pages() {
        for line in command_lines(&page(&file)) {
            // The placeholder of all commands. What another page has too was tried.
            if line.iter().any(|word| word == "COMMAND") || !tried.insert(line.clone()) {
                continue;
            }
            // What follows the command word is read before `--help` ends it, so a wrong option is an error here.
            let arguments: Vec<&str> = line.iter().map(String::as_str).chain(["--help"]).collect();
            let ended = place.boji(&arguments);
            assert_eq!(ended.code, Some(0), "{file}: boji {}: {}", line.join(" "), ended.err);
        }
    }
    assert!(tried.len() >= 100, "{}", tried.len());
}

#[test]
fn what_is_shown_of_the_recorded_day_can_be_done_there() {
    let place = Place::new();
    place.boji(&["demo"]).with_code(0);
    let folder = Path::new(program()).parent().expect("a folder").display().to_string();
    let mut done = BTreeSet::new();
    for file in pages() {
        let text = page(&file);
        // With the commands beside them: one may need what another wrote.
        for block in text.split("\n\n").filter(|block| block.contains(" --data boji-demo ")) {
            for line in shown_commands(block).into_iter().filter(|line| done.insert((*line).to_owned())) {
                let mut shell = place.bare("/bin/sh");
                shell.env("PATH", format!("{folder}:/usr/bin:/bin")).args(["-c", line]);
                let ended = Ended::of(shell.output().expect("started"));
                assert_eq!(ended.code, Some(0), "{file}: {line}: {}", ended.err);
            }
        }
    }
    assert!(done.len() >= 20, "{done:?}");
}

#[test]
fn the_first_page_shows_the_same_commands_in_each_language() {
    let [english, chinese] = FIRST_PAGES.map(page);
    assert_eq!(shown_commands(&english), shown_commands(&chinese));
    assert!(english.contains("](README.zh.md)") && chinese.contains("](README.md)"));
}

#[test]
fn the_recording_of_the_repository_is_replayed_as_the_chapter_shows() {
    let chapter = page("docs/tester.md");
    let commands = shown_commands(&chapter);
    let line = commands.iter().find(|line| line.contains("fixtures/tapes/")).expect("a replay");
    let place = Place::new();
    let data = place.path("one").display().to_string();
    let words = line.split_whitespace().skip(1).map(|word| if word == "one" { data.as_str() } else { word });
    let mut command = place.command(&words.collect::<Vec<_>>());
    Ended::of(command.current_dir(root()).output().expect("started")).with_code(3);
    assert_eq!(place.boji(&["--data", "one", "list"]).with_code(0).out.lines().count(), 16);
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
    let table = page("docs/exit-codes.md");
    let mut in_docs: Vec<u16> = table
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" |").next())
        .flat_map(|codes| codes.split(", "))
        .filter_map(|code| code.parse().ok())
        .collect();
    in_code.sort_unstable();
    in_docs.sort_unstable();
    assert!(in_code.len() >= 10);
    assert_eq!(in_code, in_docs);
}

#[test]
fn the_record_is_that_of_the_program() {
    let place = Place::new();
    place.write("page.html", crate::command::blog_page("The Mill", 5));
    let record = place.boji(&["clean", "page.html", "--json"]).with_code(0).json();
    let chapter = page("docs/record.md");
    let (fields, keys) = chapter.split_once("\n## Keys of `metadata`").expect("two tables");
    let fields = names(fields);
    let object = record[0].as_object().expect("an object");
    assert_eq!(fields.len(), object.len());
    assert!(fields.iter().all(|field| object.contains_key(*field)), "{fields:?}");

    let source = page("crates/boji-clean/src/model/article.rs");
    let (_, source) = source.split_once("pub struct Metadata {").expect("its definition");
    let source = source.split("\n}").next().unwrap_or_default();
    let stored = source.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split(':').next());
    let known: BTreeSet<&str> = stored.chain(["license_spdx", "quality"]).collect();
    assert_eq!(names(keys.split("\n## ").next().unwrap_or_default()).into_iter().collect::<BTreeSet<_>>(), known);
}

/// The names in the first column of tables.
fn names(text: &str) -> Vec<&str> {
    let cells = text.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells.flat_map(|cell| cell.split([',', ';'])).map(|name| name.trim().trim_matches('`')).collect()
}

#[test]
fn reports_have_the_fields_that_the_chapter_names() {
    let place = Place::new();
    let run = place.boji(&["demo", "--json"]).with_code(0).out;
    let report =
        |arguments: &[&str]| place.boji(&[&["--data", "boji-demo", "--json"], arguments].concat()).with_code(0).out;
    let reports = [
        ("run", run),
        ("status", report(&["status", "--sizes"])),
        ("list", report(&["list"])),
        ("list pages", report(&["list", "pages"])),
        ("search", report(&["search", "水位"])),
        ("duplicates", report(&["duplicates"])),
        ("why", report(&["why", "hutlog"])),
        ("export", report(&["export", "--to", "corpus"])),
        ("verify", report(&["verify", "corpus"])),
    ];
    let chapter = page("docs/data-engineer.md");
    for (command, report) in reports {
        let row = chapter.lines().find(|line| line.starts_with(&format!("| `{command}`"))).expect(command);
        let fields = row.rsplit(" | ").next().unwrap_or_default();
        // What stands in brackets is about single ones, of which there may be none.
        let fields: String = fields.split('(').map(|part| part.rsplit(')').next().unwrap_or_default()).collect();
        for field in fields.split('`').skip(1).step_by(2).filter(|field| !field.starts_with('-')) {
            assert!(report.contains(&format!("\"{field}\":")) || field == "list", "{command}: {field}");
        }
    }
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
    for file in pages() {
        let text = page(&file);
        let folder = root().join(&file).parent().expect("a folder").to_owned();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.starts_with("http") {
                continue;
            }
            let (path, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { root().join(&file) } else { folder.join(path) };
            assert!(target.exists(), "{file} links to {link}");
            assert!(heading.is_empty() || has_heading(&target, heading), "{file} links to {link}");
            seen += 1;
        }
        let quoted = text.split('`').skip(1).step_by(2);
        let quoted = quoted
            .filter(|word| FOLDERS.iter().any(|folder| word.starts_with(folder)) && !word.contains(['<', ' ', '{']));
        for path in quoted {
            let found = ROOTS.iter().any(|folder| root().join(folder).join(path).exists());
            assert!(found, "{file} names {path}");
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

/// Whether a page has a heading that a link calls so: in lower case, with hyphens for spaces and without punctuation.
fn has_heading(page: &Path, anchor: &str) -> bool {
    let text = fs::read_to_string(page).expect("readable");
    let headings = text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let letters = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    headings
        .map(|heading| heading.to_lowercase().chars().filter(letters).collect::<String>())
        .any(|heading| heading.replace(' ', "-") == anchor)
}

#[test]
fn the_contents_name_every_chapter() {
    let contents = page("docs/README.md");
    for chapter in chapters().iter().filter_map(|path| path.strip_prefix("docs/")).filter(|name| *name != "README.md") {
        assert!(contents.contains(&format!("]({chapter})")), "{chapter}");
    }
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
    assert_eq!(example("docs/tester.md"), compiled);
}

//! The layers of the program, held by reading the `use` lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The two crates, and in each its modules by layer: one may use only modules of layers before its own. That the first
/// knows nothing of the second, the compiler holds.
const CRATES: [(&str, &[&[&str]]); 2] = [
    ("crates/boji-clean/src", &[&["model"], &["text"], &["classifier"], &["rules"], &["parse"], &["clean"]]),
    (
        "src",
        &[
            &["model"],
            &["config", "search", "spdx"],
            &["fetch", "dedup"],
            &["store"],
            &["discover", "export", "statistics"],
            &["pipeline"],
            &["inspect"],
            &["serve"],
            &["cli"],
        ],
    ),
];

/// What the library for cleaning must never need: it has no network, store, clock or files.
const EFFECTS: [&str; 11] = [
    "tokio",
    "reqwest",
    "rusqlite",
    "rustls",
    "walkdir",
    "std::fs",
    "std::net",
    "std::time",
    "std::env",
    "std::process",
    "std::thread",
];

fn source_folders() -> [PathBuf; 2] {
    CRATES.map(|(folder, _)| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
}

fn source_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in source_folders() {
        rust_files(&folder, &mut files);
    }
    files
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("readable").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            rust_files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
}

/// Modules named after `crate::` in a source text, braces of one level included.
fn used(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let list = rest
            .strip_prefix('{')
            .map_or_else(|| rest.to_owned(), |inner| inner.split('}').next().unwrap_or("").to_owned());
        let parts: Vec<&str> = if rest.starts_with('{') { list.split(',').collect() } else { vec![&list] };
        names.extend(parts.iter().map(|part| {
            part.trim()
                .chars()
                .take_while(|character| character.is_alphanumeric() || *character == '_')
                .collect::<String>()
        }));
    }
    names
}

#[test]
fn a_module_uses_only_layers_before_its_own() {
    let mut seen = 0;
    for (folder, layers) in CRATES {
        let layer = |module: &str| layers.iter().position(|layer| layer.contains(&module));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut files = Vec::new();
        rust_files(&source, &mut files);
        for file in files {
            let inside = file.strip_prefix(&source).expect("inside");
            let module = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
            let Some((module, own)) = module.and_then(|module| Some((module.clone(), layer(&module)?))) else {
                continue;
            };
            for other in used(&fs::read_to_string(&file).expect("text")) {
                let Some(theirs) = layer(&other) else { continue };
                seen += 1;
                assert!(
                    other == module || theirs < own,
                    "{} uses crate::{other}, which stands not before {module}",
                    inside.display()
                );
            }
        }
    }
    assert!(seen > 100, "only {seen} uses found: has the form of the lines changed?");
}

#[test]
fn cleaning_touches_nothing_outside_of_its_arguments() {
    let [cleaning, _] = source_folders();
    let mut files = Vec::new();
    rust_files(&cleaning, &mut files);
    for file in files {
        let text = fs::read_to_string(&file).expect("text");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let effect = EFFECTS.iter().find(|effect| line.contains(&format!("{effect}::")));
            assert_eq!(effect, None, "{}: {line}", file.display());
        }
    }
    let manifest = fs::read_to_string(cleaning.join("../Cargo.toml")).expect("a manifest");
    let needed = manifest.lines().find(|line| EFFECTS.iter().any(|effect| line.starts_with(effect)));
    assert_eq!(needed, None);
}

/// Names right behind `super::` in a source text without its tests and comments, those of a list in braces included.
fn neighbours(text: &str) -> BTreeSet<String> {
    names_behind("super::", text)
}

/// The same behind another beginning of a path.
fn names_behind(mark: &str, text: &str) -> BTreeSet<String> {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    let text: String = text.split_inclusive('\n').filter(|line| !line.trim_start().starts_with("//")).collect();
    let name = |part: &str| part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let mut names = BTreeSet::new();
    for (at, _) in text.match_indices(mark) {
        let rest = &text[at + mark.len()..];
        let Some(list) = rest.strip_prefix('{') else {
            names.insert(name(rest));
            continue;
        };
        let mut depth = 0;
        let within = list.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth < 0
        });
        let list = within.take(1).collect::<String>();
        let mut depth = 0;
        let parts = list.split(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0 && c == ','
        });
        names.extend(parts.map(name));
    }
    names
}

#[test]
fn files_of_a_folder_lean_on_each_other_without_a_circle() {
    let files = source_files();
    let mut folders: BTreeMap<PathBuf, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.ends_with("mod.rs")) {
        let stem = file.file_stem().expect("a name").to_string_lossy().into_owned();
        let folder = folders.entry(file.parent().expect("a folder").to_owned()).or_default();
        folder.insert(stem, neighbours(&fs::read_to_string(file).expect("text")));
    }
    let mut leaning = 0;
    for (folder, mut files) in folders {
        leaning += files.values().map(BTreeSet::len).sum::<usize>();
        // Those that lean on none of the others are taken away until there are no such.
        while let Some(ground) = {
            let leans =
                |(name, on): &(&String, &BTreeSet<String>)| on.iter().any(|it| it != *name && files.contains_key(it));
            files.iter().find(|file| !leans(file)).map(|(name, _)| name.clone())
        } {
            files.remove(&ground);
        }
        assert!(files.is_empty(), "a circle in {}: {:?}", folder.display(), files.keys());
    }
    assert!(leaning > 100, "only {leaning} uses found: has the form of the lines changed?");
}

/// Names that a `mod.rs` shows of the files beside it: `pub use file::{A, B}`.
fn shown(text: &str) -> BTreeSet<String> {
    let uses = text.split(';').filter_map(|statement| {
        let statement = statement.trim().rsplit("\n\n").next().unwrap_or_default().trim();
        statement.starts_with("pub").then(|| statement.split_once(" use ")).flatten()
    });
    let names = uses.flat_map(|(_, path)| {
        let list = path.rsplit_once("::").map_or(path, |(_, list)| list);
        list.trim_matches(['{', '}']).split(',').map(|name| name.trim().to_owned()).collect::<Vec<_>>()
    });
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn a_file_names_its_neighbour_and_not_what_their_folder_shows() {
    let files = source_files();
    let mut seen = 0;
    for file in files.iter().filter(|file| !file.ends_with("mod.rs")) {
        let folder = file.parent().expect("a folder");
        let Ok(index) = fs::read_to_string(folder.join("mod.rs")) else { continue };
        let shown = shown(&index);
        seen += shown.len();
        let children = |name: &String| folder.join(format!("{name}.rs")).exists() || folder.join(name).is_dir();
        let names = neighbours(&fs::read_to_string(file).expect("text"));
        let detours: Vec<&String> = names.iter().filter(|name| shown.contains(*name) && !children(name)).collect();
        assert!(detours.is_empty(), "{} goes through its own mod.rs for {detours:?}", file.display());
        // Folders round its own have a `mod.rs` too, and it lies in them.
        for above in folder.ancestors().skip(1).take_while(|above| above.join("mod.rs").exists()) {
            let root = source_folders().into_iter().find(|root| above.starts_with(root)).expect("inside");
            let path = above.strip_prefix(&root).expect("inside").to_string_lossy().replace('/', "::");
            let text = fs::read_to_string(file).expect("text");
            let shown = self::shown(&fs::read_to_string(above.join("mod.rs")).expect("text"));
            let detours: Vec<String> = names_behind(&format!("crate::{path}::"), &text)
                .into_iter()
                .filter(|name| shown.contains(name) && !above.join(format!("{name}.rs")).exists())
                .filter(|name| !above.join(name).is_dir())
                .collect();
            assert!(detours.is_empty(), "{} goes through the mod.rs of {path} for {detours:?}", file.display());
        }
    }
    assert!(seen > 100, "only {seen} names found: has the form of the lines changed?");
}

#[test]
fn no_source_file_is_a_heap() {
    let files = source_files();
    for file in files {
        let lines = fs::read_to_string(&file).expect("text").lines().count();
        assert!(lines <= 600, "{} has {lines} lines: which noun is missing?", file.display());
    }
}

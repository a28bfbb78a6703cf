//! All seeds and all inputs that once broke something, through the checks of the fuzz targets; and a few hundred
//! mutations of each, the same every time. `fuzz/README.md` tells how to look further.

use std::fs;
use std::path::{Path, PathBuf};

use crate::checks::{blocks, cleaner, headers, judge, literal, markdown, mutate, page_data, prepass, wechat_page};

/// Mutations of each seed.
const ROUNDS: u32 = 6;
/// Changes that are made on top of each other before a round begins from the seed again.
const CHANGES: u32 = 6;
/// Longest mutated input, in bytes: a page through every check takes milliseconds in a dev build.
const LONGEST: usize = 6_000;

fn fixtures(folder: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures").join(folder);
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), fs::read(path).expect("readable"))).collect()
}

/// Runs `check` and says which input it was when it does not hold; the input is left in the folder for temporary files.
fn hold(name: &str, input: &[u8], check: fn(&[u8])) {
    if std::panic::catch_unwind(|| check(input)).is_err() {
        let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&left, input).expect("written");
        panic!("the input lies in {}", left.display());
    }
}

fn replay_and_mutate(target: &str, dictionary: &str, check: fn(&[u8])) {
    let words = mutate::dictionary(dictionary);
    assert!(words.len() > 40, "{target}: the dictionary is not read");
    let seeds = fixtures(&format!("fuzz/{target}"));
    assert!(!seeds.is_empty(), "{target}: no seeds");
    for (nth, (path, seed)) in seeds.iter().enumerate() {
        hold(&format!("{target}-{}", path.file_name().unwrap_or_default().display()), seed, check);
        for round in 0..ROUNDS {
            let mut input = vec![0; LONGEST];
            let mut size = seed.len().min(LONGEST);
            input[..size].copy_from_slice(&seed[..size]);
            for step in 0..CHANGES {
                let number = (nth as u32 * ROUNDS + round) * CHANGES + step;
                size = mutate::change(&mut input, size, LONGEST, number, &words);
                hold(&format!("{target}-{number}"), &input[..size], check);
            }
        }
    }
}

#[test]
fn literals_hold() {
    replay_and_mutate("literal", include_str!("../../../../fuzz/dictionaries/literal.dict"), literal::check);
}

#[test]
fn wechat_pages_hold() {
    replay_and_mutate(
        "wechat_page",
        include_str!("../../../../fuzz/dictionaries/wechat_page.dict"),
        wechat_page::check,
    );
}

#[test]
fn saved_markdown_holds() {
    replay_and_mutate("markdown", include_str!("../../../../fuzz/dictionaries/markdown.dict"), markdown::check);
}

#[test]
fn data_of_scripts_holds() {
    replay_and_mutate("page_data", include_str!("../../../../fuzz/dictionaries/page_data.dict"), page_data::check);
}

#[test]
fn headers_hold() {
    replay_and_mutate("headers", include_str!("../../../../fuzz/dictionaries/headers.dict"), headers::check);
}

#[test]
fn the_cleaner_holds() {
    replay_and_mutate("clean", include_str!("../../../../fuzz/dictionaries/clean.dict"), cleaner::check);
}

#[test]
fn the_pre_pass_holds() {
    replay_and_mutate("prepass", include_str!("../../../../fuzz/dictionaries/prepass.dict"), prepass::check);
}

#[test]
fn blocks_hold() {
    replay_and_mutate("blocks", include_str!("../../../../fuzz/dictionaries/blocks.dict"), blocks::check);
}

#[test]
fn verdicts_hold() {
    replay_and_mutate("judge", include_str!("../../../../fuzz/dictionaries/judge.dict"), judge::check);
}

#[test]
fn the_other_fixtures_hold() {
    for (folder, ending, check) in
        [("pages", "html", wechat_page::check as fn(&[u8])), ("archives", "md", markdown::check)]
    {
        for (path, bytes) in fixtures(folder) {
            if path.extension().is_some_and(|found| found == ending) {
                hold(&path.file_name().unwrap_or_default().to_string_lossy(), &bytes, check);
            }
        }
    }
}

//! The seeds of the fuzz target of files that hold many pages, and some mutations of each, the same every time.
//! `fuzz/README.md` tells how to look further.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "../../fuzz/checks/containers.rs"]
mod containers;
#[path = "../../fuzz/checks/mutate.rs"]
mod mutate;

/// Mutations of each seed, each made on top of the one before.
const CHANGES: u32 = 5;
/// Longest mutated input, in bytes.
const LONGEST: usize = 1_500;

/// Runs the check and says which input it was when it does not hold; the input is left in the folder for temporary files.
fn hold(name: &str, input: &[u8]) {
    if std::panic::catch_unwind(|| containers::check(input)).is_err() {
        let left = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&left, input).expect("written");
        panic!("the input lies in {}", left.display());
    }
}

#[test]
fn containers_hold() {
    let words = mutate::dictionary(include_str!("../../fuzz/dictionaries/containers.dict"));
    assert!(words.len() > 40, "the dictionary is not read");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/fuzz/containers");
    let mut seeds: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    seeds.sort();
    for (nth, path) in seeds.iter().enumerate() {
        let seed = fs::read(path).expect("readable");
        let name = format!("containers-{}", path.file_name().unwrap_or_default().display());
        hold(&name, &seed);
        let mut input = vec![0; LONGEST];
        let mut size = seed.len().min(LONGEST);
        input[..size].copy_from_slice(&seed[..size]);
        for step in 0..CHANGES {
            let number = nth as u32 * CHANGES + step;
            size = mutate::change(&mut input, size, LONGEST, number, &words);
            hold(&format!("containers-{number}"), &input[..size]);
        }
    }
}

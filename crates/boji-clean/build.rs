//! Writes the table of the files of rules and words under `config/` that come with the program, so that a new one needs
//! no line of Rust. It lies in `shipped.rs` of the folder that Cargo gives: paths below `config/` and texts, by path.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// Files that decide nothing about an article.
const OTHERS: [&str; 4] = ["boji.toml", "licences.toml", "list-pages.toml", "sources.toml"];
/// Where the others lie, below `config/`.
const FOLDERS: [&str; 4] = ["", "boilerplate/", "sites/", "weights/"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=../../config");
    // The table names files of this checkout; another one may share the folder of what is built.
    println!("cargo::rerun-if-env-changed=CARGO_MANIFEST_DIR");
    let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    let mut table = String::from("[\n");
    for folder in FOLDERS {
        let mut names = Vec::new();
        for entry in fs::read_dir(config.join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let is_shipped = |name: &&String| {
            Path::new(name).extension().is_some_and(|kind| kind == "toml" || kind == "txt")
                && !OTHERS.contains(&name.as_str())
        };
        for name in names.iter().filter(is_shipped) {
            let path = config.join(folder).join(name).to_string_lossy().into_owned();
            // A write to a string cannot fail.
            let _ = writeln!(table, "    ({:?}, include_str!({path:?})),", format!("{folder}{name}"));
        }
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("Cargo gives OUT_DIR"))?;
    fs::write(Path::new(&out).join("shipped.rs"), table)
}

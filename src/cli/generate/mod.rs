//! Completions for shells, and manual pages.

mod manual;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::arguments::{Generate, Generated};
use super::counted::counted;
use super::exit::Exit;
use super::help;
use super::output::Output;

/// Writes what is to be generated to stdout, or the pages of the manual into a folder.
pub(super) fn run(command: &Generate, output: Output) -> anyhow::Result<Exit> {
    let mut out = Vec::new();
    match &command.what {
        Generated::Completions { shell } => {
            clap_complete::generate(*shell, &mut help::plain_command(), "boji", &mut out);
        }
        Generated::Man { to: Some(folder) } => return write_pages(folder, output),
        Generated::Man { to: None } => out = manual::main_page()?,
    }
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(&out)?;
    stdout.flush()?;
    Ok(Exit::Done)
}

fn write_pages(folder: &Path, output: Output) -> anyhow::Result<Exit> {
    let pages = manual::pages()?;
    fs::create_dir_all(folder).with_context(|| format!("failed to make {}", folder.display()))?;
    for (name, page) in &pages {
        let path = folder.join(name);
        fs::write(&path, page).with_context(|| format!("failed to write {}", path.display()))?;
    }
    if output.json {
        output.json(&serde_json::json!({ "pages": pages.len(), "to": folder }))?;
    } else {
        output.note(format_args!("{} in {}", counted(pages.len(), "page"), folder.display()));
    }
    Ok(Exit::Done)
}

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Serialize;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::config::{SHIPPED_SETTINGS, SHIPPED_SOURCES};

/// What there is after `init`, for `--json`.
#[derive(Default, Serialize)]
struct Made {
    wrote: Vec<PathBuf>,
    kept: Vec<PathBuf>,
    database: PathBuf,
}

/// Makes a configuration and a database and says what to do next. Never overwrites.
pub(super) fn run(command: &arguments::Init, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let folder = match command.dir.clone().or_else(|| arguments.config.clone()) {
        Some(folder) => folder,
        None => workplace::user_config_folder().context("no home folder is known; name one: `boji init DIR`")?,
    };
    let mut made = Made { database: workplace::data_folder(arguments)?.join(workplace::DATABASE), ..Made::default() };
    fs::create_dir_all(&folder).with_context(|| format!("failed to make the folder {}", folder.display()))?;
    for (name, content) in [("boji.toml", commented(SHIPPED_SETTINGS)), ("sources.toml", SHIPPED_SOURCES.to_owned())] {
        let path = folder.join(name);
        let written = write_new(&path, &content).with_context(|| format!("failed to write {}", path.display()))?;
        if written { made.wrote.push(path) } else { made.kept.push(path) }
    }
    let (_, _lock) = workplace::open_to_write(arguments)?;
    if output.json {
        output.json(&made)?;
        return Ok(Exit::Done);
    }
    for path in &made.wrote {
        output.note(format_args!("wrote    {}", path.display()));
    }
    for path in &made.kept {
        output.note(format_args!("kept     {}", path.display()));
    }
    output.note(format_args!("database {}", made.database.display()));
    let boji = command_line(&folder, arguments);
    output.note(format_args!("next     {boji} add URL…     a feed, a blog's home page, a WeChat album or article"));
    output.note(format_args!("         {boji} run          fetch, clean and store what is due"));
    Ok(Exit::Done)
}

/// The first lines of a file of settings that sets none.
const HEAD: &str = "# Every setting of boji, with its default behind `# `. Take the mark away from a line to set it; what stays marked\n\
                    # keeps the default of the boji that reads it. `boji config show` tells what is in force.\n";

/// Settings of which each stands in a comment, below the heads of their tables: a file with live defaults would keep them when a
/// later boji has better ones.
fn commented(settings: &str) -> String {
    let mut out = HEAD.to_owned();
    for line in settings.lines().skip_while(|line| line.starts_with('#')) {
        if !line.is_empty() && !line.starts_with(['#', '[']) {
            out.push_str("# ");
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// Writes a file; false when there is one already.
fn write_new(path: &Path, content: &str) -> std::io::Result<bool> {
    match fs::File::create_new(path) {
        Ok(mut file) => std::io::Write::write_all(&mut file, content.as_bytes()).map(|()| true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}

/// How boji is called from now on: with the folders that it would not find by itself.
fn command_line(folder: &Path, arguments: &Arguments) -> String {
    let mut line = "boji".to_owned();
    if let Some(data) = &arguments.data {
        line = format!("{line} --data {}", data.display());
    }
    let found = [Path::new("."), Path::new("config")].contains(&folder)
        || workplace::user_config_folder().is_some_and(|own| own == folder);
    if found { line } else { format!("{line} --config {}", folder.display()) }
}

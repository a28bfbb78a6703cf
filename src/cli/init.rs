use std::fs;

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::config::{SHIPPED_SETTINGS, SHIPPED_SOURCES};

/// Makes a configuration and a database and says what to do next. Never overwrites.
pub fn run(command: &arguments::Init, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let folder = match command.dir.clone().or_else(|| arguments.config.clone()) {
        Some(folder) => folder,
        None => workplace::user_config_folder().context("no home folder is known; name one: `boji init DIR`")?,
    };
    fs::create_dir_all(&folder).with_context(|| format!("failed to make the folder {}", folder.display()))?;
    for (name, content) in [("boji.toml", SHIPPED_SETTINGS), ("sources.toml", SHIPPED_SOURCES)] {
        let path = folder.join(name);
        match fs::File::create_new(&path) {
            Ok(mut file) => {
                std::io::Write::write_all(&mut file, content.as_bytes())
                    .with_context(|| format!("failed to write {}", path.display()))?;
                output.note(format_args!("wrote    {}", path.display()));
            }
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                output.note(format_args!("kept     {}", path.display()));
            }
            Err(error) => return Err(error).with_context(|| format!("failed to write {}", path.display())),
        }
    }
    let (_, _lock) = workplace::open_to_write(arguments)?;
    output.note(format_args!("database {}", workplace::data_folder(arguments)?.display()));
    output.note("next     boji add URL…     a feed, a blog's home page, a WeChat album or article");
    output.note("         boji run          fetch, clean and store what is due");
    Ok(Exit::Done)
}

use std::io::Read;
use std::path::Path;

use anyhow::Context as _;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::{explain, workplace};
use crate::clean::{self, winnow};
use crate::parse::Input;

/// Largest file taken, in bytes.
const MAX_FILE: u64 = 128 << 20;

/// Cleans one file for a person to read.
pub fn run(command: &arguments::Clean, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let rules = workplace::rules(arguments)?;
    let bytes = read(&command.file)?;
    let input = Input { bytes: &bytes, url: &command.url, content_type: "" };
    let winnowed = winnow(&input, &clean::Context::default(), &rules);
    for issue in &winnowed.issues {
        output.detail(issue);
    }
    let Some(article) = &winnowed.article else {
        let name = command.file.display();
        output.error(
            &format!("{name} holds no article: {} ({})", winnowed.state, winnowed.evidence),
            Some("`boji explain FILE` shows what was seen"),
        );
        return Ok(Exit::Partial);
    };
    if command.explain {
        explain::print_winnowed(&winnowed, false, output)?;
    } else if output.json {
        output.json(&crate::export::Record::from_article(article, None))?;
    } else {
        output.data(workplace::document(article))?;
    }
    Ok(Exit::Done)
}

/// The bytes of a file, or of stdin for `-`, bounded.
pub fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let name = file.display();
    if file.as_os_str() == "-" {
        std::io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes).context("failed to read stdin")?;
    } else {
        let open = std::fs::File::open(file).with_context(|| format!("failed to open {name}"))?;
        open.take(MAX_FILE + 1).read_to_end(&mut bytes).with_context(|| format!("failed to read {name}"))?;
    }
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("{name} is larger than {MAX_FILE} bytes");
        return Err(
            Mistake::failure(message, "no page is so large; many pages go one a line through `boji filter`").into()
        );
    }
    Ok(bytes)
}

use std::io::Write;

use anyhow::Context as _;

use super::arguments::{self, Arguments, Shown};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::{open_browser, workplace};
use crate::export::Record;

/// Prints an article, or opens its page in a browser.
pub(super) fn run(command: &arguments::Show, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let stored = match command.revision {
        Some(number) => {
            let id = workplace::find_id(store.as_ref(), &command.id)?;
            workplace::find_revision(store.as_ref(), &id, number)?
        }
        None => workplace::find(store.as_ref(), &command.id)?,
    };
    if command.open {
        let address = &stored.submission.article.canonical_url;
        if address.is_empty() {
            let message = format!("nothing says where the article {} stands on the web", stored.id);
            return Err(Mistake::failure(message, format!("`boji show {}` prints it", command.id)).into());
        }
        open_browser::open(address, output)?;
        return Ok(Exit::Done);
    }
    let form = if output.json { Shown::Record } else { command.form };
    match form {
        Shown::Markdown => output.data(workplace::document(&stored.submission.article))?,
        Shown::Text => output.data(&stored.submission.article.text)?,
        Shown::Record => output.json(&Record::from_stored(&stored, store.duplicates()?.of(&stored.id), ""))?,
        Shown::Raw => {
            let hash = &stored.submission.capture_hash;
            let capture = store.capture(hash)?.with_context(|| format!("the capture {hash} is not in the store"))?;
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(&capture.body)?;
            stdout.flush()?;
        }
    }
    Ok(Exit::Done)
}

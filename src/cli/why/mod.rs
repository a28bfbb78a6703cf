//! `boji why`: why something came or did not, from what is stored alone.

mod address;
mod article;
mod label;
mod source;

use std::path::Path;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::inspect::{AddressReport, ArticleReport, Asked, Circumstances, SourceReport, asked};
use crate::model::{Clock, SystemClock};

/// Answers what somebody asks about a source, an address or an article.
pub(super) fn run(command: &arguments::Why, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let store = store.as_ref();
    let circumstances = Circumstances::of(store, SystemClock.now())?;
    let what = command.what.trim();
    let hint = "`boji list sources` and `boji list` show the ids; an address has a dot in its host";
    let absent = || Mistake::names_nothing(what, &["source", "article", "address"], hint);
    let asked = asked(store, &circumstances, what)?;
    // An address without a scheme looks as a path does.
    if matches!(asked, None | Some(Asked::Address(_))) && Path::new(what).is_file() {
        let hint = format!(
            "`boji explain {what}` tells what comes of it, and `boji list` has the articles that came of files"
        );
        return Err(Mistake::usage(format!("{what} is a file, and is known by no address"), hint).into());
    }
    match asked.ok_or_else(absent)? {
        Asked::Source(id) => {
            let report = SourceReport::read(store, &circumstances, &id)?.ok_or_else(absent)?;
            if output.json { output.json(&report)? } else { source::print(&report, output)? }
        }
        Asked::Article(id) => {
            // An answer without the settings is better than none.
            let run = workplace::configuration(arguments).ok().map(|loaded| loaded.settings.run);
            let report = ArticleReport::read(store, &circumstances, &id, run.as_ref())?;
            if output.json { output.json(&report)? } else { article::print(&report, circumstances.now, output)? }
        }
        Asked::Address(addresses) => {
            let report = AddressReport::read(store, &circumstances, &addresses)?;
            if output.json { output.json(&report)? } else { address::print(&report, output)? }
        }
    }
    Ok(Exit::Done)
}

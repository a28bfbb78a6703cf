//! `boji list`: one file a thing that is listed.

mod articles;
mod hosts;
mod pages;
mod sources;

use super::arguments::{self, Arguments, Listed};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::inspect;

/// Lists articles, sources, pages without an article, or hosts.
pub(super) fn run(command: &arguments::List, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let filter = &command.filter;
    let is_of_articles = command.hidden
        || filter.since.is_some()
        || filter.until.is_some()
        || filter.no_duplicates
        || filter.no_near_duplicates
        || !command.selection.selection().takes_all()
        || !(filter.language.is_empty() && filter.kind.is_empty());
    match command.what {
        Listed::Sources if command.opml && output.json => {
            return Err(Mistake::usage("OPML is no JSON", "leave --json or --opml out").into());
        }
        Listed::Sources if command.opml => {
            let sources: Vec<_> = store.sources()?.into_iter().map(|(source, _)| source).collect();
            output.data(inspect::opml(&sources).trim_end())?;
        }
        _ if command.opml => {
            return Err(Mistake::usage("only sources are listed as OPML", "`boji list sources --opml`").into());
        }
        Listed::Sources | Listed::Pages | Listed::Hosts if is_of_articles => {
            let message = "only articles have a day, a language, a kind, a text and duplicates";
            return Err(Mistake::usage(message, "--source and --limit narrow a list of pages").into());
        }
        Listed::Hosts if !filter.source.is_empty() => {
            let hint = "`boji why SOURCE` tells of the host of a source";
            return Err(Mistake::usage("hosts are listed for all sources together", hint).into());
        }
        Listed::Articles => articles::run(store.as_ref(), command, output)?,
        Listed::Sources => sources::run(store.as_ref(), command, output)?,
        Listed::Pages => pages::run(store.as_ref(), command, output)?,
        Listed::Hosts => hosts::run(store.as_ref(), command, output)?,
    }
    Ok(Exit::Done)
}

use std::collections::VecDeque;

use serde::Serialize;

use super::arguments::{self, Arguments, Listed};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::fetch::redact_url;
use crate::model::{Source, SourceState, Standing};
use crate::store::Store;

#[derive(Serialize)]
struct ArticleLine<'a> {
    id: &'a str,
    date: String,
    source_id: &'a str,
    source_name: &'a str,
    title: &'a str,
    n_chars: usize,
    revision: u32,
    dup_of: &'a str,
    gone: &'a str,
}

impl<'a> ArticleLine<'a> {
    fn of(standing: &'a Standing) -> Self {
        Self {
            id: &standing.id,
            date: stated(standing),
            source_id: &standing.source_id,
            source_name: &standing.source_name,
            title: &standing.title,
            n_chars: standing.characters,
            revision: standing.revision,
            dup_of: &standing.dup_of,
            gone: standing.gone.map_or("", |(state, _)| state.as_str()),
        }
    }
}

#[derive(Serialize)]
struct SourceLine<'a> {
    #[serde(flatten)]
    source: &'a Source,
    state: &'a SourceState,
}

/// Lists articles or sources.
pub(super) fn run(command: &arguments::List, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    match command.what {
        Listed::Sources => sources(store.as_ref(), output),
        Listed::Articles => articles(store.as_ref(), command, output),
    }
}

fn sources(store: &dyn Store, output: Output) -> anyhow::Result<Exit> {
    for (source, state) in store.sources()? {
        let source = workplace::shown(source);
        if output.json {
            let addresses =
                [&state.validators_of, &state.moved_to, &state.moved_from].map(|address| redact_url(address));
            let [validators_of, moved_to, moved_from] = addresses;
            let state = SourceState { validators_of, moved_to, moved_from, ..state };
            output.json(&SourceLine { source: &source, state: &state })?;
            continue;
        }
        let health = match (source.enabled, state.gone, state.last_error) {
            (false, ..) => "off".to_owned(),
            (_, true, _) => "gone".to_owned(),
            (_, _, None) => "ok".to_owned(),
            (.., Some(error)) => format!("{error} x{}", state.failures),
        };
        let address = if source.url.is_empty() { "-" } else { &source.url };
        output.data(format_args!(
            "{:<24}  {:<6}  {health:<16}  {}  {address}",
            source.id,
            source.kind.as_str(),
            source.name
        ))?;
    }
    Ok(Exit::Done)
}

fn articles(store: &dyn Store, command: &arguments::List, output: Output) -> anyhow::Result<Exit> {
    let filter = workplace::filter(&command.filter, store)?;
    let mut newest = VecDeque::new();
    let mut all = 0_usize;
    store.each_standing(&filter, &mut |standing| {
        all += 1;
        newest.push_back(standing);
        if newest.len() > command.limit {
            newest.pop_front();
        }
    })?;
    for standing in &newest {
        if output.json {
            output.json(&ArticleLine::of(standing))?;
        } else {
            print_article(store, standing, output)?;
        }
    }
    if newest.len() < all {
        output.note(format_args!("the newest {} of {all}; --limit shows more", newest.len()));
    }
    Ok(Exit::Done)
}

fn print_article(store: &dyn Store, standing: &Standing, output: Output) -> anyhow::Result<()> {
    let id: String = standing.id.chars().take(12).collect();
    let day: String = stated(standing).chars().take(10).collect();
    let mark = match (standing.gone, standing.dup_of.is_empty()) {
        (Some((state, _)), _) => format!("  ({state})"),
        (None, false) => "  (duplicate)".to_owned(),
        (None, true) => String::new(),
    };
    let title = if standing.title.is_empty() { first_words(store, &standing.id)? } else { standing.title.clone() };
    Ok(output.data(format_args!("{id}  {day:<10}  {}  {title}{mark}", standing.source_name))?)
}

fn stated(standing: &Standing) -> String {
    standing.published.map(|date| date.to_string()).unwrap_or_default()
}

/// The beginning of an article's text, for one without a title.
fn first_words(store: &dyn Store, id: &str) -> anyhow::Result<String> {
    let text = store.article(id)?.map(|stored| stored.submission.article.text).unwrap_or_default();
    Ok(text.chars().take(30).map(|character| if character == '\n' { ' ' } else { character }).collect())
}

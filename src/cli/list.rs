use serde::Serialize;

use super::arguments::{self, Arguments, Listed};
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::model::{Source, SourceState, StoredArticle};
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

#[derive(Serialize)]
struct SourceLine<'a> {
    #[serde(flatten)]
    source: &'a Source,
    state: &'a SourceState,
}

/// Lists articles or sources.
pub fn run(command: &arguments::List, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    match command.what {
        Listed::Sources => sources(store.as_ref(), output),
        Listed::Articles => articles(store.as_ref(), command, output),
    }
}

fn sources(store: &dyn Store, output: Output) -> anyhow::Result<Exit> {
    for (source, state) in store.sources()? {
        if output.json {
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
    let mut lines = std::collections::VecDeque::new();
    let mut all = 0_usize;
    store.each_article(&filter, &mut |stored| {
        all += 1;
        lines.push_back(line(&stored, output.json));
        if lines.len() > command.limit {
            lines.pop_front();
        }
        Ok(())
    })?;
    for line in &lines {
        output.data(line)?;
    }
    if lines.len() < all {
        output.note(format_args!("the newest {} of {all}; --limit shows more", lines.len()));
    }
    Ok(Exit::Done)
}

fn line(stored: &StoredArticle, json: bool) -> String {
    let article = &stored.submission.article;
    let date = article.published.map(|date| date.to_string()).unwrap_or_default();
    if json {
        let line = ArticleLine {
            id: &stored.id,
            date,
            source_id: &stored.submission.source_id,
            source_name: &article.source_name,
            title: &article.title,
            n_chars: article.text.chars().count(),
            revision: stored.revision,
            dup_of: &stored.dup_of,
            gone: stored.gone.map_or("", |(state, _)| state.as_str()),
        };
        return serde_json::to_string(&line).unwrap_or_default();
    }
    let id: String = stored.id.chars().take(12).collect();
    let day: String = date.chars().take(10).collect();
    let mark = match (stored.gone, stored.dup_of.is_empty()) {
        (Some((state, _)), _) => format!("  ({state})"),
        (None, false) => "  (duplicate)".to_owned(),
        (None, true) => String::new(),
    };
    let title = if article.title.is_empty() { first_words(&article.text) } else { article.title.clone() };
    format!("{id}  {day:<10}  {}  {title}{mark}", article.source_name)
}

fn first_words(text: &str) -> String {
    text.chars().take(30).map(|character| if character == '\n' { ' ' } else { character }).collect()
}

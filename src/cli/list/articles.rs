use serde::Serialize;

use crate::cli::arguments;
use crate::cli::output::Output;
use crate::cli::workplace;
use crate::inspect::{self, rfc3339};
use crate::model::{Duplicates, Forgotten, Score, Standing};
use crate::store::{HiddenOnes, Newest, Store};

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
    dup_kind: &'a str,
    dup_score: Score,
    gone: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    hidden: &'a str,
}

impl<'a> ArticleLine<'a> {
    fn of(standing: &'a Standing, duplicates: &'a Duplicates) -> Self {
        let repeats = duplicates.of(&standing.id);
        Self {
            id: &standing.id,
            date: stated(standing),
            source_id: &standing.source_id,
            source_name: &standing.source_name,
            title: &standing.title,
            n_chars: standing.characters,
            revision: standing.revision,
            dup_of: duplicates.original_of(&standing.id),
            dup_kind: repeats.map_or("", |duplicate| duplicate.kind.as_str()),
            dup_score: repeats.map_or(Score::NONE, |duplicate| duplicate.score),
            gone: standing.gone.map_or("", |(state, _)| state.as_str()),
            hidden: &standing.hidden,
        }
    }
}

/// Lists articles, the newest last.
pub(super) fn run(store: &dyn Store, command: &arguments::List, output: Output) -> anyhow::Result<()> {
    let mut filter = workplace::filter(&command.filter, store)?;
    if command.hidden {
        filter.hidden = HiddenOnes::Alone;
    }
    let selected = workplace::selected(store, &filter, &command.selection.selection(), output)?;
    let is_wanted = |standing: &Standing| selected.as_ref().is_none_or(|ids| ids.contains(&standing.id));
    let Newest { standings, all } = store.newest(&filter, command.at_most(), is_wanted)?;
    let duplicates = store.duplicates()?;
    for standing in &standings {
        if output.json {
            output.json(&ArticleLine::of(standing, &duplicates))?;
        } else {
            print_article(store, standing, &duplicates, output)?;
        }
    }
    let forgotten = if command.hidden { store.forgotten()? } else { Vec::new() };
    print_forgotten(&forgotten, output)?;
    match standings.len() {
        0 if !command.hidden => output.remark("no article matches", Some(workplace::why_nothing(store)?)),
        0 if forgotten.is_empty() => output.note("no article that matches is hidden, and none was forgotten"),
        shown if shown < all => output.note(format_args!("the newest {shown} of {all}; --limit shows more")),
        _ => {}
    }
    Ok(())
}

/// What is left of forgotten articles.
fn print_forgotten(forgotten: &[Forgotten], output: Output) -> anyhow::Result<()> {
    for Forgotten { id, reason, forgotten_at } in forgotten {
        if output.json {
            output
                .json(&serde_json::json!({ "id": id, "forgotten": reason, "forgotten_at": rfc3339(*forgotten_at) }))?;
        } else {
            let short: String = id.chars().take(12).collect();
            let day: String = forgotten_at.to_string().chars().take(10).collect();
            output.data(format_args!("{short}  {day:<10}  forgotten: {reason}"))?;
        }
    }
    Ok(())
}

fn print_article(
    store: &dyn Store,
    standing: &Standing,
    duplicates: &Duplicates,
    output: Output,
) -> anyhow::Result<()> {
    let title = inspect::title_of(store, standing)?;
    let repeats = duplicates.of(&standing.id).map(|duplicate| duplicate.kind);
    Ok(output.data(workplace::line_of(standing, &title, repeats))?)
}

fn stated(standing: &Standing) -> String {
    standing.published.map(|date| date.to_string()).unwrap_or_default()
}

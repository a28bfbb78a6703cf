use anyhow::Context as _;
use serde::Serialize;

use super::arguments::Arguments;
use super::article_arguments::Search;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::model::{DuplicateKind, StoredArticle};
use crate::search::{Mark, Query, Snippet};
use crate::store::Hit;

#[derive(Serialize)]
struct HitLine<'a> {
    id: &'a str,
    score: f64,
    date: String,
    source_id: &'a str,
    source_name: &'a str,
    title: &'a str,
    url: &'a str,
    n_chars: usize,
    gone: &'a str,
    snippet: &'a str,
    /// Where the snippet says what was looked for, in characters: the first, and the first behind it.
    marks: &'a [Mark],
}

/// Searches the articles.
pub(super) fn run(command: &Search, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let query = Query::parse(&command.query.join(" "))
        .map_err(|error| Mistake::usage(error.to_string(), error.hint().to_owned()))?;
    let store = workplace::open_to_read(arguments)?;
    let filter = workplace::filter(&command.filter, store.as_ref())?;
    let selection = command.selection.selection();
    let limit = if command.limit == 0 { usize::MAX } else { command.limit };
    // Which of them a selection takes is known when they are read.
    let asked = if selection.takes_all() { limit } else { usize::MAX };
    let found = store.search(&query, &filter, asked)?;
    let (mut sieve, mut shown) = (selection.sieve(), 0);
    for hit in &found.hits {
        if shown == limit {
            break;
        }
        let id = &hit.standing.id;
        let stored = store.article(id)?.with_context(|| format!("the article {id} is gone"))?;
        if sieve.takes(&stored) {
            print(&stored, &query, hit, output)?;
            shown += 1;
        }
    }
    if shown == 0 && !found.hits.is_empty() {
        sieve.finish()?;
    }
    match found.all.filter(|_| selection.takes_all()) {
        _ if shown == 0 => output.note("nothing was found"),
        Some(all) if all > shown => output.note(format_args!("the best {shown} of {all}; --limit shows more")),
        None if shown == limit => output.note("there may be more; --limit shows them"),
        _ => {}
    }
    Ok(Exit::Done)
}

fn print(stored: &StoredArticle, query: &Query, hit: &Hit, output: Output) -> anyhow::Result<()> {
    let standing = &hit.standing;
    let article = &stored.submission.article;
    let snippet = Snippet::of(&article.text, query);
    if output.json {
        return Ok(output.json(&HitLine {
            id: &standing.id,
            // What lies behind says nothing, and looks like much.
            score: (hit.score * 1e4).round() / 1e4,
            date: standing.published.map(|date| date.to_string()).unwrap_or_default(),
            source_id: &standing.source_id,
            source_name: &standing.source_name,
            title: &standing.title,
            url: &article.url,
            n_chars: standing.characters,
            gone: standing.gone.map_or("", |(state, _)| state.as_str()),
            snippet: &snippet.text,
            marks: &snippet.marks,
        })?);
    }
    let repeats = (!standing.dup_of.is_empty()).then_some(DuplicateKind::Exact);
    output.data(workplace::line_of(standing, &standing.title, repeats))?;
    Ok(output.marked("    ", &snippet.text, &snippet.marks)?)
}

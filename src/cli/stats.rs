use std::path::Path;

use anyhow::Context as _;

use super::arguments::Arguments;
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::store_arguments::Stats;
use super::workplace;
use crate::statistics::{self, Group, MAX_ROWS, Statistics, number, percent};
use crate::store::whole_file;

/// Counts what the corpus holds.
pub(super) fn run(command: &Stats, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let is_to_stdout = command.html.as_deref() == Some(Path::new("-"));
    if is_to_stdout && output.json {
        let hint = "name a file for the page, or leave out --json";
        return Err(Mistake::usage("stdout takes the page or the JSON", hint).into());
    }
    let store = workplace::open_to_read(arguments)?;
    let filter = workplace::filter(&command.filter, store.as_ref())?;
    let selection = command.selection.selection();
    let mut sieve = selection.sieve();
    let statistics = statistics::count(store.as_ref(), &filter, &mut sieve)?;
    sieve.finish()?;
    if let Some(file) = &command.html {
        let page = statistics::page(&statistics, &filter, &selection);
        if is_to_stdout {
            output.data(page)?;
        } else {
            whole_file::write(file, &page)
                .with_context(|| format!("failed to write the page to {}", file.display()))?;
            output.note(format_args!("{} in {}", statistics::articles(statistics.articles), file.display()));
        }
    }
    if output.json {
        output.json(&statistics)?;
    } else if command.html.is_none() {
        print(&statistics, output)?;
    }
    workplace::tell_damaged(&statistics.damaged, "is not counted", output);
    Ok(if statistics.damaged.is_empty() { Exit::Done } else { Exit::Partial })
}

/// The figures for a person: those of all articles, then group by group, names last, so that it does not matter how wide they are.
fn print(statistics: &Statistics, output: Output) -> std::io::Result<()> {
    let Statistics { articles, characters, estimated_words, length, removed, .. } = statistics;
    output.data(format_args!("articles    {}", number(*articles)))?;
    output.data(format_args!("characters  {}", number(*characters)))?;
    output
        .data(format_args!("words       about {} (an estimate: no tokenizer is built in)", number(*estimated_words)))?;
    output.data(format_args!(
        "length      {} characters in the median, {} at the 90th percentile",
        number(length.median),
        number(length.percentile_90)
    ))?;
    output.data(format_args!(
        "removed     {} characters, {} of all on the pages",
        number(removed.characters),
        percent(removed.share)
    ))?;
    let groups = [statistics::months(statistics, MAX_ROWS), statistics::lengths(statistics)];
    groups.iter().chain(&statistics::named(statistics)).try_for_each(|group| print_group(group, output))
}

fn print_group(group: &Group, output: Output) -> std::io::Result<()> {
    if group.rows.is_empty() {
        return Ok(());
    }
    output.data(format_args!("\n{} (share of {})", group.title, group.whole()))?;
    output.data(format_args!("{:>10}  {:>14}  {:>7}  {}", "articles", "characters", "share", group.what))?;
    for row in &group.rows {
        let (articles, characters) = (number(row.tally.articles), number(row.tally.characters));
        output.data(format_args!("{articles:>10}  {characters:>14}  {:>7}  {}", group.share(row), row.name))?;
    }
    Ok(())
}

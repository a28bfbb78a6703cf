use std::collections::BTreeMap;

use boji_clean::model::Timestamp;

use crate::cli::counted::counted;
use crate::cli::output::Output;
use crate::inspect::{Condition, Health, Held, Status};
use crate::store::Sizes;

/// Articles of which words are held back that are named one by one.
const HELD: usize = 10;
/// Sources whose sizes are told one by one.
const LARGEST: usize = 10;

/// The whole status for a person.
pub(super) fn print(status: &Status, now: Timestamp, output: Output) -> std::io::Result<()> {
    let counts = &status.counts;
    output.data(format_args!(
        "articles  {} ({}, {})",
        counts.articles,
        counted(counts.revisions, "revision"),
        counted(counts.captures, "capture")
    ))?;
    output.data(format_args!("waiting   {}", counted(counts.pending, "page")))?;
    if counts.rarely > 0 {
        let (many, are) = (counts.rarely, if counts.rarely == 1 { "is" } else { "are" });
        output.data(format_args!("          {many} of them, which never came, {are} asked for ever more rarely"))?;
    }
    if counts.closed > 0 {
        let are = if counts.closed == 1 { "is gone or no article" } else { "are gone or no articles" };
        output.data(format_args!("closed    {} that {are}", counted(counts.closed, "page")))?;
    }
    if counts.rarely + counts.closed > 0 {
        output.data("          `boji list pages` names them, `boji retry SOURCE` asks for all of them once more")?;
    }
    let pictures = counts.pictures;
    if pictures.kept + pictures.waiting + pictures.failed > 0 {
        let size = pictures.bytes as f64 / 1e6;
        output.data(format_args!(
            "pictures  {} kept in {}, {size:.1} MB; {} waiting, {} could not be kept",
            pictures.kept,
            counted(pictures.files, "file"),
            pictures.waiting,
            pictures.failed
        ))?;
    }
    if let Some(due @ 1..) = status.due_for_a_look {
        let pages =
            if due == 1 { "is due for another look at its page" } else { "are due for another look at their pages" };
        output.data(format_args!("again     {} {pages}", counted(due, "stored article")))?;
    }
    if let Some(outdated @ 1..) = status.outdated {
        let wait = if outdated == 1 { "waits" } else { "wait" };
        output.data(format_args!("outdated  {} {wait} for `boji reclean`", counted(outdated, "article")))?;
    }
    output.data(format_args!("sources   {}, {} due now", counts.sources, status.due_now))?;
    if let Some(last) = status.last_asked() {
        output.data(format_args!("          asked last {last}"))?;
    }
    output.data(format_args!("database  {:.1} MB", counts.bytes as f64 / 1e6))?;
    if let Some(sizes) = &status.sizes {
        print_sizes(sizes, output)?;
    }
    for health in status.sources.iter().filter(|health| health.condition != Condition::Well) {
        output.data(format_args!("source    {}: {}", health.id, why_not_well(health, now)))?;
        if !health.last_message.is_empty() {
            output.data(format_args!("          {}", health.last_message))?;
        }
    }
    for health in status.sources.iter().filter(|health| !health.same_as.is_empty()) {
        let Health { id, same_as, .. } = health;
        output.data(format_args!(
            "source    {id}: same feed as {same_as}, which is asked for both; `boji remove {id}`"
        ))?;
    }
    for host in &status.resting_hosts {
        output.data(format_args!("resting   {} {}", host.host, host.rest().unwrap_or_default()))?;
    }
    for Held { article, since } in status.held.iter().take(HELD) {
        output.data(format_args!("held back {article} since {since}: `boji diff ID` shows it"))?;
    }
    if status.held.len() > HELD {
        let more = counted(status.held.len() - HELD, "article");
        output.data(format_args!("held back {more} more; --json names what is held back"))?;
    }
    Ok(())
}

/// The parts of the store and its largest sources, the largest first.
fn print_sizes(sizes: &Sizes, output: Output) -> std::io::Result<()> {
    let by_size = |sizes: Vec<(String, u64)>| {
        let mut sizes: Vec<_> = sizes.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
        sizes.sort_by(|one, other| (other.1, &one.0).cmp(&(one.1, &other.0)));
        sizes
    };
    let line = |bytes: u64, name: &str| output.data(format_args!("          {:>9.1} MB {name}", bytes as f64 / 1e6));
    for (part, bytes) in by_size(sizes.parts.clone().into_iter().collect()) {
        line(bytes, &part)?;
    }
    let mut of_sources = sizes.articles_of_source.clone();
    for (source, bytes) in &sizes.captures_of_source {
        *of_sources.entry(source.clone()).or_default() += bytes;
    }
    let of_sources = by_size(of_sources.into_iter().collect());
    for (source, _) in of_sources.iter().take(LARGEST) {
        let of = |sizes: &BTreeMap<String, u64>| sizes.get(source).copied().unwrap_or_default() as f64 / 1e6;
        let (articles, captures) = (of(&sizes.articles_of_source), of(&sizes.captures_of_source));
        output.data(format_args!("size      {source}: articles {articles:.1} MB, captures {captures:.1} MB"))?;
    }
    if of_sources.len() > LARGEST {
        output.data(format_args!("size      {} smaller sources; --json names them", of_sources.len() - LARGEST))?;
    }
    Ok(())
}

/// What is the matter with a source, as a clause.
fn why_not_well(health: &Health, now: Timestamp) -> String {
    match health.condition {
        Condition::Well => String::new(),
        Condition::Off => "off".to_owned(),
        Condition::Gone => "gone: its server says so for good (410)".to_owned(),
        Condition::Failing if health.next_due > now => {
            format!("{}, again {}", health.failing(), health.next_due)
        }
        Condition::Failing => health.failing(),
        Condition::Overdue => {
            format!("due since {}, and not asked since {}", health.next_due, health.last_tried)
        }
        Condition::Barren => "names pages, and none of them has come".to_owned(),
        Condition::Silent => "has always answered, and never named an article".to_owned(),
    }
}

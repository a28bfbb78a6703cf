use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::counted::counted;
use super::output::{Loudness, Output};
use crate::pipeline::{PassedOverCounts, Problem, RunReport, SourceOutcome, SourceReport};

/// Prints what a run or an import did: one line a source, then the problems, then the sum.
///
/// When quiet, only problems that do not mend themselves are printed: cron then mails exactly when a person is needed.
pub(super) fn print(report: &RunReport, output: Output) -> std::io::Result<()> {
    if output.json {
        return output.json(report);
    }
    for source in &report.sources {
        if source.result != SourceOutcome::Skipped || !source.others.is_empty() {
            output.note(line(source));
        }
    }
    for source in &report.sources {
        let PassedOverCounts { files, records } = &source.passed_over;
        for (counts, what) in [(files, "file"), (records, "record")] {
            if let Some(line) = passed_over(counts, what) {
                output.note(line);
            }
        }
    }
    for oddity in report.sources.iter().flat_map(|source| &source.oddities) {
        output.detail(format_args!("note: {oddity}"));
    }
    for problem in report.sources.iter().flat_map(|source| &source.problems) {
        if output.loudness > Loudness::Quiet || !problem.transient {
            output.warn(sentence(problem), Some(&problem.hint));
        }
    }
    output.note(sum(report));
    if report.total(|source| source.held) > 0 {
        output.note("held back: nearly all of a stored text would go; `boji status` names the articles, `boji diff ID` shows it");
    }
    if report.learned > 0 {
        let (lines, them) = (counted(report.learned, "line"), if report.learned == 1 { "it" } else { "them" });
        output.note(format_args!(
            "learned {lines} that accounts repeat; `boji reclean` takes {them} out of what is stored already"
        ));
    }
    Ok(())
}

/// As [`print`], of a run that is one of many: only the sources that had news or problems, and nothing when none had. Whoever asks
/// for details gets all.
pub(super) fn print_news(report: RunReport, output: Output) -> std::io::Result<()> {
    if output.loudness == Loudness::Verbose {
        return print(&report, output);
    }
    let sources: Vec<SourceReport> = report.sources.into_iter().filter(has_news).collect();
    if sources.is_empty() {
        return Ok(());
    }
    print(&RunReport { sources, ..report }, output)
}

fn has_news(source: &SourceReport) -> bool {
    let articles = source.new + source.revised + source.held + source.refreshed + source.duplicates;
    // That a host rests was told when it was put to rest.
    let others = source.result != SourceOutcome::Skipped && !source.others.is_empty();
    articles > 0 || others || !source.problems.is_empty()
}

fn line(source: &SourceReport) -> String {
    format!("{:<24}  {}", source.source, outcome(source))
}

/// What a source gave, in words.
pub(super) fn outcome(source: &SourceReport) -> String {
    let mut parts = Vec::new();
    let mut part = |count: usize, word: &str| {
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    };
    part(source.named, "named");
    part(source.new, "new");
    part(source.revised, "revised");
    part(source.held, "held back");
    part(source.refreshed, "refreshed");
    part(source.duplicates, "duplicate");
    part(source.unchanged, "unchanged");
    part(source.early, "asked before their time");
    part(source.looked_again, "looked at again");
    part(source.pending, "waiting");
    part(source.older_pages, "older pages read");
    part(source.images.kept, "pictures kept");
    part(source.images.failed, "pictures not kept");
    for (outcome, count) in &source.others {
        part(*count, outcome);
    }
    if !source.moved_to.is_empty() {
        parts.push(format!("moved for good to {}", source.moved_to));
    }
    match (source.result, parts.is_empty()) {
        (SourceOutcome::Stopped, true) => "stopped before it answered".to_owned(),
        (SourceOutcome::Skipped, false) => format!("not asked: {}", parts.join(", ")),
        (SourceOutcome::NotModified, true) => "not modified".to_owned(),
        (SourceOutcome::Failed, true) => "failed".to_owned(),
        (_, true) if source.has_no_older => "there is nothing older".to_owned(),
        (_, true) => "nothing new".to_owned(),
        (_, false) => parts.join(", "),
    }
}

/// What was not read, the most frequent first: `5 files passed over: 3 .pdf, 2 .docx`.
fn passed_over(counts: &BTreeMap<String, usize>, what: &str) -> Option<String> {
    let all: usize = counts.values().sum();
    let mut kinds: Vec<_> = counts.iter().collect();
    kinds.sort_by_key(|(kind, count)| (Reverse(**count), *kind));
    let named = match kinds.as_slice() {
        [(kind, _)] => (*kind).clone(),
        kinds => kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", "),
    };
    (all > 0).then(|| format!("{} passed over: {named}", counted(all, what)))
}

fn sentence(problem: &Problem) -> String {
    let Problem { item, stage, url, message, .. } = problem;
    if url.is_empty() { format!("{item}: {stage}: {message}") } else { format!("{item}: {stage} {url}: {message}") }
}

fn sum(report: &RunReport) -> String {
    let (new, duplicates) = (report.total(|source| source.new), report.total(|source| source.duplicates));
    let revised = report.total(|source| source.revised);
    let refreshed = report.total(|source| source.refreshed);
    let waiting = report.total(|source| source.pending);
    let problems = report.total(|source| source.problems.len());
    let stopped = if report.stopped { ", stopped early" } else { "" };
    if new + duplicates + revised + refreshed + waiting + problems == 0 {
        return format!("nothing new{stopped}");
    }
    let problems = counted(problems, "problem");
    let refreshed = if refreshed == 0 { String::new() } else { format!("{refreshed} refreshed, ") };
    let duplicates = if duplicates == 0 { String::new() } else { format!("{duplicates} duplicate, ") };
    format!("{new} new, {duplicates}{revised} revised, {refreshed}{waiting} waiting, {problems}{stopped}")
}

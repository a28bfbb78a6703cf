use std::cmp::Reverse;
use std::collections::BTreeMap;

use boji_clean::model::{Label, RuleId};

use super::arguments::{self, Arguments};
use super::counted::counted;
use super::exit::Exit;
use super::output::{Loudness, Output};
use super::progress::Progress;
use super::{limits, signals, workplace};
use crate::pipeline::{self, Change, RecleanOptions, RecleanReport, Stop};
use crate::store::{Filter, HiddenOnes};

/// Rules named in the summary.
const RULES: usize = 8;

/// Cleans stored articles again, by the rules in force and what was learned since.
pub(super) fn run(command: &arguments::Reclean, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    // A store is there already, or there is nothing to clean.
    workplace::open_to_read(arguments)?;
    let (mut store, _lock) = workplace::open_to_write(arguments)?;
    let ids = command.ids.iter().map(|id| workplace::find_id(store.as_ref(), id));
    let options = RecleanOptions {
        // What is hidden is to be as new as the rest when it is shown again.
        filter: Filter { hidden: HiddenOnes::Too, ..workplace::filter(&command.filter, store.as_ref())? },
        ids: ids.collect::<anyhow::Result<Vec<String>>>()?,
        all: command.all,
        dry_run: command.dry_run,
        jobs: command.jobs.unwrap_or_else(pipeline::cores),
    };
    limits::enough(options.jobs + 2)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let progress = Progress::new(output, "articles");
    let mut broken = None;
    let mut tell = |change: &Change| {
        if command.diff && broken.is_none() {
            broken = print_change(change, output).err();
        }
    };
    let done = pipeline::reclean(store.as_mut(), &options, &rules, &stop, &mut tell, &|done, all| {
        progress.set(done, all);
    });
    progress.finish();
    let done = done?;
    if let Some(error) = broken {
        return Err(error.into());
    }
    print_report(&done, &options, output)?;
    Ok(exit_of(&done, &stop))
}

/// One article: its title, then the lines that left (-), came back (+) or went over into a field (~).
fn print_change(change: &Change, output: Output) -> std::io::Result<()> {
    if output.json {
        return output.json(change);
    }
    output.data(format_args!("{}  {}  {}", change.id, change.source_name, change.title))?;
    for line in &change.lines {
        let (sign, rule) = match (line.before.label, line.after.label) {
            (_, Label::Keep) => ('+', &line.before.rule),
            (Label::Keep, Label::Drop) => ('-', &line.after.rule),
            _ => ('~', &line.after.rule),
        };
        output.data(format_args!("  {sign} {}  ({rule})", line.text))?;
    }
    Ok(())
}

fn print_report(report: &RecleanReport, options: &RecleanOptions, output: Output) -> std::io::Result<()> {
    for problem in &report.problems {
        output.warn(format_args!("{}: {}", problem.item, problem.message), None);
    }
    if output.json {
        return output.json(report);
    }
    if output.loudness <= Loudness::Quiet {
        return Ok(());
    }
    let would = if options.dry_run { "would change" } else { "changed" };
    output.data(format_args!(
        "{} looked at, {} up to date, {} {would}: {} out, {} back",
        counted(report.articles, "article"),
        report.up_to_date,
        report.changed,
        counted(report.characters_out, "character"),
        report.characters_back
    ))?;
    for line in lines_of(&report.rules) {
        output.data(line)?;
    }
    Ok(())
}

/// The rules that took most, one a line, and how many more there are.
fn lines_of(rules: &BTreeMap<RuleId, usize>) -> Vec<String> {
    let mut rules: Vec<(&RuleId, &usize)> = rules.iter().collect();
    rules.sort_by_key(|(rule, lines)| (Reverse(**lines), *rule));
    let named = rules.iter().take(RULES).map(|(rule, lines)| format!("{:>13}  {rule}", counted(lines, "line")));
    let more = rules.len().saturating_sub(RULES);
    let rest = (more > 0).then(|| format!("        and {}", counted(more, "more rule")));
    named.chain(rest).collect()
}

fn exit_of(report: &RecleanReport, stop: &Stop) -> Exit {
    match stop.requested() {
        Some(signal) => signal.into(),
        None if report.problems.is_empty() => Exit::Done,
        None => Exit::Partial,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_and_one_more_rule_have_no_plural() {
        let told = |counts: &[usize]| {
            let rule = |(number, lines): (usize, &usize)| (RuleId::from(format!("own.{number}")), *lines);
            lines_of(&counts.iter().enumerate().map(rule).collect())
        };
        assert_eq!(told(&[1, 12]), ["     12 lines  own.1", "       1 line  own.0"]);
        assert_eq!(told(&[2; RULES + 1]).last().map(String::as_str), Some("        and 1 more rule"));
        assert_eq!(told(&[2; RULES + 2]).last().map(String::as_str), Some("        and 2 more rules"));
        assert!(told(&[]).is_empty());
    }
}

use std::ops::ControlFlow;
use std::path::Path;

use anyhow::Context as _;
use boji_clean::model::{Label, RuleFamily, RuleId};
use boji_clean::rules::Rules;

use super::arguments::{self, Arguments};
use super::counted::counted;
use super::exit::Exit;
use super::output::Output;
use super::{report as wording, run, signals, workplace};
use crate::config::{self, Settings};
use crate::export::{self, ExportOptions, Format};
use crate::fetch::Replay;
use crate::model::StoredArticle;
use crate::pipeline::{self, Change, RecleanOptions, RunReport, Stop};
use crate::store::{Filter, Store};

/// A day that was written for this purpose, as `boji run --record` would have kept it.
const RECORDING: &[u8] = include_bytes!("../../fixtures/tapes/demo.warc.gz");
/// The sources of that day, as a user's `sources.toml` would list them.
const SOURCES: &str = include_str!("../../fixtures/demo/sources.toml");
/// Characters of a removed block that are shown.
const SHOWN: usize = 44;
/// Removed blocks of the example that are shown.
const EXAMPLES: usize = 12;

/// Plays a recorded day through the same code as `run`, exports it, and shows what happened.
pub(super) fn run(command: &arguments::Demo, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let recording = Replay::from_bytes(RECORDING.to_vec()).context("failed to open the recording that boji carries")?;
    let settings = Settings::default();
    let sources = config::load_sources(Path::new("demo/sources.toml"), SOURCES, &settings.run)?;
    let (store, _lock) = workplace::open_folder(&command.to, arguments)?;
    let stop = Stop::new();
    signals::stop_on_signals(&stop)?;
    let (report, mut store) =
        pipeline::replay(recording, &sources, store, Rules::shipped(), &settings, &stop, &run::runtime()?)?;
    let again = RecleanOptions { jobs: pipeline::cores(), ..RecleanOptions::default() };
    let mut changes = Vec::new();
    let mut tell = |change: &Change| changes.push(change.clone());
    pipeline::reclean(store.as_mut(), &again, &Rules::shipped(), &stop, &mut tell, &|_, _| {})?;
    let corpus = command.to.join("corpus");
    let options =
        ExportOptions { to: corpus.clone(), format: Format::Jsonl, dump: "demo".into(), ..ExportOptions::default() };
    let exported = export::export(store.as_ref(), &Filter::default(), &options, &|| false)?;
    let pages = ExportOptions {
        to: command.to.join("markdown"),
        format: Format::Markdown,
        dump: "demo".into(),
        ..ExportOptions::default()
    };
    export::export(store.as_ref(), &Filter::default(), &pages, &|| false)?;
    if output.json {
        output.json(&report)?;
        return Ok(Exit::Done);
    }
    print_sources(&report, output)?;
    print_rules(&report, output)?;
    print_learned(&changes, output)?;
    if report.total(|source| source.new) > 0 {
        print_example(store.as_ref(), output)?;
    }
    output.data(format_args!("{} in {}, Markdown beside it", counted(exported.records, "record"), corpus.display()))?;
    print_next(&command.to, output)?;
    Ok(Exit::Done)
}

fn print_sources(report: &RunReport, output: Output) -> std::io::Result<()> {
    let new = report.total(|source| source.new + source.duplicates);
    if new + report.total(|source| source.revised) == 0 {
        output.data("Nothing new: every article of the recorded day is in the store already.\n")?;
        return Ok(());
    }
    output.data(format_args!("A recorded day, played through the code of `boji run`: {new} new articles\n"))?;
    output.data("what each source gave")?;
    for source in &report.sources {
        output.data(format_args!("  {:<18} {}", source.source, wording::outcome(source)))?;
        for oddity in &source.oddities {
            output.data(format_args!("  {:<18}   got over: {oddity}", ""))?;
        }
        for problem in &source.problems {
            output.data(format_args!("  {:<18}   {}", "", problem.message))?;
        }
    }
    output.data("")
}

fn print_rules(report: &RunReport, output: Output) -> std::io::Result<()> {
    let mut rules = std::collections::BTreeMap::<&RuleId, usize>::new();
    for source in &report.sources {
        for (rule, count) in &source.rules {
            *rules.entry(rule).or_default() += count;
        }
    }
    if rules.is_empty() {
        return Ok(());
    }
    output.data("blocks taken out of the text, by rule")?;
    for (rule, count) in rules {
        output.data(format_args!("  {count:>4}  {rule}"))?;
    }
    output.data("")
}

/// What cleaning again took out by what the accounts' own articles had taught: the wordings, each once.
fn print_learned(changes: &[Change], output: Output) -> std::io::Result<()> {
    let mut learned = std::collections::BTreeMap::<(&str, &str), usize>::new();
    for change in changes {
        for line in change.lines.iter().filter(|line| line.after.rule.family() == RuleFamily::Learned) {
            *learned.entry((&change.source_name, &line.text)).or_default() += 1;
        }
    }
    if learned.is_empty() {
        return Ok(());
    }
    output.data("learned from an account's own articles, and taken out by `boji reclean`")?;
    for ((account, text), count) in learned {
        let shown: String = text.chars().take(SHOWN).collect();
        output.data(format_args!("  {count:>4}  {account}: {shown}"))?;
    }
    output.data("")
}

/// The article with the most removed blocks, before and after.
fn print_example(store: &dyn Store, output: Output) -> anyhow::Result<()> {
    let mut best: Option<StoredArticle> = None;
    store.each_article(&Filter::default(), &mut |stored| {
        let taken = |stored: &StoredArticle| removed(stored).count();
        if best.as_ref().is_none_or(|best| taken(&stored) > taken(best)) {
            best = Some(stored);
        }
        ControlFlow::Continue(())
    })?;
    let Some(stored) = best else { return Ok(()) };
    let article = &stored.submission.article;
    let blocks = article.blocks.len();
    let out = removed(&stored).count();
    output.data(format_args!("one article: {}", article.title))?;
    output.data(format_args!("  before  {}", counted(blocks, "block")))?;
    for judged in removed(&stored).take(EXAMPLES) {
        let text: String = judged.block.text().split_whitespace().collect::<Vec<_>>().join(" ");
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.is_empty() {
            shown.push_str("[image]");
        }
        output.data(format_args!("        - {:<14} {shown}", judged.verdict.category_word()))?;
    }
    let (blocks, characters) = (counted(blocks - out, "block"), counted(article.text.chars().count(), "character"));
    output.data(format_args!("  after   {blocks}, {characters}"))?;
    for (role, names) in &article.metadata.credits {
        output.data(format_args!("          {role}: {}", names.join(", ")))?;
    }
    if let Some(first) = article.text.split("\n\n").find(|block| block.chars().count() > SHOWN) {
        let first: String = first.chars().take(2 * SHOWN).collect();
        output.data(format_args!("          {first}…"))?;
    }
    Ok(output.data("")?)
}

fn removed(stored: &StoredArticle) -> impl Iterator<Item = &boji_clean::model::JudgedBlock> {
    stored.submission.article.blocks.iter().filter(|judged| judged.verdict.label != Label::Keep)
}

fn print_next(folder: &Path, output: Output) -> std::io::Result<()> {
    let folder = folder.display();
    output.data("next")?;
    output.data(format_args!("  boji --data {folder} list             what was stored"))?;
    output.data(format_args!("  boji --data {folder} explain ID       every block with its rule"))?;
    output.data(format_args!("  boji --data {folder} status           what waits and what failed"))?;
    output.data("  boji init && boji add URL             begin with your own sources")
}

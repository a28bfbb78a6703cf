use std::path::Path;

use boji_clean::clean::locate::{CandidateKind, RootCandidate, Trace};
use boji_clean::clean::{self, Cleaned, clean_page};
use boji_clean::model::{Article, JudgedBlock, Label};
use boji_clean::parse::Input;
use serde::Serialize;

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::input::read_page;
use super::mistake::Mistake;
use super::one_page::{self, OnePage, is_address};
use super::output::Output;
use super::workplace;
use crate::fetch::redact_url;
use crate::model::{StoredArticle, type_of_file};
use crate::store::Store;

/// Characters of a block shown in the table.
const SHOWN: usize = 60;

#[derive(Serialize)]
struct Explained<'a> {
    id: String,
    state: &'static str,
    evidence: &'a str,
    title: &'a str,
    fields: serde_json::Value,
    /// How the body was found, for a page in which it had to be looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    way: Option<&'a Trace>,
    blocks: Vec<&'a JudgedBlock>,
}

/// Says where each block and field of an article came from and which rule took what.
pub(super) fn run(command: &arguments::Explain, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let file = Path::new(&command.what);
    let is_address = is_address(&command.what) && !file.is_file();
    if command.fetch && !is_address {
        return Err(Mistake::usage("--fetch goes with an address", "give the address of a page").into());
    }
    if file.is_file() {
        let rules = workplace::rules(arguments)?;
        let bytes = read_page(file)?;
        let input = Input { bytes: &bytes, url: "", content_type: type_of_file(&command.what) };
        print_cleaned(&clean_page(&input, &clean::Context::default(), &rules), command.removed, output)?;
        return Ok(Exit::Done);
    }
    if is_address {
        return explain_address(command, arguments, output);
    }
    if !command.what.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let hint = "check the path, or take an id from `boji list`";
        return Err(Mistake::names_nothing(&command.what, &["file", "address", "article"], hint).into());
    }
    let store = workplace::open_to_read(arguments)?;
    let stored = workplace::find(store.as_ref(), &command.what)?;
    print_stored(store.as_ref(), &stored, command.removed, output)?;
    Ok(Exit::Done)
}

/// The article that is stored of an address; the page there, when none is, or a person wants it anew.
fn explain_address(command: &arguments::Explain, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let loaded = workplace::configuration(arguments)?;
    let rules = workplace::rules_of(&loaded)?;
    if !command.fetch
        && let Some(store) = workplace::open_if_there(arguments)?
        && let Some(stored) = workplace::find_if_stored(store.as_ref(), &command.what)?
    {
        let at = stored.submission.fetched_at;
        output.note(format_args!("this is what is stored of it since {at}; `--fetch` asks for the page anew"));
        print_stored(store.as_ref(), &stored, command.removed, output)?;
        return Ok(Exit::Done);
    }
    let capture = match one_page::fetch(&command.what, arguments, &loaded.settings.fetch)? {
        OnePage::Came(capture) => capture,
        OnePage::Stopped(exit) => return Ok(exit),
    };
    if !output.json {
        output.data(format_args!("fetched    {}", redact_url(capture.final_url())))?;
    }
    print_cleaned(&clean_page(&capture.input(), &clean::Context::default(), &rules), command.removed, output)?;
    Ok(Exit::Done)
}

/// A stored article: where it came from, and what each of its blocks is.
fn print_stored(store: &dyn Store, stored: &StoredArticle, removed_only: bool, output: Output) -> anyhow::Result<()> {
    let article = &stored.submission.article;
    if output.json {
        output.json(&explained(article, "article", "", removed_only))?;
        return Ok(());
    }
    let at = stored.submission.fetched_at;
    output
        .data(format_args!("revision   {} of source {}, fetched {at}", stored.revision, stored.submission.source_id))?;
    let later = &stored.submission.later_captures;
    for capture in std::iter::once(&stored.submission.capture_hash).chain(later).map(|hash| store.capture(hash)) {
        let Some(capture) = capture? else { continue };
        output.data(format_args!("captured   {}", redact_url(capture.final_url())))?;
    }
    if let Some((state, when)) = stored.gone {
        output.data(format_args!("gone       {state}, noticed {when}"))?;
    }
    let repeats = store.duplicates()?.clause(&stored.id);
    if !repeats.is_empty() {
        output.data(format_args!("duplicate  {repeats}"))?;
    }
    print(article, removed_only, output)?;
    Ok(())
}

/// What a page turned out to be, by which marks, and what each of its blocks is.
pub(super) fn print_cleaned(cleaned: &Cleaned, removed_only: bool, output: Output) -> std::io::Result<()> {
    if output.json {
        return match &cleaned.article {
            Some(article) => {
                let way = cleaned.way.as_ref();
                output.json(&Explained {
                    way,
                    ..explained(article, cleaned.state.as_str(), &cleaned.evidence, removed_only)
                })
            }
            None => output.json(&serde_json::json!({ "state": cleaned.state, "evidence": cleaned.evidence })),
        };
    }
    let evidence = if cleaned.evidence.is_empty() { String::new() } else { format!(" ({})", cleaned.evidence) };
    output.data(format_args!("state      {}{evidence}", cleaned.state))?;
    if !cleaned.site.is_empty() {
        output.data(format_args!("located    by the site rule of {}", cleaned.site))?;
    }
    for issue in &cleaned.issues {
        output.data(format_args!("issue      {issue}"))?;
    }
    if let Some(way) = &cleaned.way {
        let steps: Vec<String> = way.steps.iter().map(|(name, prose)| format!("{name} {prose}")).collect();
        output.data(format_args!("body       {} ({})", steps.join(" > "), way.reason))?;
        for lead in &way.leads {
            output.data(format_args!("lead       {lead}"))?;
        }
        for (role, candidate) in
            way.winner.iter().map(|it| ("chosen", it)).chain(way.rivals.iter().map(|it| ("rival", it)))
        {
            output.data(format_args!("{role:<9}  {}", weighed(candidate)))?;
        }
    }
    for (field, place) in &cleaned.facts.provenance {
        output.data(format_args!("from       {field}: {place}"))?;
    }
    for conflict in &cleaned.facts.conflicts {
        let ((taken, from), (refused, other)) = (&conflict.taken, &conflict.refused);
        output.data(format_args!("conflict   {}: {taken} ({from}) against {refused} ({other})", conflict.field))?;
    }
    match &cleaned.article {
        Some(article) => print(article, removed_only, output),
        None => Ok(()),
    }
}

fn explained<'a>(article: &'a Article, state: &'static str, evidence: &'a str, removed_only: bool) -> Explained<'a> {
    Explained {
        id: article.id(),
        state,
        evidence,
        title: &article.title,
        way: None,
        fields: serde_json::to_value(&article.metadata).unwrap_or_default(),
        blocks: article.blocks.iter().filter(|judged| shows(judged, removed_only)).collect(),
    }
}

fn shows(judged: &JudgedBlock, removed_only: bool) -> bool {
    !removed_only || judged.verdict.label != Label::Keep
}

/// The table of blocks, kept and removed, each with its rule.
fn print(article: &Article, removed_only: bool, output: Output) -> std::io::Result<()> {
    output.data(format_args!("id         {}", article.id()))?;
    output.data(format_args!("identity   {}", article.key))?;
    output.data(format_args!("title      {}", one_line(&article.title)))?;
    if let Some(date) = article.published {
        output.data(format_args!("published  {date}"))?;
    }
    output.data(format_args!("source     {} {}", article.origin.as_str(), article.source_name))?;
    for (role, names) in &article.metadata.credits {
        output.data(format_args!("credit     {role}: {}", names.join(", ")))?;
    }
    if !article.flags.is_empty() {
        output.data(format_args!("flags      {}", article.flags.join(";")))?;
    }
    output.data("")?;
    output.data("block  verdict  category          rule                          text")?;
    for (place, judged) in article.blocks.iter().enumerate().filter(|(_, judged)| shows(judged, removed_only)) {
        output.data(row(place, judged))?;
    }
    Ok(())
}

fn row(place: usize, judged: &JudgedBlock) -> String {
    let verdict = match judged.verdict.label {
        Label::Keep => "keep",
        Label::Meta => "meta",
        Label::Drop => "drop",
    };
    let mut shown = one_line(&judged.block.text());
    let images = judged.block.images().count();
    if images > 0 {
        shown = format!("[{images} image{}] {shown}", if images == 1 { "" } else { "s" });
    }
    let reason =
        if judged.verdict.reason.is_empty() { String::new() } else { format!("  ({})", judged.verdict.reason) };
    format!(
        "{place:>5}  {verdict:<7}  {:<16}  {:<28}  {shown}{reason}",
        judged.verdict.category_word(),
        judged.verdict.rule
    )
}

/// A candidate for the article, its score, and what it is made of.
fn weighed(candidate: &RootCandidate) -> String {
    let RootCandidate { kind, place, prose, headings, score, .. } = candidate;
    let says = if *kind == CandidateKind::JsonLd {
        format!("{prose} letters, {:.1} times what the page shows", candidate.held)
    } else {
        let title = if candidate.title { ", with a title" } else { "" };
        let (links, held, left) = (candidate.links * 100.0, candidate.held * 100.0, candidate.left * 100.0);
        format!("prose {prose}: {held:.0} % of the {left:.0} % left, links {links:.0} %, headings {headings}{title}")
    };
    format!("{score:>5.2}  {:<10}  {place:<24}  {says}", kind.as_str())
}

/// The beginning of a text on one line.
fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}

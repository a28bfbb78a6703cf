use std::collections::BTreeSet;

use serde::Serialize;

use super::arguments::Arguments;
use super::article_arguments;
use super::article_arguments::FilterArguments;
use super::counted::counted;
use super::exit::Exit;
use super::output::Output;
use super::workplace;
use crate::model::{Duplicate, DuplicateKind, Resemblance, Score, Standing};
use crate::store::Store;

/// Characters of an id that are shown to people.
const SHOWN: usize = 12;

/// An article as it is told.
#[derive(Serialize)]
struct ArticleLine {
    id: String,
    title: String,
    source_name: String,
    date: String,
}

/// An article that repeats another, and how.
#[derive(Serialize)]
struct CopyLine {
    #[serde(flatten)]
    article: ArticleLine,
    kind: DuplicateKind,
    score: Score,
}

/// Articles of which one stands for the others.
#[derive(Serialize)]
struct Group {
    #[serde(flatten)]
    head: ArticleLine,
    duplicates: Vec<CopyLine>,
}

/// An article whose text is like that of the one that was asked about.
#[derive(Serialize)]
struct AlikeLine {
    #[serde(flatten)]
    article: ArticleLine,
    jaccard: Score,
    /// Share of the text that was asked about which this one has.
    has_of_it: Score,
    /// Share of this text which that one has.
    it_has_of_this: Score,
}

/// All that is told of one article.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    article: ArticleLine,
    dup_of: &'a str,
    dup_kind: &'a str,
    dup_score: Score,
    duplicates: Vec<CopyLine>,
    alike: Vec<AlikeLine>,
}

/// Shows which articles repeat others, and which stands for them.
pub(super) fn run(
    command: &article_arguments::Duplicates,
    arguments: &Arguments,
    output: Output,
) -> anyhow::Result<Exit> {
    if command.rebuild {
        let (mut store, _lock) = workplace::open_to_write(arguments)?;
        let texts = store.compare_anew()?;
        if output.json {
            output.json(&serde_json::json!({ "compared": texts }))?;
        }
        output.note(format_args!("{texts} texts are compared anew"));
        return Ok(Exit::Done);
    }
    let store = workplace::open_to_read(arguments)?;
    match &command.id {
        Some(id) => tell_of(store.as_ref(), &workplace::find_id(store.as_ref(), id)?, output)?,
        None => list(store.as_ref(), command, output)?,
    }
    Ok(Exit::Done)
}

/// The groups that the arguments want, by the ids of those that stand for them.
fn list(store: &dyn Store, command: &article_arguments::Duplicates, output: Output) -> anyhow::Result<()> {
    let wanted = wanted(store, command)?;
    let duplicates = store.duplicates()?;
    let (mut shown, mut copies) = (0_usize, 0_usize);
    for (head, members) in duplicates.groups() {
        let fits = |duplicate: &Duplicate| {
            (command.kind.is_empty() || command.kind.contains(&duplicate.kind)) && duplicate.score >= command.min_score
        };
        let members: Vec<_> = members.into_iter().filter(|(_, duplicate)| fits(duplicate)).collect();
        let mut ids = members.iter().map(|(id, _)| *id).chain([head]);
        let is_wanted = wanted.as_ref().is_none_or(|wanted| ids.any(|id| wanted.contains(id)));
        if members.is_empty() || !is_wanted {
            continue;
        }
        shown += 1;
        copies += members.len();
        let group = Group { head: line(store, head)?, duplicates: copy_lines(store, &members)? };
        if output.json {
            output.json(&group)?;
        } else {
            output.data(said(&group.head))?;
            print_copies(&group.duplicates, output)?;
        }
    }
    let repeat = if copies == 1 { "repeats" } else { "repeat" };
    output.note(format_args!("{} {repeat} {}", counted(copies, "article"), counted(shown, "other")));
    Ok(())
}

/// The articles of the sources and accounts that are asked for; `None` when none are named.
fn wanted(store: &dyn Store, command: &article_arguments::Duplicates) -> anyhow::Result<Option<BTreeSet<String>>> {
    if command.source.is_empty() && command.account.is_empty() {
        return Ok(None);
    }
    let (source, account) = (command.source.clone(), command.account.clone());
    let filter = workplace::filter(&FilterArguments { source, account, ..FilterArguments::default() }, store)?;
    let mut wanted = BTreeSet::new();
    store.each_standing(&filter, &mut |standing| {
        wanted.insert(standing.id);
    })?;
    Ok(Some(wanted))
}

/// What an article repeats, what repeats it, and every text that is like its own.
fn tell_of(store: &dyn Store, id: &str, output: Output) -> anyhow::Result<()> {
    let duplicates = store.duplicates()?;
    let members = duplicates.groups().remove(id).unwrap_or_default();
    let alike = alike_lines(store, id)?;
    let repeats = duplicates.of(id);
    if output.json {
        return Ok(output.json(&Told {
            article: line(store, id)?,
            dup_of: duplicates.original_of(id),
            dup_kind: repeats.map_or("", |duplicate| duplicate.kind.as_str()),
            dup_score: repeats.map_or(Score::NONE, |duplicate| duplicate.score),
            duplicates: copy_lines(store, &members)?,
            alike,
        })?);
    }
    output.data(said(&line(store, id)?))?;
    if let Some(duplicate) = repeats {
        let (kind, score) = (duplicate.kind.phrase(), duplicate.score.fraction());
        output.data(format_args!("  {kind} {} ({score:.3})", said(&line(store, &duplicate.of)?)))?;
    }
    print_copies(&copy_lines(store, &members)?, output)?;
    if !alike.is_empty() {
        output.data("jaccard  has of it  it has  text")?;
    }
    for AlikeLine { article, jaccard, has_of_it, it_has_of_this } in &alike {
        let [jaccard, has, had] = [jaccard, has_of_it, it_has_of_this].map(|score| score.fraction());
        output.data(format_args!("{jaccard:>7.3}  {has:>9.3}  {had:>6.3}  {}", said(article)))?;
    }
    if repeats.is_none() && members.is_empty() && alike.is_empty() {
        output.note("no other text is like its own");
    }
    Ok(())
}

/// The texts that are like an article's, the most alike first. Those of an exact duplicate are its original's.
fn alike_lines(store: &dyn Store, id: &str) -> anyhow::Result<Vec<AlikeLine>> {
    let original = store.standing(id)?.map(|standing| standing.dup_of).filter(|original| !original.is_empty());
    let mut alike = Vec::new();
    for Resemblance { second, likeness, .. } in store.resemblances(Some(original.as_deref().unwrap_or(id)))? {
        alike.push(AlikeLine {
            article: line(store, &second)?,
            jaccard: likeness.jaccard,
            has_of_it: likeness.first_in_second,
            it_has_of_this: likeness.second_in_first,
        });
    }
    alike.sort_by(|one, other| (other.jaccard, &one.article.id).cmp(&(one.jaccard, &other.article.id)));
    Ok(alike)
}

fn copy_lines(store: &dyn Store, members: &[(&str, &Duplicate)]) -> anyhow::Result<Vec<CopyLine>> {
    let line = |(id, duplicate): &(&str, &Duplicate)| {
        Ok(CopyLine { article: line(store, id)?, kind: duplicate.kind, score: duplicate.score })
    };
    members.iter().map(line).collect()
}

fn line(store: &dyn Store, id: &str) -> anyhow::Result<ArticleLine> {
    let Some(Standing { title, source_name, published, .. }) = store.standing(id)? else {
        let [title, source_name, date] = Default::default();
        return Ok(ArticleLine { id: id.to_owned(), title, source_name, date });
    };
    let date = published.map(|date| date.to_string()).unwrap_or_default();
    Ok(ArticleLine { id: id.to_owned(), title, source_name, date })
}

fn print_copies(copies: &[CopyLine], output: Output) -> std::io::Result<()> {
    for CopyLine { article, kind, score } in copies {
        output.data(format_args!("  {:<9}  {:.3}  {}", kind.as_str(), score.fraction(), said(article)))?;
    }
    Ok(())
}

fn said(line: &ArticleLine) -> String {
    let ArticleLine { id, title, source_name, date } = line;
    let id: String = id.chars().take(SHOWN).collect();
    let day: String = date.chars().take("2026-11-24".len()).collect();
    format!("{id}  {day:<10}  {source_name}  {title}")
}

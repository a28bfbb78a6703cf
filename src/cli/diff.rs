use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use super::arguments::{self, Arguments};
use super::exit::Exit;
use super::mistake::Mistake;
use super::output::Output;
use super::workplace;
use crate::model::StoredArticle;

/// What two revisions differ in.
#[derive(Serialize)]
struct Report<'a> {
    id: &'a str,
    old: Side<'a>,
    new: Side<'a>,
    /// Lines that are in the old one alone.
    removed: Vec<&'a str>,
    /// Lines that are in the new one alone.
    added: Vec<&'a str>,
}

#[derive(Serialize)]
struct Side<'a> {
    revision: u32,
    title: &'a str,
    fetched_at: String,
    held_since: String,
    n_chars: usize,
}

impl<'a> Side<'a> {
    fn of(stored: &'a StoredArticle) -> Self {
        let article = &stored.submission.article;
        Self {
            revision: stored.revision,
            title: &article.title,
            fetched_at: stored.submission.fetched_at.to_string(),
            held_since: stored.held_since.map(|since| since.to_string()).unwrap_or_default(),
            n_chars: article.text.chars().count(),
        }
    }

    fn line(&self) -> String {
        let held = if self.held_since.is_empty() { String::new() } else { format!(", held since {}", self.held_since) };
        let Self { revision, fetched_at, n_chars, title, .. } = self;
        format!("revision {revision}, {fetched_at}, {n_chars} characters{held}: {title}")
    }
}

/// Shows what changed between two revisions of an article, line by line.
pub(super) fn run(command: &arguments::Diff, arguments: &Arguments, output: Output) -> anyhow::Result<Exit> {
    let store = workplace::open_to_read(arguments)?;
    let id = workplace::find_id(store.as_ref(), &command.id)?;
    let numbers = store.revision_numbers(&id)?;
    let new = command.new.or(numbers.last().copied());
    let old = command.old.or_else(|| numbers.iter().copied().rfind(|number| Some(*number) < new));
    let (Some(old), Some(new)) = (old, new) else {
        let hint = "it has one alone; `boji show ID` prints it";
        return Err(Mistake::usage(format!("the article {id} has no two revisions"), hint).into());
    };
    let [old, new] = [old, new].map(|number| workplace::find_revision(store.as_ref(), &id, number));
    let (old, new) = (old?, new?);
    let difference = TextDiff::from_lines(&old.submission.article.text, &new.submission.article.text);
    let (from, to) = (Side::of(&old), Side::of(&new));
    if output.json {
        let lines = |wanted: ChangeTag| {
            let changes = difference.iter_all_changes().filter(move |change| change.tag() == wanted);
            changes.filter_map(|change| change.value().lines().next()).collect()
        };
        let (removed, added) = (lines(ChangeTag::Delete), lines(ChangeTag::Insert));
        output.json(&Report { id: &id, old: from, new: to, removed, added })?;
        return Ok(Exit::Done);
    }
    output.data(format_args!("--- {}", from.line()))?;
    output.data(format_args!("+++ {}", to.line()))?;
    for hunk in difference.unified_diff().context_radius(command.context).iter_hunks() {
        for change in hunk.iter_changes() {
            output.data(format_args!("{}{}", change.tag(), change.value().trim_end_matches('\n')))?;
        }
        output.data("")?;
    }
    Ok(Exit::Done)
}

//! Two revisions of an article side by side.

use maud::{Markup, html};
use similar::{ChangeTag, DiffOp, TextDiff};

use super::frame::{Section, page};
use crate::model::StoredArticle;

/// Lines round a change that are shown.
const CONTEXT: usize = 2;
/// Rows that are shown.
const MAX_ROWS: usize = 2_000;

/// The page. `numbers` are those of all revisions.
pub(super) fn show(old: &StoredArticle, new: &StoredArticle, numbers: &[u32]) -> Markup {
    let (before, after) = (&old.submission.article.text, &new.submission.article.text);
    let difference = TextDiff::from_lines(before.as_str(), after.as_str());
    let groups = difference.grouped_ops(CONTEXT);
    let title = &new.submission.article.title;
    let rows: Vec<Row<'_>> = groups.iter().flatten().flat_map(|op| rows(&difference, op)).collect();
    let body = html! {
        h1 { "Two revisions of " a href={ "/article/" (new.id) } { (title) } }
        form.choose {
            (choice("old", "Before", old.revision, numbers))
            (choice("new", "After", new.revision, numbers))
            button { "Compare" }
        }
        div.wide {
            table.compare {
                thead { tr {
                    th scope="col" { "Revision " (old.revision) ", " (old.submission.fetched_at) }
                    th scope="col" { "Revision " (new.revision) ", " (new.submission.fetched_at) }
                } }
                tbody {
                    @for row in rows.iter().take(MAX_ROWS) {
                        tr {
                            td.removed[row.is_change && row.old.is_some()] { @if let Some(text) = row.old { @if row.is_change { del { (text) } } @else { (text) } } }
                            td.added[row.is_change && row.new.is_some()] { @if let Some(text) = row.new { @if row.is_change { ins { (text) } } @else { (text) } } }
                        }
                    }
                }
            }
        }
        @if rows.is_empty() { p { "Their texts are equal." } }
        @if rows.len() > MAX_ROWS { p.quiet { (rows.len() - MAX_ROWS) " further lines are not shown." } }
    };
    page(&format!("Revisions of {title}"), Section::Articles, &body)
}

fn choice(name: &str, label: &str, chosen: u32, numbers: &[u32]) -> Markup {
    html! {
        label for=(name) { (label) }
        select id=(name) name=(name) {
            @for number in numbers { option value=(number) selected[*number == chosen] { (number) } }
        }
    }
}

/// A line of either, beside the one in whose place it stands.
struct Row<'a> {
    old: Option<&'a str>,
    new: Option<&'a str>,
    is_change: bool,
}

fn rows<'a>(difference: &TextDiff<'a, 'a, '_, str>, op: &DiffOp) -> Vec<Row<'a>> {
    let (mut old, mut new, mut rows) = (Vec::new(), Vec::new(), Vec::new());
    for change in difference.iter_changes(op) {
        let text = change.value().trim_end_matches('\n');
        match change.tag() {
            ChangeTag::Equal => rows.push(Row { old: Some(text), new: Some(text), is_change: false }),
            ChangeTag::Delete => old.push(text),
            ChangeTag::Insert => new.push(text),
        }
    }
    let longer = old.len().max(new.len());
    rows.extend((0..longer).map(|nth| Row { old: old.get(nth).copied(), new: new.get(nth).copied(), is_change: true }));
    rows
}

//! The list of articles, by filter or by search.

use boji_clean::model::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::failure::Failure;
use super::frame::{Section, page};
use crate::inspect;
use crate::model::{Duplicates, Source, Standing};
use crate::search::{Mark, Query, Snippet};
use crate::store::{Filter, HiddenOnes, Newest, Store};

/// Articles on a page.
const PER_PAGE: usize = 50;
/// Pages that can be asked for.
const MAX_PAGE: usize = 100_000;
/// Hits of a search that are shown.
const MAX_HITS: usize = 100;

/// What is asked for; "" wants all.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wanted {
    /// A query, as `boji search` takes it.
    pub q: String,
    /// Id of a source.
    pub source: String,
    /// Name of an account or a site.
    pub account: String,
    /// BCP 47 tag.
    pub language: String,
    /// Month of publication, `2026-11`.
    pub month: String,
    /// Number of the page, from 1.
    pub page: usize,
}

impl Wanted {
    /// The same as a filter of the store.
    pub(super) fn filter(&self) -> Result<Filter, Failure> {
        let named = |name: &str| if name.is_empty() { Vec::new() } else { vec![name.to_owned()] };
        let (since, until) = if self.month.is_empty() {
            (None, None)
        } else {
            let (first, behind) =
                month(&self.month).ok_or_else(|| Failure::Wrong(format!("{} is no month", self.month)))?;
            (Some(first), Some(behind))
        };
        Ok(Filter {
            sources: named(&self.source),
            accounts: named(&self.account),
            languages: named(&self.language),
            since,
            until,
            ..Filter::default()
        })
    }

    /// The address of another page of the same list.
    fn address(&self, number: usize) -> String {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", &self.q),
            ("source", &self.source),
            ("account", &self.account),
            ("language", &self.language),
            ("month", &self.month),
        ] {
            if !value.is_empty() {
                pairs.append_pair(name, value);
            }
        }
        pairs.append_pair("page", &number.to_string());
        format!("/?{}", pairs.finish())
    }
}

/// The first instant of a month and of the one behind it, in UTC.
fn month(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (year, month) = text.split_once('-')?;
    let (year, month): (u32, u32) = (year.parse().ok()?, month.parse().ok()?);
    let is_month = (1..=9_998).contains(&year) && (1..=12).contains(&month);
    let next = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    let first = |(year, month): (u32, u32)| Timestamp::parse(&format!("{year:04}-{month:02}-01T00:00:00Z"));
    if is_month { Some((first((year, month))?, first(next)?)) } else { None }
}

/// One article of a list.
struct Line {
    standing: Standing,
    title: String,
    /// What it says of what was searched for.
    snippet: Option<Snippet>,
}

/// The page.
pub(super) fn show(store: &dyn Store, wanted: &Wanted) -> Result<Markup, Failure> {
    let sources: Vec<Source> = store.sources()?.into_iter().map(|(source, _)| source).collect();
    let filter = wanted.filter()?;
    refuse_unknown_source(store, &wanted.source, &sources)?;
    let (lines, said, pages) =
        if wanted.q.trim().is_empty() { listed(store, wanted, &filter)? } else { found(store, &wanted.q, &filter)? };
    let duplicates = store.duplicates()?;
    let body = html! {
        h1 { @if wanted.q.is_empty() { "Articles" } @else { "Articles that say " q { (wanted.q) } } }
        (choose(wanted, &sources))
        p.quiet role="status" { (said) }
        ol.articles {
            @for line in &lines { (item(line, &duplicates)) }
        }
        @if let Some((number, all)) = pages {
            nav.pages aria-label="Pages of the list" {
                @if number > 1 { a rel="prev" href=(wanted.address(number - 1)) { "Newer" } }
                span { "Page " (number) " of " (all) }
                @if number < all { a rel="next" href=(wanted.address(number + 1)) { "Older" } }
            }
        }
    };
    let title = if wanted.q.is_empty() { "Articles".to_owned() } else { format!("Search: {}", wanted.q) };
    Ok(page(&title, Section::Articles, &body))
}

/// An error when a source that is asked for is not there, nor any article of it: those of a source that was removed stay.
pub(super) fn refuse_unknown_source(store: &dyn Store, id: &str, sources: &[Source]) -> Result<(), Failure> {
    if id.is_empty() || sources.iter().any(|source| source.id == id) {
        return Ok(());
    }
    let of_it = Filter { sources: vec![id.to_owned()], hidden: HiddenOnes::Too, ..Filter::default() };
    if store.newest(&of_it, 1, |_| true)?.all > 0 {
        return Ok(());
    }
    Err(Failure::Wrong(format!("there is no source {id}")))
}

type Listed = (Vec<Line>, String, Option<(usize, usize)>);

/// A page of all that a filter wants, the newest first.
fn listed(store: &dyn Store, wanted: &Wanted, filter: &Filter) -> Result<Listed, Failure> {
    let number = wanted.page.clamp(1, MAX_PAGE);
    let most = number * PER_PAGE;
    let Newest { standings, all } = store.newest(filter, most, |_| true)?;
    let skipped = most - PER_PAGE;
    let mut lines = Vec::new();
    for standing in standings.into_iter().rev().skip(skipped) {
        let title = inspect::title_of(store, &standing)?;
        lines.push(Line { standing, title, snippet: None });
    }
    let said = if all == 1 { "One article.".to_owned() } else { format!("{all} articles.") };
    Ok((lines, said, Some((number, all.div_ceil(PER_PAGE).max(1)))))
}

/// The best that a search finds.
fn found(store: &dyn Store, query: &str, filter: &Filter) -> Result<Listed, Failure> {
    let query = Query::parse(query).map_err(|error| Failure::Wrong(format!("{error}: {}", error.hint())))?;
    let found = store.search(&query, filter, MAX_HITS)?;
    let mut lines = Vec::new();
    for hit in found.hits {
        let title = inspect::title_of(store, &hit.standing)?;
        let text = store.article(&hit.standing.id)?.map(|stored| stored.submission.article.text).unwrap_or_default();
        lines.push(Line { snippet: Some(Snippet::of(&text, &query)), standing: hit.standing, title });
    }
    let said = match (lines.len(), found.all) {
        (0, _) => "Nothing was found.".to_owned(),
        (shown, Some(all)) if all > shown => format!("The best {shown} of {all}."),
        (MAX_HITS, None) => format!("The best {MAX_HITS}; there may be more."),
        (1, _) => "One article.".to_owned(),
        (shown, _) => format!("{shown} articles."),
    };
    Ok((lines, said, None))
}

fn choose(wanted: &Wanted, sources: &[Source]) -> Markup {
    html! {
        form.choose action="/" {
            @if !wanted.q.is_empty() { input type="hidden" name="q" value=(wanted.q); }
            label for="source" { "Source" }
            select #source name="source" {
                option value="" { "all" }
                @for source in sources { option value=(source.id) selected[source.id == wanted.source] { (source.id) } }
            }
            label for="account" { "Account" }
            input #account name="account" value=(wanted.account) maxlength="200";
            label for="language" { "Language" }
            input #language name="language" value=(wanted.language) size="8" maxlength="40";
            label for="month" { "Month" }
            input #month name="month" value=(wanted.month) placeholder="2026-11" pattern="[0-9]{4}-[0-9]{2}" size="8" maxlength="7";
            button { "Show" }
        }
    }
}

fn item(line: &Line, duplicates: &Duplicates) -> Markup {
    let Line { standing, title, snippet } = line;
    let day: String = standing.published.map(|date| date.to_string()).unwrap_or_default().chars().take(10).collect();
    html! {
        li data-item tabindex="-1" {
            a.title href={ "/article/" (standing.id) } lang=[(!standing.language.is_empty()).then_some(&standing.language)] { (title) }
            span.quiet {
                @if !day.is_empty() { " " (day) }
                " · " bdi { (standing.source_name) } " · " (standing.characters) " characters"
                @if standing.revision > 1 { " · revision " (standing.revision) }
                @if let Some((state, _)) = standing.gone { " · " (state) }
                @if let Some(duplicate) = duplicates.of(&standing.id) { " · " (duplicate.kind.phrase()) " " a href={ "/article/" (duplicate.of) } { (duplicate.of.chars().take(12).collect::<String>()) } }
            }
            @if let Some(snippet) = snippet { p.snippet { (marked(&snippet.text, &snippet.marks)) } }
        }
    }
}

/// A text with its marks.
fn marked(text: &str, marks: &[Mark]) -> Markup {
    let letters: Vec<char> = text.chars().collect();
    let piece = |from: usize, to: usize| letters.get(from..to).unwrap_or_default().iter().collect::<String>();
    let mut at = 0;
    let mut pieces = Vec::new();
    for (first, behind) in marks {
        pieces.push((piece(at, *first), false));
        pieces.push((piece(*first, *behind), true));
        at = *behind;
    }
    pieces.push((piece(at, letters.len()), false));
    html! { @for (words, is_marked) in &pieces { @if *is_marked { mark { (words) } } @else { (words) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_ends_where_the_next_begins() {
        let told = |text: &str| month(text).map(|(first, behind)| format!("{first} {behind}"));
        assert_eq!(told("2026-11").as_deref(), Some("2026-11-01T00:00:00Z 2026-12-01T00:00:00Z"));
        assert_eq!(told("2026-12").as_deref(), Some("2026-12-01T00:00:00Z 2027-01-01T00:00:00Z"));
        for wrong in ["2026", "2026-13", "2026-00", "0-1", "x-y", "99999-01", ""] {
            assert_eq!(told(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_marked_is_marked_and_the_rest_is_text() {
        assert_eq!(marked("用簸箕<b>", &[(1, 3)]).into_string(), "用<mark>簸箕</mark>&lt;b&gt;");
        assert_eq!(marked("用", &[]).into_string(), "用");
        assert_eq!(marked("用", &[(0, 9)]).into_string(), "<mark></mark>");
    }

    #[test]
    fn a_list_leads_to_its_other_pages_with_its_wishes() {
        let wanted = Wanted { account: "山 水".into(), month: "2026-11".into(), ..Wanted::default() };
        assert_eq!(wanted.address(2), "/?account=%E5%B1%B1+%E6%B0%B4&month=2026-11&page=2");
    }
}

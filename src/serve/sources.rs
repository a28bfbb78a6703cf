//! How sources and hosts fare, and why something came or did not.

use boji_clean::model::Timestamp;
use maud::{Markup, html};
use serde::Deserialize;

use super::content::web_address;
use super::failure::Failure;
use super::frame::{Section, page};
use crate::config::RunSettings;
use crate::inspect::{
    AddressReport, ArticleReport, Asked, Circumstances, Condition, Health, HostFact, PageFact, RequestFact,
    SourceReport, Status, asked, problems, rfc3339,
};
use crate::model::{FetchRecord, Outcome, Source};
use crate::pipeline::{self, SourceWait};
use crate::store::Store;

/// Polls in the strip of a source.
const POLLS: usize = 30;
/// Requests of a source in which its polls are looked for: pages lie between them.
const REQUESTS: usize = 300;
/// Sources on the page.
const MAX_SOURCES: usize = 500;
/// Pages without an article on the page of a source.
const MAX_PAGES: usize = 100;

/// The page about all sources.
pub(super) fn all(store: &dyn Store, rules_version: &str, now: Timestamp) -> Result<Markup, Failure> {
    let outdated = Some(pipeline::outdated(store, rules_version)?);
    let status = Status::read(store, outdated, now).map_err(|error| Failure::Store(error.to_string()))?;
    let problems = problems(&status, now);
    let circumstances = Circumstances::of(store, now)?;
    // A source that came or went between the two reads is left out.
    let healths = status.sources.iter().take(MAX_SOURCES);
    let mut lines = Vec::new();
    for (health, (source, state)) in healths.filter_map(|health| Some((health, circumstances.source(&health.id)?))) {
        let wait = pipeline::source_wait(source, state, now);
        lines.push((health, wait, polls(&store.history(Some(&health.id), REQUESTS)?, source)));
    }
    let counts = &status.counts;
    let body = html! {
        h1 { "Sources" }
        dl.figures {
            @for (what, figure) in [
                ("articles", counts.articles), ("sources", counts.sources), ("due now", status.due_now as u64), ("pages that wait", counts.pending),
                ("closed", counts.closed), ("held back", counts.held), ("to be cleaned again", status.outdated.unwrap_or_default() as u64),
            ] {
                div { dt { (what) } dd { (figure) } }
            }
        }
        @if problems.is_empty() { p.well { "Nothing needs a person." } } @else {
            h2 { "What needs a person" }
            ul.problems { @for problem in &problems { li { strong { (problem.kind) } ": " (problem.line()) } } }
        }
        h2 { "All sources" }
        div.wide { table.sources {
            thead { tr {
                th scope="col" { "source" } th scope="col" { "how it is" } th scope="col" { "last well" } th scope="col" { "next" }
                th scope="col" { "last polls" }
            } }
            tbody { @for (health, wait, strip) in &lines { (row(health, *wait, strip, now)) } }
        } }
        @if status.sources.len() > MAX_SOURCES { p.quiet { (status.sources.len() - MAX_SOURCES) " further sources are not shown." } }
        (hosts(&circumstances, now))
    };
    Ok(page("Sources", Section::Sources, &body))
}

fn row(health: &Health, wait: SourceWait, strip: &[Poll], now: Timestamp) -> Markup {
    let said = match health.condition {
        Condition::Failing => health.failing(),
        Condition::Barren => format!("none of its pages has come: {}", health.last_message),
        Condition::Well if !health.same_as.is_empty() => format!("ok, the same feed as {}", health.same_as),
        condition => condition.to_string(),
    };
    let next = match health.next_due {
        _ if wait.is_for_good() => "never".to_owned(),
        due if due <= now => "now".to_owned(),
        due => due.to_string(),
    };
    html! {
        tr {
            th scope="row" { a href={ "/source/" (health.id) } { (health.id) } @if health.name != health.id { " " span.quiet { bdi { (health.name) } } } }
            td class={ "condition " (health.condition) } { (said) }
            td { (rfc3339(health.last_success)) }
            td { (next) }
            td { (drawn(strip)) }
        }
    }
}

/// One poll of a source.
struct Poll {
    at: Timestamp,
    outcome: Outcome,
}

impl Poll {
    /// How it went, in one letter and one word.
    fn kind(&self) -> (&'static str, &'static str) {
        match self.outcome {
            Outcome::Failed(_) | Outcome::Unusable(_) => ("bad", "✕"),
            Outcome::NotModified => ("same", "·"),
            _ => ("well", "●"),
        }
    }
}

/// The last polls of a source among its requests, from old to new.
fn polls(history: &[FetchRecord], source: &Source) -> Vec<Poll> {
    let is_own = |record: &&FetchRecord| record.url == source.url || source.urls.contains(&record.url);
    let mut last: Vec<Poll> = history
        .iter()
        .rev()
        .filter(is_own)
        .take(POLLS)
        .map(|record| Poll { at: record.at, outcome: record.outcome })
        .collect();
    last.reverse();
    last
}

/// A strip of polls: a sign each, with words for those who do not see it.
fn drawn(strip: &[Poll]) -> Markup {
    let bad = strip.iter().filter(|poll| poll.kind().0 == "bad").count();
    html! {
        @if strip.is_empty() { span.quiet { "none" } } @else {
            span.strip role="img" aria-label={ (strip.len()) " polls, " (bad) " of them failed" } {
                @for poll in strip {
                    @let (class, sign) = poll.kind();
                    span class=(class) title={ (poll.at) " " (poll.outcome) } { (sign) }
                }
            }
        }
    }
}

fn hosts(circumstances: &Circumstances, now: Timestamp) -> Markup {
    let hosts: Vec<HostFact> = circumstances.hosts.values().map(|host| HostFact::of(host, now)).collect();
    let told: Vec<&HostFact> =
        hosts.iter().filter(|host| host.rests || host.requests_today > 0).take(MAX_SOURCES).collect();
    html! {
        h2 { "Hosts" }
        @if told.is_empty() { p.quiet { "None rests, and none was asked today." } } @else {
            div.wide { table {
                thead { tr { th scope="col" { "host" } th scope="col" { "requests today" } th scope="col" { "rests" } th scope="col" { "robots.txt" } } }
                tbody { @for host in told { tr {
                    th scope="row" { (host.host) } td { (host.requests_today) } td { (host.rest().unwrap_or_default()) } td { (host.robots.phrase()) }
                } } }
            } }
        }
    }
}

/// The page about one source.
pub(super) fn one(store: &dyn Store, id: &str, now: Timestamp) -> Result<Markup, Failure> {
    let circumstances = Circumstances::of(store, now)?;
    let report = SourceReport::read(store, &circumstances, id)?
        .ok_or_else(|| Failure::Missing(format!("there is no source {id}")))?;
    let pages = store.entries_without_article(&[id.to_owned()], MAX_PAGES)?;
    let pages: Vec<PageFact> = pages.iter().map(|entry| circumstances.page(entry)).collect();
    let body = html! {
        h1 { "Source " (report.id) }
        p.answer { (report.answer) }
        p { a href={ "/?source=" (report.id) } { "Its articles" } " · " a href={ "/feed.atom?source=" (report.id) } { "as an Atom feed" } " · " a href={ "/feed.json?source=" (report.id) } { "as a JSON feed" } }
        (described(&[
            ("name", report.name.clone()), ("kind", report.source_kind.to_string()), ("address", report.url.clone()), ("moves to", report.moving_to.clone()),
            ("moved from", report.moved_from.clone()), ("tags", report.tags.join(", ")), ("schedule", report.schedule.clone()), ("habit", report.habit.clone()),
            ("same feed as", report.same_as.clone()), ("hub", report.hub.clone()), ("last asked", rfc3339(report.last_tried)),
            ("last well", rfc3339(report.last_success)), ("next", rfc3339(report.next_due)),
        ]))
        h2 { "What it named" }
        p { (report.waiting) " wait, " (report.done) " are stored, " (report.closed) " are closed." }
        ul { @for outcome in &report.outcomes { li { (outcome.entries) " " (outcome.status) ": " (outcome.means) } } }
        (named(&pages))
        (requests("Its last failures", &report.failed_requests))
        (rest(report.host.as_ref()))
    };
    Ok(page(&format!("Source {id}"), Section::Sources, &body))
}

fn described(facts: &[(&str, String)]) -> Markup {
    html! { dl.told { @for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) { div { dt { (name) } dd { bdi { (value) } } } } } }
}

/// Pages that led to no article, or those that led to one.
fn named(pages: &[PageFact]) -> Markup {
    html! {
        @if !pages.is_empty() {
            div.wide { table {
                thead { tr { th scope="col" { "page" } th scope="col" { "how it stands" } th scope="col" { "next" } } }
                tbody { @for page in pages { tr {
                    th scope="row" { @match web_address(&page.url) {
                        Some(address) => a href=(address) rel="noreferrer noopener" target="_blank" { (page.name()) },
                        None => (page.name()),
                    } }
                    td { (page.standing()) } td { (page.next()) }
                } } }
            } }
        }
    }
}

fn requests(title: &str, requests: &[RequestFact]) -> Markup {
    html! { @if !requests.is_empty() { h2 { (title) } ul { @for request in requests.iter().rev() { li { (request.line()) } } } } }
}

fn rest(host: Option<&HostFact>) -> Markup {
    html! { @if let Some((host, rest)) = host.and_then(|host| Some((host, host.rest()?))) { p.problems { "The host " (host.host) " rests " (rest) "." } } }
}

/// What somebody asks about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Question {
    /// An address, an id of an article or of a source.
    pub of: String,
}

/// The page that says why something came or did not.
pub(super) fn why(
    store: &dyn Store,
    question: &Question,
    run: Option<&RunSettings>,
    now: Timestamp,
) -> Result<Markup, Failure> {
    let what = question.of.trim();
    let circumstances = Circumstances::of(store, now)?;
    let answer = if what.is_empty() {
        html! {}
    } else {
        match asked(store, &circumstances, what)? {
            None => html! { p.answer { (what) " is no source, no article and no address." } },
            Some(Asked::Source(id)) => {
                html! { p.answer { a href={ "/source/" (id) } { "It is the source " (id) } "." } }
            }
            Some(Asked::Article(id)) => of_article(&ArticleReport::read(store, &circumstances, &id, run)?, now),
            Some(Asked::Address(addresses)) => of_address(&AddressReport::read(store, &circumstances, &addresses)?),
        }
    };
    let body = html! {
        h1 { "Why did it come, or why not?" }
        form.choose action="/why" {
            label for="of" { "Address, or id of an article or a source" }
            input #of name="of" value=(what) size="50" maxlength="2000" required;
            button { "Tell" }
        }
        div role="status" { (answer) }
    };
    Ok(page("Why", Section::Why, &body))
}

fn of_article(report: &ArticleReport, now: Timestamp) -> Markup {
    html! {
        p.answer { (report.answer) }
        @if let Some(article) = &report.article { p { a href={ "/article/" (article.id) } { (article.title) } } }
        (described(&[("last asked", rfc3339(report.last_asked)), ("next look", report.next_look.line(now))]))
        (named(&report.entries))
        (requests("Requests", &report.requests))
    }
}

fn of_address(report: &AddressReport) -> Markup {
    html! {
        p.answer { (report.answer) }
        @if let Some(article) = &report.article { p { a href={ "/article/" (article.id) } { (article.title) } } }
        (described(&[("address", report.url.clone()), ("robots.txt", report.robots.line()), ("hint", report.hint.clone())]))
        (named(&report.entries))
        (requests("Requests", &report.requests))
        (rest(report.host.as_ref()))
    }
}

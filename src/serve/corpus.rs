//! What the corpus holds, which articles repeat others, and what accounts repeat in their own.

use boji_clean::model::{Learned, Profile};
use maud::{Markup, html};

use super::article::Forms;
use super::failure::Failure;
use super::frame::{Section, page};
use crate::model::Standing;
use crate::statistics;
use crate::store::{Filter, Selection, Store};

/// Groups of duplicates on the page.
const MAX_GROUPS: usize = 200;
/// Copies of one article that are named.
const MAX_COPIES: usize = 50;
/// Accounts on the page.
const MAX_ACCOUNTS: usize = 2_000;

/// The figures.
pub(super) fn figures(store: &dyn Store) -> Result<Markup, Failure> {
    let filter = Filter::default();
    let selection = Selection::default();
    let statistics = statistics::count(store, &filter, &mut selection.sieve())?;
    let body = html! {
        h1 { "What the corpus holds" }
        p { a href="/duplicates" { "What repeats what" } " · " a href="/accounts" { "What accounts repeat" } " · " a href="/sources.opml" { "Sources as OPML" } }
        (statistics::body(&statistics, &filter, &selection))
        (statistics::notes())
    };
    Ok(page("Corpus", Section::Corpus, &body))
}

/// Groups of articles of which one stands for the others, the largest first.
pub(super) fn duplicates(store: &dyn Store) -> Result<Markup, Failure> {
    let duplicates = store.duplicates()?;
    let mut groups: Vec<_> = duplicates.groups().into_iter().collect();
    groups.sort_by(|(one, copies), (other, others)| others.len().cmp(&copies.len()).then(one.cmp(other)));
    let all = groups.len();
    let mut told = Vec::new();
    for (head, copies) in groups.into_iter().take(MAX_GROUPS) {
        let more = copies.len().saturating_sub(MAX_COPIES);
        let mut lines = Vec::new();
        for (id, _) in copies.into_iter().take(MAX_COPIES) {
            lines.push((store.standing(id)?, duplicates.clause(id)));
        }
        told.push((store.standing(head)?, lines, more));
    }
    let body = html! {
        h1 { "What repeats what" }
        p.quiet { (all) " articles stand for others." @if all > MAX_GROUPS { " The " (MAX_GROUPS) " with the most copies are shown." } }
        ol.groups {
            @for (head, copies, more) in &told {
                li {
                    (named(head.as_ref()))
                    ul {
                        @for (copy, clause) in copies { li { (named(copy.as_ref())) " " span.quiet { (clause) } } }
                        @if *more > 0 { li.quiet { (more) " others" } }
                    }
                }
            }
        }
    };
    Ok(page("What repeats what", Section::Corpus, &body))
}

fn named(standing: Option<&Standing>) -> Markup {
    html! {
        @match standing {
            Some(standing) => {
                a href={ "/article/" (standing.id) } { @if standing.title.is_empty() { "(without a title)" } @else { (standing.title) } }
                " " span.quiet { bdi { (standing.source_name) } }
            }
            None => span.quiet { "an article that is hidden or gone" },
        }
    }
}

/// The accounts that taught something.
pub(super) fn accounts(store: &dyn Store) -> Result<Markup, Failure> {
    let (accounts, learned) = (store.accounts()?, store.learned()?);
    let wordings = |account: &str| learned.profile(account).map_or(0, |profile| profile.blocks.len());
    let body = html! {
        h1 { "What accounts repeat" }
        p.quiet { "Wordings that come back at the ends of an account's articles. What was learned of three of twelve is taken out." }
        div.wide { table {
            thead { tr { th scope="col" { "account" } th scope="col" { "articles" } th scope="col" { "wordings" } } }
            tbody {
                @for profile in accounts.iter().take(MAX_ACCOUNTS) {
                    tr {
                        th scope="row" { a href={ "/account?name=" (encoded(&profile.account)) } { bdi { (profile.account) } } }
                        td { (profile.articles) } td { (wordings(&profile.account)) }
                    }
                }
            }
        } }
        @if accounts.len() > MAX_ACCOUNTS { p.quiet { (accounts.len() - MAX_ACCOUNTS) " further accounts are not shown." } }
    };
    Ok(page("What accounts repeat", Section::Corpus, &body))
}

/// What one account repeats.
pub(super) fn account(store: &dyn Store, name: &str, forms: Forms<'_>) -> Result<Markup, Failure> {
    let profile = store.profile(name)?.ok_or_else(|| Failure::Missing(format!("no article of {name} is stored")))?;
    let learned = store.learned()?;
    let body = html! {
        h1 { bdi { (name) } }
        p { (profile.articles) " articles · " a href={ "/?account=" (encoded(name)) } { "show them" } }
        @if profile.blocks.is_empty() { p.quiet { "Nothing comes back at their ends." } } @else { (wordings(&profile, &learned, forms)) }
    };
    Ok(page(name, Section::Corpus, &body))
}

fn wordings(profile: &Profile, learned: &Learned, forms: Forms<'_>) -> Markup {
    html! {
        div.wide { table {
            thead { tr { th scope="col" { "wording" } th scope="col" { "where" } th scope="col" { "seen in" } th scope="col" { "rule" } @if forms.are_open { td {} } } }
            tbody {
                @for block in &profile.blocks {
                    @let rule = block.rule(&profile.account);
                    @let rests = learned.rests(&rule, &profile.account);
                    tr data-item tabindex="-1" {
                        th scope="row" { bdi { (block.sample) } }
                        td { (block.edge) } td { (block.sightings.count) } td { code { (rule) } @if rests { " (at rest)" } }
                        @if forms.are_open { td {
                            form method="post" action="/rule" {
                                input type="hidden" name="key" value=(forms.key);
                                input type="hidden" name="rule" value=(rule);
                                input type="hidden" name="account" value=(profile.account);
                                button name="do" value={ @if rests { "wake" } @else { "rest" } } { @if rests { "Wake it" } @else { "Let it rest" } }
                            }
                        } }
                    }
                }
            }
        } }
    }
}

pub(super) fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

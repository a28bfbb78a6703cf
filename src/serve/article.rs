//! An article beside the page that it was made from: what stays, what was taken out and why, and where each field comes from.

use boji_clean::clean::{Cleaned, wordings};
use boji_clean::model::{Article, Category, JudgedBlock, Label, RuleFamily, Ruling};
use maud::{Markup, html};

use super::content::{self, KeptPictures, web_address};
use super::frame::{Section, page};
use crate::inspect::rfc3339;
use crate::model::{Duplicates, StoredArticle};

/// What a page about an article is made of.
pub(super) struct View<'a> {
    pub stored: &'a StoredArticle,
    /// The numbers of its revisions.
    pub revisions: &'a [u32],
    /// How its capture is read now; `None` when it cannot be.
    pub read: Option<&'a Cleaned>,
    /// What people ruled on its blocks.
    pub rulings: &'a [Ruling],
    pub duplicates: &'a Duplicates,
    /// Its pictures that are kept.
    pub kept: KeptPictures<'a>,
    /// Whether pictures of the original are asked for.
    pub has_pictures: bool,
    pub forms: Forms<'a>,
}

/// What a page needs to change something.
#[derive(Clone, Copy)]
pub(super) struct Forms<'a> {
    /// Whether changes are allowed.
    pub are_open: bool,
    /// The word that each form bears.
    pub key: &'a str,
}

/// Most characters of a text that is none of the article's body and is shown at once.
const MAX_OUTSIDE: usize = 300;

/// The page.
pub(super) fn show(view: &View<'_>) -> Markup {
    let StoredArticle { id, submission, revision, .. } = view.stored;
    let article = &submission.article;
    let title = if article.title.is_empty() { "(without a title)" } else { article.title.as_str() };
    let removed = article
        .blocks
        .iter()
        .filter(|judged| judged.verdict.label != Label::Keep && !judged.verdict.rule.is_of_the_page())
        .count();
    let original =
        format!("/article/{id}/original?revision={revision}{}", if view.has_pictures { "&pictures=1" } else { "" });
    let body = html! {
        h1 lang=[language(article)] { (title) }
        (facts(view))
        div.pair {
            section.cleaned aria-labelledby="cleaned" {
                h2 #cleaned { "What was kept, and what was taken out" }
                p.quiet { (removed) " blocks of the article were taken out; they stand struck in their places. "
                    "What stands outside of it on the page is told below." }
                div.article lang=[language(article)] {
                    @for (place, judged) in article.blocks.iter().enumerate().filter(|(_, judged)| !judged.verdict.rule.is_of_the_page()) {
                        (block(place, judged, view))
                    }
                }
                (outside(article, view))
            }
            section.original aria-labelledby="original" {
                h2 #original { "The page as it came" }
                p.quiet {
                    "Without scripts, forms and links. "
                    @if view.has_pictures {
                        a href={ "/article/" (id) "?revision=" (revision) } { "Without pictures" }
                    } @else {
                        a href={ "/article/" (id) "?revision=" (revision) "&pictures=1" } { "With pictures" }
                        ", which asks their servers for them"
                    }
                    "."
                }
                iframe title="The page as it came" src=(original) sandbox="" loading="lazy" referrerpolicy="no-referrer" {}
            }
        }
    };
    page(title, Section::Articles, &body)
}

fn language(article: &Article) -> Option<&str> {
    (!article.language.is_empty()).then_some(article.language.as_str())
}

/// A block with its verdict.
fn block(place: usize, judged: &JudgedBlock, view: &View<'_>) -> Markup {
    let verdict = &judged.verdict;
    if verdict.label == Label::Keep {
        let rule = verdict.rule.as_str();
        let is_ruled = RuleFamily::of(rule) == RuleFamily::Ruling;
        return html! {
            div.block.ruled[is_ruled] #{ "b" (place) } data-item[is_ruled || !verdict.reason.is_empty()] tabindex=[(is_ruled || !verdict.reason.is_empty()).then_some("-1")] {
                (content::block(&judged.block, &view.kept))
                @if is_ruled {
                    (note(judged, "kept by a person", view, place))
                } @else if !verdict.reason.is_empty() {
                    (note(judged, "kept, with a doubt", view, place))
                }
            }
        };
    }
    let (class, said) = match verdict.label {
        Label::Meta => ("meta", "became a field"),
        _ => ("drop", "taken out"),
    };
    html! {
        div class={ "block out " (class) } #{ "b" (place) } data-item data-group=(group(verdict.category)) tabindex="-1" {
            del { (content::block(&judged.block, &view.kept)) }
            (note(judged, said, view, place))
        }
    }
}

/// Why a block goes where it goes, and what can be done about it.
fn note(judged: &JudgedBlock, said: &str, view: &View<'_>, place: usize) -> Markup {
    let verdict = &judged.verdict;
    let rule = verdict.rule.as_str();
    html! {
        div.note lang="en" {
            p {
                strong { (said) }
                @if let Some(category) = verdict.category { " · " (category) }
                " · " code { (rule) }
                @if let Some(share) = verdict.probability() { " · " (percent(share)) " sure" }
                @if !verdict.reason.is_empty() { " · " span.reason { (verdict.reason) } }
            }
            @if view.forms.are_open { (buttons(judged, view, place)) }
        }
    }
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}

fn buttons(judged: &JudgedBlock, view: &View<'_>, place: usize) -> Markup {
    let id = &view.stored.id;
    let keys = wordings(judged);
    let ruled = |key: &String| {
        view.rulings.iter().any(|ruling| matches!(ruling, Ruling::Block { key: own, .. } | Ruling::Boilerplate { key: own, .. } if own == key))
    };
    let is_ruled = keys.iter().any(ruled);
    let rule = judged.verdict.rule.as_str();
    let family = RuleFamily::of(rule);
    let is_out = judged.verdict.label != Label::Keep;
    let can_rest = is_out && family != RuleFamily::Ruling;
    html! {
        form.buttons method="post" action={ "/article/" (id) "/block" } {
            input type="hidden" name="key" value=(view.forms.key);
            input type="hidden" name="place" value=(place);
            input type="hidden" name="words" value=(keys.join(","));
            @if keys.is_empty() {
                span.quiet { "no words to know it by" }
            } @else if is_ruled {
                button name="do" value="undo" data-key="r" { "Take the decision back" }
            } @else if is_out {
                button name="do" value="restore" data-key="r" { "Restore" }
            } @else {
                button name="do" value="remove" data-key="r" { "Take out" }
            }
            button name="do" value="report" { "Write a report" }
            @if can_rest {
                button name="do" value="rest" { "Let the rule rest" }
            }
        }
    }
}

/// What stands on the page outside of the article, in short.
fn outside(article: &Article, view: &View<'_>) -> Markup {
    let blocks: Vec<(usize, &JudgedBlock)> =
        article.blocks.iter().enumerate().filter(|(_, judged)| judged.verdict.rule.is_of_the_page()).collect();
    html! {
        @if !blocks.is_empty() {
            details.outside {
                summary { (blocks.len()) " pieces of the page stand outside of the article" }
                @for (place, judged) in blocks {
                    @let text = judged.block.text();
                    div.block.out.drop #{ "b" (place) } data-item data-group="platform" tabindex="-1" {
                        p { (text.chars().take(MAX_OUTSIDE).collect::<String>()) @if text.chars().count() > MAX_OUTSIDE { "…" } }
                        (note(judged, "outside", view, place))
                    }
                }
            }
        }
    }
}

/// Which of a few colours a block has; the words beside it say what it is.
fn group(category: Option<Category>) -> &'static str {
    use Category as Is;
    match category {
        Some(
            Is::Follow
            | Is::Group
            | Is::Qr
            | Is::Card
            | Is::Share
            | Is::Star
            | Is::Reward
            | Is::ReadOriginal
            | Is::Contact,
        ) => "prompt",
        Some(Is::BackIssues | Is::Related | Is::Series | Is::Tags) => "links",
        Some(Is::Advertisement | Is::Commerce) => "sale",
        Some(
            Is::Credits
            | Is::Byline
            | Is::Date
            | Is::Title
            | Is::References
            | Is::PhotoCredit
            | Is::Claim
            | Is::AuthorNote
            | Is::Source
            | Is::WordCount,
        ) => "field",
        _ => "platform",
    }
}

/// Fields with where they come from, and what else is known of the article.
fn facts(view: &View<'_>) -> Markup {
    let StoredArticle { id, submission, revision, first_seen, gone, .. } = view.stored;
    let article = &submission.article;
    let provenance = view.read.map(|read| &read.facts.provenance);
    let from = |field: &str| provenance.and_then(|places| places.get(field).copied()).unwrap_or_default();
    let metadata = serde_json::to_value(&article.metadata).unwrap_or_default();
    let repeats = view.duplicates.clause(id);
    let rows: Vec<(&str, String, &str)> = vec![
        ("account or site", article.source_name.clone(), from("account")),
        ("authors", article.authors.join(", "), from("authors")),
        ("published", article.published.map(|date| date.to_string()).unwrap_or_default(), from("published")),
        ("language", article.language.clone(), from("language")),
        ("flags", article.flags.join(", "), ""),
        ("characters", article.text.chars().count().to_string(), ""),
        ("source", submission.source_id.clone(), ""),
        ("first seen", rfc3339(*first_seen), ""),
        ("fetched", rfc3339(submission.fetched_at), ""),
        ("gone", gone.map(|(state, at)| format!("{state}, noticed {at}")).unwrap_or_default(), ""),
        ("repeats", repeats, ""),
        ("id", id.clone(), ""),
    ];
    html! {
        div.facts {
            p {
                @if let Some(address) = web_address(&article.url) {
                    a href=(address) rel="noreferrer noopener" target="_blank" { (article.url) }
                } @else { (article.url) }
            }
            dl {
                @for (name, value, from) in rows.iter().filter(|(_, value, _)| !value.is_empty()) {
                    div { dt { (name) } dd { bdi { (value) } @if !from.is_empty() { " " span.from { "from " (from) } } } }
                }
            }
            (conflicts(view.read))
            details {
                summary { "All fields" }
                dl.wide {
                    @for (name, value) in metadata.as_object().into_iter().flatten() {
                        div { dt { (name) } dd { bdi { (plain(value)) } @let place = from(name); @if !place.is_empty() { " " span.from { "from " (place) } } } }
                    }
                }
            }
            (way(view.read))
            (revisions(id, *revision, view.revisions))
        }
    }
}

/// A value as people read it: a text without its quotes.
fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn conflicts(read: Option<&Cleaned>) -> Markup {
    let conflicts = read.map(|read| read.facts.conflicts.as_slice()).unwrap_or_default();
    html! {
        @if !conflicts.is_empty() {
            h2 { "Where the page contradicts itself" }
            table {
                thead { tr { th scope="col" { "field" } th scope="col" { "taken" } th scope="col" { "from" } th scope="col" { "refused" } th scope="col" { "from" } } }
                tbody {
                    @for conflict in conflicts {
                        tr {
                            th scope="row" { (conflict.field) }
                            td { bdi { (conflict.taken.0) } } td { (conflict.taken.1) }
                            td { bdi { (conflict.refused.0) } } td { (conflict.refused.1) }
                        }
                    }
                }
            }
        }
    }
}

/// How the body was found.
fn way(read: Option<&Cleaned>) -> Markup {
    html! {
        @match read {
            None => p.quiet { "Where fields come from is not told: its capture is not stored, or cannot be read." },
            Some(read) => {
                @if let Some(way) = &read.way {
                    details {
                        summary { "How the body was found: " (way.reason) }
                        p { @for (nth, (name, prose)) in way.steps.iter().enumerate() { @if nth > 0 { " › " } code { (name) } " " (prose) } }
                        ul {
                            @for (role, candidate) in way.winner.iter().map(|it| ("chosen", it)).chain(way.rivals.iter().map(|it| ("rival", it))) {
                                li { (role) ": " code { (candidate.place) } ", " (candidate.kind.as_str()) ", score " (format!("{:.2}", candidate.score)) ", " (candidate.prose) " letters" }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn revisions(id: &str, shown: u32, numbers: &[u32]) -> Markup {
    html! {
        @if numbers.len() > 1 {
            p.revisions {
                "Revisions: "
                @for number in numbers {
                    a href={ "/article/" (id) "?revision=" (number) } aria-current=[(*number == shown).then_some("true")] { (number) } " "
                }
                a href={ "/article/" (id) "/compare" } { "side by side" }
            }
        }
    }
}

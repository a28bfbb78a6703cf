//! What all pages have: head, navigation, foot.

use maud::{DOCTYPE, Markup, html};

/// The places that the navigation names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Section {
    /// Articles, one or many.
    Articles,
    /// Sources, hosts and problems.
    Sources,
    /// Figures, accounts and what repeats what.
    Corpus,
    /// Doubtful verdicts.
    Review,
    /// Why something came or did not.
    Why,
    /// None of them.
    None,
}

impl Section {
    const ALL: [(Self, &'static str, &'static str); 5] = [
        (Self::Articles, "/", "Articles"),
        (Self::Sources, "/sources", "Sources"),
        (Self::Corpus, "/corpus", "Corpus"),
        (Self::Review, "/review", "Review"),
        (Self::Why, "/why", "Why"),
    ];
}

/// A whole page.
pub(super) fn page(title: &str, section: Section, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · boji" }
                // Without one each browser asks for /favicon.ico.
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/inspector.css";
                link rel="alternate" type="application/atom+xml" title="What was stored" href="/feed.atom";
                script src="/inspector.js" defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    span.name { "boji" span lang="zh" { " 簸箕" } }
                    nav aria-label="Pages" {
                        @for (own, address, name) in Section::ALL {
                            a href=(address) aria-current=[(own == section).then_some("page")] { (name) }
                        }
                    }
                    form.search action="/" role="search" {
                        label.hidden for="search" { "Search the articles" }
                        input #search type="search" name="q" placeholder="search" maxlength="200";
                        button { "Search" }
                    }
                }
                main #main tabindex="-1" { (body) }
                footer { p { "boji " (env!("CARGO_PKG_VERSION")) " · " kbd { "?" } " shows the keys" } }
                dialog #keys aria-labelledby="keys-title" {
                    h2 #keys-title { "Keys" }
                    dl {
                        dt { kbd { "j" } " " kbd { "k" } } dd { "to the next and the previous block" }
                        dt { kbd { "r" } } dd { "restore the block, or take that back" }
                        dt { kbd { "y" } " " kbd { "n" } " " kbd { "s" } } dd { "in the review: content, boilerplate, skip" }
                        dt { kbd { "u" } } dd { "in the review: take the last answer back" }
                        dt { kbd { "/" } } dd { "to the search" }
                    }
                    form method="dialog" { button { "Close" } }
                }
            }
        }
    }
}

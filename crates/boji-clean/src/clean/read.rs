use super::blocks::{self, Written};
use super::cleaned::Cleaned;
use super::document::document;
use super::locate::Way;
use super::pages;
use crate::model::{ArticleKind, Facts, Issue, IssueCode, Origin, PageState};
use crate::parse::{self, Body, Input, Page};
use crate::rules::Rules;

/// A page with its blocks, before any of their words are judged.
#[derive(Debug)]
pub(super) struct Read {
    /// Of its state, as [`Cleaned::evidence`].
    pub evidence: String,
    /// What kind of place it came from.
    pub origin: Origin,
    /// What it says about its article.
    pub facts: Facts,
    /// Its blocks, furniture set aside.
    pub written: Written,
    /// Oddities got over.
    pub issues: Vec<Issue>,
    /// How the body was found.
    pub way: Option<Way>,
    /// Domain of the site rule that said where it stands.
    pub site: String,
    /// Its address, "" when unknown.
    pub url: String,
}

/// A page that was parsed once and is not judged yet. It waits for the pages over which its article goes on.
#[derive(Debug)]
pub struct ReadPage {
    /// The page, or what it is instead of an article.
    pub(super) outcome: Result<Read, Box<Cleaned>>,
    /// The address of the page behind it, where that was asked for and the page names one.
    pub next: Option<String>,
}

impl ReadPage {
    /// Whether the page holds one article, which may go on behind it. One with the beginnings of several goes on with
    /// others.
    pub fn is_one_article(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|read| {
            is_article(&read.written, &read.facts)
                && read.issues.iter().all(|issue| issue.code != IssueCode::SeveralArticles)
        })
    }
}

/// Whether there is text, or the page is of a kind that is an article without any.
pub(super) fn is_article(written: &Written, facts: &Facts) -> bool {
    !written.blocks.is_empty() || facts.kind.is_some_and(|kind| kind != ArticleKind::Article)
}

/// Parses a page, finds its article, and of an article that begins at the address `first` the page behind this one;
/// `None` asks for no next page. Pure.
pub fn read_page(input: &Input<'_>, first: Option<&str>, rules: &Rules) -> ReadPage {
    let saved = parse::saved(input);
    let input = &saved.input();
    let page = parse::page(input);
    let next = first.and_then(|first| pages::next_page(&page, input.url, first, rules.words()));
    ReadPage { outcome: locate(page, input.url, rules), next }
}

/// The same of a page that is parsed already.
pub(super) fn locate(page: Page, url: &str, rules: &Rules) -> Result<Read, Box<Cleaned>> {
    let Page { state, evidence, origin, mut facts, body, mut issues } = page;
    if state != PageState::Article {
        return Err(Box::new(Cleaned::refused(state, evidence, facts, issues)));
    }
    let (mut way, mut site) = (None, String::new());
    let written = match body {
        Body::Empty => Written::default(),
        Body::Blocks(blocks) => blocks.into(),
        Body::Fragment(tree) => blocks::blocks(&tree, tree.body().id(), url, rules.words()).into(),
        Body::Document(tree) => match document(&tree, url, rules, &mut issues) {
            Ok(found) => {
                facts = facts.filled_from(found.facts);
                (way, site) = (Some(found.way), found.site);
                found.written
            }
            Err(refused) => {
                let facts = facts.filled_from(*refused.facts);
                return Err(Box::new(Cleaned::refused(
                    PageState::NotArticle,
                    refused.reason.to_owned(),
                    facts,
                    issues,
                )));
            }
        },
    };
    Ok(Read { evidence, origin, facts, written, issues, way, site, url: url.to_owned() })
}

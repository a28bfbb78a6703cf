use super::blocks::{self, Written};
use super::document::document;
use super::locate::Way;
use super::winnowed::Winnowed;
use crate::config::Rules;
use crate::model::{Facts, Issue, Origin, PageState};
use crate::parse::{self, Body, Input, Page};

/// A page with its blocks, before any of their words are judged.
#[derive(Debug)]
pub(super) struct Read {
    /// Of its state, as [`Winnowed::evidence`].
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

/// A page, or what it is instead of an article.
pub(super) fn read(input: &Input<'_>, rules: &Rules) -> Result<Read, Box<Winnowed>> {
    let saved = parse::saved(input);
    let input = &saved.input();
    locate(parse::page(input), input.url, rules)
}

/// The same of a page that is parsed already.
pub(super) fn locate(page: Page, url: &str, rules: &Rules) -> Result<Read, Box<Winnowed>> {
    let Page { state, evidence, origin, mut facts, body, mut issues } = page;
    if state != PageState::Article {
        return Err(Box::new(Winnowed::refused(state, evidence, facts, issues)));
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
                return Err(Box::new(Winnowed::refused(
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

use super::blocks::{Written, write};
use super::locate::{Candidate, Located, Way, Weakness, locate};
use super::{site, metadata};
use crate::model::{Facts, Issue, IssueCode};
use crate::parse::html::Tree;
use crate::rules::{Rules, SiteRule};

/// The article of a whole page before its words are judged.
#[derive(Debug)]
pub(super) struct Document {
    /// Its blocks, furniture set aside.
    pub written: Written,
    /// What the page says about it.
    pub facts: Facts,
    /// How it was found.
    pub way: Way,
    /// Domain of the site rule that said where it stands, "" when it was looked for.
    pub site: String,
}

/// A page without an article.
#[derive(Debug)]
pub(super) struct Refused {
    /// What it has instead.
    pub reason: &'static str,
    /// What it says about itself.
    pub facts: Box<Facts>,
}

/// Finds the article of a whole page: by the rule of its site, else by what the page is made of, else in what its
/// JSON-LD states. `Err` for a page that holds none.
pub(super) fn document(tree: &Tree, url: &str, rules: &Rules, issues: &mut Vec<Issue>) -> Result<Document, Refused> {
    let words = rules.words();
    let mut facts = metadata::facts(tree, url, words);
    // A page without an address, as a file, is taken by the one that it claims.
    let address = if url.is_empty() { facts.url.clone().unwrap_or_default() } else { url.to_owned() };
    let ruled = rules.sites().of(&address).and_then(|rule| by_rule(tree, rule, &mut facts, issues));
    let (located, site) = ruled.unwrap_or_else(|| (locate(tree, words, &address), String::new()));
    let Located { root, furniture, mut way, weak } = located;
    let refused = match weak {
        Some(Weakness::NoProse) => Some("no prose"),
        Some(Weakness::Links) => Some("links only"),
        Some(Weakness::SeveralArticles) => {
            issues.push(Issue::new(IssueCode::SeveralArticles, "the page holds the beginnings of several articles"));
            None
        }
        None => None,
    };
    let mut written = match refused {
        Some(_) => Written::default(),
        None => write(tree, root, url, &furniture, words),
    };
    written.drop_bare_tail();
    let title = facts.title.as_deref().unwrap_or_default();
    let stated = if site.is_empty() { metadata::Stated::read(tree, title) } else { None };
    if let Some(stated) = stated {
        let shown = metadata::shown_letters(&written.blocks);
        let candidate = Candidate::stated(stated.letters, shown, way.winner.as_ref());
        if way.challenge(&candidate) {
            let message = "the text is from the page's JSON-LD, which says more than the page shows";
            issues.push(Issue::new(IssueCode::StatedBody, message));
            (way.steps, way.leads, way.reason) = (Vec::new(), Vec::new(), "stated in JSON-LD");
            return Ok(Document { written: written.replaced_by(stated.blocks(url, words)), facts, way, site });
        }
    }
    match refused {
        Some(reason) => Err(Refused { reason, facts: Box::new(facts) }),
        None => Ok(Document { written, facts, way, site }),
    }
}

/// Where the article stands by the rule of its site, with the rule's domain; what the rule says of it goes into the
/// facts.
fn by_rule(tree: &Tree, rule: &SiteRule, facts: &mut Facts, issues: &mut Vec<Issue>) -> Option<(Located, String)> {
    let Some(located) = site::locate(tree, rule) else {
        let message = format!("the rule of {} finds no article in this page", rule.domain);
        issues.push(Issue::new(IssueCode::SiteRuleMissed, message));
        return None;
    };
    site::state(tree, rule, facts);
    Some((located, rule.domain.clone()))
}

use super::blocks::{Written, write};
use super::locate::{Chrome, Located, Way, Weakness, locate};
use super::{site, web_facts};
use crate::config::{Rules, SiteRule};
use crate::model::{Facts, Issue};
use crate::parse::html::Tree;

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
    let mut facts = web_facts::facts(tree, url);
    let ruled = rule_for(rules, url, &facts).and_then(|rule| by_rule(tree, rule, &mut facts, issues));
    let (located, site) = ruled.unwrap_or_else(|| (locate(tree, Chrome::shipped(), url), String::new()));
    let refused = match located.weak {
        Some(Weakness::NoProse) => Some("no prose"),
        Some(Weakness::Links) => Some("links only"),
        Some(Weakness::SeveralArticles) => {
            issues.push(Issue::new("several-articles", "the page holds the beginnings of several articles"));
            None
        }
        None => None,
    };
    let written = match refused {
        Some(_) => Written::default(),
        None => write(tree, located.root, url, &located.furniture),
    };
    if site.is_empty()
        && let Some(blocks) =
            web_facts::stated_body(tree, facts.title.as_deref().unwrap_or_default(), url, &written.blocks)
    {
        issues.push(Issue::new(
            "stated-body",
            "the text is from the page's JSON-LD, which says more than the page shows",
        ));
        let way = Way { reason: "stated in JSON-LD", ..Way::default() };
        return Ok(Document { written: written.replaced_by(blocks), facts, way, site });
    }
    match refused {
        Some(reason) => Err(Refused { reason, facts: Box::new(facts) }),
        None => Ok(Document { written, facts, way: located.way, site }),
    }
}

/// The rule for the site of a page; a page without an address, as a file, is taken by the one that it claims.
fn rule_for<'a>(rules: &'a Rules, url: &str, stated: &Facts) -> Option<&'a SiteRule> {
    rules.sites().of(if url.is_empty() { stated.url.as_deref().unwrap_or_default() } else { url })
}

/// Where the article stands by the rule of its site, with the rule's domain; what the rule says of it goes into the
/// facts.
fn by_rule(tree: &Tree, rule: &SiteRule, facts: &mut Facts, issues: &mut Vec<Issue>) -> Option<(Located, String)> {
    let Some(located) = site::locate(tree, rule) else {
        let message = format!("the rule of {} finds no article in this page", rule.domain);
        issues.push(Issue::new("site-rule-missed", message));
        return None;
    };
    site::state(tree, rule, facts);
    Some((located, rule.domain.clone()))
}

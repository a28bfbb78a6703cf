use std::collections::HashMap;

use ego_tree::NodeId;

use super::chrome::Chrome;
use super::ground::{Ground, MIN_ARTICLE};
use super::lead::Lead;
use super::measure::{Measures, measure, step_name};
use super::tag::Tag;
use super::trim::trim;
use crate::clean::blocks::Furniture;
use crate::parse::html::{Tree, attribute};

/// Why a page may hold no article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    /// Nothing that reads as prose: an empty shell, a form, a list of titles.
    NoProse,
    /// More links than text, and little prose.
    Links,
    /// The beginnings of several articles: an index page, but perhaps one article in many parts.
    SeveralArticles,
}

/// Where the article stands.
#[derive(Clone, Debug)]
pub struct Located {
    /// The element that holds it.
    pub root: NodeId,
    /// Elements below it that are no part of it, and why.
    pub furniture: HashMap<NodeId, Furniture>,
    /// How it was found.
    pub way: Way,
    /// Why this may be no article at all.
    pub weak: Option<Weakness>,
}

/// How an article was found, for people.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Way {
    /// From where the search began to the root: each element with the prose below it, in weighted characters (a Chinese
    /// one weighs 3).
    pub steps: Vec<(String, f64)>,
    /// Why the search ended there.
    pub reason: &'static str,
    /// Elements between the title and the root that were taken along.
    pub leads: Vec<String>,
}

/// Finds the article of a page: measures all elements in one pass, leaves out furniture, goes down from the body as
/// long as one child holds nearly all of the prose, and takes along the lead that stands between title and body.
/// `url` is its address, "" when unknown.
pub fn locate(tree: &Tree, chrome: &Chrome, url: &str) -> Located {
    let body = tree.body();
    let mut measures = measure(body, chrome);
    measures.is_discussion |= is_discussion(tree, chrome, url);
    let ground = Ground::firm(&measures);
    let (root, steps, reason) = ground.descend();
    let lead = Lead::find(&ground, root);
    let mut furniture = trim(tree, &ground, root);
    lead.exclude_rest(&measures, &mut furniture);
    let name = |index: usize| measures.get(index).map_or_else(String::new, |measure| step_name(tree, measure.id));
    Located {
        root: measures.get(lead.top).map_or(body.id(), |measure| measure.id),
        furniture,
        way: Way {
            steps: steps.iter().map(|index| (name(*index), f64::from(ground.prose(*index)))).collect(),
            reason,
            leads: lead.leads().map(name).collect(),
        },
        weak: weakness(&measures, &ground, root),
    }
}

/// True for the pages of forums and of questions and answers, by what their programs say and by their address.
fn is_discussion(tree: &Tree, chrome: &Chrome, url: &str) -> bool {
    let generators = tree.first("head").into_iter().flat_map(|head| head.children()).filter_map(|node| {
        let element = node.value().as_element().filter(|element| element.name() == "meta")?;
        attribute(element, "name").filter(|name| name.eq_ignore_ascii_case("generator"))?;
        attribute(element, "content")
    });
    chrome.is_forum_address(url)
        || tree.json_ld.iter().any(|script| chrome.is_discussion(script))
        || generators.into_iter().any(|generator| chrome.is_forum(generator))
}

fn weakness(measures: &Measures, ground: &Ground<'_>, root: usize) -> Option<Weakness> {
    let measure = measures.get(root)?;
    let articles = measures
        .children(root)
        .filter_map(|child| measures.get(child))
        .filter(|child| child.tag == Tag::Article)
        .count();
    if ground.prose(root) == 0 {
        Some(Weakness::NoProse)
    } else if articles > 3 {
        Some(Weakness::SeveralArticles)
    } else if measure.links * 2 > measure.text && ground.prose(root) < MIN_ARTICLE {
        Some(Weakness::Links)
    } else {
        None
    }
}

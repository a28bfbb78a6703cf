use std::collections::HashSet;

use ego_tree::NodeId;

use super::chrome::Chrome;
use super::ground::{Ground, MIN_ARTICLE};
use super::lead::Lead;
use super::measure::{Measures, measure, step_name};
use super::tag::Tag;
use super::trim::trim;
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
    /// Elements below it that are no part of it.
    pub excluded: HashSet<NodeId>,
    /// The prose below the root in weighted characters (a Chinese one weighs 3).
    pub score: f64,
    /// The way from the body to the root: path and prose of each step.
    pub candidates: Vec<(String, f64)>,
    /// Why the search ended there.
    pub reason: &'static str,
    /// Why this may be no article at all: `no prose`, `links`, `several articles`.
    pub weak: Option<Weakness>,
}

/// Finds the article of a page: measures all elements in one pass, leaves out furniture, goes down from the body as
/// long as one child holds nearly all of the prose, and takes along the lead that stands between title and body.
/// `url` is its address, "" when unknown.
pub fn locate(tree: &Tree, chrome: &Chrome, url: &str) -> Located {
    let body = tree.body();
    let mut measures = measure(body, chrome);
    measures.is_discussion |= is_discussion(tree, chrome, url);
    let ground = Ground::firm(&measures);
    let (root, way, reason) = ground.descend();
    let candidates = way
        .iter()
        .filter_map(|index| Some((step_name(tree, measures.get(*index)?.id), f64::from(ground.prose(*index)))))
        .collect();
    let lead = Lead::find(&ground, root);
    let mut excluded = trim(tree, &ground, root);
    lead.exclude_rest(&measures, &mut excluded);
    Located {
        root: measures.get(lead.top).map_or(body.id(), |measure| measure.id),
        excluded,
        score: f64::from(ground.prose(root)),
        candidates,
        reason,
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

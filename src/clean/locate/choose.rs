use std::collections::HashSet;

use ego_tree::NodeId;

use super::chrome::{Chrome, Hint};
use super::measure::{Measure, Measures, measure, step_name};
use super::trim::trim;
use crate::parse::html::Tree;

/// Share of an element's prose that one child must hold for the search to go on inside of it.
const DESCEND: f64 = 0.8;
/// The same where the element is marked as the body of an article.
const DESCEND_BODY: f64 = 0.95;
/// Share of the page's prose that a marked body must hold to be believed.
const BELIEVE: f64 = 0.5;
/// Share of the page's prose up to which furniture is taken for furniture: at first, and in the looser tries that
/// follow when too little is left.
const MAX_CHROME: [f64; 3] = [0.5, 0.2, 0.0];
/// Less prose than this, in weighted characters, is no article.
const MIN_ARTICLE: u32 = 200;
/// Share of the page's prose below which what is left is doubted.
const MIN_LEFT: f64 = 0.15;
/// Share of the page's prose that makes a further element marked like the body a part of it.
const SECOND_BODY: f64 = 0.05;

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

/// Finds the article of a page: measures all elements in one pass, leaves out furniture, and goes down from the body
/// as long as one child holds nearly all of the prose.
pub fn locate(tree: &Tree, chrome: &Chrome) -> Located {
    let body = tree.body();
    let measures = measure(body, chrome);
    let page = measures.all.first().map_or(0, |body| body.prose);
    let enough = MIN_ARTICLE.max((f64::from(page) * MIN_LEFT) as u32);
    let mut tries = MAX_CHROME.iter().map(|most| Ground::new(&measures, *most));
    let mut ground = tries.next().unwrap_or_else(|| Ground::new(&measures, 0.0));
    while ground.prose(0) < enough {
        let Some(looser) = tries.next() else { break };
        ground = looser;
    }
    let (root, way, reason) = ground.descend();
    let candidates = way
        .iter()
        .filter_map(|index| Some((step_name(tree, measures.all.get(*index)?.id), f64::from(ground.prose(*index)))))
        .collect();
    let excluded = trim(tree, &measures, root, &ground.furniture);
    Located {
        root: measures.all.get(root).map_or(body.id(), |measure| measure.id),
        excluded,
        score: f64::from(ground.prose(root)),
        candidates,
        reason,
        weak: ground.weakness(root),
    }
}

/// The page with its furniture taken away.
struct Ground<'a> {
    measures: &'a Measures,
    furniture: Vec<bool>,
    /// Prose left in each element.
    prose: Vec<u32>,
}

impl<'a> Ground<'a> {
    fn new(measures: &'a Measures, most_chrome: f64) -> Self {
        let page = measures.all.first().map_or(0, |body| body.prose);
        let furniture: Vec<bool> =
            measures.all.iter().map(|measure| is_furniture(measure, page, most_chrome)).collect();
        let mut prose: Vec<u32> = measures.all.iter().map(|measure| measure.prose).collect();
        let mut index = 0;
        while let Some(measure) = measures.all.get(index) {
            if furniture.get(index) == Some(&true) {
                let gone = measure.prose;
                take_from_ancestors(measures, &mut prose, index, gone);
                index = measure.end;
            } else {
                index += 1;
            }
        }
        Self { measures, furniture, prose }
    }

    fn prose(&self, index: usize) -> u32 {
        self.prose.get(index).copied().unwrap_or(0)
    }

    /// The element where the article stands, the way to it, and why the way ends there.
    fn descend(&self) -> (usize, Vec<usize>, &'static str) {
        let mut at = self.marked_body().unwrap_or(0);
        let mut way = vec![at];
        loop {
            let best = self
                .measures
                .children(at)
                .filter(|child| self.furniture.get(*child) == Some(&false))
                .max_by_key(|child| (self.prose(*child), std::cmp::Reverse(*child)));
            let Some(best) = best else { return (at, way, "nothing below") };
            let marked = self.measures.all.get(at).is_some_and(|measure| measure.hint == Hint::Body);
            let share = f64::from(self.prose(best)) / f64::from(self.prose(at).max(1));
            if share < if marked { DESCEND_BODY } else { DESCEND } {
                return (at, way, "prose is spread below");
            }
            if !self.measures.all.get(best).is_some_and(|measure| is_box(measure.name)) {
                return (at, way, "holds the text itself");
            }
            at = best;
            way.push(at);
        }
    }

    /// The element marked as the body of the article that holds most of the page's prose; what holds all of them when
    /// several of the same name are parts of it.
    fn marked_body(&self) -> Option<usize> {
        let share = |index: usize| f64::from(self.prose(index)) / f64::from(self.prose(0).max(1));
        let marked = |index: &usize| {
            self.furniture.get(*index) == Some(&false)
                && self.measures.all.get(*index).is_some_and(|measure| measure.hint == Hint::Body)
        };
        let bodies: Vec<usize> = (0..self.measures.all.len()).filter(marked).collect();
        let best = bodies.iter().copied().filter(|index| share(*index) >= BELIEVE / 4.0);
        let best = best.max_by_key(|index| (self.prose(*index), *index))?;
        let measure = self.measures.all.get(best)?;
        let alike = bodies.iter().copied().filter(|index| {
            let is_alike = self.measures.all.get(*index).is_some_and(|it| it.names == measure.names);
            is_alike && share(*index) >= SECOND_BODY
        });
        let whole = alike.fold(best, |whole, other| self.common(whole, other));
        (share(whole) >= BELIEVE).then_some(whole)
    }

    /// The lowest element that holds both.
    fn common(&self, one: usize, other: usize) -> usize {
        let mut at = one;
        while let Some(measure) = self.measures.all.get(at) {
            if (at..measure.end).contains(&other) || measure.parent == at {
                break;
            }
            at = measure.parent;
        }
        at
    }

    fn weakness(&self, root: usize) -> Option<Weakness> {
        let measure = self.measures.all.get(root)?;
        let articles = self
            .measures
            .children(root)
            .filter_map(|child| self.measures.all.get(child))
            .filter(|child| child.name == "article")
            .count();
        if self.prose(root) == 0 {
            Some(Weakness::NoProse)
        } else if articles > 3 {
            Some(Weakness::SeveralArticles)
        } else if measure.links * 2 > measure.text && self.prose(root) < MIN_ARTICLE {
            Some(Weakness::Links)
        } else {
            None
        }
    }
}

fn is_furniture(measure: &Measure, page: u32, most_chrome: f64) -> bool {
    let small = f64::from(measure.prose) <= f64::from(page) * most_chrome;
    let first_try = most_chrome >= MAX_CHROME[0];
    measure.silent
        || match measure.hint {
            Hint::Chrome => small,
            Hint::Comments => small || first_try,
            Hint::None | Hint::Body => false,
        }
}

fn take_from_ancestors(measures: &Measures, prose: &mut [u32], index: usize, gone: u32) {
    let mut at = index;
    loop {
        if let Some(left) = prose.get_mut(at) {
            *left = left.saturating_sub(gone);
        }
        let Some(parent) = measures.all.get(at).map(|measure| measure.parent) else { return };
        if parent == at {
            return;
        }
        at = parent;
    }
}

/// Elements that can hold a whole article.
fn is_box(name: &str) -> bool {
    matches!(
        name,
        "body"
            | "div"
            | "section"
            | "article"
            | "main"
            | "td"
            | "tr"
            | "tbody"
            | "table"
            | "form"
            | "center"
            | "other"
            | "span"
    )
}

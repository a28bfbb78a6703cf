use std::collections::HashMap;

use ego_tree::NodeId;

use super::candidate::{CandidateKind, RootCandidate, Trace, judge};
use super::classified::{self, BoxRow};
use super::extent::Extent;
use super::ground::Ground;
use super::measure::{MAX_CHROME_PARAGRAPH, MIN_ARTICLE, Measure, Measures, Tag, step_name};
use super::noted::mark_notes;
use super::short::{ShortText, short_text};
use super::survey::measure;
use super::trim::{PageContext, page_title, post_of_links, repeats, trim};
use crate::clean::blocks::AsideReason;
use crate::parse::html::{Tree, attribute};
use crate::rules::Rules;
use crate::rules::words::{Hint, Words};

/// Shortest heading, in weighted characters, that can tell one article from the next.
const MIN_TITLE: u32 = 10;

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
    pub set_aside: HashMap<NodeId, AsideReason>,
    /// How it was found.
    pub way: Trace,
    /// Why this may be no article at all.
    pub weak: Option<Weakness>,
    /// What there is in place of prose, where there is none; the root then holds it.
    pub short: Option<ShortText>,
}

/// As [`locate`]; then what a classifier takes for page chrome is set aside as well.
pub fn locate_classified(tree: &Tree, rules: &Rules, url: &str) -> Located {
    let Found { measures, top, mut located } = find(tree, rules.words(), url);
    if !measures.is_discussion && located.weak.is_none() {
        classified::take(
            PageContext { tree, url, words: rules.words() },
            &measures,
            top,
            rules,
            &mut located.set_aside,
        );
    }
    located
}

/// The texts of a page's article with the features by which they are classified, for training.
pub fn box_rows(tree: &Tree, rules: &Rules, url: &str, scores: &[[f32; 3]]) -> Vec<BoxRow> {
    let Found { measures, top, located } = find(tree, rules.words(), url);
    if measures.is_discussion || located.weak.is_some() {
        return Vec::new();
    }
    let page = PageContext { tree, url, words: rules.words() };
    classified::rows(page, &measures, top, &located.set_aside, rules.box_classifier(), scores)
}

/// Finds the article of a page: measures all elements in one pass, leaves out page chrome, lets the judge choose among
/// the places that come into question, goes down from there as long as one child holds nearly all of the prose, and
/// takes along the lead that stands between title and body. `url` is its address, "" when unknown.
pub fn locate(tree: &Tree, words: &Words, url: &str) -> Located {
    find(tree, words, url).located
}

/// Most of a feed's text that boxes of page chrome hold together, as a share of it.
const MAX_CARRIED: f64 = 0.4;

/// Page chrome that a site carries along in the text of its feed: boxes and buttons by their class words. The whole is the article:
/// where they hold much of it, or a picture, they are its own.
pub fn carried_chrome(tree: &Tree, words: &Words) -> HashMap<NodeId, AsideReason> {
    let measures = measure(tree.body(), words);
    let whole = measures.get(0).map_or(0, |body| body.text);
    let most = f64::from(whole) * MAX_CARRIED;
    let is_carried = |measure: &&Measure| {
        measure.hint == Hint::Chrome
            && !measure.is_plain
            && !measure.tag.is_inline_text()
            && measure.text <= MAX_CHROME_PARAGRAPH
            && measure.titles == 0
            && !holds_picture(tree, measure.id)
    };
    let mut carried = HashMap::new();
    let (mut held, mut index) = (0, 0);
    while let Some(measure) = measures.get(index) {
        if is_carried(&measure) {
            held += measure.text;
            carried.insert(measure.id, AsideReason::Chrome);
            index = measure.end.max(index + 1);
        } else {
            index += 1;
        }
    }
    if f64::from(held) <= most { carried } else { HashMap::new() }
}

fn holds_picture(tree: &Tree, id: NodeId) -> bool {
    let below = tree.root().tree().get(id).into_iter().flat_map(|node| node.descendants());
    let mut elements = below.filter_map(|node| node.value().as_element());
    elements.any(|element| matches!(element.name(), "img" | "picture" | "video" | "audio" | "iframe" | "figure"))
}

/// Where the article stands, with what was measured to find it.
struct Found {
    measures: Measures,
    /// Index of the element that holds it.
    top: usize,
    located: Located,
}

fn find(tree: &Tree, words: &Words, url: &str) -> Found {
    let page = PageContext { tree, url, words };
    let body = tree.body();
    let mut measures = measure(body, words);
    measures.is_discussion |= is_discussion(page);
    mark_notes(tree, &mut measures, words);
    let name = |index: usize| measures.get(index).map_or_else(String::new, |measure| step_name(tree, measure.id));
    let (last, before) = Ground::tries(&measures);
    let places = |ground| Ground::places(ground).into_iter().map(move |(kind, index)| (ground, kind, index));
    let places: Vec<(&Ground<'_>, CandidateKind, usize)> =
        std::iter::once(&last).chain(&before).flat_map(places).collect();
    let candidates = places.iter().map(|(ground, kind, index)| ground.candidate(*kind, *index, name(*index)));
    let candidates: Vec<RootCandidate> = candidates.collect();
    let chosen = judge(&candidates).and_then(|won| places.get(won).copied());
    let (ground, kind, top) = chosen.unwrap_or((&last, CandidateKind::Density, 0));
    let mut way = Trace::judged(candidates);
    let (mut root, mut steps, mut reason) = ground.search(kind, top);
    let mut start = top;
    if let Some(article) = titled(tree, ground, root) {
        way.challenge(&ground.candidate(CandidateKind::Title, article, name(article)));
        let (inner, further, _) = ground.search(CandidateKind::Title, article);
        steps.extend(further);
        (root, start, reason) = (inner, article, "bears the title of the page");
    }
    let mut weak = weakness(&measures, ground, root);
    if matches!(weak, Some(Weakness::NoProse | Weakness::Links))
        && let Some(links) = post_of_links(page, ground)
    {
        way.challenge(&ground.candidate(CandidateKind::Links, links, name(links)));
        steps = vec![links];
        (root, start, reason, weak) =
            (links, links, "holds links to other sites, which are what the page is about", None);
    }
    let mut short = None;
    if matches!(weak, Some(Weakness::NoProse | Weakness::Links))
        && let Some((index, text)) = short_text(ground)
    {
        (root, start, steps, reason, short) = (index, index, vec![index], "holds what text there is", Some(text));
    }
    let extent = Extent::of(ground, start, root);
    let mut set_aside = trim(page, ground, root);
    for part in &extent.parts {
        set_aside.extend(trim(page, ground, *part));
    }
    extent.exclude_rest(&measures, &mut set_aside);
    way.steps = steps.iter().map(|index| (name(*index), f64::from(ground.prose(*index)))).collect();
    way.reason = reason;
    way.leads = extent.leads.iter().copied().map(name).collect();
    way.parts = extent.parts.iter().copied().map(name).collect();
    let top = extent.top;
    let root = measures.get(top).map_or(body.id(), |measure| measure.id);
    let located = Located { root, set_aside, way, weak, short };
    Found { measures, top, located }
}

/// True for the pages of forums and of questions and answers, by what their programs say and by their address.
fn is_discussion(page: PageContext<'_>) -> bool {
    let PageContext { tree, url, words: Words { chrome, .. } } = page;
    let generators = tree.first("head").into_iter().flat_map(|head| head.children()).filter_map(|node| {
        let element = node.value().as_element().filter(|element| element.name() == "meta")?;
        attribute(element, "name").filter(|name| name.eq_ignore_ascii_case("generator"))?;
        attribute(element, "content")
    });
    chrome.is_forum_address(url)
        || tree.json_ld.iter().any(|script| chrome.is_discussion(script))
        || generators.into_iter().any(|generator| chrome.is_forum(generator))
}

/// Of several whole articles below an element the one that bears the title of the page: pages that load the next
/// article at the end of one are saved with both. `None` where the title stands above all of them, and where they are
/// parts of one, without headings of their own.
fn titled(tree: &Tree, ground: &Ground<'_>, root: usize) -> Option<usize> {
    let measures = ground.measures;
    let articles = ground.articles(root);
    let heads = articles.iter().filter(|article| measures.get(**article).is_some_and(|it| it.titles + it.headings > 0));
    if articles.is_empty() || heads.count() * 2 < articles.len() {
        return None;
    }
    let title = page_title(tree);
    let headings = measures.all.iter().enumerate().filter(|(_, it)| it.tag.is_heading() && !it.silent && it.text > 0);
    let repeated = headings.filter(|(_, it)| it.text >= MIN_TITLE && repeats(tree, it.id, &title));
    let heading = repeated.map(|(index, it)| (it.tag != Tag::Title, index)).min()?.1;
    let bears = |article: &usize| measures.get(*article).is_some_and(|it| (*article..it.end).contains(&heading));
    let prose: u32 = articles.iter().map(|article| ground.prose(*article)).sum();
    let mean = prose / u32::try_from(articles.len()).unwrap_or(u32::MAX);
    articles.into_iter().find(bears).filter(|article| ground.prose(*article) * 2 >= mean)
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

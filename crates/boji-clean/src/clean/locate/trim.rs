//! What inside of the article's element is no part of it: page chrome, lists of links, cards, the title again, copies. And
//! which lists of links an author chose: those lead to other sites, and there to pages with titles.

use std::collections::{HashMap, HashSet};

use ego_tree::{NodeId, NodeRef};
use scraper::Node;

use super::ground::{Ground, MAX_CARDS};
use super::measure::{MIN_ARTICLE, Measure, Measures, Tag};
use crate::clean::address::{host, is_document, is_front_page, leads_within, site};
use crate::clean::blocks::AsideReason;
use crate::parse::html::{Tree, attribute};
use crate::rules::words::{Hint, Words};

/// The page in which an article is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageContext<'a> {
    pub tree: &'a Tree,
    /// Its address, "" when unknown.
    pub url: &'a str,
    /// What its words mean.
    pub words: &'a Words,
}

/// Share of link text from which a box or list is a list of links.
const LINK_LIST: f64 = 0.6;
/// Least prose of an `aside` that may be a note of the author's; a newsletter asks in fewer words.
const MIN_NOTE: u32 = 120;
/// Prose from which a box of links is looked into instead of left out whole.
const MAX_LIST_PROSE: u32 = 160;
/// Least prose of an element that is left out when it stands in the page a second time: sites send one copy for wide
/// screens and one for narrow ones.
const MIN_COPY: u32 = 300;
/// Longest line, in weighted characters, that can be the heading of a list of links.
const MAX_LABEL: u32 = 60;
/// Fewest paragraphs right below an element in which the text of the article flows.
const FLOW: u32 = 3;
/// Least prose of the article for each line in it that is the title of another.
const MIN_PER_LINE: u32 = 300;
/// Most characters of a page's title that headings are compared with.
const MAX_PAGE_TITLE: usize = 1000;
/// Most prose of a card, a linked title with its first sentences.
const MAX_CARD: u32 = 300;

/// The elements below `root` that are no part of the article: page chrome, lists of links and their headings, cards of
/// other articles, the heading that repeats the title.
pub(super) fn trim(page: PageContext<'_>, ground: &Ground<'_>, root: usize) -> HashMap<NodeId, AsideReason> {
    let (tree, measures) = (page.tree, ground.measures);
    let mut found = HashMap::new();
    let end = measures.get(root).map_or(0, |measure| measure.end);
    let title = page_title(tree);
    let cards = cards(ground, root);
    let lines = link_lines(page, ground, root);
    let own_titles = own_titles(tree, measures, root, &title);
    let mut texts = HashSet::new();
    // Behind the last list that the author chose.
    let mut reading = root;
    let mut index = root + 1;
    while let Some(measure) = measures.get(index).filter(|_| index < end) {
        let is_links = index >= reading
            && is_link_list(measure)
            && !measure.is_noted
            && !is_list_in_flow(measures, index)
            && !is_question(tree, measures, index);
        if is_links && is_reading_list(page, measure) {
            reading = measure.end;
        }
        let reason = match () {
            () if ground.is_page_chrome(index) && !is_box_in_flow(measures, index) => match measure.hint {
                Hint::Comments => Some(AsideReason::Comments),
                _ => Some(AsideReason::Chrome),
            },
            () if cards.binary_search(&index).is_ok() => Some(AsideReason::Cards),
            () if is_further_post(measures, &own_titles, index) => Some(AsideReason::Cards),
            () if lines.binary_search(&index).is_ok() => Some(AsideReason::Links),
            () if is_links && index >= reading => Some(AsideReason::Links),
            () if measure.tag == Tag::Title && repeats(tree, measure.id, &title) => Some(AsideReason::Title),
            () if measure.prose >= MIN_COPY && !texts.insert(measure.hash) => Some(AsideReason::Copy),
            () => None,
        };
        let Some(reason) = reason else {
            index += 1;
            continue;
        };
        found.insert(measure.id, reason);
        if matches!(reason, AsideReason::Cards | AsideReason::Links)
            && let Some(label) = label(measures, root, index)
        {
            found.insert(label, AsideReason::Links);
        }
        index = measure.end;
    }
    found
}

/// True for a box or list that holds hardly anything but links.
fn is_link_list(measure: &Measure) -> bool {
    matches!(measure.tag, Tag::Division | Tag::List | Tag::Table | Tag::Header | Tag::Footer)
        && measure.text > 0
        && f64::from(measure.links) > f64::from(measure.text) * LINK_LIST
        && measure.prose < MAX_LIST_PROSE.min(measure.links / 4)
        && measure.bodies == 0
        && measure.enlargements == 0
}

/// True for a list among the paragraphs of the text, with some of it to follow: the author's own list of links.
fn is_list_in_flow(measures: &Measures, index: usize) -> bool {
    let Some(list) = measures.get(index).filter(|it| it.tag == Tag::List) else { return false };
    let Some(parent) = measures.get(list.parent) else { return false };
    parent.flow >= FLOW && list.flow_before > 0 && list.flow_before < parent.flow
}

/// True for a question that is a link to nowhere else, with prose behind it: the answer that it opens.
fn is_question(tree: &Tree, measures: &Measures, index: usize) -> bool {
    let Some(node) = measures.get(index).filter(|it| it.tag == Tag::Division).and_then(|it| tree.node(it.id)) else {
        return false;
    };
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    let mut links = elements.filter(|element| element.name() == "a");
    let (Some(link), None) = (links.next(), links.next()) else { return false };
    let is_inner = attribute(link, "href").is_none_or(|href| href.is_empty() || href.starts_with('#'));
    let has_answer = || measures.beside(index).1.is_some_and(|panel| panel.prose > 0);
    is_inner && has_answer() && Tree::text_of(node).trim_end().ends_with(['?', '？'])
}

/// True for an `aside` without a name among the paragraphs of the text: a note of the author's.
fn is_box_in_flow(measures: &Measures, index: usize) -> bool {
    let Some(aside) = measures.get(index) else { return false };
    if aside.tag != Tag::Aside
        || !aside.is_plain
        || aside.silent
        || aside.prose < MIN_NOTE
        || aside.links * 4 > aside.text
    {
        return false;
    }
    let flows = |it: Option<&Measure>| it.is_some_and(|it| it.tag.is_flow() && it.links * 2 < it.text);
    let (before, behind) = measures.beside(index);
    flows(before) && flows(behind)
}

/// The boxes of cards below `root`; none when they are most of what is there, as on an index page.
fn cards(ground: &Ground<'_>, root: usize) -> Vec<usize> {
    let measures = ground.measures;
    let end = measures.get(root).map_or(0, |measure| measure.end);
    let mut found = Vec::new();
    let mut prose = 0;
    let mut index = root + 1;
    while let Some(measure) = measures.get(index).filter(|_| index < end) {
        if ground.is_page_chrome(index) {
            index = measure.end;
        } else if is_cards(measure) {
            found.push(index);
            prose += measure.prose;
            index = measure.end;
        } else {
            index += 1;
        }
    }
    let whole = ground.prose(root);
    if f64::from(prose) > f64::from(whole) * MAX_CARDS || whole < MIN_ARTICLE { Vec::new() } else { found }
}

/// True for a box of cards: every heading in it is a link, with a few sentences to each. A box with a title of the
/// first level is an article with cards behind it.
fn is_cards(measure: &Measure) -> bool {
    matches!(measure.tag, Tag::Division | Tag::List | Tag::Aside)
        && measure.hint != Hint::Body
        && measure.titles != 1
        && measure.linked_headings >= 2
        && measure.linked_headings + 1 >= measure.headings
        && measure.prose <= measure.linked_headings * MAX_CARD
}

/// True for a box that holds another article, behind that of the page: its title of the first level is a link, and that of the page stands
/// before it. Systems append one after the other as a reader scrolls.
fn is_further_post(measures: &Measures, own_titles: &[usize], index: usize) -> bool {
    let Some(measure) = measures.get(index) else { return false };
    let before = own_titles.partition_point(|title| *title < index);
    measure.linked_titles > 0
        && measure.linked_titles == measure.titles
        && measure.tag.is_box()
        && before > 0
        && own_titles.get(before).is_none_or(|title| *title >= measure.end)
}

/// The headings of the first level that say the title of the page, in the article or right beside it; none where no other is a link.
fn own_titles(tree: &Tree, measures: &Measures, root: usize, title: &str) -> Vec<usize> {
    let Some(measure) = measures.get(root).filter(|root| root.linked_titles > 0) else { return Vec::new() };
    let titles = (measure.parent..measure.end).filter(|index| measures.is_shown_title(*index));
    titles.filter(|index| measures.get(*index).is_some_and(|heading| repeats(tree, heading.id, title))).collect()
}

/// The paragraphs below `root` that are nothing but the title of another article of the site, as a link; none where
/// they are more than a few in the text, as in a digest.
fn link_lines(page: PageContext<'_>, ground: &Ground<'_>, root: usize) -> Vec<usize> {
    let measures = ground.measures;
    let end = measures.get(root).map_or(0, |measure| measure.end);
    let is_line = |index: &usize| {
        let measure = measures.get(*index).filter(|_| (root..end).contains(index) && !ground.is_page_chrome(*index));
        measure.is_some_and(|measure| is_link_line(page, measure.id))
    };
    let found: Vec<usize> = measures.link_lines.iter().copied().filter(is_line).collect();
    let few = u32::try_from(found.len()).is_ok_and(|lines| lines.saturating_mul(MIN_PER_LINE) <= ground.prose(root));
    if few { found } else { Vec::new() }
}

/// True for a paragraph with one link, to another page of the same site, whose text is no sentence.
fn is_link_line(page: PageContext<'_>, paragraph: NodeId) -> bool {
    let Some(node) = page.tree.node(paragraph) else { return false };
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    let mut links = elements.filter(|element| element.name() == "a").filter_map(|link| attribute(link, "href"));
    let (Some(href), None) = (links.next(), links.next()) else { return false };
    let text = Tree::text_of(node);
    let is_sentence = text.trim_end().ends_with(['.', '!', '?', ':', '…', '。', '！', '？', '：']);
    !is_sentence && leads_within(href, page.url, &page.words.addresses)
}

/// The short line right before an element, such as the heading of a list of links.
fn label(measures: &Measures, root: usize, index: usize) -> Option<NodeId> {
    let label = measures.beside(index).0?;
    (label.tag == Tag::Heading && label.text <= MAX_LABEL && label.parent >= root).then_some(label.id)
}

/// The page's own title, as much of it as a heading can repeat.
pub(super) fn page_title(tree: &Tree) -> String {
    let title = tree.first("title").map(Tree::text_of).unwrap_or_default();
    title.chars().take(MAX_PAGE_TITLE).collect()
}

/// True when the heading stands in the page's title.
pub(super) fn repeats(tree: &Tree, heading: NodeId, title: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let Some(node) = tree.node(heading) else { return false };
    let heading = letters(&Tree::text_of(node));
    !heading.is_empty() && letters(title).contains(&heading)
}

/// Fewest such links that are an article by themselves.
const MIN_LINKS: usize = 3;
/// The links are more than one part in so many of what the page says, its page chrome apart.
const MIN_SHARE: u32 = 4;
/// Least text, in weighted characters, of the links of a list for them to be titles on the average: `Facebook` is none.
const MIN_TITLE: u32 = 18;
/// The same outside of lists and in shorter ones, where buttons stand: `Buy at Bakers' Supplies`, `Follow us on …`.
const MIN_BOXED_TITLE: u32 = 25;

/// True for a list, or a box, of titles that lead to several other sites, or to documents: the author's choice,
/// wherever it stands.
fn is_reading_list(page: PageContext<'_>, list: &Measure) -> bool {
    let (url, words) = (page.url, &page.words.addresses);
    let Some(node) = page.tree.node(list.id).filter(|_| matches!(list.tag, Tag::List | Tag::Division)) else {
        return false;
    };
    let targets: Vec<&str> = targets(node).collect();
    if targets.is_empty() {
        return false;
    }
    let away = targets.iter().copied().filter(|href| !leads_within(href, url, words));
    let away: Vec<&str> = away.filter_map(host).map(|host| site(host, words)).collect();
    let several = away.iter().any(|site| Some(site) != away.first());
    let is_shelf = list.tag == Tag::List && targets.iter().all(|href| is_document(href, words));
    let is_long = list.tag == Tag::List && targets.len() >= MIN_LINKS;
    let shortest = if is_long { MIN_TITLE } else { MIN_BOXED_TITLE };
    let titles = u32::try_from(targets.len()).is_ok_and(|links| list.links >= links.saturating_mul(shortest));
    is_shelf || (titles && several && away.len() * 4 >= targets.len() * 3)
}

/// The lowest element that holds all links to other sites of a page with little prose or none, when they are much of what it says:
/// a post that is a list of links. The front page of a site is an index all the same.
pub(super) fn post_of_links(page: PageContext<'_>, ground: &Ground<'_>) -> Option<usize> {
    let PageContext { tree, url, .. } = page;
    let measures = ground.measures;
    let (mut text, mut gone, mut root) = (0, 0, None);
    let mut found: Vec<&str> = Vec::new();
    let mut index = if is_front_page(url) { measures.all.len() } else { 0 };
    while let Some(measure) = measures.get(index) {
        if ground.is_page_chrome(index) {
            gone += measure.text;
            index = measure.end;
            continue;
        }
        let leads_away = match measure.tag {
            Tag::List => is_reading_list(page, measure),
            Tag::Paragraph => measures.link_lines.binary_search(&index).is_ok() && is_line_away(page, measure.id),
            _ => false,
        };
        if leads_away {
            text += measure.text;
            found.extend(tree.node(measure.id).into_iter().flat_map(targets));
            root = Some(root.map_or(index, |root| ground.common(root, index)));
        }
        // No list is looked into twice, however deep it nests.
        index = if leads_away || measure.tag == Tag::List { measure.end } else { index + 1 };
    }
    let is_most = |whole: u32| text * 2 > whole;
    let whole = measures.get(0).map_or(0, |page| page.text.saturating_sub(gone));
    let mut sites = found.iter().filter_map(|href| host(href)).map(|host| site(host, &page.words.addresses));
    let first = sites.next()?;
    let is_post = found.len() >= MIN_LINKS
        && text >= MIN_ARTICLE
        && text * MIN_SHARE > whole
        && sites.any(|other| other != first);
    // The words that lead to a list stand beside it.
    let parent = measures.get(root?).map(|root| root.parent).filter(|parent| *parent > 0);
    let around = parent.filter(|parent| measures.get(*parent).is_some_and(|it| is_most(it.text)));
    is_post.then(|| around.or(root)).flatten()
}

fn is_line_away(page: PageContext<'_>, paragraph: NodeId) -> bool {
    let is_away = |href| host(href).is_some() && !leads_within(href, page.url, &page.words.addresses);
    page.tree.node(paragraph).is_some_and(|node| targets(node).all(is_away))
}

/// Where the links below an element lead.
fn targets(node: NodeRef<'_, Node>) -> impl Iterator<Item = &str> {
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    elements.filter(|element| element.name() == "a").filter_map(|link| attribute(link, "href"))
}

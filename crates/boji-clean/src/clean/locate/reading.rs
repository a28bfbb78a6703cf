//! Lists of links that an author chose: a digest, a list to read, sources. They lead to other sites, and there to pages
//! with titles; the links of a site's own furniture lead into it.

use ego_tree::{NodeId, NodeRef};
use scraper::Node;

use super::ground::{Ground, MIN_ARTICLE};
use super::measure::Measure;
use super::page::Page;
use super::tag::Tag;
use crate::clean::address::{host, is_document, is_front_page, leads_within, site};
use crate::parse::html::attribute;

/// Fewest such links that are an article by themselves.
const MIN_LINKS: usize = 3;
/// The links are more than one part in so many of what the page says, its furniture apart.
const MIN_SHARE: u32 = 4;
/// Least text, in weighted characters, of the links of a list for them to be titles on the average: `Facebook` is none.
const MIN_TITLE: u32 = 18;
/// The same outside of lists and in shorter ones, where buttons stand: `Buy at Bakers' Supplies`, `Follow us on …`.
const MIN_BOXED_TITLE: u32 = 25;

/// True for a list, or a box, of titles that lead to several other sites, or to documents: the author's choice,
/// wherever it stands.
pub(super) fn is_reading_list(page: Page<'_>, list: &Measure) -> bool {
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
pub(super) fn post_of_links(page: Page<'_>, ground: &Ground<'_>) -> Option<usize> {
    let Page { tree, url, .. } = page;
    let measures = ground.measures;
    let (mut text, mut gone, mut root) = (0, 0, None);
    let mut found: Vec<&str> = Vec::new();
    let mut index = if is_front_page(url) { measures.all.len() } else { 0 };
    while let Some(measure) = measures.get(index) {
        if ground.is_furniture(index) {
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

fn is_line_away(page: Page<'_>, paragraph: NodeId) -> bool {
    let is_away = |href| host(href).is_some() && !leads_within(href, page.url, &page.words.addresses);
    page.tree.node(paragraph).is_some_and(|node| targets(node).all(is_away))
}

/// Where the links below an element lead.
fn targets(node: NodeRef<'_, Node>) -> impl Iterator<Item = &str> {
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    elements.filter(|element| element.name() == "a").filter_map(|link| attribute(link, "href"))
}

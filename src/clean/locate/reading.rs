//! Lists of links that an author chose: a digest, a list to read, sources. They lead to other sites, and there to pages
//! with titles; the links of a site's own furniture lead into it.

use ego_tree::{NodeId, NodeRef};
use scraper::Node;

use super::ground::{Ground, MIN_ARTICLE};
use super::measure::Measure;
use super::tag::Tag;
use crate::parse::html::{Tree, attribute};

/// Ends of the names of documents.
const DOCUMENTS: [&str; 12] = ["pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "odt", "ods", "csv", "epub", "zip"];
/// Names below that of a country under which others register theirs.
const SECOND_LEVELS: [&str; 10] = ["co", "com", "net", "org", "gov", "edu", "ac", "ne", "or", "go"];
/// Hosts below which each name is another author's.
const SHARED: [&str; 8] = [
    "wordpress.com",
    "blogspot.com",
    "substack.com",
    "github.io",
    "tumblr.com",
    "medium.com",
    "typepad.com",
    "hatenablog.com",
];
/// Fewest such links that are an article by themselves.
const MIN_LINKS: usize = 3;
/// The links are more than one part in so many of what the page says, its furniture apart.
const MIN_SHARE: u32 = 4;
/// Least text, in weighted characters, of the links of a list for them to be titles on the average: `Facebook` is none.
const MIN_TITLE: u32 = 18;
/// The same outside of lists and in shorter ones, where buttons stand: `Buy at Bakers' Supplies`, `Follow us on …`.
const MIN_BOXED_TITLE: u32 = 25;

/// True for a list, or a box of lists, of titles that lead to several other sites, or to documents: the author's choice,
/// wherever it stands.
pub(super) fn is_reading_list(tree: &Tree, list: &Measure, url: &str) -> bool {
    let Some(node) = tree.node(list.id).filter(|_| matches!(list.tag, Tag::List | Tag::Division)) else { return false };
    let targets: Vec<&str> = targets(node).collect();
    if targets.is_empty() {
        return false;
    }
    let away = targets.iter().copied().filter(|href| !leads_within(href, url));
    let away: Vec<&str> = away.filter_map(host).map(site).collect();
    let several = away.iter().any(|site| Some(site) != away.first());
    let is_shelf = list.tag == Tag::List && targets.iter().all(|href| is_document(href));
    let is_long = list.tag == Tag::List && targets.len() >= MIN_LINKS;
    let shortest = if is_long { MIN_TITLE } else { MIN_BOXED_TITLE };
    let titles = u32::try_from(targets.len()).is_ok_and(|links| list.links >= links.saturating_mul(shortest));
    is_shelf || (titles && several && away.len() * 4 >= targets.len() * 3)
}

/// The lowest element that holds all links to other sites of a page without prose, when they are much of what it says:
/// a post that is a list of links. The front page of a site is an index all the same.
pub(super) fn post_of_links(tree: &Tree, ground: &Ground<'_>, url: &str) -> Option<usize> {
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
            Tag::List => is_reading_list(tree, measure, url),
            Tag::Paragraph => measures.link_lines.binary_search(&index).is_ok() && is_line_away(tree, measure.id, url),
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
    let page = measures.get(0).map_or(0, |page| page.text.saturating_sub(gone));
    let mut sites = found.iter().filter_map(|href| host(href)).map(site);
    let first = sites.next()?;
    let is_post =
        found.len() >= MIN_LINKS && text >= MIN_ARTICLE && text * MIN_SHARE > page && sites.any(|other| other != first);
    // The words that lead to a list stand beside it.
    let parent = measures.get(root?).map(|root| root.parent).filter(|parent| *parent > 0);
    let around = parent.filter(|parent| measures.get(*parent).is_some_and(|it| is_most(it.text)));
    is_post.then(|| around.or(root)).flatten()
}

/// True when a link leads to another page of its site, on whichever of the site's hosts.
pub(super) fn leads_within(href: &str, url: &str) -> bool {
    match host(href) {
        Some(of_link) => host(url).is_some_and(|of_page| site(of_page).eq_ignore_ascii_case(site(of_link))),
        None => !href.starts_with('#') && !href.contains(':'),
    }
}

fn is_line_away(tree: &Tree, paragraph: NodeId, url: &str) -> bool {
    tree.node(paragraph).is_some_and(|node| targets(node).all(|href| host(href).is_some() && !leads_within(href, url)))
}

/// A file beside a page, which is no page itself.
fn is_document(href: &str) -> bool {
    let path = href.split(['?', '#']).next().unwrap_or_default();
    let kind = path.rsplit_once('.').map_or("", |(_, kind)| kind);
    DOCUMENTS.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// Where the links below an element lead.
fn targets(node: NodeRef<'_, Node>) -> impl Iterator<Item = &str> {
    let elements = node.descendants().filter_map(|node| node.value().as_element());
    elements.filter(|element| element.name() == "a").filter_map(|link| attribute(link, "href"))
}

/// The host of an address, without its `www`.
fn host(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("//")?;
    if !scheme.is_empty() && !matches!(scheme, "http:" | "https:") {
        return None;
    }
    Some(rest.split(['/', '?', '#']).next()?.trim_start_matches("www."))
}

/// The end of a host that its owner registered, as far as its form tells: two names, or three where the last two are
/// for all, as in `example.com.cn`, or belong to many authors.
fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (top, second, third) = (dots.next(), dots.next(), dots.next());
    let name = |from: usize, to: usize| host.get(from..to).unwrap_or_default();
    let is_shared = |top: usize, second: usize| {
        let of_country = host.len() - top <= 3 && SECOND_LEVELS.contains(&name(second + 1, top));
        of_country || SHARED.contains(&name(second + 1, host.len()))
    };
    let start = match (top, second) {
        (Some(top), Some(second)) if is_shared(top, second) => third.map_or(0, |third| third + 1),
        (Some(_), Some(second)) => second + 1,
        _ => 0,
    };
    host.get(start..).unwrap_or(host)
}

fn is_front_page(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.split_once("//").is_some_and(|(_, rest)| rest.split_once('/').is_none_or(|(_, path)| path.is_empty()))
}

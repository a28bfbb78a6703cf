use super::json_ld::JsonLd;
use super::names::{has_lead, is_name, is_small_name, names};
use super::seen::Seen;
use super::words::ELSEWHERE;

/// Names of `meta` elements that state the author.
const METAS: [&str; 11] = [
    "author",
    "article:author",
    "byl",
    "citation_author",
    "citation_authors",
    "dc.creator",
    "dc.creator.personalname",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "og:article:author",
];
/// Most authors taken.
const MAX_AUTHORS: usize = 20;
/// The authors and where they were found.
pub(super) type Found = (Vec<String>, &'static str);

/// What the data of the page, its `meta` elements and its microdata name as authors.
pub(super) fn stated(seen: &Seen, data: &JsonLd, site: &str) -> Vec<Found> {
    let persons = data.article().map(|article| data.names(article, "author")).unwrap_or_default();
    let persons = persons.iter().filter(|(_, organisation)| !organisation).map(|(name, _)| name.as_str());
    let metas = || METAS.iter().find_map(|name| pick_stated(seen.all_meta(name), site));
    let items = || {
        let near = seen.items_of("author").filter(|item| item.span.marks & ELSEWHERE == 0);
        pick(near.take(1).map(|item| seen.said(item)), site)
    };
    let stated = [
        (pick_stated(persons, site), "json-ld"),
        (metas(), "meta"),
        (card(seen).and_then(|name| pick_stated(std::iter::once(name), site)), "meta"),
        (items(), "dom"),
    ];
    stated.into_iter().filter_map(|(names, origin)| Some((names?, origin))).collect()
}

/// The houses that the page's data name as authors.
pub(super) fn houses(data: &JsonLd, site: &str) -> Option<Found> {
    let all = data.names(data.article()?, "author");
    let houses = all.iter().filter(|(_, organisation)| *organisation).map(|(name, _)| name.as_str());
    Some((pick(houses, site)?, "json-ld"))
}

/// What the card of the page for short messages states under a label that leads to a name: `Written by`, `Ann Lee`.
fn card<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    let pairs = [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
    pairs.iter().find_map(|(label, name)| seen.meta(&[name]).filter(|_| seen.meta(&[label]).is_some_and(has_lead)))
}

/// The names in statements of one place; `None` when there is none.
pub(super) fn pick<'a>(texts: impl Iterator<Item = &'a str>, site: &str) -> Option<Vec<String>> {
    pick_where(texts, site, is_name)
}

/// The names in the data of the page, which need no capitals.
fn pick_stated<'a>(texts: impl Iterator<Item = &'a str>, site: &str) -> Option<Vec<String>> {
    pick_where(texts, site, |name| is_name(name) || is_small_name(name))
}

fn pick_where<'a>(
    texts: impl Iterator<Item = &'a str>,
    site: &str,
    fits: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for name in names(text) {
            let known = found.iter().any(|known| known.eq_ignore_ascii_case(&name));
            if !known && fits(&name) && found.len() < MAX_AUTHORS {
                found.push(name);
            }
        }
    }
    // A person may have given the site its name; beside others it is only the site.
    if found.len() > 1 {
        found.retain(|name| !name.eq_ignore_ascii_case(site));
    }
    (!found.is_empty()).then_some(found)
}

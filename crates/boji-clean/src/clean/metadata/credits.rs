use super::json_ld::JsonLd;
use super::names::{has_lead, is_name, is_small_name, names};
use super::seen::Seen;
use crate::rules::words::AuthorWords;
use crate::rules::words::mark::ELSEWHERE;

/// Most authors taken.
const MAX_AUTHORS: usize = 20;
/// The authors and where they were found.
pub(super) type Found = (Vec<String>, &'static str);

/// What the data of the page, its `meta` elements and its microdata name as authors.
pub(super) fn stated(seen: &Seen, data: &JsonLd, site: &str) -> Vec<Found> {
    let known = &seen.known.authors;
    let persons = data.article().map(|article| data.names(article, "author")).unwrap_or_default();
    let persons = persons.iter().filter(|(_, organisation)| !organisation).map(|(name, _)| name.as_str());
    let metas = || known.metas.iter().find_map(|name| pick_stated(seen.all_meta(name), site, known));
    let items = || {
        let near = seen.items_of("author").filter(|item| item.span.marks & ELSEWHERE == 0);
        pick(near.take(1).map(|item| seen.said(item)), site, known)
    };
    let stated = [
        (pick_stated(persons, site, known), "json-ld"),
        (metas(), "meta"),
        (card(seen).and_then(|name| pick_stated(std::iter::once(name), site, known)), "meta"),
        (items(), "dom"),
    ];
    stated.into_iter().filter_map(|(names, origin)| Some((names?, origin))).collect()
}

/// The houses that the page's data name as authors.
pub(super) fn houses(data: &JsonLd, site: &str, known: &AuthorWords) -> Option<Found> {
    let all = data.names(data.article()?, "author");
    let houses = all.iter().filter(|(_, organisation)| *organisation).map(|(name, _)| name.as_str());
    Some((pick(houses, site, known)?, "json-ld"))
}

/// What the card of the page for short messages states under a label that leads to a name: `Written by`, `Ann Lee`.
fn card<'a>(seen: &Seen<'a>) -> Option<&'a str> {
    let pairs = [("twitter:label1", "twitter:data1"), ("twitter:label2", "twitter:data2")];
    let leads = |label| seen.meta(&[label]).is_some_and(|words| has_lead(words, &seen.known.authors));
    pairs.into_iter().find_map(|(label, name)| seen.meta(&[name]).filter(|_| leads(label)))
}

/// The names in statements of one place; `None` when there is none.
pub(super) fn pick<'a>(texts: impl Iterator<Item = &'a str>, site: &str, known: &AuthorWords) -> Option<Vec<String>> {
    pick_where(texts, site, known, |name| is_name(name, known))
}

/// The names in the data of the page, which need no capitals.
fn pick_stated<'a>(texts: impl Iterator<Item = &'a str>, site: &str, known: &AuthorWords) -> Option<Vec<String>> {
    pick_where(texts, site, known, |name| is_name(name, known) || is_small_name(name, known))
}

fn pick_where<'a>(
    texts: impl Iterator<Item = &'a str>,
    site: &str,
    known: &AuthorWords,
    fits: impl Fn(&str) -> bool,
) -> Option<Vec<String>> {
    let mut found: Vec<String> = Vec::new();
    for text in texts {
        for name in names(text, known) {
            let is_new = !found.iter().any(|other| other.eq_ignore_ascii_case(&name));
            if is_new && fits(&name) && found.len() < MAX_AUTHORS {
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

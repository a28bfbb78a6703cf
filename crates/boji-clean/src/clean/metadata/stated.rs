use super::day::same_day;
use super::json_ld::JsonLd;
use super::pen::Span;
use super::reading::Reading;
use super::seen::Seen;
use super::setting::{Found, Setting};
use super::shown::is_close;
use crate::model::Date;
use crate::rules::words::mark::ELSEWHERE;

/// What the data of the page and its `meta` elements call the publication, the best first.
pub(super) fn stated(seen: &Seen, data: &JsonLd, setting: Setting) -> Vec<Found> {
    let read = |text: &str| setting.reading.date(text);
    let from_data =
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| read(&data.article_text(key)?));
    let words = &seen.known.dates;
    let from_meta = || {
        let known = words.published_metas.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
        known.or_else(|| {
            seen.metas
                .iter()
                .filter(|(name, _)| ends_in_published(name, &words.published_metas))
                .find_map(|(_, text)| read(text))
        })
    };
    let from_items = || {
        let items = ["datePublished", "dateCreated"].into_iter().flat_map(|name| seen.items_of(name));
        let own = items.filter(|it| it.span.marks & ELSEWHERE == 0);
        let read = |item| Some((setting.reading.first(seen.said(item))?, item.span));
        let dates: Vec<(Date, Span)> = own.filter_map(read).collect();
        let first = dates.first()?.0;
        // Far from the title, several days are those of other pages.
        let near = dates.iter().find(|(_, span)| is_close(*span, setting.title)).map(|(date, _)| *date);
        let only = dates.iter().all(|(date, _)| same_day(*date, first)).then_some(first);
        Some((near.or(only)?, "dom"))
    };
    let mut found: Vec<Found> = from_data.map(|date| (date, "json-ld")).into_iter().collect();
    found.extend(from_meta().map(|date| (date, "meta")));
    if found.is_empty() {
        found.extend(from_items());
    }
    found
}

/// Whether the name of a `meta` element ends in one that states the publication: `x-published-date`.
fn ends_in_published(name: &str, known: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    let behind_mark = |known: &str| name.strip_suffix(known).is_some_and(|head| head.ends_with(['-', '.', ':', '_']));
    known.iter().any(|known| known.starts_with("publish") && behind_mark(known))
}

/// The last change as the data of the page state it.
pub(super) fn stated_change(seen: &Seen, data: &JsonLd, reading: Reading) -> Option<Found> {
    let read = |text: &str| reading.date(text);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || seen.known.dates.modified_metas.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta")))
}

/// A date that a page states without saying of what.
pub(super) fn stated_vaguely(seen: &Seen, reading: Reading) -> Option<Found> {
    let texts = seen.known.dates.vague_metas.iter().flat_map(|name| seen.all_meta(name));
    Some((texts.into_iter().find_map(|text| reading.date(text))?, "meta"))
}

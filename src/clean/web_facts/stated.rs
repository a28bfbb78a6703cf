use super::dates::{Found, Setting, same_day};
use super::json_ld::JsonLd;
use super::pen::Span;
use super::reading::Reading;
use super::seen::Seen;
use super::shown::is_close;
use super::words::ELSEWHERE;
use crate::model::Date;

/// Names of `meta` elements that state the publication, best first.
const PUBLISHED: [&str; 28] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_date",
    "published-date",
    "published",
    "pubdate",
    "published_time",
    "publication_date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.issued",
    "dc.date.created",
    "parsely-pub-date",
    "sailthru.date",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "weibo:article:create_at",
    "article:create_at",
    "article.created",
    "article:published",
];
/// Names of `meta` elements whose date may be of anything.
const VAGUE: [&str; 4] = ["dc.date", "dcterms.date", "date", "dc.terms.date"];
/// Names of `meta` elements that state the last change.
const MODIFIED: [&str; 8] = [
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "modified_time",
    "weibo:article:update_at",
    "last-modified",
];

/// What the data of the page and its `meta` elements call the publication.
pub(super) fn stated(seen: &Seen, data: &JsonLd, setting: Setting) -> Option<Found> {
    let read = |text: &str| setting.reading.date(text);
    let from_data =
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| read(&data.article_text(key)?));
    let from_meta = || {
        let known = PUBLISHED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
        known.or_else(|| seen.metas.iter().filter(|(name, _)| ends_in_published(name)).find_map(|(_, text)| read(text)))
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
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta"))).or_else(from_items)
}

/// Whether the name of a `meta` element ends in one that states the publication: `x-published-date`.
fn ends_in_published(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let behind_mark = |known: &str| name.strip_suffix(known).is_some_and(|head| head.ends_with(['-', '.', ':', '_']));
    PUBLISHED.iter().any(|known| known.starts_with("publish") && behind_mark(known))
}

/// The last change as the data of the page state it.
pub(super) fn stated_change(seen: &Seen, data: &JsonLd, reading: Reading) -> Option<Found> {
    let read = |text: &str| reading.date(text);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || MODIFIED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta")))
}

/// A date that a page states without saying of what.
pub(super) fn stated_vaguely(seen: &Seen, reading: Reading) -> Option<Found> {
    let texts = VAGUE.iter().flat_map(|name| seen.all_meta(name));
    Some((texts.into_iter().find_map(|text| reading.date(text))?, "meta"))
}

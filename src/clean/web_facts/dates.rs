use super::address::{in_url, is_home};
use super::json_ld::JsonLd;
use super::pen::Span;
use super::seen::Seen;
use super::shown::{MAX_ABOVE, is_close, is_near, shown, shown_change};
use super::sights::{Label, Sight, first_date, sights};
use super::words::ELSEWHERE;
use crate::model::Date;
use crate::parse::parse_date;

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
const DAY_MILLIS: i64 = 86_400_000;

/// A date with the place that states it.
pub(super) type Found = (Date, &'static str);

/// What is known when the dates are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub url: &'a str,
    /// Minutes east of UTC, for times without a zone.
    pub offset: i16,
    /// How 5/6/2024 is read, when the language tells.
    pub month_first: Option<bool>,
    /// Where the title stands.
    pub title: Option<Span>,
}

/// The publication and what contradicts it, and the last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    pub published: Option<Found>,
    pub refused: Option<Found>,
    pub modified: Option<Found>,
}

/// What a page states about its dates. What a reader sees decides: a date in the page's data is taken when the page shows
/// it, or shows no other. A shown date that is called the last change is never the publication, even where a page shows no
/// other: half of these pages were published years before, and the last change has a place of its own.
pub(super) fn dates(seen: &Seen, data: &JsonLd, setting: Setting) -> Dates {
    let all = sights(seen, setting.offset, setting.month_first);
    let stated = stated(seen, data, setting);
    // The page's data know better than a day without a name far from the title.
    let trusted = |sight: &Sight| stated.is_none() || sight.label != Label::None || is_near(sight, setting.title);
    let shown = shown(&all, setting.title).filter(trusted);
    let called = shown.is_some_and(|sight| sight.label == Label::Published);
    let is_shown = |date: Date| {
        let own = |sight: &&Sight| {
            let other = sight.label == Label::Other || (called && sight.label == Label::Updated);
            !other && !Seen::is_foreign(sight.span, setting.title)
        };
        all.iter().filter(own).any(|sight| same_day(sight.date, date))
    };
    let from_url = in_url(setting.url);
    let is_other_page = data.is_other_page() && !seen.is_called_article();
    let vague = || VAGUE.iter().flat_map(|name| seen.all_meta(name)).find_map(|text| parse_date(text, setting.offset));
    let seen_date = shown.map(|sight| (sight.date, "dom"));
    let published = if is_home(setting.url) {
        // Only what stands right under its title and is called so: the rest belongs to the pages it links to.
        let under = |sight: &Sight| setting.title.is_some_and(|title| sight.span.start <= title.end + MAX_ABOVE);
        let called = shown.filter(|sight| sight.label == Label::Published && under(sight));
        stated.filter(|found| is_shown(found.0)).or_else(|| Some((called?.date, "dom")))
    } else {
        match (stated, seen_date) {
            (Some(found), _) if is_shown(found.0) || from_url.is_some_and(|date| same_day(date, found.0)) => {
                Some(found)
            }
            (Some(found), None) => (!is_other_page).then_some(found),
            (_, Some(found)) => match from_url {
                Some(date) if !same_day(date, found.0) && shown.is_some_and(|it| it.label == Label::None) => {
                    Some((date, "url"))
                }
                _ => Some(found),
            },
            (None, None) => from_url
                .map(|date| (date, "url"))
                .or_else(|| Some((data.page_date(setting.offset).filter(|date| is_shown(*date))?, "json-ld")))
                .or_else(|| Some((vague()?, "meta"))),
        }
    };
    let published = published.map(|found| printed(found, &all, setting.title));
    let refused = published.and_then(|(taken, _)| {
        let others = [stated, seen_date];
        others.into_iter().flatten().find(|(other, _)| (day(*other) - day(taken)).abs() > 1)
    });
    let changed = stated_change(seen, data, setting.offset);
    let modified = changed.or_else(|| Some((shown_change(seen, &all, setting)?, "dom")));
    Dates { published, refused, modified }
}

/// A day that the page prints is what its readers know, where the same instant is another day in UTC.
fn printed(found: Found, all: &[Sight], title: Option<Span>) -> Found {
    let turned = |it: &&Sight| {
        matches!(it.date, Date::Day { .. }) && day(it.date) == local_day(found.0) && it.label != Label::Other
    };
    let own = all.iter().filter(|it| !Seen::is_foreign(it.span, title)).find(turned);
    own.filter(|_| day(found.0) != local_day(found.0)).map_or(found, |it| (it.date, "dom"))
}

/// What the data of the page and its `meta` elements call the publication.
fn stated(seen: &Seen, data: &JsonLd, setting: Setting) -> Option<Found> {
    let read = |text: &str| parse_date(text, setting.offset);
    let from_data =
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| read(&data.article_text(key)?));
    let from_meta = || {
        let known = PUBLISHED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
        known.or_else(|| seen.metas.iter().filter(|(name, _)| ends_in_published(name)).find_map(|(_, text)| read(text)))
    };
    let from_items = || {
        let items = ["datePublished", "dateCreated"].into_iter().flat_map(|name| seen.items_of(name));
        let own = items.filter(|it| it.span.marks & ELSEWHERE == 0);
        let read = |item| Some((first_date(seen.said(item), setting.offset, setting.month_first)?, item.span));
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
fn stated_change(seen: &Seen, data: &JsonLd, offset: i16) -> Option<Found> {
    let read = |text: &str| parse_date(text, offset);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || MODIFIED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta")))
}

/// Whether two dates name one day, in UTC or where they were stated.
pub(super) fn same_day(one: Date, other: Date) -> bool {
    let days = |date: Date| [day(date), local_day(date)];
    days(one).iter().any(|day| days(other).contains(day))
}

fn day(date: Date) -> i64 {
    date.instant().as_millis().div_euclid(DAY_MILLIS)
}

fn local_day(date: Date) -> i64 {
    match date {
        Date::Moment { at, offset_minutes } => {
            (at.as_millis() + i64::from(offset_minutes) * 60_000).div_euclid(DAY_MILLIS)
        }
        Date::Day { .. } => day(date),
    }
}

/// The first date in a line; `offset` is its zone in minutes east of UTC when it states none.
pub(in crate::clean) fn date_in(line: &str, offset: i16) -> Option<Date> {
    first_date(line, offset, None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;

    fn found(html: &str, url: &str) -> String {
        let (tree, _) = Tree::document(html);
        let seen = Seen::new(&tree);
        let title = seen.headings.first().copied();
        let setting = Setting { url, offset: 0, month_first: None, title };
        dates(&seen, &JsonLd::read(&tree.json_ld, ""), setting).published.map(|it| it.0.to_utc()).unwrap_or_default()
    }

    #[test]
    fn what_the_page_shows_decides() {
        let data = |kind: &str, date: &str| {
            format!(r#"<script type="application/ld+json">{{"@type":"{kind}","datePublished":"{date}"}}</script>"#)
        };
        let url = "https://a.example/bread";
        let cases = [
            (format!("{}<h1>Bread</h1><p>text", data("Article", "2024-05-01")), "2024-05-01"),
            (format!("{}<h1>Bread</h1><p>May 3, 2024", data("Article", "2021-05-01")), "2024-05-03"),
            (format!("{}<h1>Bread</h1><p>Updated May 3, 2024", data("Article", "2021-05-01")), "2021-05-01"),
            (format!("{}<h1>Bread</h1><p>text", data("WebPage", "2021-05-01")), ""),
            (format!("{}<h1>Bread</h1><p>Jun 25, 2025", data("Article", "2025-06-25T20:57:54-04:00")), "2025-06-25"),
            ("<h1>Bread</h1><p>Last updated: May 3, 2024".to_owned(), ""),
            (
                format!(
                    "{}<h1>Bread</h1><p>Published Apr 26, 2023 | Updated May 3, 2024",
                    data("Article", "2024-05-03")
                ),
                "2023-04-26",
            ),
            (
                format!("{}<h1>Bread</h1><p>{}<p>May 3, 2024", data("Article", "2021-05-01"), "dough ".repeat(100)),
                "2021-05-01",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>text<p>{}<p>Lee, May 3, 2024<p>{} May 9, 2024",
                    "dough ".repeat(100),
                    "x".repeat(60)
                ),
                "",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>May 3, 2024<p>{}<p>Originally published on April 2, 2019.",
                    "dough ".repeat(100)
                ),
                "2019-04-02",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>{}<p>Das wurde am 3. Mai 2024 um 12 Uhr veröffentlicht.<p>May 9, 2024",
                    "dough ".repeat(100)
                ),
                "2024-05-03",
            ),
            ("<h1>Bread</h1><p>9. Mai 2024<p>Erscheinungstermin: 3. Mai 2024".to_owned(), "2024-05-09"),
            ("<h1>Bread</h1><aside>Mise en ligne 3 mai 2024</aside>".to_owned(), "2024-05-03"),
            (
                "<p>News from the bakers of all the villages / 3.5.2024 / 06:15 / Read to me<h1>Bread</h1>".to_owned(),
                "2024-05-03",
            ),
            (
                "<p>https://bakers.example/all/the/villages/read/2024/05/03/what-they-bake-and-why<h1>Bread</h1>"
                    .to_owned(),
                "",
            ),
            ("<p>News from the bakers of all the villages, 3.5.2024, read to me by them<h1>Bread</h1>".to_owned(), ""),
            ("<h1>Bread</h1><p>As of May 3, 2024 we bake:".to_owned(), ""),
            ("<h1>Bread</h1><p>May 9, 2024<p>Released: May 3, 2024".to_owned(), "2024-05-09"),
            ("<meta name=w-published-date content=2024-05-03><h1>Bread</h1><p>text".to_owned(), "2024-05-03"),
            (
                format!(
                    "<h1>Bread</h1><p>{}<article class=related-card><i itemprop=datePublished>May 3, 2024</i></article>",
                    "dough ".repeat(100)
                ),
                "",
            ),
            (format!("{}<h1>Bread</h1><p>text", data("Product", "2021-05-01")), ""),
            (
                format!(
                    "{}<meta property=article:published_time content=2024-05-03><h1>Bread</h1><p>text",
                    data("Product", "2021-05-01")
                ),
                "2024-05-03",
            ),
            ("<h1>Bread</h1><p>text<div class=comment><time>May 3, 2024</time></div>".to_owned(), ""),
            ("<h1>Bread</h1><p>text<footer>© May 3, 2024 Crumbs</footer>".to_owned(), ""),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html, url), want, "{html}");
        }
    }
}

use std::sync::LazyLock;

use regex::Regex;

use super::json_ld::JsonLd;
use super::seen::{Seen, Span};
use super::sights::{Label, Sight, first_date, sights};
use super::words::{COMMENTS, DATE, ELSEWHERE};
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
/// Most bytes of prose between a title and the date under it.
const MAX_PROSE: usize = 420;
/// Most bytes between a date and the title under it.
const MAX_ABOVE: usize = 400;
const DAY_MILLIS: i64 = 86_400_000;

/// A day in the path of an address.
static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|t\d|$)").ok()
});

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

/// The publication and the last change, each with what contradicts it.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    pub published: Option<Found>,
    pub refused: Option<Found>,
    pub modified: Option<Found>,
}

/// What a page states about its dates. What a reader sees decides: a date in the page's data is taken when the page shows
/// it, or shows no other. A shown date that is called the last change is never the publication.
pub(super) fn dates(seen: &Seen, data: &JsonLd, setting: Setting) -> Dates {
    let all = sights(seen, setting.offset, setting.month_first);
    let shown = shown(&all, setting.title);
    let is_shown = |date: Date| {
        let own = |sight: &&Sight| sight.label != Label::Other && !Seen::is_foreign(sight.span, setting.title);
        all.iter().filter(own).any(|sight| same_day(sight.date, date))
    };
    let stated = stated(seen, data, setting);
    let from_url = in_url(setting.url);
    let vague = || VAGUE.iter().flat_map(|name| seen.all_meta(name)).find_map(|text| parse_date(text, setting.offset));
    let seen_date = shown.map(|sight| (sight.date, "dom"));
    // A day that the page prints is what its readers know, where the same instant is another day in UTC.
    let printed = |found: Found| {
        let turned = |it: &&Sight| {
            matches!(it.date, Date::Day { .. }) && day(it.date) == local_day(found.0) && it.label != Label::Other
        };
        let own = all.iter().filter(|it| !Seen::is_foreign(it.span, setting.title)).find(turned);
        own.filter(|_| day(found.0) != local_day(found.0)).map_or(found, |it| (it.date, "dom"))
    };
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
            (Some(found), None) => (!data.is_other_page()).then_some(found),
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
    let published = published.map(printed);
    let refused = published.and_then(|(taken, _)| {
        let others = [stated, seen_date];
        others.into_iter().flatten().find(|(other, _)| (day(*other) - day(taken)).abs() > 1)
    });
    Dates { published, refused, modified: modified(seen, data, &all, setting.offset) }
}

/// What the data of the page and its `meta` elements call the publication.
fn stated(seen: &Seen, data: &JsonLd, setting: Setting) -> Option<Found> {
    let read = |text: &str| parse_date(text, setting.offset);
    let from_data =
        ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| read(&data.article_text(key)?));
    let from_meta = || PUBLISHED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    let from_items = || {
        let items = ["datePublished", "dateCreated"].into_iter().flat_map(|name| seen.items_of(name));
        items.filter(|it| it.span.marks & ELSEWHERE == 0).find_map(|item| {
            let date = first_date(seen.said(item), setting.offset, setting.month_first)?;
            Some((date, "dom"))
        })
    };
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta"))).or_else(from_items)
}

/// The date that a reader takes for the publication: in the lines round the title, else one below the text that is
/// called so, or is the only one of the page.
fn shown(all: &[Sight], title: Option<Span>) -> Option<Sight> {
    let fits = |sight: &&Sight| {
        let own = !Seen::is_foreign(sight.span, title);
        own && matches!(sight.label, Label::None | Label::Published)
    };
    let near = |sight: &&Sight| {
        let Some(title) = title else { return sight.span.prose <= MAX_PROSE };
        if sight.span.start >= title.start {
            sight.span.prose.saturating_sub(title.prose) <= MAX_PROSE
        } else {
            sight.span.end + MAX_ABOVE >= title.start
                && (sight.span.marks & DATE != 0 || sight.span.end + 100 >= title.start)
        }
    };
    let alone = |sight: &&Sight| sight.alone || sight.label == Label::Published;
    let head = || all.iter().filter(fits).filter(near).filter(alone);
    let below = || title.map_or(0, |title| title.start);
    // What the page itself calls published, right under its title, is that in any of its parts.
    let called = |sight: &&Sight| sight.label == Label::Published && sight.span.marks & COMMENTS == 0;
    let under = |sight: &&Sight| title.is_some_and(|title| sight.span.start >= title.start);
    all.iter()
        .filter(near)
        .filter(called)
        .find(under)
        .or_else(|| head().find(|sight| sight.label == Label::Published))
        .or_else(|| head().find(|sight| sight.span.start >= below() && sight.span.marks & DATE != 0))
        .or_else(|| head().find(|sight| sight.span.start >= below()))
        .or_else(|| head().next_back())
        .or_else(|| {
            let tail = || all.iter().filter(fits).filter(alone);
            let only = || {
                let first = tail().next()?;
                tail().all(|sight| same_day(sight.date, first.date)).then_some(first)
            };
            tail().find(|sight| sight.label == Label::Published).or_else(only)
        })
        .copied()
}

/// The last change as stated.
fn modified(seen: &Seen, data: &JsonLd, all: &[Sight], offset: i16) -> Option<Found> {
    let read = |text: &str| parse_date(text, offset);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || MODIFIED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    let from_items = || seen.items_of("dateModified").find_map(|item| read(seen.said(item)));
    let from_lines = || {
        let foreign = COMMENTS | ELSEWHERE;
        let sight = all.iter().find(|it| it.label == Label::Updated && it.alone && it.span.marks & foreign == 0);
        sight.map(|sight| sight.date)
    };
    from_data
        .map(|date| (date, "json-ld"))
        .or_else(|| Some((from_meta()?, "meta")))
        .or_else(|| Some((from_items().or_else(from_lines)?, "dom")))
}

/// Whether two dates name one day, in UTC or where they were stated.
fn same_day(one: Date, other: Date) -> bool {
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

/// The front page of a site: what it shows belongs to other pages.
pub(super) fn is_home(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    rest.split_once('/').is_none_or(|(_, path)| path.is_empty() || path.starts_with('#'))
}

/// The first date in a line; `offset` is its zone in minutes east of UTC when it states none.
pub(in crate::clean) fn date_in(line: &str, offset: i16) -> Option<Date> {
    first_date(line, offset, None)
}

fn in_url(url: &str) -> Option<Date> {
    let parts = IN_URL.as_ref()?.captures(url)?;
    let number = |index| parts.get(index).and_then(|part| part.as_str().parse::<i16>().ok());
    Date::day(number(1)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?)
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
            ("<h1>Bread</h1><p>text<div class=comment><time>May 3, 2024</time></div>".to_owned(), ""),
            ("<h1>Bread</h1><p>text<footer>© May 3, 2024 Crumbs</footer>".to_owned(), ""),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html, url), want, "{html}");
        }
    }

    #[test]
    fn finds_days_in_addresses() {
        assert_eq!(in_url("https://a.example/2021/03/04/bread.html").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/bread"), None);
        assert!(is_home("https://a.example/") && is_home("https://a.example") && !is_home("https://a.example/a"));
    }
}

use super::date_reading::{DateContext, DateReading, StatedDate, day, in_url, local_day, may_be, same_day};
use super::json_ld::JsonLd;
use super::page_text::{MAX_LINE_BYTES, PageText, Span};
use super::shown_dates::{
    DateLabel, MAX_ABOVE, ShownDate, is_close, is_near, is_own, shown, shown_change, shown_dates,
};
use crate::clean::address::is_front_page;
use crate::model::Date;
use crate::rules::words::metadata::{ELSEWHERE, PERHAPS_UPDATED};

/// The publication and what contradicts it, and the last change.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    pub published: Option<StatedDate>,
    pub refused: Option<StatedDate>,
    pub modified: Option<StatedDate>,
}

/// What a page states about its dates. What a reader sees decides: a date in the page's data is taken when the page shows
/// it, or shows no other. A shown date that is called the last change is never the publication, even where a page shows no
/// other: half of these pages were published years before, and the last change has a place of its own.
pub(super) fn dates(seen: &PageText, data: &JsonLd, context: DateContext) -> Dates {
    let reading = context.reading.of_lines(seen.lines.iter().map(|line| seen.words(*line)));
    let context = DateContext { reading, ..context };
    let all = shown_dates(seen, reading, context.title);
    let statements = stated(seen, data, context);
    let stated = statements.first().copied();
    // The page's data know better than a day without a name far from the title.
    let trusted =
        |sight: &ShownDate| stated.is_none() || sight.label != DateLabel::None || is_near(sight, context.title);
    let changed = stated_change(seen, data, reading);
    let own: Vec<ShownDate> =
        all.iter().filter(|sight| !is_late(sight, &statements, changed, data.is_news())).copied().collect();
    let shown = shown(&own, context.title).filter(trusted);
    let called = shown.is_some_and(|sight| sight.label == DateLabel::Published);
    let is_shown = |date: Date| {
        let own = |sight: &&ShownDate| {
            let other = sight.label == DateLabel::Other || (called && sight.label == DateLabel::Updated);
            !other && is_own(sight.span, context.title)
        };
        let tells = |sight: &ShownDate| same_day(sight.date, date) || sight.turned.is_some_and(|it| same_day(it, date));
        all.iter().filter(own).any(tells)
    };
    let from_url = in_url(context.url);
    let in_address = |date: Date| from_url.is_some_and(|stated| same_day(stated, date));
    let is_other_page = data.is_other_page() && !seen.is_called_article();
    let seen_date = shown.map(|sight| (sight.date, "dom"));
    let published = if is_front_page(context.url) {
        // Only what stands right under its title and is called so: the rest belongs to the pages it links to.
        let under = |sight: &ShownDate| context.title.is_some_and(|title| sight.span.start <= title.end + MAX_ABOVE);
        let called = shown.filter(|sight| sight.label == DateLabel::Published && under(sight));
        stated.filter(|found| is_shown(found.0)).or_else(|| Some((called?.date, "dom")))
    } else {
        match (stated, seen_date) {
            (Some(found), Some(printed)) if may_be(printed.0, found.0) && !in_address(found.0) => Some(printed),
            (Some(found), _) if is_shown(found.0) || in_address(found.0) => Some(found),
            (Some(found), None) => (!is_other_page).then_some(found),
            (_, Some(found)) => match from_url {
                Some(date) if !same_day(date, found.0) && shown.is_some_and(|it| it.label == DateLabel::None) => {
                    Some((date, "url"))
                }
                _ => Some(found),
            },
            (None, None) => from_url
                .map(|date| (date, "url"))
                .or_else(|| Some((data.page_date(reading).filter(|date| is_shown(*date))?, "json-ld")))
                .or_else(|| stated_vaguely(seen, reading))
                .or_else(|| Some((dateline(seen, context)?, "dom"))),
        }
    };
    let published = published.map(|found| printed(found, seen, &all, context));
    let refused = published.and_then(|(taken, _)| {
        let others = [stated, seen_date];
        others.into_iter().flatten().find(|(other, _)| (day(*other) - day(taken)).abs() > 1)
    });
    let modified = changed.or_else(|| Some((shown_change(seen, &all, context)?, "dom")));
    Dates { published, refused, modified }
}

/// Most days by which a shown date is later than the stated publication: behind these it was read out of something else.
const MAX_DAYS_LATER: i64 = 20 * 366;

/// Whether a shown date without a name is of the last change, or of something that was still to come then, as the data of
/// the page tell. Those of the press tell publication and last change apart.
fn is_late(sight: &ShownDate, statements: &[StatedDate], changed: Option<StatedDate>, is_news: bool) -> bool {
    let latest = statements.iter().map(|(published, _)| day(*published)).max();
    if latest.is_some_and(|latest| day(sight.date) > latest + MAX_DAYS_LATER) {
        return true;
    }
    let Some((changed, _)) = changed.filter(|_| !statements.is_empty()) else { return false };
    let is_stated = statements.iter().any(|(published, _)| same_day(sight.date, *published));
    let is_stamp = is_news && matches!(sight.date, Date::Moment { .. });
    let is_change = (is_stamp || sight.span.marks & PERHAPS_UPDATED != 0) && same_day(sight.date, changed);
    let was_to_come = day(sight.date) > day(changed) + 1;
    sight.label == DateLabel::None && !is_stated && (is_change || was_to_come)
}

/// A day that the page prints, with its hour or without, even without its year, is what its readers know, where the same
/// instant is another day in UTC.
fn printed(found: StatedDate, seen: &PageText, all: &[ShownDate], context: DateContext) -> StatedDate {
    let printed = found.0.local_day();
    let in_lines = || {
        let own = all.iter().filter(|it| is_own(it.span, context.title) && it.label != DateLabel::Other);
        own.map(|it| it.date).any(|date| local_day(date) == day(printed))
    };
    let in_times = || {
        let own = seen.times.iter().filter(|time| is_own(time.span, context.title));
        own.filter_map(|time| context.reading.beside(seen.words(time.span), printed)).any(|date| date == printed)
    };
    if day(found.0) != day(printed) && (in_lines() || in_times()) { (printed, "dom") } else { found }
}

/// The first date in a line; `offset` is its zone in minutes east of UTC when it states none.
pub(in crate::clean) fn date_in(line: &str, offset: i16) -> Option<Date> {
    DateReading { offset, month_first: None }.first(line)
}

/// What the data of the page and its `meta` elements call the publication, the best first.
pub(super) fn stated(seen: &PageText, data: &JsonLd, context: DateContext) -> Vec<StatedDate> {
    let read = |text: &str| context.reading.date(text);
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
        let read = |item| Some((context.reading.first(seen.said(item))?, item.span));
        let dates: Vec<(Date, Span)> = own.filter_map(read).collect();
        let first = dates.first()?.0;
        // Far from the title, several days are those of other pages.
        let near = dates.iter().find(|(_, span)| is_close(*span, context.title)).map(|(date, _)| *date);
        let only = dates.iter().all(|(date, _)| same_day(*date, first)).then_some(first);
        Some((near.or(only)?, "dom"))
    };
    // What the service that measures pages for the press is told.
    let from_parsely = || {
        let page: serde_json::Value = serde_json::from_str(seen.meta(&["parsely-page"])?).ok()?;
        Some((read(page.get("pub_date")?.as_str()?)?, "meta"))
    };
    let mut found: Vec<StatedDate> = from_data.map(|date| (date, "json-ld")).into_iter().collect();
    found.extend(from_meta().map(|date| (date, "meta")));
    if found.is_empty() {
        found.extend(from_parsely().or_else(from_items));
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
fn stated_change(seen: &PageText, data: &JsonLd, reading: DateReading) -> Option<StatedDate> {
    let read = |text: &str| reading.date(text);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || seen.known.dates.modified_metas.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    from_data.map(|date| (date, "json-ld")).or_else(|| Some((from_meta()?, "meta")))
}

/// A date that a page states without saying of what.
fn stated_vaguely(seen: &PageText, reading: DateReading) -> Option<StatedDate> {
    let texts = seen.known.dates.vague_metas.iter().flat_map(|name| seen.all_meta(name));
    Some((texts.into_iter().find_map(|text| reading.date(text))?, "meta"))
}

/// Most bytes of the place before the date: `Karlsruhe, (`.
const MAX_PLACE_BYTES: usize = 48;

/// The date with which the first paragraph of a report begins, as agencies write them: `NEW YORK, Jan. 5, 2022 –`.
fn dateline(seen: &PageText, context: DateContext) -> Option<Date> {
    let behind = context.title?.end;
    let is_prose = |line: &&Span| line.end - line.start > MAX_LINE_BYTES / 2;
    let lines = seen.lines.iter().filter(is_prose).chain(&seen.heads);
    let own = lines.filter(|line| line.start >= behind && !PageText::is_foreign(**line, context.title));
    let words = seen.words(*own.min_by_key(|line| line.start)?);
    let (date, hit) = context.reading.all(words).next()?;
    let (place, rest) = (words.get(..hit.start)?, words.get(hit.end..)?.trim_start());
    let is_place = place.len() <= MAX_PLACE_BYTES
        && !place.split(' ').any(|word| word.starts_with(char::is_lowercase))
        && place.chars().all(|c| c.is_alphabetic() || " ,.-/([–—".contains(c));
    let ends = seen.known.dates.dateline_ends.iter().any(|end| rest.starts_with(end.as_str()));
    (is_place && ends).then_some(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::metadata::date_reading::DateReading;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    fn found(html: &str, url: &str) -> String {
        let (tree, _) = Tree::document(html);
        let rules = Rules::shipped();
        let seen = PageText::new(&tree, &rules.words().metadata);
        let title = seen.headings.first().copied();
        let context = DateContext { url, reading: DateReading::default(), title };
        dates(&seen, &JsonLd::read(&tree.json_ld, ""), context).published.map(|it| it.0.to_utc()).unwrap_or_default()
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
            // What a page tells of itself in a sentence below its text, however long the line.
            (
                format!(
                    "<h1>Bread</h1><p>June 7, 2024<p>{}<p>This entry was posted on May 3, 2024 at noon and is filed under {}.",
                    "dough ".repeat(100),
                    "bread, ".repeat(40)
                ),
                "2024-05-03",
            ),
            (
                "<h1>Bread</h1><p>June 7, 2024<p>This entry was posted in Bread, Cakes and Pies by Ann Lee on May 3, 2024".to_owned(),
                "2024-05-03",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>June 7, 2024<p>Dieser Beitrag wurde am 3. Mai 2024 um 12 Uhr veröffentlicht {}",
                    "und hier abgelegt ".repeat(20)
                ),
                "2024-05-03",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>June 7, 2024<p>Der Beitrag wurde zum 1. Januar 2015 gesenkt, {}",
                    "und alle freuten sich ".repeat(20)
                ),
                "2024-06-07",
            ),
            (
                format!(
                    "<h1>Bread</h1><p>June 7, 2024<ol class=comments><li><p>This article was published on May 3, 2011 in {}</ol>",
                    "a book, ".repeat(40)
                ),
                "2024-06-07",
            ),
            // Cards beside the text tell of other pages.
            (
                format!(
                    "<h1>Bread</h1><p>{}<p>May 3, 2024<aside class=related><p>Posted on January 2, 2019</aside>",
                    "dough ".repeat(100)
                ),
                "2024-05-03",
            ),
            (
                format!("<h1>Bread</h1><p>{}<aside>Date<p>May 3, 2024</aside>", "dough ".repeat(100)),
                "2024-05-03",
            ),
            // Midnight in the East, and a day that is not the stated one anywhere.
            (format!("{}<h1>Bread</h1><p>Published May 4, 2024", data("Article", "2024-05-03T20:00:00Z")), "2024-05-04"),
            (
                format!("{}<h1>Bread</h1><p>Saturday, May 4, 2024<p>x<p>Posted", data("Article", "2024-05-03T15:00:00+02:00")),
                "2024-05-04",
            ),
            ("<h1>Bread</h1><p>By May 3, 2024 all of the bakers of the villages round the mill must have signed the paper".to_owned(), ""),
            // With its hour in a zone of its own, and without its year, the day counts that readers see.
            (
                format!("{}<h1>Bread</h1><p>May 3, 2024, 1:00 AM", data("Article", "2024-05-02T19:30:00Z")),
                "2024-05-03",
            ),
            (
                format!("{}<h1>Bread</h1><time datetime='May 3'>May 3</time>", data("Article", "2024-05-03T18:00:00-07:00")),
                "2024-05-03",
            ),
            (
                format!("{}<h1>Bread</h1><time>May 9</time>", data("Article", "2024-05-03T18:00:00-07:00")),
                "2024-05-04T01:00:00Z",
            ),
            // A time in which something goes on, and a line that tells when somebody was there last.
            ("<h1>Bread</h1><p>May 3, 2024 – May 9, 2024".to_owned(), ""),
            ("<h1>Bread</h1><p>Last active May 3, 2024".to_owned(), ""),
            (format!("<h1>Bread</h1><p>{}<p class=opening-hours>May 3, 2024", "dough ".repeat(100)), ""),
            // A class that names the last change on some sites and the publication on others.
            (
                format!(
                    "{}<meta property=article:modified_time content=2024-05-03><h1>Bread</h1><i class=updated>May 3, 2024</i>",
                    data("Article", "2021-05-01")
                ),
                "2021-05-01",
            ),
            (
                format!(
                    "{}<meta property=article:modified_time content=2024-05-03><h1>Bread</h1><i>May 3, 2024</i>",
                    data("Article", "2021-05-01")
                ),
                "2024-05-03",
            ),
            ("<h1>Bread</h1><i class=updated>May 3, 2024</i>".to_owned(), "2024-05-03"),
            // Later than the last change: what the page tells of was still to come.
            (
                format!(
                    "{}<meta property=article:modified_time content=2024-05-04><h1>Bread</h1><p>June 7, 2024",
                    data("Article", "2024-05-03")
                ),
                "2024-05-03",
            ),
            (
                format!("<h1>Bread</h1><p>{}<p>By Ann on May 3, 2024 in the Villages of Bakers | 3 Remarks", "dough ".repeat(100)),
                "2024-05-03",
            ),
            ("<h1>Bread</h1><div class=entry-date>May 3, 2024</div><p>Date: May 1, 2024".to_owned(), "2024-05-03"),
            ("<aside>May 3, 2024</aside><h1>Bread</h1><p>text".to_owned(), "2024-05-03"),
            (
                format!("<h1>Bread</h1><p>{}<aside><h3>Published</h3><p>May 3, 2024</aside>", "dough ".repeat(100)),
                "2024-05-03",
            ),
            ("<p>Flour-Update<p>3.5.2024 News<h1>Bread</h1><p>text".to_owned(), "2024-05-03"),
            (format!("{}<h1>Bread</h1><p>05.03.2024", data("Article", "2024-05-03")), "2024-05-03"),
            ("<h1>Bread</h1><p>05/03/2024<p>Older: <p>05/23/2023".to_owned(), "2024-05-03"),
            (format!("{}<h1>Bread</h1><p>Published May 3, 2024", data("Article", "2024-05-04T03:28:00Z")), "2024-05-03"),
            (
                "<h1>Bread</h1><p>text<p><abbr class=published itemprop=datePublished title=2024-05-03T10:52:00+02:00>10:52"
                    .to_owned(),
                "2024-05-03T08:52:00Z",
            ),
            ("<h1>Bread</h1><p>text<div class=comment><time>May 3, 2024</time></div>".to_owned(), ""),
            ("<h1>Bread</h1><p>text<footer>© May 3, 2024 Crumbs</footer>".to_owned(), ""),
            // What the text tells of, in a sentence, a table, the headings of its sections.
            ("<h1>Bread</h1><p>The great feast of <time>May 3, 2031</time> will be the last of them.".to_owned(), ""),
            (
                format!("<h1>Bread</h1><p>{}<table><tr><td>Rye<td>May 3, 1999</table>", "dough ".repeat(100)),
                "",
            ),
            ("<h1>Bread</h1><h2>May 3, 1999</h2><p>text<h2>May 9, 1999</h2><p>text".to_owned(), ""),
            ("<h1>Bread</h1><p>text<h2>The feast of May 3, 1999</h2>".to_owned(), ""),
            ("<h1>Bread</h1><h2 class=date>May 3, 2024</h2><p>text<h2 class=date>May 3, 2024</h2>".to_owned(), "2024-05-03"),
            (format!("<h1>Bread</h1><p>{}<p>May 3, 2024", "dough ".repeat(100)), "2024-05-03"),
            // Read out of something else.
            (format!("{}<h1>Bread</h1><p>May 3, 2056", data("Article", "2017-07-24")), "2017-07-24"),
            // The press tells publication and last change apart, and stamps its pages with either.
            (
                format!(
                    "{}<meta property=article:modified_time content=2024-05-03T11:00:00Z><h1>Bread</h1><time datetime=2024-05-03T11:00:00Z>11:00</time>",
                    data("NewsArticle", "2021-05-01")
                ),
                "2021-05-01",
            ),
            ("<meta property=rnews:datePublished content=2024-05-03><h1>Bread</h1>".to_owned(), "2024-05-03"),
            ("<meta name=bt:pubDate content=2024-05-03><h1>Bread</h1>".to_owned(), "2024-05-03"),
            ("<meta name=parsely-page content='{\"pub_date\":\"2024-05-03\"}'><h1>Bread</h1>".to_owned(), "2024-05-03"),
        ];
        for (html, want) in cases {
            assert_eq!(found(&html, url), want, "{html}");
        }
    }

    #[test]
    fn reports_begin_with_place_and_day() {
        let cases = [
            ("NEW YORK, Jan. 5, 2022 – The bakers", "2022-01-05"),
            ("Karlsruhe, (12.11.2021). Die Bäcker", "2021-11-12"),
            ("(18.01.2018) Die Bäcker", "2018-01-18"),
            ("新华社北京2021年3月4日电 面包师", "2021-03-04"),
            ("May 3, 2020 was the day on which the bakers", ""),
            ("When the bakers met on May 3, 2020, they", ""),
            ("John Lennon died on December 8, 1980. The", ""),
            ("Bakers Of All The Villages Round The Mill On The River, May 3, 2020 –", ""),
            ("The bakers.", ""),
        ];
        for (start, want) in cases {
            let html = format!("<h1>Bread</h1><p>{start} {}<p>May 9, 2023 – {}", "dough ".repeat(40), "x ".repeat(90));
            let (tree, _) = Tree::document(&html);
            let rules = Rules::shipped();
            let seen = PageText::new(&tree, &rules.words().metadata);
            let context =
                DateContext { url: "", reading: DateReading::default(), title: seen.headings.first().copied() };
            let found = dateline(&seen, context).map(|date| date.to_string()).unwrap_or_default();
            assert_eq!(found, want, "{start}");
        }
    }
}

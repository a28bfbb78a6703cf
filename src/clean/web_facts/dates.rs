use std::sync::LazyLock;

use regex::Regex;

use super::json_ld::JsonLd;
use super::seen::Seen;
use crate::model::Date;
use crate::parse::parse_date;

/// Names of `meta` elements that state the publication, best first.
const PUBLISHED: [&str; 26] = [
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "date.published",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_date",
    "pubdate",
    "published_time",
    "publication_date",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "parsely-pub-date",
    "sailthru.date",
    "article_date_original",
    "cxenseparse:recs:publishtime",
    "weibo:article:create_at",
    "article:create_at",
    "dc.date",
    "article.created",
    "date",
];
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

/// What looks like a date in a line of a page; `parse_date` knows the words of months and has the last word.
static IN_TEXT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?(?:[T\s]{1,3}\d{1,2}:\d\d(?::\d\d)?)?",
        r"|\b\d{1,2}\.\s?\d{1,2}\.\s?(?:19|20)\d\d",
        r"|\b\d{1,2}(?:st|nd|rd|th|\.)?\s(?:of\s|de\s)?\p{L}{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d",
        r"|\b\p{L}{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d",
    ))
    .ok()
});
/// A day in the path of an address.
static IN_URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"/((?:19|20)\d\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?:[/_.-]|t\d)").ok()
});

/// A date with the place that states it.
pub(super) type Found = (Date, &'static str);

/// Every statement of the publication, best first.
pub(super) fn published(seen: &Seen, data: &JsonLd, url: &str, offset: i16) -> Vec<Found> {
    let read = |text: &str| parse_date(text, offset);
    let from_data = ["datePublished", "dateCreated", "uploadDate"].iter().find_map(|key| read(&data.text(key)?));
    let from_meta = PUBLISHED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    let from_items = ["datePublished", "dateCreated"].iter().flat_map(|name| seen.item(name)).find_map(read_in(offset));
    let marked =
        |names: &str| ["publish", "posted", "entry-date", "date", "byline", "meta"].iter().any(|it| names.contains(it));
    let changed =
        |names: &str| ["updated", "modified"].iter().any(|it| names.contains(it)) && !names.contains("published");
    let times = || seen.times.iter().filter(|(_, names)| !changed(names));
    let from_times = times().filter(|(_, names)| marked(names)).chain(times()).find_map(|(stated, _)| read(stated));
    let from_lines = seen.date_lines.iter().chain(&seen.head_lines).find_map(|line| read_in(offset)(line.as_str()));
    let from_url = in_url(url);
    let all = [
        (from_data, "json-ld"),
        (from_meta, "meta"),
        (from_items, "dom"),
        (from_times, "dom"),
        (from_lines, "dom"),
        (from_url, "url"),
    ];
    all.into_iter().filter_map(|(date, origin)| Some((date?, origin))).collect()
}

/// The last change as stated.
pub(super) fn modified(seen: &Seen, data: &JsonLd, offset: i16) -> Option<Found> {
    let read = |text: &str| parse_date(text, offset);
    let from_data = data.text("dateModified").and_then(|text| read(&text));
    let from_meta = || MODIFIED.iter().flat_map(|name| seen.all_meta(name)).find_map(read);
    let from_items = || seen.item("dateModified").find_map(read);
    from_data
        .map(|date| (date, "json-ld"))
        .or_else(|| Some((from_meta()?, "meta")))
        .or_else(|| Some((from_items()?, "dom")))
}

/// The first date in a line; `offset` is its zone in minutes east of UTC when it states none.
pub(in crate::clean) fn date_in(line: &str, offset: i16) -> Option<Date> {
    read_in(offset)(line)
}

/// Reads the first date in a line.
fn read_in(offset: i16) -> impl Fn(&str) -> Option<Date> {
    move |line| IN_TEXT.as_ref()?.find_iter(line).find_map(|found| parse_date(found.as_str(), offset))
}

fn in_url(url: &str) -> Option<Date> {
    let parts = IN_URL.as_ref()?.captures(url)?;
    let number = |index| parts.get(index).and_then(|part| part.as_str().parse::<i16>().ok());
    Date::day(number(1)?, i8::try_from(number(2)?).ok()?, i8::try_from(number(3)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_dates_in_lines_and_addresses() {
        let cases = [
            ("Posted on May 3rd, 2024 by Ann", Some("2024-05-03")),
            ("2019-09-09 19:32:27　来源：某网", Some("2019-09-09T19:32:27+08:00")),
            ("发布时间：2021年3月4日", Some("2021-03-04")),
            ("3 June 2020", Some("2020-06-03")),
            ("Ann | am 15. Februar 2018", Some("2018-02-15")),
            ("19.11.2021 | Neues", Some("2021-11-19")),
            ("© 2024 Crumbs", None),
        ];
        for (line, want) in cases {
            assert_eq!(read_in(480)(line).map(|date| date.to_string()).as_deref(), want, "{line}");
        }
        assert_eq!(in_url("https://a.example/2021/03/04/bread.html").map(Date::to_utc).as_deref(), Some("2021-03-04"));
        assert_eq!(in_url("https://a.example/2021/bread"), None);
    }
}

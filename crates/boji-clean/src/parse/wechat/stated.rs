use std::collections::BTreeMap;

use super::value::decode_entities;
use crate::model::{Conflict, Date, Facts, Timestamp};

/// What one place of a page (its data object, its script variables, its elements, its metas) says about the article.
/// Values are decoded and trimmed; what is not stated is `None`. The names are those of [`Facts`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct StatedFacts {
    pub title: Option<String>,
    pub account: Option<String>,
    pub author: Option<String>,
    pub published: Option<Date>,
    pub place: Option<String>,
    pub url: Option<String>,
    pub summary: Option<String>,
    pub cover_url: Option<String>,
    pub biz: Option<String>,
    pub mid: Option<String>,
    pub idx: Option<String>,
    pub sn: Option<String>,
    pub gh_id: Option<String>,
    pub alias: Option<String>,
    pub original_url: Option<String>,
    pub original_source: Option<String>,
    pub sharer_note: Option<String>,
    pub series: Option<String>,
    pub copyright: Option<String>,
    pub claim: Option<String>,
    pub tags: Vec<String>,
}

/// Separators between several names of one byline. A comma or a space of Latin script may stand inside of a name.
const BETWEEN_NAMES: [char; 3] = ['、', '，', '；'];

/// Joins what several places state, field by field: the first place that states a field wins, the others are only
/// heard for contradictions. `places` stand in the order of trust, each with its word for [`Facts::provenance`].
pub(super) fn merge(places: &[(&'static str, StatedFacts)]) -> Facts {
    let (mut provenance, mut conflicts) = (BTreeMap::new(), Vec::new());
    let mut text = |field: &'static str, of: fn(&StatedFacts) -> Option<&String>, same: fn(&str, &str) -> bool| {
        let mut found = places.iter().filter_map(|(place, stated)| of(stated).map(|value| (value, *place)));
        let (value, place) = found.next()?;
        provenance.insert(field, place);
        if let Some((refused, other)) = found.find(|(other, _)| !same(value, other)) {
            let (taken, refused) = ((value.clone(), place), (refused.clone(), other));
            conflicts.push(Conflict { field, taken, refused });
        }
        Some(value.clone())
    };
    let title = text("title", |stated| stated.title.as_ref(), same_words);
    let account = text("account", |stated| stated.account.as_ref(), same_words);
    let author = text("authors", |stated| stated.author.as_ref(), same_words);
    let place = text("place", |stated| stated.place.as_ref(), same_words);
    let url = text("url", |stated| stated.url.as_ref(), always);
    let summary = text("summary", |stated| stated.summary.as_ref(), always);
    let cover_url = text("cover_url", |stated| stated.cover_url.as_ref(), always);
    let biz = text("biz", |stated| stated.biz.as_ref(), exactly);
    let mid = text("mid", |stated| stated.mid.as_ref(), exactly);
    let idx = text("idx", |stated| stated.idx.as_ref(), exactly);
    let sn = text("sn", |stated| stated.sn.as_ref(), always);
    let gh_id = text("gh_id", |stated| stated.gh_id.as_ref(), exactly);
    let alias = text("alias", |stated| stated.alias.as_ref(), always);
    let original_url = text("original_url", |stated| stated.original_url.as_ref(), always);
    let original_source = text("original_source", |stated| stated.original_source.as_ref(), always);
    let sharer_note = text("sharer_note", |stated| stated.sharer_note.as_ref(), always);
    let series = text("series", |stated| stated.series.as_ref(), always);
    let copyright = text("copyright", |stated| stated.copyright.as_ref(), exactly);
    let claim = text("claim", |stated| stated.claim.as_ref(), always);
    let authors = author.as_deref().map(names).unwrap_or_default();
    let mut facts = Facts {
        title,
        account,
        authors,
        place,
        url,
        summary,
        cover_url,
        biz,
        mid,
        idx,
        sn,
        gh_id,
        alias,
        original_url,
        original_source,
        sharer_note,
        series,
        copyright,
        claim,
        provenance,
        conflicts,
        ..Facts::default()
    };
    join_published(places, &mut facts);
    if let Some((place, stated)) = places.iter().find(|(_, stated)| !stated.tags.is_empty()) {
        facts.tags.clone_from(&stated.tags);
        facts.provenance.insert("tags", place);
    }
    facts
}

fn join_published(places: &[(&'static str, StatedFacts)], facts: &mut Facts) {
    let mut found = places.iter().filter_map(|(place, stated)| stated.published.map(|date| (date, *place)));
    let Some((mut taken, mut place)) = found.next() else { return };
    for (date, other) in found {
        // What an element shows was written by a reader's browser in the reader's own zone.
        if other != "dom" && !same_time(taken, date) {
            let (taken, refused) = ((taken.to_string(), place), (date.to_string(), other));
            facts.conflicts.push(Conflict { field: "published", taken, refused });
            break;
        }
        if matches!((taken, date), (Date::Day { .. }, Date::Moment { .. })) {
            (taken, place) = (date, other);
        }
    }
    facts.published = Some(taken);
    facts.provenance.insert("published", place);
}

/// The names of a byline.
fn names(byline: &str) -> Vec<String> {
    byline.split(BETWEEN_NAMES).map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// Equal as far as both say: a page writes the same instant as seconds, as a minute and as a day.
fn same_time(one: Date, other: Date) -> bool {
    let (Date::Moment { at: first, .. }, Date::Moment { at: second, .. }) = (one, other) else {
        let day = |date: Date| date.to_string().get(..10).map(str::to_owned);
        return day(one) == day(other);
    };
    first.as_seconds().div_euclid(60) == second.as_seconds().div_euclid(60)
}

/// Equal letters: white space and the escapes that metas are written with do not count.
fn same_words(one: &str, other: &str) -> bool {
    let letters = |text: &str| -> String {
        let plain = decode_entities(text).replace("\\x0a", "").replace("\\n", "").replace("\\x26quot;", "\"");
        plain.chars().filter(|letter| letter.is_alphanumeric()).collect()
    };
    one == other || letters(one) == letters(other)
}

fn exactly(one: &str, other: &str) -> bool {
    one == other
}

/// For fields of which a page rightly gives several forms: renderings of a picture, short and long link.
fn always(_: &str, _: &str) -> bool {
    true
}

/// The title of a share of text. Its author may give none; the platform then puts the whole text in its place, in metas with its
/// line ends as `\n`.
pub(super) fn share_title(title: &str) -> Option<String> {
    let title = title.replace("\\n", "\n");
    Some(title.trim().to_owned()).filter(|title| !title.is_empty())
}

/// A place as a page shows it, without the words before it; `None` where it shows that none is known.
pub(super) fn shown_place(text: &str) -> Option<String> {
    const BEFORE: [&str; 4] = ["发表于", "發表於", "Posted in", "Posted from"];
    const UNKNOWN: [&str; 4] = ["", "未知地区", "undefined", "null"];
    let text = text.trim();
    let name = BEFORE.iter().find_map(|words| text.strip_prefix(words)).unwrap_or(text);
    let name = name.trim_start_matches([':', '：', ' ']);
    (!UNKNOWN.contains(&name)).then(|| name.to_owned())
}

/// First second at which WeChat articles existed (2012-01-01 in Beijing); smaller numbers are no time of publication.
const FIRST: i64 = 1_325_347_200;

/// The first second of 2100: beyond it a number is something else.
const LAST: i64 = 4_102_444_800;

/// An instant written as whole seconds since the epoch, stated in Beijing.
pub(super) fn beijing_seconds(digits: &str) -> Option<Date> {
    let seconds: i64 = digits.trim().parse().ok()?;
    (FIRST..LAST).contains(&seconds).then(|| Date::moment(Timestamp::from_seconds(seconds), Date::BEIJING))
}

/// A time of the form `2025-11-10 12:00[:30]` or a day, in figures with `-`, `/`, `.` or 年月日, read as Beijing time.
/// Words such as 昨天 say nothing without a clock.
pub(super) fn beijing_text(text: &str) -> Option<Date> {
    let text = text.trim();
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty());
    let first = numbers.next().filter(|year| year.len() == 4 && text.starts_with(year))?;
    let year: i16 = first.parse().ok()?;
    let mut next = || numbers.next().and_then(|part| part.parse::<i8>().ok());
    let (month, day) = (next()?, next()?);
    let Some(hour) = next() else { return Date::day(year, month, day) };
    let minute = next()?;
    Date::civil(year, month, day, hour, minute, next().unwrap_or(0), Date::BEIJING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titled(title: &str) -> StatedFacts {
        StatedFacts { title: Some(title.into()), ..StatedFacts::default() }
    }

    #[test]
    fn the_first_place_wins_and_real_contradictions_are_told() {
        let facts = merge(&[
            ("cgi", StatedFacts::default()),
            ("var", titled("A\nB")),
            ("og", titled("A\\nB")),
            ("dom", titled("C")),
        ]);
        assert_eq!(facts.title.as_deref(), Some("A\nB"));
        assert_eq!(facts.provenance.get("title"), Some(&"var"));
        assert_eq!(facts.conflicts.len(), 1);
        assert_eq!(facts.conflicts.first().map(|conflict| conflict.refused.1), Some("dom"));
    }

    #[test]
    fn a_time_is_more_than_its_day() {
        let at = |text: &str| StatedFacts { published: Date::parse(text), ..StatedFacts::default() };
        let facts = merge(&[
            ("dom", at("2024-05-01")),
            ("var", at("2024-05-01T08:00:30+08:00")),
            ("cgi", at("2024-05-01T08:00:00+08:00")),
        ]);
        assert_eq!(facts.published, Date::parse("2024-05-01T08:00:30+08:00"));
        assert_eq!(facts.provenance.get("published"), Some(&"var"));
        assert!(facts.conflicts.is_empty(), "seconds do not count: {:?}", facts.conflicts);
        let facts = merge(&[("dom", at("2024-05-01")), ("var", at("2024-05-02T08:00:00+08:00"))]);
        assert_eq!(facts.conflicts.len(), 1);
        let facts = merge(&[("cgi", at("2024-05-01T08:00:00+08:00")), ("dom", at("2024-05-01T02:00:00+08:00"))]);
        assert!(facts.conflicts.is_empty(), "a saved page shows the reader's zone");
    }

    #[test]
    fn the_title_of_a_share_has_its_line_ends() {
        let cases = [
            ("今天不更新。\n\n明天补上。", Some("今天不更新。\n\n明天补上。")),
            ("\\n 今天不更新。\\n明天补上。", Some("今天不更新。\n明天补上。")),
            ("水位", Some("水位")),
            (" \n", None),
        ];
        for (title, want) in cases {
            assert_eq!(share_title(title).as_deref(), want, "{title}");
        }
    }

    #[test]
    fn a_place_is_its_name_alone() {
        let cases = [
            ("山东", Some("山东")),
            ("发表于山东", Some("山东")),
            ("Posted in Japan", Some("Japan")),
            ("undefined", None),
            ("未知地区", None),
        ];
        for (text, want) in cases {
            assert_eq!(shown_place(text).as_deref(), want, "{text}");
        }
    }

    #[test]
    fn parts_a_byline_at_marks_that_no_name_holds() {
        assert_eq!(names("张三、李四，Ann Lee"), ["张三", "李四", "Ann Lee"]);
    }

    #[test]
    fn reads_seconds_and_civil_times_as_beijing() {
        let shown = |date: Option<Date>| date.map_or("-".to_owned(), |date| date.to_string());
        assert_eq!(shown(beijing_seconds("1762747210")), "2025-11-10T12:00:10+08:00");
        for none in ["0", "", "x", "12345", "9999999999999"] {
            assert_eq!(beijing_seconds(none), None, "{none}");
        }
        let cases = [
            ("2025-11-10 12:00", "2025-11-10T12:00:00+08:00"),
            ("2018-03-20", "2018-03-20"),
            ("2022年1月5日 07:08", "2022-01-05T07:08:00+08:00"),
            ("2022/01/05 07:08:09", "2022-01-05T07:08:09+08:00"),
            ("昨天", "-"),
            ("3天前", "-"),
            ("2022-13-01", "-"),
            ("12-25", "-"),
        ];
        for (text, want) in cases {
            assert_eq!(shown(beijing_text(text)), want, "{text}");
        }
    }
}

use crate::model::{Date, Facts};

/// Sets the field that `key` names; false when the key is unknown. An empty or unknown value sets nothing.
pub(super) fn set(facts: &mut Facts, key: &str, value: &str) -> bool {
    let value = value.trim();
    let place = |value: &str| filled(value).filter(|place| place != "未知地区" && place != "未知");
    match key.to_lowercase().as_str() {
        "文章作者" | "公众号" | "公众号名称" | "account" | "account_name" | "nickname" | "mp_name" | "site"
        | "sitename" | "site_name" => {
            facts.account = filled(value);
        }
        "作者" | "author" | "authors" | "byline" => facts.authors.extend(filled(value)),
        "发布时间" | "发布日期" | "日期" | "时间" | "date" | "published" | "pubdate" | "publishdate"
        | "publish_date" | "publish_time" | "published_at" | "created" => {
            facts.published = stamp(value, Date::BEIJING);
        }
        "更新时间" | "updated" | "modified" | "lastmod" => facts.modified = stamp(value, Date::BEIJING),
        "发布地" | "place" | "location" => facts.place = place(value),
        "原文链接" | "原文地址" | "链接" | "url" | "source" | "link" | "source_url" | "article_url" | "canonical"
        | "canonical_url" | "permalink" => {
            facts.url = address(value).or_else(|| facts.url.take());
        }
        "封面图链接" | "封面" | "cover" | "cover_image" | "image" | "thumbnail" => {
            facts.cover_url = address(value);
        }
        "摘要" | "description" | "summary" | "excerpt" | "digest" => facts.summary = filled(value),
        "title" | "标题" => facts.title = filled(value),
        "标签" | "tags" | "tag" | "category" | "categories" | "keywords" => facts.tags.extend(filled(value)),
        "lang" | "language" => facts.language = filled(value),
        "license" => facts.license = filled(value),
        _ => return false,
    }
    true
}

/// Marks every field that the header gave.
pub(super) fn note(facts: &mut Facts) {
    let given = [
        ("title", facts.title.is_some()),
        ("account", facts.account.is_some()),
        ("authors", !facts.authors.is_empty()),
        ("published", facts.published.is_some()),
        ("modified", facts.modified.is_some()),
        ("place", facts.place.is_some()),
        ("url", facts.url.is_some()),
        ("cover_url", facts.cover_url.is_some()),
        ("summary", facts.summary.is_some()),
        ("tags", !facts.tags.is_empty()),
        ("language", facts.language.is_some()),
        ("license", facts.license.is_some()),
        ("copyright", facts.copyright.is_some()),
    ];
    facts.provenance.extend(given.iter().filter(|(_, known)| *known).map(|(field, _)| (*field, "header")));
}

/// A value that says something.
pub(super) fn filled(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// An address, bare or as a Markdown link.
fn address(value: &str) -> Option<String> {
    let start = value.find("http")?;
    let rest = value.get(start..)?;
    let end = rest.find([')', '>', ' ']).unwrap_or(rest.len());
    filled(rest.get(..end)?)
}

/// A stated time: RFC 3339, or year, month, day and perhaps hour, minute, second in the zone `offset_minutes`, with any
/// signs between them.
pub(super) fn stamp(text: &str, offset_minutes: i16) -> Option<Date> {
    if let Some(date) = Date::parse(text) {
        return Some(date);
    }
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty() && part.len() <= 4);
    let year: i16 = numbers.next()?.parse().ok()?;
    let mut number = || -> Option<i8> { numbers.next()?.parse().ok() };
    let (month, day) = (number()?, number()?);
    let Some(hour) = number() else { return Date::day(year, month, day) };
    let minute = number()?;
    Date::civil(year, month, day, hour, minute, number().unwrap_or(0), offset_minutes)
}

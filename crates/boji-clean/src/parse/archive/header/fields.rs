use super::keys::{Field, field};
use super::words::{address, plain};
use crate::model::{Date, Facts, WeChatLink};
use crate::parse::date::parse_date;

/// Most characters of a name in a header line; what is longer is a sentence.
const MAX_NAME: usize = 40;
/// Most characters of a date with its weekday, and of a place.
const MAX_DATE: usize = 48;
const MAX_PLACE: usize = 20;

impl Field {
    /// Whether a header line may say this value: a date where a date belongs, a name and no sentence for a name.
    pub(super) fn takes(self, value: &str) -> bool {
        let shown = plain(value);
        let is_name =
            !shown.is_empty() && shown.chars().count() <= MAX_NAME && !shown.contains(['。', '！', '？', '!', '?']);
        match self {
            Self::Account | Self::WeChatAccount | Self::Author => is_name && !shown.contains("://"),
            Self::Source => address(value).is_some() || is_name,
            Self::Published | Self::Modified | Self::Created => {
                shown.chars().count() <= MAX_DATE && date(&shown).is_some()
            }
            Self::Place => shown.chars().count() <= MAX_PLACE,
            Self::Address => address(value).is_some(),
            Self::Cover => value.contains("http") || value.trim().is_empty(),
            Self::Copyright => {
                matches!(&*shown, "原创" | "原創" | "是" | "否" | "转载" | "轉載" | "original" | "true" | "false")
            }
            Self::Title | Self::Summary | Self::Tags | Self::Language | Self::License | Self::Saver => true,
        }
    }

    /// Sets what the value says, `shown` being its words without markup; what is empty says nothing, and what is set
    /// already stays.
    pub(super) fn set(self, facts: &mut Facts, value: &str, shown: &str) {
        let words = || filled(shown);
        match self {
            Self::Title => fill(&mut facts.title, words),
            Self::Account | Self::WeChatAccount => fill(&mut facts.account, || filled(account_of(shown))),
            Self::Author => set_author(facts, shown),
            Self::Source => set_source(facts, value, shown),
            Self::Published => set_published(facts, date(shown)),
            Self::Created => fill(&mut facts.published, || date(shown)),
            Self::Modified => fill(&mut facts.modified, || date(shown)),
            Self::Place => fill(&mut facts.place, || words().filter(|place| !is_unknown_place(place))),
            Self::Address => fill(&mut facts.url, || address(value)),
            Self::Cover => fill(&mut facts.cover_url, || address(value)),
            Self::Summary => fill(&mut facts.summary, words),
            Self::Tags => facts.tags.extend(words()),
            Self::Language => fill(&mut facts.language, words),
            Self::License => fill(&mut facts.license, words),
            Self::Copyright => {
                let is_original = matches!(shown, "原创" | "原創" | "是" | "original" | "true");
                fill(&mut facts.copyright, || is_original.then(|| "original".to_owned()));
            }
            Self::Saver => {}
        }
    }

    /// Whether the facts say what the value says, so that it can leave the text: a place that nobody knows says nothing.
    pub(super) fn is_stated(self, facts: &Facts, value: &str, shown: &str) -> bool {
        let is = |stated: &Option<String>, said: Option<String>| said.is_some() && *stated == said;
        match self {
            Self::Title => facts.title.as_deref() == Some(shown),
            Self::Account | Self::WeChatAccount => is(&facts.account, filled(account_of(shown))),
            Self::Author => {
                let mut said = Facts::default();
                set_author(&mut said, shown);
                !said.authors.is_empty() && said.authors.iter().all(|name| facts.authors.contains(name))
            }
            Self::Source => {
                let name = account_of(shown);
                let is_named = is_platform(name) || facts.account.as_deref() == Some(name);
                is_named || shown.contains("://") && is(&facts.url, address(value)) || names_address(facts, value, name)
            }
            Self::Published => {
                date(shown).is_some_and(|said| facts.published.is_some_and(|known| is_same(known, said)))
            }
            Self::Modified => facts.modified.is_some() && facts.modified == date(shown),
            Self::Place => is_unknown_place(shown) || is(&facts.place, filled(shown)),
            Self::Address => is(&facts.url, address(value)),
            Self::Cover => value.trim().is_empty() || is(&facts.cover_url, address(value)),
            Self::Tags => tags(shown).all(|tag| facts.tags.contains(&tag)),
            Self::Language => is(&facts.language, filled(shown)),
            Self::License => is(&facts.license, filled(shown)),
            Self::Copyright => facts.copyright.is_some(),
            Self::Created | Self::Summary | Self::Saver => false,
        }
    }
}

/// Whether two dates may be the same moment, one of which leaves out its time of day.
pub(super) fn is_same(one: Date, other: Date) -> bool {
    let day = |date: Date| date.to_string().chars().take("2025-06-03".len()).collect::<String>();
    let is_day = |date: Date| matches!(date, Date::Day { .. });
    if is_day(one) || is_day(other) { day(one) == day(other) } else { one == other }
}

/// `[原文](https://…)` as a source: its words name nobody.
fn names_address(facts: &Facts, value: &str, name: &str) -> bool {
    address(value).is_some_and(|said| facts.url.as_deref() == Some(&said)) && name.contains("mp.weixin.qq.com")
}

fn is_unknown_place(place: &str) -> bool {
    matches!(place, "未知地区" | "未知")
}

/// `阅读, 图书馆` and `#阅读 #图书馆` are two.
pub(super) fn tags(shown: &str) -> impl Iterator<Item = String> {
    shown
        .split([',', '，', '、', ';', '；'])
        .flat_map(|part| part.split(" #"))
        .filter_map(|tag| filled(tag.trim().trim_start_matches('#')))
}

fn fill<T>(field: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if field.is_none() {
        *field = value();
    }
}

/// `芦花（公众号：渡口夜航）` names both the author and the account.
fn set_author(facts: &mut Facts, value: &str) {
    match with_account(value) {
        Some((author, account)) => {
            add_authors(facts, author);
            fill(&mut facts.account, || filled(account_of(account)));
        }
        None => add_authors(facts, value),
    }
}

/// The account behind an author, in brackets.
pub(super) fn with_account(value: &str) -> Option<(&str, &str)> {
    let (author, inner) = value.strip_suffix([')', '）'])?.rsplit_once(['(', '（'])?;
    let (key, account) = inner.split_once([':', '：'])?;
    matches!(field(key), Some((Field::Account | Field::WeChatAccount, _))).then_some((author, account))
}

fn add_authors(facts: &mut Facts, names: &str) {
    for name in authors(names) {
        if !facts.authors.contains(&name) {
            facts.authors.push(name);
        }
    }
}

/// `芦花、老方` are two.
pub(super) fn authors(names: &str) -> Vec<String> {
    names.split('、').filter_map(filled).collect()
}

/// A time of day says more than its day.
pub(super) fn set_published(facts: &mut Facts, said: Option<Date>) {
    let is_fuller = |known: Date| said.is_some_and(|said| matches!(known, Date::Day { .. }) && is_same(known, said));
    if facts.published.is_none_or(is_fuller) {
        facts.published = said.or(facts.published);
    }
}

/// A name, an address, or a name with an address behind it. What only says that it comes from WeChat names nobody.
fn set_source(facts: &mut Facts, value: &str, shown: &str) {
    if let Some(address) = address(value) {
        fill(&mut facts.url, || Some(address));
    }
    let name = account_of(shown);
    if !shown.contains("://") && !is_platform(name) && !name.contains("mp.weixin.qq.com") {
        fill(&mut facts.account, || filled(name));
    }
}

/// `微信公众号「渡口夜航」`, `公众号：渡口夜航`, `「渡口夜航」公众号` and `渡口夜航（微信公众号）` name an account. Where no bracket and no sign
/// parts the kind from a name it belongs to it: 微信派 is called so.
pub(super) fn account_of(value: &str) -> &str {
    const KINDS: [&str; 6] = ["微信公众号", "微信公眾號", "公众号", "公眾號", "公众账号", "微信"];
    let parts = |c: char| matches!(c, ':' | '：' | '-' | '|' | '(' | ')' | '（' | '）') || c.is_whitespace();
    let value = without_id(value.trim());
    if let Some((before, inner)) = value.split_once(['「', '『', '《', '“'])
        && let Some((name, behind)) = inner.split_once(['」', '』', '》', '”'])
    {
        let before = before.trim_matches(parts);
        let is_kind = before.is_empty() || KINDS.contains(&before);
        if is_kind && (behind.is_empty() || KINDS.iter().any(|kind| behind.trim_start_matches(parts).starts_with(kind)))
        {
            return name.trim();
        }
    }
    let behind = KINDS.iter().find_map(|kind| value.strip_prefix(kind).filter(|rest| rest.starts_with(parts)));
    let name = behind.unwrap_or(value).trim_matches(|c: char| parts(c) && !matches!(c, '(' | ')' | '（' | '）'));
    let before = KINDS
        .iter()
        .find_map(|kind| name.trim_end_matches([')', '）']).strip_suffix(kind).filter(|rest| rest.ends_with(parts)));
    match before.unwrap_or(name).trim_end_matches(['(', '（', ' ', '-', '|']) {
        "" => value,
        name => name,
    }
}

/// `渡口夜航（ID：dukou）` names the account twice.
fn without_id(value: &str) -> &str {
    let named = value.strip_suffix([')', '）']).and_then(|value| value.rsplit_once(['(', '（']));
    let is_id =
        |inner: &str| ["ID", "id", "Id", "微信号", "微信ID", "公众号ID"].iter().any(|key| inner.starts_with(key));
    named.filter(|(_, inner)| is_id(inner)).map_or(value, |(name, _)| name.trim())
}

pub(super) fn is_platform(name: &str) -> bool {
    let known = [
        "微信公众号",
        "微信公眾號",
        "公众号",
        "公眾號",
        "微信",
        "微信公众平台",
        "微信公眾平台",
        "网络",
        "互联网",
        "wechat",
        "weixin",
    ];
    known.contains(&name.to_lowercase().as_str())
}

fn date(text: &str) -> Option<Date> {
    parse_date(text, Date::BEIJING)
}

/// Whether an address is that of an article of WeChat.
pub(super) fn is_wechat(url: &str) -> bool {
    WeChatLink::parse(url).is_some()
}

/// A value that says something.
pub(super) fn filled(value: &str) -> Option<String> {
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
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
        ("original_source", facts.original_source.is_some()),
    ];
    facts.provenance.extend(given.iter().filter(|(_, known)| *known).map(|(field, _)| (*field, "header")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_account_is_no_part_of_a_name_and_a_name_none_of_a_kind() {
        let cases = [
            ("渡口夜航", "渡口夜航"),
            ("微信公众号「渡口夜航」", "渡口夜航"),
            ("公众号：渡口夜航", "渡口夜航"),
            ("微信公众号 渡口夜航", "渡口夜航"),
            ("「渡口夜航」公众号", "渡口夜航"),
            ("渡口夜航（微信公众号）", "渡口夜航"),
            ("渡口夜航 - 微信", "渡口夜航"),
            ("渡口夜航（ID：dukou）", "渡口夜航"),
            ("公众号「渡口夜航」（ID: dukou）", "渡口夜航"),
            ("微信派", "微信派"),
            ("公众号运营笔记", "公众号运营笔记"),
            ("《渡口》杂志", "《渡口》杂志"),
            ("渡口（夜航）", "渡口（夜航）"),
            ("公众号", "公众号"),
        ];
        for (value, name) in cases {
            assert_eq!(account_of(value), name, "{value}");
        }
    }
}

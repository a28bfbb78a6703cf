use super::fields::{is_platform, is_wechat};
use super::frame::lone_date;
use super::keys::{Field, Weight, field, is_subject};
use super::words::{address, plain};
use crate::model::Date;
use crate::parse::archive::lines::{is_separator, next_line};
use crate::parse::date::parse_date;

/// Most characters of a key that no table knows.
const MAX_KEY: usize = 12;
/// Most pairs in one line.
const MAX_PAIRS: usize = 24;

/// One `key: value` of a header line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    /// The key as it stands, without marks; "" for a value that needs none.
    pub key: String,
    /// What the key means and how far it proves a header; `None` for a key that no table knows.
    pub field: Option<(Field, Weight)>,
    pub value: &'a str,
}

impl Pair<'_> {
    /// What it says of the article, where the value is one that the key can have.
    pub(super) fn said(&self) -> Option<(Field, Weight)> {
        self.field.filter(|(field, _)| field.takes(self.value) || self.value.trim().is_empty())
    }

    /// Whether it speaks of what the article is about: `书名：…`, `地址：石桥东头`.
    pub(super) fn is_of_subject(&self) -> bool {
        is_subject(&self.key) && self.said().is_none()
    }
}

/// The pairs of a line, which holds nothing else: one `key: value`, as a quotation, an item, with the key in bold; several
/// of them between bars or wide gaps; `【key】value`; a row of two cells; a link whose words are a key. Empty when the line
/// is something else.
pub(super) fn pairs(line: &str) -> Vec<Pair<'_>> {
    let is_quoted = line.trim_start().starts_with('>');
    let line = undecorated(line);
    if let Some(pair) = row(line) {
        return vec![pair];
    }
    let mut found = Vec::new();
    let parts = parts(line);
    let is_loose = is_quoted || parts.len() > 1;
    for part in parts {
        let Some(pair) = pair(part, is_loose) else { return Vec::new() };
        found.push(pair);
        if found.len() > MAX_PAIRS {
            return Vec::new();
        }
    }
    found
}

/// The pairs of a table with one row, whose head names the keys: at its first line, what stands behind the table.
pub(super) fn columns<'a>(line: &'a str, after: &'a str) -> Option<(Vec<Pair<'a>>, &'a str)> {
    let (separator, after) = next_line(after);
    let (row, after) = next_line(after);
    let is_longer = next_line(after).0.trim_start().starts_with('|');
    if !is_separator(separator) || is_longer {
        return None;
    }
    let (keys, values) = (cells(line)?, cells(row)?);
    let is_head = keys.len() > 1 && keys.len() == values.len() && keys.len() <= MAX_PAIRS;
    let pair = |(key, value): (&&str, &&'a str)| {
        let key = plain(key);
        Some(Pair { field: Some(known(&key)?), key, value })
    };
    let found: Option<Vec<_>> = keys.iter().zip(&values).map(pair).collect();
    found.filter(|_| is_head).map(|found| (found, after))
}

fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

/// A line without the marks of a quotation, an item or a callout at its start, or of emphasis round all of it.
pub(super) fn undecorated(line: &str) -> &str {
    let rest = unmarked(line);
    let inside = |mark: char| {
        let inner = rest.strip_prefix(mark)?.strip_suffix(mark)?;
        (!inner.contains(mark) && !inner.starts_with(' ')).then_some(inner)
    };
    ['*', '_'].into_iter().find_map(inside).unwrap_or(rest)
}

fn unmarked(line: &str) -> &str {
    let mut rest = line.trim();
    loop {
        let marks = rest.trim_start_matches(['>', ' ', '\u{3000}']);
        let item = ["- ", "* ", "+ ", "• ", "· "].iter().find_map(|mark| marks.strip_prefix(mark));
        let next = item.unwrap_or(marks).trim_start();
        if next.len() == rest.len() {
            return rest.trim_end_matches('\\').trim_end();
        }
        rest = next;
    }
}

/// The cells of a row with two of them: `| key | value |`.
fn row(line: &str) -> Option<Pair<'_>> {
    let inner = line.strip_prefix('|')?.trim_end().strip_suffix('|')?;
    let (key, value) = inner.split_once('|')?;
    if value.contains('|') {
        return None;
    }
    let key = plain(key);
    Some(Pair { field: field(&key), key, value: value.trim() })
}

/// What a line says between bars, wide gaps, or a value and the next key. A mark divides only where each part is a pair.
fn parts(line: &str) -> Vec<&str> {
    let mut parts: Vec<&str> = vec![line];
    for mark in [" | ", "｜", " · ", " • ", " / ", "\u{3000}", "  ", "\t", "<br>", "<br/>", "<br />", "；", "|", "，"]
    {
        let divided: Vec<&str> =
            parts.iter().flat_map(|part| part.split(mark)).filter(|part| !part.trim().is_empty()).collect();
        let is_right = divided.len() <= MAX_PAIRS && divided.iter().all(|part| pair(part, true).is_some());
        if divided.len() > parts.len() && is_right {
            parts = divided;
        }
    }
    match parts.as_slice() {
        [line] => before_keys(line),
        _ => parts,
    }
}

/// Divides `作者: 芦花 来源: 渡口` before each further key that a table knows.
fn before_keys(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in line.match_indices([' ', '\u{a0}']) {
        let rest = line.get(at..).unwrap_or_default().trim_start();
        let key = rest.split_once([':', '：']).map(|(key, _)| key).filter(|key| key.chars().count() <= MAX_KEY);
        let is_key = key.is_some_and(|key| !key.contains(' ') && field(&plain(key)).is_some());
        let before = line.get(start..at).unwrap_or_default();
        if is_key && parts.len() < MAX_PAIRS && pair(before, true).is_some() {
            parts.push(before);
            start = at;
        }
    }
    parts.extend(line.get(start..));
    parts.retain(|part| !part.trim().is_empty());
    parts
}

/// One `key: value`; where `is_loose`, in a quotation or among others, a blank or a sign can stand for the colon.
pub(super) fn pair(part: &str, is_loose: bool) -> Option<Pair<'_>> {
    let part = part.trim();
    if let Some(pair) = with_bar(part).or_else(|| saver_note(part)) {
        return Some(pair);
    }
    if is_loose && let Some(pair) = without_colon(part) {
        return Some(pair);
    }
    if is_loose && lone_date(part).is_some() {
        return Some(Pair { key: String::new(), field: Some((Field::Published, Weight::Common)), value: part });
    }
    if let Some((key, value)) = part.strip_prefix('【').and_then(|rest| rest.split_once('】')) {
        return known(key).map(|field| Pair {
            key: key.to_owned(),
            field: Some(field),
            value: value.trim_start_matches([':', '：', ' ']),
        });
    }
    if let Some(label) = part.strip_prefix('[').and_then(|rest| rest.split_once("](")).map(|(label, _)| label)
        && let Some(field) = known(label).filter(|(field, _)| *field == Field::Address)
    {
        return Some(Pair { key: label.to_owned(), field: Some(field), value: part });
    }
    if let Some(pair) = html_link(part) {
        return Some(pair);
    }
    let at = part.find([':', '：'])?;
    let (key, rest) = part.split_at_checked(at)?;
    let value = rest.trim_start_matches([':', '：']).trim_start();
    // The colon of an address is none of a key.
    if rest.starts_with("://") {
        return None;
    }
    let value = match value.strip_prefix("**").or_else(|| value.strip_prefix("__")) {
        Some(inner) if key.contains("**") || key.contains("__") => inner.trim_start(),
        _ => value,
    };
    let key = plain(key.trim_matches(['*', '_', ' ', '`']));
    if let Some(field) = known(&key) {
        // `原创：芦花` names the author, `原创：是` none.
        let is_name = field.0 == Field::Copyright && !field.0.takes(value) && Field::Author.takes(value);
        let field = if is_name { (Field::Author, Weight::Article) } else { field };
        return Some(Pair { key, field: Some(field), value });
    }
    let letters = key.chars().filter(|c| c.is_alphanumeric()).count();
    let is_key = letters > 0
        && key.chars().count() <= MAX_KEY
        && !key.contains(['，', '。', '、', '“', '”', '？', '！', '(', '（', ',', '.']);
    is_key.then_some(Pair { key, field: None, value })
}

/// `<a href="…">原文链接</a>`, below a rule or not.
fn html_link(part: &str) -> Option<Pair<'_>> {
    let tag = part.strip_prefix("<hr>").or_else(|| part.strip_prefix("<hr/>")).unwrap_or(part).trim_start();
    let (attributes, words) = tag.strip_prefix("<a ")?.strip_suffix("</a>")?.split_once('>')?;
    let value = attributes.split_once("href=\"")?.1.split_once('"')?.0;
    let field = known(words).filter(|(field, _)| *field == Field::Address)?;
    Some(Pair { key: words.to_owned(), field: Some(field), value })
}

/// `作者丨芦花`: a bar for the colon, where the key is known and its value of its kind.
fn with_bar(part: &str) -> Option<Pair<'_>> {
    let (key, value) = part.split_once(['丨', '｜', '|'])?;
    let (key, value) = (plain(key), value.trim());
    let field = known(&key)?;
    let says = matches!(
        field.0,
        Field::Account | Field::WeChatAccount | Field::Author | Field::Source | Field::Published | Field::Address
    );
    (says && !value.contains(['丨', '｜', '|']) && field.0.takes(value)).then_some(Pair {
        key,
        field: Some(field),
        value,
    })
}

/// `Generated at 2026-01-02 03:04:05`, as programs sign what they write.
fn saver_note(part: &str) -> Option<Pair<'_>> {
    let (key, value) = ["Generated", "Exported", "Saved", "Clipped", "Fetched", "Archived"]
        .iter()
        .find_map(|verb| Some((*verb, part.strip_prefix(verb)?.trim_start())))?;
    let value = ["at ", "on "].iter().find_map(|word| value.strip_prefix(word))?;
    parse_date(&plain(value), Date::BEIJING)?;
    Some(Pair { key: key.to_owned(), field: Some((Field::Saver, Weight::Archiver)), value })
}

/// A value that needs no key, as an item or a quotation: the article as a link, whose words are its title or its host, its
/// day, that it comes from WeChat.
pub(super) fn keyless<'a>(line: &'a str, title: Option<&str>) -> Option<Pair<'a>> {
    let value = undecorated(line);
    let shown = plain(value);
    let is_link = value.starts_with('[') && value.ends_with(')') && address(value).as_deref().is_some_and(is_wechat);
    let field = if is_link && (title == Some(shown.as_str()) || shown == "mp.weixin.qq.com") {
        (Field::Address, Weight::Archiver)
    } else if lone_date(value).is_some() {
        (Field::Published, Weight::Common)
    } else if is_platform(&shown) {
        (Field::Source, Weight::Common)
    } else {
        return None;
    };
    Some(Pair { key: String::new(), field: Some(field), value })
}

/// Signs that stand for a key.
const SIGNS: [(Field, Weight, &[char]); 4] = [
    (Field::Published, Weight::Article, &['📅', '🗓', '🕒', '📆', '⏰']),
    (Field::Author, Weight::Common, &['✍', '👤', '🖊']),
    (Field::WeChatAccount, Weight::Archiver, &['📱', '📢', '📣']),
    (Field::Address, Weight::Archiver, &['🔗']),
];

/// `作者 芦花`, `发布于 2025-06-03`, `📅 2025-06-03`: a known key or a sign, and a value that it can have.
fn without_colon(part: &str) -> Option<Pair<'_>> {
    if part.contains([':', '：']) && !part.contains("://") && !part.starts_with("发") {
        return None;
    }
    let (head, value) = part.split_once(char::is_whitespace)?;
    let value = value.trim();
    let sign = head.trim_end_matches('\u{fe0f}');
    let of_sign = SIGNS.iter().find(|(.., signs)| sign.chars().count() == 1 && sign.starts_with(*signs));
    let field = of_sign.map(|(field, weight, _)| (*field, *weight)).or_else(|| known(head))?;
    let says = matches!(field.0, Field::Published | Field::Author | Field::WeChatAccount | Field::Address);
    (says && field.0.takes(value)).then(|| Pair { key: head.to_owned(), field: Some(field), value })
}

fn known(key: &str) -> Option<(Field, Weight)> {
    (key.chars().count() <= 2 * MAX_KEY).then(|| field(key)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_layout_gives_the_same_pairs() {
        let two = [
            "作者: 芦花 | 来源: 渡口",
            "> 作者：芦花｜来源：渡口",
            "- **作者**: 芦花 · **来源**: 渡口",
            "**作者：** 芦花  **来源：** 渡口",
            "作者: 芦花 来源: 渡口",
            "【作者】芦花 / 【来源】渡口",
            "✍️ 作者：芦花\u{3000}📌 来源：渡口",
            "作 者：芦花；来 源：渡口",
        ];
        for line in two {
            let found = pairs(line);
            let fields: Vec<_> = found.iter().filter_map(|pair| Some((pair.field?.0, plain(pair.value)))).collect();
            let want = [(Field::Author, "芦花".to_owned()), (Field::Source, "渡口".to_owned())];
            assert_eq!(fields, want, "{line}");
        }
        let signs = pairs("> 📅 2025-08-19 | ✍️ 罗大炉 | 📱 铁匠铺子 | 🔗 [原文](https://a.example/)");
        assert_eq!(signs.len(), 4, "{signs:?}");
        assert_eq!(pairs("> 来源：微信公众号「雾港」 · 作者 林初九").len(), 2);
        for (line, count) in [
            ("| 作者 | 芦花 |", 1),
            ("[原文链接](https://a.example/)", 1),
            ("甲：今天有风吗？", 1),
            ("https://a.example/", 0),
            ("他说，早上好：你也好。", 0),
            ("没有冒号的一句", 0),
            ("时间：周三 | 没有冒号", 1),
        ] {
            assert_eq!(pairs(line).len(), count, "{line}");
        }
    }
}

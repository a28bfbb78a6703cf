use super::front_matter::{self, filled, note, set, stamp};
use super::lines::next_line;
use crate::model::{Date, Facts, WeChatLink};

/// The converter whose habits the body follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ArchiveDialect {
    /// html2text: lines wrapped near 78 columns, blocks always divided by an empty line.
    Wrapped,
    /// wechatmp2markdown: nothing escaped, every line ends with two spaces.
    Unescaped,
    /// Markdown as people and other exporters write it.
    Plain,
}

/// What stands before the body.
pub(super) struct Header<'a> {
    pub facts: Facts,
    pub body: &'a str,
    pub dialect: ArchiveDialect,
    /// The format itself belongs to WeChat, whatever the link says.
    pub wechat: bool,
}

/// Reads the header, whichever of the known kinds it is; none at all gives empty facts.
pub(super) fn read(text: &str) -> Header<'_> {
    front_matter(text).or_else(|| wechatmp(text)).or_else(|| keyed(text)).unwrap_or_else(|| Header {
        facts: Facts::default(),
        body: text,
        dialect: ArchiveDialect::Plain,
        wechat: false,
    })
}

fn front_matter(text: &str) -> Option<Header<'_>> {
    let (facts, body) = front_matter::read(text)?;
    Some(Header { facts, body, dialect: ArchiveDialect::Plain, wechat: false })
}

/// `#  title` and then `[原创 ][author  ]account   2024-12-09 13:40`.
fn wechatmp(text: &str) -> Option<Header<'_>> {
    let (title, rest) = title_line(text)?;
    let (line, body) = next_line(rest);
    let line = line.trim_end();
    let cut = line.char_indices().rev().nth(15).map(|(at, _)| at)?;
    let (names, date) = line.split_at_checked(cut)?;
    let published = stamp(date, Date::BEIJING)?;
    if !names.ends_with("   ") {
        return None;
    }
    let mut facts = Facts { title: Some(title), published: Some(published), ..Facts::default() };
    let names = names.trim_end();
    let (names, original) = match names.strip_prefix("原创 ") {
        Some(rest) => (rest, true),
        None => (names, false),
    };
    let (author, account) = names.rsplit_once("  ").unwrap_or(("", names));
    if !author.trim().is_empty() {
        facts.authors.push(author.trim().to_owned());
    }
    facts.account = filled(account);
    facts.copyright = original.then(|| "original".to_owned());
    note(&mut facts);
    Some(Header { facts, body, dialect: ArchiveDialect::Unescaped, wechat: true })
}

/// A title and then at least two lines of `key: value`: the album crawler and its relatives.
fn keyed(text: &str) -> Option<Header<'_>> {
    let (title, mut rest) = title_line(text)?;
    let mut facts = Facts { title: Some(title), ..Facts::default() };
    let (mut body, mut found, mut gap, mut crawler) = (rest, 0, false, false);
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        if line.trim().is_empty() {
            gap = found > 0;
            continue;
        }
        let Some((key, value)) = pair(line) else { break };
        // The crawler writes the cover after an empty line; any other key there belongs to the text.
        if (gap && key != COVER_KEY) || !set(&mut facts, key, value) {
            break;
        }
        crawler |= key == CRAWLER_KEY;
        found += 1;
        body = after;
    }
    if found < 2 {
        return None;
    }
    note(&mut facts);
    let wechat = facts.url.as_deref().and_then(WeChatLink::parse).is_some();
    let dialect = if crawler { ArchiveDialect::Wrapped } else { ArchiveDialect::Plain };
    Some(Header { facts, body, dialect, wechat })
}

/// The key by which the album crawler is known. Its value is the account, not a person.
const CRAWLER_KEY: &str = "文章作者";
const COVER_KEY: &str = "封面图链接";

/// The words of the first line with words, when it is a heading of level 1.
fn title_line(text: &str) -> Option<(String, &str)> {
    let mut rest = text;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        if line.trim().is_empty() {
            rest = after;
            continue;
        }
        let title = line.strip_prefix("# ")?.trim();
        return (!title.is_empty()).then(|| (title.to_owned(), after));
    }
    None
}

/// `key: value`, perhaps as a list item, a quotation or with the key in bold.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches(['>', '-', '*', ' ']);
    let at = line.find([':', '：'])?;
    let (key, value) = line.split_at_checked(at)?;
    let value = value.trim_start_matches([':', '：', '*', ' ']);
    Some((key.trim_matches(['*', ' ']), value.trim()))
}

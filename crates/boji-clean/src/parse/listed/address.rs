use url::Url;

use super::words::ListWords;
use crate::model::bare_host;

/// What an address tells of the page behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// The same for addresses of one kind: host, folders with their numbers taken out, ending, names of parameters.
    pub group: String,
    /// The path holds a day, or a month.
    pub is_dated: bool,
    /// Its last part, or a parameter, is a number.
    pub is_numbered: bool,
}

/// Whether an address may lead to an article, as far as its own words tell.
pub(super) fn may_be_article(url: &Url, words: &ListWords) -> bool {
    let parts = parts(url);
    // `m` and `s` are a month and a search of WordPress's, and of other systems the module and the path of any page.
    let is_of_module = |name: &str, value: &str| match name {
        "m" => !value.bytes().all(|byte| byte.is_ascii_digit()),
        "s" => value.starts_with('/'),
        _ => false,
    };
    let asks_otherwise = url.query_pairs().any(|(name, value)| {
        let name = name.to_ascii_lowercase();
        words.queries.others.contains(&name) && !is_of_module(&name, &value)
    });
    let has_number = numbers_article(url, words);
    let Some((last, folders)) = parts.split_last() else { return has_number && !asks_otherwise };
    let (stem, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    let is_listed = |part: &String, next: Option<&String>| {
        let numbered = words.paths.numbered.contains(part) && next.is_some_and(|next| is_number(next));
        numbered || words.paths.within.contains(part) || is_word_with_number(part, words)
    };
    let followed = |at: usize| parts.get(at + 1);
    let is_below_list = folders.iter().enumerate().any(|(at, part)| is_listed(part, followed(at)));
    let is_list = words.paths.last.contains(stem)
        || words.paths.last.contains(last)
        || words.paths.within.contains(stem)
        || is_word_with_number(stem, words);
    // Archives of a year, a month or a day. Behind `archives` a number alone may be that of an article.
    let (named, dates) = match parts.split_first() {
        Some((first, rest)) if words.paths.last.contains(first) => (true, rest),
        _ => (false, parts.as_slice()),
    };
    let is_day = dates.first().is_some_and(|part| is_year(part))
        && dates.len() <= 3
        && dates.iter().skip(1).all(|part| is_number(part) && part.len() <= 2)
        && (!named || dates.len() >= 2)
        && (named || !last.contains('.'));
    let is_page_of_script = has_number && SCRIPTS.contains(&ending);
    !asks_otherwise && !is_below_list && !is_day && !words.is_file(ending) && (!is_list || is_page_of_script)
}

/// Endings of what makes pages of its parameters.
const SCRIPTS: [&str; 7] = ["asp", "aspx", "cgi", "do", "jsp", "php", "pl"];

/// Whether a path names what makes pages of its parameters.
pub(super) fn names_script(url: &Url) -> bool {
    parts(url).last().and_then(|last| last.rsplit_once('.')).is_some_and(|(_, ending)| SCRIPTS.contains(&ending))
}

/// Whether one address is that of a folder round the other.
pub(super) fn holds(folder: &Url, page: &Url) -> bool {
    let (folder_parts, page_parts) = (parts(folder), parts(page));
    bare_host(folder) == bare_host(page) && folder.query().is_none() && page_parts.starts_with(&folder_parts)
}

/// What an address tells of the page behind it.
pub(super) fn shape(url: &Url, words: &ListWords) -> Shape {
    let parts = parts(url);
    let (last, folders) = parts.split_last().map_or(("", [].as_slice()), |(last, folders)| (last.as_str(), folders));
    let (stem, ending) = match last.rsplit_once('.') {
        Some((stem, ending)) if ending.len() <= 5 && ending.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (stem, ending)
        }
        _ => (last, ""),
    };
    let mut group = format!("{}/", bare_host(url));
    for folder in folders {
        let kind: String = if folder.bytes().any(|byte| byte.is_ascii_digit()) { "#".into() } else { folder.clone() };
        group.push_str(&kind);
        group.push('/');
    }
    group.push('*');
    group.push_str(ending);
    let mut names: Vec<String> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    names.retain(|name| words.queries.numbers.contains(&name.to_ascii_lowercase()));
    for name in &names {
        group.push('?');
        group.push_str(name);
    }
    let digits = stem.bytes().filter(u8::is_ascii_digit).count();
    Shape {
        group,
        is_dated: has_day(folders, stem),
        is_numbered: digits * 2 >= stem.len().max(1) || numbers_article(url, words),
    }
}

/// The parts of a path in lower case, without the name of a folder's own page.
fn parts(url: &Url) -> Vec<String> {
    /// More parts than any address of an article has.
    const MAX_PARTS: usize = 32;
    // What stands behind a `;` is a parameter of the path, mostly a session.
    let bare = |part: &str| part.split(';').next().unwrap_or_default().to_ascii_lowercase();
    let segments = url.path_segments().into_iter().flatten().map(bare).filter(|part| !part.is_empty());
    let mut parts: Vec<String> = segments.take(MAX_PARTS).collect();
    let is_folders_own = |last: &String| {
        last.strip_prefix("index.")
            .is_some_and(|ending| ["html", "htm", "shtml", "php", "asp", "aspx", "jsp"].contains(&ending))
    };
    if parts.last().is_some_and(is_folders_own) {
        parts.pop();
    }
    // `index.php/archives/9/`: the script stands for the folder.
    if parts.first().is_some_and(|first| first == "index.php") {
        parts.remove(0);
    }
    parts
}

fn numbers_article(url: &Url, words: &ListWords) -> bool {
    url.query_pairs()
        .any(|(name, value)| words.queries.numbers.contains(&name.to_ascii_lowercase()) && is_number(&value))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_number(text) && (text.starts_with("19") || text.starts_with("20"))
}

/// `tags-3`, `page_2`, `col1229400111`, `date-2026-11`: a word of lists and behind it numbers alone.
fn is_word_with_number(part: &str, words: &ListWords) -> bool {
    let at = part.find(|letter: char| letter.is_ascii_digit()).unwrap_or(part.len());
    let (word, number) = part.split_at_checked(at).unwrap_or((part, ""));
    let is_numbers = number.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'_'));
    !number.is_empty() && is_numbers && words.paths.numbered.contains(word.trim_end_matches(['-', '_']))
}

/// A year and a month in folders (`2026/11`, `2026/11-30`, `202611/30`), or a day at the start of the name
/// (`2026-11-30-wheel`, `t20261130_1`).
fn has_day(folders: &[String], stem: &str) -> bool {
    let in_folders = folders.iter().enumerate().any(|(at, folder)| {
        let next_is_month =
            folders.get(at + 1).is_some_and(|next| next.starts_with(|sign: char| sign.is_ascii_digit()));
        let is_month =
            folder.len() >= 6 && folder.get(..4).is_some_and(is_year) && folder.get(4..).is_some_and(is_month);
        (is_year(folder) && next_is_month) || is_month
    });
    let name = stem.trim_start_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    in_folders || (name.len() >= 8 && name.get(..4).is_some_and(is_year) && name.get(4..).is_some_and(is_month))
}

/// `11`, `1130`, `-11-30`, `-11`, with anything behind.
fn is_month(text: &str) -> bool {
    let text = text.trim_start_matches('-');
    matches!(text.get(..2), Some(month) if is_number(month) && ("01"..="12").contains(&month))
}

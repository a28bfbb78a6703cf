//! Where an article comes from, in a sentence of the program or the person that saved it.

use super::byline::parted;
use super::fields::{account_of, filled, is_platform};
use super::keys::Field;
use super::pairs::{pair, pairs, undecorated};
use super::words::{address, plain};
use crate::model::Facts;

/// Most bytes of such a line, and characters of a name in it.
const MAX_LINE: usize = 1_200;
const MAX_NAME: usize = 24;

/// Reads such a line into the facts: SimpRead's, Cubox's, `原文来自「X」`, `来自公众号 X`. False for any other line. Where
/// the article `is_known` to be an account's own, it is that account which says so.
pub(super) fn provenance(line: &str, facts: &mut Facts, is_known: bool) -> bool {
    let raw = undecorated(line);
    if is_known || raw.len() > MAX_LINE {
        return false;
    }
    let shown = plain(raw);
    let is_saver = shown.contains("转码") && (shown.contains("SimpRead") || shown.contains("简悦"));
    if is_saver {
        let behind = raw.rfind("原文地址").and_then(|at| raw.get(at..)).and_then(address);
        facts.url = facts.url.take().or(behind);
        return true;
    }
    if let Some((address, names)) = host_link(raw) {
        facts.url = facts.url.take().or(Some(address));
        if let Some((authors, account)) = parted("", &names, None, false) {
            facts.authors = if facts.authors.is_empty() { authors } else { std::mem::take(&mut facts.authors) };
            facts.account = facts.account.take().or(account);
        }
        return true;
    }
    let begins = ["原文来自", "本文来自", "文章来自", "来自公众号", "来自微信公众号", "原文來自"];
    // A note of reprinting is the text's own, but where nothing else says whose it is.
    let is_unknown = facts.account.is_none() && facts.url.is_none() && line.trim_start().starts_with('>');
    let reprints = ["本文转载自", "转载自", "本文轉載自", "整理自"];
    let begin = begins.iter().find_map(|begin| shown.strip_prefix(begin));
    let rest = begin.or_else(|| reprints.iter().filter(|_| is_unknown).find_map(|begin| shown.strip_prefix(begin)));
    let Some(rest) = rest else { return false };
    let mut parts = rest.split(['，', '。', ',']);
    let name = account_of(parts.next().unwrap_or_default());
    let is_name = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(['：', '、']);
    let is_other = facts.account.as_deref().is_some_and(|known| known != name);
    if !is_name || is_other {
        return false;
    }
    facts.account = facts.account.take().or_else(|| filled(name));
    facts.url = facts.url.take().or_else(|| address(raw));
    for part in parts {
        let said = pair(part, true).and_then(|pair| Some((pair.said()?.0, pair)));
        if let Some((field @ (Field::Author | Field::Published), pair)) = said
            && (field == Field::Published || facts.authors.is_empty())
        {
            field.set(facts, pair.value, &plain(pair.value));
        }
    }
    true
}

/// Cubox's line: a link whose words are the host of its address, and the names behind it.
fn host_link(line: &str) -> Option<(String, String)> {
    let (host, rest) = line.strip_prefix('[')?.split_once("](")?;
    let (_, names) = rest.split_once(')')?;
    let address = address(line)?;
    let is_host = address
        .split_once("://")
        .is_some_and(|(_, rest)| rest.strip_prefix(host).is_some_and(|path| path.starts_with('/')));
    let names = plain(names);
    (is_host && host.contains('.') && names.chars().count() <= 40 && !names.contains(['。', '，', '：']))
        .then_some((address, names))
}

/// Reads a note of reprinting, `本文转载自公众号「X」，作者：Y`, or a source that names an account with its id: who published first,
/// and where nobody else is named who wrote it. The note is the text's own, and stays in it to be judged.
pub(super) fn reprint(line: &str, facts: &mut Facts) {
    let raw = undecorated(line);
    if raw.len() > MAX_LINE || facts.original_source.is_some() {
        return;
    }
    let shown = plain(raw);
    let behind = ["本文", "文章", "该文", "原文"].iter().find_map(|word| shown.strip_prefix(word)).unwrap_or(&shown);
    let note = ["转载自", "轉載自", "转自", "來源於"].iter().find_map(|word| behind.strip_prefix(word));
    let source = pairs(&shown).into_iter().find(|pair| matches!(pair.said(), Some((Field::Source, _))));
    let Some(words) = note.map(str::to_owned).or_else(|| source.map(|pair| pair.value.to_owned())) else { return };
    let mut parts = words.split(['，', '。', ',']);
    let first = parts.next().unwrap_or_default().trim_matches([':', '：', ' ']);
    let is_account = ["公众号", "公眾號", "（ID", "(ID", "（微信"].iter().any(|sign| first.contains(sign));
    let name = account_of(first);
    // Behind such a word a kind is no part of the name.
    let name = ["微信公众号", "公众号"].iter().find_map(|kind| name.strip_prefix(kind)).unwrap_or(name);
    let is_name = !name.is_empty() && name.chars().count() <= MAX_NAME && !name.contains(['：', '、', '（', '(']);
    if !is_account || !is_name || is_platform(name) || facts.account.as_deref() == Some(name) {
        return;
    }
    facts.original_source = filled(name);
    let author =
        parts.find_map(|part| part.trim().strip_prefix("作者")).map(|name| name.trim_matches([':', '：', ' ']));
    if let Some(author) = author.filter(|name| facts.authors.is_empty() && Field::Author.takes(name)) {
        Field::Author.set(facts, author, author);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_of_reprinting_names_who_published_first() {
        let cases = [
            ("本文转载自微信公众号「青石小记」，作者芦花。转载请联系青石小记公众号。", Some("青石小记"), "芦花"),
            ("文章转载自公众号：青石小记，作者 芦花", Some("青石小记"), "芦花"),
            ("**本文转载自公众号青石小记（ID：qingshi）。**", Some("青石小记"), ""),
            ("来源 | 青石小记（ID：qingshi）", Some("青石小记"), ""),
            ("来源：河口观测站", None, ""),
            ("本文转载自网络", None, ""),
            ("转载自他的一本旧书里夹着的三张纸，纸上写着字。", None, ""),
            ("这篇文章转载自公众号青石小记", None, ""),
        ];
        for (line, source, author) in cases {
            let mut facts = Facts::default();
            reprint(line, &mut facts);
            assert_eq!(
                (facts.original_source.as_deref(), facts.authors.join(" ").as_str()),
                (source, author),
                "{line}"
            );
        }
    }
}

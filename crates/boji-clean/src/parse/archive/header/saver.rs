//! Where an article comes from, in a sentence of the program or the person that saved it.

use super::byline::parted;
use super::fields::{account_of, filled};
use super::keys::Field;
use super::pairs::{pair, undecorated};
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

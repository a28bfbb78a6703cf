//! The words and the address of a piece of Markdown within a line.

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::parse::archive::stand_in::JOINER;

/// Stands before a value while it is read: so it is no list or heading, and emphasis may begin behind it.
const GUARD: char = '（';

/// Longest line looked at, in bytes; the address of a picture that was written into the file can be longer.
const MAX_LINE: usize = 8_192;

/// The words of a value without markup: emphasis, links, code, wiki links.
pub(super) fn plain(value: &str) -> String {
    let line = format!("{GUARD}{}", value.get(..value.floor_char_boundary(MAX_LINE)).unwrap_or(value));
    let mut words = String::new();
    for event in Parser::new_ext(&line, Options::ENABLE_WIKILINKS | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Text(text) | Event::Code(text) => words.push_str(&text),
            Event::SoftBreak | Event::HardBreak => words.push(' '),
            _ => {}
        }
    }
    words.strip_prefix(GUARD).unwrap_or(&words).trim().to_owned()
}

/// The web address that a value is, links to, or holds.
pub(super) fn address(value: &str) -> Option<String> {
    let value = value.get(..value.floor_char_boundary(MAX_LINE)).unwrap_or(value);
    let line = format!("{JOINER}{value}");
    let linked = Parser::new(&line).find_map(|event| match event {
        Event::Start(Tag::Link { dest_url, .. }) if is_web(&dest_url) => Some(dest_url.to_string()),
        _ => None,
    });
    linked.or_else(|| {
        let start = value.find("http://").or_else(|| value.find("https://"))?;
        let rest = value.get(start..)?;
        let ends = |c: char| {
            c.is_whitespace()
                || matches!(c, ')' | '>' | ']' | '"' | '\'' | '|' | '`' | '，' | '。' | '）' | '」' | '；')
        };
        let address = rest.split(ends).next()?.trim_end_matches(['*', '_', ',', ';']).replace("&amp;", "&");
        (address.len() > "https://".len()).then(|| address.replace('\\', ""))
    })
}

fn is_web(address: &str) -> bool {
    address.starts_with("http://") || address.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_no_part_of_a_value() {
        let cases = [
            ("渡口夜航", "渡口夜航", None),
            ("**渡口**夜航", "渡口夜航", None),
            ("[渡口夜航](javascript:void\\(0\\);)", "渡口夜航", None),
            ("[[people/Bo|Bo]]", "Bo", None),
            ("_2025-06-03_ _浙江_", "2025-06-03 浙江", None),
            ("2025. 6. 3", "2025. 6. 3", None),
            ("1. 某号", "1. 某号", None),
            ("[原文](https://a.example/x_\\(y\\)?a=1&amp;b=2)", "原文", Some("https://a.example/x_(y)?a=1&b=2")),
            ("<https://a.example/>", "https://a.example/", Some("https://a.example/")),
            ("见 https://a.example/x，谢谢", "见 https://a.example/x，谢谢", Some("https://a.example/x")),
            ("javascript:void(0)", "javascript:void(0)", None),
        ];
        for (value, words, link) in cases {
            assert_eq!((plain(value).as_str(), address(value).as_deref()), (words, link), "{value}");
        }
    }
}

use std::borrow::Cow;

/// Fewest bytes of a string that may be a text.
pub(super) const MIN_BYTES: usize = 200;
/// Strings in strings are read so deep: data, in a call, in a row.
const MAX_DEPTH: usize = 3;
/// Most hexadecimal digits of the length of a row.
const MAX_DIGITS: usize = 8;
/// Most strings of a page that are looked at.
const MAX_LITERALS: usize = 256;

/// The long strings of a script, decoded, and those inside of them, in their order. It reads strings as JavaScript and JSON write
/// them, and steps over all else.
pub(super) fn literals(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![(Cow::Borrowed(script), 0)];
    while let Some((text, depth)) = todo.pop() {
        for literal in strings(&text, MIN_BYTES) {
            if found.len() >= MAX_LITERALS {
                return found;
            }
            if !is_data(&literal) {
                found.push(literal);
            } else if depth < MAX_DEPTH {
                todo.push((Cow::Owned(literal), depth + 1));
            }
        }
    }
    found
}

/// How Next hands on the rows that React streams, piece by piece.
const STREAM: &str = "__next_f.push(";

/// Whether a script hands on a piece of what React streams.
pub(super) fn is_streamed(script: &str) -> bool {
    script.contains(STREAM)
}

/// The long texts and strings of what React streams, from all of its pieces in their order.
pub(super) fn streamed<'a>(pieces: impl Iterator<Item = &'a str>) -> Vec<String> {
    let whole: String = pieces.flat_map(|piece| strings(piece, 1)).collect();
    let mut found: Vec<String> = rows(&whole).take(MAX_LITERALS).collect();
    found.extend(literals(&whole));
    found
}

/// Whether a string holds data again: an object or a list.
fn is_data(text: &str) -> bool {
    text.trim_start().starts_with(['{', '['])
}

/// The texts among the rows that React streams: `1a:T5f3,` and so many bytes, the number in hexadecimal.
fn rows(text: &str) -> impl Iterator<Item = String> {
    text.match_indices(":T").filter_map(|(at, mark)| {
        let before = text.get(..at)?;
        let id = before.rfind(|c: char| !c.is_ascii_hexdigit()).map_or(0, |place| place + 1);
        let begins = id < at && (id == 0 || before.get(..id).is_some_and(|it| it.ends_with(['\n', '}', ']', '"'])));
        let behind = text.get(at + mark.len()..).filter(|_| begins)?;
        let digits = behind.find(|c: char| !c.is_ascii_hexdigit()).filter(|end| *end <= MAX_DIGITS)?;
        let (length, rest) = (behind.get(..digits)?, behind.get(digits..)?.strip_prefix(',')?);
        let length = usize::from_str_radix(length, 16).ok().filter(|length| *length >= MIN_BYTES)?;
        let end = (0..=length.min(rest.len())).rev().find(|end| rest.is_char_boundary(*end))?;
        rest.get(..end).map(str::to_owned)
    })
}

/// The strings of a text that have so many bytes at the least.
fn strings(text: &str, least: usize) -> Vec<String> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) =
        bytes.get(at..).and_then(|rest| rest.iter().position(|byte| matches!(byte, b'"' | b'\'' | b'`')))
    {
        let start = at + open + 1;
        let quote = bytes.get(start - 1).copied().unwrap_or_default();
        let mut end = start;
        while let Some(byte) = bytes.get(end).filter(|byte| **byte != quote) {
            end += if *byte == b'\\' { 2 } else { 1 };
        }
        let end = end.min(bytes.len());
        if end - start >= least
            && let Some(raw) = text.get(start..end)
        {
            found.push(unescaped(raw));
        }
        at = end + 1;
    }
    found
}

/// A string without its escapes; one that is none stands for its letter.
fn unescaped(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw.chars();
    let mut high: Option<u32> = None;
    while let Some(letter) = rest.next() {
        if letter != '\\' {
            text.push(letter);
            continue;
        }
        match rest.next() {
            Some('n') => text.push('\n'),
            Some('t') => text.push('\t'),
            Some(kind @ ('u' | 'x')) => {
                let digits = if kind == 'u' { 4 } else { 2 };
                let code: String = rest.clone().take(digits).collect();
                let Ok(code) = u32::from_str_radix(&code, 16) else { continue };
                rest.nth(digits - 1);
                match (high.take(), code) {
                    (_, 0xD800..=0xDBFF) => high = Some(code),
                    (Some(first), 0xDC00..=0xDFFF) => {
                        text.extend(char::from_u32(0x10000 + ((first - 0xD800) << 10) + (code - 0xDC00)));
                    }
                    _ => text.extend(char::from_u32(code)),
                }
            }
            Some('r' | 'b' | 'f' | '0' | '\n') | None => {}
            Some(other) => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_are_found_wherever_they_stand() {
        let text = format!("<p>{}</p>", "Low water, \"said\" she\u{2019}s at six. 潮水 🌊 ".repeat(10));
        let json = serde_json::to_string(&text).expect("JSON");
        let escaped = json.replace('<', "\\u003c").replace('/', "\\/").replace('🌊', "\\ud83c\\udf0a");
        let twice = serde_json::to_string(&format!("{{\"a\":{json}}}")).expect("JSON");
        let row = format!("1a:T{:x},{text}2b:[\"$\"]", text.len());
        let cases = [
            ("an object", format!("window.__X__={{a:1,'b':\"x\",c:{json}}};")),
            ("arguments of a function", format!("window.__NUXT__=(function(a,b){{return {{data:[b]}}}}(null,{json}))")),
            ("escapes", format!("{{\"a\":{escaped}}}")),
            ("data in a string", format!("JSON.parse({twice})")),
        ];
        for (name, script) in cases {
            assert!(literals(&script).contains(&text), "{name}: {script}");
        }
        assert_eq!(literals("\"short\""), [""; 0]);
        let (one, other) = row.split_at(row.find("潮").expect("a place"));
        let piece = |text: &str| format!("self.__next_f.push([1,{}])", serde_json::to_string(text).expect("JSON"));
        let pieces = [piece(&format!("0:{json}\n")), piece(one), piece(other)];
        assert_eq!(streamed(pieces.iter().map(String::as_str)), [text.clone(), text]);
    }

    proptest! {
        #[test]
        fn any_text_can_be_read(script in "(\"|'|`|\\\\|\\\\u[0-9a-f]{0,4}|:T[0-9a-f]{0,3},|[a-z<潮]){0,400}") {
            let found = literals(&script.repeat(20));
            streamed(std::iter::repeat_n(script.as_str(), 20));
            prop_assert!(found.len() <= MAX_LITERALS);
        }
    }
}

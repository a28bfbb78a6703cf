use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// The longest name that an entity of HTML has, with its semicolon.
const MAX_NAME: usize = 33;

/// Text with its XML and HTML entities read once; what is no entity stays as it stands.
pub(in crate::parse) fn decode_entities(text: &str) -> Cow<'_, str> {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for_each_piece(text, |piece| match piece {
        Piece::Text(text) => out.push_str(text),
        Piece::Ampersand => out.push('&'),
        Piece::Reference(characters) => out.extend(characters),
    });
    Cow::Owned(out)
}

/// Appends text as well-formed XML text: entities of HTML and bare ampersands made good, characters that XML forbids
/// left out. `text` must not hold markup that counts; `<` and `"` are escaped.
pub(super) fn push_escaped(out: &mut String, text: &str) {
    for_each_piece(text, |piece| match piece {
        Piece::Text(text) => push_characters(out, text),
        Piece::Ampersand => out.push_str("&amp;"),
        Piece::Reference(characters) => characters.into_iter().for_each(|c| push_character(out, c)),
    });
}

/// Appends text without entities (the inside of a CDATA section) as XML text.
pub(super) fn push_literal(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(position) = memchr::memchr(b'&', rest.as_bytes()) {
        push_characters(out, rest.get(..position).unwrap_or_default());
        out.push_str("&amp;");
        rest = rest.get(position + 1..).unwrap_or_default();
    }
    push_characters(out, rest);
}

fn push_characters(out: &mut String, text: &str) {
    let plain = |c: char| !matches!(c, '<' | '>' | '"') && is_xml(c);
    let mut rest = text;
    while let Some(position) = rest.find(|c| !plain(c)) {
        let (before, after) = rest.split_at_checked(position).unwrap_or((rest, ""));
        out.push_str(before);
        let mut characters = after.chars();
        if let Some(c) = characters.next() {
            push_character(out, c);
        }
        rest = characters.as_str();
    }
    out.push_str(rest);
}

fn push_character(out: &mut String, c: char) {
    match c {
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '&' => out.push_str("&amp;"),
        '"' => out.push_str("&quot;"),
        _ if is_xml(c) => out.push(c),
        _ => {}
    }
}

/// Characters that XML 1.0 allows.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..) && !('\u{7f}'..='\u{84}').contains(&c)
}

enum Piece<'a> {
    Text(&'a str),
    /// One that begins no reference.
    Ampersand,
    Reference(Vec<char>),
}

fn for_each_piece(text: &str, mut take: impl FnMut(Piece<'_>)) {
    let mut rest = text;
    while let Some(position) = memchr::memchr(b'&', rest.as_bytes()) {
        let (before, reference) = rest.split_at_checked(position).unwrap_or((rest, ""));
        if !before.is_empty() {
            take(Piece::Text(before));
        }
        let (piece, length) = match read_reference(reference) {
            Some((characters, length)) => (Piece::Reference(characters), length),
            None => (Piece::Ampersand, 1),
        };
        take(piece);
        rest = reference.get(length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        take(Piece::Text(rest));
    }
}

/// The reference at the start of `text` (`&…`), with its length. A semicolon is required of names, not of numbers.
fn read_reference(text: &str) -> Option<(Vec<char>, usize)> {
    let body = text.get(1..)?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16),
            None => (number, 10),
        };
        let end = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(digits.get(..end)?, radix).ok();
        if end == 0 {
            return None;
        }
        let semicolon = usize::from(digits.get(end..)?.starts_with(';'));
        let length = text.len() - digits.len() + end + semicolon;
        return Some((code.and_then(character).into_iter().collect(), length));
    }
    let semicolon = body.bytes().take(MAX_NAME).position(|byte| byte == b';')?;
    let name = body.get(..=semicolon)?;
    let (first, second) = *NAMED_ENTITIES.get(name)?;
    let characters: Vec<char> =
        [first, second].into_iter().filter(|code| *code != 0).filter_map(char::from_u32).collect();
    (!characters.is_empty()).then_some((characters, name.len() + 1))
}

/// The character of a number; those of windows-1252 written as if they were Unicode are put right.
fn character(code: u32) -> Option<char> {
    if let Some(index) = code.checked_sub(0x80)
        && let Some(Some(replacement)) = C1_REPLACEMENTS.get(index as usize)
    {
        return Some(*replacement);
    }
    char::from_u32(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_once() {
        let cases = [
            ("a &amp; b &lt;c&gt; &nbsp;", "a & b <c> \u{a0}"),
            ("&amp;lt;", "&lt;"),
            ("&#20013;&#x6587;&#146;", "中文\u{2019}"),
            ("R&D &unknown; &", "R&D &unknown; &"),
            ("&#0;&#xffffffff;x", "\u{0}x"),
        ];
        for (raw, want) in cases {
            assert_eq!(decode_entities(raw), want, "{raw}");
        }
    }

    #[test]
    fn escapes_what_xml_cannot_hold() {
        let mut out = String::new();
        push_escaped(&mut out, "R&D &hellip; a<b \u{8}&#8;&amp;");
        assert_eq!(out, "R&amp;D … a&lt;b &amp;");
        let mut out = String::new();
        push_literal(&mut out, "&lt; <b>\u{0}");
        assert_eq!(out, "&amp;lt; &lt;b&gt;");
    }
}

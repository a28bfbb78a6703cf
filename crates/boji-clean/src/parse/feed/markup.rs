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

/// Puts together what programs of sixteen bits write as two references: `&#55357;&#56841;` is one character.
pub(super) fn join_surrogates(text: &str) -> Cow<'_, str> {
    let half = |text: &str| -> Option<(u32, usize)> {
        let rest = text.strip_prefix("&#")?;
        let end = rest.find(';').filter(|end| *end <= 6)?;
        let number = rest.get(..end)?;
        let value = match number.strip_prefix(['x', 'X']) {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        (0xD800..0xE000).contains(&value).then_some((value, end + 3))
    };
    let mut out = String::new();
    let (mut done, mut at) = (0, 0);
    while let Some(found) = text.get(at..).and_then(|rest| memchr::memmem::find(rest.as_bytes(), b"&#")) {
        at += found;
        let pair = text.get(at..).and_then(half).and_then(|(high, length)| {
            let (low, more) = text.get(at + length..).and_then(half)?;
            let character = char::decode_utf16([high as u16, low as u16]).next()?.ok()?;
            Some((character, length + more))
        });
        match pair {
            Some((character, length)) => {
                out.push_str(text.get(done..at).unwrap_or_default());
                out.push(character);
                at += length;
                done = at;
            }
            None => at += 2,
        }
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(text.get(done..).unwrap_or_default());
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

/// Attributes read of one tag.
const MAX_ATTRIBUTES: usize = 64;

/// A start or end tag as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) struct Tag<'a> {
    /// Qualified name, in the case it was written in.
    pub name: &'a str,
    /// What stands between name and `>`, without the slash of an empty element.
    pub attributes: &'a str,
    /// `</name>`.
    pub is_end: bool,
    /// `<name/>`.
    pub is_empty: bool,
}

/// A piece of markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::parse) enum Markup<'a> {
    /// Start, end or empty tag.
    Tag(Tag<'a>),
    /// The inside of a CDATA section.
    Cdata(&'a str),
    /// Comment, declaration or processing instruction.
    Silent(&'a str),
    /// A `<` that begins nothing: text.
    Stray,
    /// Markup that the text ends in.
    Cut,
}

/// Reads the markup at the start of `text`, which begins with `<`; gives it and its length in bytes. A tag ends before
/// the next `<` even inside quotes, so that one lost quotation mark spoils one tag, and reading stays linear.
pub(in crate::parse) fn read_markup(text: &str) -> (Markup<'_>, usize) {
    let delimited = |open: &str, close: &str| {
        let inner = text.strip_prefix(open)?;
        Some(match inner.find(close) {
            Some(end) => (inner.get(..end).unwrap_or_default(), open.len() + end + close.len()),
            None => ("", 0),
        })
    };
    if let Some((inner, length)) = delimited("<![CDATA[", "]]>") {
        return if length == 0 { (Markup::Cut, text.len()) } else { (Markup::Cdata(inner), length) };
    }
    for (open, close) in [("<!--", "-->"), ("<?", "?>"), ("<!", ">")] {
        if let Some((inner, length)) = delimited(open, close) {
            return if length == 0 { (Markup::Cut, text.len()) } else { (Markup::Silent(inner), length) };
        }
    }
    read_tag(text)
}

fn read_tag(text: &str) -> (Markup<'_>, usize) {
    let after = text.get(1..).unwrap_or_default();
    let (is_end, inside) = after.strip_prefix('/').map_or((false, after), |rest| (true, rest));
    if !inside.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return (Markup::Stray, 1);
    }
    let Some(end) = end_of_tag(inside) else {
        let cut = memchr::memchr(b'<', inside.as_bytes()).is_none();
        return if cut { (Markup::Cut, text.len()) } else { (Markup::Stray, 1) };
    };
    let content = inside.get(..end).unwrap_or_default();
    let length = text.len() - inside.len() + end + 1;
    let (content, is_empty) = match content.strip_suffix('/') {
        // The slash belongs to a value without quotes: <a href=https://a.example/>
        Some(rest) if rest.contains('=') && !rest.ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')) => {
            (content, false)
        }
        Some(rest) => (rest, true),
        None => (content, false),
    };
    let name_end =
        content.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '=')).unwrap_or(content.len());
    let (name, attributes) = content.split_at_checked(name_end).unwrap_or((content, ""));
    (Markup::Tag(Tag { name, attributes, is_end, is_empty }), length)
}

/// Where the `>` of a tag stands: the first one outside of quotes, else the first at all, before the next `<`.
fn end_of_tag(inside: &str) -> Option<usize> {
    let bytes = inside.as_bytes();
    let limit = memchr::memchr(b'<', bytes).unwrap_or(bytes.len());
    let window = bytes.get(..limit)?;
    let mut quote = None;
    for position in memchr::memchr3_iter(b'"', b'\'', b'>', window) {
        match (quote, window.get(position)) {
            (None, Some(b'>')) => return Some(position),
            (None, Some(mark)) => quote = Some(*mark),
            (Some(open), Some(mark)) if open == *mark => quote = None,
            _ => {}
        }
    }
    memchr::memchr(b'>', window)
}

impl<'a> Tag<'a> {
    /// The name after the prefix.
    pub(crate) fn local_name(&self) -> &'a str {
        self.name.rsplit(':').next().unwrap_or(self.name)
    }

    /// The value of an attribute with its entities read; `name` in lower case. The first wins.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        attributes(self.attributes)
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| decode_entities(value))
    }
}

/// Names and raw values, quoted, bare or missing.
pub(in crate::parse) fn attributes(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
        let end = rest.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(rest.len());
        let (name, after) = rest.split_at_checked(end)?;
        if name.is_empty() {
            return None;
        }
        let Some(value) = after.trim_start().strip_prefix('=') else {
            rest = after;
            return Some((name, ""));
        };
        let value = value.trim_start();
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let inner = value.get(1..)?;
                inner.split_once(quote).unwrap_or((inner, ""))
            }
            _ => value.split_at_checked(value.find(char::is_whitespace).unwrap_or(value.len()))?,
        };
        rest = after;
        Some((name, value))
    })
    .take(MAX_ATTRIBUTES)
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

    fn tag(text: &str) -> (&str, &str, bool, bool, usize) {
        match read_markup(text) {
            (Markup::Tag(tag), length) => (tag.name, tag.attributes, tag.is_end, tag.is_empty, length),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn reads_tags_however_written() {
        assert_eq!(tag("<a:b c='>'/>x"), ("a:b", " c='>'", false, true, 12));
        assert_eq!(tag("</item >"), ("item", " ", true, false, 8));
        // One lost quotation mark: the tag ends at its first `>`.
        assert_eq!(tag("<a href=\"x>text<b title=\"y\">"), ("a", " href=\"x", false, false, 11));
        assert_eq!(read_markup("< 3").0, Markup::Stray);
        assert_eq!(read_markup("<a href").0, Markup::Cut);
        assert_eq!(read_markup("<![CDATA[a<b]]>c"), (Markup::Cdata("a<b"), 15));
        assert_eq!(read_markup("<!-- <item> -->").0, Markup::Silent(" <item> "));
    }

    #[test]
    fn reads_attributes_however_written() {
        let text = r#" a = "1 2" b='&lt;&#x41;' c=3 d HREF="x"y"#;
        let all: Vec<_> = attributes(text).collect();
        assert_eq!(all, [("a", "1 2"), ("b", "&lt;&#x41;"), ("c", "3"), ("d", ""), ("HREF", "x"), ("y", "")]);
        let tag = Tag { name: "x", attributes: text, is_end: false, is_empty: false };
        assert_eq!(tag.attribute("href").as_deref(), Some("x"));
        assert_eq!(tag.attribute("b").as_deref(), Some("<A"));
    }
}

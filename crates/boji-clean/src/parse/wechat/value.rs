use std::borrow::Cow;

/// The value of a JavaScript literal. Strings stay slices of the page until somebody asks for their text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    /// `null`, `undefined`, a reference, or an expression that the grammar does not hold.
    Nothing,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is written, or the digits of `'123' * 1`: ids go beyond what a float can hold.
    Number(&'a str),
    /// A string.
    Text(Text<'a>),
    /// Fields in page order.
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
    /// Elements in page order.
    Array(Vec<Value<'a>>),
}

/// A string literal with the calls round it, undecoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Text<'a> {
    /// What stands between the quotes.
    pub raw: &'a str,
    /// Whether `JsDecode('…')` wraps it.
    pub second: bool,
    /// How many times `.html(false)` or `htmlDecode(…)` is applied.
    pub entities: u8,
}

impl<'a> Value<'a> {
    /// What `||` asks.
    pub(super) fn truthy(&self) -> bool {
        match self {
            Self::Nothing => false,
            Self::Bool(value) => *value,
            Self::Number(digits) => digits.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0'),
            Self::Text(text) => !text.raw.is_empty(),
            Self::Object(_) | Self::Array(_) => true,
        }
    }

    /// The field of an object; of fields with one name the last, as in JavaScript. `Nothing` when there is none.
    pub(super) fn get(&self, name: &str) -> &Value<'a> {
        const NOTHING: &Value<'static> = &Value::Nothing;
        let Self::Object(fields) = self else { return NOTHING };
        fields.iter().rev().find(|(key, _)| key == name).map_or(NOTHING, |(_, value)| value)
    }

    /// The elements of an array; one object alone counts as an array of one.
    pub(super) fn items(&self) -> &[Value<'a>] {
        match self {
            Self::Array(items) => items,
            Self::Object(_) => std::slice::from_ref(self),
            _ => &[],
        }
    }

    /// Decoded text of a string or digits of a number, trimmed; `None` when nothing is left.
    pub(super) fn stated(&self) -> Option<String> {
        let text = self.text();
        let trimmed = text.trim();
        (!trimmed.is_empty()).then(|| trimmed.to_owned())
    }

    /// Decoded text of a string or digits of a number, as it stands; "" for anything else.
    pub(super) fn text(&self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => text.decoded(),
            Self::Number(digits) => Cow::Borrowed(digits),
            _ => Cow::Borrowed(""),
        }
    }

    /// A whole number; `None` for anything that is not one.
    pub(super) fn integer(&self) -> Option<i64> {
        self.text().trim().parse().ok()
    }
}

impl<'a> Text<'a> {
    /// The characters that the page's script would see: JavaScript escapes, then `JsDecode`, then HTML entities.
    pub(super) fn decoded(&self) -> Cow<'a, str> {
        let mut text = unescape(self.raw);
        if self.second && text.contains("\\x") {
            text = Cow::Owned(js_decode(&text));
        }
        for _ in 0..self.entities {
            if !text.contains('&') {
                break;
            }
            text = Cow::Owned(decode_entities(&text).into_owned());
        }
        text
    }
}

/// Undoes the escapes of a JavaScript string. An escape that is none stays as its letter, as in JavaScript.
pub(super) fn unescape(raw: &str) -> Cow<'_, str> {
    let Some(first) = raw.find('\\') else { return Cow::Borrowed(raw) };
    let mut out = String::with_capacity(raw.len());
    out.push_str(raw.get(..first).unwrap_or_default());
    let mut rest = raw.get(first..).unwrap_or_default();
    while let Some(after) = rest.strip_prefix('\\') {
        rest = one_escape(after, &mut out);
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        let (head, tail) = rest.split_at_checked(plain).unwrap_or((rest, ""));
        out.push_str(head);
        rest = tail;
    }
    Cow::Owned(out)
}

/// Writes what the escape after a backslash stands for and gives back what follows it.
fn one_escape<'t>(after: &'t str, out: &mut String) -> &'t str {
    let mut chars = after.chars();
    match chars.next() {
        None => out.push('\\'),
        Some('n') => out.push('\n'),
        Some('r') => out.push('\r'),
        Some('t') => out.push('\t'),
        Some('b' | 'f' | 'v') => out.push(' '),
        Some('0' | '\n') => {}
        Some('\r') => return chars.as_str().strip_prefix('\n').unwrap_or(chars.as_str()),
        Some('x') => match hex(chars.as_str(), 2) {
            Some((code, rest)) => {
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return rest;
            }
            None => out.push('x'),
        },
        Some('u') => match unicode(chars.as_str()) {
            Some((letter, rest)) => {
                out.push(letter);
                return rest;
            }
            None => out.push('u'),
        },
        Some(letter) => out.push(letter),
    }
    chars.as_str()
}

/// `XXXX` or `{X…}` after `\u`, with the second half of a surrogate pair.
fn unicode(rest: &str) -> Option<(char, &str)> {
    if let Some(braced) = rest.strip_prefix('{') {
        let (digits, after) = braced.split_once('}')?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        return Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), after));
    }
    let (high, after) = hex(rest, 4)?;
    if (0xD800..0xDC00).contains(&high)
        && let Some((low, after)) = after.strip_prefix("\\u").and_then(|tail| hex(tail, 4))
        && (0xDC00..0xE000).contains(&low)
    {
        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        return Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), after));
    }
    Some((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), after))
}

fn hex(text: &str, digits: usize) -> Option<(u32, &str)> {
    let (head, rest) = text.split_at_checked(digits)?;
    head.bytes().all(|byte| byte.is_ascii_hexdigit()).then_some(())?;
    Some((u32::from_str_radix(head, 16).ok()?, rest))
}

/// The page's own `JsDecode`: `\x5c` first, then seven more, so that `\x5cx0a` becomes a line break.
fn js_decode(text: &str) -> String {
    const PAIRS: [(&str, char); 7] = [
        ("\\x0d", '\r'),
        ("\\x22", '"'),
        ("\\x26", '&'),
        ("\\x27", '\''),
        ("\\x3c", '<'),
        ("\\x3e", '>'),
        ("\\x0a", '\n'),
    ];
    let slashed = text.replace("\\x5c", "\\");
    let mut out = String::with_capacity(slashed.len());
    let mut rest = slashed.as_str();
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(head);
        if let Some((code, letter)) = PAIRS.iter().find(|(code, _)| tail.starts_with(code)) {
            out.push(*letter);
            rest = tail.get(code.len()..).unwrap_or_default();
        } else {
            out.push('\\');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// Longest reference looked at, `&` and `;` included.
const MAX_REFERENCE: usize = 12;

/// The named references that occur in WeChat's titles and fields; bodies go through a real HTML parser.
const NAMED: [(&str, char); 34] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("yen", '¥'),
    ("ensp", ' '),
    ("emsp", ' '),
    ("middot", '·'),
    ("hellip", '…'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("copy", '©'),
    ("reg", '®'),
    ("trade", '™'),
    ("times", '×'),
    ("divide", '÷'),
    ("deg", '°'),
    ("plusmn", '±'),
    ("bull", '•'),
    ("larr", '←'),
    ("rarr", '→'),
    ("uarr", '↑'),
    ("darr", '↓'),
    ("euro", '€'),
    ("pound", '£'),
    ("sect", '§'),
];

/// Text with its HTML character references resolved once. What is no reference stays.
pub(super) fn decode_entities(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        let (head, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
        out.push_str(head);
        if let Some((letter, length)) = reference(tail) {
            out.push(letter);
            rest = tail.get(length..).unwrap_or_default();
        } else {
            out.push('&');
            rest = tail.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of the reference at the start of `text` and the bytes that it takes.
fn reference(text: &str) -> Option<(char, usize)> {
    let window = text.as_bytes().get(1..text.len().min(MAX_REFERENCE))?;
    let end = memchr::memchr(b';', window)?;
    let name = text.get(1..=end)?;
    let letter = if let Some(digits) = name.strip_prefix(['#']) {
        let code = match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => digits.parse().ok()?,
        };
        char::from_u32(code).filter(|letter| *letter != '\0')?
    } else {
        NAMED.iter().find(|(known, _)| *known == name)?.1
    };
    Some((letter, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn undoes_javascript_escapes() {
        let cases = [
            ("plain", "plain"),
            (r"\x3cp\x3e", "<p>"),
            (r"a\nb\tc", "a\nb\tc"),
            (r"\'\\\/", r"'\/"),
            (r"\u4e2d\u{1F600}", "中😀"),
            (r"\ud83d\ude00", "😀"),
            (r"\ud83d", "\u{FFFD}"),
            (r"\xZZ\u12", "xZZu12"),
            ("a\\\nb", "ab"),
            ("end\\", "end\\"),
        ];
        for (raw, want) in cases {
            assert_eq!(unescape(raw), want, "{raw}");
        }
    }

    #[test]
    fn decodes_twice_in_the_order_of_the_page() {
        let second = |raw| Text { raw, second: true, entities: 0 }.decoded().into_owned();
        assert_eq!(second(r"\\x3cb\\x3e"), "<b>");
        assert_eq!(second(r"one\x0atwo"), "one\ntwo");
        assert_eq!(second(r"\\x5cx0a"), "\n", "the backslash is put back first");
        assert_eq!(second(r"a\\x41"), r"a\x41", "only the eight codes of the page are known to it");
        let once = Text { raw: r"\\x3c", second: false, entities: 0 };
        assert_eq!(once.decoded(), r"\x3c");
    }

    #[test]
    fn entities_are_undone_as_often_as_the_page_does() {
        let text = |entities| Text { raw: "a&amp;amp;b", second: false, entities }.decoded().into_owned();
        assert_eq!([text(0), text(1), text(2)], ["a&amp;amp;b", "a&amp;b", "a&b"]);
    }

    #[test]
    fn decodes_references_once() {
        let cases = [
            ("a&amp;b", "a&b"),
            ("&amp;lt;", "&lt;"),
            ("&#39;&#x27;&quot;", "''\""),
            ("&nbsp;|&yen;5", " |¥5"),
            ("a & b &unknown; &; &#xZZ; &", "a & b &unknown; &; &#xZZ; &"),
            ("&中文很长很长很长;", "&中文很长很长很长;"),
            ("&#0;&#1114112;", "&#0;&#1114112;"),
        ];
        for (raw, want) in cases {
            assert_eq!(decode_entities(raw), want, "{raw}");
        }
    }
}

use std::borrow::Cow;

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
pub(super) fn decode(text: &str) -> Cow<'_, str> {
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
            assert_eq!(decode(raw), want, "{raw}");
        }
    }
}

/// Deepest nesting of brackets in an address or an alternative text, as in CommonMark. An address itself may be of any
/// length, for converters embed whole pictures. What is read in vain ends at the next so many opening brackets, so the
/// time stays linear.
const MAX_NESTING: usize = 32;

/// Reads `(destination "title")` at the start of `text`: the address and the bytes read. White space that a wrapper put
/// inside the address is taken out; words that are no address give `None`.
pub(super) fn destination(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('(')?;
    let mut depth = 0usize;
    for (at, c) in inner.char_indices() {
        match c {
            '(' if depth >= MAX_NESTING => return None,
            '(' => depth += 1,
            ')' if depth == 0 => return address(inner.get(..at)?).map(|address| (address, at + 2)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Reads `![alternative](destination)` at the start of `text`: alternative text, address, bytes read. With `escapes`
/// a bracket behind a backslash is a letter of the alternative text.
pub(super) fn image(text: &str, escapes: bool) -> Option<(String, String, usize)> {
    let inner = text.strip_prefix("![")?;
    let mut depth = 0usize;
    let mut alt = String::new();
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if escapes => {
                if let Some((_, escaped)) = chars.next_if(|(_, next)| next.is_ascii_punctuation()) {
                    alt.push(escaped);
                    continue;
                }
            }
            '[' if depth >= MAX_NESTING => return None,
            '[' => depth += 1,
            ']' if depth == 0 => {
                let (address, length) = destination(inner.get(at + 1..)?)?;
                return Some((alt, address, at + 3 + length));
            }
            ']' => depth -= 1,
            _ => {}
        }
        alt.push(c);
    }
    None
}

/// The bare address at the start of `text`, which begins with `http`: up to white space, a character that no address
/// holds, or a bracket that was not opened inside. Marks of emphasis at its end are not its own.
pub(super) fn bare(text: &str) -> Option<&str> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let mut depth = 0usize;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let stop = match c {
            '(' => {
                depth += 1;
                false
            }
            ')' if depth > 0 => {
                depth -= 1;
                false
            }
            ')' | '<' | '>' | '"' | '`' | '\\' | '[' | ']' => true,
            // A picture begins.
            '!' => text.get(at..).is_some_and(|rest| rest.starts_with("![")),
            _ => !c.is_ascii_graphic(),
        };
        if stop {
            end = at;
            break;
        }
    }
    Some(text.get(..end)?.trim_end_matches(['*', '_']))
}

fn address(inner: &str) -> Option<String> {
    let inner = inner.trim();
    let inner = match inner.strip_suffix('"').and_then(|head| head.rsplit_once('"')) {
        Some((head, _)) if head.is_empty() || head.ends_with(char::is_whitespace) => head.trim(),
        _ => inner,
    };
    let inner = inner.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')).unwrap_or(inner);
    let spaced = inner.contains(char::is_whitespace);
    let scheme = inner.split(':').next().unwrap_or_default();
    let absolute = matches!(scheme, "http" | "https" | "data" | "mailto");
    if spaced && !absolute {
        return None;
    }
    Some(inner.split_whitespace().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_destinations() {
        let cases = [
            ("(http://a.example/x) y", Some(("http://a.example/x", 20))),
            ("(http://a.example/we-\nb.png)", Some(("http://a.example/we-b.png", 28))),
            ("(http://a.example/x \"\")", Some(("http://a.example/x", 23))),
            ("(a_(b))", Some(("a_(b)", 7))),
            ("(see below)", None),
            ("(open", None),
            ("()", Some(("", 2))),
        ];
        for (text, want) in cases {
            assert_eq!(destination(text), want.map(|(address, length)| (address.to_owned(), length)), "{text}");
        }
        assert_eq!(image("![a [b]](c)d", true), Some(("a [b]".to_owned(), "c".to_owned(), 11)));
        assert_eq!(image("![a\\] \\b](c)", true), Some(("a] \\b".to_owned(), "c".to_owned(), 12)));
        assert_eq!(image("![a\\](c)", false), Some(("a\\".to_owned(), "c".to_owned(), 8)));
        let deep = |depth: usize| format!("({}{})", "(".repeat(depth), ")".repeat(depth));
        assert!(destination(&deep(MAX_NESTING)).is_some());
        assert_eq!(destination(&deep(MAX_NESTING + 1)), None);
        let deep = |depth: usize| format!("![{}{}](c)", "[".repeat(depth), "]".repeat(depth));
        assert!(image(&deep(MAX_NESTING), true).is_some());
        assert_eq!(image(&deep(MAX_NESTING + 1), true), None);
    }

    #[test]
    fn a_bare_address_ends_where_text_begins() {
        for (text, want) in [
            ("https://a.example/x。", "https://a.example/x"),
            ("https://a.example/5f_** y", "https://a.example/5f"),
            ("https://a.example/x)", "https://a.example/x"),
            ("https://a.example/x![](b)", "https://a.example/x"),
            ("https://a.example/x!y[1]", "https://a.example/x!y"),
        ] {
            assert_eq!(bare(text), Some(want));
        }
    }
}

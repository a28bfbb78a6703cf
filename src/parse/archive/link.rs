/// Longest destination of a link or picture, in bytes.
const MAX_DESTINATION: usize = 4_096;

/// Longest alternative text of a picture, in bytes.
const MAX_ALT: usize = 2_048;

/// Reads `(destination "title")` at the start of `text`: the address and the bytes read. White space that a wrapper put
/// inside the address is taken out; words that are no address give `None`.
pub(super) fn destination(text: &str) -> Option<(String, usize)> {
    let inner = text.strip_prefix('(')?;
    let mut depth = 0usize;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at <= MAX_DESTINATION) {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return address(inner.get(..at)?).map(|address| (address, at + 2)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Reads `![alternative](destination)` at the start of `text`: alternative text, address, bytes read.
pub(super) fn image(text: &str) -> Option<(&str, String, usize)> {
    let inner = text.strip_prefix("![")?;
    let mut depth = 0usize;
    for (at, c) in inner.char_indices().take_while(|(at, _)| *at <= MAX_ALT) {
        match c {
            '[' => depth += 1,
            ']' if depth == 0 => {
                let (address, length) = destination(inner.get(at + 1..)?)?;
                return Some((inner.get(..at)?, address, at + 3 + length));
            }
            ']' => depth -= 1,
            _ => {}
        }
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
        assert_eq!(image("![a [b]](c)d"), Some(("a [b]", "c".to_owned(), 11)));
    }

    #[test]
    fn a_bare_address_ends_where_text_begins() {
        for (text, want) in [
            ("https://a.example/x。", "https://a.example/x"),
            ("https://a.example/5f_** y", "https://a.example/5f"),
            ("https://a.example/x)", "https://a.example/x"),
        ] {
            assert_eq!(bare(text), Some(want));
        }
    }
}

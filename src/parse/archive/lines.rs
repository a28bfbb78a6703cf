/// The first line without its end, and what follows.
pub(super) fn next_line(text: &str) -> (&str, &str) {
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    (line.strip_suffix('\r').unwrap_or(line), rest)
}

/// Width of the white space at the start of a line, a tab counting as four.
pub(super) fn indent(line: &str) -> usize {
    line.chars()
        .map_while(|c| match c {
            ' ' => Some(1),
            '\t' => Some(4),
            _ => None,
        })
        .sum()
}

/// Depth of quotation of a line, and the line without its marks. A mark may be indented by up to three spaces.
pub(super) fn unquote(line: &str) -> (u8, &str) {
    let (mut depth, mut rest) = (0u8, line);
    while depth < MAX_QUOTE && indent(rest) <= 3 {
        let Some(inner) = rest.trim_start().strip_prefix('>') else { break };
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        depth += 1;
    }
    (depth, rest)
}

/// Quotation deeper than this is read as this deep.
const MAX_QUOTE: u8 = 8;

/// Level and words of a heading `## words`; a heading without words gives "".
pub(super) fn heading(line: &str) -> Option<(u8, &str)> {
    let line = line.trim();
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let rest = line.get(level..)?;
    if !(1..=6).contains(&level) || !(rest.is_empty() || rest.starts_with([' ', '\t', '\u{a0}'])) {
        return None;
    }
    let words = rest.trim();
    // A closing run of marks, as in `## words ##`.
    let words = match words.rsplit_once(' ') {
        Some((head, tail)) if !tail.is_empty() && tail.bytes().all(|byte| byte == b'#') => head.trim_end(),
        _ => words,
    };
    Some((level as u8, words))
}

/// A thematic break: `---`, `* * *`, `___`. A run of four stars and more without spaces is bold without words.
pub(super) fn is_rule(line: &str) -> bool {
    let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(first) = marks.chars().next() else { return false };
    matches!(first, '-' | '*' | '_')
        && marks.len() >= 3
        && marks.chars().all(|c| c == first)
        && (first != '*' || marks.len() == 3 || line.trim().contains(' '))
}

/// A list marker: the number of an ordered item, and the words after the marker.
pub(super) fn item(line: &str) -> Option<(Option<u32>, &str)> {
    let line = line.trim_start();
    if let Some(rest) = line.strip_prefix(['-', '*', '+']) {
        return rest.starts_with([' ', '\t', '\u{a0}']).then(|| (None, rest.trim_start()));
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let number = line.get(..digits).filter(|_| digits <= 9)?.parse().ok()?;
    let rest = line.get(digits..)?.strip_prefix(['.', ')'])?;
    rest.starts_with([' ', '\t', '\u{a0}']).then(|| (Some(number), rest.trim_start()))
}

/// The opening of a fenced code block: its mark, the length of the mark, the language.
pub(super) fn fence(line: &str) -> Option<(char, usize, &str)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    let language = line.get(length..)?.trim();
    (length >= 3 && !language.contains('`')).then_some((mark, length, language))
}

/// Whether a line closes a fence.
pub(super) fn closes(line: &str, mark: char, length: usize) -> bool {
    let line = line.trim();
    line.chars().all(|c| c == mark) && line.chars().count() >= length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_rules_from_empty_bold() {
        for (line, want) in [
            ("* * *", true),
            ("---", true),
            ("***", true),
            ("****", false),
            ("********", false),
            ("--", false),
            ("- - x", false),
        ] {
            assert_eq!(is_rule(line), want, "{line}");
        }
    }

    #[test]
    fn reads_markers() {
        assert_eq!(item("  * a"), Some((None, "a")));
        assert_eq!(item("12. a"), Some((Some(12), "a")));
        assert_eq!(item("**a**"), None);
        assert_eq!(item("1.a"), None);
        assert_eq!(heading("##  a ##"), Some((2, "a")));
        assert_eq!(heading("#a"), None);
        assert_eq!(heading("# "), Some((1, "")));
        assert_eq!(unquote("> > a"), (2, "a"));
        assert_eq!(fence("```rust"), Some(('`', 3, "rust")));
        assert_eq!(fence("```a``` b"), None);
    }
}

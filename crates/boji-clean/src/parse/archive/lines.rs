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
    while indent(rest) <= 3 {
        let Some(inner) = rest.trim_start().strip_prefix('>') else { break };
        rest = inner.strip_prefix(' ').unwrap_or(inner);
        depth = depth.saturating_add(1);
    }
    (depth.min(MAX_QUOTE), rest)
}

/// Quotation deeper than this is read as this deep.
const MAX_QUOTE: u8 = 8;

/// Whether a line is a heading: up to six `#`, then white space or nothing.
pub(super) fn is_heading(line: &str) -> bool {
    let line = line.trim();
    let words = line.trim_start_matches('#');
    (1..=6).contains(&(line.len() - words.len())) && (words.is_empty() || words.starts_with([' ', '\t', '\u{a0}']))
}

/// Whether a line makes a heading of the text above it: `===` or `---`.
pub(super) fn is_underline(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && (line.bytes().all(|byte| byte == b'=') || line.bytes().all(|byte| byte == b'-'))
}

/// Whether a line is the `---|:--:` under a table's head.
pub(super) fn is_separator(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains("--") && line.chars().all(|c| matches!(c, '-' | '|' | ':' | ' '))
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

/// Whether a line begins a block of its own, and so cannot go on with the text of a quotation above it that it has no mark
/// for (CommonMark, "lazy continuation lines"). `next` is the line below it.
pub(super) fn begins_block(line: &str, next: &str) -> bool {
    let begins_list = item(line)
        .is_some_and(|(marker, words)| !words.is_empty() && (marker.len() == 1 || matches!(marker, "1." | "1)")));
    if indent(line) > 3 {
        return false;
    }
    let begins_table = line.trim_start().starts_with('|') && is_separator(next);
    begins_list || begins_table || is_rule(line) || is_heading(line) || fence(line).is_some()
}

/// The title of a callout, "" for none, whose kind a line at the start of a quotation names: `[!note] title` (GitHub's alerts,
/// Obsidian's callouts, which a sign may fold).
pub(super) fn callout(line: &str) -> Option<&str> {
    const MAX_KIND: usize = 32;
    let (kind, rest) = line.trim_start().strip_prefix("[!")?.split_once(']')?;
    let is_kind = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '|' | ' ');
    let fits = !kind.is_empty() && kind.len() <= MAX_KIND && kind.chars().all(is_kind);
    (fits && !rest.starts_with(['(', '['])).then(|| rest.trim_start_matches(['+', '-']).trim())
}

/// The marker of a list item, and the words behind it.
pub(super) fn item(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let signs: &[char] = if digits == 0 { &['-', '*', '+'] } else { &['.', ')'] };
    let words = line.get(digits..).filter(|_| digits <= 9)?.strip_prefix(signs)?;
    let is_item = words.is_empty() || words.starts_with([' ', '\t', '\u{a0}']);
    is_item.then(|| (line.get(..=digits).unwrap_or_default(), words.trim_start()))
}

/// The opening of a fenced code block: its mark, and the length of the mark.
pub(super) fn fence(line: &str) -> Option<(char, usize)> {
    let line = line.trim();
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    let is_code = mark == '`' && line.get(length..)?.contains('`');
    (length >= 3 && !is_code).then_some((mark, length))
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
        assert_eq!(item("  * a"), Some(("*", "a")));
        assert_eq!(item("12. a"), Some(("12.", "a")));
        assert_eq!(item("**a**"), None);
        assert_eq!(item("1.a"), None);
        assert!(is_heading("##  a ##") && is_heading("# ") && !is_heading("#a"));
        assert_eq!(unquote("> > a"), (2, "a"));
        assert_eq!(fence("```rust"), Some(('`', 3)));
        assert_eq!(fence("```a``` b"), None);
        assert_eq!(fence("~~~ a ``` b"), Some(('~', 3)));
    }
}

/// What a line end that a wrapper made stands for, between what ends with `ends` (the last character and the one before
/// it) and `after`: nothing between two Han characters or beside full-width punctuation, nothing after a hyphen inside a
/// word, else one space.
pub(super) fn seam(ends: (Option<char>, Option<char>), after: &str) -> &'static str {
    let (Some(last), before_last) = ends else { return "" };
    let Some(next) = after.chars().find(|c| !matches!(c, '[' | ']')) else { return "" };
    if last.is_whitespace() || next.is_whitespace() {
        return "";
    }
    let inside_word = before_last.is_some_and(char::is_alphabetic) && next.is_alphabetic();
    if last == '-' && inside_word {
        return "";
    }
    if is_full_width_mark(last) || is_full_width_mark(next) || (is_unspaced(last) && is_unspaced(next)) {
        return "";
    }
    " "
}

/// Characters of scripts that are written without spaces: Han, kana, bopomofo.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x2E80..=0x2FDF | 0x3005..=0x30FF | 0x3100..=0x312F | 0x31A0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF)
}

/// Full-width punctuation brings its own space.
fn is_full_width_mark(c: char) -> bool {
    matches!(u32::from(c), 0x3000..=0x3004 | 0x3008..=0x3020 | 0x3030 | 0xFE30..=0xFE4F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_as_the_text_stood_before_it_was_wrapped() {
        let cases = [
            ("看过", "河水的人", "看过河水的人"),
            ("see the", "river", "see the river"),
            ("在 CES", "2025 的", "在 CES 2025 的"),
            ("他问", "Lee 先生", "他问 Lee 先生"),
            ("Lee", "先生", "Lee 先生"),
            ("甲：", "好。", "甲：好。"),
            ("到此。", "Then on", "到此。Then on"),
            ("/a/long-", "path/x.png", "/a/long-path/x.png"),
            ("之路-", "Open", "之路-Open"),
            ("3 -", "4", "3 - 4"),
            ("한국어", "문장", "한국어 문장"),
        ];
        for (before, after, want) in cases {
            let mut ends = before.chars().rev();
            let seam = seam((ends.next(), ends.next()), after);
            assert_eq!(format!("{before}{seam}{after}"), want);
        }
    }
}

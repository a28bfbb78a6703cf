/// A line of a paragraph as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Its text without white space at the ends.
    pub text: &'a str,
    /// It ends with a forced break: two spaces or a backslash.
    pub hard: bool,
}

/// Joins the lines of a paragraph. A forced break becomes `\n`; any other break was made by a wrapper and becomes what
/// stood there before: nothing between two Han characters or beside full-width punctuation, nothing after a hyphen
/// inside a word, else one space.
pub(super) fn join(lines: &[Line]) -> String {
    let mut joined = String::with_capacity(lines.iter().map(|line| line.text.len() + 1).sum());
    let mut hard = false;
    for line in lines {
        if !joined.is_empty() {
            if !hard {
                joined.push_str(seam(&joined, line.text));
            } else if !starts_with_closing(line.text) {
                joined.push('\n');
            }
        }
        joined.push_str(line.text);
        hard = line.hard;
    }
    joined
}

/// What a soft break between two lines stands for.
fn seam(before: &str, after: &str) -> &'static str {
    let mut ends = before.chars().rev().filter(|c| !matches!(c, '*' | '_'));
    let (Some(last), before_last) = (ends.next(), ends.next()) else { return " " };
    let mut starts = after.chars().filter(|c| !matches!(c, '*' | '_' | '[' | ']' | '!'));
    let Some(next) = starts.next() else { return "" };
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

/// A line that a converter broke off before its own punctuation.
fn starts_with_closing(line: &str) -> bool {
    line.starts_with(['，', '。', '、', '；', '：', '！', '？', '）', '》', '】', '」'])
}

/// Characters of scripts that are written without spaces: Han, kana, bopomofo.
fn is_unspaced(c: char) -> bool {
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
            (&["看过", "河水的人"][..], "看过河水的人"),
            (&["see the", "river"], "see the river"),
            (&["在 CES", "2025 的"], "在 CES 2025 的"),
            (&["他问", "Lee 先生"], "他问 Lee 先生"),
            (&["Lee", "先生"], "Lee 先生"),
            (&["**甲：**", "好。"], "**甲：**好。"),
            (&["到此。", "Then on"], "到此。Then on"),
            (&["/a/long-", "path/x.png"], "/a/long-path/x.png"),
            (&["之路-", "Open"], "之路-Open"),
            (&["3 -", "4"], "3 - 4"),
            (&["한국어", "문장"], "한국어 문장"),
        ];
        for (lines, want) in cases {
            let lines: Vec<Line> = lines.iter().map(|text| Line { text, hard: false }).collect();
            assert_eq!(join(&lines), want);
        }
    }

    #[test]
    fn forced_breaks_stay_unless_punctuation_was_torn_off() {
        let line = |text| Line { text, hard: true };
        assert_eq!(join(&[line("甲"), line("乙")]), "甲\n乙");
        assert_eq!(join(&[line("**甲**"), line("：乙")]), "**甲**：乙");
    }
}

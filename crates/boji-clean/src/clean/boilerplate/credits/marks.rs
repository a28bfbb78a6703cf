/// What stands between a role and its names.
pub(super) const SIGNS: [char; 8] = [':', '：', '|', '｜', '丨', '/', '／', '│'];

/// What may stand there too, as it may between any two words.
pub(super) const WEAK_SIGNS: [char; 5] = ['·', '•', '-', '—', '–'];

/// What joins two roles of one name.
pub(super) const JOINTS: [char; 7] = ['/', '／', '&', '＆', '、', '+', '＋'];

/// Brackets, open and closed.
const BRACKETS: [(char, char); 7] =
    [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')'), ('《', '》'), ('「', '」'), ('〔', '〕')];

/// Signs that say something where they stand.
const SPOKEN: [char; 24] = [
    '@', '#', '“', '”', '‘', '’', '"', '\'', '『', '』', '。', '，', '、', '；', '：', '？', '！', '…', ',', '.', ';',
    ':', '?', '!',
];

/// What divides one role with its names from the next.
pub(super) fn is_divider(c: char) -> bool {
    matches!(c, '|' | '｜' | '丨' | '│' | ';' | '；' | '，' | ',' | '/' | '／' | '、') || is_mark(c)
}

/// An ornament before a role or between two: ◎ ✎ ▲ 📝.
pub(super) fn is_mark(c: char) -> bool {
    !c.is_alphanumeric() && !c.is_whitespace() && !SPOKEN.contains(&c) && closing(c).is_none() && !is_closing(c)
}

pub(super) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{323af}' | '〇')
}

/// The bracket that closes an open one.
pub(super) fn closing(open: char) -> Option<char> {
    BRACKETS.iter().find(|(known, _)| *known == open).map(|(_, closing)| *closing)
}

pub(super) fn is_closing(c: char) -> bool {
    BRACKETS.iter().any(|(_, closing)| *closing == c)
}

/// A text without the ornaments and the brackets around all of it; a bracket of which the other one is missing goes too.
pub(in crate::clean::boilerplate) fn bare(text: &str) -> &str {
    let mut text = text;
    loop {
        let inner = text.trim_matches(|c: char| c.is_whitespace() || is_divider(c));
        let unwrapped = unwrapped(inner);
        if unwrapped.len() == text.len() {
            return text;
        }
        text = unwrapped;
    }
}

/// A text without the bracket at its start, at its end, or the pair around it.
fn unwrapped(text: &str) -> &str {
    let first = text.chars().next().and_then(closing);
    let last = text.chars().next_back().filter(|c| is_closing(*c));
    let opened = last.and_then(|last| BRACKETS.iter().find(|(_, closing)| *closing == last)).map(|(open, _)| *open);
    let head = |text: &'_ str| text.chars().next().map_or(0, char::len_utf8);
    let without_first = text.get(head(text)..).unwrap_or_default();
    if let Some(closing) = first {
        let at = text.find(closing);
        return match at {
            None => without_first,
            Some(at) if at + closing.len_utf8() == text.len() => {
                without_first.strip_suffix(closing).unwrap_or_default()
            }
            Some(_) => text,
        };
    }
    match (last, opened) {
        (Some(last), Some(open)) if !text.contains(open) => text.strip_suffix(last).unwrap_or(text),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ornaments_and_brackets_around_a_line_go() {
        for (text, want) in [
            ("◎ 编辑：甲", "编辑：甲"),
            ("📝编辑｜甲 ▲", "编辑｜甲"),
            ("（编辑 甲）", "编辑 甲"),
            ("丨【编辑：甲】丨", "编辑：甲"),
            ("编辑：甲（实习）", "编辑：甲（实习）"),
            ("【编辑】甲", "【编辑】甲"),
            ("编辑：甲）", "编辑：甲"),
            ("《山水》编辑部", "《山水》编辑部"),
            ("（甲）编辑（乙）", "（甲）编辑（乙）"),
            ("“水涨了”", "“水涨了”"),
            ("（（（", ""),
        ] {
            assert_eq!(bare(text), want, "{text}");
        }
    }
}

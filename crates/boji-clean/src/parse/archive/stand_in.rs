use std::borrow::Cow;

/// Stands beside a mark of emphasis, where no space or punctuation may stand for CommonMark to see it, and before a line
/// that begins no block. It is no character of any text, and leaves no trace.
pub(super) const JOINER: char = '\u{fdd0}';

/// A mark of bold that was written, between its joiners.
pub(super) const BOLD: &str = "\u{fdd0}**\u{fdd0}";

/// An underscore that may begin emphasis, may end it, or may do either; `emphasis` finds out.
pub(super) const OPENS: char = '\u{fdd1}';
pub(super) const CLOSES: char = '\u{fdd7}';
pub(super) const EITHER: char = '\u{fdd8}';

/// Signs that are to mean nothing to Markdown, and what stands for them while it is read.
const HIDDEN: [(char, char); 9] = [
    ('<', '\u{fdd2}'),
    ('\\', '\u{fdd3}'),
    ('*', '\u{fdd4}'),
    ('_', '\u{fdd5}'),
    ('[', '\u{fdd6}'),
    ('~', '\u{fdd9}'),
    ('_', OPENS),
    ('_', CLOSES),
    ('_', EITHER),
];

/// What stands for a sign that is to mean nothing.
pub(super) fn hidden(sign: char) -> char {
    HIDDEN.iter().find(|(known, _)| *known == sign).map_or(sign, |(_, stand_in)| *stand_in)
}

/// Whether a character is one of ours; Unicode keeps them free of any meaning.
pub(super) fn is_stand_in(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdd9}').contains(&c)
}

/// Whether a character stands for an underscore that may mark emphasis.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, OPENS | CLOSES | EITHER)
}

/// The text as it was written, wherever in Markdown it stood.
pub(super) fn written(text: &str) -> Cow<'_, str> {
    signs(text, |_| false)
}

/// The text as it was written, but for the marks of emphasis in it.
pub(super) fn marked(text: &str) -> Cow<'_, str> {
    signs(text, is_mark)
}

fn signs(text: &str, stays: fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(is_stand_in) {
        return Cow::Borrowed(text);
    }
    let sign = |c| HIDDEN.iter().find(|(_, stand_in)| *stand_in == c && !stays(c)).map_or(c, |(sign, _)| *sign);
    Cow::Owned(text.chars().map(sign).filter(|c| !is_stand_in(*c) || stays(*c)).collect())
}

/// What a mark of emphasis turns out to be.
#[derive(Clone, Copy)]
enum Role {
    Begins,
    Ends,
    /// It found no partner.
    Sign,
}

/// Writes the words of one block with the emphasis that its underscores mark between `begin` and `end`, once however
/// often it is said; an underscore without a partner is a sign of the text. Converters nest `_` in `_`, and `_` and `**`
/// crosswise, so the pairs are looked for without regard to any other mark.
pub(super) fn write(out: &mut String, text: &str, begin: &str, end: &str) {
    let roles = roles(text);
    let mut parts = text.split(is_mark);
    out.push_str(parts.next().unwrap_or_default());
    let mut depth = 0usize;
    for (part, role) in parts.zip(roles) {
        match role {
            Role::Begins => {
                out.push_str(if depth == 0 { begin } else { "" });
                depth += 1;
            }
            Role::Ends => {
                depth = depth.saturating_sub(1);
                out.push_str(if depth == 0 { end } else { "" });
            }
            Role::Sign => out.push('_'),
        }
        out.push_str(part);
    }
}

fn roles(text: &str) -> Vec<Role> {
    let (mut roles, mut open) = (Vec::new(), Vec::new());
    for mark in text.chars().filter(|c| is_mark(*c)) {
        let partner = if matches!(mark, CLOSES | EITHER) { open.pop() } else { None };
        if let Some(role) = partner.and_then(|start: usize| roles.get_mut(start)) {
            *role = Role::Begins;
            roles.push(Role::Ends);
            continue;
        }
        if mark != CLOSES {
            open.push(roles.len());
        }
        roles.push(Role::Sign);
    }
    roles
}

/// What a line end that a wrapper made stands for, between what ends with `ends` (the last character and the one before
/// it) and `after`: nothing between two Han characters or beside full-width punctuation, nothing after a hyphen inside a
/// word, else one space.
pub(super) fn seam(ends: (Option<char>, Option<char>), after: &str) -> &'static str {
    let (Some(last), before_last) = ends else { return "" };
    let Some(next) = after.chars().find(|c| !matches!(c, '[' | ']')).or(after.chars().next()) else { return "" };
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
    fn marks_pair_up_from_the_inside() {
        let cases = [
            ("(a)", "<a>"),
            ("(a (b) c)", "<a b c>"),
            ("(a (b)", "_a <b>"),
            ("a) (b", "a_ _b"),
            ("|a| |b|", "<a> <b>"),
            ("(a| |b)", "<a> <b>"),
            ("|a", "_a"),
        ];
        for (notation, want) in cases {
            let text = notation.replace('(', &OPENS.to_string()).replace(')', &CLOSES.to_string());
            let mut out = String::new();
            write(&mut out, &text.replace('|', &EITHER.to_string()), "<", ">");
            assert_eq!(out, want, "{notation}");
        }
    }

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

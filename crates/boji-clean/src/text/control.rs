use std::borrow::Cow;

/// Whether a character says nothing and does something: a control of C0 or C1, or one that turns the direction of what stands
/// round it (Unicode Standard Annex 9). On a terminal the first move the cursor and rename windows, the second make a text look like
/// another.
pub const fn is_control(character: char) -> bool {
    matches!(
        character,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

/// A text in which no such character is left but line ends and tabs.
pub fn without_controls(text: &str) -> Cow<'_, str> {
    let is_out = |c: char| is_control(c) && !matches!(c, '\n' | '\t');
    if text.contains(is_out) { Cow::Owned(text.replace(is_out, "")) } else { Cow::Borrowed(text) }
}

/// A name on one line: none of them is left, and every run of white space is one space.
pub fn one_line(text: &mut String) {
    if text.contains(is_control) {
        let spaced: String =
            text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| !is_control(*c)).collect();
        *text = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_that_moves_a_cursor_or_turns_a_line() {
        assert_eq!(without_controls("a\u{1b}[31mb\r\n\tc\u{9b}\u{202e}d\u{7f}\u{61c}"), "a[31mb\n\tcd");
        assert!(matches!(without_controls("磨坊\n的账本"), Cow::Borrowed(_)));
        let cases = [("a\rb\u{7}", "a b"), ("磨坊  账本", "磨坊  账本"), ("\u{202e}a\n\n b ", "a b"), ("", "")];
        for (raw, want) in cases {
            let mut text = raw.to_owned();
            one_line(&mut text);
            assert_eq!(text, want, "{raw:?}");
        }
    }
}

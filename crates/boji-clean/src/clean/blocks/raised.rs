//! Raised and lowered text whose place bears its meaning: exponents, formulas of chemistry, marks of notes.

/// Longest run that is raised or lowered for its meaning, in characters.
const MAX_RUN: usize = 12;

const RAISED: [(char, char); 17] = [
    ('0', '⁰'),
    ('1', '¹'),
    ('2', '²'),
    ('3', '³'),
    ('4', '⁴'),
    ('5', '⁵'),
    ('6', '⁶'),
    ('7', '⁷'),
    ('8', '⁸'),
    ('9', '⁹'),
    ('+', '⁺'),
    ('-', '⁻'),
    ('−', '⁻'),
    ('=', '⁼'),
    ('(', '⁽'),
    (')', '⁾'),
    ('n', 'ⁿ'),
];
const LOWERED: [(char, char); 16] = [
    ('0', '₀'),
    ('1', '₁'),
    ('2', '₂'),
    ('3', '₃'),
    ('4', '₄'),
    ('5', '₅'),
    ('6', '₆'),
    ('7', '₇'),
    ('8', '₈'),
    ('9', '₉'),
    ('+', '₊'),
    ('-', '₋'),
    ('−', '₋'),
    ('=', '₌'),
    ('(', '₍'),
    (')', '₎'),
];

/// What raised text says behind `before`, in plain text: `10⁶`, `m²`, and `引用¹` for the mark of a note. `None` where it stands
/// alone or reads the same without (`5th`, `[1]`).
pub(super) fn raised(text: &str, before: &str) -> Option<String> {
    before.chars().next_back().filter(|last| !last.is_whitespace())?;
    mapped(text.trim(), &RAISED)
}

/// What lowered text says behind `before`: `H₂O`.
pub(super) fn lowered(text: &str, before: &str) -> Option<String> {
    let last = before.chars().next_back()?;
    let is_subscript = last.is_ascii_alphabetic() || matches!(last, ')' | ']') || is_greek(last);
    is_subscript.then(|| mapped(text.trim(), &LOWERED)).flatten()
}

fn is_greek(c: char) -> bool {
    ('α'..='ω').contains(&c) || ('Α'..='Ω').contains(&c)
}

fn mapped(text: &str, table: &[(char, char)]) -> Option<String> {
    if text.is_empty() || text.chars().count() > MAX_RUN {
        return None;
    }
    text.chars().map(|c| table.iter().find(|(plain, _)| *plain == c).map(|(_, sign)| *sign)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_marks_keep_their_meaning() {
        for (before, text, want) in [
            ("10", "6", Some("⁶")),
            ("5×10", "-3", Some("⁻³")),
            ("m", "2", Some("²")),
            ("(a+b)", "2", Some("²")),
            ("引用", "1", Some("¹")),
            ("in 2016.", "12", Some("¹²")),
            ("see ", "3", None),
            ("5", "th", None),
            ("引用", "[1]", None),
            ("引用", "注", None),
            ("", "1", None),
        ] {
            assert_eq!(raised(text, before).as_deref(), want, "{before} {text}");
        }
        for (before, text, want) in [("H", "2", Some("₂")), ("水", "2", None), ("x", "i", None)] {
            assert_eq!(lowered(text, before).as_deref(), want, "{before} {text}");
        }
    }
}

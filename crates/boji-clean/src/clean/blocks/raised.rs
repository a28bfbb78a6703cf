//! Raised and lowered text whose place bears its meaning: exponents, formulas of chemistry, marks of notes.

use std::borrow::Cow;

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

/// Raised letters that end a number or shorten a word, in the languages that write them so: `1st`, `2e`, `n°`, `Mme`, `5h`.
const ENDINGS: [&str; 33] = [
    "a", "as", "d", "e", "er", "ers", "es", "eme", "ème", "h", "ième", "le", "lle", "lles", "m", "me", "mes", "min",
    "nd", "nde", "o", "os", "r", "rd", "re", "res", "s", "st", "t", "te", "th", "SM", "TM",
];

/// What raised text says between `before` and what is `next`, in plain text: `10⁶`, `m²`, and `引用¹` for the mark of a note;
/// `10^{1.5}` where plain text has no signs for it and the term would be another without. `None` where it stands alone or reads
/// the same without (`5th`, `[1]`).
pub(super) fn raised(text: &str, before: &str, next: Option<char>) -> Option<String> {
    let last = before.chars().next_back().filter(|last| !last.is_whitespace());
    let text = &*one_term(text);
    let glues = glues(text, last, next);
    if last.is_none() && !glues {
        return None;
    }
    let signs = mapped(text, &RAISED).or_else(|| is_exponent(text, before).then(|| format!("^{{{text}}}")));
    signs.or_else(|| glues.then(|| apart(text, '^', &RAISED)))
}

/// What lowered text says between `before` and what is `next`: `H₂O`, `x_{n+1}`, `2011_{15ya}`.
pub(super) fn lowered(text: &str, before: &str, next: Option<char>) -> Option<String> {
    let last = before.chars().next_back()?;
    let is_subscript =
        last.is_ascii_alphanumeric() || matches!(last, ')' | ']' | '}') || is_greek(last) || is_script(last);
    let text = &*one_term(text);
    let is_index = || !last.is_ascii_digit() && is_index(text, before);
    let signs = || mapped(text, &LOWERED).or_else(|| is_index().then(|| format!("_{{{text}}}")));
    let signs = if is_subscript { signs() } else { None };
    signs.or_else(|| glues(text, Some(last), next).then(|| apart(text, '_', &LOWERED)))
}

/// Whether a digit of the text would stand right beside one of the line, and both would be read as one number.
fn glues(text: &str, last: Option<char>, next: Option<char>) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_short = text.chars().count() <= MAX_RUN;
    is_short
        && ((is_digit(last) && is_digit(text.chars().next())) || (is_digit(text.chars().next_back()) && is_digit(next)))
}

/// A text that no number may take in: the marks of several notes as signs (`¹,²`), any other behind the sign of its place.
fn apart(text: &str, place: char, table: &[(char, char)]) -> String {
    let is_list = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '–' | ' '));
    let sign = |c: char| table.iter().find(|(plain, _)| *plain == c).map_or(c, |(_, sign)| *sign);
    if is_list { text.chars().map(sign).collect() } else { format!("{place}{{{text}}}") }
}

/// A text without the space round its operators, which converters of formulas set there.
fn one_term(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    let has_space =
        text.len() <= 4 * MAX_RUN && text.contains(char::is_whitespace) && text.contains(['+', '-', '−', '=']);
    if has_space { Cow::Owned(text.split_whitespace().collect()) } else { Cow::Borrowed(text) }
}

/// Whether raised text is the exponent of what stands before it: of a variable, of a number, of what stands in parentheses.
fn is_exponent(text: &str, before: &str) -> bool {
    let Some(last) = before.chars().next_back().filter(|_| is_term(text) && !ENDINGS.contains(&text)) else {
        return false;
    };
    let has_operator = text.contains(['+', '-', '−', '*', '/', '=']) || text.chars().any(is_greek);
    let has_letter = text.contains(|c: char| c.is_ascii_alphabetic());
    // The citations of a study are numbers too, with commas or dashes between.
    let is_list = text.contains([',', '–']);
    let is_short = text.chars().count() == 1 || has_operator || text.starts_with(|c: char| c.is_ascii_digit());
    // Tables mark the notes below them so: `47b`, `(6.16)b`.
    let is_note = matches!(text.as_bytes(), [b'a'..=b'h']) && (last.is_ascii_digit() || last == ')');
    match last {
        _ if is_note => false,
        _ if is_list => ends_alone(before, "10"),
        ')' | '}' => is_short,
        _ if is_script(last) => is_short,
        _ if last.is_ascii_digit() => is_short && (!has_letter || letters_at_end(before) == 0),
        _ if last.is_ascii_alphabetic() || is_greek(last) => {
            let is_logo = text == "A" && last == 'L';
            is_short && !is_logo && letters_at_end(before) <= if has_operator { 3 } else { 2 }
        }
        _ => false,
    }
}

/// Whether lowered text is the index of what stands before it: of a variable, or the base of a logarithm.
fn is_index(text: &str, before: &str) -> bool {
    let is_logo = text == "E" && before.ends_with('T');
    is_term(text) && !is_logo && (letters_at_end(before) <= 2 || before.ends_with("log") || before.ends_with("lim"))
}

/// One short word of the signs that terms are made of.
fn is_term(text: &str) -> bool {
    let is_sign = |c: char| c.is_ascii_alphanumeric() || is_greek(c) || "+-−–*/=.,()'′∞".contains(c);
    !text.is_empty()
        && text.chars().count() <= MAX_RUN
        && text.chars().all(is_sign)
        && text.contains(|c: char| c.is_alphanumeric() || c == '∞')
}

fn letters_at_end(text: &str) -> usize {
    text.chars().rev().take_while(|c| c.is_alphabetic()).count()
}

/// Whether a text ends with a number that is no part of a longer one.
fn ends_alone(text: &str, number: &str) -> bool {
    text.strip_suffix(number)
        .is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',')))
}

/// A sign that stands raised or lowered by itself.
fn is_script(c: char) -> bool {
    RAISED.iter().chain(&LOWERED).any(|(_, sign)| *sign == c)
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
            ("10", "1.5", Some("^{1.5}")),
            ("10", "12–15", Some("^{12–15}")),
            ("e", "iπ", Some("^{iπ}")),
            ("(−1)", "k", Some("^{k}")),
            ("a", "T", Some("^{T}")),
            ("x", "2y", Some("^{2y}")),
            ("x₁", "k", Some("^{k}")),
            ("2", "k", Some("^{k}")),
            ("2", "e", None),
            ("(6.16)", "b", None),
            ("n", "o", None),
            ("2016", "1,2", Some("¹,²")),
            ("2016", "12–15", Some("¹²–¹⁵")),
            ("100", "2nd", Some("^{2nd}")),
            ("cells", "12–15", None),
            ("cells", "a", None),
            ("Foo", "TM", None),
            ("Foo", "®", None),
            ("x", "*", None),
            ("a", "see below", None),
            ("L", "A", None),
        ] {
            assert_eq!(raised(text, before, None).as_deref(), want, "{before} {text}");
        }
        for (before, text, want) in [
            ("H", "2", Some("₂")),
            ("水", "2", None),
            ("x", "n+1", Some("_{n+1}")),
            ("a", "ij", Some("_{ij}")),
            ("a²", "i", Some("_{i}")),
            ("log", "a", Some("_{a}")),
            ("word", "i", None),
            ("y", "i\u{2005}+\u{2005}1", Some("_{i+1}")),
            ("T", "E", None),
            ("1010", "2", Some("₂")),
            ("2011", "15ya", Some("_{15ya}")),
            ("2011", "max", None),
        ] {
            assert_eq!(lowered(text, before, None).as_deref(), want, "{before} {text}");
        }
        let marks = [("", "1", Some('2'), Some("¹")), ("", "1", Some('L'), None), ("see ", "3", Some('4'), Some("³"))];
        for (before, text, next, want) in marks {
            assert_eq!(raised(text, before, next).as_deref(), want, "{text} {next:?}");
        }
    }
}

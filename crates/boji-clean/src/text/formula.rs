//! Formulas as text: TeX between the delimiters that Markdown and MathJax know.

/// Longest formula, in bytes, set in a line or apart.
const MAX_INLINE: usize = 1_024;
const MAX_DISPLAY: usize = 8_192;

/// The length in bytes of the formula at the start of a text: `$…$` and `\(…\)` within a line, `$$…$$` and `\[…\]` also
/// over lines without an empty one. `None` for dollars that are money and for brackets that are escaped: as in pandoc, a
/// dollar that opens has no space behind it, one that closes none before it and no digit behind it; and what is inside
/// must look like TeX.
pub fn formula(text: &str) -> Option<usize> {
    let (opening, closing) = match text.as_bytes() {
        [b'$', b'$', ..] => ("$$", "$$"),
        [b'$', ..] => ("$", "$"),
        [b'\\', b'(', ..] => ("\\(", "\\)"),
        [b'\\', b'[', ..] => ("\\[", "\\]"),
        _ => return None,
    };
    let is_display = matches!(opening, "$$" | "\\[");
    let inner = text.get(opening.len()..)?;
    let limit = if is_display { MAX_DISPLAY } else { MAX_INLINE };
    let window = inner.get(..inner.floor_char_boundary(limit))?;
    let end = end(window, closing)?;
    let tex = inner.get(..end)?;
    let after = inner.get(end + closing.len()..)?;
    let is_right = match opening {
        "$" => {
            let is_tight = !tex.starts_with(char::is_whitespace) && !tex.ends_with(char::is_whitespace);
            is_tight && !after.starts_with(|c: char| c.is_ascii_digit() || c == '$') && is_tex(tex)
        }
        "$$" => !tex.trim().is_empty(),
        // Converters escape brackets of the text.
        "\\(" => is_tex(tex),
        _ => has_command(tex),
    };
    let is_one_line = !tex.contains('\n');
    let has_gap = tex.trim().lines().any(|line| line.trim().is_empty());
    (is_right && (is_one_line || is_display) && !has_gap).then_some(opening.len() + end + closing.len())
}

/// Where the delimiter that closes begins; one behind a backslash is a sign of the formula.
fn end(text: &str, closing: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(found) = text.get(at..)?.find(closing) {
        let end = at + found;
        let backslashes = text.get(..end)?.bytes().rev().take_while(|byte| *byte == b'\\').count();
        if backslashes % 2 == 0 {
            return Some(end);
        }
        at = end + 1;
    }
    None
}

/// Whether words can be a formula: signs of TeX, or no word of a language but Latin letters, digits and operators.
fn is_tex(text: &str) -> bool {
    let has_sign = text.contains(['\\', '^', '{']);
    let is_plain = text.chars().all(|c| c.is_ascii() || !c.is_alphabetic()) && !text.contains("](");
    let has_term = text.chars().any(|c| c.is_ascii_alphanumeric());
    let words = text.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| word.len() > 3);
    has_term && (has_sign || (is_plain && words.count() < 2))
}

/// Whether a command stands in a text, as in `\frac`.
fn has_command(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| matches!(pair, [b'\\', letter] if letter.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_told_from_money_and_escapes() {
        let cases = [
            ("$x$", Some("$x$")),
            ("$x_{i}$ 与", Some("$x_{i}$")),
            ("$\\{a,b\\}$、", Some("$\\{a,b\\}$")),
            ("$f_*(x_*)$", Some("$f_*(x_*)$")),
            ("$a\\$b$", Some("$a\\$b$")),
            ("$v=\\text{速度}$", Some("$v=\\text{速度}$")),
            ("$$\nx \\\\\ny\n$$\n", Some("$$\nx \\\\\ny\n$$")),
            ("\\(x+1\\)。", Some("\\(x+1\\)")),
            ("\\[\\frac12\\]", Some("\\[\\frac12\\]")),
            ("\\[1\\] 注", None),
            ("$5 和 $6", None),
            ("$5到$10", None),
            ("$和人民币$的", None),
            ("$ x$", None),
            ("$$ $$", None),
            ("$$x\n\ny$$", None),
            ("$)** | **High Range (S$)", None),
            ("$x", None),
            ("$a\nb$", None),
            ("$HOME and also $PATH", None),
            ("x", None),
        ];
        for (text, want) in cases {
            assert_eq!(formula(text).and_then(|end| text.get(..end)), want, "{text}");
        }
    }
}

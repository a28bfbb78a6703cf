//! Formulas as text: TeX between the delimiters that Markdown and MathJax know.

use std::borrow::Cow;

/// Longest formula, in bytes, set in a line or apart.
const MAX_INLINE: usize = 1_024;
const MAX_DISPLAY: usize = 8_192;

/// What stands in a text where its page shows a formula that cannot be read: a drawing without its source, a picture that
/// does not say what it shows. A picture that stays bears it as its alternative text. Nobody writes the word between
/// brackets of this kind by himself, and they mean nothing in Markdown.
pub const LOST_FORMULA: &str = "〔公式〕";

/// Formulas nest less often in delimiters and commands that set all of them than this.
const MAX_COATS: usize = 8;

/// TeX that a page states apart from its text as it stands in one: on one line, between dollar signs, two of them where it is
/// set in lines of its own. What only says how it is set is left out: its own delimiters, `\displaystyle`, the size and
/// colours of a picture of it, the section that hides it from readers of XML, the line break at its end by which Zhihu marks
/// a formula of its own line. `None` where nothing is left.
pub fn set_formula(stated: &str, is_display: bool) -> Option<String> {
    let without_comments = without_comments(stated);
    let mut tex = without_comments.trim();
    let mut is_display = is_display;
    for _ in 0..MAX_COATS {
        let before = tex;
        if let Some(inner) =
            ["$$", "\\["].into_iter().zip(["$$", "\\]"]).find_map(|(open, close)| between(tex, open, close))
        {
            (tex, is_display) = (inner, true);
        } else if let Some(inner) =
            ["$", "\\("].into_iter().zip(["$", "\\)"]).find_map(|(open, close)| between(tex, open, close))
        {
            tex = inner;
        }
        tex = without_setting(tex.trim()).trim();
        if let Some(inner) = tex.strip_suffix("\\\\") {
            (tex, is_display) = (inner.trim_end(), true);
        }
        if tex == before {
            break;
        }
    }
    let tex = tex.split_whitespace().collect::<Vec<_>>().join(" ");
    let mark = match is_display {
        // Words with formulas among them have their delimiters.
        _ if tex.starts_with('$') && tex.ends_with('$') => "",
        true => "$$",
        false => "$",
    };
    (!tex.trim_matches('$').is_empty()).then(|| format!("{mark}{tex}{mark}"))
}

/// Whether words that may be anything are TeX: they hold signs of it, or are terms without a word of a language.
pub fn holds_tex(text: &str) -> bool {
    let text = text.trim();
    let is_long = text.len() > MAX_DISPLAY;
    let has_sign = text.contains(['^', '_', '{']) || has_command(text);
    let has_term = text.chars().any(char::is_alphanumeric);
    let has_word = text.split(|c: char| !c.is_alphabetic()).any(|word| word.chars().count() > 2)
        || text.chars().any(|c| u32::from(c) >= 0x2E80);
    !is_long && !text.contains("://") && has_term && (has_sign || !has_word)
}

fn between<'a>(tex: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let inner = tex.strip_prefix(open)?.strip_suffix(close)?;
    // Two formulas in a row have a delimiter between them.
    (!inner.is_empty() && end(inner, close).is_none()).then_some(inner)
}

/// TeX without a command at its beginning that says how all of it is set.
fn without_setting(tex: &str) -> &str {
    const BARE: [&str; 6] = ["\\displaystyle", "\\textstyle", "\\inline", "\\bg_white", "\\large", "\\small"];
    const GROUPED: [&str; 4] = ["\\dpi{", "\\bg{", "\\fg{", "\\label{"];
    if let Some(inner) = tex.strip_prefix("{\\displaystyle").and_then(|rest| rest.strip_suffix('}'))
        && is_balanced(inner)
    {
        return inner;
    }
    for command in BARE {
        if let Some(rest) =
            tex.strip_prefix(command).filter(|rest| !rest.starts_with(|c: char| c.is_ascii_alphabetic()))
        {
            return rest.strip_prefix("\\,").unwrap_or(rest);
        }
    }
    let grouped = GROUPED.into_iter().find_map(|command| tex.strip_prefix(command)?.split_once('}'));
    let framed = || tex.strip_prefix("<![CDATA[").map(|rest| rest.strip_suffix("]]>").unwrap_or(rest));
    grouped.map(|(_, rest)| rest).or_else(framed).unwrap_or(tex)
}

fn is_balanced(tex: &str) -> bool {
    let mut open = 0_usize;
    for sign in tex.chars() {
        match sign {
            '{' => open += 1,
            '}' if open == 0 => return false,
            '}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

/// TeX without its comments, which go to the ends of their lines; what Markdown writers hide from XML by a comment stays.
fn without_comments(tex: &str) -> Cow<'_, str> {
    if !tex.contains('%') || !tex.contains('\n') {
        return Cow::Borrowed(tex);
    }
    let lines = tex.lines().map(|line| {
        let end = line.match_indices('%').map(|(at, _)| at).find(|at| {
            line.get(..*at)
                .is_some_and(|before| before.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 0)
        });
        end.and_then(|end| line.get(..end)).unwrap_or(line)
    });
    Cow::Owned(lines.collect::<Vec<_>>().join("\n"))
}

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
        _ => has_command(tex) || has_script(tex),
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

/// Whether something stands raised at a term, or a group lowered.
fn has_script(text: &str) -> bool {
    let is_term = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b')' | b'}' | b']');
    text.as_bytes().windows(3).any(|signs| match signs {
        [before, b'^', behind] => is_term(*before) && (is_term(*behind) || matches!(behind, b'{' | b'\\')),
        [before, b'_', b'{'] => is_term(*before),
        _ => false,
    })
}

/// Whether a command stands in a text, as in `\frac`.
fn has_command(text: &str) -> bool {
    text.as_bytes().windows(2).any(|pair| matches!(pair, [b'\\', letter] if letter.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stated_formula_is_set_in_dollars() {
        let cases = [
            ("x^2", Some("$x^2$")),
            (" \\(x^2\\) ", Some("$x^2$")),
            ("\\[x^2\\]", Some("$$x^2$$")),
            ("$x$", Some("$x$")),
            ("$x$ + $y$", Some("$x$ + $y$")),
            ("{\\displaystyle \\frac{a}{b}}", Some("$\\frac{a}{b}$")),
            ("{\\displaystyle a}+{b}", Some("${\\displaystyle a}+{b}$")),
            ("\\dpi{110}\\bg{white}\\inline x", Some("$x$")),
            ("\\displaystylex", Some("$\\displaystylex$")),
            ("x \\\\", Some("$$x$$")),
            ("% <![CDATA[\nx < y %]]>", Some("$x < y$")),
            ("a % wrong\n+b 5\\%", Some("$a +b 5\\%$")),
            ("$$$$", None),
            (" ", None),
        ];
        for (stated, want) in cases {
            assert_eq!(set_formula(stated, false).as_deref(), want, "{stated}");
        }
        assert_eq!(set_formula("x", true).as_deref(), Some("$$x$$"));
    }

    #[test]
    fn words_are_no_formula() {
        for tex in ["E=mc^2", "x", "a<b", "\\alpha", "f(x)", "v=\\text{速度}"] {
            assert!(holds_tex(tex), "{tex}");
        }
        for words in ["数学", "Calculus", "", "formula", "https://a.example/x_1"] {
            assert!(!holds_tex(words), "{words}");
        }
    }

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
            ("\\[E=mc^2\\]", Some("\\[E=mc^2\\]")),
            ("\\[1\\] 注", None),
            ("\\[^1\\] 注", None),
            ("\\[a_b\\] 注", None),
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

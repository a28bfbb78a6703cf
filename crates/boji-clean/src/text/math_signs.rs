//! The signs of formulas and what TeX calls them.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

/// Signs with a command of TeX; letters of Greek and the rest stand for themselves.
const COMMANDS: [(char, &str); 58] = [
    ('∑', "\\sum"),
    ('∏', "\\prod"),
    ('∐', "\\coprod"),
    ('∫', "\\int"),
    ('∮', "\\oint"),
    ('∞', "\\infty"),
    ('×', "\\times"),
    ('÷', "\\div"),
    ('±', "\\pm"),
    ('∓', "\\mp"),
    ('⋅', "\\cdot"),
    ('·', "\\cdot"),
    ('∘', "\\circ"),
    ('≤', "\\le"),
    ('≥', "\\ge"),
    ('≠', "\\ne"),
    ('≈', "\\approx"),
    ('≡', "\\equiv"),
    ('∝', "\\propto"),
    ('∼', "\\sim"),
    ('~', "\\sim"),
    ('→', "\\to"),
    ('←', "\\gets"),
    ('⇒', "\\Rightarrow"),
    ('⇔', "\\Leftrightarrow"),
    ('↦', "\\mapsto"),
    ('∈', "\\in"),
    ('∉', "\\notin"),
    ('∂', "\\partial"),
    ('∇', "\\nabla"),
    ('∀', "\\forall"),
    ('∃', "\\exists"),
    ('∅', "\\emptyset"),
    ('∪', "\\cup"),
    ('∩', "\\cap"),
    ('⊂', "\\subset"),
    ('⊆', "\\subseteq"),
    ('∖', "\\setminus"),
    ('⊕', "\\oplus"),
    ('⊗', "\\otimes"),
    ('…', "\\dots"),
    ('⋯', "\\cdots"),
    ('⟨', "\\langle"),
    ('⟩', "\\rangle"),
    ('‖', "\\|"),
    ('∥', "\\|"),
    ('∣', "|"),
    ('−', "-"),
    ('′', "'"),
    ('″', "''"),
    ('‴', "'''"),
    ('{', "\\{"),
    ('}', "\\}"),
    ('%', "\\%"),
    ('#', "\\#"),
    ('&', "\\&"),
    ('$', "\\$"),
    ('_', "\\_"),
];

/// What TeX writes for a sign, where it is not the sign.
pub(super) fn command(sign: char) -> Option<&'static str> {
    match sign {
        '\\' => Some("\\backslash"),
        '^' => Some("\\hat{}"),
        'ℓ' => Some("\\ell"),
        'ℏ' => Some("\\hbar"),
        _ => COMMANDS.iter().find(|(known, _)| *known == sign).map(|(_, command)| *command),
    }
}

/// Operators above and below which limits stand.
pub(super) const LARGE: &str = "∑∏∐∫∬∭∮⋂⋃⋀⋁⨀⨁⨂⨄⨆";

/// Functions that TeX has a command for.
pub(super) const FUNCTIONS: [&str; 32] = [
    "arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd", "hom",
    "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh", "sup", "tan",
    "tanh",
];

/// A sign that is set above or below a whole expression.
#[derive(Debug)]
pub(super) struct Accent {
    /// The characters that are written for it.
    pub signs: &'static str,
    /// It stands above.
    pub above: bool,
    /// Its command for one sign, and for more.
    pub narrow: &'static str,
    pub wide: &'static str,
}

const fn accent(signs: &'static str, narrow: &'static str, wide: &'static str) -> Accent {
    Accent { signs, above: true, narrow, wide }
}

pub(super) const ACCENTS: [Accent; 14] = [
    accent("^ˆ\u{302}", "\\hat", "\\widehat"),
    accent("~˜∼\u{303}", "\\tilde", "\\widetilde"),
    accent("¯ˉ‾―–_\u{304}\u{305}", "\\bar", "\\overline"),
    accent("→⟶\u{20d7}", "\\vec", "\\overrightarrow"),
    accent("←⟵\u{20d6}", "\\overleftarrow", "\\overleftarrow"),
    accent("˙.\u{307}", "\\dot", "\\dot"),
    accent("¨\u{308}", "\\ddot", "\\ddot"),
    accent("ˇ\u{30c}", "\\check", "\\check"),
    accent("˘\u{306}", "\\breve", "\\breve"),
    accent("´\u{301}", "\\acute", "\\acute"),
    accent("`\u{300}", "\\grave", "\\grave"),
    accent("⏞", "\\overbrace", "\\overbrace"),
    Accent { signs: "⏟", above: false, narrow: "\\underbrace", wide: "\\underbrace" },
    Accent { signs: "_‾¯―–\u{332}", above: false, narrow: "\\underline", wide: "\\underline" },
];

/// The environment of a table between two signs.
pub(super) fn environment(open: &str, close: &str) -> Option<&'static str> {
    match (open, close) {
        ("(", ")") => Some("pmatrix"),
        ("[", "]") => Some("bmatrix"),
        ("{", "}") => Some("Bmatrix"),
        ("|" | "∣", "|" | "∣") => Some("vmatrix"),
        ("‖" | "∥", "‖" | "∥") => Some("Vmatrix"),
        ("{", "") => Some("cases"),
        _ => None,
    }
}

/// The command of an alphabet of mathematics, and the letter of it.
pub(super) fn alphabet(sign: char) -> Option<(&'static str, char)> {
    let command = match u32::from(sign) {
        0x1D400..=0x1D433 | 0x1D7CE..=0x1D7D7 => "\\mathbf",
        0x1D468..=0x1D49B | 0x1D71C..=0x1D755 | 0x1D6A8..=0x1D6E1 => "\\boldsymbol",
        0x1D49C..=0x1D503 | 0x212C | 0x2130 | 0x2131 | 0x210B | 0x2110 | 0x2112 | 0x2133 | 0x211B => "\\mathcal",
        0x1D504..=0x1D537 | 0x1D56C..=0x1D59F | 0x212D | 0x210C | 0x2111 | 0x211C | 0x2128 => "\\mathfrak",
        0x1D538..=0x1D56B | 0x1D7D8..=0x1D7E1 | 0x2102 | 0x210D | 0x2115 | 0x2119 | 0x211A | 0x211D | 0x2124 => {
            "\\mathbb"
        }
        0x1D5A0..=0x1D66F | 0x1D7E2..=0x1D7F5 => "\\mathsf",
        0x1D670..=0x1D6A3 | 0x1D7F6..=0x1D7FF => "\\mathtt",
        _ => return None,
    };
    sign.nfkc().next().map(|letter| (command, letter))
}

/// A large sign that fonts build of pieces, put together: a bracket over several lines, a brace over a sum, a long arrow.
pub(super) fn whole(text: &str) -> Cow<'_, str> {
    let is_piece = |sign: char| matches!(u32::from(sign), 0x239B..=0x23AD | 0x23B7 | 0xE000..=0xE1FF);
    let is_run = text.len() > 1 && text.chars().all(|sign| matches!(sign, '−' | '-' | '=' | '–' | '→' | '←' | '⇒'));
    if !is_run && !text.contains(is_piece) {
        return Cow::Borrowed(text);
    }
    let mut found = String::new();
    for sign in text.chars() {
        let sign = match u32::from(sign) {
            0x239B..=0x239D => '(',
            0x239E..=0x23A0 => ')',
            0x23A1..=0x23A3 => '[',
            0x23A4..=0x23A6 => ']',
            0x23A7..=0x23A9 => '{',
            0x23AB..=0x23AD => '}',
            0x23B7 | 0xE000 | 0xE001 => '√',
            0xE150 | 0xE151 | 0xE155 => '⏞',
            0xE152 | 0xE153 | 0xE156 => '⏟',
            0x23AA | 0xE002..=0xE1FF => continue,
            _ if is_run && found.ends_with(['→', '←', '⇒']) => continue,
            _ if is_run && matches!(sign, '→' | '←' | '⇒') => {
                found.clear();
                sign
            }
            _ => sign,
        };
        if !found.ends_with(sign) {
            found.push(sign);
        }
    }
    Cow::Owned(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_make_a_sign() {
        let cases =
            [("⎛⎜⎝", "("), ("⎧⎨⎩", "{"), ("\u{e150}\u{e154}\u{e151}", "⏞"), ("−−→", "→"), ("–––", "–"), ("a", "a")];
        for (text, want) in cases {
            assert_eq!(whole(text), want, "{text}");
        }
    }
}

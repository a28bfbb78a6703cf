//! Trees of MathML as TeX.

use unicode_normalization::UnicodeNormalization as _;

/// An element of a formula: the name of its MathML element, its own signs, what is inside of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MathNode {
    /// `mi`, `mfrac`, … in lower case, "" for a mere group.
    pub name: String,
    /// The signs of a token.
    pub text: String,
    /// The elements inside, in order.
    pub children: Vec<MathNode>,
}

/// Signs with a command of TeX; letters of Greek and the rest stand for themselves.
const COMMANDS: [(char, &str); 26] = [
    ('∑', "\\sum"),
    ('∏', "\\prod"),
    ('∫', "\\int"),
    ('∮', "\\oint"),
    ('∞', "\\infty"),
    ('×', "\\times"),
    ('÷', "\\div"),
    ('±', "\\pm"),
    ('⋅', "\\cdot"),
    ('≤', "\\le"),
    ('≥', "\\ge"),
    ('≠', "\\ne"),
    ('≈', "\\approx"),
    ('∼', "\\sim"),
    ('→', "\\to"),
    ('∈', "\\in"),
    ('∂', "\\partial"),
    ('∇', "\\nabla"),
    ('∀', "\\forall"),
    ('∃', "\\exists"),
    ('∪', "\\cup"),
    ('∩', "\\cap"),
    ('⊂', "\\subset"),
    ('…', "\\dots"),
    ('{', "\\{"),
    ('}', "\\}"),
];

impl MathNode {
    /// The formula in TeX without delimiters; "" for one that holds no sign.
    pub fn tex(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.trim().to_owned()
    }

    fn write(&self, out: &mut String, depth: usize) {
        /// Formulas nest less deep; a page that nests deeper says nothing below.
        const MAX_DEPTH: usize = 64;
        if depth > MAX_DEPTH {
            return;
        }
        let argument = |out: &mut String, open: &str, child: Option<&Self>| {
            out.push_str(open);
            if let Some(child) = child {
                child.write(out, depth + 1);
            }
            out.push('}');
        };
        // The sign of a root is drawn as one more child.
        let is_root_sign = |node: &&Self| node.name == "mo" && node.text == "√";
        let parts: Vec<&Self> = self.children.iter().filter(|node| !is_root_sign(node)).collect();
        let part = |nth: usize| parts.get(nth).copied();
        match self.name.as_str() {
            "mtext" | "ms" if !self.text.trim().is_empty() => {
                out.push_str("\\text{");
                out.push_str(&self.text);
                out.push('}');
            }
            "annotation" | "annotation-xml" => {}
            "mfrac" => {
                argument(out, "\\frac{", part(0));
                argument(out, "{", part(1));
            }
            "msqrt" => {
                out.push_str("\\sqrt{");
                for child in &parts {
                    child.write(out, depth + 1);
                }
                out.push('}');
            }
            "mroot" => {
                out.push_str("\\sqrt[");
                if let Some(index) = part(1) {
                    index.write(out, depth + 1);
                }
                argument(out, "]{", part(0));
            }
            "msup" | "mover" | "msub" | "munder" | "msubsup" | "munderover" => {
                if let Some(base) = part(0) {
                    base.write(out, depth + 1);
                }
                let marks: &[&str] = match self.name.as_str() {
                    "msup" | "mover" => &["^{"],
                    "msub" | "munder" => &["_{"],
                    _ => &["_{", "^{"],
                };
                for (mark, child) in marks.iter().zip(parts.iter().skip(1)) {
                    argument(out, mark, Some(child));
                }
            }
            "mtable" => {
                out.push_str("\\begin{matrix}");
                for (nth, row) in parts.iter().enumerate() {
                    out.push_str(if nth > 0 { " \\\\ " } else { "" });
                    for (nth, cell) in row.children.iter().enumerate() {
                        out.push_str(if nth > 0 { " & " } else { "" });
                        cell.write(out, depth + 1);
                    }
                }
                out.push_str("\\end{matrix}");
            }
            _ => {
                self.signs(out);
                for child in &self.children {
                    child.write(out, depth + 1);
                }
            }
        }
    }

    /// The signs of a token. The letters of mathematics' own alphabets are plain ones in TeX.
    fn signs(&self, out: &mut String) {
        for sign in self.text.nfkc().filter(|c| !c.is_whitespace() && !matches!(c, '\u{2061}'..='\u{2064}')) {
            let letter = sign.is_ascii_alphabetic();
            // A letter behind a command would belong to its name.
            if letter && ends_with_command(out) {
                out.push(' ');
            }
            match COMMANDS.iter().find(|(known, _)| *known == sign) {
                Some((_, command)) => out.push_str(command),
                None if sign == '−' => out.push('-'),
                None => out.push(sign),
            }
        }
    }
}

fn ends_with_command(out: &str) -> bool {
    let name = out.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    name > 0 && out.get(..out.len() - name).is_some_and(|head| head.ends_with('\\'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, text: &str) -> MathNode {
        MathNode { name: name.into(), text: text.into(), children: Vec::new() }
    }

    fn node(name: &str, children: Vec<MathNode>) -> MathNode {
        MathNode { name: name.into(), text: String::new(), children }
    }

    #[test]
    fn trees_become_tex() {
        let letter = |text| token("mi", text);
        let cases = [
            (node("mfrac", vec![letter("𝑄"), letter("𝐴")]), "\\frac{Q}{A}"),
            (node("msup", vec![letter("x"), token("mn", "2")]), "x^{2}"),
            (node("munderover", vec![token("mo", "∑"), letter("i"), letter("n")]), "\\sum_{i}^{n}"),
            (node("msqrt", vec![letter("x"), token("mo", "√")]), "\\sqrt{x}"),
            (node("mroot", vec![letter("x"), token("mo", "√"), token("mn", "3")]), "\\sqrt[3]{x}"),
            (node("mrow", vec![letter("a"), token("mo", "×"), letter("b"), token("mo", "−")]), "a\\times b-"),
            (
                node("mtable", vec![node("mtr", vec![letter("a"), letter("b")]), node("mtr", vec![letter("c")])]),
                "\\begin{matrix}a & b \\\\ c\\end{matrix}",
            ),
            (token("mtext", "速度"), "\\text{速度}"),
        ];
        for (tree, want) in cases {
            assert_eq!(tree.tex(), want);
        }
    }
}

//! Trees of MathML as TeX.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization as _;

use super::math_signs::{ACCENTS, Accent, FUNCTIONS, LARGE, alphabet, command, environment, whole};

/// Formulas nest less deep; what nests deeper is left out.
const MAX_DEPTH: usize = 64;

/// An element of a formula: the name of its MathML element, its own signs, what is inside of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MathNode {
    /// `mi`, `mfrac`, … in lower case, "" for a mere group. Where a page draws a formula and sets the parts of an element
    /// in another order than MathML, each says what it is: `base`, `sub`, `sup`, `under`, `over`, `num`, `den`, `index`;
    /// `script` holds what stands raised, then what stands lowered. A `surd` is the sign of a root.
    pub name: String,
    /// The signs of a token.
    pub text: String,
    /// What its attributes say, as far as [`MathNode::ATTRIBUTES`] names them.
    pub attributes: Vec<(String, String)>,
    /// The elements inside, in order.
    pub children: Vec<MathNode>,
}

/// What stands at one element: the parts of `msubsup` and its kin.
#[derive(Debug, Default)]
struct Scripts<'a> {
    base: Vec<&'a MathNode>,
    sub: Option<&'a MathNode>,
    sup: Option<&'a MathNode>,
}

impl MathNode {
    /// The attributes that decide what a formula says.
    pub const ATTRIBUTES: [&str; 8] =
        ["linethickness", "open", "close", "separators", "selection", "notation", "mathvariant", "columnalign"];

    /// The formula in TeX without delimiters; "" for one that holds no sign.
    pub fn tex(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out.trim().to_owned()
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.trim())
    }

    fn write(&self, out: &mut String, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        let inside = depth + 1;
        match self.name.as_str() {
            "annotation" | "annotation-xml" | "mphantom" | "mprescripts" | "none" | "surd" => {}
            "mtext" | "ms" => self.words(out),
            "semantics" => row(self.children.first(), out, inside),
            "maction" => {
                let selected = self.attribute("selection").and_then(|nth| nth.parse::<usize>().ok()).unwrap_or(1);
                row(self.children.get(selected.saturating_sub(1)), out, inside);
            }
            "mfrac" => self.fraction(out, inside),
            "msqrt" => group(out, "\\sqrt{", self.under_root(), inside),
            "mroot" => self.root(out, inside),
            "mfenced" => self.fenced(out, inside),
            "menclose" => self.enclosed(out, inside),
            "msup" | "mover" | "msub" | "munder" | "msubsup" | "munderover" => self.scripted(out, inside),
            "mmultiscripts" => self.multiscripted(out, inside),
            "mtable" => {
                let aligns = self.attribute("columnalign").is_some_and(|align| align.starts_with("right left"));
                self.table(out, if aligns { "aligned" } else { "matrix" }, inside);
            }
            _ => {
                self.signs(out);
                row(&self.children, out, inside);
            }
        }
    }

    /// What its only child holds, through elements that only group.
    fn core(&self) -> &Self {
        let mut core = self;
        for _ in 0..MAX_DEPTH {
            let groups = matches!(
                core.name.as_str(),
                "" | "mrow" | "mstyle" | "mpadded" | "texatom" | "base" | "under" | "over" | "sub" | "sup"
            );
            let mut shown = core.children.iter().filter(|child| !child.is_empty());
            match (shown.next(), shown.next()) {
                (Some(only), None) if groups && core.text.is_empty() => core = only,
                _ => break,
            }
        }
        core
    }

    fn is_empty(&self) -> bool {
        self.text.trim().is_empty() && self.children.is_empty()
    }

    /// The signs of the only token inside of it, "" where there are others.
    fn only_signs(&self) -> Cow<'_, str> {
        let core = self.core();
        if core.children.is_empty() && !matches!(core.name.as_str(), "mtext" | "ms") {
            whole(core.text.trim())
        } else {
            Cow::Borrowed("")
        }
    }

    /// A fraction that has no line.
    fn is_stack(&self) -> bool {
        let has_none = |thickness: &str| thickness.trim_end_matches(char::is_alphabetic).parse() == Ok(0.0_f32);
        self.name == "mfrac" && self.attribute("linethickness").is_some_and(has_none)
    }

    /// The child that is called a part, else the one at its place.
    fn part<'a>(&'a self, name: &str, nth: usize) -> Option<&'a Self> {
        let named = self.children.iter().find(|child| child.name == name);
        named.or_else(|| self.children.get(nth))
    }

    fn fraction(&self, out: &mut String, depth: usize) {
        let (above, below) = (self.part("num", 0), self.part("den", 1));
        if self.is_stack() {
            out.push('{');
            row(above, out, depth);
            out.push_str(" \\atop ");
            row(below, out, depth);
            out.push('}');
            return;
        }
        group(out, "\\frac{", above, depth);
        group(out, "{", below, depth);
    }

    /// What stands under a root: the sign of it is drawn as one more child.
    fn under_root(&self) -> impl Iterator<Item = &Self> {
        let is_sign = |node: &Self| node.name == "surd" || (node.name == "mo" && node.only_signs() == "√");
        self.children.iter().filter(move |node| !is_sign(node))
    }

    fn root(&self, out: &mut String, depth: usize) {
        let named = self.children.iter().find(|child| child.name == "index");
        let mut rest: Vec<&Self> = self.under_root().filter(|child| child.name != "index").collect();
        let index = named.or_else(|| (rest.len() > 1).then(|| rest.pop()).flatten());
        out.push_str("\\sqrt[");
        row(index, out, depth);
        group(out, "]{", rest, depth);
    }

    fn fenced(&self, out: &mut String, depth: usize) {
        let open = self.attribute("open").unwrap_or("(");
        let close = self.attribute("close").unwrap_or(")");
        if let [only] = self.children.as_slice()
            && only.core().name == "mtable"
            && let Some(name) = environment(open, close)
        {
            only.core().table(out, name, depth);
            return;
        }
        let separators: Vec<char> = self.attribute("separators").unwrap_or(",").chars().collect();
        let put = |out: &mut String, signs: &str| signs.chars().for_each(|sign| push_sign(out, sign));
        put(out, open);
        for (nth, child) in self.children.iter().enumerate() {
            if nth > 0
                && let Some(sign) = separators.get(nth - 1).or_else(|| separators.last())
            {
                push_sign(out, *sign);
            }
            child.write(out, depth);
        }
        put(out, close);
    }

    fn enclosed(&self, out: &mut String, depth: usize) {
        let notation = self.attribute("notation").unwrap_or_default();
        let opening = match notation {
            _ if notation.contains("box") || notation.contains("circle") => "\\boxed{",
            _ if notation.contains("strike") => "\\cancel{",
            _ if notation.contains("radical") => "\\sqrt{",
            _ if notation.contains("top") => "\\overline{",
            _ if notation.contains("bottom") => "\\underline{",
            _ => "{",
        };
        group(out, opening, &self.children, depth);
    }

    /// The parts of an element with scripts, by what they are called, else by their places.
    fn scripts(&self) -> Scripts<'_> {
        let mut found = Scripts::default();
        let mut unnamed = Vec::new();
        for child in &self.children {
            match child.name.as_str() {
                "base" => found.base.push(child),
                "sub" | "under" => found.sub = Some(child),
                "sup" | "over" => found.sup = Some(child),
                "script" => match (child.children.as_slice(), self.name.as_str()) {
                    ([only], "msub" | "munder") => found.sub = Some(only),
                    ([only], _) => found.sup = Some(only),
                    ([above, below], _) => (found.sup, found.sub) = (Some(above), Some(below)),
                    _ => {}
                },
                _ => unnamed.push(child),
            }
        }
        let mut rest = unnamed.into_iter();
        if found.base.is_empty()
            && let Some(first) = rest.next()
        {
            // What stands above is drawn round what stands below.
            let inner =
                if self.name == "munderover" && first.name == "munder" { first.scripts() } else { Scripts::default() };
            if found.sub.is_none() && inner.sub.is_some() {
                (found.base, found.sub) = (inner.base, inner.sub);
            } else {
                found.base.push(first);
            }
        }
        let is_below = matches!(self.name.as_str(), "msub" | "munder" | "msubsup" | "munderover");
        if found.sub.is_none() && is_below && (found.sup.is_none() || rest.len() > 0) {
            found.sub = rest.next();
        }
        found.sup = found.sup.or_else(|| rest.next());
        found
    }

    fn scripted(&self, out: &mut String, depth: usize) {
        let Scripts { base, mut sub, mut sup } = self.scripts();
        let signs = match base.as_slice() {
            [only] => only.only_signs().into_owned(),
            _ => String::new(),
        };
        let is_limit = self.name.starts_with("mo") || self.name.starts_with("mu");
        let mut tex = String::new();
        row(base, &mut tex, depth);
        let mut tex = tex.trim().to_owned();
        if is_limit {
            let accent = |script: &mut Option<&Self>, above: bool, tex: &str| -> Option<String> {
                let signs = script.map(Self::only_signs)?;
                let sign = signs.chars().next().filter(|_| signs.chars().count() == 1)?;
                let Accent { narrow, wide, .. } =
                    ACCENTS.iter().find(|it| it.above == above && it.signs.contains(sign))?;
                *script = None;
                Some(format!("{}{{{tex}}}", if tex.chars().count() > 1 { wide } else { narrow }))
            };
            if let Some(marked) = accent(&mut sup, true, &tex) {
                tex = marked;
            }
            if let Some(marked) = accent(&mut sub, false, &tex) {
                tex = marked;
            }
            let arrow = match signs.as_str() {
                "→" | "⟶" => "\\xrightarrow",
                "←" | "⟵" => "\\xleftarrow",
                _ => "",
            };
            if !arrow.is_empty() && (sub.is_some() || sup.is_some()) {
                out.push_str(arrow);
                if let Some(below) = sub {
                    out.push('[');
                    row([below], out, depth);
                    out.push(']');
                }
                return group(out, "{", sup, depth);
            }
            let takes_limits = tex.starts_with('\\') || signs.chars().all(|sign| LARGE.contains(sign));
            if !takes_limits || tex.is_empty() {
                for (opening, script) in [("\\overset{", sup), ("\\underset{", sub)] {
                    if let Some(script) = script {
                        let inner = std::mem::take(&mut tex);
                        group(&mut tex, opening, [script], depth);
                        tex.extend(["{", &inner, "}"]);
                    }
                }
                return push_tex(out, &tex);
            }
        }
        if is_atom(&tex) {
            push_tex(out, &tex);
        } else {
            out.extend(["{", &tex, "}"]);
        }
        if let Some(sub) = sub {
            group(out, "_{", [sub], depth);
        }
        let Some(sup) = sup else { return };
        let primes = sup.only_signs();
        if !primes.is_empty() && primes.chars().all(|sign| matches!(sign, '′' | '″' | '‴' | '\'')) {
            primes.chars().for_each(|sign| push_sign(out, sign));
        } else {
            group(out, "^{", [sup], depth);
        }
    }

    /// Base, pairs of what stands lowered and raised behind it, and behind `mprescripts` those before it.
    fn multiscripted(&self, out: &mut String, depth: usize) {
        let (base, scripts) = self.children.split_first().map_or((None, &[][..]), |(base, rest)| (Some(base), rest));
        let at = scripts.iter().position(|script| script.name == "mprescripts").unwrap_or(scripts.len());
        let (behind, before) = scripts.split_at_checked(at).unwrap_or((scripts, &[]));
        let pairs = |out: &mut String, scripts: &[Self]| {
            for (nth, script) in scripts.iter().enumerate().filter(|(_, script)| script.name != "none") {
                group(out, if nth % 2 == 0 { "_{" } else { "^{" }, [script], depth);
            }
        };
        let before = before.get(1..).unwrap_or_default();
        if !before.is_empty() {
            out.push_str("{}");
            pairs(out, before);
        }
        row(base, out, depth);
        pairs(out, behind);
    }

    fn table(&self, out: &mut String, environment: &str, depth: usize) {
        out.extend(["\\begin{", environment, "}"]);
        let rows = self.children.iter().filter(|row| !row.is_empty());
        for (nth, row) in rows.enumerate() {
            out.push_str(if nth > 0 { " \\\\ " } else { " " });
            // The first cell of such a row is its number.
            let label = usize::from(row.name == "mlabeledtr");
            for (nth, cell) in row.children.iter().skip(label).enumerate() {
                out.push_str(if nth > 0 { " & " } else { "" });
                cell.write(out, depth + 1);
            }
        }
        out.extend([" \\end{", environment, "}"]);
    }

    fn words(&self, out: &mut String) {
        let mut words = self.text.clone();
        for child in &self.children {
            words.push_str(&child.text);
        }
        let words: String = words.chars().map(|sign| if sign.is_whitespace() { ' ' } else { sign }).collect();
        if words.trim().is_empty() {
            return out.push_str(if words.is_empty() { "" } else { "\\ " });
        }
        out.push_str("\\text{");
        for sign in words.chars().filter(|sign| !is_unseen(*sign)) {
            match sign {
                '\\' => out.push_str("\\textbackslash "),
                '~' | '^' => {}
                '%' | '#' | '&' | '$' | '_' | '{' | '}' => {
                    out.push('\\');
                    out.push(sign);
                }
                _ => out.push(sign),
            }
        }
        out.push('}');
    }

    /// The signs of a token.
    fn signs(&self, out: &mut String) {
        let text: String = self.text.chars().filter(|c| !c.is_whitespace() && !is_unseen(*c)).collect();
        if text.is_empty() {
            return;
        }
        let text = if self.name == "mo" { whole(&text) } else { Cow::Owned(text) };
        let is_word = text.len() > 1 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let variant = match self.attribute("mathvariant").unwrap_or_default() {
            "double-struck" => "\\mathbb",
            "script" | "bold-script" | "-tex-calligraphic" => "\\mathcal",
            "fraktur" | "bold-fraktur" => "\\mathfrak",
            "bold" => "\\mathbf",
            "bold-italic" => "\\boldsymbol",
            "sans-serif" => "\\mathsf",
            "monospace" => "\\mathtt",
            "normal" if text.bytes().all(|byte| byte.is_ascii_alphabetic()) => "\\mathrm",
            _ => "",
        };
        if is_word && matches!(self.name.as_str(), "mi" | "mo") && matches!(variant, "" | "\\mathrm") {
            match FUNCTIONS.contains(&&*text) {
                true => out.extend(["\\", &*text]),
                false if self.name == "mi" => out.extend(["\\mathrm{", &*text, "}"]),
                false => out.extend(["\\operatorname{", &*text, "}"]),
            }
            return;
        }
        let is_set = !variant.is_empty() && text.chars().all(char::is_alphanumeric);
        if is_set {
            out.extend([variant, "{"]);
        }
        text.chars().for_each(|sign| push_sign(out, sign));
        if is_set {
            out.push('}');
        }
    }
}

/// Elements in a row. A table or a fraction without a line between parentheses is one thing with them.
fn row<'a>(nodes: impl IntoIterator<Item = &'a MathNode>, out: &mut String, depth: usize) {
    let nodes: Vec<&MathNode> = nodes.into_iter().collect();
    let mut rest = nodes.as_slice();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if let Some((inner, after)) = behind.split_first()
            && let core = inner.core()
            && (core.name == "mtable" || core.is_stack())
        {
            let close = after.first().map(|close| close.only_signs()).unwrap_or_default();
            let open = first.only_signs();
            if core.is_stack() && open == "(" && close == ")" {
                group(out, "\\binom{", core.part("num", 0), depth);
                group(out, "{", core.part("den", 1), depth);
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
            if core.name == "mtable"
                && !open.is_empty()
                && let Some(name) = environment(&open, &close)
            {
                core.table(out, name, depth);
                rest = after.get(1..).unwrap_or_default();
                continue;
            }
        }
        let mut tex = String::new();
        first.write(&mut tex, depth);
        push_tex(out, &tex);
    }
}

fn group<'a>(out: &mut String, opening: &str, nodes: impl IntoIterator<Item = &'a MathNode>, depth: usize) {
    out.push_str(opening);
    row(nodes, out, depth);
    out.push('}');
}

/// Adds a piece of TeX. A letter behind a command would belong to its name.
fn push_tex(out: &mut String, tex: &str) {
    if tex.starts_with(|c: char| c.is_ascii_alphabetic()) && ends_with_command(out) {
        out.push(' ');
    }
    out.push_str(tex);
}

fn push_sign(out: &mut String, sign: char) {
    if let Some((alphabet, letter)) = alphabet(sign) {
        out.extend([alphabet, "{"]);
        out.push(letter);
        out.push('}');
        return;
    }
    for plain in sign.nfkc().filter(|c| !c.is_whitespace()) {
        match command(sign).or_else(|| command(plain)) {
            Some(command) => return push_tex(out, command),
            None => push_tex(out, plain.encode_utf8(&mut [0; 4])),
        }
    }
}

fn ends_with_command(out: &str) -> bool {
    let name = out.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    name > 0 && out.get(..out.len() - name).is_some_and(|head| head.ends_with('\\'))
}

/// Signs between which nothing is shown: the times and the application of a function that nobody writes.
fn is_unseen(sign: char) -> bool {
    matches!(sign, '\u{2061}'..='\u{2064}' | '\u{200b}'..='\u{200f}' | '\u{feff}')
}

/// Whether a script behind a piece of TeX stands at all of it.
fn is_atom(tex: &str) -> bool {
    let mut signs = tex.chars();
    let fences = [("(", ")"), ("[", "]"), ("|", "|"), ("\\{", "\\}"), ("\\|", "\\|")];
    let is_fenced = fences.iter().any(|(open, close)| tex.len() > 2 && tex.starts_with(open) && tex.ends_with(close));
    match (signs.next(), signs.next()) {
        (None, _) => false,
        (Some(_), None) => true,
        (Some('\\'), Some(letter)) if letter.is_ascii_alphabetic() => {
            let rest = tex.trim_start_matches('\\').trim_start_matches(|c: char| c.is_ascii_alphabetic());
            rest.is_empty() || are_groups(rest)
        }
        (Some('\\'), Some(_)) => tex.len() == 2 || is_fenced,
        (Some(first), _) => is_fenced || (first.is_ascii_digit() && tex.bytes().all(|byte| byte.is_ascii_digit())),
    }
}

/// Whether a text is nothing but groups in braces and brackets.
fn are_groups(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut before = ' ';
    for sign in text.chars() {
        match sign {
            _ if before == '\\' => {}
            '{' | '[' => depth += 1,
            '}' | ']' if depth > 0 => depth -= 1,
            _ if depth == 0 => return false,
            _ => {}
        }
        before = if before == '\\' { ' ' } else { sign };
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, text: &str) -> MathNode {
        MathNode { name: name.into(), text: text.into(), ..MathNode::default() }
    }

    fn node(name: &str, children: Vec<MathNode>) -> MathNode {
        MathNode { name: name.into(), children, ..MathNode::default() }
    }

    fn with(mut node: MathNode, name: &str, value: &str) -> MathNode {
        node.attributes.push((name.into(), value.into()));
        node
    }

    #[test]
    fn trees_become_tex() {
        let (letter, sign, number) = (|text| token("mi", text), |text| token("mo", text), |text| token("mn", text));
        let pair = || node("mtable", vec![node("mtr", vec![letter("a"), letter("b")]), node("mtr", vec![letter("c")])]);
        let stack = || with(node("mfrac", vec![letter("n"), letter("k")]), "linethickness", "0px");
        let cases = [
            (node("mfrac", vec![letter("𝑄"), letter("𝐴")]), "\\frac{Q}{A}"),
            (node("msup", vec![letter("x"), number("2")]), "x^{2}"),
            (node("msup", vec![node("msub", vec![letter("x"), letter("i")]), number("2")]), "{x_{i}}^{2}"),
            (node("msup", vec![node("mrow", vec![letter("a"), letter("b")]), number("2")]), "{ab}^{2}"),
            (node("msup", vec![node("mrow", vec![]), number("9")]), "{}^{9}"),
            (node("munderover", vec![sign("∑"), letter("i"), letter("n")]), "\\sum_{i}^{n}"),
            (
                node(
                    "munderover",
                    vec![
                        node("over", vec![letter("n")]),
                        node("munder", vec![node("base", vec![sign("∑")]), node("under", vec![letter("i")])]),
                    ],
                ),
                "\\sum_{i}^{n}",
            ),
            (node("msubsup", vec![letter("x"), node("script", vec![number("2"), letter("i")])]), "x_{i}^{2}"),
            (node("mover", vec![sign("="), letter("d")]), "\\overset{d}{=}"),
            (node("mover", vec![letter("y"), sign("^")]), "\\hat{y}"),
            (node("mover", vec![node("msub", vec![letter("x"), letter("i")]), sign("¯")]), "\\overline{x_{i}}"),
            (node("mover", vec![letter("u"), sign("→")]), "\\vec{u}"),
            (
                node("munder", vec![node("munder", vec![letter("x"), sign("\u{e152}\u{e156}\u{e154}")]), letter("n")]),
                "\\underbrace{x}_{n}",
            ),
            (node("mover", vec![sign("→"), letter("f")]), "\\xrightarrow{f}"),
            (node("msup", vec![letter("f"), sign("′")]), "f'"),
            (node("msqrt", vec![letter("x"), sign("√")]), "\\sqrt{x}"),
            (node("mroot", vec![letter("x"), sign("√"), number("3")]), "\\sqrt[3]{x}"),
            (node("mrow", vec![letter("a"), sign("×"), letter("b"), sign("−")]), "a\\times b-"),
            (pair(), "\\begin{matrix} a & b \\\\ c \\end{matrix}"),
            (node("mrow", vec![sign("("), pair(), sign(")")]), "\\begin{pmatrix} a & b \\\\ c \\end{pmatrix}"),
            (node("mrow", vec![sign("{"), pair()]), "\\begin{cases} a & b \\\\ c \\end{cases}"),
            (node("mrow", vec![sign("("), stack(), sign(")")]), "\\binom{n}{k}"),
            (stack(), "{n \\atop k}"),
            (with(with(node("mfenced", vec![letter("a"), letter("b")]), "open", "["), "separators", ";"), "[a;b)"),
            (
                node(
                    "mmultiscripts",
                    vec![
                        letter("C"),
                        number("6"),
                        node("none", vec![]),
                        node("mprescripts", vec![]),
                        node("none", vec![]),
                        number("14"),
                    ],
                ),
                "{}^{14}C_{6}",
            ),
            (node("mrow", vec![node("mphantom", vec![letter("z")]), letter("a")]), "a"),
            (with(node("maction", vec![letter("a"), letter("b")]), "selection", "2"), "b"),
            (with(node("menclose", vec![letter("x")]), "notation", "box"), "\\boxed{x}"),
            (node("mrow", vec![number("5"), sign("%"), sign("#"), sign("&"), letter("$")]), "5\\%\\#\\&\\$"),
            (node("mrow", vec![letter("log"), letter("x"), letter("rank")]), "\\log x\\mathrm{rank}"),
            (with(letter("R"), "mathvariant", "double-struck"), "\\mathbb{R}"),
            (letter("ℝ"), "\\mathbb{R}"),
            (token("mtext", "速度_a"), "\\text{速度\\_a}"),
        ];
        for (tree, want) in cases {
            assert_eq!(tree.tex(), want);
        }
    }

    #[test]
    fn a_formula_without_end_of_depth_is_cut() {
        let deep = (0..10 * MAX_DEPTH).fold(token("mi", "x"), |inner, _| node("msqrt", vec![inner]));
        assert!(deep.tex().starts_with("\\sqrt{\\sqrt{"));
        assert!(!deep.tex().contains('x'));
    }
}

//! Formulas of KaTeX of which a page has nothing but the drawing: spans over one another, read back where only scripts, fractions,
//! roots and accents stand in them.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use crate::parse::html::{Step, Walk, attribute};
use crate::text::MathNode;

/// Most elements of one drawing.
const MAX_ELEMENTS: usize = 20_000;

/// What a span does that sets others above and below a line. The rows in it go from the lowest to the highest.
const FRAMES: [(&str, &str); 6] = [
    ("msupsub", "msubsup"),
    ("mfrac", "mfrac"),
    ("sqrt", "msqrt"),
    ("root", "index"),
    ("accent", "mover"),
    ("op-limits", "munderover"),
];

/// Spans that take room, and the invisible ends of fractions.
const NOTHING: [&str; 6] = ["strut", "pstrut", "vlist-s", "mspace", "nulldelimiter", "hide-tail"];

/// Spans of which more than their text counts, and that are not read.
const UNREAD: [&str; 14] = [
    "mtable",
    "munder",
    "overline",
    "underline",
    "stretchy",
    "cancel-pad",
    "boxpad",
    "fbox",
    "fcolorbox",
    "x-arrow",
    "tag",
    "mult",
    "rule",
    "delimsizinginner",
];

/// Alphabets, as their spans are called, and as MathML calls them.
const ALPHABETS: [(&str, &str); 6] = [
    ("mathbf", "bold"),
    ("boldsymbol", "bold-italic"),
    ("mathbb", "double-struck"),
    ("mathcal", "script"),
    ("mathfrak", "fraktur"),
    ("mathrm", "normal"),
];

/// The drawing of a formula as a tree of MathML; `None` when it shows no sign, or more than can be read.
pub(super) fn katex_tree(drawing: NodeRef<'_, Node>) -> Option<MathNode> {
    let mut open = vec![MathNode::default()];
    let mut walk = Walk::new(drawing);
    let mut left = MAX_ELEMENTS;
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(below) => match below.value() {
                Node::Text(text) => {
                    let parent = open.last_mut()?;
                    let text = text.trim_matches(['\n', '\u{200b}']);
                    if !text.is_empty() {
                        parent.children.push(token(parent, text));
                    }
                }
                Node::Element(element) => {
                    left = left.checked_sub(1)?;
                    let node = begun(element, &mut open)?;
                    if node.name == "nothing" {
                        walk.skip_children();
                    }
                    open.push(node);
                }
                _ => {}
            },
            Step::Leave(below) if below.value().is_element() => close(&mut open)?,
            Step::Leave(_) => {}
        }
    }
    let tree = open.pop()?;
    (!tree.tex().is_empty()).then_some(tree)
}

/// The text of a span as a token of what the span is.
fn token(parent: &MathNode, text: &str) -> MathNode {
    let name = if parent.name == "mtext" { "mtext" } else { "mi" };
    MathNode {
        name: name.to_owned(),
        text: text.to_owned(),
        attributes: parent.attributes.clone(),
        ..MathNode::default()
    }
}

/// The element that begins; `None` for one that cannot be read.
fn begun(element: &Element, open: &mut [MathNode]) -> Option<MathNode> {
    let class = attribute(element, "class").unwrap_or_default();
    let has = |name: &str| class.split_ascii_whitespace().any(|word| word == name);
    let parent = open.last_mut()?;
    let mut node = MathNode::default();
    if UNREAD.iter().any(|name| has(name)) {
        return None;
    }
    if let Some((_, name)) = FRAMES.iter().find(|(known, _)| has(known)) {
        (*name).clone_into(&mut node.name);
    } else if NOTHING.iter().any(|name| has(name)) {
        "nothing".clone_into(&mut node.name);
    } else if has("frac-line") {
        "line".clone_into(&mut node.name);
    } else if has("vlist") {
        "vlist".clone_into(&mut node.name);
    } else if has("vlist-t") {
        // It reaches below the line.
        (if has("vlist-t2") { "deep" } else { "high" }).clone_into(&mut node.name);
    } else if parent.name == "vlist" {
        "row".clone_into(&mut node.name);
    } else if has("text") || parent.name == "mtext" {
        "mtext".clone_into(&mut node.name);
    } else if let Some((_, variant)) = ALPHABETS.iter().find(|(known, _)| has(known)) {
        node.attributes.push(("mathvariant".to_owned(), (*variant).to_owned()));
    }
    if parent.name == "row" && has("sizing") {
        parent.attributes.push(("small".to_owned(), String::new()));
    }
    Some(node)
}

/// Puts the element that ends into the one round it; `None` where its rows mean nothing that is known.
fn close(open: &mut Vec<MathNode>) -> Option<()> {
    if open.len() < 2 {
        return Some(());
    }
    let mut done = open.pop()?;
    let parent = open.last_mut()?;
    let rows = std::mem::take(&mut done.children);
    match done.name.as_str() {
        "nothing" => {}
        "row" if rows.is_empty() => {}
        "row" => parent.children.push(MathNode { name: "mrow".to_owned(), children: rows, ..done }),
        "" | "vlist" | "mtext" => parent.children.extend(rows),
        "high" | "deep" if FRAMES.iter().any(|(_, name)| *name == parent.name) => {
            if done.name == "deep" {
                parent.attributes.push(("deep".to_owned(), String::new()));
            }
            parent.children.extend(rows);
        }
        "msubsup" => {
            let is_deep = !done.attributes.is_empty();
            let base = parent.children.pop().into_iter().collect();
            let scripts = match <[MathNode; 2]>::try_from(rows) {
                Ok([low, high]) => vec![named("sub", vec![low]), named("sup", vec![high])],
                Err(rows) if rows.len() == 1 => vec![named(if is_deep { "sub" } else { "sup" }, rows)],
                Err(_) => return None,
            };
            let children = std::iter::once(named("base", base)).chain(scripts).collect();
            parent.children.push(named("msubsup", children));
        }
        "mfrac" => {
            let has_line = rows.iter().any(|row| row.children.iter().any(|child| child.name == "line"));
            let mut parts = rows.into_iter().filter(|row| row.children.iter().all(|child| child.name != "line"));
            let (below, above) = (parts.next()?, parts.next()?);
            let mut fraction = named("mfrac", vec![named("num", vec![above]), named("den", vec![below])]);
            if !has_line {
                fraction.attributes.push(("linethickness".to_owned(), "0".to_owned()));
            }
            parent.children.push(fraction);
        }
        "msqrt" => {
            let is_root = rows.iter().any(|row| row.name == "index");
            parent.children.push(named(if is_root { "mroot" } else { "msqrt" }, rows));
        }
        "high" | "deep" | "mover" if done.name != "mover" || rows.len() != 2 => return None,
        "mover" => parent.children.push(named("mover", rows)),
        "munderover" => {
            let mut children = Vec::new();
            for row in rows {
                let is_small = row.attributes.iter().any(|(name, _)| name == "small");
                let is_above = children.iter().any(|child: &MathNode| child.name == "base");
                let name = if !is_small {
                    "base"
                } else if is_above {
                    "over"
                } else {
                    "under"
                };
                children.push(named(name, vec![row]));
            }
            parent.children.push(named("munderover", children));
        }
        _ => parent.children.push(MathNode { children: rows, ..done }),
    }
    Some(())
}

fn named(name: &str, children: Vec<MathNode>) -> MathNode {
    MathNode { name: name.to_owned(), children, ..MathNode::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;

    #[test]
    fn spans_over_one_another_are_read() {
        let rows = |deep: bool, rows: &[&str]| {
            let rows = rows.iter().map(|row| ["<span><span class=pstrut></span>", row, "</span>"].concat());
            let rows = rows.collect::<String>();
            let deep = if deep { " vlist-t2" } else { "" };
            format!("<span class='vlist-t{deep}'><span class=vlist-r><span class=vlist>{rows}</span></span></span>")
        };
        let letter = |letter: &str| format!("<span class='mord mathnormal'>{letter}</span>");
        let small = |letter: &str| format!("<span class='sizing size3'><span class=mord>{letter}</span></span>");
        let scripts = |deep: bool, parts: &[&str]| format!("<span class=msupsub>{}</span>", rows(deep, parts));
        let (i, two) = (small("i"), small("2"));
        let cases = [
            ("a row", format!("{}<span class=mrel>=</span>{}", letter("a"), letter("b")), Some("a=b")),
            ("raised", format!("{}{}", letter("x"), scripts(false, &[&two])), Some("x^{2}")),
            ("lowered", format!("{}{}", letter("x"), scripts(true, &[&i])), Some("x_{i}")),
            ("both", format!("{}{}", letter("x"), scripts(true, &[&i, &two])), Some("x_{i}^{2}")),
            (
                "a fraction",
                format!(
                    "<span class=mfrac>{}</span>",
                    rows(true, &[&letter("b"), "<span class=frac-line></span>", &letter("a")])
                ),
                Some("\\frac{a}{b}"),
            ),
            (
                "no line",
                format!("<span class=mfrac>{}</span>", rows(true, &[&letter("k"), &letter("n")])),
                Some("{n \\atop k}"),
            ),
            (
                "a root",
                format!(
                    "<span class='mord sqrt'><span class=root>{}</span>{}</span>",
                    rows(false, &[&two]),
                    rows(true, &[&letter("x"), ""])
                ),
                Some("\\sqrt[2]{x}"),
            ),
            (
                "an accent",
                format!(
                    "<span class='mord accent'>{}</span>",
                    rows(false, &[&letter("y"), "<span class=accent-body>^</span>"])
                ),
                Some("\\hat{y}"),
            ),
            (
                "limits",
                format!("<span class='mop op-limits'>{}</span>", rows(true, &[&i, "<span class=mop>∑</span>", &two])),
                Some("\\sum_{i}^{2}"),
            ),
            (
                "words",
                "<span class='mord text'><span class='mord cjk_fallback'>速</span></span>".into(),
                Some("\\text{速}"),
            ),
            ("a function", "<span class=mop>sin</span>".into(), Some("\\sin")),
            ("an alphabet", "<span class='mord mathbb'>R</span>".into(), Some("\\mathbb{R}")),
            ("a table", "<span class=mtable>x</span>".into(), None),
            ("other rows", rows(false, &[&letter("x")]), None),
        ];
        for (case, html, want) in cases {
            let (tree, _) = Tree::fragment(&format!("<span class=katex-html><span class=base>{html}</span></span>"));
            let drawing = tree.first("span").expect("a drawing");
            assert_eq!(katex_tree(drawing).map(|tree| tree.tex()).as_deref(), want, "{case}");
        }
    }
}

//! Formulas that a page draws with elements, read back: MathJax 3 and 4 in elements `mjx-…`, MathJax 2 in spans of such
//! classes.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use crate::parse::html::{Step, Walk, attribute};
use crate::text::MathNode;

/// Most elements of one drawing.
const MAX_ELEMENTS: usize = 20_000;

/// What an element of a drawing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// An element of MathML, or a part of one as [`MathNode`] names them.
    Named(&'static str),
    /// It only groups or moves what is inside of it.
    Group,
    /// It shows a character, by its class.
    Glyph(char),
    /// It shows its text.
    Text,
    /// It takes room, or is read by others.
    Nothing,
    /// What it does to its content is not known.
    Unknown,
}

/// The elements of a drawing as a tree of MathML; `None` when it shows no sign, or more than can be read.
pub(super) fn drawn_tree(node: NodeRef<'_, Node>) -> Option<MathNode> {
    let mut open = vec![MathNode::default()];
    let mut walk = Walk::new(node);
    let mut left = MAX_ELEMENTS;
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(below) => match below.value() {
                Node::Text(text) => {
                    let parent = open.last_mut()?;
                    // What stands between elements is white space of the source.
                    if matches!(parent.name.as_str(), "text" | "mi" | "mn" | "mo" | "mtext") {
                        parent.text.push_str(text.trim_matches(['\n', '\u{200b}']));
                    }
                }
                Node::Element(element) => {
                    left = left.checked_sub(1)?;
                    match part(element) {
                        Part::Named(name) => open.push(MathNode { name: name.to_owned(), ..MathNode::default() }),
                        Part::Group => open.push(MathNode::default()),
                        Part::Text => open.push(MathNode { name: "text".to_owned(), ..MathNode::default() }),
                        Part::Glyph(sign) => {
                            open.push(MathNode {
                                name: "text".to_owned(),
                                text: sign.to_string(),
                                ..MathNode::default()
                            });
                            walk.skip_children();
                        }
                        Part::Nothing => {
                            open.push(MathNode { name: "nothing".to_owned(), ..MathNode::default() });
                            walk.skip_children();
                        }
                        Part::Unknown => return None,
                    }
                }
                _ => {}
            },
            Step::Leave(below) if below.value().is_element() => close(&mut open),
            Step::Leave(_) => {}
        }
    }
    let tree = open.pop()?;
    (!tree.tex().is_empty()).then_some(tree)
}

/// Puts the element that ends into the one round it.
fn close(open: &mut Vec<MathNode>) {
    if open.len() < 2 {
        return;
    }
    let (Some(mut done), Some(parent)) = (open.pop(), open.last_mut()) else { return };
    match done.name.as_str() {
        "nothing" => {}
        "text" => parent.text.push_str(&done.text),
        "" => {
            parent.text.push_str(&done.text);
            parent.children.append(&mut done.children);
        }
        "mfrac" => {
            let parts = done.children.len();
            done.children.retain(|child| child.name != "line");
            if parts == done.children.len() {
                done.attributes.push(("linethickness".to_owned(), "0".to_owned()));
            }
            parent.children.push(done);
        }
        _ => parent.children.push(done),
    }
}

fn part(element: &Element) -> Part {
    let class = attribute(element, "class").unwrap_or_default();
    let words = || class.split_ascii_whitespace();
    if let Some(name) = element.name().strip_prefix("mjx-") {
        return match name {
            "c" | "stretchy-h" | "stretchy-v" => {
                let code = words().find_map(|word| word.strip_prefix("mjx-c"));
                let sign = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
                // One without a code says nothing and must not be taken for no sign.
                sign.map_or(if name == "c" { Part::Unknown } else { Part::Nothing }, Part::Glyph)
            }
            "utext" => Part::Text,
            _ => named(name),
        };
    }
    if let Some(name) = words().find_map(|word| word.strip_prefix("mjx-")) {
        return if matches!(name, "char" | "charbox") { Part::Text } else { named(name) };
    }
    match words().next() {
        // Spans that only move what is inside of them, and frames of MathJax 2.
        None
        | Some(
            "MathJax" | "MathJax_Display" | "MathJax_CHTML" | "MJXc-display" | "mjpage" | "math" | "mrow" | "texatom",
        ) => Part::Group,
        Some("mi") => Part::Named("mi"),
        Some("mn") => Part::Named("mn"),
        Some("mo") => Part::Named("mo"),
        Some("mtext") => Part::Named("mtext"),
        Some("mspace" | "MJX_Assistive_MathML" | "MathJax_Preview") => Part::Nothing,
        _ => Part::Unknown,
    }
}

/// The part of this name behind `mjx-`.
fn named(name: &str) -> Part {
    const SAME: [&str; 26] = [
        "mi",
        "mn",
        "mo",
        "mtext",
        "ms",
        "mrow",
        "msub",
        "msup",
        "msubsup",
        "munder",
        "mover",
        "munderover",
        "mfrac",
        "msqrt",
        "mroot",
        "mtable",
        "mtr",
        "mlabeledtr",
        "mtd",
        "mphantom",
        "base",
        "sub",
        "sup",
        "under",
        "over",
        "script",
    ];
    let lower = name.to_ascii_lowercase();
    if let Some(same) = SAME.iter().find(|same| **same == lower) {
        return Part::Named(same);
    }
    match lower.as_str() {
        "texatom" | "mstyle" | "mpadded" | "merror" => Part::Named("mrow"),
        "op" => Part::Named("base"),
        "num" | "numerator" => Part::Named("num"),
        "den" | "denominator" => Part::Named("den"),
        "root" => Part::Named("index"),
        "surd" => Part::Named("surd"),
        "line" => Part::Named("line"),
        "menclose" | "mmultiscripts" | "mglyph" | "semantics" => Part::Unknown,
        "assistive-mml" | "assistive" | "nstrut" | "dstrut" | "tstrut" | "strut" | "vsize" | "spacer" | "mspace"
        | "break" | "labels" => Part::Nothing,
        _ => Part::Group,
    }
}

use ego_tree::NodeRef;
use scraper::Node;

use crate::parse::html::{Step, Tree, Walk, attribute};
use crate::text::MathNode;

/// A formula as text: its TeX source between dollar signs when the page carries it, else its characters in a row.
pub(super) fn formula(math: NodeRef<'_, Node>) -> String {
    for step in Walk::new(math) {
        let Step::Enter(node) = step else { continue };
        let Some(element) = node.value().as_element() else { continue };
        if element.name() == "annotation" && attribute(element, "encoding").is_some_and(|kind| kind.contains("tex")) {
            let display = math.value().as_element().and_then(|math| attribute(math, "display")) == Some("block");
            let mark = if display { "$$" } else { "$" };
            return format!("{mark}{}{mark}", Tree::text_of(node).trim());
        }
    }
    let tex = math_node(math).tex();
    let is_plain = !tex.contains(['\\', '^', '_', '{']);
    if is_plain { Tree::text_of(math).split_whitespace().collect() } else { format!("${tex}$") }
}

/// The elements of a formula as a tree of their own.
fn math_node(math: NodeRef<'_, Node>) -> MathNode {
    let mut open = vec![MathNode::default()];
    for step in Walk::new(math) {
        match step {
            Step::Enter(node) => match (node.value(), open.last_mut()) {
                (Node::Text(text), Some(parent)) => parent.text.push_str(text.trim()),
                (Node::Element(element), _) => {
                    open.push(MathNode { name: element.name().to_owned(), ..MathNode::default() });
                }
                _ => {}
            },
            Step::Leave(node) => {
                if node.value().is_element()
                    && let (Some(done), Some(parent)) = (open.pop(), open.last_mut())
                {
                    parent.children.push(done);
                }
            }
        }
    }
    open.pop().unwrap_or_default()
}

/// True for the drawing of a formula whose source stands beside it: KaTeX, MathJax.
pub(super) fn is_drawing(class: &str) -> bool {
    matches!(class, "katex-html" | "MathJax" | "MathJax_Display" | "MathJax_Preview" | "MathJax_SVG")
}

use ego_tree::NodeRef;
use scraper::Node;

use crate::parse::html::{Step, Tree, Walk, attribute};

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
    Tree::text_of(math).split_whitespace().collect()
}

/// True for the drawing of a formula whose source stands beside it: KaTeX, MathJax.
pub(super) fn is_drawing(class: &str) -> bool {
    matches!(class, "katex-html" | "MathJax" | "MathJax_Display" | "MathJax_Preview" | "MathJax_SVG")
}

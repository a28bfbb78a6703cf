use ego_tree::{NodeId, NodeRef};
use scraper::Node;

/// One step of a walk through a tree.
#[derive(Clone, Copy, Debug)]
pub enum Step<'a> {
    /// Before the children of a node.
    Enter(NodeRef<'a, Node>),
    /// Behind the children of a node.
    Leave(NodeRef<'a, Node>),
}

/// A walk through a node and all below it in reading order, without recursion, in which whole branches can be skipped.
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    root: NodeId,
    next: Option<Step<'a>>,
    entered: Option<NodeRef<'a, Node>>,
}

impl<'a> Walk<'a> {
    /// A walk that begins by entering `root` and ends by leaving it.
    pub fn new(root: NodeRef<'a, Node>) -> Self {
        Self { root: root.id(), next: Some(Step::Enter(root)), entered: None }
    }

    /// Passes over what is below the node just entered: its leaving comes next. Does nothing after a leaving.
    pub fn skip_children(&mut self) {
        if let Some(node) = self.entered {
            self.next = Some(Step::Leave(node));
        }
    }

    fn behind(&self, step: Step<'a>) -> Option<Step<'a>> {
        match step {
            Step::Enter(node) => Some(node.first_child().map_or(Step::Leave(node), Step::Enter)),
            Step::Leave(node) if node.id() == self.root => None,
            Step::Leave(node) => node.next_sibling().map(Step::Enter).or_else(|| node.parent().map(Step::Leave)),
        }
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Step<'a>;

    fn next(&mut self) -> Option<Step<'a>> {
        let step = self.next?;
        self.next = self.behind(step);
        self.entered = match step {
            Step::Enter(node) => Some(node),
            Step::Leave(_) => None,
        };
        Some(step)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;

    #[test]
    fn enters_leaves_and_skips() {
        let (tree, _) = Tree::fragment("<p>a<b>c</b></p><i>d</i>");
        let mut walk = Walk::new(tree.root());
        let mut seen = String::new();
        while let Some(step) = walk.next() {
            let (mark, node) = match step {
                Step::Enter(node) => ('+', node),
                Step::Leave(node) => ('-', node),
            };
            if let Node::Element(element) = node.value() {
                seen.push(mark);
                seen.push_str(element.name());
                if element.name() == "b" {
                    walk.skip_children();
                }
            } else if let Node::Text(text) = node.value()
                && mark == '+'
            {
                seen.push_str(text);
            }
        }
        assert_eq!(seen, "+html+pa+b-b-p+id-i-html");
    }
}

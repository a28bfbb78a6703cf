use ego_tree::{NodeId, NodeRef};
use scraper::Node;

use super::hidden::is_hidden;
use super::names::is_silent;
use crate::parse::html::{Step, Tree, Walk, is_block};
use crate::rules::words::{BlockWords, Words};

/// What a page shows outside of an element: the texts before it and those behind it, in reading order, one for each element beside the
/// way from the body down to it. Lines are parted where blocks are.
pub fn outside(tree: &Tree, root: NodeId, words: &Words) -> (Vec<String>, Vec<String>) {
    let (mut above, mut below) = (Vec::new(), Vec::new());
    let body = tree.body().id();
    let mut at = tree.node(root);
    while let Some(node) = at.filter(|node| node.id() != body) {
        let before = node.prev_siblings().filter_map(|node| shown(node, &words.blocks));
        above.extend(before);
        below.extend(node.next_siblings().filter_map(|node| shown(node, &words.blocks)));
        at = node.parent();
    }
    above.reverse();
    (above, below)
}

/// The text that a reader sees of a node; `None` for none.
fn shown(node: NodeRef<'_, Node>, words: &BlockWords) -> Option<String> {
    let mut lines = Lines::default();
    let mut walk = Walk::new(node);
    while let Some(step) = walk.next() {
        let (Step::Enter(node) | Step::Leave(node)) = step;
        match (step, node.value()) {
            (Step::Enter(_), Node::Text(text)) => lines.add(text),
            (Step::Enter(_), Node::Element(element))
                if is_silent(element.name()) || is_hidden(node, element, words) =>
            {
                walk.skip_children();
            }
            (_, Node::Element(element)) if is_block(element.name()) || element.name() == "br" => lines.end(),
            _ => {}
        }
    }
    (!lines.text.is_empty()).then_some(lines.text)
}

/// Lines of text with single spaces and without empty ones.
#[derive(Debug, Default)]
struct Lines {
    text: String,
    /// What stands before the next word: nothing, a space or the end of a line.
    gap: &'static str,
}

impl Lines {
    fn add(&mut self, text: &str) {
        if text.starts_with(char::is_whitespace) {
            self.space();
        }
        for word in text.split_whitespace() {
            if !self.text.is_empty() {
                self.text.push_str(self.gap);
            }
            self.text.push_str(word);
            self.gap = " ";
        }
        if !text.ends_with(char::is_whitespace) && !text.is_empty() {
            self.gap = "";
        }
    }

    fn space(&mut self) {
        if self.gap.is_empty() {
            self.gap = " ";
        }
    }

    fn end(&mut self) {
        self.gap = "\n";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn what_stands_round_an_element_is_told_in_lines() {
        let html = "<nav><a href=/>Home</a> <a href=/b>Blog</a><ul><li>One<li>Two <b>th</b>ree</ul></nav>bare \
                    words<div><p hidden>no</p><p>before</p><article><p>text</p></article><script>x</script><p>be<i>hind</i></p></div>\
                    <footer><svg><text>drawn</text></svg>© a<br>b</footer>";
        let (tree, _) = Tree::document(html);
        let root = tree.first("article").expect("an article").id();
        let (above, below) = outside(&tree, root, Rules::shipped().words());
        assert_eq!(above, ["Home Blog\nOne\nTwo three", "bare words", "before"]);
        assert_eq!(below, ["behind", "© a\nb"]);
        assert_eq!(outside(&tree, tree.body().id(), Rules::shipped().words()), Default::default());
    }
}

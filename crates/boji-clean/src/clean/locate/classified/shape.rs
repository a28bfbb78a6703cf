use ego_tree::NodeRef;
use scraper::Node;

use crate::parse::html::{Step, Walk};
use crate::text::is_common_han;

/// Marks that end a sentence, in any script.
const ENDS: [char; 10] = ['.', '!', '?', '。', '！', '？', '…', '؟', '۔', '।'];
/// Marks that part a sentence.
const PARTS: [char; 8] = [',', ';', '，', '、', '；', '،', '؛', '·'];
/// Marks that close what a sentence ended in.
const CLOSES: [char; 12] = ['"', '\'', '”', '’', '»', '«', '」', '』', ')', '）', ']', '】'];

/// How a text is written: what tells a sentence from a label in every language, by its marks and letters.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Shape {
    /// Characters that are no white space.
    pub(super) length: u32,
    /// Those of them that end a sentence, part it, are digits, are capitals.
    pub(super) ends: u32,
    pub(super) parts: u32,
    pub(super) digits: u32,
    pub(super) capitals: u32,
    /// Whether the first one is a small letter, whether the last one ends a sentence, whether it is a colon.
    pub(super) starts_small: bool,
    pub(super) is_sentence: bool,
    pub(super) is_introduction: bool,
}

impl Shape {
    pub(super) fn of(node: NodeRef<'_, Node>) -> Self {
        let mut shape = Self::default();
        for step in Walk::new(node) {
            if let Step::Enter(node) = step
                && let Node::Text(run) = node.value()
            {
                run.chars().filter(|c| !c.is_whitespace()).for_each(|c| shape.add(c));
            }
        }
        shape
    }

    fn add(&mut self, c: char) {
        // Nearly all of nearly all texts: a letter is none of the marks.
        if c.is_ascii_alphabetic() {
            self.starts_small = if self.length == 0 { c.is_ascii_lowercase() } else { self.starts_small };
            self.length += 1;
            self.capitals += u32::from(c.is_ascii_uppercase());
            (self.is_sentence, self.is_introduction) = (false, false);
            return;
        }
        if is_common_han(c) {
            self.starts_small &= self.length > 0;
            self.length += 1;
            (self.is_sentence, self.is_introduction) = (false, false);
            return;
        }
        let ends = ENDS.contains(&c);
        self.starts_small = if self.length == 0 { c.is_lowercase() } else { self.starts_small };
        self.length += 1;
        self.ends += u32::from(ends);
        self.parts += u32::from(PARTS.contains(&c));
        self.digits += u32::from(c.is_numeric());
        self.capitals += u32::from(c.is_uppercase());
        self.is_sentence = ends || (self.is_sentence && CLOSES.contains(&c));
        self.is_introduction = matches!(c, ':' | '：');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;

    #[test]
    fn a_sentence_ends_in_its_mark_though_quotation_marks_follow() {
        let cases = [
            ("<p>He said: “Go home.”</p>", true, false),
            ("<p>他说：“回家吧。” </p>", true, false),
            ("<p>أين ذهبوا؟</p>", true, false),
            ("<p>Read more</p>", false, false),
            ("<p>Photo: dpa (2020)</p>", false, false),
            ("<p>Three things <b>matter:</b></p>", false, true),
        ];
        for (html, is_sentence, is_introduction) in cases {
            let (tree, _) = Tree::fragment(html);
            let shape = tree.elements().find(|(_, it)| it.name() == "p").map(|(node, _)| Shape::of(node));
            let shape = shape.expect("a paragraph");
            assert_eq!((shape.is_sentence, shape.is_introduction), (is_sentence, is_introduction), "{html}");
        }
    }

    #[test]
    fn what_is_written_is_counted_without_white_space() {
        let (tree, _) = Tree::fragment("<p>on 3 May, <i>Ann</i> left.\n</p>");
        let node = tree.elements().find(|(_, it)| it.name() == "p").expect("a paragraph").0;
        let shape = Shape::of(node);
        assert_eq!((shape.length, shape.ends, shape.parts, shape.digits, shape.capitals), (15, 1, 1, 1, 2));
        assert!(shape.starts_small);
    }
}

//! Notes that a text cites: which elements hold them, and those that stand in the sentence or in an attribute of their mark.

use std::collections::HashSet;

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::has_class;
use crate::parse::html::{Step, Tree, Walk, attribute};
use crate::rules::words::BlockWords;
use crate::text::count_letters;

/// Longest mark of a note, in characters.
const MAX_MARK: usize = 6;
/// Most nodes of a box that are asked whether the text cites them.
const MAX_NODES: usize = 4_000;
/// Fewest letters of a note that an attribute states: others are labels.
const MIN_STATED: usize = 10;
/// Nodes that may stand between the mark of a note and the note.
const MAX_BETWEEN: usize = 3;

/// Whether an element is a list of notes, or a box of one, by its name.
pub fn is_note_list(element: &Element, words: &BlockWords) -> bool {
    has_class(element, |class| words.is_note_list(class))
        || ["id", "role"].into_iter().any(|name| attribute(element, name).is_some_and(|word| words.is_note_list(word)))
}

/// Whether an element is a note that stands in the sentence which it is about: by its name, or as what is shown over the mark before
/// it.
pub fn is_inline_note(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    match element.name() {
        // Distill and its like.
        "d-footnote" | "dt-fn" => return true,
        "span" | "small" | "aside" | "label" | "i" | "em" | "div" => {}
        _ => return false,
    }
    let is_tip = || attribute(element, "role") == Some("tooltip");
    has_class(element, |class| words.is_inline_note(class)) || (is_tip() && is_behind_mark(node))
}

/// Whether the mark of a note stands right before an element.
fn is_behind_mark(node: NodeRef<'_, Node>) -> bool {
    let before = node.prev_siblings().take(MAX_BETWEEN).find_map(|node| Some((node, node.value().as_element()?)));
    before.is_some_and(|(node, element)| marks(node) && (element.name() == "sup" || below_is_raised(node)))
}

fn below_is_raised(node: NodeRef<'_, Node>) -> bool {
    node.descendants().take(MAX_BETWEEN * 2).any(|node| node.value().as_element().is_some_and(|it| it.name() == "sup"))
}

fn marks(node: NodeRef<'_, Node>) -> bool {
    Tree::short_text_of(node, MAX_MARK * 4).is_some_and(|text| is_mark(&text))
}

/// Whether a text is the mark of a note: `1`, `[12]`, `*`, `†`, `a`.
fn is_mark(text: &str) -> bool {
    let text = text.trim();
    let inner = text.trim_matches(['[', ']', '(', ')', '（', '）', '〔', '〕', '【', '】']);
    let is_sign = |c: char| c.is_ascii_digit() || matches!(c, '*' | '†' | '‡' | '§' | '‖' | '注');
    let is_letter = || matches!(inner.as_bytes(), [b'a'..=b'z' | b'A'..=b'Z']);
    !inner.is_empty() && text.chars().count() <= MAX_MARK && (inner.chars().all(is_sign) || is_letter())
}

/// What the mark of a note states of it in an attribute; `None` where it leads to a note of the page.
pub(super) fn stated_note(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> Option<String> {
    if !matches!(element.name(), "sup" | "a" | "span" | "button" | "abbr")
        || !has_class(element, |class| words.is_note_mark(class))
    {
        return None;
    }
    let inside = || node.descendants().take(MAX_BETWEEN * 4).filter_map(|node| node.value().as_element());
    let leads = |it: &Element| attribute(it, "href").is_some_and(|href| href.len() > 1 && href.starts_with('#'));
    if inside().any(leads) || node.ancestors().take(2).filter_map(|node| node.value().as_element()).any(leads) {
        return None;
    }
    let stated = |name: &String| inside().find_map(|it| attribute(it, name));
    let stated = words.note_attributes().iter().find_map(stated)?;
    let text = if stated.contains('<') { Tree::text_of(Tree::fragment(stated).0.root()) } else { stated.to_owned() };
    (count_letters(&text) >= MIN_STATED).then(|| text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The places of a page to which marks of notes lead.
#[derive(Debug, Default)]
pub struct CitedNotes<'t> {
    ids: HashSet<&'t str>,
}

impl<'t> CitedNotes<'t> {
    /// Those below the root of a page, in one walk.
    pub fn of(root: NodeRef<'t, Node>) -> Self {
        let elements = Walk::new(root).filter_map(|step| match step {
            Step::Enter(node) => Some((node, node.value().as_element()?)),
            Step::Leave(_) => None,
        });
        let marks = elements.filter_map(|(node, element)| {
            let id = attribute(element, "href").filter(|_| element.name() == "a")?.trim().strip_prefix('#')?;
            (!id.is_empty() && marks(node)).then_some(id)
        });
        Self { ids: marks.collect() }
    }

    /// Whether there is a mark that leads anywhere.
    pub fn has_any(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Whether a mark of a note leads to a place.
    pub fn cites(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Whether an element holds notes of the text: it is called a list of notes or a note, or most of what it says stands in
    /// places to which marks of notes outside of it lead.
    pub fn holds(&self, node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
        is_note_list(element, words) || is_inline_note(node, element, words) || self.are_most_of(node)
    }

    fn are_most_of(&self, node: NodeRef<'_, Node>) -> bool {
        if self.ids.is_empty() {
            return false;
        }
        let (mut letters, mut noted, mut cited) = (0, 0, HashSet::new());
        // The note entered, and what leads away from it.
        let (mut note, mut led) = (None, HashSet::new());
        for step in Walk::new(node).take(MAX_NODES) {
            match step {
                Step::Enter(below) => match below.value() {
                    Node::Text(text) => {
                        let count = count_letters(text);
                        letters += count;
                        noted += if note.is_some() { count } else { 0 };
                    }
                    Node::Element(element) => {
                        let id = attribute(element, "id").filter(|id| self.ids.contains(id));
                        if let Some(id) = id
                            && element.name() != "sup"
                        {
                            cited.insert(id);
                            note.get_or_insert(below.id());
                        }
                        led.extend(attribute(element, "href").and_then(|href| href.strip_prefix('#')));
                    }
                    _ => {}
                },
                Step::Leave(below) => {
                    note.take_if(|id| *id == below.id());
                }
            }
        }
        // Marks of a part that holds its own notes lead inside of it.
        noted * 2 > letters && cited.iter().any(|id| !led.contains(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn notes_are_what_marks_lead_to() {
        let cases = [
            ("<p>a<sup><a href='#n1'>1</a></sup></p><footer><ol><li id=n1>The old staff.</ol></footer>", true),
            ("<p>a<a href='#n1'>[1]</a></p><footer><p id=n1>The old staff.</p></footer>", true),
            ("<p>a<a href='#n1'>the staff</a></p><footer><p id=n1>The old staff.</p></footer>", false),
            ("<p>a</p><footer><p id=n1>The old staff.</p></footer>", false),
            ("<p>a<a href='#n1'>1</a></p><footer><p id=n1>1</p><p>The port of the island, 2024</p></footer>", false),
            ("<p>a</p><footer class='page footnotes'>The old staff.</footer>", true),
            ("<p>a</p><footer role=doc-endnotes>The old staff.</footer>", true),
            ("<footer><p>a<a href='#n1'>1</a></p><p id=n1>The old staff.</p></footer>", false),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let node = tree.first("footer").expect("a footer");
            let element = node.value().as_element().expect("an element");
            let rules = Rules::shipped();
            let words = &rules.words().blocks;
            assert_eq!(CitedNotes::of(tree.root()).holds(node, element, words), want, "{html}");
        }
    }

    #[test]
    fn a_mark_may_state_its_note() {
        let cases = [
            ("<sup class=footnote title='Measured on the old staff.'>1</sup>", Some("Measured on the old staff.")),
            (
                "<a class=fn href='javascript:;' data-footnote-content='<p>Measured <b>twice</b></p>'>1</a>",
                Some("Measured twice"),
            ),
            ("<sup class=footnote title='Measured on the old staff.'><a href='#n1'>1</a></sup>", None),
            ("<sup class=footnote title='Note 1'>1</sup>", None),
            ("<sup title='Measured on the old staff.'>1</sup>", None),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let found = tree
                .elements()
                .find_map(|(node, element)| stated_note(node, element, &Rules::shipped().words().blocks));
            assert_eq!(found.as_deref(), want, "{html}");
        }
    }
}

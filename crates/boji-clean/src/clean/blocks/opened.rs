//! What readers open: buttons that ask a question and the answers hidden behind them, buttons that are words of a sentence.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::{heading_level, is_folded};
use crate::parse::html::{Step, Tree, Walk, attribute, is_block};
use crate::rules::words::BlockWords;
use crate::text::count_letters;

/// Longest text of a button that asks something, and of a heading that holds one, in bytes.
const MAX_QUESTION: usize = 1_000;
/// Longest text beside a button that is read, in bytes.
const MAX_TEXT: usize = 400;
/// Fewest letters of an answer, and most nodes of one that are looked at.
const MIN_ANSWER: usize = 20;
const MAX_NODES: usize = 400;
/// Elements round a button, or an answer, that may hold nothing else, and those above it that may say what it is in.
const MAX_WRAPPERS: usize = 3;
const MAX_ABOVE: usize = 5;
/// Neighbours of a button that are looked at.
const MAX_BESIDE: usize = 16;

/// What a button is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ButtonRole {
    /// It works the page.
    Control,
    /// It names or asks what stands behind it, in a line of its own.
    Question,
    /// A word of the sentence in which it stands.
    Word,
}

impl ButtonRole {
    pub(super) fn of(button: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> Self {
        let text = Tree::short_text_of(button, MAX_QUESTION).unwrap_or_default();
        let text = text.trim();
        if count_letters(text) == 0 {
            return Self::Control;
        }
        if is_in_sentence(button) {
            return Self::Word;
        }
        let is_question = match title_round(button) {
            _ if is_control(text, words) || attribute(element, "aria-haspopup").is_some() => false,
            Some(title) => Tree::short_text_of(title, MAX_QUESTION)
                .is_some_and(|title| count_letters(text) * 2 > count_letters(&title)),
            None => opens_answer(button, element, text, words),
        };
        if is_question { Self::Question } else { Self::Control }
    }
}

/// What stands on a button that works the page; `None` for another one, and where it is no word.
pub(super) fn control(button: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> Option<String> {
    if ButtonRole::of(button, element, words) != ButtonRole::Control {
        return None;
    }
    let text = Tree::text_of(button).split_whitespace().collect::<Vec<_>>().join(" ");
    (count_letters(&text) > 0).then_some(text)
}

/// Whether an element says nothing but what a button in it asks, or is that button.
pub fn is_question(node: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    let elements = node.descendants().take(MAX_BESIDE).filter_map(|node| Some((node, node.value().as_element()?)));
    let mut buttons = elements.filter(|(_, element)| element.name() == "button");
    let Some((button, element)) = buttons.next() else { return false };
    let letters = |node| Tree::short_text_of(node, MAX_QUESTION).map(|text| count_letters(&text));
    ButtonRole::of(button, element, words) == ButtonRole::Question && letters(button) == letters(node)
}

/// Whether a hidden element is the answer to what stands right before it: a question, or what says that it opens this element.
pub(super) fn is_answer(panel: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let is_description = element.name() == "dd";
    let id = attribute(element, "id").unwrap_or_default();
    behind_or_before(panel, |node| node.prev_sibling()).is_some_and(|before| {
        let Some(text) = Tree::short_text_of(before, MAX_QUESTION) else { return false };
        let is_term = before.value().as_element().is_some_and(|it| it.name() == "dt");
        !is_control(&text, words)
            && ((is_description && is_term) || asks(&text) || opens(before, id, &text))
            && is_prose(panel)
    })
}

/// Whether a text ends as questions do; a sign of the button may stand behind it.
fn asks(text: &str) -> bool {
    let is_mark = |c: &char| matches!(c, '?' | '？');
    text.chars().rev().find(|c| c.is_alphanumeric() || is_mark(c)).is_some_and(|last| is_mark(&last))
}

fn is_control(text: &str, words: &BlockWords) -> bool {
    let is_sign = |c: char| !c.is_alphanumeric();
    words.is_button_control(&text.trim_matches(is_sign).to_lowercase())
}

/// Whether words stand on both sides of a button in its line, or some behind it at the head of a paragraph.
fn is_in_sentence(button: NodeRef<'_, Node>) -> bool {
    const WORDS: usize = 3;
    let is_line = |node: &NodeRef<'_, Node>| {
        node.value().as_element().is_none_or(|it| !is_block(it.name()) && !matches!(it.name(), "br" | "button"))
    };
    // What is longer has words.
    let text = |node: NodeRef<'_, Node>| Tree::short_text_of(node, MAX_TEXT).unwrap_or_else(|| "… … …".to_owned());
    let (mut before, mut behind) = (false, String::new());
    let mut node = button;
    for _ in 0..MAX_ABOVE {
        before |= node.prev_siblings().take(MAX_BESIDE).take_while(is_line).any(|it| !text(it).trim().is_empty());
        behind.extend(node.next_siblings().take(MAX_BESIDE).take_while(is_line).map(text));
        let Some(parent) = node.parent() else { return false };
        let Some(name) = parent.value().as_element().map(Element::name) else { return false };
        if is_block(name) {
            let may_begin = matches!(name, "p" | "li" | "dd" | "td" | "figcaption") || heading_level(name).is_some();
            let begins = || may_begin && behind.split_whitespace().nth(WORDS - 1).is_some();
            return !behind.trim().is_empty() && (before || begins());
        }
        node = parent;
    }
    false
}

/// The heading, or term of a list, that a button stands in.
fn title_round(button: NodeRef<'_, Node>) -> Option<NodeRef<'_, Node>> {
    let is_title = |node: &NodeRef<'_, Node>| {
        node.value().as_element().is_some_and(|it| heading_level(it.name()).is_some() || it.name() == "dt")
    };
    button.ancestors().take(MAX_ABOVE).find(is_title)
}

/// Whether a button has an answer behind it, and says so: by its words, by what it controls, by a class.
fn opens_answer(button: NodeRef<'_, Node>, element: &Element, text: &str, words: &BlockWords) -> bool {
    let says = || {
        ["aria-expanded", "aria-controls", "data-target", "data-bs-target"]
            .into_iter()
            .any(|name| attribute(element, name).is_some())
    };
    let is_in_list = || {
        let near = button.ancestors().take(MAX_ABOVE - MAX_WRAPPERS).chain([button]);
        near.filter_map(|node| node.value().as_element()).any(|it| is_folded(it, words))
    };
    let panel = behind_or_before(button, |node| node.next_sibling());
    (asks(text) || says() || is_in_list()) && panel.is_some_and(is_prose)
}

/// The element behind a node, or before it, by what `beside` gives; where there is none, that beside what holds nothing else.
fn behind_or_before<'a>(
    node: NodeRef<'a, Node>,
    beside: impl Fn(NodeRef<'a, Node>) -> Option<NodeRef<'a, Node>>,
) -> Option<NodeRef<'a, Node>> {
    let mut node = node;
    for _ in 0..MAX_WRAPPERS {
        let mut next = beside(node);
        for _ in 0..MAX_BESIDE {
            match next {
                Some(found) if found.value().is_element() => return Some(found),
                Some(found) if is_blank(found) => next = beside(found),
                Some(_) => return None,
                None => break,
            }
        }
        node = node.parent()?;
        if node.value().as_element().is_none_or(|it| matches!(it.name(), "body" | "article" | "main")) {
            return None;
        }
    }
    None
}

fn is_blank(node: NodeRef<'_, Node>) -> bool {
    node.value().as_text().is_none_or(|text| text.trim().is_empty())
}

/// Whether something in an element says that it opens the one with this id, or whatever stands behind it.
fn opens(before: NodeRef<'_, Node>, id: &str, text: &str) -> bool {
    // Whether it is all that the element says.
    let is_whole = |button: NodeRef<'_, Node>| count_letters(text) == count_letters(&Tree::text_of(button));
    Walk::new(before).take(MAX_BESIDE * 2).any(|step| {
        let Step::Enter(node) = step else { return false };
        let Some(element) = node.value().as_element() else { return false };
        let leads =
            |name| attribute(element, name).is_some_and(|value| !id.is_empty() && value.trim_start_matches('#') == id);
        ["aria-controls", "data-target", "data-bs-target", "href"].into_iter().any(leads)
            || (element.name() == "button"
                && attribute(element, "aria-haspopup").is_none()
                && (attribute(element, "aria-expanded").is_some() || is_whole(node)))
    })
}

/// Whether an element says something, and not in links.
fn is_prose(panel: NodeRef<'_, Node>) -> bool {
    let (mut letters, mut linked, mut links) = (0, 0, 0_usize);
    for step in Walk::new(panel).take(MAX_NODES) {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => {
                    let count = count_letters(text);
                    letters += count;
                    linked += if links > 0 { count } else { 0 };
                }
                Node::Element(element) if element.name() == "a" => links += 1,
                Node::Element(element) if matches!(element.name(), "form" | "nav") => return false,
                _ => {}
            },
            Step::Leave(node) => {
                links -= usize::from(links > 0 && node.value().as_element().is_some_and(|it| it.name() == "a"));
            }
        }
    }
    letters >= MIN_ANSWER && linked * 2 <= letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn a_button_is_a_question_a_word_or_a_control() {
        let answer = "<div>The door was shut, and nobody had the key to it.</div>";
        let cases = [
            ("<p>Press the <button>Save</button> key.</p>".to_owned(), ButtonRole::Word),
            ("<li><button>Save</button> writes the log to the disk</li>".to_owned(), ButtonRole::Word),
            ("<p>The tide is late. <button>Share</button></p>".to_owned(), ButtonRole::Control),
            ("<div><button>Share</button> 12</div>".to_owned(), ButtonRole::Control),
            (format!("<div><button>Who had the key?</button>{answer}</div>"), ButtonRole::Question),
            (
                format!("<div><span><button aria-expanded=false>The key</button></span>{answer}</div>"),
                ButtonRole::Question,
            ),
            (format!("<div class=accordion><button>The key</button>{answer}</div>"), ButtonRole::Question),
            (format!("<div><button>The key</button>{answer}</div>"), ButtonRole::Control),
            (format!("<div><button aria-expanded=false>Show more</button>{answer}</div>"), ButtonRole::Control),
            ("<h3><button>The key</button></h3>".to_owned(), ButtonRole::Question),
            ("<h3>The long way to the key <button>Copy link</button></h3>".to_owned(), ButtonRole::Control),
            (
                "<button aria-expanded=false>Islands</button><ul><li><a href=/a>The first island of all</a></ul>"
                    .to_owned(),
                ButtonRole::Control,
            ),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(&html);
            let button = tree.first("button").expect("a button");
            let element = button.value().as_element().expect("an element");
            assert_eq!(ButtonRole::of(button, element, &Rules::shipped().words().blocks), want, "{html}");
        }
    }
}

use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

use super::chrome::{Chrome, Hint};
use super::tag::Tag;
use crate::clean::blocks::{is_block, is_hidden, is_silent};
use crate::parse::html::{Step, Tree, Walk, attribute};

/// Shortest run of text, in weighted characters, that counts as prose.
const MIN_PROSE: u32 = 50;
/// Share of a run that may be link text for it to be prose.
const MAX_PROSE_LINKS: f64 = 0.5;
/// The hash of no text. Not 0, so that a box has another hash than its only child.
const NO_TEXT: u64 = 1;
/// A Chinese character says as much as this many Latin letters.
const WIDE_WEIGHT: u32 = 3;

/// What was measured of one element, in weighted characters, all below it included.
#[derive(Clone, Debug)]
pub(super) struct Measure {
    pub id: NodeId,
    /// Index of the parent; the root's is its own.
    pub parent: usize,
    /// Index behind the last element below this one; that of the next element under the same parent, if there is one.
    pub end: usize,
    /// Index of the element before it under the same parent; its own when it is the first.
    pub before: usize,
    /// Paragraphs of prose right below it.
    pub flow: u32,
    /// Those right below its parent that stand before it.
    pub flow_before: u32,
    pub tag: Tag,
    /// A hash of the class attribute, 0 for none.
    pub names: u64,
    /// Text.
    pub text: u32,
    /// Text in links.
    pub links: u32,
    /// Text in runs that read like prose.
    pub prose: u32,
    /// Headings.
    pub headings: u32,
    /// Headings that are links to other pages.
    pub linked_headings: u32,
    /// Titles of the first level.
    pub titles: u32,
    /// Prose below elements that are marked as the body of an article, itself apart.
    pub bodies: u32,
    /// A hash of the text, in its order.
    pub hash: u64,
    /// Hint of class and id, and of tag, role and itemprop.
    pub hint: Hint,
    /// The hint comes from the markup's own meaning, not from a class word.
    pub is_plain: bool,
    /// Not to be read in any case: hidden, a control.
    pub silent: bool,
}

/// The measures of every element of a tree, in reading order, parents before children.
#[derive(Debug, Default)]
pub(super) struct Measures {
    pub all: Vec<Measure>,
    /// The page says that it consists of what its readers wrote.
    pub is_discussion: bool,
}

/// The run of text between two borders of blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    text: u32,
    links: u32,
    /// Text in links to other pages.
    outward: u32,
}

/// What one walk carries along.
#[derive(Debug, Default)]
struct Survey {
    found: Measures,
    open: Vec<usize>,
    /// The last element entered right below each open one.
    last: Vec<usize>,
    boxes: Vec<usize>,
    anchors: u32,
    /// The last link opened leads to a place of the same page.
    is_inner: bool,
    run: Run,
    /// Hints by the hash of their class or id attribute: a page repeats few of them.
    known: HashMap<u64, Hint>,
}

/// Measures everything below `root` in one pass.
pub(super) fn measure(root: NodeRef<'_, Node>, chrome: &Chrome) -> Measures {
    let mut survey = Survey::default();
    let mut walk = Walk::new(root);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => survey.text(text),
                Node::Element(element) if survey.enter(node.id(), element, chrome) => walk.skip_children(),
                _ => {}
            },
            Step::Leave(node) => {
                if let Node::Element(element) = node.value() {
                    survey.leave(element);
                }
            }
        }
    }
    survey.found
}

impl Survey {
    fn text(&mut self, text: &str) {
        let weight = weigh(text);
        if weight > 0 {
            self.run.text += weight;
            self.run.links += if self.anchors > 0 { weight } else { 0 };
            self.run.outward += if self.anchors > 0 && !self.is_inner { weight } else { 0 };
            self.found.mix(self.open.last(), fingerprint(text.trim()));
        }
    }

    /// Begins an element; true when nothing below it is read.
    fn enter(&mut self, id: NodeId, element: &Element, chrome: &Chrome) -> bool {
        let tag = Tag::of(element.name());
        let block = is_block(element.name());
        if block {
            self.found.end_run(&mut self.run, &self.boxes);
        }
        let index = self.found.all.len();
        let silent = index > 0 && (is_silent(element.name()) || is_hidden(element));
        let class = attribute(element, "class").map_or(0, fingerprint);
        let before = self.last.last_mut().map_or(index, |last| std::mem::replace(last, index));
        let flow_before = self.open.last().and_then(|parent| self.found.get(*parent)).map_or(0, |parent| parent.flow);
        let (hint, is_plain) = if silent { (Hint::None, false) } else { self.hint(element, tag, class, chrome) };
        self.found.all.push(Measure {
            id,
            parent: self.open.last().copied().unwrap_or(0),
            end: index + 1,
            before,
            flow: 0,
            flow_before,
            tag,
            names: class,
            text: 0,
            links: 0,
            prose: 0,
            headings: 0,
            linked_headings: 0,
            titles: 0,
            bodies: 0,
            hash: NO_TEXT,
            hint,
            is_plain,
            silent,
        });
        self.open.push(index);
        // None yet: the first child finds itself here.
        self.last.push(index + 1);
        if block {
            self.boxes.push(index);
        }
        if tag == Tag::Anchor {
            self.anchors += 1;
            self.is_inner = attribute(element, "href").is_none_or(|href| href.starts_with('#'));
        }
        silent
    }

    fn leave(&mut self, element: &Element) {
        if is_block(element.name()) {
            self.found.end_run(&mut self.run, &self.boxes);
            self.boxes.pop();
        }
        if let Some(index) = self.open.pop() {
            self.last.pop();
            self.found.add_to_parent(index);
        }
        self.anchors -= u32::from(element.name() == "a");
    }

    /// What an element says of itself, and whether by the meaning of its markup.
    fn hint(&mut self, element: &Element, tag: Tag, class: u64, chrome: &Chrome) -> (Hint, bool) {
        if element.attrs.is_empty() {
            let hint = tag.hint();
            return (hint, hint != Hint::None);
        }
        let of_class = if class == 0 { Hint::None } else { self.named(element, "class", class, chrome) };
        let of_id = attribute(element, "id").map_or(0, fingerprint);
        let of_id = if of_id == 0 { Hint::None } else { self.named(element, "id", of_id, chrome) };
        let role = by_role(attribute(element, "role").unwrap_or_default());
        let item = by_item(attribute(element, "itemprop").unwrap_or_default());
        if attribute(element, "itemtype").is_some_and(|it| chrome.is_discussion(it)) {
            self.found.is_discussion = true;
        }
        if item == Hint::Body {
            return (item, true);
        }
        // A block with this mark may be the closed panel of an accordion.
        if attribute(element, "aria-hidden") == Some("true") && tag.is_inline_text() {
            return (Hint::Chrome, true);
        }
        let names = if tag == Tag::Body { Hint::None } else { of_class.max(of_id) };
        let meaning = tag.hint().max(role).max(item);
        (meaning.max(names), meaning >= names && meaning != Hint::None)
    }

    fn named(&mut self, element: &Element, key: &str, hash: u64, chrome: &Chrome) -> Hint {
        *self.known.entry(hash).or_insert_with(|| chrome.hint(attribute(element, key).unwrap_or_default()))
    }
}

impl Measure {
    /// A paragraph of prose.
    fn is_flow(&self) -> bool {
        self.tag == Tag::Paragraph && self.prose > 0 && self.links * 2 < self.text
    }
}

impl Measures {
    fn end_run(&mut self, run: &mut Run, boxes: &[usize]) {
        let ended = std::mem::take(run);
        if ended.text == 0 {
            return;
        }
        let Some(owner) = boxes.last().and_then(|index| self.all.get_mut(*index)) else { return };
        owner.text += ended.text;
        owner.links += ended.links;
        let linked = f64::from(ended.links) / f64::from(ended.text);
        if owner.tag == Tag::Title {
            owner.titles += 1;
        } else if owner.tag == Tag::Heading {
            owner.headings += 1;
            owner.linked_headings += u32::from(f64::from(ended.outward) > f64::from(ended.text) * 0.8);
        } else if ended.text >= MIN_PROSE && linked < MAX_PROSE_LINKS {
            owner.prose += ended.text - ended.links;
        }
    }

    fn mix(&mut self, index: Option<&usize>, hash: u64) {
        if let Some(measure) = index.and_then(|index| self.all.get_mut(*index)) {
            measure.hash = (measure.hash ^ hash).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        }
    }

    fn add_to_parent(&mut self, index: usize) {
        let end = self.all.len();
        let Some(child) = self.all.get_mut(index) else { return };
        child.end = end;
        let child = child.clone();
        if child.parent == index {
            return;
        }
        if child.hash != NO_TEXT {
            self.mix(Some(&child.parent), child.hash);
        }
        if let Some(parent) = self.all.get_mut(child.parent) {
            parent.text += child.text;
            parent.links += child.links;
            parent.prose += child.prose;
            parent.headings += child.headings;
            parent.linked_headings += child.linked_headings;
            parent.titles += child.titles;
            parent.flow += u32::from(child.is_flow());
            parent.bodies += if child.hint == Hint::Body { child.prose } else { child.bodies };
        }
    }

    /// The measure at an index.
    pub fn get(&self, index: usize) -> Option<&Measure> {
        self.all.get(index)
    }

    /// The element before one under the same parent, and the one behind it.
    pub fn beside(&self, index: usize) -> (Option<&Measure>, Option<&Measure>) {
        let Some(measure) = self.get(index) else { return (None, None) };
        let before = (measure.before < index).then(|| self.get(measure.before)).flatten();
        (before, self.get(measure.end).filter(|next| next.parent == measure.parent))
    }

    /// Indices of the elements right below one.
    pub fn children(&self, index: usize) -> impl Iterator<Item = usize> {
        let end = self.all.get(index).map_or(0, |measure| measure.end);
        let mut next = index + 1;
        std::iter::from_fn(move || {
            let child = (next < end).then_some(next)?;
            next = self.all.get(child).map_or(end, |measure| measure.end);
            Some(child)
        })
    }
}

/// Elements with the same classes are of one kind, elements with the same text are copies: a quick hash for both, never
/// stored. 0 for no text.
pub(super) fn fingerprint(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let mut hash = text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let word = chunk.iter().rev().fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    hash | 1
}

/// The number of characters but white space; Chinese ones weigh more.
pub(super) fn weigh(text: &str) -> u32 {
    if text.is_ascii() {
        return text.bytes().map(|byte| u32::from(!byte.is_ascii_whitespace())).sum();
    }
    text.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| if u32::from(character) >= 0x2E80 { WIDE_WEIGHT } else { 1 })
        .sum()
}

fn by_role(role: &str) -> Hint {
    match role {
        "navigation" | "banner" | "contentinfo" | "complementary" | "search" | "dialog" | "alertdialog" | "alert"
        | "menu" | "menubar" | "toolbar" | "tooltip" => Hint::Chrome,
        "article" | "main" => Hint::Body,
        _ => Hint::None,
    }
}

fn by_item(item: &str) -> Hint {
    match item {
        "articleBody" | "text" => Hint::Body,
        "comment" | "suggestedAnswer" => Hint::Comments,
        "author" | "publisher" | "datePublished" | "dateModified" | "breadcrumb" => Hint::Chrome,
        _ => Hint::None,
    }
}

/// A step of a path for `explain`: the tag with its id or first class.
pub(super) fn step_name(tree: &Tree, id: NodeId) -> String {
    let Some(element) = tree.node(id).and_then(|node| node.value().as_element()) else { return String::new() };
    let word = |name| attribute(element, name).and_then(|value| value.split_ascii_whitespace().next());
    match (word("id"), word("class")) {
        (Some(id), _) => format!("{}#{id}", element.name()),
        (None, Some(class)) => format!("{}.{class}", element.name()),
        (None, None) => element.name().to_owned(),
    }
}

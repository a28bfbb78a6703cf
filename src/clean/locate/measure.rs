use std::collections::HashMap;

use ego_tree::{NodeId, NodeRef};
use scraper::Node;
use scraper::node::Element;

use super::chrome::{Chrome, Hint};
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
    /// Index behind the last element below this one.
    pub end: usize,
    pub name: &'static str,
    /// A hash of the class attribute.
    pub names: u64,
    /// Text.
    pub text: u32,
    /// Text in links.
    pub links: u32,
    /// Text in runs that read like prose.
    pub prose: u32,
    /// A hash of the text, in its order.
    pub hash: u64,
    /// Hint of tag, role, class and id.
    pub hint: Hint,
    /// Not to be read in any case: hidden, a control.
    pub silent: bool,
}

/// The measures of every element of a tree, in reading order, parents before children.
#[derive(Debug, Default)]
pub(super) struct Measures {
    pub all: Vec<Measure>,
    pub index: HashMap<NodeId, usize>,
}

/// The run of text between two borders of blocks.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    text: u32,
    links: u32,
}

/// Measures everything below `root` in one pass.
pub(super) fn measure(root: NodeRef<'_, Node>, chrome: &Chrome) -> Measures {
    let mut found = Measures::default();
    let mut open: Vec<usize> = Vec::new();
    let mut boxes: Vec<usize> = Vec::new();
    let mut anchors = 0_u32;
    let mut run = Run::default();
    let mut walk = Walk::new(root);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => {
                    let weight = weigh(text);
                    run.text += weight;
                    run.links += if anchors > 0 { weight } else { 0 };
                    if weight > 0 {
                        found.mix(open.last(), fingerprint(text.trim()));
                    }
                }
                Node::Element(element) => {
                    let name = known_name(element.name());
                    let block = is_block(element.name());
                    if block {
                        found.end_run(&mut run, &boxes);
                    }
                    let parent = open.last().copied().unwrap_or(0);
                    let silent = node.id() != root.id() && (is_silent(element.name()) || is_hidden(element));
                    let hint = if silent { Hint::None } else { hint(element, chrome) };
                    let index = found.all.len();
                    let id = node.id();
                    let names = attribute(element, "class").map_or(0, fingerprint);
                    found.index.insert(id, index);
                    found.all.push(Measure {
                        id,
                        parent,
                        end: index + 1,
                        name,
                        names,
                        text: 0,
                        links: 0,
                        prose: 0,
                        hash: NO_TEXT,
                        hint,
                        silent,
                    });
                    open.push(index);
                    if block {
                        boxes.push(index);
                    }
                    anchors += u32::from(name == "a");
                    if silent {
                        walk.skip_children();
                    }
                }
                _ => {}
            },
            Step::Leave(node) => {
                let Node::Element(element) = node.value() else { continue };
                if is_block(element.name()) {
                    found.end_run(&mut run, &boxes);
                    boxes.pop();
                }
                anchors -= u32::from(element.name() == "a");
                if let Some(index) = open.pop() {
                    found.add_to_parent(index);
                }
            }
        }
    }
    found
}

impl Measures {
    fn end_run(&mut self, run: &mut Run, boxes: &[usize]) {
        let ended = std::mem::take(run);
        let Some(owner) = boxes.last().and_then(|index| self.all.get_mut(*index)) else { return };
        owner.text += ended.text;
        owner.links += ended.links;
        let linked = f64::from(ended.links) / f64::from(ended.text.max(1));
        if ended.text >= MIN_PROSE && linked < MAX_PROSE_LINKS && !owner.name.starts_with('h') {
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
        let (text, links, prose, hash, parent) = (child.text, child.links, child.prose, child.hash, child.parent);
        if parent != index && hash != NO_TEXT {
            self.mix(Some(&parent), hash);
        }
        if parent != index
            && let Some(parent) = self.all.get_mut(parent)
        {
            parent.text += text;
            parent.links += links;
            parent.prose += prose;
        }
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

/// FNV-1a: elements with the same classes are of one kind, elements with the same text are copies.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The number of characters but white space; Chinese ones weigh more.
pub(super) fn weigh(text: &str) -> u32 {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .map(|character| if u32::from(character) >= 0x2E80 { WIDE_WEIGHT } else { 1 })
        .sum()
}

fn hint(element: &Element, chrome: &Chrome) -> Hint {
    let name = element.name();
    let by_tag = match name {
        "nav" | "aside" | "footer" | "dialog" => Hint::Chrome,
        "article" | "main" => Hint::Body,
        _ => Hint::None,
    };
    let by_role = match attribute(element, "role").unwrap_or_default() {
        "navigation" | "banner" | "contentinfo" | "complementary" | "search" | "dialog" | "alertdialog" | "alert"
        | "menu" | "menubar" | "toolbar" | "tooltip" => Hint::Chrome,
        "article" | "main" => Hint::Body,
        _ => Hint::None,
    };
    let by_item = match attribute(element, "itemprop").unwrap_or_default() {
        "articleBody" | "text" => return Hint::Body,
        "author" | "publisher" | "datePublished" | "dateModified" | "breadcrumb" | "comment" => Hint::Chrome,
        _ => Hint::None,
    };
    // A block with this mark may be the closed panel of an accordion.
    if attribute(element, "aria-hidden") == Some("true") && name != "img" && !is_block(name) {
        return Hint::Chrome;
    }
    if matches!(name, "html" | "body" | "p" | "b" | "strong" | "em" | "i" | "img" | "br") {
        return by_role.max(by_item);
    }
    let by_class = attribute(element, "class").map_or(Hint::None, |class| chrome.hint(class));
    let by_id = attribute(element, "id").map_or(Hint::None, |id| chrome.hint(id));
    by_tag.max(by_role).max(by_item).max(by_class).max(by_id)
}

/// The names that choosing and trimming ask for; others are one.
fn known_name(name: &str) -> &'static str {
    const NAMES: [&str; 28] = [
        "html",
        "body",
        "div",
        "section",
        "article",
        "main",
        "td",
        "tr",
        "tbody",
        "table",
        "form",
        "center",
        "p",
        "ul",
        "ol",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "a",
        "header",
        "footer",
        "blockquote",
        "pre",
        "span",
    ];
    NAMES.into_iter().find(|known| *known == name).unwrap_or("other")
}

/// Where a path for `explain` comes from: the tag with its id or first class.
pub(super) fn step_name(tree: &Tree, id: NodeId) -> String {
    let Some(element) = tree.node(id).and_then(|node| node.value().as_element()) else { return String::new() };
    let word = |name| attribute(element, name).and_then(|value| value.split_ascii_whitespace().next());
    match (word("id"), word("class")) {
        (Some(id), _) => format!("{}#{id}", element.name()),
        (None, Some(class)) => format!("{}.{class}", element.name()),
        (None, None) => element.name().to_owned(),
    }
}

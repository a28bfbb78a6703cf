use std::collections::HashMap;

use ego_tree::NodeRef;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

use super::measure::{Measure, Measures, NO_TEXT, Run, Tag, fingerprint, weigh};
use super::slug;
use crate::clean::address::is_picture;
use crate::clean::blocks::{is_hidden, is_silent};
use crate::parse::html::{Step, Walk, is_block, tag_name};
use crate::rules::words::{ChromeWords, Hint, Words};

/// What one walk carries along.
#[derive(Debug, Default)]
struct Survey {
    found: Measures,
    open: Vec<usize>,
    /// The last element entered right below each open one.
    last: Vec<usize>,
    boxes: Vec<usize>,
    anchors: u32,
    /// Open listings: what stands in one is coloured by its class words.
    listings: u32,
    /// Open figures.
    figures: u32,
    /// The last link opened leads to a place of the same page.
    is_inner: bool,
    run: Run,
    /// Named elements inside of the open run of text, none inside of another.
    named: Vec<Named>,
    /// Hints by the hash of their class attribute: a page repeats few of them.
    classes: HashMap<u64, Hint>,
    /// Hints by the hash of their id.
    id_hints: HashMap<u64, Hint>,
}

/// An element inside of a run of text whose names say that it is no text.
#[derive(Debug)]
struct Named {
    index: usize,
    /// The text of the run before it, and that in it once it has ended.
    before: u32,
    text: Option<u32>,
}

/// Least text beside the named elements of a run, in weighted characters, for them to be parts of a sentence: what tells day
/// and author of a post says less.
const MIN_SENTENCE: u32 = 12;

/// Measures everything below `root` in one pass.
pub(super) fn measure(root: NodeRef<'_, Node>, words: &Words) -> Measures {
    let mut survey = Survey::default();
    // About half of the nodes are elements: growing, the list would be copied a dozen times.
    survey.found.all.reserve(root.tree().values().len() / 2);
    let mut walk = Walk::new(root);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => survey.text(text),
                Node::Element(element) if survey.enter(node, element, words) => walk.skip_children(),
                _ => {}
            },
            Step::Leave(node) => {
                if let Node::Element(element) = node.value() {
                    survey.leave(element);
                }
            }
        }
    }
    // A paragraph below another ends before it.
    survey.found.link_lines.sort_unstable();
    survey.found.settle_articles();
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
    fn enter(&mut self, node: NodeRef<'_, Node>, element: &Element, words: &Words) -> bool {
        let name = tag_name(element);
        let tag = if name == "footer" && is_attribution(node) { Tag::Paragraph } else { Tag::of(name) };
        let block = is_block(name);
        if block {
            self.end_run();
        }
        let index = self.found.all.len();
        let silent = index > 0 && (is_silent(name) || is_hidden(node, element, &words.blocks));
        let said = Said::of(element);
        let class = fingerprint(said.class);
        let before = self.last.last_mut().map_or(index, |last| std::mem::replace(last, index));
        let flow_before = self.open.last().and_then(|parent| self.found.get(*parent)).map_or(0, |parent| parent.flow);
        let (hint, is_plain) = if silent { (Hint::None, false) } else { self.hint(&said, tag, class, &words.chrome) };
        let is_by_id = !is_plain && hint > Hint::Body && self.of_class(said.class, class, &words.chrome) < hint;
        self.found.all.push(Measure {
            id: node.id(),
            parent: self.open.last().copied().unwrap_or(0),
            end: index + 1,
            before,
            flow: 0,
            flow_before,
            tag,
            names: class,
            text: 0,
            own: 0,
            links: 0,
            prose: 0,
            headings: 0,
            linked_headings: 0,
            titles: 0,
            linked_titles: 0,
            enlargements: u32::from(
                tag == Tag::Anchor && said.href.is_some_and(|href| is_picture(href, &words.addresses)),
            ),
            bodies: 0,
            listed: 0,
            controls: u32::from(is_control(name)),
            is_slug: is_by_id && slug::is_of_own_heading(node, said.id),
            is_noted: false,
            in_sentence: false,
            in_caption: self.figures > 0,
            hash: NO_TEXT,
            hint,
            is_plain,
            silent,
        });
        match hint {
            Hint::Body => self.found.bodies.push(index),
            Hint::Comments => self.found.comments.push(index),
            Hint::Card => self.found.cards.push(index),
            Hint::None | Hint::Note | Hint::Lead | Hint::Chrome | Hint::Unseen => {}
        }
        if tag == Tag::Article {
            self.found.articles.push(index);
        }
        self.open.push(index);
        // None yet: the first child finds itself here.
        self.last.push(index + 1);
        if block {
            self.boxes.push(index);
        }
        self.listings += u32::from(is_listing(name));
        self.figures += u32::from(name == "figure");
        if tag == Tag::Anchor {
            self.anchors += 1;
            self.is_inner = said.href.is_none_or(|href| href.starts_with('#'));
            self.found.has_inner_links |= said.href.is_some_and(|href| href.len() > 1 && href.starts_with('#'));
        }
        let is_named = !is_plain && matches!(hint, Hint::Chrome | Hint::Comments);
        if tag.is_inline_text() && is_named && self.named.last().is_none_or(|it| it.text.is_some()) {
            self.named.push(Named { index, before: self.run.text, text: None });
        }
        silent
    }

    /// Gives the run that has ended to its block.
    fn end_run(&mut self) {
        let own = |it: &Named| it.text.unwrap_or_else(|| self.run.text.saturating_sub(it.before));
        let beside = self.run.text.saturating_sub(self.named.iter().map(own).sum());
        for named in self.named.drain(..) {
            if let Some(measure) = self.found.all.get_mut(named.index) {
                measure.in_sentence = beside >= MIN_SENTENCE && !measure.in_caption;
            }
        }
        self.run.is_listing = self.listings > 0;
        self.found.end_run(&mut self.run, &self.boxes);
    }

    fn leave(&mut self, element: &Element) {
        let name = tag_name(element);
        if is_block(name) {
            self.end_run();
            self.boxes.pop();
        }
        if let Some(index) = self.open.pop() {
            if let Some(named) = self.named.last_mut().filter(|it| it.index == index) {
                named.text = Some(self.run.text.saturating_sub(named.before));
            }
            self.last.pop();
            self.found.add_to_parent(index);
        }
        self.anchors -= u32::from(name == "a");
        self.listings -= u32::from(is_listing(name));
        self.figures -= u32::from(name == "figure");
    }

    /// What an element says of itself, and whether by the meaning of its markup.
    fn hint(&mut self, said: &Said, tag: Tag, class: u64, chrome: &ChromeWords) -> (Hint, bool) {
        if said.is_nothing {
            let hint = tag.hint();
            return (hint, hint != Hint::None);
        }
        if self.listings > 0 {
            return (Hint::None, false);
        }
        let of_class = self.of_class(said.class, class, chrome);
        let of_id = if tag.is_heading() { Hint::None } else { self.of_id(said.id, chrome) };
        let role = by_role(said.role);
        let item = by_item(said.itemprop);
        if !said.itemtype.is_empty() && chrome.is_discussion(said.itemtype) {
            self.found.is_discussion = true;
        }
        if item == Hint::Body {
            return (item, true);
        }
        // A block with this mark may be the closed panel of an accordion.
        if said.aria_hidden == "true" && tag.is_inline_text() {
            return (Hint::Chrome, true);
        }
        let names = if tag == Tag::Body { Hint::None } else { of_class.max(of_id) };
        let is_note = tag == Tag::Aside && names == Hint::Note;
        let meaning = if is_note { role.max(item) } else { tag.hint().max(role).max(item) };
        (meaning.max(names), meaning >= names && meaning != Hint::None)
    }

    fn of_class(&mut self, class: &str, hash: u64, chrome: &ChromeWords) -> Hint {
        if class.is_empty() { Hint::None } else { *self.classes.entry(hash).or_insert_with(|| chrome.hint(class)) }
    }

    fn of_id(&mut self, id: &str, chrome: &ChromeWords) -> Hint {
        if id.is_empty() {
            Hint::None
        } else {
            *self.id_hints.entry(fingerprint(id)).or_insert_with(|| chrome.hint_of_id(id))
        }
    }
}

/// What the attributes of an element say about it, read in one pass; "" for what it does not have.
#[derive(Debug, Default)]
struct Said<'a> {
    class: &'a str,
    id: &'a str,
    role: &'a str,
    itemprop: &'a str,
    itemtype: &'a str,
    aria_hidden: &'a str,
    href: Option<&'a str>,
    /// It has no attribute.
    is_nothing: bool,
}

impl<'a> Said<'a> {
    fn of(element: &'a Element) -> Self {
        let mut said = Self { is_nothing: element.attrs.is_empty(), ..Self::default() };
        for (name, value) in &element.attrs {
            match name.local {
                local_name!("class") => said.class = value,
                local_name!("id") => said.id = value,
                local_name!("role") => said.role = value,
                local_name!("itemprop") => said.itemprop = value,
                local_name!("itemtype") => said.itemtype = value,
                local_name!("aria-hidden") => said.aria_hidden = value,
                local_name!("href") => said.href = Some(value),
                _ => {}
            }
        }
        said
    }
}

fn is_control(name: &str) -> bool {
    matches!(name, "form" | "input" | "select" | "textarea" | "button")
}

/// Who said it stands in the footer of a quotation.
fn is_attribution(footer: NodeRef<'_, Node>) -> bool {
    footer.parent().and_then(|parent| parent.value().as_element()).is_some_and(|it| it.name() == "blockquote")
}

fn is_listing(name: &str) -> bool {
    matches!(name, "pre" | "code")
}

fn by_role(role: &str) -> Hint {
    match role {
        "navigation" | "banner" | "contentinfo" | "complementary" | "search" | "dialog" | "alertdialog" | "menu"
        | "menubar" | "toolbar" | "tooltip" => Hint::Chrome,
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

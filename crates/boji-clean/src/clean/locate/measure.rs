use ego_tree::NodeId;

use crate::parse::html::{Tree, attribute};
use crate::rules::words::Hint;

/// The elements that locating tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Tag {
    Anchor,
    Article,
    Aside,
    Body,
    Cell,
    Division,
    Footer,
    Header,
    Heading,
    /// Bold, italic and other runs inside of a paragraph.
    Inline,
    /// An item of a list, a definition.
    Item,
    List,
    Main,
    Navigation,
    Other,
    Paragraph,
    Quote,
    Span,
    Table,
    /// A title of the first level.
    Title,
}

impl Tag {
    pub(super) fn of(name: &str) -> Self {
        match name {
            "a" => Self::Anchor,
            "article" => Self::Article,
            "aside" => Self::Aside,
            "html" | "body" => Self::Body,
            "td" | "tr" | "tbody" => Self::Cell,
            "div" | "section" | "form" | "center" => Self::Division,
            "footer" => Self::Footer,
            "header" => Self::Header,
            "h1" => Self::Title,
            "h2" | "h3" | "h4" | "h5" | "h6" => Self::Heading,
            "b" | "strong" | "em" | "i" | "small" | "u" | "font" | "cite" | "time" | "label" => Self::Inline,
            "li" | "dt" | "dd" => Self::Item,
            "ul" | "ol" => Self::List,
            "main" => Self::Main,
            "nav" | "dialog" => Self::Navigation,
            "p" => Self::Paragraph,
            "blockquote" | "pre" | "figure" => Self::Quote,
            "span" => Self::Span,
            "table" => Self::Table,
            _ => Self::Other,
        }
    }

    /// What the element means by itself.
    pub(super) fn hint(self) -> Hint {
        match self {
            Self::Navigation | Self::Aside | Self::Footer => Hint::Chrome,
            Self::Article | Self::Main => Hint::Body,
            _ => Hint::None,
        }
    }

    /// True when it can hold a whole article.
    pub(super) fn is_box(self) -> bool {
        matches!(
            self,
            Self::Article
                | Self::Body
                | Self::Cell
                | Self::Division
                | Self::Item
                | Self::Main
                | Self::Other
                | Self::Span
                | Self::Table
        )
    }

    /// True for what the text of an article flows in.
    pub(super) fn is_flow(self) -> bool {
        matches!(self, Self::Paragraph | Self::Heading | Self::List | Self::Quote)
    }

    /// True for headings of any level.
    pub(super) fn is_heading(self) -> bool {
        matches!(self, Self::Heading | Self::Title)
    }

    /// True for runs of text that are no block.
    pub(super) fn is_inline_text(self) -> bool {
        matches!(self, Self::Anchor | Self::Inline | Self::Span)
    }
}

/// Less prose than this, in weighted characters, is no article.
pub(super) const MIN_ARTICLE: u32 = 200;
/// Less prose than this is none, even where the page marks its body.
pub(super) const MIN_BODY: u32 = 100;
/// Longest paragraph, in weighted characters, that a class word makes page chrome.
pub(super) const MAX_CHROME_PARAGRAPH: u32 = 400;
/// How many elements above the root its title is looked for.
const MAX_TITLE_LEVELS: usize = 12;
/// Shortest run of text, in weighted characters, that counts as prose.
const MIN_PROSE: u32 = 50;
/// Share of a run that may be link text for it to be prose.
const MAX_PROSE_LINKS: f64 = 0.5;
/// Least text of a paragraph that can be the title of another article.
const MIN_LINE: u32 = 25;
/// The hash of no text. Not 0, so that a box has another hash than its only child.
pub(super) const NO_TEXT: u64 = 1;
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
    /// Text of runs right in it.
    pub own: u32,
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
    /// Titles of the first level that are links to other pages.
    pub linked_titles: u32,
    /// Prose below elements that are marked as the body of an article, itself apart.
    pub bodies: u32,
    /// Links to the file of a picture.
    pub enlargements: u32,
    /// Text in listings.
    pub listed: u32,
    /// Fields and buttons.
    pub controls: u32,
    /// The hint is that of an id which was made from the element's own heading.
    pub is_slug: bool,
    /// It is a note of the text, or holds such.
    pub is_noted: bool,
    /// A run inside of a block that says more than it.
    pub in_sentence: bool,
    /// It stands in a figure.
    pub in_caption: bool,
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
    /// Those whose hint is [`Hint::Body`].
    pub bodies: Vec<usize>,
    /// Those whose hint is [`Hint::Comments`].
    pub comments: Vec<usize>,
    /// Those whose hint is [`Hint::Card`].
    pub cards: Vec<usize>,
    /// The `article` elements.
    pub articles: Vec<usize>,
    /// The first and the last of them that hold a whole text.
    pub whole_articles: Option<(usize, usize)>,
    /// Paragraphs that are nothing but links.
    pub link_lines: Vec<usize>,
    /// A link leads to a place of the same page.
    pub has_inner_links: bool,
    /// The page says that it consists of what its readers wrote.
    pub is_discussion: bool,
}

/// The run of text between two borders of blocks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Run {
    pub text: u32,
    pub links: u32,
    /// Text in links to other pages.
    pub outward: u32,
    /// It stands in a listing.
    pub is_listing: bool,
}

impl Measure {
    /// A paragraph that is nothing but links.
    fn is_link_line(&self) -> bool {
        self.tag == Tag::Paragraph && self.text >= MIN_LINE && self.links * 20 >= self.text * 19
    }

    /// A paragraph of prose.
    fn is_flow(&self) -> bool {
        self.tag == Tag::Paragraph && self.prose > 0 && self.links * 2 < self.text
    }
}

impl Measures {
    /// Gives a run that has ended to the innermost block.
    pub(super) fn end_run(&mut self, run: &mut Run, boxes: &[usize]) {
        let ended = std::mem::take(run);
        if ended.text == 0 {
            return;
        }
        let Some(owner) = boxes.last().and_then(|index| self.all.get_mut(*index)) else { return };
        owner.text += ended.text;
        owner.own += ended.text;
        owner.links += ended.links;
        owner.listed += if ended.is_listing { ended.text } else { 0 };
        let linked = f64::from(ended.links) / f64::from(ended.text);
        let is_outward = f64::from(ended.outward) > f64::from(ended.text) * 0.8;
        if owner.tag == Tag::Title {
            owner.titles += 1;
            owner.linked_titles += u32::from(is_outward);
        } else if owner.tag == Tag::Heading {
            owner.headings += 1;
            owner.linked_headings += u32::from(is_outward);
        } else if ended.text >= MIN_PROSE && linked < MAX_PROSE_LINKS {
            owner.prose += ended.text - ended.links;
        }
    }

    /// Finds which of the `article` elements hold a whole text, once all is measured.
    pub(super) fn settle_articles(&mut self) {
        let is_whole = |it: &Measure| it.prose >= MIN_ARTICLE && it.links * 4 <= it.text;
        let mut whole = self.articles.iter().copied().filter(|index| self.get(*index).is_some_and(is_whole));
        let first = whole.next();
        self.whole_articles = first.map(|first| (first, whole.next_back().unwrap_or(first)));
    }

    /// Mixes a text into the hash of an element.
    pub(super) fn mix(&mut self, index: Option<&usize>, hash: u64) {
        if let Some(measure) = index.and_then(|index| self.all.get_mut(*index)) {
            measure.hash = (measure.hash ^ hash).wrapping_mul(0x0100_0000_01b3).rotate_left(5);
        }
    }

    /// Adds what was measured of an element that has ended to its parent.
    pub(super) fn add_to_parent(&mut self, index: usize) {
        let end = self.all.len();
        let Some(child) = self.all.get_mut(index) else { return };
        child.end = end;
        let child = child.clone();
        if child.is_link_line() {
            self.link_lines.push(index);
        }
        if child.parent == index {
            return;
        }
        if child.hash != NO_TEXT {
            self.mix(Some(&child.parent), child.hash);
        }
        if let Some(parent) = self.all.get_mut(child.parent) {
            parent.text += child.text;
            parent.links += child.links;
            parent.listed += child.listed;
            parent.controls += child.controls;
            parent.prose += child.prose;
            parent.headings += child.headings;
            parent.linked_headings += child.linked_headings;
            parent.titles += child.titles;
            parent.linked_titles += child.linked_titles;
            parent.enlargements += child.enlargements;
            parent.flow += u32::from(child.is_flow());
            parent.bodies += if child.hint == Hint::Body { child.prose } else { child.bodies };
        }
    }

    /// The measure at an index.
    pub(super) fn get(&self, index: usize) -> Option<&Measure> {
        self.all.get(index)
    }

    /// True for a title that a reader sees.
    pub(super) fn is_shown_title(&self, index: usize) -> bool {
        self.get(index).is_some_and(|measure| measure.tag == Tag::Title && !measure.silent && measure.text > 0)
    }

    /// The lowest element above `root` that holds a title before it, with the place behind that title; `None` where none is near.
    pub(super) fn title_above(&self, root: usize) -> Option<(usize, usize)> {
        let mut at = root;
        for _ in 0..MAX_TITLE_LEVELS {
            let parent = self.get(at).map(|measure| measure.parent).filter(|parent| *parent != at)?;
            if let Some(title) = (parent..at).rev().find(|index| self.is_shown_title(*index)) {
                return Some((parent, self.get(title)?.end));
            }
            at = parent;
        }
        None
    }

    /// The element before one under the same parent, and the one behind it.
    pub(super) fn beside(&self, index: usize) -> (Option<&Measure>, Option<&Measure>) {
        let Some(measure) = self.get(index) else { return (None, None) };
        let before = (measure.before < index).then(|| self.get(measure.before)).flatten();
        (before, self.get(measure.end).filter(|next| next.parent == measure.parent))
    }

    /// The prose of some elements, none counted twice.
    pub(super) fn prose_of(&self, elements: impl Iterator<Item = usize>) -> u32 {
        let mut end = 0;
        let mut prose = 0;
        for (index, measure) in elements.filter_map(|index| Some((index, self.get(index)?))) {
            if index >= end {
                (end, prose) = (measure.end, prose + measure.prose);
            }
        }
        prose
    }

    /// Indices of the elements right below one.
    pub(super) fn children(&self, index: usize) -> impl Iterator<Item = usize> {
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
    let mut mix = |word: u64| hash = (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    let (words, rest) = text.as_bytes().as_chunks();
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    if !rest.is_empty() {
        mix(rest.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte)));
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

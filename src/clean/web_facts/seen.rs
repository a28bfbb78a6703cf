use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use crate::clean::blocks::{is_block, is_silent};
use crate::parse::html::{Step, Tree, Walk, attribute};

/// Longest text of a visible byline or date.
const MAX_LINE_BYTES: usize = 240;
/// Most steps of a walk through one.
const MAX_STEPS: usize = 400;
/// Most lines of one sort kept.
const MAX_LINES: usize = 64;

/// What one walk through a page sees that may state a fact.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// (name in lower case, content) of the `meta` elements.
    pub metas: Vec<(String, String)>,
    /// (rel in lower case, address, words) of `link` and `a` elements whose `rel` states a fact, of links to licences and
    /// to pages of authors.
    pub links: Vec<(String, String, String)>,
    pub title: String,
    pub headings: Vec<String>,
    /// `datetime` of `time` elements, with the words of its classes and parents.
    pub times: Vec<(String, String)>,
    /// (itemprop, content or text).
    pub items: Vec<(String, String)>,
    /// Texts of elements whose class speaks of an author.
    pub bylines: Vec<String>,
    /// Texts of elements whose class speaks of a date.
    pub date_lines: Vec<String>,
    /// Short lines above the first long paragraph.
    pub head_lines: Vec<String>,
    pub language: String,
}

impl Seen {
    /// Walks through the whole page once.
    pub fn new(tree: &Tree) -> Self {
        let mut seen = Self::default();
        let mut walk = Walk::new(tree.root());
        let mut before_text = true;
        while let Some(step) = walk.next() {
            let Step::Enter(node) = step else { continue };
            match node.value() {
                Node::Element(element) => {
                    seen.element(node, element);
                    if is_silent(element.name()) && !matches!(element.name(), "head" | "title" | "noscript") {
                        walk.skip_children();
                    }
                }
                Node::Text(text) if before_text => {
                    let text = text.trim();
                    before_text = text.len() < MAX_LINE_BYTES || seen.headings.is_empty();
                    if (8..MAX_LINE_BYTES).contains(&text.len()) && !seen.headings.is_empty() {
                        push(&mut seen.head_lines, text.to_owned());
                    }
                }
                _ => {}
            }
        }
        seen
    }

    /// The content of the first `meta` of one of the names, tried in order.
    pub fn meta(&self, names: &[&str]) -> Option<&str> {
        let stated = |name: &str| {
            self.metas.iter().find(|(key, content)| key == name && !content.is_empty()).map(|(_, it)| it.as_str())
        };
        names.iter().find_map(|name| stated(name))
    }

    /// The contents of all `meta` of a name.
    pub fn all_meta<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.metas.iter().filter(move |(key, content)| key == name && !content.is_empty()).map(|(_, it)| it.as_str())
    }

    /// The values of an `itemprop`.
    pub fn item<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.items.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn element(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        match element.name() {
            "html" => attribute(element, "lang").unwrap_or_default().trim().clone_into(&mut self.language),
            "meta" => {
                let content = attribute(element, "content").unwrap_or_default().trim().to_owned();
                for key in ["property", "name", "itemprop", "http-equiv"] {
                    if let Some(name) = attribute(element, key) {
                        self.metas.push((name.trim().to_ascii_lowercase(), content.clone()));
                    }
                }
                return;
            }
            "title" if self.title.is_empty() => self.title = words(node),
            "h1" => push(&mut self.headings, words(node)),
            "time" => {
                let stated = attribute(element, "datetime").map_or_else(|| words(node), str::to_owned);
                if self.times.len() < MAX_LINES {
                    self.times.push((stated, names_round(node)));
                }
            }
            "link" | "a" => self.link(node, element),
            _ => {}
        }
        if let Some(item) = attribute(element, "itemprop")
            && self.items.len() < MAX_LINES
        {
            let value = ["content", "datetime"].iter().find_map(|key| attribute(element, key));
            self.items.push((item.to_owned(), value.map_or_else(|| words(node), str::to_owned)));
        }
        self.byline(node, element);
    }

    fn link(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        let href = attribute(element, "href").unwrap_or_default().trim();
        let rel = attribute(element, "rel").unwrap_or_default().to_ascii_lowercase();
        let wanted = rel.split_ascii_whitespace().any(|it| matches!(it, "canonical" | "author" | "license" | "tag"))
            || ["/author/", "/authors/", "/contributor/", "/contributors/"].iter().any(|part| href.contains(part))
            || href.contains("creativecommons.org/licenses/")
            || href.contains("creativecommons.org/publicdomain/");
        if wanted && self.links.len() < MAX_LINES {
            self.links.push((rel, href.to_owned(), words(node)));
        }
    }

    fn byline(&mut self, node: NodeRef<'_, Node>, element: &Element) {
        if matches!(element.name(), "html" | "body" | "main" | "article") {
            return;
        }
        let names = class_words(element);
        let says = |words: &[&str]| words.iter().any(|word| names.contains(word));
        if says(&["author", "byline", "writer", "zuozhe"]) && !says(&["bio", "avatar", "image", "box", "about"]) {
            push(&mut self.bylines, words(node));
        }
        if says(&["date", "time", "publish", "posted", "byline", "meta", "info", "source", "shijian"]) {
            push(&mut self.date_lines, words(node));
        }
    }
}

fn push(lines: &mut Vec<String>, line: String) {
    if !line.is_empty() && line.len() <= MAX_LINE_BYTES && lines.len() < MAX_LINES {
        lines.push(line);
    }
}

/// The classes and id of an element in lower case.
fn class_words(element: &Element) -> String {
    let mut names = attribute(element, "class").unwrap_or_default().to_ascii_lowercase();
    names.push(' ');
    names.push_str(&attribute(element, "id").unwrap_or_default().to_ascii_lowercase());
    names
}

/// The classes of an element and of what is right round it.
fn names_round(node: NodeRef<'_, Node>) -> String {
    let round = std::iter::once(node).chain(node.ancestors().take(2));
    round.filter_map(|node| node.value().as_element()).map(class_words).collect::<Vec<_>>().join(" ")
}

/// The text of a small element in one line; "" when it is too long to be a fact.
fn words(node: NodeRef<'_, Node>) -> String {
    let mut line = String::new();
    for step in Walk::new(node).take(MAX_STEPS) {
        let inner = match step {
            Step::Enter(inner) => inner,
            Step::Leave(inner) => {
                if inner.value().as_element().is_some_and(|it| is_block(it.name())) {
                    line.push(' ');
                }
                continue;
            }
        };
        match inner.value() {
            Node::Text(text) => line.push_str(text),
            Node::Element(element) if element.name() == "br" || is_block(element.name()) => line.push(' '),
            _ => {}
        }
        if line.len() > MAX_LINE_BYTES * 4 {
            return String::new();
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

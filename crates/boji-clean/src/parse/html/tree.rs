use ego_tree::{NodeId, NodeRef};
use html5ever::{Parser, QualName, local_name, ns};
use scraper::node::Element;
use scraper::{ElementRef, Html, HtmlTreeSink, Node, Selector};
use url::Url;

use super::names::is_block;
use super::prune::{DataScript, pass};
use super::tokens::{Tokens, options};
use crate::model::Issue;

/// A parsed page or fragment. It is not `Send`: it lives inside one synchronous call.
#[derive(Debug)]
pub struct Tree {
    html: Html,
    /// The texts of the page's JSON-LD scripts, in order.
    pub json_ld: Vec<String>,
    /// The scripts that may hold the text of an article, in order.
    pub data: Vec<DataScript>,
    has_base: bool,
}

impl Tree {
    /// Parses a whole page.
    pub fn document(html: &str) -> (Self, Vec<Issue>) {
        let sink = sink(Html::new_document(), Node::Document, html);
        Self::parse(html, false, html5ever::parse_document(sink, options()))
    }

    /// Parses a piece of a page, such as the body of a feed entry.
    pub fn fragment(html: &str) -> (Self, Vec<Issue>) {
        let sink = sink(Html::new_fragment(), Node::Fragment, html);
        let body = QualName::new(None, ns!(html), local_name!("body"));
        Self::parse(html, true, html5ever::parse_fragment(sink, options(), body, Vec::new(), false))
    }

    fn parse(html: &str, is_body: bool, parser: Parser<HtmlTreeSink>) -> (Self, Vec<Issue>) {
        let html = html.strip_prefix('\u{feff}').unwrap_or(html);
        let mut tokens = Tokens::new(html, parser);
        let mut aside = pass(html, is_body, &mut tokens);
        let (html, issues) = tokens.finish();
        let news = issues.into_iter().filter(|issue| aside.issues.iter().all(|known| known.code != issue.code));
        let news: Vec<Issue> = news.collect();
        aside.issues.extend(news);
        (Self { html, json_ld: aside.json_ld, data: aside.data, has_base: aside.has_base }, aside.issues)
    }

    /// The root of the tree, above `html`.
    pub fn root(&self) -> NodeRef<'_, Node> {
        self.html.tree.root()
    }

    /// A node by its id.
    pub fn node(&self, id: NodeId) -> Option<NodeRef<'_, Node>> {
        self.html.tree.get(id)
    }

    /// The `body` element; the root where there is none.
    pub fn body(&self) -> NodeRef<'_, Node> {
        self.first("body").unwrap_or_else(|| self.root())
    }

    /// The first element of a name, in reading order.
    pub fn first(&self, name: &str) -> Option<NodeRef<'_, Node>> {
        self.elements().find(|(_, element)| element.name() == name).map(|(node, _)| node)
    }

    /// The element with an id.
    pub fn by_id(&self, id: &str) -> Option<NodeRef<'_, Node>> {
        self.elements().find(|(_, element)| attribute(element, "id") == Some(id)).map(|(node, _)| node)
    }

    /// All elements in reading order.
    pub fn elements(&self) -> impl Iterator<Item = (NodeRef<'_, Node>, &Element)> {
        Walk::new(self.root()).filter_map(|step| match step {
            Step::Enter(node) => node.value().as_element().map(|element| (node, element)),
            Step::Leave(_) => None,
        })
    }

    /// The elements below a node that a selector finds, in reading order.
    pub fn select<'a>(
        &'a self,
        below: NodeRef<'a, Node>,
        selector: &Selector,
    ) -> impl Iterator<Item = NodeRef<'a, Node>> {
        let below = ElementRef::wrap(below).unwrap_or_else(|| self.html.root_element());
        below.select(selector).map(|found| *found)
    }

    /// What the page's `meta` elements say, as (name, property or itemprop; content), in order.
    pub fn meta(&self) -> impl Iterator<Item = (&str, &str)> {
        self.elements().filter(|(_, element)| element.name() == "meta").filter_map(|(_, element)| {
            let key = ["property", "name", "itemprop"].into_iter().find_map(|key| attribute(element, key))?;
            Some((key, attribute(element, "content")?.trim()))
        })
    }

    /// The address against which links are resolved: the page's `base`, if it has one, else `page_url`.
    pub fn base(&self, page_url: &str) -> Option<Url> {
        let page = Url::parse(page_url).ok();
        let stated = self.has_base.then(|| self.first("base")).flatten();
        let stated = stated.and_then(|node| attribute(node.value().as_element()?, "href"));
        match (stated, page) {
            (Some(href), Some(page)) => page.join(href).ok().or(Some(page)),
            (Some(href), None) => Url::parse(href).ok(),
            (None, page) => page,
        }
    }

    /// All words of the page, parted by spaces and at the edges of blocks by line ends; `None` when they are more than so many
    /// bytes.
    pub fn words(&self, most: usize) -> Option<String> {
        let mut words = String::new();
        let mut walk = Walk::new(self.root());
        while let Some(step) = walk.next() {
            let (Step::Enter(node) | Step::Leave(node)) = step;
            match node.value() {
                // What browsers show above a page is no part of it.
                Node::Element(element) if element.name() == "title" => walk.skip_children(),
                Node::Element(element) if words.ends_with(' ') && is_block(tag_name(element)) => {
                    words.pop();
                    words.push('\n');
                }
                Node::Text(text) if matches!(step, Step::Enter(_)) => {
                    for word in text.split_whitespace() {
                        words.push_str(word);
                        words.push(' ');
                        if words.len() > most {
                            return None;
                        }
                    }
                }
                _ => {}
            }
        }
        Some(words)
    }

    /// The text below a node as it stands in the source, runs joined.
    pub fn text_of(node: NodeRef<'_, Node>) -> String {
        let mut text = String::new();
        for step in Walk::new(node) {
            if let Step::Enter(node) = step
                && let Node::Text(run) = node.value()
            {
                text.push_str(run);
            }
        }
        text
    }

    /// The same where it is no longer than so many bytes; no more is read.
    pub fn short_text_of(node: NodeRef<'_, Node>, most: usize) -> Option<String> {
        let mut text = String::new();
        for step in Walk::new(node) {
            if let Step::Enter(node) = step
                && let Node::Text(run) = node.value()
            {
                if text.len() + run.len() > most {
                    return None;
                }
                text.push_str(run);
            }
        }
        Some(text)
    }
}

/// Bytes of markup for each node of its tree, in most pages, and most nodes that room is made for.
const BYTES_A_NODE: usize = 64;
const MAX_ROOM: usize = 64 * 1024;

/// An empty tree with room for that of a page: growing node by node it would be copied a dozen times.
fn sink(mut empty: Html, root: Node, html: &str) -> HtmlTreeSink {
    let room = (html.len() / BYTES_A_NODE).min(MAX_ROOM);
    empty.tree = ego_tree::Tree::with_capacity(root, room);
    HtmlTreeSink::new(empty)
}

/// The name of an element, for walks that ask it of every one: quicker than [`Element::name`], which is a call.
#[inline]
pub fn tag_name(element: &Element) -> &str {
    &element.name.local
}

/// An attribute of an element. Quicker than the element's own look-up, which interns the name.
#[inline]
pub fn attribute<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    element.attrs.iter().find(|(key, _)| &*key.local == name).map(|(_, value)| &**value)
}

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
    fn reads_the_head() {
        let (tree, issues) = Tree::document(
            r#"<!doctype html><html lang="en"><head><base href="/x/"><meta property="og:title" content=" A ">
            <script type="application/ld+json">{"a":1}</script></head><body id="b"><p>text</p>"#,
        );
        assert_eq!(issues, []);
        assert_eq!(tree.json_ld, [r#"{"a":1}"#]);
        assert_eq!(tree.meta().collect::<Vec<_>>(), [("og:title", "A")]);
        assert_eq!(tree.base("https://a.example/p").map(String::from).as_deref(), Some("https://a.example/x/"));
        assert_eq!(Tree::text_of(tree.body()), "text");
        assert!(tree.by_id("b").is_some());
    }

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

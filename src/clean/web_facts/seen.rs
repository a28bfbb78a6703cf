use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::words::{ABOUT, AUTHOR, COMMENTS, ELSEWHERE, Marks, Words};
use crate::clean::blocks::{is_block, is_silent};
use crate::parse::html::{Step, Tree, Walk, attribute};

/// Longest line that may be a byline or a date, in bytes; a longer one is prose.
pub(super) const MAX_LINE_BYTES: usize = 240;
/// Most bytes behind the title that are the article's own head, whatever the parts of the page are called.
const HEAD_BYTES: usize = 240;
/// Longest visible text kept; facts stand at the head of a page.
const MAX_TEXT_BYTES: usize = 512 * 1024;
/// Most elements of one sort kept.
const MAX_SPANS: usize = 96;

/// A stretch of the visible text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    /// What the class words of the element say, and in which parts of the page it lies.
    pub marks: Marks,
    /// Bytes of prose above it.
    pub prose: usize,
}

/// What an element states about itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stated<'a> {
    /// `itemprop` or `rel`; "" for a `time`.
    pub name: &'a str,
    /// `content`, `datetime` or `href`; "" when only the text counts.
    pub value: &'a str,
    pub span: Span,
}

/// What one walk through a page sees that may state a fact, borrowed from its tree.
#[derive(Debug, Default)]
pub(super) struct Seen<'a> {
    /// (name, content) of the `meta` elements.
    pub metas: Vec<(&'a str, &'a str)>,
    /// `link` and `a` elements whose `rel` states a fact, links to licences and to pages of authors; (rel, address).
    pub links: Vec<Stated<'a>>,
    /// `time` elements.
    pub times: Vec<Stated<'a>>,
    /// Elements with an `itemprop`.
    pub items: Vec<Stated<'a>>,
    /// The element `title`.
    pub title: String,
    pub headings: Vec<Span>,
    /// The elements `h2` and `h3`.
    pub subheadings: Vec<Span>,
    /// Elements whose class speaks of an author.
    pub bylines: Vec<Span>,
    /// The lines that are short enough to state a fact.
    pub lines: Vec<Span>,
    /// The visible text, runs of white space joined, one block a line.
    pub text: String,
    pub language: &'a str,
    /// The address in `base`.
    pub base: Option<&'a str>,
}

/// Where an element began, until it ends.
struct Open {
    start: usize,
    own: Marks,
    zone: Marks,
}

impl<'a> Seen<'a> {
    /// Walks through the whole page once.
    pub fn new(tree: &'a Tree) -> Self {
        let mut seen = Self::default();
        let mut pen = Pen::default();
        let mut open: Vec<Open> = Vec::new();
        let mut walk = Walk::new(tree.root());
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(node) => match node.value() {
                    Node::Text(text) => pen.write(text),
                    Node::Element(element) => {
                        seen.head(node, element);
                        if is_silent(element.name()) && !matches!(element.name(), "head" | "noscript") {
                            walk.skip_children();
                        }
                        pen.edge(is_block(element.name()) || element.name() == "br");
                        let zone = open.last().map_or(0, |parent| parent.zone);
                        let own = own_marks(element);
                        open.push(Open { start: pen.text.len(), own, zone: zone | zone_of(element, own) });
                    }
                    _ => {}
                },
                Step::Leave(node) => {
                    let Some(element) = node.value().as_element() else { continue };
                    if is_block(element.name()) {
                        pen.edge(true);
                    }
                    let Some(closed) = open.pop() else { continue };
                    let round = open.iter().rev().take(2).fold(closed.own, |marks, it| marks | it.own);
                    let zone = COMMENTS | ELSEWHERE;
                    let marks = (round & !zone) | (closed.zone & zone);
                    let span =
                        Span { start: closed.start, end: pen.text.len(), marks, prose: pen.prose_at(closed.start) };
                    let above = open.last().map_or(0, |parent| parent.zone);
                    pen.mark(span, (closed.own & !zone) | (closed.zone & zone & !above));
                    seen.element(element, span, closed.own, &pen.text);
                }
            }
        }
        pen.edge(true);
        (seen.text, seen.lines) = (pen.text, pen.lines);
        seen
    }

    /// The content of the first `meta` of one of the names, tried in order.
    pub fn meta(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.all_meta(name).next())
    }

    /// The contents of all `meta` of a name.
    pub fn all_meta<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a str> + 'b {
        self.metas.iter().filter(move |(key, it)| key.eq_ignore_ascii_case(name) && !it.is_empty()).map(|(_, it)| *it)
    }

    /// The elements of an `itemprop` outside of comments.
    pub fn items_of<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b Stated<'a>> {
        self.items.iter().filter(move |it| it.name == name && it.span.marks & COMMENTS == 0)
    }

    /// The text of a span.
    pub fn words(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default().trim()
    }

    /// Whether a span lies where another page, the site or a reader speaks. What is in the same part of the page as the
    /// title is its own, and so is what follows the title at once.
    pub fn is_foreign(span: Span, title: Option<Span>) -> bool {
        let own = title.map_or(0, |title| {
            let behind = span.start >= title.start && span.start <= title.end + HEAD_BYTES;
            title.marks | if behind { ELSEWHERE } else { 0 }
        });
        span.marks & (COMMENTS | ELSEWHERE) & !own != 0
    }

    /// What is stated, else the text.
    pub fn said<'b>(&'b self, stated: &Stated<'b>) -> &'b str {
        if stated.value.is_empty() { self.words(stated.span) } else { stated.value.trim() }
    }

    /// What stands in the head of the page and shows no text.
    fn head(&mut self, node: NodeRef<'a, Node>, element: &'a Element) {
        match element.name() {
            "html" => self.language = attribute(element, "lang").unwrap_or_default().trim(),
            "base" if self.base.is_none() => self.base = attribute(element, "href"),
            "meta" => {
                let content = attribute(element, "content").unwrap_or_default().trim();
                for key in ["property", "name", "itemprop", "http-equiv"] {
                    if let Some(name) = attribute(element, key) {
                        self.metas.push((name.trim(), content));
                    }
                }
            }
            "title" if self.title.is_empty() => {
                let words = Tree::text_of(node);
                self.title = words.split_whitespace().collect::<Vec<_>>().join(" ");
            }
            _ => {}
        }
    }

    fn element(&mut self, element: &'a Element, span: Span, own: Marks, text: &str) {
        let short = span.end - span.start <= MAX_LINE_BYTES;
        let value = || ["content", "datetime"].iter().find_map(|key| attribute(element, key)).unwrap_or_default();
        match element.name() {
            "h1" if short || span.end - span.start <= 2 * MAX_LINE_BYTES => push(&mut self.headings, span),
            "h2" | "h3" if short => push(&mut self.subheadings, span),
            "time" if short => push(&mut self.times, Stated { name: "", value: value(), span }),
            "link" | "a" => self.link(element, span),
            _ => {}
        }
        if let Some(name) = attribute(element, "itemprop")
            && element.name() != "meta"
            && short
        {
            push(&mut self.items, Stated { name, value: value(), span });
        }
        let named = own & AUTHOR != 0 && own & ABOUT == 0;
        if named && short && text.get(span.start..span.end).is_some_and(|it| !it.trim().is_empty()) {
            push(&mut self.bylines, span);
        }
    }

    fn link(&mut self, element: &'a Element, span: Span) {
        let href = attribute(element, "href").unwrap_or_default().trim();
        let rel = attribute(element, "rel").unwrap_or_default();
        let states =
            |word: &str| ["canonical", "author", "license", "tag"].iter().any(|it| it.eq_ignore_ascii_case(word));
        let wanted = rel.split_ascii_whitespace().any(states)
            || (href.contains("/author") || href.contains("/contributor"))
            || (href.contains("creativecommons.org/")
                && ["/licenses/", "/publicdomain/"].iter().any(|it| href.contains(it)));
        if wanted && span.end - span.start <= MAX_LINE_BYTES {
            push(&mut self.links, Stated { name: rel, value: href, span });
        }
    }
}

fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() < MAX_SPANS {
        list.push(item);
    }
}

fn own_marks(element: &Element) -> Marks {
    let words = Words::shipped();
    let marks = |name| attribute(element, name).map_or(0, |names| words.marks(names));
    marks("class") | marks("id")
}

/// In which part of the page the inside of an element lies.
fn zone_of(element: &Element, own: Marks) -> Marks {
    match element.name() {
        // Their classes speak of the whole page.
        "html" | "body" | "main" | "article" | "h1" => 0,
        "footer" if attribute(element, "class").is_some_and(|names| Words::shipped().is_own(names)) => own & COMMENTS,
        "nav" | "aside" | "footer" | "dialog" => ELSEWHERE | (own & COMMENTS),
        "form" | "label" | "select" | "button" | "textarea" | "blockquote" => COMMENTS | (own & ELSEWHERE),
        _ => own & (COMMENTS | ELSEWHERE),
    }
}

/// Writes down the visible text line by line.
#[derive(Default)]
struct Pen {
    text: String,
    lines: Vec<Span>,
    line_start: usize,
    prose: usize,
    /// (offset behind a piece of prose, bytes of prose up to there).
    steps: Vec<(usize, usize)>,
    /// Marks of the line being written.
    pending: Marks,
    space: bool,
    edge: bool,
}

impl Pen {
    fn write(&mut self, text: &str) {
        if self.text.len() > MAX_TEXT_BYTES {
            return;
        }
        self.space |= text.starts_with(char::is_whitespace);
        for word in text.split_whitespace() {
            let begins = self.text.len() == self.line_start;
            if !begins && (self.space || (self.edge && parts(&self.text, word))) {
                self.text.push(' ');
            }
            self.text.push_str(word);
            (self.space, self.edge) = (true, false);
        }
        if !text.trim_end().is_empty() {
            self.space = text.ends_with(char::is_whitespace);
        }
    }

    /// The edge of an element; that of a block ends the line.
    fn edge(&mut self, block: bool) {
        self.edge = true;
        let length = self.text.len() - self.line_start;
        if !block || length == 0 {
            return;
        }
        if length <= MAX_LINE_BYTES {
            let (marks, prose) = (self.pending, self.prose);
            self.lines.push(Span { start: self.line_start, end: self.text.len(), marks, prose });
        }
        self.pending = 0;
        if length > MAX_LINE_BYTES / 2 {
            self.prose += length;
            self.steps.push((self.text.len(), self.prose));
        }
        self.text.push('\n');
        self.line_start = self.text.len();
        self.space = false;
    }

    fn prose_at(&self, offset: usize) -> usize {
        let behind = self.steps.partition_point(|(end, _)| *end <= offset);
        behind.checked_sub(1).and_then(|index| self.steps.get(index)).map_or(0, |(_, prose)| *prose)
    }

    /// Gives the lines inside of an element its marks; words of class speak of small elements only.
    fn mark(&mut self, span: Span, own: Marks) {
        let long = span.end - span.start > 2 * MAX_LINE_BYTES;
        let marks = if long { own & (COMMENTS | ELSEWHERE) } else { own };
        if marks == 0 {
            return;
        }
        for line in self.lines.iter_mut().rev().take_while(|line| line.end > span.start) {
            line.marks |= marks;
        }
        if self.text.len() > self.line_start && span.end > self.line_start {
            // A link to the comments does not make its line one.
            let whole = span.start <= self.line_start;
            self.pending |= if whole { marks } else { marks & !(COMMENTS | ELSEWHERE) };
        }
    }
}

/// Whether two pieces that touch at the edge of an element are two words: "by" and "Ann", "Black" and "2".
fn parts(before: &str, next: &str) -> bool {
    let last = before.chars().next_back();
    let first = next.chars().next();
    last.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, ':' | ',' | ')'))
        && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
}

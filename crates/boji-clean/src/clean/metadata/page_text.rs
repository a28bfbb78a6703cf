use std::collections::HashMap;

use ego_tree::NodeRef;
use html5ever::local_name;
use scraper::Node;
use scraper::node::Element;

use super::names::NameReading;
use crate::clean::blocks::{formula, is_silent};
use crate::clean::language::by_script;
use crate::model::limits;
use crate::parse::html::{Step, Tree, Walk, attribute, is_block, tag_name};
use crate::rules::words::MetadataWords;
use crate::rules::words::metadata::{
    ABOUT, AUTHOR, CAPTION, CELL, COMMENTS, DATE, ELSEWHERE, ENTRY_TITLE, HOME, Marks, TOPIC, ZONE,
};
use crate::text::has_letters;

/// Longest line that may be a byline or a date, in bytes; a longer one is prose.
pub(super) const MAX_LINE_BYTES: usize = 240;
/// Longest visible text kept; facts stand at the head of a page.
const MAX_TEXT_BYTES: usize = 512 * 1024;
/// Most bytes behind the title that are the article's own head, whatever the parts of the page are called.
const HEAD_BYTES: usize = 240;
/// Longest name of something that pages are filed under, in bytes.
const MAX_TOPIC_BYTES: usize = 60;
/// Most elements of one sort kept.
const MAX_SPANS: usize = 96;
/// Most pictures kept, and the longest text of one, in bytes.
const MAX_PORTRAITS: usize = 256;
const MAX_CALLED_BYTES: usize = 80;
/// What the classes and addresses of pictures of persons hold, and the classes of drawn signs for a person.
const AVATARS: &[&str] = &["avatar", "author"];
const PERSONS: &[&str] = &["person", "user", "author"];

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

/// Writes down the visible text line by line.
#[derive(Default)]
struct TextWriter {
    pub text: String,
    pub lines: Vec<Span>,
    /// The beginnings of longer ones.
    pub heads: Vec<Span>,
    line_start: usize,
    prose: usize,
    /// (offset behind a piece of prose, bytes of prose up to there).
    steps: Vec<(usize, usize)>,
    /// Marks of the line being written.
    pending: Marks,
    space: bool,
    edge: bool,
}

impl TextWriter {
    pub(super) fn write(&mut self, text: &str) {
        if self.text.len() > MAX_TEXT_BYTES {
            return;
        }
        // Most texts are the indents between tags.
        if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.space |= !text.is_empty();
            return;
        }
        self.space |= text.starts_with(char::is_whitespace);
        for run in text.split_ascii_whitespace() {
            if run.is_ascii() {
                self.word(run);
            } else {
                run.split_whitespace().for_each(|word| self.word(word));
            }
        }
        if !text.trim_end().is_empty() {
            self.space = text.ends_with(char::is_whitespace);
        }
    }

    fn word(&mut self, word: &str) {
        let begins = self.text.len() == self.line_start;
        if !begins && (self.space || (self.edge && parts(&self.text, word))) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        (self.space, self.edge) = (true, false);
    }

    /// The edge of an element; that of a block ends the line.
    pub(super) fn edge(&mut self, block: bool) {
        self.edge = true;
        let length = self.text.len() - self.line_start;
        if !block || length == 0 {
            return;
        }
        let line = Span { start: self.line_start, end: self.text.len(), marks: self.pending, prose: self.prose };
        if length <= MAX_LINE_BYTES {
            self.lines.push(line);
        } else {
            let end = self.text.floor_char_boundary(line.start + MAX_LINE_BYTES);
            // Words stay whole, and dates with them.
            let words = self.text.get(line.start..end).unwrap_or_default();
            self.heads.push(Span { end: line.start + words.rfind(' ').unwrap_or(words.len()), ..line });
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

    pub(super) fn prose_at(&self, offset: usize) -> usize {
        let behind = self.steps.partition_point(|(end, _)| *end <= offset);
        behind.checked_sub(1).and_then(|index| self.steps.get(index)).map_or(0, |(_, prose)| *prose)
    }

    /// Gives the lines since `start` the marks of the element that began there; words of class speak of small elements
    /// only.
    pub(super) fn mark(&mut self, start: usize, own: Marks) {
        let long = self.text.len() - start > 2 * MAX_LINE_BYTES;
        let marks = if long { own & ZONE } else { own };
        if marks == 0 {
            return;
        }
        for lines in [&mut self.lines, &mut self.heads] {
            for line in lines.iter_mut().rev().take_while(|line| line.end > start) {
                line.marks |= marks;
            }
        }
        if self.text.len() > self.line_start {
            // A link to the comments does not make its line one.
            let whole = start <= self.line_start;
            self.pending |= if whole { marks } else { marks & !ZONE };
        }
    }
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3")
}

/// Whether two pieces that touch at the edge of an element are two words: "by" and "Ann", "Black" and "2".
fn parts(before: &str, next: &str) -> bool {
    let last = before.chars().next_back();
    let first = next.chars().next();
    last.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, ':' | ',' | ')'))
        && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
}

/// What an element states about itself.
#[derive(Clone, Copy, Debug)]
pub(super) struct StatingElement<'a> {
    /// `itemprop` or `rel`; "" for a `time`.
    pub name: &'a str,
    /// `content`, `datetime` or `href`; "" when only the text counts.
    pub value: &'a str,
    pub span: Span,
}

/// A picture that may be somebody's portrait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portrait<'a> {
    /// The text that stands for it.
    pub called: &'a str,
    /// Where it stands in the text.
    pub at: usize,
    /// Its class or its address says that it is somebody's picture.
    pub is_avatar: bool,
}

/// What one walk through a page sees that may state a fact, borrowed from its tree.
#[derive(Debug)]
pub(super) struct PageText<'a> {
    /// What the words of pages mean.
    pub known: &'a MetadataWords,
    /// (name, content) of the `meta` elements.
    pub metas: Vec<(&'a str, &'a str)>,
    /// `link` and `a` elements whose `rel` states a fact, links to licences and to pages of authors; (rel, address).
    pub links: Vec<StatingElement<'a>>,
    /// `time` elements, and the `abbr` of a date in the microformats of blogs.
    pub times: Vec<StatingElement<'a>>,
    /// Elements with an `itemprop`.
    pub items: Vec<StatingElement<'a>>,
    /// Links to the front page.
    homes: Vec<Span>,
    /// Links and elements that name what the page is filed under.
    pub topics: Vec<Span>,
    /// The element `title`.
    pub title: String,
    pub headings: Vec<Span>,
    /// The elements `h2` and `h3`.
    pub subheadings: Vec<Span>,
    /// Elements whose class speaks of an author.
    pub bylines: Vec<Span>,
    /// Pictures outside of figures with a short text of their own, and those of persons.
    pub portraits: Vec<Portrait<'a>>,
    /// The lines that are short enough to state a fact.
    pub lines: Vec<Span>,
    /// The beginnings of the longer lines.
    pub heads: Vec<Span>,
    /// The visible text, runs of white space joined, one block a line.
    pub text: String,
    pub language: &'a str,
    /// Whether it is written in Japanese, as it says or as its script tells.
    is_japanese: bool,
    /// The address in `base`.
    pub base: Option<&'a str>,
}

/// An element that has begun and not yet ended.
struct OpenElement<'a> {
    start: usize,
    block: bool,
    own: Marks,
    zone: Marks,
    /// It stands in what markup calls the article or the main part.
    inside: bool,
    /// It is a link to the front page.
    leads_home: bool,
    itemprop: Option<&'a str>,
}

impl<'a> PageText<'a> {
    /// Walks through the whole page once.
    pub(super) fn new(tree: &'a Tree, known: &'a MetadataWords) -> Self {
        let mut seen = Self::empty(known);
        let mut writer = TextWriter::default();
        let mut open: Vec<OpenElement> = Vec::new();
        let mut classes = HashMap::new();
        let mut headings = 0_usize;
        let mut walk = Walk::new(tree.root());
        while let Some(step) = walk.next() {
            match step {
                Step::Enter(node) => match node.value() {
                    Node::Text(text) => writer.write(text),
                    Node::Element(element) => {
                        let name = tag_name(element);
                        seen.head(node, element);
                        if matches!(name, "img" | "i" | "svg")
                            && open.last().is_none_or(|parent| parent.zone & CAPTION == 0)
                        {
                            seen.portrait(element, writer.text.len());
                        }
                        if is_silent(name) && !matches!(name, "head" | "noscript") {
                            walk.skip_children();
                        }
                        let block = is_block(name);
                        writer.edge(block || name == "br");
                        open.push(OpenElement::new(
                            element,
                            block,
                            open.last(),
                            writer.text.len(),
                            known,
                            &mut classes,
                        ));
                        headings += usize::from(is_heading(name));
                        if headings > 0 && is_heading_sign(node, element, known) {
                            walk.skip_children();
                        }
                        if headings > 0
                            && let Some(tex) = formula(node, element)
                        {
                            writer.write(&tex);
                            walk.skip_children();
                        }
                    }
                    _ => {}
                },
                Step::Leave(node) => {
                    let Some(element) = node.value().as_element() else { continue };
                    let Some(closed) = open.pop() else { continue };
                    headings -= usize::from(is_heading(tag_name(element)));
                    if closed.block {
                        writer.edge(true);
                    }
                    let above = open.last().map_or(0, |parent| parent.zone);
                    writer.mark(closed.start, (closed.own & !ZONE) | (closed.zone & ZONE & !above));
                    seen.element(element, &closed, &open, &writer);
                }
            }
        }
        writer.edge(true);
        (seen.text, seen.lines, seen.heads) = (writer.text, writer.lines, writer.heads);
        let tag = seen.language.get(..2).or_else(|| by_script(&seen.text)).unwrap_or_default();
        seen.is_japanese = tag.eq_ignore_ascii_case("ja");
        seen
    }

    fn empty(known: &'a MetadataWords) -> Self {
        Self {
            known,
            metas: Vec::new(),
            links: Vec::new(),
            times: Vec::new(),
            items: Vec::new(),
            homes: Vec::new(),
            topics: Vec::new(),
            title: String::new(),
            headings: Vec::new(),
            subheadings: Vec::new(),
            bylines: Vec::new(),
            portraits: Vec::new(),
            lines: Vec::new(),
            heads: Vec::new(),
            text: String::new(),
            language: "",
            is_japanese: false,
            base: None,
        }
    }

    /// How the names of the page are read.
    pub(super) fn names(&self) -> NameReading<'a> {
        NameReading { known: &self.known.authors, is_japanese: self.is_japanese, is_stated: false }
    }

    /// The content of the first `meta` of one of the names, tried in order.
    pub(super) fn meta(&self, names: &[&str]) -> Option<&'a str> {
        names.iter().find_map(|name| self.all_meta(name).next())
    }

    /// The contents of all `meta` of a name.
    pub(super) fn all_meta<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'a str> + 'b {
        let named = move |key: &str| key.len() == name.len() && key.eq_ignore_ascii_case(name);
        self.metas.iter().filter(move |(key, it)| named(key) && !it.is_empty()).map(|(_, it)| *it)
    }

    /// Whether its own `meta` elements state when the page was published as an article.
    pub(super) fn is_called_article(&self) -> bool {
        self.meta(&["article:published_time"]).is_some()
    }

    /// The elements of an `itemprop` outside of comments.
    pub(super) fn items_of<'b>(&'b self, name: &'b str) -> impl Iterator<Item = &'b StatingElement<'a>> {
        self.items.iter().filter(move |it| it.name == name && it.span.marks & COMMENTS == 0)
    }

    /// The text of a span.
    pub(super) fn words(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default().trim()
    }

    /// Whether a span lies where another page, the site or a reader speaks. What is in the same part of the page as the
    /// title is its own, and so is what follows the title at once.
    pub(super) fn is_foreign(span: Span, title: Option<Span>) -> bool {
        let own = title.map_or(0, |title| {
            let behind = span.start >= title.start && span.start <= title.end + HEAD_BYTES;
            title.marks | if behind { ELSEWHERE } else { 0 }
        });
        span.marks & (COMMENTS | ELSEWHERE) & !own != 0
    }

    /// What is stated, else the text.
    pub(super) fn said<'b>(&'b self, stated: &StatingElement<'b>) -> &'b str {
        if stated.value.is_empty() { self.words(stated.span) } else { stated.value.trim() }
    }

    /// What stands in the head of the page and shows no text.
    fn head(&mut self, node: NodeRef<'a, Node>, element: &'a Element) {
        match tag_name(element) {
            "html" => self.language = attribute(element, "lang").unwrap_or_default().trim(),
            "base" if self.base.is_none() => self.base = attribute(element, "href"),
            "meta" => {
                let content =
                    ["content", "value"].iter().find_map(|key| attribute(element, key)).unwrap_or_default().trim();
                for key in ["property", "name", "itemprop", "http-equiv"] {
                    if let Some(name) = attribute(element, key) {
                        self.metas.push((name.trim(), content));
                    }
                }
            }
            "title" if self.title.is_empty() => {
                let words = Tree::text_of(node);
                self.title = words.split_whitespace().collect::<Vec<_>>().join(" ");
                limits::shorten(&mut self.title, limits::MAX_TITLE);
            }
            _ => {}
        }
    }

    /// A heading, with what its class and its links say of it.
    fn heading(&self, element: &Element, span: Span, leads_home: bool) -> Span {
        let is_entry = attribute(element, "class").is_some_and(|names| self.known.is_entry_title(names));
        let is_home = leads_home || {
            // The end of the line belongs to the heading.
            self.homes.iter().any(|home| home.start <= span.start && home.end + 1 >= span.end)
        };
        let mark = |is: bool, mark: Marks| if is { mark } else { 0 };
        Span { marks: span.marks | mark(is_entry, ENTRY_TITLE) | mark(is_home, HOME), ..span }
    }

    /// A picture that bears a name, or is called somebody's.
    fn portrait(&mut self, element: &'a Element, at: usize) {
        let called = attribute(element, "alt").unwrap_or_default().trim();
        let names = if tag_name(element) == "img" { AVATARS } else { PERSONS };
        let shown = || ["class", "src"].iter().filter_map(|key| attribute(element, key));
        let is_avatar = shown().any(|it| names.iter().any(|name| it.contains(name)));
        let bears_name = called.len() <= MAX_CALLED_BYTES && called.contains(' ');
        if (bears_name || is_avatar) && self.portraits.len() < MAX_PORTRAITS {
            self.portraits.push(Portrait { called, at, is_avatar });
        }
    }

    /// What an element that has ended states; `round` are those it stands in.
    fn element(&mut self, element: &'a Element, closed: &OpenElement<'a>, round: &[OpenElement], writer: &TextWriter) {
        let length = writer.text.len() - closed.start;
        if length > 2 * MAX_LINE_BYTES {
            return;
        }
        let short = length <= MAX_LINE_BYTES;
        let span = || {
            let round = round.iter().rev().take(2).fold(closed.own, |marks, it| marks | it.own);
            let marks = (round & !ZONE) | (closed.zone & ZONE);
            Span { start: closed.start, end: writer.text.len(), marks, prose: writer.prose_at(closed.start) }
        };
        let keys = if tag_name(element) == "abbr" { ["title", "content"] } else { ["content", "datetime"] };
        let value = || keys.iter().find_map(|key| attribute(element, key)).unwrap_or_default();
        match tag_name(element) {
            "h1" | "h2" | "h3" if tag_name(element) == "h1" || short => {
                let heading = self.heading(element, span(), round.iter().any(|it| it.leads_home));
                push(if tag_name(element) == "h1" { &mut self.headings } else { &mut self.subheadings }, heading);
            }
            "time" if short => push(&mut self.times, StatingElement { name: "", value: value(), span: span() }),
            "abbr" if short && closed.own & DATE != 0 => {
                push(&mut self.times, StatingElement { name: "", value: value(), span: span() });
            }
            "link" | "a" if short => {
                if closed.leads_home {
                    push(&mut self.homes, span());
                }
                if closed.own & TOPIC != 0 || attribute(element, "href").is_some_and(|it| self.known.is_topic_page(it))
                {
                    push(&mut self.topics, span());
                }
                if let Some((name, value)) = stating_link(element, self.known) {
                    push(&mut self.links, StatingElement { name, value, span: span() });
                }
            }
            _ => {}
        }
        if closed.own & TOPIC != 0 && tag_name(element) != "a" && length <= MAX_TOPIC_BYTES {
            push(&mut self.topics, span());
        }
        if let Some(name) = closed.itemprop
            && tag_name(element) != "meta"
            && short
        {
            push(&mut self.items, StatingElement { name, value: value(), span: span() });
        }
        let named = closed.own & AUTHOR != 0 && closed.own & ABOUT == 0;
        if named && short && writer.text.get(closed.start..).is_some_and(|it| !it.trim().is_empty()) {
            push(&mut self.bylines, span());
        }
    }
}

impl<'a> OpenElement<'a> {
    /// Reads what the attributes of an element say that begins at `start`; `parent` is what it stands in.
    /// `classes` remembers what the class attributes of the page say, for it repeats few of them.
    fn new(
        element: &'a Element,
        block: bool,
        parent: Option<&Self>,
        start: usize,
        known: &MetadataWords,
        classes: &mut HashMap<&'a str, Marks>,
    ) -> Self {
        let (mut own, mut itemprop) = (0, None);
        for (name, value) in &element.attrs {
            match name.local {
                local_name!("class") => own |= *classes.entry(value).or_insert_with(|| known.marks(value)),
                local_name!("id") => own |= known.marks(value),
                local_name!("itemprop") => itemprop = Some(&**value),
                _ => {}
            }
        }
        if matches!(tag_name(element), "td" | "th") {
            own |= CELL;
        }
        let (above, is_inside) = parent.map_or((0, false), |parent| (parent.zone, parent.inside));
        let inside = is_inside || matches!(tag_name(element), "article" | "main");
        Self {
            start,
            block,
            own,
            zone: above | zone_of(element, own, is_inside, known),
            inside,
            leads_home: leads_home(element),
            itemprop,
        }
    }
}

/// Whether an element is a link to the front page of a site.
fn leads_home(element: &Element) -> bool {
    if tag_name(element) != "a" {
        return false;
    }
    let href = attribute(element, "href").unwrap_or_default().trim();
    let path = match href.split_once("://") {
        Some((_, behind)) => behind.split_once('/').map_or("/", |(_, path)| if path.is_empty() { "/" } else { path }),
        None => href,
    };
    matches!(path, "/" | "/index.html" | "/index.php" | "/index.htm")
}

/// Most letters of what a page puts behind a heading for those who link to it.
const MAX_SIGN_CHARS: usize = 12;

/// Whether an element in a heading is a sign for those who link to it, or words that the page hides from who sees it.
fn is_heading_sign(node: NodeRef<Node>, element: &Element, known: &MetadataWords) -> bool {
    if !matches!(tag_name(element), "a" | "span" | "button" | "small" | "div") {
        return false;
    }
    let called = |classes: &[String]| {
        attribute(element, "class").is_some_and(|names| {
            names.split_ascii_whitespace().any(|name| classes.iter().any(|known| known.eq_ignore_ascii_case(name)))
        })
    };
    let titles = &known.titles;
    // A hidden colon stands between what the page sets apart by its looks.
    if called(&titles.hidden) {
        return has_letters(&Tree::text_of(node), 1);
    }
    let is_inner = attribute(element, "href").is_some_and(|href| href.starts_with('#'));
    if !is_inner && !called(&titles.signs) {
        return false;
    }
    let words = Tree::text_of(node);
    let words = words.trim();
    words.chars().count() <= MAX_SIGN_CHARS
        && (!has_letters(words, 1) || titles.sign_words.iter().any(|known| known.eq_ignore_ascii_case(words)))
}

/// The `rel` and the address of a link that states a fact.
fn stating_link<'a>(element: &'a Element, known: &MetadataWords) -> Option<(&'a str, &'a str)> {
    let (mut rel, mut href) = ("", "");
    for (name, value) in &element.attrs {
        match name.local {
            local_name!("rel") => rel = value,
            local_name!("href") => href = value.trim(),
            _ => {}
        }
    }
    let states = |word: &str| ["canonical", "author", "license", "tag"].iter().any(|it| it.eq_ignore_ascii_case(word));
    let is_license =
        || href.contains("creativecommons.org/") && ["/licenses/", "/publicdomain/"].iter().any(|it| href.contains(it));
    (rel.split_ascii_whitespace().any(states) || known.is_author_page(href) || is_license()).then_some((rel, href))
}

fn push<T>(list: &mut Vec<T>, item: T) {
    if list.len() < MAX_SPANS {
        list.push(item);
    }
}

/// In which part of the page the inside of an element lies.
fn zone_of(element: &Element, own: Marks, is_inside: bool, known: &MetadataWords) -> Marks {
    match tag_name(element) {
        // Their classes speak of the whole page.
        "html" | "body" | "main" | "h1" => 0,
        // Of an article only the first word speaks: the others tell its categories.
        "article" => attribute(element, "class").map_or(0, |names| known.first_mark(names)) & ELSEWHERE,
        // The foot of the article is its own, that of the page the site's.
        "footer" if is_inside && own & ELSEWHERE == 0 => own & COMMENTS,
        "footer" if ["class", "id"].iter().any(|key| attribute(element, key).is_some_and(|it| known.is_own(it))) => {
            own & COMMENTS
        }
        "nav" | "aside" | "footer" | "dialog" => ELSEWHERE | (own & COMMENTS),
        "figure" | "figcaption" => CAPTION | (own & ZONE),
        "form" | "label" | "select" | "button" | "textarea" | "blockquote" => COMMENTS | (own & ELSEWHERE),
        _ => own & ZONE,
    }
}

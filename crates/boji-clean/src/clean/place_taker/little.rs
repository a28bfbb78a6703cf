use scraper::Node;

use crate::model::PageState;
use crate::parse::html::{Tree, attribute};
use crate::parse::{Body, Page};

/// Most bytes of text that a page shows which is asked about.
const MAX_BYTES: usize = 6_000;
/// Most bytes of text in the body of a WeChat article, or of a text without markup, that is asked about: a sentence or two.
const MAX_BODY_BYTES: usize = 300;

/// What a page that shows little shows.
#[derive(Debug)]
pub(in crate::clean) struct Little {
    pub(super) title: String,
    /// What it shows, a line for each block.
    pub(super) text: String,
    /// The words of its links.
    pub(super) links: Vec<String>,
    /// What else it is made of.
    pub(super) made_of: MadeOf,
    /// Only its words may tell: the page round them is the article's own.
    pub(super) is_body: bool,
    /// The page is marked as an article.
    pub(in crate::clean) is_marked: bool,
    /// It shows nothing, and has no place where a script could show something: what it is for is the script.
    pub(super) is_script: bool,
}

/// How many elements of a kind a page has.
#[derive(Debug, Default)]
pub(super) struct MadeOf {
    pub forms: u16,
    pub passwords: u16,
    pub inputs: u16,
    pub buttons: u16,
    pub images: u16,
    pub headings: u16,
    pub paragraphs: u16,
    pub items: u16,
    /// Such as lead on by themselves.
    pub refreshes: u16,
}

impl MadeOf {
    fn of(tree: &Tree) -> Self {
        let mut made = Self::default();
        for element in tree.root().descendants().filter_map(|node| node.value().as_element()) {
            let is_password = || attribute(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"));
            let is_refresh =
                || attribute(element, "http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh"));
            let count = match element.name() {
                "form" => &mut made.forms,
                "input" if is_password() => &mut made.passwords,
                "input" => &mut made.inputs,
                "button" => &mut made.buttons,
                "img" | "svg" | "canvas" => &mut made.images,
                "h1" | "h2" | "h3" => &mut made.headings,
                "p" => &mut made.paragraphs,
                "li" => &mut made.items,
                "meta" if is_refresh() => &mut made.refreshes,
                _ => continue,
            };
            *count = count.saturating_add(1);
        }
        made
    }
}

impl Little {
    /// `None` for a page that shows more than what stands in the place of articles does. `bytes` are those of the page.
    pub(in crate::clean) fn of(page: &Page, bytes: &[u8]) -> Option<Self> {
        let (tree, is_body) = match &page.body {
            Body::Document(tree) => (tree, false),
            Body::Fragment(tree) => (tree, true),
            Body::Empty if page.state == PageState::NotArticle && bytes.len() <= MAX_BYTES => {
                // Data or a word, as programs answer to programs.
                let text = String::from_utf8_lossy(bytes).into_owned();
                return Some(Self {
                    title: String::new(),
                    text,
                    links: Vec::new(),
                    made_of: MadeOf::default(),
                    is_body: true,
                    is_marked: false,
                    is_script: false,
                });
            }
            Body::Empty | Body::Blocks(_) => return None,
        };
        let text = tree.words(if is_body { MAX_BODY_BYTES } else { MAX_BYTES })?;
        let title = tree.first("title").map(Tree::text_of).unwrap_or_default();
        let is_script = !is_body && text.is_empty() && is_script(tree, bytes);
        let links =
            tree.root().descendants().filter(|node| node.value().as_element().is_some_and(|it| it.name() == "a"));
        let links = links.map(|link| Tree::text_of(link).split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let made_of = MadeOf::of(tree);
        Some(Self { title, text, links, made_of, is_body, is_marked: is_body || is_marked(tree), is_script })
    }

    /// What it shows, line by line.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.lines().map(str::trim).filter(|line| !line.is_empty())
    }

    /// The same behind the title.
    pub(super) fn with_title(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.title.trim()).chain(self.lines())
    }
}

/// Parts of class words with which programs of blogs and news mark a post and its parts.
const MARKS: [&str; 7] = ["hentry", "h-entry", "entry-", "post-", "article-", "e-content", "rich_media_content"];

/// Whether a page says that it is an article: by an element, a class word, its data.
fn is_marked(tree: &Tree) -> bool {
    let of_elements = || {
        tree.root().descendants().filter_map(|node| node.value().as_element()).any(|element| {
            element.name() == "article"
                || attribute(element, "itemprop").is_some_and(|name| name == "articleBody")
                || attribute(element, "class").is_some_and(|names| MARKS.iter().any(|mark| names.contains(mark)))
        })
    };
    tree.meta().any(|(name, value)| name == "og:type" && value == "article") || of_elements()
}

/// Whether a page is nothing but scripts, forms without a word and frames of scripts: a cookie is set, a proof is made, and the
/// page asked for again.
fn is_script(tree: &Tree, bytes: &[u8]) -> bool {
    let acts = ["location", "cookie", "submit()", "http-equiv=\"refresh\"", "<script src="];
    let elements = tree.body().descendants().skip(1).filter_map(|node| match node.value() {
        Node::Element(element) => Some(element.name()),
        _ => None,
    });
    let mut others = elements.filter(|name| !matches!(*name, "form" | "input" | "script" | "noscript" | "br"));
    let acts = acts.iter().any(|word| memchr::memmem::find(bytes, word.as_bytes()).is_some());
    acts && others.next().is_none()
}

//! What servers send in the place of an article: challenge pages, doors, messages, empty houses (`config/states.toml`).

use scraper::Node;

use crate::model::PageState;
use crate::parse::html::{Tree, attribute};
use crate::parse::{Body, Page};
use crate::rules::words::{Shown, Words};

/// Most bytes of text that a page shows which is asked about.
const MAX_BYTES: usize = 6_000;
/// Most bytes of text in the body of a WeChat article, or of a text without markup, that is asked about: a sentence or two.
const MAX_BODY_BYTES: usize = 300;

/// What a page that shows little shows.
#[derive(Debug)]
pub(super) struct Little {
    title: String,
    text: String,
    linked: String,
    /// Only its words may tell: the page round them is the article's own.
    is_body: bool,
    /// The page is marked as an article.
    pub is_marked: bool,
    /// It shows nothing, and has no place where a script could show something: what it is for is the script.
    is_script: bool,
}

impl Little {
    /// `None` for a page that shows more than what stands in the place of articles does. `bytes` are those of the page.
    pub(super) fn of(page: &Page, bytes: &[u8]) -> Option<Self> {
        let (tree, is_body) = match &page.body {
            Body::Document(tree) => (tree, false),
            Body::Fragment(tree) => (tree, true),
            Body::Empty if page.state == PageState::NotArticle && bytes.len() <= MAX_BYTES => {
                // Data or a word, as programs answer to programs.
                let text = String::from_utf8_lossy(bytes).into_owned();
                let [title, linked] = [String::new(), String::new()];
                return Some(Self { title, text, linked, is_body: true, is_marked: false, is_script: false });
            }
            Body::Empty | Body::Blocks(_) => return None,
        };
        let text = tree.words(if is_body { MAX_BODY_BYTES } else { MAX_BYTES })?;
        let title = tree.first("title").map(Tree::text_of).unwrap_or_default();
        let is_script = !is_body && text.is_empty() && is_script(tree, bytes);
        let links =
            tree.root().descendants().filter(|node| node.value().as_element().is_some_and(|it| it.name() == "a"));
        let linked = links.map(Tree::text_of).collect();
        Some(Self { title, text, linked, is_body, is_marked: is_body || is_marked(tree), is_script })
    }

    /// What the page is that shows no more, and what says so; `None` for an article. `bytes` are those of the page.
    pub(super) fn state(&self, bytes: &[u8], words: &Words) -> Option<(PageState, String)> {
        let (bytes, title): (&[u8], &str) = if self.is_body { (&[], "") } else { (bytes, &self.title) };
        let shown = Shown { bytes, title, text: &self.text, linked: &self.linked, is_marked: self.is_marked };
        let script = || self.is_script.then(|| (PageState::Blocked, "nothing but a script".to_owned()));
        words.states.of(shown).or_else(script)
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

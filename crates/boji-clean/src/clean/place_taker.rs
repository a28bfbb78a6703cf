//! What servers send in the place of an article: challenge pages, doors, messages, empty houses (`config/states.toml`).

use crate::model::PageState;
use crate::parse::html::Tree;
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
    /// Only its words may tell: the page round them is the article's own.
    is_body: bool,
}

impl Little {
    /// `None` for a page that shows more than what stands in the place of articles does.
    pub(super) fn of(page: &Page) -> Option<Self> {
        let (tree, is_body) = match &page.body {
            Body::Document(tree) => (tree, false),
            Body::Fragment(tree) => (tree, true),
            Body::Empty | Body::Blocks(_) => return None,
        };
        let text = tree.words(if is_body { MAX_BODY_BYTES } else { MAX_BYTES })?;
        let title = tree.first("title").map(Tree::text_of).unwrap_or_default();
        Some(Self { title, text, is_body })
    }

    /// What the page is that shows no more, and what says so; `None` for an article. `bytes` are those of the page.
    pub(super) fn state(&self, bytes: &[u8], words: &Words) -> Option<(PageState, String)> {
        let (bytes, title): (&[u8], &str) = if self.is_body { (&[], "") } else { (bytes, &self.title) };
        words.states.of(Shown { bytes, title, text: &self.text })
    }
}

use super::html::Tree;
use crate::model::{Block, Facts, Issue, Origin, PageState};

/// Bytes to be parsed, with what is known about them from outside.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The bytes as received, content encoding undone, charset unknown.
    pub bytes: &'a [u8],
    /// The final address, "" when unknown.
    pub url: &'a str,
    /// `Content-Type` of the answer, "" when unknown.
    pub content_type: &'a str,
}

/// The body of a page before cleaning.
#[derive(Debug, Default)]
pub enum Body {
    /// There is none.
    #[default]
    Empty,
    /// Blocks already (Markdown, text and picture shares).
    Blocks(Vec<Block>),
    /// HTML all of which is the body.
    Fragment(Tree),
    /// A whole HTML page in which the body has still to be located.
    Document(Tree),
}

/// What a parser makes of one capture. Lives only inside one synchronous call, for a tree is not `Send`.
#[derive(Debug)]
pub struct Page {
    /// What the page turned out to be.
    pub state: PageState,
    /// The marker that decided the state, for `explain`; "" for an ordinary article.
    pub evidence: String,
    /// What kind of place it came from.
    pub origin: Origin,
    /// What it says about its article.
    pub facts: Facts,
    /// Its body.
    pub body: Body,
    /// Oddities got over.
    pub issues: Vec<Issue>,
}

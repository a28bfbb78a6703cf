use crate::parse::html::Tree;
use crate::rules::words::Words;

/// The page in which an article is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    pub tree: &'a Tree,
    /// Its address, "" when unknown.
    pub url: &'a str,
    /// What its words mean.
    pub words: &'a Words,
}

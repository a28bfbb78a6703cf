//! What an ordinary page says about its article.

use crate::model::Facts;
use crate::parse::html::Tree;

/// Facts of a page.
pub fn facts(_tree: &Tree, _url: &str) -> Facts {
    Facts::default()
}

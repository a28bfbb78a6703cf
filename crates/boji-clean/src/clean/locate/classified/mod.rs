//! Texts inside of the article's element: what was learned from labelled pages says whether they are page chrome.
//!
//! It asks how a page is built, what its elements are called and how its texts are punctuated, and reads no words, so that it
//! is for pages in any language.

mod boxes;
mod compared;
mod features;
mod names;
mod rows;
mod shape;
mod take;

pub use features::BOX_FEATURES;
pub use rows::BoxRow;
pub(super) use rows::rows;
pub(super) use take::take;

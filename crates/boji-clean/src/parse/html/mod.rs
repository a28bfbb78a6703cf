//! HTML to a tree: a linear pre-pass that cuts what no reader sees, then the standard parser, with depth capped.
//!
//! It must not know what an article is, nor any site.

mod attributes;
mod drawn_formula;
mod markup;
mod names;
mod nesting;
mod prune;
mod raw;
mod tokens;
mod tree;
mod unclosed;

pub use names::is_block;
pub use prune::prune;
pub use tree::{Step, Tree, Walk, attribute, tag_name};

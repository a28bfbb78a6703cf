//! Tree to blocks: headings, paragraphs, list items, tables, code and figures in reading order, with nothing judged.
//!
//! It must not know what is boilerplate: what a reader of the page sees becomes a block. The one thing it leaves out besides
//! hidden elements are the controls of code listings (line numbers, copy buttons).

mod card;
mod code;
mod drawn;
mod drawn_katex;
mod formula;
mod image;
mod inline_style;
mod line;
mod names;
mod outside;
mod pictured;
mod raised;
mod table;
mod writer;
mod written;

pub use formula::{formula, is_formula};
pub use image::picture;
pub use names::{is_hidden, is_silent};
pub use outside::outside;
pub use writer::{blocks, controls, write};
pub use written::{AsideReason, Doubt, SetAside, WrittenBlocks};

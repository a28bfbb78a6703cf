//! Tree to blocks: headings, paragraphs, list items, tables, code and figures in reading order, with nothing judged.
//!
//! It must not know what is boilerplate: what a reader of the page sees becomes a block. The one thing it leaves out besides
//! hidden elements are the controls of code listings (line numbers, copy buttons) and of headings (signs that lead to them), and buttons
//! that are neither a question nor a word of a sentence.

mod card;
mod code;
mod drawn;
mod drawn_katex;
mod formula;
mod hidden;
mod image;
mod inline_style;
mod language;
mod line;
mod line_numbers;
mod link_run;
mod list;
mod listing_box;
mod names;
mod notes;
mod opened;
mod outside;
mod permalink;
mod pictured;
mod quotation;
mod raised;
mod recorded;
mod table;
mod writer;
mod written;

pub use formula::{formula, is_formula};
pub use hidden::is_hidden;
pub use image::picture;
pub use names::is_silent;
pub use notes::{CitedNotes, is_inline_note, is_note_list};
pub use opened::is_question;
pub use outside::outside;
pub use writer::{blocks, controls, write};
pub use written::{AsideReason, Doubt, SetAside, WrittenBlocks};

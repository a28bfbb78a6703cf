//! Saved articles. In Markdown: the album crawler's files, wechatmp2markdown's files, files with YAML or TOML front
//! matter, and plain Markdown. As browsers save them: [`saved`] opens them, and the other parsers read what is inside.
//!
//! The header gives the facts, a block parser of our own gives the body. It reads the dialects that converters write
//! (hard-wrapped lines, links cut over lines, bold in broken runs), not all of CommonMark; it is linear, never recursive,
//! and must not know what is chaff.

mod emphasis;
mod fields;
mod front_matter;
mod header;
mod html_table;
mod inline;
mod lines;
mod link;
mod markdown;
mod mhtml;
mod output;
mod page;
mod pictures;
mod saved;
mod table;
mod wrap;

pub(in crate::parse) use page::is_marked;
pub use page::page;
pub use saved::{Saved, saved};

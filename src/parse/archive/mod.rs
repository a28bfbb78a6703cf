//! Saved articles in Markdown: the album crawler's files, wechatmp2markdown's files, files with YAML front matter, and
//! plain Markdown.
//!
//! The header gives the facts, a block parser of our own gives the body. It reads the dialects that converters write
//! (hard-wrapped lines, links cut over lines, bold in broken runs), not all of CommonMark; it is linear, never recursive,
//! and must not know what is chaff.

mod emphasis;
mod front_matter;
mod header;
mod html_table;
mod inline;
mod lines;
mod link;
mod markdown;
mod page;
mod pictures;
mod table;
mod wrap;

pub use page::page;

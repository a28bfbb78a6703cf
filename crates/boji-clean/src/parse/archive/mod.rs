//! Saved articles. In Markdown: the album crawler's files, wechatmp2markdown's files, files with YAML or TOML front
//! matter, and plain Markdown. As browsers save them: `saved` opens them, and the other parsers read what is inside.
//!
//! The header gives the facts. The body is CommonMark, which pulldown-cmark reads, once `prepare` has undone what
//! converters write otherwise (hard-wrapped lines, links cut over lines, bold in broken runs, nothing escaped); it becomes
//! HTML and then blocks, as pages do. This must not know what is boilerplate.

mod header;
mod html;
mod inline;
mod lines;
mod page;
mod prepare;
mod saved;
mod stand_in;
mod tags;

pub(in crate::parse) use header::{Field, field, page_frame};
pub use page::page;
pub(in crate::parse) use page::{has_markdown_lines, is_markdown, is_marked};
pub use saved::{Saved, saved};

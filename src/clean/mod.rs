//! Page to article: locate, blocks, boilerplate, metadata, normalise, render.
//!
//! [`winnow`], or [`winnow_pages`] for an article of several pages, is a pure function of captures and the rules: no network, no store, no clock.

mod address;
pub mod blocks;
mod boilerplate;
mod document;
mod language;
mod lesson;
pub mod locate;
mod normalize;
mod pages;
mod pictures;
mod read;
pub mod render;
pub mod site;
pub mod web_facts;
mod winnow;
mod winnowed;

pub use boilerplate::{Fields, Judged, Memory, judge};
pub use language::language;
pub use lesson::{lesson, wordings};
pub use normalize::{normalize, text as normal_text};
pub use pictures::picture_id;
pub use read::{ReadPage, read_page};
pub use winnow::{Context, winnow, winnow_entry, winnow_pages, winnow_read};
pub use winnowed::Winnowed;

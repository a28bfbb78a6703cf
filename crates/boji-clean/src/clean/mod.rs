//! Page to article: locate, blocks, boilerplate, metadata, normalise, render.
//!
//! [`clean_page`], or [`clean_pages`] for an article of several pages, is a pure function of captures and the rules: no network, no store, no clock.

mod address;
mod article;
pub mod blocks;
mod boilerplate;
mod embedded;
mod language;
mod lesson;
pub mod locate;
pub mod metadata;
mod normalize;
mod pages;
mod pictures;
mod place_taker;
mod read;
pub mod render;
mod short_post;
pub mod site;

pub use article::{Context, clean_entry, clean_page, clean_pages, clean_read_pages, line_rows};
pub use boilerplate::{FEATURES, Fields, Judged, LineRow, Memory, judge};
pub use language::{language, language_of};
pub use lesson::{lesson, wordings};
pub use normalize::normalize;
pub use pictures::picture_id;
pub use place_taker::{Certainty, PAGE_FEATURES, PageRow};
pub use read::{Cleaned, ReadPage, page_row, read_page};

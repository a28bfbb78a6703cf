//! Lists of WeChat articles that somebody has saved: replies of the platform, and what exporters make of them.
//!
//! They are known by their content, never by a file's name. It must not know the store.

mod item;
mod json;
mod profile;
mod read;

pub(super) use json::{date, number, raw_text, text};
pub(crate) use read::{Listing, read_listing};

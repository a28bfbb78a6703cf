//! Files that hold more than one page, opened while they are read: of each no more is in memory than its documents that are
//! being worked on. It must not know the store.

mod document;
mod har;
mod json_lines;
mod json_values;
mod kind;
mod open;
mod packed;
mod warc;
mod zip;

pub(super) use document::{Content, Document, Page, PassedOver};
pub(super) use har::read_entry;
pub(super) use open::documents;
pub(super) use packed::inner_name;

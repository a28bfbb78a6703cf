//! WARC (ISO 28500), and WACZ, a ZIP of it: each answer of a server is a page of its own.

mod answers;
mod block;
mod head;
mod originals;
mod piece;
mod web_archive;

pub(super) use answers::open;
pub(super) use head::is_text;
pub(super) use web_archive::open as open_web_archive;

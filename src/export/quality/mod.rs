//! Numbers that say how a text looks, for who filters a corpus. boji drops nothing by them.

mod character;
mod measure;
mod runs;

pub(super) use measure::{Quality, quality};

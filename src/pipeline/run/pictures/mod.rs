//! The pictures of articles: which are wanted, what the bytes are that came, and when one is asked for again.

mod header;
mod keep;
mod next_try;
mod wanted;

pub(super) use keep::keep_pictures;

//! New, revision, duplicate or unchanged: keys, fingerprints, the decision. Pure; it must not know the store.

mod decision;
mod entry;

pub use decision::decide;
pub(crate) use decision::decide_again;
pub(crate) use entry::entry_fingerprint;
pub use entry::entry_key;

//! New, revision, duplicate or unchanged: keys, fingerprints, the decision. Pure; it must not know the store.

mod apart;
mod decision;
mod entry;

pub(crate) use apart::{own_identity, tell_apart};
pub use decision::{decide, decide_again};
pub use entry::entry_key;
pub(crate) use entry::{entry_fingerprint, former_key, waiting_entry, words_hash};

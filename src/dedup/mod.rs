//! New, revision, duplicate or unchanged: keys, fingerprints, the decision; and which texts are alike. Pure; it must not know the store.

mod apart;
mod decision;
mod duplicates;
mod entry;
mod runs;
mod shingles;
mod sketch;

pub(crate) use apart::{own_identity, tell_apart};
pub use decision::{decide, decide_again};
pub(crate) use duplicates::{Member, duplicates};
pub use entry::entry_key;
pub(crate) use entry::{entry_fingerprint, former_key, waiting_entry, words_hash};
pub use runs::Letters;
pub use shingles::{Shingles, is_kept};
pub use sketch::Sketch;

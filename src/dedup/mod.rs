//! New, revision, duplicate or unchanged: keys, fingerprints, the decision. Pure; it must not know the store.

mod decision;
mod entry;
mod letters;
mod simhash;
mod text;

pub use decision::{decide, decide_again};
pub use entry::{entry_fingerprint, entry_key};
pub use simhash::{format_simhash, simhash};
pub use text::text_key;

//! What servers send in the place of an article: challenge pages, doors, messages, empty houses. A table knows those that tell
//! themselves (`config/states.toml`), a classifier the others by how they speak and what they are made of.

mod decide;
mod features;
mod little;

pub use decide::{Certainty, PageRow};
pub(super) use decide::{Told, row, state};
pub use features::PAGE_FEATURES;
pub(super) use little::Little;

//! What is kept: sources, captures, articles with their revisions and verdicts, the history of fetches.
//!
//! [`Store`] is a written contract, and a test suite holds it. This module must not know HTTP or HTML.

mod comparison;
mod contract;
mod error;
mod filter;
mod picture_files;
mod selection;
mod sqlite;
pub(crate) mod whole_file;

pub(crate) use comparison::{Comparison, RowDifference, Side, compare};
pub(crate) use contract::Sizes;
pub use contract::{Batch, EntryCount, Found, Hit, Retry, SearchIndex, Store, Waiting};
pub(crate) use contract::{Counts, Damaged, Newest};
pub use error::StoreError;
pub(crate) use filter::covers;
pub use filter::{Filter, HiddenOnes};
pub use selection::Selection;
pub(crate) use selection::{Sieve, UnknownLicense};
pub(crate) use sqlite::Look;
pub use sqlite::{Access, SqliteStore};

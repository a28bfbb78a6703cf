//! The store in one SQLite file: WAL, strict tables, one write transaction a call.
//!
//! What a database looks like is written in `migrations/`. `commit` alone writes articles.

mod articles;
mod captures;
mod check;
mod codec;
mod commit;
mod dump;
mod duplicates;
mod failure;
mod forget;
mod forgotten;
mod functions;
mod hide;
mod lessons;
mod migrate;
mod near;
mod numbers;
mod open;
mod packing;
mod pictures;
mod sights;
mod sizes;
mod sources;
mod store;
mod upkeep;
mod words;

pub use open::Access;
pub(crate) use open::Look;
pub use store::SqliteStore;

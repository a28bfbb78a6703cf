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
mod lessons;
mod near;
mod numbers;
mod open;
mod sights;
mod sources;
mod store;

pub use open::Access;
pub use store::SqliteStore;

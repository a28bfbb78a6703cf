//! The store in one SQLite file: WAL, strict tables, one write transaction a call.
//!
//! One file a noun; each holds the SQL of its tables and nothing else does. What a database looks like is written in
//! `migrations/`.

mod aliases;
mod articles;
mod captures;
mod check;
mod codec;
mod dump;
mod entries;
mod failure;
mod history;
mod hosts;
mod lessons;
mod migrations;
mod open;
mod revisions;
mod rulings;
mod sources;
mod sqlite_store;
mod submit;

pub use open::Access;
pub use sqlite_store::SqliteStore;

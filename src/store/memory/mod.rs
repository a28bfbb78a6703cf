//! The store in memory, for tests.

mod aliases;
mod commit;
mod held;
mod lessons;
mod memory_store;

pub use memory_store::MemoryStore;

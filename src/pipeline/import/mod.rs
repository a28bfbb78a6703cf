//! Import: files that a person has become articles, entries that wait, or sources.

mod container;
mod driver;
mod file;
mod importer;
mod known;
mod result;
mod sources;

pub(crate) use driver::Imported;
pub use driver::{ImportOptions, import};

//! Import: files that a person has become articles, entries that wait, or sources.

mod driver;
mod file;
mod importer;

pub use driver::{ImportOptions, import};

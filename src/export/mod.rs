//! The corpus out of the store: JSONL, Markdown tree, plain text, each with a manifest.
//!
//! [`export`] walks the articles that a filter wants, turns each into a [`Record`] and hands it to a [`Sink`]. The same
//! store gives the same bytes. This module must not know the network or the pages' parsers.

mod error;
mod folder;
mod format;
mod jsonl;
mod manifest;
mod record;
mod run;
mod sink;
mod tree;

pub use error::ExportError;
pub use format::{ExportOptions, Format};
pub use jsonl::JsonlSink;
pub use manifest::Manifest;
pub use record::Record;
pub use run::{Report, export};
pub use sink::{Sink, WrittenFile};
pub use tree::TreeSink;
pub(crate) use tree::yaml_value;

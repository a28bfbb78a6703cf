//! The corpus out of the store: JSONL, Markdown tree, plain text, each with a manifest.
//!
//! [`export`] walks the articles that a filter wants, turns each into a [`Record`] and hands it to a [`Sink`]. The same
//! store gives the same bytes. This module must not know the network or the pages' parsers.

mod error;
mod folder;
mod format;
mod front_matter;
mod jsonl;
mod manifest;
mod names;
mod options;
mod output;
mod record;
mod run;
mod sink;
mod tree;

pub use error::ExportError;
pub use format::Format;
pub use jsonl::JsonlSink;
pub use manifest::Manifest;
pub use options::ExportOptions;
pub use record::Record;
pub use run::{Report, export};
pub use sink::{Sink, WrittenFile};
pub use tree::TreeSink;

//! The corpus out of the store: JSONL, Parquet, Dolma, Markdown tree, plain text, or its captures as WARC, each with a manifest.
//!
//! [`export`] walks the articles that a filter wants, turns each into a [`Record`] and hands it to a [`Sink`]. The same
//! store gives the same bytes. This module must not know the network or the pages' parsers.

mod card;
mod columns;
mod dolma;
mod error;
mod folder;
mod format;
mod jsonl;
mod manifest;
mod metadata;
mod parquet;
mod pictures;
mod quality;
mod record;
mod redact;
mod run;
mod sample;
mod series;
mod shard;
mod sink;
mod split;
mod tree;
mod verify;
mod warc;

pub use error::ExportError;
pub use format::{ExportOptions, Format};
pub use jsonl::JsonlSink;
pub use manifest::Manifest;
pub use parquet::ParquetSink;
pub use record::Record;
pub(crate) use redact::Redaction;
pub use run::{Report, export};
pub(crate) use run::{export_step, write_lines};
pub use sample::Sample;
pub(crate) use series::SeriesName;
pub use shard::Shard;
pub use sink::{Sink, WrittenFile};
pub use split::Split;
pub use tree::TreeSink;
pub(crate) use tree::yaml_value;
pub use verify::{Verified, verify};

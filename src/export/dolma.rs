//! Documents and attributes as the tools of Dolma read them (<https://github.com/allenai/dolma/blob/main/docs/data-format.md>). A document
//! is the article with what was taken out of it, so that its spans can be taken out again, or some kinds of them left.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use boji_clean::clean::render::whole_text;
use flate2::{Compression, GzBuilder, write::GzEncoder};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::ExportError;
use super::record::Record;
use super::redact::Redaction;
use super::shard::Shard;
use super::sink::{Output, Sink, WrittenFile};
use crate::model::StoredArticle;

/// Where the documents lie, below the folder of the export.
pub(super) const DOCUMENTS: &str = "documents";
/// Where what was taken out of them is named, in files of the same names with a line a document.
pub(super) const ATTRIBUTES: &str = "attributes/boilerplate";
/// The attribute that has every span; without these a document has the text of its record.
const ALL: &str = "boilerplate__all";

/// Files `documents/part-00000.jsonl.gz` and `attributes/boilerplate/part-00000.jsonl.gz`.
pub(super) struct DolmaSink {
    folder: PathBuf,
    split: String,
    shard: Shard,
    redaction: Option<Redaction>,
    documents: Part,
    attributes: Part,
    records: u64,
    bytes: u64,
    parts: usize,
    done: Vec<WrittenFile>,
}

/// A line of `documents`: fields that are unknown are absent.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    id: String,
    text: String,
    source: String,
    added: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    created: String,
    /// The other fields of the record; its own `metadata` as an object.
    metadata: Map<String, Value>,
}

/// A line of `attributes`: spans in characters, each with a score, by the name of the attribute.
#[derive(Debug, Serialize)]
struct AttributeLine<'a> {
    id: &'a str,
    source: &'a str,
    attributes: BTreeMap<String, Vec<(usize, usize, f64)>>,
}

impl DolmaSink {
    pub(super) fn new(
        folder: &Path,
        split: &str,
        shard: Shard,
        redaction: Option<Redaction>,
    ) -> Result<Self, ExportError> {
        let (folder, split) = (folder.to_owned(), split.to_owned());
        let [documents, attributes] = parts(&folder, &split, 0)?;
        Ok(Self {
            folder,
            split,
            shard,
            redaction,
            documents,
            attributes,
            records: 0,
            bytes: 0,
            parts: 1,
            done: Vec::new(),
        })
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        let [documents, attributes] = parts(&self.folder, &self.split, self.parts)?;
        self.done.push(std::mem::replace(&mut self.documents, documents).finish(self.records)?);
        self.done.push(std::mem::replace(&mut self.attributes, attributes).finish(0)?);
        self.parts += 1;
        (self.records, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Sink for DolmaSink {
    fn write(&mut self, record: &Record, stored: &StoredArticle) -> Result<(), ExportError> {
        if self.shard.is_full(self.records, self.bytes) {
            self.next_part()?;
        }
        let shown = |words: String| match &self.redaction {
            Some(redaction) => redaction.text(&words),
            None => words,
        };
        let whole = whole_text(&stored.submission.article.blocks, shown);
        let mut attributes: BTreeMap<String, Vec<(usize, usize, f64)>> = BTreeMap::from([(ALL.to_owned(), Vec::new())]);
        for removed in &whole.removed {
            let span = (removed.characters.start, removed.characters.end, 1.0);
            attributes.entry(ALL.to_owned()).or_default().push(span);
            attributes.entry(format!("boilerplate__{}", removed.category)).or_default().push(span);
        }
        let source = if record.source_id.is_empty() { &record.source } else { &record.source_id };
        self.attributes.line(&AttributeLine { id: &record.id, source, attributes }, &record.id)?;
        let document = Document {
            id: record.id.clone(),
            text: whole.text,
            source: source.clone(),
            added: record.date_fetched.clone(),
            created: record.date.clone(),
            metadata: others(record)?,
        };
        self.bytes += self.documents.line(&document, &record.id)?;
        self.records += 1;
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        let mut done = self.done;
        done.push(self.documents.finish(self.records)?);
        done.push(self.attributes.finish(0)?);
        Ok(done)
    }
}

/// The fields of a record that a document has no place of its own for.
fn others(record: &Record) -> Result<Map<String, Value>, ExportError> {
    let value = serde_json::to_value(record).map_err(|source| ExportError::Record { id: record.id.clone(), source })?;
    let Value::Object(mut fields) = value else { return Ok(Map::new()) };
    for place in ["id", "text", "date_fetched", "date"] {
        fields.remove(place);
    }
    if let Ok(metadata) = serde_json::from_str(&record.metadata) {
        fields.insert("metadata".to_owned(), metadata);
    }
    Ok(fields)
}

/// The files of one part: documents and attributes.
fn parts(folder: &Path, split: &str, number: usize) -> Result<[Part; 2], ExportError> {
    let create = |place: &str| Part::create(folder, &format!("{place}/{split}-{number:05}.jsonl.gz"));
    Ok([create(DOCUMENTS)?, create(ATTRIBUTES)?])
}

/// A file of lines, packed by gzip, which says nothing of when it was packed.
struct Part(GzEncoder<Output>);

impl Part {
    fn create(folder: &Path, path: &str) -> Result<Self, ExportError> {
        let output = Output::create(folder, path)?;
        Ok(Self(GzBuilder::new().mtime(0).write(output, Compression::default())))
    }

    /// Writes a line; its bytes before they are packed.
    fn line(&mut self, line: &impl Serialize, id: &str) -> Result<u64, ExportError> {
        let mut bytes = serde_json::to_vec(line).map_err(|source| ExportError::Record { id: id.to_owned(), source })?;
        bytes.push(b'\n');
        let done = self.0.write_all(&bytes);
        done.map_err(ExportError::writing(self.0.get_ref().full_path()))?;
        Ok(bytes.len() as u64)
    }

    fn finish(self, records: u64) -> Result<WrittenFile, ExportError> {
        let path = self.0.get_ref().full_path().to_owned();
        self.0.finish().map_err(ExportError::writing(&path))?.finish(records)
    }
}

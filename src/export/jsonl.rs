use std::io::Write;
use std::path::{Path, PathBuf};

use zstd::stream::write::Encoder;

use super::error::ExportError;
use super::record::Record;
use super::sink::{Output, Sink, WrittenFile};
use crate::model::StoredArticle;

/// Records in one file; some 200 MB of Chinese articles.
const RECORDS_PER_FILE: u64 = 20_000;
/// zstd's level for files that are written once and read often.
const LEVEL: i32 = 9;

/// Files `part-00000.jsonl` or `part-00000.jsonl.zst`, `part-00001…`, each with a fixed number of records. There is
/// always a first one, so that a reader of `*.jsonl` finds something even when nothing was wanted.
pub struct JsonlSink {
    folder: PathBuf,
    packed: bool,
    records_per_file: u64,
    part: Part,
    records: u64,
    done: Vec<WrittenFile>,
}

enum Part {
    Plain(Output),
    Packed(Box<Encoder<'static, Output>>),
}

impl JsonlSink {
    /// A sink that writes into `folder`, with zstd when `packed`.
    pub fn new(folder: &Path, packed: bool) -> Result<Self, ExportError> {
        Self::with_records_per_file(folder, packed, RECORDS_PER_FILE)
    }

    /// The same with another number of records a file, at least one.
    pub fn with_records_per_file(folder: &Path, packed: bool, records_per_file: u64) -> Result<Self, ExportError> {
        let part = Part::create(folder, 0, packed)?;
        let (folder, records_per_file) = (folder.to_owned(), records_per_file.max(1));
        Ok(Self { folder, packed, records_per_file, part, records: 0, done: Vec::new() })
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        let next = Part::create(&self.folder, self.done.len() + 1, self.packed)?;
        let full = std::mem::replace(&mut self.part, next);
        self.done.push(full.finish(self.records)?);
        self.records = 0;
        Ok(())
    }
}

impl Sink for JsonlSink {
    fn write(&mut self, record: &Record, _article: &StoredArticle) -> Result<(), ExportError> {
        if self.records == self.records_per_file {
            self.next_part()?;
        }
        let mut line =
            serde_json::to_vec(record).map_err(|source| ExportError::Record { id: record.id.clone(), source })?;
        line.push(b'\n');
        self.records += 1;
        self.part.write(&line)
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        let mut done = self.done;
        done.push(self.part.finish(self.records)?);
        Ok(done)
    }
}

impl Part {
    fn create(folder: &Path, number: usize, packed: bool) -> Result<Self, ExportError> {
        if !packed {
            return Ok(Self::Plain(Output::create(folder, &format!("part-{number:05}.jsonl"))?));
        }
        let output = Output::create(folder, &format!("part-{number:05}.jsonl.zst"))?;
        let path = output.full_path().to_owned();
        let mut encoder = Encoder::new(output, LEVEL).map_err(ExportError::writing(&path))?;
        encoder.include_checksum(true).map_err(ExportError::writing(&path))?;
        Ok(Self::Packed(Box::new(encoder)))
    }

    fn write(&mut self, line: &[u8]) -> Result<(), ExportError> {
        let (done, output) = match self {
            Self::Plain(output) => (output.write_all(line), &*output),
            Self::Packed(encoder) => (encoder.write_all(line), encoder.get_ref()),
        };
        done.map_err(ExportError::writing(output.full_path()))
    }

    fn finish(self, records: u64) -> Result<WrittenFile, ExportError> {
        let output = match self {
            Self::Plain(output) => output,
            Self::Packed(encoder) => {
                let path = encoder.get_ref().full_path().to_owned();
                encoder.finish().map_err(ExportError::writing(&path))?
            }
        };
        output.finish(records)
    }
}

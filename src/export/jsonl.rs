use std::io::Write;
use std::path::{Path, PathBuf};

use zstd::stream::write::Encoder;

use super::error::ExportError;
use super::record::Record;
use super::shard::Shard;
use super::sink::{Output, Sink, WrittenFile};
use crate::model::StoredArticle;

/// zstd's level for files that are written once and read often.
const LEVEL: i32 = 9;

/// Files `part-00000.jsonl` or `part-00000.jsonl.zst`, `part-00001…`, each as large as its shard. There is always a first one, so that a reader of `*.jsonl` finds something even when nothing was wanted.
pub struct JsonlSink {
    folder: PathBuf,
    split: String,
    packed: bool,
    shard: Shard,
    part: Part,
    records: u64,
    bytes: u64,
    done: Vec<WrittenFile>,
}

enum Part {
    Plain(Output),
    Packed(Box<Encoder<'static, Output>>),
}

impl JsonlSink {
    /// A sink that writes the files of one split into `folder`, with zstd when `packed`.
    pub fn new(folder: &Path, split: &str, packed: bool, shard: Shard) -> Result<Self, ExportError> {
        let part = Part::create(folder, split, 0, packed)?;
        let (folder, split) = (folder.to_owned(), split.to_owned());
        Ok(Self { folder, split, packed, shard, part, records: 0, bytes: 0, done: Vec::new() })
    }

    fn next_part(&mut self) -> Result<(), ExportError> {
        let next = Part::create(&self.folder, &self.split, self.done.len() + 1, self.packed)?;
        let full = std::mem::replace(&mut self.part, next);
        self.done.push(full.finish(self.records)?);
        (self.records, self.bytes) = (0, 0);
        Ok(())
    }
}

impl Sink for JsonlSink {
    fn write(&mut self, record: &Record, _article: &StoredArticle) -> Result<(), ExportError> {
        if self.shard.is_full(self.records, self.bytes) {
            self.next_part()?;
        }
        let mut line = record.to_line()?;
        line.push(b'\n');
        self.records += 1;
        self.bytes += line.len() as u64;
        self.part.write(&line)
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        let mut done = self.done;
        done.push(self.part.finish(self.records)?);
        Ok(done)
    }
}

impl Part {
    fn create(folder: &Path, split: &str, number: usize, packed: bool) -> Result<Self, ExportError> {
        if !packed {
            return Ok(Self::Plain(Output::create(folder, &format!("{split}-{number:05}.jsonl"))?));
        }
        let output = Output::create(folder, &format!("{split}-{number:05}.jsonl.zst"))?;
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

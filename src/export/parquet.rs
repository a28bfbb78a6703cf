use std::path::{Path, PathBuf};
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::ByteArray;
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::{ColumnPath, Type, TypePtr};

use super::columns::{COLUMNS, Column, Kind, Row, Value};
use super::error::ExportError;
use super::record::Record;
use super::shard::Shard;
use super::sink::{Output, Sink, WrittenFile};
use crate::model::StoredArticle;

/// Most rows of a group: a reader that wants a few takes no more than these.
const ROWS_A_GROUP: usize = 1_000;
/// Most bytes of text of a group, so that long articles cost no more memory than short ones.
const BYTES_A_GROUP: u64 = 32 << 20;
/// zstd's level; higher ones take several times as long and save a few per cent.
const LEVEL: i32 = 3;
/// Columns in which hardly a value comes twice: a dictionary would only be tried and given up.
const WITHOUT_DICTIONARY: [&str; 8] =
    ["id", "text", "title", "url", "canonical_url", "content_hash", "simhash", "metadata"];

/// Files `data/train-00000-of-00002.parquet`, …: the layout that loaders of datasets know. There is always a first one.
///
/// Every column is there in every file and in the order of the record; texts are never null, dates are where nothing is stated.
pub struct ParquetSink {
    folder: PathBuf,
    split: String,
    shard: Shard,
    schema: TypePtr,
    properties: Arc<WriterProperties>,
    rows: Vec<Row>,
    bytes: u64,
    file: Option<Part>,
    done: Vec<WrittenFile>,
}

/// A file on its way.
struct Part {
    writer: SerializedFileWriter<Output>,
    records: u64,
    bytes: u64,
}

impl ParquetSink {
    /// A sink that writes the files of one split into `folder`.
    pub fn new(folder: &Path, split: &str, shard: Shard) -> Result<Self, ExportError> {
        let schema = schema().map_err(failure(folder))?;
        let properties = Arc::new(properties().map_err(failure(folder))?);
        let (folder, split) = (folder.to_owned(), split.to_owned());
        Ok(Self { folder, split, shard, schema, properties, rows: Vec::new(), bytes: 0, file: None, done: Vec::new() })
    }

    /// Writes the rows that wait as one group.
    fn write_group(&mut self) -> Result<(), ExportError> {
        let path = self.folder.clone();
        let part = match self.file.take() {
            Some(part) => part,
            None => self.create()?,
        };
        let part = self.file.insert(part);
        write_group(&mut part.writer, &self.rows).map_err(failure(&path))?;
        part.records += self.rows.len() as u64;
        part.bytes += self.bytes;
        self.rows.clear();
        self.bytes = 0;
        Ok(())
    }

    fn create(&self) -> Result<Part, ExportError> {
        let output = Output::create(&self.folder, &unfinished(&self.split, self.done.len()))?;
        let writer = SerializedFileWriter::new(output, self.schema.clone(), self.properties.clone());
        Ok(Part { writer: writer.map_err(failure(&self.folder))?, records: 0, bytes: 0 })
    }

    fn end_file(&mut self) -> Result<(), ExportError> {
        if !self.rows.is_empty() {
            self.write_group()?;
        }
        let part = match self.file.take() {
            Some(part) => part,
            None => self.create()?,
        };
        let output = part.writer.into_inner().map_err(failure(&self.folder))?;
        self.done.push(output.finish(part.records)?);
        Ok(())
    }

    fn waits_for_group(&self) -> bool {
        self.rows.len() >= ROWS_A_GROUP || self.bytes >= BYTES_A_GROUP
    }

    fn is_full(&self) -> bool {
        let (records, bytes) = self.file.as_ref().map_or((0, 0), |part| (part.records, part.bytes));
        self.shard.is_full(records + self.rows.len() as u64, bytes + self.bytes)
    }
}

impl Sink for ParquetSink {
    fn write(&mut self, record: &Record, article: &StoredArticle) -> Result<(), ExportError> {
        if self.is_full() {
            self.end_file()?;
        } else if self.waits_for_group() {
            self.write_group()?;
        }
        let row = Row::new(record, article);
        self.bytes += row.bytes();
        self.rows.push(row);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        if self.done.is_empty() || self.file.is_some() || !self.rows.is_empty() {
            self.end_file()?;
        }
        let files = self.done.len();
        let named = |(number, file): (usize, WrittenFile)| {
            let path = format!("data/{}-{number:05}-of-{files:05}.parquet", self.split);
            let (from, to) = (self.folder.join(&file.path), self.folder.join(&path));
            std::fs::rename(&from, &to).map_err(ExportError::writing(&to))?;
            Ok(WrittenFile { path, ..file })
        };
        self.done.into_iter().enumerate().map(named).collect()
    }
}

/// The name of a file while nobody knows how many there will be.
fn unfinished(split: &str, number: usize) -> String {
    format!("data/{split}-{number:05}.parquet")
}

/// The error of a file that could not be written.
fn failure(path: &Path) -> impl Fn(ParquetError) -> ExportError + '_ {
    move |error| match error {
        ParquetError::External(source) => match source.downcast::<std::io::Error>() {
            Ok(source) => ExportError::writing(path)(*source),
            Err(source) => ExportError::writing(path)(std::io::Error::other(source)),
        },
        other => ExportError::writing(path)(std::io::Error::other(other)),
    }
}

fn properties() -> Result<WriterProperties> {
    let created_by = format!("boji version {}", env!("CARGO_PKG_VERSION"));
    let mut properties = WriterProperties::builder()
        .set_created_by(created_by)
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_max_row_group_row_count(None);
    for name in WITHOUT_DICTIONARY {
        properties = properties.set_column_dictionary_enabled(ColumnPath::from(name), false);
    }
    Ok(properties.build())
}

/// The schema of every file.
pub(super) fn schema() -> Result<TypePtr> {
    let fields: Vec<TypePtr> = COLUMNS.iter().map(field).collect::<Result<_>>()?;
    Ok(Arc::new(Type::group_type_builder("article").with_fields(fields).build()?))
}

fn field(column: &Column) -> Result<TypePtr> {
    let text = |name: &str| {
        Type::primitive_type_builder(name, Physical::BYTE_ARRAY)
            .with_repetition(Repetition::REQUIRED)
            .with_logical_type(Some(LogicalType::String))
            .build()
    };
    Ok(Arc::new(match column.kind {
        Kind::Text | Kind::Precision => text(column.name)?,
        Kind::Count => {
            Type::primitive_type_builder(column.name, Physical::INT64).with_repetition(Repetition::REQUIRED).build()?
        }
        Kind::Share => {
            Type::primitive_type_builder(column.name, Physical::DOUBLE).with_repetition(Repetition::REQUIRED).build()?
        }
        Kind::Instant => {
            let unit = LogicalType::timestamp(true, TimeUnit::MILLIS);
            Type::primitive_type_builder(column.name, Physical::INT64)
                .with_repetition(Repetition::OPTIONAL)
                .with_logical_type(Some(unit))
                .build()?
        }
        Kind::Texts => {
            let list = Type::group_type_builder("list")
                .with_repetition(Repetition::REPEATED)
                .with_fields(vec![Arc::new(text("element")?)])
                .build()?;
            Type::group_type_builder(column.name)
                .with_repetition(Repetition::REQUIRED)
                .with_logical_type(Some(LogicalType::List))
                .with_fields(vec![Arc::new(list)])
                .build()?
        }
    }))
}

fn write_group(file: &mut SerializedFileWriter<Output>, rows: &[Row]) -> Result<()> {
    let mut group = file.next_row_group()?;
    let mut columns = COLUMNS.iter();
    while let (Some(mut writer), Some(column)) = (group.next_column()?, columns.next()) {
        match writer.untyped() {
            ColumnWriter::ByteArrayColumnWriter(writer) if column.kind == Kind::Texts => {
                let (values, levels) = listed(column, rows);
                writer.write_batch(&values, Some(&levels.definition), Some(&levels.repetition))?;
            }
            ColumnWriter::ByteArrayColumnWriter(writer) => {
                writer.write_batch(&texts(column, rows), None, None)?;
            }
            ColumnWriter::Int64ColumnWriter(writer) => {
                let (values, definition) = numbers(column, rows);
                let definition = (column.kind == Kind::Instant).then_some(definition.as_slice());
                writer.write_batch(&values, definition, None)?;
            }
            ColumnWriter::DoubleColumnWriter(writer) => {
                writer.write_batch(&shares(column, rows), None, None)?;
            }
            _ => {}
        }
        writer.close()?;
    }
    group.close()?;
    Ok(())
}

fn texts(column: &Column, rows: &[Row]) -> Vec<ByteArray> {
    let text = |row| match column.value(row) {
        Value::Text(text) => ByteArray::from(text),
        _ => ByteArray::from(""),
    };
    rows.iter().map(text).collect()
}

fn shares(column: &Column, rows: &[Row]) -> Vec<f64> {
    let share = |row| match column.value(row) {
        Value::Share(share) => share,
        _ => 0.0,
    };
    rows.iter().map(share).collect()
}

/// The numbers that are there, and for each row whether one is.
fn numbers(column: &Column, rows: &[Row]) -> (Vec<i64>, Vec<i16>) {
    let number = |row| match column.value(row) {
        Value::Count(count) => i64::try_from(count).ok(),
        Value::Instant(instant) => instant,
        _ => None,
    };
    let numbers: Vec<Option<i64>> = rows.iter().map(number).collect();
    (numbers.iter().flatten().copied().collect(), numbers.iter().map(|it| i16::from(it.is_some())).collect())
}

/// For each entry of a list, and each empty list: whether there is a text, and whether it goes on with the list before.
struct Levels {
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

fn listed(column: &Column, rows: &[Row]) -> (Vec<ByteArray>, Levels) {
    let (mut values, mut levels) = (Vec::new(), Levels { definition: Vec::new(), repetition: Vec::new() });
    for row in rows {
        let list = match column.value(row) {
            Value::Texts(list) => list,
            _ => &[],
        };
        if list.is_empty() {
            levels.definition.push(0);
            levels.repetition.push(0);
        }
        for (place, text) in list.iter().enumerate() {
            values.push(ByteArray::from(text.as_str()));
            levels.definition.push(1);
            levels.repetition.push(i16::from(place > 0));
        }
    }
    (values, levels)
}

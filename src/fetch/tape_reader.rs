use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, Cursor, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use boji_clean::model::Timestamp;
use fastwarc::warc::iter::ArchiveIterator;
use fastwarc::warc::record::{AutoDecode, SharedWarcRecord, WarcRecord, WarcRecordType};

use super::tape::TapeError;
use super::tape::{CLASS_FIELD, MESSAGE_FIELD};
use super::transport::is_framing;
use crate::config::read_at_most;
use crate::model::ErrorClass;

/// Largest body that is taken from a recording, decoded.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
/// Longest head of a WARC record or HTTP answer.
const MAX_HEAD_BYTES: usize = 256 * 1024;
/// Records that one file may have.
const MAX_RECORDS: usize = 5_000_000;

/// Reads WARC files: ours, and those of other tools.
pub(super) struct TapeReader {
    path: PathBuf,
    bytes: Option<Arc<[u8]>>,
}

/// Where an answer stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub url: String,
    pub at: Timestamp,
    /// Identity of the record, to know it again.
    id: String,
    /// Position of the record, or of its gzip member, in the file.
    offset: u64,
    /// Number of the record in the file, for files without members.
    number: usize,
}

/// All answers of a file in order, and the date of its first record.
pub(super) struct Index {
    pub entries: Vec<Entry>,
    pub start: Option<Timestamp>,
}

/// What was recorded.
pub(super) enum Answer {
    Response { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    Failure { class: ErrorClass, message: String },
}

impl TapeReader {
    pub(super) fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), bytes: None }
    }

    pub(super) fn bytes(bytes: Vec<u8>) -> Self {
        Self { path: PathBuf::new(), bytes: Some(bytes.into()) }
    }

    /// Walks the file once. Stops without an error where a damaged tail begins.
    pub(super) fn index(&self) -> Result<Index, TapeError> {
        let failed = |source| TapeError { path: self.path.clone(), source };
        let mut index = Index { entries: Vec::new(), start: None };
        let mut other_methods = BTreeSet::new();
        let records = self.records(0, AutoDecode::None, false).map_err(failed)?;
        for (number, record) in records.take(MAX_RECORDS).enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(source) if number == 0 => return Err(failed(source)),
                Err(_) => break,
            };
            let whole = record.with_mut(|record| {
                index.start = index.start.or_else(|| date(record));
                if record.record_type() == WarcRecordType::Request {
                    other_methods.extend(answer_to_other_method(record));
                    return true;
                }
                let entry = entry(record, number);
                let stated = record.content_length();
                let whole = record.consume().is_ok_and(|read| read as u64 == stated);
                index.entries.extend(entry.filter(|_| whole));
                whole
            });
            if !whole {
                break;
            }
        }
        index.entries.retain(|entry| !other_methods.contains(&entry.id));
        Ok(index)
    }

    /// Reads one answer. A body that is not in the coding its header names is taken as it stands, since some tools
    /// decode bodies and leave the header.
    pub(super) fn read(&self, entry: &Entry) -> io::Result<Answer> {
        self.read_decoded(entry, AutoDecode::All).or_else(|_| self.read_decoded(entry, AutoDecode::None))
    }

    fn read_decoded(&self, entry: &Entry, decode: AutoDecode) -> io::Result<Answer> {
        // In a file without members (or with one for all) the position says nothing; then the number does.
        let direct = self.records(entry.offset, decode, true)?.next();
        let record = match direct {
            Some(Ok(record)) if record.with_mut(|record| id(record)) == entry.id => record,
            _ => self.numbered(entry, decode)?,
        };
        record.with_mut(answer)
    }

    fn numbered(&self, entry: &Entry, decode: AutoDecode) -> io::Result<Rc<RefCell<WarcRecord>>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "record is no longer there");
        let mut records = self.records(0, decode, true)?;
        // Errors in the heads of other records do not matter here, as the reader goes on behind them.
        records.nth(entry.number).ok_or_else(missing)?
    }

    fn records(&self, offset: u64, decode: AutoDecode, parse_http: bool) -> io::Result<ArchiveIterator> {
        let records = if let Some(bytes) = &self.bytes {
            let mut cursor = Cursor::new(Arc::clone(bytes));
            cursor.set_position(offset);
            ArchiveIterator::new(cursor)
        } else {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(offset))?;
            ArchiveIterator::new(file)
        };
        Ok(records.with_parse_http(parse_http).with_decode_http_payload(decode).with_max_header_len(MAX_HEAD_BYTES))
    }
}

fn id(record: &WarcRecord) -> String {
    record.record_id().unwrap_or_default().into_owned()
}

fn date(record: &WarcRecord) -> Option<Timestamp> {
    Timestamp::parse(&record.headers().get("WARC-Date")?)
}

/// The entry of a record that is an answer: an HTTP response, or a failure of our own.
fn entry(record: &mut WarcRecord, number: usize) -> Option<Entry> {
    let wanted = match record.record_type() {
        WarcRecordType::Response => record.is_http(),
        // Content stored without the exchange that brought it: a note of ours, or a page that another tool saved.
        WarcRecordType::Resource => true,
        WarcRecordType::Metadata => begins_with(record, CLASS_FIELD.as_bytes()),
        _ => false,
    };
    if !wanted {
        return None;
    }
    let url = record.headers().get("WARC-Target-URI")?;
    // Old versions of wget put the address in angle brackets.
    let url = url.trim_start_matches('<').trim_end_matches('>').to_owned();
    let at = date(record).unwrap_or_default();
    Some(Entry { url, at, id: id(record), offset: record.stream_pos(), number })
}

/// The id of the response to this request, when the request was no GET.
fn answer_to_other_method(record: &mut WarcRecord) -> Option<String> {
    let concurrent = record.headers().get("WARC-Concurrent-To")?.into_owned();
    (!begins_with(record, b"GET ")).then_some(concurrent)
}

/// Looks at the block without consuming it. Blocks are buffered in pieces far larger than any `start`.
fn begins_with(record: &mut WarcRecord, start: &[u8]) -> bool {
    let Some(reader) = record.reader_mut() else { return false };
    reader.fill_buf().is_ok_and(|block| block.starts_with(start))
}

fn answer(record: &mut WarcRecord) -> io::Result<Answer> {
    let body = body(record)?;
    if record.record_type() == WarcRecordType::Metadata {
        return failure(&body);
    }
    if record.record_type() == WarcRecordType::Resource {
        return Ok(Answer::Response { status: 200, headers: Vec::new(), body });
    }
    let head = record.http_headers().ok_or_else(|| io::Error::other("response without a head"))?;
    let status = head.status_code().ok_or_else(|| io::Error::other("response without a status"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = head.items_bytes().map(|(name, value)| (text(&name).to_ascii_lowercase(), text(&value)));
    let headers = headers.filter(|(name, _)| !is_framing(name)).collect();
    Ok(Answer::Response { status, headers, body })
}

fn body(record: &mut WarcRecord) -> io::Result<Vec<u8>> {
    let reader = record.reader_mut().ok_or_else(|| io::Error::other("record without a body"))?;
    read_at_most(reader, MAX_BODY_BYTES)
}

fn failure(fields: &[u8]) -> io::Result<Answer> {
    let fields = String::from_utf8_lossy(fields);
    let field = |name: &str| fields.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let class = field(CLASS_FIELD).and_then(ErrorClass::from_word);
    let class = class.ok_or_else(|| io::Error::other("metadata of another tool"))?;
    Ok(Answer::Failure { class, message: field(MESSAGE_FIELD).unwrap_or_default().to_owned() })
}

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, Cursor, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use boji_clean::model::Timestamp;
use fastwarc::warc::iter::ArchiveIterator;
use fastwarc::warc::record::{AutoDecode, DigestError, SharedWarcRecord, WarcRecord, WarcRecordType};

use super::error::{FetchError, REDACTED, redact_header};
use super::transport::{Exchange, Request, is_framing};
use super::warc::Draft;
use crate::config::read_at_most;
use crate::model::ErrorClass;

/// Field of a `metadata` record that holds the class of a failure.
const CLASS_FIELD: &str = "boji-error-class";
/// Field of a `metadata` record that holds the message of a failure.
const MESSAGE_FIELD: &str = "boji-error-message";
/// Largest body that is taken from a recording, decoded.
const MAX_BODY_BYTES: u64 = 64 * 1024 * 1024;
/// Longest head of a WARC record or HTTP answer.
const MAX_HEAD_BYTES: usize = 256 * 1024;
/// Records that one file may have.
const MAX_RECORDS: usize = 5_000_000;

/// A recording that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("failed to use the recording {}", path.display())]
pub struct RecordingError {
    /// The file; empty for one in memory.
    pub path: PathBuf,
    /// What went wrong with it.
    pub source: io::Error,
}

impl RecordingError {
    /// What a person can do about it, where it is a matter of recordings and not of any file.
    pub fn hint(&self) -> Option<&'static str> {
        match self.source.kind() {
            io::ErrorKind::AlreadyExists => Some("a recording is never overwritten: name another file"),
            io::ErrorKind::InvalidInput => Some("name a file, such as day.warc.gz"),
            io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::Other => {
                Some("a recording is a WARC file, packed by gzip or not, as `boji run --record` writes it")
            }
            _ => None,
        }
    }
}

/// Finds what is wrong with the place of a new recording before anything is made or asked.
pub(crate) fn check_place(path: &Path) -> Result<(), RecordingError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let source = if path.exists() {
        io::ErrorKind::AlreadyExists.into()
    } else if path == Path::new("-") {
        io::Error::new(io::ErrorKind::InvalidInput, "it is written as a file alone")
    } else if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        io::Error::new(io::ErrorKind::NotFound, format!("there is no folder {}", folder.display()))
    } else {
        return Ok(());
    };
    Err(RecordingError { path: path.to_owned(), source })
}

/// Writes a WARC/1.1 file: `warcinfo`, then a `response` and its `request` for each exchange, or a `metadata` record
/// and the `request` for a failure. Each record is a gzip member of its own, and each exchange reaches the file in
/// one write. The bytes depend on the exchanges alone: record ids are hashes, dates come from the exchanges.
pub(super) struct RecordingWriter {
    path: PathBuf,
    file: File,
    sequence: u64,
}

impl RecordingWriter {
    pub(super) fn create(path: &Path, at: Timestamp) -> Result<Self, RecordingError> {
        let failed = |source| RecordingError { path: path.to_owned(), source };
        let file = File::create_new(path).map_err(failed)?;
        let mut recording = Self { path: path.to_owned(), file, sequence: 0 };
        recording.write([Draft::info("", at)])?;
        Ok(recording)
    }

    /// Appends one exchange or failure; `now` dates a failure.
    pub(super) fn append(
        &mut self,
        request: &Request,
        outcome: Result<&Exchange, &FetchError>,
        now: Timestamp,
    ) -> Result<(), RecordingError> {
        let answer = match outcome {
            Ok(exchange) => {
                Draft::response(&request.url, exchange.at, exchange.status, &exchange.headers, &exchange.body)
            }
            Err(error) => {
                let class = error.class.to_string();
                Draft::metadata(&request.url, now, &[(CLASS_FIELD, &class), (MESSAGE_FIELD, &error.message)])
            }
        };
        let open = request.open_headers().map(|(name, value)| (name.as_str(), redact_header(name, value)));
        let secret = request.secret_headers.iter().map(|(name, _)| (name.as_str(), REDACTED.to_owned()));
        let asked = Draft::request(&request.url, answer.at(), open.chain(secret));
        self.write([answer, asked])
    }

    /// Appends content that no request brought, under a name of our own (`urn:…`).
    pub(super) fn note(&mut self, name: &str, content: &[u8], now: Timestamp) -> Result<(), RecordingError> {
        self.write([Draft::resource(name, now, "application/octet-stream", content)])
    }

    /// Writes records that belong together; the later ones point to the first.
    fn write<const COUNT: usize>(&mut self, drafts: [Draft; COUNT]) -> Result<(), RecordingError> {
        let mut bytes = Vec::new();
        let mut first: Option<String> = None;
        for mut draft in drafts {
            self.sequence += 1;
            if let Some(first) = &first {
                draft = draft.concurrent_to(first);
            }
            let member = draft.member(self.sequence).map_err(|source| self.error(source))?;
            bytes.extend_from_slice(&member.bytes);
            first.get_or_insert(member.id);
        }
        self.file.write_all(&bytes).map_err(|source| self.error(source))
    }

    fn error(&self, source: io::Error) -> RecordingError {
        RecordingError { path: self.path.clone(), source }
    }
}

/// Reads WARC files: ours, and those of other tools.
pub(super) struct RecordingReader {
    path: PathBuf,
    bytes: Option<Arc<[u8]>>,
}

/// Where an answer stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecordedExchange {
    pub url: String,
    pub at: Timestamp,
    /// Identity of the record, to know it again.
    id: String,
    /// Position of the record, or of its gzip member, in the file.
    offset: u64,
    /// Number of the record in the file, for files without members.
    number: usize,
}

/// All answers of a file in order, the date of its first record, and the first thing that is wrong with it, as a sentence.
pub(super) struct Index {
    pub entries: Vec<RecordedExchange>,
    pub start: Option<Timestamp>,
    pub damage: Option<String>,
}

/// What was recorded.
pub(super) enum RecordedAnswer {
    Response { status: u16, headers: Vec<(String, String)>, body: Vec<u8> },
    Failure { class: ErrorClass, message: String },
}

impl RecordingReader {
    pub(super) fn file(path: &Path) -> Self {
        Self { path: path.to_owned(), bytes: None }
    }

    pub(super) fn bytes(bytes: Vec<u8>) -> Self {
        Self { path: PathBuf::new(), bytes: Some(bytes.into()) }
    }

    /// Walks the file once. A record that is not what its digest says is left out, and all behind the place where the file breaks off.
    pub(super) fn index(&self) -> Result<Index, RecordingError> {
        let failed = |source| RecordingError { path: self.path.clone(), source };
        let mut index = Index { entries: Vec::new(), start: None, damage: None };
        let mut other_methods = BTreeSet::new();
        let records = self.records(0, AutoDecode::None, false).map_err(failed)?;
        for (number, record) in records.take(MAX_RECORDS).enumerate() {
            let record = match record {
                Ok(record) => record,
                Err(source) if number == 0 => return Err(failed(source)),
                Err(error) => {
                    index.damage.get_or_insert(breaks_off(number, &error.to_string()));
                    break;
                }
            };
            let state = record.with_mut(|record| {
                index.start = index.start.or_else(|| date(record));
                if record.record_type() == WarcRecordType::Request {
                    other_methods.extend(answer_to_other_method(record));
                    return Block::of(record);
                }
                let entry = entry(record, number);
                let state = Block::of(record);
                index.entries.extend(entry.filter(|_| matches!(state, Block::Whole)));
                state
            });
            match state {
                Block::Whole => {}
                Block::Altered => {
                    let record = number + 1;
                    index.damage.get_or_insert(format!("record {record} is not what its digest says, and is left out"));
                }
                Block::Broken(why) => {
                    index.damage.get_or_insert(breaks_off(number, &why));
                    break;
                }
            }
        }
        index.entries.retain(|entry| !other_methods.contains(&entry.id));
        Ok(index)
    }

    /// Reads one answer. A body that is not in the coding its header names is taken as it stands, since some tools
    /// decode bodies and leave the header.
    pub(super) fn read(&self, entry: &RecordedExchange) -> io::Result<RecordedAnswer> {
        self.read_decoded(entry, AutoDecode::All).or_else(|_| self.read_decoded(entry, AutoDecode::None))
    }

    fn read_decoded(&self, entry: &RecordedExchange, decode: AutoDecode) -> io::Result<RecordedAnswer> {
        // In a file without members (or with one for all) the position says nothing; then the number does.
        let direct = self.records(entry.offset, decode, true)?.next();
        let record = match direct {
            Some(Ok(record)) if record.with_mut(|record| id(record)) == entry.id => record,
            _ => self.numbered(entry, decode)?,
        };
        record.with_mut(answer)
    }

    fn numbered(&self, entry: &RecordedExchange, decode: AutoDecode) -> io::Result<Rc<RefCell<WarcRecord>>> {
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

fn breaks_off(number: usize, why: &str) -> String {
    format!("it breaks off in record {}, and what stands behind that is lost: {why}", number + 1)
}

/// What became of the content of a record.
enum Block {
    Whole,
    /// It is not what was written: its digest is another.
    Altered,
    /// The file ends within it, or cannot be unpacked.
    Broken(String),
}

impl Block {
    /// Reads a block to its end.
    fn of(record: &mut WarcRecord) -> Self {
        match record.verify_block_digest(true) {
            Ok(true) => Self::Whole,
            Ok(false) => Self::Altered,
            Err(DigestError::StreamError(why)) => Self::Broken(why),
            // Without a digest that can be compared nothing was read yet, and the length alone tells.
            Err(_) => match record.consume() {
                Ok(read) if read as u64 == record.content_length() => Self::Whole,
                Ok(read) => Self::Broken(format!("{read} of {} bytes are there", record.content_length())),
                Err(error) => Self::Broken(error.to_string()),
            },
        }
    }
}

fn id(record: &WarcRecord) -> String {
    record.record_id().unwrap_or_default().into_owned()
}

fn date(record: &WarcRecord) -> Option<Timestamp> {
    Timestamp::parse(&record.headers().get("WARC-Date")?)
}

/// The entry of a record that is an answer: an HTTP response, or a failure of our own.
fn entry(record: &mut WarcRecord, number: usize) -> Option<RecordedExchange> {
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
    Some(RecordedExchange { url, at, id: id(record), offset: record.stream_pos(), number })
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

fn answer(record: &mut WarcRecord) -> io::Result<RecordedAnswer> {
    let body = body(record)?;
    if record.record_type() == WarcRecordType::Metadata {
        return failure(&body);
    }
    if record.record_type() == WarcRecordType::Resource {
        return Ok(RecordedAnswer::Response { status: 200, headers: Vec::new(), body });
    }
    let head = record.http_headers().ok_or_else(|| io::Error::other("response without a head"))?;
    let status = head.status_code().ok_or_else(|| io::Error::other("response without a status"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = head.items_bytes().map(|(name, value)| (text(&name).to_ascii_lowercase(), text(&value)));
    let headers = headers.filter(|(name, _)| !is_framing(name)).collect();
    Ok(RecordedAnswer::Response { status, headers, body })
}

fn body(record: &mut WarcRecord) -> io::Result<Vec<u8>> {
    let reader = record.reader_mut().ok_or_else(|| io::Error::other("record without a body"))?;
    read_at_most(reader, MAX_BODY_BYTES)
}

fn failure(fields: &[u8]) -> io::Result<RecordedAnswer> {
    let fields = String::from_utf8_lossy(fields);
    let field = |name: &str| fields.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let class = field(CLASS_FIELD).and_then(ErrorClass::from_word);
    let class = class.ok_or_else(|| io::Error::other("metadata of another tool"))?;
    Ok(RecordedAnswer::Failure { class, message: field(MESSAGE_FIELD).unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_exchanges_make_equal_bytes_without_secrets() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = Timestamp::from_millis(1_700_000_000_123);
        let request = Request {
            url: "https://a.example/s?key=SECRET&x=1".into(),
            headers: vec![("cookie".into(), "sid=SECRET".into()), ("accept".into(), "*/*".into())],
            secret_headers: vec![("accept".into(), "SECRET".into()), ("x-token".into(), "SECRET".into())],
        };
        let exchange = Exchange {
            url: request.url.clone(),
            status: 200,
            headers: vec![("set-cookie".into(), "sid=SECRET".into()), ("etag".into(), "\"a\"".into())],
            body: b"hello".to_vec(),
            at,
        };
        let write = |name: &str| {
            let path = folder.path().join(name);
            let mut recording = RecordingWriter::create(&path, at).expect("a new file");
            recording.append(&request, Ok(&exchange), at).expect("written");
            recording.append(&request, Ok(&exchange), at).expect("written");
            std::fs::read(path).expect("readable")
        };
        let bytes = write("one.warc.gz");
        assert_eq!(bytes, write("two.warc.gz"));
        let mut text = String::new();
        io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).expect("gzip");
        assert!(!text.contains("SECRET"), "{text}");
        assert!(text.contains("accept: redacted\r\nx-token: redacted\r\n"), "{text}");
        assert!(text.contains("WARC-Date: 2023-11-14T22:13:20.123Z"), "{text}");
        assert!(text.contains("content-length: 5\r\n\r\nhello"), "{text}");
        let mut ids: Vec<&str> = text.lines().filter(|line| line.starts_with("WARC-Record-ID")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5, "every record has an id of its own");
    }

    #[test]
    fn what_is_damaged_is_left_out_and_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("day.warc.gz");
        let mut recording = RecordingWriter::create(&path, Timestamp::default()).expect("a new file");
        for body in ["the sieve", "the basket"] {
            let url = format!("https://a.example/{}", body.len());
            let request = Request { url: url.clone(), headers: Vec::new(), secret_headers: Vec::new() };
            let at = Timestamp::default();
            let exchange = Exchange { url, status: 200, headers: Vec::new(), body: body.into(), at };
            recording.append(&request, Ok(&exchange), at).expect("written");
        }
        let packed = std::fs::read(path).expect("readable");
        let mut plain = Vec::new();
        io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(packed.as_slice()), &mut plain).expect("gzip");
        let altered = String::from_utf8(plain.clone()).expect("text").replace("the sieve", "the knife").into_bytes();
        let end = |bytes: &[u8], word: &str| memchr::memmem::rfind(bytes, word.as_bytes()).expect("there");
        let (half, cut) = (plain[..end(&plain, "basket")].to_vec(), packed[..packed.len() / 2].to_vec());
        let cases = [
            (packed, 2, None),
            (plain, 2, None),
            (altered, 1, Some("record 2 is not what its digest says, and is left out")),
            // Nobody can tell a block that ends early from one that is another.
            (half, 1, Some("record 4 is not what its digest says, and is left out")),
            (cut, 1, Some("it breaks off in record ")),
        ];
        for (bytes, answers, damage) in cases {
            let index = RecordingReader::bytes(bytes).index().expect("a recording");
            let told = index.damage.as_deref();
            assert_eq!(index.entries.len(), answers, "{told:?}");
            assert!(told.is_some() == damage.is_some(), "{told:?} {damage:?}");
            assert!(told.unwrap_or_default().starts_with(damage.unwrap_or_default()), "{told:?}");
        }
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.warc.gz");
        std::fs::write(&path, "precious").expect("written");
        assert!(RecordingWriter::create(&path, Timestamp::default()).is_err());
        assert_eq!(std::fs::read(&path).expect("readable"), b"precious");
    }
}

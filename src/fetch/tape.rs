use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;
use fastwarc::stream_io::gzip::{GzipWriter, GzipWriterOptions};
use fastwarc::warc::record::{WarcRecord, WarcRecordType};
use url::{Position, Url};

use super::error::FetchError;
use super::redact::redact_header;
use super::redact::redact_url;
use super::transport::is_framing;
use super::transport::{Exchange, Request};

/// Field of a `metadata` record that holds the class of a failure.
pub(super) const CLASS_FIELD: &str = "boji-error-class";
/// Field of a `metadata` record that holds the message of a failure.
pub(super) const MESSAGE_FIELD: &str = "boji-error-message";
/// Fast enough to record while fetching; level 9 costs four times as much for 2 %.
const COMPRESSION_LEVEL: i32 = 6;

/// A recording that cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[error("use recording {}", path.display())]
pub struct TapeError {
    /// The file; empty for one in memory.
    pub path: PathBuf,
    /// What went wrong with it.
    pub source: io::Error,
}

/// Writes a WARC/1.1 file: `warcinfo`, then a `response` and its `request` for each exchange, or a `metadata` record
/// and the `request` for a failure. Each record is a gzip member of its own, and each exchange reaches the file in
/// one write. The bytes depend on the exchanges alone: record ids are hashes, dates come from the exchanges.
pub(super) struct TapeWriter {
    path: PathBuf,
    file: File,
    sequence: u64,
}

impl TapeWriter {
    pub(super) fn create(path: &Path, at: Timestamp) -> Result<Self, TapeError> {
        let failed = |source| TapeError { path: path.to_owned(), source };
        let file = File::create_new(path).map_err(failed)?;
        let mut tape = Self { path: path.to_owned(), file, sequence: 0 };
        let info = format!("software: boji/{}\r\nformat: WARC File Format 1.1\r\n", env!("CARGO_PKG_VERSION"));
        tape.write(&[Part::new(WarcRecordType::WarcInfo, "application/warc-fields", info.into_bytes())], "", at)?;
        Ok(tape)
    }

    /// Appends one exchange or failure; `now` dates a failure.
    pub(super) fn append(
        &mut self,
        request: &Request,
        outcome: Result<&Exchange, &FetchError>,
        now: Timestamp,
    ) -> Result<(), TapeError> {
        let url = redact_url(&request.url);
        let (answer, at) = match outcome {
            Ok(exchange) => {
                let block = response_block(exchange);
                (Part::new(WarcRecordType::Response, "application/http;msgtype=response", block), exchange.at)
            }
            Err(error) => {
                let message = error.message.replace(['\r', '\n'], " ");
                let fields = format!("{CLASS_FIELD}: {}\r\n{MESSAGE_FIELD}: {message}\r\n", error.class);
                (Part::new(WarcRecordType::Metadata, "application/warc-fields", fields.into_bytes()), now)
            }
        };
        let block = request_block(&url, request);
        let asked = Part::new(WarcRecordType::Request, "application/http;msgtype=request", block);
        self.write(&[answer, asked], &url, at)
    }

    /// Appends content that no request brought, under a name of our own (`urn:…`).
    pub(super) fn note(&mut self, name: &str, content: &[u8], now: Timestamp) -> Result<(), TapeError> {
        let part = Part::new(WarcRecordType::Resource, "application/octet-stream", content.to_vec());
        self.write(&[part], name, now)
    }

    /// Writes records that belong together; the later ones point to the first.
    fn write(&mut self, parts: &[Part], url: &str, at: Timestamp) -> Result<(), TapeError> {
        let mut bytes = Vec::new();
        let mut first = None;
        for part in parts {
            self.sequence += 1;
            let id = part.id(self.sequence, url, at);
            let member = part.member(&id, url, at, first.as_deref()).map_err(|source| self.error(source))?;
            bytes.extend_from_slice(&member);
            first.get_or_insert(id);
        }
        self.file.write_all(&bytes).map_err(|source| self.error(source))
    }

    fn error(&self, source: io::Error) -> TapeError {
        TapeError { path: self.path.clone(), source }
    }
}

/// One record to be written.
struct Part {
    kind: WarcRecordType,
    content_type: &'static str,
    block: Vec<u8>,
}

impl Part {
    const fn new(kind: WarcRecordType, content_type: &'static str, block: Vec<u8>) -> Self {
        Self { kind, content_type, block }
    }

    /// A name-based UUID (version 8) of place and content.
    fn id(&self, sequence: u64, url: &str, at: Timestamp) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&sequence.to_be_bytes()).update(&at.as_millis().to_be_bytes());
        hasher.update(url.as_bytes()).update(&[0]).update(&self.block);
        let hex = hasher.finalize().to_hex();
        let mut id = "uuid:".to_owned();
        for (place, digit) in hex.chars().take(32).enumerate() {
            if matches!(place, 8 | 12 | 16 | 20) {
                id.push('-');
            }
            id.push(match place {
                12 => '8',
                16 => 'a',
                _ => digit,
            });
        }
        id
    }

    /// The record as a gzip member.
    fn member(&self, id: &str, url: &str, at: Timestamp, concurrent: Option<&str>) -> io::Result<Vec<u8>> {
        let mut record = WarcRecord::new();
        record.init_headers(self.kind, Some(id.as_bytes()));
        record.headers_mut().set("WARC-Date", warc_date(at));
        record.headers_mut().set("Content-Type", self.content_type);
        if !url.is_empty() {
            record.headers_mut().set("WARC-Target-URI", url);
        }
        if let Some(concurrent) = concurrent {
            record.headers_mut().set("WARC-Concurrent-To", format!("<urn:{concurrent}>"));
        }
        record.set_bytes_payload(self.block.clone());
        if matches!(self.kind, WarcRecordType::Response) {
            record.set_is_http(true);
            // Only a record whose head is parsed gets a digest of its payload.
            record.parse_http()?;
        }
        let options = GzipWriterOptions { compression_level: COMPRESSION_LEVEL, ..GzipWriterOptions::default() };
        let mut writer = GzipWriter::with_options(Vec::new(), options);
        record.write_with_checksum(&mut writer)?;
        writer.into_inner()
    }
}

/// RFC 3339 with milliseconds, which WARC/1.1 allows.
fn warc_date(at: Timestamp) -> String {
    let seconds = at.to_string();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at.as_millis().rem_euclid(1000))
}

/// The answer as HTTP/1.1. The body is decoded, so what framed it on the wire gives way to its true length.
fn response_block(exchange: &Exchange) -> Vec<u8> {
    let reason = reqwest::StatusCode::from_u16(exchange.status).ok().and_then(|status| status.canonical_reason());
    let mut head = format!("HTTP/1.1 {} {}\r\n", exchange.status, reason.unwrap_or("Unknown"));
    for (name, value) in exchange.headers.iter().filter(|(name, _)| !is_framing(name)) {
        push_header(&mut head, name, &redact_header(name, value));
    }
    push_header(&mut head, "content-length", &exchange.body.len().to_string());
    head.push_str("\r\n");
    let mut block = head.into_bytes();
    block.extend_from_slice(&exchange.body);
    block
}

fn request_block(url: &str, request: &Request) -> Vec<u8> {
    let parsed = Url::parse(url).ok();
    let target = parsed.as_ref().map_or(url, |url| &url[Position::BeforePath..]);
    let host = parsed.as_ref().map_or("", |url| &url[Position::BeforeHost..Position::AfterPort]);
    let mut head = format!("GET {target} HTTP/1.1\r\n");
    push_header(&mut head, "host", host);
    for (name, value) in &request.headers {
        push_header(&mut head, name, &redact_header(name, value));
    }
    head.push_str("\r\n");
    head.into_bytes()
}

fn push_header(head: &mut String, name: &str, value: &str) {
    head.push_str(name);
    head.push_str(": ");
    head.extend(value.chars().map(|c| if c.is_control() && c != '\t' { ' ' } else { c }));
    head.push_str("\r\n");
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
            headers: vec![("cookie".into(), "sid=SECRET".into())],
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
            let mut tape = TapeWriter::create(&path, at).expect("a new file");
            tape.append(&request, Ok(&exchange), at).expect("written");
            tape.append(&request, Ok(&exchange), at).expect("written");
            std::fs::read(path).expect("readable")
        };
        let bytes = write("one.warc.gz");
        assert_eq!(bytes, write("two.warc.gz"));
        let mut text = String::new();
        io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(bytes.as_slice()), &mut text).expect("gzip");
        assert!(!text.contains("SECRET"), "{text}");
        assert!(text.contains("WARC-Date: 2023-11-14T22:13:20.123Z"), "{text}");
        assert!(text.contains("content-length: 5\r\n\r\nhello"), "{text}");
        let mut ids: Vec<&str> = text.lines().filter(|line| line.starts_with("WARC-Record-ID")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 5, "every record has an id of its own");
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("old.warc.gz");
        std::fs::write(&path, "precious").expect("written");
        assert!(TapeWriter::create(&path, Timestamp::default()).is_err());
        assert_eq!(std::fs::read(&path).expect("readable"), b"precious");
    }
}

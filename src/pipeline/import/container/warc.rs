//! WARC (ISO 28500): each answer of a server is a page of its own.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::Path;

use boji_clean::model::Timestamp;
use fastwarc::stream_io::brotli::BrotliReader;
use fastwarc::stream_io::chunked::ChunkedReader;
use fastwarc::warc::iter::ArchiveIteratorThreadSafe;
use fastwarc::warc::record::{AutoDecode, SharedWarcRecord, WarcRecord, WarcRecordType};
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::document::{Content, Document, Page, PassedOver};
use crate::config::read_at_most;

/// Largest page taken, its encodings undone.
const MAX_PAGE: u64 = 64 << 20;
/// Longest head of a record or an answer.
const MAX_HEAD: usize = 256 << 10;
/// Encodings of one answer that are undone.
const MAX_ENCODINGS: usize = 4;
/// Records in a row that cannot be read: behind so many there is nothing more to be had of a file.
const MAX_BROKEN: usize = 100;
/// Bytes that are read at once.
const BUFFER: usize = 1 << 20;

/// The answers of a file in order, as documents numbered by their records.
pub(super) struct Answers {
    name: String,
    records: ArchiveIteratorThreadSafe,
    number: usize,
    /// Records in a row that could not be read.
    broken: usize,
    is_over: bool,
}

/// Opens a file, packed or not.
pub(super) fn open(path: &Path, name: &str) -> io::Result<Answers> {
    let file = BufReader::with_capacity(BUFFER, File::open(path)?);
    let records = ArchiveIteratorThreadSafe::new(file)
        .with_parse_http(true)
        .with_decode_http_payload(AutoDecode::None)
        .with_quirks_mode(true)
        .with_max_header_len(MAX_HEAD);
    Ok(Answers { name: name.to_owned(), records, number: 0, broken: 0, is_over: false })
}

impl Iterator for Answers {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        while self.broken < MAX_BROKEN {
            let record = self.records.next()?;
            self.number += 1;
            let file = format!("{}#{}", self.name, self.number);
            match record.and_then(|record| record.with_mut(read)) {
                Ok(None) => {}
                Ok(Some(content)) => {
                    self.broken = 0;
                    return Some(Document::new(file, content));
                }
                Err(error) => {
                    self.broken += 1;
                    return Some(Document::broken(file, error.to_string()));
                }
            }
        }
        // Told once: the next call finds nothing to tell.
        let is_told = std::mem::replace(&mut self.is_over, true);
        (!is_told).then(|| Document::broken(&self.name, "it is not read behind so many broken records"))
    }
}

/// What a record holds; `None` for one that is no answer: a request, a note of the program that made the file.
fn read(record: &mut WarcRecord) -> io::Result<Option<Content>> {
    use WarcRecordType::{Conversion, Resource, Response};
    let kind = record.record_type();
    // Each has a length; the head of one that has none did not come whole.
    if record.headers().get("Content-Length").is_none() {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "its head is cut off"));
    }
    if !matches!(kind, Response | Resource | Conversion) {
        return Ok(None);
    }
    let header = |name: &str| record.headers().get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
    // Old versions of wget put the address in angle brackets.
    let url = header("WARC-Target-URI").trim_start_matches('<').trim_end_matches('>').to_owned();
    let fetched = Timestamp::parse(&header("WARC-Date"));
    let of_record = header("Content-Type");
    let head = Head::of(record, of_record);
    if let Some(why) = head.passed_over(&url, kind == Response) {
        return Ok(Some(Content::PassedOver(PassedOver::Record(why))));
    }
    let stated = record.content_length();
    if stated > MAX_PAGE {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {MAX_PAGE} bytes")));
    }
    // All of its room at once: a body that grows leaves holes of its size in memory.
    let mut body = Vec::with_capacity(stated as usize);
    let reader = record.reader_mut().ok_or_else(|| io::Error::other("it has no content"))?;
    reader.take(stated).read_to_end(&mut body)?;
    if (body.len() as u64) < stated {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it is cut off"));
    }
    let body = undone(body, &head.encodings);
    Ok(Some(Content::Page(Page { url, content_type: head.content_type, fetched, body })))
}

/// What an answer says before its body.
struct Head {
    status: Option<u16>,
    content_type: String,
    /// In the order in which they were put on.
    encodings: Vec<String>,
}

impl Head {
    fn of(record: &WarcRecord, of_record: String) -> Self {
        let Some(http) = record.http_headers() else {
            return Self { status: None, content_type: of_record, encodings: Vec::new() };
        };
        let listed = |name: &str| {
            let value = http.get(name).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
            value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect::<Vec<_>>()
        };
        let content_type = http.get("Content-Type").map(|value| value.trim().to_owned()).unwrap_or_default();
        let encodings = [listed("Content-Encoding"), listed("Transfer-Encoding")].concat();
        Self { status: http.status_code(), content_type, encodings }
    }

    /// What an answer is that is no page, in a word or two; `None` for what may be one.
    fn passed_over(&self, url: &str, is_response: bool) -> Option<String> {
        match self.status {
            Some(200) => {}
            Some(status) => return Some(format!("status {status}")),
            None if is_response => return Some("no answer of HTTP".to_owned()),
            None => {}
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Some("no address of the web".to_owned());
        }
        if url.split(['?', '#']).next().is_some_and(|path| path.ends_with("/robots.txt")) {
            return Some("robots.txt".to_owned());
        }
        (!is_text(&self.content_type)).then(|| essence(&self.content_type))
    }
}

/// The type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a type may be that of a page; one that is not told may be any.
pub(super) fn is_text(content_type: &str) -> bool {
    const PAGES: [&str; 7] = [
        "",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/octet-stream",
        "multipart/related",
    ];
    PAGES.contains(&essence(content_type).as_str())
}

/// The body without its encodings. One that is not in the encoding that its head names is taken as it stands, since some
/// tools undo it and leave the head.
fn undone(mut body: Vec<u8>, encodings: &[String]) -> Vec<u8> {
    for encoding in encodings.iter().rev().take(MAX_ENCODINGS) {
        let bytes = body.as_slice();
        let plain = match encoding.as_str() {
            "gzip" | "x-gzip" => read_at_most(MultiGzDecoder::new(bytes), MAX_PAGE),
            "deflate" => read_at_most(ZlibDecoder::new(bytes), MAX_PAGE)
                .or_else(|_| read_at_most(DeflateDecoder::new(bytes), MAX_PAGE)),
            "zstd" => zstd::Decoder::new(bytes).and_then(|reader| read_at_most(reader, MAX_PAGE)),
            "br" => read_all(BrotliReader::new(Cursor::new(bytes.to_vec()))),
            "chunked" => read_all(ChunkedReader::new(Cursor::new(bytes.to_vec()))),
            _ => continue,
        };
        if let Ok(plain) = plain {
            body = plain;
        }
    }
    body
}

/// All of it, where there is any: of what is not encoded some readers give nothing and no error.
fn read_all(reader: impl Read) -> io::Result<Vec<u8>> {
    let plain = read_at_most(reader, MAX_PAGE)?;
    if plain.is_empty() { Err(io::Error::from(io::ErrorKind::InvalidData)) } else { Ok(plain) }
}

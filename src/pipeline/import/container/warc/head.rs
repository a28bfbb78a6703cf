use std::io::{self, Cursor, Read};

use boji_clean::model::Timestamp;
use fastwarc::stream_io::brotli::BrotliReader;
use fastwarc::stream_io::chunked::ChunkedReader;
use fastwarc::warc::header::HeaderMap;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use super::block::Wish;
use crate::config::read_at_most;
use crate::fetch::{EXCERPT_URN, LATER_PAGES_FIELD, PAGE_OF_FIELD};

/// Largest page taken, its encodings undone.
pub(super) const MAX_PAGE: u64 = 64 << 20;
/// Bytes of a body that tell whether it is text: none has a zero.
const TEXT_START: usize = 512;
/// Encodings of one answer that are undone.
const MAX_ENCODINGS: usize = 4;

/// What a record is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The answer of a server.
    Response,
    /// Content without the exchange that brought it.
    Resource,
    /// Content that somebody made of other content: the text of a page.
    Conversion,
    /// An answer that another record holds.
    Revisit,
    /// What says how answers came: a request, fields about a record or the file.
    About,
    /// Anything else, by its word.
    Other(String),
}

/// What a record says of itself. Names of fields are known in any case.
#[derive(Debug)]
pub(super) struct RecordHead {
    pub kind: Kind,
    pub id: String,
    pub url: String,
    pub fetched: Option<Timestamp>,
    /// Type of its block.
    pub content_type: String,
    /// Length of its block; `None` where the head is not whole.
    pub length: Option<u64>,
    /// Digest of its payload.
    pub digest: String,
    /// The record to which it refers.
    pub refers_to: String,
    /// The address to which it refers.
    pub refers_to_url: String,
    /// How many pages of its article follow it.
    pub later_pages: usize,
    /// The record of the first page of the article of which it is a later page.
    pub page_of: String,
    /// It is one of several that hold one answer together.
    pub is_segment: bool,
}

impl RecordHead {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let header = |name: &str| headers.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        // Old versions of wget put the address in angle brackets.
        let address = |name: &str| header(name).trim_start_matches('<').trim_end_matches('>').to_owned();
        let kind = match header("WARC-Type").to_ascii_lowercase().as_str() {
            "response" => Kind::Response,
            "resource" => Kind::Resource,
            "conversion" => Kind::Conversion,
            "revisit" => Kind::Revisit,
            "warcinfo" | "request" | "metadata" => Kind::About,
            other => Kind::Other(other.to_owned()),
        };
        Self {
            kind,
            id: header("WARC-Record-ID"),
            url: address("WARC-Target-URI"),
            fetched: Timestamp::parse(&header("WARC-Date")),
            content_type: header("Content-Type"),
            length: header("Content-Length").parse().ok(),
            digest: header("WARC-Payload-Digest"),
            refers_to: header("WARC-Refers-To"),
            refers_to_url: address("WARC-Refers-To-Target-URI"),
            later_pages: header(LATER_PAGES_FIELD).parse().unwrap_or_default(),
            page_of: header(PAGE_OF_FIELD),
            is_segment: !header("WARC-Segment-Number").is_empty(),
        }
    }

    /// Whether its block is an answer as HTTP has it; `start` are the first bytes of the block.
    pub(super) fn is_http(&self, start: &[u8]) -> bool {
        let is_answer = matches!(self.kind, Kind::Response | Kind::Revisit);
        essence(&self.content_type) == "application/http" && self.kind != Kind::About
            || is_answer && start.starts_with(b"HTTP/")
    }
}

/// What an answer says before its body.
#[derive(Debug, Default)]
pub(super) struct Head {
    status: Option<u16>,
    pub content_type: String,
    /// In the order in which they were put on.
    encodings: Vec<String>,
}

impl Head {
    /// That of an answer.
    pub(super) fn of_http(http: &HeaderMap) -> Self {
        let listed = |name: &str| {
            let value = http.get(name).map(|value| value.to_ascii_lowercase()).unwrap_or_default();
            value.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect::<Vec<_>>()
        };
        let content_type = http.get("Content-Type").map(|value| value.trim().to_owned()).unwrap_or_default();
        let encodings = [listed("Content-Encoding"), listed("Transfer-Encoding")].concat();
        Self { status: http.status_code(), content_type, encodings }
    }

    /// That of content without an exchange.
    pub(super) fn of_record(content_type: &str) -> Self {
        Self { content_type: content_type.to_owned(), ..Self::default() }
    }

    /// What an answer is that is no page, in a word or two; `None` for what may be one.
    pub(super) fn passed_over(&self, record: &RecordHead) -> Option<String> {
        if let Kind::Other(word) = &record.kind {
            let word: String = word.chars().take(20).collect();
            return Some(if word.is_empty() { "no type of record".to_owned() } else { format!("record of {word}") });
        }
        if record.is_segment {
            return Some("a part of a record".to_owned());
        }
        match self.status {
            Some(200) => {}
            Some(status) => return Some(format!("status {status}")),
            None if record.kind == Kind::Response => return Some("no answer of HTTP".to_owned()),
            None => {}
        }
        let url = record.url.as_str();
        if record.kind == Kind::Resource && is_of_file(url) {
            return None;
        }
        if !url.starts_with("http://") && !url.starts_with("https://") {
            return Some("no address of the web".to_owned());
        }
        if url.split(['?', '#']).next().is_some_and(|path| path.ends_with("/robots.txt")) {
            return Some("robots.txt".to_owned());
        }
        (!is_text(&self.content_type)).then(|| essence(&self.content_type))
    }

    /// What a body is that begins as no text does, in a word or two, where its type says nothing of it.
    pub(super) fn what_if_no_text(&self, body: &[u8]) -> Option<String> {
        let essence = essence(&self.content_type);
        let is_unknown = essence.is_empty() || essence == "application/octet-stream";
        let start = body.get(..TEXT_START).unwrap_or(body);
        // The text of a byte order mark of UTF-16 has zeros.
        let is_utf_16 = start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff");
        let is_binary = is_unknown && !is_utf_16 && start.contains(&0);
        is_binary.then(|| if essence.is_empty() { "no type and no text".to_owned() } else { essence })
    }

    /// What is to be done with its body when it is passed over: what may itself be a file of records is not looked into.
    pub(super) fn wish(&self) -> Wish {
        let essence = essence(&self.content_type);
        let may_hold_records = essence.contains("warc") || essence == "application/octet-stream";
        if may_hold_records { Wish::PassOverRecords } else { Wish::PassOver }
    }

    /// The body without its encodings. One that is not in the encoding that its head names is taken as it stands, since some
    /// tools undo it and leave the head.
    pub(super) fn undone(&self, mut body: Vec<u8>) -> Vec<u8> {
        for encoding in self.encodings.iter().rev().take(MAX_ENCODINGS) {
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
}

/// Whether an address is that of a file, or of an entry of a feed, as an export of captures writes it.
fn is_of_file(url: &str) -> bool {
    url.starts_with("file:") || is_of_excerpt(url)
}

/// Whether an address is that of an entry of a feed.
pub(super) fn is_of_excerpt(url: &str) -> bool {
    url.starts_with(EXCERPT_URN)
}

/// The type without its parameters.
fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether a type may be that of a page or a feed; one that is not told may be any.
pub(in super::super) fn is_text(content_type: &str) -> bool {
    const PAGES: [&str; 14] = [
        "",
        "text/html",
        "application/xhtml+xml",
        "text/plain",
        "text/markdown",
        "application/octet-stream",
        "multipart/related",
        "text/xml",
        "application/xml",
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "text/x-markdown",
    ];
    PAGES.contains(&essence(content_type).as_str())
}

/// All of it, where there is any: of what is not encoded some readers give nothing and no error.
fn read_all(reader: impl Read) -> io::Result<Vec<u8>> {
    let plain = read_at_most(reader, MAX_PAGE)?;
    if plain.is_empty() { Err(io::Error::from(io::ErrorKind::InvalidData)) } else { Ok(plain) }
}

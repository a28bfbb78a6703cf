//! Records of WARC/1.1 (ISO 28500:2017) as they are written: by a recording, and by an export of captures. Whatever is drafted
//! here has lost its secrets.

use std::borrow::Cow;
use std::io;

use boji_clean::model::Timestamp;
use fastwarc::stream_io::gzip::{GzipWriter, GzipWriterOptions};
use fastwarc::warc::record::{WarcRecord, WarcRecordType};
use url::{Position, Url};

use super::error::{redact_header, redact_url};
use super::transport::is_framing;

/// Fast enough to record while fetching; level 9 costs four times as much for 2 %.
const COMPRESSION_LEVEL: i32 = 6;
/// Content type of records that hold named fields.
const FIELDS: &str = "application/warc-fields";
/// Field that holds the address of the record which a `revisit` repeats; of a `resource`, the address of what it is a part of.
const SOURCE_FIELD: &str = "WARC-Refers-To-Target-URI";
/// How the address of an entry begins that was cut out of its feed; the hash of its bytes follows.
pub(crate) const EXCERPT_URN: &str = "urn:boji:entry:";
/// Field of the head of the first page of an article: how many pages of it follow.
pub(crate) const LATER_PAGES_FIELD: &str = "boji-later-pages";
/// Field of the head of a later page of an article: the id of the record of its first page.
pub(crate) const PAGE_OF_FIELD: &str = "boji-page-of";
/// What a `revisit` says of itself: its payload is that of an earlier record.
const SAME_PAYLOAD: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// One record to be written.
pub(crate) struct Draft {
    kind: WarcRecordType,
    content_type: Cow<'static, str>,
    /// Its address, "" for none.
    url: String,
    at: Timestamp,
    /// Fields of its head beside those that each record has.
    fields: Vec<(&'static str, String)>,
    block: Vec<u8>,
}

/// A record as it stands in a file.
pub(crate) struct Member {
    /// Its id: `uuid:…`.
    pub id: String,
    /// A whole member of gzip.
    pub bytes: Vec<u8>,
    /// Bytes of it before they were packed.
    pub unpacked: u64,
    /// `WARC-Payload-Digest` of an answer: `sha1:` and base32; "" of any other record.
    pub digest: String,
}

/// The record that holds what a later one would only repeat.
#[derive(Clone, Debug)]
pub(crate) struct Original {
    /// Its id.
    pub id: String,
    /// Its address.
    pub url: String,
    /// Its time.
    pub at: Timestamp,
    /// The digest of its payload.
    pub digest: String,
}

impl Draft {
    /// What a file begins with; `more` are lines of fields beside those that each has, "" for none.
    pub(crate) fn info(more: &str, at: Timestamp) -> Self {
        let info = format!("software: boji/{}\r\nformat: WARC File Format 1.1\r\n{more}", env!("CARGO_PKG_VERSION"));
        Self::new(WarcRecordType::WarcInfo, FIELDS, "", at, info.into_bytes())
    }

    /// An answer as HTTP/1.1. The body is decoded, so what framed it on the wire gives way to its true length.
    pub(crate) fn response(url: &str, at: Timestamp, status: u16, headers: &[(String, String)], body: &[u8]) -> Self {
        let mut block = response_head(status, headers, body.len());
        block.extend_from_slice(body);
        Self::new(WarcRecordType::Response, "application/http;msgtype=response", url, at, block)
    }

    /// An answer whose body, of so many bytes, stands in the same file already.
    pub(crate) fn revisit(
        url: &str,
        at: Timestamp,
        status: u16,
        headers: &[(String, String)],
        length: usize,
        original: &Original,
    ) -> Self {
        let head = response_head(status, headers, length);
        let mut draft = Self::new(WarcRecordType::Revisit, "application/http;msgtype=response", url, at, head);
        draft.fields.extend([
            ("WARC-Profile", SAME_PAYLOAD.to_owned()),
            ("WARC-Refers-To", format!("<urn:{}>", original.id)),
            (SOURCE_FIELD, original.url.clone()),
            ("WARC-Refers-To-Date", warc_date(original.at)),
            ("WARC-Payload-Digest", original.digest.clone()),
        ]);
        draft
    }

    /// A request; its headers as they may be written down.
    pub(crate) fn request<'a>(url: &str, at: Timestamp, headers: impl Iterator<Item = (&'a str, String)>) -> Self {
        let block = request_head(&redact_url(url), headers);
        Self::new(WarcRecordType::Request, "application/http;msgtype=request", url, at, block)
    }

    /// Content that came without an exchange, or whose exchange nobody kept.
    pub(crate) fn resource(
        url: &str,
        at: Timestamp,
        content_type: impl Into<Cow<'static, str>>,
        content: &[u8],
    ) -> Self {
        Self::new(WarcRecordType::Resource, content_type, url, at, content.to_vec())
    }

    /// Named fields about an address.
    pub(crate) fn metadata(url: &str, at: Timestamp, fields: &[(&str, &str)]) -> Self {
        let mut block = String::new();
        for (name, value) in fields {
            push_header(&mut block, name, value);
        }
        Self::new(WarcRecordType::Metadata, FIELDS, url, at, block.into_bytes())
    }

    fn new(
        kind: WarcRecordType,
        content_type: impl Into<Cow<'static, str>>,
        url: &str,
        at: Timestamp,
        block: Vec<u8>,
    ) -> Self {
        let content_type = content_type.into();
        Self { kind, content_type, url: redact_url(url), at, fields: Vec::new(), block }
    }

    /// The same as a part of what another record, by its id, is a part of.
    pub(crate) fn concurrent_to(self, id: &str) -> Self {
        self.with("WARC-Concurrent-To", format!("<urn:{id}>"))
    }

    /// The same as a part of what is at an address: the feed that an entry stood in.
    pub(crate) fn of_address(self, url: &str) -> Self {
        self.with(SOURCE_FIELD, redact_url(url))
    }

    /// The same with another field in its head.
    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Its time.
    pub(crate) const fn at(&self) -> Timestamp {
        self.at
    }

    /// Its address, without secrets.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The record as a gzip member. `place` tells records of one content apart, where there may be several: their number in
    /// the file, or 0.
    pub(crate) fn member(self, place: u64) -> io::Result<Member> {
        let id = self.id(place);
        let mut record = WarcRecord::new();
        record.init_headers(self.kind, Some(id.as_bytes()));
        record.headers_mut().set("WARC-Date", warc_date(self.at));
        record.headers_mut().set("Content-Type", self.content_type.as_ref());
        if !self.url.is_empty() {
            record.headers_mut().set("WARC-Target-URI", &self.url);
        }
        for (name, value) in &self.fields {
            record.headers_mut().set(*name, value);
        }
        record.set_bytes_payload(self.block);
        if matches!(self.kind, WarcRecordType::Response) {
            record.set_is_http(true);
            // Only a record whose head is parsed gets a digest of its payload.
            record.parse_http()?;
        }
        let options = GzipWriterOptions { compression_level: COMPRESSION_LEVEL, ..GzipWriterOptions::default() };
        let mut writer = GzipWriter::with_options(Vec::new(), options);
        let unpacked = record.write_with_checksum(&mut writer)? as u64;
        let digest = record.headers().get("WARC-Payload-Digest").map(Cow::into_owned).unwrap_or_default();
        Ok(Member { id, bytes: writer.into_inner()?, unpacked, digest })
    }

    /// A name-based UUID (version 8) of place and content.
    fn id(&self, place: u64) -> String {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&place.to_be_bytes()).update(&self.at.as_millis().to_be_bytes());
        hasher.update(self.url.as_bytes()).update(&[0]).update(&self.block);
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
}

/// RFC 3339 with milliseconds, which WARC/1.1 allows.
fn warc_date(at: Timestamp) -> String {
    let seconds = at.to_string();
    format!("{}.{:03}Z", seconds.trim_end_matches('Z'), at.as_millis().rem_euclid(1000))
}

/// The head of an answer, up to its body of so many bytes.
fn response_head(status: u16, headers: &[(String, String)], length: usize) -> Vec<u8> {
    let reason = reqwest::StatusCode::from_u16(status).ok().and_then(|status| status.canonical_reason());
    let mut head = format!("HTTP/1.1 {status} {}\r\n", reason.unwrap_or("Unknown"));
    for (name, value) in headers.iter().filter(|(name, _)| !is_framing(name)) {
        push_header(&mut head, name, &redact_header(name, value));
    }
    push_header(&mut head, "content-length", &length.to_string());
    head.push_str("\r\n");
    head.into_bytes()
}

fn request_head<'a>(url: &str, headers: impl Iterator<Item = (&'a str, String)>) -> Vec<u8> {
    let parsed = Url::parse(url).ok();
    let target = parsed.as_ref().map_or(url, |url| &url[Position::BeforePath..]);
    let host = parsed.as_ref().map_or("", |url| &url[Position::BeforeHost..Position::AfterPort]);
    let mut head = format!("GET {target} HTTP/1.1\r\n");
    push_header(&mut head, "host", host);
    for (name, value) in headers {
        push_header(&mut head, name, &value);
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

use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

use fastwarc::stream_io::traits::WarcRead;
use fastwarc::warc::header::{HeaderEncoding, HeaderMap};
use fastwarc::warc::iter::ArchiveIteratorThreadSafe;
use fastwarc::warc::record::{SharedWarcRecord, WarcRecord};
use url::Url;

use super::block::{self, End, Wish};
use super::head::{Head, Kind, MAX_PAGE, RecordHead, is_of_excerpt};
use super::originals::Originals;
use super::piece::Piece;
use crate::pipeline::import::container::document::{Content, Document, Page, PassedOver};
use crate::pipeline::ordered::guarded;

/// Longest head of a record or an answer.
const MAX_HEAD: usize = 256 << 10;
/// Records in a row that cannot be read: behind so many there is nothing more to be had of a file.
const MAX_BROKEN: usize = 100;
/// Pages over which an article may go on, behind its first.
const MAX_LATER_PAGES: usize = 100;
/// What is said of a `revisit` that repeats nothing that is found in this file.
const WITHOUT_ORIGINAL: &str = "revisit without its original";

/// The answers of a file in order, as documents numbered by their records. A record that cannot be read costs itself alone: the
/// next one is looked for by how records begin.
pub(in super::super) struct Answers {
    name: String,
    pieces: Vec<Piece>,
    /// The piece that is being read.
    piece: usize,
    /// Its records from `base` on; `None` before they are opened.
    records: Option<ArchiveIteratorThreadSafe>,
    base: u64,
    /// Nothing was read of `records` yet.
    is_fresh: bool,
    /// The next record begins here or behind it.
    from: u64,
    number: usize,
    /// Records in a row that could not be read.
    broken: usize,
    /// Why a record could not be read that is tried once more.
    doubt: Option<String>,
    originals: Originals,
    /// A page whose article goes on over pages that follow.
    held: Option<Held>,
    ready: VecDeque<Document>,
}

/// A page that waits for those behind it.
struct Held {
    /// The id of its record.
    id: String,
    file: String,
    page: Page,
    /// How many pages it still waits for.
    left: usize,
}

/// Opens a file, packed or not.
pub(in super::super) fn open(path: &Path, name: &str) -> io::Result<Answers> {
    Ok(Answers::of(name, vec![Piece::whole(path)?]))
}

impl Iterator for Answers {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        loop {
            if let Some(document) = self.ready.pop_front() {
                return Some(document);
            }
            if self.piece >= self.pieces.len() {
                let held = self.held.take()?;
                return Some(Document::new(held.file, Content::Page(held.page)));
            }
            if self.broken >= MAX_BROKEN {
                self.piece = self.pieces.len();
                return Some(Document::broken(&self.name, "it is not read behind so many broken records"));
            }
            self.advance();
        }
    }
}

impl Answers {
    /// The answers of several pieces of one file.
    pub(super) fn of(name: &str, pieces: Vec<Piece>) -> Self {
        Self {
            name: name.to_owned(),
            pieces,
            piece: 0,
            records: None,
            base: 0,
            is_fresh: true,
            from: 0,
            number: 0,
            broken: 0,
            doubt: None,
            originals: Originals::default(),
            held: None,
            ready: VecDeque::new(),
        }
    }

    /// Says of a part of the file that it cannot be read.
    pub(super) fn tell(&mut self, file: String, why: &str) {
        self.ready.push_back(Document::broken(file, why));
    }

    /// Goes on by one record, or to where the next one may begin.
    fn advance(&mut self) {
        let Some(records) = &mut self.records else { return self.begin() };
        let (base, is_fresh) = (self.base, self.is_fresh);
        match guarded(|| records.next()) {
            Ok(None) => {
                self.tell_doubt();
                self.next_piece();
            }
            Ok(Some(Ok(record))) => {
                self.tell_doubt();
                self.is_fresh = false;
                let place = base + record.with_mut(|record| record.stream_pos());
                match guarded(|| record.with_mut(read)) {
                    Ok(Ok(read)) => self.take(read, place),
                    Ok(Err(error)) => self.give_up(error.to_string(), place + 1),
                    Err(panic) => self.give_up(panic, place + 1),
                }
            }
            failed => {
                let error = failed.map_or_else(|panic| panic, |failed| told(failed.and_then(Result::err)));
                if is_fresh {
                    self.doubt = None;
                    self.give_up(error, base + 1);
                } else {
                    // Where it begins is not known. It may fail once more, and is told then.
                    self.doubt = Some(error);
                    self.look_from(self.from);
                }
            }
        }
    }

    fn begin(&mut self) {
        let Some(piece) = self.pieces.get(self.piece) else { return };
        match records(piece, self.from) {
            Ok(records) => {
                self.records = Some(records);
                (self.base, self.is_fresh) = (self.from, true);
            }
            Err(error) => {
                self.ready.push_back(Document::broken(&self.name, error.to_string()));
                self.next_piece();
            }
        }
    }

    fn next_piece(&mut self) {
        self.records = None;
        (self.piece, self.from) = (self.piece + 1, 0);
    }

    /// Takes what was read of the record at a place.
    fn take(&mut self, read: Read, place: u64) {
        let Read { head, content, end, body_at, end_at } = read;
        if end == End::Cut {
            return self.give_up("it is cut off".to_owned(), place + 1);
        }
        self.broken = 0;
        let file = self.file();
        if matches!(head.kind, Kind::Response | Kind::Resource) {
            self.originals.add(&head.id, &head.digest, self.piece, place);
        }
        let content =
            if head.kind == Kind::Revisit && content.is_none() { Some(self.original(&head)) } else { content };
        if let Some(content) = content {
            self.put(&head, file, content);
        }
        match end {
            End::Next(length) if self.pieces.get(self.piece).is_some_and(Piece::is_plain) => {
                self.records = None;
                self.from = self.base + body_at + length;
            }
            End::Next(_) => {
                self.look_from(place + 1);
                if self.records.is_none() && self.from == 0 {
                    self.tell(self.name.clone(), "a record states a wrong length, and no other is found behind it");
                }
            }
            End::Stated | End::Cut => self.from = self.base + end_at,
        }
    }

    /// Hands on what a record holds, once all pages of its article are there.
    fn put(&mut self, head: &RecordHead, file: String, content: Content) {
        let page = match content {
            Content::Page(page) => page,
            other => return self.ready.push_back(Document::new(file, other)),
        };
        if let Some(held) = self.held.as_mut().filter(|held| !held.id.is_empty() && held.id == head.page_of) {
            held.page.later.push((file, page));
            held.left -= 1;
            if held.left == 0 {
                self.let_go();
            }
            return;
        }
        self.let_go();
        if (1..=MAX_LATER_PAGES).contains(&head.later_pages) {
            self.held = Some(Held { id: head.id.clone(), file, page, left: head.later_pages });
        } else {
            self.ready.push_back(Document::new(file, Content::Page(page)));
        }
    }

    /// Hands on the page that waits, whatever came of those behind it.
    fn let_go(&mut self) {
        if let Some(held) = self.held.take() {
            self.ready.push_back(Document::new(held.file, Content::Page(held.page)));
        }
    }

    /// Says of the record that comes next that it cannot be read, and looks for another from a place on.
    fn give_up(&mut self, why: String, from: u64) {
        let file = self.file();
        self.broken += 1;
        self.ready.push_back(Document::broken(file, why));
        self.look_from(from);
    }

    /// A record that failed, and was not met again, is told now.
    fn tell_doubt(&mut self) {
        if let Some(why) = self.doubt.take() {
            let file = self.file();
            self.ready.push_back(Document::broken(file, why));
        }
    }

    /// Lets the next record begin at the first place from `from` on where one can.
    fn look_from(&mut self, from: u64) {
        self.records = None;
        match self.pieces.get(self.piece).map(|piece| piece.next_start(from)) {
            Some(Ok(Some(start))) => self.from = start,
            Some(Err(error)) => {
                self.ready.push_back(Document::broken(&self.name, error.to_string()));
                self.next_piece();
            }
            _ => {
                self.tell_doubt();
                self.next_piece();
            }
        }
    }

    /// What a record that is come to is called.
    fn file(&mut self) -> String {
        self.number += 1;
        format!("{}#{}", self.name, self.number)
    }

    /// What a `revisit` repeats, under its own address and time.
    fn original(&self, head: &RecordHead) -> Content {
        let read = || {
            let place = self.originals.find(&head.refers_to, &head.digest)?;
            let record = records(self.pieces.get(place.piece)?, place.at).ok()?.next()?.ok()?;
            let read = record.with_mut(read).ok()?;
            place.is_of(&read.head.id).then_some(read.content).flatten()
        };
        match guarded(read).ok().flatten() {
            Some(Content::Page(page)) => Content::Page(Page { url: head.url.clone(), fetched: head.fetched, ..page }),
            Some(content) => content,
            None => Content::PassedOver(PassedOver::Record(WITHOUT_ORIGINAL.to_owned())),
        }
    }
}

/// The records of a piece from a place on.
fn records(piece: &Piece, at: u64) -> io::Result<ArchiveIteratorThreadSafe> {
    let records = ArchiveIteratorThreadSafe::new(piece.reader(at)?);
    Ok(records.with_parse_http(false).with_quirks_mode(true).with_max_header_len(MAX_HEAD))
}

/// What was read of a record. Places count from where its iterator began.
struct Read {
    head: RecordHead,
    /// What it holds; `None` for what is no answer, and for a `revisit` whose answer may be a page.
    content: Option<Content>,
    end: End,
    /// Where its body begins.
    body_at: u64,
    /// Where reading ended.
    end_at: u64,
}

/// Reads a record to its end.
fn read(record: &mut WarcRecord) -> io::Result<Read> {
    let head = RecordHead::of(record.headers());
    let reader = record.reader_mut().ok_or_else(|| io::Error::other("it has no content"))?;
    let Some(length) = head.length else {
        if head.kind == Kind::About {
            // Some tools end what they say of a file without its length.
            return Ok(Read { head, content: None, end: End::Stated, body_at: 0, end_at: 0 });
        }
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "its head is cut off"));
    };
    // The library knows the names of fields in one case only.
    reader.set_limit(length);
    let (answer, left) = if head.is_http(reader.fill_buf()?) {
        let mut http = HeaderMap::new(HeaderEncoding::Latin1);
        let read = http.parse_with_opts(reader, true, MAX_HEAD, true)?;
        (Head::of_http(&http), length.saturating_sub(read as u64))
    } else {
        (Head::of_record(&head.content_type), length)
    };
    let passed_over = if head.kind == Kind::About { None } else { answer.passed_over(&head) };
    let is_kept = passed_over.is_none() && matches!(head.kind, Kind::Response | Kind::Resource | Kind::Conversion);
    if is_kept && left > MAX_PAGE {
        block::read(reader, left, Wish::PassOver)?;
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("larger than {MAX_PAGE} bytes")));
    }
    let body_at = reader.inner_stream_position()?;
    let block = block::read(reader, left, if is_kept { Wish::Keep } else { answer.wish() })?;
    let end_at = reader.inner_stream_position()?;
    let content = match passed_over {
        Some(why) => Some(Content::PassedOver(PassedOver::Record(why))),
        None if is_kept => Some(content(&head, &answer, block.bytes)),
        None => None,
    };
    Ok(Read { content, head, end: block.end, body_at, end_at })
}

/// What the body of an answer is: a page, or a file that an export of captures put in.
fn content(head: &RecordHead, answer: &Head, body: Vec<u8>) -> Content {
    if is_of_excerpt(&head.url) {
        return Content::Entry { feed: head.refers_to_url.clone(), fetched: head.fetched, bytes: body };
    }
    if head.url.starts_with("file:") {
        return Content::Unpacked { name: file_name(&head.url), fetched: head.fetched, bytes: body };
    }
    let body = answer.undone(body);
    if let Some(what) = answer.what_if_no_text(&body) {
        return Content::PassedOver(PassedOver::Record(what));
    }
    let (url, content_type) = (head.url.clone(), answer.content_type.clone());
    Content::Page(Page { url, content_type, fetched: head.fetched, body, later: Vec::new() })
}

/// The path of a file by its address.
fn file_name(url: &str) -> String {
    let path = Url::parse(url).ok().and_then(|url| url.to_file_path().ok());
    path.unwrap_or_else(|| PathBuf::from(url)).to_string_lossy().trim_start_matches('/').to_owned()
}

fn told(error: Option<io::Error>) -> String {
    error.map_or_else(|| "it cannot be read".to_owned(), |error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
    }

    fn record(kind: &str, more: &str, block: &[u8]) -> Vec<u8> {
        let content_type = if kind == "conversion" { "text/plain" } else { "application/http" };
        let head = format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\nWARC-Target-URI: https://a.example/\r\n\
             Content-Type: {content_type}\r\n{more}Content-Length: {}\r\n\r\n",
            block.len()
        );
        [head.as_bytes(), block, b"\r\n\r\n"].concat()
    }

    /// A record of each kind.
    fn records() -> Vec<Vec<u8>> {
        let http = |more: &str, body: &[u8]| [format!("HTTP/1.1 200 OK\r\n{more}\r\n").as_bytes(), body].concat();
        vec![
            record("warcinfo", "", b"software: a crawler\r\n"),
            record("request", "", b"GET / HTTP/1.1\r\n\r\n"),
            record("response", "WARC-Payload-Digest: sha1:A\r\n", &http("Content-Type: text/html\r\n", b"<p>words")),
            record("revisit", "WARC-Payload-Digest: sha1:A\r\n", b""),
            record("response", "", &http("Transfer-Encoding: chunked\r\n", b"3\r\n<p>\r\n5\r\nwords\r\n0\r\n\r\n")),
            record("response", "", &http("Content-Encoding: gzip\r\n", &gzip(b"<p>words"))),
            record("conversion", "", b"words"),
        ]
    }

    /// What a file of these bytes gives, at most so much.
    fn told(bytes: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("written");
        let documents = open(&path, "f").expect("opened").take(10_000);
        documents
            .map(|document| match document.content {
                Content::Page(page) => format!("{} {}", document.file, String::from_utf8_lossy(&page.body)),
                Content::PassedOver(PassedOver::Record(why)) | Content::Broken(why) => {
                    format!("{}: {why}", document.file)
                }
                _ => document.file,
            })
            .collect()
    }

    #[test]
    fn records_are_read_packed_or_not() {
        let want = ["f#3 <p>words", "f#4 <p>words", "f#5 <p>words", "f#6 <p>words", "f#7 words"];
        assert_eq!(told(&records().concat()), want);
        assert_eq!(told(&records().iter().flat_map(|record| gzip(record)).collect::<Vec<u8>>()), want);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn damage_costs_no_more_than_what_is_damaged(
            is_packed in any::<bool>(),
            changes in prop::collection::vec((0..4u8, any::<prop::sample::Index>(), any::<u8>()), 1..6),
        ) {
            let members: Vec<Vec<u8>> =
                records().into_iter().map(|record| if is_packed { gzip(&record) } else { record }).collect();
            let mut bytes = members.concat();
            for (kind, at, value) in changes {
                if bytes.is_empty() {
                    break;
                }
                let at = at.index(bytes.len());
                match kind {
                    0 => bytes[at] = value,
                    1 => { bytes.remove(at); }
                    2 => bytes.truncate(at),
                    _ => bytes.splice(at..at, [value; 3]).for_each(drop),
                }
            }
            let told = told(&bytes);
            prop_assert!(told.len() < 100, "{told:?}");
            prop_assert!(!told.iter().any(|line| line.contains("internal error")), "{told:?}");
        }
    }
}

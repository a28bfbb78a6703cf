//! The captures of articles as WARC/1.1: what servers sent, for other tools to replay, and for `import` to clean anew.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use boji_clean::model::Timestamp;
use url::Url;

use super::error::ExportError;
use super::format::ExportOptions;
use super::record::Record;
use super::shard::Shard;
use super::sink::{Output, Sink, WrittenFile};
use crate::fetch::{Draft, EXCERPT_URN, LATER_PAGES_FIELD, Original, PAGE_OF_FIELD};
use crate::model::{Capture, StoredArticle, type_of_file};
use crate::store::Store;

/// Field of a `metadata` record that holds the id of an article; one such record an article.
pub(super) const ARTICLE_FIELD: &str = "boji-article";
/// Field of the same that holds the number of its revision.
const REVISION_FIELD: &str = "boji-revision";
/// Field of the same that names the record of a capture; once for each page, in order.
const CAPTURE_FIELD: &str = "boji-capture";

/// Files `part-00000.warc.gz`, `part-00001…`, each as large as its shard and whole by itself: a `warcinfo`, then for each article
/// the captures of all of its pages and a `metadata` record that names it. There is always a first one.
///
/// What was fetched is a `response` with its `request`, each redirect before it another pair; a body that the file holds already
/// is a `revisit`. What came in another way is a `resource`: a page out of an archive under its address, a file under
/// `file:///` and its path, an entry of a feed under a name of its own.
pub(super) struct WarcSink<'a> {
    store: &'a dyn Store,
    folder: PathBuf,
    split: String,
    dump: String,
    shard: Shard,
    part: Option<Part>,
    /// The ids of the records of captures, by [`key_of`]: one list may have carried many articles.
    written: HashMap<String, String>,
    done: Vec<WrittenFile>,
}

/// A field in the head of a record, and its value.
type Field = Option<(&'static str, String)>;

/// A file on its way.
struct Part {
    output: Output,
    articles: u64,
    /// Bytes before they were packed.
    bytes: u64,
    /// What was sent with each body that the file holds, by its hash.
    originals: HashMap<String, Original>,
}

impl<'a> WarcSink<'a> {
    /// A sink that writes the files of one split into `folder`, with captures out of `store`.
    pub(super) fn new(store: &'a dyn Store, folder: &Path, split: &str, options: &ExportOptions) -> Self {
        let (folder, split, dump) = (folder.to_owned(), split.to_owned(), options.dump.clone());
        Self { store, folder, split, dump, shard: options.shard, part: None, written: HashMap::new(), done: Vec::new() }
    }

    /// The captures of an article's pages, in order.
    fn captures(&self, stored: &StoredArticle) -> Result<Vec<Capture>, ExportError> {
        let missing = || ExportError::NoCapture { article: stored.id.clone() };
        let mut captures = vec![self.store.capture_of(stored)?.ok_or_else(missing)?];
        for hash in &stored.submission.later_captures {
            captures.push(self.store.capture(hash)?.ok_or_else(missing)?);
        }
        Ok(captures)
    }

    /// The file that has room for one more article; `at` dates a new one, for there is no clock here.
    fn part(&mut self, at: Timestamp) -> Result<Part, ExportError> {
        match self.part.take() {
            Some(part) if self.shard.is_full(part.articles, part.bytes) => {
                self.done.push(part.output.finish(part.articles)?);
                self.begin(at)
            }
            Some(part) => Ok(part),
            None => self.begin(at),
        }
    }

    fn begin(&self, at: Timestamp) -> Result<Part, ExportError> {
        let number = self.done.len();
        let name = format!("{}-{number:05}.warc.gz", self.split);
        let output = Output::create(&self.folder, &name)?;
        let mut part = Part { output, articles: 0, bytes: 0, originals: HashMap::new() };
        let whole =
            if self.dump.is_empty() { String::new() } else { format!("isPartOf: {}\r\n", one_line(&self.dump)) };
        let info = Draft::info(&whole, at).with("WARC-Filename", name);
        part.put_at(info, number as u64)?;
        Ok(part)
    }

    /// Writes a capture, unless it was; gives back the id of its record. `field` says which page of an article it is.
    fn put_capture(&mut self, part: &mut Part, capture: &Capture, field: Field) -> Result<String, ExportError> {
        let hash = capture.body_hash();
        let key = key_of(capture, &hash);
        if let Some(id) = self.written.get(&key) {
            return Ok(id.clone());
        }
        let id = if was_fetched(capture) {
            part.put_exchange(capture, hash, field)?
        } else {
            part.put_resource(capture, &hash, field)?
        };
        self.written.insert(key, id.clone());
        Ok(id)
    }
}

impl Sink for WarcSink<'_> {
    fn write(&mut self, _record: &Record, stored: &StoredArticle) -> Result<(), ExportError> {
        let captures = self.captures(stored)?;
        let at = captures.first().map_or(stored.submission.fetched_at, |capture| capture.fetched_at);
        let mut part = self.part(at)?;
        let mut ids: Vec<String> = Vec::with_capacity(captures.len());
        let later_pages = captures.len().saturating_sub(1);
        for capture in &captures {
            let field = match ids.first() {
                Some(first) => Some((PAGE_OF_FIELD, first.clone())),
                None => (later_pages > 0).then(|| (LATER_PAGES_FIELD, later_pages.to_string())),
            };
            ids.push(format!("<urn:{}>", self.put_capture(&mut part, capture, field)?));
        }
        let revision = stored.revision.to_string();
        let mut fields = vec![(ARTICLE_FIELD, stored.id.as_str()), (REVISION_FIELD, &revision)];
        fields.extend(ids.iter().map(|id| (CAPTURE_FIELD, id.as_str())));
        let about = Draft::metadata(&stored.submission.article.url, at, &fields);
        part.put(about.with("WARC-Refers-To", ids.first().cloned().unwrap_or_default()))?;
        part.articles += 1;
        self.part = Some(part);
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        if self.part.is_none() && self.done.is_empty() {
            self.part = Some(self.begin(Timestamp::default())?);
        }
        if let Some(part) = self.part.take() {
            self.done.push(part.output.finish(part.articles)?);
        }
        Ok(self.done)
    }
}

impl Part {
    /// Writes what was fetched: redirects first, each with its request. What a redirect said is not stored, but for its status
    /// and where it led.
    fn put_exchange(&mut self, capture: &Capture, hash: String, field: Field) -> Result<String, ExportError> {
        let at = capture.fetched_at;
        for (hop, next) in capture.hops.iter().zip(capture.hops.iter().skip(1)) {
            let is_redirect = (300..400).contains(&hop.status);
            let location = is_redirect.then(|| ("location".to_owned(), next.url.clone()));
            self.put_pair(Draft::response(&hop.url, at, hop.status, location.as_slice(), b""), &hop.url)?;
        }
        let Capture { status, headers, body, .. } = capture;
        let url = capture.final_url();
        if let Some(original) = self.originals.get(&hash) {
            let again = Draft::revisit(url, at, *status, headers, body.len(), original);
            return self.put_pair(with(again, field), url).map(|original| original.id);
        }
        let answer = Draft::response(url, at, *status, headers, body);
        let original = self.put_pair(with(answer, field), url)?;
        let id = original.id.clone();
        if !body.is_empty() {
            self.originals.insert(hash, original);
        }
        Ok(id)
    }

    /// Writes an answer and its request. Of a request nothing is stored but its address.
    fn put_pair(&mut self, answer: Draft, url: &str) -> Result<Original, ExportError> {
        let at = answer.at();
        let original = self.put(answer)?;
        self.put(Draft::request(url, at, std::iter::empty()).concurrent_to(&original.id))?;
        Ok(original)
    }

    /// Writes what no exchange is known of.
    fn put_resource(&mut self, capture: &Capture, hash: &str, field: Field) -> Result<String, ExportError> {
        let (at, content_type) = (capture.fetched_at, type_of(capture));
        let resource = if capture.is_excerpt() {
            let entry = Draft::resource(&format!("{EXCERPT_URN}{hash}"), at, content_type, &capture.body);
            entry.of_address(capture.final_url())
        } else if capture.hops.is_empty() {
            Draft::resource(&file_url(&capture.url), at, content_type, &capture.body)
        } else {
            Draft::resource(capture.final_url(), at, content_type, &capture.body)
        };
        self.put(with(resource, field)).map(|original| original.id)
    }

    fn put(&mut self, draft: Draft) -> Result<Original, ExportError> {
        self.put_at(draft, 0)
    }

    fn put_at(&mut self, draft: Draft, place: u64) -> Result<Original, ExportError> {
        let (url, at) = (draft.url().to_owned(), draft.at());
        let member = draft.member(place).map_err(ExportError::writing(self.output.full_path()))?;
        let written = self.output.write_all(&member.bytes);
        written.map_err(ExportError::writing(self.output.full_path()))?;
        self.bytes += member.unpacked;
        Ok(Original { id: member.id, url, at, digest: member.digest })
    }
}

fn with(draft: Draft, field: Field) -> Draft {
    match field {
        Some((name, value)) => draft.with(name, value),
        None => draft,
    }
}

/// Whether a server sent these very bytes to us.
fn was_fetched(capture: &Capture) -> bool {
    let is_of_web = Url::parse(&capture.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
    is_of_web && !capture.is_excerpt()
}

/// What tells captures apart.
fn key_of(capture: &Capture, hash: &str) -> String {
    let Capture { url, fetched_at, .. } = capture;
    format!("{hash} {} {url}", fetched_at.as_millis())
}

/// The address of a file by its path in what was imported. Where that lay on the disk nobody is told.
fn file_url(path: &str) -> String {
    let Ok(mut url) = Url::parse("file:///") else { return path.to_owned() };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().extend(path.split('/'));
    }
    url.into()
}

/// The content type of what came without an exchange: as stated, else as its name or its first bytes tell.
fn type_of(capture: &Capture) -> String {
    let body = capture.body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&capture.body).trim_ascii_start();
    if capture.is_excerpt() && body.starts_with(b"{") {
        return "application/feed+json".to_owned();
    }
    let stated = capture.header("content-type").unwrap_or_else(|| type_of_file(&capture.url));
    if !stated.is_empty() {
        return one_line(stated);
    }
    match body {
        [b'{' | b'[', ..] => "application/json",
        [b'<', b'?', b'x', b'm', b'l', ..] => "text/xml",
        [b'<', ..] => "text/html",
        _ => "application/octet-stream",
    }
    .to_owned()
}

fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Hop;

    fn capture(url: &str, hops: &[&str], content_type: &str, body: &[u8]) -> Capture {
        let header = ("content-type".to_owned(), content_type.to_owned());
        Capture {
            url: url.to_owned(),
            hops: hops.iter().map(|url| Hop { url: (*url).to_owned(), status: 200 }).collect(),
            status: 200,
            headers: if content_type.is_empty() { Vec::new() } else { vec![header] },
            body: body.to_vec(),
            fetched_at: Timestamp::from_millis(1),
        }
    }

    #[test]
    fn only_what_a_server_sent_was_fetched() {
        let excerpt = Capture::excerpt(&capture("https://a.example/feed", &[], "", b""), "\u{feff}<rss/>".to_owned());
        for (case, capture, want) in [
            ("a page", capture("https://a.example/1", &["https://a.example/1"], "text/html", b"<p>"), true),
            ("a page out of an archive", capture("a.warc#1", &["https://a.example/1"], "text/html", b"<p>"), false),
            ("a file", capture("a.html", &[], "", b"<p>"), false),
            ("a file with a colon", capture("a:b.html", &[], "", b"<p>"), false),
            ("an entry of a feed", excerpt, false),
        ] {
            assert_eq!(was_fetched(&capture), want, "{case}");
        }
    }

    #[test]
    fn a_file_has_an_address_and_a_type() {
        for (path, content, url, content_type) in [
            ("in/账 本.md", "# a", "file:///in/%E8%B4%A6%20%E6%9C%AC.md", "text/markdown"),
            ("pages.zip#a/1.html", " <p>", "file:///pages.zip%23a/1.html", "text/html"),
            ("pages.jsonl:3", "{}", "file:///pages.jsonl:3", "application/json"),
            ("a.xml", "\u{feff}<?xml version='1.0'?>", "file:///a.xml", "text/xml"),
            ("../a?b", "words", "file:///a%3Fb", "application/octet-stream"),
        ] {
            assert_eq!(file_url(path), url);
            assert_eq!(type_of(&capture(path, &[], "", content.as_bytes())), content_type, "{path}");
        }
    }
}

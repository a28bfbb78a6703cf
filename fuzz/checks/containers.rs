//! What has to hold of files that hold many pages. It needs the whole program, not only its cleaning, and so stands beside
//! the other checks and not among them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use boji::seams::config::Settings;
use boji::seams::pipeline::{ImportOptions, RunReport, Stop, import};
use boji::seams::store::{Filter, SqliteStore, Store};
use boji_clean::model::Timestamp;
use boji_clean::rules::Rules;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Largest document taken out of a file, in bytes.
const MAX_DOCUMENT: usize = 64 << 20;
/// Problems that are told one by one, and the line that counts the others.
const MAX_PROBLEMS: usize = 1_000 + 1;
/// Shortest document of a file that holds many: a line of JSON, with its end.
const SHORTEST: usize = 2;
/// Kinds of files that are built.
const KINDS: [&str; 8] = ["warc", "har", "jsonl", "json", "zip", "csv", "xlsx", "txt"];
/// Parts of a file that is built: a page takes long to clean.
const MAX_PARTS: usize = 12;
/// Longest name of a file, in characters.
const MAX_NAME: usize = 24;

/// Files that hold many pages, imported into an empty store.
///
/// Bytes that begin with `%` are statements in the notation of [`Built`], of which a file is made whose every page is
/// known. Any others have the file's name in their first line, behind which `gzip` or `zstd` may say that what follows is
/// still to be packed so, or `zip` and a name that it is to be the member of a ZIP.
pub fn check(bytes: &[u8]) {
    if let Some(statements) = bytes.strip_prefix(b"%") {
        return Built::read(&String::from_utf8_lossy(statements)).holds();
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (first, content) = bytes.split_at(end);
    let first = String::from_utf8_lossy(first);
    let mut words = first.split(' ');
    let name = file_name(words.next().unwrap_or_default());
    let mut content = content.strip_prefix(b"\n").unwrap_or(content).to_vec();
    let size = content.len();
    while let Some(word) = words.next().filter(|_| content.len() <= 2 * size + 1_024) {
        content = match word {
            "zip" => zipped(&[(words.next().unwrap_or("a.html").to_owned(), content)]),
            packing => packed(packing, content),
        };
    }
    let taken = Taken::of(&name, &content);
    taken.is_bounded(size.max(content.len()) / SHORTEST + 2);
    taken.comes_again_alike(bytes.len());
}

/// A name without folders, which begins with no dot.
fn file_name(words: &str) -> String {
    let name: String = words.chars().filter(|c| c.is_alphanumeric() || "._-".contains(*c)).take(MAX_NAME).collect();
    let name = name.trim_start_matches('.');
    if name.is_empty() { "file".to_owned() } else { name.to_owned() }
}

/// What became of an import.
struct Taken {
    folder: tempfile::TempDir,
    name: String,
    store: SqliteStore,
    report: RunReport,
    /// Documents that were worked on.
    documents: usize,
}

impl Taken {
    fn of(name: &str, content: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("in")).expect("made");
        fs::write(folder.path().join("in").join(name), content).expect("written");
        let mut store = SqliteStore::in_memory().expect("a store");
        let (report, documents) = imported(&folder.path().join("in").join(name), &mut store);
        Self { folder, name: name.to_owned(), store, report, documents }
    }

    /// No more came of a file than so many documents, none too large, and nothing was written beside it.
    fn is_bounded(&self, most: usize) {
        assert!(self.documents <= most, "{} documents, where {most} are possible", self.documents);
        for source in &self.report.sources {
            assert!(source.problems.len() <= MAX_PROBLEMS, "{} problems", source.problems.len());
            for problem in &source.problems {
                assert!(!problem.message.starts_with("internal error"), "{problem:?}");
            }
        }
        self.store
            .each_article(&Filter::default(), &mut |stored| {
                let capture = self.store.capture(&stored.submission.capture_hash).expect("read").expect("stored");
                assert!(capture.body.len() <= MAX_DOCUMENT, "a document of {} bytes", capture.body.len());
                ControlFlow::Continue(())
            })
            .expect("read");
        let found: BTreeSet<_> = files_below(self.folder.path());
        assert_eq!(found, BTreeSet::from([format!("in/{}", self.name)]), "a file was written");
    }

    /// The same bytes give the same store; and into a store that has them, nothing new. `nth` chooses what is asked.
    fn comes_again_alike(mut self, nth: usize) {
        let path = self.folder.path().join("in").join(&self.name);
        match nth % 4 {
            0 => {
                let mut store = SqliteStore::in_memory().expect("a store");
                let (report, _) = imported(&path, &mut store);
                assert_eq!(format!("{report:?}"), format!("{:?}", self.report), "reports");
                assert_eq!(dump(&store), dump(&self.store), "stores");
            }
            2 => {
                assert_eq!(self.store.check().expect("checked"), [""; 0], "the store is not sound");
                let (report, _) = imported(&path, &mut self.store);
                for source in &report.sources {
                    assert_eq!((source.new, source.revised), (0, 0), "news of what is known: {report:?}");
                }
            }
            _ => {}
        }
    }
}

fn imported(path: &Path, store: &mut SqliteStore) -> (RunReport, usize) {
    let options = ImportOptions { paths: vec![path.to_owned()], source: Some("files".to_owned()), jobs: 1 };
    let now = Timestamp::parse("2026-06-01T00:00:00Z").expect("a time");
    let done = AtomicUsize::new(0);
    let progress = |count, _| done.store(count, Ordering::Relaxed);
    let run = Settings::default().run;
    let imported = import(store, &options, &Rules::shipped(), &run, now, &Stop::new(), &progress);
    assert!(imported.broken_off.is_none(), "{imported:?}");
    let report = imported.report;
    (report, done.into_inner())
}

fn dump(store: &SqliteStore) -> String {
    let mut out = Vec::new();
    store.dump(&mut out).expect("dumped");
    String::from_utf8(out).expect("text")
}

/// Paths of all files below a folder.
fn files_below(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(root).expect("below").display().to_string());
            }
        }
    }
    found
}

fn packed(packing: &str, content: Vec<u8>) -> Vec<u8> {
    match packing {
        "gzip" => gzip(&content),
        "zstd" => zstd::encode_all(content.as_slice(), 1).expect("packed"),
        _ => content,
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
}

fn zipped(members: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        // A name that was there is taken once.
        if writer.start_file(name.as_str(), SimpleFileOptions::default()).is_ok() {
            writer.write_all(content).expect("written");
        }
    }
    writer.finish().expect("finished").into_inner()
}

/// A file that is made of pages. The first line says its kind, one of [`KINDS`], and how it is packed (`gzip`, `zstd`;
/// `members` packs each record of a WARC by itself). Each further line is a part:
///
/// `-` is a record that is no page, `.` is none that is told of; any other is a page or a row with these words. Signs
/// before them put an encoding on a page where its kind has such: `+` gzip or base64, `^` chunked, `~` deflate, `=` zstd.
struct Built {
    kind: &'static str,
    name: String,
    bytes: Vec<u8>,
    /// Pages, or rows with an address.
    pages: Vec<String>,
    others: usize,
}

impl Built {
    fn read(statements: &str) -> Self {
        let (first, lines) = statements.split_once('\n').unwrap_or((statements, ""));
        let mut words = first.split(' ');
        let kind = words.next().and_then(|word| KINDS.into_iter().find(|kind| *kind == word)).unwrap_or("jsonl");
        let packings: Vec<&str> = words.take(2).filter(|word| ["gzip", "zstd"].contains(word)).take(1).collect();
        let mut built = Self { name: format!("built.{kind}"), kind, bytes: Vec::new(), pages: Vec::new(), others: 0 };
        let mut parts: Vec<Vec<u8>> = Vec::new();
        let mut members = Vec::new();
        for (number, line) in lines.lines().take(MAX_PARTS).enumerate() {
            built.part(number, line, &mut parts, &mut members);
        }
        if first.split(' ').any(|word| word == "members") && built.kind == "warc" {
            built.name.push_str(".gz");
            built.bytes = parts.iter().flat_map(|part| gzip(part)).collect();
            return built;
        }
        let join = |sign: &[u8]| parts.join(sign);
        built.bytes = match built.kind {
            "har" => [br#"{"log":{"version":"1.2","entries":["#, join(b",").as_slice(), b"]}}"].concat(),
            "json" => [b"[", join(b",\n").as_slice(), b"]"].concat(),
            "zip" => zipped(&members),
            "xlsx" => workbook(&parts.concat()),
            "csv" => ["标题,链接\n".as_bytes(), &parts.concat()].concat(),
            _ => parts.concat(),
        };
        // A workbook and a ZIP are packed already.
        for packing in packings.into_iter().filter(|_| !["zip", "xlsx"].contains(&built.kind)) {
            built.bytes = packed(packing, std::mem::take(&mut built.bytes));
            built.name.push_str(if packing == "gzip" { ".gz" } else { ".zst" });
        }
        built
    }

    fn part(&mut self, number: usize, line: &str, parts: &mut Vec<Vec<u8>>, members: &mut Vec<(String, Vec<u8>)>) {
        let words = line.trim_start_matches(['+', '^', '~', '=', '-', '.']);
        let signs = &line[..line.len() - words.len()];
        let is_page = !signs.contains(['-', '.']);
        let is_told = signs.starts_with('-');
        let address = format!("https://a.example/{number}");
        // In an array of JSON, pages are told from other values by its first elements.
        if self.kind == "json" && self.pages.is_empty() && !is_page {
            return;
        }
        let page = page(number, words);
        let part = match self.kind {
            "warc" if is_page => answer(&address, "200 OK\r\nContent-Type: text/html", signs, page.as_bytes()),
            "warc" if is_told => answer(&address, "200 OK\r\nContent-Type: image/png", "", words.as_bytes()),
            "warc" => record("request", &address, "application/http;msgtype=request", words.as_bytes()),
            "har" if is_page => entry(&address, "text/html", signs.contains('+'), &page),
            "har" if is_told => entry(&address, "text/css", false, words),
            "json" | "jsonl" if is_page => json!({"url": address, "html": page}).to_string().into_bytes(),
            "json" | "jsonl" if is_told => json!({"note": words}).to_string().into_bytes(),
            "jsonl" => b"  ".to_vec(),
            "zip" => {
                let name = match (is_page, is_told) {
                    (true, _) => format!("{number}.html"),
                    (_, true) => format!("{number}.pdf"),
                    _ => format!(".hidden/{number}.html"),
                };
                members.push((name, page.clone().into_bytes()));
                Vec::new()
            }
            "csv" if is_page => format!("\"{}\",{address}\n", words.replace('"', "\"\"")).into_bytes(),
            "csv" => b"a row,of two cells\n".to_vec(),
            "xlsx" => row(number, words, if is_page { &address } else { "none" }).into_bytes(),
            "txt" if is_page => format!("{number} {}\t{address}\n", plain(words)).into_bytes(),
            "txt" => b"# a note\n".to_vec(),
            _ => return,
        };
        // A list has nowhere to put what it does not tell of.
        if part.is_empty() && self.kind != "zip" {
            return;
        }
        let is_row = ["csv", "xlsx", "txt"].contains(&self.kind);
        self.others += usize::from(is_told && !is_row);
        if is_page {
            self.pages.push(page);
        }
        parts.push(if self.kind == "jsonl" { [part.as_slice(), b"\n"].concat() } else { part });
    }

    /// As many pages come out as went in, each with its bytes, and what is no page is counted.
    fn holds(&self) {
        let taken = Taken::of(&self.name, &self.bytes);
        taken.is_bounded(self.pages.len() + self.others + 1);
        if !self.pages.is_empty() {
            self.comes_whole(&taken);
        }
        taken.comes_again_alike(self.bytes.len());
    }

    fn comes_whole(&self, taken: &Taken) {
        let report = &taken.report.sources[0];
        assert_eq!(report.problems, [], "{}", self.name);
        if ["csv", "xlsx", "txt"].contains(&self.kind) {
            assert_eq!((taken.documents, report.named), (1, self.pages.len()), "{report:?}");
            return;
        }
        assert_eq!(taken.documents, self.pages.len() + self.others, "{}: documents", self.name);
        let passed_over = report.passed_over.files.values().chain(report.passed_over.records.values());
        assert_eq!(passed_over.sum::<usize>(), self.others, "passed over: {report:?}");
        assert_eq!(report.new + report.duplicates, self.pages.len(), "articles: {report:?}");
        let mut bodies = BTreeSet::new();
        taken
            .store
            .each_article(&Filter::default(), &mut |stored| {
                let capture = taken.store.capture(&stored.submission.capture_hash).expect("read").expect("stored");
                bodies.insert(capture.body);
                ControlFlow::Continue(())
            })
            .expect("read");
        let want: BTreeSet<Vec<u8>> = self.pages.iter().map(|page| page.clone().into_bytes()).collect();
        assert_eq!(bodies, want, "{}: pages", self.name);
    }
}

/// Letters, digits and blanks of a text, as many as a title of a list may have.
fn plain(words: &str) -> String {
    words.chars().filter(|c| c.is_alphanumeric() || *c == ' ').take(100).collect()
}

/// A page that is an article, unlike any other.
fn page(number: usize, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    let mut body = String::new();
    for paragraph in 1..=3 {
        let _ = writeln!(
            body,
            "<p>Paragraph {paragraph} of page {number} tells how the miller of that year weighed the sacks, wrote {words} \
             into the ledger, and found by evening that one of them had been counted twice.</p>"
        );
    }
    format!(
        "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>The mill {number}</title>\
         <meta property=\"article:published_time\" content=\"2026-01-02\"></head>\
         <body><article><h1>The mill {number}</h1>\n{body}</article></body></html>"
    )
}

/// A record of WARC.
fn record(kind: &str, address: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let head = format!(
        "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {address}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
         Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A record of an answer, the encodings of the signs put on its body in their order.
fn answer(address: &str, head: &str, signs: &str, body: &[u8]) -> Vec<u8> {
    /// Encodings that are put on one body.
    const MAX_ENCODINGS: usize = 4;
    let mut body = body.to_vec();
    let mut encodings = Vec::new();
    for sign in signs.chars().take(MAX_ENCODINGS) {
        let (name, encoded) = match sign {
            '+' => ("gzip", gzip(&body)),
            '~' => {
                let mut writer = ZlibEncoder::new(Vec::new(), Compression::fast());
                ("deflate", writer.write_all(&body).and_then(|()| writer.finish()).expect("packed"))
            }
            '=' => ("zstd", zstd::encode_all(body.as_slice(), 1).expect("packed")),
            _ => ("chunked", [format!("{:x}\r\n", body.len()).as_bytes(), &body, b"\r\n0\r\n\r\n"].concat()),
        };
        encodings.push(name);
        body = encoded;
    }
    let encoding =
        if encodings.is_empty() { String::new() } else { format!("\r\nContent-Encoding: {}", encodings.join(", ")) };
    let block = [format!("HTTP/1.1 {head}{encoding}\r\n\r\n").as_bytes(), &body].concat();
    record("response", address, "application/http;msgtype=response", &block)
}

/// An entry of HAR.
fn entry(address: &str, mime_type: &str, is_packed: bool, text: &str) -> Vec<u8> {
    let content = if is_packed {
        json!({"mimeType": mime_type, "text": STANDARD.encode(text), "encoding": "base64"})
    } else {
        json!({"mimeType": mime_type, "text": text})
    };
    let entry = json!({"startedDateTime": "2026-01-02T03:04:05.006Z", "request": {"url": address},
        "response": {"status": 200, "content": content}});
    entry.to_string().into_bytes()
}

/// A row of a sheet, below that of the headings.
fn row(number: usize, words: &str, address: &str) -> String {
    let words: String = words.chars().filter(|c| !c.is_control()).collect();
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    cells(number + 2, [&words, address])
}

fn cells(number: usize, texts: [&str; 2]) -> String {
    let mut row = format!("<row r=\"{number}\">");
    for (column, text) in ["A", "B"].into_iter().zip(texts) {
        let _ = write!(row, "<c r=\"{column}{number}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
    }
    row + "</row>"
}

/// A workbook of one sheet with these rows below their headings.
fn workbook(rows: &[u8]) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let relation = |kind: &str, target: &str| {
        format!(
            "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{office}/{kind}\" \
             Target=\"{target}\"/></Relationships>"
        )
    };
    let sheets = "<sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"a\"/></sheets>";
    let rows = format!("{}{}", cells(1, ["标题", "链接"]), String::from_utf8_lossy(rows));
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/workbook.xml", format!("<workbook xmlns=\"{main}\" xmlns:r=\"{office}\">{sheets}</workbook>")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "worksheets/sheet1.xml")),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>")),
    ];
    zipped(&parts.map(|(name, part)| (name.to_owned(), part.into_bytes())))
}

//! WARC both ways: captures that go out and come back, and what other programs, and disks, make of such files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::Path;

use boji::seams::export::{ExportOptions, Format, Shard, export, verify};
use boji::seams::model::{Capture, Decision, Hop, Known, Schedule, Source, SourceKind, Submission};
use boji::seams::store::{Batch, Filter, SqliteStore, Store};
use boji_clean::model::{Article, ArticleKey, Timestamp};
use flate2::read::MultiGzDecoder;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::command::{Place, blog_page};
use crate::place::{self, source};
use crate::server::{Reply, Server};
use crate::writing::{captcha, feed, page};

// What goes out.

/// The records of a WARC file, each as one text.
fn records(path: &Path) -> Vec<String> {
    let mut bytes = Vec::new();
    MultiGzDecoder::new(File::open(path).expect("there")).read_to_end(&mut bytes).expect("gzip");
    let text = String::from_utf8(bytes).expect("UTF-8");
    text.split("WARC/1.1\r\n").skip(1).map(str::to_owned).collect()
}

/// The value of a field in the head of a record.
fn field<'a>(record: &'a str, name: &str) -> &'a str {
    let head = record.split("\r\n\r\n").next().unwrap_or_default();
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default()
}

fn capture(hops: &[(&str, u16)], body: &str, second: i64) -> Capture {
    let hops: Vec<Hop> = hops.iter().map(|(url, status)| Hop { url: (*url).to_owned(), status: *status }).collect();
    let headers = [
        ("content-type", "text/html"),
        ("set-cookie", "sid=SECRET"),
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("content-length", "1"),
    ];
    Capture {
        url: hops[0].url.clone(),
        status: hops[hops.len() - 1].status,
        hops,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: body.as_bytes().to_vec(),
        fetched_at: Timestamp::from_seconds(second),
    }
}

fn submission(number: usize, captures: &[&Capture]) -> Submission {
    let url = captures[0].final_url().to_owned();
    let text = format!("The mill of number {number} stood still.");
    let article = Article { url: url.clone(), text: text.clone(), ..Article::bare(ArticleKey::Url(url)) };
    Submission {
        article,
        source_id: "mill".into(),
        capture_hash: captures[0].body_hash(),
        later_captures: captures[1..].iter().map(|capture| capture.body_hash()).collect(),
        fetched_at: captures[0].fetched_at,
        text_key: text,
        simhash: "sh:00000000000000ff".into(),
        rules_hash: "r1".into(),
        is_of_feed: false,
    }
}

/// A store with an article of two pages behind a redirect, another whose page has the bytes of the first, and one whose
/// capture is lost.
fn stored() -> SqliteStore {
    let mut store = SqliteStore::in_memory().expect("a store");
    let first = capture(
        &[("https://a.example/old?key=SECRET&x=1", 301), ("https://me:SECRET@a.example/new", 200)],
        "<p>水车</p>",
        1,
    );
    let second = capture(&[("https://a.example/new/2", 200)], "<p>two</p>", 2);
    let same = capture(&[("https://b.example/1", 200)], "<p>水车</p>", 3);
    let lost = capture(&[("https://c.example/1", 200)], "<p>lost</p>", 4);
    let articles = vec![submission(1, &[&first, &second]), submission(2, &[&same]), submission(3, &[&lost])];
    store
        .put_source(&Source::new(SourceKind::Feed, "mill", "https://a.example/feed", Schedule::Every(60)))
        .expect("put");
    let captures = [first, second, same].map(|capture| ("mill".to_owned(), capture)).to_vec();
    let decide = |_: &Submission, _: &Known| Decision::New;
    store.commit(&Batch { captures, articles, ..Batch::default() }, &decide).expect("committed");
    store
}

#[test]
fn captures_go_out_with_requests_and_redirects_and_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = stored();
    let written = |name: &str| {
        let to = folder.path().join(name);
        let options = ExportOptions { to: to.clone(), format: Format::Warc, ..ExportOptions::default() };
        let report = export(&store, &Filter::default(), &options).expect("exported");
        assert_eq!((report.records, report.files, report.without_capture.len()), (2, 1, 1));
        let verified = verify(&to).expect("an export");
        assert_eq!((verified.records, verified.problems), (2, Vec::new()));
        (fs::read(to.join("part-00000.warc.gz")).expect("there"), records(&to.join("part-00000.warc.gz")))
    };
    let (bytes, records) = written("one");
    assert_eq!(bytes, written("two").0, "the same store gives the same bytes");
    let told: Vec<(&str, &str)> =
        records.iter().map(|record| (field(record, "WARC-Type"), field(record, "WARC-Target-URI"))).collect();
    assert_eq!(
        told,
        [
            ("warcinfo", ""),
            ("response", "https://a.example/old?key=redacted&x=1"),
            ("request", "https://a.example/old?key=redacted&x=1"),
            ("response", "https://a.example/new"),
            ("request", "https://a.example/new"),
            ("response", "https://a.example/new/2"),
            ("request", "https://a.example/new/2"),
            ("metadata", "https://a.example/new"),
            ("revisit", "https://b.example/1"),
            ("request", "https://b.example/1"),
            ("metadata", "https://b.example/1"),
        ]
    );
    assert!(records.iter().all(|record| !record.contains("SECRET")), "{records:#?}");
    let blocks: Vec<&str> =
        records.iter().map(|record| record.split_once("\r\n\r\n").map_or("", |(_, block)| block)).collect();
    assert_eq!(
        blocks[1],
        "HTTP/1.1 301 Moved Permanently\r\nlocation: https://a.example/new\r\ncontent-length: 0\r\n\r\n\r\n\r\n"
    );
    assert_eq!(blocks[2], "GET /old?key=redacted&x=1 HTTP/1.1\r\nhost: a.example\r\n\r\n\r\n\r\n");
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nset-cookie: redacted\r\ncontent-length: 13\r\n\r\n";
    assert_eq!(blocks[3], format!("{head}<p>水车</p>\r\n\r\n"));
    assert_eq!(blocks[8], format!("{head}\r\n\r\n"), "the head alone");
    let id = |number: usize| field(&records[number], "WARC-Record-ID");
    assert_eq!(field(&records[4], "WARC-Concurrent-To"), id(3));
    assert_eq!(field(&records[3], "WARC-Date"), "1970-01-01T00:00:01.000Z");
    assert_eq!(field(&records[8], "WARC-Refers-To"), id(3));
    assert_eq!(field(&records[8], "WARC-Refers-To-Date"), "1970-01-01T00:00:01.000Z");
    assert_eq!(field(&records[8], "WARC-Payload-Digest"), field(&records[3], "WARC-Payload-Digest"));
    assert!(field(&records[3], "WARC-Payload-Digest").starts_with("sha1:"));
    assert!(blocks[7].contains(&format!("boji-capture: {}\r\nboji-capture: {}\r\n", id(3), id(5))), "{}", blocks[7]);
}

#[test]
fn each_file_of_captures_is_whole_by_itself_and_verified() {
    let folder = tempfile::tempdir().expect("a folder");
    let to = folder.path().join("small");
    let shard = Shard { bytes: 1, ..Shard::default() };
    let options = ExportOptions { to: to.clone(), format: Format::Warc, shard, ..ExportOptions::default() };
    assert_eq!(export(&stored(), &Filter::default(), &options).expect("exported").files, 2);
    let second = records(&to.join("part-00001.warc.gz"));
    let kinds: Vec<&str> = second.iter().map(|record| field(record, "WARC-Type")).collect();
    assert_eq!(kinds, ["warcinfo", "response", "request", "metadata"], "nothing is left to another file");
    assert_eq!(verify(&to).expect("an export").records, 2);
    let path = to.join("part-00001.warc.gz");
    let mut bytes = fs::read(&path).expect("there");
    let last = bytes.len() - 30;
    bytes[last] ^= 1;
    fs::write(&path, bytes).expect("written");
    assert_eq!(verify(&to).expect("an export").problems.len(), 1);

    let empty = folder.path().join("empty");
    let options = ExportOptions { to: empty.clone(), format: Format::Warc, ..ExportOptions::default() };
    export(&SqliteStore::in_memory().expect("a store"), &Filter::default(), &options).expect("exported");
    assert_eq!(records(&empty.join("part-00000.warc.gz")).len(), 1);
    assert_eq!(verify(&empty).expect("an export").problems, Vec::<String>::new());
}

/// What an export says of each article, by its id, but for where it lay.
fn told(folder: &Path) -> BTreeMap<String, Value> {
    let text = fs::read_to_string(folder.join("part-00000.jsonl")).expect("there");
    text.lines()
        .map(|line| {
            let mut record: Value = serde_json::from_str(line).expect("JSON");
            for gone in ["source_id", "metadata", "dump"] {
                record[gone] = Value::Null;
            }
            (record["id"].as_str().expect("an id").to_owned(), record)
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_out_as_captures_comes_back_as_the_same_articles() {
    let server = Server::start().await;
    let list = |things: &[&str]| -> Vec<(String, String)> {
        things.iter().map(|thing| (server.url(&format!("/{thing}")), (*thing).to_owned())).collect()
    };
    let html =
        |thing: &str| Reply::ok(page(thing)).header("Content-Type", "text/html").header("Set-Cookie", "a=SECRET");
    server
        .on("/texts", [Reply::ok(feed("Loft", &list(&["nuts", "bolts"]), true))])
        .on("/pages", [Reply::ok(feed("Shed", &list(&["wheel", "sacks"]), false))])
        .on("/wheel", [Reply::redirect(302, "/moved?key=SECRET&x=1")])
        .on("/moved?key=SECRET&x=1", [html("wheel")])
        .on("/sacks", [html("sacks").gzip()])
        .on("/long", [Reply::ok(feed("Barn", &list(&["barn"]), false))])
        .on("/barn", [Reply::ok(page("barn").replace("</article>", "<a href=\"/barn/2/\">Next page</a></article>"))])
        .on("/barn/2/", [Reply::ok(page("roof").replace("roof</", "barn</"))]);
    let sources = source("texts", "feed", &server.url("/texts"))
        + &source("pages", "feed", &server.url("/pages"))
        + &source("long", "feed", &server.url("/long"))
        + "join_pages = true\n";
    let place = place::Place::new(&[&server], &sources);
    let ended = |arguments: &[&str]| {
        let ran = place.boji(arguments);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    };
    ended(&["run"]);
    fs::create_dir(place.path("in")).expect("made");
    for (file, content) in [
        ("in/ferry.html", blog_page("The Ferry", 4)),
        ("in/渡 口.md", "# The Bridge\n\nIts wheel turned in spring, and in autumn the miller mended it.\n".to_owned()),
        (
            "in/texts.jsonl",
            json!({"title": "The Tower", "text": "Nobody counted the sacks.\n\nThey stood by the river for a hundred years.",
                "url": "https://a.example/tower", "date": "2024-05-01"})
            .to_string()
                + "\n"
                + &json!({"html": blog_page("The Gate", 4), "url": "https://a.example/gate"}).to_string(),
        ),
    ] {
        fs::write(place.path(file), content).expect("written");
    }
    ended(&["import", "in"]);
    ended(&["export", "--format", "warc", "--to", "warc"]);
    ended(&["verify", "warc"]);
    let bytes = records(&place.path("warc/part-00000.warc.gz")).concat();
    assert!(!bytes.contains("SECRET"), "no secret goes out");
    ended(&["reclean", "--all"]);
    ended(&["export", "--to", "before"]);
    let back = |arguments: &[&str]| {
        let ran = place::ran(&mut place.command_in("back", arguments));
        assert_eq!(ran.code, Some(0), "{ran:?}");
    };
    back(&["import", "warc/part-00000.warc.gz"]);
    back(&["reclean", "--all"]);
    back(&["export", "--to", "after"]);
    let (before, after) = (told(&place.path("before")), told(&place.path("after")));
    assert_eq!(before.len(), 9, "{before:#?}");
    let joined = before.values().find(|record| record["title"] == "barn").expect("a barn");
    assert!(joined["text"].as_str().is_some_and(|text| text.contains("says of roof")), "{joined}");
    for (id, record) in &before {
        let mut record = record.clone();
        // Its address carried a secret that did not go out.
        if record["url"].as_str().is_some_and(|url| url.contains("SECRET")) {
            record["url"] = json!(record["url"].as_str().expect("a text").replace("SECRET", "redacted"));
        }
        let other = after.get(id).or_else(|| after.values().find(|other| other["title"] == record["title"]));
        // What a feed alone said of a page, its day, stays behind.
        let other = other.unwrap_or_else(|| panic!("{id} did not come back: {record}"));
        for name in ["title", "text", "url", "date_fetched", "language"] {
            assert_eq!(record[name], other[name], "{name} of {id}");
        }
    }
    assert_eq!(after.len(), before.len());
    back(&["status", "--check"]);
}

// What comes in.

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
}

/// A record whose head has these lines beside its length, which may be another than its block has.
fn record_of(head: &str, block: &[u8], length: &str) -> Vec<u8> {
    [format!("WARC/1.0\r\n{head}Content-Length: {length}\r\n\r\n").as_bytes(), block, b"\r\n\r\n"].concat()
}

fn head(kind: &str, url: &str, content_type: &str) -> String {
    format!(
        "WARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
         Content-Type: {content_type}\r\n",
        &blake3::hash(url.as_bytes()).to_hex()[..32]
    )
}

const HTTP: &str = "application/http; msgtype=response";

fn answer(url: &str, lines: &str, body: &[u8]) -> Vec<u8> {
    let block = [format!("HTTP/1.1 {lines}\r\n\r\n").as_bytes(), body].concat();
    record_of(&head("response", url, HTTP), &block, &block.len().to_string())
}

const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

/// What should become of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    New,
    Duplicate,
    PassedOver(&'static str),
    State(&'static str),
    Broken,
    Nothing,
}

/// The ways in which records are odd.
const ODDITIES: usize = 34;

/// A record that is odd in one way, and what should become of it.
fn odd(number: usize) -> (Vec<u8>, Fate) {
    let url = format!("https://a.example/{number}");
    let text = blog_page(&format!("Post {number}"), 2);
    let body = text.as_bytes();
    let block = [format!("HTTP/1.1 {HTML}\r\n\r\n").as_bytes(), body].concat();
    let plain = answer(&url, HTML, body);
    let with = |lines: &str, body: &[u8]| answer(&url, &format!("{HTML}\r\n{lines}"), body);
    let chunked = [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    let own = head("response", &url, HTTP);
    match number % ODDITIES {
        0 => (plain, Fate::New),
        1 => (record_of(&own.to_lowercase(), &block, &block.len().to_string()), Fate::New),
        2 => {
            let mut bare = String::from_utf8(plain).expect("text").replace("\r\n", "\n");
            let length = format!("HTTP/1.1 {HTML}\r\n\r\n").replace("\r\n", "\n").len() + body.len();
            bare = bare.replace(&format!("Content-Length: {}\n", block.len()), &format!("Content-Length: {length}\n"));
            (bare.into_bytes(), Fate::New)
        }
        3 => (with("Transfer-Encoding: chunked", &chunked), Fate::New),
        4 => (with("Transfer-Encoding: chunked", body), Fate::New),
        5 => (with("Transfer-Encoding: chunked", &[b"zz\r\n", body].concat()), Fate::New),
        6 => (with("content-encoding: GZIP", &gzip(body)), Fate::New),
        7 => (with("Content-Encoding: deflate, gzip", &gzip(&zlib(body))), Fate::New),
        8 => (with("Content-Encoding: gzip", body), Fate::New),
        9 => (with("Content-Encoding: br, unheard-of", body), Fate::New),
        10 => (answer(&url, HTML, text.replace("<h1>", "\0<h1>\0").as_bytes()), Fate::New),
        11 => (answer(&url, &format!("{HTML}\r\nX-Long: {}", "x".repeat(300 << 10)), body), Fate::Broken),
        12 => (record_of(&own, b"", "0"), Fate::PassedOver("no answer of HTTP")),
        13 => (answer(&url, HTML, b""), Fate::State("not_article")),
        14 => (
            record_of(&head("snapshot", &url, HTTP), &block, &block.len().to_string()),
            Fate::PassedOver("record of snapshot"),
        ),
        15 => (answer(&format!("https://a.example/with space/{number} x"), HTML, body), Fate::New),
        16 => (record_of(&own, &block, &(block.len() + 500).to_string()), Fate::New),
        17 => (record_of(&own, &block, &(block.len() - 150).to_string()), Fate::New),
        18 => (answer(&url, "404 Not Found\r\nContent-Type: text/html", body), Fate::PassedOver("status 404")),
        19 => (answer(&url, "301 Moved\r\nLocation: /", b""), Fate::PassedOver("status 301")),
        20 => {
            let at = format!("https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?n={number}");
            (answer(&at, HTML, captcha().as_bytes()), Fate::State("blocked"))
        }
        21 => (record_of(&head("request", &url, HTTP), b"GET / HTTP/1.1\r\n\r\n", "18"), Fate::Nothing),
        22 => (answer(&url, "200 OK\r\nContent-Type: image/png", b"\x89PNG\0\0"), Fate::PassedOver("image/png")),
        23 => ([format!("WARC/1.0\r\n{own}\r\n").as_bytes(), &block, b"\r\n\r\n"].concat(), Fate::Broken),
        24 => (record_of(&own, &block, "-5"), Fate::Broken),
        25 => {
            let none = own.replace("WARC-Type: response\r\n", "");
            (record_of(&none, &block, &block.len().to_string()), Fate::PassedOver("no type of record"))
        }
        26 => {
            let none = own.replace(&format!("WARC-Target-URI: {url}\r\n"), "");
            (record_of(&none, &block, &block.len().to_string()), Fate::PassedOver("no address of the web"))
        }
        27 => (record_of(&head("resource", &url, "text/html"), body, &body.len().to_string()), Fate::New),
        28 => {
            let words = format!("The mill of number {number} stood still.\n\nNobody counted the sacks after that.\n");
            (record_of(&head("conversion", &url, "text/plain"), words.as_bytes(), &words.len().to_string()), Fate::New)
        }
        29 => {
            let of = format!("https://a.example/{}", number - 29);
            let refers = format!("WARC-Refers-To: <urn:uuid:{}>\r\n", &blake3::hash(of.as_bytes()).to_hex()[..32]);
            let start = format!("HTTP/1.1 {HTML}\r\n\r\n");
            let own = head("revisit", &url, HTTP) + &refers;
            (record_of(&own, start.as_bytes(), &start.len().to_string()), Fate::Duplicate)
        }
        30 => {
            let own = head("revisit", &url, HTTP) + "WARC-Refers-To: <urn:uuid:0>\r\n";
            (record_of(&own, b"", "0"), Fate::PassedOver("revisit without its original"))
        }
        31 => {
            let feed = feed(&format!("Feed {number}"), &[(url.clone(), "wheel".to_owned())], true);
            (answer(&url, "200 OK\r\nContent-Type: application/atom+xml", feed.as_bytes()), Fate::State("not_article"))
        }
        32 => {
            let none = own.replace(&format!("Content-Type: {HTTP}\r\n"), "");
            (record_of(&none, &block, &block.len().to_string()), Fate::New)
        }
        _ => (
            answer(&url, "200 OK\r\nContent-Type: application/octet-stream", b"wOF2\0\0\0\0"),
            Fate::PassedOver("application/octet-stream"),
        ),
    }
}

/// How many records have each fate.
fn counted(fates: &[Fate]) -> Value {
    let count = |wanted: Fate| fates.iter().filter(|fate| **fate == wanted).count();
    let (mut passed_over, mut others) = (BTreeMap::new(), BTreeMap::new());
    for fate in fates {
        match fate {
            Fate::PassedOver(what) => *passed_over.entry(*what).or_insert(0) += 1,
            Fate::State(state) => *others.entry(*state).or_insert(0) += 1,
            _ => {}
        }
    }
    json!({"new": count(Fate::New), "duplicates": count(Fate::Duplicate), "problems": count(Fate::Broken),
        "records": passed_over, "others": others})
}

/// What came of an import, as [`counted`] has it, and its first problem.
fn came(place: &Place, path: &str) -> (Value, Value) {
    let ended = place.boji(&["import", path, "--json"]);
    assert!(matches!(ended.code, Some(0 | 3)), "{ended:?}");
    let told = ended.json()[0]["sources"][0].clone();
    let problems = told["problems"].as_array().map_or(0, Vec::len);
    let counts = json!({"new": told["new"], "duplicates": told["duplicates"], "problems": problems,
        "records": told["passed_over"]["records"], "others": told["others"]});
    assert!(!told["problems"].to_string().contains("internal error"), "{told}");
    (counts, told["problems"][0].clone())
}

#[test]
fn of_a_thousand_odd_records_each_comes_to_what_it_is() {
    let (records, fates): (Vec<Vec<u8>>, Vec<Fate>) = (0..1_000).map(odd).unzip();
    let want = counted(&fates);
    let place = Place::new();
    place.write("odd.warc", records.concat());
    let (told, first) = came(&place, "odd.warc");
    assert_eq!(told, want, "{first}");

    let place = Place::new();
    place.write("odd.warc.gz", records.iter().flat_map(|record| gzip(record)).collect::<Vec<u8>>());
    let (told, first) = came(&place, "odd.warc.gz");
    assert_eq!(told, want, "packed: {first}");
}

#[test]
fn a_damaged_member_costs_itself_alone() {
    let place = Place::new();
    let mut bytes = Vec::new();
    for number in 0..60 {
        let url = format!("https://a.example/{number}");
        let mut member = gzip(&answer(&url, HTML, blog_page(&format!("Post {number}"), 2).as_bytes()));
        let middle = member.len() / 2;
        match number % 10 {
            3 => member[middle..middle + 40].fill(0xff),
            5 => member.truncate(middle),
            7 => member[..12].fill(0),
            _ => {}
        }
        bytes.extend_from_slice(&member);
    }
    place.write("hurt.warc.gz", bytes);
    let (told, first) = came(&place, "hurt.warc.gz");
    assert_eq!((&told["new"], &told["problems"]), (&json!(42), &json!(18)), "{told} {first}");
}

#[test]
fn a_wacz_is_its_warc_files() {
    let place = Place::new();
    let one = [0, 1].map(|number| {
        gzip(&answer(&format!("https://a.example/{number}"), HTML, blog_page(&format!("Post {number}"), 2).as_bytes()))
    });
    let again = head("revisit", "https://a.example/again", HTTP)
        + &format!("WARC-Refers-To: <urn:uuid:{}>\r\n", &blake3::hash(b"https://a.example/1").to_hex()[..32]);
    let two = [record_of(&again, b"", "0"), answer("https://a.example/2", HTML, blog_page("Post 2", 2).as_bytes())];
    let mut writer = ZipWriter::new(File::create(place.path("crawl.wacz")).expect("made"));
    for (name, content, is_stored) in [
        ("pages/pages.jsonl", b"{\"format\": \"json-pages-1.0\"}\n".to_vec(), false),
        ("archive/b.warc", two.concat(), true),
        ("archive/a.warc.gz", one.concat(), true),
        ("archive/c.warc", two.concat(), false),
        ("datapackage.json", b"{}".to_vec(), false),
    ] {
        let method = if is_stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        writer.start_file(name, SimpleFileOptions::default().compression_method(method)).expect("begun");
        writer.write_all(&content).expect("written");
    }
    writer.finish().expect("finished");
    let (told, first) = came(&place, "crawl.wacz");
    assert_eq!((&told["new"], &told["duplicates"], &told["problems"]), (&json!(3), &json!(1), &json!(1)), "{told}");
    assert_eq!(first["item"], "crawl.wacz#archive/c.warc");
    let (again, _) = came(&place, "crawl.wacz");
    assert_eq!(again["new"], json!(0), "each page once");
}

#[test]
fn texts_of_pages_come_in_from_a_folder_of_wet_files() {
    let place = Place::new();
    let words = "The mill stood by the river for a hundred years.\n\nNobody counted the sacks after that.\n";
    let text =
        record_of(&head("conversion", "https://a.example/1", "text/plain"), words.as_bytes(), &words.len().to_string());
    place.write("in/crawl.warc.wet.gz", gzip(&text));
    assert_eq!(came(&place, "in").0["new"], json!(1));
}

// A replay beside what it gave before.

#[test]
fn a_replay_is_compared_with_a_store_a_database_or_a_text() {
    let place = Place::new();
    place.copy("tapes/demo.warc.gz", "tape.warc.gz");
    place.copy("demo/sources.toml", "config/sources.toml");
    place.write("config/boji.toml", "");
    place.boji(&["--data", "golden", "replay", "tape.warc.gz", "-q"]);
    place.boji(&["replay", "tape.warc.gz", "--dump", "golden.txt", "-q"]);
    for with in ["golden", "golden/boji.db", "golden.txt"] {
        let ended = place.boji(&["replay", "tape.warc.gz", "--compare", with]).with_code(0);
        assert!(ended.out.is_empty() && ended.err.contains("the replay is equal to golden"), "{with}: {ended:?}");
    }
    assert!(!place.path(crate::command::DATABASE).exists(), "nothing is kept");

    let dump = fs::read_to_string(place.path("golden.txt")).expect("written");
    let mut other = String::new();
    for line in dump.lines() {
        if line.starts_with("host ") {
            continue;
        }
        let line = if line.starts_with("revision ") {
            line.replacen("\"language\":\"", "\"language\":\"x-", 1)
        } else {
            line.to_owned()
        };
        let _ = writeln!(other, "{line}");
    }
    place.write("other.txt", other);
    let ended = place.boji(&["replay", "tape.warc.gz", "--compare", "other.txt"]).with_code(1);
    assert!(ended.out.contains("revision: of 16 rows 0 missing, 16 changed, and 0 more"), "{}", ended.out);
    assert!(ended.out.contains("- language \"x-en\"\n    + language \"en\""), "{}", ended.out);
    assert!(ended.out.contains("+ host "), "{}", ended.out);
    let told = place.boji(&["replay", "tape.warc.gz", "--compare", "other.txt", "--json"]).with_code(1).json();
    let [compared] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(compared["tables"]["revision"]["only_found"], json!(16), "{compared}");
    place.boji(&["replay", "tape.warc.gz", "--compare", "nowhere"]).with_code(2);
}

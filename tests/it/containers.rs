//! Files that hold many pages, and what is not read at all.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;

use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::command::{Ended, Place, blog_page};

fn report(ended: &Ended) -> Value {
    ended.json()[0]["sources"][0].clone()
}

/// Imports a file, and what came of it.
fn imported(place: &Place, path: &str, code: i32) -> Value {
    report(&place.boji(&["import", path, "--json"]).with_code(code))
}

/// `title address` of each exported record, by the file it came from.
fn exported(place: &Place) -> BTreeMap<String, String> {
    let _ = fs::remove_dir_all(place.path("corpus"));
    place.boji(&["export", "--to", "corpus"]).with_code(0);
    let mut records = BTreeMap::new();
    for entry in fs::read_dir(place.path("corpus")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            for line in fs::read_to_string(path).expect("readable").lines() {
                let record: Value = serde_json::from_str(line).expect("JSON");
                let metadata: Value = serde_json::from_str(record["metadata"].as_str().expect("text")).expect("JSON");
                let told =
                    format!("{} {}", record["title"].as_str().unwrap_or(""), record["url"].as_str().unwrap_or(""));
                records.insert(metadata["file"].as_str().expect("a file").to_owned(), told.trim().to_owned());
            }
        }
    }
    records
}

/// Cleaning all again changes nothing, and the store is sound.
#[track_caller]
fn cleaned_again_alike(place: &Place) {
    let told = place.boji(&["reclean", "--all", "--json"]).with_code(0).json();
    let report = told.last().expect("a report");
    assert_eq!((&report["changed"], &report["problems"]), (&json!(0), &json!([])), "{report}");
    place.boji(&["status", "--check"]).with_code(0);
}

/// A record of WARC.
fn record(kind: &str, url: &str, content_type: &str, block: &[u8]) -> Vec<u8> {
    let mut head = String::from("WARC/1.1\r\n");
    let digest = blake3::hash(&[url.as_bytes(), block].concat()).to_hex();
    let _ = write!(
        head,
        "WARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{}>\r\nWARC-Target-URI: {url}\r\n\
         WARC-Date: 2026-01-02T03:04:05Z\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\r\n",
        &digest[..32],
        block.len()
    );
    [head.as_bytes(), block, b"\r\n\r\n"].concat()
}

/// A record of an answer with these lines before its body.
fn answer(url: &str, head: &str, body: &[u8]) -> Vec<u8> {
    let block = [format!("HTTP/1.1 {head}\r\n\r\n").as_bytes(), body].concat();
    record("response", url, "application/http;msgtype=response", &block)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("packed")
}

const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";

#[test]
fn each_answer_of_a_warc_is_a_page_with_its_address_and_time() {
    let place = Place::new();
    let page = |title: &str| blog_page(title, 4).into_bytes();
    let gbk = blog_page("磨坊账本", 4).replace("Paragraph", "磨坊的秤和账本都在").replace("utf-8", "gb2312");
    let gbk = encoding_rs::GBK.encode(&gbk).0.into_owned();
    let chunked = |body: &[u8]| [format!("{:x}\r\n", body.len()).as_bytes(), body, b"\r\n0\r\n\r\n"].concat();
    let records = [
        record("warcinfo", "", "application/warc-fields", b"software: a crawler\r\n"),
        answer("https://a.example/1", HTML, &page("The Mill")),
        record("request", "https://a.example/1", "application/http;msgtype=request", b"GET /1 HTTP/1.1\r\n\r\n"),
        answer(
            "https://a.example/2?b=1",
            &format!("{HTML}\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked"),
            &chunked(&gzip(&page("The Sieve"))),
        ),
        answer("https://a.example/3", "200 OK\r\nContent-Type: text/html; charset=gb2312", &gbk),
        answer("https://a.example/logo.png", "200 OK\r\nContent-Type: image/png", b"\x89PNG"),
        answer("https://a.example/robots.txt", "200 OK\r\nContent-Type: text/plain", b"User-agent: *"),
        answer("https://a.example/old", "301 Moved Permanently\r\nLocation: /1", b""),
        answer("https://a.example/gone", "404 Not Found\r\nContent-Type: text/html", b"<p>gone"),
        answer("https://a.example/plain", &format!("{HTML}\r\nContent-Encoding: br"), &page("The Scales")),
        record("resource", "https://a.example/5", "text/html", &page("The Ledger")),
        answer(
            "https://a.example/empty",
            HTML,
            b"<html><head><meta property=\"article:published_time\" content=\"2026-01-01\"></head><body></body></html>",
        ),
    ];
    place.write("crawl.warc", records.concat());
    place.write("members.warc.gz", records.iter().flat_map(|record| gzip(record)).collect::<Vec<u8>>());

    let told = imported(&place, "crawl.warc", 0);
    assert_eq!((&told["new"], &told["others"]), (&json!(5), &json!({"not_article": 1})), "{told}");
    let want = json!({"image/png": 1, "robots.txt": 1, "status 301": 1, "status 404": 1});
    assert_eq!(told["passed_over"], json!({"files": {}, "records": want}));
    let want = BTreeMap::from([
        ("crawl.warc#10", "The Scales https://a.example/plain"),
        ("crawl.warc#11", "The Ledger https://a.example/5"),
        ("crawl.warc#2", "The Mill https://a.example/1"),
        ("crawl.warc#4", "The Sieve https://a.example/2?b=1"),
        ("crawl.warc#5", "磨坊账本 https://a.example/3"),
    ]);
    assert_eq!(exported(&place), want.into_iter().map(|(file, told)| (file.to_owned(), told.to_owned())).collect());
    let corpus = fs::read_to_string(place.path("corpus/articles.jsonl")).unwrap_or_default();
    assert!(corpus.is_empty() || corpus.contains("2026-01-02T03:04:05Z"), "{corpus}");
    cleaned_again_alike(&place);

    let again = imported(&place, "crawl.warc", 0);
    assert_eq!((&again["new"], &again["unchanged"]), (&json!(0), &json!(5)), "{again}");
    // The same pages, packed one by one in another file: the same articles.
    let packed = imported(&place, "members.warc.gz", 0);
    assert_eq!(
        (&packed["new"], &packed["duplicates"], &packed["revised"]),
        (&json!(0), &json!(0), &json!(0)),
        "{packed}"
    );
    assert_eq!(packed["source"], "members");
    assert_eq!(exported(&place).len(), 5);
    cleaned_again_alike(&place);
}

#[test]
fn one_page_under_two_addresses_stays_two_when_it_is_cleaned_again() {
    let place = Place::new();
    let page = blog_page("The Mill", 4);
    let records = ["https://a.example/z", "https://a.example/b"].map(|url| answer(url, HTML, page.as_bytes()));
    place.write("twice.warc", records.concat());
    let told = imported(&place, "twice.warc", 0);
    assert_eq!((&told["new"], &told["duplicates"]), (&json!(1), &json!(1)), "{told}");
    cleaned_again_alike(&place);
}

#[test]
fn an_older_page_is_no_news_of_its_article() {
    let place = Place::new();
    for (file, day, words, count) in [
        ("new.warc", "2026-01-02", "ledger", "new"),
        ("old.warc", "2020-01-02", "notebook", "unchanged"),
        ("newest.warc", "2026-02-02", "diary", "revised"),
    ] {
        let page = blog_page("The Mill", 4).replace("ledger", words);
        let record = answer("https://a.example/1", HTML, page.as_bytes());
        place.write(file, String::from_utf8(record).expect("text").replace("2026-01-02", day));
        let told = imported(&place, file, 0);
        assert_eq!(told[count], json!(1), "{file}: {told}");
    }
    cleaned_again_alike(&place);
}

#[test]
fn the_newest_page_of_one_file_stands_wherever_it_lies() {
    let place = Place::new();
    let page = |words: &str, day: &str| json!({"url": "https://a.example/1", "fetched": day, "html": blog_page("The Mill", 4).replace("ledger", words)});
    let lines = format!("{}\n{}\n", page("diary", "2026-03-01T00:00:00Z"), page("notebook", "2026-02-01T00:00:00Z"));
    place.write("order.jsonl", lines);
    let told = imported(&place, "order.jsonl", 0);
    assert_eq!((&told["new"], &told["unchanged"]), (&json!(1), &json!(1)), "{told}");
    cleaned_again_alike(&place);
}

#[test]
fn a_broken_record_is_named_and_the_rest_goes_on() {
    let place = Place::new();
    let page = json!({"id": 1, "url": "https://a.example/1", "html": blog_page("The Mill", 4)});
    let markdown =
        "# The Ledger\n\nThe miller of that year weighed the sacks, and wrote the numbers into the ledger.\n";
    let last = json!({"id": 3, "url": "https://a.example/3", "markdown": markdown, "fetched": "2026-01-02T03:04:05Z"});
    place.write("pages.jsonl", format!("{page}\n{{\"id\": 2, \"html\n\n{{\"id\": 4}}\n{last}\n"));
    let told = imported(&place, "pages.jsonl", 3);
    let problems = told["problems"].as_array().expect("a list");
    let items: Vec<_> = problems.iter().filter_map(|problem| problem["item"].as_str()).collect();
    assert_eq!((&told["new"], items), (&json!(2), vec!["pages.jsonl:2"]), "{told}");
    assert_eq!(told["passed_over"]["records"], json!({"with neither page nor text": 1}));
    assert!(told["oddities"].to_string().contains("pages.jsonl:4: passed over"), "{told}");
    cleaned_again_alike(&place);

    let whole = answer("https://a.example/9", HTML, blog_page("The Scales", 4).as_bytes());
    let cut = whole.get(..whole.len() - 300).expect("longer").to_vec();
    place.write("cut.warc", [whole.clone(), cut].concat());
    let told = imported(&place, "cut.warc", 3);
    assert_eq!((&told["new"], &told["problems"][0]["item"]), (&json!(1), &json!("cut.warc#2")), "{told}");
    // Records packed one by one, the last of which did not come whole.
    let packed = gzip(&whole);
    for (name, left) in [("body.warc.gz", packed.len() - 20), ("head.warc.gz", 60)] {
        place.write(name, [packed.as_slice(), packed.get(..left).expect("longer")].concat());
        let told = imported(&place, name, 3);
        assert_eq!((&told["new"], &told["problems"][0]["item"]), (&json!(0), &json!(format!("{name}#2"))), "{told}");
    }
}

#[test]
fn records_of_text_are_articles_with_what_they_say() {
    let place = Place::new();
    let words = |word: &str| {
        format!(
            "The {word} stood by the river for a hundred years.\n\nIts wheel turned in spring, and in autumn the miller mended it.\n\nNobody counted the sacks."
        )
    };
    let own = json!({"id": "x", "text": words("mill"), "title": "Own", "author": "A, B", "date": "2024-05-01",
        "url": "https://a.example/own", "source_name": "The River", "metadata": "{\"kind\":\"article\"}"});
    let extracted = json!({"title": "Extracted", "author": "C", "hostname": "b.example", "date": "2023-04-05",
        "text": words("ferry").replace("\n\n", "\n"), "source": "https://b.example/1"});
    let corpus = json!({"id": "7", "text": words("bridge"), "metadata": {"url": "https://c.example/1", "date": "2022-03-04T05:06:07Z"}});
    let without = json!({"text": words("tower"), "title": "Nameless"});
    place.write("texts.json", json!([own, extracted, corpus, without]).to_string());
    let lines = [&own, &extracted, &corpus, &without].map(Value::to_string).join("\n");
    place.write("texts.jsonl.zst", zstd::encode_all(lines.as_bytes(), 3).expect("packed"));

    let told = imported(&place, "texts.json", 0);
    assert_eq!(told["new"], json!(4), "{told}");
    let want = BTreeMap::from([
        ("texts.json#1", "Own https://a.example/own"),
        ("texts.json#2", "Extracted https://b.example/1"),
        ("texts.json#3", "https://c.example/1"),
        ("texts.json#4", "Nameless"),
    ]);
    assert_eq!(exported(&place), want.into_iter().map(|(file, told)| (file.to_owned(), told.to_owned())).collect());
    let listed = place.boji(&["list", "--json"]).with_code(0).json();
    let first = listed.iter().find(|line| line["title"] == "Own").expect("listed");
    assert_eq!((&first["date"], &first["source_name"]), (&json!("2024-05-01"), &json!("The River")));
    let text = place.boji(&["show", first["id"].as_str().expect("an id"), "--as", "text"]).with_code(0).out;
    assert!(text.trim_end().ends_with(&words("mill")), "{text}");
    cleaned_again_alike(&place);

    let again = imported(&place, "texts.json", 0);
    assert_eq!((&again["new"], &again["unchanged"]), (&json!(0), &json!(4)), "{again}");
    let packed = imported(&place, "texts.jsonl.zst", 0);
    assert_eq!(
        (&packed["new"], &packed["duplicates"], &packed["revised"]),
        (&json!(0), &json!(0), &json!(0)),
        "{packed}"
    );
}

#[test]
fn what_an_exporter_holds_of_a_deleted_article_is_the_article() {
    let place = Place::new();
    let item = |title: &str, is_deleted: bool| {
        let text = "入夜以后河面上没有风，摆渡的人把灯挂在船头。\n早上六点到八点是最忙的时候，卖菜的都挤在前两班船上。\n桥修好以后船就停了。";
        json!({"appmsgid": 2_247_487_010_u32, "link": format!("https://mp.weixin.qq.com/s/{title}AbCdEfGhIjKlMnOpQr"), "title": title,
            "is_deleted": is_deleted, "update_time": 1_748_952_900, "itemidx": if is_deleted { 2 } else { 1 }, "_accountName": "渡口",
            "content": format!("{title}\n\n{text}")})
    };
    place.write("account.json", json!([item("one", false), item("two", true)]).to_string());
    let told = imported(&place, "account.json", 0);
    assert_eq!((&told["new"], &told["duplicates"], &told["pending"]), (&json!(1), &json!(1), &json!(0)), "{told}");
    cleaned_again_alike(&place);
    let again = imported(&place, "account.json", 0);
    assert_eq!((&again["unchanged"], &again["new"]), (&json!(2), &json!(0)), "{again}");
}

#[test]
fn packed_pages_and_zips_of_pages_come_in() {
    let place = Place::new();
    place.write("mill.html.gz", gzip(blog_page("The Mill", 4).as_bytes()));
    place.write("twice.html.gz", gzip(&gzip(b"<p>a")));
    let mut writer = ZipWriter::new(File::create(place.path("pages.zip")).expect("made"));
    for (name, content) in [
        ("a/账本.html", blog_page("The Ledger", 4)),
        ("a/账本_files/frame.html", blog_page("An Advertisement", 4)),
        ("../outside.html", blog_page("The Sieve", 4)),
        ("notes.pdf", "%PDF-1.7".to_owned()),
        ("inner.warc.gz", "x".to_owned()),
    ] {
        writer.start_file(name, SimpleFileOptions::default()).expect("begun");
        writer.write_all(content.as_bytes()).expect("written");
    }
    writer.finish().expect("finished");

    assert_eq!(imported(&place, "mill.html.gz", 0)["new"], json!(1));
    let told = imported(&place, "twice.html.gz", 3);
    assert_eq!(told["problems"][0]["message"], "it is a file packed twice, which boji does not read", "{told}");
    let told = imported(&place, "pages.zip", 3);
    assert_eq!((&told["new"], &told["problems"][0]["item"]), (&json!(2), &json!("pages.zip#inner.warc.gz")), "{told}");
    assert_eq!(told["passed_over"]["files"], json!({".pdf": 1}));
    let files: Vec<String> = exported(&place).into_keys().collect();
    assert_eq!(files, ["mill.html.gz", "pages.zip#../outside.html", "pages.zip#a/账本.html"]);
    assert!(!place.path("outside.html").exists());
    cleaned_again_alike(&place);
}

#[test]
fn answers_that_a_browser_recorded_are_pages() {
    let place = Place::new();
    let entry = |url: &str, status: u16, mime: &str, text: &str| {
        json!({"startedDateTime": "2026-01-02T03:04:05.006Z", "request": {"url": url},
            "response": {"status": status, "content": {"mimeType": mime, "text": text}}})
    };
    let entries = json!([
        entry("https://a.example/1", 200, "text/html", &blog_page("The Mill", 4)),
        entry("https://a.example/1.css", 200, "text/css", "p{}"),
        entry("https://a.example/2", 302, "text/html", ""),
    ]);
    place.write("session.har", json!({"log": {"version": "1.2", "pages": [], "entries": entries}}).to_string());
    let told = imported(&place, "session.har", 0);
    assert_eq!(
        (&told["new"], &told["passed_over"]["records"]),
        (&json!(1), &json!({"status 302": 1, "text/css": 1})),
        "{told}"
    );
    assert_eq!(
        exported(&place),
        BTreeMap::from([("session.har#1".to_owned(), "The Mill https://a.example/1".to_owned())])
    );
    cleaned_again_alike(&place);
}

/// A workbook of one sheet with these rows.
fn workbook(place: &Place, path: &str, rows: &[&[&str]]) {
    let mut cells = String::new();
    for (number, row) in rows.iter().enumerate() {
        let _ = write!(cells, "<row r=\"{}\">", number + 1);
        for (column, text) in row.iter().enumerate() {
            let place = format!("{}{}", ["A", "B", "C"][column], number + 1);
            let _ = write!(cells, "<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        }
        cells.push_str("</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{package}/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{office}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"a\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"a\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        ("xl/worksheets/sheet1.xml", format!("<worksheet xmlns=\"{main}\"><sheetData>{cells}</sheetData></worksheet>")),
    ];
    let mut writer = ZipWriter::new(File::create(place.path(path)).expect("made"));
    for (name, part) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("begun");
        writer.write_all(part.as_bytes()).expect("written");
    }
    writer.finish().expect("finished");
}

#[test]
fn tables_and_lists_name_articles_that_wait_under_their_titles() {
    let place = Place::new();
    place.write(
        "links.csv",
        "账号,标题,链接\n号,甲,https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUw\n号,乙,https://a.example/2\n",
    );
    workbook(&place, "links.xlsx", &[&["标题", "链接"], &["丙", "https://a.example/3"], &["丁", "none"]]);
    place.write("titled.txt", "戊 https://a.example/4\nhttps://a.example/5\t己\n");
    place.write("plain.txt", "https://a.example/6\nhtps:/a.example/7\nhttps://a.example/8\n");
    for (file, code, named, problem) in [
        ("links.csv", 0, 2, Value::Null),
        ("links.xlsx", 0, 1, Value::Null),
        ("titled.txt", 0, 2, Value::Null),
        ("plain.txt", 3, 0, json!("\"htps:/a.example/7\" is no address")),
    ] {
        let told = imported(&place, file, code);
        assert_eq!((&told["named"], &told["problems"][0]["message"]), (&json!(named), &problem), "{file}: {told}");
    }
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    let plain = sources.iter().find(|source| source["id"] == "plain").expect("the list");
    assert_eq!(plain["urls"], json!(["https://a.example/6", "https://a.example/8"]));
    let waiting = place.boji(&["why", "https://a.example/3", "--json"]).with_code(0).out;
    assert!(waiting.contains("丙"), "{waiting}");
    let again = imported(&place, "links.csv", 0);
    assert_eq!((&again["named"], &again["pending"], &again["unchanged"]), (&json!(2), &json!(0), &json!(2)), "{again}");
}

#[test]
fn what_is_not_read_is_counted_and_named_on_request() {
    let place = Place::new();
    place.write("in/mill.html", blog_page("The Mill", 4));
    place.write("in/report.pdf", "%PDF-1.7");
    place.write("in/again.PDF", "%PDF-1.7");
    place.write("in/named.html", "%PDF-1.7 is what it is");
    place.write("in/letter.docx", "PK");
    place.write("in/noending", "words");
    let told = imported(&place, "in", 0);
    assert_eq!((&told["new"], &told["others"]), (&json!(1), &json!({})), "{told}");
    assert_eq!(told["passed_over"]["files"], json!({".docx": 1, ".pdf": 3, "without an ending": 1}));
    let ended = place.boji(&["import", "in"]).with_code(0);
    assert!(ended.err.contains("5 files passed over: 3 .pdf, 1 .docx, 1 without an ending\n"), "{}", ended.err);
    let ended = place.boji(&["import", "in", "-v"]).with_code(0);
    assert!(ended.err.contains("note: report.pdf: passed over"), "{}", ended.err);
    assert_eq!(place.boji(&["import", "in", "-q"]).with_code(0).err, "");
    let ended = place.boji(&["import", "in/report.pdf"]).with_code(3);
    assert!(ended.err.contains("report.pdf: read: it is a PDF document, which boji does not read"), "{}", ended.err);
}

#[test]
fn other_json_is_no_article() {
    let place = Place::new();
    place.write("in/settings.json", "{\n \"name\": \"a\",\n \"lines\": [1, 2]\n}\n");
    place.write("in/lines.json", "{\"a\": 1}\n{\"b\": 2}\n");
    place.write(
        "in/one.json",
        "{\n \"title\": \"One\",\n \"text\": \"The mill stood by the river for a hundred years.\"\n}\n",
    );
    place.write("in/broken.json", "{\"html\": \"<p>words, many of them, and no end");
    place.write("in/note.txt", "[1] 一条脚注，说的是晒谷场上一件小事，够长，能当正文。\n\n又一段。\n");
    let told = imported(&place, "in", 3);
    assert_eq!((&told["new"], &told["others"]), (&json!(2), &json!({"not_article": 2})), "{told}");
    assert_eq!(told["problems"][0]["item"], "broken.json", "{told}");
}

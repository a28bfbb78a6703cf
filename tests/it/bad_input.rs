//! Bad input is normal: each case ends in a clear error or a flagged result, nothing is lost, nothing hangs.

use std::fmt::Write as _;
use std::fs;

use boji_clean::parse::parse_feed;
use serde_json::json;

use crate::command::{DATABASE, Place, assert_told, blog_page, fixture, ids};

#[test]
fn an_empty_file_is_flagged() {
    let place = Place::new();
    place.write("in/empty.html", "");
    assert_told(&place.boji(&["clean", "in/empty.html"]), 3, "not_article (empty)");
    let ended = place.boji(&["import", "in", "--json"]).with_code(0);
    let source = &ended.json()[0]["sources"][0];
    assert_eq!((&source["new"], &source["others"]), (&json!(0), &json!({ "not_article": 1 })));
    assert_eq!(source["oddities"], json!(["empty.html: not_article (empty)"]));
}

#[test]
fn deep_nesting_costs_neither_the_stack_nor_the_text() {
    let place = Place::new();
    let page = blog_page("The Ledger", 5);
    let deep = page.replace("<h1>", &format!("{}<h1>", "<div>".repeat(60_000)));
    place.write("deep.html", deep);
    let ended = place.boji(&["clean", "deep.html"]).with_code(0);
    assert!(ended.out.contains("Paragraph 5 of The Ledger"), "{}", ended.out);
}

#[test]
fn a_hundred_megabytes_of_one_tag_end() {
    let place = Place::new();
    place.write("one.html", format!("<div class=\"{}\">", "a".repeat(100_000_000)));
    assert_told(&place.boji(&["clean", "one.html"]), 3, "not_article");
    place.write("many.html", "<b>".repeat(1_500_000));
    assert_told(&place.boji(&["clean", "many.html"]), 3, "not_article");
}

#[test]
fn a_file_over_the_bound_is_refused() {
    let place = Place::new();
    let file = fs::File::create(place.path("huge.html")).expect("made");
    file.set_len(200 << 20).expect("a hole takes no space");
    assert_told(&place.boji(&["clean", "huge.html"]), 1, "larger than");
    let ended = place.boji_with(&["filter"], b"{\"id\":\"a\",\"path\":\"huge.html\"}").with_code(3);
    assert!(ended.json()[0]["error"].as_str().is_some_and(|error| error.contains("larger than")));
}

#[test]
fn gbk_that_says_utf8_is_read() {
    let place = Place::new();
    let page = blog_page("磨坊账本", 4).replace("Paragraph", "磨坊的秤和账本都在，麻袋的数目也对");
    let (bytes, _, _) = encoding_rs::GBK.encode(&page);
    place.write("gbk.html", &bytes);
    let ended = place.boji(&["clean", "gbk.html"]).with_code(0);
    assert!(ended.out.contains("麻袋的数目也对 4") && ended.out.contains("磨坊账本"), "{}", ended.out);
}

fn rss(items: usize) -> String {
    let mut text = String::new();
    for number in 1..=items {
        writeln!(
            text,
            "<item><title>磨坊 {number}</title><link>https://a.example/{number}</link>\
             <description>第 {number} 袋麦子</description></item>"
        )
        .expect("written");
    }
    format!("<rss version=\"2.0\"><channel><title>账本</title><link>https://a.example/</link>\n{text}</channel></rss>")
}

#[test]
fn a_utf16_feed_is_read() {
    let text = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{}", rss(3));
    let bytes: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let feed = parse_feed(&bytes, "application/xml", "https://a.example/feed", 0).expect("a feed");
    let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["磨坊 1", "磨坊 2", "磨坊 3"]);
}

#[test]
fn a_feed_cut_in_an_entry_keeps_the_whole_ones() {
    let text = rss(4);
    let cut = text.find("第 4").expect("the last one");
    let feed = parse_feed(&text.as_bytes()[..cut + 2], "application/xml", "https://a.example/feed", 0).expect("a feed");
    let titles: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(&titles[..3], ["磨坊 1", "磨坊 2", "磨坊 3"]);
    assert!(!feed.issues.is_empty(), "the repair is told");
}

#[test]
fn a_path_in_a_title_stays_in_the_export() {
    let place = Place::new();
    for (number, title) in
        ["../../../escape", "/etc/escape", "..", "a/../../escape", "..\\..\\escape"].iter().enumerate()
    {
        let page = blog_page(title, number + 3);
        let link = format!("<link rel=\"canonical\" href=\"https://a.example/../../{number}\"></head>");
        place.write(&format!("in/{number}.html"), page.replace("</head>", &link));
    }
    place.boji(&["import", "in", "--source", "../../escape"]).with_code(0);
    for format in ["markdown", "text"] {
        place.boji(&["export", "--to", &format!("deep/er/{format}"), "--format", format]).with_code(0);
        let mut files = 0;
        let mut folders = vec![place.path("")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                let out = path.starts_with(place.path("deep/er"));
                assert!(out || !path.to_string_lossy().contains("escape"), "{}", path.display());
                files += usize::from(out && path.extension().is_some_and(|ending| ending == "md" || ending == "txt"));
                if path.is_dir() {
                    folders.push(path);
                }
            }
        }
        assert_eq!(files, if format == "markdown" { 5 } else { 10 });
    }
}

#[test]
fn an_unknown_key_is_shown_in_its_line() {
    let place = Place::new();
    place.write("boji.toml", "[run]\nconcurency = 3\n");
    let ended = place.boji(&["run"]);
    assert_told(&ended, 4, "boji.toml:2:1: unknown key `concurency`");
    assert!(
        ended.err.contains("2 | concurency = 3\n   | ^^^^^^^^^^\nhint: did you mean `concurrency`?"),
        "{}",
        ended.err
    );
    assert!(!place.path(DATABASE).exists(), "nothing was started");
    let ended = place.boji(&["run", "--json"]).with_code(4);
    let told: serde_json::Value = serde_json::from_str(&ended.err).expect("JSON");
    assert_eq!(told["hint"], "did you mean `concurrency`?");
}

#[test]
fn a_file_that_is_no_toml_is_shown_in_its_line() {
    let place = Place::new();
    for (text, word) in [("[run\n", "boji.toml:1:"), ("[run]\nconcurrency = \"a\"\n", "boji.toml:2:15")] {
        place.write("mine/boji.toml", text);
        let ended = place.boji(&["run", "--config", "mine"]).with_code(4);
        assert!(ended.err.starts_with("error: failed to use ") && ended.err.contains(word), "{}", ended.err);
        assert!(ended.err.contains('^'), "{}", ended.err);
    }
    let ended = place.boji(&["run", "--config", "nowhere"]).with_code(4);
    assert!(ended.err.contains("nowhere"), "{}", ended.err);
}

#[test]
fn a_rule_of_ones_own_that_cannot_work_is_shown_in_its_line() {
    let place = Place::new();
    place.write("boji.toml", "[clean]\nrules = \"mine\"\n");
    place.write("page.html", blog_page("The Ledger", 4));
    let cases = [
        ("[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"(a\"\nreason = \"r\"\n", "own.toml, line 2"),
        (
            "[[rule]]\nid = \"own.x\"\ncategory = \"end\"\npattern = \"a\"\n",
            "own.toml:2:6: rule `own.x` needs a reason",
        ),
        ("[[rule]]\nid = \"own.x\"\ncategry = \"end\"\n", "own.toml"),
        ("[[rule\n", "own.toml"),
    ];
    for (text, words) in cases {
        place.write("mine/own.toml", text);
        for command in [&["clean", "page.html"][..], &["run"], &["import", "page.html"]] {
            assert_told(&place.boji(command), 4, words);
        }
    }
    assert!(!place.path(DATABASE).exists(), "nothing was started");
    // A filter asks for no configuration, unless one is named.
    let question = json!({ "id": "a", "path": "page.html" }).to_string();
    place.boji_with(&["filter"], question.as_bytes()).with_code(0);
    place.boji_with(&["filter", "--config", "."], question.as_bytes()).with_code(4);
}

#[test]
fn a_captcha_is_never_an_article() {
    let place = Place::new();
    for name in ["wechat-captcha-shell", "wechat-captcha-form", "wechat-rate-limit"] {
        place.copy(&format!("pages/{name}.html"), &format!("in/{name}.html"));
        let question = json!({ "id": name, "path": fixture(&format!("pages/{name}.html")) }).to_string();
        let answer = place.boji_with(&["filter"], question.as_bytes()).with_code(0).json();
        assert_eq!((&answer[0]["state"], &answer[0]["text"]), (&json!("blocked"), &json!("")), "{name}");
        assert_told(&place.boji(&["clean", &format!("in/{name}.html")]), 3, "blocked");
    }
    let ended = place.boji(&["import", "in", "--json"]).with_code(0);
    assert_eq!(ended.json()[0]["sources"][0]["others"], json!({ "blocked": 3 }));
    assert_eq!(ids(&place), [""; 0]);
}

#[test]
fn lines_that_are_no_json_are_answered() {
    let place = Place::new();
    let good = json!({ "id": "z", "html": blog_page("The Ledger", 4) }).to_string();
    let lines = ["<html>", "\u{0}\u{1}", "{\"id\":1e999}", "{}{}", "null", &"[".repeat(100_000), &good].join("\n");
    let ended = place.boji_with(&["filter"], lines.as_bytes()).with_code(3);
    let answers = ended.json();
    assert_eq!(answers.len(), 7);
    let starts = ended.out.lines().map(|line| line.split_once("\"error\":").map_or("", |(start, _)| start));
    assert_eq!(
        starts.take(6).collect::<Vec<_>>(),
        [
            "{\"id\":null,\"line\":1,",
            "{\"id\":null,\"line\":2,",
            "{\"id\":\"1e999\",\"line\":3,",
            "{\"id\":null,\"line\":4,",
            "{\"id\":null,\"line\":5,",
            "{\"id\":null,\"line\":6,",
        ]
    );
    assert_eq!((&answers[6]["id"], &answers[6]["state"]), (&json!("z"), &json!("article")));
}

#[test]
fn lines_of_json_are_no_page_and_lead_to_filter() {
    let place = Place::new();
    let line = json!({ "id": 1, "html": blog_page("The Ledger", 4) });
    place.write("pages.jsonl", format!("\n{line}\n{line}\n"));
    for command in ["clean", "explain"] {
        let ended = place.boji(&[command, "pages.jsonl"]);
        assert_told(&ended, 2, "pages.jsonl holds a JSON object a line");
        assert!(ended.err.contains("hint: `boji filter` reads such lines"), "{}", ended.err);
    }
    assert_told(&place.boji_with(&["clean", "-"], line.to_string().as_bytes()), 2, "stdin holds a JSON object a line");
}

#[test]
fn what_stands_in_place_of_the_address_of_a_page_is_refused() {
    let place = Place::new();
    place.write("page.html", blog_page("The Ledger", 4));
    for url in ["a.example/x", "/x", "ftp://a.example/x", "https://"] {
        let ended = place.boji(&["clean", "page.html", "--url", url]);
        assert_told(&ended, 2, &format!("--url {url} is no absolute address of http or https"));
    }
    place.boji(&["clean", "page.html", "--url", "https://a.example/x"]).with_code(0);
}

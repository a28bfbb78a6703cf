//! Data that somebody has already: saved pages, archives in Markdown, lists of feeds and addresses.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::command::{Ended, Place, articles, blog_page};

/// A folder two deep that holds a bit of everything.
fn archive() -> Place {
    let place = Place::new();
    place.copy("archives/demo-album.md", "old/albums/2026/demo.md");
    place.copy("archives/demo-wechatmp2markdown.md", "old/accounts/radio.md");
    place.copy("pages/wechat-article.html", "old/saved/reeds.html");
    place.write("old/saved/mill.html", blog_page("The Mill", 5));
    place.write("old/saved/mill_files/frame.html", blog_page("An Advertisement", 5));
    let gbk = blog_page("磨坊账本", 4).replace("Paragraph", "磨坊的秤和账本都在，麻袋的数目也对");
    place.write("old/saved/gbk.htm", encoding_rs::GBK.encode(&gbk.replace("utf-8", "gb2312")).0);
    place.write("old/broken.html", b"\x7fELF\x02\x01\x01\x00\x00\x00\xb2\xa5 not a page \x00\x03\x00".repeat(40));
    place.write("old/.hidden.html", blog_page("A Secret", 5));
    place.write("old/picture.png", [137, 80, 78, 71]);
    place
        .write("old/links.txt", "\u{feff}# to read\nhttps://a.example/1\n\nhttps://a.example/2\nhttps://a.example/1\n");
    place.write(
        "old/feeds.opml",
        "<?xml version=\"1.0\"?><opml version=\"2.0\"><body>\
         <outline text=\"Mills\"><outline type=\"rss\" text=\"磨坊\" xmlUrl=\"https://mill.example.cn/feed.xml\"/>\
         <outline type=\"rss\" text=\"Again\" xmlUrl=\"https://mill.example.cn/feed.xml\"/></outline>\
         <outline type=\"rss\" text=\"No web\" xmlUrl=\"javascript:alert(1)\"/>\
         <outline type=\"rss\" text=\"Ledgers\" xmlUrl=\"https://ledger.example/atom\"/></body></opml>",
    );
    #[cfg(unix)]
    std::os::unix::fs::symlink("..", place.path("old/albums/loop")).expect("linked");
    // Over the bound, so that it cannot be read whoever runs the test.
    fs::File::create(place.path("old/albums/huge.html")).and_then(|file| file.set_len(65 << 20)).expect("made");
    place
}

fn report(ended: &Ended) -> Value {
    ended.json()[0]["sources"][0].clone()
}

/// Records by the file they came from.
fn records(place: &Place) -> BTreeMap<String, Value> {
    place.boji(&["export", "--to", "corpus"]).with_code(0);
    let mut records = BTreeMap::new();
    for entry in fs::read_dir(place.path("corpus")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|ending| ending == "jsonl") {
            for line in fs::read_to_string(path).expect("readable").lines() {
                let record: Value = serde_json::from_str(line).expect("JSON");
                let metadata: Value = serde_json::from_str(record["metadata"].as_str().expect("text")).expect("JSON");
                records.insert(metadata["file"].as_str().expect("a file").to_owned(), record);
            }
        }
    }
    records
}

#[test]
fn a_folder_of_everything_comes_in_and_only_once() {
    let place = archive();
    // Nothing was set up before: the first command that writes makes the store.
    let first = place.boji(&["import", "old", "--json"]).with_code(3);
    let told = report(&first);
    assert_eq!((&told["source"], &told["result"], &told["new"]), (&json!("old"), &json!("failed"), &json!(5)));
    assert_eq!(told["others"], json!({ "not_article": 1, "source added": 3 }));
    let problems = told["problems"].as_array().expect("a list");
    let items: Vec<_> = problems.iter().map(|problem| (&problem["item"], &problem["stage"])).collect();
    let read = json!("read");
    assert_eq!(items, [(&json!("albums/huge.html"), &read), (&json!("feeds.opml"), &read)]);

    let records = records(&place);
    let files: Vec<&str> = records.keys().map(String::as_str).collect();
    assert_eq!(
        files,
        ["accounts/radio.md", "albums/2026/demo.md", "saved/gbk.htm", "saved/mill.html", "saved/reeds.html"]
    );
    let album = &records["albums/2026/demo.md"];
    assert_eq!((&album["source"], &album["source_id"]), (&json!("wechat"), &json!("old")));
    assert_eq!((&album["source_name"], &album["date"]), (&json!("慢潮访谈录"), &json!("2026-04-21T23:30:00Z")));
    let metadata: Value = serde_json::from_str(album["metadata"].as_str().expect("text")).expect("JSON");
    assert_eq!(metadata["place"], "浙江");
    assert!(metadata["cover_url"].as_str().is_some_and(|url| url.starts_with("https://mmbiz.qpic.cn/")));
    assert!(album["canonical_url"].as_str().is_some_and(|url| url.contains("mid=2247486315")));
    assert_eq!(records["accounts/radio.md"]["author"], "谷小川");
    assert_eq!(records["saved/gbk.htm"]["title"], "磨坊账本");
    assert!(records["saved/gbk.htm"]["text"].as_str().is_some_and(|text| text.contains("麻袋的数目也对 4")));

    let again = report(&place.boji(&["import", "old", "--json"]).with_code(3));
    assert_eq!((&again["new"], &again["revised"], &again["duplicates"]), (&json!(0), &json!(0), &json!(0)));
    // Five articles, two feeds, one list of addresses.
    assert_eq!((&again["unchanged"], &again["others"]), (&json!(8), &json!({ "not_article": 1 })));
    assert_eq!(records.len(), 5);
}

#[test]
fn lists_become_sources() {
    let place = archive();
    place.boji(&["import", "old"]).with_code(3);
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    let by_url = |url: &str| sources.iter().find(|source| source["url"] == url).expect(url);
    let mill = by_url("https://mill.example.cn/feed.xml");
    assert_eq!(
        (&mill["kind"], &mill["name"], &mill["time_zone_minutes"]),
        (&json!("feed"), &json!("磨坊"), &json!(480))
    );
    assert_eq!(by_url("https://ledger.example/atom")["time_zone_minutes"], 0);
    let links = sources.iter().find(|source| source["id"] == "links").expect("the list");
    assert_eq!(
        (&links["kind"], &links["urls"]),
        (&json!("urls"), &json!(["https://a.example/1", "https://a.example/2"]))
    );
    assert_eq!(sources.len(), 4);

    // A list that has grown adds to its source and takes nothing away.
    place.write("old/links.txt", "https://a.example/3\n");
    place.boji(&["import", "old/links.txt"]).with_code(0);
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    let links = sources.iter().find(|source| source["id"] == "links").expect("the list");
    assert_eq!(links["urls"], json!(["https://a.example/1", "https://a.example/2", "https://a.example/3"]));
    assert_eq!(sources.len(), 4, "a list of addresses makes no source of its file");
}

#[test]
fn a_second_import_says_that_nothing_is_new() {
    let place = Place::new();
    place.copy("archives/demo-album.md", "one/demo.md");
    let first = place.boji(&["import", "one"]).with_code(0);
    assert!(first.err.contains("1 new"), "{}", first.err);
    let second = place.boji(&["import", "one"]).with_code(0);
    assert!(second.err.contains("1 unchanged") && second.err.contains("nothing new"), "{}", second.err);
    assert_eq!((first.out.as_str(), second.out.as_str()), ("", ""));
    // The same file by its own name, and a copy of it elsewhere, are the same article.
    place.boji(&["import", "one/demo.md"]).with_code(0);
    place.copy("archives/demo-album.md", "two/other.md");
    place.boji(&["import", "two"]).with_code(0);
    assert_eq!(place.boji(&["list", "--json"]).with_code(0).json().len(), 1);
}

#[test]
fn the_source_can_be_named() {
    let place = Place::new();
    place.copy("archives/demo-album.md", "v1.2/demo.md");
    place.copy("archives/demo-wechatmp2markdown.md", "more/radio.md");
    place.boji(&["import", "v1.2"]).with_code(0);
    place.boji(&["import", "more", "--source", "archive.old"]).with_code(0);
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    let ids: Vec<&str> = sources.iter().filter_map(|source| source["id"].as_str()).collect();
    assert_eq!(ids, ["archive.old", "v1.2"]);
    let listed = place.boji(&["list", "--json", "--source", "archive.old"]).with_code(0).json();
    assert_eq!((listed.len(), &listed[0]["source_name"]), (1, &json!("面粉柜实验室")));
}

#[test]
fn an_export_of_what_is_stored_changes_nothing() {
    let place = Place::new();
    let page = blog_page("The Sieve", 4)
        .replace("</article>", "<pre><code>fn main() {\n    turn();\n}</code></pre></article>");
    let record =
        serde_json::json!({ "html": page, "url": "https://mill.example/sieve", "fetched": "2025-05-01T00:00:00Z" });
    place.write("pages.jsonl", record.to_string());
    place.boji(&["import", "pages.jsonl"]).with_code(0);
    place.boji(&["export", "--to", "corpus"]).with_code(0);
    place.boji(&["import", "corpus/part-00000.jsonl"]).with_code(0);
    let listed = articles(&place, &[]);
    assert_eq!((listed.len(), &listed[0]["revision"]), (1, &serde_json::json!(1)), "{listed:?}");
}

#[test]
fn a_folder_that_is_called_as_a_polled_source_gets_an_id_of_its_own() {
    let place = Place::new();
    place.write("links.txt", "https://a.example/1\n");
    place.boji(&["import", "links.txt"]).with_code(0);
    place.write("links/a.html", blog_page("The Mill", 5));
    place.boji(&["import", "links"]).with_code(0);
    place.boji(&["import", "links"]).with_code(0);
    let sources = place.boji(&["list", "sources", "--json"]).with_code(0).json();
    let kinds: Vec<(&str, &str)> =
        sources.iter().filter_map(|source| source["id"].as_str().zip(source["kind"].as_str())).collect();
    assert_eq!(kinds, [("links", "urls"), ("links-2", "folder")]);
}

#[test]
fn a_path_that_is_not_there_is_wrong_usage_and_nothing_begins() {
    let place = Place::new();
    place.copy("archives/demo-album.md", "one/demo.md");
    let ended = place.boji(&["import", "one", "nowhere"]).with_code(2);
    assert!(ended.err.contains("nowhere") && ended.err.contains("\nhint: "), "{}", ended.err);
    place.boji(&["list"]).with_code(10);
}

#[test]
fn files_without_an_article_are_named_on_request() {
    let place = Place::new();
    place.copy("pages/wechat-deleted.html", "in/gone.html");
    let ended = place.boji(&["import", "in"]).with_code(0);
    assert!(ended.err.contains("1 deleted") && ended.err.contains("-v names"), "{}", ended.err);
    let ended = place.boji(&["import", "in", "-v"]).with_code(0);
    assert!(ended.err.contains("note: gone.html: deleted"), "{}", ended.err);
    let ended = place.boji(&["import", "in", "-q"]).with_code(0);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
}

#[cfg(unix)]
#[test]
fn ctrl_c_commits_what_is_done() {
    let place = Place::new();
    for number in 0..900 {
        place.write(&format!("in/{number:04}.html"), blog_page(&format!("Year {number}"), 3));
    }
    let mut child = place.command(&["import", "in", "--jobs", "1"]).stderr(Stdio::piped()).spawn().expect("started");
    let database = place.path("home/.local/share/boji/boji.db-wal");
    while !fs::metadata(&database).is_ok_and(|file| file.len() > 300_000) {
        assert_eq!(child.try_wait().expect("asked"), None, "it ended too early");
        std::thread::yield_now();
    }
    let kill = place.bare("kill").args(["-INT", &child.id().to_string()]).env("PATH", "/bin:/usr/bin").status();
    assert!(kill.expect("started").success());
    let said: Vec<String> =
        BufReader::new(child.stderr.take().expect("piped")).lines().map(|line| line.expect("text")).collect();
    assert_eq!(child.wait().expect("waited for").code(), Some(130), "{said:?}");
    assert!(said.iter().any(|line| line.ends_with("stopped early")), "{said:?}");
    let kept = place.boji(&["list", "--json", "--limit", "5000"]).with_code(0).json().len();
    assert!(kept > 0 && kept < 900, "{kept}");
    place.boji(&["status", "--check"]).with_code(0);
    place.boji(&["import", "in", "-q"]).with_code(0);
    assert_eq!(place.boji(&["list", "--json", "--limit", "5000"]).with_code(0).json().len(), 900);
}

/// All lists that there are fixtures of, in one folder.
fn lists() -> Place {
    let place = Place::new();
    for file in ["appmsgpublish.json", "exporter.json", "getalbum.json", "getmsg.json", "list_ex.json", "profile.html"]
    {
        // By content: the name says nothing.
        place.copy(&format!("archives/lists/{file}"), &format!("saved/{}.html", file.replace('.', "-")));
    }
    place
}

#[test]
fn lists_of_articles_become_entries_that_wait() {
    let place = lists();
    let told = report(&place.boji(&["import", "saved", "--json"]).with_code(0));
    assert_eq!((&told["named"], &told["pending"], &told["new"]), (&json!(11), &json!(8), &json!(1)), "{told}");
    assert_eq!(told["others"], json!({ "deleted": 1, "expired": 1 }));
    let oddities = told["oddities"].to_string();
    assert!(oddities.contains("appmsgpublish") && oddities.contains("`publish_info` is no JSON"), "{oddities}");

    // What the list carried whole is an article at once, with the identity that its list tells.
    let records = records(&place);
    let record = records.values().next().expect("one");
    assert_eq!((&record["title"], &record["source_name"]), (&json!("导出的第二篇"), &json!("晒谷场")));
    let metadata = record["metadata"].as_str().expect("text");
    assert!(
        metadata.contains("\"mid\":\"2247483640\"") && metadata.contains("\"copyright\":\"original\""),
        "{metadata}"
    );

    let plan = place.boji(&["run", "--dry-run", "--json"]).with_code(0);
    assert!(plan.out.contains("\"saved\"") && plan.out.contains("pages wait"), "{}", plan.out);
}

#[test]
fn lists_imported_twice_add_nothing() {
    let place = lists();
    let first = place.boji(&["import", "saved"]).with_code(0);
    assert!(first.err.contains("11 articles named, 8 new; `boji run` fetches them"), "{}", first.err);
    let second = place.boji(&["import", "saved"]).with_code(0);
    assert!(second.err.contains("11 articles named, 0 new\n") && second.err.contains("nothing new"), "{}", second.err);
    // Another list of the same articles, in the same source.
    place.copy("archives/lists/getmsg.json", "again/copy.json");
    let third = place.boji(&["import", "again", "--source", "saved"]).with_code(0);
    assert!(third.err.contains("2 articles named, 0 new"), "{}", third.err);
}

#[test]
fn a_named_article_that_the_folder_holds_does_not_wait() {
    let place = Place::new();
    let link = "http://mp.weixin.qq.com/s?__biz=MzA5OTk5OTk5MQ==&mid=2247483600&idx=1&sn=ab#rd";
    place.copy("archives/lists/getalbum.json", "saved/0-list.json");
    place.write(
        "saved/article.md",
        format!("# 秤杆上的账\n\n文章作者: 晒谷场\n发布时间: 2024-10-15 21:46\n原文链接: {link}\n\n秤杆上的账，一笔也没有少。\n"),
    );
    let told = report(&place.boji(&["import", "saved", "--json"]).with_code(0));
    assert_eq!((&told["named"], &told["pending"], &told["new"]), (&json!(1), &json!(0), &json!(1)), "{told}");
}

#[test]
fn pages_come_in_however_a_browser_saved_them() {
    let place = Place::new();
    place.copy("archives/saved-singlefile.html", "in/ruler.html");
    place.copy("archives/saved.mhtml", "in/canal.mhtml");
    let noted = "<!-- saved from url=(0028)https://mill.example/ledger/ -->\n";
    place.write("in/账本.html", blog_page("The Ledger", 4).replacen("<html", &format!("{noted}<html"), 1));
    place.write("in/账本_文件/frame.html", blog_page("An Advertisement", 4));
    place.boji(&["import", "in"]).with_code(0);
    let records = records(&place);
    let told: BTreeMap<&str, (&str, &str)> = records
        .iter()
        .filter_map(|(file, record)| {
            Some((file.as_str(), (record["title"].as_str()?, record["canonical_url"].as_str()?)))
        })
        .collect();
    let want = BTreeMap::from([
        ("canal.mhtml", ("水渠的声音", "https://canal.example/2024/sound")),
        ("ruler.html", ("竹匠的尺", "https://mp.weixin.qq.com/s/gHiJkLmNoPqRsTuVwXyZaB")),
        ("账本.html", ("The Ledger", "https://mill.example/ledger/")),
    ]);
    assert_eq!(told, want);
    assert!(!records["ruler.html"].to_string().contains("data:image"), "{}", records["ruler.html"]);
}

#[test]
fn a_file_that_changed_is_a_revision_and_one_that_did_not_is_not_cleaned_again() {
    let place = Place::new();
    let page = |word: &str| {
        blog_page("The Mill", 3)
            .replacen("<html", "<!-- saved from url=(0021)https://a.example/m --><html", 1)
            .replace("ledger", word)
    };
    place.write("in/a.html", page("ledger"));
    place.write("in/b.html", blog_page("Another", 3));
    place.boji(&["import", "in"]).with_code(0);
    place.write("in/a.html", page("notebook"));
    let told = report(&place.boji(&["import", "in", "--json"]).with_code(0));
    assert_eq!((&told["revised"], &told["unchanged"], &told["new"]), (&json!(1), &json!(1), &json!(0)), "{told}");
    // The old file again: those bytes were taken before, and are no news.
    place.write("in/a.html", page("ledger"));
    let told = report(&place.boji(&["import", "in", "--json"]).with_code(0));
    assert_eq!((&told["revised"], &told["unchanged"]), (&json!(0), &json!(2)), "{told}");
}

//! The commands that show what is in the store or in a file: list, show, explain, status, export, clean.

use serde_json::{Value, json};

use crate::command::{Ended, Place, articles, assert_told, blog_page, stocked};

fn id_of(place: &Place, title: &str) -> String {
    let listed = articles(place, &[]);
    let found = listed.iter().find(|line| line["title"].as_str().is_some_and(|text| text.starts_with(title)));
    found.and_then(|line| line["id"].as_str()).expect(title).to_owned()
}

#[test]
fn articles_and_sources_are_listed() {
    let place = stocked();
    let lines = place.boji(&["list"]).with_code(0);
    assert_eq!(lines.out.lines().count(), 3);
    assert!(lines.out.contains("2026-03-08  面粉柜实验室  给旧收音机写一份说明书"), "{}", lines.out);
    assert_eq!(lines.err, "");
    let dates: Vec<String> =
        articles(&place, &["--source", "album"]).iter().map(|line| line["date"].to_string()).collect();
    assert!(dates.len() == 2 && dates[0] < dates[1], "the newest last: {dates:?}");
    assert_eq!(articles(&place, &["--language", "zh"]).len(), 2);
    assert_eq!(articles(&place, &["--since", "2026-04-01", "--source", "album"]).len(), 1);
    let one = place.boji(&["list", "--limit", "1"]).with_code(0);
    assert_eq!(one.out.lines().count(), 1);
    assert!(one.err.contains("the newest 1 of 3"), "{}", one.err);
    let sources = place.boji(&["list", "sources"]).with_code(0).out;
    assert!(sources.contains("album") && sources.contains("blog") && sources.contains("folder"), "{sources}");
    assert_eq!(place.boji(&["list", "sources", "--json"]).with_code(0).json().len(), 2);
}

#[test]
fn an_article_is_shown_in_every_form() {
    let place = stocked();
    let id = id_of(&place, "The Mill");
    let show = |form: &str| place.boji(&["show", &id[..12], "--as", form]).with_code(0);
    let markdown = show("markdown").out;
    assert!(markdown.starts_with("---\n") && markdown.contains("title: \"The Mill\"\n"), "{markdown}");
    assert_eq!(place.boji(&["show", &id]).with_code(0).out, markdown);
    assert!(!show("text").out.contains("---") && show("text").out.contains("Paragraph 5"));
    assert_eq!(show("raw").out, blog_page("The Mill", 5));
    let record = &show("record").json()[0];
    assert_eq!((&record["id"], &record["source_id"]), (&json!(id), &json!("blog")));
    assert_eq!(&place.boji(&["show", &id, "--json"]).with_code(0).json()[0], record);
}

#[cfg(unix)]
#[test]
fn the_page_of_an_article_is_opened_in_the_browser_of_the_environment() {
    use std::os::unix::fs::PermissionsExt as _;

    let place = Place::new();
    let link = "<link rel=\"canonical\" href=\"https://mill.example/p?a=1;touch%20x&amp;b=$(id)\"></head>";
    place.write("blog/mill.html", blog_page("The Mill", 5).replace("</head>", link));
    place.write("blog/inn.html", blog_page("The Inn", 5));
    place.boji(&["import", "blog", "-q"]).with_code(0);
    let browser = place.write("browser", "#!/bin/sh\nprintf '%s\\n' \"$#\" \"$@\" > \"$HOME/asked\"\n");
    std::fs::set_permissions(&browser, std::fs::Permissions::from_mode(0o755)).expect("made a program");
    let show = |title: &str, browser: &str, more: &[&str]| {
        let mut command = place.command(&[&["show", &id_of(&place, title), "--open"], more].concat());
        // No program of the machine that runs the test is to be found.
        Ended::of(command.env("PATH", place.path("home")).env("BROWSER", browser).output().expect("started"))
    };
    let opened = show("The Mill", &format!("/no/such:{}", browser.display()), &[]).with_code(0);
    let asked = std::fs::read_to_string(place.path("home/asked")).expect("asked");
    assert_eq!(asked, "1\nhttps://mill.example/p?a=1;touch%20x&b=$(id)\n");
    assert!(opened.out.is_empty() && opened.err.starts_with("opened https://mill.example/"), "{opened:?}");
    let printed = show("The Mill", "", &[]).with_code(0);
    assert_eq!(printed.out, "https://mill.example/p?a=1;touch%20x&b=$(id)\n");
    assert_eq!(show("The Mill", "", &["--json"]).with_code(0).json()[0]["opened"], json!(false));
    assert_told(&show("The Inn", "", &[]), 1, "nothing says where");
    show("The Mill", "", &["--as", "text"]).with_code(2);
}

#[test]
fn an_article_is_explained_block_by_block() {
    let place = stocked();
    let id = id_of(&place, "给旧收音机");
    let told = place.boji(&["explain", &id]).with_code(0).out;
    for word in ["source album", "identity   ", "title      给旧收音机", "verdict  category", "0x01"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let value = place.boji(&["explain", &id, "--json"]).with_code(0).json();
    assert_eq!(value[0]["id"], id);
    assert_all_judged(&value[0], &told);
}

#[test]
fn a_file_is_explained_block_by_block() {
    let place = stocked();
    let told = place.boji(&["explain", "album/demo.md"]).with_code(0).out;
    for word in ["state      article", "from       account: header", "from       place: header"] {
        assert!(told.contains(word), "{word}: {told}");
    }
    let value = place.boji(&["explain", "album/demo.md", "--json"]).with_code(0).json();
    assert_all_judged(&value[0], &told);
    let clean = place.boji(&["clean", "album/demo.md", "--explain", "--json"]).with_code(0).json();
    assert_eq!(clean, value);
    let removed = place.boji(&["explain", "album/demo.md", "--json", "--removed"]).with_code(0).json();
    let labels: Vec<&Value> =
        removed[0]["blocks"].as_array().expect("a list").iter().map(|block| &block["verdict"]["label"]).collect();
    assert!(!labels.contains(&&json!("keep")), "{labels:?}");
    place.copy("pages/wechat-captcha-shell.html", "captcha.html");
    let told = place.boji(&["explain", "captcha.html"]).with_code(0).out;
    assert!(told.starts_with("state      blocked ("), "{told}");
}

/// Asserts that each block has a verdict with the rule that gave it, and a row in the table.
#[track_caller]
fn assert_all_judged(explained: &Value, table: &str) {
    let blocks = explained["blocks"].as_array().expect("a list");
    assert!(blocks.len() > 10);
    for block in blocks {
        assert!(block["verdict"]["rule"].as_str().is_some_and(|rule| !rule.is_empty()), "{block}");
    }
    let verdicts = ["keep", "meta", "drop"];
    let rows = table.lines().filter(|line| {
        let mut words = line.split_whitespace();
        words.next().is_some_and(|number| number.parse::<usize>().is_ok())
            && words.next().is_some_and(|verdict| verdicts.contains(&verdict))
    });
    assert_eq!(rows.count(), blocks.len(), "{table}");
}

#[test]
fn a_corpus_is_exported() {
    let place = stocked();
    let report = place.boji(&["export", "--to", "corpus", "--json"]).with_code(0).json();
    assert_eq!(report[0]["records"], 3);
    assert!(place.path("corpus/manifest.json").is_file());
    let said = place.boji(&["export", "--to", "blog-only", "--source", "blog"]).with_code(0);
    assert_eq!((said.out.as_str(), said.err.as_str()), ("", "1 record in blog-only\n"));
    place.write("own/diary.txt", "mine");
    let refused = place.boji(&["export", "--to", "own"]);
    assert_told(&refused, 1, "failed to replace ");
    assert!(place.path("own/diary.txt").is_file());
}

#[test]
fn status_counts_and_checks() {
    let place = stocked();
    assert_eq!(place.boji(&["status", "--check"]).with_code(0).out, "", "all is well");
    let told = place.boji(&["status"]).with_code(0).out;
    assert!(
        told.contains("articles  3 (3 revisions, 3 captures)") && told.contains("sources   2, 0 due now"),
        "{told}"
    );
    let status = &place.boji(&["status", "--json"]).with_code(0).json()[0];
    assert_eq!((&status["counts"]["articles"], &status["problems"]), (&json!(3), &json!([])));
    assert!(status.get("sizes").is_none());
    let told = place.boji(&["status", "--sizes"]).with_code(0).out;
    assert!(told.contains(" MB captures\n") && told.contains(": articles 0.0 MB, captures 0.0 MB\n"), "{told}");
    let sizes = &place.boji(&["status", "--sizes", "--json"]).with_code(0).json()[0]["sizes"];
    let sum: u64 = sizes["parts"].as_object().expect("parts").values().filter_map(Value::as_u64).sum();
    assert_eq!(sum, status["counts"]["bytes"].as_u64().expect("bytes"), "{sizes}");
}

#[test]
fn a_page_is_cleaned_from_stdin_and_from_a_file_alike() {
    let place = Place::new();
    let page = blog_page("The Mill", 5).replace("<p>Paragraph 5", "<p><a href=\"../ledger\">Here</a> Paragraph 5");
    place.write("mill.html", &page);
    let piped = place.boji_with(&["clean", "-"], page.as_bytes()).with_code(0);
    assert_eq!(piped.out, place.boji(&["clean", "mill.html"]).with_code(0).out);
    assert!(piped.out.contains("title: \"The Mill\"") && piped.out.contains("Paragraph 5"), "{}", piped.out);
    assert_eq!(piped.err, "");
    let at = place.boji(&["clean", "mill.html", "--url", "https://a.example/b/c/d"]).with_code(0).out;
    assert!(at.contains("(https://a.example/b/ledger)"), "{at}");
    let record = &place.boji(&["clean", "mill.html", "--json"]).with_code(0).json()[0];
    assert_eq!(record["title"], "The Mill");
    assert!(!place.path("home/.local").exists(), "cleaning keeps nothing");
}

#[test]
fn the_choice_of_the_body_is_explained() {
    let place = stocked();
    let text = "The mill stood above the weir, and all summer long its wheel had not turned once. ".repeat(6);
    let json = json!({ "@type": "NewsArticle", "headline": "Mill", "articleBody": text });
    let page = format!(
        "<title>Mill</title><script type=application/ld+json>{json}</script><body><p>{}</p>\
         <main><h1>Mill</h1><div class=entry-content><p>{text}</p><p>{}</p></div></main>",
        "All about the valley, each week. ".repeat(3),
        text.replace("mill", "inn")
    );
    place.write("mill.html", &page);
    let told = place.boji(&["explain", "mill.html"]).with_code(0).out;
    let lines: Vec<&str> =
        told.lines().filter(|line| line.starts_with("chosen") || line.starts_with("rival")).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    chosen      5.41  class word  div.entry-content         prose 786: 91 % of the 100 % left, links 0 %, headings 0
    rival       5.41  markup      main                      prose 786: 91 % of the 100 % left, links 0 %, headings 1, with a title
    rival       5.00  density     body                      prose 867: 100 % of the 100 % left, links 0 %, headings 1, with a title
    rival       1.36  json-ld                               384 letters, 0.5 times what the page shows
    ");
    let value = place.boji(&["explain", "mill.html", "--json"]).with_code(0).json().remove(0);
    let way = &value["way"];
    assert_eq!((&way["winner"]["kind"], &way["winner"]["place"]), (&json!("class-word"), &json!("div.entry-content")));
    let rivals: Vec<&str> =
        way["rivals"].as_array().expect("a list").iter().filter_map(|it| it["kind"].as_str()).collect();
    assert_eq!(rivals, ["markup", "density", "json-ld"]);
    let scores: Vec<f64> =
        way["rivals"].as_array().expect("a list").iter().filter_map(|it| it["score"].as_f64()).collect();
    assert!(scores.is_sorted_by(|one, other| one >= other), "{scores:?}");
}

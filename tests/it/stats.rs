//! What the corpus holds, as numbers, as text and as a page.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::command::{DATABASE, Place, articles, assert_told, ids, stocked};

/// Words of no text but the n-th: so many letters, a space after each fifth.
fn words(nth: u32, letters: usize) -> String {
    let mut state = nth.wrapping_add(1).wrapping_mul(2_654_435_761);
    let mut text = String::new();
    for place in 0..letters {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        text.push(char::from(b'a' + (state >> 24) as u8 % 26));
        if place % 5 == 4 && place + 1 < letters {
            text.push(' ');
        }
    }
    text
}

/// A line of JSON with an article's text, as another program wrote it.
fn line(nth: u32, account: &str, date: &str, text: &str) -> String {
    let url = format!("https://mill.example/{nth}");
    let mut line = json!({ "url": url, "title": format!("Number {nth}"), "sitename": account, "text": text });
    if !date.is_empty() {
        line["date"] = json!(date);
    }
    line.to_string()
}

/// The same with a licence.
fn licensed(nth: u32, license: &str) -> String {
    let mut line: Value = serde_json::from_str(&line(nth, "Mill", "2024-05-03", &words(nth, 250))).expect("JSON");
    line["license"] = json!(license);
    line.to_string()
}

/// A store of these lines.
fn of_lines(lines: &[String]) -> Place {
    let place = Place::new();
    place.write("mill.jsonl", lines.join("\n"));
    place.boji(&["import", "mill.jsonl", "-q"]).with_code(0);
    place
}

/// A store of five articles with known texts, of two accounts and none; the last repeats the first.
fn counted() -> Place {
    of_lines(&[
        line(1, "磨坊", "2024-05-03", &words(1, 250)),
        line(2, "磨坊", "2024-05-31", &words(2, 500)),
        line(3, "Ford", "2024-07-01", &words(3, 1_250)),
        line(4, "", "", &"磨".repeat(170)),
        line(5, "Ford", "2024-07-31", &words(1, 250)),
    ])
}

fn stats(place: &Place, arguments: &[&str]) -> Value {
    let told = place.boji(&[&["stats", "--json"], arguments].concat()).with_code(0);
    assert_eq!(told.err, "");
    let [statistics] = told.json().try_into().expect("one object");
    statistics
}

fn tally(articles: u64, characters: u64) -> Value {
    json!({ "articles": articles, "characters": characters })
}

#[test]
fn a_corpus_is_counted_exactly() {
    let place = counted();
    let bucket = |at_least: u64, at_most: u64, articles: u64, characters: u64| {
        let bucket =
            json!({ "at_least": at_least, "at_most": at_most, "articles": articles, "characters": characters });
        let Value::Object(mut bucket) = bucket else { panic!("an object") };
        if at_most == 0 && at_least > 0 {
            bucket.remove("at_most");
        }
        Value::Object(bucket)
    };
    let want = json!({
        "articles": 5,
        "characters": 299 + 599 + 1_499 + 170 + 299,
        // Five letters are a word, and 170 Han characters are a hundred words.
        "estimated_words": 50 + 100 + 250 + 100 + 50,
        "by_source": { "mill": tally(5, 2_866) },
        "by_account": { "": tally(1, 170), "Ford": tally(2, 1_798), "磨坊": tally(2, 898) },
        "by_month": { "": tally(1, 170), "2024-05": tally(2, 898), "2024-07": tally(2, 1_798) },
        "by_language": { "": tally(4, 2_696), "zh-Hans": tally(1, 170) },
        "by_license": { "": tally(5, 2_866) },
        "by_license_spdx": {},
        "by_kind": { "article": tally(5, 2_866) },
        "by_flag": {},
        "by_dup_kind": { "exact": tally(1, 299) },
        "length": {
            "median": 299,
            "percentile_90": 1_499,
            "buckets": [
                bucket(0, 0, 0, 0),
                bucket(1, 99, 0, 0),
                bucket(100, 299, 3, 768),
                bucket(300, 999, 1, 599),
                bucket(1_000, 2_999, 1, 1_499),
                bucket(3_000, 9_999, 0, 0),
                bucket(10_000, 29_999, 0, 0),
                bucket(30_000, 0, 0, 0),
            ],
        },
        "removed": { "characters": 0, "share": 0.0, "by_category": {} },
        "damaged": [],
    });
    assert_eq!(stats(&place, &[]), want);
    let [once, again] = [0, 1].map(|_| place.boji(&["stats", "--json"]).out);
    assert_eq!(once, again);
    for (wishes, articles, characters) in [
        (&["--no-duplicates"][..], 4, 2_567),
        (&["--no-near-duplicates"], 4, 2_567),
        (&["--account", "磨坊"], 2, 898),
        (&["--language", "zh"], 1, 170),
        (&["--since", "2024-06-01", "--until", "2024-07-15"], 1, 1_499),
        (&["--min-chars", "300"], 2, 2_098),
        (&["--source", "mill", "--kind", "video"], 0, 0),
        (&["--match", "磨坊", "--language", "zh"], 0, 0),
        (&["--changed-since", "2100-01-01"], 0, 0),
        (&["--fetched-since", "2000-01-01", "--no-flag", "promotion", "--account", "磨坊"], 2, 898),
    ] {
        let told = stats(&place, wishes);
        assert_eq!((&told["articles"], &told["characters"]), (&json!(articles), &json!(characters)), "{wishes:?}");
    }
    let id = articles(&place, &["--account", "磨坊"])[0]["id"].as_str().expect("an id").to_owned();
    place.boji(&["hide", &id, "--reason", "not ours"]).with_code(0);
    assert_eq!(stats(&place, &[])["articles"], json!(4));
}

#[test]
fn what_is_counted_is_what_an_export_holds() {
    let place = stocked();
    let told = stats(&place, &[]);
    let mut expected: BTreeMap<(&str, String), (u64, u64)> = BTreeMap::new();
    let mut removed = 0;
    for record in place.boji(&["export", "--to", "-"]).with_code(0).json() {
        let characters = record["n_chars"].as_u64().expect("a number");
        let word = |field: &str| record[field].as_str().expect("a text").to_owned();
        let metadata: Value = serde_json::from_str(&word("metadata")).expect("JSON");
        let mut put = |group, word: String, characters| {
            let counted = expected.entry((group, word)).or_default();
            *counted = (counted.0 + 1, counted.1 + characters);
        };
        put("by_source", word("source_id"), characters);
        put("by_account", word("source_name"), characters);
        put("by_language", word("language"), characters);
        put("by_license", word("license"), characters);
        if let Some(identifier) = metadata["license_spdx"].as_str() {
            put("by_license_spdx", identifier.to_owned(), characters);
        }
        put("by_kind", metadata["kind"].as_str().expect("a word").to_owned(), characters);
        for flag in word("quality_flags").split(';').filter(|flag| !flag.is_empty()) {
            put("by_flag", flag.to_owned(), characters);
        }
        for (category, taken) in metadata["removed"].as_object().into_iter().flatten() {
            put("by_category", category.clone(), taken.as_u64().expect("a number"));
        }
        removed += record["n_removed_chars"].as_u64().expect("a number");
    }
    let mut rows = 0;
    let groups = ["by_source", "by_account", "by_language", "by_license", "by_license_spdx", "by_kind", "by_flag"];
    for group in groups.into_iter().chain(["by_category"]) {
        let counts = told.get(group).unwrap_or(&told["removed"][group]).as_object().expect("an object");
        for (word, counted) in counts {
            let (articles, characters) = expected[&(group, word.clone())];
            assert_eq!(counted, &tally(articles, characters), "{group} {word}");
            rows += 1;
        }
    }
    assert_eq!(rows, expected.len());
    let characters = told["characters"].as_u64().expect("a number");
    assert!(removed > 0 && told["removed"]["characters"] == json!(removed), "{told}");
    assert_eq!(
        told["removed"]["share"],
        json!((removed as f64 / (removed + characters) as f64 * 1_000.0).round() / 1_000.0)
    );
}

#[test]
fn licences_are_counted_as_stated_and_as_spdx_calls_them() {
    let place = of_lines(&[
        licensed(1, "CC BY 4.0"),
        licensed(2, "https://creativecommons.org/licenses/by/4.0/"),
        licensed(3, "all rights reserved"),
    ]);
    let told = stats(&place, &[]);
    assert_eq!(told["by_license_spdx"], json!({ "CC-BY-4.0": tally(2, 299 * 2) }));
    assert_eq!(told["by_license"].as_object().map(serde_json::Map::len), Some(3));
    assert_eq!(stats(&place, &["--license", "cc-by-4.0"])["articles"], json!(2));
    let unknown = place.boji(&["stats", "--license", "MIT"]);
    assert_told(&unknown, 2, "no article that is wanted has the licence \"MIT\"");
    assert!(unknown.err.contains("hint: there are CC-BY-4.0, CC BY 4.0, all rights"), "{}", unknown.err);
    let page = place.boji(&["stats", "--license", "CC-BY-4.0", "--html", "-"]).with_code(0).out;
    assert!(page.contains("<dt>licences</dt><dd><bdi>CC-BY-4.0</bdi></dd>"), "{page}");
}

#[test]
fn a_person_reads_it_in_columns() {
    let told = counted().boji(&["stats"]).with_code(0);
    assert_eq!(told.err, "");
    insta::assert_snapshot!(told.out, @r"
    articles    5
    characters  2,866
    words       about 550 (an estimate: no tokenizer is built in)
    length      299 characters in the median, 1,499 at the 90th percentile
    removed     0 characters, 0.0 % of all on the pages

    Articles by month of publication (share of all articles)
      articles      characters    share  month
             1             170   20.0 %  not stated
             2             898   40.0 %  2024-05
             2           1,798   40.0 %  2024-07

    Articles by length (share of all articles)
      articles      characters    share  length in characters
             0               0    0.0 %  0
             0               0    0.0 %  1–99
             3             768   60.0 %  100–299
             1             599   20.0 %  300–999
             1           1,499   20.0 %  1,000–2,999
             0               0    0.0 %  3,000–9,999
             0               0    0.0 %  10,000–29,999
             0               0    0.0 %  30,000+

    Articles by source (share of all articles)
      articles      characters    share  source
             5           2,866  100.0 %  mill

    Articles by account (share of all articles)
      articles      characters    share  account
             2           1,798   40.0 %  Ford
             2             898   40.0 %  磨坊
             1             170   20.0 %  not stated

    Articles by language (share of all articles)
      articles      characters    share  language
             4           2,696   80.0 %  not stated
             1             170   20.0 %  zh-Hans

    Articles by kind (share of all articles)
      articles      characters    share  kind
             5           2,866  100.0 %  article

    Articles by licence (share of all articles)
      articles      characters    share  licence as stated
             5           2,866  100.0 %  not stated

    Articles that repeat another (share of all articles)
      articles      characters    share  how they repeat it
             1             299   20.0 %  exact
    ");
    let none = Place::new();
    none.boji(&["init", "-q"]).with_code(0);
    assert!(none.boji(&["stats"]).with_code(0).out.starts_with("articles    0\n"));
    assert_eq!(stats(&none, &[])["length"]["median"], json!(0));
}

/// Each tag that is opened is closed, in order.
#[track_caller]
fn assert_balanced(page: &str) {
    let mut open = Vec::new();
    for tag in page.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split_whitespace().next().unwrap_or_default();
        match name.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name), "</{name}>"),
            None if name.starts_with('!') || name == "meta" => {}
            None => open.push(name),
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn a_page_runs_nothing_and_loads_nothing() {
    let place = of_lines(&[
        line(1, "<script>alert(\"磨坊\")</script>", "2024-05-03", &words(1, 250)),
        line(2, "Ford & Mill", "1970-01-01", &words(2, 500)),
        line(3, "Ford & Mill", "", &words(3, 500)),
    ]);
    place.write("page.html", "an earlier page");
    let told = place.boji(&["stats", "--html", "page.html", "--source", "mill"]).with_code(0);
    assert_eq!((told.out.as_str(), told.err.as_str()), ("", "3 articles in page.html\n"));
    let page = fs::read_to_string(place.path("page.html")).expect("written");
    assert_balanced(&page);
    for never in ["<script", "http:", "https:", "src=", "href=", "url(", "@import", "onload"] {
        assert!(!page.contains(never), "{never}: {page}");
    }
    for part in [
        "&lt;script&gt;alert(&quot;磨坊&quot;)&lt;/script&gt;",
        "Ford &amp; Mill",
        "prefers-color-scheme: dark",
        "default-src 'none'",
        "<title id=\"time-title\">Articles by year of publication</title>",
        "<desc id=\"length-about\">",
        "<title>2024: 1 article, 299 characters</title>",
        "Which articles",
        "not stated",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    // The same store gives the same page, here as data on stdout.
    let again = place.boji(&["stats", "--html", "-", "--source", "mill"]).with_code(0);
    assert_eq!((again.out.trim_end(), again.err.as_str()), (page.as_str(), ""));
    // JSON and a page may be had at once.
    let both = place.boji(&["stats", "--html", "page.html", "--json", "-q"]).with_code(0);
    assert_eq!(both.json()[0]["articles"], json!(3));
}

#[test]
fn a_page_is_written_whole_or_not_at_all() {
    let place = counted();
    fs::create_dir(place.path("folder")).expect("made");
    place.write("folder/kept.txt", "kept");
    for target in ["nosuch/page.html", "folder"] {
        let told = place.boji(&["stats", "--html", target]);
        assert_eq!(told.code, Some(1), "{told:?}");
        assert!(told.err.contains(&format!("failed to write the page to {target}")), "{}", told.err);
    }
    let both = place.boji(&["stats", "--html", "-", "--json"]).with_code(2);
    assert!(both.out.is_empty() && both.err.contains("stdout takes the page or the JSON"), "{both:?}");
    assert_told(&place.boji(&["stats", "--source", "nosuch"]), 2, "there is no source nosuch");
    let left = fs::read_dir(place.path("")).expect("a folder").map(|entry| entry.expect("one").file_name());
    let mut left: Vec<String> = left.map(|name| name.to_string_lossy().into_owned()).collect();
    left.sort();
    assert_eq!(left, ["folder", "home", "mill.jsonl"]);
}

#[test]
fn a_damaged_article_is_named_and_not_counted() {
    let place = counted();
    let id = ids(&place).remove(0);
    let store = rusqlite::Connection::open(place.path(DATABASE)).expect("opened");
    let broken = "UPDATE revision SET packed_text = substr(packed_text, 2) WHERE article_id = ?1";
    store.execute(broken, [&id]).expect("changed");
    drop(store);
    let told = place.boji(&["stats", "--json"]).with_code(3);
    let warning: Value = serde_json::from_str(&told.err).expect("one object");
    let says = |key: &str, words: String| warning[key].as_str().is_some_and(|text| text.starts_with(&words));
    assert!(says("warning", format!("the article {id} is not counted: ")), "{warning}");
    assert!(says("hint", format!("`boji reclean {id}`")), "{warning}");
    let statistics = &told.json()[0];
    assert_eq!((&statistics["articles"], &statistics["damaged"][0]["article"]), (&json!(4), &json!(id)));
    let page = place.boji(&["stats", "--html", "-", "-q"]).with_code(3).out;
    assert!(page.contains("could not be read") && page.contains(&id), "{page}");
    assert_eq!(place.boji(&["stats"]).with_code(3).out.lines().next(), Some("articles    4"));
}

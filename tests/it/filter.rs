//! The protocol of `boji filter`: one line in, one line out, in order, and nothing else needed.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::command::{Ended, Place, blog_page, feed, fixture, program};
use crate::contract::FIELDS;

/// Asks with these arguments and gives the answers.
fn ask(arguments: &[&str], questions: &[Value]) -> (Ended, Vec<Value>) {
    let mut lines = String::new();
    for question in questions {
        writeln!(lines, "{question}").expect("written");
    }
    let ended = Place::new().boji_with(&[&["filter"], arguments].concat(), lines.as_bytes());
    let answers = ended.json();
    (ended, answers)
}

fn page(id: &str, title: &str, paragraphs: usize) -> Value {
    json!({ "id": id, "html": blog_page(title, paragraphs) })
}

/// Asserts that a line has exactly these keys in this order, none of them null.
#[track_caller]
fn assert_keys(line: &str, keys: &[&str]) {
    let mut rest = line;
    for key in keys {
        let (before, after) =
            rest.split_once(&format!("\"{key}\":")).unwrap_or_else(|| panic!("{key} is not in its place: {line}"));
        assert!(before.is_empty() || before.ends_with([',', '{']), "{key} in {line}");
        rest = after;
    }
    let value: Value = serde_json::from_str(line).expect("JSON");
    let object = value.as_object().expect("an object");
    assert_eq!(object.len(), keys.len(), "{:?}", object.keys());
    assert!(object.values().all(|value| !value.is_null()), "{line}");
    let metadata: Value = serde_json::from_str(object["metadata"].as_str().expect("a string")).expect("JSON");
    assert!(metadata.is_object());
}

#[test]
fn every_field_is_there_in_order_for_articles_and_for_others() {
    let questions = [page("a", "The Ledger", 6), json!({ "id": "b", "html": "" }), json!({ "id": "c", "html": "{}" })];
    let (ended, answers) = ask(&[], &questions);
    let keys = [&FIELDS[..], &["state"]].concat();
    for line in ended.with_code(0).out.lines() {
        assert_keys(line, &keys);
    }
    let states: Vec<&Value> = answers.iter().map(|answer| &answer["state"]).collect();
    assert_eq!(states, ["article", "not_article", "not_article"]);
    assert_eq!(answers[1]["text"], "");
}

#[test]
fn what_is_asked_for_is_added() {
    let questions = [page("a", "The Ledger", 6), json!({ "id": "b", "html": "" })];
    let (ended, answers) = ask(&["--timing", "--markdown", "--explain"], &questions);
    let keys = [&FIELDS[..], &["state", "ms", "markdown", "evidence", "blocks"]].concat();
    for line in ended.with_code(0).out.lines() {
        assert_keys(line, &keys);
    }
    assert!(answers[0]["ms"].as_f64().is_some_and(|ms| ms > 0.0));
    assert!(answers[0]["markdown"].as_str().is_some_and(|text| text.contains("Paragraph 6")));
    let blocks = answers[0]["blocks"].as_array().expect("a list");
    assert!(blocks.len() >= 6 && blocks.iter().all(|block| block["verdict"]["rule"].is_string()), "{blocks:?}");
    assert_eq!((&answers[1]["evidence"], &answers[1]["blocks"]), (&json!("empty"), &json!([])));
}

#[test]
fn the_order_is_kept_over_mixed_sizes() {
    let questions: Vec<Value> = (0..24)
        .map(|number| page(&number.to_string(), &format!("Year {number}"), if number % 6 == 0 { 150 } else { 3 }))
        .collect();
    let (four, answers) = ask(&["--jobs", "4"], &questions);
    let ids: Vec<&str> = answers.iter().filter_map(|answer| answer["id"].as_str()).collect();
    assert_eq!(ids, (0..24).map(|number| number.to_string()).collect::<Vec<_>>());
    for (number, answer) in answers.iter().enumerate() {
        let text = answer["text"].as_str().expect("a text");
        assert!(text.contains(&format!("Paragraph 3 of Year {number} ")), "{number}: {text}");
    }
    let (one, _) = ask(&["--jobs", "1"], &questions);
    assert_eq!(four.with_code(0).out, one.with_code(0).out);
}

#[test]
fn html_markdown_and_path_are_read_by_content() {
    let file = fixture("archives/demo-album.md");
    let markdown = std::fs::read_to_string(&file).expect("readable");
    let questions = [
        json!({ "id": "text", "markdown": markdown }),
        json!({ "id": "file", "path": file }),
        json!({ "id": "page", "path": fixture("pages/wechat-article.html") }),
        json!({ "id": "html", "html": std::fs::read_to_string(fixture("pages/wechat-article.html")).expect("readable") }),
        // The JSON is UTF-8 already, whatever the page declared before.
        json!({ "id": "gbk", "html": blog_page("磨坊账本", 5).replace("utf-8", "gbk") }),
    ];
    let (ended, answers) = ask(&[], &questions);
    ended.with_code(0);
    for answer in &answers {
        assert_eq!(answer["state"], "article", "{answer}");
        assert!(answer["n_chars"].as_u64().is_some_and(|count| count > 100), "{answer}");
    }
    let same = |left: &Value, right: &Value| {
        FIELDS.iter().filter(|field| **field != "id").all(|field| left[*field] == right[*field])
    };
    assert!(same(&answers[0], &answers[1]) && same(&answers[2], &answers[3]));
    assert_eq!(answers[0]["source_name"], "慢潮访谈录");
    assert_eq!(answers[4]["title"], "磨坊账本");
}

#[test]
fn a_charset_is_found_for_a_path() {
    let place = Place::new();
    let text =
        blog_page("磨坊的账本与秤", 4).replace("Paragraph", "段落里写的是麻袋的数目和重量").replace("utf-8", "gb2312");
    let (bytes, _, _) = encoding_rs::GBK.encode(&text);
    let path = place.write("gbk.html", bytes);
    let (ended, answers) = ask(&[], &[json!({ "id": "a", "path": path })]);
    ended.with_code(0);
    assert!(answers[0]["text"].as_str().is_some_and(|text| text.contains("段落里写的是麻袋的数目和重量 2")));
}

#[test]
fn address_and_time_are_passed_through() {
    let html = blog_page("The Ledger", 6);
    let with = |id: &str, html: &str| json!({ "id": id, "html": html, "url": "https://a.example/x?utm_source=y", "fetched": "2026-01-02T08:00:00+08:00" });
    let (ended, answers) = ask(&[], &[with("a", &html), with("b", "")]);
    ended.with_code(0);
    for answer in &answers {
        assert_eq!(answer["url"], "https://a.example/x?utm_source=y");
        assert_eq!(answer["date_fetched"], "2026-01-02T00:00:00Z");
    }
    assert_eq!(answers[0]["canonical_url"], "https://a.example/x");
}

#[test]
fn more_threads_than_any_machine_has_use_for_are_refused() {
    let place = Place::new();
    for jobs in ["0", "513", "20000", "many"] {
        let ended = place.boji(&["filter", "--jobs", jobs]);
        assert!(ended.code == Some(2) && ended.err.contains("--jobs"), "{jobs}: {ended:?}");
    }
}

#[test]
fn a_bad_line_is_answered_and_the_rest_goes_on() {
    let place = Place::new();
    let good = page("good", "The Ledger", 4).to_string();
    let folder = place.path("home").display().to_string();
    // The line, the id of its answer, a word of its error; no word for a good one.
    let cases = [
        (good.as_str(), json!("good"), ""),
        ("this is no JSON", Value::Null, "no JSON object"),
        ("[\"a\", \"<p>b</p>\"]", Value::Null, "no JSON object"),
        ("\"a\"", Value::Null, "no JSON object"),
        ("{\"id\": \"cut", Value::Null, "EOF"),
        ("{\"id\": \"typed\", \"html\": 5}", json!("typed"), "`html` is a number"),
        ("{\"id\": [7], \"html\": \"\"}", Value::Null, "`id` is an array"),
        ("{\"id\": \"two\", \"html\": \"\", \"path\": \"a\"}", json!("two"), "both `html` and `path`"),
        ("{\"id\": \"when\", \"html\": \"\", \"fetched\": \"noon\"}", json!("when"), "`fetched` is no time"),
        ("{\"id\": \"none\"}", json!("none"), "none of `html`"),
        ("{\"id\": \"lost\", \"path\": \"no/such\"}", json!("lost"), "no/such"),
        (&format!("{{\"id\": \"folder\", \"path\": {folder:?}}}"), json!("folder"), "no ordinary file"),
        ("{\"id\": \"endless\", \"path\": \"/dev/zero\"}", json!("endless"), "no ordinary file"),
        ("{\"id\": 7, \"html\": null}", json!("7"), "none of `html`"),
        ("{\"html\": null}", Value::Null, "none of `html`"),
        (&good, json!("good"), ""),
    ];
    let lines: Vec<&str> = cases.iter().map(|(line, ..)| *line).collect();
    let ended = place.boji_with(&["filter", "--jobs", "2"], lines.join("\n\n").as_bytes()).with_code(3);
    let answers = ended.json();
    assert_eq!(answers.len(), cases.len());
    for (place, (answer, (line, id, word))) in answers.iter().zip(&cases).enumerate() {
        assert_eq!(&answer["id"], id, "{line}");
        let error = answer["error"].as_str().unwrap_or_default();
        assert!(error.contains(word) && error.is_empty() == word.is_empty(), "{line}: {answer}");
        assert_eq!(answer.as_object().map(serde_json::Map::len), Some(if word.is_empty() { 28 } else { 3 }));
        // A blank line stands before each but the first.
        let number = if word.is_empty() { Value::Null } else { json!(2 * place + 1) };
        assert_eq!(answer["line"], number, "{line}");
    }
    assert!(ended.err.starts_with("warning: 14 of 16 lines could not be answered\nhint: "), "{}", ended.err);
    assert_eq!(ended.err.lines().count(), 2);
}

#[test]
fn a_single_line_that_fails_is_told_of_in_the_singular_and_not_to_who_wants_silence() {
    let bad = b"\nthis is no JSON\n";
    let ended = Place::new().boji_with(&["filter"], bad).with_code(3);
    assert!(ended.err.starts_with("warning: 1 of 1 line could not be answered\n"), "{}", ended.err);
    assert_eq!(Place::new().boji_with(&["filter", "-qq"], bad).with_code(3).err, "");
    let told = Place::new().boji_with(&["filter", "--json"], bad).with_code(3).err;
    let told: Value = serde_json::from_str(&told).expect("one object");
    assert_eq!(told["warning"], "1 of 1 line could not be answered");
    assert!(told["hint"].as_str().is_some_and(|hint| hint.contains("`line`")), "{told}");
}

#[test]
fn an_id_is_a_string_and_made_when_there_is_none() {
    let html = Value::from(blog_page("The Ledger", 4));
    // A number comes back with the digits that the caller wrote, whatever a machine would make of it.
    let written = ["\"\"", "7", "-0", "1.10", "1e400", "12345678901234567890123"];
    let lines: Vec<String> = written.iter().map(|id| format!("{{\"id\": {id}, \"html\": {html}}}\n")).collect();
    let lines = format!("{}{{\"html\": {html}}}\n", lines.concat());
    let answers = Place::new().boji_with(&["filter"], lines.as_bytes()).with_code(0).json();
    for (answer, id) in answers.iter().zip(written) {
        assert_eq!(answer["id"], id.trim_matches('"'));
    }
    assert_eq!(answers[written.len()]["id"].as_str().map(str::len), Some(32));
}

#[test]
fn bytes_that_are_no_utf8_are_a_bad_line() {
    let ended = Place::new().boji_with(&["filter"], b"{\"id\":\"a\",\"html\":\"\xb2\xa5\"}\n").with_code(3);
    assert!(ended.json()[0]["error"].is_string());
}

#[test]
fn a_line_is_answered_before_the_next_is_sent() {
    let place = Place::new();
    let mut child = place
        .command(&["filter", "--jobs", "3"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    for number in 0..5 {
        writeln!(stdin, "{}", page(&number.to_string(), "The Ledger", 3)).expect("sent");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("answered");
        assert!(answer.starts_with(&format!("{{\"id\":\"{number}\"")), "{answer}");
    }
    drop(stdin);
    assert_eq!(child.wait().expect("waited for").code(), Some(0));
}

#[test]
fn a_reader_that_leaves_is_no_failure_even_while_questions_may_come() {
    let place = Place::new();
    let mut child = place
        .command(&["filter"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("started");
    let mut stdin = child.stdin.take().expect("piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
    writeln!(stdin, "{}", page("a", "The Ledger", 3)).expect("sent");
    let mut answer = String::new();
    stdout.read_line(&mut answer).expect("answered");
    drop(stdout);
    writeln!(stdin, "{}", page("b", "The Ledger", 3)).expect("sent");
    // Stdin stays open: the end of the reader alone ends the program.
    assert_eq!(child.wait().expect("waited for").code(), Some(0));
    drop(stdin);
    let mut noise = String::new();
    child.stderr.take().expect("piped").read_to_string(&mut noise).expect("text");
    assert_eq!(noise, "");
}

#[test]
fn neither_home_nor_configuration_is_needed() {
    let place = Place::new();
    // A broken configuration in the working folder is none of a filter's business.
    place.write("boji.toml", "[[[");
    let mut command = place.bare(program());
    command.arg("filter").env_remove("HOME");
    let ended = feed(command, page("a", "The Ledger", 4).to_string().as_bytes()).with_code(0);
    assert_eq!(ended.json()[0]["state"], "article");
    assert_eq!(ended.err, "");
    let names: Vec<_> = std::fs::read_dir(place.path("home")).expect("a folder").collect();
    assert!(names.is_empty(), "{names:?}");
}

#[test]
fn empty_input_gives_empty_output() {
    for stdin in ["", "\n", "  \r\n\n"] {
        let ended = Place::new().boji_with(&["filter"], stdin.as_bytes()).with_code(0);
        assert_eq!((ended.out.as_str(), ended.err.as_str()), ("", ""));
    }
}

//! What tells of persons: flagged in the record, and written out of an export that is asked to.

use std::fs;

use serde_json::Value;

use crate::command::{Place, assert_told, blog_page};

fn stocked() -> Place {
    let place = Place::new();
    let page = blog_page("The Gate, or call 13900001234", 4);
    let end = page.rfind("</p>").expect("a paragraph");
    let told = "</p><p>He who wants to see the wheel writes to <a href=\"mailto:the_mill_2@mill.cn\">the_mill_2@mill.cn</a>, \
                calls +86 139 0000 1235 on any morning but Sunday, or asks for 微信：wheel_2024 at the gate.</p>";
    place.write("pages/one.html", format!("{}{told}{}", &page[..end], &page[end + 4..]));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.boji(&["import", "pages"]).with_code(0);
    place
}

fn records(place: &Place, arguments: &[&str]) -> Vec<Value> {
    let mut all = vec!["export", "--to", "-"];
    all.extend(arguments);
    place.boji(&all).with_code(0).json()
}

#[test]
fn what_tells_of_persons_is_flagged_and_can_be_asked_for() {
    let place = stocked();
    let flagged = records(&place, &["--flag", "pii-email"]);
    assert_eq!(flagged.len(), 1);
    assert_eq!(flagged[0]["quality_flags"], "pii-email;pii-mobile;pii-wechat");
    assert!(flagged[0]["text"].as_str().expect("text").contains("the_mill_2@mill.cn"));
    assert_eq!(records(&place, &["--no-flag", "pii-mobile"]).len(), 1);
}

#[test]
fn an_export_without_what_tells_of_persons_says_so() {
    let place = stocked();
    for format in ["jsonl", "markdown", "text", "parquet"] {
        place.boji(&["export", "--to", format, "--format", format, "--redact"]).with_code(0);
        let manifest: Value = serde_json::from_str(
            &fs::read_to_string(place.path(&format!("{format}/manifest.json"))).expect("a manifest"),
        )
        .expect("JSON");
        assert_eq!(manifest["filter"]["redact"], true, "{format}");
        // Each of the four paragraphs names the title.
        assert_eq!(manifest["redacted"], serde_json::json!({ "email": 1, "mobile": 5, "wechat": 1 }), "{format}");
        place.boji(&["verify", format]).with_code(0);
    }
    let told = &records(&place, &["--flag", "pii-email", "--redact"])[0];
    assert_eq!(told["title"], "The Gate, or call 〔mobile〕");
    let text = told["text"].as_str().expect("text");
    assert!(text.ends_with(
        "writes to 〔email〕, calls 〔mobile〕 on any morning but Sunday, or asks for 微信：〔wechat〕 at the gate."
    ));
    assert_eq!(told["n_chars"], text.chars().count());
    let files: Vec<String> = walkdir::WalkDir::new(place.path("markdown"))
        .into_iter()
        .filter_map(|entry| fs::read_to_string(entry.expect("an entry").path()).ok())
        .collect();
    assert!(files.iter().any(|file| file.contains("[〔email〕](mailto:〔email〕)")), "{files:?}");
    for left in ["mill.cn", "13900001234", "0000 1235", "wheel_2024"] {
        assert!(!files.iter().any(|file| file.contains(left)), "{left}");
    }
}

#[test]
fn captures_go_out_whole_or_not_at_all() {
    let place = stocked();
    let ended = place.boji(&["export", "--to", "out", "--format", "warc", "--redact"]);
    assert_told(&ended, 2, "nothing can be written out of captures");
    assert!(!place.path("out").exists());
}

//! Documents and attributes: what was taken out of an article stands in it, with its place.

use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::command::{Place, blog_page};

fn lines(place: &Place, path: &str) -> Vec<Value> {
    let mut text = String::new();
    let file = fs::File::open(place.path(path)).expect("a file");
    GzDecoder::new(file).read_to_string(&mut text).expect("gzip");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

#[test]
fn documents_without_their_spans_are_the_texts_of_the_records() {
    let place = Place::new();
    let page = blog_page("The Sieve", 4);
    let end = page.rfind("</p>").expect("a paragraph") + 4;
    let told = "<p>关注我们的公众号，回复“筛子”领取资料</p><p>Write to 微信：wheel_2024 for more.</p>";
    place.write("pages/one.html", format!("{}{told}{}", &page[..end], &page[end..]));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.boji(&["import", "pages"]).with_code(0);
    place.boji(&["export", "--to", "jsonl"]).with_code(0);
    let records = fs::read_to_string(place.path("jsonl/part-00000.jsonl")).expect("records");
    let records: Vec<Value> = records.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();

    place.boji(&["export", "--to", "out", "--format", "dolma", "--shard-records", "1"]).with_code(0);
    place.boji(&["verify", "out"]).with_code(0);
    let mut removed = 0;
    for (nth, record) in records.iter().enumerate() {
        let documents = lines(&place, &format!("out/documents/part-{nth:05}.jsonl.gz"));
        let attributes = lines(&place, &format!("out/attributes/boilerplate/part-{nth:05}.jsonl.gz"));
        assert_eq!((documents.len(), attributes.len()), (1, 1));
        let (document, attributes) = (&documents[0], &attributes[0]);
        assert_eq!((&document["id"], &attributes["id"]), (&record["id"], &record["id"]));
        assert_eq!(document["source"], "pages");
        assert_eq!(document["created"].as_str().unwrap_or_default(), record["date"]);
        assert_eq!(document["metadata"]["title"], record["title"]);
        assert_eq!(document["metadata"]["metadata"]["kind"], "article");
        let spans: Vec<(usize, usize, f64)> =
            serde_json::from_value(attributes["attributes"]["boilerplate__all"].clone()).expect("spans");
        removed += spans.len();
        let text = document["text"].as_str().expect("text");
        let left: String = (text.chars().enumerate())
            .filter(|(place, _)| !spans.iter().any(|(start, end, _)| (start..end).contains(&place)))
            .map(|(_, character)| character)
            .collect();
        assert_eq!(json!(left), record["text"]);
    }
    assert!(removed > 0);

    place.boji(&["export", "--to", "safe", "--format", "dolma", "--redact"]).with_code(0);
    let documents = lines(&place, "safe/documents/part-00000.jsonl.gz");
    let texts: Vec<&str> = documents.iter().filter_map(|document| document["text"].as_str()).collect();
    assert!(
        texts.iter().any(|text| text.contains("微信：〔wechat〕"))
            && !texts.iter().any(|text| text.contains("wheel_2024"))
    );
}

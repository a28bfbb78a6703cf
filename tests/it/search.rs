//! Searching as a person does it.

use serde_json::json;

use crate::command::{Place, assert_told, blog_page};

fn stocked() -> Place {
    let place = Place::new();
    place.write("pages/one.html", blog_page("The Sieve", 3));
    place.write("pages/two.html", blog_page("The Ledger", 4));
    place.boji(&["import", "pages"]).with_code(0);
    place
}

#[test]
fn what_is_found_is_shown_with_its_place() {
    let place = stocked();
    let ended = place.boji(&["search", "Sieve"]).with_code(0);
    assert!(ended.out.lines().next().is_some_and(|line| line.ends_with("The Sieve")), "{}", ended.out);
    let lines = place.boji(&["search", "title:sieve", "--json"]).with_code(0).json();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["title"], json!("The Sieve"));
    assert_eq!(lines[0]["id"].as_str().map(str::len), Some(32));
    for key in ["score", "date", "source_id", "source_name", "url", "n_chars", "gone", "snippet", "marks"] {
        assert!(!lines[0][key].is_null(), "{key}");
    }
    let ended = place.boji(&["search", "paragraph", "--limit", "1"]).with_code(0);
    assert!(ended.out.contains("[paragraph]") || ended.out.contains("[Paragraph]"), "{}", ended.out);
    assert!(ended.err.contains("the best 1 of 2; --limit shows more"), "{}", ended.err);
    let none = place.boji(&["search", "簸箕"]).with_code(0);
    assert_eq!((none.out.as_str(), none.err.as_str()), ("", "nothing was found\n"));
}

#[test]
fn a_query_that_cannot_be_meant_is_a_mistake_with_a_hint() {
    let place = stocked();
    assert_told(&place.boji(&["search", "\"open"]), 2, "quotation mark of the query is not closed");
    assert_told(&place.boji(&["search", "a OR"]), 2, "a word is missing beside OR");
    assert_told(&place.boji(&["search", "NOT a"]), 2, "only what is not wanted");
    assert_told(&place.boji(&["search", "a", "--source", "nobody"]), 2, "nobody");
    assert_told(&Place::new().boji(&["search", "a"]), 10, "no database");
}

#[test]
fn the_index_can_be_done_without() {
    let place = stocked();
    let index = |arguments: &[&str]| {
        let mut all = vec!["index"];
        all.extend(arguments);
        place.boji(&all).with_code(0)
    };
    assert!(index(&[]).out.starts_with("the words of 2 articles are indexed"));
    assert_eq!(index(&["off", "--json"]).json()[0]["is_kept"], json!(false));
    assert_told(&place.boji(&["search", "Sieve"]), 1, "boji index rebuild");
    place.boji(&["status", "--check"]).with_code(0);
    assert_eq!(index(&["rebuild", "--json"]).json()[0]["articles"], json!(2));
    assert!(place.boji(&["search", "Sieve"]).with_code(0).out.contains("The Sieve"));
}

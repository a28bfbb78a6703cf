//! What repeats what, as a person sees it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::command::{DATABASE, Place, articles, assert_told, blog_page};

/// A store with a page, a near copy of it, a longer page that holds all of it, and another page.
fn repetitive() -> Place {
    let place = Place::new();
    let mill = blog_page("The Mill", 12);
    place.write("blog/mill.html", mill.clone());
    place.write("blog/copy.html", mill.replace("Paragraph 7 of", "The last but a few paragraphs of"));
    let added = (0..12).map(|number| format!("<p>{}</p>", sentence(number))).collect::<Vec<_>>().concat();
    place.write("blog/whole.html", mill.replace("</article>", &format!("{added}</article>")));
    let own = (20..30).map(|number| format!("<p>{}</p>", sentence(number))).collect::<Vec<_>>().concat();
    place.write("blog/own.html", blog_page("The Ford", 0).replace("</article>", &format!("{own}</article>")));
    place.boji(&["import", "blog", "-q"]).with_code(0);
    place
}

/// A sentence that no other number has.
fn sentence(number: u32) -> String {
    let word = |place: u32| {
        let mixed = (number * 97 + place).wrapping_mul(2_654_435_761) >> 7;
        (0..6).map(|letter| char::from(b'a' + ((mixed >> (letter * 4)) % 26) as u8)).collect::<String>()
    };
    (0..24).map(word).collect::<Vec<_>>().join(" ") + "."
}

fn kinds(place: &Place, arguments: &[&str]) -> BTreeSet<(String, String)> {
    let kind = |line: &Value| {
        (line["title"].as_str().unwrap_or("").to_owned(), line["dup_kind"].as_str().unwrap_or("").to_owned())
    };
    articles(place, arguments).iter().map(kind).filter(|(_, kind)| !kind.is_empty()).collect()
}

#[test]
fn duplicates_are_listed_with_what_stands_for_them() {
    let place = repetitive();
    let groups = place.boji(&["duplicates", "--json"]).with_code(0).json();
    let [group] = groups.as_slice() else { panic!("one group: {groups:?}") };
    let found: BTreeSet<&str> =
        group["duplicates"].as_array().unwrap().iter().map(|copy| copy["kind"].as_str().unwrap()).collect();
    assert_eq!(found, BTreeSet::from(["contained"]), "the copy too stands in the whole: {group}");
    let told = place.boji(&["duplicates"]).with_code(0);
    assert_eq!(told.out.lines().count(), 3, "{}", told.out);
    assert!(told.err.contains("2 articles repeat 1 other\n"), "{}", told.err);
    for (arguments, want) in [
        (&["--kind", "contained"][..], 1),
        (&["--kind", "exact"], 0),
        (&["--min-score", "1"], 1),
        (&["--min-score", "0.7"], 1),
        (&["--source", "blog"], 1),
    ] {
        let all = [&["duplicates", "--json"], arguments].concat();
        assert_eq!(place.boji(&all).with_code(0).json().len(), want, "{arguments:?}");
    }
    let head = group["id"].as_str().unwrap();
    let one = place.boji(&["duplicates", head, "--json"]).with_code(0).json();
    assert_eq!((&one[0]["dup_of"], &one[0]["dup_score"]), (&json!(""), &json!(0.0)));
    assert_eq!(one[0]["alike"].as_array().map(Vec::len), Some(1), "the copy is like the page alone: {one:?}");
    let copy = group["duplicates"][0]["id"].as_str().unwrap();
    let told = place.boji(&["duplicates", copy]).with_code(0).out;
    assert!(told.contains(&format!("its text stands in {}", &head[..12])) && told.contains("jaccard"), "{told}");
    assert!(place.boji(&["why", copy]).with_code(0).out.contains("it is a duplicate: its text stands in"), "{told}");
}

#[test]
fn wishes_that_fit_nothing_are_refused() {
    let place = repetitive();
    for (arguments, word) in [
        (["duplicates", "--min-score", "2"], "from 0 to 1"),
        (["duplicates", "--kind", "like"], "contained"),
        (["duplicates", "--source", "nobody"], "nobody"),
        (["duplicates", "--rebuild", "0abc"], "--rebuild"),
        (["list", "sources", "--no-near-duplicates"], "duplicates"),
    ] {
        assert_told(&place.boji(&arguments), 2, word);
    }
}

#[test]
fn a_corpus_without_near_duplicates_has_each_text_once() {
    let place = repetitive();
    assert_eq!(articles(&place, &[]).len(), 4);
    assert_eq!(articles(&place, &["--no-duplicates"]).len(), 4);
    assert_eq!(articles(&place, &["--no-near-duplicates"]).len(), 2);
    assert!(kinds(&place, &["--no-near-duplicates"]).is_empty());
    place.boji(&["export", "--to", "out", "--no-near-duplicates"]).with_code(0);
    let manifest: Value =
        serde_json::from_str(&std::fs::read_to_string(place.path("out/manifest.json")).unwrap()).unwrap();
    assert_eq!((&manifest["records"], &manifest["filter"]["without_near_duplicates"]), (&json!(2), &json!(true)));
    assert_eq!(manifest["by_dup_kind"], json!({}));
    place.boji(&["export", "--to", "all"]).with_code(0);
    let manifest: Value =
        serde_json::from_str(&std::fs::read_to_string(place.path("all/manifest.json")).unwrap()).unwrap();
    assert_eq!((&manifest["records"], &manifest["by_dup_kind"]), (&json!(4), &json!({"contained": 2})));
    assert!(std::fs::read_to_string(place.path("all/README.md")).unwrap().contains("Duplicates among them"));
}

#[test]
fn what_a_disk_did_to_the_index_is_found_and_mended() {
    let place = repetitive();
    let groups = place.boji(&["duplicates", "--json"]).with_code(0).out;
    for (broken, word) in [
        ("UPDATE likeness SET jaccard = 1000", "as alike as it says"),
        ("DELETE FROM anchor WHERE hash = (SELECT max(hash) FROM anchor)", "the index of near duplicates"),
        ("UPDATE sketch SET anchors = x'0102030405060708'", "is not found by its text"),
        ("DELETE FROM likeness; DELETE FROM anchor; DELETE FROM sketch", "is not found by its text"),
    ] {
        rusqlite::Connection::open(place.path(DATABASE)).unwrap().execute_batch(broken).unwrap();
        let told = place.boji(&["status", "--check"]).with_code(5).out;
        assert!(told.contains(word) && told.contains("boji duplicates --rebuild"), "{broken}: {told}");
        let rebuilt = place.boji(&["duplicates", "--rebuild", "--json"]).with_code(0).json();
        assert_eq!(rebuilt, [json!({ "compared": 4 })], "{broken}");
        place.boji(&["status", "--check"]).with_code(0);
        assert_eq!(place.boji(&["duplicates", "--json"]).with_code(0).out, groups, "{broken}");
    }
}

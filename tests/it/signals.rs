//! What a record computes beside what is stored: the licence as SPDX calls it, and numbers that say how the text looks.

use std::collections::BTreeSet;

use boji::seams::export::Record;
use boji_clean::model::{Article, ArticleKey, ListedImage};
use serde_json::{Value, json};

use crate::command::{Place, blog_page};

/// A page that states a licence.
fn licensed_page() -> String {
    let link =
        "<p><a rel=\"license\" href=\"https://creativecommons.org/licenses/by-sa/4.0/deed.de\">the licence</a></p>";
    blog_page("The Mill", 5).replace("</article>", &format!("{link}</article>"))
}

fn metadata(record: &Value) -> Value {
    serde_json::from_str(record["metadata"].as_str().expect("text")).expect("JSON")
}

/// The one record of a store.
fn exported(place: &Place, data: &str) -> Value {
    let lines = place.boji(&["--data", data, "export", "--to", "-"]).with_code(0).json();
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.into_iter().next().unwrap_or_default()
}

#[test]
fn a_record_has_an_identifier_beside_the_words_and_numbers_of_its_text() {
    let place = Place::new();
    place.write("pages/mill.html", licensed_page());
    place.boji(&["--data", "data", "import", "pages"]).with_code(0);
    let record = exported(&place, "data");
    let metadata = metadata(&record);
    assert_eq!(record["license"], "https://creativecommons.org/licenses/by-sa/4.0/deed.de");
    assert_eq!(metadata["license_spdx"], "CC-BY-SA-4.0");
    let quality = &metadata["quality"];
    assert_eq!((&quality["latin_share"], &quality["han_share"]), (&json!(1.0), &json!(0.0)), "{quality}");
    let documented = include_str!("../../docs/quality.md");
    let names: Vec<&String> = quality.as_object().expect("an object").keys().collect();
    assert!(names.len() == 10 && names.iter().all(|name| documented.contains(&format!("`{name}`"))), "{names:?}");
    assert!(quality["n_lines"].as_u64().is_some_and(|lines| lines >= 5), "{quality}");
    for (license, code) in
        [("cc-by-sa-4.0", 0), ("https://creativecommons.org/licenses/by-sa/4.0/deed.de", 0), ("CC-BY-4.0", 2)]
    {
        let ended = place.boji(&["--data", "data", "export", "--to", "-", "--license", license]).with_code(code);
        assert_eq!(ended.out.lines().count(), usize::from(code == 0), "{license}");
        assert_eq!(ended.err.contains("CC-BY-SA-4.0"), code == 2, "{}", ended.err);
    }
}

#[test]
fn what_a_record_computes_is_not_stored_when_it_is_imported_again() {
    let place = Place::new();
    place.write("pages/mill.html", licensed_page());
    place.boji(&["--data", "data", "import", "pages"]).with_code(0);
    for format in ["jsonl", "markdown"] {
        place.boji(&["--data", "data", "export", "--format", format, "--to", format]).with_code(0);
        place.boji(&["--data", &format!("{format}-data"), "import", format]).with_code(0);
        let again = exported(&place, &format!("{format}-data"));
        let metadata = metadata(&again);
        assert_eq!(again["text"], exported(&place, "data")["text"], "{format}");
        assert_eq!(again["metadata"].as_str().map(|text| text.matches("\"quality\"").count()), Some(1), "{format}");
        assert!(metadata["quality"]["n_lines"].is_u64(), "{format}: {metadata}");
        let database = rusqlite::Connection::open(place.path(&format!("{format}-data/boji.db"))).expect("a database");
        let stored: String =
            database.query_row("SELECT metadata FROM revision", [], |row| row.get(0)).expect("one article");
        assert!(!stored.contains("quality") && !stored.contains("license_spdx"), "{format}: {stored}");
    }
}

#[test]
fn the_keys_of_metadata_are_sorted_at_every_depth_and_what_is_unknown_is_absent() {
    let mut article = Article {
        license: "署名-相同方式共享 4.0 国际".into(),
        text: "磨坊的账本。".into(),
        ..Article::bare(ArticleKey::Url("https://mill.example/1".into()))
    };
    article.metadata.mid = "2".into();
    article.metadata.place = "浙江".into();
    article.metadata.reading_minutes = Some(3);
    article.metadata.images = vec![ListedImage { url: "u".into(), alt: "a".into(), role: "body".into() }];
    let written = Record::from_article(&article, None).metadata;
    let positions: Vec<usize> = [
        "images",
        "alt",
        "role",
        "url",
        "kind",
        "license_spdx",
        "mid",
        "place",
        "quality",
        "broken_share",
        "symbols_share",
        "reading_minutes",
    ]
    .iter()
    .map(|key| written.find(&format!("\"{key}\":")).expect("a key"))
    .collect();
    assert!(positions.is_sorted(), "{written}");

    let bare = Article { license: "all rights reserved".into(), text: String::new(), ..article };
    let written: Value = serde_json::from_str(&Record::from_article(&bare, None).metadata).expect("JSON");
    let keys: BTreeSet<&str> = written.as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(keys, BTreeSet::from(["images", "kind", "mid", "place", "reading_minutes"]));
}

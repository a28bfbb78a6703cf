//! A database that an earlier release made: it is brought up to date, and nothing of it is lost.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use boji::seams::store::{Access, Filter, SqliteStore, Store};

use crate::command::{DATABASE, Place, articles, ids};

/// The columns of each table, and its rows as text, in order.
type Tables = BTreeMap<String, (Vec<String>, Vec<String>)>;

/// What is in the columns of a database that `wanted` names by table, or in all of them.
fn rows(path: &Path, wanted: Option<&Tables>) -> Tables {
    let database = rusqlite::Connection::open(path).unwrap();
    let list = |sql: &str| -> Vec<String> {
        let mut statement = database.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let tables = list("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name");
    let of_table = |table: String| {
        let all = || list(&format!("SELECT name FROM pragma_table_info('{table}') ORDER BY name"));
        let columns = wanted.and_then(|wanted| wanted.get(&table)).map_or_else(all, |(columns, _)| columns.clone());
        let quoted: Vec<String> = columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
        let rows = list(&format!("SELECT {} AS line FROM \"{table}\" ORDER BY line", quoted.join(" || ' ' || ")));
        (table, (columns, rows))
    };
    // A table that came later holds nothing that could have been lost.
    let was_there = |table: &String| wanted.is_none_or(|wanted| wanted.contains_key(table));
    tables.into_iter().filter(was_there).map(of_table).collect()
}

/// What stands packed in a database: the words of each revision, and what says most of them again, by article and number.
fn words(path: &Path, is_old: bool) -> Vec<(String, String)> {
    let database = rusqlite::Connection::open(path).unwrap();
    let column = if is_old { "text" } else { "packed_text" };
    let mut statement =
        database.prepare(&format!("SELECT {column}, detail FROM revision ORDER BY article_id, number")).unwrap();
    let mut rows = statement.query([]).unwrap();
    let mut words = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        let stored = row.get_ref(0).unwrap().as_bytes().unwrap().to_owned();
        let text = if is_old { stored } else { zstd::decode_all(&stored[..]).unwrap() };
        let prefix: &[u8] = if is_old { b"" } else { &text };
        let mut detail = String::new();
        let packed = row.get_ref(1).unwrap().as_blob().unwrap();
        zstd::Decoder::with_ref_prefix(packed, prefix).unwrap().read_to_string(&mut detail).unwrap();
        words.push((String::from_utf8(text).unwrap(), detail));
    }
    words
}

#[test]
fn a_database_of_release_0_1_0_loses_nothing_and_is_cleaned_again() {
    let place = Place::new();
    let path = place.copy("store/0.1.0.db", DATABASE);
    let mut before = rows(&path, None);
    assert!(before.values().all(|(_, rows)| !rows.is_empty()), "every table has rows");
    // What this release had twice, and what is packed otherwise today.
    before.remove("removed_block");
    before.get_mut("revision").unwrap().0.retain(|column| !["text", "detail", "checksum"].contains(&column.as_str()));
    let before = rows(&path, Some(&before));
    let words_before = words(&path, true);

    let listed = articles(&place, &[]);
    assert_eq!(rows(&path, Some(&before)), before);
    assert_eq!(words(&path, false), words_before);
    assert!(path.with_extension("db.version-4").exists(), "the database as it was");

    let store = SqliteStore::open(&path, Access::Read).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let duplicates = store.duplicates().unwrap();
    let mut stored = Vec::new();
    (&store as &dyn Store)
        .try_each_article(&Filter::default(), |one| -> Result<(), boji::seams::store::StoreError> {
            let article = &one.submission.article;
            stored.push(serde_json::json!({
                "id": one.id,
                "date": article.published.map(|date| date.to_string()).unwrap_or_default(),
                "source_id": one.submission.source_id,
                "source_name": article.source_name,
                "title": article.title,
                "n_chars": article.text.chars().count(),
                "revision": one.revision,
                "dup_of": duplicates.original_of(&one.id),
                "dup_kind": duplicates.of(&one.id).map_or("", |duplicate| duplicate.kind.as_str()),
                "dup_score": duplicates.of(&one.id).map_or(0.0, |duplicate| duplicate.score.fraction()),
                "gone": "",
            }));
            Ok(())
        })
        .unwrap();
    assert_eq!(listed, stored);
    assert_eq!(listed.len(), 9);
    drop(store);

    let known = ids(&place);
    let report = place.boji(&["--json", "reclean", "--all"]).with_code(0).json().pop().unwrap();
    assert_eq!((&report["articles"], &report["problems"]), (&9.into(), &serde_json::json!([])), "{report}");
    assert_eq!(ids(&place), known);
    // Nobody has asked its sources for long: that is all that is wrong.
    let status = place.boji(&["--json", "status", "--check"]).json().pop().unwrap();
    let is_of_database = |problem: &serde_json::Value| problem["kind"] == "database";
    assert_eq!(status["outdated"], 0, "{status}");
    assert!(!status["problems"].as_array().unwrap().iter().any(is_of_database), "{status}");
}

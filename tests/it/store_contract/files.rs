//! What holds for a database in a file alone.

use std::fmt::Write as _;

use boji::seams::model::{Capture, Decision, Entry, SourceState, Submission};
use boji::seams::store::{Access, Batch, SqliteStore, Store, StoreError};
use boji_clean::model::Edge;

use super::dumps::fill;
use super::make::{at, capture, decide, dump, entry, lesson, source, submission};

#[test]
fn a_reader_sees_the_last_commit_beside_the_writer_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut writer = SqliteStore::open(&path, Access::Write).unwrap();
    let mut reader = SqliteStore::open(&path, Access::Read).unwrap();
    writer.put_source(&source("a")).unwrap();
    assert_eq!(reader.counts(at(0)).unwrap().sources, 1);
    assert!(reader.put_source(&source("b")).is_err());
    assert_eq!(reader.counts(at(0)).unwrap().sources, 1);
}

#[test]
fn a_missing_foreign_or_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let open = |name: &str, access| SqliteStore::open(&path(name), access).err();

    assert!(matches!(open("none.db", Access::Read), Some(StoreError::Missing { .. })));
    assert!(!path("none.db").exists());

    std::fs::write(path("text.db"), "Not a database at all, but long enough to be looked at. ".repeat(40)).unwrap();
    let before = std::fs::read(path("text.db")).unwrap();
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("text.db", access), Some(StoreError::Foreign { .. })));
    }
    assert_eq!(std::fs::read(path("text.db")).unwrap(), before);

    let other = rusqlite::Connection::open(path("other.db")).unwrap();
    other.execute_batch("CREATE TABLE song (title TEXT)").unwrap();
    drop(other);
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("other.db", access), Some(StoreError::Foreign { .. })));
    }

    drop(SqliteStore::open(&path("newer.db"), Access::Write).unwrap());
    let newer = rusqlite::Connection::open(path("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 900).unwrap();
    drop(newer);
    for access in [Access::Read, Access::Write] {
        assert!(matches!(open("newer.db", access), Some(StoreError::Newer { found: 900, .. })));
    }

    std::fs::write(path("empty.db"), "").unwrap();
    assert!(matches!(open("empty.db", Access::Read), Some(StoreError::Missing { .. })));
    assert!(open("empty.db", Access::Write).is_none());
}

/// The first shape of the store, in which no database is made any more.
const FIRST_SHAPE: &str = include_str!("../../../src/store/sqlite/migrations/0001_start.sql");

#[test]
fn a_database_of_the_first_version_keeps_what_it_has_and_learns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch(FIRST_SHAPE).unwrap();
    database.pragma_update(None, "application_id", 0x626f_6a69).unwrap();
    database.pragma_update(None, "user_version", 1).unwrap();
    let page = capture("https://a.example/1", b"words");
    let article = Submission { capture_hash: page.body_hash(), ..submission("https://a.example/1", "words") };
    let led = Entry { article_id: article.article.id(), ..entry("a", "1", 10) };
    write_first_rows(&database, &page, &article, &led);
    drop(database);

    let mut memory = SqliteStore::in_memory().unwrap();
    memory.put_source(&source("a")).unwrap();
    let batch = Batch {
        captures: vec![("a".into(), page)],
        articles: vec![article.clone()],
        entries: vec![led.clone()],
        ..Batch::default()
    };
    memory.commit(&batch, &decide).unwrap();
    let mut store = SqliteStore::open(&path, Access::Write).unwrap();
    assert_eq!(dump(&store), dump(&memory));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    assert_eq!(store.entries_of(&led.article_id).unwrap(), [led]);

    // What was stored before teaches, and is refreshed.
    for store in [&mut store as &mut dyn Store, &mut memory] {
        let lessons = vec![lesson("https://a.example/1", "账号", &[(Edge::Tail, "k")])];
        let articles = vec![Submission { rules_hash: "r2".into(), ..article.clone() }];
        let batch = Batch { articles, lessons, ..Batch::default() };
        assert_eq!(store.commit(&batch, &boji::seams::dedup::decide).unwrap(), [Decision::Refresh(None)]);
        assert_eq!(store.accounts().unwrap().len(), 1);
    }
    assert_eq!(dump(&store), dump(&memory));
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

/// The rows of one article, its capture and its entry, as the first version wrote them.
fn write_first_rows(database: &rusqlite::Connection, page: &Capture, article: &Submission, led: &Entry) {
    let json = serde_json::to_string::<serde_json::Value>;
    let value = |value: serde_json::Result<serde_json::Value>| json(&value.unwrap()).unwrap();
    let detail = serde_json::json!({ "markdown": article.article.markdown, "blocks": article.article.blocks });
    let detail = zstd::encode_all(json(&detail).unwrap().as_bytes(), 3).unwrap();
    let rows: [(&str, &[&dyn rusqlite::ToSql]); 6] = [
        (
            "INSERT INTO source VALUES ('a', ?1, ?2)",
            &[&value(serde_json::to_value(source("a"))), &value(serde_json::to_value(SourceState::default()))],
        ),
        ("INSERT INTO body VALUES (?1, 5, 0, ?2)", &[&page.body_hash(), &page.body]),
        (
            "INSERT INTO capture VALUES (1, 'https://a.example/1', ?1, 'a', 200, '[]', ?2, 1000000)",
            &[&page.body_hash(), &value(serde_json::to_value(&page.headers))],
        ),
        (
            "INSERT INTO article VALUES (?1, 'url:https://a.example/1', 1, ?2, 'words', 'a', 'en', 'article', 100000,
                 NULL, 100000, 100000, NULL, NULL)",
            &[&led.article_id, &article.article.content_hash()],
        ),
        (
            "INSERT INTO revision VALUES (?1, 1, 'a', ?2, 100000, ?3, 'words', 'sh:0000000000000000', 'r1', 'blog',
                 'Title', '[]', '', '', 'https://a.example/1', 'https://a.example/1', 'en', '', '', '', '[]', '[]', ?4,
                 'words', ?5)",
            &[
                &led.article_id,
                &page.body_hash(),
                &article.article.content_hash(),
                &value(serde_json::to_value(&article.article.metadata)),
                &detail,
            ],
        ),
        (
            "INSERT INTO entry VALUES ('a', '1', ?1, 'f', 'pending', '', 0, 10000, ?2)",
            &[&value(serde_json::to_value(&led.candidate)), &led.article_id],
        ),
    ];
    for (sql, values) in rows {
        database.execute(sql, values).unwrap();
    }
}

#[test]
fn check_finds_lessons_without_their_article_accounts_that_count_wrong_and_stale_lists() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&path, Access::Write).unwrap();
    fill(&mut store);
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let database = rusqlite::Connection::open(&path).unwrap();
    database.pragma_update(None, "foreign_keys", false).unwrap();
    let cases = [
        ("DELETE FROM account", "INSERT INTO account VALUES ('账号', 1)", "a row of account_block names a account"),
        (
            "UPDATE taught SET article_id = 'none'",
            "UPDATE taught SET article_id = (SELECT id FROM article WHERE dup_of IS NULL LIMIT 1)",
            "a row of taught names an article",
        ),
        (
            "UPDATE account SET articles = 7",
            "UPDATE account SET articles = 1",
            "the account 账号 counts 7 articles, but 1 taught it",
        ),
        ("UPDATE taught SET number = 3", "UPDATE taught SET number = 1", "but 1 taught it, the last as number 3"),
        (
            "UPDATE article SET title = 'another' WHERE id = (SELECT min(id) FROM article)",
            "UPDATE article SET title = (SELECT title FROM revision WHERE article_id = id AND number = article.revision)",
            "is not listed as its latest revision says",
        ),
    ];
    for (broken, mended, want) in cases {
        database.execute_batch(broken).unwrap();
        let problems = store.check().unwrap();
        assert!(problems.iter().any(|problem| problem.contains(want)), "{broken}: {problems:?}");
        database.execute_batch(mended).unwrap();
        assert_eq!(store.check().unwrap(), Vec::<String>::new(), "{mended}");
    }
}

#[test]
fn what_was_learned_and_what_is_listed_is_found_by_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    drop(SqliteStore::open(&path, Access::Write).unwrap());
    let database = rusqlite::Connection::open(&path).unwrap();
    let plan = |sql: &str| -> String {
        let mut statement = database.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>(3)).unwrap();
        lines.map(Result::unwrap).collect::<Vec<_>>().join("\n")
    };
    let learned = "SELECT key FROM account_block JOIN account ON name = account WHERE learned = 1
                   ORDER BY account, edge, key";
    assert!(plan(learned).contains("account_block_learned"), "{}", plan(learned));
    assert!(!plan(learned).contains("TEMP B-TREE"), "{}", plan(learned));
    let entries = "SELECT key FROM entry WHERE article_id = '0a' AND article_id <> '' ORDER BY source_id, key";
    assert!(plan(entries).contains("entry_of_article"), "{}", plan(entries));
    let lately_done = "SELECT key FROM entry WHERE status = 'done' AND tries > 0 AND source_id = 'a' AND next_due > 1";
    assert!(plan(lately_done).contains("entry_done (source_id=? AND next_due>?)"), "{}", plan(lately_done));
    let standings = "SELECT id, source_id, source_name, title, published, characters, revision, rules_hash, dup_of,
                            gone_state, gone_at, sort_time, language, kind FROM article
                     WHERE sort_time BETWEEN 1 AND 2 ORDER BY sort_time, id";
    assert!(plan(standings).contains("COVERING INDEX article_in_order"), "{}", plan(standings));
    assert!(!plan(standings).contains("TEMP B-TREE"), "{}", plan(standings));
    let unlisted = "SELECT id FROM article LEFT JOIN pictured ON pictured.article_id = id
                    WHERE article.source_id = 'a' AND wish IS NOT 'all 9' ORDER BY article.sort_time DESC, id DESC LIMIT 9";
    assert!(plan(unlisted).contains("COVERING INDEX article_in_order"), "{}", plan(unlisted));
    assert!(!plan(unlisted).contains("TEMP B-TREE"), "{}", plan(unlisted));
    let due = "SELECT name FROM picture JOIN article ON id = article_id WHERE source_id = 'a' AND next_due <= 1";
    assert!(plan(due).contains("picture_due (next_due<?)"), "{}", plan(due));
}

#[test]
fn pages_of_one_host_are_packed_behind_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&path, Access::Write).unwrap();
    let body = |template: &str, nth: usize| {
        let mut scripts = String::new();
        for n in 0..3000 {
            writeln!(scripts, "function {template}_{n}_of_the_page() {{ return {n}; }}").unwrap();
        }
        format!("<html>{scripts}<p>{nth}</p></html>").into_bytes()
    };
    let mut captures = Vec::new();
    for nth in 0..6 {
        let template = if nth % 2 == 0 { "a" } else { "b" };
        captures.push(("s".to_owned(), capture(&format!("https://a.example/{nth}"), &body(template, nth))));
    }
    captures.push(("s".to_owned(), capture("https://b.example/1", &body("a", 7))));
    captures.push(("s".to_owned(), capture("https://a.example/short", b"<html>short</html>")));
    let bodies: Vec<Vec<u8>> = captures.iter().map(|(_, one)| one.body.clone()).collect();
    store.commit(&Batch { captures, ..Batch::default() }, &decide).unwrap();
    for body in &bodies {
        let read = store.capture(&capture("https://a.example/", body).body_hash()).unwrap().unwrap();
        assert!(read.body == *body);
    }
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    let database = rusqlite::Connection::open(&path).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM body WHERE reference IS NOT NULL"), 4);
    assert_eq!(count("SELECT count(*) FROM packing_reference"), 3);
    assert!(count("SELECT max(length(bytes)) FROM body WHERE reference IS NOT NULL") < 200);
    // A store from before there were references is packed in the same way when a person asks.
    for body in &bodies {
        let alone = zstd::encode_all(body.as_slice(), 3).unwrap();
        let hash = capture("https://a.example/", body).body_hash();
        database
            .execute(
                "UPDATE body SET codec = 1, bytes = ?2, reference = NULL WHERE hash = ?1 AND length > 16384",
                rusqlite::params![hash, alone],
            )
            .unwrap();
    }
    database.execute("DELETE FROM packing_reference", []).unwrap();
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
    for _ in 0..2 {
        let mut told = Vec::new();
        store.repack(&mut |done, all| told.push((done, all))).unwrap();
        assert!(told.last().is_none_or(|(done, all)| done == all), "{told:?}");
        assert_eq!(count("SELECT count(*) FROM body WHERE reference IS NOT NULL"), 4);
        assert_eq!(count("SELECT count(*) FROM packing_reference"), 3);
        for body in &bodies {
            let read = store.capture(&capture("https://a.example/", body).body_hash()).unwrap().unwrap();
            assert!(read.body == *body);
        }
        assert_eq!(store.check().unwrap(), Vec::<String>::new());
    }
    // A reference that a disk has damaged is told, with what is packed behind it; nothing more is packed behind it.
    database.execute_batch("UPDATE body SET bytes = x'00' WHERE hash = (SELECT min(hash) FROM packing_reference WHERE host = 'a.example')").unwrap();
    assert!(store.check().unwrap().len() >= 3);
    let new = body("a", 8);
    store
        .commit(
            &Batch { captures: vec![("s".into(), capture("https://a.example/8", &new))], ..Batch::default() },
            &decide,
        )
        .unwrap();
    assert!(store.capture(&capture("https://a.example/8", &new).body_hash()).unwrap().unwrap().body == new);
}

//! The corpus on disk: form, names, equality, and what an export may replace.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::BTreeMap;
use std::path::Path;

use boji::seams::export::{
    ExportError, ExportOptions, Format, JsonlSink, Manifest, Record, Report, Sample, Shard, Sink, TreeSink,
    WrittenFile, export, export_unless,
};
use boji::seams::model::{Capture, Decision, Duplicate, DuplicateKind, Hop, Score, StoredArticle, Submission};
use boji::seams::store::{Access, Batch, Filter, SqliteStore, Store};
use boji_clean::model::{Article, ArticleKey, ArticleKind, Date, Origin, Timestamp};

use crate::contract::FIELDS;

#[test]
fn a_record_has_every_field_in_order_and_never_null() {
    let bare = submission(1, "", "");
    let bare = Submission { article: Article { url: String::new(), published: None, ..bare.article }, ..bare };
    for stored in [stored(bare), stored(full())] {
        let record = Record::from_stored(&stored, None, "dump-1");
        let line = serde_json::to_string(&record).unwrap();
        let mut rest = line.as_str();
        for field in FIELDS {
            let (before, after) = rest.split_once(&format!("\"{field}\":")).unwrap();
            assert!(before.is_empty() || before.ends_with([',', '{']), "{field} in {line}");
            rest = after;
        }
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        let object = value.as_object().unwrap();
        assert_eq!(object.len(), FIELDS.len());
        assert!(object.values().all(|value| !value.is_null()));
        assert!(object["metadata"].is_string());
        assert!(object["tags"].is_array());
    }
}

#[test]
fn a_record_says_what_the_article_says() {
    let (of, kind, score) = ("0abc".to_owned(), DuplicateKind::Near, Score::share(2, 3));
    let repeats = Duplicate { of, kind, score, is_same_text: false };
    let record = Record::from_stored(&stored(full()), Some(&repeats), "dump-1");
    assert_eq!(record.author, "甲, 乙");
    assert_eq!((record.date.as_str(), record.date_modified.as_str()), ("2024-04-30T16:02:03Z", "2024-05-02"));
    assert_eq!(record.date_fetched, "2024-05-03T00:00:00Z");
    assert_eq!((record.source.as_str(), record.source_id.as_str()), ("wechat", "a"));
    assert_eq!(record.source_name, "某账号");
    assert_eq!((record.n_chars, record.n_removed_chars), (6, 7));
    assert_eq!((record.revision, record.dup_of.as_str(), record.dump.as_str()), (3, "0abc", "dump-1"));
    assert_eq!((record.dup_kind.as_str(), record.dup_score.fraction()), ("near", 0.666));
    assert_eq!(record.quality_flags, "preview;short");
    assert_eq!(record.simhash, "sh:00000000000000ff");
    assert_eq!(record.metadata, METADATA);

    let filtered = Record::from_article(&full().article, None);
    assert_eq!((filtered.date_fetched.as_str(), filtered.revision, filtered.dump.as_str()), ("", 1, ""));
    assert_eq!(filtered.simhash.len(), "sh:0123456789abcdef".len());
    let rest = Record {
        date_fetched: record.date_fetched.clone(),
        source_id: "a".into(),
        dump: "dump-1".into(),
        simhash: record.simhash.clone(),
        revision: 3,
        dup_of: "0abc".into(),
        dup_kind: "near".into(),
        dup_score: score,
        ..filtered
    };
    assert_eq!(rest, record);
}

#[test]
fn two_exports_of_one_store_are_equal() {
    let folder = tempfile::tempdir().unwrap();
    let mut sqlite = SqliteStore::open(&folder.path().join("boji.db"), Access::Write).unwrap();
    let mut memory = SqliteStore::in_memory().unwrap();
    fill(&mut sqlite);
    fill(&mut memory);
    for &format in Format::ALL {
        let to = |name: &str| folder.path().join(format.as_str()).join(name);
        let report = run(&sqlite, &to("one"), format).unwrap();
        run(&sqlite, &to("two"), format).unwrap();
        run(&memory, &to("three"), format).unwrap();
        run(&memory, &to("three"), format).unwrap();
        let one = files(&to("one"));
        assert_eq!(one, files(&to("two")));
        assert_eq!(one, files(&to("three")));
        assert_eq!((report.records, report.files), (5, one.len() - 1));
        assert_eq!(names(&folder.path().join(format.as_str())), ["one", "three", "two"], "nothing is left beside them");
    }
}

#[test]
fn the_manifest_tells_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    fill(&mut store);
    for &format in Format::ALL {
        let to = folder.path().join(format.as_str());
        let filter = Filter { since: Some(Timestamp::from_seconds(0)), ..Filter::default() };
        export(&store, &filter, &options(&to, format)).unwrap();
        let manifest = manifest(&to);
        let listed: Vec<&str> = manifest.files.iter().map(|file| file.path.as_str()).collect();
        let mut found: Vec<String> = files(&to).into_keys().filter(|name| name != "manifest.json").collect();
        found.sort();
        assert_eq!(listed, found);
        for file in &manifest.files {
            let content = std::fs::read(to.join(&file.path)).unwrap();
            assert_eq!(file.bytes, content.len() as u64);
            assert_eq!(file.sha256, sha256(&content), "{}", file.path);
        }
        assert_eq!(manifest.files.iter().map(|file| file.records).sum::<u64>(), 5);
        assert_eq!((manifest.records, manifest.format.as_str()), (5, format.as_str()));
        assert_eq!(manifest.dump, "test");
        assert_eq!(manifest.filter.since, "1970-01-01T00:00:00Z");
        assert_eq!(manifest.by_source, [("a".to_owned(), 3), ("b".to_owned(), 2)].into());
        assert_eq!(manifest.by_language, [("en".to_owned(), 4), ("zh-Hans".to_owned(), 1)].into());
        assert_eq!(manifest.by_kind, [("article".to_owned(), 4), ("picture".to_owned(), 1)].into());
        assert_eq!(manifest.by_flag, [("preview".to_owned(), 1), ("short".to_owned(), 1)].into());
        assert_eq!(manifest.rules, ["r1".to_owned(), "r2".to_owned()].into());
    }
}

#[test]
fn the_filter_passes_through() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    fill(&mut store);
    let to = folder.path().join("out");
    let cases = [
        (Filter::default(), 5),
        (Filter { sources: vec!["b".into()], ..Filter::default() }, 2),
        (Filter { without_duplicates: true, ..Filter::default() }, 4),
        (Filter { languages: vec!["fr".into()], ..Filter::default() }, 0),
    ];
    for (filter, want) in cases {
        let report = export(&store, &filter, &options(&to, Format::Jsonl)).unwrap();
        assert_eq!(report.records, want, "{filter:?}");
        let lines = std::fs::read_to_string(to.join("part-00000.jsonl")).unwrap();
        assert_eq!(lines.lines().count() as u64, want);
        assert!(lines.lines().all(|line| serde_json::from_str::<Record>(line).is_ok()));
    }
}

#[test]
fn parts_have_a_fixed_number_of_records_and_zstd_holds_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let write = |packed, name: &str| -> Vec<WrittenFile> {
        let shard = Shard { records: 2, ..Shard::default() };
        let sink = JsonlSink::new(&folder.path().join(name), "part", packed, shard).unwrap();
        write_all(Box::new(sink), (0..5).map(|number| stored(submission(number, "t", "text"))))
    };
    let plain = write(false, "plain");
    let packed = write(true, "packed");
    let shape = |files: &[WrittenFile]| -> Vec<(String, u64)> {
        files.iter().map(|file| (file.path.clone(), file.records)).collect()
    };
    let want = ["part-00000.jsonl", "part-00001.jsonl", "part-00002.jsonl"].map(str::to_owned);
    assert_eq!(shape(&plain), want.clone().into_iter().zip([2, 2, 1]).collect::<Vec<_>>());
    assert_eq!(shape(&packed), want.map(|name| name + ".zst").into_iter().zip([2, 2, 1]).collect::<Vec<_>>());
    for (plain, packed) in plain.iter().zip(&packed) {
        let packed = std::fs::read(folder.path().join("packed").join(&packed.path)).unwrap();
        let plain = std::fs::read(folder.path().join("plain").join(&plain.path)).unwrap();
        assert_eq!(zstd::decode_all(packed.as_slice()).unwrap(), plain);
    }
}

#[test]
fn every_article_gets_a_safe_name_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let long = "汉".repeat(300);
    let cases = [
        ("某账号", "春天来了", "某账号/2024-05-01-春天来了.md"),
        ("某账号", "../../etc/passwd", "某账号/2024-05-01-etc-passwd.md"),
        ("..", "x", "src/2024-05-01-x.md"),
        ("a/b", "CON", "a-b/2024-05-01-_CON.md"),
        ("nul", "x", "_nul/2024-05-01-x.md"),
        ("manifest.json", "x", "_manifest.json/2024-05-01-x.md"),
        ("e", "\u{1F600}\u{1F600} 笑", "e/2024-05-01-\u{1F600}\u{1F600}-笑.md"),
        ("e", "", "e/2024-05-01-ID.md"),
        ("e", "...", "e/2024-05-01-ID.md"),
        ("e", "Same", "e/2024-05-01-Same.md"),
        ("E", "same", "E/2024-05-01-same-ID.md"),
        ("e", long.as_str(), "e/2024-05-01-LONG35.md"),
        ("e", long.as_str(), "e/2024-05-01-LONG32-ID.md"),
    ];
    let articles: Vec<StoredArticle> = cases
        .iter()
        .zip(0..)
        .map(|((account, title, _), number)| {
            let mut one = submission(number, title, "text");
            one.article.source_name = (*account).to_owned();
            one.source_id = "src".into();
            one.article.published = Date::civil(2024, 5, 1, 0, 30, 0, Date::BEIJING);
            stored(one)
        })
        .collect();
    let ids: Vec<String> = articles.iter().map(|stored| stored.id[..8].to_owned()).collect();
    let to = folder.path().join("in");
    let written = write_all(Box::new(TreeSink::markdown(&to)), articles.into_iter());
    for ((file, (_, title, want)), id) in written.iter().zip(&cases).zip(&ids) {
        let want = want.replace("ID", id).replace("LONG35", &"汉".repeat(35)).replace("LONG32", &"汉".repeat(32));
        assert_eq!(file.path, want, "{title}");
        assert!(file.path.split('/').all(|name| name.len() <= 120), "{}", file.path);
        assert!(to.join(&file.path).is_file());
    }
    assert_eq!(names(folder.path()), ["in"], "nothing is written beside the folder");
}

#[test]
fn trees_hold_front_matter_and_text() {
    let folder = tempfile::tempdir().unwrap();
    let article = stored(full());
    let id = article.id.clone();
    let markdown = write_all(Box::new(TreeSink::markdown(&folder.path().join("md"))), [article.clone()].into_iter());
    let text = write_all(Box::new(TreeSink::text(&folder.path().join("txt"))), [article].into_iter());
    let read =
        |tree: &str, file: &WrittenFile| std::fs::read_to_string(folder.path().join(tree).join(&file.path)).unwrap();
    let markdown = read("md", &markdown[0]);
    let (front, body) = markdown.strip_prefix("---\n").unwrap().split_once("---\n").unwrap();
    assert_eq!(body, "\n**春**\n\n来了。\n");
    let lines: Vec<&str> = front.lines().collect();
    assert_eq!(lines[0], format!("id: \"{id}\""));
    for line in [
        r#"title: "题: \"引\"""#,
        r#"author: "甲, 乙""#,
        r#"date: "2024-05-01T00:02:03+08:00""#,
        r#"date_modified: "2024-05-02""#,
        r#"source_name: "某账号""#,
        r#"tags: ["x","y"]"#,
        "revision: 3",
        &format!("metadata: {METADATA}"),
    ] {
        assert!(lines.contains(&line), "{line} in {front}");
    }
    assert!(!front.contains("license"), "what is unknown is left out");
    assert_eq!(text[0].path, "某账号/2024-05-01-题-引.txt");
    assert_eq!(read("txt", &text[0]), "题: \"引\"\n\n春\n\n来了。\n");
}

#[test]
fn only_an_export_of_ours_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    fill(&mut store);
    let refused = |to: &Path, found: &str| {
        let before = files(folder.path());
        let error = run(&store, to, Format::Markdown).unwrap_err();
        assert!(matches!(&error, ExportError::Foreign { found: path, .. } if path.ends_with(found)), "{error}");
        assert!(error.hint().is_some());
        assert_eq!(files(folder.path()), before, "{found}");
    };

    let foreign = folder.path().join("foreign");
    std::fs::create_dir_all(foreign.join("deep")).unwrap();
    std::fs::write(foreign.join("deep/diary.md"), "mine").unwrap();
    refused(&foreign, "deep/diary.md");
    std::fs::write(foreign.join("manifest.json"), r#"{"tool":"other"}"#).unwrap();
    std::fs::remove_file(foreign.join("deep/diary.md")).unwrap();
    refused(&foreign, "manifest.json");
    std::fs::write(folder.path().join("file"), "mine").unwrap();
    refused(&folder.path().join("file"), "file");

    let empty = folder.path().join("empty");
    std::fs::create_dir(&empty).unwrap();
    run(&store, &empty, Format::Markdown).unwrap();
    assert_eq!(manifest(&empty).records, 5);

    // Another form and fewer articles: nothing of the first is left.
    let few = Filter { sources: vec!["b".into()], ..Filter::default() };
    export(&store, &few, &options(&empty, Format::Jsonl)).unwrap();
    assert_eq!(files(&empty).into_keys().collect::<Vec<_>>(), ["README.md", "manifest.json", "part-00000.jsonl"]);

    std::fs::write(empty.join("notes.md"), "mine").unwrap();
    refused(&empty, "notes.md");
    std::fs::remove_file(empty.join("notes.md")).unwrap();
    std::fs::write(empty.join("part-00000.jsonl"), "edited by hand").unwrap();
    refused(&empty, "part-00000.jsonl");
}

#[test]
fn a_failed_or_killed_export_leaves_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&database, Access::Write).unwrap();
    fill(&mut store);
    let to = folder.path().join("deep/out");
    run(&store, &to, Format::Jsonl).unwrap();
    let before = files(&to);

    let breaker = rusqlite::Connection::open(&database).unwrap();
    breaker.execute_batch("ALTER TABLE revision RENAME COLUMN title TO heading").unwrap();
    let error = run(&store, &to, Format::Jsonl).unwrap_err();
    assert!(matches!(error, ExportError::Store(_)), "{error}");
    assert_eq!(files(&to), before);
    assert_eq!(names(&folder.path().join("deep")), ["out"]);

    // Killed while it wrote, and between the two renames.
    let mut whole = SqliteStore::in_memory().unwrap();
    fill(&mut whole);
    std::fs::create_dir(folder.path().join("deep/.out.boji-partial")).unwrap();
    std::fs::write(folder.path().join("deep/.out.boji-partial/part-00000.jsonl"), "half").unwrap();
    std::fs::rename(&to, folder.path().join("deep/.out.boji-old")).unwrap();
    assert!(run(&store, &to, Format::Jsonl).is_err());
    assert_eq!(files(&to), before, "the old one is back in its place");
    run(&whole, &to, Format::Jsonl).unwrap();
    assert_eq!(files(&to), before);
    assert_eq!(names(&folder.path().join("deep")), ["out"]);
}

#[test]
fn a_damaged_article_is_left_out_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&database, Access::Write).unwrap();
    fill(&mut store);
    let id = submission(3, "three", "Third text.").article.id();
    let breaker = rusqlite::Connection::open(&database).unwrap();
    for damage in ["packed_text = x'28b52ffd'", "detail = x'00'", "url = 'https://b.example/3'", "metadata = '{}'"] {
        breaker.execute_batch(&format!("BEGIN; UPDATE revision SET {damage} WHERE title = 'three'; COMMIT")).unwrap();
        let report = run(&store, &folder.path().join("out"), Format::Jsonl).unwrap();
        let named: Vec<&str> = report.damaged.iter().map(|damaged| damaged.article.as_str()).collect();
        assert_eq!((report.records, named), (4, vec![id.as_str()]), "{damage}");
        let told = store.check().unwrap();
        assert!(told.iter().any(|problem| problem.contains(&format!("boji reclean {id}"))), "{damage}: {told:?}");
    }
}

#[test]
fn earlier_revisions_go_out_when_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("boji.db");
    let mut store = SqliteStore::open(&database, Access::Write).unwrap();
    fill(&mut store);
    let mut changed = submission(3, "three", "Third text, told in other words.");
    changed.fetched_at = changed.fetched_at.plus_seconds(86_400);
    let batch = Batch { articles: vec![changed], ..Batch::default() };
    store.commit(&batch, &|_, _| Decision::Revision(2)).unwrap();
    let to = folder.path().join("out");
    let records = |format| {
        let options = ExportOptions { all_revisions: true, ..options(&to, format) };
        export(&store, &Filter::default(), &options).unwrap();
        let lines = std::fs::read_to_string(to.join("part-00000.jsonl")).unwrap();
        let records: Vec<Record> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        records
            .into_iter()
            .filter(|record| record.title == "three")
            .map(|record| (record.revision, record.text))
            .collect::<Vec<_>>()
    };
    let both = [(1, "Third text.".to_owned()), (2, "Third text, told in other words.".to_owned())];
    assert_eq!(records(Format::Jsonl), both);
    assert_eq!(manifest(&to).records, 6);
    assert!(manifest(&to).filter.all_revisions);
    let tree = ExportOptions { all_revisions: true, ..options(&folder.path().join("tree"), Format::Markdown) };
    let refused = export(&store, &Filter::default(), &tree).unwrap_err();
    assert!(refused.to_string().contains("no place for splits or revisions"), "{refused}");

    // One that cannot be read is named, and the one that stands goes out.
    let breaker = rusqlite::Connection::open(&database).unwrap();
    breaker.execute("UPDATE revision SET detail = x'00' WHERE title = 'three' AND number = 1", []).unwrap();
    let options = ExportOptions { all_revisions: true, ..options(&to, Format::Jsonl) };
    let report = export(&store, &Filter::default(), &options).unwrap();
    assert_eq!((report.records, report.damaged.len()), (5, 1));
}

#[test]
fn an_export_that_is_stopped_leaves_what_was_there_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    fill(&mut store);
    let to = folder.path().join("out");
    run(&store, &to, Format::Text).unwrap();
    let before = files(&to);
    for &format in Format::ALL {
        // Before each of the five articles, and when all are written.
        for asked in 0..6 {
            let count = std::cell::Cell::new(0);
            let is_stopped = || count.replace(count.get() + 1) == asked;
            let error = export_unless(&store, &Filter::default(), &options(&to, format), &is_stopped).unwrap_err();
            assert!(matches!(error, ExportError::Stopped), "{error}");
            assert_eq!(files(&to), before, "{format:?} {asked}");
            assert_eq!(names(folder.path()), ["out"], "{format:?} {asked}");
        }
    }
    // A sample is drawn in a pass of its own, which can be stopped as well.
    let sample = ExportOptions { sample: Some(Sample { count: 2, seed: 1 }), ..options(&to, Format::Text) };
    for asked in 0..11 {
        let count = std::cell::Cell::new(0);
        let is_stopped = || count.replace(count.get() + 1) == asked;
        let error = export_unless(&store, &Filter::default(), &sample, &is_stopped).unwrap_err();
        assert!(matches!(error, ExportError::Stopped), "{asked}: {error}");
    }
}

#[cfg(unix)]
#[test]
fn a_signal_ends_an_export_cleanly_and_what_a_kill_leaves_is_in_nobodys_way() {
    use crate::place::{signal, wait_until};
    let place = crate::command::Place::new();
    let mut store = SqliteStore::open(&place.path("boji.db"), Access::Write).unwrap();
    let articles = (0..4_000).map(|number| submission(number, "t", &format!("Text {number}."))).collect();
    store.commit(&Batch { articles, ..Batch::default() }, &|_, _| Decision::New).unwrap();
    drop(store);
    let arguments = ["--data", ".", "export", "--to", "folder/out"];
    for (name, code, left) in [
        ("-TERM", Some(143), [""; 0].as_slice()),
        ("-INT", Some(130), &[]),
        ("-KILL", None, &[".out.boji-lock", ".out.boji-partial"]),
    ] {
        let child = place.command(&arguments).spawn().unwrap();
        wait_until("it writes", || place.path("folder/.out.boji-partial/part-00000.jsonl").exists());
        signal(&child, name);
        assert_eq!(child.wait_with_output().unwrap().status.code(), code, "{name}");
        assert_eq!(names(&place.path("folder")), left, "{name}");
    }
    place.boji(&arguments).with_code(0);
    assert_eq!(names(&place.path("folder")), ["out"]);
}

#[test]
fn an_export_of_nothing_says_what_stood_in_the_way() {
    use crate::command::{Place, ids, stocked};
    let empty = Place::new();
    drop(SqliteStore::open(&empty.path("data/boji.db"), Access::Write).unwrap());
    let hidden = stocked();
    let all = ids(&hidden);
    let hide: Vec<&str> = ["hide", "--reason", "x"].into_iter().chain(all.iter().map(String::as_str)).collect();
    hidden.boji(&hide).with_code(0);
    let full = stocked();
    for (place, arguments, why) in [
        (&empty, ["--data", "data"], "hint: the store is empty; `boji run`"),
        (&hidden, ["-q", "-q"], ""),
        (&hidden, ["--color", "never"], "hint: all articles are hidden; `boji list --hidden`"),
        (&full, ["--match", "lighthouse"], "hint: no article goes with all that is asked for; `boji stats`"),
    ] {
        for to in ["-", "out"] {
            let ended = place.boji(&[&["export", "--to", to][..], &arguments].concat()).with_code(0);
            assert_eq!(ended.out, "");
            assert!(
                ended.err.contains(why) && ended.err.contains("no record was written\n") != why.is_empty(),
                "{ended:?}"
            );
        }
    }
    let some = full.boji(&["export", "--to", "-"]).with_code(0);
    assert_eq!(some.err, "");
}

#[test]
fn numbers_and_times_that_leave_nothing_are_mistakes() {
    use crate::command::{assert_told, stocked};
    let place = stocked();
    for arguments in [
        &["export", "--to", "out", "--sample", "0"][..],
        &["export", "--to", "out", "--shard-records", "0"],
        &["export", "--to", "out", "--shard-bytes", "0"],
        &["export", "--to", "out", "--shard-bytes", "many"],
    ] {
        let ended = place.boji(arguments);
        assert_told(&ended, 2, "write a number from 1 on");
    }
    let times = |since, until| ["--since", since, "--until", until];
    for command in [&["export", "--to", "out"][..], &["list"], &["search", "mill"], &["stats"], &["reclean"]] {
        for (since, until) in [("2026-01-02", "2026-01-01"), ("2026-01-01", "2026-01-01")] {
            let ended = place.boji(&[command, &times(since, until)].concat());
            assert_told(&ended, 2, &format!("no time lies between --since {since}"));
            assert!(ended.err.contains("hint: --since names the first day"), "{}", ended.err);
        }
        place.boji(&[command, &times("2026-01-01", "2026-01-02")].concat()).with_code(0);
    }
}

#[test]
fn two_exports_to_one_folder_exclude_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = SqliteStore::in_memory().unwrap();
    fill(&mut store);
    let to = folder.path().join("out");
    let lock = std::fs::File::create(folder.path().join(".out.boji-lock")).unwrap();
    lock.lock().unwrap();
    let error = run(&store, &to, Format::Jsonl).unwrap_err();
    assert!(matches!(error, ExportError::Locked { .. }), "{error}");
    drop(lock);
    run(&store, &to, Format::Jsonl).unwrap();
    assert_eq!(names(folder.path()), ["out"]);
}

#[test]
fn the_words_of_the_formats_are_read_back() {
    for &format in Format::ALL {
        assert_eq!(Format::from_word(format.as_str()), Some(format));
    }
    assert_eq!(Format::from_word("docx"), None);
}

fn fill(store: &mut dyn Store) {
    let in_b = |one: Submission| Submission { source_id: "b".into(), rules_hash: "r2".into(), ..one };
    let mut articles = vec![
        submission(1, "one", "First text."),
        in_b(submission(2, "two", "Second text.")),
        submission(3, "three", "Third text."),
        in_b(submission(4, "four", "First text.")),
        full(),
    ];
    let decide = |_: &Submission, known: &boji::seams::model::Known| match &known.same_text {
        Some(original) => Decision::Duplicate(original.clone()),
        None => Decision::New,
    };
    let captures = articles.iter_mut().map(captured).collect();
    store.commit(&Batch { captures, articles, ..Batch::default() }, &decide).unwrap();
}

/// A capture that an article is said to be made of, with its source.
pub fn captured(submission: &mut Submission) -> (String, Capture) {
    let url = submission.article.url.clone();
    let capture = Capture {
        hops: vec![Hop { url: url.clone(), status: 200 }],
        url,
        status: 200,
        headers: Vec::new(),
        body: submission.article.text.clone().into_bytes(),
        fetched_at: submission.fetched_at,
    };
    submission.capture_hash = capture.body_hash();
    (submission.source_id.clone(), capture)
}

fn options(to: &Path, format: Format) -> ExportOptions {
    ExportOptions { to: to.to_owned(), format, dump: "test".into(), ..ExportOptions::default() }
}

fn run(store: &dyn Store, to: &Path, format: Format) -> Result<Report, ExportError> {
    export(store, &Filter::default(), &options(to, format))
}

fn write_all(mut sink: Box<dyn Sink>, articles: impl Iterator<Item = StoredArticle>) -> Vec<WrittenFile> {
    for stored in articles {
        sink.write(&Record::from_stored(&stored, None, "test"), &stored).unwrap();
    }
    sink.finish().unwrap()
}

fn manifest(folder: &Path) -> Manifest {
    serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

/// All files below a folder with their content, by path.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn sha256(content: &[u8]) -> String {
    use sha2::Digest;
    sha2::Sha256::digest(content).iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

fn stored(submission: Submission) -> StoredArticle {
    StoredArticle {
        id: submission.article.id(),
        first_seen: submission.fetched_at,
        submission,
        revision: 3,
        held_since: None,
        dup_of: String::new(),
        gone: None,
    }
}

fn submission(number: i64, title: &str, text: &str) -> Submission {
    let url = format!("https://a.example/{number}");
    let article = Article {
        origin: Origin::Blog,
        title: title.into(),
        published: Some(Date::moment(Timestamp::from_seconds(number), 0)),
        url: url.clone(),
        canonical_url: url.clone(),
        language: "en".into(),
        text: text.into(),
        markdown: text.into(),
        ..Article::bare(ArticleKey::Url(url))
    };
    Submission {
        article,
        source_id: "a".into(),
        capture_hash: String::new(),
        later_captures: Vec::new(),
        fetched_at: Timestamp::from_seconds(1_714_694_400),
        text_key: text.into(),
        simhash: "sh:00000000000000ff".into(),
        rules_hash: "r1".into(),
        is_of_feed: false,
    }
}

/// The metadata of its record.
const METADATA: &str = concat!(
    r#"{"biz":"Mz","kind":"picture","quality":{"broken_share":0.0,"ended_lines_share":0.5,"han_share":1.0,"latin_share":0.0,"#,
    r#""mean_line_chars":2.0,"n_lines":2,"repeated_lines_share":0.0,"repeated_runs_share":0.0,"short_lines_share":1.0,"#,
    r#""symbols_share":0.0},"removed":{"follow-prompt":4,"qr":3},"sn":"ab"}"#
);

fn full() -> Submission {
    let mut one = submission(9, "题: \"引\"", "春\n\n来了。");
    let article = &mut one.article;
    article.origin = Origin::Wechat;
    article.authors = vec!["甲".into(), "乙".into()];
    article.published = Date::civil(2024, 5, 1, 0, 2, 3, Date::BEIJING);
    article.modified = Date::day(2024, 5, 2);
    article.language = "zh-Hans".into();
    article.source_name = "某账号".into();
    article.tags = vec!["x".into(), "y".into()];
    article.flags = vec!["preview".into(), "short".into()];
    article.metadata.kind = ArticleKind::Picture;
    article.metadata.biz = "Mz".into();
    article.metadata.sn = "ab".into();
    article.metadata.removed = [("qr".to_owned(), 3), ("follow-prompt".to_owned(), 4)].into();
    article.markdown = "**春**\n\n来了。\n".into();
    one
}

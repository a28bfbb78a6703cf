//! Exports as datasets: Parquet, the card, splits, samples, and what `verify` finds.
#![expect(clippy::unwrap_used, reason = "a test fails by it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;

use boji::seams::export::{ExportError, ExportOptions, Format, Manifest, Record, Sample, Shard, export, verify};
use boji::seams::model::{Decision, Known, Submission};
use boji::seams::store::{Batch, Filter, Selection, SqliteStore, Store};
use boji_clean::model::{Article, ArticleKey, Date, Timestamp};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};

use crate::command::Place;
use crate::export::captured;

#[test]
fn parquet_holds_what_the_records_say() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(2_500);
    let to = folder.path().join("parquet");
    let shard = Shard { records: 1_200, ..Shard::default() };
    let options = ExportOptions { shard, ..options(&to, Format::Parquet) };
    assert_eq!(export(&store, &Filter::default(), &options).unwrap().records, 2_500);
    let names: Vec<String> = manifest(&to).files.into_iter().map(|file| file.path).collect();
    let parts =
        ["data/train-00000-of-00003.parquet", "data/train-00001-of-00003.parquet", "data/train-00002-of-00003.parquet"];
    assert_eq!(names, [&["README.md"], parts.as_slice()].concat());
    let rows: Vec<BTreeMap<String, Field>> = parts.iter().flat_map(|part| rows(&to.join(part))).collect();

    let lines = folder.path().join("lines");
    export(&store, &Filter::default(), &self::options(&lines, Format::Jsonl)).unwrap();
    let lines = std::fs::read_to_string(lines.join("part-00000.jsonl")).unwrap();
    let records: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(rows.len(), records.len());
    for (row, record) in rows.iter().zip(&records) {
        for (name, value) in record.as_object().unwrap() {
            match (&row[name], value) {
                (Field::Str(text), value) => assert_eq!(Some(text.as_str()), value.as_str(), "{name}"),
                (Field::Long(number), value) => assert_eq!(Some(*number), value.as_i64(), "{name}"),
                (Field::Double(share), value) => assert_eq!(Some(*share), value.as_f64(), "{name}"),
                (Field::TimestampMillis(at), value) => {
                    let date = Date::parse(value.as_str().unwrap()).unwrap();
                    assert_eq!(*at, date.instant().as_millis(), "{name}");
                }
                (Field::Null, value) => assert_eq!(value, "", "{name}"),
                (Field::ListInternal(list), value) => {
                    let texts =
                        list.elements().iter().map(|it| if let Field::Str(text) = it { text.as_str() } else { "" });
                    assert_eq!(
                        texts.collect::<Vec<_>>(),
                        value.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect::<Vec<_>>()
                    );
                }
                (field, value) => panic!("{name}: {field:?} and {value}"),
            }
        }
        let exact = |name: &str| match record[name].as_str().unwrap().len() {
            0 => "",
            10 => "day",
            _ => "second",
        };
        assert_eq!(row["date_precision"], Field::Str(exact("date").to_owned()));
        assert_eq!(row["date_modified_precision"], Field::Str(exact("date_modified").to_owned()));
    }
}

#[test]
fn a_group_holds_few_rows_and_no_bytes_without_end() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    export(&filled(2_500), &Filter::default(), &options(&to, Format::Parquet)).unwrap();
    let reader = SerializedFileReader::new(File::open(to.join("data/train-00000-of-00001.parquet")).unwrap()).unwrap();
    let groups: Vec<i64> =
        reader.metadata().row_groups().iter().map(parquet::file::metadata::RowGroupMetaData::num_rows).collect();
    assert_eq!(groups, [1_000, 1_000, 500]);
}

#[test]
fn an_empty_corpus_has_a_file_with_all_columns() {
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out");
    export(&SqliteStore::in_memory().unwrap(), &Filter::default(), &options(&to, Format::Parquet)).unwrap();
    assert!(rows(&to.join("data/train-00000-of-00001.parquet")).is_empty());
    assert_eq!(verify(&to).unwrap().problems, [""; 0]);
}

#[test]
fn the_card_tells_loaders_where_the_rows_are_and_what() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(10);
    for (format, path, date, columns) in [
        (Format::Parquet, "data/train-*.parquet", "timestamp[ms, tz=UTC]", 29),
        (Format::Jsonl, "part-*.jsonl", "string", 27),
        (Format::JsonlZst, "part-*.jsonl.zst", "string", 27),
    ] {
        let to = folder.path().join(format.as_str());
        export(&store, &Filter::default(), &options(&to, format)).unwrap();
        let card = std::fs::read_to_string(to.join("README.md")).unwrap();
        let head = card.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap().0;
        assert!(head.contains(&format!("  - split: train\n    path: \"{path}\"")), "{head}");
        assert!(head.contains(&format!("  - name: date\n    dtype: {date}")), "{head}");
        assert!(head.contains("  - name: tags\n    list: string"), "{head}");
        assert_eq!(head.matches("  - name: ").count(), columns, "{head}");
        assert!(card.contains("## Licences that SPDX has\n\n| | articles |\n|---|---|\n| CC-BY-4.0 | 2 |\n"), "{card}");
        assert_eq!(manifest(&to).by_license_spdx, BTreeMap::from([("CC-BY-4.0".to_owned(), 2)]));
        assert!(card.contains("10 articles") && card.contains("| `a \\| b` |") || card.contains("a \\| b"), "{card}");
    }
    let tree = folder.path().join("tree");
    export(&store, &Filter::default(), &options(&tree, Format::Markdown)).unwrap();
    assert!(!tree.join("README.md").exists());
}

#[test]
fn an_article_stays_in_its_split_and_a_duplicate_goes_with_its_original() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(400);
    let splits = |shares: &[&str]| shares.iter().map(|share| share.parse().unwrap()).collect::<Vec<_>>();
    let mut places: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (format, name) in [(Format::Parquet, "one"), (Format::Jsonl, "two")] {
        let to = folder.path().join(name);
        let options = ExportOptions { splits: splits(&["test=0.1", "dev=0.2"]), ..options(&to, format) };
        export(&store, &Filter::default(), &options).unwrap();
        for file in manifest(&to).files.iter().filter(|file| file.records > 0) {
            let split = file.path.trim_start_matches("data/").split('-').next().unwrap().to_owned();
            let path = to.join(&file.path);
            let ids: Vec<(String, String)> = if format == Format::Parquet {
                rows(&path).iter().map(|row| (text(&row["id"]), text(&row["dup_of"]))).collect()
            } else {
                let lines = std::fs::read_to_string(&path).unwrap();
                lines
                    .lines()
                    .map(|line| serde_json::from_str::<Record>(line).unwrap())
                    .map(|it| (it.id, it.dup_of))
                    .collect()
            };
            for (id, dup_of) in ids {
                if !dup_of.is_empty() {
                    places.entry(dup_of).or_default().insert(split.clone());
                }
                places.entry(id).or_default().insert(split.clone());
            }
        }
    }
    assert_eq!(places.len(), 400);
    assert!(places.values().all(|splits| splits.len() == 1), "{places:?}");
    let count = |name: &str| places.values().filter(|splits| splits.contains(name)).count();
    assert!(
        (20..60).contains(&count("test")) && (50..110).contains(&count("dev")),
        "{} {}",
        count("test"),
        count("dev")
    );
    let bad =
        ExportOptions { splits: splits(&["a=0.5", "b=0.6"]), ..options(&folder.path().join("bad"), Format::Jsonl) };
    assert!(matches!(export(&store, &Filter::default(), &bad), Err(ExportError::Splits)));
    let tree = ExportOptions { splits: splits(&["a=0.5"]), ..options(&folder.path().join("bad"), Format::Markdown) };
    assert!(matches!(export(&store, &Filter::default(), &tree), Err(ExportError::Undivided { .. })));
    assert!(!folder.path().join("bad").exists());
}

#[test]
fn a_selection_takes_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(40);
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    let base = Selection::default;
    let at = |day: i64| Some(Timestamp::from_seconds(day * 86_400));
    let cases = [
        ("all", base(), 40),
        ("a flag", Selection { flags: words(&["short"]), ..base() }, 10),
        ("no flag", Selection { without_flags: words(&["short"]), ..base() }, 30),
        ("a licence in other capitals", Selection { licenses: words(&["cc by 4.0"]), ..base() }, 8),
        ("a licence as SPDX calls it", Selection { licenses: words(&["CC-BY-4.0"]), ..base() }, 8),
        ("words, one of them in a copy too", Selection { containing: words(&["NUMBER 1", "mill"]), ..base() }, 12),
        ("words that none has", Selection { containing: words(&["lighthouse"]), ..base() }, 0),
        ("changed since", Selection { changed_since: at(30), ..base() }, 10),
    ];
    for (name, selection, want) in cases {
        let to = folder.path().join("out");
        let options = ExportOptions { selection, ..options(&to, Format::Jsonl) };
        assert_eq!(export(&store, &Filter::default(), &options).unwrap().records, want, "{name}");
    }
    for (name, flags, count, want) in [
        ("a sample", &[][..], 7, 7),
        ("a sample of more than there are", &[], 70, 40),
        ("a sample of some", &["short"], 7, 7),
        ("a sample of more than some", &["short"], 11, 10),
    ] {
        let sample = Some(Sample { count, seed: 1 });
        let selection = Selection { flags: words(flags), ..base() };
        let options = ExportOptions { selection, sample, ..options(&folder.path().join("out"), Format::Jsonl) };
        assert_eq!(export(&store, &Filter::default(), &options).unwrap().records, want, "{name}");
    }
    let selection = Selection { licenses: words(&["MIT"]), ..base() };
    let error = export(
        &store,
        &Filter::default(),
        &ExportOptions { selection, ..options(&folder.path().join("x"), Format::Jsonl) },
    );
    assert_eq!(error.unwrap_err().hint().unwrap(), "there are CC-BY-4.0, CC BY 4.0");
}

#[test]
fn verify_tells_each_damage() {
    let folder = tempfile::tempdir().unwrap();
    let store = filled(5);
    for &format in Format::ALL {
        let to = folder.path().join(format.as_str());
        export(&store, &Filter::default(), &options(&to, format)).unwrap();
        let verified = verify(&to).unwrap();
        assert_eq!((verified.records, verified.problems), (5, Vec::new()), "{format:?}");
        let first = manifest(&to).files.into_iter().find(|file| file.records > 0).unwrap().path;
        let whole = std::fs::read(to.join(&first)).unwrap();
        let mut changed = whole.clone();
        changed[20] ^= 1;
        for (content, why) in [(&whole[..whole.len() - 1], "the manifest says"), (&changed[..], "its content is not")] {
            std::fs::write(to.join(&first), content).unwrap();
            let problems = verify(&to).unwrap().problems;
            assert!(problems.len() == 1 && problems[0].contains(why), "{format:?}: {problems:?}");
        }
        std::fs::remove_file(to.join(&first)).unwrap();
        std::fs::write(to.join("more.txt"), "x").unwrap();
        assert_eq!(verify(&to).unwrap().problems.len(), 2, "{format:?}");
    }
    assert!(matches!(verify(folder.path()), Err(ExportError::Read { .. })));
    std::fs::write(folder.path().join("manifest.json"), "{}").unwrap();
    assert!(matches!(verify(folder.path()), Err(ExportError::NoManifest { .. })));
}

fn options(to: &Path, format: Format) -> ExportOptions {
    ExportOptions { to: to.to_owned(), format, dump: "a | b".into(), ..ExportOptions::default() }
}

fn manifest(folder: &Path) -> Manifest {
    serde_json::from_str(&std::fs::read_to_string(folder.join("manifest.json")).unwrap()).unwrap()
}

fn text(field: &Field) -> String {
    if let Field::Str(text) = field { text.clone() } else { panic!("{field:?} is no text") }
}

/// The rows of a Parquet file, each field by its name.
fn rows(path: &Path) -> Vec<BTreeMap<String, Field>> {
    let reader = SerializedFileReader::new(File::open(path).unwrap()).unwrap();
    let fields = |row: Row| row.into_columns().into_iter().collect();
    reader.get_row_iter(None).unwrap().map(|row| fields(row.unwrap())).collect()
}

/// A store with so many articles: some without a date, some with a day, tags, flags, licences, copies of others.
fn filled(count: i64) -> SqliteStore {
    let mut store = SqliteStore::in_memory().unwrap();
    let decide = |_: &Submission, known: &Known| match &known.same_text {
        Some(original) => Decision::Duplicate(original.clone()),
        None => Decision::New,
    };
    let mut articles: Vec<Submission> = (0..count).map(submission).collect();
    let captures = articles.iter_mut().map(captured).collect();
    store.commit(&Batch { captures, articles, ..Batch::default() }, &decide).unwrap();
    store
}

fn submission(number: i64) -> Submission {
    let url = format!("https://mill.example/{number}");
    // Every seventh says what the one before it says.
    let text = format!("The mill of number {} stood still.\n\n潮水退了。", number - i64::from(number % 7 == 6));
    let day = Timestamp::from_seconds(number * 86_400);
    let article = Article {
        title: format!("Post {number}"),
        published: match number % 3 {
            0 => None,
            1 => Some(Date::moment(day, Date::BEIJING)),
            _ => Date::day(2024, 5, 2),
        },
        modified: if number % 2 == 0 { None } else { Date::day(2025, 1, 31) },
        url: url.clone(),
        language: "en".into(),
        license: if number % 5 == 0 { "CC BY 4.0".into() } else { String::new() },
        tags: (0..number % 4).map(|tag| format!("标签 {tag}")).collect(),
        flags: if number % 4 == 0 { vec!["short".into()] } else { Vec::new() },
        text: text.clone(),
        markdown: text.clone(),
        ..Article::bare(ArticleKey::Url(url))
    };
    Submission {
        article,
        source_id: "mill".into(),
        capture_hash: String::new(),
        later_captures: Vec::new(),
        fetched_at: day,
        text_key: text,
        simhash: "sh:00000000000000ff".into(),
        rules_hash: "r1".into(),
        is_of_feed: false,
    }
}

#[test]
fn a_wish_that_fits_nothing_is_told_with_what_there_is() {
    let place = Place::new();
    place.write("pages/mill.html", crate::command::blog_page("The Mill", 5));
    place.boji(&["import", "pages"]).with_code(0);
    for (arguments, hint) in [
        (["--language", "xx"], "there are en"),
        (["--account", "Nobody's"], "no article names its account"),
        (["--license", "MIT"], "none of them states a licence"),
    ] {
        let ended = place.boji(&[&["export", "--to", "out"], arguments.as_slice()].concat()).with_code(2);
        assert!(ended.err.contains(hint), "{arguments:?}: {}", ended.err);
    }
    let ended = place.boji(&["export", "--to", "-", "--language", "EN"]).with_code(0);
    assert_eq!(ended.out.lines().count(), 1);
    place.boji(&["export", "--to", "-", "--format", "parquet"]).with_code(2);
    place.boji(&["export", "--to", "out"]).with_code(0);
    place.boji(&["verify", "out"]).with_code(0);
    // The card beside the records is no article.
    place.boji(&["--data", "other", "import", "out"]).with_code(0);
    assert_eq!(place.boji(&["--data", "other", "list"]).with_code(0).out.lines().count(), 1);
    std::fs::write(place.path("out/part-00000.jsonl"), "").unwrap();
    place.boji(&["verify", "out"]).with_code(5);
}

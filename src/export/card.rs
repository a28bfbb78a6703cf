//! The card of a dataset: README.md with the description that loaders read at its head, and a page for people below.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::columns::{COLUMNS, Kind};
use super::format::Format;
use super::manifest::Manifest;
use super::tree::yaml_value;

/// Name of the card in an export's folder.
pub(super) const CARD: &str = "README.md";
/// Rows of a table of counts; the others are one row.
const MAX_COUNTS: usize = 30;

/// The card of an export whose records lie in files of this form; `None` for forms that no loader of datasets reads.
pub(super) fn card(manifest: &Manifest, format: Format, splits: &[String]) -> Option<String> {
    let files = match format {
        Format::Parquet => |split: &str| format!("data/{split}-*.parquet"),
        Format::Jsonl => |split: &str| format!("{split}-*.jsonl"),
        Format::JsonlZst => |split: &str| format!("{split}-*.jsonl.zst"),
        Format::Dolma | Format::Markdown | Format::Text | Format::Warc => return None,
    };
    let mut card = String::from("---\n");
    put_head(&mut card, manifest, format, splits, files);
    card.push_str("---\n\n");
    put_page(&mut card, manifest, format);
    Some(card)
}

/// What loaders read: the languages, where the rows lie, and what each column is.
fn put_head(card: &mut String, manifest: &Manifest, format: Format, splits: &[String], files: impl Fn(&str) -> String) {
    let languages: BTreeSet<&str> =
        manifest.by_language.keys().filter_map(|tag| tag.split('-').next()).filter(|tag| !tag.is_empty()).collect();
    if !languages.is_empty() {
        card.push_str("language:\n");
        for language in languages {
            line(card, format_args!("- {language}"));
        }
    }
    card.push_str("configs:\n- config_name: default\n  data_files:\n");
    for split in splits {
        // Loaders know splits by names of their own; what is not divided is all for training.
        let name = if split == format.whole() { "train" } else { split };
        line(card, format_args!("  - split: {name}\n    path: {}", yaml_value(&files(split))));
    }
    card.push_str("dataset_info:\n  features:\n");
    for column in COLUMNS.iter().filter(|column| format == Format::Parquet || column.kind != Kind::Precision) {
        let of = match column.kind {
            Kind::Instant if format == Format::Parquet => "dtype: timestamp[ms, tz=UTC]",
            Kind::Text | Kind::Precision | Kind::Instant => "dtype: string",
            Kind::Count => "dtype: int64",
            Kind::Share => "dtype: float64",
            Kind::Texts => "list: string",
        };
        line(card, format_args!("  - name: {}\n    {of}", column.name));
    }
}

/// What people read: what is in it, where from, how it was made, what may be done with it.
fn put_page(card: &mut String, manifest: &Manifest, format: Format) {
    let name = if manifest.dump.is_empty() { "A corpus of articles" } else { &manifest.dump };
    line(card, format_args!("# {}\n", shown(name)));
    line(card, format_args!("{} articles, cleaned and exported by boji {}.\n", manifest.records, manifest.version));
    card.push_str("## What is in a row\n\n| column | what |\n|---|---|\n");
    for column in COLUMNS.iter().filter(|column| format == Format::Parquet || column.kind != Kind::Precision) {
        line(card, format_args!("| `{}` | {} |", column.name, column.about));
    }
    card.push_str(match format {
        Format::Parquet => {
            "\nA date that nobody states is null; every other value is there, empty where it is unknown.\n"
        }
        _ => "\nNo value is null: what is unknown is `\"\"`, `0` or `[]`. A date is RFC 3339 in UTC, or a day alone.\n",
    });
    for (title, counts) in [
        ("Sources", &manifest.by_source),
        ("Languages", &manifest.by_language),
        ("Kinds", &manifest.by_kind),
        ("Licences as stated", &manifest.by_license),
        ("Licences that SPDX has", &manifest.by_license_spdx),
        ("Duplicates among them", &manifest.by_dup_kind),
        ("Quality flags", &manifest.by_flag),
        ("Written out of the texts, by kind", &manifest.redacted),
    ] {
        put_counts(card, title, counts);
    }
    put_wishes(card, manifest);
    card.push_str(
        "\n## How it was cleaned\n\nEach page was cut into blocks, and each block judged: kept as text, taken for a field, or left out with the id of \
         a rule. What was left out is counted in `n_removed_chars`, by category in `metadata`, and kept whole in the store that this was \
         exported from. No author, date or licence is guessed.\n\nVersions of the rules:\n\n",
    );
    for rules in &manifest.rules {
        line(card, format_args!("- `{rules}`"));
    }
    card.push_str(
        "\n`manifest.json` lists each file with its size and SHA-256, and the wishes with which the export was made.\n\n## Rights\n\nThe texts belong \
         to their authors. `license` and `rights` say what their pages state, `license_spdx` in `metadata` what SPDX calls it where that leaves no doubt; where they are \
         empty nothing is granted.\n",
    );
}

/// A table of counts, the largest first.
fn put_counts(card: &mut String, title: &str, counts: &BTreeMap<String, u64>) {
    if counts.is_empty() {
        return;
    }
    let mut rows: Vec<(&String, u64)> = counts.iter().map(|(word, count)| (word, *count)).collect();
    rows.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), word.as_str()));
    line(card, format_args!("\n## {title}\n\n| | articles |\n|---|---|"));
    for (word, count) in rows.iter().take(MAX_COUNTS) {
        let word = if word.is_empty() { "not stated" } else { word.as_str() };
        line(card, format_args!("| {} | {count} |", shown(word)));
    }
    if let Some(others) = rows.get(MAX_COUNTS..).filter(|others| !others.is_empty()) {
        let count: u64 = others.iter().map(|(_, count)| count).sum();
        line(card, format_args!("| {} others | {count} |", others.len()));
    }
}

/// The wishes that left articles out.
fn put_wishes(card: &mut String, manifest: &Manifest) {
    let Ok(serde_json::Value::Object(wishes)) = serde_json::to_value(&manifest.filter) else { return };
    let said = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(words) => {
            words.iter().filter_map(serde_json::Value::as_str).collect::<Vec<_>>().join(", ")
        }
        serde_json::Value::Bool(true) => "yes".to_owned(),
        serde_json::Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let wishes: Vec<(String, String)> =
        wishes.iter().map(|(name, value)| (name.replace('_', " "), said(value))).collect();
    let wishes: Vec<_> = wishes.iter().filter(|(_, value)| !value.is_empty() && value != "0").collect();
    if !wishes.is_empty() {
        card.push_str("\n## Which articles\n\n| wish | |\n|---|---|\n");
        for (name, value) in wishes {
            line(card, format_args!("| {name} | {} |", shown(value)));
        }
    }
}

/// A stranger's words in a cell of a table.
fn shown(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\\', "\\\\").replace('|', "\\|").replace('<', "&lt;")
}

fn line(card: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = writeln!(card, "{text}");
}

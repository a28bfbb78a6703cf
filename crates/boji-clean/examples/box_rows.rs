//! Shows web pages as the classifier of their texts sees them, for `training/`:
//! `cargo run --release -p boji-clean --example box_rows -- [--clean] [--weights FILE] [--strictness WORD] < ROWS > ANSWERS`.
//!
//! A row is `{"id", "path", "url"}`. Its answer has the texts of the article's element with their features, whose names the first
//! line out has; with `--clean` its text. `"scores": [[own, near, far], …]` stand for those of the names of elements.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a tool for developers")]

use std::io::{BufRead as _, BufWriter, Write as _};

use boji_clean::classifier::{BoxClassifier, Strictness};
use boji_clean::clean::locate::{BOX_FEATURES, box_rows};
use boji_clean::parse::{self, Body};
use boji_clean::{Input, Rules, clean};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Row {
    id: String,
    path: String,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    scores: Vec<[f32; 3]>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let clean_it = arguments.iter().any(|argument| argument == "--clean");
    let mut rules = Rules::shipped();
    if let Some(file) = after("--weights") {
        rules = rules.with_box_weights(BoxClassifier::read(&std::fs::read_to_string(file).unwrap()).unwrap());
    }
    if let Some(word) = after("--strictness") {
        rules = rules.with_strictness(Strictness::from_word(word).unwrap());
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if !clean_it {
        writeln!(out, "{}", json!({ "features": BOX_FEATURES })).unwrap();
    }
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line.unwrap()).unwrap();
        let bytes = std::fs::read(&row.path).unwrap();
        let url = row.url.unwrap_or_default();
        let input = Input { bytes: &bytes, url: &url, content_type: "" };
        if clean_it {
            let cleaned = clean(&input, &rules);
            let text = cleaned.article.map(|article| article.text).unwrap_or_default();
            writeln!(out, "{}", json!({ "id": row.id, "state": cleaned.state, "text": text })).unwrap();
            continue;
        }
        let rows = match parse::page(&input).body {
            Body::Document(tree) => box_rows(&tree, &rules, &url, &row.scores),
            _ => Vec::new(),
        };
        let texts: Vec<Value> = rows
            .into_iter()
            .map(|row| {
                json!({ "text": row.text, "element": row.element, "aside": row.aside, "names": row.names, "features": row.features })
            })
            .collect();
        writeln!(out, "{}", json!({ "id": row.id, "texts": texts })).unwrap();
    }
}

//! Shows pages that may stand in the place of an article as their classifier sees them, for `training/`:
//! `cargo run --release -p boji-clean --example page_rows -- [--clean] [--weights FILE] [--strictness WORD] < ROWS > ANSWERS`.
//!
//! A row is `{"id", "path"}` or `{"id", "html"}`. Its answer has the page's title and lines, and its features, whose names the first
//! line out has; a page that is not asked about has none. With `--clean` it has the page's state.
//! `"scores": [page, title, line, …]` stand for those of the dictionary.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a tool for developers")]

use std::io::{BufRead as _, BufWriter, Write as _};

use boji_clean::classifier::{PageClassifier, Strictness, clipped};
use boji_clean::clean::{PAGE_FEATURES, page_row};
use boji_clean::{Input, Rules, clean};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default)]
    path: String,
    #[serde(default)]
    html: String,
    #[serde(default)]
    scores: Vec<f32>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let clean_it = arguments.iter().any(|argument| argument == "--clean");
    let mut rules = Rules::shipped();
    if let Some(file) = arguments.iter().skip_while(|argument| *argument != "--weights").nth(1) {
        rules = rules.with_page_weights(PageClassifier::read(&std::fs::read_to_string(file).unwrap()).unwrap());
    }
    if let Some(word) = arguments.iter().skip_while(|argument| *argument != "--strictness").nth(1) {
        rules = rules.with_strictness(Strictness::from_word(word).unwrap());
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if !clean_it {
        writeln!(out, "{}", json!({ "features": PAGE_FEATURES })).unwrap();
    }
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line.unwrap()).unwrap();
        let bytes = if row.path.is_empty() { row.html.into_bytes() } else { std::fs::read(&row.path).unwrap() };
        let input = Input { bytes: &bytes, url: "https://page.example/a/1", content_type: "" };
        if clean_it {
            let cleaned = clean(&input, &rules);
            writeln!(out, "{}", json!({ "id": row.id, "state": cleaned.state, "evidence": cleaned.evidence })).unwrap();
            continue;
        }
        let Some(page) = page_row(&input, &rules, &row.scores) else {
            writeln!(out, "{}", json!({ "id": row.id })).unwrap();
            continue;
        };
        let form = |line: &String| {
            let mut form = Vec::new();
            clipped(line, &mut form);
            form.into_iter().collect::<String>()
        };
        let forms: Vec<String> = page.lines.iter().map(form).collect();
        writeln!(out, "{}", json!({ "id": row.id, "lines": page.lines, "forms": forms, "features": page.features }))
            .unwrap();
    }
}

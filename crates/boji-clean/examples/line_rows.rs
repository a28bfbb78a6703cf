//! Shows articles of WeChat's as the classifier of their lines sees them, for `training/`:
//! `cargo run --release -p boji-clean --example line_rows -- [--clean] [--weights FILE] [--strictness WORD] < ROWS > ANSWERS`.
//!
//! A row is `{"id", "path"}`. Its answer has the article's lines with their features, whose names the first line out has;
//! with `--clean` its text. `"scores": [[text, repeat], …]` stand for those of the dictionary; `"others": [path, …]` are articles
//! of the same account, what it repeats in which is known.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a tool for developers")]

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufWriter, Write as _};

use boji_clean::classifier::{LineClassifier, LineScores, Strictness, clipped};
use boji_clean::clean::{Context, FEATURES, clean_page, lesson, line_rows};
use boji_clean::model::{Edge, Learned, LearnedBlock, Lesson, Profile, Sightings};
use boji_clean::{Input, Rules};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Row {
    id: String,
    path: String,
    #[serde(default)]
    scores: Vec<[f32; 2]>,
    #[serde(default)]
    others: Vec<String>,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    let clean = arguments.iter().any(|argument| argument == "--clean");
    let mut rules = Rules::shipped();
    if let Some(file) = after("--weights") {
        rules = rules.with_line_weights(LineClassifier::read(&std::fs::read_to_string(file).unwrap()).unwrap());
    }
    if let Some(word) = after("--strictness") {
        rules = rules.with_strictness(Strictness::from_word(word).unwrap());
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    if !clean {
        writeln!(out, "{}", json!({ "features": FEATURES })).unwrap();
    }
    for line in std::io::stdin().lock().lines() {
        let row: Row = serde_json::from_str(&line.unwrap()).unwrap();
        let bytes = std::fs::read(&row.path).unwrap();
        let input = Input { bytes: &bytes, url: "", content_type: "" };
        let learned = (!row.others.is_empty()).then(|| {
            let mut accounts = Accounts::default();
            for path in &row.others {
                let bytes = std::fs::read(path).unwrap();
                let input = Input { bytes: &bytes, url: "", content_type: "" };
                let article = clean_page(&input, &Context::default(), &rules).article;
                accounts.learn(article.as_ref().and_then(lesson));
            }
            accounts.learned()
        });
        if clean {
            let context = Context { learned: learned.as_ref(), ..Context::default() };
            let cleaned = clean_page(&input, &context, &rules);
            let text = cleaned.article.map(|article| article.text).unwrap_or_default();
            writeln!(out, "{}", json!({ "id": row.id, "state": cleaned.state, "text": text })).unwrap();
            continue;
        }
        let scores: Vec<LineScores> =
            row.scores.iter().map(|[text, repeat]| LineScores { text: *text, repeat: *repeat }).collect();
        let mut form = Vec::new();
        let lines: Vec<Value> = line_rows(&input, learned.as_ref(), &rules, &scores)
            .into_iter()
            .map(|line| {
                clipped(&line.text, &mut form);
                let form: String = form.iter().collect();
                json!({ "text": line.text, "folded": line.folded, "form": form, "features": line.features })
            })
            .collect();
        writeln!(out, "{}", json!({ "id": row.id, "lines": lines })).unwrap();
    }
}

/// What accounts repeat, counted as the store does.
#[derive(Default)]
struct Accounts {
    articles: BTreeMap<String, u32>,
    seen: BTreeMap<(String, Edge, String), Sightings>,
}

impl Accounts {
    fn learn(&mut self, lesson: Option<Lesson>) {
        let Some(lesson) = lesson else { return };
        let number = self.articles.entry(lesson.account.clone()).or_default();
        *number += 1;
        for sighting in lesson.sightings {
            self.seen.entry((lesson.account.clone(), sighting.edge, sighting.key)).or_default().see(*number);
        }
    }

    fn learned(&self) -> Learned {
        let mut learned = Learned::default();
        for (account, articles) in &self.articles {
            let profile = Profile { account: account.clone(), articles: *articles, blocks: Vec::new() };
            learned.profiles.insert(account.clone(), profile);
        }
        for ((account, edge, key), sightings) in self.seen.iter().filter(|(_, sightings)| sightings.learned) {
            let block =
                LearnedBlock { edge: *edge, key: key.clone(), sample: String::new(), sightings: sightings.clone() };
            learned.profiles.get_mut(account).unwrap().blocks.push(block);
        }
        learned
    }
}

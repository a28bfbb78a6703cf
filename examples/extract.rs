//! Extracts the pages of a data set as plain text: `extract DATASET OUT.jsonl [REPEAT]`.
//!
//! DATASET holds `gold.jsonl` (lines with `id` and `url`) and `html/<id>.html`; each line of OUT has `id`, `text`, `ms`.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use boji::clean::blocks::blocks;
use boji::clean::locate::{Chrome, locate};
use boji::clean::web_facts::facts;
use boji::model::{Block, BlockKind};
use boji::parse::html::Tree;

#[expect(clippy::disallowed_methods, reason = "the example measures time")]
fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [set, out, rest @ ..] = arguments.as_slice() else {
        anyhow::bail!("usage: extract DATASET OUT.jsonl [REPEAT]")
    };
    let repeat: u32 = rest.first().map_or(Ok(1), |text| text.parse())?;
    let set = Path::new(set);
    let mut lines = String::new();
    for line in std::fs::read_to_string(set.join("gold.jsonl"))?.lines() {
        let row: serde_json::Value = serde_json::from_str(line)?;
        let id = row["id"].as_str().unwrap_or_default();
        let url = row["url"].as_str().unwrap_or_default();
        let bytes = std::fs::read(set.join("html").join(format!("{id}.html")))?;
        let html = String::from_utf8_lossy(&bytes);
        let (mut millis, mut text, mut path) = (f64::MAX, String::new(), String::new());
        let mut stated = facts(&Tree::document("").0, "");
        for _ in 0..repeat {
            let start = Instant::now();
            let (tree, _) = Tree::document(&html);
            let found = locate(&tree, Chrome::shipped());
            stated = facts(&tree, url);
            text = plain(&blocks(&tree, found.root, url, &found.excluded));
            millis = millis.min(start.elapsed().as_secs_f64() * 1000.0);
            path = format!("{:?} {} {:?}", found.candidates, found.reason, found.weak);
        }
        let row = serde_json::json!({
            "id": id, "text": text, "ms": millis, "path": path,
            "title": stated.title, "author": stated.authors.join(", "),
            "date": stated.published.map(|date| date.to_string()),
        });
        writeln!(lines, "{row}")?;
    }
    Ok(std::fs::write(out, lines)?)
}

/// Blocks joined by a blank line, list items by a line.
fn plain(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut item_before = false;
    for block in blocks {
        let text = block.text();
        if text.is_empty() {
            continue;
        }
        let item = matches!(block.kind, BlockKind::ListItem { .. });
        if !out.is_empty() {
            out.push_str(if item && item_before { "\n" } else { "\n\n" });
        }
        out.push_str(&text);
        item_before = item;
    }
    out
}

//! Cleans every Markdown archive of a folder: `cargo run --example clean_gold PAGES_DIR OUT.jsonl`. Writes one row a file
//! for scoring against block labels.
#![expect(clippy::print_stderr, reason = "a developer's tool")]

use std::fmt::Write as _;
use std::path::Path;

use boji::clean::{judge, render};
use boji::config::Rules;
use boji::parse::{Body, archive};
use serde_json::json;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(pages), Some(out)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: clean_gold PAGES_DIR OUT.jsonl [BLOCKS.txt]");
    };
    let mut paths: Vec<_> =
        std::fs::read_dir(&pages)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort();
    let rules = Rules::shipped();
    let (mut rows, mut verdicts) = (String::new(), String::new());
    for path in &paths {
        let row = clean(path, &rules, &mut verdicts)?;
        rows.push_str(&row.to_string());
        rows.push('\n');
    }
    std::fs::write(&out, rows)?;
    if let Some(path) = arguments.next() {
        std::fs::write(path, verdicts)?;
    }
    eprintln!("{} files", paths.len());
    Ok(())
}

fn clean(path: &Path, rules: &Rules, verdicts: &mut String) -> anyhow::Result<serde_json::Value> {
    let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
    let Some(page) = archive::page(&text) else {
        return Ok(json!({"id": id, "state": "not_article", "text": ""}));
    };
    let facts = page.facts;
    let blocks = match page.body {
        Body::Blocks(blocks) => blocks,
        _ => Vec::new(),
    };
    let judged = judge(blocks, &facts, rules);
    for block in &judged.blocks {
        let verdict = &block.verdict;
        let words = block.block.text().replace('\n', "⏎");
        let _ = writeln!(verdicts, "{id}\t{:?}\t{}\t{}\t{words}", verdict.label, verdict.category, verdict.rule);
    }
    let fields = judged.fields;
    let authors = if facts.authors.is_empty() { &fields.authors } else { &facts.authors };
    Ok(json!({
        "id": id,
        "state": page.state.as_str(),
        "text": render::text(&judged.blocks),
        "markdown": render::markdown(&judged.blocks),
        "title": facts.title,
        "author": authors.join(", "),
        "date": facts.published.map(boji::model::Date::to_utc),
        "source_name": facts.account,
        "url": facts.url,
        "flags": judged.flags,
        "metadata": {
            "place": facts.place, "word_count": fields.word_count, "reading_minutes": fields.reading_minutes,
            "credits": fields.credits, "references": fields.references, "original_url": fields.original_url,
            "original_source": fields.original_source, "rights": fields.rights, "claim": fields.claim,
        },
    }))
}

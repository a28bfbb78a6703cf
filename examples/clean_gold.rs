//! Cleans every page of a folder: `cargo run --example clean_gold PAGES_DIR OUT.jsonl [VERDICTS.tsv]`. Writes one row a file
//! for scoring against block labels, and each block with its verdict.
#![expect(clippy::print_stderr, reason = "a developer's tool")]

use std::fmt::Write as _;
use std::path::Path;

use boji::clean::{Context, winnow};
use boji::config::Rules;
use boji::model::Date;
use boji::parse::Input;
use serde_json::json;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(pages), Some(out)) = (arguments.next(), arguments.next()) else {
        anyhow::bail!("usage: clean_gold PAGES_DIR OUT.jsonl [VERDICTS.tsv]");
    };
    let mut paths: Vec<_> =
        std::fs::read_dir(&pages)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md" || extension == "html"));
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
    let bytes = std::fs::read(path)?;
    let context = Context { file: &id, time_zone_minutes: Date::BEIJING, ..Context::default() };
    let winnowed = winnow(&Input { bytes: &bytes, ..Input::default() }, &context, rules);
    let Some(article) = winnowed.article else {
        return Ok(json!({"id": id, "state": winnowed.state.as_str(), "text": ""}));
    };
    for block in &article.blocks {
        let verdict = &block.verdict;
        let words = block.block.text().replace('\n', "⏎");
        let _ = writeln!(verdicts, "{id}\t{:?}\t{}\t{}\t{words}", verdict.label, verdict.category, verdict.rule);
    }
    Ok(json!({
        "id": id,
        "state": winnowed.state.as_str(),
        "text": article.text,
        "title": article.title,
        "author": article.authors.join(", "),
        "date": article.published.map(Date::to_utc),
        "source_name": article.source_name,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "flags": article.flags,
        "metadata": article.metadata,
    }))
}

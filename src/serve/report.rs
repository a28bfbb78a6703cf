//! A block with which somebody is not content, written down as a case from which a test can be made.

use std::path::{Path, PathBuf};

use boji_clean::model::{JudgedBlock, Label};
use serde::Serialize;

use super::failure::Failure;
use crate::fetch::redact_url;
use crate::model::StoredArticle;
use crate::store::whole_file;

/// The folder of reports in the data folder.
const FOLDER: &str = "reports";

#[derive(Serialize)]
struct Report<'a> {
    schema: u32,
    article: &'a str,
    url: String,
    /// Content address of the capture, by which `export --format warc` and `show --raw` find the page.
    capture: &'a str,
    source_name: &'a str,
    /// Version of the rules that judged it.
    rules: &'a str,
    boji: &'static str,
    place: usize,
    /// What it says.
    text: String,
    /// Where it went, and where it should have gone.
    label: Label,
    wanted: Label,
    category: &'static str,
    rule: &'a str,
    reason: &'a str,
    before: Vec<String>,
    after: Vec<String>,
}

/// Blocks before and behind it that are written down with it.
const AROUND: usize = 3;

/// Writes the report, and says where. The same report has the same name.
pub(super) fn write(
    folder: &Path,
    stored: &StoredArticle,
    place: usize,
    judged: &JudgedBlock,
) -> Result<PathBuf, Failure> {
    let blocks = &stored.submission.article.blocks;
    let texts = |from: usize, to: usize| {
        blocks.get(from..to.min(blocks.len())).unwrap_or_default().iter().map(|it| it.block.text()).collect()
    };
    let verdict = &judged.verdict;
    let report = Report {
        schema: 1,
        article: &stored.id,
        url: redact_url(&stored.submission.article.url),
        capture: &stored.submission.capture_hash,
        source_name: &stored.submission.article.source_name,
        rules: &stored.submission.rules_hash,
        boji: env!("CARGO_PKG_VERSION"),
        place,
        text: judged.block.text(),
        label: verdict.label,
        wanted: if verdict.label == Label::Keep { Label::Drop } else { Label::Keep },
        category: verdict.category_word(),
        rule: verdict.rule.as_str(),
        reason: &verdict.reason,
        before: texts(place.saturating_sub(AROUND), place),
        after: texts(place + 1, place + 1 + AROUND),
    };
    let folder = folder.join(FOLDER);
    let short: String = stored.id.chars().take(12).collect();
    let path = folder.join(format!("{short}-{place}.json"));
    let failed = |error: std::io::Error| Failure::Store(format!("failed to write {}: {error}", path.display()));
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    whole_file::write(&path, &(text + "\n")).map_err(failed)?;
    Ok(path)
}

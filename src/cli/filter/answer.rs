//! What is said to a line: the record of its page, or why there is none.

use std::io;

use boji_clean::clean::{self, Cleaned, clean_page};
use boji_clean::model::{Date, JudgedBlock, Timestamp};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;
use serde::Serialize;

use super::question::{Page, Question};
use crate::cli::arguments;
use crate::cli::input::MAX_FILE;
use crate::config::read_at_most;
use crate::export::Record;

/// One line out: the record with the caller's id.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    record: &'a Record,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<&'a [JudgedBlock]>,
}

/// One line out, where there is no record.
#[derive(Serialize)]
struct Refusal<'a> {
    id: Option<&'a str>,
    line: u64,
    error: &'a str,
}

/// The answer to a question, as JSON without a line end, or in words why there is none.
pub(super) fn answer(
    id: Option<&str>,
    question: Question,
    arguments: &arguments::Filter,
    rules: &Rules,
) -> Result<Vec<u8>, String> {
    let Question { page, url, fetched } = question;
    let (bytes, content_type) = match page {
        Page::Html(text) => (text.into_bytes(), "text/html; charset=utf-8"),
        Page::Markdown(text) => (text.into_bytes(), "text/markdown; charset=utf-8"),
        Page::Path(path) => (read_bounded(&path).map_err(|error| format!("failed to read {path}: {error}"))?, ""),
    };
    let input = Input { bytes: &bytes, url: &url, content_type };
    let (cleaned, ms) = timed(|| clean_page(&input, &clean::Context::default(), rules));
    let mut record = record_of(&cleaned, &url, fetched);
    if let Some(id) = id {
        id.clone_into(&mut record.id);
    }
    let article = cleaned.article.as_ref();
    let reply = Answer {
        record: &record,
        state: cleaned.state.as_str(),
        ms: arguments.timing.then_some(ms),
        markdown: arguments.markdown.then(|| article.map_or("", |article| article.markdown.as_str())),
        evidence: arguments.explain.then_some(cleaned.evidence.as_str()),
        blocks: arguments.explain.then(|| article.map_or(&[][..], |article| article.blocks.as_slice())),
    };
    serde_json::to_vec(&reply).map_err(|error| format!("failed to write the answer: {error}"))
}

/// What is said to the line of this number, from 1, of which there is no record: as JSON without a line end.
pub(super) fn refusal(id: Option<&str>, line: u64, error: &str) -> Vec<u8> {
    // Strings and numbers always have a JSON form.
    serde_json::to_vec(&Refusal { id, line, error }).unwrap_or_default()
}

/// The record of what was cleaned; for a page that is no article only what is known of it.
fn record_of(cleaned: &Cleaned, url: &str, fetched: Option<Timestamp>) -> Record {
    match &cleaned.article {
        Some(article) => Record::from_article(article, fetched),
        None => Record {
            title: cleaned.facts.title.clone().unwrap_or_default(),
            author: cleaned.facts.authors.join(", "),
            date: cleaned.facts.published.map(Date::to_utc).unwrap_or_default(),
            source_name: cleaned.facts.account.clone().unwrap_or_default(),
            url: url.to_owned(),
            date_fetched: fetched.map(|at| at.to_string()).unwrap_or_default(),
            metadata: "{}".to_owned(),
            ..Record::default()
        },
    }
}

/// The bytes of an ordinary file; a device or a pipe may have no end.
fn read_bounded(path: &str) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is no ordinary file"));
    }
    read_at_most(std::fs::File::open(path)?, MAX_FILE)
}

#[expect(
    clippy::disallowed_methods,
    reason = "--timing is asked for the machine's own time; nothing stored depends on it"
)]
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = std::time::Instant::now();
    let value = work();
    (value, start.elapsed().as_secs_f64() * 1_000.0)
}

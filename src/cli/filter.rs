use std::io::{self, BufRead, BufWriter, Write};
use std::ops::ControlFlow;

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use super::arguments;
use super::exit::Exit;
use crate::clean::{self, Winnowed, winnow};
use crate::config::Rules;
use crate::export::Record;
use crate::model::{JudgedBlock, Timestamp};
use crate::parse::Input;
use crate::pipeline::in_order;

/// Longest input line taken, in bytes; a longer one is reported and skipped.
const MAX_LINE: usize = 64 << 20;
/// Largest file read through `path`, in bytes.
const MAX_FILE: u64 = 128 << 20;

/// One line in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Question {
    id: serde_json::Value,
    html: Option<String>,
    markdown: Option<String>,
    path: Option<String>,
    url: Option<String>,
    fetched: Option<String>,
}

/// One line out: the record with the caller's id.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    record: &'a Record,
    state: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    evidence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    blocks: Option<&'a [JudgedBlock]>,
}

#[derive(Serialize)]
struct Refusal {
    id: serde_json::Value,
    error: String,
}

/// A pure function over lines: no store, no network, no configuration folder.
pub fn run(arguments: &arguments::Filter, rules: &Rules) -> anyhow::Result<Exit> {
    let jobs = arguments.jobs.unwrap_or_else(super::cores).max(1);
    let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut failed = false;
    let mut broken = None;
    in_order(
        jobs,
        Lines { input: io::BufReader::with_capacity(1 << 16, io::stdin()) },
        |line| line.map(|line| answer(&line, arguments, rules)),
        |answered| {
            let result = match answered {
                Ok((line, ok)) => {
                    failed |= !ok;
                    // Each answer leaves at once: the caller may be waiting for it before the next question.
                    stdout.write_all(&line).and_then(|()| stdout.flush())
                }
                Err(error) => Err(error),
            };
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    broken = Some(error);
                    ControlFlow::Break(())
                }
            }
        },
    );
    match broken {
        Some(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Some(error) => Err(error).context("failed to read questions or write answers"),
        None if failed => Ok(Exit::Partial),
        None => Ok(Exit::Done),
    }
}

/// The answer to one line and whether it is a good one.
fn answer(line: &[u8], arguments: &arguments::Filter, rules: &Rules) -> (Vec<u8>, bool) {
    let mut out = Vec::new();
    let question: Question = match serde_json::from_slice(line) {
        Ok(question) => question,
        Err(error) => {
            return (refusal(serde_json::Value::Null, format!("not a JSON object of the protocol: {error}")), false);
        }
    };
    let id = question.id.clone();
    let bytes = match bytes_of(&question) {
        Ok(bytes) => bytes,
        Err(message) => return (refusal(id, message), false),
    };
    let url = question.url.as_deref().unwrap_or_default();
    let input = Input {
        bytes: &bytes,
        url,
        content_type: if question.html.is_some() { "text/html; charset=utf-8" } else { "" },
    };
    let (winnowed, ms) = timed(|| winnow(&input, &clean::Context::default(), rules));
    let fetched = question.fetched.as_deref().and_then(Timestamp::parse);
    let mut record = record_of(&winnowed, url, fetched);
    record.id = match &id {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => record.id,
        other => other.to_string(),
    };
    let article = winnowed.article.as_ref();
    let reply = Answer {
        record: &record,
        state: winnowed.state.as_str(),
        evidence: winnowed.evidence.clone(),
        ms: arguments.timing.then_some(ms),
        markdown: article.filter(|_| arguments.markdown).map(|article| article.markdown.as_str()),
        blocks: article.filter(|_| arguments.explain).map(|article| article.blocks.as_slice()),
    };
    if let Err(error) = serde_json::to_writer(&mut out, &reply) {
        return (refusal(id, format!("failed to write the answer: {error}")), false);
    }
    out.push(b'\n');
    (out, true)
}

/// The record of what was winnowed; for a page that is no article only what is known of it.
fn record_of(winnowed: &Winnowed, url: &str, fetched: Option<Timestamp>) -> Record {
    match &winnowed.article {
        Some(article) => Record::from_article(article, fetched),
        None => Record {
            url: url.to_owned(),
            date_fetched: fetched.map(|at| at.to_string()).unwrap_or_default(),
            ..Record::default()
        },
    }
}

fn bytes_of(question: &Question) -> Result<Vec<u8>, String> {
    if let Some(text) = question.html.as_ref().or(question.markdown.as_ref()) {
        return Ok(text.clone().into_bytes());
    }
    let path = question.path.as_ref().ok_or("the line has none of `html`, `markdown` and `path`")?;
    let size = std::fs::metadata(path).map_err(|error| format!("failed to read {path}: {error}"))?.len();
    if size > MAX_FILE {
        return Err(format!("{path} has {size} bytes, more than {MAX_FILE}"));
    }
    std::fs::read(path).map_err(|error| format!("failed to read {path}: {error}"))
}

fn refusal(id: serde_json::Value, error: String) -> Vec<u8> {
    let mut line = serde_json::to_vec(&Refusal { id, error }).unwrap_or_default();
    line.push(b'\n');
    line
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

/// Lines of stdin, each bounded.
struct Lines {
    input: io::BufReader<io::Stdin>,
}

impl Iterator for Lines {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut line = Vec::new();
            match io::Read::take(&mut self.input, MAX_LINE as u64).read_until(b'\n', &mut line) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) => return Some(Err(error)),
            }
            if line.len() == MAX_LINE && line.last() != Some(&b'\n') {
                if let Err(error) = self.input.skip_until(b'\n') {
                    return Some(Err(error));
                }
                line.truncate(64);
            }
            if !line.trim_ascii().is_empty() {
                return Some(Ok(line));
            }
        }
    }
}

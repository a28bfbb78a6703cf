use std::io::{self, BufRead, BufWriter, Read, Write};
use std::ops::ControlFlow;

use anyhow::Context as _;
use boji_clean::clean::{self, Cleaned, clean_page};
use boji_clean::model::{Date, JudgedBlock, Timestamp};
use boji_clean::parse::Input;
use boji_clean::rules::Rules;
use serde::{Deserialize, Serialize};

use super::arguments;
use super::exit::Exit;
use super::input::MAX_FILE;
use super::limits;
use crate::config::read_at_most;
use crate::export::Record;
use crate::pipeline::{cores, guarded, in_order};

/// Longest input line taken, in bytes; a longer one is reported and skipped.
const MAX_LINE: u64 = 64 << 20;

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

/// The id alone, of a line in which something else is wrong.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Identified {
    id: serde_json::Value,
}

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

#[derive(Serialize)]
struct Refusal {
    id: Option<String>,
    error: String,
}

/// A pure function over lines: no store, no network, no configuration folder.
pub(super) fn run(arguments: &arguments::Filter, rules: &Rules) -> anyhow::Result<Exit> {
    // Many pages are to come, and the time that `--timing` tells is a page's own.
    rules.compile_all();
    let jobs = arguments.jobs.unwrap_or_else(cores).max(1);
    limits::enough(jobs + 1)?;
    let mut stdout = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut failed = false;
    let mut broken = None;
    in_order(
        jobs,
        Lines { input: io::BufReader::with_capacity(1 << 16, io::stdin()) },
        |line| line.map(|line| answer_or_refuse(&line, arguments, rules)),
        |answered| {
            let result = answered.context("failed to read stdin").and_then(|(line, ok)| {
                failed |= !ok;
                // Each answer leaves at once: the caller may be waiting for it before the next question.
                write(&mut stdout, &line).context("failed to write to stdout")
            });
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
        Some(error) => Err(error),
        None if failed => Ok(Exit::Partial),
        None => Ok(Exit::Done),
    }
}

/// Writes an answer at once. When nobody listens any more, the process ends here: the thread that waits for the next
/// question could wait for ever.
#[expect(clippy::disallowed_methods, clippy::exit, reason = "a thread blocked on stdin cannot be told to stop")]
fn write(stdout: &mut impl Write, line: &[u8]) -> io::Result<()> {
    let written = stdout.write_all(line).and_then(|()| stdout.flush());
    if written.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
        std::process::exit(i32::from(Exit::Done as u8));
    }
    written
}

/// The answer to one line and whether it is a good one.
fn answer_or_refuse(line: &Line, arguments: &arguments::Filter, rules: &Rules) -> (Vec<u8>, bool) {
    let answered = match line {
        Line::TooLong => Err((None, format!("the line is longer than {MAX_LINE} bytes"))),
        Line::Whole(line) => {
            guarded(|| answer(line, arguments, rules)).unwrap_or_else(|panic| Err((id_of(line), panic)))
        }
    };
    let (mut line, ok) = match answered {
        Ok(line) => (line, true),
        // Strings always have a JSON form.
        Err((id, error)) => (serde_json::to_vec(&Refusal { id, error }).unwrap_or_default(), false),
    };
    line.push(b'\n');
    (line, ok)
}

/// The answer to one line, or the caller's id and why there is none.
fn answer(line: &[u8], arguments: &arguments::Filter, rules: &Rules) -> Result<Vec<u8>, (Option<String>, String)> {
    let line = line.trim_ascii();
    // A JSON array would be read as the fields in their order.
    if !line.starts_with(b"{") {
        return Err((None, "the line is no JSON object".to_owned()));
    }
    let question: Question = serde_json::from_slice(line)
        .map_err(|error| (id_of(line), format!("the line is no JSON object of the protocol: {error}")))?;
    let id = id_text(&question.id);
    let bytes = bytes_of(&question).map_err(|message| (id.clone(), message))?;
    let url = question.url.as_deref().unwrap_or_default();
    let content_type = match question {
        Question { html: Some(_), .. } => "text/html; charset=utf-8",
        Question { markdown: Some(_), .. } => "text/markdown; charset=utf-8",
        _ => "",
    };
    let input = Input { bytes: &bytes, url, content_type };
    let (cleaned, ms) = timed(|| clean_page(&input, &clean::Context::default(), rules));
    let fetched = question.fetched.as_deref().and_then(Timestamp::parse);
    let mut record = record_of(&cleaned, url, fetched);
    if let Some(id) = &id {
        record.id.clone_from(id);
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
    serde_json::to_vec(&reply).map_err(|error| (id, format!("failed to write the answer: {error}")))
}

/// The caller's id as the record's string; `None` when there is none.
fn id_text(id: &serde_json::Value) -> Option<String> {
    match id {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null => None,
        other => Some(other.to_string()),
    }
}

/// The id of a line that is JSON but otherwise not as it should be.
fn id_of(line: &[u8]) -> Option<String> {
    serde_json::from_slice::<Identified>(line).ok().and_then(|identified| id_text(&identified.id))
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

fn bytes_of(question: &Question) -> Result<Vec<u8>, String> {
    if let Some(text) = question.html.as_ref().or(question.markdown.as_ref()) {
        return Ok(text.clone().into_bytes());
    }
    let path = question.path.as_ref().ok_or("the line has none of `html`, `markdown` and `path`")?;
    read_bounded(path).map_err(|error| format!("failed to read {path}: {error}"))
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

/// A line of stdin.
enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// Lines of stdin, each bounded, blank ones left out.
struct Lines {
    input: io::BufReader<io::Stdin>,
}

impl Iterator for Lines {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

impl Lines {
    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut line = Vec::new();
            if self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
                self.input.skip_until(b'\n')?;
                return Ok(Some(Line::TooLong));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line::Whole(line)));
            }
        }
    }
}

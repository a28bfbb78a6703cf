//! Writes `fixtures/tapes/demo.warc.gz`, the recorded day that `boji demo` plays, from `fixtures/demo/day.toml` and the
//! bodies beside it. Equal sources give equal bytes. `cargo run --example build_demo_tape`

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use boji::seams::fetch::{Exchange, FetchError, Recorder, Request, Transport};
use boji::seams::model::{BoxFuture, ErrorClass, ManualClock};
use boji_clean::model::Timestamp;
use serde::Deserialize;

/// Files within files; a part that includes itself ends here.
const MAX_INCLUDE_DEPTH: usize = 4;

type Outcome<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Outcome<()> {
    let (began, answers) = read_day()?;
    let unfinished = tape_path().with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_file(&unfinished)?;
    }
    let script = Script(Mutex::new(answers.clone()));
    let record = Recorder::create(&unfinished, script, Arc::new(ManualClock::new(began)))?;
    for answer in answers {
        record.exchange(&Request { url: answer.url, headers: Vec::new(), secret_headers: Vec::new() }).await?;
    }
    record.finish()?;
    fs::rename(unfinished, tape_path())?;
    Ok(())
}

/// A transport that says its lines, whatever it is asked.
struct Script(Mutex<VecDeque<Exchange>>);

impl Transport for Script {
    fn exchange<'a>(&'a self, request: &'a Request) -> BoxFuture<'a, Result<Exchange, FetchError>> {
        let line = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let outcome = line.ok_or_else(|| FetchError::new(&request.url, ErrorClass::NotRecorded, "the day is over"));
        Box::pin(std::future::ready(outcome))
    }
}

/// The day as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Day {
    began: String,
    exchange: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    /// Seconds after the day began.
    after: i64,
    url: String,
    status: u16,
    headers: BTreeMap<String, String>,
    body: Option<PathBuf>,
}

/// When the day began, and its answers in order.
fn read_day() -> Outcome<(Timestamp, VecDeque<Exchange>)> {
    let day: Day = toml::from_str(&fs::read_to_string(sources().join("day.toml"))?)?;
    let began = Timestamp::parse(&day.began).ok_or("`began` is no RFC 3339 instant")?;
    let mut answers = VecDeque::new();
    for step in day.exchange {
        let body = step.body.map_or(Ok(String::new()), |file| expand(&sources().join(file), 0))?;
        answers.push_back(Exchange {
            url: step.url,
            status: step.status,
            headers: step.headers.into_iter().collect(),
            body: body.into_bytes(),
            at: began.plus_seconds(step.after),
        });
    }
    Ok((began, answers))
}

/// The text of a file with its `@@include FILE@@` and `@@js FILE@@` filled in; FILE lies beside it.
fn expand(file: &Path, depth: usize) -> Outcome<String> {
    let text = fs::read_to_string(file).map_err(|error| format!("read {}: {error}", file.display()))?;
    if depth > MAX_INCLUDE_DEPTH {
        return Err(format!("{} includes itself", file.display()).into());
    }
    let mut filled = String::with_capacity(text.len());
    for (number, part) in text.split("@@").enumerate() {
        let named = |name: &str| expand(&file.with_file_name(name), depth + 1);
        // Every second part stands between two marks.
        match (number % 2 == 1, part.split_once(' ')) {
            (true, Some(("include", name))) => filled.push_str(&named(name)?),
            (true, Some(("js", name))) => filled.push_str(&escape(&named(name)?)),
            (true, _) => return Err(format!("{} has an unknown mark @@{part}@@", file.display()).into()),
            (false, _) => filled.push_str(part),
        }
    }
    Ok(filled)
}

/// Text as WeChat writes it into a JavaScript string.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for c in text.trim_end().chars() {
        match c {
            '\\' | '\r' | '"' | '&' | '\'' | '<' | '>' | '\n' => {
                // Writing to a string cannot fail.
                let _ = write!(escaped, "\\x{:02x}", u32::from(c));
            }
            _ => escaped.push(c),
        }
    }
    escaped
}

fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/demo")
}

fn tape_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/tapes/demo.warc.gz")
}

#[cfg(test)]
mod tests {
    use boji::seams::fetch::Replay;

    use super::*;

    #[tokio::test]
    async fn the_tape_holds_what_the_sources_say() {
        let (_, answers) = read_day().expect("readable");
        let replay = Replay::open(&tape_path()).expect("a tape");
        for told in answers {
            // Who has an answer already is told that nothing changed, too.
            let headers = vec![("if-none-match".to_owned(), "\"any\"".to_owned())];
            let request = Request { url: told.url.clone(), headers, secret_headers: Vec::new() };
            let played = replay.exchange(&request).await.expect("told");
            assert_eq!((played.status, played.at), (told.status, told.at), "{}", told.url);
            assert!(played.body == told.body, "{}: the body differs, make the tape again", told.url);
        }
    }
}

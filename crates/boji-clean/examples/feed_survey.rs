//! Reads every file of a folder as a feed and counts what comes out: `cargo run --example feed_survey -- DIR [--list]`.
//!
//! Files of feedparser's test suite state in a comment what they expect; where that is a plain comparison of a field
//! read here, it is checked. With `--list`, one line a file is printed: entries, reader, and title, address and date of the first.
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::disallowed_methods, reason = "a tool for developers")]

use std::collections::BTreeMap;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use boji_clean::model::Date;
use boji_clean::parse::{Feed, parse_feed};

const BASE: &str = "http://example.org/feed.xml";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let list = arguments.iter().any(|argument| argument == "--list");
    let folder = arguments.first().expect("a folder");
    let mut survey = Survey::default();
    for path in files(Path::new(folder)) {
        let bytes = std::fs::read(&path).unwrap();
        survey.take(path.strip_prefix(folder).unwrap(), &bytes, list);
    }
    survey.print();
}

#[derive(Default)]
struct Survey {
    files: usize,
    parsed: usize,
    entries: usize,
    bytes: usize,
    refused: Vec<String>,
    panicked: Vec<String>,
    silent: Vec<String>,
    via: BTreeMap<&'static str, usize>,
    issues: BTreeMap<String, usize>,
    checks: BTreeMap<String, (usize, Vec<String>)>,
    without: BTreeMap<&'static str, usize>,
    elapsed: std::time::Duration,
}

impl Survey {
    fn take(&mut self, path: &Path, bytes: &[u8], list: bool) {
        let name = path.display().to_string();
        self.files += 1;
        self.bytes += bytes.len();
        let start = std::time::Instant::now();
        let outcome = catch_unwind(|| parse_feed(bytes, "", BASE, 0));
        self.elapsed += start.elapsed();
        match outcome {
            Err(_) => self.panicked.push(name),
            Ok(Err(why)) => self.refused.push(format!("{name}: {why}")),
            Ok(Ok(feed)) => {
                if list {
                    let first = feed.entries.first().cloned().unwrap_or_default();
                    let date = first.published.or(first.modified).map(Date::to_utc).unwrap_or_default();
                    println!("{name}\t{}\t{}\t{}\t{}\t{date}", feed.entries.len(), feed.via, first.title, first.url);
                }
                self.count(&name, &feed, bytes);
            }
        }
    }

    fn count(&mut self, name: &str, feed: &Feed, bytes: &[u8]) {
        self.parsed += 1;
        self.entries += feed.entries.len();
        *self.via.entry(feed.via).or_default() += 1;
        for issue in &feed.issues {
            *self.issues.entry(issue.code.to_string()).or_default() += 1;
        }
        let text = String::from_utf8_lossy(bytes).to_lowercase();
        if feed.entries.is_empty() && feed.issues.is_empty() && (text.contains("<item>") || text.contains("<entry>")) {
            self.silent.push(name.to_owned());
        }
        for entry in &feed.entries {
            for (field, missing) in [
                ("url", entry.url.is_empty()),
                ("title", entry.title.is_empty()),
                ("date", entry.published.or(entry.modified).is_none()),
                ("text", entry.body.is_empty() && entry.summary.is_empty()),
            ] {
                *self.without.entry(field).or_default() += usize::from(missing);
            }
        }
        self.check(name, feed, bytes);
    }

    /// `Expect: not bozo and entries[0]['title'] == 'Example'`.
    fn check(&mut self, name: &str, feed: &Feed, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let Some((_, expectation)) = text.split_once("Expect:") else { return };
        let expectation = expectation.split("-->").next().unwrap().lines().next().unwrap();
        let Some((left, right)) = expectation.split_once("==") else { return };
        let field = left.replace("not bozo and", "").replace("bozo and", "").replace(' ', "").replace('"', "'");
        let Some(want) = python_string(right.trim()) else { return };
        let first = feed.entries.first();
        let got = match field.as_str() {
            "feed['title']" => &feed.title,
            "feed['link']" => &feed.site_url,
            "feed['language']" => &feed.language,
            "feed['description']" | "feed['subtitle']" | "feed['tagline']" => &feed.description,
            "entries[0]['title']" => first.map_or(&EMPTY, |entry| &entry.title),
            "entries[0]['link']" => first.map_or(&EMPTY, |entry| &entry.url),
            "entries[0]['id']" | "entries[0]['guid']" => first.map_or(&EMPTY, |entry| &entry.guid),
            "entries[0]['author']" => &first.map(|entry| entry.authors.join(", ")).unwrap_or_default(),
            "entries[0]['content'][0]['value']" | "entries[0]['description']" | "entries[0]['summary']" => {
                first.map_or(&EMPTY, |entry| if entry.body.is_empty() { &entry.summary } else { &entry.body })
            }
            _ => return,
        };
        let (right, wrong) = self.checks.entry(field).or_default();
        if simple(got) == simple(&want) {
            *right += 1;
        } else {
            wrong.push(format!("{name}: {got:?} for {want:?}"));
        }
    }

    fn print(&self) {
        println!("{} files, {} parsed, {} entries", self.files, self.parsed, self.entries);
        println!(
            "{} refused, {} silently empty, {} panicked",
            self.refused.len(),
            self.silent.len(),
            self.panicked.len()
        );
        println!("{:.1} MB/s", self.bytes as f64 / 1e6 / self.elapsed.as_secs_f64());
        println!("via {:?}\nissues {:?}\nentries without {:?}", self.via, self.issues, self.without);
        for (kind, list) in [("refused", &self.refused), ("silent", &self.silent), ("panicked", &self.panicked)] {
            for line in list {
                println!("{kind} {line}");
            }
        }
        for (field, (right, wrong)) in &self.checks {
            println!("{field}: {right} right, {} wrong", wrong.len());
            for line in wrong {
                println!("  {line}");
            }
        }
    }
}

static EMPTY: String = String::new();

/// Tags, entities and blanks do not count.
fn simple(text: &str) -> String {
    let mut inside = false;
    let kept = text.chars().filter(|c| {
        inside = *c == '<' || inside && *c != '>';
        !inside && *c != '>' && !c.is_whitespace()
    });
    kept.collect::<String>().replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
}

fn python_string(text: &str) -> Option<String> {
    let text = text.trim_start_matches('u');
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let mut out = String::new();
    let mut characters = text[1..].chars();
    loop {
        match characters.next()? {
            c if c == quote => return characters.as_str().trim().is_empty().then_some(out),
            '\\' => match characters.next()? {
                'n' => out.push('\n'),
                digits @ ('x' | 'u') => {
                    let hex: String = characters.by_ref().take(if digits == 'x' { 2 } else { 4 }).collect();
                    out.push(char::from_u32(u32::from_str_radix(&hex, 16).ok()?)?);
                }
                c => out.push(c),
            },
            c => out.push(c),
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if !path.extension().is_some_and(|end| end == "opml" || end == "tsv") && !path.ends_with("LICENSE") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

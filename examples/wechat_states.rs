//! Reads saved WeChat pages and compares state and facts with a gold file.
//!
//!     cargo run --release --example wechat_states -- FOLDER GOLD.jsonl
//!
//! FOLDER holds `*.html`; a line of GOLD holds `id` (the file's name), `state` and `meta`. Words are compared by their
//! letters and digits, times to the minute in Beijing.

#![expect(clippy::print_stdout, reason = "an example reports to people")]

use std::{collections::BTreeMap, error::Error, fs, path::Path};

use boji::{
    model::{Date, Facts},
    parse::{Body, Input, Page, page},
};
use serde_json::Value;
use unicode_normalization::UnicodeNormalization;

const ROUNDS: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (Some(folder), Some(gold)) = (arguments.next(), arguments.next()) else {
        return Err("usage: wechat_states FOLDER GOLD.jsonl".into());
    };
    let (mut pages, mut right) = (0, 0);
    let mut fields: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for line in fs::read_to_string(gold)?.lines() {
        let row: Value = serde_json::from_str(line)?;
        let id = row.get("id").and_then(Value::as_str).unwrap_or_default();
        if Path::new(id).extension().is_none_or(|extension| extension != "html") {
            continue;
        }
        let bytes = fs::read(Path::new(&folder).join(id))?;
        let (read, millis) = timed(&bytes);
        let state = row.get("state").and_then(Value::as_str).unwrap_or_default();
        pages += 1;
        right += u32::from(read.state.as_str() == state);
        println!("{id}: {} {:.2} ms {} {} {}", read.state, millis, bytes.len(), read.evidence, form(&read));
        if read.state.as_str() != state {
            println!("  state: {state} wanted");
        }
        for conflict in &read.facts.conflicts {
            println!("  conflict: {conflict:?}");
        }
        for (field, want, have) in compared(row.get("meta").unwrap_or(&Value::Null), &read.facts) {
            let count = fields.entry(field).or_default();
            count.1 += 1;
            if want == have {
                count.0 += 1;
            } else {
                println!("  {field}: {have:?}, wanted {want:?}");
            }
        }
    }
    println!("states {right}/{pages}");
    for (field, (right, all)) in fields {
        println!("{field} {right}/{all}");
    }
    Ok(())
}

/// The page and the best of some rounds in milliseconds.
#[expect(clippy::disallowed_methods, reason = "measuring is this example's job")]
fn timed(bytes: &[u8]) -> (Page, f64) {
    let input = Input { bytes, ..Input::default() };
    let mut best = f64::MAX;
    for _ in 0..ROUNDS {
        let start = std::time::Instant::now();
        drop(page(&input));
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
    }
    (page(&input), best)
}

fn form(page: &Page) -> String {
    let body = match &page.body {
        Body::Empty => "no body".to_owned(),
        Body::Blocks(blocks) => format!("{} blocks", blocks.len()),
        Body::Fragment(_) => "fragment".to_owned(),
        Body::Document(_) => "document".to_owned(),
    };
    let kind = page.facts.kind.map_or("", |kind| kind.as_str());
    format!("{kind} {body} {:?} {:?}", page.facts.copyright, page.issues)
}

/// Field, wanted and found value, for each field that the gold states.
fn compared(meta: &Value, facts: &Facts) -> Vec<(&'static str, String, String)> {
    let want = |name: &str| meta.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let have = [
        ("title", facts.title.clone()),
        ("account", facts.account.clone()),
        ("author", Some(facts.authors.join(", "))),
        ("place", facts.place.clone()),
    ];
    let mut rows = Vec::new();
    for (field, value) in have {
        let is_account = field == "author" && want("author").map(squeeze) == want("account").map(squeeze);
        if let Some(wanted) = want(field).filter(|_| !is_account) {
            rows.push((field, squeeze(wanted), squeeze(&value.unwrap_or_default())));
        }
    }
    if want("author").is_none() && !meta.is_null() {
        rows.push(("no author", String::new(), facts.authors.join(", ")));
    }
    if let Some(wanted) = want("published") {
        let at = facts.published.map(|date: Date| date.to_string().replace('T', " ")).unwrap_or_default();
        rows.push(("published", wanted.to_owned(), at.chars().take(wanted.chars().count()).collect()));
    }
    rows
}

/// Letters and digits alone, compatibility forms folded, lower case.
fn squeeze(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|letter| letter.is_alphanumeric()).collect()
}

//! JSON with one page or text in each line (JSONL, NDJSON), or in each element of an array.

use std::io::{self, BufRead, Cursor, Read};

use super::document::{Content, Document};
use super::json_values::{Elements, Lines, MAX_VALUE, Piece};
use crate::discover::{Listing, read_listing, read_record};

/// Elements of an array that are looked at: an account's list may begin with articles of which an exporter has no text.
const MAX_LOOKED_AT: usize = 32;

/// What a file of JSON turns out to be.
pub(super) enum Json {
    /// Documents, one a line or element.
    Many(Box<dyn Iterator<Item = Document> + Send>),
    /// One value, or lines that only mean something together: a list, a reply.
    Whole,
}

/// Looks at the first line or the first elements of a file. `is_lines` when its name says that each line is a value;
/// `is_large` when it is too large to be taken whole.
pub(super) fn open(mut input: Box<dyn BufRead + Send>, name: &str, is_lines: bool, is_large: bool) -> io::Result<Json> {
    let name = name.to_owned();
    let mut first = Vec::new();
    input.by_ref().take(MAX_VALUE as u64).read_until(b'\n', &mut first)?;
    let is_array = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first).trim_ascii_start().starts_with(b"[");
    let is_record = !is_array && read_record(&first).is_some();
    let input = Cursor::new(first).chain(input);
    if is_record || is_lines && !is_array {
        let lines = Lines::new(input).map(move |line| match line {
            Ok((number, piece)) => document(format!("{name}:{number}"), piece),
            Err(error) => Document::broken(&name, error.to_string()),
        });
        return Ok(Json::Many(Box::new(lines)));
    }
    if !is_array {
        return Ok(Json::Whole);
    }
    let Some(mut elements) = Elements::of_array(input)? else { return Ok(Json::Whole) };
    let mut first = Vec::new();
    let (mut is_record, mut bytes) = (false, 0);
    while !is_record && first.len() < MAX_LOOKED_AT && bytes < MAX_VALUE {
        let Some(element) = elements.next() else { break };
        if let Ok((_, Piece::Whole(element))) = &element {
            is_record = holds_one(element);
            bytes += element.len();
        }
        first.push(element);
    }
    if !is_record && !is_large {
        return Ok(Json::Whole);
    }
    let documents = first.into_iter().chain(elements).map(move |element| match element {
        Ok((number, piece)) => document(format!("{name}#{number}"), piece),
        Err(error) => Document::broken(&name, error.to_string()),
    });
    Ok(Json::Many(Box::new(documents)))
}

/// Whether an object carries the page or the text of an article.
fn holds_one(bytes: &[u8]) -> bool {
    let is_whole = |listing: Listing| listing.candidates.iter().any(|candidate| !candidate.body.is_empty());
    read_record(bytes).is_some() || read_listing(bytes).is_some_and(is_whole)
}

fn document(file: String, piece: Piece) -> Document {
    match piece {
        Piece::Whole(bytes) => Document::new(file, Content::Record(bytes.trim_ascii().to_vec())),
        Piece::TooLong => Document::broken(file, format!("it is longer than {MAX_VALUE} bytes")),
    }
}

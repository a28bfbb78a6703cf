use std::io;

use super::document::{Content, Document, PassedOver};
use super::json_lines::{self, Json};
use super::kind::{Kind, kind};
use super::packed::{self, inner_name, open as unpack};
use super::{har, warc, zip};
use crate::config::read_at_most;
use crate::discover::{FoundFile, counted_as, ending_of, may_hold_pages};
use crate::pipeline::ordered::guarded;

/// Largest file that is one document, unpacked.
pub(in crate::pipeline::import) const MAX_FILE: u64 = 64 << 20;

type Documents = Box<dyn Iterator<Item = Document> + Send>;

/// The documents of a file, in order: itself, or what it holds. `is_named` when a person named this very file, who is told
/// when it is of a kind that is not read; of a folder such files are counted.
pub(in crate::pipeline::import) fn documents(
    found: FoundFile,
    is_named: bool,
) -> impl Iterator<Item = Document> + Send {
    let name = found.relative.clone();
    let opened = guarded(|| open(found, is_named).map_err(|error| error.to_string()));
    let documents = opened.and_then(|opened| opened);
    Guarded { documents: documents.unwrap_or_else(|error| one(Document::broken(&name, error))), name, is_over: false }
}

/// Documents up to one at which the reader of their container fails for good.
struct Guarded {
    documents: Documents,
    name: String,
    is_over: bool,
}

impl Iterator for Guarded {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        if self.is_over {
            return None;
        }
        guarded(|| self.documents.next()).unwrap_or_else(|panic| {
            self.is_over = true;
            Some(Document::broken(&self.name, panic))
        })
    }
}

fn one(document: Document) -> Documents {
    Box::new(std::iter::once(document))
}

fn open(found: FoundFile, is_named: bool) -> io::Result<Documents> {
    let name = found.relative.clone();
    let Ok(mut unpacked) = packed::open(&found.path) else { return Ok(one(file(found))) };
    let inner = if unpacked.is_packed { inner_name(&name) } else { &name };
    if unpacked.is_packed && inner.contains('.') && !may_hold_pages(inner) {
        return Ok(one(unread(name.clone(), &counted_as(inner), "a packed file of another kind", is_named)));
    }
    Ok(match kind(inner, unpacked.content.fill_buf()?) {
        Kind::Warc => Box::new(warc::open(&found.path, &name)?),
        Kind::Zip if unpacked.is_packed => one(Document::broken(name, "it is a zip, packed again: unpack it first")),
        Kind::WebArchive => Box::new(warc::open_web_archive(&found.path, &name)?),
        Kind::Zip => Box::new(zip::open(&found.path, &name)?),
        Kind::Har => Box::new(har::open(unpacked.content, name)?),
        Kind::Unread(counted, called) => one(unread(name, counted, called, is_named)),
        Kind::Plain => whole(found, unpacked.is_packed)?,
        Kind::Json => {
            let is_lines = ["jsonl", "ndjson"].contains(&ending_of(inner).as_str());
            let is_large = found.path.metadata()?.len() > MAX_FILE;
            match json_lines::open(unpacked.content, &name, is_lines, is_large)? {
                Json::Many(documents) => documents,
                Json::Whole => whole(found, unpacked.is_packed)?,
            }
        }
    })
}

/// A file that is one document.
fn whole(found: FoundFile, is_packed: bool) -> io::Result<Documents> {
    if !is_packed {
        return Ok(one(file(found)));
    }
    let bytes = read_at_most(unpack(&found.path)?.content, MAX_FILE)?;
    let name = inner_name(&found.relative).to_owned();
    Ok(one(Document::new(found.relative, Content::Unpacked { name, fetched: None, bytes })))
}

fn file(found: FoundFile) -> Document {
    Document::new(found.relative, Content::File(found.path))
}

fn unread(name: String, counted: &str, called: &str, is_named: bool) -> Document {
    if is_named {
        return Document::broken(name, format!("it is {called}, which boji does not read"));
    }
    Document::new(name, Content::PassedOver(PassedOver::File(counted.to_owned())))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Names of what a file gives, at most so many.
    fn opened(name: &str, bytes: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).expect("written");
        let found = FoundFile { relative: name.to_owned(), path };
        documents(found, false).take(1_000).map(|document| document.file).collect()
    }

    #[test]
    fn what_says_nothing_of_itself_is_one_document() {
        for (name, bytes) in
            [("a.html", &b"<p>a"[..]), ("a.json", b"{}"), ("a.json", b"[]"), ("a", b""), ("a.txt", b"[1] a")]
        {
            assert_eq!(opened(name, bytes), [name], "{name} {}", bytes.escape_ascii());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_bytes_come_to_an_end(
            name in prop::sample::select(vec!["a.gz", "a.jsonl", "a.json", "a.har", "a.warc", "a.wacz", "a.zip", "a.xlsx"]),
            start in prop::sample::select(vec![
                &b""[..], b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"PK\x03\x04", b"PK\x05\x06", b"WARC/1.0\r\nContent-Length: 9\r\n\r\n",
                b"{\"log\":{\"entries\":[", b"[{\"text\":\"a\"}", b"{\"text\":\"a\"}\n",
            ]),
            rest in prop::collection::vec(any::<u8>(), 0..400),
        ) {
            prop_assert!(opened(name, &[start, &rest].concat()).len() < 1_000);
        }
    }
}

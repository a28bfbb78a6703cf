//! HAR, in which browsers save what their network panel shows: each answer with a page in it is a document.

use std::io::{self, BufRead};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use boji_clean::model::Timestamp;
use serde::Deserialize;

use super::document::{Content, Document, Page, PassedOver};
use super::json_values::{Elements, Piece};
use super::warc::is_text;

/// Whether a file begins as HAR does.
pub(super) fn is_har(head: &[u8]) -> bool {
    let letters: Vec<u8> = head.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(64).collect();
    letters.starts_with(br#"{"log":{"#)
}

/// The answers of a file in order.
pub(super) fn open(input: Box<dyn BufRead + Send>, name: String) -> io::Result<impl Iterator<Item = Document> + Send> {
    let entries = Elements::of_member(input, "entries")?;
    let entries = entries.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it has no list of entries"))?;
    Ok(entries.map(move |entry| match entry {
        Ok((number, Piece::Whole(bytes))) => Document::new(format!("{name}#{number}"), Content::HarEntry(bytes)),
        Ok((number, Piece::TooLong)) => Document::broken(format!("{name}#{number}"), "it is too long"),
        Err(error) => Document::broken(&name, error.to_string()),
    }))
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default, rename = "startedDateTime")]
    started: String,
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
struct Request {
    url: String,
}

#[derive(Deserialize)]
struct Response {
    status: i64,
    #[serde(default)]
    content: Body,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Body {
    #[serde(rename = "mimeType")]
    mime_type: String,
    text: Option<String>,
    encoding: String,
}

/// The page of an entry, what it holds instead, or a sentence why it cannot be read.
pub(in crate::pipeline::import) fn read_entry(bytes: &[u8]) -> Content {
    let entry: Entry = match serde_json::from_slice(bytes) {
        Ok(entry) => entry,
        Err(error) => return Content::Broken(format!("it is no entry of HAR: {error}")),
    };
    let Body { mime_type, text, encoding } = entry.response.content;
    let passed_over = |why: String| Content::PassedOver(PassedOver::Record(why));
    if entry.response.status != 200 {
        return passed_over(format!("status {}", entry.response.status));
    }
    if mime_type.is_empty() || !is_text(&mime_type) {
        return passed_over(mime_type.split(';').next().unwrap_or_default().trim().to_owned());
    }
    let Some(text) = text.filter(|text| !text.is_empty()) else { return passed_over("without content".to_owned()) };
    let (body, content_type) = if encoding == "base64" {
        match STANDARD.decode(text.trim()) {
            Ok(body) => (body, mime_type),
            Err(error) => return Content::Broken(format!("its content is no base64: {error}")),
        }
    } else {
        // What JSON carries as text is UTF-8, whatever it was when it came.
        let essence = mime_type.split(';').next().unwrap_or_default().trim();
        (text.into_bytes(), format!("{essence}; charset=utf-8"))
    };
    Content::Page(Page {
        url: entry.request.url,
        content_type,
        fetched: Timestamp::parse(&entry.started),
        body,
        later: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_is_a_page_or_is_passed_over() {
        let entry = |status: u16, content: serde_json::Value| {
            let value = json!({"startedDateTime": "2026-01-02T03:04:05.000Z", "request": {"url": "https://a.example/"},
                "response": {"status": status, "content": content}});
            match read_entry(value.to_string().as_bytes()) {
                Content::Page(page) => {
                    format!("{} {} {}", page.url, page.content_type, String::from_utf8_lossy(&page.body))
                }
                Content::PassedOver(PassedOver::Record(why)) | Content::Broken(why) => why,
                _ => "other".to_owned(),
            }
        };
        let cases = [
            (
                200,
                json!({"mimeType": "text/html; charset=gbk", "text": "<p>a"}),
                "https://a.example/ text/html; charset=utf-8 <p>a",
            ),
            (
                200,
                json!({"mimeType": "text/html", "text": "PHA+YQ==", "encoding": "base64"}),
                "https://a.example/ text/html <p>a",
            ),
            (200, json!({"mimeType": "image/png", "text": "eA=="}), "image/png"),
            (200, json!({"mimeType": "text/html"}), "without content"),
            (304, json!({"mimeType": "text/html", "text": "<p>a"}), "status 304"),
        ];
        for (status, content, want) in cases {
            assert_eq!(entry(status, content.clone()), want, "{content}");
        }
        assert!(matches!(read_entry(b"{"), Content::Broken(_)));
    }

    #[test]
    fn har_is_known_by_its_beginning() {
        for (head, want) in [("{\n \"log\" : {\"version\"", true), ("{\"logs\": {", false), ("", false)] {
            assert_eq!(is_har(head.as_bytes()), want, "{head}");
        }
    }
}

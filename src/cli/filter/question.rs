//! The reading of a line: whose it is, and what it asks or why it asks nothing.

use boji_clean::model::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a line asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub page: Page,
    /// Where the page came from, as the line has it; "" when it does not say. Crawls and exports hold paths and worse, which say
    /// nothing, and are no reason to leave a page out.
    pub url: String,
    /// When the page was fetched.
    pub fetched: Option<Timestamp>,
}

/// The page that a line brings, or where it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Page {
    Html(String),
    Markdown(String),
    Path(String),
}

/// A line that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// The caller's id; `None` when there is none, or none that can be read.
    pub id: Option<String>,
    /// The question, or in words why there is none.
    pub question: Result<Question, String>,
}

/// The fields as they are written: the digits of an id are the caller's, and of a wrong value its name is told.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Fields<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    html: Option<&'a RawValue>,
    #[serde(borrow)]
    markdown: Option<&'a RawValue>,
    #[serde(borrow)]
    path: Option<&'a RawValue>,
    #[serde(borrow)]
    url: Option<&'a RawValue>,
    #[serde(borrow)]
    fetched: Option<&'a RawValue>,
}

/// Reads a line of the protocol. Fields that it does not know are passed over.
pub(super) fn read(line: &[u8]) -> Asked {
    // Its end is no part of a string that is cut off there.
    let line = line.trim_ascii_end();
    let nameless = |reason| Asked { id: None, question: Err(reason) };
    // A JSON array would be read as the fields in their order.
    if !line.trim_ascii_start().starts_with(b"{") {
        return nameless("the line is no JSON object".to_owned());
    }
    let fields: Fields = match serde_json::from_slice(line) {
        Ok(fields) => fields,
        Err(error) => return nameless(format!("the line is no JSON object of the protocol: {}", reason_of(&error))),
    };
    match id(fields.id) {
        Ok(id) => Asked { id, question: question(&fields) },
        Err(reason) => nameless(reason),
    }
}

/// The id: of a number its digits as they are written, for `1.10` and `12345678901234567890123` name other things than the numbers
/// that a machine makes of them.
fn id(value: Option<&RawValue>) -> Result<Option<String>, String> {
    match value.map(RawValue::get) {
        Some(number) if number.starts_with(|first: char| first == '-' || first.is_ascii_digit()) => {
            Ok(Some(number.to_owned()))
        }
        Some(other) if !other.starts_with('"') => {
            Err(format!("`id` is {}, where a string or a number is expected", kind(other)))
        }
        _ => text("id", value),
    }
}

fn question(fields: &Fields) -> Result<Question, String> {
    let html = text("html", fields.html)?.map(Page::Html);
    let markdown = text("markdown", fields.markdown)?.map(Page::Markdown);
    let path = text("path", fields.path)?.map(Page::Path);
    let url = text("url", fields.url)?.unwrap_or_default();
    let fetched = text("fetched", fields.fetched)?.unwrap_or_default();
    let mut pages = [html, markdown, path].into_iter().flatten();
    let page = pages.next().ok_or("the line has none of `html`, `markdown` and `path`")?;
    if let Some(second) = pages.next() {
        return Err(format!("the line has both `{}` and `{}`, where one page is expected", page.key(), second.key()));
    }
    let at = Timestamp::parse(&fetched);
    // In records an empty text says that nothing is known.
    if !fetched.is_empty() && at.is_none() {
        let reason = "`fetched` is no time of RFC 3339 (such as 2026-01-31T08:00:00Z)";
        return Err(format!("{reason}: {}", start_of(&fetched)));
    }
    Ok(Question { page, url, fetched: at })
}

impl Page {
    fn key(&self) -> &'static str {
        match self {
            Self::Html(_) => "html",
            Self::Markdown(_) => "markdown",
            Self::Path(_) => "path",
        }
    }
}

/// The text of a field; `None` for null, or where the line has no such field.
fn text(name: &str, value: Option<&RawValue>) -> Result<Option<String>, String> {
    let Some(value) = value.map(RawValue::get) else { return Ok(None) };
    if !value.starts_with('"') {
        return Err(format!("`{name}` is {}, where a string is expected", kind(value)));
    }
    serde_json::from_str(value).map(Some).map_err(|error| format!("`{name}` cannot be read: {}", reason_of(&error)))
}

/// What a value that is no string is, by its first character.
fn kind(value: &str) -> &'static str {
    match value.bytes().next() {
        Some(b'{') => "an object",
        Some(b'[') => "an array",
        Some(b't' | b'f') => "a truth value",
        _ => "a number",
    }
}

/// Why JSON cannot be read, and at which byte. That each line is a first one to its reader is nobody's business.
fn reason_of(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match reason.strip_suffix(&place) {
        Some(reason) => format!("{reason} at byte {}", error.column()),
        None => reason,
    }
}

/// The beginning of a value, for a message.
fn start_of(value: &str) -> String {
    const SHOWN: usize = 80;
    let mut shown: String = value.chars().take(SHOWN).collect();
    if shown.len() < value.len() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_the_text_of_a_string_and_the_digits_of_a_number() {
        let cases = [
            (r#"{"id":"a\u0062"}"#, Some("ab")),
            (r#"{"id":""}"#, Some("")),
            (r#"{"id":7}"#, Some("7")),
            (r#"{"id": -0 }"#, Some("-0")),
            (r#"{"id":1.10}"#, Some("1.10")),
            (r#"{"id":1e400}"#, Some("1e400")),
            (r#"{"id":1E+2}"#, Some("1E+2")),
            (r#"{"id":12345678901234567890123}"#, Some("12345678901234567890123")),
            (r#"{"id":null}"#, None),
            ("{}", None),
        ];
        for (line, id) in cases {
            let asked = read(line.as_bytes());
            assert_eq!(asked.id.as_deref(), id, "{line}");
            assert_eq!(asked.question, Err("the line has none of `html`, `markdown` and `path`".to_owned()), "{line}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_of_the_line_with_the_name_of_the_field() {
        // The line, whether its id can be read, the words of its error.
        let cases = [
            (r#"{"id":{"a":1},"html":""}"#, false, "`id` is an object, where a string or a number is expected"),
            (r#"{"id":["a"],"html":""}"#, false, "`id` is an array, where a string or a number is expected"),
            (r#"{"id":true,"html":""}"#, false, "`id` is a truth value, where a string or a number is expected"),
            (r#"{"id":"\ud800","html":""}"#, false, "`id` cannot be read: unexpected end of hex escape at byte 8"),
            (r#"{"id":"a","html":5}"#, true, "`html` is a number, where a string is expected"),
            (r#"{"id":"a","markdown":[]}"#, true, "`markdown` is an array, where a string is expected"),
            (r#"{"id":"a","path":false}"#, true, "`path` is a truth value, where a string is expected"),
            (r#"{"id":"a","html":"","url":{}}"#, true, "`url` is an object, where a string is expected"),
            (r#"{"id":"a","html":"","fetched":1767}"#, true, "`fetched` is a number, where a string is expected"),
            (r#"{"id":"a","html":"","markdown":""}"#, true, "has both `html` and `markdown`"),
            (r#"{"id":"a","path":"b","html":""}"#, true, "has both `html` and `path`"),
            (r#"{"id":"a","path":"b","markdown":""}"#, true, "has both `markdown` and `path`"),
            (r#"{"id":"a","html":null,"path":null}"#, true, "none of `html`, `markdown` and `path`"),
            (r#"{"id":"a","html":"","fetched":"yesterday"}"#, true, "(such as 2026-01-31T08:00:00Z): yesterday"),
            (r#"{"id":"a","html":"","fetched":"2026-01-31"}"#, true, "(such as 2026-01-31T08:00:00Z): 2026-01-31"),
            (r#"["a","<p>b</p>"]"#, false, "no JSON object"),
            (r#"{"id":"a""#, false, "EOF while parsing an object at byte 9"),
            (r#"{"id":"a"} {}"#, false, "trailing characters at byte 12"),
            (r#"{"id":"a","id":"b"}"#, false, "duplicate field `id`"),
        ];
        for (line, has_id, words) in cases {
            let asked = read(line.as_bytes());
            assert_eq!(asked.id.as_deref(), has_id.then_some("a"), "{line}");
            let reason = asked.question.expect_err(line);
            assert!(reason.contains(words) && !reason.contains(" at line "), "{line}: {reason}");
        }
    }

    #[test]
    fn an_address_is_taken_as_the_line_has_it() {
        for url in ["https://a.example/x", "/2024/05/01/bread/", "a.example/x", "xhttps://a.example", "file:///a"] {
            let line = serde_json::json!({"html": "", "url": url}).to_string();
            assert_eq!(read(line.as_bytes()).question.map(|question| question.url), Ok(url.to_owned()));
        }
    }

    #[test]
    fn what_is_left_out_null_or_empty_says_nothing() {
        let question = Question { page: Page::Html("b".to_owned()), url: String::new(), fetched: None };
        for line in [
            r#"{"html":"b"}"#,
            r#"{"html":"b","markdown":null,"path":null,"url":null,"fetched":null}"#,
            r#"{"html":"b","url":"","fetched":""}"#,
            r#"  {"html":"b","title":7,"text":{"a":[]}}"#,
        ] {
            assert_eq!(read(line.as_bytes()), Asked { id: None, question: Ok(question.clone()) }, "{line}");
        }
    }
}

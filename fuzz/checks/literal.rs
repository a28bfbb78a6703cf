use std::fmt::Write as _;

use boji_clean::parse::{self, Input, Page};

use super::invariants;

/// A literal that a page's script assigns to `window.cgiDataNew`: the bytes as the literal, as the value of one field
/// among others, and as a text that is encoded the way WeChat does it.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let raw = page(&text);
    invariants::equal(&raw, &page(&text), "page");
    let facts = format!("{:?}", raw.facts).len();
    invariants::bounded(facts, text.len(), "facts");
    // Zero bytes say that a page is no UTF-8.
    if !text.contains('\0') {
        spoils_only_its_field(&text);
        is_read_as_written(&text);
    }
}

fn page(literal: &str) -> Page {
    let html = format!("<html><body><script>window.cgiDataNew = {literal};</script></body></html>");
    parse::page(&Input { bytes: html.as_bytes(), url: "", content_type: "text/html; charset=utf-8" })
}

/// An expression whose brackets close, without quotes, comments and regular expressions, leaves the fields round it as
/// they are.
fn spoils_only_its_field(text: &str) {
    if text.contains(['"', '\'', '`', '/', '\\', '<']) || !is_balanced(text) {
        return;
    }
    let page = page(&format!("{{ user_name: 'gh_before', other: [{text}], nick_name: JsDecode('after') }}"));
    assert_eq!(page.facts.gh_id.as_deref(), Some("gh_before"), "the field before {text}");
    assert_eq!(page.facts.account.as_deref(), Some("after"), "the field after {text}");
}

fn is_balanced(text: &str) -> bool {
    let mut open = Vec::new();
    for letter in text.chars() {
        match letter {
            '(' => open.push(')'),
            '[' => open.push(']'),
            '{' => open.push('}'),
            ')' | ']' | '}' if open.pop() != Some(letter) => return false,
            _ => {}
        }
    }
    open.is_empty()
}

/// What WeChat's server writes between quotes for a text is read as that text.
fn is_read_as_written(text: &str) {
    let mut encoded = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        match letter {
            '\\' | '\'' | '"' | '<' | '>' | '&' | '\n' | '\r' => {
                let _ = write!(encoded, "\\x{:02x}", u32::from(letter));
            }
            _ => encoded.push(letter),
        }
    }
    let page =
        page(&format!("{{ nick_name: 'n', appmsgalbuminfo: {{ title: JsDecode('{encoded}') }}, idx: '1' * 1 }}"));
    let want = text.trim();
    // What looks like an escape once more is decoded once more, as the page's own script does it.
    if !text.contains('\\') {
        assert_eq!(page.facts.series.as_deref().unwrap_or_default(), want);
    }
    assert_eq!(page.facts.idx.as_deref(), Some("1"), "the field after {text}");
}

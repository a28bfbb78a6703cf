use memchr::memmem;
use serde_json::{Deserializer, Value};

/// The messages that a saved profile page holds in its script: `var msgList = '…'`, a text of JSON with its quotation
/// marks as entities, or `var msgList = {…}`. `None` when there are none.
pub(super) fn messages(page: &[u8]) -> Option<Value> {
    let at = memmem::find(page, b"msgList")? + b"msgList".len();
    let rest = page.get(at..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    match rest.first()? {
        b'{' | b'[' => first_value(rest),
        quote @ (b'\'' | b'"') => {
            let written = rest.get(1..)?;
            let written = written.get(..closing(written, *quote)?)?;
            let plain = unescaped(&String::from_utf8_lossy(written));
            first_value(plain.as_bytes()).or_else(|| first_value(without_entities(&plain).as_bytes()))
        }
        _ => None,
    }
}

fn first_value(text: &[u8]) -> Option<Value> {
    Deserializer::from_slice(text).into_iter::<Value>().next()?.ok()
}

/// Where a string ends that began with `quote`.
fn closing(text: &[u8], quote: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        let step = memchr::memchr2(quote, b'\\', text.get(at..)?)?;
        at += step;
        if text.get(at) == Some(&quote) {
            return Some(at);
        }
        at += 2;
    }
}

/// The value of a string of the script: `\x22` and the like undone.
fn unescaped(written: &str) -> String {
    let mut plain = String::with_capacity(written.len());
    let mut rest = written;
    while let Some((before, after)) = rest.split_once('\\') {
        plain.push_str(before);
        let hex = after.strip_prefix('x').and_then(|digits| u8::from_str_radix(digits.get(..2)?, 16).ok());
        let length = match (hex, after.chars().next()) {
            (Some(byte), _) => {
                plain.push(char::from(byte));
                3
            }
            (None, Some(sign @ ('\\' | '\'' | '"' | '/'))) => {
                plain.push(sign);
                1
            }
            // Any other escape means the same to JSON.
            (None, sign) => {
                plain.push('\\');
                plain.extend(sign);
                sign.map_or(0, char::len_utf8)
            }
        };
        rest = after.get(length..).unwrap_or_default();
    }
    plain.push_str(rest);
    plain
}

/// One round of entities: what is left belongs to the titles inside.
fn without_entities(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_messages_in_every_form() {
        let want = json!({"list": [{"title": "甲 &quot;乙&quot;", "url": "/s?a=1&amp;b=2"}]});
        let json = want.to_string();
        let entities = json.replace('&', "&amp;").replace('"', "&quot;");
        let escaped = json.replace('"', "\\x22").replace('/', "\\\\/").replace('&', "\\x26");
        for page in [
            format!("<script>var msgList = {json};\nvar x = {{}};</script>"),
            format!("<html><script>var msgList = '{entities}';</script>"),
            format!("<html><script>msgList=\"{escaped}\".html(false);</script>"),
        ] {
            assert_eq!(messages(page.as_bytes()), Some(want.clone()), "{page}");
        }
        for page in ["<p>msgList", "<p>msgList = '", "<p>msgList = 'a\\", "<p>msgList = 5", "<p>msgList = {\"a\":", ""]
        {
            assert_eq!(messages(page.as_bytes()), None, "{page}");
        }
    }
}

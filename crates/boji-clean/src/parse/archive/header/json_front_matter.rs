use serde_json::{Deserializer, Map, Value};

use super::fields::note;
use super::keys::{Field, field};
use crate::model::Facts;

/// Longest object read, in bytes.
const MAX_BYTES: usize = 65_536;
/// Fewest keys of ours by which it is a front matter and no example of data.
const MIN_KEYS: usize = 2;
/// Most values of a list.
const MAX_VALUES: usize = 64;

/// The object of JSON at the start, alone or between `---json` and `---`, and the text behind it. `None` for a text that begins
/// otherwise, or with an object of something else.
pub(super) fn read(text: &str) -> Option<(Facts, &str)> {
    let fenced = ["---json\n", "---json\r\n"].iter().find_map(|fence| text.strip_prefix(fence));
    let object = fenced.unwrap_or(text);
    if !object.starts_with('{') {
        return None;
    }
    let head = object.get(..object.floor_char_boundary(MAX_BYTES))?;
    let mut values = Deserializer::from_str(head).into_iter::<Map<String, Value>>();
    let fields = values.next()?.ok()?;
    let rest = object.get(values.byte_offset()..)?;
    let body = match fenced {
        Some(_) => rest.trim_start().strip_prefix("---")?,
        None => rest,
    };
    let (mut facts, mut known) = (Facts::default(), 0);
    for (key, value) in &fields {
        known += usize::from(state(&mut facts, key, value));
    }
    note(&mut facts);
    (known >= MIN_KEYS && body.starts_with(['\n', '\r'])).then_some((facts, body))
}

/// Sets what a value says, each of a list; false for a key that no header has.
fn state(facts: &mut Facts, key: &str, value: &Value) -> bool {
    let Some((field, _)) = field(key) else { return false };
    let values = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in values.iter().take(MAX_VALUES) {
        let said = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            // A person, or a medium, as an object.
            Value::Object(object) => object.get("name").and_then(Value::as_str).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        if field != Field::Created && !said.trim().is_empty() {
            field.set(facts, &said, said.trim());
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    #[test]
    fn an_object_above_a_text_is_its_front_matter() {
        let object = "{\n  \"title\": \"渡口\",\n  \"author\": [\"芦花\", {\"name\": \"老方\"}],\n  \"publish_time\": 1717416900,\n  \"tags\": [\"水, 船\"]\n}";
        for text in [format!("{object}\n\n正文"), format!("---json\n{object}\n---\n\n正文")] {
            let (facts, body) = read(&text).expect("a front matter");
            assert_eq!((facts.title.as_deref(), body), (Some("渡口"), "\n\n正文"), "{text}");
            assert_eq!(
                (facts.authors, facts.tags),
                (vec!["芦花".into(), "老方".into()], vec!["水, 船".into()]),
                "{text}"
            );
            assert_eq!(facts.published, Date::parse("2024-06-03T20:15:00+08:00"), "{text}");
        }
        for other in [
            "{\"a\": 1}\n\n正文",
            "{\"title\": \"渡口\"}\n\n正文",
            "{\"title\": \"甲\", \"author\": \"乙\"} 正文",
            "{ 一",
        ] {
            assert!(read(other).is_none(), "{other}");
        }
    }
}

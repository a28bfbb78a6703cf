use serde_json::{Map, Value};

use super::bounded_json;
use super::draft::{EntryDraft, Written};
use super::excerpt::Excerpts;
use super::outline::Head;
use super::repair::MAX_ENTRIES;
use crate::model::{Issue, IssueCode, limits};
use crate::parse::date::parse_date;

/// A JSON Feed as far as it can be read.
#[derive(Debug, Default)]
pub(super) struct JsonFeed {
    pub head: Head,
    pub drafts: Vec<EntryDraft>,
    pub excerpts: Excerpts,
    pub issues: Vec<Issue>,
}

/// Reads JSON Feed 1.0 and 1.1 with whatever types writers use for its fields; `None` when it is no feed. Raw control
/// characters and commas too many are forgiven, and a text that ends early keeps its whole items.
pub(super) fn read_json(text: &str, default_offset_minutes: i16) -> Option<JsonFeed> {
    let text = text.get(text.find('{')?..)?;
    let mut feed = JsonFeed::default();
    let root = if let Ok(Value::Object(root)) = bounded_json::read(text) {
        root
    } else {
        let (mended, cut) = mend(text);
        let Ok(Value::Object(root)) = bounded_json::read(&mended) else { return None };
        let (code, what) = if cut {
            (IssueCode::Truncated, "the feed ends early")
        } else {
            (IssueCode::BrokenJson, "the JSON is broken")
        };
        feed.issues.push(Issue::new(code, format!("{what}, what could be mended is kept")));
        root
    };
    let items = root.get("items").or_else(|| root.get("entries"));
    let version = string(&root, "version");
    if !version.contains("jsonfeed") && !items.is_some_and(Value::is_array) {
        return None;
    }
    feed.head = head(&root);
    let items: Vec<&Map<String, Value>> =
        items.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object).take(MAX_ENTRIES).collect();
    feed.drafts = items.iter().map(|item| draft(item, &root, default_offset_minutes)).collect();
    feed.excerpts = excerpts(&root, &items);
    Some(feed)
}

/// A JSON Feed has no places in its text once it was read: what it says is written down again, without its items.
fn excerpts(root: &Map<String, Value>, items: &[&Map<String, Value>]) -> Excerpts {
    let around: Map<String, Value> = root
        .iter()
        .filter(|(key, _)| !matches!(key.as_str(), "items" | "entries"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let mut text = Value::Object(around).to_string();
    text.pop();
    text.push_str(if text.len() > 1 { r#","items":["# } else { r#""items":["# });
    let mut places = Vec::with_capacity(items.len());
    for item in items {
        let start = text.len();
        // Writing plain values cannot fail; a missing one would be an entry without a place.
        text.push_str(&serde_json::to_string(item).unwrap_or_default());
        places.push(start..text.len());
    }
    text.push_str("]}");
    Excerpts::of(&text, &places, text.len())
}

fn head(root: &Map<String, Value>) -> Head {
    let hub = root.get("hubs").and_then(Value::as_array).and_then(|hubs| hubs.first());
    Head {
        title: Written { text: string(root, "title"), is_html: false },
        description: Written { text: string(root, "description"), is_html: false },
        site: string(root, "home_page_url"),
        own: string(root, "feed_url"),
        hub: hub.and_then(Value::as_object).map(|hub| string(hub, "url")).unwrap_or_default(),
        next: string(root, "next_url"),
        language: string(root, "language"),
        ..Head::default()
    }
}

fn draft(item: &Map<String, Value>, root: &Map<String, Value>, default_offset_minutes: i16) -> EntryDraft {
    let date = |name: &str| parse_date(&string(item, name), default_offset_minutes);
    let html = string(item, "content_html");
    let content = if html.is_empty() {
        Written { text: string(item, "content_text"), is_html: false }
    } else {
        Written::html(html)
    };
    let mut authors = people(item);
    if authors.is_empty() {
        authors = people(root);
    }
    EntryDraft {
        title: Written { text: string(item, "title"), is_html: false },
        link: first(item, &["url", "external_url"]),
        guid: string(item, "id"),
        guid_may_be_link: true,
        authors,
        published: date("date_published"),
        modified: date("date_modified"),
        tags: texts(item.get("tags")),
        cover: first(item, &["image", "banner_image"]),
        content,
        summary: Written { text: string(item, "summary"), is_html: false },
        license: String::new(),
        rights: String::new(),
        base: String::new(),
    }
}

/// `authors` of version 1.1 and `author` of 1.0, as objects, text or lists of either.
fn people(map: &Map<String, Value>) -> Vec<String> {
    let mut names = Vec::new();
    for key in ["authors", "author"] {
        let value = map.get(key);
        let list =
            value.and_then(Value::as_array).map_or_else(|| value.into_iter().collect(), |list| list.iter().collect());
        let list: Vec<&Value> = list;
        for person in list.into_iter().take(limits::MAX_LISTED) {
            match person {
                Value::String(name) => names.push(name.clone()),
                Value::Object(person) => names.push(string(person, "name")),
                _ => {}
            }
        }
        if !names.is_empty() {
            break;
        }
    }
    names
}

/// A list of texts, or one text with commas.
fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        Some(Value::String(text)) => text.split([',', '，', ';']).map(|tag| tag.trim().to_owned()).collect(),
        _ => Vec::new(),
    }
}

fn first(map: &Map<String, Value>, names: &[&str]) -> String {
    names.iter().map(|name| string(map, name)).find(|value| !value.is_empty()).unwrap_or_default()
}

/// Text, or a number as text: ids and dates are often numbers.
fn string(map: &Map<String, Value>, name: &str) -> String {
    match map.get(name) {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The text without raw control characters in strings and without commas before a closing bracket, and, when it ends
/// early, cut behind its last whole item. Tells whether it was cut.
fn mend(text: &str) -> (String, bool) {
    let mut out = String::with_capacity(text.len());
    let mut open: Vec<char> = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    // Where the last item of a list in the root ended.
    let mut last_item = None;
    for c in text.chars() {
        if in_string {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            out.push(if c.is_ascii_control() { ' ' } else { c });
            continue;
        }
        match c {
            '"' => in_string = true,
            '{' | '[' => open.push(if c == '{' { '}' } else { ']' }),
            '}' | ']' => {
                if out.trim_end().ends_with(',') {
                    out.truncate(out.trim_end().len() - 1);
                }
                if open.last() == Some(&c) {
                    open.pop();
                }
            }
            _ => {}
        }
        out.push(c);
        if c == '}' && open.len() == 2 {
            last_item = Some(out.len());
        }
        if open.is_empty() {
            return (out, false);
        }
    }
    if let Some(end) = last_item {
        out.truncate(end);
        out.push_str("]}");
    }
    (out, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mends_what_writers_break() {
        assert_eq!(mend("{\"a\": [1, 2,],}junk"), ("{\"a\": [1, 2]}".to_owned(), false));
        assert_eq!(mend("{\"a\": \"x\ny\"}"), ("{\"a\": \"x y\"}".to_owned(), false));
        let (mended, cut) = mend("{\"t\": 1, \"items\": [{\"id\": 1}, {\"id\": 2, \"x\": \"ab");
        assert_eq!((mended.as_str(), cut), ("{\"t\": 1, \"items\": [{\"id\": 1}]}", true));
    }

    #[test]
    fn takes_fields_of_any_type() {
        let text =
            r#"{"version": 1, "items": [{"id": 7, "author": "甲", "tags": "一,二", "date_published": 1720454218}]}"#;
        let feed = read_json(text, 480).expect("a feed");
        let draft = &feed.drafts[0];
        assert_eq!((draft.guid.as_str(), &draft.authors[0][..], draft.tags.len()), ("7", "甲", 2));
        assert!(draft.published.is_some());
        assert!(read_json("{\"error\": \"no such page\"}", 0).is_none());
    }
}

use std::fmt::Write;

use boji_clean::model::{Article, Date};
use serde::Serialize;

use super::record::Record;

/// The fields of a record as YAML between two lines of `---`. Dates stand in the zone in which they were stated; what
/// is unknown is left out.
pub(super) fn front_matter(record: &Record, article: &Article) -> String {
    let date = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
    let fields = [
        ("title", record.title.as_str()),
        ("author", &record.author),
        ("date", &date(article.published)),
        ("date_modified", &date(article.modified)),
        ("date_fetched", &record.date_fetched),
        ("url", &record.url),
        ("canonical_url", &record.canonical_url),
        ("language", &record.language),
        ("source", &record.source),
        ("source_id", &record.source_id),
        ("source_name", &record.source_name),
        ("license", &record.license),
        ("rights", &record.rights),
        ("content_hash", &record.content_hash),
        ("dup_of", &record.dup_of),
        ("quality_flags", &record.quality_flags),
    ];
    let mut yaml = String::from("---\n");
    let mut put = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(yaml, "{name}: {value}");
    };
    put("id", flow(&record.id));
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        put(name, flow(value));
    }
    put("revision", record.revision.to_string());
    put("tags", flow(&record.tags));
    put("metadata", flow(&article.metadata));
    yaml.push_str("---\n");
    yaml
}

/// A value in YAML's flow style. That is JSON, but for the characters that YAML 1.1 takes for line breaks or refuses
/// even within quotes: those only occur in strings, where they can be escaped.
fn flow<T: Serialize + ?Sized>(value: &T) -> String {
    let json = serde_json::to_string(value).unwrap_or_else(|_| "\"\"".to_owned());
    let mut yaml = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(yaml, "\\u{:04x}", u32::from(character));
            }
            _ => yaml.push(character),
        }
    }
    yaml
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_line() {
        let cases = [
            ("plain", r#""plain""#),
            ("a: \"b\" # c", r#""a: \"b\" # c""#),
            ("---\ninjected: true", r#""---\ninjected: true""#),
            ("one\u{2028}two\u{85}three\u{7f}", r#""one\u2028two\u0085three\u007f""#),
            ("'单'\\", r#""'单'\\""#),
        ];
        for (raw, want) in cases {
            assert_eq!(flow(raw), want);
        }
    }
}

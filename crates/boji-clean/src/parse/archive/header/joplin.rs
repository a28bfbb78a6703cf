use super::fields::note;
use super::keys::{Field, field};
use super::words::plain;
use crate::model::Facts;
use crate::parse::archive::lines::next_line;

/// Longest block of a note's fields, in bytes.
const MAX_BYTES: usize = 8_192;

/// A note as Joplin's RAW export writes it: its title in the first line, its text, and below it the note's own fields, `id` first
/// and `type_: 1` last. `None` for any other text.
pub(super) fn read(text: &str) -> Option<(Facts, &str)> {
    let text = text.trim_end();
    let from = text.ceil_char_boundary(text.len().saturating_sub(MAX_BYTES));
    let at = from + text.get(from..)?.rfind("\n\n")? + "\n\n".len();
    let (note_text, fields) = text.split_at_checked(at)?;
    let id = next_line(fields).0.strip_prefix("id: ")?;
    let is_note = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) && fields.ends_with("\ntype_: 1");
    if !is_note {
        return None;
    }
    let (title, body) = next_line(note_text);
    let mut facts = Facts { title: Some(plain(title)).filter(|title| !title.is_empty()), ..Facts::default() };
    for (key, value) in fields.lines().filter_map(|line| line.split_once(": ")) {
        // `source` is the program, and its times are those of the note.
        if let Some((field @ (Field::Author | Field::Address), _)) = field(key).filter(|_| !value.trim().is_empty()) {
            field.set(&mut facts, value, value.trim());
        }
    }
    note(&mut facts);
    Some((facts, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_its_fields_below_its_text() {
        let fields = "id: 0a1b2c3d4e5f60718293a4b5c6d7e8f9\ncreated_time: 2026-01-02T03:04:05.000Z\nauthor: 芦花\nsource_url: https://a.example/p\nsource: joplin-desktop\ntype_: 1";
        let text = format!("渡口\n\n正文\n\n{fields}\n");
        let (facts, body) = read(&text).expect("a note");
        assert_eq!((facts.title.as_deref(), body.trim()), (Some("渡口"), "正文"));
        assert_eq!((facts.url.as_deref(), facts.authors), (Some("https://a.example/p"), vec!["芦花".to_owned()]));
        assert_eq!((facts.account, facts.published), (None, None));
        for other in ["渡口\n\nid: 7\ntype_: 1", "id: 7", "渡口\n\n正文"] {
            assert!(read(other).is_none(), "{other}");
        }
    }
}

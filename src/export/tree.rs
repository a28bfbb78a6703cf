use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use boji_clean::model::{Article, Date};
use boji_clean::text::without_controls;
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::error::ExportError;
use super::manifest::MANIFEST;
use super::pictures::{IMAGES, Illustrated, Pictures};
use super::record::Record;
use super::sink::{Output, Sink, WrittenFile};
use crate::model::StoredArticle;
use crate::store::Store;

/// Digits of the id that tell two articles of one name apart.
const ID_DIGITS: usize = 8;

/// One file an article: `<account or source>/<date>-<title>.md`.
pub struct TreeSink<'a> {
    folder: PathBuf,
    form: Form,
    /// Where they go along.
    pictures: Option<Pictures<'a>>,
    /// Paths taken, in lower case: some file systems take `A.md` and `a.md` for one.
    taken: BTreeSet<String>,
    done: Vec<WrittenFile>,
}

/// What a file of a tree holds.
#[derive(Clone, Copy)]
enum Form {
    /// Markdown with the fields of the record in front.
    Markdown,
    /// The title, a blank line, the text.
    Text,
}

impl<'a> TreeSink<'a> {
    /// Markdown with the fields of the record in front.
    pub fn markdown(folder: &Path) -> Self {
        Self::new(folder, Form::Markdown)
    }

    /// The same, with the pictures that a store keeps beside the documents.
    pub(super) fn illustrated(folder: &Path, store: &'a dyn Store) -> Self {
        Self { pictures: Some(Pictures::new(store, folder)), ..Self::markdown(folder) }
    }

    /// The title, a blank line, the text.
    pub fn text(folder: &Path) -> Self {
        Self::new(folder, Form::Text)
    }

    fn new(folder: &Path, form: Form) -> Self {
        Self { folder: folder.to_owned(), form, pictures: None, taken: BTreeSet::new(), done: Vec::new() }
    }

    fn content(&mut self, record: &Record, stored: &StoredArticle) -> Result<String, ExportError> {
        let article = &stored.submission.article;
        let (markdown, cover) = match (self.form, &mut self.pictures) {
            (Form::Text, _) => {
                let title = if record.title.is_empty() { String::new() } else { format!("{}\n\n", record.title) };
                return Ok(format!("{title}{}\n", record.text.trim_end()));
            }
            (Form::Markdown, None) => (Cow::Borrowed(&article.markdown), String::new()),
            (Form::Markdown, Some(pictures)) => {
                let Illustrated { markdown, cover } = pictures.illustrated(stored)?;
                (Cow::Owned(markdown), cover)
            }
        };
        Ok(format!("{}\n{}\n", front_matter(record, article, &cover), markdown.trim_end()))
    }

    /// A path that no article before has.
    fn path(&mut self, record: &Record, stored: &StoredArticle) -> String {
        let extension = self.form.extension();
        let folder = folder_name(record, self.pictures.is_some());
        let day = day(stored);
        let short_id: String = record.id.chars().take(ID_DIGITS).collect();
        let title = safe_name(&record.title, MAX_NAME_BYTES);
        let words = format!("{day}-{}", if title.is_empty() { &short_id } else { &title });
        let mut path = String::new();
        for suffix in [String::new(), format!("-{short_id}"), format!("-{}", record.id)] {
            let room = MAX_NAME_BYTES.saturating_sub(extension.len() + suffix.len());
            path = format!("{folder}/{}{suffix}{extension}", safe_name(&words, room));
            if self.taken.insert(path.to_lowercase()) {
                break;
            }
        }
        path
    }
}

impl Form {
    const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => ".md",
            Self::Text => ".txt",
        }
    }
}

impl Sink for TreeSink<'_> {
    fn write(&mut self, record: &Record, article: &StoredArticle) -> Result<(), ExportError> {
        let path = self.path(record, article);
        let content = self.content(record, article)?;
        let mut output = Output::create(&self.folder, &path)?;
        // Also of articles that an earlier version has stored.
        output
            .write_all(without_controls(&content).as_bytes())
            .map_err(ExportError::writing(&self.folder.join(&path)))?;
        self.done.push(output.finish(1)?);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        let pictures = self.pictures.into_iter().flat_map(Pictures::finish);
        Ok(self.done.into_iter().chain(pictures).collect())
    }
}

fn folder_name(record: &Record, has_pictures: bool) -> String {
    let names = [&record.source_name, &record.source_id].map(|name| safe_name(name, MAX_NAME_BYTES));
    match names.into_iter().find(|name| !name.is_empty()) {
        None => "unknown".to_owned(),
        // The manifest lies beside the folders, and the pictures.
        Some(name) if name.eq_ignore_ascii_case(MANIFEST) => format!("_{name}"),
        Some(name) if has_pictures && name.eq_ignore_ascii_case(IMAGES) => format!("_{name}"),
        Some(name) => name,
    }
}

/// The day of publication where it was published, "" when unknown.
fn day(stored: &StoredArticle) -> String {
    let published = stored.submission.article.published;
    published.map_or_else(String::new, |date| date.to_string().chars().take("2024-05-01".len()).collect())
}

/// Longest name of a file or folder, in bytes. File systems take 255; archives, encryption and sync tools take less.
const MAX_NAME_BYTES: usize = 120;

/// Names that Windows keeps for devices, with any extension.
const RESERVED: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// A name that every file system takes, as near to `raw` as can be and of at most `max_bytes` bytes; "" when nothing
/// of it is left. It has no separator and is neither `.` nor `..`, so that it stays in its folder.
fn safe_name(raw: &str, max_bytes: usize) -> String {
    let mut name = String::new();
    for character in raw.nfc() {
        match character {
            _ if is_invisible(character) => {}
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '-' => push_dash(&mut name),
            _ if character.is_whitespace() || character.is_control() => push_dash(&mut name),
            _ => name.push(character),
        }
    }
    let mut name = name.trim_matches(is_edge).to_owned();
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    let end = name.floor_char_boundary(max_bytes);
    name.truncate(end);
    name.truncate(name.trim_end_matches(is_edge).len());
    name
}

fn push_dash(name: &mut String) {
    if !name.ends_with('-') {
        name.push('-');
    }
}

/// A dot first hides a file, a dot or space last is dropped by Windows; a dash at either end is only what is left of
/// something else.
const fn is_edge(character: char) -> bool {
    matches!(character, '.' | '-' | ' ')
}

/// Marks of direction and of width nothing, with which one name can look like another.
const fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn is_reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    let numbered = ["com", "lpt"].iter().any(|device| {
        stem.strip_prefix(device).is_some_and(|rest| {
            let mut characters = rest.chars();
            matches!((characters.next(), characters.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    });
    numbered || RESERVED.contains(&stem.as_str())
}

/// The fields of a record as YAML between two lines of `---`. Dates stand in the zone in which they were stated; what
/// is unknown is left out.
fn front_matter(record: &Record, article: &Article, cover: &str) -> String {
    let date = |date: Option<Date>| date.map_or_else(String::new, |date| date.to_string());
    let fields = [
        ("title", record.title.as_str()),
        ("author", &record.author),
        ("date", &date(article.published)),
        ("date_modified", &date(article.modified)),
        ("date_fetched", &record.date_fetched),
        ("url", &record.url),
        ("canonical_url", &record.canonical_url),
        ("cover", cover),
        ("language", &record.language),
        ("source", &record.source),
        ("source_id", &record.source_id),
        ("source_name", &record.source_name),
        ("license", &record.license),
        ("rights", &record.rights),
        ("content_hash", &record.content_hash),
        ("dup_of", &record.dup_of),
        ("dup_kind", &record.dup_kind),
        ("quality_flags", &record.quality_flags),
    ];
    let mut yaml = String::from("---\n");
    let mut put = |name: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(yaml, "{name}: {value}");
    };
    put("id", yaml_value(&record.id));
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        put(name, yaml_value(value));
    }
    put("revision", record.revision.to_string());
    put("tags", yaml_value(&record.tags));
    put("metadata", yaml_of_json(&record.metadata));
    yaml.push_str("---\n");
    yaml
}

/// A value in YAML's flow style. That is JSON, but for the characters that YAML 1.1 takes for line breaks or refuses
/// even within quotes: those only occur in strings, where they can be escaped.
pub(crate) fn yaml_value<T: Serialize + ?Sized>(value: &T) -> String {
    yaml_of_json(&serde_json::to_string(value).unwrap_or_else(|_| "\"\"".to_owned()))
}

fn yaml_of_json(json: &str) -> String {
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
    use std::path::{Component, Path};

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_safe_and_near() {
        let cases = [
            ("春天：来了", "春天：来了"),
            ("a / b", "a-b"),
            ("../../etc/passwd", "etc-passwd"),
            ("..", ""),
            (".hidden", "hidden"),
            ("C:\\Windows", "C-Windows"),
            ("CON", "_CON"),
            ("con.txt", "_con.txt"),
            ("Com1", "_Com1"),
            ("com¹.tar.gz", "_com¹.tar.gz"),
            ("COM10", "COM10"),
            ("console", "console"),
            ("a\u{0}b\nc\td", "a-b-c-d"),
            ("end. . .", "end"),
            ("a\u{202e}gpj.exe", "agpj.exe"),
            ("\u{1F600} 笑", "\u{1F600}-笑"),
            ("e\u{301}", "é"),
            ("", ""),
            ("\u{3000}", ""),
        ];
        for (raw, want) in cases {
            assert_eq!(safe_name(raw, MAX_NAME_BYTES), want, "{raw:?}");
        }
    }

    #[test]
    fn long_names_are_cut_at_a_character() {
        assert_eq!(safe_name(&"汉".repeat(300), MAX_NAME_BYTES), "汉".repeat(40));
        assert_eq!(safe_name(&"汉".repeat(300), 119), "汉".repeat(39));
        assert_eq!(safe_name("ab. c", 4), "ab");
    }

    proptest! {
        #[test]
        fn a_name_stays_in_its_folder(raw in "\\PC{0,80}|[./\\\\a: \u{0}-\u{1f}]{0,20}", max in 0usize..130) {
            let name = safe_name(&raw, max);
            prop_assert!(name.len() <= max);
            if !name.is_empty() {
                let parts: Vec<_> = Path::new(&name).components().collect();
                prop_assert_eq!(parts, [Component::Normal(name.as_ref())]);
                prop_assert!(!name.contains('\\'));
            }
        }
    }

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
            assert_eq!(yaml_value(raw), want);
        }
    }
}

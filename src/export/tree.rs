use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::ExportError;
use super::front_matter::front_matter;
use super::manifest::MANIFEST;
use super::names::{MAX_NAME_BYTES, safe_name};
use super::output::Output;
use super::record::Record;
use super::sink::{Sink, WrittenFile};
use crate::model::StoredArticle;

/// Digits of the id that tell two articles of one name apart.
const ID_DIGITS: usize = 8;

/// One file an article: `<account or source>/<date>-<title>.md`.
pub struct TreeSink {
    folder: PathBuf,
    extension: &'static str,
    render: fn(&Record, &StoredArticle) -> String,
    /// Paths taken, in lower case: some file systems take `A.md` and `a.md` for one.
    taken: BTreeSet<String>,
    done: Vec<WrittenFile>,
}

impl TreeSink {
    /// Markdown with the fields of the record in front.
    pub fn markdown(folder: &Path) -> Self {
        Self::new(folder, ".md", |record, stored| {
            let article = &stored.submission.article;
            format!("{}\n{}\n", front_matter(record, article), article.markdown.trim_end())
        })
    }

    /// The title, a blank line, the text.
    pub fn text(folder: &Path) -> Self {
        Self::new(folder, ".txt", |record, _| {
            let title = if record.title.is_empty() { String::new() } else { format!("{}\n\n", record.title) };
            format!("{title}{}\n", record.text.trim_end())
        })
    }

    fn new(folder: &Path, extension: &'static str, render: fn(&Record, &StoredArticle) -> String) -> Self {
        Self { folder: folder.to_owned(), extension, render, taken: BTreeSet::new(), done: Vec::new() }
    }

    /// A path that no article before has.
    fn path(&mut self, record: &Record, stored: &StoredArticle) -> String {
        let folder = folder_name(record);
        let day = day(stored);
        let short_id: String = record.id.chars().take(ID_DIGITS).collect();
        let title = safe_name(&record.title, MAX_NAME_BYTES);
        let words = format!("{day}-{}", if title.is_empty() { &short_id } else { &title });
        let mut path = String::new();
        for suffix in [String::new(), format!("-{short_id}"), format!("-{}", record.id)] {
            let room = MAX_NAME_BYTES.saturating_sub(self.extension.len() + suffix.len());
            path = format!("{folder}/{}{suffix}{}", safe_name(&words, room), self.extension);
            if self.taken.insert(path.to_lowercase()) {
                break;
            }
        }
        path
    }
}

impl Sink for TreeSink {
    fn write(&mut self, record: &Record, article: &StoredArticle) -> Result<(), ExportError> {
        let path = self.path(record, article);
        let mut output = Output::create(&self.folder, &path)?;
        let content = (self.render)(record, article);
        output.write_all(content.as_bytes()).map_err(ExportError::writing(&self.folder.join(&path)))?;
        self.done.push(output.finish(1)?);
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<Vec<WrittenFile>, ExportError> {
        Ok(self.done)
    }
}

fn folder_name(record: &Record) -> String {
    let names = [&record.source_name, &record.source_id].map(|name| safe_name(name, MAX_NAME_BYTES));
    match names.into_iter().find(|name| !name.is_empty()) {
        None => "unknown".to_owned(),
        // The manifest lies beside the folders.
        Some(name) if name.eq_ignore_ascii_case(MANIFEST) => format!("_{name}"),
        Some(name) => name,
    }
}

/// The day of publication where it was published, "" when unknown.
fn day(stored: &StoredArticle) -> String {
    let published = stored.submission.article.published;
    published.map_or_else(String::new, |date| date.to_string().chars().take("2024-05-01".len()).collect())
}

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Discover, IsKnown, Query, Step};
use crate::model::{Capture, Source, SourceState};

/// A folder is not polled: its files come in when a person imports it ([`walk`]).
pub struct Folder;

impl Discover for Folder {
    fn start(&self, _source: &Source, _state: &SourceState) -> Step {
        Step::default()
    }

    fn read(&self, _source: &Source, _ask: &Query, _capture: &Capture, _known: &IsKnown<'_>) -> Step {
        Step::default()
    }
}

/// Folders deeper than this are not entered.
const MAX_DEPTH: usize = 64;
/// Files after this many are not listed.
const MAX_FILES: usize = 2_000_000;
/// Endings (after the last dot, lower case) of files that may hold an article, a list of articles or a list of feeds.
const ENDINGS: [&str; 13] =
    ["html", "htm", "xhtml", "mhtml", "mht", "md", "markdown", "txt", "opml", "xml", "json", "jsonl", "ndjson"];
/// What browsers add to the name of a saved page for the folder of its parts, in English and Chinese.
const PARTS: [&str; 4] = ["_files", "_文件", "_檔案", ".files"];

/// A file that may be worth importing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FoundFile {
    /// Path relative to what was walked, `/` between its parts: `metadata.file` of the article.
    pub relative: String,
    /// Where to read it.
    pub path: PathBuf,
}

/// Why a part of a folder was left out.
#[derive(Debug, thiserror::Error)]
pub enum WalkError {
    /// A file or folder that cannot be read.
    #[error("read {}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// A bound was reached.
    #[error("list all of {}: {reason}", path.display())]
    TooMuch {
        /// The folder.
        path: PathBuf,
        /// Which bound.
        reason: &'static str,
    },
}

/// Lists the files below `root` in the order of their relative paths, or `root` itself when it is a file.
///
/// Hidden files and folders, and the `<name>_files` folder that a browser saves beside `<name>.html`, are left out. A
/// link to a file counts if the file lies below `root`; a link to a folder is not followed, so there are no rings.
pub fn walk(root: &Path) -> Walk {
    let mut walk = Walk { root: root.to_owned(), real_root: None, pending: Vec::new(), listed: 0 };
    match fs::canonicalize(root) {
        Err(source) => walk.pending.push(Pending::Error(WalkError::Unreadable { path: root.to_owned(), source })),
        Ok(real) if real.is_file() => {
            let relative = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            walk.pending.push(Pending::File(FoundFile { relative, path: root.to_owned() }));
        }
        Ok(real) => {
            walk.real_root = Some(real);
            walk.pending.push(Pending::Folder { relative: String::new(), depth: 0 });
        }
    }
    walk
}

/// The files below a folder; see [`walk`]. Memory is that of the open folders' names.
pub struct Walk {
    root: PathBuf,
    real_root: Option<PathBuf>,
    /// What is still to come, the next one last.
    pending: Vec<Pending>,
    listed: usize,
}

enum Pending {
    Folder { relative: String, depth: usize },
    File(FoundFile),
    Error(WalkError),
}

impl Iterator for Walk {
    type Item = Result<FoundFile, WalkError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.pending.pop()? {
                Pending::Error(error) => return Some(Err(error)),
                Pending::File(file) => {
                    self.listed += 1;
                    if self.listed > MAX_FILES {
                        self.pending.clear();
                        return Some(Err(too_much(&self.root, "it holds too many files")));
                    }
                    return Some(Ok(file));
                }
                Pending::Folder { relative, depth } => self.open(&relative, depth),
            }
        }
    }
}

impl Walk {
    /// Puts what a folder holds before everything that is still to come.
    fn open(&mut self, relative: &str, depth: usize) {
        let path = self.root.join(relative);
        if depth > MAX_DEPTH {
            return self.pending.push(Pending::Error(too_much(&path, "it lies too deep")));
        }
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(source) => return self.pending.push(Pending::Error(WalkError::Unreadable { path, source })),
        };
        let mut names: Vec<(String, PathBuf, bool)> = Vec::new();
        for entry in entries {
            let entry = match entry {
                Ok(entry) => entry,
                Err(source) => {
                    self.pending.push(Pending::Error(WalkError::Unreadable { path: path.clone(), source }));
                    continue;
                }
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
            if !name.starts_with('.') {
                names.push((name, entry.path(), is_folder));
            }
        }
        let pages: BTreeSet<String> = names.iter().filter_map(|(name, ..)| page_stem(name)).collect();
        names.retain(|(name, _, is_folder)| {
            !is_folder || !PARTS.iter().any(|end| name.strip_suffix(end).is_some_and(|stem| pages.contains(stem)))
        });
        // A folder sorts as its name with the slash that its files' paths have there.
        names.sort_by_cached_key(|(name, _, is_folder)| if *is_folder { format!("{name}/") } else { name.clone() });
        for (name, path, is_folder) in names.into_iter().rev() {
            let relative = if relative.is_empty() { name } else { format!("{relative}/{name}") };
            if is_folder {
                self.pending.push(Pending::Folder { relative, depth: depth + 1 });
            } else if has_known_ending(&relative) && self.is_inside(&path) {
                self.pending.push(Pending::File(FoundFile { relative, path }));
            }
        }
    }

    /// True for a file below the root, links followed.
    fn is_inside(&self, path: &Path) -> bool {
        let Some(real_root) = &self.real_root else { return false };
        fs::canonicalize(path).is_ok_and(|real| real.starts_with(real_root) && real.is_file())
    }
}

fn too_much(path: &Path, reason: &'static str) -> WalkError {
    WalkError::TooMuch { path: path.to_owned(), reason }
}

/// The name without its ending, if it is that of a saved page.
fn page_stem(name: &str) -> Option<String> {
    let (stem, ending) = name.rsplit_once('.')?;
    ["html", "htm", "xhtml"].contains(&ending.to_ascii_lowercase().as_str()).then(|| stem.to_owned())
}

fn has_known_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// What a file turns out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A saved page.
    Html,
    /// Markdown or plain text.
    Markdown,
    /// A list of feeds.
    Opml,
    /// A saved feed.
    Feed,
    /// Nothing that can be imported.
    Other,
}

/// The kind of a file by its first bytes, and by its name where they say nothing.
pub fn file_kind(name: &str, bytes: &[u8]) -> FileKind {
    /// A root element stands within so many bytes; before it are declarations and comments.
    const HEAD_BYTES: usize = 4_096;
    let head = String::from_utf8_lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes)).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if head.starts_with('<') {
        let first = |tag: &str| head.find(tag).unwrap_or(usize::MAX);
        let roots = [
            (first("<opml"), FileKind::Opml),
            (first("<rss").min(first("<feed")).min(first("<rdf:rdf")), FileKind::Feed),
            (first("<!doctype html").min(first("<html")), FileKind::Html),
        ];
        if let Some((_, kind)) = roots.into_iter().filter(|(at, _)| *at != usize::MAX).min_by_key(|(at, _)| *at) {
            return kind;
        }
    }
    match ending.as_str() {
        "html" | "htm" | "xhtml" => FileKind::Html,
        "md" | "markdown" | "txt" => FileKind::Markdown,
        "opml" => FileKind::Opml,
        _ => FileKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_that_of_the_content() {
        let cases = [
            ("a.html", "<!-- saved --><html>", FileKind::Html),
            ("a.txt", "\u{feff}<!DOCTYPE html><p>", FileKind::Html),
            ("a.xml", "<?xml version='1.0'?>\n<opml version='2.0'>", FileKind::Opml),
            ("a.xml", "<?xml version='1.0'?><rss version='2.0'><html>", FileKind::Feed),
            ("a.xml", "<?xml version='1.0'?><note/>", FileKind::Other),
            ("a.md", "# a\n<html>", FileKind::Markdown),
            ("a.htm", "<p>a", FileKind::Html),
            ("a.MD", "", FileKind::Markdown),
        ];
        for (name, text, want) in cases {
            assert_eq!(file_kind(name, text.as_bytes()), want, "{name} {text}");
        }
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_it() {
        let mut found = walk(Path::new("/nowhere/at/all"));
        let error = found.next().expect("one").expect_err("missing").to_string();
        assert_eq!((error.as_str(), found.next().is_none()), ("read /nowhere/at/all", true));
    }
}

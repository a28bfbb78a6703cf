use std::cmp::Ordering;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::contract::{Discover, IsKnown, Query, Step};
use crate::model::{Capture, Source, SourceState};

/// A folder is not polled: its files come in when a person imports it ([`walk`]).
pub(crate) struct Folder;

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
/// Endings of saved pages as browsers write them.
const PAGES: [&str; 5] = ["html", "htm", "xhtml", "HTML", "HTM"];

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
    let entries = WalkDir::new(root).max_depth(MAX_DEPTH + 1).sort_by(by_path).into_iter();
    Walk { root: root.to_owned(), entries, listed: 0 }
}

/// The files below a folder; see [`walk`]. Memory is that of the open folders' names.
pub struct Walk {
    root: PathBuf,
    entries: walkdir::IntoIter,
    listed: usize,
}

impl Iterator for Walk {
    type Item = Result<FoundFile, WalkError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.listed <= MAX_FILES {
            let entry = match self.entries.next()? {
                Ok(entry) => entry,
                Err(error) => return Some(Err(self.unreadable(error))),
            };
            if entry.depth() == 0 {
                if entry.path().is_dir() {
                    continue;
                }
            } else if entry.file_type().is_dir() {
                if is_left_out(&entry) {
                    self.entries.skip_current_dir();
                } else if entry.depth() > MAX_DEPTH {
                    return Some(Err(too_much(entry.path(), "it lies too deep")));
                }
                continue;
            } else if !self.is_wanted(&entry) {
                continue;
            }
            self.listed += 1;
            if self.listed > MAX_FILES {
                return Some(Err(too_much(&self.root, "it holds too many files")));
            }
            return Some(Ok(FoundFile { relative: self.relative(&entry), path: entry.into_path() }));
        }
        None
    }
}

impl Walk {
    fn is_wanted(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.')
            && has_known_ending(&name)
            && (entry.file_type().is_file() || entry.path_is_symlink() && self.leads_inside(entry.path()))
    }

    /// True for a link to a file below the root.
    fn leads_inside(&self, link: &Path) -> bool {
        let (Ok(root), Ok(target)) = (fs::canonicalize(&self.root), fs::canonicalize(link)) else { return false };
        target.starts_with(root) && target.is_file()
    }

    fn relative(&self, entry: &DirEntry) -> String {
        let below = entry.path().strip_prefix(&self.root).unwrap_or(entry.path());
        let parts: Vec<_> = below.iter().map(OsStr::to_string_lossy).collect();
        if parts.is_empty() { entry.file_name().to_string_lossy().into_owned() } else { parts.join("/") }
    }

    fn unreadable(&self, error: walkdir::Error) -> WalkError {
        let path = error.path().unwrap_or(&self.root).to_owned();
        let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other("its links form a ring"));
        WalkError::Unreadable { path, source }
    }
}

/// A folder sorts as its name with the slash that its files' paths have there.
fn by_path(left: &DirEntry, right: &DirEntry) -> Ordering {
    fn name(entry: &DirEntry) -> impl Iterator<Item = &u8> {
        entry.file_name().as_encoded_bytes().iter().chain(entry.file_type().is_dir().then_some(&b'/'))
    }
    name(left).cmp(name(right))
}

/// A hidden folder, or one that holds the parts of a page saved beside it.
fn is_left_out(folder: &DirEntry) -> bool {
    let name = folder.file_name().to_string_lossy();
    let is_page = |stem: &str| PAGES.iter().any(|end| folder.path().with_file_name(format!("{stem}.{end}")).exists());
    name.starts_with('.') || PARTS.iter().any(|end| name.strip_suffix(end).is_some_and(is_page))
}

fn too_much(path: &Path, reason: &'static str) -> WalkError {
    WalkError::TooMuch { path: path.to_owned(), reason }
}

fn has_known_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

/// What a file turns out to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
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
pub(crate) fn file_kind(name: &str, bytes: &[u8]) -> FileKind {
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

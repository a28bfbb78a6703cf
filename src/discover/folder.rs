use std::cmp::Ordering;
use std::collections::BTreeMap;
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
/// Endings (after the last dot, lower case) of files that may hold articles, a list of articles or a list of feeds.
const ENDINGS: [&str; 25] = [
    "html", "htm", "xhtml", "mhtml", "mht", "md", "markdown", "txt", "opml", "xml", "json", "jsonl", "ndjson", "csv",
    "tsv", "xlsx", "warc", "wet", "wacz", "har", "zip", "gz", "gzip", "zst", "zstd",
];
/// Files passed over that are named, one by one; the others are counted.
const MAX_PASSED_OVER: usize = 1_000;
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
    Walk { root: root.to_owned(), entries, listed: 0, passed_over: PassedOverFiles::default() }
}

/// What a walk passed over: files that no article is looked for in. Hidden ones and parts of saved pages are no files to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PassedOverFiles {
    /// How many, by their endings with a dot, "without an ending", or what they are instead of files.
    pub endings: BTreeMap<String, usize>,
    /// The first of them, by their relative paths, each with what it counts as.
    pub first: Vec<(String, String)>,
}

/// The files below a folder; see [`walk`]. Memory is that of the open folders' names.
pub struct Walk {
    root: PathBuf,
    entries: walkdir::IntoIter,
    listed: usize,
    passed_over: PassedOverFiles,
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
                self.pass_over(&entry);
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
    /// What was passed over so far.
    pub(crate) fn passed_over(self) -> PassedOverFiles {
        self.passed_over
    }

    fn pass_over(&mut self, entry: &DirEntry) {
        let name = entry.file_name().to_string_lossy();
        if name.starts_with('.') {
            return;
        }
        let what = no_file(entry, &name).map_or_else(|| counted_as(&name), str::to_owned);
        if self.passed_over.first.len() < MAX_PASSED_OVER {
            let relative = self.relative(entry);
            self.passed_over.first.push((relative, what.clone()));
        }
        *self.passed_over.endings.entry(what).or_default() += 1;
    }

    fn is_wanted(&self, entry: &DirEntry) -> bool {
        let name = entry.file_name().to_string_lossy();
        !name.starts_with('.')
            && may_hold_pages(&name)
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
    name.starts_with('.') || is_of_page(&name, |page| folder.path().with_file_name(page).exists())
}

/// Whether a folder holds the parts of a saved page beside it, of which `exists` is asked by its path.
pub(crate) fn is_of_page(folder: &str, exists: impl Fn(&str) -> bool) -> bool {
    let is_page = |stem: &str| PAGES.iter().any(|ending| exists(&format!("{stem}.{ending}")));
    PARTS.iter().any(|end| folder.strip_suffix(end).is_some_and(is_page))
}

fn too_much(path: &Path, reason: &'static str) -> WalkError {
    WalkError::TooMuch { path: path.to_owned(), reason }
}

/// What an entry is that is no file of the folder it was found in; `None` when it is one.
fn no_file(entry: &DirEntry, name: &str) -> Option<&'static str> {
    if entry.file_type().is_file() {
        return None;
    }
    match fs::metadata(entry.path()) {
        Err(_) => Some("behind a dead link"),
        Ok(target) if target.is_dir() => Some("behind a link to a folder"),
        Ok(target) if !target.is_file() => Some("of another kind than files"),
        Ok(_) => may_hold_pages(name).then_some("behind a link that leads out of the folder"),
    }
}

/// Whether a file of this name may hold articles or lists.
pub(crate) fn may_hold_pages(name: &str) -> bool {
    ENDINGS.contains(&ending_of(name).as_str())
}

/// What a file of this name is counted as when it is passed over: its ending with the dot.
pub(crate) fn counted_as(name: &str) -> String {
    let ending = ending_of(name);
    if ending.is_empty() { "without an ending".to_owned() } else { format!(".{ending}") }
}

/// What stands behind the last dot of a name, in lower case; "" without a dot.
pub(crate) fn ending_of(name: &str) -> String {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default()
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
    /// A table of text.
    Table,
    /// A table of Excel's.
    Workbook,
    /// Nothing that can be imported.
    Other,
}

/// The kind of a file by its first bytes, and by its name where they say nothing.
pub(crate) fn file_kind(name: &str, bytes: &[u8]) -> FileKind {
    /// A root element stands within so many bytes; before it are declarations and comments.
    const HEAD_BYTES: usize = 4_096;
    let head = String::from_utf8_lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes)).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    let ending = ending_of(name);
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
        "csv" | "tsv" => FileKind::Table,
        "xlsx" => FileKind::Workbook,
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

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_of_the_folder_is_told_by_what_it_is() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let (folder, outside) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let at = |name: &str| folder.path().join(name);
        for path in [at("a.html"), at("b.pdf"), outside.path().join("c.html")] {
            fs::write(path, "").expect("written");
        }
        symlink(at("a.html"), at("inside.html")).expect("made");
        symlink(outside.path().join("c.html"), at("outside.html")).expect("made");
        symlink(outside.path(), at("folder.html")).expect("made");
        symlink(at("nothing"), at("dead.html")).expect("made");
        symlink(at("b.pdf"), at("d.pdf")).expect("made");
        let _socket = UnixListener::bind(at("socket.html")).expect("made");
        let mut walk = walk(folder.path());
        let found: Vec<_> = walk.by_ref().map(|found| found.expect("a file").relative).collect();
        assert_eq!(found, ["a.html", "inside.html"]);
        let told = walk.passed_over();
        let want = [
            ("b.pdf", ".pdf"),
            ("d.pdf", ".pdf"),
            ("dead.html", "behind a dead link"),
            ("folder.html", "behind a link to a folder"),
            ("outside.html", "behind a link that leads out of the folder"),
            ("socket.html", "of another kind than files"),
        ];
        assert_eq!(told.first, want.map(|(file, what)| (file.to_owned(), what.to_owned())));
        assert_eq!(told.endings[".pdf"], 2);
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_it() {
        let mut found = walk(Path::new("/nowhere/at/all"));
        let error = found.next().expect("one").expect_err("missing").to_string();
        assert_eq!((error.as_str(), found.next().is_none()), ("read /nowhere/at/all", true));
    }
}

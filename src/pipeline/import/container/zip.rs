//! ZIP of pages: each member with a known ending is a document of its own. Names of members are names, never paths.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::Path;

use encoding_rs::GBK;
use zip::ZipArchive;

use super::document::{Content, Document, PassedOver};
use super::packed::most_unpacked;
use crate::config::read_at_most;
use crate::discover::{counted_as, ending_of, is_of_page, may_hold_pages};

/// Largest member taken.
const MAX_MEMBER: u64 = 64 << 20;
/// Members that are looked at.
const MAX_MEMBERS: usize = 1_000_000;
/// Endings of containers, which are not opened within one.
const CONTAINERS: [&str; 11] = ["zip", "gz", "zst", "warc", "wet", "wacz", "jsonl", "ndjson", "har", "tar", "tgz"];

/// The members of a file in order.
pub(super) struct Members {
    name: String,
    archive: ZipArchive<BufReader<File>>,
    /// Names of all members: a folder beside a page holds its parts.
    names: HashSet<String>,
    next: usize,
    /// Bytes that members may still unpack to.
    left: u64,
}

/// Opens a file.
pub(super) fn open(path: &Path, name: &str) -> io::Result<Members> {
    let file = File::open(path)?;
    let left = most_unpacked(file.metadata()?.len());
    let archive = ZipArchive::new(BufReader::new(file)).map_err(io::Error::from)?;
    let mut names = HashSet::new();
    for index in 0..archive.len().min(MAX_MEMBERS) {
        names.extend(archive.by_index_data(index).map(|member| member_name(member.name_raw())));
    }
    Ok(Members { name: name.to_owned(), archive, names, next: 0, left })
}

impl Iterator for Members {
    type Item = Document;

    fn next(&mut self) -> Option<Document> {
        while self.next < self.archive.len() {
            if self.left == 0 || self.next == MAX_MEMBERS {
                self.next = self.archive.len();
                return Some(Document::broken(&self.name, "it holds more than is unpacked of one file"));
            }
            let index = self.next;
            self.next += 1;
            let read = self.read(index);
            if read.is_some() {
                return read;
            }
        }
        None
    }
}

impl Members {
    /// A member; `None` for a folder, and for what no page is: hidden files, parts of a page saved beside them.
    fn read(&mut self, index: usize) -> Option<Document> {
        let number = index + 1;
        let member = match self.archive.by_index(index) {
            Ok(member) => member,
            Err(error) => return Some(Document::broken(format!("{}#{number}", self.name), error.to_string())),
        };
        let inner = member_name(member.name_raw());
        if member.is_dir() || is_left_out(&inner, &self.names) {
            return None;
        }
        let file = format!("{}#{inner}", self.name);
        if CONTAINERS.contains(&ending_of(&inner).as_str()) {
            return Some(Document::broken(file, "it holds many, and lies within a zip: unpack it first"));
        }
        if !may_hold_pages(&inner) {
            return Some(Document::new(file, Content::PassedOver(PassedOver::File(counted_as(&inner)))));
        }
        match read_at_most(member, MAX_MEMBER.min(self.left)) {
            Ok(bytes) => {
                self.left -= bytes.len() as u64;
                Some(Document::new(file, Content::Unpacked { name: inner, fetched: None, bytes }))
            }
            Err(error) => {
                // What was unpacked in vain counts as well.
                if error.kind() == io::ErrorKind::FileTooLarge {
                    self.left = self.left.saturating_sub(MAX_MEMBER);
                }
                Some(Document::broken(file, error.to_string()))
            }
        }
    }
}

/// The name of a member: UTF-8, or GBK as programs in China write it without saying so.
fn member_name(raw: &[u8]) -> String {
    let name = std::str::from_utf8(raw).map_or_else(|_| GBK.decode(raw).0.into_owned(), str::to_owned);
    name.replace('\\', "/").trim_start_matches('/').to_owned()
}

fn is_left_out(name: &str, names: &HashSet<String>) -> bool {
    let parts: Vec<&str> = name.split('/').collect();
    let is_hidden = parts.iter().any(|part| part.starts_with('.') && *part != ".." || *part == "__MACOSX");
    let above = |count: usize| parts.iter().take(count).copied().collect::<Vec<_>>().join("/");
    is_hidden || (1..parts.len()).any(|count| is_of_page(&above(count), |page| names.contains(page)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    /// What a file of these members gives.
    fn told(members: &[(&str, &[u8])]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("z.zip");
        let mut writer = ZipWriter::new(File::create(&path).expect("made"));
        for (name, content) in members {
            writer.start_file(*name, SimpleFileOptions::default()).expect("begun");
            writer.write_all(content).expect("written");
        }
        writer.finish().expect("finished");
        let documents = open(&path, "z.zip").expect("opened");
        documents
            .map(|document| match document.content {
                Content::Unpacked { name, bytes, .. } => format!("{} {name} {}", document.file, bytes.len()),
                Content::PassedOver(PassedOver::File(ending)) => format!("{} {ending}", document.file),
                Content::Broken(why) => format!("{}: {why}", document.file),
                _ => document.file,
            })
            .collect()
    }

    #[test]
    fn members_are_documents_by_their_endings() {
        let members: [(&str, &[u8]); 8] = [
            ("a/一.html", b"<p>"),
            ("a/一_files/frame.html", b"<p>"),
            ("__MACOSX/._b.md", b"x"),
            ("../../etc/b.md", b"# b"),
            ("c.pdf", b"%PDF-"),
            ("inner.zip", b"PK"),
            (".git/x.md", b"x"),
            ("noending", b"x"),
        ];
        let want = [
            "z.zip#a/一.html a/一.html 3",
            "z.zip#../../etc/b.md ../../etc/b.md 3",
            "z.zip#c.pdf .pdf",
            "z.zip#inner.zip: it holds many, and lies within a zip: unpack it first",
            "z.zip#noending without an ending",
        ];
        assert_eq!(told(&members), want);
    }

    #[test]
    fn names_are_read_in_the_charset_of_their_maker() {
        assert_eq!(member_name("账本\\一.html".as_bytes()), "账本/一.html");
        assert_eq!(member_name(&GBK.encode("账本.html").0), "账本.html");
    }

    #[test]
    fn a_member_too_large_costs_itself_alone() {
        let zeros = vec![0; (MAX_MEMBER + 1) as usize];
        let told = told(&[("a.html", &zeros), ("b.html", b"<p>")]);
        assert_eq!(told.first().map(String::as_str), Some("z.zip#a.html: larger than 67108864 bytes"));
    }
}

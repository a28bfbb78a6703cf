use super::har;

/// What a file is, as far as that decides how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// WARC, its records perhaps packed one by one.
    Warc,
    /// WACZ, a ZIP of WARC.
    WebArchive,
    /// ZIP of files.
    Zip,
    /// HAR.
    Har,
    /// JSON: one value, many in lines, or many in an array.
    Json,
    /// A kind that boji does not read: how it is counted, and what it is called.
    Unread(&'static str, &'static str),
    /// Anything else: the file is one document.
    Plain,
}

/// First bytes of files that hold no page, whatever their name says (the signatures of PRONOM and of file(1)); how they are
/// counted, and what they are called.
const UNREAD: [(&[u8], &str, &str); 19] = [
    (b"%PDF-", ".pdf", "a PDF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc", "a document of an old office program"),
    (b"{\\rtf", ".rtf", "an RTF document"),
    (b"\xff\xd8\xff", ".jpg", "a picture"),
    (b"\x89PNG\r\n", ".png", "a picture"),
    (b"GIF87a", ".gif", "a picture"),
    (b"GIF89a", ".gif", "a picture"),
    (b"II*\0", ".tif", "a picture"),
    (b"MM\0*", ".tif", "a picture"),
    (b"OggS", ".ogg", "a recording"),
    (b"ID3", ".mp3", "a recording"),
    (b"\x1aE\xdf\xa3", ".mkv", "a film"),
    (b"Rar!\x1a", ".rar", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", ".7z", "a 7z archive"),
    (b"BZh", ".bz2", "a file packed by bzip2"),
    (b"\xfd7zXZ", ".xz", "a file packed by xz"),
    (b"filedesc://", ".arc", "an ARC file, which WARC took the place of"),
    (b"SQLite format 3\0", ".sqlite", "a database"),
    (b"\x1f\x8b", ".gz", "a file packed twice"),
];
/// ZIPs that are documents, by the names of their first members; how they are counted, and what they are called.
const DOCUMENTS: [(&[u8], &str, &str); 3] = [
    (b"mimetypeapplication/epub+zip", ".epub", "an EPUB book"),
    (b"mimetypeapplication/vnd.oasis", ".odt", "an OpenDocument file"),
    (b"[Content_Types].xml", ".docx", "an office document"),
];
/// Endings of the same; one of them says more than the first member does.
const ENDINGS: [(&str, &str, &str); 6] = [
    ("docx", ".docx", "a Word document"),
    ("pptx", ".pptx", "a PowerPoint presentation"),
    ("epub", ".epub", "an EPUB book"),
    ("odt", ".odt", "an OpenDocument text"),
    ("ods", ".ods", "an OpenDocument table"),
    ("tar", ".tar", "a tar archive"),
];
/// A ZIP's first member has its name within so many bytes.
const ZIP_HEAD: usize = 128;

/// The kind of a file by its first bytes, and by its name where they say too little.
pub(super) fn kind(name: &str, head: &[u8]) -> Kind {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    if let Some((_, counted, called)) = ENDINGS.iter().find(|(known, ..)| *known == ending) {
        return Kind::Unread(counted, called);
    }
    if let Some((_, counted, called)) = UNREAD.iter().find(|(signature, ..)| head.starts_with(signature)) {
        return Kind::Unread(counted, called);
    }
    if is_at(head, 4, b"ftyp") {
        return Kind::Unread(".mp4", "a film or a picture");
    }
    if is_at(head, 257, b"ustar") {
        return Kind::Unread(".tar", "a tar archive");
    }
    if is_at(head, 8, b"WEBP") {
        return Kind::Unread(".webp", "a picture");
    }
    if head.starts_with(b"WARC/") {
        return Kind::Warc;
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return of_zip(&ending, head.get(..ZIP_HEAD).unwrap_or(head));
    }
    match head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start().first() {
        Some(b'{') if har::is_har(head) => Kind::Har,
        Some(b'{' | b'[') if !["md", "markdown", "html", "htm"].contains(&ending.as_str()) => Kind::Json,
        _ => Kind::Plain,
    }
}

fn of_zip(ending: &str, head: &[u8]) -> Kind {
    match ending {
        "xlsx" => return Kind::Plain,
        "wacz" => return Kind::WebArchive,
        _ => {}
    }
    let holds = |mark: &[u8]| memchr::memmem::find(head, mark).is_some();
    let known = DOCUMENTS.iter().find(|(mark, ..)| holds(mark));
    known.map_or(Kind::Zip, |(_, counted, called)| Kind::Unread(counted, called))
}

fn is_at(head: &[u8], at: usize, mark: &[u8]) -> bool {
    head.get(at..).is_some_and(|rest| rest.starts_with(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&str, &[u8], &str); 17] = [
            ("a.html", b"%PDF-1.7", ".pdf"),
            ("a.docx", b"PK\x03\x04", ".docx"),
            ("a.zip", b"PK\x03\x04\0\0[Content_Types].xml", ".docx"),
            ("a.bin", b"PK\x03\x04\0\0mimetypeapplication/epub+zip", ".epub"),
            ("a.xlsx", b"PK\x03\x04\0\0[Content_Types].xml", "Plain"),
            ("a.zip", b"PK\x03\x04\0\0a.html", "Zip"),
            ("a.wacz", b"PK\x03\x04\0\0archive/data.warc.gz", "WebArchive"),
            ("a", b"WARC/1.0\r\n", "Warc"),
            ("a.txt", b"{\"log\":{\"version\"", "Har"),
            ("a.txt", b" [{", "Json"),
            ("a.md", b"[link](https://a.example)", "Plain"),
            ("a.html", b"<p>", "Plain"),
            ("a.png", b"\x89PNG\r\n\x1a\n", ".png"),
            ("a.webp", b"RIFF\0\0\0\0WEBP", ".webp"),
            ("a.mp4", b"\0\0\0\x20ftypisom", ".mp4"),
            ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".doc"),
            ("a", b"", "Plain"),
        ];
        for (name, head, want) in cases {
            let told = match kind(name, head) {
                Kind::Unread(counted, _) => counted.to_owned(),
                other => format!("{other:?}"),
            };
            assert_eq!(told, want, "{name} {}", head.escape_ascii());
        }
    }
}

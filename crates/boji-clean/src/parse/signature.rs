//! What bytes are by themselves, whatever their server or their file name calls them.

use memchr::memmem;

/// Bytes at the start of a body that are looked at.
const HEAD: usize = 4_096;
/// One control character in so many bytes is more than any text has.
const BYTES_PER_CONTROL: usize = 20;
/// Pairs of braces in which more than half of a text stands that is code.
const MIN_BLOCKS: usize = 2;

/// First bytes of files that are no text (the signatures of PRONOM and of file(1)), and what they are called.
const SIGNATURES: [(&[u8], &str); 26] = [
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n", "picture"),
    (b"GIF87a", "picture"),
    (b"GIF89a", "picture"),
    (b"BM\x00", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"\0\0\x01\0", "picture"),
    (b"RIFF", "media"),
    (b"OggS", "media"),
    (b"ID3", "media"),
    (b"\x1aE\xdf\xa3", "media"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a", "archive"),
    (b"\xd0\xcf\x11\xe0", "document"),
    (b"{\\rtf", "document"),
    (b"wOFF", "font"),
    (b"wOF2", "font"),
    (b"\x7fELF", "program"),
];

/// What bytes are that are no text; `None` for what may be one.
pub(super) fn binary(bytes: &[u8]) -> Option<&'static str> {
    let named = SIGNATURES.iter().find(|(signature, _)| bytes.starts_with(signature)).map(|(_, name)| *name);
    let is_media = || bytes.get(4..8) == Some(b"ftyp");
    named.or_else(|| is_media().then_some("media"))
}

/// Whether a decoded text is no text: control characters, or what was put in for bytes that mean nothing in its charset.
pub(super) fn is_noise(text: &str) -> bool {
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
    let is_control = |c: &char| matches!(c, '\u{fffd}' | '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | '\u{1c}'..='\u{1f}' | '\u{7f}'..='\u{9f}');
    head.chars().filter(is_control).count() * BYTES_PER_CONTROL > head.len().max(BYTES_PER_CONTROL)
}

/// Whether a text without markup is a script or a style sheet: by what its server calls it, else by standing in braces.
pub(super) fn is_code(text: &str, content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    if ["text/css", "text/javascript", "application/javascript", "application/x-javascript", "application/ecmascript"]
        .iter()
        .any(|code| kind.eq_ignore_ascii_case(code))
    {
        return true;
    }
    let head = text.get(..text.floor_char_boundary(HEAD)).unwrap_or_default();
    if head.starts_with('<') || memmem::find(head.as_bytes(), b"</").is_some() || head.contains("```") {
        return false;
    }
    let (mut depth, mut blocks, mut inside, mut all) = (0_usize, 0, 0, 0);
    for c in head.chars().filter(|c| !c.is_whitespace()) {
        all += 1;
        inside += usize::from(depth > 0);
        match c {
            '{' => (depth, blocks) = (depth + 1, blocks + 1),
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    blocks >= MIN_BLOCKS && inside * 2 > all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (b"%PDF-1.7\n%\xe2\xe3", Some("pdf")),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", Some("picture")),
            (b"\0\0\0\x20ftypisom", Some("media")),
            (b"\x1f\x8b\x08\0", Some("archive")),
            (b"<!DOCTYPE html>", None),
            (b"# PDF", None),
            (b"", None),
        ];
        for (bytes, want) in cases {
            assert_eq!(binary(bytes), want, "{bytes:?}");
        }
    }

    #[test]
    fn noise_is_no_text() {
        assert!(is_noise("\u{1}\u{2}a\u{fffd}b\u{3}"));
        assert!(!is_noise("河边的镇子\u{fffd}在三月里修了一座新桥，桥上没有栏杆。"));
        assert!(!is_noise("a\ttable\r\n\u{1b}[1mand bold\u{1b}[0m, some forty letters"));
        assert!(!is_noise(""));
    }

    #[test]
    fn scripts_and_styles_are_no_texts() {
        let script = "!function(e,t){\"use strict\";var n=e.document;n.addEventListener(\"load\",function(){t(n)})}(window,init);";
        let style =
            "body{margin:0;font:14px/1.6 serif}\n.post h1{color:#333;margin:1em 0}\na:hover{text-decoration:none}";
        assert!(is_code(script, "text/html") && is_code(style, ""));
        assert!(is_code("a", "text/css; charset=utf-8"));
        let prose = "他写道：f(x) = {x; y}。后来没有人再提起这件事，河边的镇子在三月里修了一座新桥，桥上没有栏杆，孩子们从那里跳下去游泳。";
        assert!(!is_code(prose, ""));
        assert!(!is_code("# Code\n\n```js\nlet a = {b: 1}; f(a); g(b); h(c);\n```\n", ""));
        assert!(!is_code("<p>{a;b}</p>", ""));
    }
}

use std::borrow::Cow;

use memchr::memmem;

use crate::parse::base64::from_base64;
use crate::parse::page::Input;

/// Bytes at the start of a file in which the note of the saving program is looked for.
const HEAD_BYTES: usize = 65_536;
/// How the notes begin in which programs leave the address of what they saved.
const NOTE_OF_BROWSERS: &str = "saved from url=(";
const NOTE_OF_SINGLE_FILE: &str = "saved with SingleFile";
const NOTE_OF_SAVE_PAGE: &str = "savepage-url";
/// Longest address believed in.
const MAX_ADDRESS: usize = 4_096;

/// A page taken out of what a program saved it in.
#[derive(Debug)]
pub struct Saved<'a> {
    bytes: Cow<'a, [u8]>,
    url: Cow<'a, str>,
    content_type: Cow<'a, str>,
}

impl Saved<'_> {
    /// The page, to be parsed.
    pub fn input(&self) -> Input<'_> {
        Input { bytes: &self.bytes, url: &self.url, content_type: &self.content_type }
    }
}

/// Opens what browsers and their helpers save: the page inside of an MHTML file, and its address where the file notes it
/// (`saved from url`, SingleFile, Save Page WE). Anything else is given back as it is; an address that is known already
/// stays.
pub fn saved<'a>(input: &Input<'a>) -> Saved<'a> {
    if let Some(part) = page(input.bytes) {
        let url = if input.url.is_empty() { Cow::Owned(part.url) } else { Cow::Borrowed(input.url) };
        return Saved { bytes: Cow::Owned(part.bytes), url, content_type: Cow::Owned(part.content_type) };
    }
    let noted = if input.url.is_empty() { noted_address(input.bytes) } else { None };
    let url = noted.map_or(Cow::Borrowed(input.url), Cow::Owned);
    Saved { bytes: Cow::Borrowed(input.bytes), url, content_type: Cow::Borrowed(input.content_type) }
}

/// The address that the program which saved a page noted in it.
fn noted_address(bytes: &[u8]) -> Option<String> {
    if bytes.trim_ascii_start().first().is_none_or(|first| *first != b'<' && *first < 0x80) {
        return None;
    }
    let head = bytes.get(..HEAD_BYTES).unwrap_or(bytes);
    // Hardly any page bears such a note, and nothing else is worth reading its head for.
    if [NOTE_OF_BROWSERS, NOTE_OF_SINGLE_FILE, NOTE_OF_SAVE_PAGE]
        .iter()
        .all(|note| memmem::find(head, note.as_bytes()).is_none())
    {
        return None;
    }
    let head = String::from_utf8_lossy(head);
    let in_comment = head.split("<!--").skip(1).find_map(|rest| of_comment(rest.split("-->").next().unwrap_or(rest)));
    in_comment.or_else(|| of_meta(&head))
}

/// `saved from url=(0023)https://…` of browsers, `url: https://…` of SingleFile.
fn of_comment(comment: &str) -> Option<String> {
    if let Some((_, rest)) = comment.split_once(NOTE_OF_BROWSERS) {
        return web_address(rest.split_once(')')?.1);
    }
    let (_, rest) = comment.split_once(NOTE_OF_SINGLE_FILE)?;
    rest.lines().find_map(|line| web_address(line.trim().strip_prefix("url:")?))
}

/// `<meta name="savepage-url" content="https://…">` of Save Page WE.
fn of_meta(head: &str) -> Option<String> {
    let (_, rest) = head.split_once(NOTE_OF_SAVE_PAGE)?;
    let (attributes, _) = rest.split_once('>')?;
    let (_, value) = attributes.split_once("content=")?;
    let value = value.trim_start_matches(['"', '\'']);
    web_address(&value.split(['"', '\'']).next()?.replace("&amp;", "&"))
}

fn web_address(text: &str) -> Option<String> {
    let address = text.split_whitespace().next()?;
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    (is_web && address.len() <= MAX_ADDRESS).then(|| address.to_owned())
}

/// Bytes of headers read, of the file and of each part.
const MAX_HEADERS: usize = 16_384;
/// Parts looked at: the page comes first, its pictures and styles follow.
const MAX_PARTS: usize = 16;

/// Names in lower case and values, in order.
type Headers = Vec<(String, String)>;

/// The page inside of an MHTML file.
#[derive(Debug, PartialEq)]
pub(super) struct Part {
    /// Its bytes, transfer encoding undone.
    pub bytes: Vec<u8>,
    /// The address that it was saved from, "" when the file does not say.
    pub url: String,
    /// Its type with its charset.
    pub content_type: String,
}

/// The first HTML part of a web archive (RFC 2557), as browsers save it; `None` for anything else.
pub(super) fn page(file: &[u8]) -> Option<Part> {
    let (headers, mut rest) = headers(file)?;
    let kind = header(&headers, "content-type")?;
    if !kind.to_ascii_lowercase().starts_with("multipart/related") {
        return None;
    }
    let boundary = format!("--{}", parameter(kind, "boundary")?);
    let finder = memmem::Finder::new(boundary.as_bytes());
    rest = rest.get(finder.find(rest)? + boundary.len()..)?;
    for _ in 0..MAX_PARTS {
        let end = finder.find(rest).unwrap_or(rest.len());
        let part = rest.get(..end)?;
        if let Some((of_part, body)) = self::headers(part.trim_ascii_start())
            && let Some(content_type) = header(&of_part, "content-type").filter(|kind| kind.starts_with("text/html"))
        {
            let encoding = header(&of_part, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
            let noted = header(&of_part, "content-location").or_else(|| header(&headers, "snapshot-content-location"));
            return Some(Part {
                bytes: decoded(body, &encoding),
                url: noted.filter(|url| url.starts_with("http")).unwrap_or_default().to_owned(),
                content_type: content_type.to_owned(),
            });
        }
        rest = rest.get(end + boundary.len()..)?;
    }
    None
}

/// Names (in lower case) and values of the headers at the start, continued lines joined, and what follows the empty
/// line. `None` when the text does not begin like headers.
fn headers(text: &[u8]) -> Option<(Headers, &[u8])> {
    let mut found = Headers::new();
    let mut at = 0;
    while at < MAX_HEADERS {
        let rest = text.get(at..)?;
        let end = memchr::memchr(b'\n', rest)?;
        let line = String::from_utf8_lossy(rest.get(..end)?);
        at += end + 1;
        let line = line.trim_end();
        if line.is_empty() {
            return (!found.is_empty()).then(|| (found, text.get(at..).unwrap_or_default()));
        }
        if line.starts_with([' ', '\t']) {
            found.last_mut()?.1.push_str(line.trim());
            continue;
        }
        let (name, value) = line.split_once(':')?;
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if !is_name || name.is_empty() {
            return None;
        }
        found.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    None
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// The value of `name=value` or `name="value"` after a semicolon.
fn parameter<'a>(value: &'a str, name: &str) -> Option<&'a str> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.trim().split_once('=')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim_matches('"')).filter(|value| !value.is_empty())
    })
}

fn decoded(body: &[u8], encoding: &str) -> Vec<u8> {
    match encoding {
        "quoted-printable" => from_quoted_printable(body),
        "base64" => from_base64(&String::from_utf8_lossy(body)).unwrap_or_default(),
        _ => body.to_vec(),
    }
}

/// RFC 2045: `=E5` is a byte, `=` at the end of a line joins it with the next; any other `=` stands for itself.
fn from_quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'=', rest) {
        bytes.extend_from_slice(rest.get(..at).unwrap_or_default());
        let after = rest.get(at + 1..).unwrap_or_default();
        let digits = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let length = match (after, digits.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            ([b'\n', ..], _) => 1,
            ([b'\r', b'\n', ..], _) => 2,
            (_, Some(byte)) => {
                bytes.push(byte);
                2
            }
            _ => {
                bytes.push(b'=');
                0
            }
        };
        rest = after.get(length..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_that_of_the_note() {
        let cases = [
            (
                "<!DOCTYPE html>\n<!-- saved from url=(0031)https://mp.weixin.qq.com/s/AbCd -->\n<html>",
                "https://mp.weixin.qq.com/s/AbCd",
            ),
            ("\u{feff}<!-- saved from url=(0021)https://a.example/p?b -->", "https://a.example/p?b"),
            ("<!-- saved from url=(0014)about:internet --><html>", ""),
            (
                "<!DOCTYPE html> <html lang=zh style><!--\n Page saved with SingleFile \n url: https://a.example/p?a=1&b=2 \n saved date: Tue Nov 24 2026 08:00:00 GMT+0800\n--><meta charset=utf-8>",
                "https://a.example/p?a=1&b=2",
            ),
            (
                "<html><meta name=\"savepage-url\" content=\"https://a.example/p?a=1&amp;b=2\">",
                "https://a.example/p?a=1&b=2",
            ),
            ("<html><p>saved from url=(0021)https://a.example/</p>", ""),
            ("# a\n<!-- saved from url=(0021)https://a.example/ -->", ""),
            ("<!-- saved from url=(0021", ""),
            ("", ""),
        ];
        for (page, want) in cases {
            let saved = saved(&Input { bytes: page.as_bytes(), ..Input::default() });
            assert_eq!((saved.input().url, saved.input().bytes), (want, page.as_bytes()), "{page}");
        }
        let page = "<!-- saved from url=(0021)https://a.example/ -->";
        let saved = saved(&Input { bytes: page.as_bytes(), url: "https://b.example/", content_type: "text/html" });
        assert_eq!((saved.input().url, saved.input().content_type), ("https://b.example/", "text/html"));
    }

    fn archive(encoding: &str, body: &str) -> String {
        format!(
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/p\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----part\"\r\n\r\n\r\n\
             ------part\r\nContent-Type: text/css\r\n\r\np {{}}\r\n\
             ------part\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n\
             {body}\r\n------part--\r\n"
        )
    }

    #[test]
    fn finds_the_page_in_each_encoding() {
        let cases = [
            ("quoted-printable", "<p class=3D\"a\">=E5=B1=\r\n=B1 = b</p>"),
            ("base64", "PHAgY2xhc3M9ImEiPuWxsSA9\r\nIGI8L3A+"),
            ("8bit", "<p class=\"a\">山 = b</p>"),
        ];
        for (encoding, body) in cases {
            let part = page(archive(encoding, body).as_bytes()).expect(encoding);
            assert_eq!(String::from_utf8_lossy(&part.bytes).trim_end(), "<p class=\"a\">山 = b</p>", "{encoding}");
            assert_eq!(
                (part.url.as_str(), part.content_type.as_str()),
                ("https://a.example/p", "text/html; charset=utf-8")
            );
        }
    }

    #[test]
    fn other_files_are_no_archives() {
        let whole = archive("8bit", "<p>");
        let cut = whole.get(..whole.len() / 2).expect("ASCII");
        for file in [
            "",
            "<html>",
            "# a: b\n\ntext",
            "title: x\n\ntext",
            "Content-Type: text/html\n\n<p>",
            cut,
            "a",
            "multipart/related",
        ] {
            assert_eq!(page(file.as_bytes()), None, "{file}");
        }
    }
}

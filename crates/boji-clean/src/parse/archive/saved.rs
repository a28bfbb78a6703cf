use std::borrow::Cow;

use super::mhtml;
use crate::parse::Input;

/// Bytes at the start of a file in which the note of the saving program is looked for.
const HEAD_BYTES: usize = 65_536;
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
    if let Some(part) = mhtml::page(input.bytes) {
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
    let head = String::from_utf8_lossy(bytes.get(..HEAD_BYTES).unwrap_or(bytes));
    let in_comment = head.split("<!--").skip(1).find_map(|rest| of_comment(rest.split("-->").next().unwrap_or(rest)));
    in_comment.or_else(|| of_meta(&head))
}

/// `saved from url=(0023)https://…` of browsers, `url: https://…` of SingleFile.
fn of_comment(comment: &str) -> Option<String> {
    if let Some((_, rest)) = comment.split_once("saved from url=(") {
        return web_address(rest.split_once(')')?.1);
    }
    let (_, rest) = comment.split_once("saved with SingleFile")?;
    rest.lines().find_map(|line| web_address(line.trim().strip_prefix("url:")?))
}

/// `<meta name="savepage-url" content="https://…">` of Save Page WE.
fn of_meta(head: &str) -> Option<String> {
    let (_, rest) = head.split_once("savepage-url")?;
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
}

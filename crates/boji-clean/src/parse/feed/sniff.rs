/// Bytes looked at.
const WINDOW: usize = 4096;
/// What begins a page and no feed.
const PAGES: [&[u8]; 2] = [b"<!doctype html", b"<html"];

/// Whether bytes look like a feed, by their first 4 KiB alone: cheap, for deciding which parser gets them. UTF-16 is
/// seen through.
pub fn looks_like_feed(bytes: &[u8]) -> bool {
    let start = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if PAGES.iter().any(|page| start.get(..page.len()).is_some_and(|start| start.eq_ignore_ascii_case(page))) {
        return false;
    }
    let head: Vec<u8> = bytes.iter().take(WINDOW).filter(|byte| **byte != 0).map(u8::to_ascii_lowercase).collect();
    let head = String::from_utf8_lossy(&head);
    let head = head.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{fffd}'));
    if head.starts_with('{') {
        return head.contains("jsonfeed.org/version") || (head.contains("\"items\"") && head.contains("\"version\""));
    }
    let place = |mark: &str| head.find(mark).unwrap_or(usize::MAX);
    let root = [place("<rss"), place("<feed"), place("<rdf:rdf"), place("<atom:feed"), place("<channel")];
    let root = root.into_iter().min().unwrap_or(usize::MAX);
    let page = place("<html").min(place("<!doctype html")).min(place("<body"));
    root < page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_feeds_from_pages() {
        let cases: [(&[u8], bool); 8] = [
            (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><rss version='2.0'>", true),
            (b"<feed xmlns='http://www.w3.org/2005/Atom'>", true),
            (b"<rdf:RDF>", true),
            (b"\xff\xfe<\0r\0s\0s\0>\0", true),
            (b"{\"version\": \"https://jsonfeed.org/version/1\"}", true),
            (b"{\"error\": 1}", false),
            (b"<!DOCTYPE html><html><body><code>&lt;rss</code><rss>", false),
            (b"", false),
        ];
        for (bytes, want) in cases {
            assert_eq!(looks_like_feed(bytes), want, "{}", String::from_utf8_lossy(bytes));
        }
    }
}

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

/// Longest regular expression believed in: keeps the scan linear on a line of stray slashes.
const MAX_REGEX: usize = 256;

/// A page cut into its script elements and the markup between them. One pass; nothing is copied.
///
/// A page of 3 MB is nine tenths script, and the words that matter (`js_content`, `cgiDataNew`) occur on both sides of
/// that line, so every search first says on which side it looks.
#[derive(Debug)]
pub(super) struct Outline<'a> {
    html: &'a str,
    scripts: Vec<Range<usize>>,
}

impl<'a> Outline<'a> {
    /// Finds the script elements as a browser does: a script ends at the next `</script`, whatever it holds.
    pub(super) fn new(html: &'a str) -> Self {
        let bytes = html.as_bytes();
        let is_lower = ["SCRIPT", "<Script"].iter().all(|word| memmem::find(bytes, word.as_bytes()).is_none());
        let [open, close] = ["<script", "</script"].map(|name| TagFinder::new(bytes, name, is_lower));
        let mut scripts = Vec::new();
        let mut at = 0;
        while let Some(tag) = open.find(at) {
            let Some(inside) = bytes.get(tag..).and_then(|tail| memchr(b'>', tail)).map(|end| tag + end + 1) else {
                break;
            };
            let end = close.find(inside).unwrap_or(bytes.len());
            scripts.push(inside..end);
            at = end;
        }
        Self { html, scripts }
    }

    /// The whole page.
    pub(super) fn html(&self) -> &'a str {
        self.html
    }

    /// The contents of the script elements, each with its offset in the page.
    pub(super) fn scripts(&self) -> impl Iterator<Item = (usize, &'a str)> {
        self.scripts.iter().map(|range| (range.start, self.html.get(range.clone()).unwrap_or_default()))
    }

    /// The pieces outside of scripts, each with its offset in the page.
    pub(super) fn markup(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let ends = self.scripts.iter().map(|range| range.start).chain([self.html.len()]);
        let starts = [0].into_iter().chain(self.scripts.iter().map(|range| range.end));
        starts.zip(ends).map(|(start, end)| (start, self.html.get(start..end).unwrap_or_default()))
    }

    /// Whether any script holds `needle`.
    pub(super) fn script_has(&self, needle: &str) -> bool {
        let finder = memmem::Finder::new(needle);
        self.scripts().any(|(_, script)| finder.find(script.as_bytes()).is_some())
    }

    /// Whether any markup holds `needle`.
    pub(super) fn markup_has(&self, needle: &str) -> bool {
        let finder = memmem::Finder::new(needle);
        self.markup().any(|(_, piece)| finder.find(piece.as_bytes()).is_some())
    }
}

/// Finds the next tag of a name in any case. Nearly every page writes its tags in lower case, and then a plain search
/// does, which is many times faster.
struct TagFinder<'a> {
    bytes: &'a [u8],
    name: &'static str,
    plain: Option<memmem::Finder<'static>>,
}

impl<'a> TagFinder<'a> {
    fn new(bytes: &'a [u8], name: &'static str, is_lower: bool) -> Self {
        Self { bytes, name, plain: is_lower.then(|| memmem::Finder::new(name)) }
    }

    fn find(&self, from: usize) -> Option<usize> {
        let tail = self.bytes.get(from..)?;
        if let Some(plain) = &self.plain {
            return plain.find(tail).map(|at| from + at);
        }
        let name = self.name.as_bytes();
        memchr_iter(b'<', tail)
            .find(|&at| tail.get(at..at + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name)))
            .map(|at| from + at)
    }
}

/// For each of the ascending `positions` of a script: the depth of braces there, or `None` when the place lies inside
/// of a string, a comment or a regular expression.
///
/// One pass with the few rules that decide these three; good enough to tell a statement from its quotation.
pub(super) fn code_depths(script: &str, positions: &[usize]) -> Vec<Option<u32>> {
    let bytes = script.as_bytes();
    let mut found = Vec::with_capacity(positions.len());
    let mut at = 0;
    let mut depth = 0_u32;
    // Brace depths at which a `${` of a template string was opened.
    let mut templates: Vec<u32> = Vec::new();
    // Where the last comment began and ended: what stands before it is what stands before the next token.
    let mut comment = 0..0;
    while let Some(&wanted) = positions.get(found.len()) {
        at += bytes
            .get(at..wanted)
            .and_then(|rest| rest.iter().position(|byte| is_mark(*byte)))
            .unwrap_or(wanted.saturating_sub(at));
        if at >= wanted || at >= bytes.len() {
            found.push((at == wanted && at < bytes.len()).then_some(depth));
            continue;
        }
        let tail = bytes.get(at..).unwrap_or_default();
        at += match tail {
            [quote @ (b'"' | b'\''), ..] => string_length(tail, *quote),
            [b'`', ..] => template_length(tail, &mut templates, depth),
            [b'/', next, ..] => {
                let mut head = bytes.get(..at).unwrap_or_default().trim_ascii_end();
                if head.len() <= comment.end {
                    head = bytes.get(..comment.start).unwrap_or_default();
                }
                if matches!(next, b'/' | b'*') {
                    let length = comment_length(tail);
                    comment = head.len()..at + length;
                    length
                } else if starts_regex(head) {
                    regex_length(tail)
                } else {
                    1
                }
            }
            [b'}', ..] if templates.last() == Some(&depth) => {
                templates.pop();
                template_length(tail, &mut templates, depth)
            }
            [b'}', ..] => {
                depth = depth.saturating_sub(1);
                1
            }
            _ => {
                depth = depth.saturating_add(1);
                1
            }
        };
    }
    found
}

/// Whether a byte begins something that the scan has to understand.
fn is_mark(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`' | b'/' | b'{' | b'}')
}

/// Bytes of the string at the start of `tail`. A string does not reach over the end of its line: after a quotation
/// mark that was none, the scan is right again on the next line.
fn string_length(tail: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while let Some(step) = tail.get(at..).and_then(|rest| memchr::memchr3(quote, b'\\', b'\n', rest)) {
        at += step;
        match tail.get(at) {
            Some(b'\\') => at += 2,
            Some(b'\n') => return at,
            _ => return at + 1,
        }
    }
    tail.len()
}

/// Bytes from the backtick or closing brace at the start of `tail` to the end of the template string or its next `${`.
fn template_length(tail: &[u8], templates: &mut Vec<u32>, depth: u32) -> usize {
    let mut at = 1;
    while let Some(step) = tail.get(at..).and_then(|rest| memchr::memchr3(b'`', b'\\', b'$', rest)) {
        at += step;
        match tail.get(at..) {
            Some([b'\\', ..]) => at += 2,
            Some([b'$', b'{', ..]) => {
                templates.push(depth);
                return at + 2;
            }
            Some([b'$', ..]) => at += 1,
            _ => return at + 1,
        }
    }
    tail.len()
}

/// Bytes of the comment at the start of `tail`.
fn comment_length(tail: &[u8]) -> usize {
    match tail {
        [_, b'*', inside @ ..] => memmem::find(inside, b"*/").map_or(tail.len(), |end| end + 4),
        _ => memchr(b'\n', tail).unwrap_or(tail.len()),
    }
}

/// Whether a slash after `head` begins a regular expression: after an operator or a keyword it does.
fn starts_regex(head: &[u8]) -> bool {
    const KEYWORDS: [&[u8]; 7] = [b"return", b"typeof", b"case", b"in", b"of", b"else", b"do"];
    let head = head.trim_ascii_end();
    let Some(last) = head.last() else { return true };
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'.');
    b"(,=:[!&|?{;+-*%~^<>".contains(last)
        || KEYWORDS.iter().any(|word| head.strip_suffix(*word).is_some_and(|rest| !rest.last().is_some_and(is_name)))
}

/// Bytes of a regular expression; 1 when the line ends first, for then it was a division.
fn regex_length(tail: &[u8]) -> usize {
    let mut in_class = false;
    let mut at = 1;
    while let Some(byte) = tail.get(at).filter(|_| at < MAX_REGEX) {
        match byte {
            b'\n' => return 1,
            b'\\' => at += 1,
            b'[' => in_class = true,
            b']' => in_class = false,
            b'/' if !in_class => return at + 1,
            _ => {}
        }
        at += 1;
    }
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_scripts_from_markup() {
        let html = "<p>a</p><script nonce=\"\">var x = '<p>';</SCRIPT><p>b</p><script>open";
        let outline = Outline::new(html);
        let scripts: Vec<_> = outline.scripts().map(|(_, script)| script).collect();
        let markup: Vec<_> = outline.markup().map(|(_, piece)| piece).collect();
        assert_eq!(scripts, ["var x = '<p>';", "open"]);
        assert_eq!(markup, ["<p>a</p><script nonce=\"\">", "</SCRIPT><p>b</p><script>", ""]);
        for (at, script) in outline.scripts() {
            assert_eq!(html.get(at..at + script.len()), Some(script));
        }
    }

    #[test]
    fn finds_tags_in_any_case() {
        let scripts = |html: &'static str| Outline::new(html).scripts().map(|(_, script)| script).collect::<Vec<_>>();
        assert_eq!(scripts("<SCRIPT>a</script><Script>b</SCRIPT>"), ["a", "b"]);
    }

    #[test]
    fn tells_code_from_quotation() {
        let cases = [
            ("@", Some(0)),
            ("function f() { @ }", Some(1)),
            ("a = '@'", None),
            ("a = \"x\\\"@\"", None),
            ("// @", None),
            ("/* @ */", None),
            ("/* a */ @", Some(0)),
            ("a = `x ${ b } @`", None),
            ("a = `x ${ {c: @} } y`", Some(1)),
            ("a = `x ${ `@` } y`", None),
            ("a = `x ${ b } y`; @", Some(0)),
            ("s.replace(/['\"]/g, ''); @", Some(0)),
            ("return /\"/.test(s), @", Some(0)),
            ("a = b / c; d = 'x' / 2; @", Some(0)),
            ("a = 1 /* b */ / 2; c = '/'; @", Some(0)),
            ("a = /* b */ /'/; @", Some(0)),
            ("a = // b\n // c\n /'/; @", Some(0)),
            ("it's odd\n@", Some(0)),
            ("}}} @", Some(0)),
        ];
        for (script, want) in cases {
            let at = script.find('@').expect("a mark");
            assert_eq!(code_depths(script, &[at]), [want], "{script}");
        }
        assert_eq!(code_depths("ab", &[0, 1, 9]), [Some(0), Some(0), None]);
    }
}

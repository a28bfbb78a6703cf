use std::collections::BTreeSet;

use super::emphasis::{Piece, What, assemble};
use super::header::Dialect;
use super::link;
use crate::model::{Image, MAX_ADDRESS, Span};

/// Alternative texts that editors and converters fill in by themselves.
const EMPTY_ALTS: [&str; 6] = ["图片", "动图", "image", "img", "picture", "图像"];

/// Tags without meaning for text, dropped where they stand. Anything else in angle brackets is text: articles show code.
const IDLE_TAGS: [&str; 7] = ["span", "font", "section", "center", "u", "sup", "sub"];

/// Longest tag looked at, in bytes.
const MAX_TAG: usize = 1_024;

/// Text with Markdown's inline marks to spans. Never fails: marks that do not pair up are taken as they were meant
/// (half a bold mark is dropped, a lone star stays).
pub(super) fn spans(text: &str, dialect: Dialect) -> Vec<Span> {
    let (pieces, brackets, unclosed) = (Vec::new(), Vec::new(), BTreeSet::new());
    let mut scanner = Scanner { text, at: 0, pieces, brackets, unclosed, dialect };
    while scanner.step() {}
    assemble(scanner.pieces)
}

/// The words of inline Markdown.
pub(super) fn plain(text: &str, dialect: Dialect) -> String {
    spans(text, dialect)
        .iter()
        .filter_map(|span| match span {
            Span::Text { text, .. } => Some(text.as_str()),
            Span::Image(_) => None,
        })
        .collect()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    pieces: Vec<Piece>,
    /// Pieces that hold a `[` for which no `]` was seen yet.
    brackets: Vec<usize>,
    /// Lengths of runs of ticks that no later run closes.
    unclosed: BTreeSet<usize>,
    dialect: Dialect,
}

impl<'a> Scanner<'a> {
    /// Reads one mark or one character; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return false };
        match c {
            '\\' if self.dialect != Dialect::Unescaped && self.escape() => {}
            '*' => self.stars(),
            '_' => self.underscore(),
            '`' if self.code() => {}
            '!' if self.image() => {}
            '[' => {
                self.brackets.push(self.pieces.len());
                self.push(What::Text("[".into()), 1);
            }
            ']' => self.close_bracket(),
            '<' if self.tag() => {}
            '&' if self.entity() => {}
            'h' => match link::bare(rest).filter(|_| !self.before().is_some_and(|c| c.is_ascii_alphanumeric())) {
                Some(address) => self.literal(address),
                None => self.literal("h"),
            },
            _ => self.run(c),
        }
        true
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn before(&self) -> Option<char> {
        self.text.get(..self.at).and_then(|head| head.chars().next_back())
    }

    fn push(&mut self, what: What, length: usize) {
        self.pieces.push(Piece { what, href: String::new() });
        self.at += length;
    }

    /// Takes `text`, which stands at the cursor, as it is.
    fn literal(&mut self, text: &str) {
        self.words(text);
        self.at += text.len();
    }

    fn words(&mut self, words: &str) {
        let bracket = self.brackets.last().is_some_and(|open| open + 1 == self.pieces.len());
        if !bracket
            && let Some(Piece { what: What::Text(text), href }) = self.pieces.last_mut()
            && href.is_empty()
        {
            text.push_str(words);
        } else {
            self.pieces.push(Piece { what: What::Text(words.to_owned()), href: String::new() });
        }
    }

    /// Everything up to the next character that could be a mark.
    fn run(&mut self, first: char) {
        let rest = self.rest();
        let skip = first.len_utf8();
        let tail = rest.get(skip..).unwrap_or_default();
        let end = tail.find(['\\', '*', '_', '`', '!', '[', ']', '<', '&', 'h']).unwrap_or(tail.len());
        self.literal(rest.get(..skip + end).unwrap_or_default());
    }

    fn escape(&mut self) -> bool {
        let Some(next) = self.rest().chars().nth(1).filter(char::is_ascii_punctuation) else { return false };
        self.at += 1;
        self.literal(next.encode_utf8(&mut [0; 4]));
        true
    }

    fn stars(&mut self) {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| *byte == b'*').count();
        let next = rest.get(length..).and_then(|tail| tail.chars().next());
        let before = self.before();
        let ascii_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/');
        let inside_word = ascii_word(before) && ascii_word(next);
        for _ in 0..length / 2 {
            self.push(What::Bold { inside_word }, 2);
        }
        if length % 2 == 1 {
            let opens = next.is_some_and(|c| !c.is_whitespace()) && !inside_word;
            let closes = before.is_some_and(|c| !c.is_whitespace()) && !inside_word;
            self.push(What::Italic { mark: '*', opens, closes }, 1);
        }
    }

    fn underscore(&mut self) {
        let (before, next) = (self.before(), self.rest().chars().nth(1));
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let opens = !word(before) && !space(next) && next != Some('_');
        let closes = !word(next) && !space(before) && before != Some('_');
        self.push(What::Italic { mark: '_', opens, closes }, 1);
    }

    fn code(&mut self) -> bool {
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| *byte == b'`').count();
        let Some(body) = rest.get(length..) else { return false };
        let closing = if self.unclosed.contains(&length) { None } else { closing_ticks(body, length) };
        let Some(end) = closing else {
            self.unclosed.insert(length);
            self.literal(rest.get(..length).unwrap_or_default());
            return true;
        };
        let words = body.get(..end).unwrap_or_default().replace('\n', " ");
        let words = if words.trim().is_empty() { words.as_str() } else { words.trim() };
        self.push(What::Code(words.to_owned()), length * 2 + end);
        true
    }

    fn image(&mut self) -> bool {
        let Some((alt, url, length)) = link::image(self.rest(), self.dialect != Dialect::Unescaped) else {
            return false;
        };
        // A picture that is written into the text has no address, as in HTML.
        if url.starts_with("data:") || url.len() > MAX_ADDRESS {
            self.at += length;
            return true;
        }
        let alt = alt.split_whitespace().collect::<Vec<_>>().join(" ");
        let alt = if EMPTY_ALTS.contains(&alt.to_lowercase().as_str()) { String::new() } else { alt };
        self.push(What::Image(Image { url, alt, width: 0 }), length);
        true
    }

    /// `]`: the end of a link when an address follows and a `[` is open, else a character. A link holds no other link,
    /// so all brackets opened before it become characters.
    fn close_bracket(&mut self) {
        let Some(open) = self.brackets.pop() else { return self.literal("]") };
        let tail = self.rest().get(1..).unwrap_or_default();
        let Some((mut href, length)) = link::destination(tail) else { return self.literal("]") };
        if href.len() > MAX_ADDRESS {
            href.clear();
        }
        let mut worded = false;
        if let Some(inside) = self.pieces.get_mut(open..) {
            if let Some(Piece { what: What::Text(text), .. }) = inside.first_mut() {
                text.clear();
            }
            for piece in inside.iter_mut().skip(1) {
                worded |= matches!(&piece.what, What::Text(text) | What::Code(text) if !text.trim().is_empty());
                piece.href.clone_from(&href);
            }
        }
        if !worded {
            self.pieces.push(Piece { what: What::Text(String::new()), href });
        }
        self.brackets.clear();
        self.at += 1 + length;
    }

    fn tag(&mut self) -> bool {
        let rest = self.rest();
        let Some(end) = rest.bytes().take(MAX_TAG).position(|byte| byte == b'>') else { return false };
        let inner = rest.get(1..end).unwrap_or_default();
        if inner.starts_with("http://") || inner.starts_with("https://") {
            self.pieces.push(Piece { what: What::Text(inner.to_owned()), href: inner.to_owned() });
            self.at += end + 1;
            return true;
        }
        let name: String = inner.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        if name == "br" {
            self.words("\n");
        } else if !IDLE_TAGS.contains(&name.as_str()) {
            return false;
        }
        self.at += end + 1;
        true
    }

    fn entity(&mut self) -> bool {
        let Some((c, length)) = entity(self.rest()) else { return false };
        self.words(c.encode_utf8(&mut [0; 4]));
        self.at += length;
        true
    }
}

/// The character that an entity such as `&amp;` or `&#x4e00;` at the start of `text` stands for, and its length.
pub(super) fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.bytes().take(12).position(|byte| byte == b';')?;
    let name = text.get(1..end)?;
    let c = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => '\u{a0}',
        "ldquo" => '“',
        "rdquo" => '”',
        "middot" => '·',
        "hellip" => '…',
        "mdash" => '—',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')?
        }
    };
    Some((c, end + 1))
}

/// Where the run of exactly `length` ticks that closes a code span begins.
fn closing_ticks(body: &str, length: usize) -> Option<usize> {
    let bytes = body.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'`', bytes.get(at..)?) {
        let start = at + found;
        let run = bytes.iter().skip(start).take_while(|byte| **byte == b'`').count();
        if run == length {
            return Some(start);
        }
        at = start + run;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    /// Spans in a short notation: `*bold*`, `/italic/`, `{code}`, `words<address>`, `!alt<address>`.
    fn shape(text: &str, dialect: Dialect) -> String {
        let mut out = String::new();
        for span in spans(text, dialect) {
            match span {
                Span::Image(image) => {
                    let _ = write!(out, "!{}<{}>", image.alt, image.url);
                }
                Span::Text { text, style, href } => {
                    let mark = match (style.bold, style.italic, style.code) {
                        (_, _, true) => ("{", "}"),
                        (true, ..) => ("*", "*"),
                        (_, true, _) => ("/", "/"),
                        _ => ("", ""),
                    };
                    let _ = write!(out, "{}{text}{}", mark.0, mark.1);
                    if !href.is_empty() {
                        let _ = write!(out, "<{href}>");
                    }
                }
            }
        }
        out
    }

    #[test]
    fn reads_inline_marks() {
        let cases = [
            ("**（****扫****码看**河", "*（扫码看*河"),
            (" _斜_ 正", " /斜/ 正"),
            ("** _\\--END--_**", "* **--END--*"),
            ("****", ""),
            ("2**3 = 8", "2**3 = 8"),
            ("半**粗", "半粗"),
            ("*注：甲", "*注：甲"),
            ("*斜*体", "/斜/体"),
            ("2 * 3 * 4", "2 * 3 * 4"),
            ("snake_case_name", "snake_case_name"),
            ("1\\. 甲", "1. 甲"),
            ("`a*b` c", "{a*b} c"),
            ("`` a`b ``", "{a`b}"),
            ("`open", "`open"),
            ("[1、[甲]乙](http://a.example/(x))丙", "1、[甲]乙<http://a.example/(x)>丙"),
            ("[甲[乙](u)", "[甲乙<u>"),
            ("[注] 甲", "[注] 甲"),
            ("[![图片](u \"\")](v)", "!<u><v>"),
            ("![河](u)水", "!河<u>水"),
            ("https://a.example/a_b_c 甲", "https://a.example/a_b_c 甲"),
            ("**https://a.example/x_**", "*https://a.example/x_*"),
            ("甲<br/>乙<span style=\"a\">丙</span><div>", "甲\n乙丙<div>"),
            ("a &lt;b&gt; &amp;c &lol;", "a <b> &c &lol;"),
            ("甲![图](data:image/gif;base64,R0lG)乙", "甲乙"),
        ];
        for (text, want) in cases {
            assert_eq!(shape(text, Dialect::Plain), want, "{text}");
        }
        assert_eq!(shape("C:\\.x", Dialect::Unescaped), "C:\\.x");
        let long = format!("https://a.example/{}", "x".repeat(MAX_ADDRESS));
        assert_eq!(shape(&format!("甲![图]({long})[乙]({long})"), Dialect::Plain), "甲乙", "an address is never text");
    }
}

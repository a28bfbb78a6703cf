//! Values of large JSON, one after the other: lines, and the elements of an array. None of it is parsed here, so that a
//! broken one costs only itself.

use std::io::{self, BufRead};

/// Longest line or element taken, in bytes; a longer one is passed by.
pub(super) const MAX_VALUE: usize = 64 << 20;

/// A line or element.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// All of it.
    Whole(Vec<u8>),
    /// It has more bytes than are taken.
    TooLong,
}

/// Lines that are not blank, each with its number from 1.
pub(super) struct Lines<R> {
    input: R,
    number: usize,
    most: usize,
    is_over: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Self { input, number: 0, most: MAX_VALUE, is_over: false }
    }

    fn read(&mut self) -> io::Result<Option<(usize, Piece)>> {
        while !self.is_over {
            let mut line = Vec::new();
            let most = self.most as u64;
            if io::Read::take(&mut self.input, most).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.len() == self.most && line.last() != Some(&b'\n') {
                self.input.skip_until(b'\n')?;
                return Ok(Some((self.number, Piece::TooLong)));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some((self.number, Piece::Whole(line))));
            }
        }
        Ok(None)
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<(usize, Piece)>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        // What could not be read once would fail for ever.
        self.is_over |= read.is_err();
        read.transpose()
    }
}

/// Elements of an array whose first bracket has been read, each with its number from 1. Ends where the array does.
pub(super) struct Elements<R> {
    input: R,
    number: usize,
    most: usize,
    is_over: bool,
}

impl<R: BufRead> Elements<R> {
    fn new(input: R) -> Self {
        Self { input, number: 0, most: MAX_VALUE, is_over: false }
    }

    /// Those of the array that the input begins with; `None` when it begins with anything else.
    pub(super) fn of_array(mut input: R) -> io::Result<Option<Self>> {
        let is_array = next_letter(&mut input)? == Some(b'[');
        Ok(is_array.then_some(Self::new(input)))
    }

    /// Those of the array under this name in an object within the object that the input begins with: `entries` of
    /// `{"log": {"entries": […]}}`.
    pub(super) fn of_member(mut input: R, name: &str) -> io::Result<Option<Self>> {
        /// Depth of a member of the inner object.
        const DEPTH: usize = 2;
        let mut scan = Scan::default();
        let mut word = Vec::new();
        while let Some(byte) = next_byte(&mut input)? {
            let was_text = scan.in_text;
            scan.step(byte);
            match (was_text, scan.in_text) {
                (false, true) => word.clear(),
                (true, true) if word.len() <= name.len() => word.push(byte),
                _ => {}
            }
            if byte == b':' && !scan.in_text && scan.depth == DEPTH && word == name.as_bytes() {
                let is_array = next_letter(&mut input)? == Some(b'[');
                return Ok(is_array.then_some(Self::new(input)));
            }
        }
        Ok(None)
    }

    fn read(&mut self) -> io::Result<Option<(usize, Piece)>> {
        let mut scan = Scan::default();
        let mut value = Vec::new();
        let mut length = 0;
        while !self.is_over {
            let buffer = self.input.fill_buf()?;
            if buffer.is_empty() {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within its list"));
            }
            // A comma or bracket that is none of the element's own ends it.
            let end = buffer.iter().position(|byte| {
                let ends = !scan.in_text && scan.depth == 0 && matches!(byte, b',' | b']');
                scan.step(*byte);
                ends
            });
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let part = if length == 0 { part.trim_ascii_start() } else { part };
            length += part.len();
            if length <= self.most {
                value.extend_from_slice(part);
            } else {
                value = Vec::new();
            }
            self.is_over = end.is_some_and(|at| buffer.get(at) == Some(&b']'));
            let used = end.map_or(buffer.len(), |at| at + 1);
            self.input.consume(used);
            if end.is_some() && (length > 0 || !self.is_over) {
                self.number += 1;
                let piece = if length <= self.most { Piece::Whole(value) } else { Piece::TooLong };
                return Ok(Some((self.number, piece)));
            }
        }
        Ok(None)
    }
}

impl<R: BufRead> Iterator for Elements<R> {
    type Item = io::Result<(usize, Piece)>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.read();
        self.is_over |= read.is_err();
        read.transpose()
    }
}

/// Where a walk over JSON stands.
#[derive(Default)]
struct Scan {
    /// Brackets and braces that are open.
    depth: usize,
    /// Within quotation marks.
    in_text: bool,
    /// Behind a backslash.
    is_escaped: bool,
}

impl Scan {
    fn step(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.in_text => self.is_escaped = true,
            b'"' => self.in_text = !self.in_text,
            b'{' | b'[' if !self.in_text => self.depth += 1,
            b'}' | b']' if !self.in_text => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

fn next_byte(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    let byte = input.fill_buf()?.first().copied();
    if byte.is_some() {
        input.consume(1);
    }
    Ok(byte)
}

/// The first byte that is neither white space nor a part of the mark of UTF-8.
fn next_letter(input: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        match next_byte(input)? {
            Some(byte) if byte.is_ascii_whitespace() || b"\xef\xbb\xbf".contains(&byte) => {}
            other => return Ok(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    /// Pieces as texts with their numbers, read through a buffer of a few bytes.
    fn told(pieces: impl Iterator<Item = io::Result<(usize, Piece)>>) -> Vec<String> {
        pieces
            .map(|piece| match piece {
                Ok((number, Piece::Whole(bytes))) => {
                    format!("{number} {}", String::from_utf8_lossy(bytes.trim_ascii()))
                }
                Ok((number, Piece::TooLong)) => format!("{number} too long"),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn lines_keep_their_numbers() {
        let lines = Lines { most: 8, ..Lines::new(&b"{}\r\n\n  \n123456789\nlast"[..]) };
        assert_eq!(told(lines), ["1 {}", "4 too long", "5 last"]);
    }

    #[test]
    fn elements_are_cut_at_their_own_commas() {
        let cut = "it ends within its list";
        let cases: [(&str, &[&str]); 8] = [
            ("[]", &[]),
            (" [ ] ", &[]),
            ("\u{feff}[{\"a\": [1, 2]}, {\"b\": \"]},\\\"\"}] tail", &["1 {\"a\": [1, 2]}", "2 {\"b\": \"]},\\\"\"}"]),
            ("[1,\"a,b\"]", &["1 1", "2 \"a,b\""]),
            ("[{broken}, {}]", &["1 {broken}", "2 {}"]),
            ("[\"a long text in a list\", 2]", &["1 too long", "2 2"]),
            ("[1, {\"a\":", &["1 1", cut]),
            ("[1,", &["1 1", cut]),
        ];
        for (text, want) in cases {
            let input = BufReader::with_capacity(3, text.as_bytes());
            let elements = Elements::of_array(input).expect("read").expect("a list");
            assert_eq!(told(Elements { most: 20, ..elements }), want, "{text}");
        }
        assert!(Elements::of_array(&b"{\"a\": []}"[..]).expect("read").is_none());
    }

    #[test]
    fn elements_of_a_member_are_found_at_its_depth_alone() {
        let text = r#"{"log": {"pages": [{"entries": [9]}], "entries\"": 1, "entries" : [1, 2]}, "entries": [3]}"#;
        let elements = Elements::of_member(text.as_bytes(), "entries").expect("read").expect("a list");
        assert_eq!(told(elements), ["1 1", "2 2"]);
        for other in ["{\"log\": {\"entries\": 5}}", "{\"entries\": [1]}", "[]", ""] {
            assert!(Elements::of_member(other.as_bytes(), "entries").expect("read").is_none(), "{other}");
        }
    }
}

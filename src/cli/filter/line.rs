//! The lines of stdin.

use std::io::{self, BufRead, Read};

/// Longest line taken, in bytes; a longer one is reported and skipped.
pub(super) const MAX_LINE: u64 = 64 << 20;

/// What some programs set before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";

/// A line that wants an answer.
pub(super) struct Line {
    /// Its number, from 1; blank lines count.
    pub number: u64,
    /// What stands in it; `None` when it is longer than [`MAX_LINE`].
    pub bytes: Option<Vec<u8>>,
}

/// Lines, each bounded, blank ones left out.
pub(super) struct Lines<R> {
    input: R,
    /// Lines read so far.
    read: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn of(input: R) -> Self {
        Self { input, read: 0 }
    }

    fn read(&mut self) -> io::Result<Option<Line>> {
        loop {
            let mut line = Vec::new();
            if self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            self.read += 1;
            // Windows' programs begin UTF-8 with a mark.
            if self.read == 1 && line.starts_with(MARK) {
                line.drain(..MARK.len());
            }
            if line.len() as u64 == MAX_LINE && line.last() != Some(&b'\n') {
                self.input.skip_until(b'\n')?;
                return Ok(Some(Line { number: self.read, bytes: None }));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line { number: self.read, bytes: Some(line) }));
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<Self::Item> {
        self.read().transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::Lines;

    #[test]
    fn blank_lines_and_the_mark_of_utf_8_have_no_answer() {
        let lines = Lines::of(&b"\xef\xbb\xbf\na\n  \r\n\nb\r\n\nc"[..]);
        let read: Vec<_> = lines.map(|line| line.map(|line| (line.number, line.bytes)).expect("read")).collect();
        let expected =
            [(2, &b"a\n"[..]), (5, b"b\r\n"), (7, b"c")].map(|(number, bytes)| (number, Some(bytes.to_vec())));
        assert_eq!(read, expected);
    }
}

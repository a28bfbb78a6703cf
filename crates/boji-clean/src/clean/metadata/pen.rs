use crate::rules::words::mark::{Marks, ZONE};

/// Longest line that may be a byline or a date, in bytes; a longer one is prose.
pub(super) const MAX_LINE_BYTES: usize = 240;
/// Longest visible text kept; facts stand at the head of a page.
const MAX_TEXT_BYTES: usize = 512 * 1024;

/// A stretch of the visible text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    /// What the class words of the element say, and in which parts of the page it lies.
    pub marks: Marks,
    /// Bytes of prose above it.
    pub prose: usize,
}

/// Writes down the visible text line by line.
#[derive(Default)]
pub(super) struct Pen {
    pub text: String,
    pub lines: Vec<Span>,
    /// The beginnings of longer ones.
    pub heads: Vec<Span>,
    line_start: usize,
    prose: usize,
    /// (offset behind a piece of prose, bytes of prose up to there).
    steps: Vec<(usize, usize)>,
    /// Marks of the line being written.
    pending: Marks,
    space: bool,
    edge: bool,
}

impl Pen {
    pub(super) fn write(&mut self, text: &str) {
        if self.text.len() > MAX_TEXT_BYTES {
            return;
        }
        // Most texts are the indents between tags.
        if text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            self.space |= !text.is_empty();
            return;
        }
        self.space |= text.starts_with(char::is_whitespace);
        for run in text.split_ascii_whitespace() {
            if run.is_ascii() {
                self.word(run);
            } else {
                run.split_whitespace().for_each(|word| self.word(word));
            }
        }
        if !text.trim_end().is_empty() {
            self.space = text.ends_with(char::is_whitespace);
        }
    }

    fn word(&mut self, word: &str) {
        let begins = self.text.len() == self.line_start;
        if !begins && (self.space || (self.edge && parts(&self.text, word))) {
            self.text.push(' ');
        }
        self.text.push_str(word);
        (self.space, self.edge) = (true, false);
    }

    /// The edge of an element; that of a block ends the line.
    pub(super) fn edge(&mut self, block: bool) {
        self.edge = true;
        let length = self.text.len() - self.line_start;
        if !block || length == 0 {
            return;
        }
        let line = Span { start: self.line_start, end: self.text.len(), marks: self.pending, prose: self.prose };
        if length <= MAX_LINE_BYTES {
            self.lines.push(line);
        } else {
            let end = self.text.floor_char_boundary(line.start + MAX_LINE_BYTES);
            // Words stay whole, and dates with them.
            let words = self.text.get(line.start..end).unwrap_or_default();
            self.heads.push(Span { end: line.start + words.rfind(' ').unwrap_or(words.len()), ..line });
        }
        self.pending = 0;
        if length > MAX_LINE_BYTES / 2 {
            self.prose += length;
            self.steps.push((self.text.len(), self.prose));
        }
        self.text.push('\n');
        self.line_start = self.text.len();
        self.space = false;
    }

    pub(super) fn prose_at(&self, offset: usize) -> usize {
        let behind = self.steps.partition_point(|(end, _)| *end <= offset);
        behind.checked_sub(1).and_then(|index| self.steps.get(index)).map_or(0, |(_, prose)| *prose)
    }

    /// Gives the lines since `start` the marks of the element that began there; words of class speak of small elements
    /// only.
    pub(super) fn mark(&mut self, start: usize, own: Marks) {
        let long = self.text.len() - start > 2 * MAX_LINE_BYTES;
        let marks = if long { own & ZONE } else { own };
        if marks == 0 {
            return;
        }
        for lines in [&mut self.lines, &mut self.heads] {
            for line in lines.iter_mut().rev().take_while(|line| line.end > start) {
                line.marks |= marks;
            }
        }
        if self.text.len() > self.line_start {
            // A link to the comments does not make its line one.
            let whole = start <= self.line_start;
            self.pending |= if whole { marks } else { marks & !ZONE };
        }
    }
}

/// Whether two pieces that touch at the edge of an element are two words: "by" and "Ann", "Black" and "2".
fn parts(before: &str, next: &str) -> bool {
    let last = before.chars().next_back();
    let first = next.chars().next();
    last.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, ':' | ',' | ')'))
        && first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
}

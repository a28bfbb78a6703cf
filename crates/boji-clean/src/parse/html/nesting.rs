//! How deep the tags seen so far would nest in the parser's tree.

use super::names::{FENCES, FORMATTING, IMPLIED, PARAGRAPH, PHRASING, TABLE_PARTS, VOID};

/// Deepest nesting that reaches the parser; browsers stop there too.
const MAX_DEPTH: usize = 512;
/// Most unclosed formatting elements (`b`, `font`, `a`, …): the parser opens them anew in each paragraph.
const MAX_FORMATTING: usize = 64;

/// A rough stack of open elements: it closes what HTML closes by itself only where pages rely on it.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    open: Vec<Open>,
    passed: usize,
    formatting: Vec<Open>,
    formatting_passed: usize,
    /// A start tag was refused.
    pub capped: bool,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    name: u64,
    passed: bool,
}

impl Nesting {
    /// Counts a start tag, its name as a number; false when it would nest too deep.
    pub(super) fn open(&mut self, key: u64) -> bool {
        if VOID.contains(&key) {
            return true;
        }
        if FORMATTING.contains(&key) {
            let passed = self.formatting_passed < MAX_FORMATTING;
            self.formatting_passed += usize::from(passed);
            self.formatting.push(Open { name: key, passed });
            self.capped |= !passed;
            return passed;
        }
        self.close_implied(key);
        let passed = self.passed < MAX_DEPTH;
        self.passed += usize::from(passed);
        self.open.push(Open { name: key, passed });
        self.capped |= !passed;
        passed
    }

    /// Counts an end tag; false when its start tag was refused.
    pub(super) fn close(&mut self, key: u64) -> bool {
        if FORMATTING.contains(&key) {
            let Some(back) = self.formatting.iter().rev().take(MAX_FORMATTING).position(|open| open.name == key) else {
                return true;
            };
            let gone = self.formatting.remove(self.formatting.len() - 1 - back);
            self.formatting_passed -= usize::from(gone.passed);
            return gone.passed;
        }
        // As in HTML, an end tag does not reach out of a cell, unless it ends a part of the table.
        let is_fenced = !TABLE_PARTS.contains(&key);
        let within = self.open.iter().rev().take(MAX_DEPTH);
        let within = within.take_while(|open| !is_fenced || !FENCES.contains(&open.name));
        let Some(back) = within.enumerate().find(|(_, open)| open.name == key).map(|(back, _)| back) else {
            return true;
        };
        let mut passed = true;
        for _ in 0..=back {
            passed = self.pop().unwrap_or(true);
        }
        passed
    }

    fn pop(&mut self) -> Option<bool> {
        let gone = self.open.pop()?;
        self.passed -= usize::from(gone.passed);
        Some(gone.passed)
    }

    /// Paragraphs, items and cells whose end tags pages leave out.
    fn close_implied(&mut self, key: u64) {
        let Some(top) = self.open.last().map(|open| open.name) else { return };
        let paragraph = top == PARAGRAPH && !PHRASING.contains(&key);
        if paragraph || IMPLIED.contains(&[top, key]) {
            self.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::names::key;

    #[test]
    fn refuses_what_nests_too_deep_and_its_end_tags() {
        let mut nesting = Nesting::default();
        let opened = (0..600).filter(|_| nesting.open(key("div"))).count();
        let closed = (0..600).filter(|_| nesting.close(key("DIV"))).count();
        assert_eq!((opened, closed), (MAX_DEPTH, MAX_DEPTH));
        assert!(nesting.capped);
    }

    #[test]
    fn unclosed_paragraphs_and_items_do_not_nest() {
        let mut nesting = Nesting::default();
        for name in ["ul", "li", "p", "p", "br", "p"] {
            nesting.open(key(name));
        }
        for _ in 0..1000 {
            nesting.open(key("p"));
        }
        assert!(!nesting.capped);
        assert!((0..70).filter(|_| nesting.open(key("b"))).count() == MAX_FORMATTING);
    }
}

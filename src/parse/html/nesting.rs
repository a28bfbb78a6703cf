//! How deep the tags seen so far would nest in the parser's tree.

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
    /// Counts a start tag; false when it would nest too deep.
    pub fn open(&mut self, name: &str) -> bool {
        let key = key(name);
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
    pub fn close(&mut self, name: &str) -> bool {
        let key = key(name);
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

const PARAGRAPH: u64 = key("p");

/// Elements that end where the other begins.
const IMPLIED: [[u64; 2]; 8] = [
    keys(["li", "li"]),
    keys(["dt", "dd"]),
    keys(["dd", "dt"]),
    keys(["dd", "dd"]),
    keys(["tr", "tr"]),
    keys(["td", "td"]),
    keys(["td", "tr"]),
    keys(["option", "option"]),
];

/// A name as a number: its first eight letters in lower case, mixed with its length.
const fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut key = 0;
    let mut at = 0;
    while at < bytes.len() && at < 8 {
        key = (key << 8) | bytes[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    key ^ ((bytes.len() as u64) << 57)
}

const fn keys<const N: usize>(names: [&str; N]) -> [u64; N] {
    let mut found = [0; N];
    let mut at = 0;
    while at < N {
        found[at] = key(names[at]);
        at += 1;
    }
    found
}

/// Elements without content, which never nest.
const VOID: [u64; 17] = keys([
    "br", "img", "meta", "link", "input", "hr", "wbr", "source", "col", "base", "area", "embed", "param", "track",
    "keygen", "basefont", "bgsound",
]);

/// Out of these no end tag reaches but those of the parts of a table.
const FENCES: [u64; 3] = keys(["td", "th", "table"]);

const TABLE_PARTS: [u64; 7] = keys(["table", "thead", "tbody", "tfoot", "tr", "td", "th"]);

const FORMATTING: [u64; 14] =
    keys(["a", "b", "i", "u", "em", "font", "strong", "small", "big", "code", "s", "strike", "tt", "nobr"]);

const PHRASING: [u64; 27] = keys([
    "span", "sup", "sub", "label", "mark", "time", "abbr", "cite", "q", "kbd", "var", "samp", "ins", "del", "bdi",
    "bdo", "ruby", "rt", "rp", "button", "select", "picture", "video", "audio", "object", "math", "dfn",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_nests_too_deep_and_its_end_tags() {
        let mut nesting = Nesting::default();
        let opened = (0..600).filter(|_| nesting.open("div")).count();
        let closed = (0..600).filter(|_| nesting.close("DIV")).count();
        assert_eq!((opened, closed), (MAX_DEPTH, MAX_DEPTH));
        assert!(nesting.capped);
    }

    #[test]
    fn unclosed_paragraphs_and_items_do_not_nest() {
        let mut nesting = Nesting::default();
        for name in ["ul", "li", "p", "p", "br", "p"] {
            nesting.open(name);
        }
        for _ in 0..1000 {
            nesting.open("p");
        }
        assert!(!nesting.capped);
        assert!((0..70).filter(|_| nesting.open("b")).count() == MAX_FORMATTING);
    }
}

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
    pub fn open(&mut self, name: &str, void: bool) -> bool {
        if void {
            return true;
        }
        let key = key(name);
        if is_formatting(name) {
            let passed = self.formatting_passed < MAX_FORMATTING;
            self.formatting_passed += usize::from(passed);
            self.formatting.push(Open { name: key, passed });
            self.capped |= !passed;
            return passed;
        }
        self.close_implied(name);
        let passed = self.passed < MAX_DEPTH;
        self.passed += usize::from(passed);
        self.open.push(Open { name: key, passed });
        self.capped |= !passed;
        passed
    }

    /// Counts an end tag; false when its start tag was refused.
    pub fn close(&mut self, name: &str) -> bool {
        let key = key(name);
        if is_formatting(name) {
            let Some(back) = self.formatting.iter().rev().take(MAX_FORMATTING).position(|open| open.name == key) else {
                return true;
            };
            let gone = self.formatting.remove(self.formatting.len() - 1 - back);
            self.formatting_passed -= usize::from(gone.passed);
            return gone.passed;
        }
        // As in HTML, an end tag does not reach out of a cell, unless it ends a part of the table.
        let fence = if is_table_part(name) { [0; 3] } else { [self::key("td"), self::key("th"), self::key("table")] };
        let within = self.open.iter().rev().take(MAX_DEPTH).take_while(|open| !fence.contains(&open.name));
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
    fn close_implied(&mut self, name: &str) {
        let Some(top) = self.open.last().map(|open| open.name) else { return };
        let paragraph = top == key("p") && !is_phrasing(name);
        if paragraph || IMPLIED.iter().any(|(open, next)| top == key(open) && name.eq_ignore_ascii_case(next)) {
            self.pop();
        }
    }
}

/// Elements that end where the other begins.
const IMPLIED: [(&str, &str); 8] = [
    ("li", "li"),
    ("dt", "dd"),
    ("dd", "dt"),
    ("dd", "dd"),
    ("tr", "tr"),
    ("td", "td"),
    ("td", "tr"),
    ("option", "option"),
];

/// A name as a number: its first eight letters in lower case, mixed with its length.
fn key(name: &str) -> u64 {
    let head = name.bytes().take(8).fold(0_u64, |key, byte| (key << 8) | u64::from(byte.to_ascii_lowercase()));
    head ^ ((name.len() as u64) << 57)
}

/// Elements without content, which never nest.
pub(super) fn is_void(name: &str) -> bool {
    [
        "br", "img", "meta", "link", "input", "hr", "wbr", "source", "col", "base", "area", "embed", "param", "track",
        "keygen", "basefont", "bgsound",
    ]
    .iter()
    .any(|word| name.eq_ignore_ascii_case(word))
}

fn is_table_part(name: &str) -> bool {
    ["table", "thead", "tbody", "tfoot", "tr", "td", "th"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

fn is_formatting(name: &str) -> bool {
    ["a", "b", "i", "u", "em", "font", "strong", "small", "big", "code", "s", "strike", "tt", "nobr"]
        .iter()
        .any(|word| name.eq_ignore_ascii_case(word))
}

fn is_phrasing(name: &str) -> bool {
    [
        "span", "sup", "sub", "label", "mark", "time", "abbr", "cite", "q", "kbd", "var", "samp", "ins", "del", "bdi",
        "bdo", "ruby", "rt", "rp", "button", "select", "picture", "video", "audio", "object", "math", "dfn",
    ]
    .iter()
    .any(|word| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_nests_too_deep_and_its_end_tags() {
        let mut nesting = Nesting::default();
        let opened = (0..600).filter(|_| nesting.open("div", false)).count();
        let closed = (0..600).filter(|_| nesting.close("DIV")).count();
        assert_eq!((opened, closed), (MAX_DEPTH, MAX_DEPTH));
        assert!(nesting.capped);
    }

    #[test]
    fn unclosed_paragraphs_and_items_do_not_nest() {
        let mut nesting = Nesting::default();
        for name in ["ul", "li", "p", "p", "br", "p"] {
            nesting.open(name, is_void(name));
        }
        for _ in 0..1000 {
            nesting.open("p", false);
        }
        assert!(!nesting.capped);
        assert!((0..70).filter(|_| nesting.open("b", false)).count() == MAX_FORMATTING);
    }
}

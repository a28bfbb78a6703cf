use super::value::{Text, Value};

/// A place in a JavaScript literal, and the steps over its smallest parts.
pub(super) struct Cursor<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// Offset of the next byte.
    pub at: usize,
    /// The text ended inside of something.
    pub truncated: bool,
}

impl<'a> Cursor<'a> {
    /// At the start of `text`.
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, bytes: text.as_bytes(), at: 0, truncated: false }
    }

    /// The next byte.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Steps over `word` if it comes next after space.
    pub(super) fn take(&mut self, word: &[u8]) -> bool {
        self.skip_space();
        let found = self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// The run of bytes that `is_part` holds for.
    pub(super) fn run(&mut self, is_part: fn(u8) -> bool) -> &'a str {
        let from = self.at;
        self.at += self.bytes.iter().skip(from).take_while(|byte| is_part(**byte)).count();
        self.text.get(from..self.at).unwrap_or_default()
    }

    /// A quoted string. One that never ends is no value: half a body must not pass for a whole one.
    pub(super) fn string(&mut self) -> Option<Value<'a>> {
        let quote = self.peek()?;
        let from = self.at + 1;
        let mut at = from;
        loop {
            let Some(step) = self.bytes.get(at..).and_then(|tail| memchr::memchr2(quote, b'\\', tail)) else {
                self.at = self.bytes.len();
                self.truncated = true;
                return None;
            };
            at += step;
            if self.bytes.get(at) == Some(&quote) {
                break;
            }
            at += 2;
        }
        self.at = at + 1;
        Some(Value::Text(Text { raw: self.text.get(from..at).unwrap_or_default(), second: false, entities: 0 }))
    }

    /// The characters of a number; `None` when no figure is among them.
    pub(super) fn number(&mut self) -> Option<&'a str> {
        let digits = self.run(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_'));
        digits.bytes().any(|byte| byte.is_ascii_digit()).then_some(digits)
    }

    /// Steps over space and comments.
    pub(super) fn skip_space(&mut self) {
        loop {
            let tail = self.bytes.get(self.at..).unwrap_or_default();
            match tail {
                [b' ' | b'\t' | b'\n' | b'\r', ..] => self.at += 1,
                [0xC2, 0xA0, ..] => self.at += 2,
                [0xEF, 0xBB, 0xBF, ..] => self.at += 3,
                [b'/', b'/', ..] => self.at += memchr::memchr(b'\n', tail).unwrap_or(tail.len()),
                [b'/', b'*', inside @ ..] => {
                    self.at += memchr::memmem::find(inside, b"*/").map_or(tail.len(), |end| end + 4);
                }
                _ => return,
            }
        }
    }

    /// Moves to the `,`, `}` or `]` that ends the present field, over whatever stands before it.
    pub(super) fn skip_to_next(&mut self) {
        self.skip_space();
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b'}' | b']' if open == 0 => return,
                b'"' | b'\'' | b'`' => {
                    let _ = self.string();
                    continue;
                }
                b'/' => {
                    let before = self.at;
                    self.skip_space();
                    if self.at > before {
                        continue;
                    }
                }
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves to the `,`, `;` or line end that ends a variable of a list `var a = …, b = …`, or to a bracket that was not
    /// opened in it. A comma at the start of the next line goes on with the list.
    pub(super) fn skip_declarator(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b',' | b';' | b'}' | b']' | b')' if open == 0 => return,
                b'\n' if open == 0 => {
                    self.skip_space();
                    return;
                }
                b'"' | b'\'' | b'`' => {
                    let _ = self.string();
                    continue;
                }
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Moves past the bracket that closes the one here.
    pub(super) fn skip_balanced(&mut self) {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' | b'`' => {
                    let _ = self.string();
                    continue;
                }
                b'{' | b'[' | b'(' => open += 1,
                b'}' | b']' | b')' => open = open.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
    }
}

/// Whether a byte belongs to a name.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

use std::borrow::Cow;

use super::value::{Text, Value, unescape};

/// Deepest nesting of objects, arrays, calls and parentheses; what lies deeper is skipped. Real pages reach 9.
pub const MAX_DEPTH: u32 = 64;

/// Most values kept of one literal. Real pages hold under 2,000.
pub const MAX_VALUES: usize = 100_000;

/// A parsed literal.
#[derive(Debug)]
pub struct Literal<'a> {
    /// The value; `Nothing` when the text does not start with a literal.
    pub value: Value<'a>,
    /// Bytes used.
    pub end: usize,
    /// The text ended, or a limit was met, inside of the literal.
    pub truncated: bool,
}

/// Reads one JavaScript expression of the small grammar that WeChat's pages use for data: objects, arrays, strings,
/// numbers, words, `a || b`, `'1' * 1`, `JsDecode('…')`, `htmlDecode("…")`, `.html(false)`, comments, trailing commas.
///
/// A field whose value is any other expression becomes [`Value::Nothing`] and does not spoil its neighbours. Linear in
/// the length of the literal, depth-bounded, borrowing from `text`. `None` when no literal stands at its start.
pub fn parse(text: &str) -> Option<Literal<'_>> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, values: 0, truncated: false };
    let value = parser.expression(0)?;
    Some(Literal { value, end: parser.at, truncated: parser.truncated })
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    values: usize,
    truncated: bool,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// Steps over `byte` if it comes next after space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expression(&mut self, depth: u32) -> Option<Value<'a>> {
        let mut value = self.operand(depth)?;
        loop {
            self.skip_space();
            if self.rest().starts_with("||") {
                self.at += 2;
                let other = self.operand(depth)?;
                if !value.truthy() {
                    value = other;
                }
            } else if self.peek() == Some(b'*') {
                self.at += 1;
                self.skip_space();
                self.number()?;
                if let Value::Text(text) = value {
                    value = Value::Number(text.raw.trim());
                }
            } else {
                return Some(value);
            }
        }
    }

    fn operand(&mut self, depth: u32) -> Option<Value<'a>> {
        self.skip_space();
        self.values += 1;
        if self.values > MAX_VALUES {
            self.truncated = true;
            return None;
        }
        let value = match self.peek()? {
            b'{' | b'[' | b'(' if depth >= MAX_DEPTH => {
                self.truncated = true;
                self.skip_balanced();
                Value::Nothing
            }
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'(' => {
                self.at += 1;
                let inner = self.expression(depth + 1)?;
                if !self.take(b')') {
                    return None;
                }
                inner
            }
            b'"' | b'\'' | b'`' => self.string()?,
            b'!' => {
                self.at += 1;
                if depth >= MAX_DEPTH {
                    return None;
                }
                Value::Bool(!self.operand(depth + 1)?.truthy())
            }
            b'0'..=b'9' | b'-' | b'+' | b'.' => Value::Number(self.number()?),
            byte if is_word(byte) => self.word(depth)?,
            _ => return None,
        };
        self.methods(value, depth)
    }

    fn object(&mut self, depth: u32) -> Value<'a> {
        self.at += 1;
        let mut fields = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    self.truncated = true;
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(_) => {
                    let before = self.at;
                    let key = self.key();
                    let value = if key.is_some() && self.take(b':') { self.expression(depth) } else { None };
                    self.skip_to_next();
                    if self.values > MAX_VALUES {
                        break;
                    }
                    if let Some(key) = key {
                        fields.push((key, value.unwrap_or(Value::Nothing)));
                    }
                    self.step_over_stray(before);
                }
            }
        }
        Value::Object(fields)
    }

    fn array(&mut self, depth: u32) -> Value<'a> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    self.truncated = true;
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => self.at += 1,
                Some(_) => {
                    let before = self.at;
                    let value = self.expression(depth);
                    self.skip_to_next();
                    if self.values > MAX_VALUES {
                        break;
                    }
                    items.push(value.unwrap_or(Value::Nothing));
                    self.step_over_stray(before);
                }
            }
        }
        Value::Array(items)
    }

    /// A closing bracket of the wrong kind is stepped over, or the loop round it would stand still.
    fn step_over_stray(&mut self, before: usize) {
        self.at += usize::from(self.at == before);
    }

    fn key(&mut self) -> Option<Cow<'a, str>> {
        match self.peek()? {
            b'"' | b'\'' => match self.string()? {
                Value::Text(text) => Some(unescape(text.raw)),
                _ => None,
            },
            byte if is_word(byte) => {
                let from = self.at;
                self.at += self.bytes.iter().skip(from).take_while(|byte| is_word(**byte)).count();
                Some(Cow::Borrowed(self.slice(from, self.at)))
            }
            _ => None,
        }
    }

    /// A quoted string. One that never ends is no value: half a body must not pass for a whole one.
    fn string(&mut self) -> Option<Value<'a>> {
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
        Some(Value::Text(Text { raw: self.slice(from, at), second: false, entities: 0 }))
    }

    fn number(&mut self) -> Option<&'a str> {
        let from = self.at;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+' | b'_');
        self.at += self.bytes.iter().skip(from).take_while(|byte| is_part(byte)).count();
        let digits = self.slice(from, self.at);
        digits.bytes().any(|byte| byte.is_ascii_digit()).then_some(digits)
    }

    /// A word: a constant, a call, or a reference to something else in the page.
    fn word(&mut self, depth: u32) -> Option<Value<'a>> {
        let from = self.at;
        self.at += self.bytes.iter().skip(from).take_while(|byte| is_word(**byte) || **byte == b'.').count();
        let name = self.slice(from, self.at);
        match name {
            "true" => return Some(Value::Bool(true)),
            "false" => return Some(Value::Bool(false)),
            "function" | "new" | "class" | "typeof" => return None,
            _ => {}
        }
        if self.peek() != Some(b'(') {
            return Some(Value::Nothing);
        }
        let mut value = self.call(depth)?;
        if let Value::Text(text) = &mut value {
            match name {
                "JsDecode" => text.second = true,
                "htmlDecode" => text.entities = text.entities.saturating_add(1),
                _ => {}
            }
        }
        Some(value)
    }

    /// `(a, b)`: gives the first argument.
    fn call(&mut self, depth: u32) -> Option<Value<'a>> {
        if depth >= MAX_DEPTH || !self.take(b'(') {
            return None;
        }
        if self.take(b')') {
            return Some(Value::Nothing);
        }
        let first = self.expression(depth + 1)?;
        while self.take(b',') {
            self.expression(depth + 1)?;
        }
        self.take(b')').then_some(first)
    }

    /// `.html(false)` and other methods after a value; only `html` changes it.
    fn methods(&mut self, mut value: Value<'a>, depth: u32) -> Option<Value<'a>> {
        while self.take(b'.') {
            let from = self.at;
            self.at += self.bytes.iter().skip(from).take_while(|byte| is_word(**byte)).count();
            let name = self.slice(from, self.at);
            if self.peek() != Some(b'(') {
                return Some(Value::Nothing);
            }
            let argument = self.call(depth)?;
            if let Value::Text(text) = &mut value
                && name == "html"
                && !argument.truthy()
            {
                text.entities = text.entities.saturating_add(1);
            }
        }
        Some(value)
    }

    fn skip_space(&mut self) {
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
    fn skip_to_next(&mut self) {
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

    /// Moves past the bracket that closes the one here.
    fn skip_balanced(&mut self) {
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

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value<'_> {
        parse(text).map_or(Value::Nothing, |literal| literal.value)
    }

    #[test]
    fn reads_every_form_of_a_scalar() {
        let cases = [
            ("'a'", "a"),
            ("\"a\\\"b\"", "a\"b"),
            ("JsDecode('\\x3cp\\x3e\\\\x0a')", "<p>\n"),
            ("JsDecode( \"x\" )", "x"),
            ("'5' * 1", "5"),
            ("\"4247234702597603332\" * 1", "4247234702597603332"),
            ("-12.5", "-12.5"),
            ("\"\" || \"v\" || \"w\"", "v"),
            ("\"\"||\"\"|| \"2650\"", "2650"),
            ("'' * 1 || '7' * 1", "7"),
            ("('' || ('x'))", "x"),
            ("'a&amp;b'.html(false)", "a&b"),
            ("'a&amp;amp;b'.html(false).html(false)", "a&b"),
            ("'a&amp;b'.html(true)", "a&amp;b"),
            ("htmlDecode(\"a&lt;b\")", "a<b"),
            ("params['x'] || 'y'", ""),
            ("window.x || 'y'", "y"),
            ("/* c */ 'a' // d", "a"),
            ("'x'.replace('a', 'b')", "x"),
            ("undefined", ""),
            ("null", ""),
            ("'no end", ""),
        ];
        for (text, want) in cases {
            assert_eq!(value(text).text(), want, "{text}");
        }
    }

    #[test]
    fn reads_objects_with_bare_keys_and_trailing_commas() {
        let object = value("{ a: 1, 'b': [ {c: 'x',}, [], ], \"d\": {}, true_: true, f: false, a: 2, }");
        assert_eq!(object.get("a").text(), "2", "the last of two equal names counts");
        assert_eq!(object.get("b").items().first().map(|item| item.get("c").text()), Some("x".into()));
        assert_eq!(object.get("d"), &Value::Object(vec![]));
        assert_eq!(object.get("true_"), &Value::Bool(true));
        assert_eq!(object.get("missing"), &Value::Nothing);
    }

    #[test]
    fn a_foreign_expression_spoils_only_its_own_field() {
        let object = value(
            "{ a: location.protocol == 'https:' ? {x: 1} : foo({b: 2}, 3), b: function () { return {c: 1}; }, c: +new Date, \
             d: 'kept', e: 'x' + \"y, z\", f: 'also' }",
        );
        assert_eq!(object.get("d").text(), "kept");
        assert_eq!(object.get("f").text(), "also");
        assert_eq!(object.get("b"), &Value::Nothing);
    }

    #[test]
    fn a_cut_page_gives_what_was_whole() {
        let literal = parse("{title: JsDecode('T'), content: JsDecode('half a bo").expect("an object");
        assert!(literal.truncated);
        assert_eq!(literal.value.get("title").text(), "T");
        assert_eq!(literal.value.get("content").stated(), None);
    }

    #[test]
    fn depth_is_bounded_and_what_follows_is_kept() {
        let deep = format!("{{a: {}1{}, b: 'after'}}", "[".repeat(5000), "]".repeat(5000));
        let literal = parse(&deep).expect("an object");
        assert!(literal.truncated);
        assert_eq!(literal.value.get("b").text(), "after");
        for opening in ["{a:", "[", "(", "!", "f(", "{]", "[}"] {
            let _ = parse(&opening.repeat(200_000));
        }
    }

    #[test]
    fn the_number_of_values_is_bounded() {
        let wide = format!("[{}]", "0,".repeat(MAX_VALUES + 10));
        let literal = parse(&wide).expect("an array");
        assert!(literal.truncated);
        assert!(literal.value.items().len() <= MAX_VALUES);
    }

    #[test]
    fn says_where_the_literal_ends() {
        let literal = parse("{a: '}'} ; next").expect("an object");
        assert_eq!(literal.end, "{a: '}'}".len() + 1, "space before the next token is read too");
        assert!(!literal.truncated);
    }
}

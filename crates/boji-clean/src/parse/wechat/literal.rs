use std::borrow::Cow;

use super::value::{Text, Value, unescape};

/// Deepest nesting of objects, arrays, calls and parentheses; what lies deeper is skipped. Real pages reach 9.
const MAX_DEPTH: u32 = 64;

/// Most values kept of one literal. Real pages hold under 2,000.
const MAX_VALUES: usize = 100_000;

/// A parsed literal.
#[derive(Debug)]
pub(super) struct Literal<'a> {
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
pub(super) fn parse(text: &str) -> Option<Literal<'_>> {
    let mut parser = Parser { cursor: Cursor::new(text), values: 0 };
    let value = parser.expression(0)?;
    Some(Literal { value, end: parser.cursor.at, truncated: parser.cursor.truncated })
}

struct Parser<'a> {
    cursor: Cursor<'a>,
    values: usize,
}

impl<'a> Parser<'a> {
    fn expression(&mut self, depth: u32) -> Option<Value<'a>> {
        let mut value = self.operand(depth)?;
        loop {
            if self.cursor.take(b"||") {
                let other = self.operand(depth)?;
                if !value.truthy() {
                    value = other;
                }
            } else if self.cursor.take(b"*") {
                self.cursor.skip_space();
                self.cursor.number()?;
                if let Value::Text(text) = value {
                    value = Value::Number(text.raw.trim());
                }
            } else {
                return Some(value);
            }
        }
    }

    fn operand(&mut self, depth: u32) -> Option<Value<'a>> {
        self.cursor.skip_space();
        self.values += 1;
        if self.values > MAX_VALUES {
            self.cursor.truncated = true;
            return None;
        }
        let value = match self.cursor.peek()? {
            b'{' | b'[' | b'(' if depth >= MAX_DEPTH => {
                self.cursor.truncated = true;
                self.cursor.skip_balanced();
                Value::Nothing
            }
            b'{' => self.object(depth + 1),
            b'[' => self.array(depth + 1),
            b'(' => {
                self.cursor.at += 1;
                let inner = self.expression(depth + 1)?;
                if !self.cursor.take(b")") {
                    return None;
                }
                inner
            }
            b'"' | b'\'' | b'`' => self.cursor.string()?,
            b'!' => {
                self.cursor.at += 1;
                if depth >= MAX_DEPTH {
                    return None;
                }
                Value::Bool(!self.operand(depth + 1)?.truthy())
            }
            b'0'..=b'9' | b'-' | b'+' | b'.' => Value::Number(self.cursor.number()?),
            byte if is_word(byte) => self.word(depth)?,
            _ => return None,
        };
        self.methods(value, depth)
    }

    fn object(&mut self, depth: u32) -> Value<'a> {
        self.cursor.at += 1;
        let mut fields = Vec::new();
        while self.next_member(b'}') {
            let before = self.cursor.at;
            let key = self.key();
            let value = if key.is_some() && self.cursor.take(b":") { self.member(depth) } else { Value::Nothing };
            self.end_member(before);
            if let Some(key) = key {
                fields.push((key, value));
            }
        }
        Value::Object(fields)
    }

    fn array(&mut self, depth: u32) -> Value<'a> {
        self.cursor.at += 1;
        let mut items = Vec::new();
        while self.next_member(b']') {
            let before = self.cursor.at;
            items.push(self.member(depth));
            self.end_member(before);
        }
        Value::Array(items)
    }

    /// Whether another member follows: false when `close`, the end of the text or the limit was met.
    fn next_member(&mut self, close: u8) -> bool {
        while self.cursor.take(b",") {}
        match self.cursor.peek() {
            None => self.cursor.truncated = true,
            Some(byte) if byte == close => self.cursor.at += 1,
            Some(_) => return self.values <= MAX_VALUES,
        }
        false
    }

    /// The value of a member. The first operand of an expression that the grammar does not hold is not its value.
    fn member(&mut self, depth: u32) -> Value<'a> {
        let value = self.expression(depth).unwrap_or(Value::Nothing);
        self.cursor.skip_space();
        let is_whole = matches!(self.cursor.peek(), None | Some(b',' | b'}' | b']'));
        if is_whole { value } else { Value::Nothing }
    }

    /// Moves to the comma or bracket after a member. A closing bracket of the wrong kind is stepped over, or the loop
    /// round this would stand still.
    fn end_member(&mut self, before: usize) {
        self.cursor.skip_to_next();
        self.cursor.at += usize::from(self.cursor.at == before);
    }

    fn key(&mut self) -> Option<Cow<'a, str>> {
        match self.cursor.peek()? {
            b'"' | b'\'' => match self.cursor.string()? {
                Value::Text(text) => Some(unescape(text.raw)),
                _ => None,
            },
            byte if is_word(byte) => Some(Cow::Borrowed(self.cursor.run(is_word))),
            _ => None,
        }
    }

    /// A word: a constant, a call, or a reference to something else in the page.
    fn word(&mut self, depth: u32) -> Option<Value<'a>> {
        let name = self.cursor.run(|byte| is_word(byte) || byte == b'.');
        match name {
            "true" => return Some(Value::Bool(true)),
            "false" => return Some(Value::Bool(false)),
            "function" | "new" | "class" | "typeof" => return None,
            _ => {}
        }
        if self.cursor.peek() != Some(b'(') {
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
        if depth >= MAX_DEPTH || !self.cursor.take(b"(") {
            return None;
        }
        if self.cursor.take(b")") {
            return Some(Value::Nothing);
        }
        let first = self.expression(depth + 1)?;
        while self.cursor.take(b",") {
            self.expression(depth + 1)?;
        }
        self.cursor.take(b")").then_some(first)
    }

    /// `.html(false)` and other methods after a value; only `html` changes it.
    fn methods(&mut self, mut value: Value<'a>, depth: u32) -> Option<Value<'a>> {
        while self.cursor.take(b".") {
            let name = self.cursor.run(is_word);
            if self.cursor.peek() != Some(b'(') {
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
}

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
        assert_eq!(object.get("e"), &Value::Nothing, "the first operand is not the value of a sum");
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

    proptest::proptest! {
        #[test]
        fn any_text_is_survived(text in "([\\[\\]{}()'\"`,:|*!./\\\\]|window|JsDecode|true|-1|\\PC){0,60}") {
            if let Some(literal) = parse(&text) {
                proptest::prop_assert!(text.is_char_boundary(literal.end));
            }
        }

        #[test]
        fn a_written_object_is_read_back(fields in proptest::collection::vec(("[a-z_]{1,8}", "[^'\\\\\n\r]{0,20}"), 0..8)) {
            let lines: Vec<String> = fields.iter().map(|(key, value)| format!("{key}: JsDecode('{value}'),\n")).collect();
            let text = lines.concat();
            let text = format!("{{ {text} }}");
            let literal = parse(&text).expect("an object");
            proptest::prop_assert!(!literal.truncated);
            for (key, value) in fields.iter().rev().take(1) {
                let got = literal.value.get(key).text();
                proptest::prop_assert_eq!(got.as_ref(), value.as_str());
            }
        }
    }
}

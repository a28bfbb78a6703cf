use std::borrow::Cow;
use std::fmt::Write as _;

use memchr::memchr_iter;
use unicode_normalization::char::is_combining_mark;

use crate::model::{STRUCK, Span, Style};
use crate::text::{formula, is_letter};

/// Longest entity that is looked for behind an ampersand, in bytes.
const MAX_ENTITY: usize = 32;

/// Spans as inline Markdown that reads the same in any CommonMark renderer. `line_break` is written for a forced break.
pub(super) fn inline(spans: &[Span], line_break: &str) -> String {
    Writer::new(line_break).all(spans)
}

/// What stands in a table's cell, in which a bar would end the cell.
pub(super) fn cell(spans: &[Span]) -> String {
    Writer { in_cell: true, ..Writer::new(" ") }.all(spans)
}

/// Whether a sign stands in spans more than once, so that two of them could be read as marks round what is between them.
fn has_pair(spans: &[Span], sign: u8) -> bool {
    let texts = spans.iter().filter_map(|span| match span {
        Span::Text { text, .. } => Some(text.as_str()),
        Span::Image(_) => None,
    });
    texts.flat_map(|text| memchr_iter(sign, text.as_bytes())).nth(1).is_some()
}

/// Where a run of text leads to.
fn address(span: &Span) -> Option<&str> {
    match span {
        Span::Text { href, .. } if !href.is_empty() => Some(href),
        _ => None,
    }
}

/// Spans without those that say nothing, and two runs of code side by side as one: their marks would join to others.
fn settled(spans: &[Span]) -> Cow<'_, [Span]> {
    let code = |span: &Span| matches!(span, Span::Text { style, .. } if style.code);
    let said = |span: &&Span| !matches!(span, Span::Text { text, .. } if text.is_empty());
    let mut before = false;
    let adjoins = spans.iter().any(|span| std::mem::replace(&mut before, code(span)) && code(span));
    if !adjoins && spans.iter().all(|span| said(&span)) {
        return Cow::Borrowed(spans);
    }
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans.iter().filter(said) {
        match (joined.last_mut(), span) {
            (
                Some(Span::Text { text: before, style: Style { code: true, .. }, href: same }),
                Span::Text { text, style: Style { code: true, .. }, href },
            ) if same == href => before.push_str(text),
            _ => joined.push(span.clone()),
        }
    }
    Cow::Owned(joined)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Emphasis {
    Bold,
    Italic,
}

impl Emphasis {
    const BOTH: [Self; 2] = [Self::Bold, Self::Italic];

    const fn mark(self) -> &'static str {
        match self {
            Self::Bold => "**",
            Self::Italic => "*",
        }
    }

    const fn is_in(self, style: Style) -> bool {
        match self {
            Self::Bold => style.bold,
            Self::Italic => style.italic,
        }
    }

    fn without(self, span: &Span) -> Span {
        let mut span = span.clone();
        if let Span::Text { style, .. } = &mut span {
            match self {
                Self::Bold => style.bold = false,
                Self::Italic => style.italic = false,
            }
        }
        span
    }
}

/// Whether the marks of a run inside of another cannot be taken for those of the other: letters stand on their inner side.
fn is_clear(span: &Span) -> bool {
    let Span::Text { text, style, .. } = span else { return true };
    let mut letters = text.trim().chars();
    let (first, last) = (letters.next(), letters.next_back());
    !has_marks(span) || (!style.code && first.is_some_and(is_letter) && last.or(first).is_some_and(is_letter))
}

fn has_marks(span: &Span) -> bool {
    matches!(span, Span::Text { style, .. } if style.bold || style.italic)
}

/// Most spans between one pair of marks: a run that cannot be marked is looked at again from each of its spans.
const MAX_SHARED: usize = 32;

/// How many spans at the start share an emphasis. White space between two of them does.
fn shared(spans: &[Span], emphasis: Emphasis) -> usize {
    let mut length = 0;
    for (nth, span) in spans.iter().take(MAX_SHARED).enumerate() {
        match span {
            Span::Text { text, .. } if text.trim().is_empty() && nth > 0 && !text.contains('\n') => {}
            Span::Text { text, style, .. } if emphasis.is_in(*style) && !style.struck && !text.trim().is_empty() => {
                length = nth + 1;
            }
            _ => break,
        }
    }
    length
}

/// The first character that will be written for a span.
fn first_char(span: &Span) -> Option<char> {
    match span {
        Span::Text { text, href, .. } if href.is_empty() || text.is_empty() => text.chars().next(),
        Span::Text { .. } => Some('['),
        Span::Image(_) => Some('!'),
    }
}

/// The first character of a run's own text.
fn first_letter(span: &Span) -> Option<char> {
    match span {
        Span::Text { text, .. } => text.chars().next(),
        Span::Image(_) => Some('!'),
    }
}

/// Whether a byte may have to be escaped within a line, or ends it.
const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\\' | b'$' | b'`' | b'*' | b'_' | b'[' | b']' | b'!' | b'<' | b'~' | b'&' | b'|')
}

struct Writer<'a> {
    out: String,
    /// Digits written since the start of the line when there is nothing else on it.
    digits: Option<usize>,
    /// The last thing written is a mark of emphasis, against which another one cannot stand.
    after_mark: bool,
    in_link: bool,
    in_cell: bool,
    has_dollars: bool,
    has_tildes: bool,
    line_break: &'a str,
}

impl<'a> Writer<'a> {
    fn new(line_break: &'a str) -> Self {
        Self {
            out: String::new(),
            digits: Some(0),
            after_mark: false,
            in_link: false,
            in_cell: false,
            has_dollars: false,
            has_tildes: false,
            line_break,
        }
    }

    fn all(mut self, spans: &[Span]) -> String {
        let spans = settled(spans);
        self.has_dollars = has_pair(&spans, b'$');
        self.has_tildes = has_pair(&spans, b'~');
        let mut rest = &*spans;
        for group in spans.chunk_by(|one, other| address(one) == address(other)) {
            rest = rest.get(group.len()..).unwrap_or_default();
            self.group(group, rest.iter().find_map(first_char));
        }
        self.out
    }

    /// Runs that are one link, or none.
    fn group(&mut self, spans: &[Span], next: Option<char>) {
        let blank = |span: &Span| matches!(span, Span::Text { text, .. } if text.trim().is_empty());
        let link = spans.first().and_then(address).filter(|_| !spans.iter().all(blank));
        if link.is_some() {
            self.raw("[");
        }
        self.in_link = link.is_some();
        let end = if self.in_link { Some(']') } else { next };
        self.runs(spans, end);
        self.in_link = false;
        if let Some(href) = link {
            self.destination(href);
        }
    }

    /// Spans side by side, those that share an emphasis between one pair of marks.
    fn runs(&mut self, spans: &[Span], end: Option<char>) {
        let mut rest = spans;
        while let Some(first) = rest.first() {
            let behind = |length: usize| rest.get(length..).unwrap_or_default().iter().find_map(first_letter).or(end);
            let shared = Emphasis::BOTH.map(|emphasis| (shared(rest, emphasis), emphasis));
            let [(bold, _), (italic, _)] = shared;
            let (length, emphasis) = if bold >= italic { shared[0] } else { shared[1] };
            let is_code = matches!(first, Span::Text { style, .. } if style.code);
            let run = rest.get(..length).filter(|run| run.len() > 1 || (is_code && length == 1)).unwrap_or_default();
            let length = if !run.is_empty() && self.emphasized(run, emphasis, behind(length)) {
                length
            } else {
                self.span(first, behind(1));
                1
            };
            rest = rest.get(length..).unwrap_or_default();
        }
    }

    /// Writes a run of spans between one pair of marks; false where no renderer would see these, and nothing is written.
    fn emphasized(&mut self, run: &[Span], emphasis: Emphasis, next: Option<char>) -> bool {
        let mut inner: Vec<Span> = run.iter().map(|span| emphasis.without(span)).collect();
        // Of three stars at the start a later mark inside could take the one that is left.
        let begins_with_both = inner.first().is_some_and(has_marks) && inner.iter().skip(1).any(has_marks);
        if begins_with_both || !inner.iter().all(is_clear) {
            return false;
        }
        let before = self.out.chars().next_back();
        let is_letter = |c: Option<char>| c.is_some_and(|c| is_letter(c) || is_combining_mark(c));
        let (mut head, mut tail) = (String::new(), String::new());
        match inner.first_mut() {
            Some(Span::Text { text, style, .. }) if !style.code => {
                let (start, core, end) = parts(text, before, None);
                if core.is_empty() || core.contains('\n') {
                    return false;
                }
                (head, *text) = (start.to_owned(), format!("{core}{end}"));
            }
            _ if is_letter(before) => return false,
            _ => {}
        }
        match inner.last_mut() {
            Some(Span::Text { text, style, .. }) if !style.code => {
                let (start, core, end) = parts(text, Some(' '), next);
                if core.is_empty() {
                    return false;
                }
                (*text, tail) = (format!("{start}{core}"), end.to_owned());
            }
            _ if is_letter(next) => return false,
            _ => {}
        }
        let is_ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let (outer, after) = (head.chars().next_back().or(before), tail.chars().next().or(next));
        let inside_word = emphasis == Emphasis::Italic && (is_ascii(outer) || is_ascii(after));
        if inside_word || (self.after_mark && head.is_empty()) || outer == Some('*') {
            return false;
        }
        self.plain(&head, Some('*'));
        self.raw(emphasis.mark());
        self.runs(&inner, Some('*'));
        self.raw(emphasis.mark());
        self.after_mark = true;
        self.plain(&tail, next);
        true
    }

    fn span(&mut self, span: &Span, next: Option<char>) {
        match span {
            Span::Image(image) => {
                self.raw("![");
                self.in_link = true;
                let words =
                    image.alt.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
                self.plain(&words.collect::<Vec<_>>().join(" "), None);
                self.in_link = false;
                self.destination(&image.url);
            }
            Span::Text { text, style, .. } => self.styled(text, *style, next),
        }
    }

    /// Text in its style. CommonMark does not see emphasis whose end is punctuation with a letter behind it, which is
    /// the usual case in Chinese (`**甲：**乙`), so such punctuation is left outside of the marks.
    fn styled(&mut self, text: &str, style: Style, next: Option<char>) {
        if style.code && !text.trim().is_empty() {
            return self.code(text);
        }
        if style.struck && !text.trim().is_empty() {
            return self.struck(text, next);
        }
        let mark = match (style.bold, style.italic) {
            (true, true) => "***",
            (true, false) => "**",
            (false, true) => "*",
            (false, false) => "",
        };
        let (head, core, tail) = parts(text, self.out.chars().next_back(), next);
        let before = head.chars().next_back().or(self.out.chars().next_back());
        let after = tail.chars().next().or(next);
        let ascii = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let inside_word = style.italic
            && (ascii(before) && ascii(core.chars().next()) || ascii(after) && ascii(core.chars().next_back()));
        let touching = self.after_mark && head.is_empty();
        if mark.is_empty() || touching || inside_word || !core.chars().any(char::is_alphanumeric) {
            return self.plain(text, next);
        }
        self.plain(head, Some('*'));
        self.raw(mark);
        self.plain(core, Some('*'));
        self.raw(mark);
        self.after_mark = true;
        self.plain(tail, next);
    }

    /// Struck words. Where no renderer would see the marks they are signs, as in plain text.
    fn struck(&mut self, text: &str, next: Option<char>) {
        let (head, core, tail) = parts(text, self.out.chars().next_back(), next);
        let is_whole = head.is_empty() && tail.is_empty() && !core.is_empty();
        if is_whole && !core.contains('~') && !self.out.ends_with('~') && next != Some('~') {
            self.raw(STRUCK);
            self.plain(core, Some('~'));
            self.raw(STRUCK);
        } else {
            self.raw("\\~\\~");
            self.plain(text, Some('~'));
            self.raw("\\~\\~");
        }
    }

    fn code(&mut self, text: &str) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let ticks = "`".repeat(longest + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
        let text = if self.in_cell { Cow::Owned(text.replace('|', "\\|")) } else { Cow::Borrowed(&text) };
        self.raw(&format!("{ticks}{pad}{text}{pad}{ticks}"));
    }

    fn destination(&mut self, url: &str) {
        let address = destination(url);
        let address = if self.in_cell { address.replace('|', "%7C") } else { address };
        self.raw(&format!("]({address})"));
    }

    fn raw(&mut self, text: &str) {
        self.out.push_str(text);
        self.digits = None;
        self.after_mark = false;
    }

    /// Text in which no character acts as a mark.
    fn plain(&mut self, text: &str, next: Option<char>) {
        let mut rest = text;
        loop {
            // Within a line nearly all is letters.
            if self.digits.is_none() {
                let run = rest.bytes().position(is_mark).unwrap_or(rest.len());
                let (letters, behind) = rest.split_at_checked(run).unwrap_or((rest, ""));
                self.out.push_str(letters);
                self.after_mark &= letters.is_empty();
                rest = behind;
            }
            if let Some((tex, behind)) = formula(rest).and_then(|length| rest.split_at_checked(length)) {
                self.formula(tex);
                rest = behind;
                continue;
            }
            let Some(c) = rest.chars().next() else { break };
            let tail = rest.get(c.len_utf8()..).unwrap_or_default();
            if c == '\n' {
                self.out.push_str(self.line_break);
                self.digits = Some(0);
                self.after_mark = false;
            } else if !(self.digits == Some(0) && c.is_whitespace()) {
                let following = tail.chars().next().or(next);
                if self.opens_block(c, rest) || self.is_mark(c, rest, following) {
                    self.out.push('\\');
                }
                self.out.push(c);
                self.digits = self.digits.filter(|_| c.is_ascii_digit()).map(|count| count + 1);
                self.after_mark = false;
            }
            rest = tail;
        }
    }

    /// A formula as it stands: what reads formulas reads no escapes inside of them.
    fn formula(&mut self, tex: &str) {
        let tex = if self.in_cell { Cow::Owned(tex.replace('|', "\\|")) } else { Cow::Borrowed(tex) };
        self.raw(&tex.replace('\n', self.line_break.trim_start_matches("  ")));
    }

    /// Whether a character at the start of a line would begin a block of another kind.
    fn opens_block(&self, c: char, rest: &str) -> bool {
        let Some(digits) = self.digits else { return false };
        let gap = |text: &str| text.chars().next().is_none_or(char::is_whitespace);
        let tail = rest.get(1..).unwrap_or_default();
        match c {
            '.' | ')' => (1..=9).contains(&digits) && gap(tail),
            _ if digits > 0 => false,
            '#' => gap(rest.trim_start_matches('#')),
            '>' => true,
            '+' => gap(tail),
            '-' => gap(tail) || tail.starts_with(['-', '|', ':']),
            '=' => gap(rest.trim_start_matches('=')),
            ':' | '|' => tail.is_empty() || tail.trim_start().starts_with(['-', ':']),
            '~' => tail.starts_with('~'),
            _ => false,
        }
    }

    fn is_mark(&self, c: char, rest: &str, next: Option<char>) -> bool {
        let before = self.out.chars().next_back();
        let space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        match c {
            // Behind the end of a run a mark may come.
            '\\' => rest.len() == 1 || next.is_none_or(|c| c.is_ascii_punctuation() || c == '\n'),
            '`' => true,
            '*' => !(space(before) && space(next)) || self.digits.is_some(),
            '_' => !(word(before) && word(next)),
            '[' => self.in_link,
            ']' => self.in_link || matches!(next, Some('(' | '[' | ':')),
            '!' => next == Some('['),
            '<' => next.is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')),
            '~' => self.has_tildes,
            // The next run may go on with the name of an entity.
            '&' => is_entity(rest) || (next.is_some_and(names_entity) && rest.chars().skip(1).all(names_entity)),
            '|' => self.in_cell,
            // Two of them could be read as a formula.
            '$' => self.has_dollars,
            _ => false,
        }
    }
}

/// White space, and punctuation that stands against a letter, left and right of what can be marked.
fn parts(text: &str, before: Option<char>, next: Option<char>) -> (&str, &str, &str) {
    // What is neither space nor punctuation to CommonMark: letters, and what stands on them.
    let letter = |c: Option<char>| c.is_some_and(|c| is_letter(c) || is_combining_mark(c));
    let mark = |c: char| !is_letter(c);
    let inner = text.trim_start();
    let inner = if letter(before) && inner.len() == text.len() { inner.trim_start_matches(mark) } else { inner };
    let (head, rest) = text.split_at_checked(text.len() - inner.len()).unwrap_or(("", text));
    let core = rest.trim_end();
    let core = if letter(next) && core.len() == rest.len() { core.trim_end_matches(mark) } else { core };
    let (core, tail) = rest.split_at_checked(core.len()).unwrap_or((rest, ""));
    (head, core, tail)
}

fn is_entity(text: &str) -> bool {
    let Some(end) = text.bytes().take(MAX_ENTITY).position(|byte| byte == b';') else { return false };
    is_entity_name(text.get(1..end).unwrap_or_default())
}

fn is_entity_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(names_entity)
}

fn names_entity(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '#'
}

/// An address without a character that would end it.
fn destination(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    let balanced = is_balanced(url);
    for (at, c) in url.char_indices() {
        match c {
            '(' | ')' if balanced => out.push(c),
            '(' | ')' | '<' | '>' | '"' | '\\' => {
                let _ = write!(out, "%{:02X}", u32::from(c));
            }
            '&' if is_entity(url.get(at..).unwrap_or_default()) => out.push_str("%26"),
            _ if c.is_whitespace() => out.push_str("%20"),
            // A zero byte would make the file one that is no Markdown.
            _ if c.is_control() => {}
            _ => out.push(c),
        }
    }
    out
}

/// Whether each bracket that an address opens is closed in it: such a one needs no escape.
fn is_balanced(url: &str) -> bool {
    const MAX_DEPTH: usize = 8;
    let mut depth = 0usize;
    for byte in url.bytes() {
        match byte {
            b'(' if depth < MAX_DEPTH => depth += 1,
            b')' if depth > 0 => depth -= 1,
            b'(' | b')' => return false,
            _ => {}
        }
    }
    depth == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bold(text: &str) -> Span {
        Span::Text { text: text.into(), style: Style { bold: true, ..Style::default() }, href: String::new() }
    }

    fn bold_italic(text: &str) -> Span {
        let style = Style { bold: true, italic: true, ..Style::default() };
        Span::Text { text: text.into(), style, href: String::new() }
    }

    fn struck(text: &str) -> Span {
        Span::Text { text: text.into(), style: Style { struck: true, ..Style::default() }, href: String::new() }
    }

    fn linked(span: Span) -> Span {
        let Span::Text { text, style, .. } = span else { return span };
        Span::Text { text, style, href: "u".into() }
    }

    #[test]
    fn emphasis_is_placed_where_every_renderer_reads_it() {
        let cases = [
            (vec![bold("甲："), Span::plain("乙")], "**甲**：乙"),
            (vec![bold("甲："), Span::plain(" 乙")], "**甲：** 乙"),
            (vec![Span::plain("丙"), bold("“甲”"), Span::plain("乙")], "丙“**甲**”乙"),
            (vec![bold("（甲）")], "**（甲）**"),
            (vec![bold("。"), Span::plain("乙")], "。乙"),
            (vec![Span::link("[1] 甲", "http://a.example/(x y)")], "[\\[1\\] 甲](http://a.example/(x%20y))"),
            (vec![Span::link("甲", "http://a.example/x)(")], "[甲](http://a.example/x%29%28)"),
            (vec![Span::plain("集合 $\\{a_i\\}$ 与 a_ b，$5 和 *")], "集合 $\\{a_i\\}$ 与 a\\_ b，\\$5 和 *"),
            (vec![Span::link("甲", "http://a.example/x\0y")], "[甲](http://a.example/xy)"),
            (
                vec![Span::Image(crate::model::Image { url: "u".into(), alt: "甲\0 乙".into(), width: 0 })],
                "![甲 乙](u)",
            ),
            (vec![Span::plain("!"), Span::link("甲", "u")], "\\![甲](u)"),
            (vec![linked(bold("甲")), Span::link("乙", "u"), Span::link("丙", "v")], "[**甲**乙](u)[丙](v)"),
            (vec![bold("甲"), bold_italic("乙"), bold("丙："), Span::plain("丁")], "**甲*乙*丙**：丁"),
            (vec![bold("甲"), Span::plain(" "), bold_italic("b")], "**甲 *b***"),
            (vec![struck("甲"), Span::plain("乙")], "~~甲~~乙"),
            (vec![struck("甲。"), Span::plain("乙~~丙")], "\\~\\~甲。\\~\\~乙\\~\\~丙"),
        ];
        for (spans, want) in cases {
            assert_eq!(inline(&spans, "\n"), want);
        }
    }

    #[test]
    fn escapes_what_would_act() {
        let cases = [
            ("1. 甲", "1\\. 甲"),
            ("1.5 甲", "1.5 甲"),
            ("# 甲\n- 乙\n#丙", "\\# 甲\n\\- 乙\n#丙"),
            ("*.rs 2 * 3", "\\*.rs 2 * 3"),
            ("a_b _c_", "a_b \\_c\\_"),
            ("[1]: x", "[1\\]: x"),
            ("<b> < &lt; &", "\\<b> < \\&lt; &"),
            ("C:\\.x C:\\x", "C:\\\\.x C:\\x"),
        ];
        for (text, want) in cases {
            assert_eq!(inline(&[Span::plain(text)], "\n"), want, "{text}");
        }
    }
}

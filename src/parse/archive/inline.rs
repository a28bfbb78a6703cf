use super::header::Dialect;
use super::stand_in::{BOLD, JOINER, UNDERSCORE, hidden, is_stand_in};
use super::tags::Tags;

/// Writes a line so that CommonMark sees the marks that converters and authors of Chinese text mean, and no others:
/// emphasis beside full-width punctuation (`**甲：**乙`) or in broken runs, but none in addresses; markup, but no tags
/// that are spoken of; a backslash as itself where the dialect escapes nothing.
pub(super) fn write(out: &mut String, line: &str, dialect: Dialect, tags: &Tags) {
    let is_wrapped = dialect == Dialect::Wrapped;
    let lone = if is_wrapped { None } else { lone_bold(line) };
    let underscores = underscores(line, is_wrapped);
    let mut writer = Writer { out, line, at: 0, dialect, tags, lone, underscores };
    while writer.step() {}
}

struct Writer<'a> {
    out: &'a mut String,
    line: &'a str,
    at: usize,
    dialect: Dialect,
    tags: &'a Tags,
    /// Where a mark of bold stands that has no partner and is none, as in `2**3`.
    lone: Option<usize>,
    /// Where the underscores stand that pair up to mark emphasis.
    underscores: Vec<usize>,
}

impl Writer<'_> {
    /// Writes one mark, or all up to the next one; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return false };
        let before = self.line.get(..self.at).and_then(|head| head.chars().next_back());
        match first {
            '\\' if self.dialect == Dialect::Unescaped => self.replace(1, hidden('\\')),
            '\\' => self.copy(1 + rest.chars().nth(1).filter(char::is_ascii_punctuation).map_or(0, char::len_utf8)),
            '*' => self.stars(before, rest),
            '_' => self.underscore(rest),
            '<' => self.tag(rest),
            'h' if !before.is_some_and(|c| c.is_ascii_alphanumeric()) && address(rest).is_some() => {
                let address = address(rest).unwrap_or_default();
                self.out.extend(address.chars().map(|c| if matches!(c, '*' | '_') { hidden(c) } else { c }));
                self.at += address.len();
            }
            _ if is_stand_in(first) => self.at += first.len_utf8(),
            _ => {
                let skip = first.len_utf8();
                let is_mark = |c: char| matches!(c, '\\' | '*' | '_' | '<' | 'h') || is_stand_in(c);
                let end = rest.get(skip..).and_then(|tail| tail.find(is_mark)).map_or(rest.len(), |end| skip + end);
                self.copy(end);
            }
        }
        true
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(self.line.get(self.at..self.at + length).unwrap_or_default());
        self.at += length;
    }

    fn replace(&mut self, length: usize, sign: char) {
        self.out.extend(std::iter::repeat_n(sign, length));
        self.at += length;
    }

    fn stars(&mut self, before: Option<char>, rest: &str) {
        let length = rest.bytes().take_while(|byte| *byte == b'*').count();
        let next = rest.get(length..).and_then(|tail| tail.chars().next());
        let is_space = |c: Option<char>| c.is_some_and(char::is_whitespace);
        let is_inside_word = is_word(before) && is_word(next);
        let is_in_path = before == Some('/') && next == Some('/');
        // Five and more inside of a word mask what is not to be read.
        let is_mask = is_inside_word && (length == 1 || length == 3 || length > 4);
        if is_in_path || is_mask || self.lone == Some(self.at) {
            return self.replace(length, hidden('*'));
        }
        if (is_inside_word && length == 2) || (length == 1 && is_space(before) && is_space(next)) {
            return self.copy(length);
        }
        // A run of four is the end of one bold run and the beginning of the next.
        let odd = if length == 1 { 1 } else { length % 2 * 3 };
        for _ in 0..(length - odd) / 2 {
            self.out.push_str(BOLD);
        }
        if odd > 0 {
            let joins = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
            self.out.extend(joins(before).then_some(JOINER));
            self.out.push_str("***".get(..odd).unwrap_or_default());
            self.out.extend(joins(next).then_some(JOINER));
        }
        self.at += length;
    }

    /// To CommonMark an underscore beside a Han character is none of emphasis: a pair of them is written as stars.
    fn underscore(&mut self, rest: &str) {
        let length = rest.bytes().take_while(|byte| *byte == b'_').count();
        if length > 1 && self.dialect != Dialect::Plain {
            self.replace(length, hidden('_'));
        } else if self.underscores.binary_search(&self.at).is_ok() {
            self.out.push_str(UNDERSCORE);
            self.out.push(JOINER);
            self.at += 1;
        } else {
            self.copy(length);
        }
    }

    fn tag(&mut self, rest: &str) {
        let starts_line = self.line.get(..self.at).is_some_and(|head| head.trim().is_empty());
        if !self.tags.is_markup(rest.get(1..).unwrap_or_default(), starts_line) {
            return self.replace(1, hidden('<'));
        }
        // In these dialects no block is HTML.
        self.out.extend((starts_line && self.dialect != Dialect::Plain).then_some(JOINER));
        let end = rest.find('>').map_or(1, |end| end + 1);
        self.copy(end);
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '/')
}

/// Where the first mark of bold stands inside of a word, when the marks of the line do not pair up.
fn lone_bold(line: &str) -> Option<usize> {
    let bytes = line.as_bytes();
    let is_word = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at)).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/')
    };
    let (mut at, mut marks, mut inside) = (0, 0, None);
    while let Some(found) = memchr::memmem::find(bytes.get(at..)?, b"**") {
        let start = at + found;
        let length = bytes.iter().skip(start).take_while(|byte| **byte == b'*').count();
        marks += length / 2;
        if length == 2 && is_word(start.checked_sub(1)) && is_word(Some(start + length)) {
            inside = inside.or(Some(start));
        }
        at = start + length;
    }
    inside.filter(|_| marks % 2 == 1)
}

/// The underscores of a line that mark emphasis: one before a word and one behind a word, neither inside of one. In a
/// wrapped line the other one may stand in another line.
fn underscores(line: &str, is_wrapped: bool) -> Vec<usize> {
    let is_word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
    let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let is_edge = |c: Option<char>| is_space(c) || c == Some('*');
    let (mut pairs, mut open, mut before) = (Vec::new(), None, None);
    let mut letters = line.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        if letter == '_' && before != Some('\\') {
            let opens = !is_word(before) && !is_space(next) && next != Some('_');
            let closes = !is_word(next) && !is_space(before) && before != Some('_');
            match open {
                Some((start, _)) if closes => {
                    pairs.extend([start, at]);
                    open = None;
                }
                None if is_wrapped && closes && is_edge(next) => pairs.push(at),
                None if opens => open = Some((at, is_edge(before))),
                _ => {}
            }
        }
        before = Some(letter);
    }
    pairs.extend(open.filter(|(_, begins_word)| is_wrapped && *begins_word).map(|(at, _)| at));
    pairs
}

/// The bare address at the start of `text`: up to white space, a character that no address holds, or a bracket that was
/// not opened inside. Marks of emphasis at its end are not its own.
fn address(text: &str) -> Option<&str> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let mut depth = 0usize;
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        let stop = match c {
            '(' => {
                depth += 1;
                false
            }
            ')' if depth > 0 => {
                depth -= 1;
                false
            }
            ')' | '<' | '>' | '"' | '`' | '\\' | '[' | ']' => true,
            // A picture begins.
            '!' => text.get(at..).is_some_and(|rest| rest.starts_with("![")),
            _ => !c.is_ascii_graphic(),
        };
        if stop {
            end = at;
            break;
        }
    }
    Some(text.get(..end)?.trim_end_matches(['*', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_address_ends_where_text_begins() {
        for (text, want) in [
            ("https://a.example/x。", "https://a.example/x"),
            ("https://a.example/5f_** y", "https://a.example/5f"),
            ("https://a.example/x)", "https://a.example/x"),
            ("https://a.example/x![](b)", "https://a.example/x"),
            ("https://a.example/x!y[1]", "https://a.example/x!y"),
        ] {
            assert_eq!(address(text), Some(want));
        }
    }
}

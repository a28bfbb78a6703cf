use super::header::ArchiveDialect;
use super::lines::unquote;
use super::stand_in::{BOLD, CLOSES, EITHER, JOINER, OPENS, hidden, is_stand_in, is_unspaced};
use super::tags::Tags;
use crate::text::formula;

/// Longest address, in bytes, that is looked at for white space.
const MAX_ADDRESS: usize = 8_192;

/// Longest name in code that is looked at for its underscores.
const MAX_NAME: usize = 64;

/// Writes a line so that CommonMark sees the marks that converters and authors of Chinese text mean, and no others:
/// emphasis beside full-width punctuation (`**甲：**乙`) or in broken runs, but none in addresses; markup, but no tags
/// that are spoken of; a backslash as itself where the dialect escapes nothing.
pub(super) fn write(out: &mut String, line: &str, dialect: ArchiveDialect, tags: &Tags) {
    Writer::new(out, line, dialect, tags).all();
}

/// As [`write`], for the words of a table's cell, in which a bar is escaped even inside of a formula.
pub(super) fn write_cell(out: &mut String, cell: &str, dialect: ArchiveDialect, tags: &Tags) {
    Writer { in_cell: true, ..Writer::new(out, cell, dialect, tags) }.all();
}

/// A line of a formula: all of its signs are TeX.
pub(super) fn write_formula(out: &mut String, tex: &str) {
    let signs = tex.chars().filter(|c| !is_stand_in(*c));
    out.extend(signs.map(|c| if is_tex_sign(c) { hidden(c) } else { c }));
}

/// Writes the first line of a text that needs no change but in its formulas, or as many as a formula goes over; what
/// follows.
pub(super) fn write_exported<'a>(out: &mut String, text: &'a str) -> &'a str {
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\n' => {
                out.push('\n');
                return rest.get(1..).unwrap_or_default();
            }
            '`' => code_end(rest),
            '$' | '\\' if let Some(length) = formula(rest) => {
                let tex = rest.get(..length).unwrap_or_default();
                for (nth, line) in tex.split('\n').enumerate() {
                    let inner = if nth > 0 { unquote(line).1.trim_start() } else { line };
                    if nth > 0 {
                        out.push_str("  \n");
                        out.push_str(line.get(..line.len() - inner.len()).unwrap_or_default());
                        out.push(JOINER);
                    }
                    write_formula(out, inner);
                }
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            '\\' => 1 + rest.chars().nth(1).filter(|c| *c != '\n').map_or(0, char::len_utf8),
            _ => {
                let skip = first.len_utf8();
                let is_mark = |c: char| matches!(c, '\n' | '`' | '$' | '\\');
                rest.get(skip..).and_then(|tail| tail.find(is_mark)).map_or(rest.len(), |end| skip + end)
            }
        };
        out.push_str(rest.get(..end).unwrap_or_default());
        rest = rest.get(end..).unwrap_or_default();
    }
    out.push('\n');
    rest
}

/// Where the code ends that begins with the backticks at the start of a line, or these where it does not.
fn code_end(text: &str) -> usize {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    let line = text.get(..text.find('\n').unwrap_or(text.len())).unwrap_or_default();
    let mut at = ticks;
    while let Some(found) = line.get(at..).and_then(|rest| rest.find('`')) {
        let start = at + found;
        let run = line.get(start..).unwrap_or_default().bytes().take_while(|byte| *byte == b'`').count();
        if run == ticks {
            return start + run;
        }
        at = start + run;
    }
    ticks
}

struct Writer<'a> {
    out: &'a mut String,
    line: &'a str,
    at: usize,
    dialect: ArchiveDialect,
    tags: &'a Tags,
    /// Where a mark of bold stands that has no partner and is none, as in `2**3`.
    lone: Option<usize>,
    /// Where the first bracket opens.
    bracket: Option<usize>,
    /// How many marks of bold were written.
    bolds: usize,
    in_cell: bool,
}

impl<'a> Writer<'a> {
    fn new(out: &'a mut String, line: &'a str, dialect: ArchiveDialect, tags: &'a Tags) -> Self {
        let lone = if dialect == ArchiveDialect::Wrapped { None } else { lone_bold(line) };
        Self { out, line, at: 0, dialect, tags, lone, bracket: line.find('['), bolds: 0, in_cell: false }
    }

    fn all(mut self) {
        while self.step() {}
    }

    /// Writes one mark, or all up to the next one; false at the end.
    fn step(&mut self) -> bool {
        let rest = self.line.get(self.at..).unwrap_or_default();
        let Some(first) = rest.chars().next() else { return false };
        let before = self.line.get(..self.at).and_then(|head| head.chars().next_back());
        match first {
            '$' | '\\' if let Some(length) = self.formula(first, rest) => {
                let tex = rest.get(..length).unwrap_or_default();
                let mut parts = tex.split("\\|").peekable();
                while let Some(part) = parts.next() {
                    write_formula(self.out, part);
                    if parts.peek().is_some() {
                        if self.in_cell { self.out.push_str("\\|") } else { write_formula(self.out, "\\|") }
                    }
                }
                self.at += length;
            }
            '\\' if self.dialect == ArchiveDialect::Unescaped => self.replace(1, hidden('\\')),
            // A dash is escaped where a space follows, at which this line was wrapped.
            '\\' if self.dialect == ArchiveDialect::Wrapped && rest == "\\-" => {
                self.copy(2);
                self.out.push_str("&#32;");
            }
            '\\' => self.copy(1 + rest.chars().nth(1).filter(char::is_ascii_punctuation).map_or(0, char::len_utf8)),
            ' ' if self.dialect == ArchiveDialect::Wrapped && self.parts_runs(rest) => self.at += 1,
            '*' => self.stars(before, rest),
            '_' => self.underscore(before, rest),
            '~' => self.tildes(before, rest),
            '<' => self.tag(rest),
            '!' | '[' if self.dialect == ArchiveDialect::Plain && wiki_link(rest).is_some() => {
                let WikiLink { target, words, length } = wiki_link(rest).unwrap_or_default();
                if first == '!' {
                    self.out.push_str("![");
                    self.out.push_str(words);
                    self.out.push_str("](<");
                    self.out.push_str(target);
                    self.out.push_str(">)");
                } else {
                    write(self.out, if words.is_empty() { target } else { words }, self.dialect, self.tags);
                }
                self.at += length;
            }
            ']' if self.bracket.is_some_and(|open| open < self.at) && spaced_address(rest).is_some() => {
                let address = spaced_address(rest).unwrap_or_default();
                self.out.push_str("](");
                // Some write the size of a picture behind its address: `=300x`.
                let words = address.split_whitespace();
                let is_size = |word: &&str| !(word.starts_with('=') && word.contains('x') && word.len() < 12);
                self.out.push_str(&words.filter(is_size).collect::<Vec<_>>().join("%20"));
                self.at += 2 + address.len();
            }
            'h' if !before.is_some_and(|c| c.is_ascii_alphanumeric()) && address(rest).is_some() => {
                let address = address(rest).unwrap_or_default();
                self.out.extend(address.chars().map(|c| if matches!(c, '*' | '_') { hidden(c) } else { c }));
                self.at += address.len();
            }
            _ if is_stand_in(first) => self.at += first.len_utf8(),
            _ => {
                let skip = first.len_utf8();
                let is_mark =
                    |c: char| matches!(c, '\\' | '*' | '_' | '~' | '<' | '!' | '[' | ']' | 'h' | '$') || is_stand_in(c);
                let end = rest.get(skip..).and_then(|tail| tail.find(is_mark)).map_or(rest.len(), |end| skip + end);
                self.copy(end);
            }
        }
        true
    }

    /// The length of the formula that begins here. Converters that escape nothing mean a backslash as itself.
    fn formula(&self, first: char, rest: &str) -> Option<usize> {
        let means_itself = || first == '\\' && (self.dialect != ArchiveDialect::Plain || self.is_in_destination());
        formula(rest).filter(|_| !means_itself())
    }

    /// Whether the cursor stands in the address of a link, `](…`.
    fn is_in_destination(&self) -> bool {
        /// Longest address before a formula, in bytes: what is behind it would be looked through for each.
        const MAX_BEFORE: usize = 512;
        let head = self.line.get(..self.at).unwrap_or_default();
        let near = head.get(head.ceil_char_boundary(head.len().saturating_sub(MAX_BEFORE))..).unwrap_or_default();
        let Some((_, address)) = near.rsplit_once("](") else { return false };
        let count = |sign: &str| address.matches(sign).count() - address.matches(&format!("\\{sign}")).count();
        !address.contains(char::is_whitespace) && count("(") >= count(")")
    }

    fn copy(&mut self, length: usize) {
        self.out.push_str(self.line.get(self.at..self.at + length).unwrap_or_default());
        self.at += length;
    }

    /// Whether html2text put the space at the start of `rest` between two runs of emphasis in text without spaces.
    fn parts_runs(&self, rest: &str) -> bool {
        let is_mark = |c: &char| matches!(c, '*' | '_');
        let head = self.line.get(..self.at).unwrap_or_default();
        let tail = rest.get(1..).unwrap_or_default();
        let is_between = head.ends_with(['*', '_']) && tail.starts_with(['*', '_']);
        is_between
            && head.chars().rev().find(|c| !is_mark(c)).is_some_and(is_unspaced)
            && tail.chars().find(|c| !is_mark(c)).is_some_and(is_unspaced)
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
        // Five and more inside of a word mask what is not to be read, unless they can be runs of bold that join.
        let is_run = length % 2 == 0 && self.bolds % 2 == 1;
        let is_mask = is_inside_word && (length == 1 || length == 3 || (length > 4 && !is_run));
        if is_in_path || is_mask || self.lone == Some(self.at) {
            return self.replace(length, hidden('*'));
        }
        self.bolds += length / 2;
        let starts_word = before.is_none_or(char::is_whitespace) && is_space(next);
        let tail = rest.get(length..).unwrap_or_default();
        if length == 3 && starts_word && tail.contains("**") && !tail.contains("***") {
            // Bold, and the star of a note.
            self.out.push_str(BOLD);
            self.at += 2;
            return self.replace(1, hidden('*'));
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

    /// Two of them strike words out; any other number is a wave or a range.
    fn tildes(&mut self, before: Option<char>, rest: &str) {
        let length = rest.bytes().take_while(|byte| *byte == b'~').count();
        let next = rest.get(length..).and_then(|tail| tail.chars().next());
        if length != 2 || self.dialect == ArchiveDialect::Unescaped {
            return self.replace(length, hidden('~'));
        }
        let joins = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        self.out.extend(joins(before).then_some(JOINER));
        self.copy(length);
        self.out.extend(joins(next).then_some(JOINER));
    }

    /// To CommonMark an underscore beside a Han character is none of emphasis: whether it is, `emphasis` finds out.
    fn underscore(&mut self, before: Option<char>, rest: &str) {
        let length = rest.bytes().take_while(|byte| *byte == b'_').count();
        if length > 1 && self.dialect == ArchiveDialect::Plain {
            return self.copy(length);
        }
        let next = rest.get(length..).and_then(|tail| tail.chars().next());
        let mark = match length {
            1 => self.mark(before, next),
            2 if self.dialect == ArchiveDialect::Wrapped => self.double_mark(before, rest),
            _ => None,
        };
        self.replace(length, mark.unwrap_or(hidden('_')));
    }

    /// What one underscore may mark: emphasis begins before a word and ends behind one, and neither inside of one. In a
    /// wrapped line it may be parted from its words.
    fn mark(&self, before: Option<char>, next: Option<char>) -> Option<char> {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && !is_unspaced(c));
        let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
        if before == Some('\\') {
            return None;
        }
        let (mut opens, mut closes) = (!is_word(before) && !is_space(next), !is_word(next) && !is_space(before));
        if self.dialect == ArchiveDialect::Wrapped {
            opens |= !is_word(before) && next.is_none();
            closes |= !is_word(next) && (before.is_none() || is_space(next));
        }
        match (opens, closes) {
            (true, true) => Some(EITHER),
            (true, false) => Some(OPENS),
            (false, true) => Some(CLOSES),
            (false, false) => None,
        }
    }

    /// What two underscores may mark in a wrapped line, emphasis inside of emphasis; but not in a name as `__name__`.
    fn double_mark(&self, before: Option<char>, rest: &str) -> Option<char> {
        let tail = rest.get(2..).unwrap_or_default();
        let next = tail.chars().next();
        let head = self.line.get(..self.at).unwrap_or_default();
        let is_edge = |c: Option<char>| c.is_none_or(|c| c.is_whitespace() || c.is_ascii_punctuation());
        let is_name = |c: &u8| c.is_ascii_alphanumeric() || *c == b'_';
        let behind = tail.bytes().take(MAX_NAME).take_while(is_name).collect::<Vec<_>>();
        let ahead = head.bytes().rev().take(MAX_NAME).take_while(is_name).collect::<Vec<_>>();
        let is_in_name = behind.ends_with(b"__") || ahead.ends_with(b"__");
        let is_blank = before.is_none_or(char::is_whitespace) && next.is_none_or(char::is_whitespace);
        if is_in_name || is_blank || !(is_edge(before) || is_edge(next)) {
            return None;
        }
        // At the start of a line both begin emphasis where two more of them follow to end it.
        let begins = before.is_none() && tail.matches('_').take(2).count() == 2;
        if begins { Some(OPENS) } else { self.mark(before, next) }
    }

    fn tag(&mut self, rest: &str) {
        // The brackets in which the address of a link may stand.
        let head = self.line.get(..self.at).filter(|_| self.dialect == ArchiveDialect::Plain).unwrap_or_default();
        let near = rest.get(..rest.floor_char_boundary(MAX_ADDRESS)).unwrap_or(rest);
        if head.ends_with("](")
            && let Some(end) = near.find(">)")
        {
            return self.copy(end + 1);
        }
        let is_definition = head.trim_start().starts_with('[') && head.trim_end().ends_with("]:");
        if is_definition && let Some(end) = near.find('>') {
            return self.copy(end + 1);
        }
        let starts_line = self.line.get(..self.at).is_some_and(|head| head.trim().is_empty());
        if !self.tags.is_markup(rest.get(1..).unwrap_or_default(), starts_line) {
            return self.replace(1, hidden('<'));
        }
        // In these dialects no block is HTML.
        self.out.extend((starts_line && self.dialect != ArchiveDialect::Plain).then_some(JOINER));
        let end = rest.find('>').map_or(1, |end| end + 1);
        self.copy(end);
    }
}

/// The signs of TeX that mean something to Markdown.
const fn is_tex_sign(c: char) -> bool {
    matches!(c, '\\' | '*' | '_' | '<' | '[')
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

/// A link of Obsidian's to another note, `[[target]]` or `[[target|words]]`, or a picture of its folder, `![[target]]`.
#[derive(Debug, Default, PartialEq, Eq)]
struct WikiLink<'a> {
    target: &'a str,
    /// What is shown for it; of a picture neither its width.
    words: &'a str,
    /// Of the whole, in bytes.
    length: usize,
}

/// Endings of the names of pictures.
const PICTURES: [&str; 9] = [".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif", ".heic"];

fn is_picture(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    PICTURES.iter().any(|ending| name.ends_with(ending))
}

/// Reads the link at the start of a text. Numbers in two brackets are marks of notes, and what begins with a blank is code.
fn wiki_link(text: &str) -> Option<WikiLink<'_>> {
    const MAX_LENGTH: usize = 512;
    let (picture, inner) = match text.strip_prefix("![[") {
        Some(inner) => (true, inner),
        None => (false, text.strip_prefix("[[")?),
    };
    let near = inner.get(..inner.floor_char_boundary(MAX_LENGTH))?;
    let end = near.find(['[', ']']).filter(|end| inner.get(*end..).is_some_and(|rest| rest.starts_with("]]")))?;
    let (inner, behind) = (inner.get(..end)?, inner.get(end + 2..)?);
    let (target, words) = inner.split_once('|').unwrap_or((inner, ""));
    let is_plain = !inner.contains(['<', '>', '`', '"', '=', ',']) && inner.trim() == inner;
    let names = if picture { is_picture(target) } else { target.chars().any(char::is_alphabetic) };
    let is_width = words.chars().all(|c| c.is_ascii_digit() || c == 'x');
    let fits = is_plain && names && !behind.starts_with(['(', '[', ':']);
    let words = if picture && is_width { "" } else { words };
    fits.then(|| WikiLink { target, words, length: text.len() - behind.len() })
}

/// The address of a link that ends at the start of `text`, `](address)`, when white space stands in it: no title does.
fn spaced_address(text: &str) -> Option<&str> {
    let inner = text.strip_prefix("](")?;
    let end = memchr::memchr(b')', inner.as_bytes().get(..MAX_ADDRESS).unwrap_or(inner.as_bytes()))?;
    let is_known = |address: &&str| {
        address.starts_with("http://") || address.starts_with("https://") || is_picture(address.trim_end())
    };
    let address = inner.get(..end).filter(is_known)?;
    let is_plain = !address.contains(['"', '\'', '(', '[', ']', '<', '>']);
    (is_plain && address.trim().contains(char::is_whitespace)).then_some(address)
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

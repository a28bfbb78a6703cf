use std::borrow::Cow;

use super::header::ArchiveDialect;
use super::inline;
use super::lines::{self, indent, next_line, unquote};
use super::stand_in::{JOINER, hidden, is_stand_in, seam};
use super::tags::{self, Labels, Tags};
use crate::text::formula;

/// Most lines that a wrapped table row may take.
const MAX_ROW_LINES: usize = 64;

/// Deepest nesting of lists; deeper items stand at this depth.
const MAX_LIST_DEPTH: usize = 16;

/// Longest address, in bytes, that is made whole again where line ends cut it, and lines that its rest may take.
const MAX_CUT: usize = 8_192;
const MAX_CUT_LINES: usize = 4;

/// A Markdown file as CommonMark reads it to what its converter, or an author of Chinese text, meant. What is written
/// differently is either a place for line ends and indents, or leaves no trace in the text (`stand_in`).
pub(super) fn prepared(text: &str, dialect: ArchiveDialect) -> String {
    if dialect == ArchiveDialect::Exported {
        return exported(text);
    }
    let text = &*with_whole_tags(text, dialect);
    let tables = count(text, "</table");
    let mut writer = Writer {
        out: String::with_capacity(text.len() + text.len() / 8),
        rest: text,
        dialect,
        tags: Tags::of(text, dialect),
        labels: Labels::of(text, dialect),
        quote: 0,
        margin: "",
        before: Before::Gap,
        paragraph: Vec::new(),
        paragraph_at: 0,
        address_at: None,
        fence: None,
        lists: Vec::new(),
        tables,
    };
    while !writer.rest.is_empty() {
        writer.line();
    }
    writer.out
}

/// A text in which no tag goes over lines, those of code aside: what follows looks at one line at a time.
fn with_whole_tags(text: &str, dialect: ArchiveDialect) -> Cow<'_, str> {
    let is_cut = |line: &str| tags::begins_tag(line).is_some();
    if dialect != ArchiveDialect::Plain || !text.lines().any(is_cut) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut fence) = (text, None);
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        out.push_str(line);
        let inner = unquote(line).1;
        if let Some((mark, length)) = fence {
            fence = fence.filter(|_| !lines::closes(inner, mark, length));
        } else {
            fence = lines::fence(inner);
            if let Some(lines) =
                tags::begins_tag(line).filter(|_| fence.is_none()).and_then(|tag| tags::lines(tag, rest))
            {
                for _ in 0..lines {
                    let (line, after) = next_line(rest);
                    rest = after;
                    out.push(' ');
                    out.push_str(unquote(line).1.trim_start());
                }
            }
        }
        out.push('\n');
    }
    Cow::Owned(out)
}

/// CommonMark as it stands, but that the signs inside of formulas mean nothing.
fn exported(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut fence) = (text, None);
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        let inner = unquote(line).1;
        let is_code = if let Some((mark, length)) = fence {
            fence = fence.filter(|_| !lines::closes(inner, mark, length));
            true
        } else {
            fence = lines::fence(inner);
            fence.is_some()
        };
        if is_code {
            out.push_str(line);
            out.push('\n');
            rest = after;
        } else {
            rest = inline::write_exported(&mut out, rest);
        }
    }
    out
}

/// What the line before was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// Empty, or the end of a block.
    Gap,
    /// Text, ended by a forced break or not.
    Text { hard: bool },
    /// Nothing but a picture, and a forced break.
    Picture,
    /// The mark of an item, whose words come with the next line.
    Mark,
    /// A heading that a wrapper may go on with in the next line.
    Heading,
    /// Indented code.
    Indented,
}

struct Fence {
    mark: char,
    length: usize,
    quote: u8,
}

struct Writer<'a> {
    out: String,
    rest: &'a str,
    dialect: ArchiveDialect,
    tags: Tags,
    labels: Labels,
    /// Levels of quotation, and what stands before their marks: that of an item in which they stand.
    quote: u8,
    margin: &'a str,
    before: Before,
    /// Lines of the open paragraph, and where the last of them, or all where lines are wrapped, begins in what is written.
    paragraph: Vec<&'a str>,
    paragraph_at: usize,
    /// Where the address of a link begins in what is written that no bracket has ended.
    address_at: Option<usize>,
    fence: Option<Fence>,
    /// Indents of the wrapped list items in which the cursor stands, outermost first.
    lists: Vec<usize>,
    /// Ends of HTML tables still to come.
    tables: usize,
}

impl<'a> Writer<'a> {
    fn line(&mut self) {
        let from = self.rest;
        let (whole, after) = next_line(from);
        self.rest = after;
        let (quote, line) = unquote(whole);
        if self.inside_fence(whole, quote, line) {
            return;
        }
        if line.trim().is_empty() {
            self.gap(quote);
            return;
        }
        let lazy = quote < self.quote
            && self.before == Before::Text { hard: false }
            && !lines::begins_block(line, next_line(after).0);
        if quote != self.quote && !lazy {
            self.gap(quote.min(self.quote));
            self.lists.clear();
            self.quote = quote;
        }
        if quote > 0 && self.dialect == ArchiveDialect::Plain {
            self.margin = whole.split_once('>').map_or("", |(margin, _)| margin);
        }
        if quote > 0
            && self.dialect == ArchiveDialect::Plain
            && self.before == Before::Gap
            && let Some(title) = lines::callout(line)
        {
            if !title.is_empty() {
                self.block(title);
                self.gap(quote);
            }
            return;
        }
        if self.html_table(line) || self.pipe_table(line) || self.display_formula(whole, from) {
            return;
        }
        // wechatmp2markdown opens a fence at the end of the words before it.
        let glued = line
            .strip_suffix("```")
            .filter(|words| {
                self.dialect == ArchiveDialect::Unescaped && !words.trim().is_empty() && !words.contains('`')
            })
            .filter(|words| lines::item(words).is_none_or(|(_, words)| !words.is_empty()));
        self.block(glued.unwrap_or(line));
        if glued.is_some() {
            self.open_fence("```", '`', 3);
        }
    }

    /// Ends the open block with an empty line.
    fn gap(&mut self, quote: u8) {
        if matches!(self.before, Before::Mark | Before::Heading) {
            self.out.push('\n');
        }
        self.start(quote);
        self.out.push('\n');
        self.end_paragraph();
        if self.before != Before::Indented {
            self.before = Before::Gap;
        }
    }

    fn end_paragraph(&mut self) {
        self.paragraph.clear();
        self.address_at = None;
    }

    /// Looks for the address that what is written from `from` on leaves open.
    fn note_address(&mut self, from: usize) {
        let line = self.out.get(from..).unwrap_or_default();
        let begins = line.rfind("](").map(|at| at + 2);
        let rest = line.get(begins.unwrap_or(0)..).unwrap_or_default();
        let start = begins.map(|at| from + at).or(self.address_at);
        self.address_at = start.filter(|_| !rest.contains([')', JOINER]));
    }

    fn start(&mut self, quote: u8) {
        if quote > 0 {
            self.out.push_str(self.margin);
        }
        self.out.extend(std::iter::repeat_n("> ", usize::from(quote)));
    }

    fn inside_fence(&mut self, whole: &str, quote: u8, line: &str) -> bool {
        if self.fence.as_ref().is_some_and(|fence| quote < fence.quote) {
            self.fence = None;
        }
        let Some(fence) = &self.fence else { return false };
        let ends = quote == fence.quote && lines::closes(line, fence.mark, fence.length);
        self.out.push_str(whole);
        self.out.push('\n');
        if ends {
            self.fence = None;
            self.before = Before::Gap;
        }
        true
    }

    fn open_fence(&mut self, line: &str, mark: char, length: usize) {
        self.fence = Some(Fence { mark, length, quote: self.quote });
        self.start(self.quote);
        self.out.push_str(line);
        self.out.push('\n');
        self.end_paragraph();
    }

    /// A line of an HTML table, without the indents and empty lines that would end the block.
    fn html_table(&mut self, line: &'a str) -> bool {
        if self.tables == 0 || !line.trim_start().get(..6).is_some_and(|tag| tag.eq_ignore_ascii_case("<table")) {
            return false;
        }
        self.gap(self.quote);
        let (mut line, mut depth) = (line, 0);
        loop {
            depth += count(line, "<table");
            let ends = count(line, "</table");
            self.tables = self.tables.saturating_sub(ends);
            depth = depth.saturating_sub(ends);
            self.start(self.quote);
            self.out.push_str(line.trim());
            self.out.push('\n');
            if depth == 0 || self.rest.is_empty() {
                break;
            }
            loop {
                let (whole, after) = next_line(self.rest);
                self.rest = after;
                line = if self.quote > 0 { unquote(whole).1 } else { whole };
                if !line.trim().is_empty() || self.rest.is_empty() {
                    break;
                }
            }
        }
        self.gap(self.quote);
        true
    }

    /// The rule under a table's head, and the table: every row in one line, and the head as wide as the widest row, for
    /// what is wider is no part of a table to others.
    fn pipe_table(&mut self, separator: &'a str) -> bool {
        let is_wrapped = self.dialect == ArchiveDialect::Wrapped;
        let Some(last) = self.paragraph.last().filter(|_| lines::is_separator(separator)) else { return false };
        if !is_wrapped && !last.contains('|') {
            return false;
        }
        let head = if is_wrapped { self.paragraph.join(" ") } else { (*last).to_owned() };
        let margin = head.get(..head.len() - head.trim_start().len()).unwrap_or_default().to_owned();
        self.out.truncate(self.paragraph_at);
        let width = cells(separator).len().max(1);
        let mut rows = vec![head];
        let mut row = String::new();
        let mut row_lines = 0;
        while !self.rest.is_empty() {
            let (whole, after) = next_line(self.rest);
            let (quote, line) = unquote(whole);
            if quote != self.quote || line.trim().is_empty() || lines::fence(line).is_some() {
                break;
            }
            self.rest = after;
            row.push_str(if row.is_empty() { "" } else { " " });
            row.push_str(line.trim());
            row_lines += 1;
            // html2text ends every row with two spaces and lets line breaks inside a cell stand.
            let ends = line.ends_with("  ") || row_lines >= MAX_ROW_LINES || cells(&row).len() >= width;
            if !is_wrapped || ends {
                rows.push(std::mem::take(&mut row));
                row_lines = 0;
            }
        }
        rows.extend((!row.is_empty()).then_some(row));
        let width = rows.iter().map(|row| cells(row).len()).max().unwrap_or(width).max(width);
        self.gap(self.quote);
        for (nth, row) in rows.iter().enumerate() {
            let cells = cells(row);
            let filled = if nth == 0 { width } else { cells.len() };
            self.start(self.quote);
            self.out.push_str(&margin);
            self.out.push('|');
            for at in 0..filled {
                inline::write_cell(&mut self.out, cells.get(at).unwrap_or(&""), self.dialect, &self.tags);
                self.out.push_str(" |");
            }
            self.out.push('\n');
            if nth == 0 {
                self.start(self.quote);
                self.out.push_str(&margin);
                self.out.push('|');
                self.out.push_str(&"---|".repeat(width));
                self.out.push('\n');
            }
        }
        self.gap(self.quote);
        true
    }

    /// A formula over several lines, which stays as it is, line ends included.
    fn display_formula(&mut self, line: &str, from: &'a str) -> bool {
        let margin = line.len() - line.trim_start().len();
        let (indent, begins) = from.split_at_checked(margin).unwrap_or_default();
        let is_over_lines = |length: &usize| *length > line.len() - margin;
        let is_there = self.dialect == ArchiveDialect::Plain && self.quote == 0 && begins.starts_with("$$");
        let Some(length) = is_there.then(|| formula(begins)).flatten().filter(is_over_lines) else { return false };
        let (tex, behind) = begins.split_at_checked(length).unwrap_or_default();
        if !behind.lines().next().unwrap_or_default().trim().is_empty() {
            return false;
        }
        self.gap(self.quote);
        // The delimiters stand with what they delimit, or a line of them alone would be taken for an ornament.
        let inner = tex.trim_start_matches("$$").trim_end_matches("$$").trim();
        let tex = format!("$${inner}$$");
        let mut lines = tex.lines().peekable();
        while let Some(line) = lines.next() {
            self.out.push_str(indent);
            self.out.push(JOINER);
            inline::write_formula(&mut self.out, line.trim());
            self.out.push_str(if lines.peek().is_some() { "  \n" } else { "\n" });
        }
        self.rest = next_line(behind).1;
        self.gap(self.quote);
        true
    }

    fn block(&mut self, line: &'a str) {
        let hard = line.ends_with("  ") || line.ends_with("\u{a0} ");
        let is_wrapped = self.dialect == ArchiveDialect::Wrapped;
        let soft = is_wrapped && self.before == Before::Text { hard: false };
        if self.before == Before::Mark {
            return self.words(line.trim(), line, hard);
        }
        if matches!(self.before, Before::Text { .. }) && !soft && self.cuts_address(line) {
            return self.go_on(line, hard);
        }
        if self.before == Before::Heading {
            let mut ends = self.out.chars().rev().filter(|c| !matches!(c, '*' | '_' | '#') && !is_stand_in(*c));
            let ends = (ends.next().filter(|last| *last != '\n'), ends.next());
            self.out.push_str(seam(ends, line.trim_start_matches(['*', '_', ' '])));
            self.words(line.trim(), line, false);
            return self.end_heading(hard);
        }
        let is_code = indent(line) >= 4 && self.lists.is_empty();
        if is_code && matches!(self.before, Before::Gap | Before::Indented) {
            self.put(line);
            self.before = Before::Indented;
            return;
        }
        if let Some((mark, length)) = lines::fence(line) {
            return self.open_fence(line, mark, length);
        }
        let is_rule = lines::is_rule(line);
        if let Some((marker, words)) = lines::item(line).filter(|_| !is_rule && (!soft || indent(line) >= 2)) {
            return self.item(line, marker, words, hard);
        }
        if soft {
            return self.go_on(line, hard);
        }
        if is_rule || lines::is_underline(line) {
            if self.before == (Before::Text { hard: true }) {
                // A rule below words that end with a forced break makes no heading of them.
                self.gap(self.quote);
            }
            self.end_paragraph();
            self.start(self.quote);
            self.out.push_str(line);
            self.out.push('\n');
            self.before = Before::Gap;
            self.lists.clear();
            return;
        }
        if lines::is_heading(line) {
            self.lists.clear();
            let margin = line.len() - line.trim_start().len();
            let marks = line.trim_start().bytes().take_while(|byte| *byte == b'#').count();
            let (marks, words) = line.split_at_checked(margin + marks).unwrap_or((line, ""));
            self.start(self.quote);
            self.out.push_str(marks);
            self.out.push(' ');
            self.words(words.trim(), line, false);
            return self.end_heading(hard);
        }
        let is_picture = line.trim_start().starts_with("![") && line.trim_end().ends_with(')');
        let parted = if is_picture { Before::Text { hard: true } } else { Before::Picture };
        if self.before == parted {
            self.gap(self.quote);
        }
        if is_wrapped {
            let depth = if indent(line) >= 2 { self.lists.len() } else { 0 };
            self.lists.truncate(depth);
            self.open_paragraph();
            self.start(self.quote);
            self.out.extend(std::iter::repeat_n("    ", depth));
            self.words(line.trim(), line, hard);
        } else {
            self.put(line);
            self.before = Before::Text { hard };
        }
        if is_picture && hard {
            self.before = Before::Picture;
        }
    }

    /// A wrapped heading goes on with the next line, if there is one.
    fn end_heading(&mut self, hard: bool) {
        self.end_paragraph();
        self.before = Before::Gap;
        if self.dialect == ArchiveDialect::Wrapped && !hard {
            self.out.pop();
            self.before = Before::Heading;
        }
    }

    fn open_paragraph(&mut self) {
        if self.dialect != ArchiveDialect::Wrapped || self.paragraph.is_empty() {
            self.paragraph_at = self.out.len();
        }
    }

    /// A whole line.
    fn put(&mut self, line: &'a str) {
        self.open_paragraph();
        self.start(self.quote);
        if self.labels.is_text(line) {
            let margin = line.len() - line.trim_start().len();
            self.out.push_str(line.get(..margin).unwrap_or_default());
            self.out.push(hidden('['));
            let rest = line.get(margin + 1..).unwrap_or_default();
            inline::write(&mut self.out, rest, self.dialect, &self.tags);
        } else {
            inline::write(&mut self.out, line, self.dialect, &self.tags);
        }
        self.note_address(self.paragraph_at);
        self.out.push('\n');
        self.paragraph.push(line);
    }

    /// The words of a line whose beginning is written.
    fn words(&mut self, words: &'a str, line: &'a str, hard: bool) {
        let from = self.out.len();
        inline::write(&mut self.out, words, self.dialect, &self.tags);
        self.note_address(from);
        self.out.push_str(if hard { "  \n" } else { "\n" });
        self.paragraph.push(line);
        self.before = Before::Text { hard };
    }

    /// A line that a wrapper made: it may begin with anything, and within an address.
    fn go_on(&mut self, line: &'a str, hard: bool) {
        if self.open_address().is_some() {
            self.out.truncate(self.out.trim_end().len());
        } else {
            self.address_at = None;
            self.start(self.quote);
            self.out.push(JOINER);
        }
        self.words(line.trim(), line, hard);
    }

    /// The address at the end of what is written that no bracket has ended.
    fn open_address(&self) -> Option<&str> {
        let address = self.out.get(self.address_at?..)?;
        (address.len() <= MAX_CUT).then(|| address.trim())
    }

    /// Whether a forced break before `line` cut an address that ends in it, or in one of the next lines.
    fn cuts_address(&self, line: &str) -> bool {
        let is_address =
            |text: &str| ["http:", "https:", "mailto:", "data:"].iter().any(|scheme| text.starts_with(scheme));
        let is_cut =
            |address: &str| !address.contains(char::is_whitespace) && (address.is_empty() || is_address(address));
        if line.trim_start().starts_with('"') || !self.open_address().is_some_and(is_cut) {
            return false;
        }
        let (mut line, mut rest) = (line, self.rest);
        for _ in 0..MAX_CUT_LINES {
            let (part, ends) = line.split_once(')').map_or((line, false), |(part, _)| (part, true));
            if part.trim().contains(char::is_whitespace) || (part.trim().is_empty() && !ends) {
                return false;
            }
            if ends {
                return true;
            }
            (line, rest) = next_line(rest);
        }
        false
    }

    /// A wrapped item is indented by two columns for each level, whatever its marker takes; four are right for any.
    fn item(&mut self, line: &'a str, marker: &str, words: &'a str, hard: bool) {
        if self.dialect == ArchiveDialect::Plain {
            self.put(line);
            self.before = Before::Text { hard };
            return;
        }
        let is_wrapped = self.dialect == ArchiveDialect::Wrapped;
        if is_wrapped {
            while self.lists.last().is_some_and(|outer| indent(line) < *outer) {
                self.lists.pop();
            }
            if self.lists.last().is_none_or(|outer| indent(line) >= outer + 2) && self.lists.len() < MAX_LIST_DEPTH {
                self.lists.push(indent(line));
            }
        } else if matches!(self.before, Before::Text { .. }) {
            self.gap(self.quote);
        }
        if let Some((mark, length)) = lines::fence(words).filter(|_| !is_wrapped) {
            // Code that is an item. Its lines are not indented.
            return self.open_fence(words, mark, length);
        }
        self.end_paragraph();
        self.start(self.quote);
        let margin = if is_wrapped { 4 * self.lists.len().saturating_sub(1) } else { indent(line) };
        self.out.extend(std::iter::repeat_n(' ', margin));
        self.out.push_str(marker);
        self.out.push(' ');
        if words.trim().is_empty() {
            self.before = Before::Mark;
        } else {
            // A sign that is a marker, and is all that the item says, is no item itself.
            self.out.extend(matches!(words.trim(), "*" | "+" | "-").then_some(JOINER));
            self.words(words.trim(), line, hard);
            self.end_paragraph();
        }
    }
}

/// The cells of a row as written. A bar after a backslash does not divide.
fn cells(line: &str) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let (mut start, mut escaped) = (0, false);
    for (at, byte) in line.bytes().enumerate() {
        if byte == b'|' && !escaped {
            cells.push(line.get(start..at).unwrap_or_default());
            start = at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    cells.extend(line.get(start..).filter(|last| !last.trim().is_empty()));
    cells
}

fn count(text: &str, tag: &str) -> usize {
    memchr::memmem::find_iter(text.to_ascii_lowercase().as_bytes(), tag).count()
}

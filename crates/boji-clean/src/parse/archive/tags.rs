use std::collections::HashSet;

use super::header::ArchiveDialect;
use super::lines::is_underline;

/// Elements that a Markdown file may hold. Any other name in angle brackets is a text that speaks of code.
const KNOWN: [&str; 82] = [
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "details",
    "dfn",
    "div",
    "dl",
    "dt",
    "em",
    "figcaption",
    "figure",
    "font",
    "footer",
    "g",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "main",
    "mark",
    "nav",
    "ol",
    "p",
    "picture",
    "pre",
    "q",
    "rp",
    "rt",
    "ruby",
    "s",
    "samp",
    "script",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "time",
    "tr",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
];

/// Elements without content.
const VOID: [&str; 6] = ["br", "col", "hr", "img", "source", "wbr"];

/// What converters leave of the page's markup beside the table; all else they write is text that they do not escape.
const LEFT_OVER: [&str; 8] = ["br", "center", "font", "section", "span", "sub", "sup", "u"];

/// Longest tag looked at, in bytes; editors write long styles.
const MAX_TAG: usize = 8_192;

/// Most lines that a tag may take.
const MAX_TAG_LINES: usize = 16;

/// Which tags of a file are markup.
pub(super) struct Tags {
    dialect: ArchiveDialect,
    /// How many more start tags than end tags there are of each known element.
    open: [i64; KNOWN.len()],
    /// Each comment that begins has an end.
    are_comments_closed: bool,
}

impl Tags {
    /// Counts the tags of a file. One behind a backtick is shown.
    pub(super) fn of(text: &str, dialect: ArchiveDialect) -> Self {
        let mut tags = Self { dialect, open: [0; KNOWN.len()], are_comments_closed: true };
        if dialect != ArchiveDialect::Plain {
            return tags;
        }
        for at in memchr::memchr_iter(b'<', text.as_bytes()) {
            let tail = text.get(at + 1..).unwrap_or_default();
            let is_shown = text.as_bytes().get(at.wrapping_sub(1)) == Some(&b'`');
            if let Some((closes, name)) = name(tail).filter(|_| !is_shown)
                && let Some(open) = position(name).and_then(|nth| tags.open.get_mut(nth))
            {
                *open += if closes { -1 } else { 1 };
            }
        }
        let last = memchr::memmem::rfind(text.as_bytes(), b"<!--").and_then(|at| text.get(at..));
        tags.are_comments_closed = last.is_none_or(|rest| rest.contains("-->"));
        tags
    }

    /// Whether the `<` before `tail`, the rest of a line, begins markup. An element whose start and end tags do not come
    /// out even is spoken of, and so is a script in one line; an address in angle brackets is a link.
    pub(super) fn is_markup(&self, tail: &str, starts_line: bool) -> bool {
        if is_address(tail) {
            return self.dialect == ArchiveDialect::Plain || tail.starts_with("http");
        }
        if tail.starts_with("!--") {
            return self.dialect == ArchiveDialect::Plain && self.are_comments_closed;
        }
        let Some((_, name)) = name(tail) else { return is_mail_address(tail) && self.dialect == ArchiveDialect::Plain };
        let Some(end) = end_of_tag(tail) else { return false };
        let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if self.dialect != ArchiveDialect::Plain {
            return is_one_of(&LEFT_OVER);
        }
        if is_mail_address(tail) {
            return true;
        }
        if is_one_of(&["img"]) {
            return tail.get(..end).is_some_and(|tag| tag.contains('='));
        }
        if is_one_of(&["script", "style"]) && (!starts_line || tail.get(end..).is_some_and(|rest| rest.contains("</")))
        {
            return false;
        }
        position(name).is_some_and(|nth| self.open.get(nth) == Some(&0)) || is_one_of(&VOID)
    }
}

fn position(name: &str) -> Option<usize> {
    KNOWN.iter().position(|known| known.eq_ignore_ascii_case(name))
}

/// The name behind `<` or `</`, and whether it ends its element.
fn name(tail: &str) -> Option<(bool, &str)> {
    let inner = tail.strip_prefix('/').unwrap_or(tail);
    let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
    let is_whole = inner.get(length..)?.starts_with(['>', '/', ' ', '\t', '\n', '\r']);
    let is_name = inner.starts_with(|c: char| c.is_ascii_alphabetic()) && is_whole;
    is_name.then(|| (inner.len() < tail.len(), inner.get(..length).unwrap_or_default()))
}

/// What stands behind the `<` of a tag that a line begins and does not end.
pub(super) fn begins_tag(line: &str) -> Option<&str> {
    let (_, tail) = line.rsplit_once('<').filter(|(_, tail)| !tail.contains('>'))?;
    let (closes, name) =
        name(tail).or_else(|| Some((false, tail.trim_end())).filter(|(_, name)| position(name).is_some()))?;
    (!closes && position(name).is_some()).then_some(tail)
}

/// How many of the next lines a tag takes whose rest is `tail`: each holds attributes, the last of them its end.
pub(super) fn lines(tail: &str, rest: &str) -> Option<usize> {
    let mut in_quotes = tail.matches('"').count() % 2 == 1;
    for (nth, line) in rest.lines().take(MAX_TAG_LINES).enumerate() {
        if line.trim().is_empty() || is_underline(line) {
            return None;
        }
        for byte in line.bytes() {
            match byte {
                b'"' => in_quotes = !in_quotes,
                b'<' => return None,
                b'>' if !in_quotes => return Some(nth + 1),
                _ => {}
            }
        }
    }
    None
}

/// Where the tag ends whose rest is `tail`.
fn end_of_tag(tail: &str) -> Option<usize> {
    memchr::memchr(b'>', tail.as_bytes().get(..MAX_TAG).unwrap_or(tail.as_bytes()))
}

/// `scheme:…>` without white space (CommonMark, "absolute URI").
fn is_address(tail: &str) -> bool {
    const SCHEME: std::ops::RangeInclusive<usize> = 2..=32;
    let Some((address, _)) = tail.split_once('>').filter(|(address, _)| address.len() <= MAX_TAG) else { return false };
    let Some((scheme, rest)) = address.split_once(':') else { return false };
    SCHEME.contains(&scheme.len())
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || c == '<')
}

/// `name@host>`.
fn is_mail_address(tail: &str) -> bool {
    let Some(end) = end_of_tag(tail) else { return false };
    let address = tail.get(..end).unwrap_or_default();
    address.contains('@') && address.chars().all(|c| c.is_ascii_alphanumeric() || "@.-_+".contains(c))
}

/// Whether what stands behind `[name]:` looks like an address, or may come with the next line; words are a note, or what
/// somebody says.
fn is_destination(rest: &str) -> bool {
    let first = rest.split_whitespace().next().unwrap_or_default();
    first.is_empty()
        || first.starts_with(['/', '#', '.', '<', '?'])
        || (first.is_ascii() && first.contains(['/', '.', ':', '%']))
}

/// A name as CommonMark compares names: without regard to case, one blank for any white space.
fn label(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase().to_uppercase()
}

/// The names by which a file refers to addresses that it states apart, as `[words][name]` does to `[name]: address`.
pub(super) struct Labels {
    dialect: ArchiveDialect,
    used: HashSet<String>,
}

impl Labels {
    pub(super) fn of(text: &str, dialect: ArchiveDialect) -> Self {
        let mut used = HashSet::new();
        if text.contains("]:") {
            let mut open = None;
            for (at, sign) in text.match_indices(['[', ']', '\n']) {
                let backslashes = text.as_bytes().iter().take(at).rev().take_while(|byte| **byte == b'\\').count();
                // A bracket of the name itself.
                if backslashes % 2 == 1 && (sign == "]" || open.is_some()) {
                    continue;
                }
                let is_name = sign == "]" && text.as_bytes().get(at + 1) != Some(&b':');
                if let Some(name) = open.take_if(|_| is_name).and_then(|start| text.get(start..at)) {
                    used.insert(label(name));
                }
                open = (sign == "[").then_some(at + 1);
            }
        }
        Self { dialect, used }
    }

    /// Whether a line looks like the statement of an address, `[name]: address`, and is a text of the author's: one to
    /// which nothing refers. Of the converters only one states addresses, for pictures that it wrote into the file.
    pub(super) fn is_text(&self, line: &str) -> bool {
        let Some((name, rest)) = line.trim_start().strip_prefix('[').and_then(|inner| inner.split_once("]:")) else {
            return false;
        };
        if name.starts_with('^') || !is_destination(rest) {
            return true;
        }
        let is_used = match self.dialect {
            ArchiveDialect::Wrapped => false,
            ArchiveDialect::Unescaped => rest.trim_start().starts_with("data:"),
            ArchiveDialect::Plain | ArchiveDialect::Exported => true,
        };
        !(is_used && self.used.contains(&label(name)))
    }
}

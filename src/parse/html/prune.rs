use memchr::{memchr, memmem};

use super::attributes::{READ, read_attributes};
use super::drawing::drawing;
use super::nesting::{Nesting, is_void};
use crate::model::Issue;

/// Longest text that the tree is built from; what lies behind it is cut.
const MAX_PRUNED_BYTES: usize = 32 * 1024 * 1024;
/// Most tags that the tree is built from; behind them only the text goes on.
const MAX_TAGS: usize = 400_000;
/// Most JSON-LD scripts kept, and the longest.
const MAX_JSON_LD: usize = 32;
const MAX_JSON_LD_BYTES: usize = 1024 * 1024;
/// Longest `noscript` that may be the fallback of a lazy picture, shortest that may be the whole page.
const MAX_NOSCRIPT_BYTES: usize = 4096;

/// What the pre-pass leaves of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// The markup that a reader sees: no scripts, styles, comments, drawings, and only the attributes asked for later.
    pub html: String,
    /// The texts of the JSON-LD scripts, in order.
    pub json_ld: Vec<String>,
    /// `depth-capped`, `truncated`, `unterminated`.
    pub issues: Vec<Issue>,
}

/// Copies the visible part of a page in one pass, so that the standard parser sees a fifth of it and nothing on which
/// it is quadratic: deep nesting (browsers stop at 512 too) and endless attributes.
pub fn prune(html: &str) -> Pruned {
    pass(html, false)
}

/// As [`prune`], for a piece that is all body: the words of its drawings are its author's.
pub fn prune_body(html: &str) -> Pruned {
    pass(html, true)
}

fn pass(html: &str, is_body: bool) -> Pruned {
    let mut pass = Pass {
        html,
        is_body,
        out: Pruned::default(),
        nesting: Nesting::default(),
        tags: 0,
        in_body: false,
        body_at: 0,
        title_unclosed: false,
    };
    pass.out.html.reserve(html.len() / 3);
    let mut at = 0;
    while at < html.len() {
        if pass.out.html.len() > MAX_PRUNED_BYTES {
            pass.issue("truncated", "the page is longer than the parser reads");
            break;
        }
        at = pass.step(at);
    }
    if pass.tags > MAX_TAGS {
        pass.issue("truncated", "the page has more tags than the parser reads");
    }
    if pass.nesting.capped {
        pass.issue("depth-capped", "elements are nested deeper than the parser goes");
    }
    pass.out
}

struct Pass<'a> {
    html: &'a str,
    out: Pruned,
    nesting: Nesting,
    tags: usize,
    /// The words of drawings are kept.
    is_body: bool,
    in_body: bool,
    /// Where the body begins in what is written.
    body_at: usize,
    /// Looked for the end of a title in vain; once is enough.
    title_unclosed: bool,
}

impl<'a> Pass<'a> {
    /// Works off the text from `at` to the next tag, or that tag; gives the offset behind it.
    fn step(&mut self, at: usize) -> usize {
        let html = self.html;
        let rest = html.as_bytes().get(at..).unwrap_or_default();
        match rest {
            [b'<', b'!', b'-', b'-', ..] => self.comment(at),
            [b'<', b'!', ..] if starts_with(rest, b"<!doctype") => {
                let end = self.behind(at, b">");
                self.copy(at, end);
                end
            }
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => self.end_tag(at),
            [b'<', b'!' | b'?' | b'/', ..] => self.behind(at, b">"),
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => self.start_tag(at),
            _ => {
                let next = memchr(b'<', rest.get(1..).unwrap_or_default());
                let end = next.map_or(html.len(), |found| at + 1 + found);
                self.copy(at, end);
                end
            }
        }
    }

    fn copy(&mut self, from: usize, to: usize) {
        self.out.html.push_str(self.html.get(from..to).unwrap_or_default());
    }

    fn issue(&mut self, code: &str, message: &str) {
        if self.out.issues.iter().all(|issue| issue.message != message) {
            self.out.issues.push(Issue::new(code, message));
        }
    }

    /// The offset behind the next `mark`; the end of the text when there is none.
    fn behind(&mut self, at: usize, mark: &[u8]) -> usize {
        let rest = self.html.as_bytes().get(at..).unwrap_or_default();
        if let Some(found) = memmem::find(rest, mark) {
            return at + found + mark.len();
        }
        self.issue("unterminated", "a tag or comment has no end");
        self.html.len()
    }

    fn comment(&mut self, at: usize) -> usize {
        let rest = self.html.as_bytes().get(at..).unwrap_or_default();
        if rest.starts_with(b"<!-->") || rest.starts_with(b"<!--->") {
            return self.behind(at, b">");
        }
        self.behind(at + 4, b"-->")
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let name = self.name_at(at + 2);
        let end = self.behind(at, b">");
        if !matches!(Name::of(name), Name::Dropped | Name::Noscript | Name::Svg) && self.nesting.close(name) {
            self.copy(at, at + 2 + name.len());
            self.out.html.push('>');
        }
        end
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let html = self.html;
        let name = self.name_at(at + 1);
        let kind = Name::of(name);
        let before = self.out.html.len();
        let out = &mut self.out.html;
        out.push('<');
        out.push_str(name);
        let (mut script_type, mut formula) = ("", "");
        let tag = read_attributes(html, at + 1 + name.len(), |key, value, written| {
            match READ.get(key) {
                Some(&b"type") => script_type = value,
                Some(&b"data-formula") => formula = value,
                _ => {}
            }
            out.push(' ');
            out.push_str(written);
        });
        let Some(tag) = tag else {
            self.out.html.truncate(before);
            self.issue("unterminated", "a tag or comment has no end");
            return html.len();
        };
        self.out.html.push_str(if tag.self_closing { " />" } else { ">" });
        self.tags += 1;
        if kind != Name::Ordinary && kind != Name::Title {
            self.out.html.truncate(before);
        }
        match kind {
            Name::Ordinary => {
                if !self.in_body && !is_head(name) {
                    self.in_body = true;
                    self.body_at = before;
                }
                if self.tags > MAX_TAGS || !self.nesting.open(name, is_void(name)) {
                    self.out.html.truncate(before);
                }
                tag.end
            }
            Name::Title => self.title(tag.end, name),
            Name::Script => self.script(tag.end, script_type),
            Name::Raw => self.raw_end(tag.end, name),
            Name::Noscript => self.noscript(tag.end),
            Name::Svg => {
                self.formula(formula);
                if tag.self_closing { tag.end } else { self.drawing(tag.end, self.is_body && formula.is_empty()) }
            }
            Name::Template => self.template_end(at, tag.end),
            Name::Dropped => tag.end,
        }
    }

    fn name_at(&self, at: usize) -> &'a str {
        let bytes = self.html.as_bytes().get(at..).unwrap_or_default();
        let length = bytes
            .iter()
            .position(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
            .unwrap_or(bytes.len());
        self.html.get(at..at + length).unwrap_or_default()
    }

    /// Where the end tag of a raw text element begins, and where it ends.
    fn raw_range(&mut self, at: usize, name: &str) -> (usize, usize) {
        let bytes = self.html.as_bytes();
        for found in memmem::find_iter(bytes.get(at..).unwrap_or_default(), b"</") {
            let start = at + found;
            let Some(behind) = bytes.get(start + 2..) else { break };
            let closes = starts_with(behind, name.as_bytes())
                && behind.get(name.len()).is_none_or(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace());
            if closes {
                return (start, self.behind(start, b">"));
            }
        }
        self.issue("unterminated", "a script, style or other raw element has no end");
        (self.html.len(), self.html.len())
    }

    fn raw_end(&mut self, at: usize, name: &str) -> usize {
        self.raw_range(at, name).1
    }

    /// The text of a title is raw: markup in it is text. An unclosed title ends with its line.
    fn title(&mut self, at: usize, name: &str) -> usize {
        let (start, end) =
            if self.title_unclosed { (self.html.len(), self.html.len()) } else { self.raw_range(at, name) };
        if start == self.html.len() {
            self.title_unclosed = true;
            let rest = self.html.as_bytes().get(at..).unwrap_or_default();
            let end = at + rest.iter().position(|byte| matches!(byte, b'\n' | b'<')).unwrap_or(rest.len());
            self.copy(at, end);
            self.out.html.push_str("</title>");
            return end;
        }
        self.copy(at, end);
        end
    }

    /// Scripts are cut; JSON-LD is set aside, and TeX becomes text again.
    fn script(&mut self, at: usize, kind: &str) -> usize {
        let (start, end) = self.raw_range(at, "script");
        let text = self.html.get(at..start).unwrap_or_default();
        if starts_with(kind.trim_start().as_bytes(), b"application/ld+json") {
            if self.out.json_ld.len() < MAX_JSON_LD && text.len() <= MAX_JSON_LD_BYTES {
                self.out.json_ld.push(text.trim().to_owned());
            }
        } else if starts_with(kind.trim_start().as_bytes(), b"math/tex") {
            let mark = if kind.contains("display") { "$$" } else { "$" };
            let text = text.replace('&', "&amp;").replace('<', "&lt;");
            for piece in [mark, &text, mark] {
                self.out.html.push_str(piece);
            }
        }
        end
    }

    /// A `noscript` in the body that holds a picture is the fallback of a lazy one: its tags go, its content stays. So
    /// does that of a long one with paragraphs before which hardly anything stood: the whole page for readers without
    /// scripts, as Discourse sends it.
    fn noscript(&mut self, at: usize) -> usize {
        let (start, end) = self.raw_range(at, "noscript");
        let text = self.html.get(at..start).unwrap_or_default().as_bytes();
        let is_short = text.len() <= MAX_NOSCRIPT_BYTES;
        let picture = is_short && memmem::find(text, b"<img").is_some();
        let before = self.out.html.len().saturating_sub(self.body_at);
        let page = !is_short && before * 2 < text.len() && memmem::find(text, b"<p").is_some();
        if self.in_body && (picture || page) { at } else { end }
    }

    /// The source of a formula that a drawing shows.
    fn formula(&mut self, tex: &str) {
        if !tex.trim().is_empty() {
            self.out.html.push('$');
            self.out.html.push_str(&tex.trim().replace('<', "&lt;"));
            self.out.html.push('$');
        }
    }

    /// Behind a drawing, with the words of it that are kept written.
    fn drawing(&mut self, at: usize, keep_words: bool) -> usize {
        let found = drawing(self.html, at, keep_words);
        self.tags += found.texts;
        if self.tags <= MAX_TAGS {
            self.out.html.push_str(&found.words);
        }
        if found.unterminated {
            self.issue("unterminated", "a drawing has no end");
        }
        found.end
    }

    /// Behind a template; just inside of it when it is a declarative shadow root, which readers see.
    fn template_end(&mut self, start: usize, at: usize) -> usize {
        let tag = self.html.as_bytes().get(start..at).unwrap_or_default();
        if memmem::find(tag, b"shadowroot").is_some() {
            return at;
        }
        self.raw_range(at, "template").1
    }
}

/// What the pre-pass does with an element.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Ordinary,
    Title,
    Script,
    /// Content is text that nobody sees.
    Raw,
    Noscript,
    Svg,
    Template,
    /// The tag goes, the content stays.
    Dropped,
}

impl Name {
    fn of(name: &str) -> Self {
        let is = |word: &str| name.eq_ignore_ascii_case(word);
        match name.len() {
            3 if is("svg") => Self::Svg,
            3 if is("xmp") => Self::Raw,
            5 if is("title") => Self::Title,
            5 if is("style") => Self::Raw,
            5 if is("frame") => Self::Dropped,
            6 if is("script") => Self::Script,
            6 if is("iframe") => Self::Raw,
            7 if is("noembed") => Self::Raw,
            8 if is("noscript") => Self::Noscript,
            8 if is("noframes") || is("textarea") => Self::Raw,
            8 if is("template") => Self::Template,
            8 if is("frameset") => Self::Dropped,
            9 if is("plaintext") => Self::Dropped,
            _ => Self::Ordinary,
        }
    }
}

fn is_head(name: &str) -> bool {
    ["html", "head", "meta", "link", "base"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

pub(super) fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

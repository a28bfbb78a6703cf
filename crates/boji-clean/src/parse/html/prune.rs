use memchr::{memchr, memmem};

use super::attributes::{Kept, READ, read_attributes};
use super::markup::{Markup, Text};
use super::names::{BASE, Handling, PREFORMATTED, is_head, key, swallows_space};
use super::nesting::Nesting;
use super::unclosed::{NextTags, holds_no_text};
use crate::model::{Issue, IssueCode};

/// Longest text that the tree is built from; what lies behind it is cut.
const MAX_PRUNED_BYTES: usize = 32 * 1024 * 1024;
/// Most tags that the tree is built from; behind them only the text goes on.
pub(super) const MAX_TAGS: usize = 400_000;

/// A script that holds data and no program, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataScript {
    /// What stands in it.
    pub text: String,
    /// It is Markdown.
    pub is_markdown: bool,
}

/// What the pre-pass sets aside, and what it got over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Aside {
    /// The texts of the JSON-LD scripts, in order.
    pub json_ld: Vec<String>,
    /// The scripts that may hold the text of an article, in order.
    pub data: Vec<DataScript>,
    /// `depth-capped`, `truncated`, `unterminated`.
    pub issues: Vec<Issue>,
    /// The page has a `base` element.
    pub has_base: bool,
}

/// The markup of a page that a reader sees, as text: no scripts, styles, comments, drawings, and only the attributes
/// asked for later. The tree is built from the same pieces without writing them down first.
pub fn prune(html: &str) -> String {
    left_of(html, false)
}

/// As [`prune`]; in a piece that is all body the words of drawings are its author's.
pub(super) fn left_of(html: &str, is_body: bool) -> String {
    let mut text = Text { page: html, left: String::new() };
    pass(html, is_body, &mut text);
    text.left
}

/// Goes through a page once and gives what a reader sees to `markup`, so that the builder of the tree gets a fifth of
/// it and nothing on which it is quadratic: deep nesting (browsers stop at 512 too) and endless attributes.
pub(super) fn pass(html: &str, is_body: bool, markup: &mut impl Markup) -> Aside {
    let mut pass = Pass {
        html,
        is_body,
        markup,
        aside: Aside::default(),
        attributes: Vec::new(),
        nesting: Nesting::default(),
        tags: 0,
        written: 0,
        in_body: false,
        body_at: 0,
        behind_block: true,
        preformatted: 0,
        title_unclosed: false,
        end_tag_unclosed: false,
        script_unclosed: false,
        next_tags: NextTags::default(),
        in_noscript: false,
        data_bytes: 0,
    };
    let mut at = 0;
    while at < html.len() {
        if pass.written > MAX_PRUNED_BYTES {
            pass.issue(IssueCode::Truncated, "the page is longer than the parser reads");
            break;
        }
        at = pass.step(at);
    }
    if pass.tags > MAX_TAGS {
        pass.issue(IssueCode::Truncated, "the page has more tags than the parser reads");
    }
    if pass.nesting.capped {
        pass.issue(IssueCode::DepthCapped, "elements are nested deeper than the parser goes");
    }
    pass.aside
}

/// A page on its way through the pre-pass.
pub(super) struct Pass<'a, 'm, M> {
    pub html: &'a str,
    /// The words of drawings are kept.
    pub is_body: bool,
    pub markup: &'m mut M,
    pub aside: Aside,
    /// Those of the tag in hand.
    pub attributes: Vec<Kept<'a>>,
    pub nesting: Nesting,
    pub tags: usize,
    /// Bytes given to the markup so far.
    pub written: usize,
    pub in_body: bool,
    /// Where the body begins in what is written.
    pub body_at: usize,
    /// Nothing but white space came since the last tag, and that was one around which it shows nowhere.
    pub behind_block: bool,
    /// Elements open in which white space stays as it is.
    pub preformatted: usize,
    /// Looked for the end of a title in vain; once is enough.
    pub title_unclosed: bool,
    /// The same for the attributes of an end tag.
    pub end_tag_unclosed: bool,
    /// The same for the end of a script that holds others.
    pub script_unclosed: bool,
    /// What tells which cards and players have no end.
    pub next_tags: NextTags<'a>,
    pub in_noscript: bool,
    /// Bytes of the data scripts set aside.
    pub data_bytes: usize,
}

impl<'a, M: Markup> Pass<'a, '_, M> {
    /// Works off the text from `at` to the next tag, or that tag; gives the offset behind it.
    pub(super) fn step(&mut self, at: usize) -> usize {
        let html = self.html;
        let rest = html.as_bytes().get(at..).unwrap_or_default();
        match rest {
            [b'<', b'!', b'-', b'-', ..] => self.comment(at),
            [b'<', b'!', ..] if starts_with(rest, b"<!doctype") => {
                let end = self.behind(at);
                self.markup.doctype(html.get(at..end).unwrap_or_default());
                end
            }
            [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => self.end_tag(at),
            [b'<', b'!' | b'?' | b'/', ..] => self.behind(at),
            [b'<', letter, ..] if letter.is_ascii_alphabetic() => self.start_tag(at),
            _ => {
                let next = memchr(b'<', rest.get(1..).unwrap_or_default());
                let end = next.map_or(html.len(), |found| at + 1 + found);
                if !self.is_layout(at, end) {
                    self.copy(at, end);
                    self.behind_block = false;
                }
                end
            }
        }
    }

    /// Whether a text is a line end of the source beside the tag of a block, as half of all texts are. Spaces alone may
    /// be the indent of a line of code in its cell.
    fn is_layout(&self, from: usize, to: usize) -> bool {
        let text = self.html.as_bytes().get(from..to).unwrap_or_default();
        text.iter().all(u8::is_ascii_whitespace)
            && text.iter().any(|byte| matches!(byte, b'\n' | b'\r'))
            && self.preformatted == 0
            && (self.behind_block || {
                let at = if self.html.as_bytes().get(to + 1) == Some(&b'/') { to + 2 } else { to + 1 };
                swallows_space(key(self.name_at(at)))
            })
    }

    pub(super) fn copy(&mut self, from: usize, to: usize) {
        self.written += to - from;
        self.markup.text_of_page(from, to);
    }

    pub(super) fn write(&mut self, text: &str) {
        self.behind_block = false;
        self.written += text.len();
        self.markup.text(text);
    }

    pub(super) fn issue(&mut self, code: IssueCode, message: &str) {
        if self.aside.issues.iter().all(|issue| issue.message != message) {
            self.aside.issues.push(Issue::new(code, message));
        }
    }

    /// The offset behind the next `>`; the end of the text when there is none.
    pub(super) fn behind(&mut self, at: usize) -> usize {
        let end = memchr(b'>', self.html.as_bytes().get(at..).unwrap_or_default());
        self.known_end(end.map(|found| at + found + 1))
    }

    /// The offset behind the end tag at `at` whose name ends at `name_end`. It may have attributes, which mean nothing but
    /// may hold a `>`.
    pub(super) fn behind_end_tag(&mut self, at: usize, name_end: usize) -> usize {
        if self.html.as_bytes().get(name_end) == Some(&b'>') {
            return name_end + 1;
        }
        if !self.end_tag_unclosed {
            self.attributes.clear();
            if let Some(tag) = read_attributes(self.html, name_end, &mut self.attributes) {
                return tag.end;
            }
            self.end_tag_unclosed = true;
        }
        self.behind(at)
    }

    fn known_end(&mut self, end: Option<usize>) -> usize {
        end.unwrap_or_else(|| {
            self.issue(IssueCode::Unterminated, "a tag or comment has no end");
            self.html.len()
        })
    }

    fn comment(&mut self, at: usize) -> usize {
        let rest = self.html.as_bytes().get(at..).unwrap_or_default();
        if rest.starts_with(b"<!-->") || rest.starts_with(b"<!--->") {
            return self.behind(at);
        }
        let end = memmem::find(rest.get(4..).unwrap_or_default(), b"-->");
        self.known_end(end.map(|found| at + 4 + found + 3))
    }

    fn end_tag(&mut self, at: usize) -> usize {
        let name = self.name_at(at + 2);
        let end = self.behind_end_tag(at, at + 2 + name.len());
        let key = key(name);
        if !matches!(Handling::of(name), Handling::Dropped | Handling::Noscript | Handling::Svg)
            && self.nesting.close(key)
        {
            self.written += end - at;
            self.markup.end_tag(name);
            self.behind_block = swallows_space(key);
            self.preformatted = self.preformatted.saturating_sub(usize::from(key == PREFORMATTED));
        }
        end
    }

    fn start_tag(&mut self, at: usize) -> usize {
        let html = self.html;
        let name = self.name_at(at + 1);
        self.attributes.clear();
        let Some(tag) = read_attributes(html, at + 1 + name.len(), &mut self.attributes) else {
            self.issue(IssueCode::Unterminated, "a tag or comment has no end");
            return html.len();
        };
        self.tags += 1;
        // Of these two a slash closes nothing.
        let is_closed = tag.self_closing && !["noscript", "template"].iter().any(|it| it.eq_ignore_ascii_case(name));
        let is_empty = holds_no_text(name) && (is_closed || self.next_tags.is_unclosed(html, name, tag.end));
        if name.eq_ignore_ascii_case("iframe") {
            self.frame(name);
        }
        match Handling::of(name) {
            Handling::Ordinary => {
                self.element(name, tag.self_closing, is_empty);
                tag.end
            }
            Handling::Title => self.title(tag.end, name),
            Handling::Script => self.script(tag.end),
            Handling::Raw | Handling::Noscript | Handling::Template if is_empty => tag.end,
            Handling::Raw => self.raw_end(tag.end, name),
            Handling::Noscript => self.noscript(tag.end),
            Handling::Svg => self.svg(tag.end, tag.self_closing),
            Handling::Template => self.template_end(at, tag.end),
            Handling::Dropped => tag.end,
        }
    }

    /// A tag that goes to the markup unless it nests too deep. What holds no text, and is closed with a slash as writers of XML
    /// do or never, is `is_empty`: by the standard it would take all that follows with it.
    pub(super) fn element(&mut self, name: &str, self_closing: bool, is_empty: bool) {
        if !self.in_body && !is_head(name) {
            self.in_body = true;
            self.body_at = self.written;
        }
        let key = key(name);
        self.aside.has_base |= key == BASE;
        if self.tags <= MAX_TAGS && self.nesting.open(key) {
            // Before the body, tags stand in lines of their own.
            self.behind_block = swallows_space(key) || !self.in_body;
            self.preformatted += usize::from(key == PREFORMATTED);
            let attributes: usize = self.attributes.iter().map(|kept| kept.written.len() + 1).sum();
            self.written += name.len() + attributes + 2;
            self.markup.start_tag(name, &self.attributes, self_closing);
            if is_empty && self.nesting.close(key) {
                self.markup.end_tag(name);
            }
        }
    }

    /// A frame, of which only the address that it shows goes on.
    fn frame(&mut self, name: &str) {
        let shows = [&b"src"[..], b"data-src", b"data-lazy-src"].into_iter().any(|it| !self.attribute(it).is_empty());
        if shows && (self.in_body || self.is_body) {
            self.element(name, false, true);
        }
    }

    /// The value of an attribute of the tag in hand, "" when it has none.
    pub(super) fn attribute(&self, name: &[u8]) -> &'a str {
        self.attributes.iter().find(|kept| READ.get(kept.name) == Some(&name)).map_or("", |kept| kept.value)
    }

    fn name_at(&self, at: usize) -> &'a str {
        let bytes = self.html.as_bytes().get(at..).unwrap_or_default();
        let length = bytes
            .iter()
            .position(|byte| matches!(byte, b'>' | b'/') || byte.is_ascii_whitespace())
            .unwrap_or(bytes.len());
        self.html.get(at..at + length).unwrap_or_default()
    }
}

pub(super) fn starts_with(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word))
}

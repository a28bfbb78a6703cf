//! Elements whose content is no markup, or none that a reader sees: where they end, and what of them is kept.

use htmlize::unescape_attribute;
use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::attributes::{READ, read_attributes};
use super::drawn_formula::{DrawnFormula, drawn_formula};
use super::markup::Markup;
use super::names::{FORMULA, PARAGRAPH, key};
use super::prune::{DataScript, MAX_TAGS, Pass, starts_with};
use super::unclosed::names;
use crate::model::IssueCode;
use crate::text::{LOST_FORMULA, set_formula};

/// Most JSON-LD scripts kept, and the longest.
const MAX_JSON_LD: usize = 32;
const MAX_JSON_LD_BYTES: usize = 1024 * 1024;
/// Longest `noscript` that may be the fallback of a lazy picture.
const MAX_NOSCRIPT_BYTES: usize = 4096;
/// Fewest paragraphs of one that may be the whole page.
const MIN_PARAGRAPHS: usize = 3;
/// Shortest script that may hold the text of an article, and most bytes of all of them.
const MIN_DATA_BYTES: usize = 400;
const MAX_DATA_BYTES: usize = 4 * 1024 * 1024;
/// How scripts begin that hand data to programs: variables of Nuxt, Vue, Redux, Apollo, Remix and others, the rows of Next.
const DATA: [&[u8]; 4] = [b"window.__", b"window[\"__", b"self.__", b"globalThis.__"];

impl<M: Markup> Pass<'_, '_, M> {
    /// Where the end tag of a raw text element begins, and where it ends.
    fn raw_range(&mut self, at: usize, name: &str) -> (usize, usize) {
        let bytes = self.html.as_bytes();
        for found in memmem::find_iter(bytes.get(at..).unwrap_or_default(), b"</") {
            let start = at + found;
            let Some(behind) = bytes.get(start + 2..) else { break };
            if names(behind, name) {
                return (start, self.behind_end_tag(start, start + 2 + name.len()));
            }
        }
        self.issue(IssueCode::Unterminated, "a script, style or other raw element has no end");
        (self.html.len(), self.html.len())
    }

    /// The same for a script, which may hold others behind a `<!--` (HTML, "script data double escaped state"). Where
    /// that way leads to no end, its first end tag ends it: too much text is better than none.
    fn script_range(&mut self, at: usize) -> (usize, usize) {
        let bytes = self.html.as_bytes();
        let first = self.raw_range(at, "script");
        let may_hold_others = memmem::find(bytes.get(at..first.0).unwrap_or_default(), b"<!--").is_some();
        if !may_hold_others || self.script_unclosed {
            return first;
        }
        if let Some(start) = escaped_script_end(bytes, at) {
            return (start, self.behind_end_tag(start, start + 2 + "script".len()));
        }
        self.script_unclosed = true;
        first
    }

    /// Behind an element whose content nobody sees.
    pub(super) fn raw_end(&mut self, at: usize, name: &str) -> usize {
        self.raw_range(at, name).1
    }

    /// The text of a title is raw: markup in it is text. An unclosed title ends with its line.
    pub(super) fn title(&mut self, at: usize, name: &str) -> usize {
        self.markup.start_tag(name, &self.attributes, false);
        let (mut end, mut behind) =
            if self.title_unclosed { (self.html.len(), self.html.len()) } else { self.raw_range(at, name) };
        if end == self.html.len() {
            self.title_unclosed = true;
            let rest = self.html.as_bytes().get(at..).unwrap_or_default();
            end = at + rest.iter().position(|byte| matches!(byte, b'\n' | b'<')).unwrap_or(rest.len());
            behind = end;
        }
        self.copy(at, end);
        self.markup.end_tag(name);
        behind
    }

    /// Scripts are cut; JSON-LD is set aside, and TeX becomes text again.
    pub(super) fn script(&mut self, at: usize) -> usize {
        let kind = self.attribute(b"type");
        let (start, end) = self.script_range(at);
        let text = self.html.get(at..start).unwrap_or_default();
        if starts_with(kind.trim_start().as_bytes(), b"application/ld+json") {
            if self.aside.json_ld.len() < MAX_JSON_LD && text.len() <= MAX_JSON_LD_BYTES {
                self.aside.json_ld.push(text.trim().to_owned());
            }
        } else if starts_with(kind.trim_start().as_bytes(), b"math/tex") {
            self.formula(set_formula(text, kind.contains("display")).as_deref());
        } else if starts_with(kind.trim_start().as_bytes(), b"math/mml") {
            // Markup like any other, which browsers would show where it stands.
            self.inside(at, start);
        } else if self.data_bytes + text.len() <= MAX_DATA_BYTES
            && (text.len() >= MIN_DATA_BYTES || text.starts_with("self.__next_f"))
        {
            let is_markdown = kind.contains("markdown");
            if is_markdown
                || kind.contains("json")
                || DATA.iter().any(|name| memmem::find(text.as_bytes(), name).is_some())
            {
                self.data_bytes += text.len();
                self.aside.data.push(DataScript { text: text.to_owned(), is_markdown });
            }
        }
        end
    }

    /// A `noscript` in the body that holds a picture is the fallback of a lazy one: its tags go, its content stays. So
    /// does that of one with paragraphs before which hardly anything stood: the whole page for readers without
    /// scripts, as Discourse sends it.
    pub(super) fn noscript(&mut self, at: usize) -> usize {
        if self.in_noscript {
            return at;
        }
        let (start, end) = self.raw_range(at, "noscript");
        let text = self.html.get(at..start).unwrap_or_default().as_bytes();
        let is_short = text.len() <= MAX_NOSCRIPT_BYTES;
        let picture = is_short && memmem::find(text, b"<img").is_some();
        let before = self.written.saturating_sub(self.body_at);
        let page = before * 2 < text.len() && memmem::find_iter(text, b"<p").nth(MIN_PARAGRAPHS - 1).is_some();
        if self.in_body && (picture || page) {
            self.inside(at, start);
        }
        end
    }

    /// Works off the content of a `noscript`. What is unclosed in it ends with it.
    fn inside(&mut self, from: usize, to: usize) {
        let (whole, unclosed) = (self.html, (self.title_unclosed, self.end_tag_unclosed, self.script_unclosed));
        self.html = whole.get(..to).unwrap_or_default();
        self.in_noscript = true;
        let mut at = from;
        while at < to {
            at = self.step(at);
        }
        self.in_noscript = false;
        self.html = whole;
        (self.title_unclosed, self.end_tag_unclosed, self.script_unclosed) = unclosed;
    }

    /// Hands on a formula, its delimiters with it; `None` for one that cannot be read.
    pub(super) fn formula(&mut self, tex: Option<&str>) {
        let is_open = self.nesting.open(key(FORMULA));
        if is_open {
            self.markup.start_tag(FORMULA, &[], false);
        }
        let tex = tex.unwrap_or(LOST_FORMULA).replace('&', "&amp;").replace('<', "&lt;");
        self.write(&tex);
        if is_open && self.nesting.close(key(FORMULA)) {
            self.markup.end_tag(FORMULA);
        }
    }

    /// Behind a drawing: the formula that it shows, else its words, where they are kept, as paragraphs.
    pub(super) fn svg(&mut self, at: usize, is_closed: bool) -> usize {
        let stated = set_formula(&unescape_attribute(self.attribute(b"data-formula")), false);
        if stated.is_some() {
            self.formula(stated.as_deref());
        }
        let class = self.attribute(b"class");
        if self.is_body {
            self.drawn_picture();
        }
        if is_closed {
            return at;
        }
        let mut found = drawing(self.html, at, self.is_body && stated.is_none());
        if stated.is_none() {
            let inside = self.html.get(at..found.end).unwrap_or_default();
            let shown = drawn_formula(inside, class);
            match &shown {
                DrawnFormula::Read(tex) => self.formula(set_formula(tex, false).as_deref()),
                DrawnFormula::Unreadable => self.formula(None),
                DrawnFormula::None => {}
            }
            if shown != DrawnFormula::None {
                found.words.clear();
            }
        }
        for &picture in &found.pictures {
            self.attributes.clear();
            if read_attributes(self.html, picture, &mut self.attributes).is_some() {
                self.tags += 1;
                self.drawn_picture();
            }
        }
        self.tags += found.words.len();
        if self.tags <= MAX_TAGS {
            for words in &found.words {
                if self.nesting.open(PARAGRAPH) {
                    self.markup.start_tag("p", &[], false);
                }
                self.write(words);
                if self.nesting.close(PARAGRAPH) {
                    self.markup.end_tag("p");
                }
            }
        }
        if found.unterminated {
            self.issue(IssueCode::Unterminated, "a drawing has no end");
        }
        found.end
    }

    /// The picture that the tag in hand, a drawing's, shows or has behind it, as one of the page: its address stays where drawings
    /// have it.
    pub(super) fn drawn_picture(&mut self) {
        let leads = |name: &[u8]| self.attribute(name).trim_start().starts_with(['h', '/']);
        if leads(b"href") || leads(b"xlink:href") || self.attribute(b"style").contains("url(") {
            self.attributes.retain(|kept| READ.get(kept.name).is_some_and(|name| DRAWN.contains(name)));
            self.element("img", false, false);
        }
    }

    /// Behind a template; just inside of it when it is a declarative shadow root, which readers see.
    pub(super) fn template_end(&mut self, start: usize, at: usize) -> usize {
        let tag = self.html.as_bytes().get(start..at).unwrap_or_default();
        if memmem::find(tag, b"shadowroot").is_some() {
            return at;
        }
        self.raw_range(at, "template").1
    }
}

/// Where the end tag of the script whose text begins at `at` begins, with regard to comments and scripts in it.
fn escaped_script_end(bytes: &[u8], at: usize) -> Option<usize> {
    let (mut at, mut in_comment, mut in_script) = (at, false, false);
    while let Some(found) = memchr2(b'<', b'-', bytes.get(at..)?) {
        at += found;
        let rest = bytes.get(at..)?;
        if in_comment && rest.starts_with(b"-->") {
            (in_comment, in_script) = (false, false);
        } else if !in_comment && rest.starts_with(b"<!--") {
            in_comment = true;
            at += 1; // its dashes may be those of the end: `<!-->`
        } else if in_comment && !in_script && rest.get(1..).is_some_and(|behind| names(behind, "script")) {
            in_script = true;
        } else if rest.starts_with(b"</") && rest.get(2..).is_some_and(|behind| names(behind, "script")) {
            if !in_script {
                return Some(at);
            }
            in_script = false;
        }
        at += 1;
    }
    None
}

/// Attributes of a drawing that tell of its picture.
const DRAWN: [&[u8]; 4] = [b"href", b"xlink:href", b"style", b"width"];

/// Longest text of one element of a drawing.
const MAX_DRAWN_BYTES: usize = 4096;

/// Tags that never stand in a drawing, except in the HTML that its `foreignObject` shows.
const HTML_IN_SVG: [&[u8]; 14] = [
    b"<p",
    b"<span",
    b"<strong",
    b"<div",
    b"</div",
    b"<section",
    b"</section",
    b"<ul",
    b"<table",
    b"<img",
    b"<body",
    b"</body",
    b"<h1",
    b"<h2",
];

/// An `svg` element as the pre-pass sees it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Drawing {
    /// Offset behind it; of the first tag that cannot stand in one when it is unclosed, or shows HTML.
    pub end: usize,
    /// Its `text` elements, none when they are not asked for. Each stands where the drawing puts it, mostly alone.
    pub words: Vec<String>,
    /// Where the attributes of its `image` elements and of the drawings in it begin, asked for with the words.
    pub pictures: Vec<usize>,
    /// It has no end.
    pub unterminated: bool,
}

/// Reads a drawing from `at`, behind its start tag. The glyphs of a formula are no words.
pub(super) fn drawing(html: &str, at: usize, keep_words: bool) -> Drawing {
    let bytes = html.as_bytes();
    let mut found = Drawing { end: html.len(), ..Drawing::default() };
    let mut depth = 1_usize;
    let mut behind = at;
    for offset in memchr_iter(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + offset;
        if start < behind {
            continue;
        }
        let rest = bytes.get(start..).unwrap_or_default();
        if starts_with(rest, b"</svg") {
            depth -= 1;
            if depth == 0 {
                found.end = memchr(b'>', rest).map_or(html.len(), |end| start + end + 1);
                found.unterminated = memchr(b'>', rest).is_none();
                return without_glyphs(found, bytes.get(at..start).unwrap_or_default());
            }
        } else if starts_with(rest, b"<svg") {
            depth += 1;
            if keep_words {
                found.pictures.push(start + "<svg".len());
            }
        } else if keep_words && is_tag(rest, b"<text") {
            // A tag longer than that is none.
            let Some(end) = memchr(b'>', rest.get(..MAX_DRAWN_BYTES).unwrap_or(rest)) else { continue };
            behind = start + end + 1;
            found.words.push(words(html.get(behind..).unwrap_or_default()));
        } else if keep_words && is_tag(rest, b"<image") {
            found.pictures.push(start + "<image".len());
        } else if is_html(rest) {
            found.end = start;
            return without_glyphs(found, bytes.get(at..start).unwrap_or_default());
        }
    }
    found.unterminated = true;
    found
}

fn without_glyphs(found: Drawing, inside: &[u8]) -> Drawing {
    if !found.words.is_empty() && memmem::find(inside, b"data-mml-node").is_some() {
        return Drawing { words: Vec::new(), ..found };
    }
    found
}

fn is_tag(rest: &[u8], name: &[u8]) -> bool {
    starts_with(rest, name) && rest.get(name.len()).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-')
}

fn is_html(rest: &[u8]) -> bool {
    HTML_IN_SVG.iter().any(|name| is_tag(rest, name))
}

/// The words of a `text` element, from behind its start tag. One that is not closed ends where another element than
/// those of words begins, so that no word is taken twice.
fn words(inside: &str) -> String {
    let ends = |at: usize| {
        let tag = inside.as_bytes().get(at..).unwrap_or_default();
        let closes = starts_with(tag, b"</text") || starts_with(tag, b"</svg") || starts_with(tag, b"<svg");
        closes || is_tag(tag, b"<text") || is_html(tag)
    };
    let near = inside.get(..inside.floor_char_boundary(MAX_DRAWN_BYTES)).unwrap_or_default();
    match memchr_iter(b'<', near.as_bytes()).find(|at| ends(*at)) {
        Some(end) => without_tags(near.get(..end).unwrap_or_default()),
        None if near.len() < inside.len() => without_tags(near),
        None => String::new(),
    }
}

/// A text with its tags left out.
fn without_tags(mut inside: &str) -> String {
    let mut words = String::new();
    while let Some((text, tag)) = inside.split_once('<') {
        words.push_str(text);
        inside = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    words.push_str(inside);
    words
}

#[cfg(test)]
mod tests {
    use super::super::prune::left_of;
    use super::*;

    #[test]
    fn the_words_of_a_drawing_close_the_paragraph_round_it() {
        let page = format!("<p><svg><text>letter</text></svg>{}</p>", "<span>".repeat(30)).repeat(18);
        let pruned = left_of(&page, true);
        assert_eq!(left_of(&pruned, true), pruned);
        assert_eq!(pruned.matches("<p>letter</p>").count(), 18);
    }

    #[test]
    fn a_script_may_hold_others_behind_a_comment() {
        let cases = [
            ("<script><!--<script></script>x</script>y", "y"),
            ("<script><!--><script></script>y", "y"),
            ("<script><!---><script></script>y", "y"),
            ("<script><!--<script>--></script>y", "y"),
            // No end but that of the script inside.
            ("<script><!--<script></script>y", "y"),
            ("<style></style b='>'>y", "y"),
        ];
        for (page, want) in cases {
            assert_eq!(left_of(page, true), want, "{page}");
        }
    }

    #[test]
    fn the_pictures_of_a_drawing_are_pictures_of_the_page() {
        let cases = [
            ("<svg><image href='https://a.example/x'></image></svg>", "<img href='https://a.example/x'>"),
            (
                "<svg><g><image width=9 xlink:href=\"//a.example/x\"/></g></svg>b",
                "<img width=9 xlink:href=\"//a.example/x\">b",
            ),
            ("<svg id=x style='background:url(/x)'></svg>b", "<img style='background:url(/x)'>b"),
            ("<svg><image href='#a'/><image href='data:image/png;base64,x'/><images href='/x'/></svg>b", "b"),
        ];
        for (page, want) in cases {
            assert_eq!(left_of(page, true), want, "{page}");
            assert_eq!(left_of(want, true), want, "{page}");
            assert!(!left_of(page, false).contains("<img"), "a drawing of the web is an icon: {page}");
        }
    }

    #[test]
    fn reads_words_and_ends() {
        let cases = [
            ("<path/><text x=1>甲<tspan>乙</tspan></text><text>丙</text></svg>d", "甲乙|丙", "d"),
            ("<g data-mml-node=\"math\"><text>率</text></g></svg>d", "", "d"),
            ("<textPath>x</textPath><svg><text>甲</text></svg></svg>d", "甲", "d"),
            ("<text>甲</text><foreignObject><section>乙</section>", "甲", "<section>乙</section>"),
            ("<text>甲", "", ""),
            ("<text>甲<text x=1>乙</text></svg>d", "甲|乙", "d"),
            ("<text>甲<tspan>乙</svg>d", "甲乙", "d"),
            ("<text <text <text>甲</text></svg>d", "甲", "d"),
            ("<text>甲<p>乙", "甲", "<p>乙"),
        ];
        for (html, words, rest) in cases {
            let found = drawing(html, 0, true);
            assert_eq!((found.words.join("|").as_str(), html.get(found.end..)), (words, Some(rest)), "{html}");
            assert_eq!(drawing(html, 0, false).words, [""; 0], "{html}");
        }
    }
}

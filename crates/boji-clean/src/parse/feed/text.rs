use std::ops::Range;

use memchr::{memchr, memmem};

use super::markup::{Markup, Tag, decode_entities, read_markup};

/// Elements of HTML that articles use.
const HTML_ELEMENTS: [&str; 60] = [
    "a",
    "abbr",
    "article",
    "audio",
    "b",
    "big",
    "blockquote",
    "br",
    "center",
    "cite",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "figcaption",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "ins",
    "kbd",
    "li",
    "mark",
    "object",
    "ol",
    "p",
    "param",
    "picture",
    "pre",
    "q",
    "s",
    "section",
    "small",
    "source",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "th",
    "tr",
    "tt",
    "u",
    "ul",
];
/// Characters from which on a description counts as the article.
const FULL_TEXT_CHARACTERS: usize = 400;
/// Block elements from which on it does.
const FULL_TEXT_BLOCKS: usize = 3;

/// A title or name as plain text: tags out, entities read, white space single.
pub(super) fn plain_text(html: &str) -> String {
    let text = without_tags(html);
    let text = decode_entities(&text);
    single_spaced(&text)
}

/// Whether a text holds something that looks like a tag.
pub(super) fn has_tags(text: &str) -> bool {
    text.split('<').skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')))
}

/// White space runs to single spaces.
pub(super) fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Plain text as HTML: blank lines divide paragraphs, line ends break lines.
pub(super) fn html_of_plain(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let lines: Vec<&str> = escaped.lines().map(str::trim).collect();
    let mut html = String::with_capacity(escaped.len() + 16);
    for paragraph in lines.split(|line| line.is_empty()).filter(|paragraph| !paragraph.is_empty()) {
        html.push_str("<p>");
        html.push_str(&paragraph.join("<br>"));
        html.push_str("</p>");
    }
    html
}

/// Whether an RSS description is the whole article and no abstract: long or made of several blocks, and not broken off
/// by an ellipsis or an invitation to read on.
pub(super) fn is_full_text(html: &str) -> bool {
    let lower = html.to_ascii_lowercase();
    let blocks = ["<p>", "<p ", "<br", "<div", "<li", "<h2", "<h3", "<blockquote", "<section"];
    let blocks: usize = blocks.iter().map(|block| lower.matches(block).count()).sum();
    let text = plain_text(html);
    (blocks >= FULL_TEXT_BLOCKS || text.chars().count() >= FULL_TEXT_CHARACTERS) && !is_broken_off(&text)
}

fn is_broken_off(text: &str) -> bool {
    let tail = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ']' | ')' | '»' | '→' | '>' | '】'));
    let endings = [
        "…",
        "...",
        "阅读全文",
        "查看全文",
        "阅读更多",
        "继续阅读",
        "Read more",
        "Continue reading",
        "read more",
        "Read More",
    ];
    endings.iter().any(|ending| tail.ends_with(ending))
}

/// HTML without its tags, comments and declarations; a block or a line break leaves a space. A `<` that begins no
/// element of HTML stays.
fn without_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(position) = memchr(b'<', rest.as_bytes()) {
        let (before, markup) = rest.split_at_checked(position).unwrap_or((rest, ""));
        out.push_str(before);
        let (kind, length) = read_markup(markup);
        match kind {
            // What a script or style sheet holds is no text.
            Markup::Tag(tag) if !tag.is_end && matches!(tag.name, "script" | "style") => {
                let close = format!("</{}", tag.name);
                let end = markup.find(&close).unwrap_or(markup.len());
                rest = markup.get(end.max(length)..).unwrap_or_default();
                continue;
            }
            Markup::Tag(tag) if is_html_element(tag.name) || matches!(tag.name, "script" | "style") => {
                if is_breaking(tag.name) {
                    out.push(' ');
                }
            }
            Markup::Silent(_) => {}
            _ => out.push_str(markup.get(..length).unwrap_or_default()),
        }
        rest = markup.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

fn is_breaking(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "br" | "p" | "div" | "li" | "tr" | "td" | "h1" | "h2" | "h3" | "section"
    )
}

/// Whether a name is an element of HTML that articles use.
fn is_html_element(name: &str) -> bool {
    HTML_ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
}

/// CDATA sections of one feed that are taken to be unclosed, though a closing mark stands behind the next one.
const MAX_UNCLOSED_CDATA: usize = 64;
const CDATA: &str = "<![CDATA[";

/// Finds where elements that hold text end, though their end tag or that of a CDATA section may be missing. What was
/// searched in vain is remembered, so that no stretch is searched again and again.
#[derive(Debug)]
pub(super) struct Leaves<'a> {
    text: &'a str,
    /// The name of the last entry as written: its tags end any leaf.
    pub entry_name: &'a str,
    /// Elements without an end tag so far.
    pub unclosed: usize,
    /// CDATA sections without an end so far.
    pub unclosed_cdata: usize,
    no_more_cdata_ends: bool,
    /// Names with the place before which they are known not to be closed.
    known_unclosed: Vec<(&'a str, usize)>,
}

/// Where a leaf's inside lies, and where reading goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub inner: Range<usize>,
    pub next: usize,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(text: &'a str, entry_name: &'a str) -> Self {
        Self { text, entry_name, unclosed: 0, unclosed_cdata: 0, no_more_cdata_ends: false, known_unclosed: Vec::new() }
    }

    /// The inside of the element that `tag` opens, its content beginning at `from`. Without an end tag before the entry's
    /// own it is the text up to the next tag; `None` when the whole text ends inside of it.
    pub(super) fn find(&mut self, tag: &Tag<'a>, from: usize) -> Option<Leaf> {
        let known = self.known_unclosed.iter().any(|(name, until)| *name == tag.name && from < *until);
        if !known {
            match self.search(tag, from) {
                Ok(leaf) => return Some(leaf),
                Err(until) => {
                    self.known_unclosed.retain(|(name, _)| *name != tag.name);
                    self.known_unclosed.push((tag.name, until));
                }
            }
        }
        let end = self.end_of_text(from);
        if !self.goes_on(end) {
            return None;
        }
        self.unclosed += 1;
        Some(Leaf { inner: from..end, next: end })
    }

    /// `Err` is where the search ended in vain.
    fn search(&mut self, tag: &Tag<'a>, from: usize) -> Result<Leaf, usize> {
        let mut at = from;
        while let Some(step) = memchr(b'<', self.rest(at).as_bytes()) {
            at += step;
            let rest = self.rest(at);
            if rest.starts_with(CDATA) {
                at = self.cdata_end(at).unwrap_or(at + CDATA.len());
            } else if let Some(length) = end_tag_of(rest, tag.name) {
                return Ok(Leaf { inner: from..at, next: at + length });
            } else if begins_tag_of(rest, self.entry_name) {
                return Err(at);
            } else {
                at += 1;
            }
        }
        Err(self.text.len())
    }

    fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or_default()
    }

    /// Whether the feed goes on at a tag of its own: one of HTML belongs to the text that was cut off.
    fn goes_on(&self, at: usize) -> bool {
        matches!(read_markup(self.rest(at)).0, Markup::Tag(tag) if tag.is_end || !is_html_element(tag.name))
    }

    /// Where the text and CDATA sections from `from` on end.
    fn end_of_text(&mut self, from: usize) -> usize {
        let mut at = from;
        while let Some(step) = memchr(b'<', self.rest(at).as_bytes()) {
            at += step;
            match self.rest(at).starts_with(CDATA).then(|| self.cdata_end(at)).flatten() {
                Some(end) => at = end,
                None => return at,
            }
        }
        self.text.len()
    }

    /// The end of the CDATA section at `at`; `None` when it is not closed. One that reaches over the end of its entry
    /// into the next section is not closed either.
    fn cdata_end(&mut self, at: usize) -> Option<usize> {
        if self.no_more_cdata_ends {
            return None;
        }
        let inside = self.rest(at + CDATA.len()).as_bytes();
        let Some(length) = memmem::find(inside, b"]]>") else {
            self.no_more_cdata_ends = true;
            self.unclosed_cdata += 1;
            return None;
        };
        let section = inside.get(..length)?;
        if self.unclosed_cdata < MAX_UNCLOSED_CDATA
            && memmem::find(section, CDATA.as_bytes()).is_some()
            && memmem::find(section, format!("</{}>", self.entry_name).as_bytes()).is_some()
        {
            self.unclosed_cdata += 1;
            return None;
        }
        Some(at + CDATA.len() + length + 3)
    }
}

/// The length of an end tag of `name` at the start of `text`.
fn end_tag_of(text: &str, name: &str) -> Option<usize> {
    let (head, tail) = text.strip_prefix("</")?.split_at_checked(name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    let space = tail.len() - tail.trim_start().len();
    tail.trim_start().starts_with('>').then_some(2 + name.len() + space + 1)
}

/// Whether `text` begins with a start or end tag of `name`.
fn begins_tag_of(text: &str, name: &str) -> bool {
    let rest = text.get(1..).unwrap_or_default();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    rest.split_at_checked(name.len()).is_some_and(|(head, tail)| {
        head.eq_ignore_ascii_case(name) && tail.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_lose_markup_and_keep_angles() {
        let cases = [
            ("R&amp;D <b>2.0</b>", "R&D 2.0"),
            ("一行<br/>两行\n  三行", "一行 两行 三行"),
            ("Vec<T> 与 a < b", "Vec<T> 与 a < b"),
        ];
        for (html, want) in cases {
            assert_eq!(plain_text(html), want);
        }
    }

    #[test]
    fn full_text_is_told_from_an_abstract() {
        assert!(is_full_text("<p>一</p><p>二</p><p>三</p>"));
        assert!(is_full_text(&"长文".repeat(300)));
        assert!(!is_full_text("<p>短短一句。</p>"));
        assert!(!is_full_text(&format!("{} [&hellip;]", "长文".repeat(300))));
        assert!(!is_full_text(&format!("<p>{}</p><p><a>阅读全文 »</a></p><p></p>", "长文".repeat(300))));
    }

    #[test]
    fn plain_text_becomes_paragraphs() {
        assert_eq!(html_of_plain("a < b\nc\n\nd"), "<p>a &lt; b<br>c</p><p>d</p>");
    }

    fn inner(text: &str) -> Option<&str> {
        let tag = Tag { name: "title", attributes: "", is_end: false, is_empty: false };
        let leaf = Leaves::new(text, "item").find(&tag, 0)?;
        text.get(leaf.inner)
    }

    #[test]
    fn finds_the_end_or_a_place_to_go_on() {
        let cases = [
            ("a<b>c</b></TITLE ><x>", Some("a<b>c</b>")),
            ("<![CDATA[</title>]]></title>", Some("<![CDATA[</title>]]>")),
            ("forgotten<link>x</link></item><item><title>y</title>", Some("forgotten")),
            ("<![CDATA[not closed</title></item><item><title><![CDATA[x]]></title>", Some("<![CDATA[not closed")),
            ("cut <b>off", None),
            ("cut off", None),
            ("the end</channel>", Some("the end")),
        ];
        for (text, want) in cases {
            assert_eq!(inner(text), want, "{text}");
        }
    }
}

use memchr::{memchr, memchr_iter, memmem};

use super::prune::starts_with;

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
    /// It has no end.
    pub unterminated: bool,
}

/// Reads a drawing from `at`, behind its start tag. The glyphs of a formula are no words.
pub(super) fn drawing(html: &str, at: usize, keep_words: bool) -> Drawing {
    let bytes = html.as_bytes();
    let mut found = Drawing { end: html.len(), ..Drawing::default() };
    let mut depth = 1_usize;
    for offset in memchr_iter(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + offset;
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
        } else if keep_words && is_tag(rest, b"<text") {
            found.words.push(words(html.get(start..).unwrap_or_default()));
        } else if HTML_IN_SVG.iter().any(|name| is_tag(rest, name)) {
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

/// The words of the `text` element at the start of `rest`, its own tags left out.
fn words(rest: &str) -> String {
    let inside = rest.split_once('>').map_or("", |(_, inside)| inside);
    let end = memmem::find(inside.as_bytes(), b"</text").unwrap_or(0).min(MAX_DRAWN_BYTES);
    let mut left = inside.get(..inside.floor_char_boundary(end)).unwrap_or_default();
    let mut words = String::new();
    while let Some((text, tag)) = left.split_once('<') {
        words.push_str(text);
        left = tag.split_once('>').map_or("", |(_, rest)| rest);
    }
    words.push_str(left);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_words_and_ends() {
        let cases = [
            ("<path/><text x=1>甲<tspan>乙</tspan></text><text>丙</text></svg>d", "甲乙|丙", "d"),
            ("<g data-mml-node=\"math\"><text>率</text></g></svg>d", "", "d"),
            ("<textPath>x</textPath><svg><text>甲</text></svg></svg>d", "甲", "d"),
            ("<text>甲</text><foreignObject><section>乙</section>", "甲", "<section>乙</section>"),
            ("<text>甲", "", ""),
        ];
        for (html, words, rest) in cases {
            let found = drawing(html, 0, true);
            assert_eq!((found.words.join("|").as_str(), html.get(found.end..)), (words, Some(rest)), "{html}");
            assert_eq!(drawing(html, 0, false).words, [""; 0], "{html}");
        }
    }
}

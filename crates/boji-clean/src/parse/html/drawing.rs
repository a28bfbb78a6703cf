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
        } else if keep_words && is_tag(rest, b"<text") {
            // A tag longer than that is none.
            let Some(end) = memchr(b'>', rest.get(..MAX_DRAWN_BYTES).unwrap_or(rest)) else { continue };
            behind = start + end + 1;
            found.words.push(words(html.get(behind..).unwrap_or_default()));
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
    use super::*;

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

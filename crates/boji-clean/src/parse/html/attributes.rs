//! The attributes of one start tag: read to their end, and only those copied that somebody asks for later.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use memchr::memchr;

/// Longest value that is copied. What is longer is a picture in the text (`data:`) or an attack.
const MAX_VALUE_BYTES: usize = 16 * 1024;

/// Attributes that blocks, locating, metadata or WeChat cards ask for; all others are cut. At most 128 of
/// them, for each has a bit in the set of those seen.
pub(super) const READ: [&[u8]; 113] = [
    b"class",
    b"id",
    b"role",
    b"href",
    b"src",
    b"data-src",
    b"data-original",
    b"data-lazy-src",
    b"data-actualsrc",
    b"data-original-src",
    b"srcset",
    b"data-srcset",
    b"alt",
    b"title",
    b"width",
    b"data-w",
    b"datetime",
    b"itemprop",
    b"itemscope",
    b"itemtype",
    b"rel",
    b"property",
    b"name",
    b"content",
    b"hidden",
    b"style",
    b"lang",
    b"colspan",
    b"rowspan",
    b"start",
    b"value",
    b"type",
    b"data-lang",
    b"data-language",
    b"data-type",
    b"data-linktype",
    b"aria-hidden",
    b"aria-label",
    b"aria-modal",
    b"encoding",
    b"display",
    b"open",
    b"http-equiv",
    b"charset",
    b"data-nickname",
    b"data-alias",
    b"data-signature",
    b"data-id",
    b"data-title",
    b"data-desc",
    b"data-miniprogram-title",
    b"data-miniprogram-nickname",
    b"data-miniprogram-type",
    b"data-mpvid",
    b"music_name",
    b"singer",
    b"data-line-number",
    b"data-time",
    b"data-timestamp",
    b"data-url",
    b"data-formula",
    b"data-text",
    b"data-emoji_url",
    b"checked",
    b"disabled",
    b"data-lazy-bgimg",
    b"data-name",
    b"xlink:href",
    b"data-tex",
    b"data-latex",
    b"data-math",
    b"data-math-style",
    b"data-mathml",
    b"data-attrs",
    b"data-content",
    b"data-subtype",
    b"linethickness",
    b"close",
    b"separators",
    b"selection",
    b"notation",
    b"mathvariant",
    b"columnalign",
    b"alttext",
    b"aria-controls",
    b"aria-expanded",
    b"aria-haspopup",
    b"data-bs-target",
    b"data-target",
    b"reversed",
    b"data-lazy",
    b"data-lazy-srcset",
    b"data-lazyload",
    b"data-ks-lazyload",
    b"data-echo",
    b"data-cfsrc",
    b"data-image",
    b"file",
    b"zoomfile",
    b"real_src",
    b"original",
    b"_src",
    b"lazy-src",
    b"data-bg",
    b"data-background-image",
    b"data-footnote-content",
    b"data-footnote-text",
    b"data-footnote",
    b"data-bigfoot-footnote",
    b"data-note",
    b"data-enlighter-language",
    b"data-ke-language",
    b"data-code-block-lang",
];

/// Where a start tag ends and what of it matters to the pre-pass.
#[derive(Clone, Copy, Debug)]
pub(super) struct StartTag {
    /// Offset behind the `>`.
    pub end: usize,
    /// `<tag/>`.
    pub self_closing: bool,
}

/// An attribute that somebody asks for later.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a> {
    /// Place of its name in [`READ`].
    pub name: usize,
    /// Its value as it stands between the quotes.
    pub value: &'a str,
    /// Where that begins.
    pub value_at: usize,
    /// The whole of it as written.
    pub written: &'a str,
}

/// Reads the attributes of a tag from `at`, just behind its name, and adds those worth keeping to `kept`. `None` when
/// the text ends inside the tag.
pub(super) fn read_attributes<'a>(html: &'a str, mut at: usize, kept: &mut Vec<Kept<'a>>) -> Option<StartTag> {
    let bytes = html.as_bytes();
    let mut seen = 0_u128;
    let mut self_closing = false;
    loop {
        let byte = *bytes.get(at)?;
        if byte == b'>' {
            return Some(StartTag { end: at + 1, self_closing });
        }
        if byte == b'/' || byte.is_ascii_whitespace() {
            self_closing = byte == b'/' && bytes.get(at + 1) == Some(&b'>');
            at += 1;
            continue;
        }
        let name_start = at;
        at += 1; // A name may begin with `=`.
        while let Some(&byte) = bytes.get(at) {
            if matches!(byte, b'>' | b'/' | b'=') || byte.is_ascii_whitespace() {
                break;
            }
            at += 1;
        }
        let name_end = at;
        let value = read_value(bytes, at)?;
        at = value.behind;
        let Some((index, name)) = known(bytes.get(name_start..name_end)?) else { continue };
        let bit = 1_u128 << index;
        if seen & bit != 0 || value.end.saturating_sub(value.start) > MAX_VALUE_BYTES {
            continue;
        }
        seen |= bit;
        let text = html.get(value.start..value.end).unwrap_or_default();
        if (name == b"style" && !matters(text)) || (name == b"data-attrs" && !text.contains(EXPRESSION)) {
            continue;
        }
        let written = html.get(name_start..at).unwrap_or_default();
        kept.push(Kept { name: index, value: text, value_at: value.start, written });
    }
}

struct AttributeValue {
    start: usize,
    end: usize,
    behind: usize,
}

/// The value behind an attribute's name; an empty one where there is none.
fn read_value(bytes: &[u8], name_end: usize) -> Option<AttributeValue> {
    let blank = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let at = blank(name_end);
    if *bytes.get(at)? != b'=' {
        return Some(AttributeValue { start: name_end, end: name_end, behind: name_end });
    }
    let start = blank(at + 1);
    match *bytes.get(start)? {
        quote @ (b'"' | b'\'') => {
            let end = start + 1 + memchr(quote, bytes.get(start + 1..)?)?;
            Some(AttributeValue { start: start + 1, end, behind: end + 1 })
        }
        b'>' => Some(AttributeValue { start: name_end, end: name_end, behind: name_end.max(start) }),
        _ => {
            let rest = bytes.get(start..)?;
            let length = rest.iter().position(|byte| *byte == b'>' || byte.is_ascii_whitespace())?;
            Some(AttributeValue { start, end: start + length, behind: start + length })
        }
    }
}

fn known(name: &[u8]) -> Option<(usize, &'static [u8])> {
    let mut alike = *OF_LENGTH.get(name.len())?;
    while alike != 0 {
        let index = alike.trailing_zeros() as usize;
        let read = *READ.get(index)?;
        if name.eq_ignore_ascii_case(read) {
            return Some((index, read));
        }
        alike &= alike - 1;
    }
    None
}

/// Which of the attributes read have a name of this many bytes, as sets of bits.
const OF_LENGTH: [u128; 32] = of_length();

const fn of_length() -> [u128; 32] {
    let mut sets = [0; 32];
    let mut index = 0;
    while index < READ.len() {
        sets[READ[index].len()] |= 1 << index;
        index += 1;
    }
    sets
}

/// The field of `data-attrs` in which Substack keeps the source of a formula; on other elements it says nothing of the text.
const EXPRESSION: &str = "persistentExpression";

/// Properties, and a value, for which a style is kept.
const STYLES: [&str; 12] = [
    "display",
    "visibility",
    "font-weight",
    "vertical-align",
    "white-space",
    "flex-direction",
    "flex-flow",
    "line-through",
    "url(",
    "monospace",
    "user-select",
    "DISPLAY",
];

/// Inline style is kept only where it hides text, keeps it from being copied, makes it bold, raises it, strikes it out, makes
/// lines of it, sets it as code or a picture behind it.
fn matters(style: &str) -> bool {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(STYLES).ok());
    WORDS.as_ref().is_none_or(|words| words.is_match(style))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(tag: &str) -> Option<String> {
        let mut kept = Vec::new();
        let end = read_attributes(tag, 0, &mut kept)?;
        let out: Vec<String> =
            kept.iter().map(|it| format!("{}={}", String::from_utf8_lossy(READ[it.name]), it.value)).collect();
        Some(format!("{} @{}", out.join(" "), end.end))
    }

    #[test]
    fn reads_every_lexical_form() {
        let cases = [
            (r#" class="a b" onclick='x>y' ID=c>"#, "class=a b id=c @32"),
            (r" href=/a?b=c/>", "href=/a?b=c/ @14"),
            (r" hidden class = x>", "hidden= class=x @18"),
            (r#" class="a" class="b">"#, "class=a @21"),
            (r#" style="color:red">"#, " @19"),
            (r#" style="display:none">"#, "style=display:none @22"),
            (" alt=>", "alt= @6"),
            (" =x class=y>", "class=y @12"),
        ];
        for (tag, want) in cases {
            assert_eq!(kept(tag).as_deref(), Some(want), "{tag}");
        }
    }

    #[test]
    fn a_tag_without_end_is_no_tag() {
        for tag in [" class=\"a", " class='", " class=", " class", "", " x=y"] {
            assert_eq!(kept(tag), None, "{tag}");
        }
    }
}

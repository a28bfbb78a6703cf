//! The names of elements, compared as numbers: the pre-pass asks of each tag what kind it is.

/// A name as a number: its first eight letters in lower case, mixed with its length.
pub(super) const fn key(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut key = 0;
    let mut at = 0;
    while at < bytes.len() && at < 8 {
        key = (key << 8) | bytes[at].to_ascii_lowercase() as u64;
        at += 1;
    }
    key ^ ((bytes.len() as u64) << 57)
}

const fn keys<const N: usize>(names: [&str; N]) -> [u64; N] {
    let mut found = [0; N];
    let mut at = 0;
    while at < N {
        found[at] = key(names[at]);
        at += 1;
    }
    found
}

/// Elements without content, which never nest.
pub(super) const VOID: [u64; 17] = keys([
    "br", "img", "meta", "link", "input", "hr", "wbr", "source", "col", "base", "area", "embed", "param", "track",
    "keygen", "basefont", "bgsound",
]);

/// Out of these no end tag reaches but those of the parts of a table.
pub(super) const FENCES: [u64; 3] = keys(["td", "th", "table"]);

pub(super) const TABLE_PARTS: [u64; 7] = keys(["table", "thead", "tbody", "tfoot", "tr", "td", "th"]);

pub(super) const FORMATTING: [u64; 14] =
    keys(["a", "b", "i", "u", "em", "font", "strong", "small", "big", "code", "s", "strike", "tt", "nobr"]);

pub(super) const PHRASING: [u64; 28] = keys([
    "span", "sup", "sub", "label", "mark", "time", "abbr", "cite", "q", "kbd", "var", "samp", "ins", "del", "bdi",
    "bdo", "ruby", "rt", "rp", "button", "select", "picture", "video", "audio", "object", "math", "dfn", FORMULA,
]);

pub(super) const PARAGRAPH: u64 = key("p");

/// In which the pre-pass hands on the source of a formula, as JATS names it.
pub(super) const FORMULA: &str = "tex-math";

/// Elements what stands in which is none of the text.
pub(super) const WITHOUT_TEXT: [u64; 17] = keys([
    "audio", "button", "canvas", "datalist", "iframe", "map", "meter", "mpvoice", "noembed", "noscript", "object",
    "progress", "qqmusic", "select", "template", "textarea", "video",
]);

/// Elements that end where the other begins.
pub(super) const IMPLIED: [[u64; 2]; 8] = [
    keys(["li", "li"]),
    keys(["dt", "dd"]),
    keys(["dd", "dt"]),
    keys(["dd", "dd"]),
    keys(["tr", "tr"]),
    keys(["td", "td"]),
    keys(["td", "tr"]),
    keys(["option", "option"]),
];

/// True for an element that begins and ends a block.
pub fn is_block(name: &str) -> bool {
    // Asked of each element again and again: only those of its length are compared.
    let mut alike = BLOCK_OF_LENGTH.get(name.len()).copied().unwrap_or(0);
    if alike == 0 {
        return false;
    }
    let key = key(name);
    while alike != 0 {
        if BLOCK.get(alike.trailing_zeros() as usize) == Some(&key) {
            return true;
        }
        alike &= alike - 1;
    }
    false
}

/// True for an element around whose tags white space shows nowhere.
pub(super) fn swallows_space(key: u64) -> bool {
    BLOCK.contains(&key) || key == HEAD
}

const BLOCK: [u64; 48] = keys(BLOCK_NAMES);

/// Which of these have a name of so many letters, as sets of bits.
const BLOCK_OF_LENGTH: [u64; 11] = {
    let mut sets = [0; 11];
    let mut at = 0;
    while at < BLOCK_NAMES.len() {
        sets[BLOCK_NAMES[at].len()] |= 1 << at;
        at += 1;
    }
    sets
};

const BLOCK_NAMES: [&str; 48] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "p",
    "pre",
    "search",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

const HEAD: u64 = key("head");

/// In which white space stays as it is.
pub(super) const PREFORMATTED: u64 = key("pre");

/// Against which links are resolved.
pub(super) const BASE: u64 = key("base");

/// What the pre-pass does with an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Handling {
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

impl Handling {
    pub(super) fn of(name: &str) -> Self {
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

/// True for an element that may stand before the body.
pub(super) fn is_head(name: &str) -> bool {
    ["html", "head", "meta", "link", "base"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_known_by_their_whole_names() {
        for name in BLOCK_NAMES {
            assert!(is_block(name), "{name}");
        }
        for name in ["", "a", "q", "span", "divs", "sections", "custom-element-of-a-page"] {
            assert!(!is_block(name), "{name}");
        }
    }
}

use super::entity::decode_entities;
use super::tag::{Markup, read_markup};

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
    while let Some(position) = memchr::memchr(b'<', rest.as_bytes()) {
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
pub(super) fn is_html_element(name: &str) -> bool {
    HTML_ELEMENTS.contains(&name.to_ascii_lowercase().as_str())
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
}

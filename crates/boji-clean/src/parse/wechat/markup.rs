use std::borrow::Cow;

use memchr::{memchr, memchr3, memmem, memrchr};

use super::value;
use crate::parse::html::is_block;

/// How far back from an attribute its tag may begin.
const MAX_TAG: usize = 16_384;

/// Mentions of a word looked at before a search is given up.
const MAX_MENTIONS: usize = 256;

/// A piece of markup. A tokenizer of tags only: enough to take a few fields and the range of the body out of a page of
/// megabytes that is never parsed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Characters between tags, entities undecoded.
    Text(&'a str),
    /// A start tag, self-closing or not: name as written and the rest of the tag.
    Open {
        /// Name as written.
        name: &'a str,
        /// All between the name and `>`.
        attributes: &'a str,
    },
    /// An end tag.
    Close {
        /// Name as written.
        name: &'a str,
    },
}

/// The tokens of a piece of markup with the offset after each. Comments, and what scripts, styles and templates hold,
/// are passed over.
pub(super) struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// For each of [`RAW`] whether its end tag was looked for in vain; once is enough.
    unclosed: [bool; RAW.len()],
}

/// Elements whose content is no markup.
const RAW: [&str; 4] = ["script", "style", "template", "textarea"];

/// Reads `text` as markup.
pub(super) fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, unclosed: [false; RAW.len()] }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (Token<'a>, usize);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let tail = self.text.get(self.at..).filter(|tail| !tail.is_empty())?;
            let bytes = tail.as_bytes();
            match bytes {
                [b'<', b'!', b'-', b'-', ..] => {
                    self.at += bytes
                        .get(4..)
                        .and_then(|inside| memmem::find(inside, b"-->"))
                        .map_or(bytes.len(), |end| end + 7);
                }
                [b'<', b'!' | b'?', ..] => self.at += memchr(b'>', bytes).map_or(bytes.len(), |end| end + 1),
                [b'<', b'/', letter, ..] if letter.is_ascii_alphabetic() => {
                    let end = memchr(b'>', bytes).unwrap_or(bytes.len());
                    self.at += (end + 1).min(bytes.len());
                    let name = tail.get(2..2 + name_length(bytes, 2)).unwrap_or_default();
                    return Some((Token::Close { name }, self.at));
                }
                [b'<', letter, ..] if letter.is_ascii_alphabetic() => return Some(self.open(tail)),
                _ => {
                    let end = bytes.get(1..).and_then(|rest| memchr(b'<', rest)).map_or(bytes.len(), |end| end + 1);
                    self.at += end;
                    return Some((Token::Text(tail.get(..end).unwrap_or_default()), self.at));
                }
            }
        }
    }
}

impl<'a> Tokens<'a> {
    fn open(&mut self, tail: &'a str) -> (Token<'a>, usize) {
        let bytes = tail.as_bytes();
        let length = name_length(bytes, 1);
        let name = tail.get(1..=length).unwrap_or_default();
        let end = tag_end(bytes);
        let attributes = tail.get(1 + length..end).unwrap_or_default();
        self.at += (end + 1).min(bytes.len());
        if let Some(kind) = RAW.iter().position(|raw| raw.eq_ignore_ascii_case(name)) {
            self.skip_raw(name, kind);
        }
        (Token::Open { name, attributes }, self.at)
    }

    /// Moves to the end tag of an element whose content is no markup; stays when there is none.
    fn skip_raw(&mut self, name: &str, kind: usize) {
        let Some(unclosed) = self.unclosed.get_mut(kind).filter(|unclosed| !**unclosed) else { return };
        let bytes = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = memchr::memchr_iter(b'<', bytes).find(|&at| {
            bytes.get(at + 1) == Some(&b'/')
                && bytes.get(at + 2..at + 2 + name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
        });
        *unclosed = found.is_none();
        self.at += found.unwrap_or(0);
    }
}

fn name_length(bytes: &[u8], from: usize) -> usize {
    bytes
        .iter()
        .skip(from)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_'))
        .count()
}

/// Offset of the `>` that ends the tag at the start of `bytes`, quoted values passed over.
fn tag_end(bytes: &[u8]) -> usize {
    let mut at = 1;
    while let Some(step) = bytes.get(at..).and_then(|rest| memchr3(b'>', b'"', b'\'', rest)) {
        at += step;
        match bytes.get(at) {
            Some(b'>') => return at,
            Some(quote) => match bytes.get(at + 1..).and_then(|rest| memchr(*quote, rest)) {
                Some(step) => at += step + 2,
                None => return memchr(b'>', bytes).unwrap_or(bytes.len()),
            },
            None => break,
        }
    }
    bytes.len()
}

/// The value of an attribute, entities decoded; `None` when the tag has no such attribute.
pub(super) fn attribute<'a>(attributes: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let mut rest = attributes;
    loop {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == '/');
        let length = rest
            .find(|letter: char| letter.is_ascii_whitespace() || letter == '=' || letter == '/')
            .unwrap_or(rest.len());
        let (found, after) = rest.split_at_checked(length)?;
        if found.is_empty() && after.is_empty() {
            return None;
        }
        let Some(after) = after.trim_start().strip_prefix('=') else {
            if found.eq_ignore_ascii_case(name) {
                return Some(Cow::Borrowed(""));
            }
            rest = after;
            continue;
        };
        let (value, after) = attribute_value(after.trim_start());
        if found.eq_ignore_ascii_case(name) {
            return Some(value::decode_entities(value));
        }
        rest = after;
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Whether the tag's class list holds `class`.
pub(super) fn has_class(attributes: &str, class: &str) -> bool {
    attribute(attributes, "class").is_some_and(|list| list.split_ascii_whitespace().any(|one| one == class))
}

/// The start tag that has `word` in the value of `name` (`id` or `class`): its attributes and the text after it.
/// The same word in text, in a comment or in another attribute is passed over.
pub(super) fn find_tag<'a>(piece: &'a str, name: &str, word: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let bytes = piece.as_bytes();
    let in_style = |at: usize| matches!(at.checked_sub(1).and_then(|before| bytes.get(before)), Some(b'#' | b'.'));
    memmem::find_iter(bytes, word.as_bytes()).filter(|at| !in_style(*at)).take(MAX_MENTIONS).find_map(|at| {
        let from = at.saturating_sub(MAX_TAG);
        let start = from + memrchr(b'<', bytes.get(from..at)?)?;
        let (token, end) = tokens(piece.get(start..piece.floor_char_boundary(at + MAX_TAG))?).next()?;
        let Token::Open { name: tag, attributes } = token else { return None };
        let holds = attribute(attributes, name)?.split_ascii_whitespace().any(|one| one == word);
        (holds && start + end > at).then_some(())?;
        Some((tag, attributes, piece.get(start + end..)?))
    })
}

/// The inside of an element: `after` is the text behind its start tag. The second part is false when the page ends
/// before the element does; the inside is then all that there is. A paragraph needs no end tag: it ends at the first tag of
/// a block, its own or another.
pub(super) fn inside<'a>(tag: &str, after: &'a str) -> (&'a str, bool) {
    let is_paragraph = tag.eq_ignore_ascii_case("p");
    let mut open = 1_usize;
    let mut start = 0;
    for (token, end) in tokens(after) {
        match token {
            Token::Open { name, .. } | Token::Close { name } if is_paragraph && is_block(name) => open = 0,
            Token::Open { name, attributes } if name.eq_ignore_ascii_case(tag) && !attributes.ends_with('/') => {
                open += 1;
            }
            Token::Close { name } if name.eq_ignore_ascii_case(tag) => open -= 1,
            Token::Close { name } if name.eq_ignore_ascii_case("body") => {
                return (after.get(..start).unwrap_or(after), false);
            }
            _ => {}
        }
        if open == 0 {
            return (after.get(..start).unwrap_or(after), true);
        }
        start = end;
    }
    (after, false)
}

/// The words of a piece of markup, entities decoded, white space collapsed.
pub(super) fn words(piece: &str) -> String {
    let mut out = String::new();
    for (token, _) in tokens(piece) {
        if let Token::Text(text) = token {
            for word in value::decode_entities(text).split_whitespace() {
                if !out.is_empty() {
                    out.push(' ');
                }
                out.push_str(word);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_tags_attributes_and_text() {
        let html = "a<!-- <b> --><p id='x' data-t=\"1 > 0\" hidden>t &amp; u</p><style><i></style><br/>< 3";
        let found: Vec<_> = tokens(html).map(|(token, _)| token).collect();
        assert_eq!(
            found,
            [
                Token::Text("a"),
                Token::Open { name: "p", attributes: " id='x' data-t=\"1 > 0\" hidden" },
                Token::Text("t &amp; u"),
                Token::Close { name: "p" },
                Token::Open { name: "style", attributes: "" },
                Token::Close { name: "style" },
                Token::Open { name: "br", attributes: "/" },
                Token::Text("< 3"),
            ]
        );
    }

    #[test]
    fn the_end_of_a_raw_element_is_looked_for_in_vain_only_once() {
        for raw in RAW {
            let text = format!("<{raw}>").repeat(200_000);
            assert_eq!(tokens(&text).count(), 200_000, "{raw}");
        }
        let found = tokens("<style><textarea></textarea><i></i></style>").map(|(token, _)| token).collect::<Vec<_>>();
        assert_eq!(found, [Token::Open { name: "style", attributes: "" }, Token::Close { name: "style" }]);
    }

    #[test]
    fn reads_attributes_in_every_form() {
        let tag = " id=a class=\"b  c\" Data-X = 'q=1&amp;r' hidden data-e=\"\"/";
        let value = |name| attribute(tag, name).map(Cow::into_owned);
        assert_eq!(value("id").as_deref(), Some("a"));
        assert_eq!(value("data-x").as_deref(), Some("q=1&r"));
        assert_eq!(value("hidden").as_deref(), Some(""));
        assert_eq!(value("data-e").as_deref(), Some(""));
        assert_eq!(value("href"), None);
        assert!(has_class(tag, "c") && !has_class(tag, "b  c"));
    }

    #[test]
    fn finds_a_tag_by_id_and_not_by_mention() {
        let html = "<code>id=\"js_content\"</code><p title=\"js_content\">js_content<!-- id=\"js_content\" --><div class=\"c\" id=\"js_content\"><div>x</div>y</div>z";
        let (tag, attributes, after) = find_tag(html, "id", "js_content").expect("the element");
        assert_eq!((tag, attributes), ("div", " class=\"c\" id=\"js_content\""));
        assert_eq!(inside(tag, after), ("<div>x</div>y", true));
        assert_eq!(find_tag("<p>js_content", "id", "js_content"), None);
    }

    #[test]
    fn an_element_without_end_reaches_to_the_end_of_the_body() {
        assert_eq!(inside("div", "<div>a</div>b</body>c"), ("<div>a</div>b", false));
        assert_eq!(inside("div", "<p>a"), ("<p>a", false));
    }

    #[test]
    fn a_paragraph_ends_where_a_block_begins_or_ends() {
        for behind in ["</p>b", "</div><span>b", "<p>b", "<section>b</section>", "<HR>b"] {
            assert_eq!(inside("p", &format!("a<br><a>x</a></i>{behind}")), ("a<br><a>x</a></i>", true), "{behind}");
        }
        assert_eq!(inside("p", "a<span>b"), ("a<span>b", false));
    }

    #[test]
    fn collapses_words() {
        assert_eq!(words("  a\n <b>b&nbsp;c</b>&lt; "), "a b c <");
    }
}

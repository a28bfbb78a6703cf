use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::image::emoji;
use super::inline_style::{is_line, swallows_space};
use super::language::stated_language;
use super::line_numbers::{NumberedLines, NumberedRows, is_uncopied};
use super::names::{has_class, heading_level, is_silent};
use super::raised::raised;
use crate::parse::html::{Step, Tree, Walk, attribute};
use crate::rules::words::BlockWords;

/// A listing: its lines as they stand, and its language, "" when not stated.
#[derive(Debug, Default)]
pub(super) struct Listing<'t> {
    /// Lines joined by `\n`.
    pub text: String,
    /// `rust`, `bash`, …
    pub language: String,
    /// The pictures in it that are no emoji and stand on no button.
    pub pictures: Vec<&'t Element>,
}

/// Reads a `pre`, or a table that sets one line of code a row, or all lines beside their numbers.
pub(super) fn listing<'t>(root: NodeRef<'t, Node>, words: &BlockWords) -> Listing<'t> {
    let language = stated_language(root, words);
    let mut found = Listing { language, ..Listing::default() };
    let is_table = root.value().as_element().is_some_and(|it| it.name() == "table");
    let has_code = !is_table && code_below(root);
    let mut walk = Walk::new(root);
    // Where the last `code` began.
    let mut code = None;
    let (mut rows, mut numbered) = (NumberedRows::default(), NumberedLines::default());
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) if text.trim().is_empty() && stands_between_boxes(node) => {}
                Node::Text(text) => {
                    numbered.run(node, text, &found.text);
                    found.text.extend(text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }));
                }
                Node::Element(element)
                    if node.id() != root.id()
                        && (is_listing_control(node, element, words) || is_silent(element.name())) =>
                {
                    walk.skip_children();
                }
                Node::Element(element) if has_code && code.is_none() && is_label(node, element, words) => {
                    walk.skip_children();
                }
                Node::Element(element) if element.name() == "td" && rows.is_next(node) => walk.skip_children(),
                Node::Element(element) => match element.name() {
                    "br" => found.text.push('\n'),
                    "img" => found.picture(element, words),
                    "sup" => {
                        let before = found.text.rsplit('\n').next().unwrap_or_default();
                        if let Some(signs) = raised(&Tree::text_of(node), before, None) {
                            found.text.push_str(&signs);
                            walk.skip_children();
                        }
                    }
                    // WeChat and others set one `code` a line, an empty one for an empty line; in tables they are words.
                    "code" if !is_table => {
                        if let Some(start) = code
                            && (start == found.text.len() || !found.text.ends_with('\n'))
                        {
                            found.text.push('\n');
                        }
                        code = Some(found.text.len());
                    }
                    _ if is_own_line(node, element, words) => end_line(&mut found.text),
                    _ => {}
                },
                _ => {}
            },
            Step::Leave(node) => {
                let Some(element) = node.value().as_element() else { continue };
                if is_own_line(node, element, words) && !is_listing_control(node, element, words) {
                    end_line(&mut found.text);
                }
            }
        }
    }
    let text = numbered.without(&found.text).unwrap_or_else(|| std::mem::take(&mut found.text));
    Listing { text: text.trim_end().trim_start_matches(['\n', '\r']).to_owned(), ..found }
}

impl<'t> Listing<'t> {
    fn picture(&mut self, element: &'t Element, words: &BlockWords) {
        /// Most pictures of one listing.
        const MAX_PICTURES: usize = 64;
        if let Some(sign) = emoji(element, words) {
            self.text.push_str(&sign);
        } else if !is_icon(element, words) && self.pictures.len() < MAX_PICTURES {
            self.pictures.push(element);
        }
    }
}

/// Most nodes before the first `code` of a listing.
const MAX_HEAD: usize = 40;
/// Longest label of a listing, in bytes.
const MAX_LABEL: usize = 60;

fn code_below(root: NodeRef<'_, Node>) -> bool {
    let mut below = root.descendants().skip(1).take(MAX_HEAD);
    below.any(|node| node.value().as_element().is_some_and(|it| it.name() == "code"))
}

/// Whether what stands in a listing before its `code` names its language, or says what a button does.
fn is_label(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    let is_box = matches!(element.name(), "div" | "span" | "p" | "a" | "b");
    let says = |text: String| {
        let text = text.trim().to_lowercase();
        words.is_listing_label(&text) || words.is_language(&text)
    };
    is_box && !code_below(node) && Tree::short_text_of(node, MAX_LABEL).is_some_and(says)
}

/// Whether a picture is that on a button of a listing.
pub(super) fn is_icon(element: &Element, words: &BlockWords) -> bool {
    let stated = |name| attribute(element, name).map(str::to_ascii_lowercase);
    let named = ["class", "src", "id"].into_iter().filter_map(stated).any(|name| words.is_icon(&name));
    named || stated("alt").is_some_and(|alt| words.is_listing_label(alt.trim()))
}

fn stands_between_boxes(text: NodeRef<'_, Node>) -> bool {
    text.parent().and_then(|parent| parent.value().as_element()).is_some_and(swallows_space)
}

/// Whether an element of a listing is a line, or lines.
fn is_own_line(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    matches!(element.name(), "div" | "li" | "p" | "tr" | "section")
        || (element.name() != "code" && is_line(node, element, words))
}

/// Whether a `pre` is a box that an editor set round prose. One with headings or quotations is, and one of verses; one with
/// paragraphs or sections may be a listing whose lines they are; one with a picture may be a listing with a button.
pub(super) fn is_prose(pre: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    let (mut has_paragraphs, mut has_listing, mut has_picture, mut has_lines) = (false, false, false, false);
    if pre.value().as_element().is_some_and(|it| has_class(it, |class| words.is_verse(class))) {
        return true;
    }
    let mut walk = Walk::new(pre);
    walk.next();
    while let Some(step) = walk.next() {
        let Step::Enter(node) = step else { continue };
        has_lines |= node.value().as_text().is_some_and(|text| text.trim().contains('\n'));
        match node.value().as_element().map(Element::name) {
            Some("img") => has_picture = true,
            Some("blockquote") => return true,
            Some("p" | "section") => has_paragraphs = true,
            // Judged by itself.
            Some("pre") => {
                has_listing = true;
                walk.skip_children();
            }
            Some(name) if heading_level(name).is_some() => return true,
            _ => {}
        }
    }
    if has_picture && (has_paragraphs || (!has_lines && !stands_in_code(pre))) {
        return true;
    }
    if !has_paragraphs || has_listing {
        return has_paragraphs;
    }
    let text = listing(pre, words).text;
    let (mut lines, mut code, mut prose) = (0_usize, 0_usize, 0_usize);
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let is_code = words.is_code_line(line);
        lines += 1;
        code += usize::from(is_code);
        prose += usize::from(!is_code && is_sentence(line));
    }
    if is_set_as_code(pre, words) { prose * 2 > lines } else { code * 2 < lines || prose * 4 > lines }
}

/// Whether a line has the marks of a sentence, or its length.
fn is_sentence(line: &str) -> bool {
    const WORDS: usize = 6;
    let line = line.trim();
    line.contains(['，', '。', '；', '！', '？', '、', '…'])
        || (line.ends_with(['.', '!', '?']) && line.split_whitespace().nth(WORDS - 1).is_some())
}

/// Whether a `pre` says that it is a listing: by a class, by `code` round nearly all of it, by letters of one width.
fn is_set_as_code(pre: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    let is_named = |element: &Element| {
        has_class(element, |class| words.is_listing(class))
            || attribute(element, "data-lang").is_some()
            || attribute(element, "style").is_some_and(is_monospaced)
    };
    stands_in_code(pre) || pre.value().as_element().is_some_and(is_named)
}

/// Whether nearly all that a `pre` says stands in `code`.
fn stands_in_code(pre: NodeRef<'_, Node>) -> bool {
    let (mut in_code, mut all, mut open) = (0_usize, 0_usize, 0_usize);
    for step in Walk::new(pre) {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => {
                    let letters = text.chars().filter(|letter| !letter.is_whitespace()).count();
                    all += letters;
                    in_code += if open > 0 { letters } else { 0 };
                }
                Node::Element(element) if element.name() == "code" => open += 1,
                _ => {}
            },
            Step::Leave(node) => {
                let is_code = node.value().as_element().is_some_and(|element| element.name() == "code");
                open -= usize::from(is_code && open > 0);
            }
        }
    }
    in_code * 10 >= all * 9
}

fn is_monospaced(style: &str) -> bool {
    style.split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("font-family") && value.to_ascii_lowercase().contains("monospace")
    })
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

/// Line numbers and buttons of a listing.
pub(super) fn is_listing_control(node: NodeRef<'_, Node>, element: &Element, words: &BlockWords) -> bool {
    if matches!(element.name(), "button") {
        return true;
    }
    if element.name() == "td" && attribute(element, "data-line-number").is_some() {
        return !has_class(element, |class| class.contains("code"));
    }
    has_class(element, |class| words.is_listing_control(class)) || is_uncopied(node, element)
}

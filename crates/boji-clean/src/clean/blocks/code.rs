use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::inline_style::is_line;
use super::names::{has_class, heading_level, is_silent};
use crate::parse::html::{Step, Walk, attribute};
use crate::rules::words::BlockWords;

/// A listing: its lines as they stand, and its language, "" when not stated.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Lines joined by `\n`.
    pub text: String,
    /// `rust`, `bash`, …
    pub language: String,
}

/// Reads a `pre`, or a table that sets one line of code a row.
pub(super) fn listing(root: NodeRef<'_, Node>) -> Listing {
    let mut found = Listing { text: String::new(), language: stated_language(root) };
    let mut walk = Walk::new(root);
    // Where the last `code` began.
    let mut code = None;
    let mut rows = LineNumbers::default();
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => found.text.extend(text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c })),
                Node::Element(element) if is_listing_control(element) || is_silent(element.name()) => {
                    walk.skip_children();
                }
                Node::Element(element) if element.name() == "td" && rows.is_next(node) => walk.skip_children(),
                Node::Element(element) => match element.name() {
                    "br" => found.text.push('\n'),
                    // WeChat and others set one `code` a line, an empty one for an empty line.
                    "code" => {
                        if let Some(start) = code
                            && (start == found.text.len() || !found.text.ends_with('\n'))
                        {
                            found.text.push('\n');
                        }
                        code = Some(found.text.len());
                    }
                    _ if is_own_line(node, element) => end_line(&mut found.text),
                    _ => {}
                },
                _ => {}
            },
            Step::Leave(node) => {
                let Some(element) = node.value().as_element() else { continue };
                if is_own_line(node, element) && !is_listing_control(element) {
                    end_line(&mut found.text);
                }
            }
        }
    }
    let text = found.text.trim_end();
    found.text = text.trim_start_matches(['\n', '\r']).to_owned();
    found
}

/// Whether an element of a listing is a line, or lines.
fn is_own_line(node: NodeRef<'_, Node>, element: &Element) -> bool {
    matches!(element.name(), "div" | "li" | "p" | "tr" | "section")
        || (element.name() != "code" && is_line(node, element))
}

/// Longest number of a line, and most nodes of its cell.
const MAX_DIGITS: usize = 7;
const MAX_NODES: usize = 16;

/// The numbers of lines in the first cells of the rows of a table, which count up from the first line.
#[derive(Debug, Default)]
struct LineNumbers {
    last: Option<u32>,
}

impl LineNumbers {
    /// Whether a cell is the number of the next line.
    fn is_next(&mut self, cell: NodeRef<'_, Node>) -> bool {
        let is_cell = |node: NodeRef<'_, Node>| node.value().is_element();
        if cell.prev_siblings().any(is_cell) || !cell.next_siblings().any(is_cell) {
            return false;
        }
        let texts = cell.descendants().take(MAX_NODES).filter_map(|node| node.value().as_text().map(|text| &**text));
        let text: String = texts.flat_map(str::chars).filter(|c| !c.is_whitespace()).take(MAX_DIGITS).collect();
        let number = text.parse().ok();
        let is_next = number.is_some_and(|number: u32| match self.last {
            Some(last) => number == last.saturating_add(1),
            None => number <= 1,
        });
        if is_next {
            self.last = number;
        }
        is_next
    }
}

/// Whether a `pre` is a box that an editor set round prose. One with pictures, headings or quotations is; one with paragraphs or
/// sections may be a listing whose lines they are.
pub(super) fn is_prose(pre: NodeRef<'_, Node>, words: &BlockWords) -> bool {
    let (mut has_paragraphs, mut has_listing) = (false, false);
    let mut walk = Walk::new(pre);
    walk.next();
    while let Some(step) = walk.next() {
        let Step::Enter(node) = step else { continue };
        match node.value().as_element().map(Element::name) {
            Some("img" | "blockquote") => return true,
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
    if !has_paragraphs || has_listing {
        return has_paragraphs;
    }
    let text = listing(pre).text;
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
    in_code * 10 >= all * 9 || pre.value().as_element().is_some_and(is_named)
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
pub(super) fn is_listing_control(element: &Element) -> bool {
    if matches!(element.name(), "button") {
        return true;
    }
    if element.name() == "td" && attribute(element, "data-line-number").is_some() {
        return has_class(element, |class| !class.contains("code"));
    }
    has_class(element, |class| {
        matches!(
            class,
            "code-snippet__line-index"
                | "gutter"
                | "gutter-line"
                | "lineno"
                | "linenos"
                | "linenodiv"
                | "line-number"
                | "line-numbers-rows"
                | "line-numbers-wrapper"
                | "lnt"
                | "ln"
                | "rouge-gutter"
                | "blob-num"
                | "hljs-ln-numbers"
                | "hljs-button"
                | "pre-numbering"
                | "copy-btn"
                | "copy-code-button"
                | "code-block-extension-header"
        )
    })
}

/// The language as stated by the classes or data of the `pre`, its `code` or what is round it.
fn stated_language(root: NodeRef<'_, Node>) -> String {
    let inner = root.children().find(|child| child.value().as_element().is_some_and(|it| it.name() == "code"));
    let parents = root.ancestors().take(2);
    for node in inner.into_iter().chain([root]).chain(parents) {
        let Some(element) = node.value().as_element() else { continue };
        for name in ["data-lang", "data-language"] {
            if let Some(language) = attribute(element, name).filter(|language| is_language(language)) {
                return language.to_ascii_lowercase();
            }
        }
        let Some(class) = attribute(element, "class") else { continue };
        for prefix in ["language-", "lang-", "highlight-source-", "brush:"] {
            let named = class.split_ascii_whitespace().find_map(|word| word.strip_prefix(prefix));
            if let Some(language) = named.map(|name| name.trim_end_matches(';')).filter(|name| is_language(name)) {
                return language.to_ascii_lowercase();
            }
        }
        let mut words = class.split_ascii_whitespace();
        if matches!(words.next(), Some("brush:" | "hljs" | "highlight"))
            && let Some(language) = words.next().filter(|name| is_language(name))
        {
            return language.trim_end_matches(';').to_ascii_lowercase();
        }
    }
    String::new()
}

fn is_language(word: &str) -> bool {
    (1..=20).contains(&word.len())
        && !matches!(word, "plaintext" | "none" | "text" | "plain" | "wrap" | "chroma" | "line-numbers" | "copyable")
        && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_' | ';'))
}

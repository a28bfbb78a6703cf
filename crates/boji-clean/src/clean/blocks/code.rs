use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::names::{has_class, is_silent};
use crate::parse::html::{Step, Walk, attribute};

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
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(node) => match node.value() {
                Node::Text(text) => found.text.extend(text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c })),
                Node::Element(element) if is_listing_control(element) || is_silent(element.name()) => {
                    walk.skip_children();
                }
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
                    "div" | "li" | "p" | "tr" | "section" => end_line(&mut found.text),
                    _ => {}
                },
                _ => {}
            },
            Step::Leave(node) => {
                let Some(element) = node.value().as_element() else { continue };
                if matches!(element.name(), "div" | "li" | "p" | "tr" | "section") && !is_listing_control(element) {
                    end_line(&mut found.text);
                }
            }
        }
    }
    let text = found.text.trim_end();
    found.text = text.trim_start_matches(['\n', '\r']).to_owned();
    found
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

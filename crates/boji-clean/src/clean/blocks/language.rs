use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use crate::parse::html::attribute;
use crate::rules::words::BlockWords;

/// Elements above a listing that may say its language: a figure stands five above the listing in its table.
const MAX_ABOVE: usize = 6;
/// Most nodes of a listing that are asked.
const MAX_INSIDE: usize = 200;
/// Longest name of a language.
const MAX_NAME: usize = 20;

/// Attributes that name the language.
const ATTRIBUTES: [&str; 5] =
    ["data-lang", "data-language", "data-enlighter-language", "data-ke-language", "data-code-block-lang"];
/// What stands before the language in a class word that is made for it.
const PREFIXES: [&str; 6] = ["language-", "lang-", "highlight-source-", "brush:", "src-", "mw-highlight-lang-"];
/// The same in words that may say something else.
const WEAK_PREFIXES: [&str; 3] = ["highlight-text-", "highlight-", "highlighter-"];
/// Class words beside which the language may stand as a word of its own.
const MARKERS: [&str; 14] = [
    "brush:",
    "hljs",
    "highlight",
    "highlighted",
    "sourcecode",
    "src",
    "syntaxhighlighter",
    "prettyprint",
    "codehilite",
    "chroma",
    "rouge",
    "code",
    "crayon",
    "enlighterjsraw",
];

/// The language of a listing as its classes and data say, or those of its `code` or of what is round it; "" when not stated.
pub(super) fn stated_language(root: NodeRef<'_, Node>, words: &BlockWords) -> String {
    let is_code =
        |node: &NodeRef<'_, Node>| node.value().as_element().is_some_and(|it| matches!(it.name(), "code" | "pre"));
    let inside = root.descendants().skip(1).take(MAX_INSIDE).filter(is_code).map(|node| (0, node));
    // What holds more than the listing says nothing of it.
    let is_box = |node: &NodeRef<'_, Node>| {
        node.value()
            .as_element()
            .is_some_and(|it| !matches!(it.name(), "body" | "article" | "main" | "li" | "blockquote"))
    };
    let above = root.ancestors().take(MAX_ABOVE).take_while(is_box).enumerate().map(|(nth, node)| (nth + 1, node));
    let mut elements =
        inside.chain([(0, root)]).chain(above).filter_map(|(nth, node)| Some((nth, node.value().as_element()?)));
    elements.find_map(|(nth, element)| of(element, nth, words)).unwrap_or_default()
}

fn of(element: &Element, above: usize, words: &BlockWords) -> Option<String> {
    /// Farther above a listing a class that begins with `lang-` may be that of the page.
    const NEAR: usize = 3;
    let class = attribute(element, "class").unwrap_or_default().to_ascii_lowercase();
    let class_words = || class.split_ascii_whitespace();
    let known = |name: &str| words.is_language(name).then(|| name.to_owned());
    let is_near = above <= NEAR;
    let stated = ATTRIBUTES.into_iter().find_map(|name| named(attribute(element, name)?));
    let prefixed = || {
        PREFIXES.into_iter().find_map(|prefix| class_words().find_map(|word| word.strip_prefix(prefix).and_then(named)))
    };
    let weakly = || {
        WEAK_PREFIXES
            .into_iter()
            .find_map(|prefix| class_words().find_map(|word| word.strip_prefix(prefix).and_then(known)))
    };
    let beside = || {
        let is_marked = class_words().any(|word| MARKERS.contains(&word));
        is_marked.then(|| class_words().map(|word| word.trim_end_matches(';')).find_map(known)).flatten()
    };
    stated.or_else(|| is_near.then(prefixed).flatten()).or_else(weakly).or_else(beside)
}

/// The name of a language, unless it says that there is none.
fn named(word: &str) -> Option<String> {
    let name = word.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_name = (1..=MAX_NAME).contains(&name.len())
        && !matches!(
            name.as_str(),
            "plaintext" | "none" | "text" | "plain" | "txt" | "default" | "wrap" | "line-numbers" | "copyable"
        )
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_'));
    is_name.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;
    use crate::rules::Rules;

    #[test]
    fn languages_are_read_where_they_are_stated() {
        let cases = [
            ("<pre><code class='language-js line-numbers'>x</code></pre>", "js"),
            ("<pre><code class='js hljs language-text'>x</code></pre>", "js"),
            (
                "<figure class='highlight js'><table><tbody><tr><td class=code><pre>x</pre></td></tr></tbody></table></figure>",
                "js",
            ),
            ("<div class='highlight-python notranslate'><div class=highlight><pre>x</pre></div></div>", "python"),
            ("<div class='sourceCode' id=cb1><pre class='sourceCode r'>x</pre></div>", "r"),
            ("<pre class='brush: js; gutter: true'>x</pre>", "js"),
            ("<pre class='brush:js;toolbar: true;'>x</pre>", "js"),
            ("<pre class='src src-emacs-lisp'>x</pre>", "emacs-lisp"),
            ("<pre class='EnlighterJSRAW' data-enlighter-language='css'>x</pre>", "css"),
            ("<table class='highlight tab-size'><tr><td><pre>x</pre></table>", ""),
            ("<article class='post lang-en'><div><pre class=wrap>x</pre></div></article>", ""),
            ("<pre><code class=language-plaintext>x</code></pre>", ""),
        ];
        for (html, want) in cases {
            let (tree, _) = Tree::fragment(html);
            let pre = tree.first("pre").expect("a listing");
            assert_eq!(stated_language(pre, &Rules::shipped().words().blocks), want, "{html}");
        }
    }
}

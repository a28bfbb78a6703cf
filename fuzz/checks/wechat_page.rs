use boji_clean::clean::{blocks, locate};
use boji_clean::model::Block;
use boji_clean::parse::{self, Body, Input};
use boji_clean::rules::Rules;

use super::invariants;

/// An article's address; nothing in it says what the page is.
const ADDRESS: &str = "https://mp.weixin.qq.com/s/AbCdEfGhIjKlMnOpQrStUv";

/// A whole page as a server sends it. Pages of even length come from WeChat's address, the others from none, which
/// leaves it to their content whether they are WeChat's.
pub fn check(bytes: &[u8]) {
    let url = if bytes.len().is_multiple_of(2) { ADDRESS } else { "" };
    let input = Input { bytes, url, content_type: "text/html; charset=utf-8" };
    let rules = Rules::shipped();
    let Some(article) = invariants::cleaned(&input, &rules, bytes.len()).article else { return };
    invariants::all_judged(&body(&input, &rules), &article.blocks);
    invariants::text_is_whole(&article.blocks, &article.text);
    invariants::bounded(article.text.len(), bytes.len(), "text");
    invariants::bounded(article.markdown.len(), bytes.len(), "Markdown");
    invariants::reads_back(&article.blocks, &article.markdown);
}

/// The blocks of the body, before any verdict.
fn body(input: &Input<'_>, rules: &Rules) -> Vec<Block> {
    match parse::page(input).body {
        Body::Empty => Vec::new(),
        Body::Blocks(blocks) => blocks,
        Body::Fragment(tree) => blocks::blocks(&tree, tree.body().id(), input.url, rules.words()),
        Body::Document(tree) => {
            let located = locate::locate(&tree, rules.words(), input.url);
            let written = blocks::write(&tree, located.root, input.url, &located.set_aside, rules.words());
            written.into_order()
        }
    }
}

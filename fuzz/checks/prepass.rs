use boji_clean::model::{Issue, IssueCode};
use boji_clean::parse::html::{Step, Tree, Walk, prune};
use scraper::{Html, Node};

use super::invariants;

/// Bytes of markup that one byte of input may become, at most: `&` in a formula is written as `&amp;`.
const GROWTH: usize = 5;
/// Deepest tree: each of the elements that the pre-pass lets through may bring others that its tag implies.
const DEEPEST: usize = 1_200;
/// Longest page that the standard parser reads unpruned beside ours.
const LONGEST: usize = 8_000;
/// Elements whose content the pre-pass cuts or whose text is no part of the page.
const CUT: [&str; 10] =
    ["script", "style", "noscript", "template", "iframe", "textarea", "title", "xmp", "noembed", "noframes"];
/// Elements that change how the standard tokenizer reads what is in them, and an end of comments that ours goes past.
/// Pages that hold one are not compared.
const APART: [&str; 6] = ["<svg", "<math", "<select", "<plaintext", "<frameset", "--!>"];

/// The pre-pass and the builder of the tree.
pub fn check(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (document, issues) = Tree::document(&text);
    for tree in [&document, &Tree::fragment(&text).0] {
        let depth = depth(tree);
        assert!(depth <= DEEPEST, "{depth} elements deep");
    }
    is_settled(&text, &issues);
    keeps_what_is_shown(&text);
}

/// What is cut once needs no second cutting but of line ends that come to stand beside a block, and little is written
/// beside what was read.
fn is_settled(text: &str, issues: &[Issue]) {
    let pruned = prune(text);
    invariants::equal(&pruned, &prune(text), "pre-pass");
    assert!(pruned.len() <= text.len() * GROWTH, "{} bytes out of {}", pruned.len(), text.len());
    if issues.iter().all(|issue| ![IssueCode::DepthCapped, IssueCode::Truncated].contains(&issue.code)) {
        let dense = |html: &str| html.split_ascii_whitespace().collect::<String>();
        assert_eq!(dense(&prune(&pruned)), dense(&pruned), "pruned again");
    }
}

fn depth(tree: &Tree) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for step in Walk::new(tree.root()) {
        match step {
            Step::Enter(_) => depth += 1,
            Step::Leave(_) => depth -= 1,
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Every letter that the standard parser finds in the page, outside of what is cut, is in our tree too, in the same
/// order. References to characters are left out: what is cut may part one.
fn keeps_what_is_shown(text: &str) {
    let page = text.replace('&', "+");
    let lower = page.to_ascii_lowercase();
    if page.len() > LONGEST || APART.iter().any(|name| lower.contains(name)) || !Tree::document(&page).1.is_empty() {
        return;
    }
    let standard = shown(&Html::parse_document(&page));
    let (tree, _) = Tree::document(&page);
    let ours = invariants::letters(&Tree::text_of(tree.root()));
    assert!(invariants::is_part(&standard, &ours), "lost from {page:?}:\nstandard {standard}\nours     {ours}");
}

fn shown(page: &Html) -> String {
    let mut out = String::new();
    let mut walk = Walk::new(page.tree.root());
    while let Some(step) = walk.next() {
        let Step::Enter(node) = step else { continue };
        match node.value() {
            Node::Element(element) if CUT.contains(&element.name()) => walk.skip_children(),
            Node::Text(text) => out.push_str(text),
            _ => {}
        }
    }
    invariants::letters(&out)
}

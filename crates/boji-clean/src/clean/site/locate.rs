use std::collections::HashMap;

use ego_tree::NodeRef;
use scraper::{Node, Selector};

use super::look::nodes;
use crate::clean::blocks::PageChrome;
use crate::clean::locate::{CandidateKind, Located, RootCandidate, Trace};
use crate::model::count_letters;
use crate::parse::html::{Step, Tree, Walk};
use crate::rules::SiteRule;

/// Where the rule of its site says that the article of a page stands; `None` when none of its selectors finds an
/// element with text.
///
/// A compiled selector cannot be shared by threads, so they are compiled here, for the few pages that have a rule: it
/// takes some microseconds.
pub fn locate(tree: &Tree, rule: &SiteRule) -> Option<Located> {
    let (selector, root) =
        rule.content.iter().find_map(|selector| Some((selector, nodes(tree, selector).into_iter().find(has_text)?)))?;
    let mut chrome = HashMap::new();
    for selector in rule.drop.iter().filter_map(|selector| Selector::parse(selector).ok()) {
        chrome.extend(tree.select(root, &selector).map(|node| (node.id(), PageChrome::Site)));
    }
    let prose = count_letters(&Tree::text_of(root));
    let candidate =
        RootCandidate::at(CandidateKind::SiteRule, selector.clone(), u32::try_from(prose).unwrap_or(u32::MAX));
    let steps = vec![(selector.clone(), prose as f64)];
    let way = Trace { steps, reason: "the rule of the site", ..Trace::judged(vec![candidate]) };
    Some(Located { root: root.id(), chrome, way, weak: None })
}

fn has_text(node: &NodeRef<'_, Node>) -> bool {
    Walk::new(*node).any(|step| matches!(step, Step::Enter(inner) if is_text(inner)))
}

fn is_text(node: NodeRef<'_, Node>) -> bool {
    node.value().as_text().is_some_and(|text| text.contains(char::is_alphanumeric))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::rules::Rules;

    fn rooted(page: &str, lists: &str) -> Option<(String, usize)> {
        let text = format!("domain = \"a.example\"\nreason = \"r\"\n{lists}");
        let (rules, _) = Rules::shipped().with_site(Path::new("r.toml"), &text).expect("valid");
        let (tree, _) = Tree::document(page);
        let located = locate(&tree, rules.sites().of("https://a.example/")?)?;
        Some((Tree::text_of(tree.node(located.root)?), located.chrome.len()))
    }

    #[test]
    fn the_first_selector_with_text_wins() {
        let page =
            "<p class=a> – </p><p class=a>one</p><div id=b>two<i class=x>x</i><i class=x>y</i></div><i class=x>z</i>";
        let one = rooted(page, "content = [\"#none\", \".a\", \"#b\"]\n");
        assert_eq!(one, Some(("one".to_owned(), 0)));
        assert_eq!(rooted(page, "content = [\"#b\"]\ndrop = [\".x\"]\n"), Some(("twoxy".to_owned(), 2)));
        assert_eq!(rooted(page, "content = [\"#none\"]\n"), None);
    }
}

use std::collections::HashSet;

use ego_tree::NodeId;

use super::measure::{Measure, Measures};
use crate::parse::html::Tree;

/// Share of link text from which a box or list is a list of links.
const LINK_LIST: f64 = 0.6;
/// Least prose of an element that is left out when it stands in the page a second time: sites send one copy for wide
/// screens and one for narrow ones.
const MIN_COPY: u32 = 300;
/// Longest line, in weighted characters, that can be the heading of a list of links.
const MAX_LABEL: u32 = 60;

/// The elements below `root` that are no part of the article: furniture, lists of links and their headings, the
/// heading that repeats the title.
pub(super) fn trim(tree: &Tree, measures: &Measures, root: usize, furniture: &[bool]) -> HashSet<NodeId> {
    let mut excluded = HashSet::new();
    let end = measures.all.get(root).map_or(0, |measure| measure.end);
    let title = tree.first("title").map(Tree::text_of).unwrap_or_default();
    let mut texts = HashSet::new();
    let mut index = root + 1;
    while let Some(measure) = measures.all.get(index).filter(|_| index < end) {
        let gone = furniture.get(index) == Some(&true);
        let list = !gone && is_link_list(measure);
        let heading = !gone && measure.name == "h1" && repeats(tree, measure.id, &title);
        let copy = !gone && measure.prose >= MIN_COPY && !texts.insert(measure.hash);
        if gone || list || heading || copy {
            excluded.insert(measure.id);
            if list {
                exclude_label(measures, root, index, &mut excluded);
            }
            index = measure.end;
        } else {
            index += 1;
        }
    }
    excluded
}

/// True for a box or list that holds hardly anything but links.
fn is_link_list(measure: &Measure) -> bool {
    matches!(measure.name, "div" | "section" | "ul" | "ol" | "table" | "header" | "footer")
        && measure.text > 0
        && f64::from(measure.links) > f64::from(measure.text) * LINK_LIST
        && measure.prose < measure.links / 4
}

/// Excludes the short line right before an element, such as the heading of a list of links.
fn exclude_label(measures: &Measures, root: usize, index: usize, excluded: &mut HashSet<NodeId>) {
    let Some(parent) = measures.all.get(index).map(|measure| measure.parent) else { return };
    let before = measures.children(parent).take_while(|child| *child < index).last();
    if let Some(label) = before.and_then(|before| measures.all.get(before))
        && matches!(label.name, "h2" | "h3" | "h4" | "h5" | "h6")
        && label.text <= MAX_LABEL
        && parent >= root
    {
        excluded.insert(label.id);
    }
}

/// True when the heading stands in the page's title.
fn repeats(tree: &Tree, heading: NodeId, title: &str) -> bool {
    let letters =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let Some(node) = tree.node(heading) else { return false };
    let heading = letters(&Tree::text_of(node));
    !heading.is_empty() && letters(title).contains(&heading)
}

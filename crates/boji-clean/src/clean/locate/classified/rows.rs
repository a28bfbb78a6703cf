use std::collections::HashMap;

use ego_tree::NodeId;

use super::super::measure::Measures;
use super::super::trim::PageContext;
use super::boxes::{Boxes, INNER, above, element, inner, reach};
use super::names::words;
use crate::classifier::{BoxClassifier, Reach};
use crate::clean::blocks::AsideReason;
use crate::parse::html::Tree;

/// One text of a page as training sees it.
#[derive(Clone, Debug)]
pub struct BoxRow {
    /// Its words.
    pub text: String,
    /// The name of its element.
    pub element: String,
    /// Whether it stands below something that is set aside.
    pub aside: bool,
    /// The words of the names of its element, of those inside of it and of those above, each behind the number of its reach.
    pub names: Vec<String>,
    /// Its features, in the order of [`super::BOX_FEATURES`].
    pub features: Vec<f32>,
}

/// The texts below `root` with their features. `scores` stand for those of their names, where there are as many.
pub(in crate::clean::locate) fn rows(
    page: PageContext<'_>,
    measures: &Measures,
    root: usize,
    set_aside: &HashMap<NodeId, AsideReason>,
    classifier: &BoxClassifier,
    scores: &[[f32; 3]],
) -> Vec<BoxRow> {
    let tree = page.tree;
    let boxes = Boxes::new(page, measures, root, classifier, scores);
    let mut rows = Vec::new();
    for (nth, text) in boxes.all.iter().enumerate() {
        let Some(node) = boxes.measure(nth).and_then(|measure| tree.node(measure.id)) else { continue };
        let mut names = Vec::new();
        for element in inner(measures, text.at).filter_map(|at| element(tree, measures, at)) {
            words(element, |word| names.push(format!("{}{INNER}{word}", Reach::Own as u8)));
        }
        for (level, at) in above(measures, text.at).enumerate() {
            if let Some(element) = element(tree, measures, at) {
                words(element, |word| names.push(format!("{}{word}", reach(level) as u8)));
            }
        }
        let mut features = Vec::new();
        boxes.features(nth, &mut features);
        let is_aside = |at: usize| measures.get(at).is_some_and(|it| set_aside.contains_key(&it.id));
        let mut aside = is_aside(text.at);
        let mut at = text.at;
        while at > root && !aside {
            at = measures.get(at).map_or(root, |measure| measure.parent);
            aside = at > root && is_aside(at);
        }
        let element = node.value().as_element().map_or("", |element| element.name()).to_owned();
        rows.push(BoxRow { text: Tree::text_of(node), element, aside, names, features });
    }
    rows
}

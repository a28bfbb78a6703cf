use std::collections::HashMap;

use ego_tree::NodeId;

use super::super::measure::{Measure, Measures, Tag};
use super::super::trim::PageContext;
use super::boxes::{Boxes, link_share};
use crate::classifier::Strictness;
use crate::clean::blocks::{AsideReason, Doubt, is_formula, is_question};
use crate::parse::html::Tree;
use crate::rules::Rules;
use crate::rules::words::BlockWords;

/// Least prose, in weighted characters, and least share of what would stand without it, that must be left.
const LEAST_LEFT: u32 = 300;
const LEAST_PERCENT: u32 = 15;
/// Levels from a text up in which it may be a note of the article.
const NOTED_LEVELS: usize = 3;

/// Sets the texts below `root` aside that are all but certain to be page chrome; those below an element that is set aside
/// already are not asked about. Nothing is set aside where too little would be left.
pub(in crate::clean::locate) fn take(
    page: PageContext<'_>,
    measures: &Measures,
    root: usize,
    rules: &Rules,
    set_aside: &mut HashMap<NodeId, AsideReason>,
) {
    let (classifier, strictness, words) = (rules.box_classifier(), rules.strictness(), &rules.words().blocks);
    let forest = classifier.forest();
    let (limit, sure) = (forest.limit(strictness), forest.limit(Strictness::Keep));
    let tree = page.tree;
    let boxes = Boxes::new(page, measures, root, classifier, &[]);
    let open = open(measures, root, &boxes, set_aside);
    let mut features = Vec::new();
    let mut gone = vec![None; boxes.all.len()];
    for (nth, gone) in gone.iter_mut().enumerate().filter(|(nth, _)| open.get(*nth) == Some(&true)) {
        let Some(measure) = boxes.measure(nth).filter(|measure| !stays(tree, measure, words)) else { continue };
        if (0..NOTED_LEVELS).any(|levels| boxes.up(nth, levels).is_some_and(|it| it.is_noted)) {
            continue;
        }
        boxes.features(nth, &mut features);
        let limit = if boxes.is_in_flow(nth) { sure } else { limit };
        // Boxes round formulas are called like anything else, and the classifier reads no words.
        let reads = |_: &i32| !tree.node(measure.id).is_some_and(is_formula);
        *gone = forest.odds_at_least(&features, limit).filter(reads);
    }
    let prose = |gone: &[Option<i32>], all: bool| -> u32 {
        let counted = |nth: &usize| open.get(*nth) == Some(&true) && (all || gone.get(*nth) == Some(&None));
        (0..gone.len()).filter(counted).filter_map(|nth| boxes.measure(nth)).map(|measure| measure.prose).sum()
    };
    let whole = prose(&gone, true);
    let left = prose(&gone, false);
    if left < LEAST_LEFT || left * 100 < whole * LEAST_PERCENT {
        return;
    }
    for (nth, odds) in gone.iter().enumerate().filter_map(|(nth, odds)| Some((nth, (*odds)?))) {
        if let Some(measure) = boxes.measure(nth) {
            boxes.features(nth, &mut features);
            let why = forest.why(&features, group).first().map_or("", |(group, _)| group);
            let doubt = Doubt { odds, why };
            set_aside.insert(measure.id, AsideReason::Classified(doubt));
        }
    }
}

/// Which texts stand below nothing that is set aside.
fn open(measures: &Measures, root: usize, boxes: &Boxes<'_>, set_aside: &HashMap<NodeId, AsideReason>) -> Vec<bool> {
    let last = measures.get(root).map_or(0, |root| root.end);
    let mut end = root;
    let mut index = root + 1;
    let mut aside = vec![false; measures.all.len()];
    while let Some(measure) = measures.get(index).filter(|_| index < last) {
        if index >= end && set_aside.contains_key(&measure.id) {
            end = measure.end;
        }
        if let Some(place) = aside.get_mut(index) {
            *place = index < end;
        }
        index += 1;
    }
    boxes.all.iter().map(|text| aside.get(text.at) == Some(&false)).collect()
}

/// Code, captions, cells of tables, items of numbered lists, questions on buttons: never page chrome by their place alone.
fn stays(tree: &Tree, measure: &Measure, words: &BlockWords) -> bool {
    let name = |id| tree.node(id).and_then(|node| node.value().as_element()).map_or("", |element| element.name());
    let parent = || tree.node(measure.id).and_then(|node| node.parent()).map_or("", |parent| name(parent.id()));
    match name(measure.id) {
        "pre" | "code" | "figcaption" | "caption" | "td" | "th" => true,
        "li" => parent() == "ol" && link_share(measure) < 0.5,
        _ => measure.tag == Tag::Cell || tree.node(measure.id).is_some_and(|node| is_question(node, words)),
    }
}

/// What a feature is about, for people.
fn group(feature: &str) -> &'static str {
    match feature.split('.').next().unwrap_or_default() {
        "own" => "what it is made of",
        "names" => "what it and the boxes round it are called",
        "siblings" => "its like, side by side",
        "links" => "where its links lead",
        "controls" | "pictures" | "group" => "what stands with it in its box",
        "to" | "depth" => "what it stands in",
        "place" | "flow" => "its place in the page",
        "beside" => "what stands beside it",
        "heading" => "the heading over it",
        _ => "the boxes round it",
    }
}

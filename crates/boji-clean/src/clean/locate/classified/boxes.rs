use std::collections::HashMap;

use super::super::measure::{Measure, Measures, Tag};
use super::names::words;
use super::shape::Shape;
use crate::classifier::{BoxClassifier, Reach};
use crate::parse::html::Tree;

/// Elements above a text by whose names its worth is guessed, and those of them that are near.
const ABOVE: usize = 6;
const NEAR: usize = 2;
/// What stands for a text that is not there, among scores.
const NO_SCORE: f32 = 3.0;
/// Most of a number of texts, of siblings, of levels.
pub(super) const FAR: usize = 20;
const MOST_SIBLINGS: usize = 30;
/// Share of the root's prose that the parent of a text in its flow holds.
const FLOW: f32 = 0.9;

/// The texts below an element, for which features are made: the innermost blocks with words.
pub(super) struct Boxes<'m> {
    pub(super) measures: &'m Measures,
    pub(super) root: usize,
    pub(super) all: Vec<TextBox>,
    /// Text, prose, prose boxes before each, one more than there are.
    sums: Vec<Sums>,
    pub(super) first_prose: usize,
    pub(super) last_prose: usize,
}

/// What is known of one text.
#[derive(Clone, Debug, Default)]
pub(super) struct TextBox {
    /// Index of its element.
    pub(super) at: usize,
    /// Log odds by the names of the element, of those near above, of those far above.
    pub(super) names: [f32; 3],
    /// Their sum.
    pub(super) score: f32,
    /// Most siblings of one kind among the elements above, and the share of links of the box that holds them.
    pub(super) siblings: usize,
    pub(super) siblings_links: f32,
    /// How it is written.
    pub(super) shape: Shape,
    /// The nearest heading before it.
    pub(super) heading: Option<usize>,
    /// Times that its text stands below the root.
    pub(super) times: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    text: u32,
    prose: u32,
    prose_boxes: usize,
    score: f64,
    weighted: f64,
    weight: f64,
}

impl<'m> Boxes<'m> {
    /// The texts below `root`. `scores` stand for those of their names, where there are as many.
    pub(super) fn new(
        tree: &Tree,
        measures: &'m Measures,
        root: usize,
        classifier: &BoxClassifier,
        scores: &[[f32; 3]],
    ) -> Self {
        let end = measures.get(root).map_or(0, |measure| measure.end);
        let leaves = (root + 1..end).filter(|at| measures.get(*at).is_some_and(is_text));
        let mut boxes: Vec<TextBox> = leaves.map(|at| TextBox { at, ..TextBox::default() }).collect();
        let mut named = Named { tree, classifier, known: HashMap::new() };
        let mut times: HashMap<u64, usize> = HashMap::new();
        let mut heading = None;
        let given = scores.len() == boxes.len();
        let mut kinds = Kinds { measures, counted: HashMap::new(), parents: vec![false; measures.all.len()] };
        for (nth, text) in boxes.iter_mut().enumerate() {
            text.names = match scores.get(nth).filter(|_| given) {
                Some(scores) => *scores,
                None => named.scores(measures, text.at),
            };
            text.score = text.names.iter().sum();
            (text.siblings, text.siblings_links) = kinds.most(text.at, root);
            text.heading = heading;
            if let Some(measure) = measures.get(text.at) {
                text.shape = tree.node(measure.id).map(Shape::of).unwrap_or_default();
                *times.entry(measure.hash).or_default() += 1;
                if measure.tag.is_heading() {
                    heading = Some(nth);
                }
            }
        }
        for text in &mut boxes {
            text.times = measures.get(text.at).and_then(|it| times.get(&it.hash)).copied().unwrap_or(1).min(FAR);
        }
        let prose = |text: &TextBox| measures.get(text.at).is_some_and(|it| it.prose > 0);
        let first_prose = boxes.iter().position(prose).unwrap_or(boxes.len());
        let last_prose = boxes.iter().rposition(prose).unwrap_or(0);
        Self { sums: sums(measures, &boxes), measures, root, all: boxes, first_prose, last_prose }
    }

    pub(super) fn measure(&self, nth: usize) -> Option<&'m Measure> {
        self.measures.get(self.all.get(nth)?.at)
    }

    /// The element some levels above a text, the root at the most.
    pub(super) fn up(&self, nth: usize, levels: usize) -> Option<&'m Measure> {
        let mut at = self.all.get(nth)?.at;
        for _ in 0..levels {
            if at <= self.root {
                break;
            }
            at = self.measures.get(at)?.parent;
        }
        self.measures.get(at)
    }

    /// Whether a text stands right in what holds nearly all prose below the root: the text of the article flows there.
    pub(super) fn is_in_flow(&self, nth: usize) -> bool {
        let root = self.measures.get(self.root).map_or(0, |root| root.prose);
        self.up(nth, 1).is_some_and(|parent| share(parent.prose, root) >= FLOW)
    }

    /// Levels from a text to the root.
    pub(super) fn depth(&self, nth: usize) -> usize {
        let mut at = self.all.get(nth).map_or(self.root, |text| text.at);
        let mut levels = 0;
        while at > self.root && levels < FAR {
            at = self.measures.get(at).map_or(self.root, |measure| measure.parent);
            levels += 1;
        }
        levels
    }

    /// Levels to the nearest element above that is of a kind; [`FAR`] when there is none near.
    pub(super) fn levels_to(&self, nth: usize, wanted: impl Fn(&Measure) -> bool) -> usize {
        let mut at = self.all.get(nth).map_or(0, |text| text.at);
        for levels in 0..FAR {
            let Some(measure) = self.measures.get(at) else { break };
            if wanted(measure) {
                return levels;
            }
            if at == measure.parent {
                break;
            }
            at = measure.parent;
        }
        FAR
    }

    pub(super) fn score(&self, nth: usize, by: isize) -> f32 {
        nth.checked_add_signed(by).and_then(|nth| self.all.get(nth)).map_or(NO_SCORE, |text| text.score)
    }

    pub(super) fn mean(&self, from: usize, to: usize) -> f32 {
        let to = to.min(self.all.len());
        let (Some(a), Some(b)) = (self.sums.get(from), self.sums.get(to)) else { return NO_SCORE };
        if from >= to { NO_SCORE } else { ((b.score - a.score) / (to - from) as f64) as f32 }
    }

    pub(super) fn weighted(&self, from: usize, to: usize) -> f32 {
        let to = to.min(self.all.len());
        let (Some(a), Some(b)) = (self.sums.get(from), self.sums.get(to)) else { return NO_SCORE };
        let weight = b.weight - a.weight;
        if from >= to || weight <= 0.0 { NO_SCORE } else { ((b.weighted - a.weighted) / weight) as f32 }
    }

    pub(super) fn text(&self, from: usize, to: usize) -> u32 {
        self.between(from, to, |sums| sums.text)
    }

    pub(super) fn prose(&self, from: usize, to: usize) -> u32 {
        self.between(from, to, |sums| sums.prose)
    }

    pub(super) fn prose_boxes(&self, from: usize, to: usize) -> usize {
        let at = |nth: usize| self.sums.get(nth.min(self.all.len())).map_or(0, |sums| sums.prose_boxes);
        at(to).saturating_sub(at(from))
    }

    fn between(&self, from: usize, to: usize, of: impl Fn(&Sums) -> u32) -> u32 {
        let at = |nth: usize| self.sums.get(nth.min(self.all.len())).map_or(0, &of);
        at(to).saturating_sub(at(from))
    }
}

/// An innermost block: all of its text stands right in it.
fn is_text(measure: &Measure) -> bool {
    measure.own > 0 && measure.own == measure.text && !measure.silent
}

/// Scores of names, those of each element found once.
struct Named<'t> {
    tree: &'t Tree,
    classifier: &'t BoxClassifier,
    known: HashMap<usize, [i32; 3]>,
}

impl Named<'_> {
    /// Scores of an element's names, of those near above it, and of those far above.
    fn scores(&mut self, measures: &Measures, at: usize) -> [f32; 3] {
        let mut sums = [0; 3];
        for (level, at) in above(measures, at).enumerate() {
            let steps = self.steps(measures, at);
            let reach = reach(level);
            if let (Some(sum), Some(steps)) = (sums.get_mut(reach as usize), steps.get(reach as usize)) {
                *sum += steps;
            }
        }
        sums.map(|steps| self.classifier.score(steps))
    }

    fn steps(&mut self, measures: &Measures, at: usize) -> [i32; 3] {
        if let Some(known) = self.known.get(&at) {
            return *known;
        }
        let mut sums = [0; 3];
        let element = measures.get(at).and_then(|it| self.tree.node(it.id)?.value().as_element());
        if let Some(element) = element {
            words(element, |word| {
                let weights = self.classifier.name(word).unwrap_or_default();
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(weight));
            });
        }
        self.known.insert(at, sums);
        sums
    }
}

/// An element and those above it, as far as their names count.
pub(super) fn above(measures: &Measures, at: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(at), |at| measures.get(*at).map(|measure| measure.parent).filter(|parent| parent != at))
        .take(1 + ABOVE)
}

pub(super) fn reach(level: usize) -> Reach {
    match level {
        0 => Reach::Own,
        _ if level <= NEAR => Reach::Near,
        _ => Reach::Far,
    }
}

/// How many elements of one kind stand side by side, counted once for each parent.
struct Kinds<'m> {
    measures: &'m Measures,
    /// By the parent, the element, and the hash of its names.
    counted: HashMap<(usize, Tag, u64), usize>,
    /// Which parents have been counted.
    parents: Vec<bool>,
}

impl Kinds<'_> {
    /// The most siblings of its own kind that an element, or one of those above it below the root, has; and the share of
    /// links of the box that holds them.
    fn most(&mut self, at: usize, root: usize) -> (usize, f32) {
        let measures = self.measures;
        let mut most = (1, 0.0);
        for at in above(measures, at).take_while(|at| *at > root) {
            let Some(measure) = measures.get(at) else { break };
            if self.parents.get_mut(measure.parent).is_some_and(|counted| !std::mem::replace(counted, true)) {
                for child in measures.children(measure.parent).filter_map(|child| measures.get(child)) {
                    *self.counted.entry((child.parent, child.tag, child.names)).or_default() += 1;
                }
            }
            let kind = (measure.parent, measure.tag, measure.names);
            let siblings = self.counted.get(&kind).copied().unwrap_or(1).min(MOST_SIBLINGS);
            // Paragraphs stand side by side in every text.
            if siblings > most.0 && !(measure.tag == Tag::Paragraph || measure.tag.is_heading()) {
                let links = measures.get(measure.parent).map_or(0.0, link_share);
                most = (siblings, links);
            }
        }
        most
    }
}

pub(super) fn link_share(measure: &Measure) -> f32 {
    share(measure.links, measure.text)
}

pub(super) fn share(part: u32, whole: u32) -> f32 {
    if whole == 0 { 0.0 } else { part as f32 / whole as f32 }
}

fn sums(measures: &Measures, boxes: &[TextBox]) -> Vec<Sums> {
    let mut now = Sums::default();
    let mut sums = vec![now];
    for text in boxes {
        if let Some(measure) = measures.get(text.at) {
            let weight = f64::from(measure.text.min(200));
            now.text += measure.text;
            now.prose += measure.prose;
            now.prose_boxes += usize::from(measure.prose > 0);
            now.score += f64::from(text.score);
            now.weighted += weight * f64::from(text.score);
            now.weight += weight;
        }
        sums.push(now);
    }
    sums
}

use std::collections::HashMap;

use rustc_hash::FxHashMap;
use scraper::node::Element;

use super::super::measure::{Measure, Measures, Tag};
use super::super::trim::PageContext;
use super::compared::{Compared, InCommon};
use super::names::words;
use super::shape::Shape;
use crate::classifier::{BoxClassifier, Reach};
use crate::parse::html::Tree;

/// Elements above a text by whose names its worth is guessed, and those of them that are near.
const ABOVE: usize = 6;
const NEAR: usize = 2;
/// Elements inside of a text whose names say something of it, and the sign before their words.
const INNERMOST: usize = 4;
pub(super) const INNER: char = '>';
/// What stands for a text that is not there, among scores.
const NO_SCORE: f32 = 3.0;
/// Most of a number of texts, of siblings, of levels.
pub(super) const FAR: usize = 20;
const MOST_SIBLINGS: usize = 30;
const MOST_TIMES: usize = 30;
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
    /// The element in which most paragraphs of prose stand side by side.
    flow: usize,
    /// Pictures before each element.
    pictures: Vec<u32>,
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
    /// Times that its text stands below the root, and in the page.
    pub(super) times: usize,
    pub(super) page_times: usize,
    /// What it has in common with the page.
    pub(super) common: InCommon,
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
        page: PageContext<'_>,
        measures: &'m Measures,
        root: usize,
        classifier: &BoxClassifier,
        scores: &[[f32; 3]],
    ) -> Self {
        let tree = page.tree;
        let end = measures.get(root).map_or(0, |measure| measure.end);
        let leaves = (root + 1..end).filter(|at| measures.get(*at).is_some_and(is_text));
        let mut boxes: Vec<TextBox> = leaves.map(|at| TextBox { at, ..TextBox::default() }).collect();
        let mut named = Named { tree, classifier, known: FxHashMap::default() };
        let mut times: HashMap<u64, usize> = HashMap::new();
        let mut heading = None;
        let given = scores.len() == boxes.len();
        let mut kinds = Kinds { measures, counted: HashMap::new(), parents: vec![false; measures.all.len()] };
        let page_times = text_times(measures);
        let mut compared = Compared::new(page);
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
                text.page_times = page_times.get(&measure.hash).copied().unwrap_or_default().min(MOST_TIMES);
                text.common = tree.node(measure.id).map(|node| compared.in_common(node)).unwrap_or_default();
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
        let flow = (root..end).max_by_key(|at| (measures.get(*at).map_or(0, |it| it.flow), std::cmp::Reverse(*at)));
        Self {
            sums: sums(measures, &boxes),
            measures,
            root,
            all: boxes,
            first_prose,
            last_prose,
            flow: flow.unwrap_or(root),
            pictures: pictures(tree, measures),
        }
    }

    pub(super) fn measure(&self, nth: usize) -> Option<&'m Measure> {
        self.measures.get(self.all.get(nth)?.at)
    }

    /// The index of the element some levels above a text, the root at the most.
    fn index_above(&self, nth: usize, levels: usize) -> Option<usize> {
        let mut at = self.all.get(nth)?.at;
        for _ in 0..levels {
            if at <= self.root {
                break;
            }
            at = self.measures.get(at)?.parent;
        }
        Some(at)
    }

    /// The element some levels above a text, the root at the most.
    pub(super) fn up(&self, nth: usize, levels: usize) -> Option<&'m Measure> {
        self.measures.get(self.index_above(nth, levels)?)
    }

    /// Where the element some levels above a text begins and ends.
    fn span(&self, nth: usize, levels: usize) -> Option<(usize, usize)> {
        let at = self.index_above(nth, levels)?;
        Some((at, self.measures.get(at)?.end))
    }

    /// Whether a text stands right in what holds nearly all prose below the root: the text of the article flows there.
    pub(super) fn is_in_flow(&self, nth: usize) -> bool {
        let root = self.measures.get(self.root).map_or(0, |root| root.prose);
        self.up(nth, 1).is_some_and(|parent| share(parent.prose, root) >= FLOW)
    }

    /// Pictures and players in the element some levels above a text.
    pub(super) fn pictures(&self, nth: usize, levels: usize) -> u32 {
        let before = |at: usize| self.pictures.get(at).copied().unwrap_or_default();
        self.span(nth, levels).map_or(0, |(from, to)| before(to).saturating_sub(before(from)))
    }

    /// Texts in the element some levels above a text, and those of them before it.
    pub(super) fn group(&self, nth: usize, levels: usize) -> (usize, usize) {
        let Some((from, to)) = self.span(nth, levels) else { return (0, 0) };
        let before = |at: usize| self.all.partition_point(|text| text.at < at);
        (before(to).saturating_sub(before(from)), nth.saturating_sub(before(from)))
    }

    /// Levels from a text to the element in which most paragraphs of prose stand side by side, and how many of them stand
    /// before and behind what holds the text there.
    pub(super) fn in_flow(&self, nth: usize) -> (usize, u32, u32) {
        let Some(flow) = self.measures.get(self.flow) else { return (FAR, 0, 0) };
        let mut at = self.all.get(nth).map_or(0, |text| text.at);
        if at >= flow.end {
            return (FAR, flow.flow, 0);
        }
        for levels in 1..=FAR {
            let Some(measure) = self.measures.get(at).filter(|_| at >= self.flow) else { break };
            if measure.parent == self.flow {
                return (levels, measure.flow_before, flow.flow.saturating_sub(measure.flow_before));
            }
            at = measure.parent;
        }
        (FAR, 0, flow.flow)
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
    known: FxHashMap<usize, [i32; 3]>,
}

impl Named<'_> {
    /// Scores of an element's names, of those near above it, and of those far above.
    fn scores(&mut self, measures: &Measures, at: usize) -> [f32; 3] {
        let mut sums = [0; 3];
        for element in inner(measures, at).filter_map(|at| element(self.tree, measures, at)) {
            words(element, |word| {
                let [own, ..] = self.classifier.name(&format!("{INNER}{word}")).unwrap_or_default();
                sums[Reach::Own as usize] += i32::from(own);
            });
        }
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
        if let Some(element) = element(self.tree, measures, at) {
            words(element, |word| {
                let weights = self.classifier.name(word).unwrap_or_default();
                sums.iter_mut().zip(weights).for_each(|(sum, weight)| *sum += i32::from(weight));
            });
        }
        self.known.insert(at, sums);
        sums
    }
}

pub(super) fn element<'t>(tree: &'t Tree, measures: &Measures, at: usize) -> Option<&'t Element> {
    tree.node(measures.get(at)?.id)?.value().as_element()
}

/// An element and those above it, as far as their names count.
pub(super) fn above(measures: &Measures, at: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(at), |at| measures.get(*at).map(|measure| measure.parent).filter(|parent| parent != at))
        .take(1 + ABOVE)
}

/// The first elements inside of one, as far as their names count.
pub(super) fn inner(measures: &Measures, at: usize) -> impl Iterator<Item = usize> {
    let end = measures.get(at).map_or(at, |measure| measure.end);
    (at + 1..end).take(INNERMOST)
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

/// How often each text stands in the page, counted by the elements that hold it and nothing else.
fn text_times(measures: &Measures) -> HashMap<u64, usize> {
    let mut times = HashMap::new();
    for measure in measures.all.iter().filter(|measure| !measure.silent && measure.text > 0) {
        *times.entry(measure.hash).or_default() += 1;
    }
    times
}

/// Pictures and players before each element.
fn pictures(tree: &Tree, measures: &Measures) -> Vec<u32> {
    let name = |measure: &Measure| tree.node(measure.id).and_then(|node| node.value().as_element()).map(Element::name);
    let is_picture = |measure: &Measure| matches!(name(measure), Some("img" | "video" | "iframe" | "audio" | "object"));
    let mut count = 0;
    let mut before = vec![0];
    for measure in &measures.all {
        count += u32::from(is_picture(measure));
        before.push(count);
    }
    before
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

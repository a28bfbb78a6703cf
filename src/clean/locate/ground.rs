use super::chrome::Hint;
use super::measure::{Measure, Measures};
use super::tag::Tag;

/// Share of an element's prose that one child must hold for the search to go on inside of it.
const DESCEND: f64 = 0.8;
/// The same where the element is marked as the body of an article.
const DESCEND_BODY: f64 = 0.95;
/// Share of the page's prose that a marked body must hold to be believed.
const BELIEVE: f64 = 0.5;
/// Share of the page's prose that makes a further element marked like the body a part of it.
const SECOND_BODY: f64 = 0.05;
/// Less prose than this, in weighted characters, is no article.
pub(super) const MIN_ARTICLE: u32 = 200;
/// Least prose of a paragraph beside a box that speaks against going into the box.
const MIN_BESIDE: u32 = 80;
/// Less prose than this is none, even where the page marks its body.
const MIN_BODY: u32 = 100;
/// Share of the page's prose, comments apart, below which what is left is doubted.
const MIN_LEFT: f64 = 0.15;
/// Longest paragraph, in weighted characters, that a class word makes furniture.
const MAX_CHROME_PARAGRAPH: u32 = 400;

/// How much of the page's prose an element may hold and still be furniture.
#[derive(Clone, Copy, Debug)]
struct Tolerance {
    /// By the meaning of its markup.
    plain: f64,
    /// By a word of its class.
    words: f64,
    comments: bool,
}

/// At first, and in the looser tries that follow when too little is left: a class word is doubted before a `nav` is.
const TRIES: [Tolerance; 4] = [
    Tolerance { plain: 0.5, words: 0.5, comments: true },
    Tolerance { plain: 0.5, words: 0.2, comments: true },
    Tolerance { plain: 0.2, words: 0.0, comments: true },
    Tolerance { plain: 0.0, words: 0.0, comments: false },
];

/// The page with its furniture taken away.
pub(super) struct Ground<'a> {
    pub measures: &'a Measures,
    furniture: Vec<bool>,
    /// Prose left in each element.
    prose: Vec<u32>,
}

impl<'a> Ground<'a> {
    /// The page without whatever may be furniture, as long as an article remains.
    pub fn firm(measures: &'a Measures) -> Self {
        let page = measures.get(0).map_or(0, |body| body.prose);
        let comments = comments(measures);
        let is_discussion = measures.is_discussion && comments * 2 > page;
        let counted = if is_discussion { page } else { page.saturating_sub(comments) };
        let enough = MIN_ARTICLE.max((f64::from(counted) * MIN_LEFT) as u32);
        let [first, looser @ ..] = TRIES;
        let mut ground = Self::new(measures, first, is_discussion);
        for tolerance in looser {
            let left = ground.prose(0);
            if left >= enough || (left >= MIN_BODY && ground.marked_body().is_some()) {
                break;
            }
            ground = Self::new(measures, tolerance, is_discussion);
        }
        ground
    }

    fn new(measures: &'a Measures, tolerance: Tolerance, is_discussion: bool) -> Self {
        let page = measures.get(0).map_or(0, |body| body.prose);
        let furniture: Vec<bool> =
            measures.all.iter().map(|measure| is_furniture(measure, page, tolerance, is_discussion)).collect();
        let mut prose: Vec<u32> = measures.all.iter().map(|measure| measure.prose).collect();
        let mut index = 0;
        while let Some(measure) = measures.get(index) {
            if furniture.get(index) == Some(&true) {
                let gone = measure.prose;
                take_from_ancestors(measures, &mut prose, index, gone);
                index = measure.end;
            } else {
                index += 1;
            }
        }
        Self { measures, furniture, prose }
    }

    /// Prose left below an element.
    pub fn prose(&self, index: usize) -> u32 {
        self.prose.get(index).copied().unwrap_or(0)
    }

    /// True for an element that is taken away.
    pub fn is_furniture(&self, index: usize) -> bool {
        self.furniture.get(index) == Some(&true)
    }

    /// The element where the article stands, the way to it, and why the way ends there.
    pub fn descend(&self) -> (usize, Vec<usize>, &'static str) {
        let mut at = self.marked_body().unwrap_or(0);
        let mut way = vec![at];
        loop {
            let best = self
                .measures
                .children(at)
                .filter(|child| !self.is_furniture(*child))
                .max_by_key(|child| (self.prose(*child), std::cmp::Reverse(*child)));
            let Some(best) = best else { return (at, way, "nothing below") };
            let marked = self.measures.get(at).is_some_and(|measure| measure.hint == Hint::Body);
            let share = f64::from(self.prose(best)) / f64::from(self.prose(at).max(1));
            if share < if marked { DESCEND_BODY } else { DESCEND } {
                return (at, way, "prose is spread below");
            }
            if !self.measures.get(best).is_some_and(|measure| measure.tag.is_box()) {
                return (at, way, "holds the text itself");
            }
            if self.flows_beside(at, best) {
                return (at, way, "paragraphs stand beside");
            }
            at = best;
            way.push(at);
        }
    }

    /// True when paragraphs stand right below an element, beside the child that holds most of its prose: what is hidden
    /// from readers who do not pay is often boxed in the middle of the text.
    fn flows_beside(&self, at: usize, best: usize) -> bool {
        let is_text = |child: &usize| {
            *child != best
                && !self.is_furniture(*child)
                && self
                    .measures
                    .get(*child)
                    .is_some_and(|it| it.tag == Tag::Paragraph && it.prose >= MIN_BESIDE && it.links * 4 <= it.text)
        };
        self.measures.children(at).filter(is_text).nth(1).is_some()
    }

    /// The element marked as the body of the article that holds most of the page's prose; what holds all of them when
    /// several of the same name are parts of it.
    fn marked_body(&self) -> Option<usize> {
        let share = |index: usize| f64::from(self.prose(index)) / f64::from(self.prose(0).max(1));
        let marked = |index: &usize| {
            !self.is_furniture(*index) && self.measures.get(*index).is_some_and(|measure| measure.hint == Hint::Body)
        };
        let bodies: Vec<usize> = (0..self.measures.all.len()).filter(marked).collect();
        let best = bodies.iter().copied().filter(|index| share(*index) >= BELIEVE / 4.0);
        let best = best.max_by_key(|index| (self.prose(*index), *index))?;
        let measure = self.measures.get(best)?;
        let alike = bodies.iter().copied().filter(|index| {
            let is_alike = self.measures.get(*index).is_some_and(|it| it.names == measure.names);
            is_alike && share(*index) >= SECOND_BODY
        });
        let whole = alike.fold(best, |whole, other| self.common(whole, other));
        (share(whole) >= BELIEVE).then_some(whole)
    }

    /// The lowest element that holds both.
    pub fn common(&self, one: usize, other: usize) -> usize {
        let mut at = one;
        while let Some(measure) = self.measures.get(at) {
            if (at..measure.end).contains(&other) || measure.parent == at {
                break;
            }
            at = measure.parent;
        }
        at
    }
}

fn is_furniture(measure: &Measure, page: u32, tolerance: Tolerance, is_discussion: bool) -> bool {
    let most = |share: f64| f64::from(measure.prose) <= f64::from(page) * share;
    measure.silent
        || match measure.hint {
            Hint::Chrome if measure.is_plain => most(tolerance.plain),
            Hint::Chrome => {
                let is_text = measure.tag == Tag::Paragraph || measure.tag.is_inline_text();
                let holds_article = measure.titles > 0 && measure.bodies >= MIN_BODY;
                most(tolerance.words) && !holds_article && (!is_text || measure.text <= MAX_CHROME_PARAGRAPH)
            }
            Hint::Comments => tolerance.comments && !is_discussion,
            Hint::None | Hint::Lead | Hint::Body => false,
        }
}

/// The prose of the page's readers.
fn comments(measures: &Measures) -> u32 {
    let mut prose = 0;
    let mut index = 0;
    while let Some(measure) = measures.get(index) {
        if measure.hint == Hint::Comments {
            prose += measure.prose;
            index = measure.end;
        } else {
            index += 1;
        }
    }
    prose
}

fn take_from_ancestors(measures: &Measures, prose: &mut [u32], index: usize, gone: u32) {
    let mut at = index;
    loop {
        if let Some(left) = prose.get_mut(at) {
            *left = left.saturating_sub(gone);
        }
        let Some(parent) = measures.get(at).map(|measure| measure.parent) else { return };
        if parent == at {
            return;
        }
        at = parent;
    }
}

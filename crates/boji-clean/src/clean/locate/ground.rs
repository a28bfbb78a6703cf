use super::content::is_content;
use super::measure::{MIN_ARTICLE, MIN_BODY, Measure, Measures};
use crate::rules::words::Hint;

/// Most prose of all cards in a row, as a share of the article's.
pub(super) const MAX_CARDS: f64 = 0.35;
/// Share of the page's prose, comments apart, below which what is left is doubted.
const MIN_LEFT: f64 = 0.15;

/// How much of the page's prose an element may hold and still be page chrome.
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

/// What a page is as a whole.
#[derive(Debug)]
struct Nature {
    /// Its prose.
    prose: u32,
    /// The same without its comments, where those are not the content.
    counted: u32,
    /// What readers wrote is the content.
    is_discussion: bool,
    /// The posts that markup tells to be such; what has only the name of a comment beside them is a remark on one.
    posts: Vec<usize>,
    /// What is named a card is one: cards are no page's main part.
    has_cards: bool,
}

/// The page with its page chrome taken away.
#[derive(Debug)]
pub(super) struct Ground<'a> {
    pub measures: &'a Measures,
    chrome: Vec<bool>,
    /// What readers wrote is the content.
    pub is_discussion: bool,
    /// Prose of the page that counts.
    counted: u32,
    /// Prose left in each element.
    prose: Vec<u32>,
}

impl<'a> Ground<'a> {
    /// The page without whatever may be page chrome; and again with more doubt, until an article remains. The last try
    /// comes first, for it left the most.
    pub(super) fn tries(measures: &'a Measures) -> (Self, Vec<Self>) {
        let nature = Nature::of(measures);
        let [first, looser @ ..] = TRIES;
        let mut last = Self::new(measures, &nature, first);
        let mut before = Vec::new();
        for tolerance in looser {
            if last.is_enough() {
                break;
            }
            before.push(std::mem::replace(&mut last, Self::new(measures, &nature, tolerance)));
        }
        (last, before)
    }

    fn new(measures: &'a Measures, nature: &Nature, tolerance: Tolerance) -> Self {
        let chrome: Vec<bool> =
            (0..measures.all.len()).map(|at| nature.is_page_chrome(measures, at, tolerance)).collect();
        let mut prose: Vec<u32> = measures.all.iter().map(|measure| measure.prose).collect();
        let mut index = 0;
        while let Some(measure) = measures.get(index) {
            if chrome.get(index) == Some(&true) {
                take_from_ancestors(measures, &mut prose, index, measure.prose);
                prose.iter_mut().take(measure.end).skip(index).for_each(|left| *left = 0);
                index = measure.end;
            } else {
                index += 1;
            }
        }
        Self { measures, chrome, is_discussion: nature.is_discussion, counted: nature.counted, prose }
    }

    /// Prose left below an element.
    pub(super) fn prose(&self, index: usize) -> u32 {
        self.prose.get(index).copied().unwrap_or(0)
    }

    /// The share of the page's prose that is left, comments apart.
    pub(super) fn left(&self) -> f64 {
        (f64::from(self.prose(0)) / f64::from(self.counted.max(1))).min(1.0)
    }

    /// The share of what is left that an element holds.
    pub(super) fn share(&self, index: usize) -> f64 {
        f64::from(self.prose(index)) / f64::from(self.prose(0).max(1))
    }

    /// True for an element that is taken away.
    pub(super) fn is_page_chrome(&self, index: usize) -> bool {
        self.chrome.get(index) == Some(&true)
    }

    /// True when what is left can be an article.
    fn is_enough(&self) -> bool {
        let left = self.prose(0);
        let enough = MIN_ARTICLE.max((f64::from(self.counted) * MIN_LEFT) as u32);
        left >= enough || (left >= MIN_BODY && self.is_marked())
    }
}

impl Nature {
    fn of(measures: &Measures) -> Self {
        let page = measures.get(0).map_or(0, |body| body.prose);
        let comments = measures.prose_of(measures.comments.iter().copied());
        let is_card = |index: &usize| measures.get(*index).is_some_and(is_card);
        let cards = measures.prose_of(measures.cards.iter().copied().filter(is_card));
        let posts = if measures.is_discussion { marked_posts(measures) } else { Vec::new() };
        let is_discussion = measures.is_discussion && (comments * 2 > page || !posts.is_empty());
        Self {
            prose: page,
            counted: if is_discussion { page } else { page.saturating_sub(comments) },
            is_discussion,
            posts,
            has_cards: f64::from(cards) <= f64::from(page) * MAX_CARDS,
        }
    }

    fn is_page_chrome(&self, measures: &Measures, index: usize, tolerance: Tolerance) -> bool {
        let Some(measure) = measures.get(index) else { return false };
        let most = |share: f64| f64::from(measure.prose) <= f64::from(self.prose) * share;
        measure.silent
            || match measure.hint {
                Hint::Chrome if measure.is_plain => most(tolerance.plain),
                Hint::Chrome => most(tolerance.words) && !is_content(measures, index),
                Hint::Unseen => most(tolerance.words),
                Hint::Card => self.has_cards && tolerance.words > 0.0 && is_card(measure),
                Hint::Comments => {
                    tolerance.comments
                        && (!self.is_discussion || self.is_remark(measure, index))
                        && (measure.is_plain || !is_content(measures, index))
                }
                Hint::None | Hint::Note | Hint::Lead | Hint::Body => false,
            }
    }

    /// True for what only the name of a comment has where posts are marked, and holds none of them.
    fn is_remark(&self, measure: &Measure, index: usize) -> bool {
        let before = |index: usize| self.posts.partition_point(|post| *post < index);
        !self.posts.is_empty() && !measure.is_plain && before(index) == before(measure.end)
    }
}

/// True for what is named the card of another article and links to one.
fn is_card(measure: &Measure) -> bool {
    measure.hint == Hint::Card && measure.links * 4 > measure.text && measure.titles == 0
}

/// The posts of a discussion that are marked as such by their markup.
fn marked_posts(measures: &Measures) -> Vec<usize> {
    let is_marked = |index: &usize| measures.get(*index).is_some_and(|it| it.is_plain && it.prose > 0);
    measures.comments.iter().copied().filter(is_marked).collect()
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

use super::candidate::{CandidateKind, RootCandidate};
use super::ground::Ground;
use super::measure::{MIN_ARTICLE, Tag};
use crate::rules::words::Hint;

/// Share of an element's prose that one child must hold for the search to go on inside of it.
const DESCEND: f64 = 0.8;
/// The same where the element is marked as the body of an article.
const DESCEND_BODY: f64 = 0.95;
/// Share of the prose that a marked body must hold to be looked at.
const MIN_SHARE: f64 = 0.125;
/// Share of the prose that a marked body, or what holds all posts, must hold to be believed.
const BELIEVE: f64 = 0.5;
/// Share of the page's prose that makes a further element marked like the body a part of it.
const SECOND_BODY: f64 = 0.05;
/// Least prose of a paragraph beside a box that speaks against going into the box.
const MIN_BESIDE: u32 = 80;

/// Where an article may stand.
impl Ground<'_> {
    /// The places that come into question, each with what speaks for it; the first is the best of those that are
    /// equal.
    pub(super) fn places(&self) -> Vec<(CandidateKind, usize)> {
        let posts = self.posts().map(|index| (CandidateKind::Posts, index));
        let mut places: Vec<_> = posts.into_iter().chain(self.marked()).collect();
        places.push((CandidateKind::Density, 0));
        places
    }

    /// True when a marked body holds enough of what is left.
    pub(super) fn is_marked(&self) -> bool {
        self.marked().any(|(_, index)| self.share(index) >= BELIEVE)
    }

    /// The lowest element that holds all posts of a discussion: an answer may be much shorter than its question.
    fn posts(&self) -> Option<usize> {
        if !self.is_discussion {
            return None;
        }
        let holds_none = |index: &usize| self.measures.get(*index).is_some_and(|body| body.bodies == 0);
        let bodies = self.measures.bodies.iter().copied().filter(holds_none);
        let stays = |index: &usize| self.prose(*index) > 0 && !self.is_page_chrome(*index);
        let mut posts = bodies.chain(self.measures.comments.iter().copied()).filter(stays);
        let first = posts.next()?;
        let whole = posts.fold(first, |whole, other| self.common(whole, other));
        (whole != first && self.share(whole) >= BELIEVE).then_some(whole)
    }

    /// The elements marked as the body of the article that hold most prose: by the meaning of their markup, and by a
    /// word of their class. What holds all of them when several of the same name are parts of it.
    fn marked(&self) -> impl Iterator<Item = (CandidateKind, usize)> {
        let stays = |index: &usize| !self.is_page_chrome(*index) && self.share(*index) >= SECOND_BODY;
        let bodies: Vec<usize> = self.measures.bodies.iter().copied().filter(stays).collect();
        let kind = |index: usize| match self.measures.get(index) {
            Some(measure) if measure.is_plain => CandidateKind::Markup,
            _ => CandidateKind::ClassWord,
        };
        let best = |wanted: CandidateKind| {
            let large = bodies.iter().copied().filter(|index| self.share(*index) >= MIN_SHARE);
            large.filter(|index| kind(*index) == wanted).max_by_key(|index| (self.prose(*index), *index))
        };
        let mut found: Vec<usize> =
            [CandidateKind::Markup, CandidateKind::ClassWord].into_iter().filter_map(best).collect();
        found.sort_by_key(|index| std::cmp::Reverse((self.prose(*index), *index)));
        let names = |index: usize| self.measures.get(index).map_or(0, |measure| measure.names);
        let whole = |best: usize| {
            let alike = bodies.iter().copied().filter(|index| names(*index) == names(best));
            (kind(best), alike.fold(best, |whole, other| self.common(whole, other)))
        };
        found.into_iter().map(whole).collect::<Vec<_>>().into_iter()
    }

    /// A place as a candidate, under a name for people.
    pub(super) fn candidate(&self, kind: CandidateKind, index: usize, place: String) -> RootCandidate {
        let measure = self.measures.get(index);
        let links = measure.map_or(0.0, |it| f64::from(it.links) / f64::from(it.text.max(1)));
        let candidate = RootCandidate {
            kind,
            place,
            prose: self.prose(index),
            headings: measure.map_or(0, |it| it.headings + it.titles),
            links,
            title: measure.is_some_and(|it| it.titles > 0),
            left: self.left(),
            held: self.share(index),
            score: 0.0,
        };
        candidate.scored()
    }

    /// The element at or below a place where the article stands, the way to it, and why the way ends there.
    pub(super) fn search(&self, kind: CandidateKind, start: usize) -> (usize, Vec<usize>, &'static str) {
        if kind == CandidateKind::Posts {
            return (start, vec![start], "holds all posts");
        }
        let mut at = start;
        let mut way = vec![at];
        loop {
            let best = self
                .measures
                .children(at)
                .filter(|child| !self.is_page_chrome(*child))
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

    /// The whole articles below an element, when there are several: elements that are marked as such.
    pub(super) fn articles(&self, root: usize) -> Vec<usize> {
        let root_end = self.measures.get(root).map_or(0, |measure| measure.end);
        let below = self.measures.articles.iter().copied().filter(|index| (root + 1..root_end).contains(index));
        let mut end = 0;
        let mut found = Vec::new();
        for index in below.filter(|index| self.prose(*index) >= MIN_ARTICLE && !self.is_page_chrome(*index)) {
            if index >= end {
                end = self.measures.get(index).map_or(end, |measure| measure.end);
                found.push(index);
            }
        }
        if found.len() > 1 && !self.is_discussion { found } else { Vec::new() }
    }

    /// True when paragraphs stand right below an element, beside the child that holds most of its prose: what is hidden
    /// from readers who do not pay is often boxed in the middle of the text.
    fn flows_beside(&self, at: usize, best: usize) -> bool {
        let is_text = |child: &usize| {
            *child != best
                && !self.is_page_chrome(*child)
                && self
                    .measures
                    .get(*child)
                    .is_some_and(|it| it.tag == Tag::Paragraph && it.prose >= MIN_BESIDE && it.links * 4 <= it.text)
        };
        self.measures.children(at).filter(is_text).nth(1).is_some()
    }

    /// The lowest element that holds both.
    pub(super) fn common(&self, one: usize, other: usize) -> usize {
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

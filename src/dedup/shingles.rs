use crate::model::{Likeness, Score};

use super::runs::Letters;

/// Letters of a shingle. Five tell Chinese and Latin texts apart without a dictionary.
const SHINGLE: usize = 5;

/// Least Jaccard index of near duplicates. Copies of 0.8 are to be found however somebody else counts; in a corpus of real posts
/// most pairs below are two posts of one account that are made by one pattern.
const LEAST_NEAR: Score = Score::of_thousandths(780);

/// Least share of a text that another must have to contain it: a digest may shorten a sentence. Below 0.96 most pairs of a corpus
/// of real posts were two of one pattern.
const LEAST_CONTAINED: Score = Score::of_thousandths(960);

/// The different shingles of a text, as hashes in order.
#[derive(Debug)]
pub struct Shingles(Vec<u64>);

impl Shingles {
    /// Those of a text's letters.
    pub fn of(letters: &Letters) -> Self {
        let mut hashes: Vec<u64> = letters.runs(SHINGLE).collect();
        hashes.sort_unstable();
        hashes.dedup();
        Self(hashes)
    }

    /// How much two texts have in common.
    pub fn compare(&self, other: &Self) -> Likeness {
        let (first, second) = (self.0.len(), other.0.len());
        let shared = count_shared(&self.0, &other.0);
        Likeness {
            jaccard: Score::share(shared, first + second - shared),
            first_in_second: Score::share(shared, first),
            second_in_first: Score::share(shared, second),
        }
    }
}

/// How many hashes two ordered lists without repetitions share.
pub(super) fn count_shared(one: &[u64], other: &[u64]) -> usize {
    let (mut one, mut other) = (one.iter().peekable(), other.iter().peekable());
    let mut shared = 0;
    while let (Some(left), Some(right)) = (one.peek(), other.peek()) {
        let order = left.cmp(right);
        shared += usize::from(order.is_eq());
        if order.is_le() {
            one.next();
        }
        if order.is_ge() {
            other.next();
        }
    }
    shared
}

/// Whether two texts are alike enough to be kept as such.
pub fn is_kept(likeness: Likeness) -> bool {
    is_near(likeness) || likeness.first_in_second.max(likeness.second_in_first) >= LEAST_CONTAINED
}

/// Whether two texts are nearly the same.
pub(super) fn is_near(likeness: Likeness) -> bool {
    likeness.jaccard >= LEAST_NEAR
}

/// Whether the first text stands in the second, which has more of its own.
pub(super) fn is_contained(likeness: Likeness) -> bool {
    !is_near(likeness)
        && likeness.first_in_second >= LEAST_CONTAINED
        && likeness.first_in_second > likeness.second_in_first
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn compare(one: &str, other: &str) -> Likeness {
        let shingles = |text: &str| Shingles::of(&Letters::of(text).unwrap());
        shingles(one).compare(&shingles(other))
    }

    /// So many letters of which no run comes twice.
    fn plain(from: u32, letters: u32) -> String {
        (from..from + letters).filter_map(|number| char::from_u32(0x4e00 + number)).collect()
    }

    #[test]
    fn texts_are_compared_by_what_they_share() {
        let (short, long) = (plain(0, 104), plain(0, 204));
        let cases = [
            ("the same", short.clone(), short.clone(), [1_000, 1_000, 1_000]),
            ("in other layout", short.clone(), short.replace('\u{4e32}', "\n\n，\u{4e32}"), [1_000, 1_000, 1_000]),
            ("half of the other", short.clone(), long.clone(), [500, 1_000, 500]),
            ("nothing in common", short.clone(), plain(1_000, 104), [0, 0, 0]),
            ("one letter of a hundred", short.clone(), short.replace('\u{4e32}', "水"), [904, 950, 950]),
        ];
        for (case, one, other, want) in cases {
            let likeness = compare(&one, &other);
            let got = [likeness.jaccard, likeness.first_in_second, likeness.second_in_first].map(Score::thousandths);
            assert_eq!(got, want, "{case}");
            assert_eq!(compare(&other, &one), likeness.turned(), "{case}");
        }
    }

    #[test]
    fn what_is_near_is_not_contained() {
        let of = |jaccard, first, second| Likeness {
            jaccard: Score::of_thousandths(jaccard),
            first_in_second: Score::of_thousandths(first),
            second_in_first: Score::of_thousandths(second),
        };
        let cases = [
            (of(950, 1_000, 950), [true, false, true]),
            (of(780, 877, 877), [true, false, true]),
            (of(779, 990, 785), [false, true, true]),
            (of(779, 785, 990), [false, false, true]),
            (of(300, 959, 310), [false, false, false]),
        ];
        for (likeness, want) in cases {
            assert_eq!([is_near(likeness), is_contained(likeness), is_kept(likeness)], want, "{likeness:?}");
        }
    }

    proptest! {
        #[test]
        fn a_comparison_is_the_same_from_both_sides(one in "[春夏秋冬a]{50,90}", other in "[春夏秋冬a]{50,90}") {
            let likeness = compare(&one, &other);
            prop_assert_eq!(compare(&other, &one), likeness.turned());
            prop_assert!(likeness.jaccard <= likeness.first_in_second.min(likeness.second_in_first));
        }
    }
}

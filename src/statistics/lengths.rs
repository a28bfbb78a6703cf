use std::collections::BTreeMap;

use serde::Serialize;

/// Where the buckets begin, in characters; each ends before the next.
const LADDER: [u64; 8] = [0, 1, 100, 300, 1_000, 3_000, 10_000, 30_000];

/// How many articles have each length.
#[derive(Clone, Debug, Default)]
pub(super) struct Lengths(BTreeMap<u64, u64>);

/// How long the articles are, in characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct LengthFigures {
    /// Half of the articles have at most so many.
    pub(crate) median: u64,
    /// Nine of ten have at most so many.
    pub(crate) percentile_90: u64,
    /// All lengths from the shortest to the longest, also where no article is.
    pub(crate) buckets: Vec<Bucket>,
}

/// The articles of some lengths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Bucket {
    /// They have at least so many characters.
    pub(crate) at_least: u64,
    /// And at most so many; absent in the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) at_most: Option<u64>,
    /// How many articles.
    pub(crate) articles: u64,
    /// Their characters together.
    pub(crate) characters: u64,
}

impl Lengths {
    /// Counts an article.
    pub(super) fn add(&mut self, characters: u64) {
        *self.0.entry(characters).or_default() += 1;
    }

    /// What is told of them.
    pub(super) fn figures(&self) -> LengthFigures {
        let buckets = LADDER.iter().enumerate().map(|(place, &at_least)| {
            let next = LADDER.get(place + 1).copied();
            let within = self.0.range(at_least..next.unwrap_or(u64::MAX));
            let (articles, characters) = within.fold((0, 0), |(articles, characters), (length, count)| {
                (articles + count, characters + length * count)
            });
            Bucket { at_least, at_most: next.map(|next| next - 1), articles, characters }
        });
        LengthFigures { median: self.percentile(50), percentile_90: self.percentile(90), buckets: buckets.collect() }
    }

    /// The least length that so many of a hundred articles do not exceed (the nearest rank); 0 without articles.
    fn percentile(&self, percent: u64) -> u64 {
        let all: u64 = self.0.values().sum();
        let mut left = (all * percent).div_ceil(100);
        for (&length, &count) in &self.0 {
            if count >= left {
                return length;
            }
            left -= count;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(lengths: &[u64]) -> LengthFigures {
        let mut counted = Lengths::default();
        for length in lengths {
            counted.add(*length);
        }
        counted.figures()
    }

    #[test]
    fn a_length_falls_into_one_bucket() {
        for (length, want) in [
            (0, (0, Some(0))),
            (1, (1, Some(99))),
            (99, (1, Some(99))),
            (100, (100, Some(299))),
            (299, (100, Some(299))),
            (300, (300, Some(999))),
            (1_000, (1_000, Some(2_999))),
            (3_000, (3_000, Some(9_999))),
            (29_999, (10_000, Some(29_999))),
            (30_000, (30_000, None)),
            (5_000_000, (30_000, None)),
        ] {
            let figures = of(&[length]);
            let full: Vec<_> = figures.buckets.iter().filter(|bucket| bucket.articles > 0).collect();
            let [bucket] = full.as_slice() else { panic!("{length}: {full:?}") };
            assert_eq!((bucket.at_least, bucket.at_most), want, "{length}");
            assert_eq!((bucket.articles, bucket.characters), (1, length), "{length}");
        }
    }

    #[test]
    fn median_and_percentile_are_lengths_that_occur() {
        let ten: Vec<u64> = (1..=10).collect();
        for (lengths, median, percentile_90) in [
            (&[][..], 0, 0),
            (&[7], 7, 7),
            (&[9, 1], 1, 9),
            (&[5, 1, 9], 5, 9),
            (&[4, 4, 4, 4, 100], 4, 100),
            (&ten, 5, 9),
        ] {
            let figures = of(lengths);
            assert_eq!((figures.median, figures.percentile_90), (median, percentile_90), "{lengths:?}");
        }
    }
}

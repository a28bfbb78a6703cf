use super::runs::Letters;
use super::shingles::count_shared;

/// Letters of a run that may be an anchor: two texts that share it have it from one another, or from a third.
const RUN: usize = 20;

/// Bits of an anchor: few enough for a whole number of a database, which has a sign.
const BITS: u32 = 48;

/// Letters for each of which a text has an anchor, of the texts of ordinary length.
const LETTERS_OF_AN_ANCHOR: usize = 112;

/// Fewest and most anchors of a text.
const MIN_ANCHORS: usize = 14;
const MAX_ANCHORS: usize = 256;

/// Of the anchors that two texts could share, they share at least one in so many when they are worth to be compared.
const LEAST_SHARED_ONE_IN: usize = 6;

/// What a text is found by: the smallest hashes of its runs of letters, which are the same few runs in every copy of the text and,
/// since a longer text has more of them, in every text that contains it. This is MinHash with one permutation, of which the k
/// smallest values are taken (Broder 1997, "bottom-k").
///
/// Two texts of Jaccard index 0.8, in five-letter shingles, share a run of twenty at each anchor with a chance of about a half,
/// however their differences are scattered; so of fourteen anchors hardly ever none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch(Vec<u64>);

impl Sketch {
    /// That of a text's letters.
    pub fn of(letters: &Letters) -> Self {
        let runs = letters.runs(RUN);
        let wanted = (runs.size_hint().0 / LETTERS_OF_AN_ANCHOR).clamp(MIN_ANCHORS, MAX_ANCHORS);
        let mut smallest: Vec<u64> = Vec::with_capacity(wanted + 1);
        let mut bound = u64::MAX;
        for hash in runs.map(|hash| hash >> (u64::BITS - BITS)) {
            if hash >= bound {
                continue;
            }
            let Err(place) = smallest.binary_search(&hash) else { continue };
            smallest.insert(place, hash);
            smallest.truncate(wanted);
            if smallest.len() == wanted {
                bound = smallest.last().copied().unwrap_or(u64::MAX);
            }
        }
        Self(smallest)
    }

    /// The anchors, the smallest first, each below 2^48.
    pub fn anchors(&self) -> &[u64] {
        &self.0
    }

    /// Whether the texts of two sketches share enough for them to be compared. Of the shorter text only those anchors count that
    /// are small enough to be anchors of the longer one too.
    pub fn may_be_alike(&self, other: &Self) -> bool {
        let bound = match (self.0.last(), other.0.last()) {
            (Some(one), Some(other)) => *one.min(other),
            _ => return false,
        };
        let comparable = |sketch: &Self| sketch.0.partition_point(|anchor| *anchor <= bound);
        let shared = count_shared(&self.0, &other.0);
        shared > 0 && shared * LEAST_SHARED_ONE_IN >= comparable(self).min(comparable(other))
    }

    /// The stored form: eight bytes an anchor, the lowest first.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|anchor| anchor.to_le_bytes()).collect()
    }

    /// Reads the stored form; what is left of eight bytes is passed over.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let (anchors, _) = bytes.as_chunks();
        Self(anchors.iter().copied().map(u64::from_le_bytes).collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(&Letters::of(text).unwrap())
    }

    /// A text of letters that no other text of another seed has in this order.
    fn text(seed: u32, letters: u32) -> String {
        (0..letters)
            .map(|number| blake3::hash(&[seed.to_le_bytes(), number.to_le_bytes()].concat()))
            .filter_map(|hash| char::from_u32(0x4e00 + u32::from(hash.as_bytes()[0])))
            .collect()
    }

    #[test]
    fn copies_and_what_contains_them_are_found() {
        let story = text(1, 1_500);
        let edited: String = story.chars().enumerate().map(|(at, it)| if at % 50 == 0 { '水' } else { it }).collect();
        let digest = [text(2, 2_000), story.clone(), text(3, 2_500)].join("\n\n");
        let cases = [
            ("itself", story.clone(), true),
            ("with a letter of fifty changed", edited, true),
            ("with another end", format!("{story}{}", text(4, 300)), true),
            ("a digest of four times its length", digest, true),
            ("another", text(5, 1_500), false),
            ("another with its first sentence", format!("{}{}", &story[..60], text(6, 1_480)), false),
        ];
        for (case, other, want) in cases {
            assert_eq!(sketch(&story).may_be_alike(&sketch(&other)), want, "{case}");
            assert_eq!(sketch(&other).may_be_alike(&sketch(&story)), want, "{case}, turned");
        }
    }

    #[test]
    fn the_number_of_anchors_is_bounded() {
        let cases = [("short", 60, 14), ("of ordinary length", 3_000, 26), ("a book", 60_000, 256)];
        for (case, letters, want) in cases {
            assert_eq!(sketch(&text(7, letters)).anchors().len(), want, "{case}");
        }
        assert_eq!(sketch(&"磨坊".repeat(900)).anchors().len(), 2, "one that says the same over and over");
    }

    proptest! {
        #[test]
        fn a_sketch_comes_back_from_its_bytes(text in "[春夏秋冬a]{50,300}") {
            let sketch = sketch(&text);
            prop_assert!(sketch.anchors().is_sorted() && sketch.anchors().iter().all(|anchor| *anchor < 1 << BITS));
            prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), sketch);
        }
    }
}

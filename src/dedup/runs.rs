use boji_clean::text::{has_letters, letters};

/// Texts with fewer letters are not compared: a greeting or a notice is soon like another.
const MIN_LETTERS: usize = 50;

/// Letters of a text that are looked at: those of a book. A longer text is compared by its beginning.
const MAX_LETTERS: usize = 1 << 18;

/// Base of the polynomial that hashes a run: odd, and its bits are well mixed (the golden ratio in 64 bits).
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The letters of a text, each as a number that is mixed well: what its runs are hashed from. Layout, punctuation, case and the
/// width of characters do not count.
#[derive(Debug)]
pub struct Letters(Vec<u64>);

impl Letters {
    /// Those of a text; `None` when they are too few to be compared with others.
    pub fn of(text: &str) -> Option<Self> {
        has_letters(text, MIN_LETTERS).then(|| {
            let mut mixed = Vec::with_capacity(text.len().min(MAX_LETTERS) / 2);
            mixed.extend(letters(text).take(MAX_LETTERS).map(|letter| mix(u64::from(u32::from(letter)))));
            Self(mixed)
        })
    }

    /// The hash of each run of `length` letters, in their order; the same run has the same hash on every machine.
    pub(super) fn runs(&self, length: usize) -> impl Iterator<Item = u64> + '_ {
        // What the letter weighs that leaves the run behind.
        let weight = (0..length).fold(1_u64, |weight, _| weight.wrapping_mul(BASE));
        let mut hash = self.0.iter().take(length.saturating_sub(1)).fold(0, |hash, letter| step(hash, *letter));
        let entering = self.0.iter().skip(length.saturating_sub(1));
        let leaving = std::iter::once(&0).chain(&self.0);
        entering.zip(leaving).map(move |(entering, leaving)| {
            hash = step(hash, *entering).wrapping_sub(leaving.wrapping_mul(weight));
            mix(hash)
        })
    }
}

fn step(hash: u64, letter: u64) -> u64 {
    hash.wrapping_mul(BASE).wrapping_add(letter)
}

/// The finisher of SplitMix64 (Steele, Lea and Flood, 2014): each bit of the input turns half of the output's.
const fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(BASE);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn short_texts_are_not_compared() {
        assert!(Letters::of(&"一，".repeat(MIN_LETTERS - 1)).is_none());
        assert!(Letters::of(&"一，".repeat(MIN_LETTERS)).is_some());
    }

    #[test]
    fn a_hash_is_the_same_for_ever() {
        let letters = Letters::of(&"春天来了".repeat(13)).unwrap();
        assert_eq!(letters.runs(5).count(), 48);
        assert_eq!(letters.runs(5).next(), Some(7_409_598_369_370_459_231));
    }

    proptest! {
        #[test]
        fn runs_are_hashed_alike_wherever_they_stand(text in "[春夏秋冬]{50,90}", at in 0..40_usize, length in 1..9_usize) {
            let plain: Vec<char> = text.chars().collect();
            let run: String = plain[at..at + length].iter().collect();
            // The same run at the beginning of another text.
            let other = Letters::of(&format!("{run}{text}")).unwrap();
            let hashes: Vec<u64> = Letters::of(&text).unwrap().runs(length).collect();
            prop_assert_eq!(hashes.len(), plain.len() + 1 - length);
            prop_assert_eq!(other.runs(length).next(), hashes.get(at).copied());
        }
    }
}

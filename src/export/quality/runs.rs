use std::collections::HashSet;

/// Characters of a run.
pub(super) const RUN: usize = 10;
/// Most characters that are looked at for runs; what is behind them counts neither as repeated nor at all.
pub(super) const MAX_CHARACTERS: usize = 100_000;

/// An odd number without a pattern, by whose powers the places of a run are weighed.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
/// What the first character of a run weighs when the run moves on: the base to the power of its length.
const LEAVING: u64 = {
    let (mut weight, mut times) = (1_u64, 0);
    while times < RUN {
        weight = weight.wrapping_mul(BASE);
        times += 1;
    }
    weight
};

/// The runs of a text that came before, told character by character.
#[derive(Debug)]
pub(super) struct Runs {
    /// Those that were seen, by hash. A quick hash that differs from process to process, for a stranger's text fills the table.
    seen: HashSet<u64, foldhash::fast::RandomState>,
    /// The last characters, the next one goes to `at % RUN`.
    window: [u64; RUN],
    hash: u64,
    /// Characters told so far.
    at: usize,
    /// The place behind the last repeated run.
    behind: usize,
    repeated: usize,
}

impl Runs {
    /// Nothing was told yet; of a text of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        // A Han character takes three bytes; of other scripts the table grows once or twice.
        let seen =
            HashSet::with_capacity_and_hasher((bytes / 3).min(MAX_CHARACTERS), foldhash::fast::RandomState::default());
        Self { seen, window: [0; RUN], hash: 0, at: 0, behind: 0, repeated: 0 }
    }

    /// The next character.
    pub(super) fn tell(&mut self, character: char) {
        if self.at >= MAX_CHARACTERS {
            return;
        }
        let code = u64::from(u32::from(character)) + 1;
        if let Some(place) = self.window.get_mut(self.at % RUN) {
            let leaving = std::mem::replace(place, code);
            self.hash = self.hash.wrapping_mul(BASE).wrapping_add(code).wrapping_sub(leaving.wrapping_mul(LEAVING));
        }
        self.at += 1;
        if self.at >= RUN && !self.seen.insert(self.hash) {
            self.repeated += self.at - self.behind.max(self.at - RUN);
            self.behind = self.at;
        }
    }

    /// Characters in runs that were there before, and all that were looked at.
    pub(super) fn repeated(&self) -> (usize, usize) {
        (self.repeated, self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeated(text: &str) -> (usize, usize) {
        let mut runs = Runs::new(text.len());
        text.chars().for_each(|character| runs.tell(character));
        runs.repeated()
    }

    #[test]
    fn a_run_counts_from_its_second_time_and_no_character_twice() {
        for (text, want, case) in [
            ("", 0, "nothing"),
            ("0123456789", 0, "one run"),
            ("0123456789ab0123456789", 10, "a run again"),
            ("0123456789ab012345678", 0, "all but its last character again"),
            ("0123456789ab-0123456789ab", 12, "twelve again are three runs"),
            ("0123456789abc0123456789xyz0123456789", 20, "a third time"),
            ("aaaaaaaaaaa", 10, "one character over and over"),
            ("磨坊的账本上写着一些字，磨坊的账本上写着一些字", 11, "of three bytes"),
        ] {
            assert_eq!(repeated(text), (want, text.chars().count()), "{case}");
        }
    }

    #[test]
    fn a_long_text_is_looked_at_up_to_a_limit() {
        assert_eq!(repeated(&"a".repeat(MAX_CHARACTERS * 2)), (MAX_CHARACTERS - 1, MAX_CHARACTERS));
    }

    proptest::proptest! {
        #[test]
        fn runs_are_those_that_a_comparison_of_all_finds(text in "[ab]{0,80}") {
            let characters: Vec<char> = text.chars().collect();
            let runs: Vec<&[char]> = characters.windows(RUN).collect();
            let mut marked = vec![false; characters.len()];
            for (at, run) in runs.iter().enumerate() {
                if runs[..at].contains(run) {
                    marked[at..at + RUN].fill(true);
                }
            }
            proptest::prop_assert_eq!(repeated(&text).0, marked.iter().filter(|it| **it).count());
        }
    }
}

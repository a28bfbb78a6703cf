use rustc_hash::FxHashMap;

use crate::text::line_form;

/// Longest piece of a line that has a weight, in characters.
pub(super) const LONGEST_GRAM: usize = 4;

/// Characters that are read of a line at either end; what stands between them is one `…`.
const READ: usize = 40;

/// The columns of a dictionary.
pub(super) const COLUMNS: usize = 2;

/// How much a line sounds like boilerplate: log odds by what was labelled as such, and by what accounts repeat.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LineScores {
    /// By labels.
    pub text: f32,
    /// By repetition.
    pub repeat: f32,
}

/// Weights of short runs of characters (n-grams).
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    /// Log odds of a line without any known gram.
    pub bias: [f32; COLUMNS],
    /// What one unit of a weight is worth.
    pub step: [f32; COLUMNS],
    grams: FxHashMap<u128, Gram>,
}

/// What a run of characters says of its line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gram {
    pub weights: [i8; COLUMNS],
    /// The kind of boilerplate for which it speaks, counted from one; 0 for none.
    pub kind: u8,
    /// How strongly it does.
    pub strength: i8,
}

impl Dictionary {
    /// Adds a gram of one to four characters; false when it is none.
    pub(super) fn add(&mut self, gram: &str, says: Gram) -> bool {
        let chars = gram.chars().count();
        let key = gram.chars().fold(0, push);
        let fits = (1..=LONGEST_GRAM).contains(&chars) && !self.grams.contains_key(&key);
        if fits {
            self.grams.insert(key, says);
        }
        fits
    }

    /// The score of a line in the form of [`clipped`].
    pub(super) fn scores(&self, line: &[char]) -> LineScores {
        let mut sums = [0_i32; COLUMNS];
        let mut grams = 0_u32;
        for start in 0..line.len() {
            let mut key = 0;
            for c in line.iter().skip(start).take(LONGEST_GRAM) {
                key = push(key, *c);
                grams += 1;
                let Some(gram) = self.grams.get(&key) else { continue };
                for (sum, weight) in sums.iter_mut().zip(gram.weights) {
                    *sum += i32::from(weight);
                }
            }
        }
        let root = (grams.max(1) as f32).sqrt();
        let mut columns = self.bias.into_iter().zip(self.step).zip(sums);
        let mut next = || columns.next().map_or(0.0, |((bias, step), sum)| bias + step * sum as f32 / root);
        LineScores { text: next(), repeat: next() }
    }

    /// How strongly the grams of a line speak for each of so many kinds of boilerplate.
    pub(super) fn kinds(&self, line: &[char], kinds: usize) -> Vec<i32> {
        let mut sums = vec![0; kinds];
        for length in 1..=LONGEST_GRAM {
            for gram in line.windows(length) {
                let key = gram.iter().fold(0, |key, c| push(key, *c));
                let Some(gram) = self.grams.get(&key).filter(|gram| gram.kind > 0) else { continue };
                if let Some(sum) = sums.get_mut(usize::from(gram.kind) - 1) {
                    *sum += i32::from(gram.strength);
                }
            }
        }
        sums
    }

    /// The known grams of a line with what each adds to the score by labels, in log odds, those that say most first.
    pub(super) fn reasons(&self, line: &[char]) -> Vec<(String, f32)> {
        let mut found: Vec<(String, f32)> = Vec::new();
        let grams = (1..=LONGEST_GRAM).map(|length| line.len().saturating_sub(length - 1)).sum::<usize>();
        let root = (grams.max(1) as f32).sqrt();
        for length in 1..=LONGEST_GRAM {
            for gram in line.windows(length) {
                let key = gram.iter().fold(0, |key, c| push(key, *c));
                let Some(Gram { weights: [weight, _], .. }) = self.grams.get(&key) else { continue };
                let [step, _] = self.step;
                let text: String = gram.iter().collect();
                if found.iter().all(|(known, _)| *known != text) {
                    found.push((text, f32::from(*weight) * step / root));
                }
            }
        }
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        found
    }
}

/// Four characters of 21 bits each fit beside one another.
fn push(key: u128, c: char) -> u128 {
    key << 21 | u128::from(u32::from(c))
}

/// A line as the dictionary reads it: `^` and `$` at its ends, a long one cut in its midst.
pub fn clipped(text: &str, line: &mut Vec<char>) {
    line.clear();
    line.push('^');
    line.extend(line_form(text));
    if line.len() > 2 * READ + 1 {
        let tail = line.len() - READ;
        line.drain(READ + 1..tail);
        line.insert(READ + 1, '…');
    }
    line.push('$');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> String {
        let mut line = Vec::new();
        clipped(text, &mut line);
        line.into_iter().collect()
    }

    #[test]
    fn a_long_line_is_read_at_its_ends() {
        assert_eq!(form("关注 我们！"), "^关注我们!$");
        let exact = "甲".repeat(80);
        assert_eq!(form(&exact), format!("^{exact}$"));
        let long = format!("{}乙{}", "甲".repeat(40), "丙".repeat(40));
        assert_eq!(form(&long), format!("^{}…{}$", "甲".repeat(40), "丙".repeat(40)));
    }

    #[test]
    fn a_score_is_the_bias_and_the_weights_over_the_root_of_the_grams() {
        let mut dictionary = Dictionary { bias: [-1.0, 0.5], step: [0.5, 0.25], ..Dictionary::default() };
        let gram = |weights, kind, strength| Gram { weights, kind, strength };
        assert!(dictionary.add("关注", gram([6, 4], 2, 9)));
        assert!(dictionary.add("^", gram([-2, 0], 0, 0)));
        assert!(!dictionary.add("关注", Gram::default()), "twice");
        assert!(!dictionary.add("五个字太长", Gram::default()), "too long");
        let line: Vec<char> = "^关注$".chars().collect();
        let root = 10.0_f32.sqrt();
        assert_eq!(dictionary.scores(&line), LineScores { text: -1.0 + 2.0 / root, repeat: 0.5 + 1.0 / root });
        assert_eq!(dictionary.reasons(&line), [("关注".to_owned(), 3.0 / root), ("^".to_owned(), -1.0 / root)]);
        assert_eq!(dictionary.kinds(&line, 2), [0, 9]);
        assert_eq!(dictionary.scores(&[]), LineScores { text: -1.0, repeat: 0.5 });
    }
}

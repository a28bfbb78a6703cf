use rustc_hash::FxHashMap;

use crate::text::line_form;

/// Longest piece of a line that has a weight, in characters.
pub(super) const LONGEST_GRAM: usize = 4;

/// Characters that are read of a line at either end; what stands between them is one `…`.
const READ: usize = 40;

/// Weights of short runs of characters (n-grams), in several columns: each answers a question of its own.
#[derive(Clone, Debug)]
pub(super) struct Dictionary<const COLUMNS: usize> {
    /// Log odds of a line without any known gram.
    pub bias: [f32; COLUMNS],
    /// What one unit of a weight is worth.
    pub step: [f32; COLUMNS],
    /// A trie: by a node and the next character the node of the longer run. The root is 0.
    nodes: FxHashMap<u64, u32>,
    /// What the run of each node says; nothing where it is only the beginning of others.
    grams: Vec<Gram<COLUMNS>>,
}

/// What a run of characters says of its line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gram<const COLUMNS: usize> {
    pub weights: [i8; COLUMNS],
    /// The kind of boilerplate for which it speaks, counted from one; 0 for none.
    pub kind: u8,
    /// How strongly it does.
    pub strength: i8,
    /// It was given, and is not only the beginning of others.
    known: bool,
}

impl<const COLUMNS: usize> Default for Gram<COLUMNS> {
    fn default() -> Self {
        Self { weights: [0; COLUMNS], kind: 0, strength: 0, known: false }
    }
}

impl<const COLUMNS: usize> Default for Dictionary<COLUMNS> {
    fn default() -> Self {
        Self { bias: [0.0; COLUMNS], step: [0.0; COLUMNS], nodes: FxHashMap::default(), grams: Vec::new() }
    }
}

impl<const COLUMNS: usize> Gram<COLUMNS> {
    pub(super) fn new(weights: [i8; COLUMNS], kind: u8, strength: i8) -> Self {
        Self { weights, kind, strength, known: true }
    }
}

impl<const COLUMNS: usize> Dictionary<COLUMNS> {
    /// Adds a gram of one to four characters; false when it is none, or there already.
    pub(super) fn add(&mut self, gram: &str, says: Gram<COLUMNS>) -> bool {
        let chars = gram.chars().count();
        if !(1..=LONGEST_GRAM).contains(&chars) {
            return false;
        }
        let mut node = 0;
        for c in gram.chars() {
            let next = self.grams.len() as u32 + 1;
            let found = *self.nodes.entry(key(node, c)).or_insert(next);
            if found == next {
                self.grams.push(Gram::default());
            }
            node = found;
        }
        let Some(place) = self.grams.get_mut(node as usize - 1).filter(|place| !place.known) else { return false };
        *place = says;
        true
    }

    /// The grams of a line that begin at a place, with their lengths, the shortest first.
    fn beginning_at<'a>(&'a self, line: &'a [char], start: usize) -> impl Iterator<Item = (usize, &'a Gram<COLUMNS>)> {
        let mut node = 0;
        let runs = line.iter().skip(start).take(LONGEST_GRAM).map_while(move |c| {
            node = *self.nodes.get(&key(node, *c))?;
            self.grams.get(node as usize - 1)
        });
        runs.enumerate().map(|(nth, gram)| (nth + 1, gram)).filter(|(_, gram)| gram.known)
    }

    /// The score of a line in the form of [`clipped`], in each column.
    pub(super) fn scores(&self, line: &[char]) -> [f32; COLUMNS] {
        let mut sums = [0_i32; COLUMNS];
        for start in 0..line.len() {
            for (_, gram) in self.beginning_at(line, start) {
                for (sum, weight) in sums.iter_mut().zip(gram.weights) {
                    *sum += i32::from(weight);
                }
            }
        }
        let root = root_of_grams(line);
        let mut scores = self.bias;
        for ((score, step), sum) in scores.iter_mut().zip(self.step).zip(sums) {
            *score += step * sum as f32 / root;
        }
        scores
    }

    /// How strongly the grams of a line speak for each of so many kinds of boilerplate.
    pub(super) fn kinds(&self, line: &[char], kinds: usize) -> Vec<i32> {
        let mut sums = vec![0; kinds];
        for start in 0..line.len() {
            for (_, gram) in self.beginning_at(line, start).filter(|(_, gram)| gram.kind > 0) {
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
        let root = root_of_grams(line);
        let step = self.step.first().copied().unwrap_or_default();
        for start in 0..line.len() {
            for (length, gram) in self.beginning_at(line, start) {
                let weight = gram.weights.first().copied().unwrap_or_default();
                let text: String = line.iter().skip(start).take(length).collect();
                if found.iter().all(|(known, _)| *known != text) {
                    found.push((text, f32::from(weight) * step / root));
                }
            }
        }
        found.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then_with(|| a.0.cmp(&b.0)));
        found
    }
}

/// The root of the number of grams that a line has, known or not.
fn root_of_grams(line: &[char]) -> f32 {
    let grams: usize = (1..=LONGEST_GRAM).map(|length| (line.len() + 1).saturating_sub(length)).sum();
    (grams.max(1) as f32).sqrt()
}

fn key(node: u32, c: char) -> u64 {
    u64::from(node) << 32 | u64::from(u32::from(c))
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
        let gram = Gram::new;
        assert!(dictionary.add("关注", gram([6, 4], 2, 9)));
        assert!(dictionary.add("^", gram([-2, 0], 0, 0)));
        assert!(!dictionary.add("关注", gram([1, 1], 0, 0)), "twice");
        assert!(!dictionary.add("五个字太长", gram([1, 1], 0, 0)), "too long");
        let line: Vec<char> = "^关注$".chars().collect();
        let root = 10.0_f32.sqrt();
        let bits = |scores: [f32; 2]| scores.map(f32::to_bits);
        assert_eq!(bits(dictionary.scores(&line)), bits([-1.0 + 2.0 / root, 0.5 + 1.0 / root]));
        assert_eq!(dictionary.reasons(&line), [("关注".to_owned(), 3.0 / root), ("^".to_owned(), -1.0 / root)]);
        assert_eq!(dictionary.kinds(&line, 2), [0, 9]);
        assert_eq!(bits(dictionary.scores(&[])), bits([-1.0, 0.5]));
    }
}

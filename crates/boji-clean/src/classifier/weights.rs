use std::str::SplitAsciiWhitespace;

use rustc_hash::FxHashMap;

use super::dictionary::{Dictionary, Gram};
use super::forest::Forest;

/// First line of a file of weights.
const HEAD: &str = "boji-weights 1";

/// What is read from a file of weights.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights<const COLUMNS: usize> {
    pub dictionary: Dictionary<COLUMNS>,
    /// Weights of words in the names of elements: of the element itself, of one near above, of one far above.
    pub names: FxHashMap<String, [i8; 3]>,
    pub forest: Forest,
    /// Words for what grams speak for: kinds of boilerplate, states of pages.
    pub kinds: Vec<String>,
}

/// Reads a file of weights: its head, `limits`, the dictionary, the words of names, the names of the features, the trees in pre-order, each section
/// with its number of entries. What is wrong with it, with the line, when it is none.
pub(super) fn read<const COLUMNS: usize>(text: &str) -> Result<Weights<COLUMNS>, String> {
    let mut reader = Reader { lines: text.lines(), number: 0 };
    let mut weights = Weights::default();
    if reader.line()? != HEAD {
        return Err(format!("does not begin with `{HEAD}`"));
    }
    let line = reader.section("limits")?;
    weights.forest.limits = reader.numbers(line)?;
    weights.kinds = reader.section("kinds")?.map(str::to_owned).collect();
    let line = reader.section("bias")?;
    weights.dictionary.bias = reader.numbers(line)?;
    let line = reader.section("step")?;
    weights.dictionary.step = reader.numbers(line)?;
    for _ in 0..reader.count("grams")? {
        let line = reader.line()?;
        let (gram, rest) = line.split_once('\t').ok_or_else(|| reader.fault("no gram"))?;
        let mut words = rest.split_ascii_whitespace();
        let own: [i8; COLUMNS] = reader.next_numbers(&mut words)?;
        let [kind, strength]: [i8; 2] = reader.numbers(words)?;
        let kind = u8::try_from(kind).ok().filter(|kind| usize::from(*kind) <= weights.kinds.len());
        let kind = kind.ok_or_else(|| reader.fault("no kind of that number"))?;
        if !weights.dictionary.add(gram, Gram::new(own, kind, strength)) {
            return Err(reader.fault("no gram, or one that was given before"));
        }
    }
    for _ in 0..reader.count("names")? {
        let mut words = reader.line()?.split_ascii_whitespace();
        let name = words.next().ok_or_else(|| reader.fault("no name"))?;
        weights.names.insert(name.to_owned(), reader.numbers(words)?);
    }
    for _ in 0..reader.count("features")? {
        weights.forest.features.push(reader.line()?.to_owned());
    }
    for _ in 0..reader.count("trees")? {
        weights.forest.trees.begin();
        reader.tree(&mut weights)?;
    }
    if reader.lines.next().is_some() {
        return Err(reader.fault("something stands behind the trees"));
    }
    Ok(weights)
}

struct Reader<'a> {
    lines: std::str::Lines<'a>,
    number: usize,
}

impl<'a> Reader<'a> {
    fn line(&mut self) -> Result<&'a str, String> {
        self.number += 1;
        self.lines.next().ok_or_else(|| self.fault("ends too soon"))
    }

    fn fault(&self, message: &str) -> String {
        format!("line {}: {message}", self.number)
    }

    /// The words behind the name of a section.
    fn section(&mut self, name: &str) -> Result<SplitAsciiWhitespace<'a>, String> {
        let mut words = self.line()?.split_ascii_whitespace();
        if words.next() == Some(name) { Ok(words) } else { Err(self.fault(&format!("`{name}` should stand here"))) }
    }

    fn count(&mut self, name: &str) -> Result<usize, String> {
        let mut words = self.section(name)?;
        words.next().and_then(|word| word.parse().ok()).ok_or_else(|| self.fault("no number"))
    }

    fn numbers<T, const N: usize>(&self, words: SplitAsciiWhitespace<'a>) -> Result<[T; N], String>
    where
        T: std::str::FromStr + Copy + Default,
    {
        let mut words = words;
        let numbers = self.next_numbers(&mut words)?;
        if words.next().is_some() { Err(self.fault("one number too many")) } else { Ok(numbers) }
    }

    fn next_numbers<T, const N: usize>(&self, words: &mut SplitAsciiWhitespace<'a>) -> Result<[T; N], String>
    where
        T: std::str::FromStr + Copy + Default,
    {
        let mut numbers = [T::default(); N];
        for number in &mut numbers {
            *number = words.next().and_then(|word| word.parse().ok()).ok_or_else(|| self.fault("no number"))?;
        }
        Ok(numbers)
    }

    /// One tree. A line is `= value` for a leaf, or `feature threshold value` for a fork, whose left side follows.
    fn tree<const COLUMNS: usize>(&mut self, weights: &mut Weights<COLUMNS>) -> Result<(), String> {
        let mut open = Vec::new();
        loop {
            let line = self.line()?;
            if let Some(value) = line.strip_prefix("= ") {
                weights.forest.trees.leaf(value.parse().map_err(|_| self.fault("no number"))?);
                let Some(fork) = open.pop() else { return Ok(()) };
                weights.forest.trees.right(fork);
                continue;
            }
            let mut words = line.split_ascii_whitespace();
            let feature = words.next().and_then(|word| word.parse().ok());
            let feature = feature.filter(|feature| *feature < weights.forest.features.len());
            let feature = feature.ok_or_else(|| self.fault("no feature"))?;
            let threshold: Option<f32> = words.next().and_then(|word| word.parse().ok());
            let value = words.next().and_then(|word| word.parse().ok());
            let (Some(threshold), Some(value)) = (threshold, value) else { return Err(self.fault("no number")) };
            open.push(weights.forest.trees.fork(feature, threshold, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "boji-weights 1\nlimits 3 2 1\nkinds follow share\nbias -1.5 0.25\nstep 0.5 0.125\ngrams 2\n关注\t5 -3 1 7\n^\t-2 0 0 0\nnames 1\nsidebar -9 -5 -1\nfeatures 2\ntext\nchars\ntrees 2\n0 1.5 4\n= -7\n1 12 8\n= 9\n= 10\n= 3\n";

    #[test]
    fn a_file_is_read_section_by_section() {
        let weights: Weights<2> = read(SMALL).expect("well formed");
        assert_eq!(weights.forest.limits, [3, 2, 1]);
        assert_eq!(weights.names.get("sidebar"), Some(&[-9, -5, -1]));
        assert_eq!(weights.forest.features, ["text", "chars"]);
        assert_eq!(weights.kinds, ["follow", "share"]);
        for (features, sum) in [([1.5, 0.0], -4), ([1.6, 12.0], 12), ([1.6, 12.5], 13)] {
            assert_eq!(weights.forest.trees.sum(&features), sum, "{features:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (from, to, want) in [
            ("weights 1", "weights 2", "does not begin with `boji-weights 1`"),
            ("3 2 1", "3 2", "line 2: no number"),
            ("3 2 1", "3 2 1 0", "line 2: one number too many"),
            ("bias", "basis", "line 4: `bias` should stand here"),
            ("^\t-2", "关注\t-2", "line 8: no gram, or one that was given before"),
            ("^\t-2 0", "^\t-200 0", "line 8: no number"),
            ("1 7", "3 7", "line 7: no kind of that number"),
            ("0 1.5 4", "2 1.5 4", "line 15: no feature"),
            ("trees 2", "trees 3", "line 21: ends too soon"),
            ("trees 2", "trees 1", "line 19: something stands behind the trees"),
        ] {
            assert_eq!(read::<2>(&SMALL.replace(from, to)).err().as_deref(), Some(want), "{from} as {to}");
        }
    }
}

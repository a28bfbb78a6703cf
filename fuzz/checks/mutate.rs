/// Longest run that is repeated, in bytes, and how often: enough for depth and width, too little to fill the memory.
const MAX_RUN: usize = 64;
const MAX_TIMES: usize = 256;

/// Changes the first `size` bytes of a buffer a few times and gives their new number, at most `longest`. Words of a
/// dictionary are put in, ranges are cut out, doubled, repeated and moved; the same seed gives the same change. The
/// fuzz targets use this beside libFuzzer's own mutations; the stable test has no other.
pub fn change(data: &mut [u8], size: usize, longest: usize, seed: u32, words: &[Vec<u8>]) -> usize {
    let mut mutator = Mutator { words, state: u64::from(seed) };
    let mut bytes = data.get(..size).unwrap_or_default().to_vec();
    for _ in 0..=mutator.below(3) {
        mutator.change(&mut bytes, longest.min(data.len()));
    }
    data[..bytes.len()].copy_from_slice(&bytes);
    bytes.len()
}

struct Mutator<'a> {
    words: &'a [Vec<u8>],
    state: u64,
}

impl Mutator<'_> {
    /// A number below `end`; 0 when `end` is. SplitMix64: any seed is as good as another.
    fn below(&mut self, end: usize) -> usize {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.state ^ (self.state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        if end == 0 { 0 } else { (mixed % end as u64) as usize }
    }

    /// A range of the bytes, at most `longest` long.
    fn range(&mut self, bytes: &[u8], longest: usize) -> std::ops::Range<usize> {
        let start = self.below(bytes.len());
        let length = 1 + self.below(longest.min(bytes.len().saturating_sub(start)));
        start..(start + length).min(bytes.len())
    }

    /// Changes the bytes once. They never grow beyond `longest`.
    fn change(&mut self, bytes: &mut Vec<u8>, longest: usize) {
        let at = self.below(bytes.len() + 1);
        let nth = self.below(self.words.len());
        let word = self.words.get(nth).cloned().unwrap_or_default();
        match self.below(8) {
            0..=2 => drop(bytes.splice(at..at, word)),
            3 => {
                let range = self.range(bytes, MAX_RUN);
                bytes.splice(range, word);
            }
            4 => {
                let range = self.range(bytes, bytes.len());
                bytes.drain(range);
            }
            5 => {
                let range = self.range(bytes, bytes.len());
                let run = bytes[range].to_vec();
                bytes.splice(at..at, run);
            }
            6 => {
                let range = self.range(bytes, MAX_RUN);
                let times = 1 + self.below(MAX_TIMES);
                let run = if self.below(2) == 0 { word } else { bytes[range].to_vec() };
                bytes.splice(at..at, run.repeat(times));
            }
            _ => {
                let range = self.range(bytes, MAX_RUN);
                let run: Vec<u8> = bytes.drain(range).collect();
                let at = self.below(bytes.len() + 1);
                bytes.splice(at..at, run);
            }
        }
        bytes.truncate(longest);
    }
}

/// The words of a dictionary in libFuzzer's form: one in quotation marks a line, with `\\`, `\"` and `\xAB` as escapes.
pub fn dictionary(text: &str) -> Vec<Vec<u8>> {
    let quoted = |line: &str| {
        let line = line.trim();
        let inner = line.get(line.find('"')? + 1..line.rfind('"')?)?;
        Some(unescaped(inner))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(quoted).collect()
}

fn unescaped(word: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(word.len());
    let mut rest = word.as_bytes();
    while let [first, tail @ ..] = rest {
        let (byte, behind) = match (first, tail) {
            (b'\\', [b'x', digits @ ..]) => {
                let hex = digits.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()).unwrap_or(b'?');
                (byte, digits.get(2..).unwrap_or_default())
            }
            (b'\\', [letter, behind @ ..]) => (*letter, behind),
            _ => (*first, tail),
        };
        out.push(byte);
        rest = behind;
    }
    out
}

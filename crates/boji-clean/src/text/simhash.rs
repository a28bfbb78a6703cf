use super::letters::letters;

/// Letters in one shingle. Five tell Chinese and Latin texts apart without a dictionary.
const SHINGLE: usize = 5;

/// SimHash of a text's shingles of letters: texts that share most of them differ in few of the 64 bits. 0 for a text
/// without letters.
pub fn simhash(text: &str) -> u64 {
    let mut window = [0u32; SHINGLE];
    let mut seen = 0usize;
    let mut votes = Votes { planes: [0; PLANES], fresh: 0, counted: [0; 64], all: 0 };
    for letter in letters(text) {
        let [_, second, third, fourth, fifth] = window;
        window = [second, third, fourth, fifth, u32::from(letter)];
        seen += 1;
        if seen >= SHINGLE {
            votes.cast(hash(&window));
        }
    }
    if (1..SHINGLE).contains(&seen) {
        return hash(&window);
    }
    votes.won()
}

/// The exported form: `sh:` and 16 hexadecimal digits, because readers of JSON break 64-bit integers.
pub fn format_simhash(value: u64) -> String {
    format!("sh:{value:016x}")
}

/// How often each bit was set. The last counts stand upright: plane `n` holds bit `n` of all 64 of them, so that one
/// addition counts for all.
struct Votes {
    planes: [u64; PLANES],
    /// Votes in `planes`.
    fresh: u32,
    counted: [u64; 64],
    all: u64,
}

/// Enough for 255 votes.
const PLANES: usize = 8;

impl Votes {
    fn cast(&mut self, hash: u64) {
        let mut carried = hash;
        for plane in &mut self.planes {
            let both = *plane & carried;
            *plane ^= carried;
            carried = both;
        }
        self.fresh += 1;
        if self.fresh == (1 << PLANES) - 1 {
            self.count();
        }
    }

    fn count(&mut self) {
        for (bit, sum) in self.counted.iter_mut().enumerate() {
            *sum += self.planes.iter().rev().fold(0, |sum, plane| sum << 1 | plane >> bit & 1);
        }
        self.all += u64::from(self.fresh);
        self.planes = [0; PLANES];
        self.fresh = 0;
    }

    /// The bits that most votes set.
    fn won(mut self) -> u64 {
        self.count();
        let bits = self.counted.iter().enumerate().filter(|(_, sum)| **sum * 2 > self.all);
        bits.fold(0, |value, (bit, _)| value | 1 << bit)
    }
}

/// FNV-1a over the letters, then the finisher of `splitmix64` so that every letter reaches every bit. Written out here
/// because exported values must not change with a library.
fn hash(window: &[u32; SHINGLE]) -> u64 {
    let mixed = window.iter().fold(0xcbf2_9ce4_8422_2325u64, |state, letter| {
        (state ^ u64::from(*letter)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn distance(one: &str, other: &str) -> u32 {
        (simhash(one) ^ simhash(other)).count_ones()
    }

    fn story(seed: u32) -> String {
        let letter = |n: u32| char::from_u32(0x4e00 + n.wrapping_mul(2_654_435_761) % 3000).unwrap_or('一');
        (0..400).map(|n| letter(n + seed * 1000)).collect()
    }

    #[test]
    fn an_edited_text_is_near_and_another_is_far() {
        let one = story(1);
        let edited = format!("{}，又加了一句话。", one.replacen(one.chars().nth(50).unwrap_or('一'), "改", 1));
        assert!(distance(&one, &edited) <= 10, "{}", distance(&one, &edited));
        assert!(distance(&one, &story(2)) >= 16, "{}", distance(&one, &story(2)));
    }

    #[test]
    fn hashes_of_known_texts_never_change() {
        assert_eq!(format_simhash(simhash("")), "sh:0000000000000000");
        assert_eq!(format_simhash(simhash("簸箕")), format_simhash(simhash(" 簸，箕 ")));
        let cases = [
            ("abc", "sh:e6e868f9bea2ea00"),
            ("The winnowing basket", "sh:082509aad7692000"),
            ("簸扬糠秕，去粗取精", "sh:81a8a39142c02001"),
        ];
        let got: Vec<String> = cases.iter().map(|(text, _)| format_simhash(simhash(text))).collect();
        let want: Vec<&str> = cases.iter().map(|(_, want)| *want).collect();
        assert_eq!(got, want);
    }

    proptest! {
        #[test]
        fn layout_and_case_change_no_simhash(words in prop::collection::vec("[a-z春夏秋冬]{1,9}", 0..20)) {
            prop_assert_eq!(simhash(&words.join(" ")), simhash(&words.join("。\n\n").to_uppercase()));
        }
    }
}

//! Made-up articles of true shape: a vocabulary in which few words are frequent, phrases that many articles share, and copies of them
//! that are edited as people and programs edit.

/// Numbers that look random and are the same each time (SplitMix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// The next one below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let value = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(value ^ (value >> 31)) * bound as u128) >> 64) as usize
    }

    /// One of these, the first ones more often, as words are.
    fn frequent_first<'a>(&mut self, all: &'a [String]) -> &'a str {
        let place = (0..2).map(|_| self.below(all.len())).min().unwrap_or_default();
        let place = self.below(place + 1);
        &all[place]
    }
}

/// Words and phrases from which articles are made.
pub(crate) struct Vocabulary {
    words: Vec<String>,
    phrases: Vec<String>,
}

impl Vocabulary {
    /// 20,000 words of two or three characters, and 400 standing phrases of 12 to 40.
    pub(crate) fn new(numbers: &mut Numbers) -> Self {
        let mut word = |shortest: usize, longest: usize| -> String {
            let length = shortest + numbers.below(longest + 1 - shortest);
            (0..length).filter_map(|_| char::from_u32(0x4e00 + numbers.below(3_500) as u32)).collect()
        };
        let words = (0..20_000).map(|_| word(2, 3)).collect();
        let phrases = (0..400).map(|_| word(12, 40)).collect();
        Self { words, phrases }
    }

    /// A paragraph of about so many characters. One in six has a phrase that others have too.
    pub(crate) fn paragraph(&self, length: usize, numbers: &mut Numbers) -> String {
        let mut text = String::new();
        if numbers.below(6) == 0 {
            text.push_str(numbers.frequent_first(&self.phrases));
            text.push('，');
        }
        let mut characters = 0;
        while characters < length {
            let word = numbers.frequent_first(&self.words);
            characters += word.chars().count();
            text.push_str(word);
            if numbers.below(7) == 0 {
                text.push('，');
            }
        }
        text.push('。');
        text
    }

    /// An article of 8 to 60 paragraphs, and of 500 to 9,000 characters or so.
    pub(crate) fn article(&self, numbers: &mut Numbers) -> Vec<String> {
        let paragraphs = 8 + numbers.below(52) * numbers.below(52) / 52;
        (0..paragraphs).map(|_| self.paragraph(30 + numbers.below(140), numbers)).collect()
    }

    /// A copy with about one part in `rarity` of it changed: by whole paragraphs, by single characters, or by a new beginning and end.
    pub(crate) fn edited(&self, article: &[String], way: usize, rarity: usize, numbers: &mut Numbers) -> Vec<String> {
        let characters: usize = article.iter().map(|paragraph| paragraph.chars().count()).sum();
        let budget = characters / rarity;
        let mut copy = article.to_vec();
        match way {
            0 => {
                let mut changed = 0;
                while changed < budget {
                    let place = numbers.below(copy.len());
                    let length = copy[place].chars().count().min(budget - changed + 20);
                    copy[place] = self.paragraph(length, numbers);
                    changed += length;
                }
            }
            1 => {
                // Each changed character changes five shingles.
                for paragraph in &mut copy {
                    let change = |it: char| if numbers.below(rarity * 5) == 0 { '\u{9f98}' } else { it };
                    *paragraph = paragraph.chars().map(change).collect();
                }
            }
            _ => {
                copy.insert(0, self.paragraph(budget / 2, numbers));
                copy.push(self.paragraph(budget / 2, numbers));
            }
        }
        copy
    }
}

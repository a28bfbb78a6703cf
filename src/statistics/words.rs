use boji_clean::text::{is_han, is_letter};
use unicode_normalization::char::is_combining_mark;

/// Han characters of ten words: in segmented Chinese a word has 1.7 of them on average.
const HAN_OF_TEN_WORDS: u64 = 17;

/// What the number of words is guessed from. There is no tokenizer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Words {
    han: u64,
    runs: u64,
}

impl Words {
    /// Adds a text: its Han characters, and its runs of letters and digits of any other script.
    pub(super) fn add(&mut self, text: &str) {
        let mut is_in_run = false;
        for character in text.chars() {
            if is_han(character) {
                self.han += 1;
                is_in_run = false;
            } else if character.is_ascii() || !is_combining_mark(character) {
                let goes_on = is_letter(character);
                self.runs += u64::from(goes_on && !is_in_run);
                is_in_run = goes_on;
            }
            // An accent or a vowel sign belongs to the letter before it, and ends no run.
        }
    }

    /// About so many words.
    pub(super) const fn estimate(self) -> u64 {
        self.runs + (self.han * 10 + HAN_OF_TEN_WORDS / 2) / HAN_OF_TEN_WORDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_guessed_from_han_characters_and_from_runs_of_letters() {
        for (text, want) in [
            ("", 0),
            (" \n，。！", 0),
            ("the old mill", 3),
            ("1,024 sacks", 3),
            ("cafe\u{301}s", 1),
            ("हिन्दी", 1),
            ("мельница стоит", 2),
            // Seventeen characters are ten words.
            ("一二三四五六七八九十甲乙丙丁戊己庚", 10),
            ("磨", 1),
            ("磨坊", 1),
            ("磨坊在", 2),
            ("用Rust写", 2),
            ("第3章", 2),
            ("カタカナ", 1),
            ("人々", 1),
        ] {
            let mut words = Words::default();
            words.add(text);
            assert_eq!(words.estimate(), want, "{text:?}");
        }
    }

    #[test]
    fn halves_of_words_are_rounded_once_for_all_texts() {
        let mut words = Words::default();
        for _ in 0..17 {
            words.add("磨");
        }
        assert_eq!(words.estimate(), 10);
    }
}

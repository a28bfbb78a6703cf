use std::collections::HashSet;

use boji_clean::text::is_han;
use memchr::memmem;
use serde::{Serialize, Serializer};

use super::character::{MOJIBAKE, is_broken, is_latin, is_sentence_end, is_symbol, may_follow_a_sentence};
use super::runs::Runs;

/// Most characters of a short line of Han characters; a sentence of them takes about so many.
const SHORT_HAN: usize = 12;
/// Most characters of a short line of any other script, as FineWeb has it.
const SHORT: usize = 30;

/// How a text looks. Lines are those that hold something, without the white space at their ends; fields stand in alphabetical order, and
/// shares are fractions from 0 to 1. Where there is nothing to take a share of, it is 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(in crate::export) struct Quality {
    /// Of all characters, those that speak for a broken encoding.
    broken_share: Thousandths,
    /// Of all lines, those that end as sentences do.
    ended_lines_share: Thousandths,
    /// Of all letters, those of the Han script.
    han_share: Thousandths,
    /// Of all letters, those of the Latin script.
    latin_share: Thousandths,
    /// Characters a line.
    mean_line_chars: Thousandths,
    /// Lines.
    n_lines: usize,
    /// Of the characters of all lines, those in lines that were there before.
    repeated_lines_share: Thousandths,
    /// Of all characters, up to [`super::runs::MAX_CHARACTERS`], those in runs of [`super::runs::RUN`] that were there before.
    repeated_runs_share: Thousandths,
    /// Of all lines, those of at most [`SHORT_HAN`] characters where most letters are Han, else of [`SHORT`].
    short_lines_share: Thousandths,
    /// Of all characters, those that are symbols.
    symbols_share: Thousandths,
}

/// The numbers of a text; `None` for one without words. Goes through it once, and once more for each wording of broken encodings.
/// White space counts as characters of lines alone.
pub(in crate::export) fn quality(text: &str) -> Option<Quality> {
    let mut counts = Counts::default();
    let mut runs = Runs::new(text.len());
    // The standard hash, for a stranger's text fills it.
    let mut seen = HashSet::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let length = counts.line(line, &mut runs);
        if !seen.insert(line) {
            counts.in_repeated_lines += length;
        }
    }
    let of_lines = |part| Thousandths::of(part, counts.lines);
    let of_characters = |part| Thousandths::of(part, counts.characters);
    let of_letters = |part| Thousandths::of(part, counts.letters);
    let (repeated, looked_at) = runs.repeated();
    (counts.lines > 0).then(|| Quality {
        broken_share: of_characters((counts.broken + mojibake(text)).min(counts.characters)),
        ended_lines_share: of_lines(counts.ended),
        han_share: of_letters(counts.han),
        latin_share: of_letters(counts.latin),
        mean_line_chars: of_lines(counts.in_lines),
        n_lines: counts.lines,
        repeated_lines_share: Thousandths::of(counts.in_repeated_lines, counts.in_lines),
        repeated_runs_share: Thousandths::of(repeated, looked_at),
        short_lines_share: of_lines(counts.short),
        symbols_share: of_characters(counts.symbols),
    })
}

/// Characters of what stands there for lost ones.
fn mojibake(text: &str) -> usize {
    let count = |word: &&str| memmem::find_iter(text.as_bytes(), word.as_bytes()).count() * word.chars().count();
    MOJIBAKE.iter().map(count).sum()
}

/// What is counted on the way.
#[derive(Debug, Default)]
struct Counts {
    lines: usize,
    ended: usize,
    short: usize,
    in_lines: usize,
    in_repeated_lines: usize,
    /// Those that are no white space.
    characters: usize,
    letters: usize,
    han: usize,
    latin: usize,
    symbols: usize,
    broken: usize,
}

impl Counts {
    /// Counts a line, and gives its characters.
    fn line(&mut self, line: &str, runs: &mut Runs) -> usize {
        let (han, letters) = (self.han, self.letters);
        let mut length = 0;
        for character in line.chars() {
            length += 1;
            if !character.is_whitespace() {
                self.characters += 1;
                self.character(character);
                runs.tell(character);
            }
        }
        self.lines += 1;
        self.in_lines += length;
        self.ended += usize::from(line.trim_end_matches(may_follow_a_sentence).ends_with(is_sentence_end));
        let is_han = (self.han - han) * 2 > self.letters - letters;
        self.short += usize::from(length <= if is_han { SHORT_HAN } else { SHORT });
        length
    }

    fn character(&mut self, character: char) {
        if is_han(character) {
            self.letters += 1;
            self.han += 1;
        } else if character.is_alphabetic() {
            self.letters += 1;
            self.latin += usize::from(is_latin(character));
        } else if character.is_numeric() {
            // A number in a circle lies among the symbols.
        } else if is_symbol(character) {
            self.symbols += 1;
        } else if is_broken(character) {
            self.broken += 1;
        }
    }
}

/// A number in thousandths, written as a fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Thousandths(u64);

impl Thousandths {
    /// How often `whole` goes into `part`, rounded; of nothing, nothing.
    fn of(part: usize, whole: usize) -> Self {
        let (part, whole) = (part as u64, whole as u64);
        Self((part * 1_000 + whole / 2).checked_div(whole).unwrap_or(0))
    }
}

impl Serialize for Thousandths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0 as f64 / 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn field(text: &str, name: &str) -> Value {
        serde_json::to_value(quality(text)).expect("numbers")[name].clone()
    }

    #[test]
    fn each_number_says_what_it_is_called() {
        for (name, text, want) in [
            ("n_lines", "一\n\n  \n二", json!(2)),
            ("mean_line_chars", "  a b \n磨坊的账本", json!(4.0)),
            ("mean_line_chars", "a\nbc\nd", json!(1.333)),
            ("short_lines_share", "一二三四五六七八九十一二\n一二三四五六七八九十一二三", json!(0.5)),
            ("short_lines_share", "abcdefghij abcdefghij abcdefgh\nabcdefghij abcdefghij abcdefghi", json!(0.5)),
            ("short_lines_share", "2024-05-01 08:30:00", json!(1.0)),
            ("ended_lines_share", "他说：“走吧。”\n标题\nEnd!)\nनमस्ते।", json!(0.75)),
            ("ended_lines_share", "写到这里……\n完了。（见附录）\n有注的句子。¹\n他走了；", json!(0.5)),
            ("ended_lines_share", "（全文完。）\n这是『书』\n冒号：\n3.5", json!(0.5)),
            ("repeated_lines_share", "甲乙\n丙\n 甲乙\n甲乙", json!(0.571)),
            ("repeated_runs_share", "磨坊的账本上写着几个\n字磨坊的账本 上写着几个", json!(0.476)),
            ("repeated_runs_share", "short", json!(0.0)),
            ("symbols_share", "a + b = 3，好。", json!(0.25)),
            ("symbols_share", "★★😀|", json!(1.0)),
            ("symbols_share", "① ½ ㈠ ℝ x", json!(0.0)),
            ("symbols_share", "(a), [b]; “c” — d/e 50%", json!(0.0)),
            ("han_share", "磨坊 mill 々〇𠀀", json!(0.556)),
            ("han_share", "かな交じり", json!(0.2)),
            ("latin_share", "磨坊 Ｍｉll éß 2024", json!(0.75)),
            ("latin_share", "мельница", json!(0.0)),
            ("latin_share", "123", json!(0.0)),
            ("broken_share", "甲\u{fffd}\u{e000}\u{1}", json!(0.75)),
            ("broken_share", "读作锟斤拷锟斤拷的", json!(0.667)),
            ("broken_share", "itâ€™s cafÃ©", json!(0.364)),
            ("broken_share", "一斤拷贝纸 São Ã", json!(0.0)),
            ("broken_share", "a\u{200e}b\tc", json!(0.0)),
        ] {
            assert_eq!(field(text, name), want, "{name} of {text:?}");
        }
    }

    #[test]
    fn a_text_without_words_has_no_numbers() {
        assert_eq!([quality(""), quality(" \n\t\n\u{3000}")], [None, None]);
    }

    #[test]
    fn fields_stand_in_alphabetical_order() {
        let json = serde_json::to_string(&quality("磨坊")).expect("numbers");
        assert_eq!(
            json,
            r#"{"broken_share":0.0,"ended_lines_share":0.0,"han_share":1.0,"latin_share":0.0,"mean_line_chars":2.0,"n_lines":1,"repeated_lines_share":0.0,"repeated_runs_share":0.0,"short_lines_share":1.0,"symbols_share":0.0}"#
        );
    }

    proptest::proptest! {
        #[test]
        fn shares_of_any_text_are_shares(text in "(.|\n|锟斤拷|烫烫烫|â€|。|a){0,60}") {
            if let Value::Object(numbers) = serde_json::to_value(quality(&text)).expect("numbers") {
                for (name, number) in numbers.iter().filter(|(name, _)| name.ends_with("_share")) {
                    let share = number.as_f64().expect("a number");
                    proptest::prop_assert!((0.0..=1.0).contains(&share), "{}: {}", name, share);
                }
            }
        }
    }
}

use super::compatible::compatible;

/// Whether a character is a letter or a digit of any script: what the length of a text is counted in.
pub fn is_letter(character: char) -> bool {
    // The table of Unicode is searched only for what is neither ASCII nor of the main block of Han, nor a mark between these.
    is_common_han(character)
        || !matches!(character, '\u{2010}'..='\u{2027}' | '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{FF01}'..='\u{FF0F}')
            && character.is_alphanumeric()
}

/// Whether a character is of the main block of Han, in which there are letters alone, without case and forms: what Unicode's tables
/// need not be asked of.
pub const fn is_common_han(c: char) -> bool {
    matches!(c, '\u{4E00}'..='\u{9FFF}')
}

/// How many letters and digits a text has.
pub fn count_letters(text: &str) -> usize {
    text.chars().filter(|character| is_letter(*character)).count()
}

/// Whether a text has at least so many letters and digits; reads no further than it must.
pub fn has_letters(text: &str, least: usize) -> bool {
    // A letter takes a byte or more.
    text.len() >= least
        && (least == 0 || text.chars().filter(|character| is_letter(*character)).nth(least - 1).is_some())
}

/// The letters and digits of a text, in compatibility form and lower case: what is left when layout, punctuation,
/// emoji and the width of characters are taken away. Letters of ASCII and Han characters, nearly all of nearly all texts,
/// stand for themselves; the rest is looked up in the tables of Unicode.
pub fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut at = 0;
    let mut run = None;
    std::iter::from_fn(move || {
        loop {
            if let Some(letter) = run.as_mut().and_then(Iterator::next) {
                return Some(letter);
            }
            run = None;
            // A mark may join a letter of ASCII from behind; before another character of ASCII it stands for itself.
            let first = *text.as_bytes().get(at)?;
            if first.is_ascii() && text.as_bytes().get(at + 1).is_none_or(u8::is_ascii) {
                at += 1;
                if first.is_ascii_alphanumeric() {
                    return Some(first.to_ascii_lowercase().into());
                }
                continue;
            }
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            let behind = rest.get(first.len_utf8()..)?;
            // Nothing joins a Han character.
            if is_common_han(first) {
                at += first.len_utf8();
                return Some(first);
            }
            let joined = behind.find(|c: char| c.is_ascii() || is_common_han(c)).unwrap_or(behind.len());
            let end = first.len_utf8() + joined;
            run = rest.get(..end).map(looked_up);
            at += end;
        }
    })
}

fn looked_up(text: &str) -> impl Iterator<Item = char> + '_ {
    // Lower case can bring a letter out of its composed form (İ), so that the marks are filtered last.
    compatible(text).flat_map(char::to_lowercase).filter(|letter| is_letter(*letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_cut_agrees_with_unicode() {
        for character in '\0'..=char::MAX {
            assert_eq!(is_letter(character), character.is_alphanumeric(), "{character:?}");
            let is_plain =
                character.is_alphabetic() && !character.is_numeric() && character.to_lowercase().eq([character]);
            assert!(!is_common_han(character) || is_plain, "{character:?}");
        }
    }

    #[test]
    fn letters_are_counted_up_to_what_is_asked() {
        assert_eq!(count_letters("簸箕, a 2！"), 4);
        for (least, want) in [(0, true), (1, true), (4, true), (5, false)] {
            assert_eq!(has_letters("簸箕, a 2！", least), want, "{least}");
        }
        assert!(!has_letters("", 1));
    }

    proptest::proptest! {
        #[test]
        fn the_quick_path_gives_the_letters_that_the_tables_give(text in "[a-zA-Z é\\.的か가İ\\x{1100}\\x{1161}\\x{300}\\x{3099}ﬁ①Ａ：…\\x{345}😀]{0,16}", any in ".{0,16}") {
            for text in [text, any] {
                proptest::prop_assert_eq!(letters(&text).collect::<String>(), looked_up(&text).collect::<String>());
            }
        }
    }
}

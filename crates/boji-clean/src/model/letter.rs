/// Whether a character is a letter or a digit of any script: what the length of a text is counted in.
pub fn is_letter(character: char) -> bool {
    // The table of Unicode is searched only for what is neither ASCII nor of the main block of Han.
    matches!(character, '\u{4E00}'..='\u{9FFF}') || character.is_alphanumeric()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_cut_agrees_with_unicode() {
        for character in '\0'..=char::MAX {
            assert_eq!(is_letter(character), character.is_alphanumeric(), "{character:?}");
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
}

use std::str::Chars;

use unicode_normalization::{Recompositions, UnicodeNormalization as _};

/// The compatibility form (NFKC) of a text, character by character. Nearly all characters of nearly all texts stand for
/// themselves; only what may be joined to its neighbours is looked up in the tables of Unicode.
pub fn compatible(text: &str) -> impl Iterator<Item = char> + '_ {
    Compatible { rest: text, joined: None }
}

struct Compatible<'a> {
    rest: &'a str,
    /// The run being looked up.
    joined: Option<Recompositions<Chars<'a>>>,
}

impl Iterator for Compatible<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        loop {
            if let Some(joined) = &mut self.joined {
                if let Some(c) = joined.next() {
                    return Some(c);
                }
                self.joined = None;
            }
            let mut chars = self.rest.chars();
            let first = chars.next()?;
            let behind = chars.as_str();
            // Nothing joins a Han character, whatever stands behind it.
            if matches!(first, '\u{4e00}'..='\u{9fff}') {
                self.rest = behind;
                return Some(first);
            }
            // A character is by itself when neither it nor what stands behind it needs the tables.
            if let Some(c) = alone(first)
                && chars.next().is_none_or(|next| alone(next).is_some())
            {
                self.rest = behind;
                return Some(c);
            }
            let end = behind.find(|c| alone(c).is_some()).unwrap_or(behind.len());
            let (run, rest) = self.rest.split_at_checked(first.len_utf8() + end).unwrap_or((self.rest, ""));
            self.joined = Some(run.nfkc());
            self.rest = rest;
        }
    }
}

/// The compatibility form of a character that never joins what stands before it; none where that must be looked up.
fn alone(c: char) -> Option<char> {
    match c {
        '\0'..='\u{7f}'
        | '\u{c0}'..='\u{ff}'
        | '\u{400}'..='\u{45f}'
        | '\u{2012}'..='\u{2016}'
        | '\u{2018}'..='\u{2023}'
        | '\u{3001}'..='\u{3003}'
        | '\u{3008}'..='\u{3011}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => Some(c),
        // Full-width forms of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_stand_alone_do() {
        for c in ('\0'..=char::MAX).filter(|c| alone(*c).is_some()) {
            let form = alone(c).map(String::from).unwrap_or_default();
            for before in ["", "e", "か", "가", "ᄀ", "的", "\u{0915}"] {
                let joined: String = format!("{before}{c}").nfkc().collect();
                assert_eq!(joined, format!("{before}{form}"), "{before}{c}");
            }
        }
    }

    #[test]
    fn nothing_joins_a_han_character() {
        for mark in ('\0'..=char::MAX).filter(|c| alone(*c).is_none()) {
            let joined: String = format!("的{mark}").nfkc().collect();
            assert_eq!(joined.chars().next(), Some('的'), "{mark:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn is_the_normal_form_of_unicode(text in "[a-zé的か가\\x{1100}\\x{1161}\\x{300}\\x{327}\\x{3099}ﬁ①Ａ：…ﷺ\\x{345}😀]{0,12}", any in ".{0,12}") {
            for text in [text, any] {
                proptest::prop_assert_eq!(compatible(&text).collect::<String>(), text.nfkc().collect::<String>());
            }
        }
    }
}

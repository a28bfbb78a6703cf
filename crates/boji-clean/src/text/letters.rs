use super::compatible::compatible;
use crate::model::is_letter;

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
            let rest = text.get(at..)?;
            let first = rest.chars().next()?;
            let behind = rest.get(first.len_utf8()..)?;
            // A mark may join a letter of ASCII from behind, but nothing joins a Han character.
            if is_han(first) {
                at += first.len_utf8();
                return Some(first);
            }
            if first.is_ascii() && behind.bytes().next().is_none_or(|next| next.is_ascii()) {
                at += 1;
                if first.is_ascii_alphanumeric() {
                    return Some(first.to_ascii_lowercase());
                }
                continue;
            }
            let joined = behind.find(|c: char| c.is_ascii() || is_han(c)).unwrap_or(behind.len());
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

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn short_cuts_change_nothing(text in "[a-zA-Z é\\.的か가İ\\x{1100}\\x{1161}\\x{300}\\x{3099}ﬁ①Ａ：…\\x{345}😀]{0,16}", any in ".{0,16}") {
            for text in [text, any] {
                proptest::prop_assert_eq!(letters(&text).collect::<String>(), looked_up(&text).collect::<String>());
            }
        }
    }
}

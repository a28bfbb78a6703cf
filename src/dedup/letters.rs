use crate::config::compatible;
use crate::model::is_letter;

/// The letters and digits of a text, in compatibility form and lower case: what is left when layout, punctuation,
/// emoji and the width of characters are taken away.
pub(super) fn letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len());
    for c in compatible(text).chars() {
        match c {
            // Nearly all of nearly all texts, which Unicode's table of cases need not be searched for.
            '\u{4e00}'..='\u{9fff}' => letters.push(c),
            // Lower case can bring a letter out of its composed form (İ), so that the marks are filtered last.
            _ => letters.extend(c.to_lowercase().filter(|c| is_letter(*c))),
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_case_and_composition_are_no_difference() {
        for (text, want) in [
            ("ＡＢＣ abc１２", "abcabc12"),
            ("「春天」— Ça, c\u{327}a!", "春天çaça"),
            ("İ ﬁ ① ㈱ ﷺ", "ifi1株صلىاللهعليهوسلم"),
            ("か\u{3099} ガ ᄀ\u{1161}", "がガ가"),
            (" \n—！🌸", ""),
        ] {
            assert_eq!(letters(text), want, "{text}");
        }
    }
}

//! How figures and strangers' names are said to people.

use boji_clean::text::one_line;

use crate::model::Score;

/// What stands for a name that nobody states.
const NOT_STATED: &str = "not stated";

/// A number with its thousands apart: `12,345`.
pub(crate) fn number(value: u64) -> String {
    let digits = value.to_string();
    let mut said = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    said
}

/// So many articles: `1 article`, `2,000 articles`.
pub(crate) fn articles(count: u64) -> String {
    format!("{} article{}", number(count), if count == 1 { "" } else { "s" })
}

/// A share: `12.3 %`.
pub(crate) fn percent(share: Score) -> String {
    let thousandths = share.thousandths();
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

/// A stranger's word on one line, without what would turn it or move a cursor.
pub(super) fn name(word: &str) -> String {
    let mut name = word.to_owned();
    one_line(&mut name);
    if name.is_empty() { NOT_STATED.to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_names_are_said_as_people_read_them() {
        for (value, want) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (123_456, "123,456"),
            (1_234_567, "1,234,567"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(number(value), want, "{value}");
        }
        assert_eq!([articles(1), articles(2_000)], ["1 article", "2,000 articles"]);
        for (part, whole, want) in [
            (0, 0, "0.0 %"),
            (1, 3, "33.3 %"),
            (2, 3, "66.7 %"),
            (3, 16, "18.8 %"),
            (1, 1, "100.0 %"),
            (1, 2_000, "0.1 %"),
            (1, 2_001, "0.0 %"),
            (u64::MAX, u64::MAX, "100.0 %"),
        ] {
            assert_eq!(percent(Score::rounded(part, whole)), want, "{part} of {whole}");
        }
        for (word, want) in [("", "not stated"), ("磨坊\n账\u{202e}本", "磨坊 账本"), ("\u{7}", "not stated")] {
            assert_eq!(name(word), want, "{word:?}");
        }
    }
}

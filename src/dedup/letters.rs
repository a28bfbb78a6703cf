use crate::config::compatible;
use crate::model::is_letter;

/// The letters and digits of a text, in compatibility form and lower case: what is left when layout, punctuation,
/// emoji and the width of characters are taken away.
pub(super) fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    // Lower case can bring a letter out of its composed form (İ), so that the marks are filtered last.
    compatible(text).flat_map(char::to_lowercase).filter(|letter| is_letter(*letter))
}

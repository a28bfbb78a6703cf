//! How much of what a page or a feed states about an article is taken. Nobody's title is longer; what is, is a mistake or an
//! attack, and every comparison with it would cost its square.

use std::collections::HashSet;

/// Bytes of a title as a page of the web or a feed states it.
pub const MAX_TITLE: usize = 1_000;
/// Bytes of a name: of a person, an account, a series, a place, a tag.
pub const MAX_NAME: usize = 300;
/// Bytes of a sentence or two: a summary, a licence, a claim; and the words of a share that has nothing but a title.
pub const MAX_STATEMENT: usize = 4_000;
/// Names in a list: authors, tags.
pub const MAX_LISTED: usize = 100;

/// The beginning of a text, whole characters, of at most so many bytes.
pub fn cut(text: &str, most: usize) -> &str {
    if text.len() <= most { text } else { text.get(..text.floor_char_boundary(most)).unwrap_or_default().trim_end() }
}

/// Cuts a text to at most so many bytes.
pub fn shorten(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(cut(text, most).len());
    }
}

/// A list of names as it is taken: each once, none empty, and no more of them than [`MAX_LISTED`].
pub fn listed(names: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut seen = HashSet::new();
    let mut list = Vec::new();
    for mut name in names {
        shorten(&mut name, MAX_NAME);
        if !name.is_empty() && list.len() < MAX_LISTED && seen.insert(name.clone()) {
            list.push(name);
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        for (text, most, want) in [("一二三", 9, "一二三"), ("一二三", 8, "一二"), ("a b", 2, "a"), ("", 0, "")]
        {
            assert_eq!(cut(text, most), want);
            let mut short = text.to_owned();
            shorten(&mut short, most);
            assert_eq!(short, want);
        }
    }

    #[test]
    fn a_list_has_each_name_once_and_an_end() {
        let names = ["a", "", "b", "a"].map(str::to_owned);
        assert_eq!(listed(names), ["a", "b"]);
        assert_eq!(listed((0..1_000).map(|number| number.to_string())).len(), MAX_LISTED);
        assert_eq!(listed(["x".repeat(9_000)]).concat().len(), MAX_NAME);
    }
}

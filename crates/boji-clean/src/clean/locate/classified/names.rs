use scraper::node::Element;

/// Most words that are read of an element.
const MOST_WORDS: usize = 40;
/// Shortest and longest word.
const SHORTEST: usize = 2;
const LONGEST: usize = 24;

/// The words in the names of an element: its tag as `<tag>`, and of its classes and other names each word and each pair of
/// neighbouring words of one name, joined by `-`. Numbers and single letters say nothing.
pub(super) fn words(element: &Element, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    word.push('<');
    word.push_str(element.name());
    word.push('>');
    take(&word);
    let mut before = String::new();
    let mut left = MOST_WORDS;
    for (name, value) in &element.attrs {
        if !is_naming(&name.local) {
            continue;
        }
        for name in value.split_ascii_whitespace() {
            if name.contains(['/', ':', '[']) {
                continue;
            }
            before.clear();
            for part in parts(name) {
                if left == 0 {
                    return;
                }
                left -= 1;
                word.clear();
                word.extend(part.chars().map(|letter| letter.to_ascii_lowercase()));
                take(&word);
                if !before.is_empty() {
                    before.push('-');
                    before.push_str(&word);
                    take(&before);
                }
                std::mem::swap(&mut before, &mut word);
            }
        }
    }
}

/// Whether an attribute names its element.
fn is_naming(attribute: &str) -> bool {
    matches!(attribute, "class" | "id" | "role" | "itemprop" | "data-component" | "data-testid" | "data-type")
}

/// The words of one name: `relatedPosts_2` is `related` and `Posts`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let mut rest = name;
    let words = std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_ascii_alphabetic())?;
        let word = rest.get(start..)?;
        let mut before_small = false;
        let end = word.bytes().position(|byte| {
            let ends = !byte.is_ascii_alphabetic() || (before_small && byte.is_ascii_uppercase());
            before_small = byte.is_ascii_lowercase();
            ends
        });
        let (word, behind) = word.split_at_checked(end.unwrap_or(word.len()))?;
        rest = behind;
        Some(word)
    });
    words.filter(|word| (SHORTEST..=LONGEST).contains(&word.len()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::html::Tree;

    #[test]
    fn names_are_read_word_by_word_and_in_pairs() {
        let (tree, _) =
            Tree::fragment("<div class='relatedPosts_2 w-full lg:hidden' id='side-bar' role='main'>a</div>");
        let div = tree.elements().find(|(_, element)| element.name() == "div").expect("a box").1;
        let mut found = Vec::new();
        words(div, |word| found.push(word.to_owned()));
        assert_eq!(found, ["<div>", "related", "posts", "related-posts", "full", "side", "bar", "side-bar", "main"]);
    }
}

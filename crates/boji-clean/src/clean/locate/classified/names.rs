use scraper::node::Element;

/// Attributes that name an element, and most words that are read of one.
const NAMING: [&str; 7] = ["class", "id", "role", "itemprop", "data-component", "data-testid", "data-type"];
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
    let mut left = MOST_WORDS;
    for (name, value) in &element.attrs {
        if !NAMING.contains(&&*name.local) {
            continue;
        }
        for name in value.split_ascii_whitespace() {
            if name.contains(['/', ':', '[']) {
                continue;
            }
            let mut before = String::new();
            for part in parts(name) {
                if left == 0 {
                    return;
                }
                left -= 1;
                take(&part);
                if !before.is_empty() {
                    before.push('-');
                    before.push_str(&part);
                    take(&before);
                }
                before = part;
            }
        }
    }
}

/// The words of one name: `relatedPosts_2` is `related` and `posts`.
fn parts(name: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut lower = false;
    let mut end = |part: &mut String| {
        let word = std::mem::take(part);
        if (SHORTEST..=LONGEST).contains(&word.len()) {
            parts.push(word);
        }
    };
    for c in name.chars() {
        if !c.is_ascii_alphabetic() || (lower && c.is_ascii_uppercase()) {
            end(&mut part);
        }
        lower = c.is_ascii_lowercase();
        if c.is_ascii_alphabetic() {
            part.push(c.to_ascii_lowercase());
        }
    }
    end(&mut part);
    parts
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

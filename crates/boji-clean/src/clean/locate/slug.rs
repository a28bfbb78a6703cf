//! Ids that were made from a heading: they tell what the text is about, and nothing of the page.

use ego_tree::NodeRef;
use scraper::Node;

/// Most nodes below an element among which its heading is looked for.
const MAX_NODES: usize = 32;
/// Longest heading that is compared, in bytes.
const MAX_BYTES: usize = 1_000;
/// Most words of an id and of a heading that are compared.
const MAX_WORDS: usize = 64;

/// True when the id of an element says the words of the heading at its head, in their order: `sharing-with-others`,
/// `SharingWithOthers` and `sec:sharing` for "4.2 Sharing with others".
pub(super) fn is_of_own_heading(element: NodeRef<'_, Node>, id: &str) -> bool {
    let is_heading = |node: &NodeRef<'_, Node>| {
        let name = node.value().as_element().map_or("", |element| element.name());
        matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
    };
    let mut elements = element.descendants().take(MAX_NODES).filter(|node| node.value().is_element());
    let in_heading = || element.ancestors().take(2).find(|node| is_heading(node));
    let Some(heading) = elements.find(|node| is_heading(node)).or_else(in_heading) else { return false };
    short_text(heading).is_some_and(|heading| says(id, &heading))
}

/// The text of a short heading.
fn short_text(heading: NodeRef<'_, Node>) -> Option<String> {
    let mut text = String::new();
    for (nth, node) in heading.descendants().enumerate() {
        let run = node.value().as_text().map_or("", |run| run);
        if nth > MAX_NODES || text.len() + run.len() > MAX_BYTES {
            return None;
        }
        text.push_str(run);
    }
    Some(text)
}

/// Whether all words of an id but one stand in a heading in this order, and make half of it.
fn says(id: &str, heading: &str) -> bool {
    let (said, words) = (words(id), words(heading));
    let mut rest = words.iter();
    let found = said.iter().filter(|word| rest.clone().any(|other| other == *word) && rest.any(|other| other == *word));
    let found = found.count();
    found > 0 && found + 1 >= said.len() && (found == said.len() || found > 1) && found * 2 >= words.len()
}

/// The words of a name or a heading in lower case, parted by signs and by changes of letter case; numbers are none.
fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for character in text.chars() {
        if !character.is_alphabetic() || (lower_before && character.is_uppercase()) {
            words.push(String::new());
        }
        lower_before = character.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| character.is_alphabetic()) {
            word.extend(character.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words.truncate(MAX_WORDS);
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_says_the_words_of_a_heading_is_its_slug() {
        let cases = [
            ("how-sharing-works", "How sharing works", true),
            ("SharingWithOthers", "Sharing with Others", true),
            ("comments", "Comments", true),
            ("sec-tags-and-keys", "3.1 Tags and keys¶", true),
            ("tags-1", "Tags", true),
            ("Harbour_promotion_controversy", "Harbour promotion controversy", true),
            ("why-rate", "Why should we rate", true),
            ("share-buttons", "What we saw at sea", false),
            ("related", "Further reading for long evenings", false),
            ("newsletter-box", "Newsletter", false),
            ("sidebar", "", false),
            ("", "", false),
        ];
        for (id, heading, want) in cases {
            assert_eq!(says(id, heading), want, "{id}: {heading}");
        }
    }
}

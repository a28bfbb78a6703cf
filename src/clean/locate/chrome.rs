use std::collections::HashSet;
use std::sync::LazyLock;

use serde::Deserialize;

/// The shipped words, embedded.
const SHIPPED: &str = include_str!("../../../config/chrome.toml");
/// Longest class attribute that is read.
const MAX_CLASS_BYTES: usize = 1024;

static CHROME: LazyLock<Chrome> = LazyLock::new(|| Chrome::parse(SHIPPED).unwrap_or_default());

/// What the class and id words of an element say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// Nothing.
    #[default]
    None,
    /// The body of an article.
    Body,
    /// Furniture of the site.
    Chrome,
    /// What readers wrote.
    Comments,
}

/// The words of `config/chrome.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chrome {
    #[serde(rename = "chrome")]
    furniture: Words,
    comments: Words,
    body: Words,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    #[serde(rename = "words")]
    single: HashSet<String>,
    pairs: HashSet<String>,
    negators: HashSet<String>,
}

impl Chrome {
    /// The words that come with the program.
    pub fn shipped() -> &'static Self {
        &CHROME
    }

    /// Reads words from TOML; the error tells the line.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// What a class or id attribute says; the strongest of its hints.
    pub fn hint(&self, names: &str) -> Hint {
        if names.len() > MAX_CLASS_BYTES {
            return Hint::None;
        }
        names.split_ascii_whitespace().map(|name| self.hint_of_name(name)).max().unwrap_or_default()
    }

    fn hint_of_name(&self, name: &str) -> Hint {
        // Utility classes such as `md:hidden` and `p-[4px]` describe looks.
        if name.contains([':', '[']) {
            return Hint::None;
        }
        let words = split(name);
        if words.first().is_some_and(|first| words.len() > 1 && self.body.negators.contains(first)) {
            return Hint::None;
        }
        let mut hint = Hint::None;
        for (index, word) in words.iter().enumerate() {
            let pair = words.get(index + 1).map(|next| format!("{word}-{next}"));
            for (set, found) in
                [(&self.body, Hint::Body), (&self.furniture, Hint::Chrome), (&self.comments, Hint::Comments)]
            {
                if set.single.contains(word) || pair.as_ref().is_some_and(|pair| set.pairs.contains(pair)) {
                    hint = hint.max(found);
                }
            }
        }
        hint
    }
}

/// The words of a name in lower case: `PostShare_buttons` has post, share, buttons.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower_before = false;
    for character in name.chars() {
        let starts = character.is_ascii_uppercase() && lower_before;
        if starts || !character.is_alphanumeric() {
            words.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(character.to_lowercase());
        }
        lower_before = character.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_speak() {
        let chrome = Chrome::parse(SHIPPED).expect("the shipped file is valid");
        let cases = [
            ("PostShare_buttons", Hint::Chrome),
            ("has-sidebar", Hint::None),
            ("sidebar", Hint::Chrome),
            ("downloads headline", Hint::None),
            ("entry-content", Hint::Body),
            ("entry-content comments", Hint::Comments),
            ("md:sidebar print:footer", Hint::None),
        ];
        for (name, want) in cases {
            assert_eq!(chrome.hint(name), want, "{name}");
        }
    }
}

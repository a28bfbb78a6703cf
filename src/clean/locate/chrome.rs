use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

/// The shipped words, embedded.
const SHIPPED: &str = include_str!("../../../config/chrome.toml");
/// Longest class attribute that is read.
const MAX_CLASS_BYTES: usize = 1024;

static CHROME: LazyLock<Chrome> = LazyLock::new(|| Chrome::parse(SHIPPED).unwrap_or_default());

/// What the class and id words of an element say; of several the greatest holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// Nothing.
    #[default]
    None,
    /// The sentences that stand between the title and the body.
    Lead,
    /// The body of an article.
    Body,
    /// Furniture of the site.
    Chrome,
    /// What readers wrote.
    Comments,
}

/// The words of `config/chrome.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "File")]
pub struct Chrome {
    words: HashMap<String, Hint>,
    /// Two words that stand beside each other, joined by a hyphen.
    pairs: HashMap<String, Hint>,
    negators: HashSet<String>,
    discussion: Discussion,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    chrome: Words,
    comments: Words,
    body: Words,
    lead: Words,
    discussion: Discussion,
}

impl From<File> for Chrome {
    fn from(file: File) -> Self {
        let mut chrome = Self { negators: file.body.negators.clone(), discussion: file.discussion, ..Self::default() };
        // From the least hint to the greatest: a word of two groups means the greater.
        let groups = [
            (file.lead, Hint::Lead),
            (file.body, Hint::Body),
            (file.chrome, Hint::Chrome),
            (file.comments, Hint::Comments),
        ];
        for (group, hint) in groups {
            chrome.words.extend(group.single.into_iter().map(|word| (word, hint)));
            chrome.pairs.extend(group.pairs.into_iter().map(|pair| (pair, hint)));
        }
        chrome
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Words {
    #[serde(rename = "words")]
    single: HashSet<String>,
    pairs: HashSet<String>,
    negators: HashSet<String>,
}

/// How a page says that what its readers wrote is its content.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Discussion {
    generators: Vec<String>,
    types: Vec<String>,
    /// First parts of host names.
    hosts: Vec<String>,
    /// Parts of paths.
    paths: Vec<String>,
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
        let mut words = NameWords::default();
        names.split_ascii_whitespace().map(|name| self.hint_of_name(name, &mut words)).max().unwrap_or_default()
    }

    /// True for the program of a forum, as `meta name=generator` names it.
    pub fn is_forum(&self, generator: &str) -> bool {
        self.discussion.generators.iter().any(|name| generator.contains(name.as_str()))
    }

    /// True for a schema.org type of pages that consist of what readers wrote: a name, an address or a whole script.
    pub fn is_discussion(&self, types: &str) -> bool {
        self.discussion.types.iter().any(|name| types.contains(name.as_str()))
    }

    /// True for an address at which forums stand: `forum.…`, `…/threads/…`.
    pub fn is_forum_address(&self, url: &str) -> bool {
        let address = url.split_once("://").map_or(url, |(_, address)| address);
        let mut parts = address.split(['/', '?']);
        let host = parts.next().unwrap_or_default();
        let first = host.trim_start_matches("www.").split('.').next().unwrap_or_default();
        self.discussion.hosts.iter().any(|name| name == first)
            || parts.take(3).any(|part| self.discussion.paths.iter().any(|name| name == part))
    }

    fn hint_of_name(&self, name: &str, words: &mut NameWords) -> Hint {
        // Utility classes such as `md:hidden` and `p-[4px]` describe looks.
        if name.contains([':', '[']) {
            return Hint::None;
        }
        // A modifier says how a box is, not what: `section--ads` is one with ads in it.
        words.read(name.split("--").next().filter(|block| !block.is_empty()).unwrap_or(name));
        let negated = words.word(0).is_some_and(|first| self.negators.contains(first));
        if negated && words.ends.len() > 1 {
            return Hint::None;
        }
        let of = |known: &HashMap<String, Hint>, word: Option<&str>| {
            word.and_then(|word| known.get(word)).copied().unwrap_or_default()
        };
        (0..words.ends.len())
            .map(|nth| of(&self.words, words.word(nth)).max(of(&self.pairs, words.pair(nth))))
            .max()
            .unwrap_or_default()
    }
}

/// The words of a name in lower case, joined by hyphens: `PostShare_buttons` is `post-share-buttons`.
#[derive(Debug, Default)]
struct NameWords {
    text: String,
    /// Where each word ends.
    ends: Vec<usize>,
}

impl NameWords {
    fn read(&mut self, name: &str) {
        self.text.clear();
        self.ends.clear();
        let mut lower_before = false;
        for character in name.chars() {
            if !character.is_alphanumeric() || (character.is_ascii_uppercase() && lower_before) {
                self.end_word();
            }
            if character.is_alphanumeric() {
                if self.text.len() == self.ends.last().copied().unwrap_or(0) && !self.text.is_empty() {
                    self.text.push('-');
                }
                self.text.extend(character.to_lowercase());
            }
            lower_before = character.is_lowercase();
        }
        self.end_word();
    }

    fn end_word(&mut self) {
        if self.text.len() > self.ends.last().copied().unwrap_or(0) {
            self.ends.push(self.text.len());
        }
    }

    fn start(&self, nth: usize) -> Option<usize> {
        if nth == 0 { Some(0) } else { self.ends.get(nth - 1).map(|end| end + 1) }
    }

    fn word(&self, nth: usize) -> Option<&str> {
        self.text.get(self.start(nth)?..*self.ends.get(nth)?)
    }

    /// Two words that stand beside each other.
    fn pair(&self, nth: usize) -> Option<&str> {
        self.text.get(self.start(nth)?..*self.ends.get(nth + 1)?)
    }
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
            ("section--ads", Hint::None),
            ("articleBody", Hint::Body),
            ("article-intro", Hint::Lead),
            ("entry-content comments", Hint::Comments),
            ("md:sidebar print:footer", Hint::None),
            ("--", Hint::None),
        ];
        for (name, want) in cases {
            assert_eq!(chrome.hint(name), want, "{name}");
        }
    }

    #[test]
    fn forums_say_so() {
        let chrome = Chrome::shipped();
        assert!(chrome.is_forum("Discourse 3.2 - https://a.example"));
        assert!(!chrome.is_forum("WordPress 6.4"));
        assert!(chrome.is_discussion("https://schema.org/QAPage"));
        assert!(!chrome.is_discussion("https://schema.org/NewsArticle"));
        let cases = [
            ("https://forum.a.example/x/1", true),
            ("https://a.example/threads/bread.12/", true),
            ("https://a.example/viewtopic.php?t=1", true),
            ("https://a.example/blog/forum-rules", false),
            ("", false),
        ];
        for (url, want) in cases {
            assert_eq!(chrome.is_forum_address(url), want, "{url}");
        }
    }
}

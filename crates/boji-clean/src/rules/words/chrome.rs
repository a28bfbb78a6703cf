use memchr::memchr3;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

/// Longest class attribute that is read.
const MAX_CLASS_BYTES: usize = 1024;
/// Room for the words of most names, in bytes.
const NAME_ROOM: usize = 64;
/// Most words of an id that names a part of the page.
const MAX_ID_WORDS: usize = 5;

/// What the class and id words of an element say; of several the greatest holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hint {
    /// Nothing.
    #[default]
    None,
    /// A note of the author's beside the text, or below it.
    Note,
    /// The card of another article, where it links to one.
    Card,
    /// The sentences that stand between the title and the body.
    Lead,
    /// The body of an article.
    Body,
    /// Page chrome of the site.
    Chrome,
    /// What readers wrote.
    Comments,
    /// What only programs that read aloud are to see.
    Unseen,
}

/// The words of `config/chrome.toml`. A page asks for thousands and adds none, so that a quick hash is safe.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "File")]
pub struct ChromeWords {
    words: FxHashMap<String, Hint>,
    /// Two words that stand beside each other, joined by a hyphen.
    pairs: FxHashMap<String, Hint>,
    negators: FxHashSet<String>,
    modifiers: FxHashSet<String>,
    discussion: Discussion,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    chrome: Names,
    comments: Names,
    unseen: Names,
    body: Names,
    lead: Names,
    note: Names,
    card: Names,
    modifiers: Modifiers,
    discussion: Discussion,
}

impl From<File> for ChromeWords {
    fn from(file: File) -> Self {
        let mut chrome = Self {
            negators: file.modifiers.negators,
            modifiers: file.modifiers.chrome,
            discussion: file.discussion,
            ..Self::default()
        };
        // From the least hint to the greatest: a word of two groups means the greater.
        let groups = [
            (file.note, Hint::Note),
            (file.card, Hint::Card),
            (file.lead, Hint::Lead),
            (file.body, Hint::Body),
            (file.chrome, Hint::Chrome),
            (file.comments, Hint::Comments),
            (file.unseen, Hint::Unseen),
        ];
        for (group, hint) in groups {
            chrome.words.extend(group.words.into_iter().map(|word| (word, hint)));
            chrome.pairs.extend(group.pairs.into_iter().map(|pair| (pair, hint)));
        }
        chrome
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Names {
    words: Vec<String>,
    pairs: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Modifiers {
    chrome: FxHashSet<String>,
    negators: FxHashSet<String>,
}

/// How a page says that what its readers wrote is its content.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Discussion {
    generators: Vec<String>,
    types: Vec<String>,
    /// First parts of host names.
    hosts: Vec<String>,
    /// What the first part of a host name may end with.
    host_ends: Vec<String>,
    /// Parts of paths.
    paths: Vec<String>,
}

impl ChromeWords {
    /// What an id says. One of many words was made from the heading below it, and tells what the text is about.
    pub fn hint_of_id(&self, id: &str) -> Hint {
        let words = id.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        if words.take(MAX_ID_WORDS + 1).count() > MAX_ID_WORDS { Hint::None } else { self.hint(id) }
    }

    /// What a class attribute says; the strongest of its hints.
    pub fn hint(&self, names: &str) -> Hint {
        if names.len() > MAX_CLASS_BYTES {
            return Hint::None;
        }
        let mut words = NameWords { text: String::with_capacity(NAME_ROOM), ends: Vec::with_capacity(NAME_ROOM / 4) };
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
            || self.discussion.host_ends.iter().any(|end| first.ends_with(end.as_str()))
            || parts.take(3).any(|part| self.discussion.paths.iter().any(|name| name == part))
    }

    fn hint_of_name(&self, name: &str, words: &mut NameWords) -> Hint {
        // Utility classes such as `md:hidden`, `p-[4px]` and `group/tooltip` describe looks.
        if memchr3(b':', b'[', b'/', name.as_bytes()).is_some() {
            return Hint::None;
        }
        let dashes = name.as_bytes().windows(2).position(|pair| pair == b"--");
        let parts = dashes.and_then(|at| Some((name.get(..at)?, name.get(at + 2..)?)));
        let (block, modifier) = parts.unwrap_or((name, ""));
        let (block, modifier) = if block.is_empty() { (modifier, "") } else { (block, modifier) };
        words.read(modifier);
        if (0..words.ends.len()).any(|nth| words.word(nth).is_some_and(|word| self.modifiers.contains(word))) {
            return Hint::Chrome;
        }
        words.read(block);
        let negated = words.word(0).is_some_and(|first| self.negators.contains(first));
        if negated && words.ends.len() > 1 {
            return Hint::None;
        }
        let of = |known: &FxHashMap<String, Hint>, word: Option<&str>| {
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
        let (mut start, mut lower_before) = (0, false);
        for (at, character) in name.char_indices() {
            let is_sign = !character.is_alphanumeric();
            if is_sign || (lower_before && character.is_ascii_uppercase()) {
                self.word_of(name.get(start..at).unwrap_or_default());
                start = if is_sign { at + character.len_utf8() } else { at };
            }
            lower_before = character.is_lowercase();
        }
        self.word_of(name.get(start..).unwrap_or_default());
    }

    /// Takes one word, unless it is empty.
    fn word_of(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push('-');
        }
        if word.is_ascii() {
            let start = self.text.len();
            self.text.push_str(word);
            if let Some(own) = self.text.get_mut(start..) {
                own.make_ascii_lowercase();
            }
        } else {
            self.text.extend(word.chars().flat_map(char::to_lowercase));
        }
        self.ends.push(self.text.len());
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
    use crate::rules::Rules;

    #[test]
    fn class_and_id_words_give_the_hint_of_an_element() {
        let rules = Rules::shipped();
        let chrome = &rules.words().chrome;
        let cases = [
            ("PostShare_buttons", Hint::Chrome),
            ("has-sidebar", Hint::None),
            ("sidebar", Hint::Chrome),
            ("downloads headline", Hint::None),
            ("entry-content", Hint::Body),
            ("section--ads", Hint::None),
            ("list--related", Hint::Chrome),
            ("articleBody", Hint::Body),
            ("article-intro", Hint::Lead),
            ("entry-content comments", Hint::Comments),
            ("md:sidebar print:footer", Hint::None),
            ("group/tooltip", Hint::None),
            ("admonition", Hint::Note),
            ("sz-teaser", Hint::Card),
            ("teaser-text", Hint::Lead),
            ("--", Hint::None),
        ];
        for (name, want) in cases {
            assert_eq!(chrome.hint(name), want, "{name}");
        }
    }

    #[test]
    fn an_id_made_from_a_heading_gives_no_hint() {
        let rules = Rules::shipped();
        let chrome = &rules.words().chrome;
        assert_eq!(chrome.hint_of_id("what-share-of-adolescents-report-receiving"), Hint::None);
        assert_eq!(chrome.hint_of_id("share-buttons"), Hint::Chrome);
    }

    #[test]
    fn forums_are_known_by_program_type_or_address() {
        let rules = Rules::shipped();
        let chrome = &rules.words().chrome;
        assert!(chrome.is_forum("Discourse 3.2 - https://a.example"));
        assert!(!chrome.is_forum("WordPress 6.4"));
        assert!(chrome.is_discussion("https://schema.org/QAPage"));
        assert!(!chrome.is_discussion("https://schema.org/NewsArticle"));
        let cases = [
            ("https://forum.a.example/x/1", true),
            ("https://www.breadforum.example/12", true),
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

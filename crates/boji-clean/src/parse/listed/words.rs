use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::text::fold;

/// The words of `config/list-pages.toml`. They decide nothing about an article, so they are none of its rules: no version of
/// those changes with them.
#[derive(Debug, Default, Deserialize)]
pub(super) struct ListWords {
    pub paths: Paths,
    pub queries: Queries,
    endings: Endings,
    anchors: Anchors,
    pager: Pager,
    boxes: Boxes,
}

/// What parts of paths say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Paths {
    /// Below these lies no article.
    pub within: BTreeSet<String>,
    /// These are none as the last part.
    pub last: BTreeSet<String>,
    /// These are none with a number behind.
    pub numbered: BTreeSet<String>,
}

/// What parameters say.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Queries {
    /// They ask for something else than an article.
    pub others: BTreeSet<String>,
    /// They number an article.
    pub numbers: BTreeSet<String>,
    /// They say nothing of the page.
    untelling: BTreeSet<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Endings {
    files: BTreeSet<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Anchors {
    generic: Generic,
}

/// What tells the pages of one list.
#[derive(Debug, Default, Deserialize)]
struct Pager {
    words: BTreeSet<String>,
    parameters: BTreeSet<String>,
    next: Generic,
}

/// Texts of links, folded and without numbers.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<String>")]
struct Generic(BTreeSet<String>);

impl From<Vec<String>> for Generic {
    fn from(texts: Vec<String>) -> Self {
        Self(texts.iter().map(|text| without_numbers(text)).collect())
    }
}

#[derive(Debug, Default, Deserialize)]
struct Boxes {
    parts: BTreeSet<String>,
    names: BTreeSet<String>,
    layout: BTreeSet<String>,
    titles: BTreeSet<String>,
}

/// What the class and id names of an element say of the links inside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct BoxHint {
    /// They are no list of articles.
    pub is_chrome: bool,
    /// Its text is a title.
    pub is_title: bool,
}

/// Bytes of a class or id attribute that are looked at.
const MAX_NAMES: usize = 1_024;
/// Bytes of a text of a link that may be a generic one.
const MAX_GENERIC: usize = 100;

impl ListWords {
    /// The words that come with the program. A test asks all of their examples, so that the file can be read.
    pub(super) fn shipped() -> &'static Self {
        static WORDS: LazyLock<ListWords> =
            LazyLock::new(|| toml::from_str(include_str!("../../../../../config/list-pages.toml")).unwrap_or_default());
        &WORDS
    }

    /// Whether this parameter numbers an article.
    pub(super) fn numbers(&self, name: &str) -> bool {
        self.queries.numbers.contains(&name.to_ascii_lowercase())
    }

    /// Whether this parameter says nothing of the page.
    pub(super) fn says_nothing(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        name.starts_with("utm_") || self.queries.untelling.contains(&name)
    }

    /// Whether a file with this ending is no page.
    pub(super) fn is_file(&self, ending: &str) -> bool {
        self.endings.files.contains(&ending.to_ascii_lowercase())
    }

    /// Whether the text of a link names no article.
    pub(super) fn is_generic(&self, text: &str) -> bool {
        text.len() <= MAX_GENERIC && {
            let folded = without_numbers(text);
            folded.is_empty() || self.anchors.generic.0.contains(&folded)
        }
    }

    /// Whether a link says that it leads to the next page of a list.
    pub(super) fn leads_on(&self, text: &str) -> bool {
        text.len() <= MAX_GENERIC && self.pager.next.0.contains(&without_numbers(text))
    }

    /// Whether this word stands beside the number of a page.
    pub(super) fn is_page(&self, word: &str) -> bool {
        self.pager.words.contains(word)
    }

    /// Whether this parameter numbers a page.
    pub(super) fn numbers_page(&self, name: &str) -> bool {
        self.pager.parameters.contains(&name.to_ascii_lowercase())
    }

    /// What class and id names say, divided by spaces.
    pub(super) fn hint(&self, names: &str) -> BoxHint {
        let mut hint = BoxHint::default();
        for name in names.get(..names.floor_char_boundary(MAX_NAMES)).unwrap_or_default().split_ascii_whitespace() {
            let parts = parts(name);
            let has = |words: &BTreeSet<String>| parts.iter().any(|part| words.contains(part));
            if has(&self.boxes.layout) {
                continue;
            }
            hint.is_chrome |= self.boxes.names.contains(&name.to_ascii_lowercase()) || has(&self.boxes.parts);
            hint.is_title |= has(&self.boxes.titles);
        }
        hint
    }
}

/// The words of a name: `nav-bar`, `nav_bar` and `navBar` have two.
fn parts(name: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_lower = false;
    for letter in name.chars() {
        let is_sign = !letter.is_alphanumeric();
        if is_sign || (letter.is_uppercase() && was_lower) {
            parts.push(String::new());
        }
        was_lower = letter.is_lowercase() || letter.is_numeric();
        if !is_sign && let Some(part) = parts.last_mut() {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}

fn without_numbers(text: &str) -> String {
    fold(text).chars().filter(|letter| letter.is_alphabetic()).collect()
}

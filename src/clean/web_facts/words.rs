use std::sync::LazyLock;

use serde::Deserialize;

/// The shipped words, embedded.
const SHIPPED: &str = include_str!("../../../config/metadata.toml");
/// Longest class attribute that is read, and the longest word in one.
const MAX_CLASS_BYTES: usize = 512;
const MAX_WORD_BYTES: usize = 20;

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::parse(SHIPPED).unwrap_or_default());

/// What the class words of an element say, as bits.
pub(super) type Marks = u8;
/// It holds a date.
pub(super) const DATE: Marks = 1;
/// It speaks of the last change.
pub(super) const UPDATED: Marks = 2;
/// It holds an author's name.
pub(super) const AUTHOR: Marks = 4;
/// It tells about an author: portrait, biography, job.
pub(super) const ABOUT: Marks = 8;
/// Readers wrote it.
pub(super) const COMMENTS: Marks = 16;
/// It belongs to other pages, or to the site.
pub(super) const ELSEWHERE: Marks = 32;

/// It speaks of the publication.
pub(super) const PUBLISHED: Marks = 64;

/// The words of `config/metadata.toml`.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// Class words with their marks, by their length.
    classes: Vec<Vec<(String, Marks)>>,
    negators: Vec<String>,
    own: Vec<String>,
    pub dates: DateWords,
    pub authors: AuthorWords,
}

/// Words round a date.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DateWords {
    pub published: Vec<String>,
    pub updated: Vec<String>,
    pub other: Vec<String>,
    pub published_cjk: Vec<String>,
    pub updated_cjk: Vec<String>,
    pub other_cjk: Vec<String>,
}

/// Words round a name.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AuthorWords {
    pub leads: Vec<String>,
    pub sure: Vec<String>,
    pub ends: Vec<String>,
    pub nobody: Vec<String>,
    pub jobs: Vec<String>,
    pub openers: Vec<String>,
    pub houses: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    classes: Classes,
    dates: DateWords,
    authors: AuthorWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    date: Vec<String>,
    published: Vec<String>,
    updated: Vec<String>,
    author: Vec<String>,
    about: Vec<String>,
    comments: Vec<String>,
    elsewhere: Vec<String>,
    own: Vec<String>,
    negators: Vec<String>,
}

impl Words {
    /// The words that come with the program.
    pub fn shipped() -> &'static Self {
        &WORDS
    }

    fn parse(text: &str) -> Result<Self, toml::de::Error> {
        let File { classes: file, dates, authors } = toml::from_str(text)?;
        let mut classes: Vec<Vec<(String, Marks)>> = vec![Vec::new(); MAX_WORD_BYTES + 1];
        let sorts = [
            (file.date, DATE),
            (file.published, DATE | PUBLISHED),
            (file.updated, UPDATED),
            (file.author, AUTHOR),
            (file.about, ABOUT),
            (file.comments, COMMENTS),
            (file.elsewhere, ELSEWHERE),
        ];
        for (words, mark) in sorts {
            for word in words {
                let Some(of_length) = classes.get_mut(word.len()) else { continue };
                match of_length.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, marks)) => *marks |= mark,
                    None => of_length.push((word, mark)),
                }
            }
        }
        Ok(Self { classes, negators: file.negators, own: file.own, dates, authors })
    }

    /// What a class or id attribute says.
    pub fn marks(&self, names: &str) -> Marks {
        if names.len() > MAX_CLASS_BYTES {
            return 0;
        }
        names.split_ascii_whitespace().fold(0, |marks, name| marks | self.marks_of_name(name))
    }

    /// Whether a class or id says that an element is a part of the article: `entry-footer`.
    pub fn is_own(&self, names: &str) -> bool {
        names.split_ascii_whitespace().any(|name| {
            let (first, rest) = cut_word(name);
            !rest.is_empty() && self.own.iter().any(|own| own.eq_ignore_ascii_case(first))
        })
    }

    fn marks_of_name(&self, name: &str) -> Marks {
        // Utility classes such as `md:hidden` and `p-[4px]` describe looks.
        if name.contains([':', '[']) {
            return 0;
        }
        let mut marks = 0;
        let mut rest = name;
        let mut first = true;
        while !rest.is_empty() {
            let (word, behind) = cut_word(rest);
            rest = behind;
            if word.is_empty() {
                continue;
            }
            if word.eq_ignore_ascii_case("footer") && !first && self.is_own(name) {
                continue;
            }
            if first && !rest.is_empty() && self.negators.iter().any(|negator| negator.eq_ignore_ascii_case(word)) {
                return 0;
            }
            first = false;
            let Some(of_length) = self.classes.get(word.len()) else { continue };
            marks |= of_length.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map_or(0, |(_, mark)| *mark);
        }
        marks
    }
}

/// The first word of a class name, and what is behind it: words end at marks and before capitals.
fn cut_word(name: &str) -> (&str, &str) {
    let bytes = name.as_bytes();
    let mut end = 0;
    while let Some(byte) = bytes.get(end) {
        let capital = byte.is_ascii_uppercase() && end > 0 && bytes.get(end - 1).is_some_and(u8::is_ascii_lowercase);
        if capital {
            return (name.get(..end).unwrap_or_default(), name.get(end..).unwrap_or_default());
        }
        if byte.is_ascii() && !byte.is_ascii_alphanumeric() {
            return (name.get(..end).unwrap_or_default(), name.get(end + 1..).unwrap_or_default());
        }
        end += 1;
    }
    (name, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn class_words_speak() {
        let words = Words::parse(SHIPPED).expect("the shipped file is valid");
        let cases = [
            ("EntryDate_published", DATE | PUBLISHED | ABOUT),
            ("post__author-name", AUTHOR),
            ("author bio", AUTHOR | ABOUT),
            ("entry-date modified", DATE | UPDATED | ABOUT),
            ("has-sidebar", 0),
            ("sidebar-left", ELSEWHERE),
            ("site-footer", ELSEWHERE),
            ("entry-footer", 0),
            ("comment-author", AUTHOR | COMMENTS),
            ("md:author p-[date]", 0),
            ("candidate", 0),
        ];
        for (name, want) in cases {
            assert_eq!(words.marks(name), want, "{name}");
        }
    }
}

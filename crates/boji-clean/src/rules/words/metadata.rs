//! The words of `config/metadata.toml`, and the marks that class words give the elements that bear them.

use std::cmp::Reverse;

use memchr::memchr2;
use rustc_hash::FxHashSet;
use serde::Deserialize;

/// Longest class attribute that is read, and the longest word in one.
const MAX_CLASS_BYTES: usize = 512;
const MAX_WORD_BYTES: usize = 20;
/// Most bytes in the address of an author's page behind its path that name nobody.
const MIN_AUTHOR_PATH: usize = 2;

/// The words of `config/metadata.toml`.
#[derive(Debug, Deserialize)]
#[serde(from = "File")]
pub struct MetadataWords {
    /// Class words with their marks, by their first and last letters.
    classes: Vec<Vec<(String, Marks)>>,
    /// The lengths of these words as bits, for most words of pages are none of them.
    lengths: Vec<u32>,
    own: Vec<String>,
    /// Words of titles.
    pub titles: TitleWords,
    /// Words round a date.
    pub dates: DateWords,
    /// Words of licences.
    pub licences: LicenceWords,
    /// Words round a name.
    pub authors: AuthorWords,
}

/// Words of titles.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file tells what is in each list")]
pub struct TitleWords {
    home: Vec<String>,
    placeholders: Vec<String>,
    entries: Vec<String>,
    pub signs: Vec<String>,
    pub sign_words: Vec<String>,
    pub hidden: Vec<String>,
}

/// Words round a date.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file tells what is in each list")]
pub struct DateWords {
    pub published_metas: Vec<String>,
    pub vague_metas: Vec<String>,
    pub modified_metas: Vec<String>,
    pub first: Vec<String>,
    pub published: Vec<String>,
    pub published_behind: Vec<String>,
    pub sentences: Vec<String>,
    pub verb_last_sentences: Vec<String>,
    pub dateline_ends: Vec<String>,
    pub dated: Vec<String>,
    pub updated: Vec<String>,
    pub other: Vec<String>,
    pub published_cjk: Vec<String>,
    pub dated_cjk: Vec<String>,
    pub updated_cjk: Vec<String>,
    pub other_cjk: Vec<String>,
}

/// Words of licences.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file tells what is in each list")]
pub struct LicenceWords {
    pub names: Vec<String>,
    pub parts: Vec<String>,
}

/// Words round a name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the file tells what is in each list")]
pub struct AuthorWords {
    pub leads: Vec<String>,
    pub sure: Vec<String>,
    pub ends: Vec<String>,
    pub nobody: Vec<String>,
    pub jobs: Vec<String>,
    /// What the words end in that stand among Chinese names and say what these did.
    pub reports: Vec<String>,
    pub openers: Vec<String>,
    pub houses: Vec<String>,
    pub metas: Vec<String>,
    pub ends_cjk: Vec<String>,
    pub inner_leads: Vec<String>,
    pub joints: Vec<String>,
    pub particles: Vec<String>,
    pub lone: Vec<String>,
    pub roles: Vec<String>,
    pub role_parts: Vec<String>,
    pub other_roles: Vec<String>,
    pub agencies: Vec<String>,
    pub portraits: Vec<String>,
    pub paths: FxHashSet<String>,
    pub topic_paths: FxHashSet<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    classes: Classes,
    titles: TitleWords,
    dates: DateWords,
    licences: LicenceWords,
    authors: AuthorWords,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Classes {
    date: Vec<String>,
    published: Vec<String>,
    updated: Vec<String>,
    perhaps_updated: Vec<String>,
    author: Vec<String>,
    about: Vec<String>,
    topics: Vec<String>,
    captions: Vec<String>,
    comments: Vec<String>,
    elsewhere: Vec<String>,
    own: Vec<String>,
    negators: Vec<String>,
}

impl From<File> for MetadataWords {
    fn from(File { classes: file, titles, dates, licences, mut authors }: File) -> Self {
        let mut classes: Vec<Vec<(String, Marks)>> = vec![Vec::new(); SHELVES];
        let mut lengths = vec![0; SHELVES];
        let sorts = [
            (file.date, DATE),
            (file.published, DATE | PUBLISHED),
            (file.updated, UPDATED),
            (file.perhaps_updated, PERHAPS_UPDATED),
            (file.author, AUTHOR),
            (file.about, ABOUT),
            (file.topics, TOPIC),
            (file.captions, CAPTION),
            (file.comments, COMMENTS),
            (file.elsewhere, ELSEWHERE),
            (file.negators, NEGATOR),
        ];
        for (words, mark) in sorts {
            for word in words {
                let Some(shelf) = shelf(&word) else { continue };
                let (Some(alike), Some(lengths)) = (classes.get_mut(shelf), lengths.get_mut(shelf)) else { continue };
                *lengths |= 1_u32 << word.len();
                match alike.iter_mut().find(|(known, _)| *known == word) {
                    Some((_, marks)) => *marks |= mark,
                    None => alike.push((word, mark)),
                }
            }
        }
        // Of two leads one of which begins with the other the longer is met.
        authors.leads.sort_by_key(|lead| Reverse(lead.len()));
        for word in authors.inner_leads.iter_mut().chain(&mut authors.joints) {
            *word = format!(" {word} ");
        }
        Self { classes, lengths, own: file.own, titles, dates, licences, authors }
    }
}

impl MetadataWords {
    /// Whether a class attribute says that a heading is the title of a post.
    pub fn is_entry_title(&self, names: &str) -> bool {
        names.split_ascii_whitespace().any(|name| self.titles.entries.iter().any(|known| known == name))
    }

    /// Whether a title only says that a page is the front page.
    pub fn is_home(&self, title: &str) -> bool {
        self.titles.home.contains(&title.trim().to_lowercase())
    }

    /// Whether a title only holds the place of one.
    pub fn is_placeholder(&self, title: &str) -> bool {
        let bare = title.trim().trim_end_matches(['.', '…']).to_lowercase();
        self.titles.placeholders.contains(&bare)
    }

    /// Whether an address is one as the pages of authors have: `/author/ann-lee`.
    pub fn is_author_page(&self, address: &str) -> bool {
        steps(address).any(|(step, rest)| rest.len() > MIN_AUTHOR_PATH && self.authors.paths.contains(step))
    }

    /// Whether an address is one of a list of pages about one thing: `/category/bread`.
    pub fn is_topic_page(&self, address: &str) -> bool {
        steps(address).any(|(step, _)| self.authors.topic_paths.contains(step))
    }

    /// What a class or id attribute says.
    pub fn marks(&self, names: &str) -> Marks {
        if names.len() > MAX_CLASS_BYTES {
            return 0;
        }
        // Utility classes such as `md:hidden` and `p-[4px]` describe looks.
        let utility = |text: &str| memchr2(b':', b'[', text.as_bytes()).is_some();
        let utilities = utility(names);
        let spoken = names.split_ascii_whitespace().filter(|name| !(utilities && utility(name)));
        spoken.fold(0, |marks, name| marks | self.marks_of_name(name))
    }

    /// What the first word of a class attribute says.
    pub fn first_mark(&self, names: &str) -> Marks {
        self.marks_of_word(cut_word(names.trim_start()).0) & !NEGATOR
    }

    /// Whether a class or id says that an element is a part of the article: `entry-footer`.
    pub fn is_own(&self, names: &str) -> bool {
        names.split_ascii_whitespace().any(|name| {
            let (first, rest) = cut_word(name);
            !rest.is_empty() && self.own.iter().any(|own| own.eq_ignore_ascii_case(first))
        })
    }

    fn marks_of_name(&self, name: &str) -> Marks {
        let mut marks = 0;
        let mut rest = name;
        let mut first = true;
        while !rest.is_empty() {
            let (word, behind) = cut_word(rest);
            rest = behind;
            if word.is_empty() {
                continue;
            }
            let said = self.marks_of_word(word);
            if said & NEGATOR != 0 && first && !rest.is_empty() {
                return 0;
            }
            let own_footer = said == ELSEWHERE && !first && word.eq_ignore_ascii_case("footer") && self.is_own(name);
            if !own_footer {
                marks |= said & !NEGATOR;
            }
            first = false;
        }
        marks
    }

    fn marks_of_word(&self, word: &str) -> Marks {
        let Some(shelf) = shelf(word) else { return 0 };
        let fits = self.lengths.get(shelf).is_some_and(|lengths| lengths & (1 << word.len()) != 0);
        let alike = self.classes.get(shelf).filter(|_| fits).map(Vec::as_slice).unwrap_or_default();
        alike.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map_or(0, |(_, marks)| *marks)
    }
}

/// Class words by their first and last letters.
const SHELVES: usize = 26 * 26;

/// Where the words lie that may be this one; `None` for what no class word can be.
fn shelf(word: &str) -> Option<usize> {
    let letter = |byte: u8| byte.is_ascii_alphabetic().then(|| usize::from(byte.to_ascii_lowercase() - b'a'));
    let (first, last) = (*word.as_bytes().first()?, *word.as_bytes().last()?);
    (word.len() <= MAX_WORD_BYTES).then_some(letter(first)? * 26 + letter(last)?)
}

/// The first word of a class name, and what is behind it: words end at marks and before capitals.
fn cut_word(name: &str) -> (&str, &str) {
    let mut before = Letter::Other;
    for (at, byte) in name.bytes().enumerate() {
        let letter = LETTERS[usize::from(byte)];
        match letter {
            Letter::Large if before == Letter::Small => return name.split_at_checked(at).unwrap_or((name, "")),
            Letter::Mark => return (name.get(..at).unwrap_or_default(), name.get(at + 1..).unwrap_or_default()),
            _ => before = letter,
        }
    }
    (name, "")
}

/// What a byte of a class name is to the words in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letter {
    Small,
    Large,
    Other,
    Mark,
}

const LETTERS: [Letter; 256] = letters();

const fn letters() -> [Letter; 256] {
    let mut letters = [Letter::Other; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        letters[byte as usize] = match byte {
            b'a'..=b'z' => Letter::Small,
            b'A'..=b'Z' => Letter::Large,
            b'0'..=b'9' => Letter::Other,
            _ => Letter::Mark,
        };
        byte += 1;
    }
    letters
}

/// What the class words of an element say, as bits.
pub type Marks = u16;
/// It holds a date.
pub const DATE: Marks = 1;
/// It speaks of the last change.
pub const UPDATED: Marks = 2;
/// It holds an author's name.
pub const AUTHOR: Marks = 4;
/// It tells about an author: portrait, biography, job.
pub const ABOUT: Marks = 8;
/// Readers wrote it.
pub const COMMENTS: Marks = 16;
/// It belongs to other pages, or to the site.
pub const ELSEWHERE: Marks = 32;
/// The marks of a part of a page: what lies inside has them too.
pub const ZONE: Marks = COMMENTS | ELSEWHERE | CAPTION;
/// It speaks of the publication.
pub const PUBLISHED: Marks = 64;
/// The word before it turns the rest of a name into its opposite. Never given away.
const NEGATOR: Marks = 128;
/// It speaks of the last change on some sites and of the publication on others.
pub const PERHAPS_UPDATED: Marks = 256;
/// It names the title of a post, not that of its site.
pub const ENTRY_TITLE: Marks = 512;

/// It names what a page is filed under.
pub const TOPIC: Marks = 2048;
/// It leads to the front page.
pub const HOME: Marks = 4096;
/// It is a cell of a table.
pub const CELL: Marks = 8192;
/// It belongs to a picture.
pub const CAPTION: Marks = 1024;

/// The steps of an address that lead further, each with what stands behind it: of `/a/b/c` first `a` with `b/c`.
fn steps(address: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = address;
    std::iter::from_fn(move || {
        // Steps are short: to begin a quick search for each takes longer than it does.
        let end = rest.bytes().position(|byte| byte == b'/')?;
        let (step, behind) = (rest.get(..end)?, rest.get(end + 1..)?);
        rest = behind;
        Some((step, behind))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn class_words_mark_what_an_element_states() {
        let rules = Rules::shipped();
        let words = &rules.words().metadata;
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
            ("md:flex post-AUTHOR", AUTHOR),
            ("no-author", 0),
            ("author-no", AUTHOR),
            ("authör authorship", 0),
            ("candidate", 0),
        ];
        for (name, want) in cases {
            assert_eq!(words.marks(name), want, "{name}");
        }
    }
}

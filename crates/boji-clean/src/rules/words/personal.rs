use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::model::word_enum;
use crate::rules::error::Mistake;
use crate::rules::pattern::Pattern;

/// How far back from a match the beginning of an address is looked for, in bytes.
const MAX_ADDRESS: usize = 2000;

/// Ends of the names of files that stand behind an `@` and could be those of countries; all longer ones are no domain of the pattern.
const FILES: [&str; 2] = ["gz", "js"];

word_enum! {
    /// What tells how to reach or find a person.
    pub enum PersonalKind {
        /// The number of a bank card.
        BankCard = "bank-card",
        /// An address of e-mail.
        Email = "email",
        /// The number of a citizen.
        IdCard = "id-card",
        /// The number of a mobile telephone.
        Mobile = "mobile",
        /// A number of QQ, of a person or a group.
        Qq = "qq",
        /// A name on WeChat.
        Wechat = "wechat",
    }
}

impl PersonalKind {
    /// The quality flag of an article whose text has such a thing.
    pub const fn flag(self) -> &'static str {
        match self {
            Self::BankCard => "pii-bank-card",
            Self::Email => "pii-email",
            Self::IdCard => "pii-id-card",
            Self::Mobile => "pii-mobile",
            Self::Qq => "pii-qq",
            Self::Wechat => "pii-wechat",
        }
    }
}

/// A place in a text that tells of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// What stands there.
    pub kind: PersonalKind,
    /// Where, in bytes.
    pub range: Range<usize>,
}

/// The entries of `config/personal.toml`, by id.
#[derive(Debug, Default)]
pub struct PersonalWords {
    /// What such things look like.
    pub patterns: BTreeMap<String, PersonalPattern>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "pattern")]
    patterns: Vec<PersonalPattern>,
}

/// What a thing that tells of a person looks like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonalPattern {
    id: Spanned<String>,
    #[serde(default = "on")]
    enabled: bool,
    kind: Option<PersonalKind>,
    #[serde(default = "nothing")]
    pattern: Pattern,
    check: Option<Check>,
    /// Who writes it so.
    #[serde(default)]
    pub reason: String,
    /// Texts in which it must find one.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Texts in which it must find none.
    #[serde(default)]
    pub leaves: Vec<String>,
}

/// What must hold beside the pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Check {
    Luhn,
    IdCard,
    Email,
    Wechat,
}

fn on() -> bool {
    true
}

fn nothing() -> Pattern {
    Pattern::proven(String::new())
}

impl PersonalWords {
    /// Adds the entries of a file. One with the id of another takes its place; one that is switched off does nothing.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<(), Box<Mistake>> {
        let written: File = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        for entry in written.patterns {
            let id = entry.id.get_ref().clone();
            let wrong = if !entry.enabled {
                None
            } else if entry.kind.is_none() || entry.pattern.source().is_empty() {
                Some(format!("`{id}` needs `kind` and `pattern`"))
            } else {
                entry.pattern.mistake().map(|mistake| format!("the pattern of `{id}` cannot be read: {mistake}"))
            };
            if let Some(message) = wrong {
                return Err(Box::new(Mistake::new(file, text, entry.id.span(), message, String::new())));
            }
            self.patterns.insert(id, entry);
        }
        self.patterns.retain(|_, entry| entry.enabled);
        Ok(())
    }

    /// What in a text tells of a person, in its order; of two things at one place the one that begins first, and of these the longest.
    pub fn find(&self, text: &str) -> Vec<Personal> {
        let mut found: Vec<Personal> = self.patterns.values().flat_map(|entry| entry.find(text)).collect();
        found.sort_by_key(|one| (one.range.start, std::cmp::Reverse(one.range.end), one.kind));
        let mut end = 0;
        found.retain(|one| {
            let is_free = one.range.start >= end;
            if is_free {
                end = one.range.end;
            }
            is_free
        });
        found
    }

    /// The entries that do otherwise than their own examples say, as sentences.
    pub(super) fn broken_examples(&self) -> impl Iterator<Item = String> {
        self.patterns.iter().flat_map(|(id, entry)| {
            let missed = entry.takes.iter().filter(|text| entry.find(text).count() != 1);
            let hit = entry.leaves.iter().filter(|text| entry.find(text).next().is_some());
            missed
                .map(move |text| format!("{id} of personal.toml does not take {text:?} once"))
                .chain(hit.map(move |text| format!("{id} of personal.toml does not leave {text:?}")))
        })
    }
}

impl PersonalPattern {
    fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Personal> + 'a {
        let matches = self.pattern.regex().into_iter().flat_map(move |regex| regex.captures_iter(text));
        let pieces = matches.filter_map(|captures| captures.get(1).or_else(|| captures.get(0)));
        let held = pieces.filter(move |piece| {
            stands_alone(text, &piece.range()) && self.check.is_none_or(|check| check.holds(text, &piece.range()))
        });
        held.filter_map(|piece| Some(Personal { kind: self.kind?, range: piece.range() }))
    }
}

/// Whether nothing beside a piece of a text belongs to it, and no address of the web round it.
fn stands_alone(text: &str, piece: &Range<usize>) -> bool {
    let is_of_a_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let before = text.as_bytes().get(..piece.start).unwrap_or_default();
    let behind = text.as_bytes().get(piece.end..).unwrap_or_default();
    // A number with the + of another country.
    let is_abroad = before.ends_with(b"+");
    let is_joined = before.last().is_some_and(is_of_a_word) || behind.first().is_some_and(is_of_a_word);
    let is_digit = u8::is_ascii_digit;
    let is_fraction = matches!(before, [.., digit, b'.'] if is_digit(digit))
        && text.as_bytes().get(piece.start).is_some_and(is_digit)
        || matches!(behind, [b'.', digit, ..] if is_digit(digit));
    let beginning = before.get(before.len().saturating_sub(MAX_ADDRESS)..).unwrap_or_default();
    let is_end =
        |byte: &u8| byte.is_ascii_whitespace() || !byte.is_ascii() || matches!(byte, b'"' | b'<' | b'>' | b'(' | b')');
    let word = beginning.rsplit(is_end).next().unwrap_or_default();
    !is_joined && !is_fraction && !is_abroad && !word.windows(3).any(|three| three == b"://")
}

impl Check {
    fn holds(self, text: &str, piece: &Range<usize>) -> bool {
        let found = text.get(piece.clone()).unwrap_or_default();
        match self {
            Self::Luhn => is_card(found),
            Self::IdCard => is_citizen(found),
            Self::Email => is_mailbox(
                found,
                text.get(..piece.start).unwrap_or_default(),
                text.get(piece.end..).unwrap_or_default(),
            ),
            Self::Wechat => !found.starts_with("gh_"),
        }
    }
}

/// The check digit of cards: every second digit from the right counts twice, and the sum is a multiple of ten (ISO/IEC 7812-1, Luhn).
fn is_card(number: &str) -> bool {
    let digits = number.chars().rev().filter_map(|digit| digit.to_digit(10));
    let sum: u32 =
        digits.enumerate().map(|(place, digit)| if place % 2 == 0 { digit } else { digit * 2 % 10 + digit / 5 }).sum();
    sum.is_multiple_of(10)
}

/// A day of birth that there was, and the check digit of GB 11643-1999 (ISO 7064, MOD 11-2).
fn is_citizen(number: &str) -> bool {
    let part =
        |range: Range<usize>| number.get(range).and_then(|digits| digits.parse::<i16>().ok()).unwrap_or_default();
    let (year, month, day) = (part(6..10), part(10..12), part(12..14));
    let is_day = (1880..=2100).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let digit = |sign: char| if sign.eq_ignore_ascii_case(&'x') { Some(10) } else { sign.to_digit(10) };
    // The weight of each place is two to the power of its distance from the right, in the ring of eleven.
    let sum = number.chars().filter_map(digit).fold(0, |sum, digit| (sum * 2 + digit) % 11);
    is_day && sum == 1
}

/// Whether what has the form of a mailbox is one.
fn is_mailbox(found: &str, before: &str, behind: &str) -> bool {
    let host = found.rsplit(['@', '＠']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_number = |label: &&&str| label.bytes().all(|byte| byte.is_ascii_digit());
    let end = labels.last().copied().unwrap_or_default().to_ascii_lowercase();
    let is_path = behind
        .strip_prefix(':')
        .is_some_and(|path| path.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/' || c == '~'));
    !FILES.contains(&end.as_str())
        && labels.iter().all(|label| !label.is_empty())
        && labels.iter().filter(is_number).count() < 2
        && !before.ends_with(['@', '＠'])
        && !is_path
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::FLAGS;
    use crate::rules::Rules;

    #[test]
    fn every_entry_takes_and_leaves_its_examples() {
        let rules = Rules::shipped();
        let words = &rules.words().personal;
        assert!(words.patterns.len() > 8);
        for (id, entry) in &words.patterns {
            assert!(!entry.reason.is_empty() && !entry.takes.is_empty() && !entry.leaves.is_empty(), "{id}");
            let kind = entry.kind.unwrap();
            assert!(FLAGS.contains(&kind.flag()) && kind.flag() == format!("pii-{kind}"), "{id}");
        }
        assert_eq!(words.broken_examples().collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn things_are_found_in_order_and_once() {
        let rules = Rules::shipped();
        let words = &rules.words().personal;
        let text = "微信：wheel_07，电话 +86 139 0000 1234，QQ：13900001234，信 a@mill.cn";
        let found: Vec<(&str, &str)> =
            words.find(text).into_iter().map(|one| (one.kind.as_str(), &text[one.range])).collect();
        let want = [
            ("wechat", "wheel_07"),
            ("mobile", "+86 139 0000 1234"),
            ("mobile", "13900001234"),
            ("email", "a@mill.cn"),
        ];
        assert_eq!(found, want);
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in ".{0,60}|[QQ微信号：:0-9a-zA-Z@. -]{0,80}") {
            let mut end = 0;
            for one in Rules::shipped().words().personal.find(&text) {
                prop_assert!(one.range.start >= end && text.get(one.range.clone()).is_some_and(|it| !it.is_empty()));
                end = one.range.end;
            }
        }
    }
}

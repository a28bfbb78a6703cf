use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::rules::error::Mistake;
use crate::text::fold;

/// Longest text of a link that is looked at, in bytes: a word and perhaps the title of the next page.
const MAX_TEXT: usize = 400;

/// How much a link says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// That something comes next, which may be another article.
    Next,
    /// That it leads to a page.
    Page,
}

/// How an address names a later page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PagerForm {
    /// `?id=5&page=2`.
    Parameter,
    /// `/the-mill/2`, `/the-mill/page/2`.
    Path,
    /// `/71_2.html`. Names of two articles differ so as well.
    Suffix,
}

/// The entries of `config/pager.toml`, by id.
#[derive(Debug, Default)]
pub struct PagerWords {
    /// What links may say.
    pub wordings: BTreeMap<String, Wording>,
    /// What the addresses of later pages may look like.
    pub addresses: BTreeMap<String, Address>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default, rename = "wording")]
    wordings: Vec<Wording>,
    #[serde(default, rename = "address")]
    addresses: Vec<Address>,
}

/// What a link may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    id: Spanned<String>,
    #[serde(default = "on")]
    enabled: bool,
    says: Option<Says>,
    #[serde(default)]
    words: Vec<Word>,
    /// Who says so.
    #[serde(default)]
    pub reason: String,
    /// Texts that it must take.
    #[serde(default)]
    pub takes: Vec<String>,
    /// Texts that it must leave.
    #[serde(default)]
    pub leaves: Vec<String>,
}

/// What the address of a later page may look like.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Address {
    id: Spanned<String>,
    #[serde(default = "on")]
    enabled: bool,
    /// Where the number of the page stands.
    pub form: Option<PagerForm>,
    /// What stands before the number.
    #[serde(default)]
    names: Vec<String>,
    /// Who has such addresses.
    #[serde(default)]
    pub reason: String,
    /// Pairs of a first page and the next that it must take.
    #[serde(default)]
    pub takes: Vec<(String, String)>,
    /// Pairs that it must leave.
    #[serde(default)]
    pub leaves: Vec<(String, String)>,
}

fn on() -> bool {
    true
}

/// One wording, folded.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
enum Word {
    /// These words and no other, or with a title behind a colon.
    Plain(String),
    /// The same round the number of the page.
    Numbered { before: String, behind: String },
    /// Signs without a letter, as they stand.
    Signs(String),
}

impl From<String> for Word {
    fn from(text: String) -> Self {
        match text.split_once("{n}") {
            Some((before, behind)) => Self::Numbered { before: fold(before), behind: fold(behind) },
            None if fold(&text).is_empty() => Self::Signs(text),
            None => Self::Plain(fold(&text)),
        }
    }
}

impl PagerWords {
    /// Adds the entries of a file. One with the id of another takes its place; one that is switched off does nothing.
    pub(super) fn add(&mut self, file: &Path, text: &str) -> Result<(), Box<Mistake>> {
        let written: File = toml::from_str(text).map_err(|error| Mistake::of_toml(file, text, &error))?;
        let needs = |id: &Spanned<String>, what: &str| {
            let message = format!("`{}` needs {what}", id.get_ref());
            Box::new(Mistake::new(file, text, id.span(), message, String::new()))
        };
        for wording in written.wordings {
            if wording.enabled && (wording.says.is_none() || wording.words.is_empty()) {
                return Err(needs(&wording.id, "`says` and `words`"));
            }
            self.wordings.insert(wording.id.get_ref().clone(), wording);
        }
        for mut address in written.addresses {
            if address.enabled && (address.form.is_none() || address.names.is_empty()) {
                return Err(needs(&address.id, "`form` and `names`"));
            }
            address.names.iter_mut().for_each(|name| *name = name.to_lowercase());
            self.addresses.insert(address.id.get_ref().clone(), address);
        }
        self.wordings.retain(|_, wording| wording.enabled);
        self.addresses.retain(|_, address| address.enabled);
        Ok(())
    }

    /// What a link with these words says, given the number of the page that its address names.
    pub fn says(&self, text: &str, number: u32) -> Option<Says> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let folded = fold(text);
        let met = |wording: &&Wording| wording.words.iter().any(|word| word.is(text, &folded, number));
        self.wordings.values().filter(met).filter_map(|wording| wording.says).max()
    }

    /// The wordings that do otherwise than their own examples say, as sentences.
    pub(super) fn broken_examples(&self) -> impl Iterator<Item = String> {
        /// The page that the examples speak of.
        const NEXT: u32 = 2;
        self.wordings.iter().flat_map(move |(id, wording)| {
            let takes = |text: &&String| wording.words.iter().any(|word| word.is(text, &fold(text), NEXT));
            let missed = wording.takes.iter().filter(move |text| !takes(text) || self.says(text, NEXT) < wording.says);
            let hit = wording.leaves.iter().filter(|text| self.says(text, NEXT).is_some());
            missed
                .map(move |text| format!("{id} of pager.toml does not take {text:?}"))
                .chain(hit.map(move |text| format!("{id} of pager.toml does not leave {text:?}")))
        })
    }

    /// The names of a form of address, in lower case.
    pub fn names(&self, form: PagerForm) -> impl Iterator<Item = &str> {
        self.addresses.values().filter(move |it| it.form == Some(form)).flat_map(|it| &it.names).map(String::as_str)
    }
}

impl Word {
    fn is(&self, text: &str, folded: &str, number: u32) -> bool {
        let goes_on = |rest: &str| rest.is_empty() || rest.starts_with(':');
        match self {
            Self::Plain(word) => folded.strip_prefix(word.as_str()).is_some_and(goes_on),
            Self::Numbered { before, behind } => folded
                .strip_prefix(before.as_str())
                .and_then(|rest| rest.strip_prefix(number.to_string().as_str()))
                .and_then(|rest| rest.strip_prefix(behind.as_str()))
                .is_some_and(goes_on),
            Self::Signs(signs) => text.trim() == signs,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;

    #[test]
    fn every_wording_takes_and_leaves_its_examples() {
        let rules = Rules::shipped();
        let words = &rules.words().pager;
        for (id, wording) in &words.wordings {
            assert!(!wording.reason.is_empty() && !wording.takes.is_empty() && !wording.leaves.is_empty(), "{id}");
        }
        assert_eq!(words.broken_examples().collect::<Vec<_>>(), Vec::<String>::new());
    }

    #[test]
    fn every_shipped_entry_has_an_id_of_its_own() {
        let text = include_str!("../../../../../config/pager.toml");
        let rules = Rules::shipped();
        let words = &rules.words().pager;
        assert_eq!(text.matches("\nid = ").count(), words.wordings.len() + words.addresses.len());
    }

    #[test]
    fn a_later_file_adds_entries_replaces_them_and_switches_them_off() {
        let shipped = "[[wording]]\nid = \"a\"\nsays = \"page\"\nwords = [\"next sheet\"]\n";
        let with = |own: &str| {
            let mut words = PagerWords::default();
            words.add(Path::new("shipped.toml"), shipped).expect("valid");
            words.add(Path::new("own.toml"), own).map(|()| words).map_err(|mistake| mistake.to_string())
        };
        let said = |own: &str| {
            let words = with(own).expect(own);
            ["next sheet", "next leaf"].map(|text| words.says(text, 2))
        };
        let entry = |id: &str, more: &str| format!("[[wording]]\nid = \"{id}\"\n{more}");
        let leaf = "says = \"next\"\nwords = [\"next leaf\"]\n";
        assert_eq!(said(""), [Some(Says::Page), None]);
        assert_eq!(said(&entry("b", leaf)), [Some(Says::Page), Some(Says::Next)]);
        assert_eq!(said(&entry("a", leaf)), [None, Some(Says::Next)]);
        assert_eq!(said(&entry("a", "enabled = false\n")), [None, None]);
        let cases = [
            (entry("b", "says = \"next\"\n"), "own.toml:2:6: `b` needs `says` and `words`"),
            (entry("b", "sys = \"next\"\n"), "own.toml:3:1: unknown key `sys`"),
            ("[[address]]\nid = \"c\"\n".to_owned(), "own.toml:2:6: `c` needs `form` and `names`"),
            ("[[adress]]\n".to_owned(), "own.toml:1:3: unknown key `adress`"),
        ];
        for (own, want) in cases {
            let told = with(&own).expect_err(&own);
            assert!(told.starts_with(want), "{told}");
        }
    }

    #[test]
    fn a_title_may_follow_and_the_number_must_agree() {
        let rules = Rules::shipped();
        let words = &rules.words().pager;
        assert_eq!(words.says("Next page: How it ends", 2), Some(Says::Page));
        assert_eq!(words.says("Next: How it ends", 2), Some(Says::Next));
        assert_eq!(words.says("page 12", 1), None);
        assert_eq!(words.says("page 12", 12), Some(Says::Page));
        assert_eq!(words.says(&format!("next page: {}", "x".repeat(MAX_TEXT)), 2), None);
    }
}

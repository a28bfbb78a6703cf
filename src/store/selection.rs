use std::collections::BTreeSet;

use boji_clean::model::Timestamp;
use boji_clean::text::one_line;

use crate::model::StoredArticle;
use crate::spdx::spdx_identifier;

/// Licences that an error names.
const MAX_NAMED: usize = 20;
/// Characters of each.
const MAX_WORD: usize = 60;

/// Which of the articles that a filter wants are taken, by what only they themselves tell. Empty fields take all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Words of which it must have one among its quality flags.
    pub flags: Vec<String>,
    /// Words of which it may have none among them.
    pub without_flags: Vec<String>,
    /// Licences as stated or as SPDX calls them, of which it must have one; capitals count nothing.
    pub licenses: Vec<String>,
    /// First stored at or after.
    pub fetched_since: Option<Timestamp>,
    /// Its words came, the first time or anew, at or after.
    pub changed_since: Option<Timestamp>,
    /// Texts that its title and text must have, each of them; capitals count nothing.
    pub containing: Vec<String>,
}

impl Selection {
    /// Whether it takes all, so that no article needs to be read for it.
    pub(crate) fn takes_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an article is taken.
    pub(crate) fn takes(&self, stored: &StoredArticle) -> bool {
        let article = &stored.submission.article;
        let has = |flag: &String| article.flags.contains(flag);
        (self.flags.is_empty() || self.flags.iter().any(has))
            && !self.without_flags.iter().any(has)
            && (self.licenses.is_empty() || self.takes_license(&article.license))
            && self.fetched_since.is_none_or(|since| stored.first_seen >= since)
            && self.changed_since.is_none_or(|since| stored.submission.fetched_at >= since)
            && (self.containing.is_empty() || contains_all(&article.title, &article.text, &self.containing))
    }

    fn takes_license(&self, stated: &str) -> bool {
        let identifier = spdx_identifier(stated);
        let is_it =
            |wanted: &String| is_equal(wanted, stated) || identifier.as_ref().is_some_and(|it| is_equal(wanted, it));
        self.licenses.iter().any(is_it)
    }

    /// For a walk over the articles that a filter wants.
    pub(crate) fn sieve(&self) -> Sieve<'_> {
        Sieve { selection: self, stated: BTreeSet::new(), identifiers: BTreeSet::new() }
    }
}

/// A selection on its way over all articles that a filter wants: it notes their licences, so that one that none of them has can be
/// told from one whose articles other wishes left out.
#[derive(Debug)]
pub(crate) struct Sieve<'a> {
    selection: &'a Selection,
    /// Licences as stated.
    stated: BTreeSet<String>,
    /// Identifiers of those that SPDX has.
    identifiers: BTreeSet<String>,
}

impl Sieve<'_> {
    /// Whether an article is taken.
    pub(crate) fn takes(&mut self, stored: &StoredArticle) -> bool {
        let license = &stored.submission.article.license;
        if !self.selection.licenses.is_empty() && !self.stated.contains(license) {
            self.stated.insert(license.clone());
            self.identifiers.extend(spdx_identifier(license));
        }
        self.selection.takes(stored)
    }

    /// Ends the walk. An error when a licence was wanted that no article has.
    pub(crate) fn finish(self) -> Result<(), UnknownLicense> {
        let is_known =
            |wanted: &&String| self.identifiers.iter().chain(&self.stated).any(|license| is_equal(license, wanted));
        let Some(unknown) = self.selection.licenses.iter().find(|wanted| !is_known(wanted)) else { return Ok(()) };
        let is_other = |license: &&String| !license.is_empty() && !self.identifiers.contains(*license);
        let known = self.identifiers.iter().chain(self.stated.iter().filter(is_other)).cloned().collect();
        Err(UnknownLicense { license: unknown.clone(), known })
    }
}

/// A licence is wanted that no article has.
#[derive(Debug, thiserror::Error)]
#[error("no article that is wanted has the licence \"{license}\"")]
pub struct UnknownLicense {
    /// What was wanted.
    pub license: String,
    /// What SPDX calls the licences of the articles, then what their pages state.
    pub known: Vec<String>,
}

impl UnknownLicense {
    /// What there is instead.
    pub fn hint(&self) -> String {
        if self.known.is_empty() {
            return "none of them states a licence".to_owned();
        }
        let named: Vec<String> = self.known.iter().take(MAX_NAMED).map(|word| short(word)).collect();
        let more = if self.known.len() > MAX_NAMED { ", …" } else { "" };
        format!("there are {}{more}", named.join(", "))
    }
}

/// A stranger's word on one line, cut where it is long.
fn short(word: &str) -> String {
    let mut word = word.to_owned();
    one_line(&mut word);
    match word.char_indices().nth(MAX_WORD) {
        Some((end, _)) => format!("{}…", word.get(..end).unwrap_or_default()),
        None => word,
    }
}

fn is_equal(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn contains_all(title: &str, text: &str, wanted: &[String]) -> bool {
    let (title, text) = (title.to_lowercase(), text.to_lowercase());
    wanted.iter().map(|words| words.to_lowercase()).all(|words| title.contains(&words) || text.contains(&words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_names_what_a_person_can_read() {
        let known = vec!["CC-BY-4.0".to_owned(), format!("all\nrights \u{1b}[2J{}", "x".repeat(100))];
        let hint = UnknownLicense { license: "MIT".into(), known }.hint();
        assert!(hint.starts_with("there are CC-BY-4.0, all rights "), "{hint}");
        assert!(hint.chars().count() < 90 && !hint.contains(['\n', '\u{1b}']), "{hint}");
        assert_eq!(UnknownLicense { license: "MIT".into(), known: Vec::new() }.hint(), "none of them states a licence");
    }
}

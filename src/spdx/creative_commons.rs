use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::phrase::Phrases;

/// The version from which on there are no ported licences.
const INTERNATIONAL: &str = "4.0";

/// What a licence of Creative Commons asks for, in the order of its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Element {
    By,
    Nc,
    Nd,
    Sa,
}

impl Element {
    const ALL: [Self; 4] = [Self::By, Self::Nc, Self::Nd, Self::Sa];

    const fn word(self) -> &'static str {
        match self {
            Self::By => "by",
            Self::Nc => "nc",
            Self::Nd => "nd",
            Self::Sa => "sa",
        }
    }
}

/// A licence as it is named in one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mention {
    elements: BTreeSet<Element>,
    /// "" where none is stated.
    pub(super) version: String,
    /// The country, in lower case, "" where none is stated.
    port: String,
}

/// The table `creative_commons` of `config/licences.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CreativeCommons {
    identifiers: BTreeSet<String>,
    signs: Phrases,
    by: Phrases,
    nc: Phrases,
    nd: Phrases,
    sa: Phrases,
    unported: Phrases,
    ports: BTreeMap<String, Phrases>,
    /// What statements come out as; for the test.
    #[cfg_attr(not(test), expect(dead_code, reason = "a test asks them"))]
    pub(super) examples: BTreeMap<String, String>,
}

impl CreativeCommons {
    /// The one licence that all mentions name, where SPDX has it. One without a version may stand beside one that has it.
    pub(super) fn agreed(&self, mentions: &[Mention]) -> Option<String> {
        let named = mentions.iter().find(|mention| !mention.version.is_empty())?;
        let agrees =
            |mention: &Mention| mention == named || (mention.version.is_empty() && mention.elements == named.elements);
        let elements = named.elements.iter().map(|element| element.word());
        let parts = ["cc"].into_iter().chain(elements).chain([named.version.as_str(), named.port.as_str()]);
        let identifier = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-").to_uppercase();
        (mentions.iter().all(agrees) && self.identifiers.contains(&identifier)).then_some(identifier)
    }

    /// What an address names: elements, version and country are parts of its path.
    pub(super) fn at_address(address: &str) -> Option<Mention> {
        let mut parts = address.strip_prefix("creativecommons.org/licenses/")?.splitn(3, '/');
        let element = |word: &str| Element::ALL.into_iter().find(|element| element.word() == word);
        let elements: Option<BTreeSet<Element>> = parts.next()?.split('-').map(element).collect();
        let mut part = || parts.next().unwrap_or_default().to_owned();
        Some(Mention { elements: elements?, version: part(), port: part() })
    }

    /// What words name. `None` when a country, or something else, stands behind a version that was ported, and is not known.
    pub(super) fn in_words(&self, words: &[String], framing: &Phrases) -> Option<Vec<Mention>> {
        let mut mentions = Vec::new();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            let Some((elements, is_signed, behind)) = self.elements(rest, framing) else {
                at += 1;
                continue;
            };
            let mention = Mention { elements, version: String::new(), port: String::new() };
            let Some((version, suffix)) = framing.skipped(behind).split_first().filter(|(word, _)| is_version(word))
            else {
                // One element alone is an English word, or a Chinese one.
                if is_signed || mention.elements.len() > 1 {
                    mentions.push(mention);
                }
                at = words.len() - behind.len();
                continue;
            };
            let is_unported = self.unported.taken(framing.skipped(suffix)).is_some();
            let is_title = is_unported && rest.first().is_some_and(|word| word != Element::By.word());
            if is_signed || is_title || mention.elements.len() > 1 {
                let port = if version.as_str() < INTERNATIONAL { self.port(suffix, framing)? } else { "" };
                mentions.push(Mention { version: version.clone(), port: port.to_owned(), ..mention });
            }
            at = words.len() - suffix.len();
        }
        Some(mentions)
    }

    /// The elements with which these words begin, whether a sign stands before them, and what stands behind.
    fn elements<'a>(&self, words: &'a [String], framing: &Phrases) -> Option<(BTreeSet<Element>, bool, &'a [String])> {
        let is_signed = self.signs.taken(words).is_some();
        let mut rest = words;
        while is_signed && (self.signs.taken(rest).is_some() || framing.taken(rest).is_some()) {
            rest = framing.skipped(self.signs.skipped(rest));
        }
        let mut elements = BTreeSet::new();
        while let Some((element, taken)) = self.element(rest) {
            elements.insert(element);
            rest = rest.get(taken..).unwrap_or_default();
        }
        (!elements.is_empty()).then_some((elements, is_signed, rest))
    }

    fn element(&self, words: &[String]) -> Option<(Element, usize)> {
        let wordings = [&self.by, &self.nc, &self.nd, &self.sa];
        let taken = |(element, phrases): (Element, &Phrases)| Some((element, phrases.taken(words)?));
        Element::ALL.into_iter().zip(wordings).find_map(taken)
    }

    /// The country that is named behind a version, "" for none; `None` when something unknown stands there.
    fn port(&self, suffix: &[String], framing: &Phrases) -> Option<&str> {
        let suffix = framing.skipped(suffix);
        if self.unported.taken(suffix).is_some() {
            return Some("");
        }
        let named = self.ports.iter().find_map(|(port, names)| Some((port.as_str(), names.taken(suffix)?)));
        let (port, taken) = named.unwrap_or_default();
        let behind = framing.skipped(suffix.get(taken..)?);
        (behind.is_empty() || self.elements(behind, framing).is_some()).then_some(port)
    }
}

/// Whether a word is a number of two parts.
pub(super) fn is_version(word: &str) -> bool {
    word.split_once('.').is_some_and(|(one, other)| [one, other].iter().all(|part| part.parse::<u8>().is_ok()))
}

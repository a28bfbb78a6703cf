use std::sync::LazyLock;

use serde::Deserialize;

use super::creative_commons::CreativeCommons;
use super::phrase::{Phrase, Phrases};

/// How licences are stated: `config/licences.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Licences {
    framing: Framing,
    doubt: Doubt,
    pub(super) creative_commons: CreativeCommons,
    #[serde(rename = "licence")]
    others: Vec<Licence>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Framing {
    words: Phrases,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Doubt {
    words: Phrases,
    licences: Phrases,
}

/// A licence that is no licence of elements.
#[derive(Debug, Deserialize)]
struct Licence {
    id: String,
    names: Vec<Phrase>,
    addresses: Vec<String>,
}

impl Licences {
    /// The table that comes with the program. A test asks all of its examples, so that the file can be read.
    pub(super) fn shipped() -> &'static Self {
        static LICENCES: LazyLock<Licences> = LazyLock::new(|| Licences::read(SHIPPED).unwrap_or_default());
        &LICENCES
    }

    fn read(text: &str) -> Result<Self, toml::de::Error> {
        let mut licences: Self = toml::from_str(text)?;
        for licence in &mut licences.others {
            for name in &mut licence.names {
                name.0 = licences.framing.words.removed(&name.0);
            }
        }
        Ok(licences)
    }

    /// What may stand round the name of a licence.
    pub(super) fn framing(&self) -> &Phrases {
        &self.framing.words
    }

    /// Whether these words say more, or something else, than one licence of Creative Commons.
    pub(super) fn are_doubtful(&self, words: &[String]) -> bool {
        self.doubt.words.stand_in(words) || self.doubt.licences.stand_in(words)
    }

    /// The licence at an address in the form in which they are compared.
    pub(super) fn at_address(&self, address: &str) -> Option<&str> {
        let has = |licence: &&Licence| licence.addresses.iter().any(|known| known == address);
        self.others.iter().find(has).map(|licence| licence.id.as_str())
    }

    /// The licence of which these words, without framing, are a name.
    pub(super) fn named(&self, words: &[String]) -> Option<&str> {
        let has = |licence: &&Licence| licence.names.iter().any(|name| name.0 == words);
        self.others.iter().find(has).map(|licence| licence.id.as_str())
    }
}

/// The file, built in.
pub(super) const SHIPPED: &str = include_str!("../../config/licences.toml");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_name_and_no_address_is_of_two_licences() {
        let licences = Licences::read(SHIPPED).expect("the shipped table");
        let (mut names, mut addresses) = (BTreeSet::new(), BTreeSet::new());
        for licence in &licences.others {
            let own: BTreeSet<&Phrase> = licence.names.iter().collect();
            assert!(own.iter().all(|name| !name.0.is_empty() && names.insert(*name)), "{}", licence.id);
            assert!(licence.addresses.iter().all(|address| addresses.insert(address)), "{}", licence.id);
        }
    }
}

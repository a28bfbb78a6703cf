use std::collections::BTreeSet;

use super::address::divided;
use super::creative_commons::{CreativeCommons, is_version};
use super::phrase::words;
use super::table::Licences;

/// Bytes of a statement that are read; what is longer is the text of a licence, or says more than one.
const MAX_STATEMENT: usize = 600;
/// Where SPDX has its own pages; what follows is an identifier.
const SPDX: &str = "spdx.org/licenses/";

/// The SPDX identifier of a licence as stated, by words or an address; `None` where that leaves a doubt: no version, another country
/// than SPDX has, two licences, words that are not known.
pub(crate) fn spdx_identifier(stated: &str) -> Option<String> {
    if stated.is_empty() || stated.len() > MAX_STATEMENT {
        return None;
    }
    let licences = Licences::shipped();
    let (addresses, mut rest) = divided(stated);
    for identifier in addresses.iter().filter_map(|address| address.strip_prefix(SPDX)) {
        rest.push(' ');
        rest.push_str(identifier);
    }
    let words = words(&rest);
    let mut commons = licences.creative_commons.in_words(&words, licences.framing())?;
    let numbers = words.iter().filter(|word| is_version(word)).count();
    let has_other_numbers = numbers > commons.iter().filter(|mention| !mention.version.is_empty()).count();
    commons.extend(addresses.iter().filter_map(|address| CreativeCommons::at_address(address)));
    let mut others: BTreeSet<&str> = addresses.iter().filter_map(|address| licences.at_address(address)).collect();

    if !commons.is_empty() {
        let is_alone = others.is_empty() && !has_other_numbers && !licences.are_doubtful(&words);
        return if is_alone { licences.creative_commons.agreed(&commons) } else { None };
    }
    let name = licences.framing().removed(&words);
    if !name.is_empty() {
        others.insert(licences.named(&name)?);
    }
    let is_one = others.len() == 1;
    others.pop_first().filter(|_| is_one).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::super::table::SHIPPED;
    use super::*;

    /// What every entry of the table has for this test.
    #[derive(Deserialize)]
    struct Entry {
        id: String,
        reason: String,
        takes: Vec<String>,
        leaves: Vec<String>,
    }

    #[derive(Deserialize)]
    struct File {
        licence: Vec<Entry>,
    }

    #[test]
    fn the_examples_of_the_table_come_out_as_it_says() {
        let file: File = toml::from_str(SHIPPED).expect("the shipped table");
        assert!(file.licence.len() > 20);
        for entry in file.licence {
            assert!(!entry.reason.is_empty() && !entry.takes.is_empty() && !entry.leaves.is_empty(), "{}", entry.id);
            for stated in [&entry.takes, &vec![entry.id.clone()]].into_iter().flatten() {
                assert_eq!(spdx_identifier(stated).as_ref(), Some(&entry.id), "{stated}");
            }
            for stated in &entry.leaves {
                assert_eq!(spdx_identifier(stated), None, "{}: {stated}", entry.id);
            }
        }
        let examples = &Licences::shipped().creative_commons.examples;
        assert!(examples.len() > 50);
        for (stated, want) in examples {
            assert_eq!(&spdx_identifier(stated).unwrap_or_default(), want, "{stated}");
        }
    }

    #[test]
    fn an_identifier_is_its_own_statement() {
        for (stated, want) in &Licences::shipped().creative_commons.examples {
            let found = spdx_identifier(want);
            assert_eq!(found.as_ref(), Some(want).filter(|want| !want.is_empty()), "{stated}");
        }
    }

    #[test]
    fn a_text_is_no_statement() {
        assert_eq!(spdx_identifier(&format!("CC BY 4.0 {}", "x ".repeat(400))), None);
        assert_eq!(spdx_identifier(""), None);
    }

    proptest::proptest! {
        #[test]
        fn any_words_are_read(stated in "(CC|BY|署名|相同方式共享|4\\.0|3\\.0|de|the|国际|MIT|https://creativecommons.org/licenses/|[ /+.-]|.){0,24}") {
            let _ = spdx_identifier(&stated);
        }
    }
}
